package people_test

import (
	"slices"
	"testing"
	"time"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/people"
	"phaodai/internal/testkit"
)

func TestWhatIsKeptOfWhoIsGoneEndsAtItsDay(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		h := w.household("1", "Số 1")
		since := w.now.Add(-400 * 24 * time.Hour)
		gone := map[people.Ended]people.Resident{}
		for _, why := range []people.Ended{people.MovedAway, people.Died} {
			r := w.resident(people.ResidentInput{Household: h.ID, Name: "Nguyễn Văn " + string(why), Birth: "5/3/1989", Phone: text("0912345678"), Since: since})
			_, err := w.s.End(t.Context(), w.keeper, people.EndInput{ID: r.ID, Why: why, At: w.now.Add(-30 * 24 * time.Hour)})
			w.must(err)
			gone[why] = r
		}
		here := w.resident(people.ResidentInput{Household: h.ID, Name: "Lê C", Since: since})
		health := w.as(district, "registrar")
		for _, in := range []people.RetentionInput{
			{UnitPath: district, Ended: people.MovedAway, Days: 10, Action: people.Delete, Document: "Quy chế 1"},
			{UnitPath: ward, Ended: people.MovedAway, Days: 31, Action: people.Pseudonymise, Document: "Quy chế 2"},
			{UnitPath: district, Ended: people.Died, Days: 30, Action: people.Delete, Document: "Quy chế 1"},
		} {
			_, err := w.s.Retain(t.Context(), health, in)
			w.must(err)
		}
		forget := func(days int) int {
			n, err := w.s.Forget(t.Context(), auth.System(w.now.Add(time.Duration(days)*24*time.Hour), w.now))
			w.must(err)
			return n
		}
		if n := forget(0); n != 1 { // who died; of who moved the ward's own rule counts
			t.Errorf("%d forgotten on the day", n)
		}
		if _, err := w.s.Resident(t.Context(), w.keeper, gone[people.Died].ID); fault.KindOf(err) != fault.NotFound {
			t.Errorf("who died is there: %v", err)
		}
		if n := forget(1); n != 1 {
			t.Errorf("%d forgotten a day later", n)
		}
		c, err := w.s.Resident(t.Context(), w.keeper, gone[people.MovedAway].ID)
		w.must(err)
		if r := c.Resident; r.Name != "" || r.Birth != "1989" || r.Phone != "" || len(c.Stays) != 1 {
			t.Errorf("who moved: %+v", r)
		}
		if n := forget(2); n != 0 {
			t.Errorf("%d forgotten twice", n)
		}
		if c, err = w.s.Resident(t.Context(), w.keeper, here.ID); err != nil || c.Resident.Name != "Lê C" {
			t.Errorf("who lives here: %+v %v", c, err)
		}
	})
}

func TestARuleOfRetentionNamesItsDocument(t *testing.T) {
	w := newWorld(t, testkit.SQLite(t))
	_, err := w.s.Retain(t.Context(), w.keeper, people.RetentionInput{UnitPath: ward, Ended: "x", Days: -1, Action: "x"})
	if !slices.Equal(keys(err), []string{"document input.missing", "ended people.choose", "action people.choose", "days people.days_range"}) {
		t.Errorf("%v", keys(err))
	}
	if _, err := w.s.Retain(t.Context(), w.keeper, people.RetentionInput{UnitPath: district, Ended: people.Died, Days: 1, Action: people.Delete, Document: "x"}); fault.KindOf(err) != fault.Denied {
		t.Errorf("a ward decides for the district: %v", err)
	}
}
