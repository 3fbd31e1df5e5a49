package people

import (
	"bytes"
	"context"
	"encoding/json"
	"io"

	"phaodai/internal/auth"
	"phaodai/internal/blob"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/instant"
	"phaodai/internal/listfile"
	"phaodai/internal/org"
	"phaodai/internal/vault"
)

// List is a list that came as a file.
type List struct {
	ID       string         `db:"id" json:"id"`
	Unit     string         `db:"unit" json:"unit"`
	UnitPath string         `db:"unit_path" json:"unit_path"`
	Name     string         `db:"name" json:"name"`
	Blob     string         `db:"blob" json:"-"`
	Mapping  string         `db:"mapping" json:"-"`
	State    string         `db:"state" json:"state"` // kept, running, done
	Result   string         `db:"result" json:"-"`
	At       instant.Micros `db:"at" json:"at"`
	ByName   string         `db:"by_name" json:"by_name"`
	Account  string         `db:"account" json:"-"`
}

// Counted is what became of the rows of a list.
type Counted struct {
	Rows       int `json:"rows"`
	New        int `json:"new"`
	Changed    int `json:"changed"`
	Same       int `json:"same"`
	Wrong      int `json:"wrong"`
	Households int `json:"households"` // new ones
	Twins      int `json:"twins"`      // pairs that wait for a decision
}

// Counted is the result of a list that was taken in.
func (l List) Counted() (c Counted) {
	_ = json.Unmarshal([]byte(l.Result), &c) // written by this package
	return c
}

const listColumns = "id, unit, unit_path, name, blob, mapping, state, result, at, by_name, account"

// KeepList keeps the file of a list, sealed, until it has been looked at and
// taken in.
func (s *Service) KeepList(ctx context.Context, by auth.Actor, unit, name string, r io.Reader) (List, error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxList+1))
	if err != nil {
		return List{}, err
	}
	if _, err := listfile.Read(data, listFields, listLimit); err != nil {
		return List{}, err
	}
	l := List{ID: s.ids.New(), Name: name, State: "kept", Result: "{}", At: by.Now, ByName: by.Name, Account: by.Account}
	sealed, err := s.vault.Seal(vault.Place{Table: "people_list", Column: "blob", ID: l.ID}, string(data))
	if err != nil {
		return l, err
	}
	return l, s.store.Write(ctx, func(tx *db.Tx) error {
		u, err := org.UnitIn(tx, unit)
		if err != nil {
			return err
		}
		if err := by.Require(auth.PeopleKeep, u.Path, auth.Personal); err != nil {
			return err
		}
		l.Unit, l.UnitPath = u.ID, u.Path
		b, err := blob.Put(tx, name, "application/octet-stream", bytes.NewReader([]byte(sealed)), 2*MaxList)
		if err != nil {
			return err
		}
		l.Blob = b.Hash
		return tx.Insert("people_list", l)
	})
}

// listOf returns a list to who keeps the registry of its unit, with its rows.
func (s *Service) listOf(ctx context.Context, by auth.Actor, id string) (l List, t listfile.Table, err error) {
	err = s.store.Read(ctx, func(tx *db.Tx) error {
		l, err = listIn(tx, id)
		return err
	})
	if err == nil {
		err = by.Require(auth.PeopleKeep, l.UnitPath, auth.Personal)
	}
	if err == nil && l.Blob == "" {
		err = fault.New(fault.NotFound, "people.list_gone")
	}
	if err != nil {
		return l, t, err
	}
	sealed, _, err := blob.ReadAll(ctx, s.store, l.Blob, 2*MaxList)
	if err != nil {
		return l, t, err
	}
	data, err := s.opened("people_list", "blob", l.ID, string(sealed))
	if err != nil {
		return l, t, err
	}
	t, err = listfile.Read([]byte(data), listFields, listLimit)
	return l, t, err
}

func listIn(tx *db.Tx, id string) (l List, err error) {
	err = tx.Get(&l, "SELECT "+listColumns+" FROM people_list WHERE id = $1", id)
	if err == db.ErrNoRow {
		return l, fault.New(fault.NotFound, "people.list_unknown")
	}
	return l, err
}

// Lists are the newest lists of a unit.
func (s *Service) Lists(ctx context.Context, by auth.Actor, unitPath string) (out []List, err error) {
	if err := by.Require(auth.PeopleKeep, unitPath, auth.Personal); err != nil {
		return nil, err
	}
	err = s.store.Read(ctx, func(tx *db.Tx) error {
		return tx.Select(&out, "SELECT "+listColumns+" FROM people_list WHERE unit_path = $1 ORDER BY at DESC, id DESC LIMIT 20", unitPath)
	})
	return out, err
}

// mapped is the mapping of a list: the one given, else the one that the unit
// chose for such a list before, else by the titles.
func mapped(tx *db.Tx, l List, t listfile.Table, given listfile.Mapping) (listfile.Mapping, error) {
	if given != nil {
		return given, nil
	}
	var kept string
	err := tx.Get(&kept, "SELECT mapping FROM people_mapping WHERE unit = $1 AND signature = $2", l.Unit, t.Signature())
	if err == db.ErrNoRow {
		return t.Guess(listFields), nil
	}
	if err != nil {
		return nil, err
	}
	m := listfile.Mapping{}
	return m, json.Unmarshal([]byte(kept), &m)
}

// remember keeps a mapping for the next list with the same columns.
func remember(tx *db.Tx, l List, t listfile.Table, m listfile.Mapping) error {
	_, err := tx.Exec(`INSERT INTO people_mapping (unit, signature, mapping) VALUES ($1, $2, $3)
		ON CONFLICT (unit, signature) DO UPDATE SET mapping = excluded.mapping`, l.Unit, t.Signature(), jsonOf(m))
	return err
}
