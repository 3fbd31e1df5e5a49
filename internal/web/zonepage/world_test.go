package zonepage_test

import (
	"crypto/rand"
	"fmt"
	"os"
	"testing"
	"time"

	"phaodai/internal/auth"
	"phaodai/internal/criterion"
	"phaodai/internal/db"
	"phaodai/internal/demo"
	"phaodai/internal/directive"
	"phaodai/internal/id"
	"phaodai/internal/instant"
	"phaodai/internal/officialdoc"
	"phaodai/internal/org"
	"phaodai/internal/testkit"
	"phaodai/internal/web/webtest"
	"phaodai/internal/web/zonepage"
	"phaodai/internal/zoning"
)

func TestMain(m *testing.M) { os.Exit(webtest.Main(m, "zone")) }

// at is a moment of September 2021 in Vietnam.
func at(day, hour, minute int) instant.Micros {
	return instant.Of(time.Date(2021, 9, day, hour, minute, 0, 0, instant.Vietnam()))
}

// world is the sample district with zoning, and its pages.
type world struct {
	t      *testing.T
	store  *db.DB
	zones  *zoning.Service
	papers *directive.Service
	parts  zonepage.Parts
	people demo.People
	now    instant.Micros
	scheme string
	round  string
	plans  map[string]zoning.Plan // by code of the ward
	areas  map[string][]zoning.Area
	site   *webtest.Site
}

// settle is the district on the evening of 5 September, under 17/CT-UBND.
func settle(t *testing.T) *world {
	t.Helper()
	store := testkit.SQLite(t)
	ids := id.NewSource(time.Now, rand.Reader)
	w := &world{t: t, store: store, now: at(5, 19, 0), plans: map[string]zoning.Plan{}, areas: map[string][]zoning.Area{}}
	w.papers = directive.New(store, ids, directive.Tools{Reader: officialdoc.New()})
	w.zones = zoning.New(store, ids, w.papers)
	var err error
	w.people, err = demo.Organisation(t.Context(), store, ids, demo.Start())
	w.must(err)
	w.must(w.zones.Board().Refresh(t.Context()))
	w.parts = zonepage.Parts{Zones: w.zones, Units: org.New(store, ids), Documents: w.papers}
	w.serve()
	_, err = w.zones.Change(t.Context(), w.as("chutich"), zoning.ChangeInput{
		Units: []string{w.unit(demo.DistrictPath).ID}, Layer: zoning.DistrictArea, Class: "KEEP", Bundle: "HN17",
		Symbol: "17/CT-UBND", Clause: "2.2.(3)", Reason: "Tiếp tục 17/CT-UBND đến khi kế hoạch của phường được áp dụng",
	})
	w.must(err)
	return w
}

// serve makes the site again with options.
func (w *world) serve(options ...webtest.Option) {
	w.site = webtest.With(w.t, w.as("cukhoi"), options, zonepage.Pages(w.parts))
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// as is a player of the sample, now.
func (w *world) as(login string) (by auth.Actor) {
	w.t.Helper()
	w.must(w.store.Read(w.t.Context(), func(tx *db.Tx) (err error) {
		by, err = w.people.Actor(tx, login, w.now, w.now)
		return err
	}))
	return by
}

// sit makes the site show another player's pages.
func (w *world) sit(login string) *webtest.Site {
	w.site.Clock.World = w.now
	return w.site.As(w.as(login))
}

// chairman is the chairman of a ward, players and others.
func (w *world) chairman(ward string) (by auth.Actor) {
	w.t.Helper()
	person, post := w.people.Persons["chu-tich."+ward], w.people.Posts["chu-tich."+ward]
	w.must(w.store.Read(w.t.Context(), func(tx *db.Tx) error {
		posts, err := org.ActingIn(tx, person, w.now)
		for _, a := range posts {
			if a.Post.ID == post {
				by = auth.Actor{Account: "ct" + ward, Person: person, Name: "Chủ tịch " + ward, Post: post, PostTitle: a.Title,
					Office: a.Office.ID, UnitPath: a.Office.UnitPath, Grants: a.Grants, Now: w.now, Wall: w.now}
			}
		}
		return err
	}))
	return by
}

func (w *world) unit(path string) (u org.Unit) {
	w.t.Helper()
	w.must(w.store.Read(w.t.Context(), func(tx *db.Tx) (err error) {
		u, err = org.UnitAt(tx, path)
		return err
	}))
	return u
}

// table is the shipped example for areas 01 to 03.
func (w *world) table() *criterion.Table {
	tables, err := criterion.Examples()
	w.must(err)
	for _, x := range tables {
		if x.ID == "LBAREA" {
			return x
		}
	}
	w.t.Fatal("no example LBAREA")
	return nil
}

var choices = map[string]zoning.Choice{
	"A01": {Bundle: "HN17"},
	"A02": {Bundle: "CT15PLUS", Additions: []string{"Đi chợ theo thẻ ngày chẵn, ngày lẻ"}},
	"A03": {Bundle: "CT15"},
}

// criteria issues a version of the criteria.
func (w *world) criteria(table *criterion.Table) {
	w.t.Helper()
	by := w.as("chanhvp.ubnd")
	sc, err := w.zones.SaveScheme(w.t.Context(), by, zoning.SchemeInput{ID: w.scheme, Unit: w.unit(demo.DistrictPath).ID, Table: table, Bundles: choices})
	w.must(err)
	w.scheme = sc.ID
	doc, err := w.zones.DraftScheme(w.t.Context(), by, zoning.IssueInput{ID: sc.ID, Signer: w.people.Posts["chu-tich@ubnd"], Issuer: w.people.Offices["ubnd"]})
	w.must(err)
	w.issue(doc.ID)
}

// issue takes a drafted document of the district to its recipients.
func (w *world) issue(document string) {
	w.t.Helper()
	ctx, step := w.t.Context(), directive.StepInput{Document: document}
	_, err := w.papers.Submit(ctx, w.as("chanhvp.ubnd"), step)
	w.must(err)
	_, err = w.papers.Sign(ctx, w.as("chutich"), step)
	w.must(err)
	_, err = w.papers.Number(ctx, w.as("vanthu.ubnd"), step)
	w.must(err)
	_, err = w.papers.Issue(ctx, w.as("vanthu.ubnd"), directive.IssueInput{Document: document})
	w.must(err)
}

// open opens the round of seed 000.
func (w *world) open() {
	w.t.Helper()
	r, err := w.zones.OpenRound(w.t.Context(), w.as("chanhvp.ubnd"), zoning.RoundInput{
		Title: "Chia khu vực theo mức độ nguy cơ", Unit: w.unit(demo.DistrictPath).ID, Office: w.people.Offices["ubnd"], Scheme: w.scheme,
		DueCriteria: at(6, 23, 59), DuePlan: at(7, 23, 59), DueApprove: at(8, 23, 59), StartsAt: at(9, 6, 0),
		Opinions: map[zoning.Field]string{zoning.Health: w.people.Offices["phong-y-te"], zoning.Economy: w.people.Offices["phong-kinh-te"],
			zoning.Urban: w.people.Offices["phong-qldt"]},
	})
	w.must(err)
	w.round = r.ID
	w.reload()
}

// reload reads the plans as they are now.
func (w *world) reload() {
	w.t.Helper()
	plans, err := w.zones.PlansOf(w.t.Context(), w.as("chutich"), demo.DistrictPath)
	w.must(err)
	for _, p := range plans {
		w.plans[w.unit(p.UnitPath).Code] = p
	}
}

// groups gives a ward some neighbourhood groups, the first of each with
// numbers that suggest another class.
func (w *world) groups(ward string, n int) []zoning.Area {
	w.t.Helper()
	by := w.chairman(ward)
	var out []zoning.Area
	for i := range n {
		households, people := int64(90+3*i), int64(310+11*i)
		a, err := w.zones.AddArea(w.t.Context(), by, zoning.AreaInput{
			Unit: w.unit(demo.WardPath(ward)).ID, Kind: "neighbourhood_group", Name: fmt.Sprintf("Tổ dân phố %d", i+1), Households: &households, People: &people,
		})
		w.must(err)
		out = append(out, a)
		w.numbers(by, a.ID, 60, 0)
	}
	w.areas[ward] = append(w.areas[ward], out...)
	return out
}

// place adds an area of a kind at a point, without numbers.
func (w *world) place(ward, kind, name string, lon, lat float64) zoning.Area {
	w.t.Helper()
	a, err := w.zones.AddArea(w.t.Context(), w.chairman(ward), zoning.AreaInput{
		Unit: w.unit(demo.WardPath(ward)).ID, Kind: kind, Name: name, Lon: &lon, Lat: &lat,
	})
	w.must(err)
	w.areas[ward] = append(w.areas[ward], a)
	return a
}

func (w *world) numbers(by auth.Actor, area string, days, contacts float64) {
	w.t.Helper()
	var in []zoning.NumberInput
	for name, v := range map[string]any{"days_since_case": days, "contacts": contacts, "unknown_source": false, "crowded_place": false} {
		in = append(in, zoning.NumberInput{Area: area, Measure: name, Value: v, Source: "Trạm y tế phường"})
	}
	_, err := w.zones.EnterNumbers(w.t.Context(), by, "", in)
	w.must(err)
}

// put gives an area of a plan a class.
func (w *world) put(ward string, area zoning.Area, in zoning.MarkInput) {
	w.t.Helper()
	in.Plan, in.Area = w.plans[ward].ID, area.ID
	_, err := w.zones.Mark(w.t.Context(), w.chairman(ward), in)
	w.must(err)
}

// submit takes the suggestions of a ward and sends its plan.
func (w *world) submit(ward string) {
	w.t.Helper()
	_, err := w.zones.TakeSuggestions(w.t.Context(), w.chairman(ward), w.plans[ward].ID, "")
	w.must(err)
	_, err = w.zones.Submit(w.t.Context(), w.chairman(ward), zoning.StepInput{Plan: w.plans[ward].ID})
	w.must(err)
}

// wards are the codes of the fourteen.
var wards = []string{"00115", "00118", "00121", "00124", "00127", "00130", "00133", "00136", "00139", "00142", "00145", "00148", "00151", "00154"}
