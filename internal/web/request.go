package web

import (
	"context"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"

	"phaodai/internal/auth"
	"phaodai/internal/i18n"
	"phaodai/internal/instant"
)

// Request is one request of a signed-in person (or of anybody, on routes that
// anyone may open).
type Request struct {
	By      auth.Actor // who acts, as which post, at which moment of the world
	Lang    string     // "vi" or "en"
	Session Session
	Form    *FormState // what was typed and what is wrong with it
	HTTP    *http.Request

	w     http.ResponseWriter
	kit   *Kit
	flash *flash
}

// Context is the context of the request.
func (r *Request) Context() context.Context { return r.HTTP.Context() }

// Path is the value of a {name} in the route.
func (r *Request) Path(name string) string { return r.HTTP.PathValue(name) }

// Query is the first value of a query parameter, trimmed.
func (r *Request) Query(name string) string {
	return strings.TrimSpace(r.HTTP.URL.Query().Get(name))
}

// Sort is the column that a list is sorted by, and whether downwards, from the
// links that the template function th makes ("?xep=-due").
func (r *Request) Sort(usual string) (column string, down bool) {
	s := r.Query("xep")
	if s == "" {
		s = usual
	}
	return strings.TrimPrefix(s, "-"), strings.HasPrefix(s, "-")
}

// After is the place in a list behind which the page begins ("?sau=").
func (r *Request) After() string { return r.Query("sau") }

// Export is "xlsx" or "csv" when the list is to be downloaded ("?xuat="), else "".
func (r *Request) Export() string {
	switch s := r.Query("xuat"); s {
	case "xlsx", "csv":
		return s
	default:
		return ""
	}
}

// Now is the time of the world.
func (r *Request) Now() instant.Micros { return r.By.Now }

// T translates a key into the reader's language.
func (r *Request) T(key string, args ...any) string {
	return r.kit.config.Messages.T(r.Lang, key, args...)
}

// Format writes dates and numbers for the reader.
func (r *Request) Format() i18n.Format { return i18n.NewFormat(r.Lang, r.kit.config.Zone) }

// Key is the request key that the form carried, for the Key of a VerbInput.
func (r *Request) Key() string { return r.Form.Value("key") }

// Render answers with a page: name is "<area>/<file>", data a struct.
func (r *Request) Render(name string, data any) error { return r.render(name, data, false) }

// Fragment answers with the main part of a page only, for a piece that a page
// loads or refreshes by itself.
func (r *Request) Fragment(name string, data any) error { return r.render(name, data, true) }

// Redirect sends the browser to another page, where an optional message stands
// on top: its key and arguments. It is the end of every successful form.
func (r *Request) Redirect(path string, message ...any) error {
	if len(message) > 0 {
		key, ok := message[0].(string)
		if !ok {
			return fmt.Errorf("web: a message needs a key, not %v", message[0])
		}
		setFlash(r.w, r.kit.config.Secure, key, message[1:])
	}
	http.Redirect(r.w, r.HTTP, localPath(path), http.StatusSeeOther)
	return nil
}

// Nothing answers 204: the form was a signal from a script.
func (r *Request) Nothing() error {
	r.w.WriteHeader(http.StatusNoContent)
	return nil
}

// Script tells whether a script sent the request and wants no page back.
func (r *Request) Script() bool { return r.HTTP.Header.Get("X-Requested-With") == "fetch" }

// Download sends a file with a name that may have Vietnamese letters.
func (r *Request) Download(name, mediaType string, write func(io.Writer) error) error {
	return r.send("attachment", name, mediaType, write)
}

// Inline sends a file that the browser shows, a PDF or a picture.
func (r *Request) Inline(name, mediaType string, write func(io.Writer) error) error {
	return r.send("inline", name, mediaType, write)
}

func (r *Request) send(how, name, mediaType string, write func(io.Writer) error) error {
	h := r.w.Header()
	h.Set("Content-Type", mediaType)
	h.Set("Content-Disposition", mime.FormatMediaType(how, map[string]string{"filename": name}))
	// A file may be anything that somebody uploaded: it runs nothing here.
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:")
	counted := &countingWriter{w: r.w}
	err := write(counted)
	if err != nil && counted.n > 0 {
		r.kit.config.Log.Error("web: download broke off", "name", name, "err", err)
		panic(http.ErrAbortHandler) // the browser must not take half a file for a whole one
	}
	return err
}

type countingWriter struct {
	w io.Writer
	n int64
}

func (c *countingWriter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}

// localPath keeps a redirect on this site.
func localPath(path string) string {
	if !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.Contains(path, "\\") {
		return "/"
	}
	return path
}

// Address is a path of this site as a whole address, for texts that leave it.
func (r *Request) Address(path string) string {
	scheme := "http"
	if r.HTTP.TLS != nil || r.kit.config.Secure {
		scheme = "https"
	}
	return scheme + "://" + r.HTTP.Host + path
}

// Back is the page of this site from which the form was sent, or another path.
func (r *Request) Back(other string) string {
	if path := next(r); path != "/" {
		return path
	}
	return other
}
