package orgapi

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"phaodai/internal/api"
	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/demo"
	"phaodai/internal/i18n"
	"phaodai/internal/id"
	"phaodai/internal/instant"
	"phaodai/internal/org"
	"phaodai/internal/testkit"
)

type session struct{ actor auth.Actor }

func (s *session) Actor(*http.Request) (auth.Actor, error) { return s.actor, nil }
func (s *session) Token(*http.Request) string              { return "" }
func (s *session) Place(*http.Request) auth.Place          { return auth.Place{} }

type counter struct{ n int }

func (c *counter) Read(p []byte) (int, error) {
	c.n++
	copy(p, fmt.Sprintf("%010d", c.n))
	return len(p), nil
}

// site is the API over the sample organisation.
type site struct {
	t       *testing.T
	handler http.Handler
	session *session
	people  demo.People
	store   *db.DB
}

var now = instant.Of(time.Date(2021, 9, 5, 18, 35, 0, 0, instant.Vietnam()))

func open(t *testing.T) *site {
	t.Helper()
	store := testkit.SQLite(t)
	ids := id.NewSource(now.Time, &counter{})
	people, err := demo.Organisation(t.Context(), store, ids, now)
	if err != nil {
		t.Fatal(err)
	}
	s := &site{t: t, session: &session{}, people: people, store: store}
	s.handler, _ = api.New(s.session, i18n.T, slog.New(slog.NewTextHandler(os.Stderr, nil)), "test", Operations(org.New(store, ids)))
	return s
}

func (s *site) as(login string) *site {
	s.t.Helper()
	err := s.store.Read(s.t.Context(), func(tx *db.Tx) (err error) {
		s.session.actor, err = s.people.Actor(tx, login, now, now)
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return s
}

func (s *site) call(method, path, body string, want int) map[string]any {
	s.t.Helper()
	r := httptest.NewRequest(method, "/api/v1"+path, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	if w.Code != want {
		s.t.Errorf("%s %s: %d, want %d: %s", method, path, w.Code, want, w.Body)
	}
	var list any
	if err := json.Unmarshal(w.Body.Bytes(), &list); err != nil && w.Code < 300 {
		s.t.Errorf("%s %s: %v in %s", method, path, err, w.Body)
	}
	out, ok := list.(map[string]any)
	if !ok {
		return map[string]any{"list": list}
	}
	return out
}

func (s *site) get(path string) map[string]any {
	s.t.Helper()
	return s.call("GET", path, "", 200)
}

func (s *site) post(path, body string) map[string]any {
	s.t.Helper()
	return s.call("POST", path, body, 200)
}

func TestReading(t *testing.T) {
	s := open(t).as("chanhvp")
	for _, path := range []string{
		"/tiers", "/units?q=cu+khoi", "/units?tier=ward&limit=5", "/units/top", "/units/01-004", "/units/01-004-00154?at=2021-09-05T00:00:00Z",
		"/units/01-004/parts", "/offices?q=phong+y+te", "/offices?kind=UBND&under=" + url.QueryEscape(demo.DistrictPath),
		"/offices/" + s.people.Offices["ubnd"], "/people?q=nguyen", "/my-area", "/committees", "/committees/" + s.people.Offices["bcd"],
		"/rosters", "/my-shifts", "/hotlines", "/offices/" + s.people.Offices["sch"] + "/hand-over-notes", "/posts/" + s.people.Posts["btv"],
	} {
		s.get(path)
	}
	if v := s.get("/units/01-004-00154"); v["name"] != "Phường Cự Khối" || len(v["offices"].([]any)) != 6 {
		t.Errorf("the ward: %v", v["name"])
	}
	found := s.get("/offices?kind=PARTY_COMMITTEE&limit=10")
	next := url.QueryEscape(found["next"].(string))
	if rest := s.get("/offices?kind=PARTY_COMMITTEE&limit=10&after=" + next); len(rest["rows"].([]any)) != 6 || rest["next"] != "" {
		t.Errorf("second page: %v", rest)
	}
	matches := s.post("/offices/resolve", `{"unit_path":"/01/01-004/","phrases":["UBND các phường","Tập đoàn X"]}`)["list"].([]any)
	if first := matches[0].(map[string]any); len(first["offices"].([]any)) != 14 {
		t.Errorf("resolved: %v", first)
	}
	s.call("GET", "/units/01-999", "", 404)
	s.call("GET", "/units/01-004?at=tomorrow", "", 422)
	s.session.actor = auth.Actor{Lang: "vi"}
	s.call("GET", "/units/01-004", "", 401)
	s.as("to1.cukhoi").call("GET", "/units/01-004", "", 403)
}

func TestBuildingAnOffice(t *testing.T) {
	s := open(t).as("quantri")
	office := s.post("/offices", `{"key":"k1","unit":"01-004","kind":"TEAM","line":"state","name":"Tổ giám sát cộng đồng"}`)["id"].(string)
	if again := s.post("/offices", `{"key":"k1","unit":"01-004","kind":"TEAM","line":"state","name":"Tổ giám sát cộng đồng"}`); again["id"] != office {
		t.Error("a repeat made another office")
	}
	post := s.post("/posts", `{"office":"`+office+`","title":"Tổ trưởng","head":true,"roles":["unit_head"],"level":2}`)["id"].(string)
	person := s.post("/people", `{"name":"Lê Văn Thử","phone":"0900 111 222"}`)["id"].(string)
	holding := s.post("/holdings", `{"post":"`+post+`","person":"`+person+`"}`)["id"].(string)
	if v := s.get("/offices/" + office); len(v["holders"].([]any)) != 1 {
		t.Errorf("the office: %v", v)
	}
	s.post("/posts/"+post, `{"version":1,"title":"Tổ trưởng tổ giám sát","head":true,"roles":["unit_head"],"level":2}`)
	s.call("POST", "/posts/"+post, `{"version":1,"title":"Khác","roles":[]}`, 409)
	s.post("/holdings/"+holding+"/end", `{"at":"2021-09-30T00:00:00+07:00"}`)
	problem := s.call("POST", "/people", `{"name":" ","email":"x"}`, 422)
	if fields := problem["fields"].([]any); len(fields) != 2 {
		t.Errorf("problem: %v", problem)
	}
	s.post("/offices/"+office+"/rename", `{"version":1,"name":"Tổ giám sát","aliases":["TGS"]}`)
	s.post("/offices/"+office+"/end", `{"at":"2021-10-01T00:00:00+07:00","successor":"`+s.people.Offices["sch"]+`"}`)
	s.post("/posts/"+s.people.Posts["truc-ban"]+"/end", `{}`)
	unit := s.post("/units", `{"parent":"01-004","code":"00999","tier":"ward","name":"Phường Thử"}`)["id"].(string)
	s.post("/units/"+unit+"/rename", `{"name":"Phường Thử Nghiệm","at":"2021-09-06T00:00:00+07:00"}`)
	s.post("/units/"+unit+"/end", `{"kind":"merged","successors":["01-004-00154"],"at":"2022-01-01T00:00:00+07:00"}`)
	s.call("POST", "/units/import?date=2022-01-01T00:00:00Z", "x", 422)
	s.as("chanhvp").call("POST", "/offices", `{"unit":"01-004","kind":"TEAM","line":"state","name":"Tổ"}`, 403)
}

func TestDutyAndCommittees(t *testing.T) {
	s := open(t).as("chanhvp")
	o, p := s.people.Offices, s.people.Persons
	shift := s.post("/shifts", `{"office":"`+o["sch"]+`","person":"`+p["truc-ban"]+`","from":"2021-09-05T18:00:00+07:00","to":"2021-09-05T22:00:00+07:00"}`)["id"].(string)
	s.post("/shifts/"+shift+"/check-in", `{"place":"Phòng trực"}`)
	s.post("/shifts/"+shift+"/hand-over", `{"note":"Đã bàn giao."}`)
	if e := s.get("/shifts/" + shift); e["office_name"] == "" {
		t.Errorf("shift: %v", e)
	}
	s.call("POST", "/shifts/"+shift+"/cancel", `{}`, 409)
	other := s.post("/shifts", `{"office":"`+o["sch"]+`","person":"`+p["truc-ban"]+`","from":"2021-09-08T18:00:00+07:00","to":"2021-09-08T22:00:00+07:00"}`)["id"].(string)
	s.post("/shifts/"+other+"/cancel", `{}`)
	line := s.post("/hotlines", `{"office":"`+o["sch"]+`","number":"1022","label":"Tổng đài","public":true}`)["id"].(string)
	s.post("/hotlines/"+line+"/test", `{"answered":true}`)
	s.post("/hotlines/"+line+"/end", `{"at":"2021-09-06T00:00:00+07:00"}`)
	c := s.post("/committees", `{"unit":"01-004-00154","kind":"COMMAND_CENTRE","line":"state","name":"Sở Chỉ huy phường Cự Khối",
		"charter":{"state":"DRAFT"},"members":[{"post":"`+s.people.Posts["chu-tich.00154"]+`","role":"head","duty":"Chỉ huy"}]}`)["id"].(string)
	s.post("/committees/"+c+"/charter", `{"version":1,"state":"ACTIVE","founding_text":"Quyết định số 1"}`)
	s.post("/committees/"+c+"/members", `{"person":"`+p["y-si.00154"]+`"}`)
	members := s.get("/committees/" + c)["members"].([]any)
	last := members[len(members)-1].(map[string]any)["member"].(map[string]any)["id"].(string)
	s.post("/members/"+last, `{"person":"`+p["y-si.00154"]+`","role":"member","duty":"Y tế"}`)
	s.post("/members/"+last+"/end", `{"at":"2021-12-01T00:00:00+07:00"}`)
	r := s.post("/responsibilities", `{"post":"`+s.people.Posts["btv"]+`","person":"`+p["pct-1"]+`","territory":"/01/01-004/01-004-00154/"}`)["id"].(string)
	s.post("/responsibilities/"+r+"/end", `{"at":"2021-12-01T00:00:00+07:00"}`)
	s.as("thachban").call("POST", "/hotlines", `{"office":"`+o["sch"]+`","number":"1022","label":"x"}`, 403)
	s.post("/people/"+p["chu-tich.00148"], `{"name":"`+s.session.actor.Name+`","phone":"0900 222 333"}`)
}

// The description of the API names moments as texts.
func TestOpenAPI(t *testing.T) {
	s := open(t)
	r := httptest.NewRequest("GET", "/api/v1/openapi.json", nil)
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	if w.Code != 200 || !strings.Contains(w.Body.String(), `"date-time"`) || strings.Contains(w.Body.String(), `"Micros"`) {
		t.Errorf("%d %.300s", w.Code, w.Body)
	}
}
