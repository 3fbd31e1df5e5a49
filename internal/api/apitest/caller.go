// Package apitest calls the JSON API in tests as its users do.
package apitest

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"testing"
)

// Caller calls a JSON API as somebody, whom its header names.
type Caller struct {
	T      testing.TB
	Base   string // "http://127.0.0.1:1234/api/v1"
	Header http.Header
}

// Do sends in (nil nothing, bytes as they are, all else as JSON), reads the
// answer into out unless that is nil, and returns its bytes. Another status
// than want ends the test.
func (c Caller) Do(method, path string, in, out any, want int) []byte {
	c.T.Helper()
	answer, err := http.DefaultClient.Do(c.request(method, path, in))
	if err != nil {
		c.T.Fatal(err)
	}
	defer answer.Body.Close()
	b, err := io.ReadAll(answer.Body)
	if err != nil {
		c.T.Fatal(err)
	}
	if answer.StatusCode != want {
		c.T.Fatalf("%s %s: %d %s, want %d", method, path, answer.StatusCode, b, want)
	}
	if out != nil {
		if err := json.Unmarshal(b, out); err != nil {
			c.T.Fatalf("%s %s: %v in %s", method, path, err, b)
		}
	}
	return b
}

func (c Caller) request(method, path string, in any) *http.Request {
	c.T.Helper()
	var content io.Reader
	kind := "application/json"
	switch v := in.(type) {
	case nil:
	case []byte:
		content, kind = bytes.NewReader(v), "application/octet-stream"
	default:
		b, err := json.Marshal(v)
		if err != nil {
			c.T.Fatal(err)
		}
		content = bytes.NewReader(b)
	}
	r, err := http.NewRequestWithContext(c.T.Context(), method, c.Base+path, content)
	if err != nil {
		c.T.Fatal(err)
	}
	for name, values := range c.Header {
		r.Header[name] = values
	}
	r.Header.Set("Content-Type", kind)
	return r
}
