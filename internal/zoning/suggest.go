package zoning

import (
	"cmp"
	"slices"

	"phaodai/internal/criterion"
	"phaodai/internal/rule"
)

// Suggestion is what the criteria make of the numbers of an area.
type Suggestion struct {
	Class   string           `json:"class"`             // "" while something could still change it
	Between []string         `json:"between,omitempty"` // classes that are possible
	Missing []criterion.Name `json:"missing,omitempty"` // what to find out
	Because []Because        `json:"because,omitempty"`
}

// Because is one cell of the table that spoke.
type Because struct {
	Title  criterion.Name `json:"title"`
	Class  string         `json:"class,omitempty"`
	Source string         `json:"source,omitempty"`
	Facts  []Fact         `json:"facts"`
}

// Fact is one comparison that decided. Its sentence is the message
// "rule.reason." + Op.
type Fact struct {
	Op    string         `json:"op"`
	Name  criterion.Name `json:"name"`
	Unit  string         `json:"unit,omitempty"`
	Value any            `json:"value"` // as seen
	Than  any            `json:"than,omitempty"`
	Holds bool           `json:"holds"`
}

// Problem is one thing that is wrong with a criteria table.
type Problem struct {
	Key   string         `json:"key"` // message
	Row   int            `json:"row"` // from 1, 0 the whole table
	Class string         `json:"class,omitempty"`
	At    map[string]any `json:"at,omitempty"` // values for which it shows
	Args  []any          `json:"args,omitempty"`

	Places []criterion.Place `json:"places,omitempty"` // rows that make a hole or an overlap
}

func problem(f criterion.Fault) Problem {
	args := f.Args
	if f.Class != "" && !slices.Contains(args, any("Class")) {
		args = append(slices.Clone(args), "Class", f.Class)
	}
	return Problem{f.Key, f.Row, f.Class, f.At, args, f.Places}
}

// suggestion puts what a table said into the words of the area's page.
func suggestion(t *criterion.Table, s criterion.Suggestion) Suggestion {
	out := Suggestion{Class: s.Class, Between: s.Between}
	for _, name := range s.Missing {
		i := slices.IndexFunc(t.Measures, func(m criterion.Measure) bool { return m.Name == name })
		if i < 0 {
			out.Missing = append(out.Missing, criterion.Name{Vi: name, En: name})
			continue
		}
		out.Missing = append(out.Missing, t.Measures[i].Title)
	}
	for _, b := range s.Because {
		out.Because = append(out.Because, Because{b.Title, b.Class, b.Source, facts(b.Reason)})
	}
	return out
}

// facts are the comparisons that made a reason what it is.
func facts(r rule.Reason) (out []Fact) {
	if len(r.Parts) > 0 {
		for _, p := range r.Deciding() {
			out = append(out, facts(p)...)
		}
		return out
	}
	name := criterion.Name{Vi: cmp.Or(r.Var.Vi, r.Var.Name), En: cmp.Or(r.Var.En, r.Var.Name)}
	return []Fact{{string(r.Op), name, r.Var.Unit, r.Value, r.Than, r.Truth == rule.Yes}}
}
