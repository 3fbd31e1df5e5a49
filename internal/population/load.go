package population

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"phaodai/internal/cohort"
	"phaodai/internal/db"
	"phaodai/internal/id"
	"phaodai/internal/instant"
	"phaodai/internal/org"
	"phaodai/internal/people"
	"phaodai/internal/zoning"
)

// placed is an area as the engine has it.
type placed struct {
	code, parent string
	order        int
	ward         string // path, of a ward; "" of what lies in one
}

// wardOf is what the engine calls a ward: its code in the national list, else
// its id.
func wardCode(u org.Unit) string { return cmp.Or(u.Code, u.ID) }

// load reads everything. Changes after the place that it notes first are read
// again when they are followed, which does no harm.
func (s *Service) load(ctx context.Context) error {
	at, err := s.store.End(ctx)
	if err != nil {
		return err
	}
	b, err := cohort.NewBuilder(schema())
	if err != nil {
		return err
	}
	s.areas, s.classes = map[string]placed{}, classesAt{}
	err = s.store.Read(ctx, func(tx *db.Tx) error {
		edits, err := s.ground(tx)
		if err != nil {
			return err
		}
		for _, e := range edits {
			if err := b.Area(e); err != nil {
				return err
			}
		}
		return s.everybody(tx, b)
	})
	if err != nil {
		return err
	}
	s.engine, err = b.Population(cohort.Position(at))
	return err
}

// ground are the areas that the engine lacks or has elsewhere, wider ones first:
// wards in which somebody lives, and what is zoned in them.
func (s *Service) ground(tx *db.Tx) (edits []cohort.PutArea, err error) {
	var wards []org.Unit
	if err := tx.Select(&wards, "SELECT id, code, path FROM unit WHERE path IN (SELECT DISTINCT unit_path FROM household) ORDER BY path"); err != nil {
		return nil, err
	}
	for i, u := range wards {
		edits = s.put(edits, u.ID, placed{wardCode(u), "", i, u.Path})
		areas := slices.DeleteFunc(s.board.Areas(u.Path, instant.Forever-1), func(a zoning.Area) bool { return a.Kind == zoning.UnitKind || a.UnitPath != u.Path })
		for n, a := range widerFirst(areas) {
			parent := wardCode(u)
			if up, ok := s.areas[a.Parent]; ok && a.Parent != "" {
				parent = up.code
			}
			edits = s.put(edits, a.ID, placed{a.Code, parent, n, ""})
		}
	}
	return edits, nil
}

func (s *Service) put(edits []cohort.PutArea, id string, p placed) []cohort.PutArea {
	if s.areas[id] == p {
		return edits
	}
	s.areas[id] = p
	return append(edits, cohort.PutArea{Code: p.code, Parent: p.parent, Order: p.order})
}

// widerFirst orders areas so that each comes after the one around it.
func widerFirst(areas []zoning.Area) []zoning.Area {
	depth := map[string]int{}
	for range areas {
		for _, a := range areas {
			if up, ok := depth[a.Parent]; ok {
				depth[a.ID] = up + 1
			} else if depth[a.ID] == 0 {
				depth[a.ID] = 1
			}
		}
		if len(depth) == len(areas) {
			break
		}
	}
	slices.SortStableFunc(areas, func(a, b zoning.Area) int { return cmp.Compare(depth[a.ID], depth[b.ID]) })
	return areas
}

// home is a resident with what the engine needs of the household.
type home struct {
	people.Resident
	HouseKey string `db:"house_key"`
	Unit     string `db:"unit"`
	Area     string `db:"area"`
}

const homeColumns = `r.id, r.household, r.unit_path, r.sex, r.birth, r.occupation, r.priority, r.stay, r.valid_from, r.valid_to,
	h.sort_key AS house_key, h.unit, h.area`

const homes = " FROM resident r JOIN household h ON h.id = r.household "

// everybody adds all residents in force, ward by ward in walking order.
func (s *Service) everybody(tx *db.Tx, b *cohort.Builder) error {
	var wards []string
	if err := tx.Select(&wards, "SELECT DISTINCT unit_path FROM household ORDER BY unit_path"); err != nil {
		return err
	}
	for _, path := range wards {
		var rows []home
		err := tx.Select(&rows, "SELECT "+homeColumns+homes+"WHERE h.unit_path = $1 AND r.valid_to = $2", path, int64(instant.Forever))
		if err != nil {
			return err
		}
		given, err := evidenceIn(tx, path)
		if err != nil {
			return err
		}
		for _, r := range rows {
			x, err := s.person(r, given[r.ID])
			if err != nil {
				return err
			}
			if err := b.Add(x); err != nil {
				return err
			}
		}
	}
	return nil
}

// person is a resident as the engine holds him. Doses are not known as long as
// nothing records them.
func (s *Service) person(r home, e evidence) (p cohort.Person, err error) {
	p = cohort.Person{Ward: s.areas[r.Unit].code, Walk: r.HouseKey, Sex: string(r.Sex), Residence: string(r.Stay),
		Priorities: append([]string{}, r.Groups()...), Arrival: cohort.Never()}
	if p.ID, err = id.Pack(r.ID); err != nil {
		return p, err
	}
	if p.Household, err = id.Pack(r.Household); err != nil {
		return p, err
	}
	if p.Birth, err = cohort.Born(r.Birth); err != nil {
		return p, err
	}
	if a, ok := s.areas[r.Area]; ok {
		p.Area = a.code
	}
	if r.Occupation != "" {
		p.Occupations = []string{r.Occupation}
	}
	e.into(&p, s.zone)
	if r.Stay == people.Arrival {
		p.Arrival = cohort.On(instant.DayOf(r.From.In(s.zone)))
	}
	return p, nil
}

// behind tells whether the engine must be loaded anew: a change that it refuses
// means that it and the database went apart.
func behind(err error) bool { return err != nil && !errors.Is(err, context.Canceled) }
