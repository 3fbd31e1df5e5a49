package criterion

import (
	"maps"
	"slices"
	"strings"
)

// Place is a row of which cells make a hole or an overlap.
type Place struct {
	Row      int      `json:"row"`               // from 1
	Classes  []string `json:"classes,omitempty"` // of an overlap: whose cells speak in the row
	Measures []string `json:"measures"`          // at which the row looks
}

// meets are the rows with a cell that speaks at a point.
func (t *Table) meets(point map[string]any) (out []Place) {
	for i, r := range t.Rows {
		p := Place{Row: i + 1, Measures: r.measures()}
		for _, c := range t.Classes {
			if cell, ok := r.Cells[c.Code]; ok && holdAll(r.Given, point) && holdAll(cell.When, point) {
				p.Classes = append(p.Classes, c.Code)
			}
		}
		if len(p.Classes) > 0 {
			out = append(out, p)
		}
	}
	return out
}

// gaps are the rows that leave a hole at a point: of those that are for such a
// point by what they are given (where there are none, of all) those of which a
// cell comes nearest to speaking, by the number of its conditions that do not
// hold. Among them a row with cells for several classes divides its measures
// between these, and the hole is in its division; a row with one cell adds a
// case, and need not cover the others.
func (t *Table) gaps(point map[string]any) (out []Place) {
	least, most := -1, 0
	given := slices.ContainsFunc(t.Rows, func(r Row) bool { return len(r.Cells) > 0 && holdAll(r.Given, point) })
	for i, r := range t.Rows {
		n := r.unmet(point)
		if n < 0 || given && !holdAll(r.Given, point) || least >= 0 && n > least {
			continue
		}
		if n < least || least < 0 {
			least, most, out = n, 0, nil
		}
		out, most = append(out, Place{Row: i + 1, Measures: r.measures()}), max(most, len(r.Cells))
	}
	if most > 1 {
		out = slices.DeleteFunc(out, func(p Place) bool { return len(t.Rows[p.Row-1].Cells) < 2 })
	}
	return out
}

// unmet is how many conditions keep the row's nearest cell from speaking, -1 of
// a row without cells.
func (r Row) unmet(point map[string]any) int {
	least := -1
	for _, cell := range r.Cells {
		n := 0
		for _, c := range slices.Concat(r.Given, cell.When) {
			if !c.holds(point[c.Measure]) {
				n++
			}
		}
		if least < 0 || n < least {
			least = n
		}
	}
	return least
}

// measures are those at which a row looks, each once, in order of their names.
func (r Row) measures() (out []string) {
	all := slices.Clone(r.Given)
	for _, cell := range r.Cells {
		all = append(all, cell.When...)
	}
	for _, c := range all {
		if !slices.Contains(out, c.Measure) {
			out = append(out, c.Measure)
		}
	}
	slices.Sort(out)
	return out
}

// matter leaves of a point the measures without which the fault would not show:
// those at which its rows look, and those of which another value would make
// other classes speak.
func (t *Table) matter(spoken []string, point map[string]any, pieces []piece, places []Place) map[string]any {
	out, was, other := map[string]any{}, strings.Join(spoken, " "), maps.Clone(point)
	for _, p := range pieces {
		named := slices.ContainsFunc(places, func(x Place) bool { return slices.Contains(x.Measures, p.measure) })
		if named || slices.ContainsFunc(p.values, func(v any) bool {
			other[p.measure] = v
			return strings.Join(t.spoken(other), " ") != was
		}) {
			out[p.measure] = point[p.measure]
		}
		other[p.measure] = point[p.measure]
	}
	return out
}
