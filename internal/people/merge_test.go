package people_test

import (
	"slices"
	"testing"

	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/people"
	"phaodai/internal/testkit"
)

func (w *world) twins() []people.TwinView {
	w.t.Helper()
	out, err := w.s.Twins(w.t.Context(), w.keeper, ward, 100)
	w.must(err)
	return out
}

func TestWhoMayBeOnePersonIsShownAndNeverMergedByItself(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		h, g := w.household("1", "Số 1"), w.household("2", "Số 2")
		w.resident(people.ResidentInput{Household: h.ID, Name: "Nguyễn Văn An", Birth: "5/3/1989", Number: text("001089012345")})
		w.resident(people.ResidentInput{Household: g.ID, Name: "Ng. V. An", Number: text("001 089 012 345")})
		w.resident(people.ResidentInput{Household: h.ID, Name: "Trần Thị Bình", Birth: "1961", Phone: text("0912345678")})
		w.resident(people.ResidentInput{Household: g.ID, Name: "TRAN THI BINH", Birth: "2/2/1961", Phone: text("+84912345678")})
		w.resident(people.ResidentInput{Household: g.ID, Name: "Trần Thị Bình", Birth: "1962", Phone: text("+84912345678")})
		found := w.twins()
		var why []people.Why
		for _, x := range found {
			why = append(why, x.Twin.Why)
		}
		slices.Sort(why)
		if !slices.Equal(why, []people.Why{people.Alike, people.SameNumber}) {
			t.Fatalf("%+v", found)
		}
		x := found[0]
		if _, err := w.s.KeepApart(t.Context(), w.as(other, "registrar"), people.DecideInput{First: x.Twin.First, Second: x.Twin.Second, Reason: "x"}); fault.KindOf(err) != fault.Denied {
			t.Errorf("another ward decides: %v", err)
		}
		_, err := w.s.KeepApart(t.Context(), w.keeper, people.DecideInput{First: x.Twin.Second, Second: x.Twin.First, Reason: "Hai chị em, đã gọi hỏi"})
		w.must(err)
		if left := w.twins(); len(left) != 1 {
			t.Errorf("%d pairs left", len(left))
		}
		if _, err := w.s.KeepApart(t.Context(), w.keeper, people.DecideInput{First: x.Twin.First, Second: x.Twin.Second, Reason: "x"}); fault.KeyOf(err) != "people.twin_decided" {
			t.Errorf("decided twice: %v", err)
		}
	})
}

// state is everything of a resident that a merger may touch.
func (w *world) state(id string) (c people.Card, o people.Opened) {
	w.t.Helper()
	c, err := w.s.Resident(w.t.Context(), w.keeper, id)
	w.must(err)
	o, err = w.s.Open(w.t.Context(), w.keeper, people.OpenInput{ID: id, Reason: "kiểm tra sau gộp"})
	w.must(err)
	c.Resident.Version, c.Resident.ChangedAt, c.Mergers = 0, 0, nil
	return c, o
}

func TestAMergerMovesEveryLinkAndCanBeUndone(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		h, g := w.household("1", "Số 1"), w.household("2", "Số 2")
		kept := w.resident(people.ResidentInput{Household: h.ID, Name: "Nguyễn Văn An", Birth: "1989", Phone: text("0912345678")})
		gone := w.resident(people.ResidentInput{Household: g.ID, Name: "Nguyen Van An", Birth: "5/3/1989", Number: text("001089012345"), Phone: text("0912345678"), Occupation: "shipper"})
		keptCard, keptOpen := w.state(kept.ID)
		goneCard, goneOpen := w.state(gone.ID)
		m, err := w.s.Merge(t.Context(), w.keeper, people.MergeInput{Keep: kept.ID, Gone: gone.ID, Reason: "Cùng một người, đã gọi hỏi"})
		w.must(err)
		after, open := w.state(kept.ID)
		if open.Number != "001089012345" || after.Resident.Occupation != "shipper" || after.Resident.Birth != "1989" || after.Resident.Sex != "male" || len(after.Stays) != 2 {
			t.Errorf("the kept entry: %+v %+v", after, open)
		}
		left, err := w.s.Resident(t.Context(), w.keeper, gone.ID)
		w.must(err)
		if left.Resident.Ended != people.Merged || left.Resident.Into != kept.ID || len(left.Stays) != 0 || len(w.twins()) != 0 {
			t.Errorf("the other: %+v", left)
		}
		if _, err := w.s.Merge(t.Context(), w.keeper, people.MergeInput{Keep: kept.ID, Gone: gone.ID, Reason: "x"}); fault.KeyOf(err) != "people.resident_ended" {
			t.Errorf("merged twice: %v", err)
		}
		_, err = w.s.Undo(t.Context(), w.keeper, people.UndoInput{ID: m.ID, Reason: "Hai anh em"})
		w.must(err)
		for id, want := range map[string]struct {
			c people.Card
			o people.Opened
		}{kept.ID: {keptCard, keptOpen}, gone.ID: {goneCard, goneOpen}} {
			c, o := w.state(id)
			if o != want.o || c.Resident.Occupation != want.c.Resident.Occupation || c.Resident.Number != want.c.Resident.Number || c.Resident.Sex != want.c.Resident.Sex ||
				c.Resident.To != want.c.Resident.To || c.Resident.Ended != "" || c.Resident.Into != "" || !slices.Equal(c.Stays, want.c.Stays) {
				t.Errorf("after undoing\n%+v %+v\nbefore\n%+v %+v", c, o, want.c, want.o)
			}
		}
		if len(w.twins()) != 1 {
			t.Error("the pair does not wait again")
		}
		if _, err := w.s.Undo(t.Context(), w.keeper, people.UndoInput{ID: m.ID, Reason: "x"}); fault.KeyOf(err) != "people.merger_undone" {
			t.Errorf("undone twice: %v", err)
		}
	})
}

func TestOfMergersInARowTheLastIsUndoneFirst(t *testing.T) {
	w := newWorld(t, testkit.SQLite(t))
	h := w.household("1", "Số 1")
	var ids []string
	for range 3 {
		ids = append(ids, w.resident(people.ResidentInput{Household: h.ID, Name: "An"}).ID)
	}
	first, err := w.s.Merge(t.Context(), w.keeper, people.MergeInput{Keep: ids[0], Gone: ids[1], Reason: "x"})
	w.must(err)
	second, err := w.s.Merge(t.Context(), w.keeper, people.MergeInput{Keep: ids[0], Gone: ids[2], Reason: "x"})
	w.must(err)
	if _, err := w.s.Undo(t.Context(), w.keeper, people.UndoInput{ID: first.ID, Reason: "x"}); fault.KeyOf(err) != "people.merger_later" {
		t.Errorf("%v", err)
	}
	for _, m := range []people.Merger{second, first} {
		_, err := w.s.Undo(t.Context(), w.keeper, people.UndoInput{ID: m.ID, Reason: "x"})
		w.must(err)
	}
	v, err := w.s.Household(t.Context(), w.keeper, h.ID)
	w.must(err)
	if len(v.Residents) != 3 {
		t.Errorf("%d residents", len(v.Residents))
	}
}
