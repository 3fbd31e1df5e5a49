package web_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"

	"phaodai/internal/auth"
	"phaodai/internal/web"
	"phaodai/internal/web/webtest"
)

// ask sends a request that names what the browser has and can unpack.
func ask(site *webtest.Site, path, tag, packing string) *webtest.Page {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Header.Set("If-None-Match", tag)
	r.Header.Set("Accept-Encoding", packing)
	return site.Do(r)
}

func unpacked(t *testing.T, body string) string {
	t.Helper()
	z, err := gzip.NewReader(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestDataIsPackedAndNotSentTwice(t *testing.T) {
	long := strings.Repeat("Cự Khối ", 200)
	site := webtest.New(t, clerk(), func(k *web.Kit) {
		k.Page("/dai", auth.SignedIn, func(r *web.Request) error { return r.Data("application/json", web.Asked, []byte(long)) })
		k.Page("/ngan", auth.SignedIn, func(r *web.Request) error { return r.Data("application/json", web.ForEver, []byte("{}")) })
	})
	p := ask(site, "/dai", "", "br, gzip")
	if p.Header.Get("Content-Encoding") != "gzip" || unpacked(t, p.Body) != long || !strings.HasPrefix(p.Header.Get("Cache-Control"), "private") {
		t.Errorf("long data: %v", p.Header)
	}
	if p := ask(site, "/dai", "", ""); p.Body != long || p.Header.Get("Content-Encoding") != "" {
		t.Errorf("for a browser that does not unpack: %v", p.Header)
	}
	if again := ask(site, "/dai", p.Header.Get("ETag"), "gzip"); again.Status != http.StatusNotModified || again.Body != "" {
		t.Errorf("again: %d, %d bytes", again.Status, len(again.Body))
	}
	if other := ask(site, "/dai", `"other"`, "gzip"); other.Status != http.StatusOK {
		t.Errorf("for who has another version: %d", other.Status)
	}
	if p := ask(site, "/ngan", "", "gzip"); p.Body != "{}" || p.Header.Get("Content-Encoding") != "" {
		t.Errorf("short data: %q %v", p.Body, p.Header)
	}
}

func TestAssetsThatPackWellAreSentPacked(t *testing.T) {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := z.Write([]byte("let a = 1")); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	files := fstest.MapFS{
		"manifest.json": {Data: []byte(`{"app.js":"app-1.js","app.css":"app-2.css","icons.svg":"icons-3.svg"}`)},
		"app-1.js":      {Data: []byte("let a = 1")}, "app-1.js.gz": {Data: packed.Bytes()}, "app-2.css": {Data: []byte("a{}")},
	}
	site := webtest.With(t, clerk(), []webtest.Option{func(c *web.Config) { c.Assets = files }})
	p := ask(site, "/static/app-1.js", "", "gzip")
	if p.Header.Get("Content-Encoding") != "gzip" || !strings.HasPrefix(p.Header.Get("Content-Type"), "text/javascript") || unpacked(t, p.Body) != "let a = 1" {
		t.Errorf("a script: %v", p.Header)
	}
	if p := ask(site, "/static/app-1.js", "", ""); p.Body != "let a = 1" || p.Header.Get("Content-Encoding") != "" {
		t.Errorf("for a browser that does not unpack: %q", p.Body)
	}
	if p := ask(site, "/static/app-2.css", "", "gzip"); p.Body != "a{}" || p.Header.Get("Content-Encoding") != "" {
		t.Errorf("a small style: %q %v", p.Body, p.Header)
	}
}
