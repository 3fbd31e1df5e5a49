package org

import (
	"slices"
	"strconv"
	"strings"

	"phaodai/internal/db"
	"phaodai/internal/instant"
)

// How says by what an addressee was found.
type How string

// The ways of finding an addressee.
const (
	ByName     How = "name"     // the office's own name
	ByAlias    How = "alias"    // another name of it, or its name without that of the unit
	ByClass    How = "class"    // a class: "UBND các phường", "các phòng, ban"
	ByRelative How = "relative" // a word that depends on the territory: "UBND Quận", "Thành phố"
)

// Match is what an addressee phrase means in a territory.
type Match struct {
	Offices    []Office    `json:"offices"`    // all found, each once
	Parts      []MatchPart `json:"parts"`      // what each part of the phrase gave
	Unresolved []string    `json:"unresolved"` // parts that nothing was found for, as written
}

// MatchPart is one part of a phrase.
type MatchPart struct {
	Text    string   `json:"text"`
	How     How      `json:"how"`
	Units   []string `json:"units"`   // names of the units in which it was looked for
	Count   int      `json:"count"`   // number that the text states ("14 phường"), 0 when none
	Head    bool     `json:"head"`    // the text means the leader ("bí thư các phường")
	Offices []string `json:"offices"` // ids
	Ended   []Office `json:"ended"`   // offices of that name that have ended
}

// Resolve turns an addressee phrase ("UBND phường", "Đảng ủy các phường", "14
// phường", "các phòng, ban, ngành quận") into the offices in a territory that
// exist at a moment. What it cannot resolve it returns. For many phrases use a
// Resolver.
func Resolve(tx *db.Tx, unitPath, text string, at instant.Micros) (Match, error) {
	r, err := NewResolver(tx, unitPath, at)
	if err != nil {
		return Match{}, err
	}
	return r.Resolve(text), nil
}

// Resolver resolves addressee phrases in one territory at one moment. It reads
// the offices once and is then a pure function of the phrase.
type Resolver struct {
	self   Unit
	rank   map[string]int // of tiers
	units  []Unit         // self, those above and those below (or beside, in a ward)
	office []Office
	byUnit map[string][]Office // by path, those in force
	names  *trie               // of []named
	at     instant.Micros
}

// named is an office under one of its names.
type named struct {
	office Office
	how    How
}

// Resolve resolves one phrase.
func (r *Resolver) Resolve(text string) Match {
	p := &parser{Resolver: r, text: text, tokens: tokens(text)}
	p.run()
	return p.match()
}

// found is a part of a phrase while it is read.
type found struct {
	from, to int // tokens
	noun     *noun
	names    []named
	owner    []named // "các tổ công tác của ..."
	place    *place
	count    int
	nobody   bool // words for people or bodies that are no office here, unread to their end
}

type parser struct {
	*Resolver
	text   string
	tokens []token
	parts  []found
}

// run cuts the phrase into parts: at each place the longest thing known.
func (p *parser) run() {
	for i := 0; i < len(p.tokens); {
		if p.tokens[i].sep {
			i++
			continue
		}
		f := p.part(i)
		if f.to <= i || !p.ends(f.to) {
			f = found{from: i, to: p.separator(max(i, f.to)), nobody: f.noun != nil && len(f.noun.Kinds) == 0}
		}
		p.parts = append(p.parts, f)
		i = f.to
	}
	p.inherit()
}

// part reads one addressee: its own name, or a noun with a place, or a place.
func (p *parser) part(i int) found {
	f := found{from: i, to: i}
	start, count, all := p.quantity(i)
	for _, at := range []int{i, start} {
		if g := p.nounAt(at, all && at == start); g.to > f.to {
			f = g
		}
	}
	for _, at := range []int{i, start} {
		if names, n := p.name(at); n > 0 && at+n > f.to {
			f = found{to: at + n, names: names}
		}
	}
	if pl, n := p.place(i); n > 0 && i+n > f.to {
		f = found{to: i + n, place: pl}
	}
	f.from, f.count = i, max(count, f.count)
	f.to = p.fill(f.to)
	return f
}

// nounAt reads a noun and what stands behind it.
func (p *parser) nounAt(i int, all bool) found {
	value, n := words().nouns.longest(p.tokens[i:])
	if n == 0 {
		return found{}
	}
	f := found{to: i + n, noun: value.(*noun)}
	if of := p.word(f.to, "cua", "thuoc"); of > f.to {
		if names, n := p.name(of); n > 0 && len(f.noun.Kinds) > 0 {
			return p.ownedBy(f, names, of+n)
		}
	}
	if pl, n := p.place(p.fill(f.to)); n > 0 {
		f.place, f.to = pl, p.fill(f.to)+n
	} else if all && f.noun.Tier != "" {
		f.place = &place{tier: f.noun.Tier, all: true}
	}
	return f
}

// ownedBy reads "các tổ công tác của Ban Thường vụ": the teams of that office,
// or for other nouns ("Ban Chỉ đạo của Quận ủy") those in its unit.
func (p *parser) ownedBy(f found, names []named, to int) found {
	f.to = to
	if f.noun.Kinds[0] == Team {
		f.owner = names
		return f
	}
	f.place = &place{}
	for _, u := range p.units {
		if slices.ContainsFunc(names, func(n named) bool { return n.office.UnitPath == u.Path }) {
			f.place.named = append(f.place.named, u)
		}
	}
	return f
}

// quantity reads "các", "14", "tất cả các" and returns where it ends.
func (p *parser) quantity(i int) (next, count int, all bool) {
	if _, n := words().all.longest(p.tokens[i:]); n > 0 {
		i, all = i+n, true
	}
	if i < len(p.tokens) {
		if n, err := strconv.Atoi(p.tokens[i].word); err == nil && n > 0 {
			return i + 1, n, true
		}
	}
	return i, 0, all
}

// name finds the longest office name at i.
func (p *parser) name(i int) ([]named, int) {
	if i >= len(p.tokens) {
		return nil, 0
	}
	value, n := p.names.longestName(p.tokens[i:])
	if n == 0 {
		return nil, 0
	}
	return nearest(value.([]named), p.self), n
}

// nearest keeps what stands in the territory itself, else above it, else below.
func nearest(all []named, self Unit) []named {
	groups := [3][]named{}
	for _, n := range all {
		switch {
		case n.office.UnitPath == self.Path:
			groups[0] = append(groups[0], n)
		case Within(self.Path, n.office.UnitPath):
			groups[1] = append(groups[1], n)
		default:
			groups[2] = append(groups[2], n)
		}
	}
	for _, g := range groups {
		if len(g) > 0 {
			return g
		}
	}
	return nil
}

// word skips one of the words.
func (p *parser) word(i int, any ...string) int {
	if i < len(p.tokens) && slices.Contains(any, p.tokens[i].word) {
		return i + 1
	}
	return i
}

// fill skips words that do not change who is meant.
func (p *parser) fill(i int) int {
	for i < len(p.tokens) && !p.tokens[i].sep {
		_, n := words().filler.longest(p.tokens[i:])
		if n == 0 {
			break
		}
		i += n
	}
	return i
}

// ends tells whether a part may end here: at a separator or the end.
func (p *parser) ends(i int) bool { return i >= len(p.tokens) || p.tokens[i].sep }

// separator returns where the next separator is.
func (p *parser) separator(i int) int {
	for i < len(p.tokens) && !p.tokens[i].sep {
		i++
	}
	return i
}

// inherit gives a noun without a place that of the next one in the list
// ("Đảng ủy, UBND các phường"), and places after those who are no office to
// them ("các cơ quan báo chí của Trung ương, Thành phố").
func (p *parser) inherit() {
	var parts []found
	for _, f := range p.parts {
		last := len(parts) - 1
		if last >= 0 && parts[last].nobody && f.noun == nil && f.names == nil && f.place != nil {
			parts[last].to = f.to
			continue
		}
		parts = append(parts, f)
	}
	p.parts = parts
	for i := len(p.parts) - 2; i >= 0; i-- {
		f, next := &p.parts[i], p.parts[i+1]
		if f.noun != nil && f.place == nil && f.owner == nil && next.noun != nil && next.place != nil {
			f.place = next.place
		}
	}
}

// match looks up what each part means.
func (p *parser) match() Match {
	var m Match
	seen := map[string]bool{}
	for _, f := range p.parts {
		part := MatchPart{Text: p.written(f), Count: f.count, Offices: []string{}}
		offices := p.lookUp(f, &part)
		for _, o := range offices {
			part.Offices = append(part.Offices, o.ID)
			if !seen[o.ID] {
				seen[o.ID] = true
				m.Offices = append(m.Offices, o)
			}
		}
		if len(offices) == 0 {
			m.Unresolved = append(m.Unresolved, part.Text)
		}
		m.Parts = append(m.Parts, part)
	}
	return m
}

func (p *parser) written(f found) string {
	if f.to <= f.from {
		return ""
	}
	return strings.TrimSpace(p.text[p.tokens[f.from].from:p.tokens[f.to-1].to])
}

func (p *parser) lookUp(f found, part *MatchPart) (offices []Office) {
	switch {
	case f.names != nil:
		for _, n := range f.names {
			part.How = n.how
			if n.office.Holds(p.at) {
				offices = append(offices, n.office)
			} else {
				part.Ended = append(part.Ended, n.office)
			}
		}
		if len(offices) > 0 {
			part.Ended = nil
		}
		return offices
	case f.owner != nil:
		part.How = ByClass
		return p.owned(f)
	case f.noun == nil && f.place == nil:
		return nil
	}
	n := f.noun
	if n == nil {
		// "14 phường", "Thành phố": the government there.
		n = &noun{Kinds: []Kind{UBND}}
	}
	part.Head = n.Head
	units, how := p.unitsOf(n, f.place)
	part.How = how
	for _, u := range units {
		part.Units = append(part.Units, u.Name)
	}
	return p.ofKinds(n, units)
}

// owned returns the teams of an office.
func (p *parser) owned(f found) (out []Office) {
	for _, o := range p.office {
		if !slices.Contains(f.noun.Kinds, o.Kind) || !o.Holds(p.at) {
			continue
		}
		if slices.ContainsFunc(f.owner, func(n named) bool { return n.office.ID == o.Superior }) {
			out = append(out, o)
		}
	}
	return out
}

// ofKinds returns the offices of the noun's kinds in the units.
func (p *parser) ofKinds(n *noun, units []Unit) (out []Office) {
	for _, u := range units {
		for _, kind := range n.Kinds {
			for _, o := range p.byUnit[u.Path] {
				if o.Kind == kind && (n.Like == "" || strings.Contains(key(cut(o.Name)), n.Like)) {
					out = append(out, o)
				}
			}
		}
	}
	return out
}
