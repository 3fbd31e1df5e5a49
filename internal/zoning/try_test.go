package zoning_test

import (
	"testing"

	"phaodai/internal/fault"
	"phaodai/internal/testkit"
	"phaodai/internal/zoning"
)

func TestATrialNamesTheAreasThatAnotherVersionWouldMove(t *testing.T) {
	w := newWorld(t, testkit.SQLite(t))
	w.criteria()
	areas := w.groups("00154", 3) // of which the numbers are known, and none high
	table := lbarea(t)
	hundred := 0.0
	c := table.Rows[2].Cells["A02"]
	c.When[0].GE = &hundred // from no contact on
	table.Rows[2].Cells["A02"] = c
	sc, err := w.s.SaveScheme(w.ctx, w.as("chanhvp.ubnd"), zoning.SchemeInput{ID: w.scheme, Table: table, Bundles: choices})
	w.must(err)
	got, err := w.s.Try(w.ctx, w.as("chanhvp.ubnd"), sc.ID, 0)
	w.must(err)
	if got.Against != 1 || len(got.Changes) != len(areas) || got.Areas != len(areas) {
		t.Fatalf("against %d, %d of %d areas move; want 1, all 3", got.Against, len(got.Changes), got.Areas)
	}
	if c := got.Changes[0]; c.Before != "A03" || c.After.Class != "A02" || len(c.After.Because) == 0 {
		t.Errorf("%s from %q to %q", c.Area.Name, c.Before, c.After.Class)
	}
	if same, err := w.s.Try(w.ctx, w.as("chanhvp.ubnd"), sc.ID, 1); err != nil || same.Against != 0 {
		t.Errorf("the version in force against what holds: %+v, %v", same, err)
	}
	table.Mode = "none"
	_, err = w.s.SaveScheme(w.ctx, w.as("chanhvp.ubnd"), zoning.SchemeInput{ID: w.scheme, Table: table, Bundles: choices})
	w.must(err)
	if _, err := w.s.Try(w.ctx, w.as("chanhvp.ubnd"), sc.ID, 0); fault.KeyOf(err) != "zone.scheme_faulty" {
		t.Errorf("a table with faults: %v", err)
	}
}
