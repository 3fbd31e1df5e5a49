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
		s := w.Session()
		first := []sampling.Record{w.Sample(s, w.Who[0], "LB-1"), w.Sample(s, w.Who[1], "LB-1")}
		w.Take("Bàn 1", first...)
		again := w.Take("Bàn 1", append(first, w.Sample(s, w.Who[2], "lb-1 "))...)
		if again[0].Status != sampling.Repeated || again[1].Status != sampling.Repeated || again[2].Status != sampling.Taken {
			t.Errorf("sent again: %+v", again)
		}
		if tube := w.Tube("LB-1"); tube.Members != 3 || w.balance().Taken != 3 {
			t.Errorf("%+v, %+v", tube, w.balance())
		}
	})
}

func TestAPhoneWithAWrongClockSaysHowLongAgo(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, 1)
		s := w.Session()
		r := w.Sample(s, w.Who[0], "LB-1")
		r.At = w.Now.Add(-9 * 365 * 24 * time.Hour) // the phone believes it is 2012
		_, err := w.S.Take(t.Context(), w.Phone("Bàn 1"), sampling.Batch{ID: w.IDs.New(), SentAt: r.At.Add(3 * time.Hour), Records: []sampling.Record{r}})
		w.Must(err)
		if got := w.samples("LB-1")[0].At; got != w.Now.Add(-3*time.Hour) {
			t.Errorf("taken at %v, three hours before %v", got.Time(), w.Now.Time())
		}
		if tube := w.Tube("LB-1"); tube.DueAt != w.Now.Add(9*time.Hour) {
			t.Errorf("due at %v", tube.DueAt.Time())
		}
	})
}

// What does not fit is kept, told, and reaches no result until a person decides.
func TestWhatDoesNotFitIsKeptAndWaits(t *testing.T) {
	for name, c := range map[string]struct {
		kind sampling.ProblemKind
		make func(w *world, s sampling.Session) sampling.Record
		desk string
	}{
		"a tube bound at two tables": {sampling.TubeElsewhere, func(w *world, s sampling.Session) sampling.Record {
			w.Pool(s, "LB-1", w.Who[0])
			return w.Sample(s, w.Who[1], "LB-1")
		}, "Bàn 2"},
		"an 11th sample in a pool of 10": {sampling.TubeFull, func(w *world, s sampling.Session) sampling.Record {
			w.Pool(s, "LB-1", w.Who[:10]...)
			return w.Sample(s, w.Who[10], "LB-1")
		}, "Bàn 1"},
		"a tube that was closed": {sampling.TubeGone, func(w *world, s sampling.Session) sampling.Record {
			w.Pool(s, "LB-1", w.Who[0])
			w.Take("Bàn 1", sampling.Record{ID: w.IDs.New(), Kind: sampling.CloseTube, At: w.Now, Tube: "LB-1"})
			return w.Sample(s, w.Who[1], "LB-1")
		}, "Bàn 1"},
		"a person at two tables": {sampling.Twice, func(w *world, s sampling.Session) sampling.Record {
			w.Pool(s, "LB-1", w.Who[0])
			return w.Sample(s, w.Who[0], "LB-2")
		}, "Bàn 2"},
		"a person whom nobody knows": {sampling.UnknownPerson, func(w *world, s sampling.Session) sampling.Record {
			return w.Sample(s, w.IDs.New(), "LB-1")
		}, "Bàn 1"},
	} {
		t.Run(name, func(t *testing.T) {
			testkit.Each(t, func(t *testing.T, d *db.DB) {
				w := newWorld(t, d, 11)
				s := w.Session()
				r := c.make(w, s)
				before := w.balance()
				out := w.Take(c.desk, r)[0]
				if out.Status != sampling.HasProblem || out.Key == "" {
					t.Fatalf("receipt %+v", out)
				}
				open := w.problems()
				if len(open) != 1 || open[0].Kind != c.kind || open[0].Sample != r.ID {
					t.Fatalf("problems %+v", open)
				}
				if b := w.balance(); b.Taken != before.Taken+1 || b.Problem != 1 {
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
		s := w.Session()
		w.Pool(s, "LB-1", w.Who[0])
		for _, p := range w.Who[1:5] {
			w.Take("Bàn 2", w.Sample(s, p, "LB-1"))
		}
		w.Take("Bàn 2", w.Sample(s, w.IDs.New(), "LB-7"))
		open := w.problems()
		if len(open) != 5 {
			t.Fatalf("%d problems", len(open))
		}
		slices.SortStableFunc(open, func(a, b sampling.ProblemLine) int { return cmp.Compare(a.Tube, b.Tube) }) // who is not known comes last
		decide := func(i int, in sampling.DecideInput) {
			t.Helper()
			in.Problem, in.Reason = open[i].ID, "đã hỏi tổ lấy mẫu"
			_, err := w.S.Decide(t.Context(), w.Station, in)
			w.Must(err)
		}
		decide(0, sampling.DecideInput{Decision: sampling.Keep})
		decide(1, sampling.DecideInput{Decision: sampling.Rebind, Tube: "LB-1B"})
		decide(2, sampling.DecideInput{Decision: sampling.Lose})
		decide(3, sampling.DecideInput{Decision: sampling.Withdraw})
		decide(4, sampling.DecideInput{Decision: sampling.Identify, Resident: w.Who[5]})
		b := w.balance()
		if b.Taken != 5 || b.Open != 4 || b.Lost != 1 || b.Withdrawn != 1 || b.Problem != 0 {
			t.Errorf("%+v", b)
		}
		if w.Tube("LB-1").Members != 2 || w.Tube("LB-1B").Members != 1 || w.Tube("LB-7").Members != 1 {
			t.Errorf("%+v %+v %+v", w.Tube("LB-1"), w.Tube("LB-1B"), w.Tube("LB-7"))
		}
		if x := w.samples("LB-1B")[0]; x.Turn != 1 {
			t.Errorf("a sample in another tube counts: %+v", x)
		}
		_, err := w.S.Decide(t.Context(), w.Station, sampling.DecideInput{Problem: open[0].ID, Decision: sampling.Lose, Reason: "x"})
		if fault.KeyOf(err) != "sampling.problem_decided" {
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
			w.Later(c.after)
			r := w.Take("Bàn 1", w.Sample(w.Session(), w.Who[0], "LB-"+string(rune('A'+i))+"00"))[0]
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
		s := w.Session()
		ids := w.Pool(s, "LB-1", w.Who...)
		back := sampling.Record{ID: w.IDs.New(), Kind: sampling.TakeBack, At: w.Now, Of: ids[1]}
		if r := w.Take("Bàn 1", back)[0]; r.Status != sampling.Taken {
			t.Fatalf("%+v", r)
		}
		if r := w.Take("Bàn 1", back)[0]; r.Status != sampling.Repeated {
			t.Errorf("%+v", r)
		}
		if b := w.balance(); b.Taken != 1 || b.Withdrawn != 1 || w.Tube("LB-1").Members != 1 {
			t.Errorf("%+v", b)
		}
		now := w.Sample(s, w.Who[1], "LB-2") // taken back in the batch that brings it
		w.Take("Bàn 1", now, sampling.Record{ID: w.IDs.New(), Kind: sampling.TakeBack, At: w.Now, Of: now.ID}, w.Sample(s, w.Who[1], "LB-2"))
		if w.Tube("LB-2").Members != 1 {
			t.Errorf("%+v", w.Tube("LB-2"))
		}
		w.result(sampling.Finding{Tube: "LB-1", Result: sampling.Negative})
		late := w.Take("Bàn 1", sampling.Record{ID: w.IDs.New(), Kind: sampling.TakeBack, At: w.Now, Of: ids[0]})[0]
		if late.Status != sampling.Rejected || late.Key != "sampling.take_back_late" {
			t.Errorf("%+v", late)
		}
	})
}

// A sample of an earlier sending is taken back together with samples for other
// tubes.
func TestAMistakeIsTakenBackAmongOtherSamples(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, 3)
		s := w.Session()
		ids := w.Pool(s, "LB-1", w.Who[0])
		w.Take("Bàn 1", w.Sample(s, w.Who[1], "LB-2"), sampling.Record{ID: w.IDs.New(), Kind: sampling.TakeBack, At: w.Now, Of: ids[0]}, w.Sample(s, w.Who[2], "LB-2"))
		if w.Tube("LB-1").Members != 0 || w.Tube("LB-2").Members != 2 {
			t.Errorf("%+v, %+v", w.Tube("LB-1"), w.Tube("LB-2"))
		}
	})
}

// What a sample answered is asked again when it is taken back: the next one
// answers it, in the same sending or later, in the same tube.
func TestTheSampleAfterAMistakeAnswersWhatItDid(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, 2)
		s := w.Session()
		w.Pool(s, "LB-1", w.Who...)
		w.result(sampling.Finding{Tube: "LB-1", Result: sampling.Positive})
		back := func(x sampling.Record) sampling.Record {
			return sampling.Record{ID: w.IDs.New(), Kind: sampling.TakeBack, At: w.Now, Of: x.ID}
		}
		first, second, third := w.Sample(s, w.Who[0], "LB-2"), w.Sample(s, w.Who[0], "LB-2"), w.Sample(s, w.Who[0], "LB-3")
		for _, sent := range [][]sampling.Record{{first, back(first), second}, {back(second), third}} {
			for i, r := range w.Take("Bàn 1", sent...) {
				if r.Status != sampling.Taken {
					t.Errorf("%d: %+v", i, r)
				}
			}
		}
		e := w.result(sampling.Finding{Tube: "LB-3", Result: sampling.Negative})
		if len(e.Closed) == 0 || w.balance().Open != 1 { // that of the other person
			t.Errorf("%+v, %+v", e.Closed, w.balance())
		}
	})
}

func TestRecordsWithoutSenseAreToldAndTheOthersTaken(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, 2)
		s := w.Session()
		other := s
		other.ID = w.IDs.New()
		self := w.Sample(s, w.Who[0], "LB-1")
		self.Self = true
		for name, c := range map[string]struct {
			r   sampling.Record
			key string
		}{
			"no such session":     {w.Sample(other, w.Who[0], "LB-1"), "sampling.session_unknown"},
			"a tube code":         {w.Sample(s, w.Who[0], "ống một"), "sampling.tube_code"},
			"nobody watched":      {self, "sampling.supervisor_missing"},
			"born on 31 February": {sampling.Record{ID: w.IDs.New(), Kind: sampling.AddNewcomer, At: w.Now, Session: s.ID, Name: "A", Birth: "31/02/1990"}, "identity.birth_day"},
			"a number of 11":      {sampling.Record{ID: w.IDs.New(), Kind: sampling.AddNewcomer, At: w.Now, Session: s.ID, Name: "A", Number: "00109000001"}, "identity.number_zero"},
			"no sign":             {sampling.Record{ID: w.IDs.New(), Kind: sampling.ReportIll, At: w.Now, Resident: w.Who[0]}, "sampling.signs_missing"},
			"nothing to close":    {sampling.Record{ID: w.IDs.New(), Kind: sampling.CloseTube, At: w.Now, Tube: "LB-9"}, "sampling.tube_unknown"},
			"months ago":          {sampling.Record{ID: w.IDs.New(), Kind: sampling.TakeSample, At: w.Now.Add(-100 * 24 * time.Hour), Session: s.ID, Resident: w.Who[0], Tube: "LB-1"}, "sampling.too_old"},
		} {
			good := w.Sample(s, w.Who[1], "LB-2")
			out := w.Take("Bàn 1", c.r, good, sampling.Record{ID: w.IDs.New(), Kind: sampling.TakeBack, At: w.Now, Of: good.ID})
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
	s := w.Session()
	stranger := w.As("/01/01-004/01-004-00148/", "field_team", "health_station")
	out, err := w.S.Take(t.Context(), stranger, sampling.Batch{ID: w.IDs.New(), Records: []sampling.Record{w.Sample(s, w.Who[0], "LB-1")}})
	w.Must(err)
	if out[0].Status != sampling.Rejected || out[0].Key != "auth.denied" {
		t.Errorf("%+v", out[0])
	}
}

func TestANewcomerIsSampledAndLaterEnteredIntoTheRegistry(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, 1)
		s := w.Session()
		n := sampling.Record{ID: w.IDs.New(), Kind: sampling.AddNewcomer, At: w.Now, Session: s.ID, Name: "Lê Thị C", Birth: "1991", Phone: "0912345678", Place: "Trọ nhà số 9"}
		out := w.Take("Bàn 1", n, w.Sample(s, n.ID, "LB-1"))
		if out[0].Status != sampling.Taken || out[1].Status != sampling.Taken {
			t.Fatalf("%+v", out)
		}
		list, err := w.S.Newcomers(t.Context(), w.Station, ward)
		w.Must(err)
		if len(list) != 1 || list[0].Phone != "+84912345678" && list[0].Phone != "0912345678" || list[0].Place != "Trọ nhà số 9" {
			t.Fatalf("%+v", list)
		}
		_, err = w.S.SettleNewcomer(t.Context(), w.Station, sampling.SettleInput{Newcomer: n.ID, Resident: w.Who[0]})
		w.Must(err)
		if got := w.samples("LB-1")[0].Resident; got != w.Who[0] {
			t.Errorf("the sample is of %s", got)
		}
	})
}

func TestWhoIsIllIsAnsweredByTheNextSample(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, 1)
		s := w.Session()
		ill := sampling.Record{ID: w.IDs.New(), Kind: sampling.ReportIll, At: w.Now, Resident: w.Who[0], Symptoms: []string{"fever", "cough"}, Source: "pharmacy"}
		w.Take("Bàn 1", ill)
		w.Pool(s, "LB-1", w.Who[0])
		if x := w.samples("LB-1")[0]; x.Purpose != sampling.ForSymptoms {
			t.Errorf("%+v", x)
		}
		var sample string
		w.Must(d.Read(t.Context(), func(tx *db.Tx) error {
			return tx.Get(&sample, "SELECT sample FROM symptom_report WHERE id = $1", ill.ID)
		}))
		if sample == "" {
			t.Error("the report still waits")
		}
	})
}
