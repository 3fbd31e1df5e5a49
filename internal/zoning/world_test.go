package zoning_test

import (
	"context"
	"crypto/rand"
	"fmt"
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
	"phaodai/internal/zoning"
)

// world is the sample district with zoning.
type world struct {
	t      *testing.T
	ctx    context.Context
	d      *db.DB
	s      *zoning.Service
	papers *directive.Service
	people demo.People
	now    instant.Micros
	scheme string
	round  string
}

func newWorld(t *testing.T, d *db.DB) *world {
	t.Helper()
	wall := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	ids := id.NewSource(func() time.Time { return wall }, rand.Reader)
	w := &world{t: t, ctx: t.Context(), d: d, now: demo.At(5, 19, 0)}
	w.papers = directive.New(d, ids, directive.Tools{Reader: officialdoc.New()})
	w.s = zoning.New(d, ids, w.papers)
	var err error
	w.people, err = demo.Organisation(t.Context(), d, ids, demo.Start())
	w.must(err)
	return w
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
	w.must(w.d.Read(w.ctx, func(tx *db.Tx) (err error) {
		by, err = w.people.Actor(tx, login, w.now, instant.Of(time.Now()))
		return err
	}))
	return by
}

// chairman is the chairman of a ward, players and others.
func (w *world) chairman(ward string) (by auth.Actor) {
	w.t.Helper()
	w.must(w.d.Read(w.ctx, func(tx *db.Tx) error {
		post := w.people.Posts["chu-tich."+ward]
		posts, err := org.ActingIn(tx, w.people.Persons["chu-tich."+ward], w.now)
		for _, a := range posts {
			if a.Post.ID == post {
				by = auth.Actor{Account: "ct" + ward, Person: w.people.Persons["chu-tich."+ward], Name: "Chủ tịch " + ward, Post: post,
					PostTitle: a.Title, Office: a.Office.ID, UnitPath: a.Office.UnitPath, Grants: a.Grants, Now: w.now, Wall: w.now}
			}
		}
		return err
	}))
	return by
}

func (w *world) unit(path string) (u org.Unit) {
	w.t.Helper()
	w.must(w.d.Read(w.ctx, func(tx *db.Tx) (err error) {
		u, err = org.UnitAt(tx, path)
		return err
	}))
	return u
}

// lbarea is the shipped example for areas 01 to 03.
func lbarea(t *testing.T) *criterion.Table {
	t.Helper()
	tables, err := criterion.Examples()
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range tables {
		if x.ID == "LBAREA" {
			return x
		}
	}
	t.Fatal("no example LBAREA")
	return nil
}

var choices = map[string]zoning.Choice{
	"A01": {Bundle: "HN17"},
	"A02": {Bundle: "CT15PLUS", Additions: []string{"Đi chợ theo thẻ ngày chẵn, ngày lẻ"}},
	"A03": {Bundle: "CT15"},
}

// criteria issues the criteria table as a decision of the district.
func (w *world) criteria() {
	w.t.Helper()
	adviser := w.as("chanhvp.ubnd")
	sc, err := w.s.SaveScheme(w.ctx, adviser, zoning.SchemeInput{Unit: w.unit(demo.DistrictPath).ID, Table: lbarea(w.t), Bundles: choices})
	w.must(err)
	w.scheme = sc.ID
	doc, err := w.s.DraftScheme(w.ctx, adviser, zoning.IssueInput{ID: sc.ID, Signer: w.people.Posts["chu-tich@ubnd"], Issuer: w.people.Offices["ubnd"]})
	w.must(err)
	w.issue(doc.ID)
}

// issue takes a drafted document of the district to its recipients.
func (w *world) issue(document string) {
	w.t.Helper()
	step := directive.StepInput{Document: document}
	_, err := w.papers.Submit(w.ctx, w.as("chanhvp.ubnd"), step)
	w.must(err)
	_, err = w.papers.Sign(w.ctx, w.as("chutich"), step)
	w.must(err)
	_, err = w.papers.Number(w.ctx, w.as("vanthu.ubnd"), step)
	w.must(err)
	_, err = w.papers.Issue(w.ctx, w.as("vanthu.ubnd"), directive.IssueInput{Document: document})
	w.must(err)
}

// open opens the round of seed 000.
func (w *world) open() []zoning.Plan {
	w.t.Helper()
	r, err := w.s.OpenRound(w.ctx, w.as("chanhvp.ubnd"), zoning.RoundInput{
		Title: "Chia khu vực theo mức độ nguy cơ", Unit: w.unit(demo.DistrictPath).ID, Office: w.people.Offices["ubnd"], Scheme: w.scheme,
		DueCriteria: demo.At(6, 23, 59), DuePlan: demo.At(7, 23, 59), DueApprove: demo.At(8, 23, 59), StartsAt: demo.At(9, 6, 0),
		Opinions: map[zoning.Field]string{zoning.Health: w.people.Offices["phong-y-te"], zoning.Economy: w.people.Offices["phong-kinh-te"],
			zoning.Urban: w.people.Offices["phong-qldt"]},
	})
	w.must(err)
	w.round = r.ID
	plans, err := w.s.PlansOf(w.ctx, w.as("chutich"), demo.DistrictPath)
	w.must(err)
	return plans
}

// keep puts the whole district under 17/CT-UBND, as until 06:00 on 9 September.
func (w *world) keep() {
	w.t.Helper()
	_, err := w.s.Change(w.ctx, w.as("chutich"), zoning.ChangeInput{
		Units: []string{w.unit(demo.DistrictPath).ID}, Layer: zoning.DistrictArea, Class: "KEEP", Bundle: "HN17",
		Symbol: "17/CT-UBND", Clause: "2.2.(3)", Reason: "Tiếp tục 17/CT-UBND đến khi kế hoạch của phường được áp dụng",
	})
	w.must(err)
}

// groups gives a ward some neighbourhood groups with numbers that suggest
// area 03.
func (w *world) groups(ward string, n int) []zoning.Area {
	w.t.Helper()
	by := w.chairman(ward)
	var out []zoning.Area
	for i := range n {
		a, err := w.s.AddArea(w.ctx, by, zoning.AreaInput{Unit: w.unit(demo.WardPath(ward)).ID, Kind: "neighbourhood_group", Name: fmt.Sprintf("Tổ dân phố %d", i+1)})
		w.must(err)
		out = append(out, a)
		w.calm(by, a.ID)
	}
	return out
}

func (w *world) calm(by auth.Actor, area string) {
	w.t.Helper()
	var in []zoning.NumberInput
	for name, v := range map[string]any{"days_since_case": 60.0, "contacts": 0.0, "unknown_source": false, "crowded_place": false} {
		in = append(in, zoning.NumberInput{Area: area, Measure: name, Value: v, Source: "Trạm y tế phường"})
	}
	_, err := w.s.EnterNumbers(w.ctx, by, "", in)
	w.must(err)
}

// wards are the codes of the fourteen.
var wards = []string{"00115", "00118", "00121", "00124", "00127", "00130", "00133", "00136", "00139", "00142", "00145", "00148", "00151", "00154"}

// class is what the district says of an area at a moment.
func (w *world) class(area string, when instant.Micros) string {
	w.t.Helper()
	h, ok := w.s.Board().At(area, when)
	if !ok {
		return "?"
	}
	return h.Regime.Of(zoning.DistrictArea).Value.Class
}
