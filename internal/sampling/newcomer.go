package sampling

import (
	"context"

	"phaodai/internal/audit"
	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/people"
	"phaodai/internal/vault"
)

func (s *Service) openedNewcomer(n newcomer) (Newcomer, error) {
	out := Newcomer{ID: n.ID, Session: n.Session, UnitPath: n.UnitPath, Name: n.Name, Birth: n.Birth, Sex: n.Sex, At: n.At, Taker: n.Taker}
	for _, v := range []struct {
		column, sealed string
		into           *string
	}{{"number", n.Number, &out.Number}, {"phone", n.Phone, &out.Phone}, {"place", n.Place, &out.Place}} {
		plain, err := s.vault.Open(vault.Place{Table: "sampling_newcomer", Column: v.column, ID: n.ID}, v.sealed)
		if err != nil {
			return out, err
		}
		*v.into = plain
	}
	return out, nil
}

// SettleInput says who in the registry a newcomer is: entered just now, or there
// already.
type SettleInput struct {
	Key      string `json:"key,omitempty"`
	Newcomer string `json:"newcomer,omitempty"`
	Resident string `json:"resident"`
}

// SettleNewcomer gives the samples and calls of a newcomer to a resident.
func (s *Service) SettleNewcomer(ctx context.Context, by auth.Actor, in SettleInput) (people.Resident, error) {
	return once(ctx, s, by, in.Key, func(tx *db.Tx) (people.Resident, error) {
		if err := tx.LockAll("person/"+in.Newcomer, "person/"+in.Resident); err != nil {
			return people.Resident{}, err
		}
		var n newcomer
		err := tx.Get(&n, "SELECT "+newcomerColumns+" FROM sampling_newcomer WHERE id = $1", in.Newcomer)
		switch {
		case err == db.ErrNoRow:
			return people.Resident{}, fault.New(fault.NotFound, "sampling.newcomer_unknown")
		case err != nil:
			return people.Resident{}, err
		case n.Resident != "":
			return people.Resident{}, fault.New(fault.Conflict, "sampling.newcomer_settled", "Who", n.SettledBy, "At", n.SettledAt)
		}
		if err := by.Require(auth.PeopleKeep, n.UnitPath, auth.Personal); err != nil {
			return people.Resident{}, err
		}
		r, err := people.ResidentIn(tx, in.Resident)
		if err != nil {
			return r, err
		}
		return r, s.settle(tx, by, n, r)
	})
}

func (s *Service) settle(tx *db.Tx, by auth.Actor, n newcomer, r people.Resident) error {
	for _, table := range []string{"sample", "sampling_call", "resample", "symptom_report"} {
		if _, err := tx.Exec("UPDATE "+table+" SET resident = $1 WHERE resident = $2", r.ID, n.ID); err != nil {
			return err
		}
	}
	if _, err := tx.Exec("UPDATE sampling_newcomer SET resident = $1, settled_by = $2, settled_at = $3 WHERE id = $4", r.ID, by.Name, int64(by.Now), n.ID); err != nil {
		return err
	}
	if err := tx.Changed(by.Now, db.Change{Kind: "resident", Subject: r.ID, Unit: r.UnitPath, What: "sampled"}); err != nil {
		return err
	}
	return audit.Record(tx, by, audit.Entry{Action: "newcomer.settled", Kind: "newcomer", Subject: n.ID, Unit: n.UnitPath, Fields: []string{"resident"}})
}
