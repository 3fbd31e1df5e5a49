package people

import (
	"context"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/instant"
)

// stay is who lived where when.
type stay struct {
	ID        string         `db:"id"`
	Resident  string         `db:"resident"`
	Household string         `db:"household"`
	UnitPath  string         `db:"unit_path"`
	Kind      StayKind       `db:"kind"`
	FromPlace string         `db:"from_place"`
	From      instant.Micros `db:"valid_from"`
	To        instant.Micros `db:"valid_to"`
	ByName    string         `db:"by_name"`
}

// MoveInput moves a resident to another household, also of another ward.
type MoveInput struct {
	Key       string         `json:"key,omitempty"`
	ID        string         `json:"id,omitempty"`
	Version   int64          `json:"version,omitempty"`
	Household string         `json:"household"`
	Stay      StayKind       `json:"stay,omitempty"` // "" as before
	At        instant.Micros `json:"at,omitempty"`   // 0 is now
}

// Move ends the stay of a resident and begins another. Who keeps the registry
// of either place may do it: the place that people come to learns of it first.
func (s *Service) Move(ctx context.Context, by auth.Actor, in MoveInput) (Resident, error) {
	return once(ctx, s, by, in.Key, func(tx *db.Tx) (Resident, error) {
		r, to, err := s.movable(tx, by, in)
		if err != nil {
			return r, err
		}
		at := in.At
		if at == 0 {
			at = by.Now
		}
		if at > by.Now || at <= r.From {
			return r, invalid().At("at", "people.move_when")
		}
		if err := s.endStay(tx, r.ID, at); err != nil {
			return r, err
		}
		r.Household, r.UnitPath = to.ID, to.UnitPath
		if in.Stay != "" {
			r.Stay = in.Stay
		}
		r.Version, r.ChangedBy, r.ChangedAt = r.Version+1, by.Name, by.Now
		if err := s.storeResident(tx, r); err != nil {
			return r, err
		}
		next := r
		next.From = at
		if err := s.begin(tx, by, next, ""); err != nil {
			return r, err
		}
		return r, change{tx, by, "resident", r.ID, r.UnitPath}.note("moved", "", "household")
	})
}

// movable is a resident with the household to move to, for who keeps either.
func (s *Service) movable(tx *db.Tx, by auth.Actor, in MoveInput) (r Resident, to Household, err error) {
	if err = tx.Lock("resident", in.ID); err != nil {
		return r, to, err
	}
	if r, err = ResidentIn(tx, in.ID); err != nil {
		return r, to, err
	}
	if to, err = HouseholdIn(tx, in.Household); err != nil {
		return r, to, err
	}
	switch {
	case !by.Can(auth.PeopleKeep, r.UnitPath, auth.Personal):
		err = by.Require(auth.PeopleKeep, to.UnitPath, auth.Personal)
	case in.Version != 0 && in.Version != r.Version:
		err = stale(r.ChangedBy, r.ChangedAt)
	}
	switch {
	case err != nil:
	case !r.Holds(by.Now):
		err = fault.New(fault.Conflict, "people.resident_ended", "Name", r.Name, "At", r.To)
	case !to.Holds(by.Now):
		err = fault.New(fault.Conflict, "people.household_ended", "At", to.To)
	case to.ID == r.Household:
		err = invalid().At("household", "people.same_household")
	}
	return r, to, err
}

// endStay ends the open stay of a resident.
func (s *Service) endStay(tx *db.Tx, resident string, at instant.Micros) error {
	_, err := tx.Exec("UPDATE stay SET valid_to = $1 WHERE resident = $2 AND valid_to = $3", int64(at), resident, int64(instant.Forever))
	return err
}

// EndInput takes a resident out of the registry.
type EndInput struct {
	Key     string         `json:"key,omitempty"`
	ID      string         `json:"id,omitempty"`
	Version int64          `json:"version,omitempty"`
	Why     Ended          `json:"why" enum:"moved,died,mistake"`
	At      instant.Micros `json:"at,omitempty"` // 0 is now
	Reason  string         `json:"reason,omitempty"`
}

// End says that a resident has moved away, has died, or was entered wrongly.
// Nothing is deleted.
func (s *Service) End(ctx context.Context, by auth.Actor, in EndInput) (Resident, error) {
	return once(ctx, s, by, in.Key, func(tx *db.Tx) (Resident, error) {
		r, err := s.residentToChange(tx, by, in.ID, in.Version)
		if err != nil {
			return r, err
		}
		f := invalid()
		if in.Why != MovedAway && in.Why != Died && in.Why != Mistake {
			f.At("why", "people.choose")
		}
		at := in.At
		if at == 0 {
			at = by.Now
		}
		if at > by.Now || at <= r.From {
			f.At("at", "people.move_when")
		}
		reason := short(f, "reason", in.Reason, 500)
		if in.Why == Mistake && reason == "" {
			f.At("reason", "input.missing")
		}
		if err := f.OrNil(); err != nil {
			return r, err
		}
		if err := s.endStay(tx, r.ID, at); err != nil {
			return r, err
		}
		r.To, r.Ended = at, in.Why
		r.Version, r.ChangedBy, r.ChangedAt = r.Version+1, by.Name, by.Now
		if err := s.storeResident(tx, r); err != nil {
			return r, err
		}
		return r, change{tx, by, "resident", r.ID, r.UnitPath}.note("ended", reason, "ended")
	})
}
