package criterion

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"phaodai/internal/rule"
)

// Scheme is a table compiled to rules.
type Scheme struct {
	Table *Table
	cells []*cellRule // from the strictest class down, rows in order
	moves []*rule.Rule
}

type cellRule struct {
	class, row int
	rule       *rule.Rule
}

// Compile makes the rules of a table that Check finds nothing wrong with.
func (t *Table) Compile() (*Scheme, error) {
	if faults := t.Check(); len(faults) > 0 {
		return nil, fmt.Errorf("criterion: table %s: %v", t.ID, faults[0])
	}
	env, err := rule.NewEnv(t.kind())
	if err != nil {
		return nil, err
	}
	s := &Scheme{Table: t}
	for class, c := range t.Classes {
		for row, r := range t.Rows {
			cell, ok := r.Cells[c.Code]
			if !ok {
				continue
			}
			compiled, err := env.Compile(expression(slices.Concat(r.Given, cell.When)))
			if err != nil {
				return nil, fmt.Errorf("criterion: row %d, class %s: %w", row+1, c.Code, err)
			}
			s.cells = append(s.cells, &cellRule{class, row, compiled})
		}
	}
	for _, shift := range t.Shifts {
		compiled, err := env.Compile(expression(shift.When))
		if err != nil {
			return nil, fmt.Errorf("criterion: shift %q: %w", shift.Title.En, err)
		}
		s.moves = append(s.moves, compiled)
	}
	return s, nil
}

// expression writes conditions in CEL; none are always true.
func expression(conditions []Condition) string {
	var parts []string
	for _, c := range conditions {
		for _, x := range []struct {
			op    string
			value *float64
		}{{">=", c.GE}, {">", c.GT}, {"<=", c.LE}, {"<", c.LT}} {
			if x.value != nil {
				parts = append(parts, c.Measure+" "+x.op+" "+strconv.FormatFloat(*x.value, 'f', -1, 64))
			}
		}
		if c.Is != nil && *c.Is {
			parts = append(parts, c.Measure)
		} else if c.Is != nil {
			parts = append(parts, "!"+c.Measure)
		}
		if len(c.In) > 0 {
			quoted := make([]string, len(c.In))
			for i, w := range c.In {
				quoted[i] = strconv.Quote(w)
			}
			parts = append(parts, c.Measure+" in ["+strings.Join(quoted, ", ")+"]")
		}
	}
	if len(parts) == 0 {
		return "true"
	}
	return strings.Join(parts, " && ")
}

// Suggestion is what a table makes of the numbers of an area. Class is "" when
// a missing number could still change it: Between then holds the classes that
// are possible, and Missing what to find out.
type Suggestion struct {
	Class   string
	Between []string
	Missing []string
	Seen    map[string]any
	Because []Because // the cells and shifts that made it
}

// Because is one cell that spoke, or one shift that moved the class.
type Because struct {
	Title  Name
	Class  string // for which the cell spoke, "" of a shift
	Source string
	Reason rule.Reason
}

// spoke is what one cell says of the numbers.
type spoke struct {
	*cellRule
	truth rule.Truth
}

// Suggest decides by the numbers of an area; absent ones are not known.
func (s *Scheme) Suggest(values map[string]any) (Suggestion, error) {
	out := Suggestion{Seen: map[string]any{}}
	var said []spoke
	for _, c := range s.cells {
		truth, missing, err := c.rule.Decide(values)
		if err != nil {
			return out, err
		}
		said = append(said, spoke{c, truth})
		out.note(c.rule, values, truth, missing)
	}
	possible, err := s.possible(said, values, &out)
	if err != nil {
		return out, err
	}
	possible, err = s.shift(possible, values, &out)
	if err != nil {
		return out, err
	}
	for _, i := range possible {
		out.Between = append(out.Between, s.Table.Classes[i].Code)
	}
	if len(possible) == 1 {
		out.Class, out.Missing = out.Between[0], nil
	}
	return out, nil
}

// note keeps what a rule saw, and what it lacked to decide.
func (out *Suggestion) note(r *rule.Rule, values map[string]any, truth rule.Truth, missing []string) {
	for _, name := range r.Names() {
		if v := values[name]; v != nil {
			out.Seen[name] = v
		}
	}
	if truth != rule.Unknown {
		return
	}
	for _, name := range missing {
		if !slices.Contains(out.Missing, name) {
			out.Missing = append(out.Missing, name)
		}
	}
}

// possible are the classes that may hold, strictest first: every class of which
// a cell may speak, down to the first of which one does.
func (s *Scheme) possible(said []spoke, values map[string]any, out *Suggestion) (possible []int, err error) {
	last := len(s.Table.Classes) - 1
	for class := range s.Table.Classes {
		best := rule.No
		for _, x := range said {
			if x.class != class || x.truth == rule.No {
				continue
			}
			if best != rule.Yes {
				best = x.truth
			}
			if x.truth == rule.Yes {
				why, err := s.because(x, values)
				if err != nil {
					return nil, err
				}
				out.Because = append(out.Because, why)
			}
		}
		if best != rule.No || class == last && s.Table.Mode == Strictest {
			possible = append(possible, class)
		}
		if best == rule.Yes {
			break
		}
	}
	return possible, nil
}

func (s *Scheme) because(x spoke, values map[string]any) (Because, error) {
	r, err := x.rule.Eval(values)
	row, class := s.Table.Rows[x.row], s.Table.Classes[x.class].Code
	return Because{row.Title, class, row.Cells[class].Source, r.Reason}, err
}

// shift moves the possible classes; one that may or may not apply keeps both.
func (s *Scheme) shift(possible []int, values map[string]any, out *Suggestion) ([]int, error) {
	for i, move := range s.moves {
		r, err := move.Eval(values)
		if err != nil {
			return nil, err
		}
		out.note(move, values, r.Truth, r.Missing)
		if r.Truth == rule.No {
			continue
		}
		shift := s.Table.Shifts[i]
		var moved []int
		for _, class := range possible {
			to := min(max(class-shift.By, 0), len(s.Table.Classes)-1)
			if r.Truth == rule.Unknown {
				moved = append(moved, class)
			}
			moved = append(moved, to)
		}
		slices.Sort(moved)
		possible = slices.Compact(moved)
		if r.Truth == rule.Yes {
			out.Because = append(out.Because, Because{shift.Title, "", shift.Source, r.Reason})
		}
	}
	return possible, nil
}
