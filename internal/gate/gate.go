// Package gate is what every HTTP request passes before the pages and the API:
// a number of its own, bounds on its size, compression, headers, the log, the
// metrics, and a last answer when something panics.
//
// Guarantees: the log and the metrics hold no personal values and no secrets:
// the pattern of the route instead of the address asked for, no query, no
// client address; a request's number stands in the log, in the audit and on
// the page that reports an error.
package gate

import (
	"context"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/klauspost/compress/gzhttp"

	"phaodai/internal/id"
)

// Config is what a gate is made of.
type Config struct {
	IDs     *id.Source
	Log     *slog.Logger
	Metrics *Metrics
	Body    int64 // largest body in bytes
	Secure  bool  // served over TLS: tell browsers to insist on it
	Now     func() time.Time
}

// New puts the gate in front of a handler.
func New(c Config, next http.Handler) (http.Handler, error) {
	// Streams of events are small and must not wait for a full block.
	compress, err := gzhttp.NewWrapper(gzhttp.MinSize(1000), gzhttp.ContentTypes([]string{
		"text/html", "text/css", "text/plain", "text/csv", "text/javascript", "application/javascript",
		"application/json", "application/problem+json", "application/openapi+json", "image/svg+xml",
	}))
	if err != nil {
		return nil, err
	}
	g := &gate{Config: c, next: compress(next)}
	return g, nil
}

type gate struct {
	Config
	next http.Handler
}

type requestKey struct{}

// RequestID is the number of the request that a context belongs to, or "".
func RequestID(ctx context.Context) string {
	s, _ := ctx.Value(requestKey{}).(string)
	return s
}

// ServeHTTP implements http.Handler.
func (g *gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	number := g.IDs.New()
	r = r.WithContext(context.WithValue(r.Context(), requestKey{}, number))
	r.Body = http.MaxBytesReader(w, r.Body, g.Body)
	w.Header().Set("X-Request-Id", number)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	if g.Secure {
		w.Header().Set("Strict-Transport-Security", "max-age=31536000")
	}
	out := &watched{ResponseWriter: w}
	began := g.Now()
	defer func() {
		problem := recover()
		if problem != nil && problem != http.ErrAbortHandler {
			g.Log.Error("panic", "request", number, "problem", problem, "stack", string(debug.Stack()))
			if out.status == 0 {
				http.Error(out, number, http.StatusInternalServerError)
			}
		}
		g.done(r, out, number, g.Now().Sub(began))
		if problem == http.ErrAbortHandler {
			panic(problem) // net/http closes the connection
		}
	}()
	g.next.ServeHTTP(out, r)
}

// done writes the line of the log and counts.
func (g *gate) done(r *http.Request, out *watched, number string, took time.Duration) {
	status := out.status
	if status == 0 {
		status = http.StatusOK
	}
	pattern := r.Pattern // set by the router, on this very request
	level := slog.LevelInfo
	switch {
	case status >= 500:
		level = slog.LevelError
	case quiet(r.URL.Path):
		level = slog.LevelDebug
	}
	g.Log.Log(r.Context(), level, "request", "request", number, "method", r.Method, "route", pattern,
		"status", status, "ms", took.Milliseconds(), "bytes", out.bytes)
	if g.Metrics != nil {
		g.Metrics.observe(r.Method, pattern, status, took)
	}
}

// quiet are the requests of machines that come every few seconds.
func quiet(path string) bool { return path == "/healthz" || path == "/readyz" || path == "/metrics" }

// watched counts what is answered.
type watched struct {
	http.ResponseWriter
	status int
	bytes  int64
}

// WriteHeader implements http.ResponseWriter.
func (w *watched) WriteHeader(status int) {
	if w.status == 0 && status >= 200 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (w *watched) Write(p []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	n, err := w.ResponseWriter.Write(p)
	w.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach what lies below.
func (w *watched) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// Flush implements http.Flusher, for streams of events.
func (w *watched) Flush() {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	if f, ok := w.ResponseWriter.(http.Flusher); ok {
		f.Flush()
	}
}
