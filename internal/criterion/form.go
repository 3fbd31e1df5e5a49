package criterion

import (
	"regexp"
	"slices"
)

var name = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)

// form checks what needs no values: names, classes, types, empty cells.
func (t *Table) form() (faults []Fault) {
	if t.Mode != Strictest && t.Mode != Exactly {
		faults = append(faults, Fault{Key: "criterion.mode", Args: []any{"Mode", string(t.Mode)}})
	}
	if len(t.Classes) < 2 || len(t.Rows) == 0 {
		faults = append(faults, Fault{Key: "criterion.empty"})
	}
	seen := map[string]bool{}
	for _, m := range t.Measures {
		if _, known := types[m.Type]; !known || !name.MatchString(m.Name) || seen[m.Name] {
			faults = append(faults, Fault{Key: "criterion.measure", Args: []any{"Name", m.Name}})
		}
		seen[m.Name] = true
		faults = append(faults, m.bandFaults()...)
	}
	for i, r := range t.Rows {
		faults = append(faults, t.formRow(i+1, r)...)
	}
	for _, s := range t.Shifts {
		faults = append(faults, t.conditions(0, "", s.When)...)
	}
	return faults
}

func (t *Table) formRow(row int, r Row) (faults []Fault) {
	faults = t.conditions(row, "", r.Given)
	for _, code := range keys(r.Cells) {
		if t.class(code) < 0 {
			faults = append(faults, Fault{Key: "criterion.class", Row: row, Class: code, Args: []any{"Class", code}})
		}
		faults = append(faults, t.conditions(row, code, r.Cells[code].When)...)
	}
	return faults
}

func (t *Table) conditions(row int, class string, conditions []Condition) (faults []Fault) {
	for _, c := range conditions {
		m, ok := t.measure(c.Measure)
		if !ok {
			faults = append(faults, Fault{Key: "criterion.no_measure", Row: row, Class: class, Args: []any{"Name", c.Measure}})
		} else if key := c.form(m); key != "" {
			faults = append(faults, Fault{Key: key, Row: row, Class: class, Args: []any{"Name", c.Measure}})
		}
	}
	return faults
}

// form says what is wrong with a condition on a measure, "" nothing.
func (c Condition) form(m Measure) string {
	numeric := c.GE != nil || c.GT != nil || c.LE != nil || c.LT != nil
	right := map[string]bool{"number": numeric && c.Is == nil && c.In == nil, "bool": c.Is != nil && !numeric && c.In == nil,
		"text": len(c.In) > 0 && !numeric && c.Is == nil}[m.Type]
	switch {
	case !right:
		return "criterion.type"
	case numeric && c.nothing():
		return "criterion.nothing"
	}
	return ""
}

// nothing tells whether no number can meet the condition.
func (c Condition) nothing() bool {
	for _, low := range []*float64{c.GE, c.GT} {
		for _, high := range []*float64{c.LE, c.LT} {
			if low != nil && high != nil && (*low > *high || *low == *high && (low == c.GT || high == c.LT)) {
				return true
			}
		}
	}
	return false
}

func keys[V any](m map[string]V) (out []string) {
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
