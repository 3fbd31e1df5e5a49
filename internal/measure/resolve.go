package measure

import (
	"cmp"
	"slices"
	"strings"
)

// The levels of claims.
const (
	Nation = iota
	Province
	District
	Ward
	Area
)

// Claim says that a document puts a bundle, with additions, on an area.
type Claim struct {
	Layer     string    // classification that led to it: city_zone, district_area; "" none
	Level     int       // Nation to Area: bigger is narrower
	Bundle    *Bundle   // nil: only additions
	Additions []Measure // what the locality adds
	Document  string    // symbol of the document that claims
	Clause    string    // of that document
	Ruled     bool      // a person ruled that this claim goes before the others
}

// Origin is the claim that a measure comes from.
type Origin struct {
	Layer          string `json:"layer,omitempty"`
	Level          int    `json:"level"`
	Bundle         string `json:"bundle,omitempty"`
	Version        int    `json:"version,omitempty"`
	Short          string `json:"short,omitempty"`
	Instrument     string `json:"instrument,omitempty"`
	Document       string `json:"document,omitempty"`
	Clause         string `json:"clause,omitempty"` // the measure's own place, or else the claim's
	Ruled          bool   `json:"ruled,omitempty"`
	Special        bool   `json:"special,omitempty"`         // a decision that goes first by its law
	Addition       bool   `json:"addition,omitempty"`        // added by the locality, not of the bundle
	TakesAdditions bool   `json:"takes_additions,omitempty"` // its bundle leaves stricter measures to the locality
}

// Held is a measure with where it comes from.
type Held struct {
	Measure
	Origin Origin   `json:"origin"`
	Also   []Origin `json:"also,omitempty"`   // other claims that say the same
	Looser bool     `json:"looser,omitempty"` // than what a wider decision asks for
}

// Entry is what holds in one category. Several measures are held where they
// cannot be compared, and where decisions disagree that nobody ruled on: all of
// them, the stricter first.
type Entry struct {
	Category string `json:"category"`
	Title    Name   `json:"title"`
	Held     []Held `json:"held"`
	Aside    []Held `json:"aside,omitempty"` // claimed, and replaced by what is held
	Unruled  bool   `json:"unruled,omitempty"`
}

// Regime is what holds in an area: an entry for each category that any claim
// speaks about, in the order of the categories.
type Regime struct {
	Entries []Entry `json:"entries"`
}

// Entry finds what holds in a category.
func (r Regime) Entry(category string) (Entry, bool) {
	i := slices.IndexFunc(r.Entries, func(e Entry) bool { return e.Category == category })
	if i < 0 {
		return Entry{}, false
	}
	return r.Entries[i], true
}

// Unruled tells whether decisions disagree that a person has to rule on.
func (r Regime) Unruled() bool {
	return slices.ContainsFunc(r.Entries, func(e Entry) bool { return e.Unruled })
}

// Resolve makes a regime of the claims on an area, whatever their order and
// however often each stands there.
//
// In each category a special decision goes first, then claims that a person
// ruled on, then the rest; who is silent about a category leaves it to the
// others. Among those that go first the category's rule decides: the narrower
// replaces the wider, or the stricter holds. By the latter rule two levels that
// disagree are unruled, but for what a locality adds to a bundle that leaves
// additions to it: there the stricter holds at once.
func (l *Library) Resolve(claims []Claim) Regime {
	said := map[string][]*Held{}
	for _, c := range claims {
		l.say(said, c)
	}
	var r Regime
	for i := range l.Categories {
		if held := said[l.Categories[i].ID]; len(held) > 0 {
			r.Entries = append(r.Entries, l.settle(&l.Categories[i], held))
		}
	}
	return r
}

// say sorts what a claim says by category; within a claim the strictest counts.
func (l *Library) say(said map[string][]*Held, c Claim) {
	own := map[string][]*Held{}
	if c.Bundle != nil {
		for _, m := range c.Bundle.Measures {
			own[m.Category] = append(own[m.Category], &Held{Measure: m, Origin: c.origin(m, false)})
		}
	}
	for _, m := range c.Additions {
		own[m.Category] = append(own[m.Category], &Held{Measure: m, Origin: c.origin(m, true)})
	}
	for category, held := range own {
		strictest, _ := l.strictest(held)
		said[category] = append(said[category], strictest...)
	}
}

func (c Claim) origin(m Measure, addition bool) Origin {
	o := Origin{Layer: c.Layer, Level: c.Level, Document: c.Document, Clause: cmp.Or(m.Clause, c.Clause), Ruled: c.Ruled, Addition: addition}
	if b := c.Bundle; b != nil {
		o.Bundle, o.Version, o.Short, o.Instrument = b.ID, b.Version, b.Short, b.Instrument
		o.Special, o.TakesAdditions = b.Special, b.TakesAdditions
	}
	return o
}

// settle decides one category.
func (l *Library) settle(c *Category, all []*Held) Entry {
	l.flag(all)
	slices.SortFunc(all, l.before)
	held, aside := first(all)
	e := Entry{Category: c.ID, Title: c.Title}
	if c.Rule == RuleNarrower {
		var wider []*Held
		held, wider = narrowest(held)
		aside = append(aside, wider...)
	}
	if e.Unruled = l.disagree(held); !e.Unruled {
		var milder []*Held
		held, milder = l.strictest(held)
		aside = append(aside, milder...)
	}
	held, aside = l.merge(held, aside)
	slices.SortFunc(aside, l.before)
	aside, _ = l.merge(aside, nil)
	e.Held, e.Aside = plain(held), plain(aside)
	return e
}

func plain(in []*Held) (out []Held) {
	for _, h := range in {
		out = append(out, *h)
	}
	return out
}

// flag marks what is looser than a wider decision.
func (l *Library) flag(all []*Held) {
	for _, h := range all {
		h.Looser = slices.ContainsFunc(all, func(wider *Held) bool {
			return wider.Origin.Level < h.Origin.Level && l.Compare(h.Measure, wider.Measure) == Looser
		})
	}
}

// rank tells what goes first: a decision under a law of its own, then a ruling.
func (o Origin) rank() int {
	switch {
	case o.Special:
		return 2
	case o.Ruled:
		return 1
	}
	return 0
}

// first parts those of the highest rank from the others.
func first(all []*Held) (held, aside []*Held) {
	return part(all, func(h *Held) int { return h.Origin.rank() })
}

// narrowest parts those of the smallest place from the others.
func narrowest(all []*Held) (held, aside []*Held) {
	return part(all, func(h *Held) int { return h.Origin.Level })
}

// part parts those with the greatest key from the others.
func part(all []*Held, key func(*Held) int) (most, rest []*Held) {
	top := key(slices.MaxFunc(all, func(a, b *Held) int { return cmp.Compare(key(a), key(b)) }))
	for _, h := range all {
		if key(h) == top {
			most = append(most, h)
		} else {
			rest = append(rest, h)
		}
	}
	return most, rest
}

// disagree tells whether two levels say different things that are not just a
// locality adding to what was left to it.
func (l *Library) disagree(held []*Held) bool {
	for i, a := range held {
		for _, b := range held[i+1:] {
			if a.Origin.Level != b.Origin.Level && l.Compare(a.Measure, b.Measure) != Equal && !l.adds(a, b) && !l.adds(b, a) {
				return true
			}
		}
	}
	return false
}

func (l *Library) adds(narrower, wider *Held) bool {
	return narrower.Origin.Addition && narrower.Origin.Level > wider.Origin.Level && wider.Origin.TakesAdditions &&
		l.Compare(narrower.Measure, wider.Measure) == Stricter
}

// strictest parts those than which none is stricter from the others.
func (l *Library) strictest(all []*Held) (held, milder []*Held) {
	if len(all) == 1 {
		return all, nil
	}
	for _, h := range all {
		if slices.ContainsFunc(all, func(o *Held) bool { return l.Compare(o.Measure, h.Measure) == Stricter }) {
			milder = append(milder, h)
		} else {
			held = append(held, h)
		}
	}
	return held, milder
}

// merge shows what several claims say alike once, under the claim that goes
// first; from others it takes what says the same and returns the rest.
func (l *Library) merge(held, others []*Held) (merged, rest []*Held) {
	into := func(h *Held) bool {
		i := slices.IndexFunc(merged, func(m *Held) bool { return l.Compare(m.Measure, h.Measure) == Equal })
		if i >= 0 && merged[i].Origin != h.Origin && !slices.Contains(merged[i].Also, h.Origin) {
			merged[i].Also = append(merged[i].Also, h.Origin)
		}
		return i >= 0
	}
	for _, h := range held {
		if !into(h) {
			merged = append(merged, h)
		}
	}
	for _, h := range others {
		if !into(h) {
			rest = append(rest, h)
		}
	}
	for i := range merged {
		slices.SortFunc(merged[i].Also, compareOrigins)
	}
	return merged, rest
}

// before sorts: the stricter first, then what goes first, then the narrower. It
// is a total order, so that the outcome is the same whatever order claims have.
func (l *Library) before(a, b *Held) int {
	depth := l.ladders[a.Category].depth
	if order := cmp.Or(
		cmp.Compare(depth[b.Step], depth[a.Step]),
		cmp.Compare(a.Step, b.Step),
		cmp.Compare(l.tightness(b.Measure), l.tightness(a.Measure)),
		cmp.Compare(len(a.Exceptions), len(b.Exceptions)),
		compareOrigins(a.Origin, b.Origin),
	); order != 0 {
		return order
	}
	return cmp.Or(
		slices.CompareFunc(a.Exceptions, b.Exceptions, compareNames),
		compareNames(a.Text, b.Text),
		strings.Compare(a.Penalty, b.Penalty),
		strings.Compare(a.Source, b.Source),
		strings.Compare(a.Confidence, b.Confidence),
		strings.Compare(a.Note, b.Note),
	)
}

func compareNames(a, b Name) int {
	return cmp.Or(strings.Compare(a.Vi, b.Vi), strings.Compare(a.En, b.En))
}

func compareOrigins(a, b Origin) int {
	return cmp.Or(
		cmp.Compare(b.rank(), a.rank()),
		cmp.Compare(b.Level, a.Level),
		strings.Compare(a.Layer, b.Layer),
		strings.Compare(a.Bundle, b.Bundle),
		cmp.Compare(a.Version, b.Version),
		strings.Compare(a.Document, b.Document),
		strings.Compare(a.Clause, b.Clause),
		truth(a.Addition, b.Addition),
		truth(a.Ruled, b.Ruled),
		truth(a.TakesAdditions, b.TakesAdditions),
		strings.Compare(a.Short, b.Short),
		strings.Compare(a.Instrument, b.Instrument),
	)
}

func truth(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}
