package zoning_test

import (
	"testing"

	"phaodai/internal/db"
	"phaodai/internal/demo"
	"phaodai/internal/fault"
	"phaodai/internal/testkit"
	"phaodai/internal/zoning"
)

func TestNeighbourhoodGroupsBecomeAreasOnce(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.criteria()
		plan := w.open()[13]
		w.groups("00154", 2) // two of the nine are there already
		n, err := w.s.TakeGroups(w.ctx, w.as("cukhoi"), plan.ID, "")
		w.must(err)
		again, err := w.s.TakeGroups(w.ctx, w.as("cukhoi"), plan.ID, "")
		w.must(err)
		v, err := w.s.Plan(w.ctx, w.as("cukhoi"), plan.ID)
		w.must(err)
		if n != 7 || again != 0 || len(v.Lines) != 9 {
			t.Errorf("took %d, then %d; %d areas", n, again, len(v.Lines))
		}
		if _, err := w.s.TakeGroups(w.ctx, w.as("thachban"), plan.ID, ""); fault.KindOf(err) != fault.Denied {
			t.Errorf("another ward: %v", err)
		}
	})
}

func TestARowThatChangedMeanwhileIsRefused(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.criteria()
		plan, by := w.open()[13], w.as("cukhoi")
		a := w.groups("00154", 1)[0]
		in := zoning.MarkInput{Plan: plan.ID, Area: a.ID, Class: "A02", Person: "Trần Thị B", Seen: zoning.Mark{Area: a.ID}.Seen()}
		first, err := w.s.Mark(w.ctx, by, in)
		w.must(err)
		if _, err := w.s.Mark(w.ctx, by, in); fault.KeyOf(err) != "conflict.changed" {
			t.Errorf("on the row of before: %v", err)
		}
		in.Seen, in.Class = first.Seen(), "A03"
		if _, err := w.s.Mark(w.ctx, by, in); err != nil {
			t.Errorf("on the row of now: %v", err)
		}
	})
}

func TestPlansAreListedWithTheirWards(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.criteria()
		w.open()
		all, err := w.s.PlanList(w.ctx, w.as("chutich"), demo.DistrictPath)
		w.must(err)
		own, err := w.s.PlanList(w.ctx, w.as("cukhoi"), demo.WardPath("00154"))
		w.must(err)
		if len(all) != len(wards) || len(own) != 1 || own[0].Unit.ShortName != "Cự Khối" || own[0].Round.ID != w.round {
			t.Errorf("%d plans, of the ward %+v", len(all), own)
		}
		unit := w.unit(demo.WardPath("00154")).ID
		if err := w.s.Copied(w.ctx, w.as("cukhoi"), unit, demo.At(9, 6, 0), "message"); err != nil {
			t.Error(err)
		}
		if err := w.s.Copied(w.ctx, w.as("cukhoi"), unit, demo.At(9, 6, 0), "smoke"); fault.KindOf(err) != fault.Invalid {
			t.Errorf("an unknown channel: %v", err)
		}
	})
}
