package zoning_test

import (
	"cmp"
	"slices"

	"phaodai/internal/instant"
	"phaodai/internal/timeline"
	"phaodai/internal/zoning"
)

// word is one thing that somebody decided of an area.
type word struct {
	seq      int64
	area     string
	layer    zoning.Layer
	from, to instant.Micros
	class    string
	plan     string
}

// ruled is a decision which layer goes before in a ward.
type ruled struct {
	seq           int64
	winner, loser zoning.Layer
	from, to      instant.Micros
}

// place is an area as the model knows it.
type place struct {
	id     string
	inside string // area around it, "" the ward itself
	birth  instant.Micros
}

// approved is a plan that a decision put in force.
type approved struct {
	id    string
	layer zoning.Layer
	start instant.Micros
	over  bool // another plan came after it
}

// naive is the model of one ward: it keeps what was said and, asked, goes
// through all of it. It knows nothing of rows: the last word that covers the
// moment wins, and a plan that was replaced before its start was never said.
type naive struct {
	ward    string // area that is the ward
	places  []place
	words   []word
	unsaid  map[string]int64 // plan -> decision from which on it counts as never said
	rulings []ruled
	plans   []approved
	above   *naive // district, nil of the district itself
}

func (m *naive) place(id string) place {
	i := slices.IndexFunc(m.places, func(p place) bool { return p.id == id })
	return m.places[i]
}

// own is what was said of an area itself.
func (m *naive) own(area string, l zoning.Layer, at instant.Micros, seq int64) (last word) {
	for _, w := range m.words {
		gone, replaced := m.unsaid[w.plan]
		if w.area == area && w.layer == l && w.seq <= seq && w.from <= at && at < w.to && (!replaced || gone > seq || w.plan == "") && w.seq >= last.seq {
			last = w
		}
	}
	return last
}

// said is what a layer says of an area: the narrowest around it that says
// anything.
func (m *naive) said(area string, l zoning.Layer, at instant.Micros, seq int64) word {
	for up := area; ; up = m.place(up).inside {
		if w := m.own(up, l, at, seq); w.class != "" {
			return w
		}
		if up == m.ward {
			break
		}
	}
	if m.above != nil {
		return m.above.own(m.above.ward, l, at, seq)
	}
	return word{}
}

// reply is everything that holds in an area at a moment, as believed at a point
// of recorded order.
type reply struct {
	class [4]string
	plan  [4]string
	area  [4]string
	ruled int64
}

func (m *naive) answer(area string, at instant.Micros, seq int64) (r reply, ok bool) {
	if at < m.place(area).birth {
		return r, false
	}
	for i, l := range zoning.Layers() {
		w := m.said(area, l, at, seq)
		if w.class != "" {
			r.class[i], r.plan[i], r.area[i] = w.class, w.plan, w.area
		}
	}
	for _, x := range m.allRulings() {
		meant := x.seq <= seq && x.from <= at && at < x.to && r.class[x.winner.Rank()] != "" && r.class[x.loser.Rank()] != ""
		if meant && x.seq > r.ruled {
			r.ruled = x.seq
		}
	}
	return r, true
}

func (m *naive) allRulings() []ruled {
	if m.above == nil {
		return m.rulings
	}
	return append(slices.Clone(m.above.rulings), m.rulings...)
}

// decided puts a plan in force.
func (m *naive) decided(p approved, seq int64, now instant.Micros, marks map[string]string) {
	for i := range m.plans {
		old := &m.plans[i]
		if old.over || old.layer != p.layer {
			continue
		}
		if old.over = true; old.start > now {
			m.unsaid[old.id] = seq
		}
	}
	p.start = max(p.start, now)
	m.plans = append(m.plans, p)
	for area, class := range marks {
		m.words = append(m.words, word{seq, area, p.layer, p.start, instant.Forever, class, p.id})
	}
	m.words = append(m.words, word{seq, m.ward, p.layer, p.start, instant.Forever, mostOf(p.layer, marks), p.id})
}

// mostOf is the class that most areas have, of as many the stricter.
func mostOf(l zoning.Layer, marks map[string]string) (best string) {
	count := map[string]int{}
	for _, c := range marks {
		count[c]++
	}
	strict := func(code string) int {
		for i, c := range zoning.Classes(l) {
			if c.Code == code {
				return i
			}
		}
		return len(zoning.Classes(l))
	}
	for c := range count {
		if best == "" || cmp.Or(cmp.Compare(count[best], count[c]), cmp.Compare(strict(c), strict(best)), cmp.Compare(c, best)) < 0 {
			best = c
		}
	}
	return best
}

// moments are all at which anything may change, and those just before.
func (m *naive) moments() (out []instant.Micros) {
	add := func(at instant.Micros) {
		if at != instant.Forever {
			out = append(out, at-1, at)
		}
	}
	for n := m; n != nil; n = n.above {
		for _, p := range n.places {
			add(p.birth)
		}
		for _, w := range n.words {
			add(w.from)
			add(w.to)
		}
		for _, r := range n.rulings {
			add(r.from)
			add(r.to)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// points are all points of recorded order at which anything was said.
func (m *naive) points() (out []int64) {
	for n := m; n != nil; n = n.above {
		for _, w := range n.words {
			out = append(out, w.seq)
		}
		for _, r := range n.rulings {
			out = append(out, r.seq)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// now is the point of recorded order that everything came before.
const now = timeline.Open - 1
