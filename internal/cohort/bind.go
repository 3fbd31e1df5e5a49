package cohort

import (
	"slices"

	"phaodai/internal/instant"
	"phaodai/internal/rule"
)

// plan is a rule bound to a view and to what is asked: names have become
// numbers, days have become codes.
type plan struct {
	step  step
	parts []plan
	col   int                                 // of codes and planes: the column
	codes []codeRange                         // of codes: those that hold
	bit   int                                 // of a plane
	truth rule.Truth                          // of constants
	layer int                                 // of classes
	of    func(w *ward, place int) rule.Truth // of places
	class func(class int32) rule.Truth        // of classes
}

type step int

const (
	all step = iota
	either
	not
	constant
	codes   // whose code of a column lies in ranges
	plane   // whose code has a bit
	places  // what a place decides for all who live there
	classes // what the class of a place decides
	known   // of whom a column is known
)

// codeRange are the codes from lo to hi, both included.
type codeRange struct{ lo, hi uint64 }

// binder turns nodes into a plan.
type binder struct {
	*View
	asked Asked
}

func (b binder) plan(n rule.Node) plan {
	switch n.Op {
	case rule.And, rule.Or:
		return b.join(n)
	case rule.Not:
		return plan{step: not, parts: []plan{b.plan(n.Parts[0])}}
	case rule.Always:
		return decided(n.Than == true)
	case rule.Known:
		return b.known(n.Var)
	}
	switch n.Var.Name {
	case "ward":
		return b.ward(n)
	case "areas":
		return b.inArea(n)
	case "samples_in_round":
		return b.round(n)
	}
	if layer := b.schema.layer(n.Var.Name); layer >= 0 {
		return b.layer(n, layer)
	}
	col, _ := columnOf(n.Var.Name)
	switch n.Var.Type {
	case rule.Text:
		return plan{step: codes, col: col, codes: b.texts(n, b.lists[col])}
	case rule.Texts:
		return b.member(n, col)
	case rule.Bool:
		return b.symptomatic(n, col)
	}
	p := plan{step: codes, col: col}
	for _, v := range intervals(n.Op, n.Than) {
		if r, ok := b.codes(n.Var, v); ok {
			p.codes = append(p.codes, r)
		}
	}
	return p
}

// join puts what costs least and leaves most people out first.
func (b binder) join(n rule.Node) plan {
	p := plan{step: all}
	if n.Op == rule.Or {
		p.step = either
	}
	for _, part := range n.Parts {
		p.parts = append(p.parts, b.plan(part))
	}
	slices.SortStableFunc(p.parts, func(x, y plan) int { return x.cost() - y.cost() })
	return p
}

func (p plan) cost() int {
	switch p.step {
	case constant:
		return 0
	case places, classes:
		return 1
	case plane, known:
		return 2
	case codes:
		return 4 * (1 + len(p.codes))
	}
	n := 0
	for _, x := range p.parts {
		n += x.cost()
	}
	return n
}

// names tells how often a plan reads the codes of a column.
func (p *plan) names(col int) int {
	n := 0
	if p.step == codes && p.col == col {
		n++
	}
	for i := range p.parts {
		n += p.parts[i].names(col)
	}
	return n
}

func decided(yes bool) plan { return plan{step: constant, truth: truth(yes)} }

func truth(yes bool) rule.Truth {
	if yes {
		return rule.Yes
	}
	return rule.No
}

// codes brings an interval of a value into codes of its column.
func (b binder) codes(v rule.Var, x interval) (codeRange, bool) {
	switch {
	case v.Name == "age":
		return ages(x, b.asked.Day)
	case v.Type == rule.Day:
		return days(x, int64(b.asked.Day)-int64(b.schema.Epoch)+1)
	}
	return codeRange{uint64(max(0, x.a)), uint64(min(MaxCount, x.b))}, x.b >= 0 && x.a <= MaxCount
}

// ages: who is at least a years old was born at the latest on the same date a
// years ago, who is at most b years old after that of b+1 years ago. The code of
// a birth that is known is at least 1.
func ages(x interval, today instant.Day) (codeRange, bool) {
	year, m, d := today.Date()
	r := codeRange{1, maxCode}
	if x.a > -maxAge {
		last := birthCode(year-int(min(x.a, maxAge)), m, d)
		if last < 1 {
			return r, false
		}
		r.hi = uint64(min(maxCode, last))
	}
	if x.b < maxAge {
		r.lo = uint64(max(1, birthCode(year-int(max(x.b, -maxAge))-1, m, d)+1))
	}
	return r, r.lo <= r.hi
}

// maxAge is beyond the age of anybody, born or not.
const maxAge = 100_000

// days: so many days since. The code of today is given; that of never is 0 and
// counts as endlessly long ago.
func days(x interval, today int64) (codeRange, bool) {
	r := codeRange{1, maxCode}
	if x.b == endless {
		r.lo = 0
	} else if today-x.b > 1 {
		r.lo = uint64(today - x.b)
	}
	if x.a != -endless {
		hi := today - x.a
		if hi < 1 && r.lo > 0 {
			return r, false
		}
		r.hi = uint64(min(maxCode, max(0, hi)))
	}
	return r, r.lo <= r.hi
}

// texts are the codes of those texts of a list that a comparison wants.
func (b binder) texts(n rule.Node, l names) []codeRange {
	var out []codeRange
	for i, text := range l {
		if wants(n, text) {
			out = append(out, codeRange{uint64(i), uint64(i)})
		}
	}
	return out
}

// wants decides a comparison of a text that is known.
func wants(n rule.Node, text string) bool {
	switch n.Op {
	case rule.OneOf:
		list, _ := n.Than.([]any)
		return slices.Contains(list, any(text))
	case rule.IsNot:
		return n.Than != text
	}
	return n.Than == text
}

func (b binder) member(n rule.Node, col int) plan {
	text, _ := n.Than.(string)
	return plan{step: plane, col: col, bit: slices.Index(b.lists[col], text)}
}

func (b binder) symptomatic(n rule.Node, col int) plan {
	p := plan{step: codes, col: col}
	if today := int64(b.asked.Day) - int64(b.schema.Epoch) + 1; today >= 1 {
		p.codes = []codeRange{{1, uint64(today)}}
	}
	if n.Op != rule.Holds && (n.Op == rule.Is) != (n.Than == true) {
		return plan{step: not, parts: []plan{p}}
	}
	return p
}

// round is about the samples of the round asked about. Of no round nothing is
// known; of one that nobody was sampled in, everybody has none.
func (b binder) round(n rule.Node) plan {
	if b.asked.Round == "" {
		return plan{step: constant, truth: rule.Unknown}
	}
	p := plan{step: codes, col: b.roundColumn(b.asked.Round)}
	for _, v := range intervals(n.Op, n.Than) {
		if r, ok := b.codes(n.Var, v); ok {
			p.codes = append(p.codes, r)
		}
	}
	return p
}

// noColumn is beyond all columns: everybody has 0 there.
const noColumn = 1 << 30

func (v *View) roundColumn(round string) int {
	if i := slices.Index(v.rounds, round); i >= 0 {
		return fixedColumns + i
	}
	return noColumn
}

func (b binder) ward(n rule.Node) plan {
	return plan{step: places, of: func(w *ward, _ int) rule.Truth {
		return truth(wants(n, b.areas.codeOf(w.area)))
	}}
}

func (b binder) inArea(n rule.Node) plan {
	code, _ := n.Than.(string)
	area, ok := b.areas.number[code]
	if !ok {
		return decided(false)
	}
	return plan{step: places, of: func(w *ward, place int) rule.Truth {
		return truth(slices.Contains(w.around[place], area))
	}}
}

func (b binder) layer(n rule.Node, layer int) plan {
	return plan{step: classes, layer: layer, class: func(class int32) rule.Truth {
		if class == 0 {
			return rule.Unknown
		}
		return truth(wants(n, b.classes[class]))
	}}
}

func (b binder) known(v rule.Var) plan {
	if layer := b.schema.layer(v.Name); layer >= 0 {
		return plan{step: classes, layer: layer, class: func(class int32) rule.Truth { return truth(class != 0) }}
	}
	if col, ok := columnOf(v.Name); ok {
		return plan{step: known, col: col}
	}
	return decided(v.Name != "samples_in_round" || b.asked.Round != "")
}
