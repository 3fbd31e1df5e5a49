package sampling

import (
	"context"
	"encoding/json"

	"phaodai/internal/audit"
	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/people"
)

// History is everything that was sampled of one person, the newest first.
type History struct {
	Resident  people.Resident `json:"-"`
	Samples   []Sample        `json:"samples"`
	Calls     []Call          `json:"calls"`
	Reports   []SymptomReport `json:"symptom_reports"`
	Resamples []Resample      `json:"resamples"` // single samples that are asked for
}

// Signs are the symptoms of a report.
func (r SymptomReport) Signs() (out []string) {
	_ = json.Unmarshal([]byte(r.Symptoms), &out) // written by this package
	return out
}

// History is what was sampled of a resident, for who samples where he lives.
// Reading it stands in the audit.
func (s *Service) History(ctx context.Context, by auth.Actor, resident string) (h History, err error) {
	err = s.store.Read(ctx, func(tx *db.Tx) error {
		if h.Resident, err = people.ResidentIn(tx, resident); err != nil {
			return err
		}
		if err := by.Require(auth.SampleTake, h.Resident.UnitPath, auth.Personal); err != nil {
			return err
		}
		return h.read(tx)
	})
	if err != nil {
		return h, err
	}
	return h, s.store.Write(ctx, func(tx *db.Tx) error {
		return audit.Record(tx, by, audit.Entry{Action: "resident.samples_read", Kind: "resident", Subject: resident, Unit: h.Resident.UnitPath})
	})
}

func (h *History) read(tx *db.Tx) error {
	id := h.Resident.ID
	if err := tx.Select(&h.Samples, "SELECT "+sampleColumns+" FROM sample WHERE resident = $1 ORDER BY at DESC, id DESC LIMIT 200", id); err != nil {
		return err
	}
	if err := tx.Select(&h.Calls, "SELECT "+callColumns+" FROM sampling_call WHERE resident = $1 AND withdrawn = 0 ORDER BY at DESC, id DESC LIMIT 200", id); err != nil {
		return err
	}
	if err := tx.Select(&h.Reports, "SELECT "+symptomColumns+" FROM symptom_report WHERE resident = $1 ORDER BY at DESC, id DESC LIMIT 200", id); err != nil {
		return err
	}
	return tx.Select(&h.Resamples, "SELECT "+resampleColumns+" FROM resample WHERE resident = $1 AND state IN ('open', 'taken') ORDER BY at DESC, id DESC", id)
}
