package task_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/task"
	"phaodai/internal/testkit"
)

// Whatever was done to works, series, hand-ons and merged orders of both lines,
// every ground of whoever looks says what the plain count says.
func TestTerritoryCountsWhatThePlainCountCounts(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := settle(t, d, 3)
		do := acts(w.s)
		posts := []string{"h-" + vpUBND, "h-" + vanPhong, "h-" + ubnd(0), "h-" + ubnd(1), "d-" + dangUy(0), "h-" + dangUy(1), "h-" + group(0, 1)}
		var all []task.Act
		for _, tr := range task.Transitions() {
			all = append(all, tr.Act)
		}
		counted := 0
		rapid.Check(t, func(rt *rapid.T) {
			ids := w.orders(rt)
			for range rapid.IntRange(3, 12).Draw(rt, "steps") {
				id := rapid.SampledFrom(ids).Draw(rt, "task")
				below := w.subtree(id)
				id = rapid.SampledFrom(below).Draw(rt, "below")
				act := rapid.SampledFrom(all).Draw(rt, "act")
				by := w.as(rapid.SampledFrom(posts).Draw(rt, "post"))
				if office := w.get(id).Office; act == task.ActHandOn && office != "" {
					by = w.as("h-" + office)
				}
				err := do[act](t.Context(), by, id)
				if err != nil && fault.KindOf(err) == fault.Internal {
					rt.Fatalf("%s: %v", act, err)
				}
				w.to(w.now.Add(time.Duration(rapid.IntRange(0, 30).Draw(rt, "hours")) * time.Hour))
			}
			counted += w.agrees(rt, "h-"+ubndQuan) + w.agrees(rt, "h-"+quanUy) + w.agrees(rt, "btv-"+quanUy) + w.agrees(rt, "h-"+ubnd(0))
		})
		if counted == 0 {
			t.Error("nothing was ever counted")
		}
	})
}

// orders gives out one of each: a bundle to all wards, a series, a work of the
// Party line, and the same work from both lines as one card.
func (w *world) orders(rt *rapid.T) []string {
	deadline := w.now.Add(time.Duration(rapid.IntRange(1, 60).Draw(rt, "deadline")) * time.Hour)
	out := w.assign(task.AssignInput{Title: "Việc chung", Offices: w.allWards(), Deadline: deadline})
	out = append(out, w.assign(task.AssignInput{Title: "Hàng ngày", Offices: []string{ubnd(0)}, Cadence: task.Cadence{EveryMinDays: 1, EveryMaxDays: 1, MinTimes: 3}})...)
	party := w.assignAs("h-"+vanPhong, task.AssignInput{Title: "Của Đảng ủy", Offices: []string{dangUy(0), dangUy(1)}, Deadline: deadline})
	state := w.assign(task.AssignInput{Title: "Trùng", Offices: []string{ubnd(1)}, Deadline: deadline})
	twin := w.assignAs("h-"+vanPhong, task.AssignInput{Title: "Trùng", Offices: []string{ubnd(1)}, Deadline: deadline})
	_, err := w.s.Merge(w.t.Context(), w.as("h-"+vanPhong), task.MergeInput{Keep: state[0], Others: twin})
	if err != nil {
		rt.Fatal(err)
	}
	return append(append(append(out, party...), state...), twin...)
}

// agrees compares every ground of an actor and returns how many tasks it counted.
func (w *world) agrees(rt *rapid.T, post string) (counted int) {
	by := w.as(post)
	got, err := w.s.Territory(w.t.Context(), by)
	if err != nil {
		rt.Fatal(err)
	}
	if len(got.Units) == 0 {
		rt.Fatalf("%s has no ground", post)
	}
	for _, g := range append(got.Units, got.Organisations...) {
		f := task.Filter{Unit: g.UnitPath}
		if g.Office != "" {
			f = task.Filter{Office: g.Office}
		}
		want, err := w.s.PlainGround(w.t.Context(), by, f)
		if err != nil {
			rt.Fatal(err)
		}
		counted += want.Progress.Total
		for what, diff := range map[string]string{
			"progress": cmp.Diff(want.Progress, g.Progress), "late": cmp.Diff(want.LateTasks, g.LateTasks), "urgent": cmp.Diff(want.Urgent, g.Urgent),
		} {
			if diff != "" {
				rt.Errorf("%s at %s: %s\n%s", post, g.Name, what, diff)
			}
		}
	}
	return counted
}
