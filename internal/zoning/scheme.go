package zoning

import (
	"context"
	"encoding/json"
	"maps"
	"slices"

	"phaodai/internal/auth"
	"phaodai/internal/criterion"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/instant"
	"phaodai/internal/org"
)

// States of a version of a scheme.
const (
	SchemeDraft    = "draft"
	SchemeIssued   = "issued"
	SchemeReplaced = "replaced"
)

// Choice is the measures that a class brings.
type Choice struct {
	Bundle    string   `json:"bundle"`
	Additions []string `json:"additions,omitempty"` // beyond the bundle: 15+ needs some
}

// Scheme is one version of a criteria table of a unit.
type Scheme struct {
	ID        string            `db:"id" json:"id"`
	Version   int64             `db:"version" json:"version"`
	Layer     Layer             `db:"layer" json:"layer"`
	UnitPath  string            `db:"unit_path" json:"unit_path"`
	State     string            `db:"state" json:"state"`
	Title     string            `db:"title" json:"title"`
	Content   string            `db:"content" json:"-"`
	Stored    string            `db:"bundles" json:"-"`
	Document  string            `db:"document" json:"document,omitempty"`
	IssuedAt  instant.Micros    `db:"issued_at" json:"issued_at"`
	Edits     int64             `db:"edits" json:"edits"` // version of the record
	ChangedBy string            `db:"changed_by" json:"changed_by"`
	ChangedAt instant.Micros    `db:"changed_at" json:"changed_at"`
	Table     *criterion.Table  `db:"-" json:"table"`
	Bundles   map[string]Choice `db:"-" json:"bundles"` // by class
}

const schemeColumns = "id, version, layer, unit_path, state, title, content, bundles, document, issued_at, edits, changed_by, changed_at"

func (s *Scheme) open() error {
	s.Table, s.Bundles = &criterion.Table{}, map[string]Choice{}
	if err := json.Unmarshal([]byte(s.Content), s.Table); err != nil {
		return err
	}
	return json.Unmarshal([]byte(s.Stored), &s.Bundles)
}

// SchemeIn returns a version of a scheme; version 0 is the newest.
func SchemeIn(tx *db.Tx, id string, version int64) (Scheme, error) {
	var s Scheme
	err := tx.Get(&s, "SELECT "+schemeColumns+" FROM scheme WHERE id = $1 AND (version = $2 OR $3 = 0) ORDER BY version DESC LIMIT 1",
		id, version, version)
	if err == db.ErrNoRow {
		return s, fault.New(fault.NotFound, "zone.scheme_unknown")
	}
	if err != nil {
		return s, err
	}
	return s, s.open()
}

// issuedScheme is the version in force; false when none was issued.
func issuedScheme(tx *db.Tx, id string) (Scheme, bool, error) {
	var s Scheme
	err := tx.Get(&s, "SELECT "+schemeColumns+" FROM scheme WHERE id = $1 AND state = 'issued' ORDER BY version DESC LIMIT 1", id)
	if err == db.ErrNoRow {
		return s, false, nil
	}
	if err != nil {
		return s, false, err
	}
	return s, true, s.open()
}

// Check finds what keeps a scheme from being issued: faults of the table, and
// classes whose measures are not chosen or lack what they need.
func (s *Scheme) Check(b *Board) (out []Problem) {
	for _, f := range s.Table.Check() {
		out = append(out, problem(f))
	}
	for _, c := range s.Table.Classes {
		choice := s.Bundles[c.Code]
		switch {
		case choice.Bundle == "":
			out = append(out, problem(criterion.Fault{Key: "zone.class_without_measures", Class: c.Code}))
		case !b.mayChoose(choice.Bundle, s.UnitPath):
			out = append(out, problem(criterion.Fault{Key: "zone.bundle_unknown", Class: c.Code}))
		case b.needsAdditions(choice.Bundle) && len(choice.Additions) == 0:
			out = append(out, problem(criterion.Fault{Key: "zone.additions_missing", Class: c.Code}))
		}
	}
	return out
}

// seenBy tells whether the actor may read a scheme: those of the unit itself or
// above; those below once it is issued.
func (s *Scheme) seenBy(by auth.Actor) bool {
	return by.Can(auth.ZoneRead, s.UnitPath, auth.Internal) || s.State != SchemeDraft && org.Within(by.UnitPath, s.UnitPath)
}

// SchemeView is a version with what is wrong with it.
type SchemeView struct {
	Scheme   Scheme    `json:"scheme"`
	Faults   []Problem `json:"faults"`
	Versions []Scheme  `json:"versions"` // all, the newest first
	MayEdit  bool      `json:"may_edit"`
}

// Scheme returns a version of a scheme; version 0 is the newest.
func (s *Service) Scheme(ctx context.Context, by auth.Actor, id string, version int64) (SchemeView, error) {
	return read(ctx, s, by, func(tx *db.Tx) (v SchemeView, err error) {
		if v.Scheme, err = SchemeIn(tx, id, version); err != nil {
			return v, err
		}
		if !v.Scheme.seenBy(by) {
			return v, fault.New(fault.NotFound, "zone.scheme_unknown")
		}
		v.Faults = v.Scheme.Check(s.board)
		v.MayEdit = by.Can(auth.ZoneCriteria, v.Scheme.UnitPath, auth.Internal)
		err = tx.Select(&v.Versions, "SELECT "+schemeColumns+" FROM scheme WHERE id = $1 ORDER BY version DESC", id)
		return v, err
	})
}

// Schemes lists the newest version of every scheme that is of the actor's
// units or of those above them.
func (s *Service) Schemes(ctx context.Context, by auth.Actor) ([]Scheme, error) {
	return read(ctx, s, by, func(tx *db.Tx) (out []Scheme, err error) {
		var all []Scheme
		err = tx.Select(&all, "SELECT "+schemeColumns+` FROM scheme s WHERE version = (SELECT MAX(version) FROM scheme x WHERE x.id = s.id)
			ORDER BY layer, title, id`)
		for _, x := range all {
			if x.seenBy(by) {
				out = append(out, x)
			}
		}
		return out, err
	})
}

// SchemeInput saves a draft: a new scheme, or a new state of the newest draft.
// Of an issued one it begins the next version.
type SchemeInput struct {
	Key     string            `json:"key,omitempty"`
	ID      string            `json:"id,omitempty"`
	Edits   int64             `json:"edits,omitempty"`
	Unit    string            `json:"unit,omitempty"`
	Table   *criterion.Table  `json:"table"`
	Bundles map[string]Choice `json:"bundles,omitempty"`
}

// SaveScheme saves a draft with whatever is still wrong with it: Issue asks
// that nothing is.
func (s *Service) SaveScheme(ctx context.Context, by auth.Actor, in SchemeInput) (Scheme, error) {
	if in.Table == nil || len(text(in.Table)) > 1<<20 {
		return Scheme{}, invalid().At("table", "zone.table_size")
	}
	f := invalid()
	title := required(f, "title", in.Table.Title.Vi, 300)
	if !Layer(in.Table.Layer).Known() {
		f.At("layer", "zone.choose")
	}
	if n := in.Table.Near; n != 0 && !(n >= leastDots && n <= mostDots) {
		f.At("near", "zone.near_range", "Least", int64(leastDots), "Most", int64(mostDots))
	}
	for class, c := range in.Bundles {
		for i := range c.Additions {
			c.Additions[i] = short(f, "additions", c.Additions[i], 500)
		}
		c.Additions = slices.DeleteFunc(slices.Clone(c.Additions), func(a string) bool { return a == "" })
		in.Bundles[class] = c
	}
	if err := f.OrNil(); err != nil {
		return Scheme{}, err
	}
	return once(ctx, s, by, in.Key, func(tx *db.Tx) (Scheme, error) {
		sc, err := s.schemeToSave(tx, by, in)
		if err != nil {
			return sc, err
		}
		sc.Layer, sc.Title, sc.State = Layer(in.Table.Layer), title, SchemeDraft
		sc.Content, sc.Stored = text(in.Table), text(orEmpty(in.Bundles))
		sc.Edits, sc.ChangedBy, sc.ChangedAt = sc.Edits+1, by.Name, by.Now
		if _, err := tx.Exec("DELETE FROM scheme WHERE id = $1 AND version = $2", sc.ID, sc.Version); err != nil {
			return sc, err
		}
		if err := tx.Insert("scheme", sc); err != nil {
			return sc, err
		}
		if err := sc.open(); err != nil {
			return sc, err
		}
		return sc, note(tx, by, "scheme", sc.ID, sc.UnitPath, "saved", "table")
	})
}

func orEmpty(m map[string]Choice) map[string]Choice {
	if m == nil {
		return map[string]Choice{}
	}
	return maps.Clone(m)
}

// schemeToSave is the draft that a save goes into.
func (s *Service) schemeToSave(tx *db.Tx, by auth.Actor, in SchemeInput) (Scheme, error) {
	if in.ID == "" {
		u, err := org.UnitIn(tx, in.Unit)
		if err != nil {
			return Scheme{}, err
		}
		return Scheme{ID: s.ids.New(), Version: 1, UnitPath: u.Path}, by.Require(auth.ZoneCriteria, u.Path, auth.Internal)
	}
	if err := tx.Lock("scheme", in.ID); err != nil {
		return Scheme{}, err
	}
	sc, err := SchemeIn(tx, in.ID, 0)
	if err != nil {
		return sc, err
	}
	if err := by.Require(auth.ZoneCriteria, sc.UnitPath, auth.Internal); err != nil {
		return sc, err
	}
	if in.Edits != 0 && in.Edits != sc.Edits {
		return sc, stale(sc.ChangedBy, sc.ChangedAt)
	}
	if sc.State != SchemeDraft {
		return Scheme{ID: sc.ID, Version: sc.Version + 1, UnitPath: sc.UnitPath}, nil
	}
	if sc.Document != "" {
		return sc, fault.New(fault.Conflict, "zone.scheme_at_signature")
	}
	return sc, nil
}
