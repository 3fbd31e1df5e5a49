package fieldwork_test

import (
	"testing"
	"time"

	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/fieldwork"
	"phaodai/internal/sampling"
	"phaodai/internal/testkit"
)

// A code lets one phone in, once, within the shift.
func TestACodeWorksOnce(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, 2)
		enter := func(token string) error {
			_, err := w.F.Enter(t.Context(), token, "Phạm Thị Hoa", w.moment())
			return err
		}
		g := w.give(fieldwork.PassInput{Desk: "Tổ 12", Parts: []fieldwork.Part{w.part(1, 1)}})
		w.Must(enter(g.Token))
		late := w.give(fieldwork.PassInput{Desk: "Tổ 12", Parts: []fieldwork.Part{w.part(1, 1)}})
		w.Later(17 * time.Hour)
		for token, key := range map[string]string{g.Token: "fieldwork.code_used", "wrong": "fieldwork.code_unknown", late.Token: "fieldwork.code_over"} {
			if f, ok := enter(token).(*fault.Fault); !ok || f.Key != key {
				t.Errorf("want %s, got %v", key, f)
			}
		}
	})
}

// An outbox that is sent again, by whole or in part, changes nothing.
func TestARecordIsTakenOnceAndInOrder(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, 4)
		h := w.phone("Phạm Thị Hoa", w.part(1, 1))
		help := w.visit(w.homes[1], fieldwork.Help)
		help.Note = "Hết thuốc"
		back := w.visit(w.homes[2], fieldwork.Nobody)
		all := []fieldwork.Record{
			w.visit(w.homes[0], fieldwork.Well), help, back,
			{Record: sampling.Record{ID: w.IDs.New(), Kind: fieldwork.TakeBackVisit, At: w.Now, Of: back.ID}},
		}
		for range 2 {
			w.send(h, all[:2]...)
			for _, r := range w.send(h, all...) {
				if r.Status == sampling.Rejected {
					t.Errorf("rejected: %+v", r)
				}
			}
		}
		r := w.round(w.Now)
		if w.rows("visit") != 3 || r.Contacted != 2 || r.Found["nobody"] != 0 || r.Found["well"] != 1 {
			t.Errorf("%d visits, %+v", w.rows("visit"), r)
		}
		if len(r.Needs) != 1 || r.Needs[0].Text != "Hết thuốc" || r.Needs[0].Code != "12-002" {
			t.Errorf("needs %+v", r.Needs)
		}
		_, err := w.F.Settle(t.Context(), w.Station, fieldwork.SettleInput{Visit: help.ID, Answer: "Đã mua thuốc"})
		w.Must(err)
		if r := w.round(w.Now); len(r.Needs) != 0 {
			t.Errorf("still needed: %+v", r.Needs)
		}
	})
}

// A rapid test is read after its sample, in one sending or later; what cannot be
// read is refused alone.
func TestARapidTestIsReadByThePhone(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, 2)
		h := w.phone("Phạm Thị Hoa", w.part(1, 1))
		s := w.Session(func(in *sampling.SessionInput) { in.Method = sampling.Rapid })
		read := func(tube string, r sampling.Result) fieldwork.Record {
			return fieldwork.Record{Record: sampling.Record{ID: w.IDs.New(), Kind: fieldwork.ReadingKind, At: w.Now, Tube: tube}, Result: r}
		}
		all := []fieldwork.Record{{Record: w.Sample(s, w.who[0].ID, "NHANH-1")}, read("NHANH-1", sampling.Negative), read("NHANH-9", sampling.Negative)}
		for range 2 {
			out := w.send(h, all...)
			if out[1].Status != sampling.Taken || out[2].Status != sampling.Rejected || out[2].Key != "sampling.tube_unknown" {
				t.Errorf("%+v", out)
			}
		}
		if x := w.Tube("NHANH-1"); x.Result != sampling.Negative {
			t.Errorf("%+v", x)
		}
		if n := w.rows("field_rejected"); n != 1 {
			t.Errorf("%d refused records are kept, want 1", n)
		}
	})
}

// What a test asks for may come in the same sending: the single sample of who is
// positive, another test of whose test was invalid.
func TestASampleComesAfterTheTestThatAsksForIt(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, 2)
		h := w.phone("Phạm Thị Hoa", w.part(1, 1))
		rapid := w.Session(func(in *sampling.SessionInput) { in.Method = sampling.Rapid })
		pcr := w.Session(func(in *sampling.SessionInput) { in.Method, in.PoolMax = sampling.PCRSingle, 1 })
		read := func(tube string, r sampling.Result) fieldwork.Record {
			return fieldwork.Record{Record: sampling.Record{ID: w.IDs.New(), Kind: fieldwork.ReadingKind, At: w.Now, Tube: tube}, Result: r}
		}
		all := []fieldwork.Record{
			{Record: w.Sample(rapid, w.who[0].ID, "NHANH-1")}, {Record: w.Sample(rapid, w.who[1].ID, "NHANH-2")},
			read("NHANH-1", sampling.Positive), {Record: w.Sample(pcr, w.who[0].ID, "LB-1")},
			read("NHANH-2", sampling.Invalid), {Record: w.Sample(rapid, w.who[1].ID, "NHANH-3")}, read("NHANH-3", sampling.Negative),
		}
		for range 2 {
			for i, r := range w.send(h, all...) {
				if r.Status != sampling.Taken && r.Status != sampling.Repeated {
					t.Errorf("%d: %+v", i, r)
				}
			}
		}
		if n := w.rows("resample WHERE state = 'taken'"); n != 1 {
			t.Errorf("%d single samples are under way, want that of who is positive", n)
		}
		if x := w.Tube("NHANH-3"); x.Result != sampling.Negative || w.rows("sampling_problem") != 0 {
			t.Errorf("%+v, %d problems", x, w.rows("sampling_problem"))
		}
	})
}

// The clock of a phone may be years behind: a visit is as old as the phone says.
func TestAVisitIsAsOldAsThePhoneSays(t *testing.T) {
	w := newWorld(t, testkit.SQLite(t), 1)
	h := w.phone("Phạm Thị Hoa", w.part(1, 1))
	years := 9 * 365 * 24 * time.Hour
	v := w.visit(w.homes[0], fieldwork.Well)
	v.At = w.Now.Add(-years - time.Hour)
	_, err := w.F.Take(t.Context(), h, fieldwork.Sending{ID: w.IDs.New(), SentAt: w.Now.Add(-years), Records: []fieldwork.Record{v}})
	w.Must(err)
	if w.round(w.Now.Add(-time.Hour)).Contacted != 1 || w.round(w.Now).Contacted != 0 {
		t.Error("the visit is not an hour old")
	}
}

// Who is named at a door lives behind it, or lived there, or was merged into one
// who does; others are left out and somebody is told.
func TestPersonsOfAVisitLiveThere(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, 2)
		h := w.phone("Phạm Thị Hoa", w.part(1, 1))
		got := w.send(h, w.visit(w.homes[0], fieldwork.Ill, w.who[0].ID), w.visit(w.homes[1], fieldwork.Ill, w.who[0].ID, w.who[1].ID))
		if got[0].Status != sampling.Taken || got[1].Status != sampling.HasProblem || got[1].Key != "fieldwork.person_elsewhere" {
			t.Errorf("%+v", got)
		}
		if n := w.rows("visit WHERE persons = '[\"" + w.who[1].ID + "\"]'"); n != 1 {
			t.Error("the visit names somebody who does not live there")
		}
	})
}

// A phone that the ward stopped is told so; what it sends is not taken.
func TestAStoppedPhoneIsRefused(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, 1)
		in, err := w.F.Enter(t.Context(), w.give(fieldwork.PassInput{Desk: "Tổ 12", Parts: []fieldwork.Part{w.part(1, 1)}}).Token, "Phạm Thị Hoa", w.moment())
		w.Must(err)
		_, err = w.F.Stop(t.Context(), w.As("/01/01-004/01-004-00157/", "health_station"), in.Phone)
		if fault.KindOf(err) != fault.Denied {
			t.Errorf("a ward beside stopped it: %v", err)
		}
		_, err = w.F.Stop(t.Context(), w.Station, in.Phone)
		w.Must(err)
		if _, err = w.F.Resume(t.Context(), in.Key, w.moment()); fault.KindOf(err) != fault.Denied {
			t.Errorf("a stopped phone: %v", err)
		}
	})
}

// After its shift a phone sees no names any more, and still sends what it holds.
func TestAfterTheShiftOnlySendingIsLeft(t *testing.T) {
	w := newWorld(t, testkit.SQLite(t), 1)
	in, err := w.F.Enter(t.Context(), w.give(fieldwork.PassInput{Desk: "Tổ 12", Parts: []fieldwork.Part{w.part(1, 1)}}).Token, "Phạm Thị Hoa", w.moment())
	w.Must(err)
	w.Later(20 * time.Hour)
	h := w.held(in.Key)
	if _, err := w.F.Duty(t.Context(), h); fault.KindOf(err) != fault.Unsigned {
		t.Errorf("a duty after its shift: %v", err)
	}
	if got := w.send(h, w.visit(w.homes[0], fieldwork.Well)); got[0].Status != sampling.Taken {
		t.Errorf("what it held was refused: %+v", got)
	}
}
