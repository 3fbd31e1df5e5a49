package criterion

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Fault is one thing that is wrong with a table.
type Fault struct {
	Key    string         // message key: criterion.hole, criterion.overlap, ...
	Row    int            // from 1, 0 the whole table; of a hole or overlap the first of Places
	Class  string         // column, "" all
	At     map[string]any // of a hole or overlap: values for which it shows, of the measures that matter
	Args   []any          // of the message
	Places []Place        // of a hole or overlap: the rows that make it
}

func (f Fault) String() string {
	return fmt.Sprintf("%s row %d %s %v %v", f.Key, f.Row, f.Class, f.At, f.Args)
}

// Bounds of a check.
const (
	maxPoints = 200_000 // that it looks at
	maxFaults = 20      // holes and overlaps that it names
)

// Check finds what is wrong with a table; empty means that it may be issued.
// Holes and overlaps are found exactly: the values of each measure fall into
// finitely many pieces between which no cell can tell, and all combinations of
// pieces are looked at. One witness is given for each set of classes that overlap,
// and for each set of rows that leave a hole.
func (t *Table) Check() []Fault {
	faults := t.form()
	if len(faults) > 0 {
		return faults
	}
	pieces := t.pieces()
	all := 1
	for _, p := range pieces {
		if all *= len(p.values); all > maxPoints {
			return []Fault{{Key: "criterion.too_many", Args: []any{"Most", maxPoints}}}
		}
	}
	if t.Mode == Strictest {
		return nil // overlaps are meant, and the last class holds where no cell speaks
	}
	return t.meet(pieces)
}

// meet looks at every combination of pieces.
func (t *Table) meet(pieces []piece) (faults []Fault) {
	seen := map[string]bool{}
	at := make([]int, len(pieces))
	for {
		point := map[string]any{}
		for i, p := range pieces {
			point[p.measure] = p.values[at[i]]
		}
		if spoken := t.spoken(point); len(spoken) != 1 {
			f := t.meeting(spoken, point)
			if key := fmt.Sprint(f.Key, spoken, f.holeRows()); !seen[key] {
				seen[key] = true
				f.At = t.matter(spoken, point, pieces, f.Places)
				faults = append(faults, f)
			}
		}
		if !next(at, pieces) || len(faults) == maxFaults {
			slices.SortStableFunc(faults, func(a, b Fault) int { return cmp.Compare(a.Row, b.Row) })
			return faults
		}
	}
}

func (t *Table) meeting(spoken []string, point map[string]any) Fault {
	f := Fault{Key: "criterion.hole"}
	if len(spoken) == 0 {
		f.Places = t.gaps(point)
	} else {
		f.Key, f.Args, f.Places = "criterion.overlap", []any{"Classes", strings.Join(spoken, ", ")}, t.meets(point)
	}
	if len(f.Places) > 0 {
		f.Row = f.Places[0].Row
	}
	return f
}

// holeRows tells holes apart; overlaps are told apart by their classes.
func (f Fault) holeRows() (rows []int) {
	for _, p := range f.Places {
		if f.Key == "criterion.hole" {
			rows = append(rows, p.Row)
		}
	}
	return rows
}

// next counts to the following combination.
func next(at []int, pieces []piece) bool {
	for i := range at {
		if at[i]++; at[i] < len(pieces[i].values) {
			return true
		}
		at[i] = 0
	}
	return false
}

// spoken are the classes for which a cell speaks at a point, strictest first.
func (t *Table) spoken(point map[string]any) []string {
	var out []string
	for _, c := range t.Classes {
		if slices.ContainsFunc(t.Rows, func(r Row) bool {
			cell, ok := r.Cells[c.Code]
			return ok && holdAll(r.Given, point) && holdAll(cell.When, point)
		}) {
			out = append(out, c.Code)
		}
	}
	return out
}

func holdAll(conditions []Condition, point map[string]any) bool {
	return !slices.ContainsFunc(conditions, func(c Condition) bool { return !c.holds(point[c.Measure]) })
}

func (c Condition) holds(value any) bool {
	switch v := value.(type) {
	case float64:
		return !(c.GE != nil && v < *c.GE || c.GT != nil && v <= *c.GT || c.LE != nil && v > *c.LE || c.LT != nil && v >= *c.LT)
	case bool:
		return c.Is != nil && v == *c.Is
	case string:
		return slices.Contains(c.In, v)
	}
	return false
}

// piece is a measure with one value of each stretch that cells tell apart.
type piece struct {
	measure string
	values  []any
}

// pieces cuts the values of the measures that cells look at: a number at every
// border and between each two, a yes or no in two, words into those named and
// one that is not.
func (t *Table) pieces() []piece {
	var out []piece
	for _, m := range t.Measures {
		conditions := t.about(m.Name)
		if len(conditions) == 0 {
			continue
		}
		p := piece{measure: m.Name}
		switch m.Type {
		case "number":
			p.values = m.cut(conditions)
		case "bool":
			p.values = []any{false, true}
		default:
			p.values = words(conditions)
		}
		out = append(out, p)
	}
	return out
}

func (t *Table) about(measure string) (out []Condition) {
	for _, r := range t.Rows {
		all := slices.Clone(r.Given)
		for _, cell := range r.Cells {
			all = append(all, cell.When...)
		}
		for _, c := range all {
			if c.Measure == measure {
				out = append(out, c)
			}
		}
	}
	return out
}

func (m Measure) cut(conditions []Condition) (out []any) {
	borders := []float64{m.Least}
	for _, c := range conditions {
		for _, b := range []*float64{c.GE, c.GT, c.LE, c.LT} {
			if b != nil && *b >= m.Least && (m.Most == nil || *b <= *m.Most) {
				borders = append(borders, *b)
			}
		}
	}
	if m.Most != nil {
		borders = append(borders, *m.Most)
	}
	slices.Sort(borders)
	borders = slices.Compact(borders)
	for i, b := range borders {
		out = append(out, b)
		if i+1 < len(borders) {
			out = append(out, b+(borders[i+1]-b)/2)
		} else if m.Most == nil {
			out = append(out, b+1)
		}
	}
	return out
}

func words(conditions []Condition) []any {
	out := []any{""} // none of those named
	for _, c := range conditions {
		for _, w := range c.In {
			if !slices.Contains(out, any(w)) {
				out = append(out, w)
			}
		}
	}
	return out
}
