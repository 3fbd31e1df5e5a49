package sampling_test

import (
	"testing"
	"time"

	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/sampling"
	"phaodai/internal/testkit"
)

func TestANegativePoolClosesAllItsMembers(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, 10)
		w.Pool(w.Session(), "LB-1", w.Who...)
		e := w.result(sampling.Finding{Tube: "lb-1", Result: sampling.Negative})
		if len(e.Closed) != 10 || e.Positive != nil || len(e.Resample) != 0 {
			t.Errorf("%+v", e)
		}
		for _, x := range w.samples("LB-1") {
			if x.Result != sampling.Negative || !x.ByPool || x.State != sampling.Resulted {
				t.Errorf("%+v", x)
			}
		}
	})
}

// A positive pool makes nobody positive: the single sample of each decides.
func TestAPositivePoolIsResolvedOneByOne(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, 3)
		s := w.Session()
		w.Pool(s, "LB-1", w.Who...)
		e := w.result(sampling.Finding{Tube: "LB-1", Result: sampling.Positive})
		if len(e.Closed) != 0 || len(e.Resample) != 3 || e.Positive != nil {
			t.Fatalf("%+v", e)
		}
		if b := w.balance(); b.Open != 3 {
			t.Fatalf("%+v", b)
		}
		w.Later(time.Hour)
		w.Pool(s, "LB-1A", w.Who[0])
		shared := w.Take("Bàn 1", w.Sample(s, w.Who[1], "LB-1A"))[0]
		if shared.Status != sampling.HasProblem || w.problems()[0].Kind != sampling.NotAlone {
			t.Errorf("two in one tube of resamples: %+v", shared)
		}
		w.Pool(s, "LB-1C", w.Who[2])
		if x := w.samples("LB-1A")[0]; x.Purpose != sampling.ForResample || x.Turn != 0 {
			t.Errorf("%+v", x)
		}
		if e := w.result(sampling.Finding{Tube: "LB-1A", Result: sampling.Positive}); e.Positive == nil || e.Positive.Resident != w.Who[0] {
			t.Errorf("%+v", e)
		}
		w.result(sampling.Finding{Tube: "LB-1C", Result: sampling.Negative})
		want := map[string]sampling.Result{w.Who[0]: sampling.Positive, w.Who[1]: "", w.Who[2]: sampling.Negative}
		for _, x := range w.samples("LB-1") {
			if x.Result != want[x.Resident] || x.ByPool {
				t.Errorf("in the pool: %+v, want %q", x, want[x.Resident])
			}
		}
	})
}

func TestAResultIsCorrectedWithAllThatItCameTo(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, 2)
		w.Pool(w.Session(), "LB-1", w.Who...)
		w.result(sampling.Finding{Tube: "LB-1", Result: sampling.Positive})
		if _, err := w.tryResult(sampling.Finding{Tube: "LB-1", Result: sampling.Negative}); fault.KeyOf(err) != "sampling.tube_resulted" {
			t.Errorf("a second result: %v", err)
		}
		w.result(sampling.Finding{Tube: "LB-1", Result: sampling.Negative, Corrects: true, Reason: "đọc nhầm giếng"})
		if b := w.balance(); b.Resulted != 2 || b.Open != 0 {
			t.Errorf("%+v", b)
		}
		w.Must(d.Read(t.Context(), func(tx *db.Tx) error {
			open, err := sampling.ResamplesIn(tx, ward)
			if len(open) != 0 {
				t.Errorf("still asked for: %+v", open)
			}
			return err
		}))
		w.result(sampling.Finding{Tube: "LB-1", Result: sampling.Positive, Corrects: true, Reason: "đúng là dương tính"})
		if b := w.balance(); b.Open != 2 {
			t.Errorf("%+v", b)
		}
	})
}

func TestALostTubeMakesItsPeopleDueAgain(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, 2)
		s := w.Session()
		w.Pool(s, "LB-1", w.Who...)
		_, err := w.S.DeclareLost(t.Context(), w.Station, sampling.LostInput{Tube: "LB-1", Why: "broken"})
		w.Must(err)
		if b := w.balance(); b.Lost != 2 || b.Open != 0 {
			t.Errorf("%+v", b)
		}
		if _, err := w.tryResult(sampling.Finding{Tube: "LB-1", Result: sampling.Negative}); fault.KeyOf(err) != "sampling.tube_lost" {
			t.Errorf("%v", err)
		}
		out := w.Take("Bàn 1", w.Sample(s, w.Who[0], "LB-2"))[0]
		if out.Status != sampling.Taken || out.Turn != 1 {
			t.Errorf("again in the same session: %+v", out)
		}
	})
}

func TestABoxIsScannedOutAndIn(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, 4)
		s := w.Session(func(in *sampling.SessionInput) { in.ClockFrom = sampling.FromReceipt })
		for i, tube := range []string{"LB-1", "LB-2", "LB-3", "LB-4"} {
			w.Pool(s, tube, w.Who[i])
		}
		send := sampling.SendInput{Code: "BOX-1", Unit: unit, Laboratory: "lab", Tubes: []string{"LB-1", "LB-2", "LB-3", "LB-9"}}
		if _, err := w.S.Send(t.Context(), w.Station, send); err == nil {
			t.Fatal("a tube that nobody knows was sent")
		}
		send.Tubes = send.Tubes[:3]
		_, err := w.S.Send(t.Context(), w.Station, send)
		w.Must(err)
		w.Later(2 * time.Hour)
		got, err := w.S.Receive(t.Context(), w.Lab, sampling.ReceiveInput{Code: "box-1", Tubes: []string{"LB-1", "LB-2", "LB-4", "XX-1"}})
		w.Must(err)
		if len(got.Tubes) != 3 || len(got.Missing) != 1 || got.Missing[0] != "LB-3" || len(got.Extra) != 2 {
			t.Errorf("%+v", got)
		}
		if tube := w.Tube("LB-1"); tube.State != sampling.Received || tube.DueAt != w.Now.Add(12*time.Hour) {
			t.Errorf("%+v", tube)
		}
		later, err := w.S.Receive(t.Context(), w.Lab, sampling.ReceiveInput{Code: "BOX-1", Tubes: []string{"LB-3"}})
		w.Must(err)
		if len(later.Missing) != 0 {
			t.Errorf("found later: %+v", later)
		}
		out := w.Take("Bàn 1", w.Sample(s, w.Who[0], "LB-1"))[0]
		if out.Status != sampling.HasProblem {
			t.Errorf("into a tube at the laboratory: %+v", out)
		}
	})
}
