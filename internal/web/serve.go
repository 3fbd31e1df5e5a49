package web

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"phaodai/internal/auth"
	"phaodai/internal/fault"
	"phaodai/internal/gate"
	"phaodai/internal/i18n"
)

// outer is what every request passes through before its route: headers, and
// the refusal of forms that another site sends.
func (k *Kit) outer() http.Handler {
	protection := http.NewCrossOriginProtection()
	protection.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, h *http.Request) {
		k.answerFault(k.request(w, h, Session{}), fault.New(fault.Denied, "error.other_site"))
	}))
	inner := protection.Handler(http.HandlerFunc(k.route))
	return http.HandlerFunc(func(w http.ResponseWriter, h *http.Request) {
		header := w.Header()
		header.Set("Content-Security-Policy", policy(""))
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Referrer-Policy", "same-origin")
		header.Set("X-Frame-Options", "DENY")
		header.Set("Permissions-Policy", "geolocation=(self), camera=(self), microphone=(self)")
		inner.ServeHTTP(w, h)
	})
}

// policy is the content security policy; nonce allows the one style element
// that carries the foot of printed pages.
func policy(nonce string) string {
	style := "'self'"
	if nonce != "" {
		style += " 'nonce-" + nonce + "'"
	}
	return "default-src 'self'; img-src 'self' data: blob:; style-src " + style +
		"; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
}

// route answers what no route matches with a page in the reader's language.
func (k *Kit) route(w http.ResponseWriter, h *http.Request) {
	handler, pattern := k.mux.Handler(h)
	if pattern != "" {
		k.mux.ServeHTTP(w, h)
		return
	}
	probe := &statusOnly{header: http.Header{}}
	handler.ServeHTTP(probe, h)
	if probe.status == http.StatusMovedPermanently || probe.status == http.StatusTemporaryRedirect {
		k.mux.ServeHTTP(w, h)
		return
	}
	session, err := k.config.Sessions.Session(h)
	r := k.request(w, h, session)
	if err == nil {
		err = fault.New(fault.NotFound, "error.not_found")
	}
	k.answerFault(r, err)
}

// statusOnly learns what the mux would answer without answering.
type statusOnly struct {
	header http.Header
	status int
}

func (s *statusOnly) Header() http.Header         { return s.header }
func (s *statusOnly) Write(p []byte) (int, error) { return len(p), nil }
func (s *statusOnly) WriteHeader(status int)      { s.status = status }

func (k *Kit) request(w http.ResponseWriter, h *http.Request, session Session) *Request {
	r := &Request{By: session.Actor, Session: session, Form: &FormState{values: url.Values{}}, HTTP: h, w: w, kit: k}
	r.Lang = language(h)
	r.By.Lang = r.Lang
	if r.By.Now == 0 {
		r.By.Now = k.config.Clock.Now()
	}
	if r.By.Wall == 0 {
		r.By.Wall = k.config.Clock.Wall()
	}
	if r.By.Request == "" {
		r.By.Request = k.config.IDs.New()
	}
	return r
}

const langCookie = "ngon-ngu"

// language is that of ?lang=, else of the reader's last choice, else Vietnamese.
func language(h *http.Request) string {
	lang := h.URL.Query().Get("lang")
	if lang == "" {
		if c, err := h.Cookie(langCookie); err == nil {
			lang = c.Value
		}
	}
	if slices.Contains(i18n.Languages(), lang) {
		return lang
	}
	return i18n.Vietnamese
}

// serve runs one route: who is it, may he, then the handler.
func (k *Kit) serve(w http.ResponseWriter, h *http.Request, at *route) {
	session, err := k.config.Sessions.Session(h)
	r := k.request(w, h, session)
	if err != nil {
		k.answerFault(r, err)
		return
	}
	if k.turnedAway(r, at) {
		return
	}
	if err := k.guard(r, at); err != nil {
		k.answerFault(r, err)
		return
	}
	r.flash = takeFlash(w, h, k.config.Secure)
	if h.Method == http.MethodPost {
		r.Form, err = parseForm(w, h, at.body)
		defer removeFiles(h)
	}
	if err == nil {
		err = at.do(r)
	}
	if err != nil {
		k.failed(r, at, err)
	}
}

func removeFiles(h *http.Request) {
	if h.MultipartForm != nil {
		_ = h.MultipartForm.RemoveAll() // what is left in the temporary folder harms nobody
	}
}

// guard denies by default.
func (k *Kit) guard(r *Request, at *route) error {
	switch {
	case at.right == auth.Anyone:
		return nil
	case r.Session.Locked && at.right == auth.SignedIn:
		return nil // turnedAway has let pass what a locked session may do
	case !r.By.SignedIn():
		return fault.New(fault.Unsigned, "auth.unsigned")
	case at.right == auth.SignedIn || r.By.Anywhere(at.right):
		return nil
	default:
		return fault.New(fault.Denied, "auth.denied", "Right", string(at.right))
	}
}

// turnedAway sends those without a session to the sign-in page, a locked
// session to the lock, and a borrowed password to its change.
func (k *Kit) turnedAway(r *Request, at *route) bool {
	path := r.HTTP.URL.Path
	switch {
	case at.right == auth.Anyone:
		return false
	case r.Session.Locked:
		return k.lockedOut(r, path)
	case !r.By.SignedIn() && r.HTTP.Method == http.MethodGet && !r.partial():
		http.Redirect(r.w, r.HTTP, "/dang-nhap?tiep="+url.QueryEscape(r.HTTP.URL.RequestURI()), http.StatusSeeOther)
		return true
	case r.Session.MustChange && path != "/doi-mat-khau" && path != "/dang-xuat" && r.By.SignedIn() && !r.partial():
		http.Redirect(r.w, r.HTTP, "/doi-mat-khau", http.StatusSeeOther)
		return true
	default:
		return false
	}
}

// lockedOut lets a locked session do nothing but unlock and end.
func (k *Kit) lockedOut(r *Request, path string) bool {
	switch {
	case path == "/khoa" || path == "/dang-xuat" || path == "/mo-khoa":
		return false
	case r.partial():
		r.w.WriteHeader(http.StatusLocked)
		return true
	}
	r.Form.Sent, r.Form.Kind = true, locked
	if err := r.Render("frame/locked", signPage{Next: next(r)}); err != nil {
		k.answerFault(r, err)
	}
	return true
}

// locked is what the page of a locked session answers with.
const locked fault.Kind = "locked"

// partial tells whether a script asks for a piece of a page or for events.
func (r *Request) partial() bool {
	return r.HTTP.Header.Get("HX-Request") != "" || r.Script() || strings.HasPrefix(r.HTTP.Header.Get("Accept"), "text/event-stream")
}

// failed shows the form again for faults that a person can put right, else the
// message on its own page.
func (k *Kit) failed(r *Request, at *route, err error) {
	var f *fault.Fault
	if at.show == nil || r.Script() || !errors.As(err, &f) || !correctable(f) {
		k.answerFault(r, err)
		return
	}
	r.Form.Sent, r.Form.Kind = true, f.Kind
	r.Form.Message = r.faultText(f.Key, f.Args)
	r.Form.args = i18n.Args(f.Args)
	for _, field := range f.Fields {
		r.Form.Problems = append(r.Form.Problems, Problem{field.Name, r.faultText(field.Key, field.Args)})
	}
	k.config.Log.Info("web: form came back", "path", r.HTTP.URL.Path, "fault", f.Key, "request", r.By.Request)
	if err := at.show(r); err != nil {
		k.answerFault(r, err)
	}
}

// correctable tells whether the form is worth showing again. A wrong password
// is; a session that has ended is not.
func correctable(f *fault.Fault) bool {
	switch f.Kind {
	case fault.Unsigned:
		return f.Key != "auth.unsigned"
	case fault.Invalid, fault.Conflict, fault.NeedsReason, fault.TooLarge, fault.Unavailable:
		return true
	default:
		return false
	}
}

// Status is the HTTP status of a kind of fault.
func Status(kind fault.Kind) int {
	switch kind {
	case "":
		return http.StatusOK
	case locked:
		return http.StatusLocked
	default:
		return gate.Status(kind)
	}
}

type faultPage struct {
	Kind   fault.Kind
	Text   string
	Fields []Problem
	Next   string // where to sign in again
	Number string // of the request, to tell on the telephone
}

// answerFault shows a message on a page of its own. What is no fault is a
// defect: it goes to the log, the reader gets the number of the request.
func (k *Kit) answerFault(r *Request, err error) {
	var f *fault.Fault
	if !errors.As(err, &f) {
		f = fault.Wrap(err, fault.Internal, "error.internal")
	}
	if f.Kind == fault.Internal {
		k.config.Log.Log(r.Context(), gate.Level(err), "web", "path", r.HTTP.URL.Path, "err", err, "request", r.By.Request)
	}
	page := faultPage{Kind: f.Kind, Text: r.faultText(f.Key, f.Args), Number: r.By.Request, Next: next(r)}
	for _, field := range f.Fields {
		page.Fields = append(page.Fields, Problem{field.Name, r.faultText(field.Key, field.Args)})
	}
	r.w.Header().Set("Cache-Control", "no-store")
	if r.Script() {
		r.w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		r.w.WriteHeader(Status(f.Kind))
		_, _ = io.WriteString(r.w, page.Text) // a client that has gone needs no answer
		return
	}
	buffer, failure := r.page("frame/fault", page, false)
	if failure != nil {
		k.config.Log.Error("web: the page of a fault", "err", failure)
		http.Error(r.w, page.Text, Status(f.Kind))
		return
	}
	r.w.WriteHeader(Status(f.Kind))
	_, _ = buffer.WriteTo(r.w)
}

// faultText translates the message of a fault. Arguments that are moments,
// durations or counts are written the reader's way.
func (r *Request) faultText(key string, args []any) string {
	return r.T(key, readable(r.Format(), r.By.Now, args)...)
}

func next(r *Request) string {
	if r.HTTP.Method == http.MethodGet {
		return r.HTTP.URL.RequestURI()
	}
	if ref, err := url.Parse(r.HTTP.Referer()); err == nil && ref.Host == r.HTTP.Host && ref.Path != "" {
		return localPath(ref.RequestURI())
	}
	return "/"
}

func tooLarge(size, limit int64) error {
	const mb = 1 << 20
	return fault.New(fault.TooLarge, "upload.too_large", "Size", (size+mb-1)/mb, "Limit", limit/mb)
}

// drain reads what a browser goes on sending, so that it gets to see the
// answer; not for long and not without bound.
func drain(h *http.Request, started time.Time) {
	const bound, patience = 256 << 20, 20 * time.Second
	piece := make([]byte, 64<<10)
	for n := 0; n < bound && time.Since(started) < patience; {
		read, err := h.Body.Read(piece)
		if err != nil {
			return
		}
		n += read
	}
}
