// Package criterion is a criteria table (khung tiêu chí): rows are criteria,
// columns the classes of an area, cells say between which values a criterion
// speaks for a class. A table is checked exactly for holes (values for which no
// class holds) and overlaps (values for which two do), compiled to rules, and
// suggests a class with the reason, or says which number is missing.
//
// The package is pure. Tables come from YAML or from an editor; the examples
// shipped inside are marked as such and no decision rests on them unread.
package criterion

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"gopkg.in/yaml.v3"

	"phaodai/internal/rule"
)

// Mode says how the cells of a table make a class.
type Mode string

// The modes.
const (
	// Strictest looks from the strictest class down and takes the first for
	// which any cell speaks. Cells may overlap; where none speaks, the last
	// class holds.
	Strictest Mode = "strictest"
	// Exactly takes the one class whose cell speaks. Holes and overlaps are
	// faults.
	Exactly Mode = "exactly"
)

// Name is a text in both languages.
type Name struct {
	Vi string `yaml:"vi" json:"vi"`
	En string `yaml:"en" json:"en"`
}

// Class is one column, from the strictest to the mildest.
type Class struct {
	Code   string `yaml:"code" json:"code"`
	Name   Name   `yaml:"name" json:"name"`
	Colour string `yaml:"colour" json:"colour,omitempty"`
	Badge  string `yaml:"badge" json:"badge,omitempty"` // in the sign at the head of its column, "" as the layer has it
}

// Measure is a number, word or yes-or-no that cells look at.
type Measure struct {
	Name  string   `yaml:"name" json:"name"` // in rules: "case_rate"
	Type  string   `yaml:"type" json:"type"` // number, bool or text
	Title Name     `yaml:"title" json:"title"`
	Unit  string   `yaml:"unit" json:"unit,omitempty"`
	Least float64  `yaml:"least" json:"least"`         // of a number; what is less cannot be
	Most  *float64 `yaml:"most" json:"most,omitempty"` // of a number; nil: without end
	Bands []Band   `yaml:"bands" json:"bands,omitempty"`
}

// Condition holds for values of one measure: a number from GE or above GT to LE
// or below LT, a yes or no, or one of some words.
type Condition struct {
	Measure string   `yaml:"measure" json:"measure"`
	GE      *float64 `yaml:"ge" json:"ge,omitempty"`
	GT      *float64 `yaml:"gt" json:"gt,omitempty"`
	LE      *float64 `yaml:"le" json:"le,omitempty"`
	LT      *float64 `yaml:"lt" json:"lt,omitempty"`
	Is      *bool    `yaml:"is" json:"is,omitempty"`
	In      []string `yaml:"in" json:"in,omitempty"`
}

// Cell speaks for a class when all its conditions hold.
type Cell struct {
	When       []Condition `yaml:"when" json:"when"`
	Confidence string      `yaml:"confidence" json:"confidence,omitempty"` // high, medium, low
	Source     string      `yaml:"source" json:"source,omitempty"`         // the clause or text it was read in
}

// Row is one criterion. Its conditions under Given go before those of each cell.
type Row struct {
	Title Name            `yaml:"title" json:"title"`
	Given []Condition     `yaml:"given" json:"given,omitempty"`
	Cells map[string]Cell `yaml:"cells" json:"cells"` // by code of the class
}

// Shift moves the class that the cells make: one stricter when a share is too
// low, say. It never leaves the classes between Strictest and Mildest.
type Shift struct {
	Title  Name        `yaml:"title" json:"title"`
	When   []Condition `yaml:"when" json:"when"`
	By     int         `yaml:"by" json:"by"` // classes, > 0 stricter
	Source string      `yaml:"source" json:"source,omitempty"`
}

// Table is a whole scheme for one kind of unit.
type Table struct {
	ID         string    `yaml:"id" json:"id"`
	Title      Name      `yaml:"title" json:"title"`
	Layer      string    `yaml:"layer" json:"layer"` // epi_risk, city_zone, district_area
	Unit       string    `yaml:"unit" json:"unit"`   // tier or kind of area
	Instrument string    `yaml:"instrument" json:"instrument"`
	Example    bool      `yaml:"example" json:"example"` // shipped; read it against the instrument first
	Mode       Mode      `yaml:"mode" json:"mode"`
	Classes    []Class   `yaml:"classes" json:"classes"`
	Measures   []Measure `yaml:"measures" json:"measures"`
	Rows       []Row     `yaml:"rows" json:"rows"`
	Shifts     []Shift   `yaml:"shifts" json:"shifts,omitempty"`
	Near       float64   `yaml:"near,omitempty" json:"near,omitempty"` // metres between the points of two areas that touch, 0: as usual
}

func (t *Table) measure(name string) (Measure, bool) {
	i := slices.IndexFunc(t.Measures, func(m Measure) bool { return m.Name == name })
	if i < 0 {
		return Measure{}, false
	}
	return t.Measures[i], true
}

func (t *Table) class(code string) int {
	return slices.IndexFunc(t.Classes, func(c Class) bool { return c.Code == code })
}

// maxBytes bounds a table that comes from outside.
const maxBytes = 256 << 10

// Parse reads a table. A field that does not exist is an error that names its
// line. The table is not checked yet: see Check.
func Parse(data []byte) (*Table, error) {
	if len(data) > maxBytes {
		return nil, fmt.Errorf("criterion: a table of more than %d KB", maxBytes>>10)
	}
	d := yaml.NewDecoder(bytes.NewReader(data))
	d.KnownFields(true)
	var t Table
	if err := d.Decode(&t); err != nil {
		return nil, fmt.Errorf("criterion: %w", err)
	}
	return &t, nil
}

//go:embed example/*.yaml
var examples embed.FS

// Examples are the tables shipped with the program, by file name.
func Examples() ([]*Table, error) {
	names, err := fs.Glob(examples, "example/*.yaml")
	if err != nil {
		return nil, err
	}
	var out []*Table
	for _, name := range names {
		data, err := examples.ReadFile(name)
		if err != nil {
			return nil, err
		}
		t, err := Parse(data)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if !t.Example {
			return nil, errors.New(name + " is shipped and not marked as an example")
		}
		out = append(out, t)
	}
	return out, nil
}

var types = map[string]rule.Type{"number": rule.Number, "bool": rule.Bool, "text": rule.Text}

// kind is the environment of the table's rules.
func (t *Table) kind() rule.Kind {
	k := rule.Kind{Name: "zone.criterion", Result: rule.Bool}
	for _, m := range t.Measures {
		k.Vars = append(k.Vars, rule.Var{Name: m.Name, Type: types[m.Type], Vi: m.Title.Vi, En: m.Title.En, Unit: m.Unit, Max: 200})
	}
	return k
}
