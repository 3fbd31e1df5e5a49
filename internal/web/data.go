package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
)

// Kept says how long the reader's browser may use data without asking.
type Kept string

// How data is kept. Shared caches keep none: what a reader may see is his own.
const (
	Asked   Kept = "private, no-cache"                    // every use asks, mostly to hear "not changed"
	ForEver Kept = "private, max-age=31536000, immutable" // the address carries the version
)

// smallest is from how many bytes on packing is worth it.
const smallest = 512

// Data answers a script of a page: bytes with a tag of their content, packed for
// browsers that unpack, and 304 for one that has them.
func (r *Request) Data(mediaType string, kept Kept, body []byte) error {
	h := r.w.Header()
	sum := sha256.Sum256(body)
	tag := `"` + hex.EncodeToString(sum[:12]) + `"`
	h.Set("ETag", tag)
	h.Set("Cache-Control", string(kept))
	h.Set("Vary", "Cookie, Accept-Encoding")
	if strings.Contains(r.HTTP.Header.Get("If-None-Match"), tag) {
		r.w.WriteHeader(http.StatusNotModified)
		return nil
	}
	h.Set("Content-Type", mediaType)
	if len(body) >= smallest && strings.Contains(r.HTTP.Header.Get("Accept-Encoding"), "gzip") {
		body = packed(body)
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = r.w.Write(body) // who asked and left needs no answer
	return nil
}

func packed(body []byte) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write(body) // memory takes everything
	_ = z.Close()
	return b.Bytes()
}
