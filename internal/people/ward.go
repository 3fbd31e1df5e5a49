package people

import (
	"context"
	"slices"
	"strings"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/org"
	"phaodai/internal/zoning"
)

// AreaOfWard is a neighbourhood group, building or lane with who lives there.
type AreaOfWard struct {
	ID         string `json:"id"`
	Name       string `json:"name"`
	Households int    `json:"households"`
	People     int    `json:"people"`
}

// WardView is what the registry of a ward holds now, in figures that name
// nobody.
type WardView struct {
	Unit       org.Unit     `json:"unit"`
	Areas      []AreaOfWard `json:"areas"`
	Households int          `json:"households"`
	People     int          `json:"people"`
	Twins      int          `json:"twins"` // pairs that wait for a decision
}

// wardCount is how many live in an area; "" are those in none.
type wardCount struct {
	Area       string `db:"area"`
	Households int    `db:"households"`
	People     int    `db:"people"`
}

// Ward says what the registry of a ward holds.
func (s *Service) Ward(ctx context.Context, by auth.Actor, unit string) (v WardView, err error) {
	err = s.store.Read(ctx, func(tx *db.Tx) error {
		if v.Unit, err = org.UnitIn(tx, unit); err != nil {
			return err
		}
		path := v.Unit.Path
		if err := by.Require(auth.PeopleRead, path, auth.Personal); err != nil {
			return err
		}
		areas, err := zoning.AreasOf(tx, path, by.Now)
		if err != nil {
			return err
		}
		counts, err := countsOf(tx, by, path)
		if err != nil {
			return err
		}
		for _, a := range areas {
			c := counts[a.ID]
			v.Areas = append(v.Areas, AreaOfWard{a.ID, a.Name, c.Households, c.People})
		}
		for _, c := range counts {
			v.Households, v.People = v.Households+c.Households, v.People+c.People
		}
		return tx.Get(&v.Twins, "SELECT COUNT(*) FROM twin WHERE unit_path = $1 AND state = $2", path, Undecided)
	})
	return v, err
}

// countsOf counts a ward by area.
func countsOf(tx *db.Tx, by auth.Actor, path string) (map[string]wardCount, error) {
	var rows []wardCount
	err := tx.Select(&rows, `SELECT h.area AS area, COUNT(DISTINCT h.id) AS households, COUNT(r.id) AS people FROM household h
		LEFT JOIN resident r ON r.household = h.id AND r.valid_to > $1 WHERE h.unit_path = $2 AND h.valid_to > $3 GROUP BY h.area`,
		int64(by.Now), path, int64(by.Now))
	out := make(map[string]wardCount, len(rows))
	for _, c := range rows {
		out[c.Area] = c
	}
	return out, err
}

// HouseholdByCode finds a household by its number on the list of a ward.
func (s *Service) HouseholdByCode(ctx context.Context, by auth.Actor, unit, code string) (h Household, err error) {
	f := invalid()
	if code = required(f, "code", code, 40); code == "" {
		return h, f
	}
	err = s.store.Read(ctx, func(tx *db.Tx) error {
		u, err := org.UnitIn(tx, unit)
		if err != nil {
			return err
		}
		if err := by.Require(auth.PeopleRead, u.Path, auth.Personal); err != nil {
			return err
		}
		err = tx.Get(&h, "SELECT "+householdColumns+" FROM household WHERE unit_path = $1 AND code = $2 AND valid_to > $3 ORDER BY id LIMIT 1", u.Path, strings.TrimSpace(code), int64(by.Now))
		if err == db.ErrNoRow {
			return invalid().At("code", "people.code_unknown", "Code", code)
		}
		return err
	})
	return h, err
}

// place is where a household stands in walking order.
type place struct {
	Group string `db:"group_key"`
	Area  string `db:"area"`
	Key   string `db:"sort_key"`
}

// placeAfter is where a walk goes on behind a household: cursors name a row and
// none of its values, since addresses of pages hold them.
func placeAfter(tx *db.Tx, id string) (p place, err error) {
	err = tx.Get(&p, "SELECT "+groupOrder+" AS group_key, area, sort_key FROM household WHERE id = $1", id)
	if err == db.ErrNoRow {
		err = fault.New(fault.Invalid, "input.broken")
	}
	return p, err
}

// List is a list that came as a file, without its rows.
func (s *Service) List(ctx context.Context, by auth.Actor, id string) (l List, err error) {
	err = s.store.Read(ctx, func(tx *db.Tx) error {
		l, err = listIn(tx, id)
		return err
	})
	if err == nil {
		err = by.Require(auth.PeopleKeep, l.UnitPath, auth.Personal)
	}
	if err != nil {
		return List{}, err
	}
	return l, nil
}

// Wards are the units that keep a registry and over which the actor has a right.
func (s *Service) Wards(ctx context.Context, by auth.Actor, right auth.Right) (out []org.Unit, err error) {
	err = s.store.Read(ctx, func(tx *db.Tx) error {
		out = nil
		for _, path := range by.Paths(right, auth.Personal) {
			u, err := org.UnitAt(tx, path)
			if f, ok := faultOf(err); ok && f.Kind == fault.NotFound {
				continue // it ended
			}
			if err == nil {
				err = wardsIn(tx, by, u, &out)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}

// wardsIn adds a ward, or those below a unit, each once.
func wardsIn(tx *db.Tx, by auth.Actor, u org.Unit, out *[]org.Unit) error {
	below, err := org.UnitsIn(tx, u.ID, by.Now)
	if err != nil {
		return err
	}
	deeper := false
	for _, b := range below {
		if b.Tier != zoning.GroupTier {
			deeper = true
			if err := wardsIn(tx, by, b, out); err != nil {
				return err
			}
		}
	}
	if !deeper && u.Tier != zoning.GroupTier && !slices.ContainsFunc(*out, func(x org.Unit) bool { return x.ID == u.ID }) {
		*out = append(*out, u)
	}
	return nil
}
