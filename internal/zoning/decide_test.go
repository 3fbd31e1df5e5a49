package zoning_test

import (
	"testing"
	"time"

	"phaodai/internal/db"
	"phaodai/internal/demo"
	"phaodai/internal/directive"
	"phaodai/internal/fault"
	"phaodai/internal/instant"
	"phaodai/internal/testkit"
	"phaodai/internal/zoning"
)

// An emergency at midnight holds at once, over whatever plan there is, and is
// lifted again.
func TestAnEmergencyAtMidnightAndItsEnd(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.keep()
		a := w.groups("00154", 1)[0]
		w.now = demo.At(7, 0, 0)
		change := func(in zoning.ChangeInput) error {
			in.Areas, in.Layer = []string{a.ID}, zoning.Blocked
			_, err := w.s.Change(w.ctx, w.as("chutich"), in)
			return err
		}
		w.must(change(zoning.ChangeInput{Class: "BLOCKED", Bundle: "BLOCKED", Reason: "12 ca trong ngõ"}))
		blocked := func(when instant.Micros) bool {
			h, _ := w.s.Board().At(a.ID, when)
			return h.Regime.Of(zoning.Blocked).Value.Class == "BLOCKED"
		}
		if blocked(demo.At(7, 0, 0)-1) || !blocked(demo.At(7, 0, 0)) || !blocked(demo.At(30, 0, 0)) {
			t.Error("it is blocked from midnight on, and not before")
		}
		if w.class(a.ID, demo.At(8, 0, 0)) != "KEEP" {
			t.Error("the block took the district's class away")
		}
		w.now = demo.At(14, 9, 0)
		w.must(change(zoning.ChangeInput{Lift: true, Reason: "Đủ 14 ngày không có ca"}))
		if blocked(demo.At(14, 9, 0)) || !blocked(demo.At(14, 9, 0)-1) {
			t.Error("the block ends when it is lifted")
		}
		if err := change(zoning.ChangeInput{Class: "BLOCKED", Bundle: "BLOCKED", From: demo.At(10, 0, 0)}); fault.KeyOf(err) != "input.check" {
			t.Errorf("a start in the past without a reason: %v", err)
		}
	})
}

// 324/KH-UBND of 4 September was to start on the 6th and was replaced before by
// the start on the 9th: until then what had held goes on.
func TestAPlanSupersededBeforeItsStart(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.keep()
		w.now = demo.At(5, 19, 30)
		w.criteria()
		areas := w.groups("00154", 2)
		approve := func(starts instant.Micros, class string) {
			r, err := w.s.OpenRound(w.ctx, w.as("chutich"), zoning.RoundInput{Title: "Đợt", Unit: w.unit(demo.DistrictPath).ID, Office: w.people.Offices["ubnd"],
				Scheme: w.scheme, StartsAt: starts})
			w.must(err)
			w.round = r.ID
			plans, err := w.s.PlansOf(w.ctx, w.chairman("00154"), demo.WardPath("00154"))
			w.must(err)
			for _, p := range plans {
				if p.Round != r.ID {
					continue
				}
				for _, a := range areas {
					_, err := w.s.Mark(w.ctx, w.chairman("00154"), zoning.MarkInput{Plan: p.ID, Area: a.ID, Class: class, Reason: "diễn tập"})
					w.must(err)
				}
				_, err = w.s.Submit(w.ctx, w.chairman("00154"), zoning.StepInput{Plan: p.ID})
				w.must(err)
				w.decide([]string{p.ID})
			}
		}
		approve(demo.At(6, 6, 0), "A01")
		if got := w.class(areas[0].ID, demo.At(6, 6, 0)); got != "A01" {
			t.Fatalf("the first plan at its start: %q", got)
		}
		known := w.now
		w.now = demo.At(5, 21, 0)
		approve(demo.At(9, 6, 0), "A03")
		for when, want := range map[instant.Micros]string{demo.At(6, 6, 0): "KEEP", demo.At(9, 6, 0) - 1: "KEEP", demo.At(9, 6, 0): "A03"} {
			if got := w.class(areas[0].ID, when); got != want {
				t.Errorf("at %v: %q, want %q", when.In(instant.Vietnam()), got, want)
			}
		}
		h, ok := w.s.Board().AsOf(areas[0].ID, demo.At(6, 6, 0), known.Add(time.Minute))
		if !ok || h.Regime.Of(zoning.DistrictArea).Value.Class != "A01" {
			t.Error("what was believed before the second decision is forgotten")
		}
	})
}

// A decision that is issued after the hour applies from its issue on.
func TestADecisionAfterTheHourAppliesFromItsIssue(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.keep()
		w.criteria()
		plan := w.open()[13]
		areas := w.groups("00154", 1)
		_, err := w.s.TakeSuggestions(w.ctx, w.chairman("00154"), plan.ID, "")
		w.must(err)
		_, err = w.s.Submit(w.ctx, w.chairman("00154"), zoning.StepInput{Plan: plan.ID})
		w.must(err)
		w.now = demo.At(9, 8, 30)
		w.decide([]string{plan.ID})
		if a, b := w.class(areas[0].ID, demo.At(9, 8, 30)-1), w.class(areas[0].ID, demo.At(9, 8, 30)); a != "KEEP" || b != "A03" {
			t.Errorf("before and at the issue: %q, %q", a, b)
		}
	})
}

// A ward does not approve itself, a department does not approve, and a decision
// that is sent back leaves its plans waiting.
func TestWhoMayApprove(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.criteria()
		plan := w.open()[13]
		w.groups("00154", 1)
		by := w.chairman("00154")
		_, err := w.s.TakeSuggestions(w.ctx, by, plan.ID, "")
		w.must(err)
		_, err = w.s.Submit(w.ctx, by, zoning.StepInput{Plan: plan.ID})
		w.must(err)
		in := zoning.DecideInput{Round: w.round, Plans: []string{plan.ID}, Signer: w.people.Posts["chu-tich@ubnd"]}
		if _, err := w.s.Decide(w.ctx, by, in); fault.KindOf(err) != fault.Denied {
			t.Errorf("the ward itself: %v", err)
		}
		if _, err := w.s.Decide(w.ctx, w.as("phongyte"), in); fault.KindOf(err) != fault.Denied {
			t.Errorf("a department: %v", err)
		}
		doc, err := w.s.Decide(w.ctx, w.as("chanhvp.ubnd"), in)
		w.must(err)
		_, err = w.papers.Submit(w.ctx, w.as("chanhvp.ubnd"), directive.StepInput{Document: doc.ID})
		w.must(err)
		_, err = w.papers.SendBack(w.ctx, w.as("chutich"), directive.StepInput{Document: doc.ID, Reason: "Chưa rõ"})
		w.must(err)
		v, err := w.s.Plan(w.ctx, by, plan.ID)
		w.must(err)
		if v.Plan.State != zoning.Deciding {
			t.Errorf("the plan is %s", v.Plan.State)
		}
		p, err := w.s.Unbind(w.ctx, w.as("chutich"), zoning.StepInput{Plan: plan.ID})
		w.must(err)
		if p.State != zoning.Submitted || p.Decision != "" {
			t.Errorf("taken out of the decision it is %s under %q", p.State, p.Decision)
		}
	})
}

// "Quận đổi khung tiêu chí: xem lại": touching one area is not looking at all.
func TestChangedCriteriaAskForAnotherLook(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.criteria()
		plan := w.open()[13]
		areas := w.groups("00154", 2)
		by := w.chairman("00154")
		_, err := w.s.TakeSuggestions(w.ctx, by, plan.ID, "")
		w.must(err)
		adviser := w.as("chanhvp.ubnd")
		_, err = w.s.SaveScheme(w.ctx, adviser, zoning.SchemeInput{ID: w.scheme, Table: lbarea(t), Bundles: choices})
		w.must(err)
		doc, err := w.s.DraftScheme(w.ctx, adviser, zoning.IssueInput{ID: w.scheme, Signer: w.people.Posts["chu-tich@ubnd"], Issuer: w.people.Offices["ubnd"]})
		w.must(err)
		w.issue(doc.ID)
		_, err = w.s.Mark(w.ctx, by, zoning.MarkInput{Plan: plan.ID, Area: areas[0].ID, Class: "A03"})
		w.must(err)
		if _, err := w.s.Submit(w.ctx, by, zoning.StepInput{Plan: plan.ID}); fault.KeyOf(err) != "zone.criteria_changed" {
			t.Errorf("sent without another look: %v", err)
		}
		_, err = w.s.Rework(w.ctx, by, zoning.StepInput{Plan: plan.ID})
		w.must(err)
		p, err := w.s.Submit(w.ctx, by, zoning.StepInput{Plan: plan.ID})
		w.must(err)
		if p.SchemeVersion != 2 {
			t.Errorf("sent against version %d", p.SchemeVersion)
		}
	})
}
