package caseband

import (
	"fmt"
	"slices"
	"strings"

	"phaodai/internal/criterion"
	"phaodai/internal/fault"
	"phaodai/internal/fold"
)

// Exercise is what the bands of a table would have said, unit by unit.
type Exercise struct {
	Table    string // its id
	From, To Day
	Summary  Summary
	places   *Places
	runs     [][]Run // by unit
}

// Summary counts what an exercise looked at and how sure it could be.
type Summary struct {
	Units     int            `json:"units"`
	UnitDays  int            `json:"unit_days"`
	Cases     int            `json:"cases"`
	Placed    int            `json:"placed"`    // in one unit
	Unplaced  int            `json:"unplaced"`  // somewhere in a district, a province
	NoPeople  int            `json:"no_people"` // units
	NoReport  int            `json:"no_report"` // units of provinces without any row
	ByBand    map[string]int `json:"by_band"`   // unit-days; "2-4" is at least 2, at most 4
	ByLastDay map[string]int `json:"by_last_day"`
}

// History is the runs of one unit.
type History struct {
	Unit Unit  `json:"unit"`
	Runs []Run `json:"runs"`
}

// Recompute decides every unit and day from the first day of the cases to their
// last by the bands that a table has for the case rate.
func Recompute(table *criterion.Table, places *Places, cases []Case) (*Exercise, error) {
	scale, err := newScale(table)
	if err != nil {
		return nil, err
	}
	c, err := tally(places, cases)
	if err != nil {
		return nil, err
	}
	e := &Exercise{Table: table.ID, From: c.first, To: c.first + Day(c.days) - 1, places: places, runs: make([][]Run, len(places.units))}
	e.Summary = Summary{Units: len(places.units), UnitDays: len(places.units) * c.days, Cases: c.placed + c.unplaced,
		Placed: c.placed, Unplaced: c.unplaced, ByBand: map[string]int{}, ByLastDay: map[string]int{}}
	members := c.members(places)
	for i, u := range places.units {
		e.runs[i] = runs(scale, u, c, share{c.unit[i], members[i]})
		e.Summary.add(u, e.runs[i])
	}
	return e, nil
}

func (s *Summary) add(u Unit, runs []Run) {
	for _, r := range runs {
		s.ByBand[r.Band()] += int(r.To-r.From) + 1
	}
	last := runs[len(runs)-1]
	s.ByLastDay[last.Band()]++
	switch last.Because {
	case NoPeople:
		s.NoPeople++
	case NoReport:
		s.NoReport++
	}
}

// History is what would have held in a unit, by its code.
func (e *Exercise) History(code string) (History, bool) {
	i := slices.IndexFunc(e.places.units, func(u Unit) bool { return u.Code == code })
	if i < 0 {
		return History{}, false
	}
	return History{e.places.units[i], e.runs[i]}, true
}

// All yields the history of every unit, in the order of the population list.
func (e *Exercise) All(yield func(History) bool) {
	for i, u := range e.places.units {
		if !yield(History{u, e.runs[i]}) {
			return
		}
	}
}

// Find lists units by code or by words of their name, and after commas of their
// district or province, without tone marks: "cu khoi", "Phường 1, Quận 3".
func (e *Exercise) Find(text string) (out []Unit) {
	parts := strings.Split(text, ",")
	for _, u := range e.places.units {
		if u.Code == text {
			return []Unit{u}
		}
		if says(u.Name, parts[0]) && !slices.ContainsFunc(parts[1:], func(p string) bool { return !says(u.District, p) && !says(u.Province, p) }) {
			out = append(out, u)
		}
	}
	return out
}

// says tells whether a name holds words in their order.
func says(name, words string) bool {
	want := strings.Join(fold.Words(words), " ")
	return want != "" && strings.Contains(" "+strings.Join(fold.Words(name), " ")+" ", " "+want+" ")
}

// scale is the bands of a measure, the mildest first.
type scale struct {
	table *criterion.Table
	codes []string
}

func newScale(t *criterion.Table) (*scale, error) {
	i := slices.IndexFunc(t.Measures, func(m criterion.Measure) bool { return m.Name == Measure })
	if i < 0 || len(t.Measures[i].Bands) < 2 {
		return nil, fault.New(fault.Invalid, "caseband.no_bands", "Table", t.ID)
	}
	s := &scale{table: t}
	for _, b := range t.Measures[i].Bands {
		s.codes = append(s.codes, b.Code)
	}
	return s, nil
}

func (s *scale) lowest() string  { return s.codes[0] }
func (s *scale) highest() string { return s.codes[len(s.codes)-1] }

func (s *scale) band(n Numbers, more Span) (string, float64, error) {
	rate, err := criterion.WeeklyRate(n.Week+more.Week, n.Before+more.Before, n.People)
	if err != nil {
		return "", 0, err
	}
	if code := s.table.Band(Measure, rate); code != "" {
		return code, rate, nil
	}
	return "", 0, fmt.Errorf("caseband: table %s has no band for %v", s.table.ID, rate)
}
