package org

import (
	"context"
	"slices"
	"strings"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/fold"
	"phaodai/internal/instant"
	"phaodai/internal/term"
)

// EventKind says what happened to a unit.
type EventKind string

// The kinds of events.
const (
	Founded   EventKind = "founded"
	Renamed   EventKind = "renamed"
	Merged    EventKind = "merged" // into the successor
	Split     EventKind = "split"  // into several successors
	Moved     EventKind = "moved"  // under another parent: the successor is the unit there
	Abolished EventKind = "abolished"
)

// Event is one entry in the history of a unit.
type Event struct {
	ID        string         `db:"id" json:"id"`
	At        instant.Micros `db:"at" json:"at"`
	Kind      EventKind      `db:"kind" json:"kind"`
	Unit      string         `db:"unit" json:"unit"`
	Successor string         `db:"successor" json:"successor"`
	OldName   string         `db:"old_name" json:"old_name"`
	NewName   string         `db:"new_name" json:"new_name"`
	Decree    string         `db:"decree" json:"decree"`
	Note      string         `db:"note" json:"note"`
}

const eventColumns = "id, at, kind, unit, successor, old_name, new_name, decree, note"

// History returns what happened to a unit, as predecessor or successor, oldest
// first.
func History(tx *db.Tx, unitID string) ([]Event, error) {
	var events []Event
	err := tx.Select(&events, "SELECT "+eventColumns+" FROM unit_event WHERE unit = $1 OR successor = $2 ORDER BY at, id", unitID, unitID)
	return events, err
}

// NameAt returns the name that a unit had at a moment.
func NameAt(tx *db.Tx, u Unit, at instant.Micros) (string, error) {
	var old string
	err := tx.Get(&old, `SELECT old_name FROM unit_event WHERE unit = $1 AND kind = 'renamed' AND at > $2
		ORDER BY at, id LIMIT 1`, u.ID, int64(at))
	if err == db.ErrNoRow {
		return u.Name, nil
	}
	return old, err
}

// UnitInput describes a new unit.
type UnitInput struct {
	Key       string         `json:"key,omitempty"`
	Parent    string         `json:"parent"`
	Code      string         `json:"code,omitempty"`
	Tier      string         `json:"tier"`
	Form      string         `json:"form,omitempty"`
	Name      string         `json:"name"`
	ShortName string         `json:"short_name,omitempty"`
	From      instant.Micros `json:"from,omitempty"`
	Decree    string         `json:"decree,omitempty"`
}

// AddUnit founds a unit.
func (s *Service) AddUnit(ctx context.Context, by auth.Actor, in UnitInput) (Done, error) {
	return s.write(ctx, by, in.Key, func(tx *db.Tx) (Done, error) {
		u, err := s.newUnit(tx, by, in)
		if err != nil {
			return Done{}, err
		}
		if err := tx.Insert("unit", u); err != nil {
			return Done{}, err
		}
		event := Event{ID: s.ids.New(), At: u.From, Kind: Founded, Unit: u.ID, NewName: u.Name, Decree: in.Decree}
		if err := tx.Insert("unit_event", event); err != nil {
			return Done{}, err
		}
		if err := term.Index(tx, "unit", u.ID, u.Name, u.Code); err != nil {
			return Done{}, err
		}
		return Done{u.ID, 1}, record(tx, by, "unit", u.ID, u.Path, "added")
	})
}

func (s *Service) newUnit(tx *db.Tx, by auth.Actor, in UnitInput) (Unit, error) {
	parent := Unit{Path: Root, Period: Period{To: instant.Forever}}
	if in.Parent != "" {
		var err error
		if parent, err = UnitIn(tx, in.Parent); err != nil {
			return Unit{}, err
		}
	}
	if err := by.Require(auth.OrgManage, parent.Path, auth.Internal); err != nil {
		return Unit{}, err
	}
	f := invalid()
	u := Unit{Parent: in.Parent, Code: strings.TrimSpace(in.Code), Tier: in.Tier, Form: in.Form, Stamp: stamp(by)}
	u.Period = period(f, in.From, 0, by.Now)
	u.Name = fold.NFC(short(f, "name", required(f, "name", in.Name), 200))
	u.ShortName = fold.NFC(in.ShortName)
	if u.Form == "" || u.ShortName == "" {
		form, name := splitForm(u.Name)
		u.Form, u.ShortName = or(u.Form, form), or(u.ShortName, name)
	}
	ok, err := mayStand(tx, in.Tier, parent.Tier, u.From)
	if err != nil {
		return Unit{}, err
	}
	if !ok {
		f.At("tier", "org.tier_misplaced")
	}
	if !parent.Holds(u.From) {
		f.At("parent", "org.parent_not_in_force")
	}
	u.ID = s.ids.New()
	if u.Code != "" {
		u.ID = unitID(parent.ID, u.Code)
	}
	u.Path, u.SortKey = parent.Path+u.ID+"/", unitSortKey(fold.NewSorter(), u)
	if _, err := UnitIn(tx, u.ID); err == nil {
		f.At("code", "org.code_taken")
	}
	return u, f.OrNil()
}

// unitID is the id of a unit of the national list: codes repeat over tiers and
// structures, so the parent's id stands before it.
func unitID(parent, code string) string {
	if parent == "" {
		return code
	}
	return parent + "-" + code
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// mayStand tells whether a tier may stand under another at a moment.
func mayStand(tx *db.Tx, tier, under string, at instant.Micros) (bool, error) {
	var n int
	err := tx.Get(&n, `SELECT COUNT(*) FROM tier_under WHERE tier = $1 AND under = $2 AND valid_from <= $3 AND valid_to > $4`,
		tier, under, int64(at), int64(at))
	return n > 0, err
}

// RenameUnitInput gives a unit a new name from a day on.
type RenameUnitInput struct {
	Key     string         `json:"key,omitempty"`
	Version int64          `json:"version,omitempty"`
	ID      string         `json:"id,omitempty"`
	Name    string         `json:"name"`
	At      instant.Micros `json:"at,omitempty"`
	Decree  string         `json:"decree,omitempty"`
}

// RenameUnit renames a unit; the old name stays in its history and is found.
func (s *Service) RenameUnit(ctx context.Context, by auth.Actor, in RenameUnitInput) (Done, error) {
	return s.write(ctx, by, in.Key, func(tx *db.Tx) (Done, error) {
		u, err := s.unitToChange(tx, by, in.ID, in.Version)
		if err != nil {
			return Done{}, err
		}
		f := invalid()
		name := fold.NFC(short(f, "name", required(f, "name", in.Name), 200))
		at := in.At
		if at == 0 {
			at = by.Now
		}
		if err := f.OrNil(); err != nil || name == u.Name {
			return Done{u.ID, u.Version}, err
		}
		return s.rename(tx, by, u, name, at, in.Decree)
	})
}

func (s *Service) rename(tx *db.Tx, by auth.Actor, u Unit, name string, at instant.Micros, decree string) (Done, error) {
	event := Event{ID: s.ids.New(), At: at, Kind: Renamed, Unit: u.ID, OldName: u.Name, NewName: name, Decree: decree}
	if err := tx.Insert("unit_event", event); err != nil {
		return Done{}, err
	}
	old := u.Name
	u.Name = name
	u.Form, u.ShortName = splitForm(name)
	err := set(tx, by, "unit", "id", u.ID, []string{"name", "form", "short_name", "sort_key"},
		u.Name, u.Form, u.ShortName, unitSortKey(fold.NewSorter(), u))
	if err != nil {
		return Done{}, err
	}
	if err := term.Index(tx, "unit", u.ID, u.Name, u.Code, old); err != nil {
		return Done{}, err
	}
	return Done{u.ID, u.Version + 1}, record(tx, by, "unit", u.ID, u.Path, "renamed", "name")
}

func (s *Service) unitToChange(tx *db.Tx, by auth.Actor, id string, version int64) (Unit, error) {
	if err := tx.Lock("unit", id); err != nil {
		return Unit{}, err
	}
	u, err := UnitIn(tx, id)
	if err != nil {
		return Unit{}, err
	}
	if err := by.Require(auth.OrgManage, u.Path, auth.Internal); err != nil {
		return Unit{}, err
	}
	return u, u.fresh(version)
}

// EndUnitInput ends a unit with what comes after it.
type EndUnitInput struct {
	Key        string         `json:"key,omitempty"`
	Version    int64          `json:"version,omitempty"`
	ID         string         `json:"id,omitempty"`
	At         instant.Micros `json:"at,omitempty"`
	Kind       EventKind      `json:"kind" enum:"merged,split,moved,abolished"`
	Successors []string       `json:"successors,omitempty"`
	Decree     string         `json:"decree,omitempty"`
	Note       string         `json:"note,omitempty"`
}

// EndUnit ends a unit with everything in it. Its offices get the office of the
// same kind in the (first) successor as theirs, where there is one.
func (s *Service) EndUnit(ctx context.Context, by auth.Actor, in EndUnitInput) (Done, error) {
	return s.write(ctx, by, in.Key, func(tx *db.Tx) (Done, error) {
		u, err := s.unitToChange(tx, by, in.ID, in.Version)
		if err != nil {
			return Done{}, err
		}
		if in.At == 0 {
			in.At = by.Now
		}
		f := invalid()
		if !slices.Contains([]EventKind{Merged, Split, Moved, Abolished}, in.Kind) {
			f.At("kind", "org.choose")
		}
		if in.At <= u.From || !u.Holds(in.At-1) {
			f.At("at", "org.period_backwards")
		}
		successors, err := s.successors(tx, in, f)
		if err != nil {
			return Done{}, err
		}
		if err := f.OrNil(); err != nil {
			return Done{}, err
		}
		if err := s.end(tx, by, u, in, successors); err != nil {
			return Done{}, err
		}
		return Done{u.ID, u.Version + 1}, record(tx, by, "unit", u.ID, u.Path, "ended", "to")
	})
}

func (s *Service) successors(tx *db.Tx, in EndUnitInput, f *fault.Fault) (out []Unit, err error) {
	for _, id := range in.Successors {
		next, err := UnitIn(tx, id)
		if err != nil {
			return nil, err
		}
		if !next.Holds(in.At) || next.ID == in.ID {
			f.At("successors", "org.successor_not_in_force", "Name", next.Name)
		}
		out = append(out, next)
	}
	return out, nil
}

func (s *Service) end(tx *db.Tx, by auth.Actor, u Unit, in EndUnitInput, successors []Unit) error {
	under, err := UnitsUnder(tx, u.Path, "", in.At-1)
	if err != nil {
		return err
	}
	for _, part := range under {
		if err := set(tx, by, "unit", "id", part.ID, []string{"valid_to"}, int64(in.At)); err != nil {
			return err
		}
	}
	if len(successors) == 0 {
		successors = []Unit{{}}
	}
	for _, next := range successors {
		event := Event{ID: s.ids.New(), At: in.At, Kind: in.Kind, Unit: u.ID, Successor: next.ID, OldName: u.Name, NewName: next.Name, Decree: in.Decree, Note: in.Note}
		if err := tx.Insert("unit_event", event); err != nil {
			return err
		}
	}
	if err := endsAt(tx, u.ID, in.At); err != nil {
		return err
	}
	return endOffices(tx, by, u, successors[0], in.At)
}

// endOffices ends the offices of a unit and its parts.
func endOffices(tx *db.Tx, by auth.Actor, u, next Unit, at instant.Micros) error {
	offices, err := OfficesUnder(tx, u.Path, "", at-1)
	if err != nil || len(offices) == 0 {
		return err
	}
	var heirs []Office
	if next.Path != "" {
		if heirs, err = OfficesAt(tx, next.Path, "", at); err != nil {
			return err
		}
	}
	for _, o := range offices {
		successor := ""
		for _, h := range heirs {
			if h.Kind == o.Kind && o.UnitPath == u.Path {
				successor = h.ID
				break
			}
		}
		if err := endOffice(tx, by, o, at, successor); err != nil {
			return err
		}
	}
	return nil
}
