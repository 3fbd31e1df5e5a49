package laboratory_test

import (
	"testing"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/laboratory"
	"phaodai/internal/sampling"
	"phaodai/internal/sampling/samplingtest"
	"phaodai/internal/task"
)

const unit = samplingtest.Unit

// world is the shared ward with two more people of the laboratory.
type world struct {
	*samplingtest.World
	l             *laboratory.Service
	second, third auth.Actor
}

func newWorld(t testing.TB, d *db.DB, residents int) *world {
	t.Helper()
	w := &world{World: samplingtest.New(t, d, residents)}
	w.l = laboratory.New(d, w.IDs, w.S, task.New(d, w.IDs))
	w.second, w.third = w.Lab, w.Lab
	w.second.Account, w.second.Name = "second", "Trần Thị B"
	w.third.Account, w.third.Name = "third", "Lê Văn C"
	return w
}

// arrived is a tube of two people that the laboratory has received.
func (w *world) arrived(code string) {
	w.T.Helper()
	w.Pool(w.Session(), code, w.Who[:2]...)
	w.Who = w.Who[2:]
	_, err := w.S.Send(w.T.Context(), w.Station, sampling.SendInput{Unit: unit, Code: "BOX-" + code, Laboratory: "lab", Tubes: []string{code}})
	w.Must(err)
	_, err = w.S.Receive(w.T.Context(), w.Lab, sampling.ReceiveInput{Code: "BOX-" + code})
	w.Must(err)
}

// enter types one result.
func (w *world) enter(by auth.Actor, r laboratory.Row) error {
	_, err := w.l.Enter(w.T.Context(), by, laboratory.EnterInput{Rows: []laboratory.Row{r}})
	return err
}

// reviews are what a reader may decide.
func (w *world) reviews(by auth.Actor) []laboratory.Review {
	w.T.Helper()
	out, err := w.l.Reviews(w.T.Context(), by)
	w.Must(err)
	return out
}

// release lets a reader agree to an entry.
func (w *world) release(by auth.Actor, reason string, entries ...string) ([]sampling.Effect, error) {
	return w.l.Release(w.T.Context(), by, laboratory.ReleaseInput{Entries: entries, Reason: reason})
}

// refused tells that a fault with this key came.
func (w *world) refused(err error, key string) {
	w.T.Helper()
	if fault.KeyOf(err) != key {
		w.T.Fatalf("want %s, got %v", key, err)
	}
}
