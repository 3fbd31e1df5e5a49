package org

import (
	"slices"
	"strings"

	"phaodai/internal/db"
	"phaodai/internal/fold"
	"phaodai/internal/instant"
)

// place is what a phrase says about where: named units, forms of units, tiers.
type place struct {
	forms    []string // "Quận", "Huyện"
	all      bool     // "các phường", "14 phường"
	named    []Unit   // "phường Cự Khối"
	tier     string   // "district"
	from, to int      // ranks of tiers: "từ quận đến cơ sở"
}

// grassRank is the rank of the lowest tier that has a government.
const grassRank = 30

// place reads a place at i and how many tokens it takes.
func (p *parser) place(i int) (*place, int) {
	if pl, n := p.span(i); n > 0 {
		return pl, n
	}
	at, _, all := p.quantity(i)
	if at >= len(p.tokens) {
		return nil, 0
	}
	forms, end := p.forms(at)
	if _, n := words().grassroots.longest(p.tokens[at:]); at+n > end {
		return &place{from: grassRank, to: grassRank, all: true}, at + n - i
	}
	named, after := p.named(end, forms)
	switch {
	case len(named) > 0:
		return &place{named: named}, after - i
	case len(forms) > 0:
		return &place{forms: forms, all: all || len(forms) > 1}, end - i
	default:
		return nil, 0
	}
}

// span reads "từ quận đến cơ sở" and "các cấp".
func (p *parser) span(i int) (*place, int) {
	at := p.word(i, "tu")
	if at == i {
		if w := p.word(i, "cac"); w > i && p.word(w, "cap") > w {
			return &place{from: p.rank[p.self.Tier], to: grassRank}, 2
		}
		return nil, 0
	}
	from, n := p.level(at)
	to := p.word(at+n, "den", "toi", "xuong")
	if n == 0 || to == at+n {
		return nil, 0
	}
	last, m := p.level(to)
	if m == 0 {
		return nil, 0
	}
	return &place{from: from, to: last}, to + m - i
}

// level reads a word for a tier and gives its rank.
func (p *parser) level(i int) (rank, n int) {
	if i >= len(p.tokens) {
		return 0, 0
	}
	if _, n := words().grassroots.longest(p.tokens[i:]); n > 0 {
		return grassRank, n
	}
	if _, n := words().nouns.longest(p.tokens[i:]); n > 0 && p.tokens[i].word == "tdp" {
		return 40, n
	}
	forms, n := words().units.longest(p.tokens[i:])
	if n == 0 {
		return 0, 0
	}
	for _, u := range p.units {
		if slices.Contains(forms.([]string), u.Form) {
			return p.rank[u.Tier], n
		}
	}
	return grassRank, n
}

// forms reads "quận, huyện, thị xã".
func (p *parser) forms(i int) (forms []string, end int) {
	end = i
	for at := i; at < len(p.tokens); {
		if len(forms) > 0 && p.tokens[at].sep {
			at++
			continue
		}
		f, n := words().units.longest(p.tokens[at:])
		if n == 0 {
			break
		}
		forms, at = append(forms, f.([]string)...), at+n
		end = at
	}
	return forms, end
}

// named reads names of units: "Cự Khối", after a form or alone, and several.
func (p *parser) named(i int, forms []string) (units []Unit, end int) {
	end = i
	for at := i; at < len(p.tokens); {
		if len(units) > 0 && p.tokens[at].sep {
			at++
			continue
		}
		u, n := p.unitNamed(at, forms)
		if n == 0 {
			break
		}
		units, at = append(units, u), at+n
		end = at
	}
	return units, end
}

func (p *parser) unitNamed(i int, forms []string) (best Unit, taken int) {
	for _, u := range p.units {
		if len(forms) > 0 && !slices.Contains(forms, u.Form) {
			continue
		}
		if len(forms) == 0 && p.rank[u.Tier] > grassRank {
			continue
		}
		name := strings.Fields(fold.Text(u.ShortName))
		if n := len(name); n > taken && p.reads(i, name) {
			best, taken = u, n
		}
	}
	return best, taken
}

func (p *parser) reads(i int, name []string) bool {
	if i+len(name) > len(p.tokens) {
		return false
	}
	for j, w := range name {
		if p.tokens[i+j].word != w {
			return false
		}
	}
	return true
}

// unitsOf says in which units a noun's offices are looked for.
func (p *parser) unitsOf(n *noun, pl *place) ([]Unit, How) {
	switch {
	case pl == nil && n.Spread:
		return p.ranked(p.rank[p.self.Tier], grassRank), ByClass
	case pl == nil && n.Below:
		return p.below(p.self.Path), ByClass
	case pl == nil && n.Tier != "":
		return p.relative(func(u Unit) bool { return p.rank[u.Tier] == p.rank[n.Tier] }), ByRelative
	case pl == nil:
		return []Unit{p.self}, ByRelative
	case len(pl.named) > 0:
		return p.widen(n, pl.named), ByName
	case pl.tier != "":
		return p.ranked(p.rank[pl.tier], p.rank[pl.tier]), ByClass
	case pl.from > 0:
		return p.widen(n, p.ranked(pl.from, pl.to)), ByClass
	case pl.all:
		return p.widen(n, p.every(pl.forms)), ByClass
	}
	units := p.relative(func(u Unit) bool { return slices.Contains(pl.forms, u.Form) })
	if len(units) > 1 {
		return p.widen(n, units), ByClass
	}
	return p.widen(n, units), ByRelative
}

// widen adds what lies below the units, for nouns such as Party cells.
func (p *parser) widen(n *noun, units []Unit) []Unit {
	if !n.Below {
		return units
	}
	var out []Unit
	for _, u := range units {
		out = append(out, p.below(u.Path)...)
	}
	return out
}

// below returns the units of a subtree.
func (p *parser) below(path string) (out []Unit) {
	for _, u := range p.units {
		if Within(u.Path, path) {
			out = append(out, u)
		}
	}
	return out
}

// relative picks the territory itself or the nearest unit above it that fits,
// else all below it that do.
func (p *parser) relative(fits func(Unit) bool) (out []Unit) {
	for path := p.self.Path; path != Root && path != ""; path = ParentPath(path) {
		for _, u := range p.units {
			if u.Path == path && fits(u) {
				return []Unit{u}
			}
		}
	}
	for _, u := range p.units {
		if Within(u.Path, p.self.Path) && fits(u) {
			out = append(out, u)
		}
	}
	return out
}

// every returns all units of the forms below the territory, else beside it.
func (p *parser) every(forms []string) (out []Unit) {
	for _, u := range p.units {
		if slices.Contains(forms, u.Form) && Within(u.Path, p.self.Path) && u.Path != p.self.Path {
			out = append(out, u)
		}
	}
	if len(out) > 0 {
		return out
	}
	for _, u := range p.units {
		if slices.Contains(forms, u.Form) && p.rank[u.Tier] <= p.rank[p.self.Tier] {
			out = append(out, u)
		}
	}
	return out
}

// ranked returns the units of some tiers on the line of the territory and below.
func (p *parser) ranked(from, to int) (out []Unit) {
	for _, u := range p.units {
		rank := p.rank[u.Tier]
		if rank >= from && rank <= to && (Within(u.Path, p.self.Path) || Within(p.self.Path, u.Path)) {
			out = append(out, u)
		}
	}
	return out
}

// NewResolver reads the offices of a territory, of the units above it and, in
// a ward, of those beside it.
func NewResolver(tx *db.Tx, unitPath string, at instant.Micros) (*Resolver, error) {
	self, err := UnitAt(tx, unitPath)
	if err != nil {
		return nil, err
	}
	tiers, err := TiersIn(tx)
	if err != nil {
		return nil, err
	}
	r := &Resolver{self: self, rank: map[string]int{}, byUnit: map[string][]Office{}, names: &trie{}, at: at}
	for _, t := range tiers {
		r.rank[t.Code] = t.Rank
	}
	top := unitPath
	if r.rank[self.Tier] >= grassRank {
		top = ParentPath(unitPath)
	}
	if r.units, err = UnitsAbove(tx, ParentPath(top)); err != nil {
		return nil, err
	}
	under, err := UnitsUnder(tx, top, "", at)
	if err != nil {
		return nil, err
	}
	r.units = append(r.units, under...)
	return r, r.readOffices(tx, top)
}

func (r *Resolver) readOffices(tx *db.Tx, top string) error {
	query := "SELECT " + officeColumns + " FROM office WHERE valid_from <= $1 AND (unit_path >= $2 AND unit_path < $3"
	args := []any{int64(r.at), top, end(top)}
	var above []string
	for path := ParentPath(top); path != Root && path != ""; path = ParentPath(path) {
		above = append(above, path)
	}
	if len(above) > 0 {
		marks, more := list(4, above)
		query, args = query+" OR unit_path IN ("+marks+")", append(args, more...)
	}
	if err := tx.Select(&r.office, query+") ORDER BY sort_key, id", args...); err != nil {
		return err
	}
	var aliases []struct {
		Office string `db:"office"`
		Alias  string `db:"alias"`
	}
	if err := tx.Select(&aliases, `SELECT a.office, a.alias FROM office_alias a JOIN office o ON o.id = a.office
		WHERE o.unit_path >= $1 AND o.unit_path < $2 OR o.unit_path IN (SELECT path FROM unit WHERE $3 LIKE path || '%')
		ORDER BY a.office, a.folded`, top, end(top), top); err != nil {
		return err
	}
	other := map[string][]string{}
	for _, a := range aliases {
		other[a.Office] = append(other[a.Office], a.Alias)
	}
	r.index(other)
	return nil
}

// index files the offices under all their names.
func (r *Resolver) index(aliases map[string][]string) {
	units := map[string]Unit{}
	for _, u := range r.units {
		units[u.Path] = u
	}
	for _, o := range r.office {
		if o.Holds(r.at) {
			r.byUnit[o.UnitPath] = append(r.byUnit[o.UnitPath], o)
		}
		r.file(o.Name, o, ByName)
		r.file(o.ShortName, o, ByAlias)
		for _, a := range aliases[o.ID] {
			r.file(a, o, ByAlias)
		}
		// "Ban Tuyên giáo Quận ủy Long Biên" is called without "Long Biên".
		u := units[o.UnitPath]
		if short, ok := strings.CutSuffix(key(tokens(o.Name)), " "+fold.Text(u.ShortName)); ok && u.ShortName != "" {
			r.file(short, o, ByAlias)
			// "Phòng Y tế quận" is called "Phòng Y tế".
			if short, ok = strings.CutSuffix(short, " "+fold.Text(u.Form)); ok && !leads(o.Kind) {
				r.file(short, o, ByAlias)
			}
		}
	}
}

// leads tells whether a kind of office stands for its whole unit, so that its
// name without the unit says nothing.
func leads(k Kind) bool {
	return slices.Contains([]Kind{UBND, PartyCommittee, Council, FrontCommittee, Police, Group, PartyCell}, k)
}

func (r *Resolver) file(name string, o Office, how How) {
	run := strings.Fields(key(tokens(name)))
	if len(run) == 0 {
		return
	}
	t := r.names
	for _, w := range run {
		if t.next == nil {
			t.next = map[string]*trie{}
		}
		if t.next[w] == nil {
			t.next[w] = &trie{}
		}
		t = t.next[w]
	}
	have, _ := t.value.([]named)
	if slices.ContainsFunc(have, func(n named) bool { return n.office.ID == o.ID }) {
		return
	}
	t.value = append(have, named{o, how})
}
