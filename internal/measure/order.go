package measure

import (
	"cmp"
	"slices"
	"strings"
)

// The rules of categories: what goes before when a wider and a narrower
// decision both speak.
const (
	RuleStricter = "stricter" // the stricter holds
	RuleNarrower = "narrower" // the decision for the smaller place replaces the other
)

// Bound says which numbers a step takes.
type Bound struct {
	Unit     string  `yaml:"unit" json:"unit"`
	Side     string  `yaml:"side" json:"side"` // most: fewer is stricter; least: more is stricter
	From     float64 `yaml:"from" json:"from"`
	To       float64 `yaml:"to" json:"to"`
	Optional bool    `yaml:"optional" json:"optional,omitempty"` // without number: milder than with any
}

// Step is one named degree of a category.
type Step struct {
	ID    string `yaml:"id" json:"id"`
	Title Name   `yaml:"title" json:"title"`
	Limit *Bound `yaml:"limit" json:"limit,omitempty"`
}

// Category is one subject of measures with its steps, from mildest to
// strictest. Where Orders stand, only they order the steps, and steps that no
// order puts after one another are incomparable.
type Category struct {
	ID     string     `yaml:"id" json:"id"`
	Title  Name       `yaml:"title" json:"title"`
	Rule   string     `yaml:"rule" json:"rule"`
	Steps  []Step     `yaml:"steps" json:"steps"`
	Orders [][]string `yaml:"orders" json:"orders,omitempty"`
}

// orders are the chains of steps, mildest first.
func (c *Category) orders() [][]string {
	if len(c.Orders) > 0 {
		return c.Orders
	}
	var all []string
	for _, s := range c.Steps {
		all = append(all, s.ID)
	}
	return [][]string{all}
}

func (c *Category) step(id string) *Step {
	for i := range c.Steps {
		if c.Steps[i].ID == id {
			return &c.Steps[i]
		}
	}
	return nil
}

// ladder is the partial order of a category's steps, worked out once.
type ladder struct {
	above map[string]map[string]bool // step → those stricter than it
	depth map[string]int             // longest way up to a step; grows with strictness
	loops bool                       // a step is stricter than itself
}

func (c *Category) ladder() ladder {
	l := ladder{above: map[string]map[string]bool{}, depth: map[string]int{}}
	for range len(c.Steps) + 1 { // the longest way has fewer links than there are steps
		for _, chain := range c.orders() {
			for i := 1; i < len(chain); i++ {
				l.link(chain[i-1], chain[i])
			}
		}
	}
	return l
}

func (l *ladder) link(mild, strict string) {
	if l.above[mild] == nil {
		l.above[mild] = map[string]bool{}
	}
	l.above[mild][strict] = true
	for further := range l.above[strict] {
		l.above[mild][further] = true
	}
	l.loops = l.loops || l.above[mild][mild]
	if !l.loops {
		l.depth[strict] = max(l.depth[strict], l.depth[mild]+1)
	}
}

// Relation is how one measure stands to another.
type Relation int

// The relations.
const (
	Incomparable Relation = iota
	Looser
	Equal
	Stricter
)

// Compare says how a stands to b. Measures of one step differ by their number
// and by their exceptions: each exception more makes one looser.
func (l *Library) Compare(a, b Measure) Relation {
	if a.Category != b.Category {
		return Incomparable
	}
	ladder := l.ladders[a.Category]
	switch {
	case ladder.above[b.Step][a.Step]:
		return Stricter
	case ladder.above[a.Step][b.Step]:
		return Looser
	case a.Step != b.Step:
		return Incomparable
	}
	return both(l.numbers(a, b), exceptions(a.Exceptions, b.Exceptions))
}

// both joins two relations that must not contradict each other.
func both(x, y Relation) Relation {
	switch {
	case x == y || y == Equal:
		return x
	case x == Equal:
		return y
	}
	return Incomparable
}

func (l *Library) numbers(a, b Measure) Relation {
	if a.Limit != nil && b.Limit != nil && a.Limit.Unit != b.Limit.Unit {
		return Incomparable
	}
	return relation(cmp.Compare(l.tightness(a), l.tightness(b)))
}

func relation(order int) Relation { return Equal + Relation(order) }

// exceptions compares what two measures except, each as a set.
func exceptions(a, b []Name) Relation {
	more, fewer := !within(a, b), !within(b, a)
	switch {
	case more && fewer:
		return Incomparable
	case more:
		return Looser
	case fewer:
		return Stricter
	}
	return Equal
}

func within(a, b []Name) bool {
	return !slices.ContainsFunc(a, func(n Name) bool { return !slices.Contains(b, n) })
}

// least is how far "<" lies from "<=" for what is not counted in whole numbers.
const least = 1e-9

// tightness grows as the number of a measure grows stricter.
func (l *Library) tightness(m Measure) float64 {
	if m.Limit == nil {
		return -1e18 // milder than any number
	}
	step := least
	if whole(m.Limit.Unit) {
		step = 1 // fewer than 10 people are at most 9
	}
	value := m.Limit.Value
	switch m.Limit.Op {
	case "<":
		value -= step
	case ">":
		value += step
	}
	if strings.HasPrefix(m.Limit.Op, "<") {
		return -value
	}
	return value
}

func whole(unit string) bool { return unit == "people" }
