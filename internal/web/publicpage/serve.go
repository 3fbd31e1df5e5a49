package publicpage

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"

	"phaodai/internal/fault"
	"phaodai/internal/i18n"
	"phaodai/internal/instant"
)

// answer is what a page answers with. It may be given again, to anybody who
// asks the same, as long as the board says the same and until its time is over.
type answer struct {
	status   int
	media    string
	name     string // of a file to be kept, "" shown
	location string // of another page
	body     []byte
	until    instant.Micros // world time at which it is no longer right; 0: not to be kept
}

// ready is an answer made ready to send.
type ready struct {
	answer
	zipped []byte
	tag    string
	seq    int64 // of the board that it was made from
	stale  instant.Micros
}

// shelf keeps ready answers by address.
type shelf struct {
	mu    sync.RWMutex
	kept  map[string]*ready
	bytes int
}

// mostKept bounds the shelf; when it is full it begins anew.
const mostKept = 64 << 20

func newShelf() *shelf { return &shelf{kept: map[string]*ready{}} }

func (s *shelf) get(key string) *ready {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.kept[key]
}

func (s *shelf) put(key string, r *ready) {
	s.mu.Lock()
	defer s.mu.Unlock()
	size := len(r.body) + len(r.zipped)
	if s.bytes+size > mostKept {
		s.kept, s.bytes = map[string]*ready{}, 0
	}
	s.kept[key], s.bytes = r, s.bytes+size
}

// oldest is how long what does not stand on the board (a telephone number, a
// document made public) may lag behind, in wall time.
const oldest = 30_000_000

func (p *Pages) serve(w http.ResponseWriter, h *http.Request, show func(*request) (answer, error)) {
	lang := i18n.Vietnamese
	if h.URL.Query().Get("lang") == i18n.English {
		lang = i18n.English
	}
	r := &request{Request: h, lang: lang, now: p.Clock.Now(), format: i18n.NewFormat(lang, p.zone)}
	key, seq := h.Host+h.URL.RequestURI(), p.Zones.Board().Seq()
	kept := p.kept.get(key)
	if kept == nil || kept.seq != seq || r.now >= kept.until || p.Clock.Wall() >= kept.stale {
		made, err := show(r)
		if err != nil {
			made = p.fault(r, err)
		}
		kept = makeReady(made, seq, p.Clock.Wall()+oldest)
		if made.until > r.now {
			p.kept.put(key, kept)
		}
	}
	p.send(w, r, kept)
}

func makeReady(a answer, seq int64, stale instant.Micros) *ready {
	if a.status == 0 {
		a.status = http.StatusOK
	}
	r := &ready{answer: a, seq: seq, stale: stale}
	sum := sha256.Sum256(a.body)
	r.tag = `"` + hex.EncodeToString(sum[:12]) + `"`
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestSpeed+4)
	if err == nil {
		_, err = z.Write(a.body)
	}
	if err == nil && z.Close() == nil && b.Len() < len(a.body) {
		r.zipped = b.Bytes()
	}
	return r
}

func (p *Pages) send(w http.ResponseWriter, r *request, a *ready) {
	h := w.Header()
	h.Set("Content-Security-Policy", p.style.policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Vary", "Accept-Encoding")
	if a.location != "" {
		http.Redirect(w, r.Request, a.location, a.status)
		return
	}
	h.Set("Content-Type", a.media)
	h.Set("ETag", a.tag)
	// Every look is answered anew, mostly with "not changed": at 06:00 nobody
	// is shown what held before.
	h.Set("Cache-Control", "no-cache")
	h.Set("Access-Control-Allow-Origin", "*")
	if a.name != "" {
		h.Set("Content-Disposition", `attachment; filename="`+a.name+`"`)
	}
	if a.status == http.StatusOK && strings.Contains(r.Header.Get("If-None-Match"), a.tag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	body := a.body
	if a.zipped != nil && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		body = a.zipped
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(a.status)
	_, _ = w.Write(body) // who asked and left needs no answer
}

// fault is the page of something that went wrong, with what to do.
func (p *Pages) fault(r *request, err error) answer {
	status, key, args := http.StatusInternalServerError, "error.internal", []any(nil)
	var f *fault.Fault
	if errors.As(err, &f) {
		key, args = f.Key, f.Args
		status = map[fault.Kind]int{fault.NotFound: http.StatusNotFound, fault.Invalid: http.StatusBadRequest}[f.Kind]
	}
	if status == 0 || status == http.StatusInternalServerError {
		status = http.StatusInternalServerError
		p.Log.ErrorContext(r.Context(), "public page", "path", r.URL.Path, "err", err)
	}
	a, err := p.render(r, "fault", faultPage{Message: r.t(key, readable(r.format, args)...)})
	if err != nil {
		a = answer{media: "text/plain; charset=utf-8", body: []byte(r.t("error.internal"))}
	}
	a.status = status
	return a
}

type faultPage struct{ Message string }

func address(path string, q url.Values) string {
	if s := q.Encode(); s != "" {
		return path + "?" + s
	}
	return path
}

// style is the one style sheet of the pages, with the policy that allows it and
// the one script, and nothing else.
type style struct {
	css, script string
	policy      string
}

func newStyle(css, script string) style {
	hash := func(s string) string {
		sum := sha256.Sum256([]byte(s))
		return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	return style{css, script, "default-src 'none'; style-src " + hash(css) + "; script-src " + hash(script) +
		"; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"}
}
