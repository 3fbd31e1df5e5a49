package zoning_test

import (
	"testing"

	"phaodai/internal/db"
	"phaodai/internal/demo"
	"phaodai/internal/directive"
	"phaodai/internal/fault"
	"phaodai/internal/testkit"
	"phaodai/internal/zoning"
)

// TestAPlanKeepsTheDocumentsDraftedFromIt: the plan names them with symbol and
// state to who may read them, and each leads back.
func TestAPlanKeepsTheDocumentsDraftedFromIt(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.criteria()
		plan := w.open()[13]
		w.groups("00154", 2)
		ward := w.chairman("00154")
		doc, err := w.s.DraftPlan(w.ctx, ward, plan.ID, "k1")
		w.must(err)
		again, err := w.s.DraftPlan(w.ctx, ward, plan.ID, "k1") // the same form sent twice
		w.must(err)
		v, err := w.s.Plan(w.ctx, ward, plan.ID)
		w.must(err)
		if again.ID != doc.ID || len(v.Papers) != 1 || v.Papers[0].Document != doc.ID || v.Papers[0].State != directive.Draft || v.Papers[0].Symbol != "" {
			t.Errorf("%+v, drafted %s and %s", v.Papers, doc.ID, again.ID)
		}
		if id, whose, err := w.s.DraftedFrom(w.ctx, ward, doc.ID); err != nil || id != plan.ID || whose != v.Unit.Name {
			t.Errorf("it leads back to %q of %q, %v", id, whose, err)
		}
		if id, _, err := w.s.DraftedFrom(w.ctx, w.chairman("00148"), doc.ID); err != nil || id != "" {
			t.Errorf("another ward is led to %q, %v", id, err)
		}
		if id, _, err := w.s.DraftedFrom(w.ctx, ward, "other"); err != nil || id != "" {
			t.Errorf("another document leads to %q, %v", id, err)
		}
		others, err := w.s.Plan(w.ctx, w.as("chutich"), plan.ID)
		w.must(err)
		if len(others.Papers) != 0 {
			t.Errorf("a draft of the ward is shown to the district: %+v", others.Papers)
		}
	})
}

// TestHowNearPointsTouchIsASettingOfTheCriteria puts the strictest class beside
// the mildest, across the border of two wards, 120 m apart.
func TestHowNearPointsTouchIsASettingOfTheCriteria(t *testing.T) {
	w := newWorld(t, testkit.SQLite(t))
	for near, clashes := range map[float64]int{0: 1, 100: 0, 200: 1} {
		w.now = demo.At(6, 9, 0)
		table := *lbarea(t)
		table.Near = near
		sc, err := w.s.SaveScheme(w.ctx, w.as("chanhvp.ubnd"), zoning.SchemeInput{Unit: w.unit("/01/01-004/").ID, Table: &table, Bundles: choices})
		w.must(err)
		w.scheme = sc.ID
		r, err := w.s.OpenRound(w.ctx, w.as("chanhvp.ubnd"), zoning.RoundInput{Title: "x", Unit: w.unit("/01/01-004/").ID, Scheme: sc.ID, StartsAt: demo.At(9, 6, 0)})
		w.must(err)
		plans := map[string]zoning.Plan{}
		for ward, class := range map[string]string{"00154": "A01", "00148": "A03"} {
			all, err := w.s.PlansOf(w.ctx, w.as("chutich"), "/01/01-004/")
			w.must(err)
			for _, p := range all {
				if p.Round == r.ID && p.UnitPath == demo.WardPath(ward) {
					plans[ward] = p
				}
			}
			lat := map[string]float64{"00154": 21.0, "00148": 21.00108}[ward]
			a, err := w.s.AddArea(w.ctx, w.chairman(ward), zoning.AreaInput{Unit: plans[ward].Unit, Kind: "lane", Name: "Ngõ", Lon: f64(105.9), Lat: f64(lat)})
			w.must(err)
			_, err = w.s.Mark(w.ctx, w.chairman(ward), zoning.MarkInput{Plan: plans[ward].ID, Area: a.ID, Class: class})
			w.must(err)
		}
		v, err := w.s.Plan(w.ctx, w.chairman("00154"), plans["00154"].ID)
		w.must(err)
		n := 0
		for _, l := range v.Lines {
			n += len(l.Clashes)
		}
		if n != clashes {
			t.Errorf("within %v m: %d clashes, want %d", near, n, clashes)
		}
		for _, a := range w.s.Board().Areas("/01/01-004/", w.now) {
			if a.Kind == "lane" {
				by := w.chairman(a.UnitPath[len(a.UnitPath)-6 : len(a.UnitPath)-1])
				_, err := w.s.EndArea(w.ctx, by, zoning.EndInput{ID: a.ID, At: w.now + 1})
				w.must(err)
			}
		}
	}
	table := *lbarea(t)
	table.Near = 5
	_, err := w.s.SaveScheme(w.ctx, w.as("chanhvp.ubnd"), zoning.SchemeInput{Unit: w.unit("/01/01-004/").ID, Table: &table, Bundles: choices})
	if fault.KindOf(err) != fault.Invalid {
		t.Errorf("5 m: %v", err)
	}
}
