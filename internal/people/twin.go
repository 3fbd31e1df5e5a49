package people

import (
	"context"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/instant"
	"phaodai/internal/org"
)

// Twin is two entries that may be one person.
type Twin struct {
	First     string         `db:"first" json:"first"`
	Second    string         `db:"second" json:"second"`
	UnitPath  string         `db:"unit_path" json:"unit_path"`
	Why       Why            `db:"why" json:"why"`
	State     TwinState      `db:"state" json:"state"`
	FoundAt   instant.Micros `db:"found_at" json:"found_at"`
	DecidedBy string         `db:"decided_by" json:"decided_by,omitempty"`
	DecidedAt instant.Micros `db:"decided_at" json:"decided_at,omitempty"`
	Reason    string         `db:"reason" json:"reason,omitempty"`
}

// Why says what two entries have in common.
type Why string

// What they may have in common.
const (
	SameNumber Why = "number"
	Alike      Why = "likeness" // name without tones, year of birth and telephone
)

// TwinState is what was decided about two entries.
type TwinState string

// The states.
const (
	Undecided TwinState = "open"
	Different TwinState = "different"
	OnePerson TwinState = "merged"
)

// compare notes every resident in force who may be the same person.
func (s *Service) compare(tx *db.Tx, by auth.Actor, r Resident) error {
	for why, q := range map[Why]struct{ column, index string }{SameNumber: {"number_index", r.NumberIndex}, Alike: {"likeness", r.Likeness}} {
		if q.index == "" {
			continue
		}
		var others []Resident
		err := tx.Select(&others, "SELECT "+residentColumns+" FROM resident WHERE "+q.column+" = $1 AND id <> $2 AND valid_to > $3 ORDER BY id LIMIT 20",
			q.index, r.ID, int64(by.Now))
		if err != nil {
			return err
		}
		for _, o := range others {
			if err := pair(tx, by, r, o, why); err != nil {
				return err
			}
		}
	}
	return nil
}

// pair notes two residents once; what was decided stays.
func pair(tx *db.Tx, by auth.Actor, a, b Resident, why Why) error {
	if a.ID > b.ID {
		a, b = b, a
	}
	path := a.UnitPath
	for !org.Within(b.UnitPath, path) {
		path = org.ParentPath(path)
	}
	n, err := tx.Exec(`INSERT INTO twin (first, second, unit_path, why, state, found_at, decided_by, decided_at, reason)
		VALUES ($1, $2, $3, $4, 'open', $5, '', 0, '') ON CONFLICT (first, second) DO NOTHING`, a.ID, b.ID, path, why, int64(by.Now))
	if err != nil || n == 0 {
		return err
	}
	return tx.Changed(by.Now, db.Change{Kind: "twin", Subject: a.ID, Unit: path, What: "found"})
}

// TwinView is a pair with both entries as they may be shown.
type TwinView struct {
	Twin   Twin         `json:"twin"`
	First  ResidentView `json:"first"`
	Second ResidentView `json:"second"`
}

// Twins lists pairs to decide in a subtree, the oldest first.
func (s *Service) Twins(ctx context.Context, by auth.Actor, unitPath string, limit int) (out []TwinView, err error) {
	if err := by.Require(auth.PeopleKeep, unitPath, auth.Personal); err != nil {
		return nil, err
	}
	return audited(ctx, s, by, reading{action: "resident.compared", unit: unitPath}, func(tx *db.Tx) ([]TwinView, error) {
		var pairs []Twin
		err := tx.Select(&pairs, `SELECT first, second, unit_path, why, state, found_at, decided_by, decided_at, reason FROM twin
			WHERE state = 'open' AND unit_path >= $1 AND unit_path < $2 ORDER BY found_at, first, second LIMIT $3`, unitPath, org.Beyond(unitPath), min(max(limit, 1), 200))
		if err != nil {
			return nil, err
		}
		out := []TwinView{}
		for _, p := range pairs {
			v := TwinView{Twin: p}
			for id, into := range map[string]*ResidentView{p.First: &v.First, p.Second: &v.Second} {
				r, err := ResidentIn(tx, id)
				if err != nil {
					return nil, err
				}
				if *into, err = s.view(tx, r); err != nil {
					return nil, err
				}
			}
			out = append(out, v)
		}
		return out, nil
	})
}

// DecideInput decides that two entries are different persons.
type DecideInput struct {
	Key    string `json:"key,omitempty"`
	First  string `json:"first"`
	Second string `json:"second"`
	Reason string `json:"reason"`
}

// KeepApart says that two entries are two persons: they are not shown again.
func (s *Service) KeepApart(ctx context.Context, by auth.Actor, in DecideInput) (Twin, error) {
	return once(ctx, s, by, in.Key, func(tx *db.Tx) (Twin, error) {
		t, err := s.twinToDecide(tx, by, in.First, in.Second)
		if err != nil {
			return t, err
		}
		f := invalid()
		t.Reason = required(f, "reason", in.Reason, 500)
		if err := f.OrNil(); err != nil {
			return t, err
		}
		return t, s.decided(tx, by, &t, Different)
	})
}

func (s *Service) twinToDecide(tx *db.Tx, by auth.Actor, first, second string) (t Twin, err error) {
	first, second = min(first, second), max(first, second)
	if err := tx.Lock("twin", first+" "+second); err != nil {
		return t, err
	}
	err = tx.Get(&t, `SELECT first, second, unit_path, why, state, found_at, decided_by, decided_at, reason FROM twin WHERE first = $1 AND second = $2`, first, second)
	switch {
	case err == db.ErrNoRow:
		return t, fault.New(fault.NotFound, "people.twin_unknown")
	case err != nil:
		return t, err
	case t.State != Undecided:
		return t, fault.New(fault.Conflict, "people.twin_decided", "Who", t.DecidedBy, "At", t.DecidedAt)
	}
	return t, s.overBoth(tx, by, first, second)
}

// overBoth asks for the keeping of both residents' places.
func (s *Service) overBoth(tx *db.Tx, by auth.Actor, ids ...string) error {
	for _, id := range ids {
		r, err := ResidentIn(tx, id)
		if err != nil {
			return err
		}
		if err := by.Require(auth.PeopleKeep, r.UnitPath, auth.Personal); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) decided(tx *db.Tx, by auth.Actor, t *Twin, state TwinState) error {
	t.State, t.DecidedBy, t.DecidedAt = state, by.Name, by.Now
	_, err := tx.Exec("UPDATE twin SET state = $1, decided_by = $2, decided_at = $3, reason = $4 WHERE first = $5 AND second = $6",
		t.State, t.DecidedBy, int64(t.DecidedAt), t.Reason, t.First, t.Second)
	if err != nil {
		return err
	}
	return change{tx, by, "twin", t.First, t.UnitPath}.note(string(state), t.Reason)
}
