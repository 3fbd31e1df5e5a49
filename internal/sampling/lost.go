package sampling

import (
	"context"
	"slices"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
)

// LostInput declares a tube, or one sample, lost.
type LostInput struct {
	Key    string `json:"key,omitempty"`
	Tube   string `json:"tube,omitempty"`
	Sample string `json:"sample,omitempty"`
	Why    string `json:"why" enum:"broken,leaked,missing,unlabelled,other"`
	Note   string `json:"note,omitempty"`
}

// LostReasons are why a tube is lost.
func LostReasons() []string { return []string{"broken", "leaked", "missing", "unlabelled", "other"} }

// DeclareLost says that a tube, or a sample, cannot give a result any more: its
// people are due again.
func (s *Service) DeclareLost(ctx context.Context, by auth.Actor, in LostInput) (Tube, error) {
	return once(ctx, s, by, in.Key, func(tx *db.Tx) (Tube, error) { return s.DeclareLostIn(tx, by, in) })
}

// DeclareLostIn is DeclareLost within the caller's transaction.
func (s *Service) DeclareLostIn(tx *db.Tx, by auth.Actor, in LostInput) (Tube, error) {
	if in.Sample != "" {
		x, err := sampleIn(tx, in.Sample)
		if err != nil {
			return Tube{}, err
		}
		in.Tube = x.Tube
	}
	t, err := s.tubeToChange(tx, in.Tube)
	if err != nil {
		return t, err
	}
	if err := s.mayHandle(by, t); err != nil {
		return t, err
	}
	f := fault.New(fault.Invalid, "input.check")
	if !slices.Contains(LostReasons(), in.Why) {
		f.At("why", "input.missing")
	}
	if in.Why == "other" && short(in.Note) == "" {
		f.At("note", "input.missing")
	}
	if err := f.OrNil(); err != nil {
		return t, err
	}
	if in.Sample != "" {
		return t, s.loseSample(tx, by, &t, in)
	}
	return t, s.loseTube(tx, by, &t, in)
}

// mayHandle is for who records samples where the tube comes from, and the
// laboratory that has it.
func (s *Service) mayHandle(by auth.Actor, t Tube) error {
	if t.Laboratory != "" && t.Laboratory == by.Office && by.Anywhere(auth.LabEnter) {
		return nil
	}
	return by.Require(auth.SampleTake, t.UnitPath, auth.Personal)
}

func (s *Service) loseTube(tx *db.Tx, by auth.Actor, t *Tube, in LostInput) error {
	switch t.State {
	case TubeResulted:
		return fault.New(fault.Conflict, "sampling.tube_resulted", "Tube", t.Code, "At", t.ResultedAt)
	case TubeLost:
		return nil
	}
	if _, err := tx.Exec("UPDATE sample SET state = 'lost', turn = 0 WHERE tube = $1 AND state = 'open' AND problem = ''", t.Code); err != nil {
		return err
	}
	if err := reopen(tx, "sample.tube = $1", t.Code); err != nil {
		return err
	}
	t.State, t.LostReason, t.Note, t.Version = TubeLost, in.Why, short(in.Note), t.Version+1
	if _, err := tx.Exec("UPDATE tube SET state = $1, lost_reason = $2, note = $3, version = $4 WHERE code = $5", t.State, t.LostReason, t.Note, t.Version, t.Code); err != nil {
		return err
	}
	return s.note(tx, by, *t, "lost", in.Why, short(in.Note))
}

func (s *Service) loseSample(tx *db.Tx, by auth.Actor, t *Tube, in LostInput) error {
	n, err := tx.Exec("UPDATE sample SET state = 'lost', turn = 0, problem = '' WHERE id = $1 AND state = 'open'", in.Sample)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.New(fault.Conflict, "sampling.sample_not_open")
	}
	if err := reopen(tx, "sample.id = $1", in.Sample); err != nil {
		return err
	}
	return s.note(tx, by, *t, "sample_lost", in.Why, short(in.Note))
}

// reopen makes due again what lost samples had answered.
func reopen(tx *db.Tx, which, value string) error {
	lost := "(SELECT sample.id FROM sample WHERE sample.state = 'lost' AND " + which + ")"
	if _, err := tx.Exec("UPDATE resample SET state = 'open', by_sample = '' WHERE state = 'taken' AND by_sample IN "+lost, value); err != nil {
		return err
	}
	_, err := tx.Exec("UPDATE symptom_report SET sample = '' WHERE sample IN "+lost, value)
	return err
}

func sampleIn(tx *db.Tx, id string) (Sample, error) {
	var x Sample
	err := tx.Get(&x, "SELECT "+sampleColumns+" FROM sample WHERE id = $1", id)
	if err == db.ErrNoRow {
		return x, fault.New(fault.NotFound, "sampling.sample_unknown")
	}
	return x, err
}
