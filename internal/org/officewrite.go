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

// OfficeInput describes a new office.
type OfficeInput struct {
	Key       string         `json:"key,omitempty"`
	Unit      string         `json:"unit"`
	Kind      Kind           `json:"kind"`
	Line      Line           `json:"line"`
	Name      string         `json:"name"`
	ShortName string         `json:"short_name,omitempty"`
	Aliases   []string       `json:"aliases,omitempty"`
	Superior  string         `json:"superior,omitempty"`
	From      instant.Micros `json:"from,omitempty"`
}

// AddOffice founds an office in a unit.
func (s *Service) AddOffice(ctx context.Context, by auth.Actor, in OfficeInput) (Done, error) {
	return s.write(ctx, by, in.Key, func(tx *db.Tx) (Done, error) {
		return s.addOffice(tx, by, in, auth.OrgManage)
	})
}

func (s *Service) addOffice(tx *db.Tx, by auth.Actor, in OfficeInput, right auth.Right) (Done, error) {
	u, err := UnitIn(tx, in.Unit)
	if err != nil {
		return Done{}, err
	}
	if err := requireAny(by, u.Path, auth.OrgManage, right); err != nil {
		return Done{}, err
	}
	f := invalid()
	o := Office{ID: s.ids.New(), Unit: u.ID, UnitPath: u.Path, Kind: in.Kind, Line: in.Line, Superior: in.Superior, Stamp: stamp(by)}
	o.Period = period(f, in.From, 0, by.Now)
	o.Name = fold.NFC(short(f, "name", required(f, "name", in.Name), 300))
	o.ShortName = fold.NFC(or(short(f, "short_name", in.ShortName, 100), o.Name))
	o.SortKey = officeSortKey(fold.NewSorter(), o)
	if !slices.Contains(Kinds(), o.Kind) {
		f.At("kind", "org.choose")
	}
	if !slices.Contains(Lines(), o.Line) {
		f.At("line", "org.choose")
	}
	if !u.Holds(o.From) {
		f.At("unit", "org.parent_not_in_force")
	}
	if err := checkSuperior(tx, f, o, by.Now); err != nil {
		return Done{}, err
	}
	if err := f.OrNil(); err != nil {
		return Done{}, err
	}
	if err := tx.Insert("office", o); err != nil {
		return Done{}, err
	}
	if err := nameOffice(tx, o, in.Aliases); err != nil {
		return Done{}, err
	}
	return Done{o.ID, 1}, record(tx, by, "office", o.ID, o.UnitPath, "added")
}

// officeSortKey orders the offices of a unit: by kind, then by name.
func officeSortKey(s *fold.Sorter, o Office) string {
	return string(rune('a'+slices.Index(Kinds(), o.Kind))) + s.Key(o.Name)
}

func checkSuperior(tx *db.Tx, f *fault.Fault, o Office, at instant.Micros) error {
	if o.Superior == "" {
		return nil
	}
	up, err := OfficeIn(tx, o.Superior)
	if err != nil {
		return err
	}
	if up.ID == o.ID || !up.Holds(at) {
		f.At("superior", "org.superior_not_in_force", "Name", up.Name)
	}
	return nil
}

// nameOffice replaces the aliases of an office and makes it findable.
func nameOffice(tx *db.Tx, o Office, aliases []string) error {
	if _, err := tx.Exec("DELETE FROM office_alias WHERE office = $1", o.ID); err != nil {
		return err
	}
	type row struct {
		Office string `db:"office"`
		Alias  string `db:"alias"`
		Folded string `db:"folded"`
	}
	seen := map[string]bool{"": true}
	for _, a := range aliases {
		a = fold.NFC(strings.TrimSpace(a))
		if folded := key(tokens(a)); !seen[folded] {
			seen[folded] = true
			if err := tx.Insert("office_alias", row{o.ID, a, folded}); err != nil {
				return err
			}
		}
	}
	return term.Index(tx, "office", o.ID, append([]string{o.Name, o.ShortName}, aliases...)...)
}

// AliasesOf returns the other names of an office.
func AliasesOf(tx *db.Tx, officeID string) (out []string, err error) {
	err = tx.Select(&out, "SELECT alias FROM office_alias WHERE office = $1 ORDER BY folded", officeID)
	return out, err
}

// RenameOfficeInput changes how an office is called and who supervises it.
type RenameOfficeInput struct {
	Key       string   `json:"key,omitempty"`
	Version   int64    `json:"version,omitempty"`
	ID        string   `json:"id,omitempty"`
	Name      string   `json:"name"`
	ShortName string   `json:"short_name,omitempty"`
	Aliases   []string `json:"aliases,omitempty"`
	Superior  string   `json:"superior,omitempty"`
}

// RenameOffice changes an office's names and superior.
func (s *Service) RenameOffice(ctx context.Context, by auth.Actor, in RenameOfficeInput) (Done, error) {
	return s.write(ctx, by, in.Key, func(tx *db.Tx) (Done, error) {
		o, err := officeToChange(tx, by, in.ID, in.Version)
		if err != nil {
			return Done{}, err
		}
		f := invalid()
		old := o.Name
		o.Name = fold.NFC(short(f, "name", required(f, "name", in.Name), 300))
		o.ShortName = fold.NFC(or(short(f, "short_name", in.ShortName, 100), o.Name))
		o.Superior = in.Superior
		if err := checkSuperior(tx, f, o, by.Now); err != nil {
			return Done{}, err
		}
		if err := f.OrNil(); err != nil {
			return Done{}, err
		}
		err = set(tx, by, "office", "id", o.ID, []string{"name", "short_name", "superior", "sort_key"},
			o.Name, o.ShortName, o.Superior, officeSortKey(fold.NewSorter(), o))
		if err != nil {
			return Done{}, err
		}
		aliases := in.Aliases
		if old != o.Name {
			aliases = append(aliases, old)
		}
		if err := nameOffice(tx, o, aliases); err != nil {
			return Done{}, err
		}
		return Done{o.ID, o.Version + 1}, record(tx, by, "office", o.ID, o.UnitPath, "renamed", "name", "short_name", "aliases", "superior")
	})
}

func officeToChange(tx *db.Tx, by auth.Actor, id string, version int64) (Office, error) {
	if err := tx.Lock("office", id); err != nil {
		return Office{}, err
	}
	o, err := OfficeIn(tx, id)
	if err != nil {
		return Office{}, err
	}
	if err := by.Require(auth.OrgManage, o.UnitPath, auth.Internal); err != nil {
		return Office{}, err
	}
	return o, o.fresh(version)
}

// officeToKeep is an office whose roster, members or responsibilities the
// actor changes.
func officeToKeep(tx *db.Tx, by auth.Actor, id string) (Office, error) {
	if err := tx.Lock("office", id); err != nil {
		return Office{}, err
	}
	o, err := OfficeIn(tx, id)
	if err != nil {
		return Office{}, err
	}
	return o, requireKeeper(tx, by, o)
}

// EndOfficeInput ends an office.
type EndOfficeInput struct {
	Key       string         `json:"key,omitempty"`
	Version   int64          `json:"version,omitempty"`
	ID        string         `json:"id,omitempty"`
	At        instant.Micros `json:"at,omitempty"`
	Successor string         `json:"successor,omitempty"`
}

// EndOffice ends an office; its successor takes what is sent to it from then on.
func (s *Service) EndOffice(ctx context.Context, by auth.Actor, in EndOfficeInput) (Done, error) {
	return s.write(ctx, by, in.Key, func(tx *db.Tx) (Done, error) {
		o, err := officeToChange(tx, by, in.ID, in.Version)
		if err != nil {
			return Done{}, err
		}
		if in.At == 0 {
			in.At = by.Now
		}
		f := invalid()
		if in.At <= o.From || !o.Holds(in.At-1) {
			f.At("at", "org.period_backwards")
		}
		if in.Successor != "" {
			next, err := OfficeIn(tx, in.Successor)
			if err != nil {
				return Done{}, err
			}
			if next.ID == o.ID || !next.Holds(in.At) {
				f.At("successor", "org.successor_not_in_force", "Name", next.Name)
			}
		}
		if err := f.OrNil(); err != nil {
			return Done{}, err
		}
		return Done{o.ID, o.Version + 1}, endOffice(tx, by, o, in.At, in.Successor)
	})
}

func endOffice(tx *db.Tx, by auth.Actor, o Office, at instant.Micros, successor string) error {
	if err := set(tx, by, "office", "id", o.ID, []string{"valid_to", "successor"}, int64(at), successor); err != nil {
		return err
	}
	return record(tx, by, "office", o.ID, o.UnitPath, "ended", "to", "successor")
}
