package task_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"phaodai/internal/db"
	"phaodai/internal/task"
	"phaodai/internal/testkit"
)

// crowd fills a district of 14 wards with many tasks of past months, of which
// one in so many is open, straight into the table.
func crowd(b *testing.B, n, open int) *world {
	b.Helper()
	d := testkit.SQLite(b)
	w := settle(b, d, 14)
	first := w.assignAs("h-"+vpUBND, task.AssignInput{Title: "Việc mẫu", Offices: []string{ubnd(0)}, Deadline: endOf(7)})[0]
	err := d.Write(b.Context(), func(tx *db.Tx) error {
		for i := range n {
			ward, state, live, day := i%14, "CLOSED", 0, int64(i%600)
			if i%open == 0 {
				state, live = "ACCEPTED", 1
			}
			_, err := tx.Exec(`INSERT INTO task SELECT $1, parent, $2, kind, document, clause, item, ordinal, proposal, line, $3, office_line, $4, post,
				coordinating, from_office, from_path, from_line, from_post, title, text, deadline - $5, starts, until_at, keep_reason, cadence, number,
				targets, proof, ladder, round, laid_at, $6, resume, percent, reason, accepted_at, accepted_by, reported_at, merged_into, recalled,
				created_at, changed_at, changed_by, version, $7, sort_at - $8 FROM task WHERE id = $9`,
				fmt.Sprintf("x%09d", i), fmt.Sprintf("/x%09d/", i), ubnd(ward), wardPath(ward), day*86400e6, state, live, day*86400e6, first)
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	return w
}

func BenchmarkListsOf200000Tasks(b *testing.B) {
	w := crowd(b, 200000, 99)
	for name, run := range map[string]func() error{
		"today of a ward": func() error { _, err := w.s.Today(b.Context(), w.as("h-"+ubnd(3))); return err },
		"list of a ward":  func() error { _, err := w.s.Tasks(b.Context(), w.as("h-"+ubnd(3)), task.Filter{}); return err },
		"list of the district": func() error {
			_, err := w.s.Tasks(b.Context(), w.as("h-"+ubndQuan), task.Filter{})
			return err
		},
		"late in the district": func() error {
			_, err := w.s.Tasks(b.Context(), w.as("h-"+ubndQuan), task.Filter{Late: true})
			return err
		},
		"territory of a member":     func() error { _, err := w.s.Territory(b.Context(), w.as("btv-"+quanUy)); return err },
		"territory of the chairman": func() error { _, err := w.s.Territory(b.Context(), w.as("h-"+ubndQuan)); return err },
	} {
		b.Run(name, func(b *testing.B) { timed(b, run) })
	}
}

// BenchmarkTerritoryOf20000OpenTasks is ten times what a district has open.
func BenchmarkTerritoryOf20000OpenTasks(b *testing.B) {
	w := crowd(b, 20000, 1)
	timed(b, func() error { _, err := w.s.Territory(b.Context(), w.as("h-"+ubndQuan)); return err })
}

// timed reports what 95 of 100 runs stay under.
func timed(b *testing.B, run func() error) {
	var took []time.Duration
	for b.Loop() {
		start := time.Now()
		if err := run(); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
}
