package zoning

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"phaodai/internal/instant"
)

// State is what one layer says of an area.
type State struct {
	Layer Layer  `json:"layer"`
	Value *Value `json:"value"`  // never nil; says nothing when no area around decided
	Area  string `json:"area"`   // whose decision it is: the area itself, or a wider one
	Level int    `json:"level"`  // of its unit: 1 province, 2 district, 3 ward, 4 an area in it
	At    int64  `json:"record"` // the decision
}

// Regime is what holds in an area for a time: what each layer says, and whether
// a person ruled which goes before. Equal regimes are one pointer.
type Regime struct {
	States [4]State // in the order of Layers
	Ruling *Ruling  // nil: none needed, or none yet

	meaning *meaning
}

// meaning is the measures of all regimes that say the same, wherever they hold.
type meaning struct {
	board *Board // which has the bundles
	once  sync.Once
	rules *Rules
}

// meaningKey is what measures depend on.
type meaningKey struct {
	values [4]*Value
	ruling *Ruling
}

// Of is the state on one layer.
func (r *Regime) Of(l Layer) State {
	if i := l.Rank(); i >= 0 {
		return r.States[i]
	}
	return State{Layer: l, Value: &Value{}}
}

// Deciding are the states that say something, the widest first.
func (r *Regime) Deciding() (out []State) {
	for _, s := range r.States {
		if !s.Value.Inherits() {
			out = append(out, s)
		}
	}
	return out
}

// Held is a regime with the time for which it holds.
type Held struct {
	Regime *Regime
	From   instant.Micros
	To     instant.Micros // Forever when nothing else was decided
}

// regimeKey is what a regime is made of.
type regimeKey struct {
	values [4]*Value
	areas  [4]*node
	ruling *Ruling
}

// At is what holds in an area (by id or code) at a moment, as believed now.
// It is false before the area exists, and of an area that is not there.
func (b *Board) At(area string, at instant.Micros) (Held, bool) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	n := b.find(area)
	if n == nil {
		return Held{}, false
	}
	return held(b.spansOf(n), at)
}

func held(s *spans, at instant.Micros) (Held, bool) {
	lo, hi := 0, len(s.from)
	for lo < hi { // the first span that begins after the moment
		if mid := int(uint(lo+hi) >> 1); s.from[mid] <= at {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	if lo == 0 {
		return Held{}, false
	}
	out := Held{Regime: s.regime[lo-1], From: s.from[lo-1], To: instant.Forever}
	if lo < len(s.from) {
		out.To = s.from[lo]
	}
	return out, true
}

// History is everything that held and will hold in an area, in order, as
// believed now.
func (b *Board) History(area string) []Held {
	b.mu.RLock()
	defer b.mu.RUnlock()
	n := b.find(area)
	if n == nil {
		return nil
	}
	return history(b.spansOf(n))
}

func history(s *spans) []Held {
	out := make([]Held, len(s.from))
	for i, from := range s.from {
		out[i] = Held{s.regime[i], from, instant.Forever}
		if i > 0 {
			out[i-1].To = from
		}
	}
	return out
}

// spansOf derives the spans of an area when nobody has since they changed. A
// read lock is enough: two who derive at once find the same.
func (b *Board) spansOf(n *node) *spans {
	if s := n.spans.Load(); s != nil {
		return s
	}
	out := b.derive(n, asNow)
	n.spans.Store(out)
	return out
}

// derive puts the timelines of an area and of what contains it together, as
// believed at a point of recorded order.
func (b *Board) derive(n *node, seq int64) *spans {
	chains := b.chains(n, seq)
	chain := chains[0]
	out := &spans{}
	for _, at := range b.turns(n, chains, seq) {
		if len(chains) > 1 {
			chain = b.chain(n, at, seq)
		}
		r := b.regime(n, chain, at, seq)
		if i := len(out.regime); i == 0 || out.regime[i-1] != r {
			out.from, out.regime = append(out.from, at), append(out.regime, r)
		}
	}
	return out
}

// turns are the moments at which something around an area changes, its birth
// first.
func (b *Board) turns(n *node, chains [][]*node, seq int64) []instant.Micros {
	turns := append([]instant.Micros{n.area.From}, b.moved(n, seq)...)
	for _, c := range slices.Concat(chains...) {
		for _, l := range Layers() {
			for _, r := range b.lines.RowsAsOf(subject{c, l}, seq) {
				turns = append(turns, r.From)
			}
		}
	}
	for i := range b.rulings {
		if r := &b.rulings[i]; r.Seq <= seq && b.everWithin(n, r.UnitPath) {
			turns = append(turns, r.From, r.To)
		}
	}
	slices.Sort(turns)
	turns = slices.Compact(turns)
	first, _ := slices.BinarySearch(turns, n.area.From)
	end, _ := slices.BinarySearch(turns, instant.Forever)
	return turns[first:end]
}

// everWithin tells whether an area lies in a unit, or lay there.
func (b *Board) everWithin(n *node, unitPath string) bool {
	return strings.HasPrefix(n.area.UnitPath, unitPath) || slices.ContainsFunc(n.moves, func(m move) bool { return strings.HasPrefix(m.FromPath, unitPath) })
}

func (b *Board) regime(n *node, chain []*node, at instant.Micros, seq int64) *Regime {
	var key regimeKey
	r := &Regime{}
	for i, l := range Layers() {
		r.States[i] = b.state(chain, l, at, seq)
		key.values[i], key.areas[i] = r.States[i].Value, b.nodes[r.States[i].Area]
	}
	r.Ruling = b.ruling(n, r, at, seq)
	key.ruling = r.Ruling
	if kept, ok := b.regimes.Load(key); ok {
		return kept.(*Regime)
	}
	said, _ := b.meanings.LoadOrStore(meaningKey{key.values, key.ruling}, &meaning{board: b})
	r.meaning = said.(*meaning)
	kept, _ := b.regimes.LoadOrStore(key, r)
	return kept.(*Regime)
}

// nothing is the value of a layer on which nobody decided.
var nothing = &Value{}

// state is what a layer says: the narrowest of the areas around that says
// anything.
func (b *Board) state(chain []*node, l Layer, at instant.Micros, seq int64) State {
	for _, c := range chain {
		row, ok := b.lines.AsOf(subject{c, l}, at, seq)
		if ok && !row.Value.Inherits() {
			return State{Layer: l, Value: row.Value, Area: c.area.ID, Level: c.level(), At: row.Recorded}
		}
	}
	return State{Layer: l, Value: nothing}
}

// level is how narrow an area is: the depth of its unit, one more for a part.
func (n *node) level() int {
	depth := strings.Count(n.area.UnitPath, "/") - 1
	if n.area.Kind == UnitKind {
		return depth
	}
	return depth + 1
}

// AsOf is what was believed at another moment of the world about what held in
// an area at a moment: "what did we know on T2 about T".
func (b *Board) AsOf(area string, at, known instant.Micros) (Held, bool) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	n := b.find(area)
	if n == nil {
		return Held{}, false
	}
	end, _ := slices.BinarySearchFunc(b.records, known, func(r Record, at instant.Micros) int {
		if r.At <= at {
			return -1
		}
		return 1
	})
	if end == 0 {
		return Held{}, false
	}
	return held(b.derive(n, b.records[end-1].Seq), at)
}

// Record is the decision with a number.
func (b *Board) Record(seq int64) (Record, bool) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	i, ok := slices.BinarySearchFunc(b.records, seq, func(r Record, seq int64) int { return cmp.Compare(r.Seq, seq) })
	if !ok {
		return Record{}, false
	}
	return b.records[i], true
}

func byPlace(a, b Area) int {
	unit := func(x Area) int {
		if x.Kind == UnitKind {
			return 0
		}
		return 1
	}
	return cmp.Or(cmp.Compare(a.UnitPath, b.UnitPath), cmp.Compare(unit(a), unit(b)), cmp.Compare(a.SortKey, b.SortKey), cmp.Compare(a.ID, b.ID))
}
