package zoning

import (
	"context"
	"slices"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/due"
	"phaodai/internal/fault"
	"phaodai/internal/geo"
	"phaodai/internal/instant"
	"phaodai/internal/org"
)

// unitEnded takes the areas of a unit to those that come after it, from the
// moment on at which it ended. Where several come after it, an area goes with
// the area around it, or where its point lies; one of which that cannot be told
// stays and waits for a decision (Homeless). What the unit decided goes on in
// the areas that lay in it until the new one decides.
func (s *Service) unitEnded(tx *db.Tx, item due.Item, wall instant.Micros) error {
	u, err := org.UnitIn(tx, item.Subject)
	if err != nil || u.To != item.At { // it went on, or ended at another moment, which is work of its own
		return ignoreMissing(err)
	}
	areas, err := areasUnder(tx, u, item.At)
	if err != nil || len(areas) == 0 {
		return err
	}
	heirs, err := org.Heirs(tx, u, item.At)
	if err != nil {
		return err
	}
	by := auth.System(item.At, wall)
	grounds := make([]geo.Shape, len(heirs))
	for i, h := range heirs {
		a, err := s.zoneUnit(tx, by, h)
		if err != nil {
			return err
		}
		if a.Shape != "" {
			grounds[i], _ = geo.ParseShape([]byte(a.Shape)) // none: nothing lies in it
		}
	}
	r, err := begin(tx, by, Record{What: Redrawn, UnitPath: u.Path, Reason: u.Name})
	if err != nil {
		return err
	}
	m := moving{tx: tx, by: by, r: r, at: item.At, heirs: heirs, grounds: grounds, to: map[string]int{}, all: map[string]Area{}}
	if err := m.run(areas); err != nil {
		return err
	}
	return s.noted(tx, by, r, "zone", u.ID)
}

// areasUnder are the areas of a unit that ended, and of the neighbourhood groups
// that ended with it, which go on after that moment. A ward of a district has
// those who come after it of its own.
func areasUnder(tx *db.Tx, u org.Unit, at instant.Micros) (out []Area, err error) {
	err = tx.Select(&out, "SELECT "+areaColumns+` FROM area WHERE unit_path >= $1 AND unit_path < $2 AND valid_from < $3 AND valid_to > $4
		AND (unit = $5 OR unit IN (SELECT id FROM unit WHERE parent = $6 AND tier = 'group')) ORDER BY id`,
		u.Path, u.Path+"\U0010FFFF", int64(at), int64(at), u.ID, u.ID)
	return out, err
}

// moving takes the areas of one unit over.
type moving struct {
	tx      *db.Tx
	by      auth.Actor
	r       Record
	at      instant.Micros
	heirs   []org.Unit
	grounds []geo.Shape
	all     map[string]Area
	to      map[string]int // heir of each area, by its id; -1 not known
}

func (m *moving) run(areas []Area) error {
	for _, a := range areas {
		m.all[a.ID] = a
	}
	for _, a := range areas {
		if err := m.one(a); err != nil {
			return err
		}
	}
	return nil
}

func (m *moving) one(a Area) error {
	if a.Kind == UnitKind {
		a.To = m.at
		if len(m.heirs) > 0 {
			next, ok, err := AreaOfUnit(m.tx, m.heirs[0].ID)
			if err != nil {
				return err
			}
			if ok {
				a.Successor = next.ID
			}
		}
		return saveArea(m.tx, m.by, &a, m.r.Seq)
	}
	i := m.heir(a, 0)
	if i < 0 {
		return nil
	}
	u, parent := m.heirs[i], a.Parent
	if parent != "" && m.heir(m.all[parent], 0) != i {
		parent = ""
	}
	if err := goOver(m.tx, m.r, a, u, parent, m.at); err != nil {
		return err
	}
	a.Unit, a.UnitPath, a.Parent = u.ID, u.Path, parent
	return saveArea(m.tx, m.by, &a, m.r.Seq)
}

// heir is to which unit an area goes, -1 where it cannot be told.
func (m *moving) heir(a Area, depth int) int {
	if i, ok := m.to[a.ID]; ok {
		return i
	}
	i := m.lies(a)
	if around, ok := m.all[a.Parent]; ok && i < 0 && depth < deepest {
		i = m.heir(around, depth+1)
	}
	m.to[a.ID] = i
	return i
}

// lies is the one heir, or the one of several on whose ground an area's point
// lies.
func (m *moving) lies(a Area) int {
	if len(m.heirs) == 1 {
		return 0
	}
	p, ok := a.Point()
	if !ok {
		return -1
	}
	found := -1
	for i, g := range m.grounds {
		if len(g) > 0 && geo.Holds(g, p) {
			if found >= 0 {
				return -1 // drawn over each other
			}
			found = i
		}
	}
	return found
}

func ignoreMissing(err error) error {
	if fault.KindOf(err) == fault.NotFound {
		return nil
	}
	return err
}

// Homeless lists the areas of the actor's units whose unit has ended and for
// which nobody has said where they go, in Vietnamese order.
func (s *Service) Homeless(ctx context.Context, by auth.Actor) ([]Area, error) {
	return read(ctx, s, by, func(tx *db.Tx) (out []Area, err error) {
		err = tx.Select(&out, "SELECT "+areaColumns+` FROM area WHERE kind <> $1 AND valid_to > $2
			AND unit IN (SELECT id FROM unit WHERE valid_to <= $3) ORDER BY sort_key, id`, UnitKind, int64(by.Now), int64(by.Now))
		return slices.DeleteFunc(out, func(a Area) bool { return !by.Can(auth.ZoneRead, a.UnitPath, auth.Internal) }), err
	})
}
