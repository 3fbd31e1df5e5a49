package main

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"flag"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"phaodai/internal/api"
	"phaodai/internal/auth"
	"phaodai/internal/criterion"
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
	people  demo.People
	calls   map[string]call   // by method and path of the route
	said    map[string]string // why a call was refused for another reason than a right
	undo    *undo
	secrets []*secret
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
	w := &walker{t: t, app: app, chair: &chair{Cookies: web.Cookies{Auth: app.Auth}}, said: map[string]string{}}
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
	var things []thing
	things, w.calls = readCalls(t, rightsCalls)
	for _, th := range things {
		w.make(th)
	}
	return w
}

// takeBack makes the world as it was before a request.
func (w *walker) takeBack() {
	if w.undo.back() == 0 {
		return
	}
	if err := w.app.Clock.Reload(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
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
	w.people = people
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
	w.objects = map[string]string{
		"account": account.ID, "own-office": w.inside.Office, "own-post": w.inside.Post, "own-person": w.inside.Person,
	}
	for kind, ids := range map[string]map[string]string{"office-": people.Offices, "post-": people.Posts, "person-": people.Persons} {
		for key, id := range ids {
			w.objects[kind+strings.NewReplacer(".", "-", "@", "-", ":", "-").Replace(key)] = id
		}
	}
	for name, query := range map[string]string{
		"task":           "SELECT id FROM task WHERE unit_path = '/01/01-004/01-004-00154/' AND kind = 'work' ORDER BY ordinal, id LIMIT 1",
		"document":       "SELECT id FROM document WHERE symbol LIKE '1305%' LIMIT 1",
		"approved":       "SELECT id FROM document WHERE symbol LIKE '06-CT%' LIMIT 1",
		"own-document":   "SELECT id FROM document WHERE origin <> 'incoming' AND meeting <> '' ORDER BY id LIMIT 1",
		"clause":         "SELECT id FROM clause ORDER BY id LIMIT 1",
		"proposal":       "SELECT id FROM proposal ORDER BY id LIMIT 1",
		"other-proposal": "SELECT id FROM proposal ORDER BY id LIMIT 1 OFFSET 1",
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
		"link":           "SELECT id FROM link ORDER BY id LIMIT 1",
	} {
		w.objects[name] = w.find(name, query)
	}
	w.objects["criteria"] = exampleCriteria(t)
	w.objects["band-files"] = bandFiles
}

// find is the id of one thing of the sample.
func (w *walker) find(name, query string) (found string) {
	w.t.Helper()
	if err := w.app.Store.Read(w.t.Context(), func(tx *db.Tx) error { return tx.Get(&found, query) }); err != nil {
		w.t.Fatalf("the sample has no %s: %v", name, err)
	}
	return found
}

// exampleCriteria is a table of criteria as the API takes it.
func exampleCriteria(t *testing.T) string {
	t.Helper()
	tables, err := criterion.Examples()
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(tables, func(x *criterion.Table) bool { return x.ID == "LBAREA" })
	if i < 0 {
		t.Fatal("no example LBAREA")
	}
	text, err := json.Marshal(tables[i])
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// bandFiles are the fields of a form that sends the exercise of bands, so small
// that computing it takes no time.
const bandFiles = "cases=@cases.csv province_code,province,district,ward,date,cases\n79,TP. Hồ Chí Minh,Quận 1,Tân Định,2021-09-01,66\n" +
	" & population=@people.csv province_code,ward_code,province,district,ward,total\n79,26734,Thành phố Hồ Chí Minh,Quận 1,Phường Tân Định,29000\n" +
	" & units=@units.csv province_code,ward_code,province,district,ward\n79,26734,Thành phố Hồ Chí Minh,Quận 1,Phường Tân Định\n" +
	" & mapping=@mapping.csv ward_code_2019,ward_code_2024\n26734,26734\n"

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
	{"/ke-hoach/", "plan"}, {"/khu-vuc/", "area"}, {"/tieu-chi/", "scheme"}, {"/bien-phap/", "bundle"}, {"/api/v1/areas/", "area"}, {"/api/v1/plans/", "plan"},
	{"/api/v1/rounds/", "round"}, {"/api/v1/schemes/", "scheme"},
	{"/dan-cu/ho/", "household"}, {"/dan-cu/nguoi/", "resident"}, {"/dan-cu/nap/", "list"},
	{"/api/v1/households/", "household"}, {"/api/v1/residents/", "resident"}, {"/api/v1/people-lists/", "list"},
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

// as gives somebody one role only, in his own unit; the administrator inside is
// that of everything.
func as(by auth.Actor, role auth.Role, path string) auth.Actor {
	level := auth.Internal
	if slices.Contains([]auth.Role{"registrar", "police", "health_station", "laboratory", "field_team"}, role) { // their work is with persons
		level = auth.Restricted
	}
	by.Grants = []auth.Grant{{Role: role, Path: path, Level: level}}
	return by
}

func (w *walker) insider(role auth.Role, r api.Route) auth.Actor {
	by := w.inside
	if login := w.calls[r.Method+" "+r.Path].by; login != "" {
		by = w.player(login)
	}
	if role == "admin" {
		return as(by, role, "/")
	}
	return as(by, role, demo.DistrictPath)
}

// TestEveryRouteDeniesByDefault sends every route of pages and API as every
// role, inside its units and outside, and without a session, against a reviewed
// table. A writing route gets a body that passes every other check, and the world
// is as it was again after each request. Beside the table stand the rules that no
// review may change.
func TestEveryRouteDeniesByDefault(t *testing.T) {
	w := newWalker(t)
	w.undo = newUndo(t, w.app.Store)
	w.secrets = w.findSecrets()
	w.checkCalls()
	var roles []auth.Role
	for _, r := range auth.Roles() {
		if r != "system" {
			roles = append(roles, r)
		}
	}
	var table bytes.Buffer
	fmt.Fprintf(&table, "%s%-7s%-52s%-19s-", tableHead, "", "", "")
	for _, role := range roles {
		fmt.Fprintf(&table, " %s", role)
	}
	fmt.Fprintln(&table)
	for _, r := range w.routes {
		row := []string{w.outcome(r, auth.Actor{})}
		for _, role := range roles {
			row = append(row, w.outcome(r, w.insider(role, r))+w.outcome(r, as(w.outside, role, w.outside.UnitPath)))
		}
		fmt.Fprintf(&table, "%-7s%-52s%-19s%s\n", r.Method, r.Path, r.Right, strings.Join(row, " "))
		w.check(r, roles, row)
	}
	w.checkSecrets()
	golden := filepath.Join("testdata", "rights.txt")
	if *update {
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

const tableHead = `# route, its right, then nobody and each role: inside its units, outside them
# y answered or done  v not possible as things are  n no such thing for him  x denied  s sign in first
`

// checkCalls demands one call for each writing route, and none without a route.
func (w *walker) checkCalls() {
	known := map[string]bool{}
	for _, r := range w.routes {
		known[r.Method+" "+r.Path] = true
		if _, ok := w.calls[r.Method+" "+r.Path]; !ok && r.Method != http.MethodGet {
			w.t.Errorf("testdata/rights-calls.txt does not say what is sent to %s %s", r.Method, r.Path)
		}
	}
	for route := range w.calls {
		if !known[route] {
			w.t.Errorf("testdata/rights-calls.txt: there is no route %s", route)
		}
	}
}

// check holds whatever the table says: nobody passes a route that needs a
// session; a role without the route's right never passes it; what is sent to a
// writing route is good enough for somebody, so that the rest are refusals of
// rights; nobody gets or does anything with a thing of another jurisdiction. The
// organisation (who is who) is open to every officer, but for its secrets.
func (w *walker) check(r api.Route, roles []auth.Role, row []string) {
	route := r.Method + " " + r.Path
	c := w.calls[route]
	if r.Method != http.MethodGet && !c.state && !strings.Contains(strings.Join(row, ""), "y") {
		w.t.Errorf("%s: nobody may, so the table tells nothing of rights: %s", route, w.said[route])
	}
	if strings.Contains(strings.Join(row, ""), "v") && !c.state {
		w.t.Errorf("%s: refused for another reason than a right: %s", route, w.said[route])
	}
	if r.Right == auth.Anyone {
		return
	}
	if row[0] != "s" {
		w.t.Errorf("%s: without a session the answer is %q", route, row[0])
	}
	for j, role := range roles {
		has := r.Right == auth.SignedIn || role.Has(r.Right)
		if got := row[j+1]; !has && got != "xx" {
			w.t.Errorf("%s: %s has no right %s, yet the answer is %q", route, role, r.Right, got)
		}
		if row[j+1][1] == 'y' && !w.mayReach(r, c) {
			w.t.Errorf("%s: %s reaches a thing of another jurisdiction", route, role)
		}
	}
}

// inner are the addresses of what is proposed and not yet decided, and of the
// households under a block.
var inner = regexp.MustCompile(`^(/api/v1/plans|/api/v1/rounds|/ke-hoach|/phe-duyet|/phong-toa)/|^/api/v1/areas/\{id\}/block`)

// mayReach tells whether somebody outside may get an answer.
func (w *walker) mayReach(r api.Route, c call) bool {
	switch {
	case r.Method != http.MethodGet:
		return c.own
	case r.Right == auth.OrgRead:
		return true
	case r.Right == auth.ZoneRead && !inner.MatchString(r.Path):
		return true // what holds where, and by which criteria, is for everybody
	case strings.HasPrefix(r.Path, "/van-ban-di/"): // the conclusion of the sample went to every ward
		return true
	default:
		return !strings.Contains(r.Path, "{id}")
	}
}

// secret is something about the organisation that concerns those inside only.
type secret struct {
	what, text string
	shown      bool // somebody inside has seen it
}

// findSecrets are the telephones of the persons of a ward and the note of its
// shift.
func (w *walker) findSecrets() (out []*secret) {
	var phones []string
	err := w.app.Store.Read(w.t.Context(), func(tx *db.Tx) error {
		return tx.Select(&phones, `SELECT DISTINCT p.phone FROM person p JOIN holding h ON h.person = p.id JOIN post q ON q.id = h.post
			JOIN office o ON o.id = q.office WHERE o.unit_path = $1 AND p.phone <> '' ORDER BY p.phone`, wardPath)
	})
	if err != nil {
		w.t.Fatal(err)
	}
	for _, phone := range phones {
		out = append(out, &secret{what: "a telephone", text: digits(phone)})
	}
	return append(out, &secret{what: "a hand-over note", text: "Chìakhóacổngsố4"})
}

const wardPath = demo.DistrictPath + "01-004-00154/"

// watch looks for secrets in what is answered.
func (w *walker) watch(r api.Route, by auth.Actor, body string) {
	body = digits(body)
	for _, s := range w.secrets {
		if !strings.Contains(body, s.text) {
			continue
		}
		s.shown = true
		if by.Person == w.outside.Person {
			w.t.Errorf("%s %s: %s outside sees %s", r.Method, r.Path, by.Grants[0].Role, s.what)
		}
	}
}

// digits brings telephone numbers together, however they are written.
func digits(s string) string {
	return strings.NewReplacer(" ", "", ".", "", "\u00a0", "", "\n", "").Replace(s)
}

// checkSecrets demands that one of each kind was shown to somebody: otherwise
// that nobody outside saw it means nothing.
func (w *walker) checkSecrets() {
	shown := map[string]bool{}
	for _, s := range w.secrets {
		shown[s.what] = shown[s.what] || s.shown
	}
	for what, ok := range shown {
		if !ok {
			w.t.Errorf("nobody was shown %s", what)
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
