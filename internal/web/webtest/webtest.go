// Package webtest tests pages without a browser: it serves areas to a made-up
// session, fetches every page in both languages and checks what every page must
// fulfil (well-formed, labelled, no missing sentence). Main fails a suite in
// which a template was never rendered.
//
//	func TestMain(m *testing.M) { os.Exit(webtest.Main(m, "org")) }
//
//	site := webtest.New(t, actor, orgpage.Pages(units))
//	site.Get("/don-vi/"+id).Has("Cự Khối")
//	site.Post("/don-vi/"+id+"/ten", "name", "Phường mới").Goes("/don-vi/" + id)
package webtest

import (
	"bytes"
	"crypto/rand"
	"flag"
	"fmt"
	"io/fs"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"phaodai/internal/auth"
	"phaodai/internal/i18n"
	"phaodai/internal/id"
	"phaodai/internal/instant"
	"phaodai/internal/watch"
	"phaodai/internal/web"
	"phaodai/internal/worldclock"
)

// Site is some areas, served to one session at a time.
type Site struct {
	Handler http.Handler
	Routes  []web.Route
	Session web.Session // of the next request; As changes its actor
	Clock   *Clock
	t       testing.TB
}

// Clock is a clock that stands where a test puts it.
type Clock struct {
	World, Moment instant.Micros
	Exercising    bool
}

// Now implements web.Clock.
func (c *Clock) Now() instant.Micros { return c.World }

// Wall implements web.Clock.
func (c *Clock) Wall() instant.Micros { return c.Moment }

// Exercise implements web.Clock.
func (c *Clock) Exercise() (worldclock.Setting, bool) {
	return worldclock.Setting{World: c.World, Wall: c.Moment, Speed: 1}, c.Exercising
}

// Option changes the configuration of a site.
type Option func(*web.Config)

// Watching makes pages live.
func Watching(w *watch.Watch) Option { return func(c *web.Config) { c.Watch = w } }

// New serves areas to an actor, whose Now is the time of the site.
func New(t testing.TB, by auth.Actor, areas ...web.Area) *Site { return With(t, by, nil, areas...) }

// With is New with options.
func With(t testing.TB, by auth.Actor, options []Option, areas ...web.Area) *Site {
	t.Helper()
	s := &Site{t: t, Clock: &Clock{World: by.Now, Moment: by.Wall, Exercising: true}}
	if s.Clock.Moment == 0 {
		s.Clock.Moment = by.Now
	}
	s.As(by)
	config := web.Config{
		Sessions: fake{s}, Clock: s.Clock, IDs: id.NewSource(time.Now, rand.Reader),
		Log: slog.New(slog.NewTextHandler(t.Output(), nil)), Assets: bundle(), Rendered: record,
	}
	for _, option := range options {
		option(&config)
	}
	var kit *web.Kit
	areas = append(areas, func(k *web.Kit) { kit = k })
	handler, routes, err := web.New(config, areas...)
	if err != nil {
		t.Fatal(err)
	}
	remember(kit.Names())
	s.Handler, s.Routes = handler, routes
	return s
}

// As makes the next requests come from another actor.
func (s *Site) As(by auth.Actor) *Site {
	if by.Now == 0 {
		by.Now = s.Clock.World
	}
	s.Session = web.Session{Actor: by, Login: by.Account}
	if by.Post != "" {
		s.Session.Posts = []web.Post{{ID: by.Post, Title: by.PostTitle}}
	}
	return s
}

// bundle is the one in the program, or an empty one when it was not built: the
// pages do not depend on it.
func bundle() fs.FS {
	if built() {
		return nil
	}
	out := fstest.MapFS{"manifest.json": {Data: []byte(`{"app.js":"app.js","app.css":"app.css","icons.svg":"icons.svg","favicon.svg":"favicon.svg"}`)}}
	for _, name := range []string{"app.js", "app.css", "icons.svg", "favicon.svg"} {
		out[name] = &fstest.MapFile{}
	}
	return out
}

// Page is an answer.
type Page struct {
	Status   int
	Body     string
	Location string
	Header   http.Header
	t        testing.TB
	path     string
}

// Get fetches a page in both languages, checks it, and returns the Vietnamese one.
func (s *Site) Get(path string) *Page {
	s.t.Helper()
	vi := s.get(path, i18n.Vietnamese)
	s.get(path, i18n.English)
	return vi
}

func (s *Site) get(path, lang string) *Page {
	s.t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.AddCookie(&http.Cookie{Name: "ngon-ngu", Value: lang})
	p := s.do(r)
	p.check(lang)
	return p
}

// Post sends a form: names and values in turn.
func (s *Site) Post(path string, pairs ...string) *Page {
	s.t.Helper()
	values := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		values.Add(pairs[i], pairs[i+1])
	}
	var out *Page
	for _, lang := range i18n.Languages() { // a form that is refused is refused in both

		r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(values.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.AddCookie(&http.Cookie{Name: "ngon-ngu", Value: lang})
		p := s.do(r)
		if p.Status >= 400 {
			p.check(lang)
		}
		if out == nil {
			out = p
		}
		if p.Status < 400 {
			break // it was done: not again
		}
	}
	return out
}

// File is a file of an upload.
type File struct{ Field, Name, Data string }

// Upload sends a form with files.
func (s *Site) Upload(path string, files []File, pairs ...string) *Page {
	s.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for i := 0; i+1 < len(pairs); i += 2 {
		if err := w.WriteField(pairs[i], pairs[i+1]); err != nil {
			s.t.Fatal(err)
		}
	}
	for _, f := range files {
		part, err := w.CreateFormFile(f.Field, f.Name)
		if err == nil {
			_, err = part.Write([]byte(f.Data))
		}
		if err != nil {
			s.t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		s.t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, path, &body)
	r.Header.Set("Content-Type", w.FormDataContentType())
	p := s.do(r)
	if p.Status >= 400 {
		p.check(i18n.Vietnamese)
	}
	return p
}

// Do sends any request.
func (s *Site) Do(r *http.Request) *Page { s.t.Helper(); return s.do(r) }

func (s *Site) do(r *http.Request) *Page {
	w := httptest.NewRecorder()
	s.Handler.ServeHTTP(w, r)
	return &Page{
		Status: w.Code, Body: w.Body.String(), Location: w.Header().Get("Location"),
		Header: w.Header(), t: s.t, path: r.Method + " " + r.URL.Path,
	}
}

func (p *Page) check(lang string) {
	p.t.Helper()
	if !strings.HasPrefix(p.Header.Get("Content-Type"), "text/html") {
		return
	}
	for _, fault := range Check(p.Body, lang) {
		p.t.Errorf("%s (%s): %s", p.path, lang, fault)
	}
}

// Has fails unless the page is there and shows every text.
func (p *Page) Has(texts ...string) *Page {
	p.t.Helper()
	for _, text := range texts {
		if !strings.Contains(p.Body, text) {
			p.t.Errorf("%s (%d) does not show %q:\n%s", p.path, p.Status, text, Text(p.Body))
		}
	}
	return p
}

// Lacks fails when the page shows a text.
func (p *Page) Lacks(texts ...string) *Page {
	p.t.Helper()
	for _, text := range texts {
		if strings.Contains(p.Body, text) {
			p.t.Errorf("%s shows %q", p.path, text)
		}
	}
	return p
}

// Is fails unless the status is the one given.
func (p *Page) Is(status int) *Page {
	p.t.Helper()
	if p.Status != status {
		p.t.Errorf("%s: status %d, want %d:\n%s", p.path, p.Status, status, Text(p.Body))
	}
	return p
}

// Goes fails unless the answer sends the browser to a path.
func (p *Page) Goes(path string) *Page {
	p.t.Helper()
	if p.Status != http.StatusSeeOther || p.Location != path {
		p.t.Errorf("%s: %d to %q, want 303 to %q:\n%s", p.path, p.Status, p.Location, path, Text(p.Body))
	}
	return p
}

var rendered = struct {
	sync.Mutex
	seen, want map[string]bool
}{seen: map[string]bool{}, want: map[string]bool{}}

func record(lang, name string) {
	rendered.Lock()
	defer rendered.Unlock()
	rendered.seen[lang+" "+name] = true
}

func remember(names []string) {
	rendered.Lock()
	defer rendered.Unlock()
	for _, name := range names {
		for _, lang := range i18n.Languages() {
			rendered.want[lang+" "+name] = true
		}
	}
}

// Main runs a suite and fails it when a template of its areas was not rendered
// in both languages. The kit's own pages are the kit's business: own names the
// areas that are this suite's ("org", "task").
func Main(m *testing.M, own ...string) int {
	code := m.Run()
	run := flag.Lookup("test.run")
	if code != 0 || run != nil && run.Value.String() != "" {
		return code
	}
	var missing []string
	for name := range rendered.want {
		_, page, _ := strings.Cut(name, " ")
		area, _, _ := strings.Cut(page, "/")
		if !rendered.seen[name] && slices.Contains(own, area) {
			missing = append(missing, name)
		}
	}
	if len(missing) == 0 {
		return code
	}
	slices.Sort(missing)
	fmt.Fprintf(os.Stderr, "templates that no test rendered: %s\n", strings.Join(missing, ", "))
	return 1
}
