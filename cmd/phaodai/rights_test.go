package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"flag"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"phaodai/internal/api"
	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/demo"
	"phaodai/internal/directive"
	"phaodai/internal/i18n"
	"phaodai/internal/id"
	"phaodai/internal/instant"
	"phaodai/internal/job"
	"phaodai/internal/officialdoc"
	"phaodai/internal/task"
	"phaodai/internal/web"
)

var update = flag.Bool("update", false, "write the golden tables anew; review the difference")

// chair answers for whoever the walk puts into it.
type chair struct {
	web.Cookies // sign-in and the like really happen, without a session
	by          auth.Actor
}

func (c *chair) Actor(*http.Request) (auth.Actor, error)    { return c.by, nil }
func (c *chair) Token(*http.Request) string                 { return "" }
func (c *chair) Place(*http.Request) auth.Place             { return auth.Place{} }
func (c *chair) Session(*http.Request) (web.Session, error) { return web.Session{Actor: c.by}, nil }

// walker sends every request of the table as everybody.
type walker struct {
	t       *testing.T
	app     *App
	chair   *chair
	handler http.Handler
	routes  []api.Route
	objects map[string]string // by name of the place in a route
	inside  auth.Actor        // the clerk of the district, whose things the walk asks for
	outside auth.Actor        // the chairman of another ward than theirs
}

func newWalker(t *testing.T) *walker {
	t.Helper()
	app, err := Wire(t.Context(), Options{
		Location: filepath.Join(t.TempDir(), "rights.db"), Dir: t.TempDir(),
		Policy: auth.Policy{Idle: time.Hour, Absolute: time.Hour, MinLength: 8, Cost: auth.Cost{Memory: 64, Time: 1, Threads: 1}},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := app.Close(); err != nil {
			t.Error(err)
		}
	})
	w := &walker{t: t, app: app, chair: &chair{Cookies: web.Cookies{Auth: app.Auth}}}
	w.fill()
	calls, apiRoutes := api.New(w.chair, i18n.T, slog.New(slog.DiscardHandler), version, app.apiAreas()...)
	pages, webRoutes, err := web.New(web.Config{
		Sessions: w.chair, Clock: app.Clock, IDs: app.IDs, Log: slog.New(slog.DiscardHandler),
	}, app.pageAreas()...)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/api/v1/", calls)
	mux.Handle("/", pages)
	w.handler = mux
	w.routes = apiRoutes
	for _, r := range webRoutes {
		w.routes = append(w.routes, api.Route(r))
	}
	slices.SortFunc(w.routes, func(a, b api.Route) int {
		return strings.Compare(a.Path+" "+a.Method, b.Path+" "+b.Method)
	})
	return w
}

// fill makes the sample district and finds one thing of each kind in it.
func (w *walker) fill() {
	t, store := w.t, w.app.Store
	wall := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	if err := w.app.Clock.Set(t.Context(), demo.Start(), 0, true); err != nil {
		t.Fatal(err)
	}
	// Every id has a millisecond of its own: the first thing of a kind is the
	// same one in every run.
	at := time.Now()
	ids := id.NewSource(func() time.Time { at = at.Add(time.Millisecond); return at }, rand.Reader)
	people, err := demo.Organisation(t.Context(), store, ids, demo.Start())
	if err != nil {
		t.Fatal(err)
	}
	err = demo.Story(t.Context(), demo.Services{
		Store: store, Directive: directive.New(store, ids, directive.Tools{Reader: officialdoc.New()}), Task: task.New(store, ids),
	}, people, instant.Of(wall))
	if err != nil {
		t.Fatal(err)
	}
	err = store.Read(t.Context(), func(tx *db.Tx) (err error) {
		if w.inside, err = people.Actor(tx, "vanthu", demo.Start(), 1); err != nil {
			return err
		}
		w.outside, err = people.Actor(tx, "phucloi", demo.Start(), 1)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	system := auth.System(w.app.Clock.Now(), w.app.Clock.Wall())
	account, err := w.app.Auth.OpenAccount(t.Context(), system, auth.OpenInput{
		Login: "walked", Password: "nước chảy đá mòn", Name: "x", UnitPath: demo.DistrictPath,
	})
	if err != nil {
		t.Fatal(err)
	}
	err = store.Write(t.Context(), func(tx *db.Tx) error {
		return job.Enqueue(tx, w.app.Clock.Wall(), job.Spec{Kind: "x", Key: "walked"})
	})
	if err != nil {
		t.Fatal(err)
	}
	w.objects = map[string]string{"account": account.ID}
	for name, query := range map[string]string{
		"task":           "SELECT id FROM task WHERE unit_path = '/01/01-004/01-004-00154/' AND kind = 'work' ORDER BY ordinal, id LIMIT 1",
		"document":       "SELECT id FROM document WHERE symbol LIKE '1305%' LIMIT 1",
		"own-document":   "SELECT id FROM document WHERE origin <> 'incoming' AND meeting <> '' ORDER BY id LIMIT 1",
		"clause":         "SELECT id FROM clause ORDER BY id LIMIT 1",
		"proposal":       "SELECT id FROM proposal ORDER BY id LIMIT 1",
		"register":       "SELECT id FROM register ORDER BY id LIMIT 1",
		"meeting":        "SELECT id FROM meeting ORDER BY id LIMIT 1",
		"unit":           "SELECT id FROM unit WHERE path LIKE '/01/01-004/01-004-00154/'",
		"office":         "SELECT id FROM office WHERE unit_path = '/01/01-004/01-004-00154/' AND kind = 'UBND'",
		"post":           "SELECT id FROM post WHERE office IN (SELECT id FROM office WHERE unit_path = '/01/01-004/01-004-00154/') ORDER BY id LIMIT 1",
		"person":         "SELECT person FROM holding WHERE post IN (SELECT id FROM post WHERE office IN (SELECT id FROM office WHERE unit_path = '/01/01-004/01-004-00154/')) ORDER BY person LIMIT 1",
		"holding":        "SELECT id FROM holding WHERE post IN (SELECT id FROM post WHERE office IN (SELECT id FROM office WHERE unit_path = '/01/01-004/01-004-00154/')) ORDER BY id LIMIT 1",
		"responsibility": "SELECT id FROM responsibility ORDER BY id LIMIT 1",
		"committee":      "SELECT id FROM office WHERE unit_path = '/01/01-004/' AND id IN (SELECT office FROM committee) ORDER BY name LIMIT 1",
		"member":         "SELECT id FROM committee_member ORDER BY id LIMIT 1",
		"shift":          "SELECT id FROM duty_shift WHERE unit_path IN ('/01/01-004/', '/01/01-004/01-004-00154/') ORDER BY unit_path, id LIMIT 1",
		"hotline":        "SELECT id FROM hotline WHERE unit_path IN ('/01/01-004/', '/01/01-004/01-004-00154/') ORDER BY unit_path, id LIMIT 1",
		"inbox":          "SELECT id FROM inbox ORDER BY id LIMIT 1",
	} {
		var found string
		if err := store.Read(t.Context(), func(tx *db.Tx) error { return tx.Get(&found, query) }); err != nil {
			t.Fatalf("the sample has no %s: %v", name, err)
		}
		w.objects[name] = found
	}
}

// kinds says by the beginning of a path which thing its {id} is.
var kinds = []struct{ prefix, kind string }{
	{"/ban-chi-dao/", "committee"}, {"/cuoc-hop/", "meeting"}, {"/don-vi/", "unit"}, {"/hop-thu/", "inbox"},
	{"/quan-tri/can-bo/", "person"}, {"/quan-tri/chuc-danh/", "post"}, {"/quan-tri/co-quan/", "office"},
	{"/quan-tri/tai-khoan/", "account"}, {"/quan-tri/don-vi/", "unit"}, {"/truc-ban/ca/", "shift"}, {"/truc-ban/so/", "hotline"}, {"/truc-ban/co-quan/", "office"},
	{"/van-ban-den/", "document"}, {"/van-ban-di/", "own-document"}, {"/van-ban/", "document"}, {"/viec/", "task"},
	{"/api/v1/accounts/", "account"}, {"/api/v1/clauses/", "clause"}, {"/api/v1/committees/", "committee"},
	{"/api/v1/documents/", "document"}, {"/api/v1/drafts/", "own-document"}, {"/api/v1/holdings/", "holding"},
	{"/api/v1/hotlines/", "hotline"}, {"/api/v1/inbox/", "inbox"}, {"/api/v1/meetings/", "meeting"}, {"/api/v1/members/", "member"},
	{"/api/v1/offices/", "office"}, {"/api/v1/people/", "person"}, {"/api/v1/posts/", "post"}, {"/api/v1/proposals/", "proposal"},
	{"/api/v1/registers/", "register"}, {"/api/v1/responsibilities/", "responsibility"}, {"/api/v1/shifts/", "shift"},
	{"/api/v1/tasks/", "task"}, {"/api/v1/units/", "unit"},
}

var placeholder = regexp.MustCompile(`\{[a-z.]+\}`)

// path puts things of the sample into the places of a route.
func (w *walker) path(route string) string {
	out := route
	for _, k := range kinds {
		if strings.HasPrefix(route, k.prefix) {
			out = strings.Replace(out, "{id}", w.objects[k.kind], 1)
			break
		}
	}
	return placeholder.ReplaceAllString(out, "1")
}

// outcome is one letter: y answered or done, v the gate is passed and the empty
// form refused (or what it asks for not possible now), n there is no such thing for this actor, x denied, s sign in
// first.
func (w *walker) outcome(r api.Route, by auth.Actor) string {
	by.Now, by.Wall = w.app.Clock.Now(), w.app.Clock.Wall()
	w.chair.by = by
	body, kind := "", "application/x-www-form-urlencoded"
	if strings.HasPrefix(r.Path, "/api/") && r.Method != http.MethodGet {
		body, kind = "{}", "application/json"
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if r.Path == "/truc-tiep" { // a stream that would not end
		cancel()
	}
	h := httptest.NewRequestWithContext(ctx, r.Method, w.path(r.Path), strings.NewReader(body))
	h.Header.Set("Content-Type", kind)
	answer := httptest.NewRecorder()
	w.handler.ServeHTTP(answer, h)
	switch status := answer.Code; {
	case status == http.StatusUnauthorized, status == http.StatusSeeOther && strings.HasPrefix(answer.Header().Get("Location"), "/dang-nhap?"):
		return "s"
	case status == http.StatusForbidden:
		return "x"
	case status == http.StatusNotFound:
		return "n"
	case status == http.StatusUnprocessableEntity, status == http.StatusBadRequest,
		status == http.StatusConflict, status == http.StatusPreconditionRequired:
		return "v"
	case status >= 500 && status != http.StatusServiceUnavailable:
		w.t.Errorf("%s %s answers %d: %s", r.Method, r.Path, status, answer.Body.String())
		return "!"
	default:
		return "y"
	}
}

// as gives somebody one role only, in his own unit; the administrator inside is
// that of everything.
func as(by auth.Actor, role auth.Role, path string) auth.Actor {
	by.Grants = []auth.Grant{{Role: role, Path: path, Level: auth.Internal}}
	return by
}

func (w *walker) insider(role auth.Role) auth.Actor {
	if role == "admin" {
		return as(w.inside, role, "/")
	}
	return as(w.inside, role, demo.DistrictPath)
}

// TestEveryRouteDeniesByDefault sends every route of pages and API as every
// role, inside its units and outside, and without a session, against a reviewed
// table. Beside it stand the rules that no review may change.
func TestEveryRouteDeniesByDefault(t *testing.T) {
	w := newWalker(t)
	var roles []auth.Role
	for _, r := range auth.Roles() {
		if r != "system" {
			roles = append(roles, r)
		}
	}
	rows := make([][]string, len(w.routes))
	for i, r := range w.routes { // first those who may change nothing
		rows[i] = []string{w.outcome(r, auth.Actor{})}
		for _, role := range roles {
			rows[i] = append(rows[i], w.outcome(r, as(w.outside, role, w.outside.UnitPath)))
		}
	}
	for i, r := range w.routes {
		for j, role := range roles {
			rows[i][j+1] = w.outcome(r, w.insider(role)) + rows[i][j+1]
		}
	}
	var table bytes.Buffer
	fmt.Fprintf(&table, "# route, its right, then nobody and each role: inside its units, outside them\n# y answered  v empty form refused  n no such thing for him  x denied  s sign in first\n%-7s%-52s%-19s-", "", "", "")
	for _, role := range roles {
		fmt.Fprintf(&table, " %s", role)
	}
	fmt.Fprintln(&table)
	for i, r := range w.routes {
		fmt.Fprintf(&table, "%-7s%-52s%-19s%s\n", r.Method, r.Path, r.Right, strings.Join(rows[i], " "))
		w.check(r, roles, rows[i])
	}
	golden := filepath.Join("testdata", "rights.txt")
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(golden, table.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range lineDiff(string(want), table.String()) {
		t.Errorf("%s", line)
	}
	if t.Failed() {
		t.Log("after a review: go test ./cmd/phaodai -run TestEveryRouteDeniesByDefault -update")
	}
}

// check holds whatever the table says: nobody passes a route that needs a
// session; a role without the route's right never passes it; nobody gets or
// does anything with a thing of another jurisdiction. The organisation (who is
// who, and how to reach whom on duty) is open to every officer.
func (w *walker) check(r api.Route, roles []auth.Role, row []string) {
	if r.Right == auth.Anyone {
		return
	}
	if row[0] != "s" {
		w.t.Errorf("%s %s: without a session the answer is %q", r.Method, r.Path, row[0])
	}
	for j, role := range roles {
		has := r.Right == auth.SignedIn || role.Has(r.Right)
		if got := row[j+1]; !has && got != "xx" {
			w.t.Errorf("%s %s: %s has no right %s, yet the answer is %q", r.Method, r.Path, role, r.Right, got)
		}
		open := r.Method == http.MethodGet && (r.Right == auth.OrgRead || r.Right == auth.OrgManage ||
			strings.HasPrefix(r.Path, "/van-ban-di/")) // the conclusion of the sample went to every ward
		if strings.Contains(r.Path, "{id}") && row[j+1][1] == 'y' && !open {
			w.t.Errorf("%s %s: %s reaches a thing of another jurisdiction", r.Method, r.Path, role)
		}
	}
}

// lineDiff lists the lines that only one of two texts has.
func lineDiff(want, got string) []string {
	a, b := strings.Split(want, "\n"), strings.Split(got, "\n")
	var out []string
	for _, l := range a {
		if !slices.Contains(b, l) {
			out = append(out, "- "+l)
		}
	}
	for _, l := range b {
		if !slices.Contains(a, l) {
			out = append(out, "+ "+l)
		}
	}
	return out
}
