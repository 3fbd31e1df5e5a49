package sampling_test

import (
	"cmp"
	"slices"
	"testing"
	"time"

	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/sampling"
	"phaodai/internal/testkit"
)

func TestARecordIsTakenOnceHoweverOftenItIsSent(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, 3)
		s := w.session()
		first := []sampling.Record{w.sample(s, w.who[0], "LB-1"), w.sample(s, w.who[1], "LB-1")}
		w.take("Bàn 1", first...)
		again := w.take("Bàn 1", append(first, w.sample(s, w.who[2], "lb-1 "))...)
		if again[0].Status != sampling.Repeated || again[1].Status != sampling.Repeated || again[2].Status != sampling.Taken {
			t.Errorf("sent again: %+v", again)
		}
		if tube := w.tube("LB-1"); tube.Members != 3 || w.balance().Taken != 3 {
			t.Errorf("%+v, %+v", tube, w.balance())
		}
	})
}

func TestAPhoneWithAWrongClockSaysHowLongAgo(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, 1)
		s := w.session()
		r := w.sample(s, w.who[0], "LB-1")
		r.At = w.now.Add(-9 * 365 * 24 * time.Hour) // the phone believes it is 2012
		_, err := w.s.Take(t.Context(), w.phone("Bàn 1"), sampling.Batch{ID: w.ids.New(), SentAt: r.At.Add(3 * time.Hour), Records: []sampling.Record{r}})
		w.must(err)
		if got := w.samples("LB-1")[0].At; got != w.now.Add(-3*time.Hour) {
			t.Errorf("taken at %v, three hours before %v", got.Time(), w.now.Time())
		}
		if tube := w.tube("LB-1"); tube.DueAt != w.now.Add(9*time.Hour) {
			t.Errorf("due at %v", tube.DueAt.Time())
		}
	})
}

// What does not fit is kept, told, and reaches no result until a person decides.
func TestWhatDoesNotFitIsKeptAndWaits(t *testing.T) {
	for name, c := range map[string]struct {
		kind sampling.TroubleKind
		make func(w *world, s sampling.Session) sampling.Record
		desk string
	}{
		"a tube bound at two tables": {sampling.TubeElsewhere, func(w *world, s sampling.Session) sampling.Record {
			w.pool(s, "LB-1", w.who[0])
			return w.sample(s, w.who[1], "LB-1")
		}, "Bàn 2"},
		"an 11th sample in a pool of 10": {sampling.TubeFull, func(w *world, s sampling.Session) sampling.Record {
			w.pool(s, "LB-1", w.who[:10]...)
			return w.sample(s, w.who[10], "LB-1")
		}, "Bàn 1"},
		"a tube that was closed": {sampling.TubeGone, func(w *world, s sampling.Session) sampling.Record {
			w.pool(s, "LB-1", w.who[0])
			w.take("Bàn 1", sampling.Record{ID: w.ids.New(), Kind: sampling.CloseTube, At: w.now, Tube: "LB-1"})
			return w.sample(s, w.who[1], "LB-1")
		}, "Bàn 1"},
		"a person at two tables": {sampling.Twice, func(w *world, s sampling.Session) sampling.Record {
			w.pool(s, "LB-1", w.who[0])
			return w.sample(s, w.who[0], "LB-2")
		}, "Bàn 2"},
		"a person whom nobody knows": {sampling.UnknownPerson, func(w *world, s sampling.Session) sampling.Record {
			return w.sample(s, w.ids.New(), "LB-1")
		}, "Bàn 1"},
	} {
		t.Run(name, func(t *testing.T) {
			testkit.Each(t, func(t *testing.T, d *db.DB) {
				w := newWorld(t, d, 11)
				s := w.session()
				r := c.make(w, s)
				before := w.balance()
				out := w.take(c.desk, r)[0]
				if out.Status != sampling.Problem || out.Key == "" {
					t.Fatalf("receipt %+v", out)
				}
				open := w.troubles()
				if len(open) != 1 || open[0].Kind != c.kind || open[0].Sample != r.ID {
					t.Fatalf("troubles %+v", open)
				}
				if b := w.balance(); b.Taken != before.Taken+1 || b.Trouble != 1 {
					t.Errorf("balance %+v, before %+v", b, before)
				}
				if before.Taken > 0 {
					w.result(sampling.Finding{Tube: "LB-1", Result: sampling.Negative})
					if b := w.balance(); b.Resulted != before.Taken || b.Open != 1 {
						t.Errorf("the result reached what waits: %+v", b)
					}
				}
			})
		})
	}
}

func TestEachDecisionSettlesASample(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, 6)
		s := w.session()
		w.pool(s, "LB-1", w.who[0])
		for _, p := range w.who[1:5] {
			w.take("Bàn 2", w.sample(s, p, "LB-1"))
		}
		w.take("Bàn 2", w.sample(s, w.ids.New(), "LB-7"))
		open := w.troubles()
		if len(open) != 5 {
			t.Fatalf("%d troubles", len(open))
		}
		slices.SortStableFunc(open, func(a, b sampling.Trouble) int { return cmp.Compare(a.Tube, b.Tube) }) // who is not known comes last
		decide := func(i int, in sampling.DecideInput) {
			t.Helper()
			in.Trouble, in.Reason = open[i].ID, "đã hỏi tổ lấy mẫu"
			_, err := w.s.Decide(t.Context(), w.station, in)
			w.must(err)
		}
		decide(0, sampling.DecideInput{Decision: sampling.Keep})
		decide(1, sampling.DecideInput{Decision: sampling.Rebind, Tube: "LB-1B"})
		decide(2, sampling.DecideInput{Decision: sampling.Lose})
		decide(3, sampling.DecideInput{Decision: sampling.Withdraw})
		decide(4, sampling.DecideInput{Decision: sampling.Identify, Resident: w.who[5]})
		b := w.balance()
		if b.Taken != 5 || b.Open != 4 || b.Lost != 1 || b.Withdrawn != 1 || b.Trouble != 0 {
			t.Errorf("%+v", b)
		}
		if w.tube("LB-1").Members != 2 || w.tube("LB-1B").Members != 1 || w.tube("LB-7").Members != 1 {
			t.Errorf("%+v %+v %+v", w.tube("LB-1"), w.tube("LB-1B"), w.tube("LB-7"))
		}
		if x := w.samples("LB-1B")[0]; x.Turn != 1 {
			t.Errorf("a sample in another tube counts: %+v", x)
		}
		_, err := w.s.Decide(t.Context(), w.station, sampling.DecideInput{Trouble: open[0].ID, Decision: sampling.Lose, Reason: "x"})
		if fault.KeyOf(err) != "sampling.trouble_decided" {
			t.Errorf("decided twice: %v", err)
		}
	})
}

func TestTurnsCountWhenTheyAreFarEnoughApart(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, 1)
		for i, c := range []struct {
			after time.Duration
			turn  int
		}{{0, 1}, {24 * time.Hour, 0}, {24 * time.Hour, 2}, {72 * time.Hour, 3}} {
			w.later(c.after)
			r := w.take("Bàn 1", w.sample(w.session(), w.who[0], "LB-"+string(rune('A'+i))+"00"))[0]
			if r.Turn != c.turn || r.Status != sampling.Taken {
				t.Errorf("sample %d: %+v, want turn %d", i, r, c.turn)
			}
			if c.turn == 0 && r.Key != "sampling.too_soon" {
				t.Errorf("nobody was told: %+v", r)
			}
		}
	})
}

func TestAMistakeIsTakenBackAsLongAsTheTubeIsThere(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, 2)
		s := w.session()
		ids := w.pool(s, "LB-1", w.who...)
		back := sampling.Record{ID: w.ids.New(), Kind: sampling.TakeBack, At: w.now, Of: ids[1]}
		if r := w.take("Bàn 1", back)[0]; r.Status != sampling.Taken {
			t.Fatalf("%+v", r)
		}
		if r := w.take("Bàn 1", back)[0]; r.Status != sampling.Repeated {
			t.Errorf("%+v", r)
		}
		if b := w.balance(); b.Taken != 1 || b.Withdrawn != 1 || w.tube("LB-1").Members != 1 {
			t.Errorf("%+v", b)
		}
		now := w.sample(s, w.who[1], "LB-2") // taken back in the batch that brings it
		w.take("Bàn 1", now, sampling.Record{ID: w.ids.New(), Kind: sampling.TakeBack, At: w.now, Of: now.ID}, w.sample(s, w.who[1], "LB-2"))
		if w.tube("LB-2").Members != 1 {
			t.Errorf("%+v", w.tube("LB-2"))
		}
		w.result(sampling.Finding{Tube: "LB-1", Result: sampling.Negative})
		late := w.take("Bàn 1", sampling.Record{ID: w.ids.New(), Kind: sampling.TakeBack, At: w.now, Of: ids[0]})[0]
		if late.Status != sampling.Rejected || late.Key != "sampling.take_back_late" {
			t.Errorf("%+v", late)
		}
	})
}

func TestRecordsWithoutSenseAreToldAndTheOthersTaken(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, 2)
		s := w.session()
		other := s
		other.ID = w.ids.New()
		self := w.sample(s, w.who[0], "LB-1")
		self.Self = true
		for name, c := range map[string]struct {
			r   sampling.Record
			key string
		}{
			"no such session":     {w.sample(other, w.who[0], "LB-1"), "sampling.session_unknown"},
			"a tube code":         {w.sample(s, w.who[0], "ống một"), "sampling.tube_code"},
			"nobody watched":      {self, "sampling.supervisor_missing"},
			"born on 31 February": {sampling.Record{ID: w.ids.New(), Kind: sampling.AddNewcomer, At: w.now, Session: s.ID, Name: "A", Birth: "31/02/1990"}, "identity.birth_day"},
			"a number of 11":      {sampling.Record{ID: w.ids.New(), Kind: sampling.AddNewcomer, At: w.now, Session: s.ID, Name: "A", Number: "00109000001"}, "identity.number_zero"},
			"no sign":             {sampling.Record{ID: w.ids.New(), Kind: sampling.ReportIll, At: w.now, Resident: w.who[0]}, "sampling.signs_missing"},
			"nothing to close":    {sampling.Record{ID: w.ids.New(), Kind: sampling.CloseTube, At: w.now, Tube: "LB-9"}, "sampling.tube_unknown"},
			"months ago":          {sampling.Record{ID: w.ids.New(), Kind: sampling.TakeSample, At: w.now.Add(-100 * 24 * time.Hour), Session: s.ID, Resident: w.who[0], Tube: "LB-1"}, "sampling.too_old"},
		} {
			good := w.sample(s, w.who[1], "LB-2")
			out := w.take("Bàn 1", c.r, good, sampling.Record{ID: w.ids.New(), Kind: sampling.TakeBack, At: w.now, Of: good.ID})
			if out[0].Status != sampling.Rejected || out[0].Key != c.key {
				t.Errorf("%s: %+v, want %s", name, out[0], c.key)
			}
			if out[1].Status != sampling.Taken {
				t.Errorf("%s: the next record: %+v", name, out[1])
			}
		}
		if b := w.balance(); b.Taken != 0 {
			t.Errorf("%+v", b)
		}
	})
}

func TestWhoMayRecordHere(t *testing.T) {
	w := newWorld(t, testkit.SQLite(t), 1)
	s := w.session()
	stranger := w.as("/01/01-004/01-004-00148/", "field_team", "health_station")
	out, err := w.s.Take(t.Context(), stranger, sampling.Batch{ID: w.ids.New(), Records: []sampling.Record{w.sample(s, w.who[0], "LB-1")}})
	w.must(err)
	if out[0].Status != sampling.Rejected || out[0].Key != "auth.denied" {
		t.Errorf("%+v", out[0])
	}
}

func TestANewcomerIsSampledAndLaterEnteredIntoTheRegistry(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, 1)
		s := w.session()
		n := sampling.Record{ID: w.ids.New(), Kind: sampling.AddNewcomer, At: w.now, Session: s.ID, Name: "Lê Thị C", Birth: "1991", Phone: "0912345678", Place: "Trọ nhà số 9"}
		out := w.take("Bàn 1", n, w.sample(s, n.ID, "LB-1"))
		if out[0].Status != sampling.Taken || out[1].Status != sampling.Taken {
			t.Fatalf("%+v", out)
		}
		list, err := w.s.Newcomers(t.Context(), w.station, ward)
		w.must(err)
		if len(list) != 1 || list[0].Phone != "+84912345678" && list[0].Phone != "0912345678" || list[0].Place != "Trọ nhà số 9" {
			t.Fatalf("%+v", list)
		}
		_, err = w.s.SettleNewcomer(t.Context(), w.station, sampling.SettleInput{Newcomer: n.ID, Resident: w.who[0]})
		w.must(err)
		if got := w.samples("LB-1")[0].Resident; got != w.who[0] {
			t.Errorf("the sample is of %s", got)
		}
	})
}

func TestWhoIsIllIsAnsweredByTheNextSample(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, 1)
		s := w.session()
		ill := sampling.Record{ID: w.ids.New(), Kind: sampling.ReportIll, At: w.now, Resident: w.who[0], Symptoms: []string{"fever", "cough"}, Source: "pharmacy"}
		w.take("Bàn 1", ill)
		w.pool(s, "LB-1", w.who[0])
		if x := w.samples("LB-1")[0]; x.Purpose != sampling.ForSymptoms {
			t.Errorf("%+v", x)
		}
		var sample string
		w.must(d.Read(t.Context(), func(tx *db.Tx) error {
			return tx.Get(&sample, "SELECT sample FROM symptom_report WHERE id = $1", ill.ID)
		}))
		if sample == "" {
			t.Error("the report still waits")
		}
	})
}
