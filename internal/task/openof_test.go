package task_test

import (
	"testing"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/task"
	"phaodai/internal/testkit"
)

// What is open where something is about to end: told to who may end it, though
// he reads no tasks.
func TestOpenOf(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := settle(t, d, 2)
		w.to(at(6, 8, 0))
		w.assign(task.AssignInput{Title: "Một", Offices: []string{ubnd(0)}, Deadline: endOf(8)})
		w.assign(task.AssignInput{Title: "Hai", Offices: []string{dangUy(0), ubnd(1)}, Deadline: endOf(8)})
		gone := w.assign(task.AssignInput{Title: "Ba", Offices: []string{ubnd(0)}, Deadline: endOf(8)})
		if _, err := w.s.Recall(t.Context(), w.as("h-"+vpUBND), task.ActInput{Task: gone[len(gone)-1], Reason: "Giao nhầm"}); err != nil {
			t.Fatal(err)
		}
		by := auth.Actor{Account: "a", Now: at(6, 8, 0), Grants: []auth.Grant{{Role: "admin", Path: districtPath, Level: auth.Internal}}}
		for _, c := range []struct {
			path, office, post string
			want               int
		}{
			{wardPath(0), "", "", 2}, {districtPath, "", "", 3}, {wardPath(0), ubnd(0), "", 1}, {wardPath(0), dangUy(0), "", 1}, {wardPath(0), "", "h-" + ubnd(0), 0},
		} {
			got, err := w.s.OpenOf(t.Context(), by, c.path, c.office, c.post)
			if err != nil || got != c.want {
				t.Errorf("%s %s %s: %d %v, want %d", c.path, c.office, c.post, got, err, c.want)
			}
		}
		by.Grants[0].Path = wardPath(1)
		if _, err := w.s.OpenOf(t.Context(), by, wardPath(0), "", ""); fault.KindOf(err) != fault.Denied {
			t.Errorf("of another ward: %v", err)
		}
	})
}
