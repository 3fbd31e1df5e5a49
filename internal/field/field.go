// Package field is the edge for phones of teams: the shell of an app that works
// without signal, and the few calls that it makes when there is one.
//
// Guarantees: the shell holds nothing personal and needs no account; every call
// but the one that enters needs the key of a phone, which the ward gave and can
// stop; no cookie is set or read.
package field

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"strings"

	"phaodai/internal/auth"
	"phaodai/internal/fault"
	"phaodai/internal/fieldwork"
	"phaodai/internal/i18n"
	"phaodai/internal/instant"
	"phaodai/internal/sampling"
	"phaodai/internal/web"
	"phaodai/internal/web/asset"
)

// Config is what the edge is made of.
type Config struct {
	Service *fieldwork.Service
	Clock   interface{ Now() instant.Micros }
	Wall    func() instant.Micros
	Assets  fs.FS // nil: the bundle in the program
	Log     *slog.Logger
	Hotline func(*http.Request) string
}

// Edge answers phones.
type Edge struct {
	Config
	name map[string]string // of the bundle
	mux  *http.ServeMux
}

// largest bounds what a phone sends at once.
const largest = 1 << 20

// New returns the edge and the routes of its shell.
func New(c Config) (*Edge, []web.Route, error) {
	if c.Assets == nil {
		c.Assets = asset.Files()
	}
	e := &Edge{Config: c, mux: http.NewServeMux()}
	b, err := fs.ReadFile(c.Assets, "manifest.json")
	if err != nil {
		return nil, nil, err
	}
	if err := json.Unmarshal(b, &e.name); err != nil {
		return nil, nil, err
	}
	e.mux.HandleFunc("GET /di", e.shell)
	e.mux.HandleFunc("GET /di/{page}", e.shell)
	e.mux.HandleFunc("GET /di/sw.js", e.worker)
	e.mux.HandleFunc("GET /di/app.webmanifest", e.manifest)
	e.mux.HandleFunc("POST /di/api/enter", e.enter)
	e.mux.HandleFunc("GET /di/api/duty", e.duty)
	e.mux.HandleFunc("POST /di/api/outbox", e.outbox)
	e.mux.HandleFunc("POST /di/api/note", e.note)
	var routes []web.Route
	for _, path := range []string{"/di", "/di/{page}", "/di/sw.js", "/di/app.webmanifest"} {
		routes = append(routes, web.Route{Method: http.MethodGet, Path: path, Right: auth.Anyone})
	}
	return e, routes, nil
}

// ServeHTTP implements http.Handler.
func (e *Edge) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Permissions-Policy", "camera=(self), microphone=(self)")
	r.Body = http.MaxBytesReader(w, r.Body, largest)
	e.mux.ServeHTTP(w, r)
}

// enter lets a phone take a duty.
func (e *Edge) enter(w http.ResponseWriter, r *http.Request) {
	var in struct{ Token, Name string }
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		e.fail(w, r, fault.New(fault.Invalid, "input.broken"))
		return
	}
	out, err := e.Service.Enter(r.Context(), in.Token, in.Name, e.moment())
	e.answer(w, r, out, err)
}

func (e *Edge) moment() fieldwork.Moment {
	return fieldwork.Moment{Now: e.Clock.Now(), Wall: e.Wall()}
}

// held is the phone whose key the request bears.
func (e *Edge) held(r *http.Request) (fieldwork.Held, error) {
	key, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		return fieldwork.Held{}, fault.New(fault.Unsigned, "fieldwork.phone_unknown")
	}
	h, err := e.Service.Resume(r.Context(), key, e.moment())
	h.Actor.Lang = language(r)
	return h, err
}

func language(r *http.Request) string {
	if strings.HasPrefix(r.Header.Get("Accept-Language"), i18n.English) {
		return i18n.English
	}
	return i18n.Vietnamese
}

// duty sends what the phone takes along, or that it has it already.
func (e *Edge) duty(w http.ResponseWriter, r *http.Request) {
	h, err := e.held(r)
	if err != nil {
		e.fail(w, r, err)
		return
	}
	d, err := e.Service.Duty(r.Context(), h)
	if err != nil {
		e.fail(w, r, err)
		return
	}
	if e.Hotline != nil {
		d.Hotline = e.Hotline(r)
	}
	body, err := json.Marshal(d)
	if err != nil {
		e.fail(w, r, err)
		return
	}
	if r.URL.Query().Get("size") != "" { // what a phone will download, before it does
		e.answer(w, r, sizeOf(d, len(body)), nil)
		return
	}
	sum := sha256.Sum256(body)
	tag := `"` + hex.EncodeToString(sum[:12]) + `"`
	w.Header().Set("ETag", tag)
	w.Header().Set("Cache-Control", "no-store")
	if r.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(body) // who lost the signal asks again
}

// size is what a duty weighs.
type size struct {
	Bytes  int `json:"bytes"`
	Homes  int `json:"homes"`
	People int `json:"people"`
}

func sizeOf(d fieldwork.Duty, bytes int) size {
	s := size{Bytes: bytes, Homes: len(d.Homes)}
	for _, t := range d.Sessions {
		s.People += len(t.People)
	}
	for _, h := range d.Homes {
		s.People += len(h.People)
	}
	return s
}

// outbox takes in what the phone recorded.
func (e *Edge) outbox(w http.ResponseWriter, r *http.Request) {
	h, err := e.held(r)
	if err != nil {
		e.fail(w, r, err)
		return
	}
	var in fieldwork.Sending
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		e.fail(w, r, fault.New(fault.Invalid, "input.broken"))
		return
	}
	out, err := e.Service.Take(r.Context(), h, in)
	e.answer(w, r, map[string]any{"receipts": sampling.Tell(out, func(key string, args ...any) string { return i18n.T(h.Actor.Lang, key, args...) })}, err)
}

// note takes in a photograph or a voice of a visit.
func (e *Edge) note(w http.ResponseWriter, r *http.Request) {
	h, err := e.held(r)
	if err != nil {
		e.fail(w, r, err)
		return
	}
	content, err := io.ReadAll(r.Body)
	if err != nil {
		e.fail(w, r, fault.New(fault.Invalid, "input.broken"))
		return
	}
	q := r.URL.Query()
	err = e.Service.KeepNote(r.Context(), h, fieldwork.NoteInput{ID: q.Get("id"), Visit: q.Get("visit"), MediaType: r.Header.Get("Content-Type"), Content: content})
	e.answer(w, r, map[string]string{"id": q.Get("id")}, err)
}

func (e *Edge) answer(w http.ResponseWriter, r *http.Request, out any, err error) {
	if err != nil {
		e.fail(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	if err := json.NewEncoder(w).Encode(out); err != nil {
		e.Log.Debug("an answer to a phone was lost", "err", err)
	}
}

// fail tells a phone what is wrong. A phone that was stopped is told that it is
// gone, and wipes itself.
func (e *Edge) fail(w http.ResponseWriter, r *http.Request, err error) {
	status := map[fault.Kind]int{
		fault.Invalid: http.StatusUnprocessableEntity, fault.NotFound: http.StatusNotFound, fault.Denied: http.StatusGone,
		fault.Unsigned: http.StatusUnauthorized, fault.TooLarge: http.StatusRequestEntityTooLarge,
	}[fault.KindOf(err)]
	var f *fault.Fault
	if status == 0 || !errors.As(err, &f) {
		e.Log.Error("a call of a phone failed", "err", err)
		status, f = http.StatusInternalServerError, fault.New(fault.Internal, "error.internal")
	}
	key, args := f.Key, f.Args
	if len(f.Fields) > 0 {
		key, args = f.Fields[0].Key, f.Fields[0].Args
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]string{"key": key, "text": i18n.T(language(r), key, args...)})
}
