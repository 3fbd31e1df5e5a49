package sampling_test

import (
	"testing"

	"phaodai/internal/db"
	"phaodai/internal/sampling"
	"phaodai/internal/sampling/samplingtest"
)

const (
	unit = samplingtest.Unit
	ward = samplingtest.Ward
)

// world is the shared ward with what these tests ask of it.
type world struct{ *samplingtest.World }

func newWorld(t testing.TB, d *db.DB, residents int) *world {
	t.Helper()
	return &world{samplingtest.New(t, d, residents)}
}

func (w *world) result(f sampling.Finding) sampling.Effect {
	w.T.Helper()
	e, err := w.tryResult(f)
	w.Must(err)
	return e
}

func (w *world) tryResult(f sampling.Finding) (e sampling.Effect, err error) {
	err = w.D.Write(w.T.Context(), func(tx *db.Tx) error {
		e, err = w.S.ResultIn(tx, w.Lab, f)
		return err
	})
	return e, err
}

func (w *world) balance() sampling.Balance {
	w.T.Helper()
	b, err := w.S.Balance(w.T.Context(), w.Station, sampling.Scope{Path: ward})
	w.Must(err)
	if b.Taken != b.Resulted+b.Open+b.Lost {
		w.T.Fatalf("samples do not add up: %+v", b)
	}
	return b
}

func (w *world) samples(tube string) (out []sampling.Sample) {
	w.T.Helper()
	w.Must(w.D.Read(w.T.Context(), func(tx *db.Tx) (err error) {
		out, err = sampling.SamplesIn(tx, tube)
		return err
	}))
	return out
}

func (w *world) problems() []sampling.ProblemLine {
	w.T.Helper()
	out, err := w.S.Problems(w.T.Context(), w.Station, ward)
	w.Must(err)
	return out
}
