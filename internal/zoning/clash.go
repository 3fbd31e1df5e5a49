package zoning

import (
	"slices"

	"phaodai/internal/db"
	"phaodai/internal/geo"
	"phaodai/internal/org"
)

// Clash is an area across the border of a ward whose class is far from that of
// an area which touches it.
type Clash struct {
	Area  Area   `json:"area"`
	Class string `json:"class"`
}

// touching is how near two areas are that touch, in metres: shapes drawn apart
// leave slivers.
const touching = 30.0

// Points stand for houses around them: how near those of two areas are that
// touch is a setting of the criteria, in metres.
const (
	nearDots  = 150.0 // where they say nothing
	leastDots = 10.0
	mostDots  = 2000.0
)

// near is how near the points of two areas are that touch.
func (s *Scheme) near() float64 {
	if s.Table == nil || s.Table.Near == 0 {
		return nearDots
	}
	return s.Table.Near
}

// clashes finds, for each area of a plan, the areas of other wards in the same
// round that touch it and are the strictest class where it is the mildest, or
// the other way round.
func (s *Service) clashes(tx *db.Tx, p Plan, r Round, dots float64, areas []Area, marks map[string]Mark) (map[string][]Clash, error) {
	others, classes, err := marked(tx, p, r)
	if err != nil || len(others) == 0 {
		return nil, err
	}
	near := neighbours(append(slices.Clone(areas), others...), dots)
	byID := map[string]Area{}
	for _, a := range others {
		byID[a.ID] = a
	}
	out := map[string][]Clash{}
	for _, a := range areas {
		for _, id := range near(a) {
			other, ok := byID[id]
			if ok && far(r.Layer, marks[a.ID].Class, classes[id]) {
				out[a.ID] = append(out[a.ID], Clash{other, classes[id]})
			}
		}
	}
	return out, nil
}

// far tells whether two classes lie at the two ends of their layer.
func far(l Layer, a, b string) bool {
	if a == "" || b == "" {
		return false
	}
	distance := strictness(l, a) - strictness(l, b)
	return distance >= 2 || distance <= -2
}

// marked are the areas of the other wards of a round with their classes in the
// plans as they stand.
func marked(tx *db.Tx, p Plan, r Round) ([]Area, map[string]string, error) {
	var areas []Area
	parent := org.ParentPath(p.UnitPath)
	err := tx.Select(&areas, "SELECT "+areaColumns+` FROM area WHERE unit_path >= $1 AND unit_path < $2 AND unit <> $3 AND kind <> $4
		AND (shape <> '' OR lon IS NOT NULL) ORDER BY id`, parent, parent+"\U0010FFFF", p.Unit, UnitKind)
	if err != nil {
		return nil, nil, err
	}
	var rows []struct {
		Area  string `db:"area"`
		Class string `db:"class"`
	}
	err = tx.Select(&rows, `SELECT l.area, l.class FROM zone_plan_line l JOIN zone_plan p ON p.id = l.plan WHERE p.round = $1 AND p.id <> $2`, r.ID, p.ID)
	classes := map[string]string{}
	for _, x := range rows {
		classes[x.Area] = x.Class
	}
	return areas, classes, err
}

// neighbours answers which of some areas touch one: by their borders where
// both are drawn, else by their points.
func neighbours(areas []Area, dots float64) func(Area) []string {
	shapes, points := map[string]geo.Shape{}, map[string]geo.Point{}
	for _, a := range areas {
		if a.Shape != "" {
			if shape, err := geo.ParseShape([]byte(a.Shape)); err == nil {
				shapes[a.ID] = shape
			}
		}
		if p, ok := a.Point(); ok {
			points[a.ID] = p
		}
	}
	index := geo.NewIndex(shapes)
	return func(a Area) []string {
		if shapes[a.ID] != nil {
			return index.Neighbours(a.ID, touching)
		}
		at, ok := points[a.ID]
		if !ok {
			return nil
		}
		var out []string
		for id, p := range points {
			if id != a.ID && geo.Distance(at, p) <= dots {
				out = append(out, id)
			}
		}
		slices.Sort(out)
		return out
	}
}
