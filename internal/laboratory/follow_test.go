package laboratory_test

import (
	"fmt"
	"testing"
	"time"

	"phaodai/internal/db"
	"phaodai/internal/instant"
	"phaodai/internal/laboratory"
	"phaodai/internal/sampling"
	"phaodai/internal/sampling/samplingtest"
	"phaodai/internal/task"
	"phaodai/internal/testkit"
)

// work is the station's tasks as "state title", the oldest first, after all that
// was done has reached them.
func (w *world) work() (out []string) {
	w.T.Helper()
	log, err := w.D.Follow(w.T.Context(), db.Cursor{}, 1000)
	w.Must(err)
	tasks := task.New(w.D, w.IDs)
	for _, c := range log {
		w.Must(tasks.FollowEvidence(w.T.Context(), c, w.Now))
	}
	var rows []struct {
		State    string         `db:"state"`
		Title    string         `db:"title"`
		Deadline instant.Micros `db:"deadline"`
	}
	w.Must(w.D.Read(w.T.Context(), func(tx *db.Tx) error {
		return tx.Select(&rows, "SELECT state, title, deadline FROM task WHERE office = 'station' ORDER BY id")
	}))
	for _, r := range rows {
		out = append(out, r.State+" "+r.Title)
		if left := r.Deadline.Sub(w.Now); left <= 0 || left > 12*time.Hour {
			w.T.Errorf("%s: %v are left", r.Title, left)
		}
	}
	return out
}

func (w *world) works(want ...string) {
	w.T.Helper()
	if got := w.work(); fmt.Sprint(got) != fmt.Sprint(want) {
		w.T.Errorf("the station has %q, want %q", got, want)
	}
}

// give enters a result and lets the second reader release it.
func (w *world) give(r laboratory.Row) {
	w.T.Helper()
	w.second.Now = w.Now
	w.Must(w.enter(w.Lab, r))
	_, err := w.release(w.second, "", w.reviews(w.second)[0].ID)
	w.Must(err)
}

const apart = "Giữ riêng tại nhà, lấy lại mẫu đơn 2 người của ống dương tính LB-1"

// A positive pool is work of the station: it is reported when each of its people
// has a result of his own, and not before.
func TestAPositivePoolIsWorkUntilEverybodyHasHisOwnResult(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, 4)
		w.posts()
		people := w.Who[:2]
		w.arrived("LB-1")
		w.Must(w.enter(w.Lab, laboratory.Row{Tube: "LB-1", Result: sampling.Positive}))
		w.works()
		w.give(laboratory.Row{Tube: "LB-1", Result: sampling.Positive})
		w.works("ASSIGNED " + apart)
		w.Later(time.Hour)
		for i, person := range people {
			code := fmt.Sprint("DON-", i)
			w.Pool(w.Session(), code, person)
			_, err := w.S.Send(t.Context(), w.Station, sampling.SendInput{Unit: samplingtest.Unit, Code: "BOX-" + code, Laboratory: "lab", Tubes: []string{code}})
			w.Must(err)
			_, err = w.S.Receive(t.Context(), w.Lab, sampling.ReceiveInput{Code: "BOX-" + code})
			w.Must(err)
			w.works("ASSIGNED " + apart)
			w.give(laboratory.Row{Tube: code, Result: sampling.Negative})
		}
		w.works("REPORTED " + apart)
	})
}

func TestACorrectionEndsTheWork(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, 4)
		w.posts()
		w.arrived("LB-1")
		w.arrived("LB-2")
		w.give(laboratory.Row{Tube: "LB-1", Result: sampling.Positive})
		w.give(laboratory.Row{Tube: "LB-2", Result: sampling.Negative})
		w.works("ASSIGNED " + apart)
		w.give(laboratory.Row{Tube: "LB-1", Result: sampling.Negative, Corrects: true, Reason: "Đọc nhầm giếng"})
		w.works("REPORTED " + apart)
	})
}

func TestAnInvalidPoolAsksForSamplesWithoutKeepingAnybodyApart(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, 2)
		w.posts()
		w.arrived("LB-1")
		w.give(laboratory.Row{Tube: "LB-1", Result: sampling.Invalid})
		w.works("ASSIGNED Lấy lại mẫu đơn 2 người của ống LB-1")
	})
}
