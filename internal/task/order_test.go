package task_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/task"
	"phaodai/internal/testkit"
)

// TestAListIsSortedByEveryColumnAcrossItsPages walks a list in pages of three,
// up and down by each column: no row is lost or shown twice, and the column's
// values never turn back.
func TestAListIsSortedByEveryColumnAcrossItsPages(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := settle(t, d, 5)
		if err := d.Write(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec("UPDATE office SET sort_key = id WHERE sort_key = ''") // as org makes it of names
			return err
		}); err != nil {
			t.Fatal(err)
		}
		for day := range 4 {
			w.assign(task.AssignInput{Title: fmt.Sprint("Việc ", day), Deadline: at(6+day%2, 17, 0), Offices: []string{ubnd(day % 5), ubnd((day + 1) % 5), ubnd((day + 3) % 5)}})
		}
		by := w.as("h-" + ubndQuan)
		ward := w.as("h-" + ubnd(0))
		mine := must[task.Page](t)(w.s.Tasks(t.Context(), ward, task.Filter{Mine: true}))
		must[task.Task](t)(w.s.Accept(t.Context(), ward, task.ActInput{Task: mine.Cards[0].ID}))
		value := map[string]func(task.Card) string{
			task.SortDeadline: func(c task.Card) string { return fmt.Sprintf("%020d", c.Deadline) },
			task.SortState:    func(c task.Card) string { return string(c.State) },
			task.SortFrom:     func(c task.Card) string { return c.FromOffice },
			task.SortOffice:   func(c task.Card) string { return c.Office },
		}
		for _, column := range task.Sorts() {
			for _, sort := range []string{column, "-" + column} {
				rows := walk(t, w, by, sort)
				if len(rows) != 12 {
					t.Errorf("%s: %d rows", sort, len(rows))
				}
				if strings.HasPrefix(sort, "-") {
					slices.Reverse(rows)
				}
				if !slices.IsSortedFunc(rows, func(a, b task.Card) int { return strings.Compare(value[column](a), value[column](b)) }) {
					t.Errorf("%s is not sorted", sort)
				}
			}
		}
		for sort, after := range map[string]string{"phone": "", "deadline": "x.y", "-deadline": "nothing"} {
			if _, err := w.s.Tasks(t.Context(), by, task.Filter{Sort: sort, After: after}); fault.KindOf(err) != fault.Invalid {
				t.Errorf("sort %q after %q: %v", sort, after, err)
			}
		}
	})
}

// walk reads a list page by page.
func walk(t *testing.T, w *world, by auth.Actor, sort string) (out []task.Card) {
	t.Helper()
	f := task.Filter{Sort: sort, Limit: 3}
	for range 20 {
		page := must[task.Page](t)(w.s.Tasks(t.Context(), by, f))
		for _, c := range page.Cards {
			if slices.ContainsFunc(out, func(o task.Card) bool { return o.ID == c.ID }) {
				t.Errorf("%s: %s twice", sort, c.ID)
			}
		}
		out = append(out, page.Cards...)
		if f.After = page.Next; f.After == "" {
			return out
		}
	}
	t.Fatalf("%s: the list has no end", sort)
	return nil
}
