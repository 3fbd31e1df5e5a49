package cohort

import (
	"iter"
	"math/bits"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"phaodai/internal/fault"
	"phaodai/internal/id"
)

// Tally is how many people of an area a rule holds for.
type Tally struct {
	Area    string // code
	People  int
	Yes     int
	Unknown int // for whom it cannot be decided
}

// Answer is what a rule comes to in every ward of a view.
type Answer struct {
	Rule  *Rule
	Asked Asked
	view  *View
	tally []Tally // by ward, in the order of the view
}

// Ask decides a rule for everybody, on as many processors as there are.
func (v *View) Ask(r *Rule, asked Asked) *Answer {
	return (&Answer{Rule: r, Asked: asked, view: &View{}}).On(v)
}

// On is the answer for another view. Only wards that have changed are counted
// again.
func (a *Answer) On(v *View) *Answer {
	out := &Answer{Rule: a.Rule, Asked: a.Asked, view: v, tally: make([]Tally, len(v.wards))}
	var changed []int
	for i, w := range v.wards {
		if i < len(a.view.wards) && a.view.wards[i] == w {
			out.tally[i] = a.tally[i]
		} else {
			changed = append(changed, i)
		}
	}
	p := binder{v, a.Asked}.plan(a.Rule.tree)
	v.each(changed, func(d *decider, i int) {
		s := d.whole(&p)
		yes := count(s.yes)
		out.tally[i] = Tally{Area: v.areas.codeOf(v.wards[i].area), People: d.n, Yes: yes, Unknown: count(s.possible()) - yes}
	})
	return out
}

// each decides something for wards, each with the decider of its goroutine.
func (v *View) each(wards []int, do func(d *decider, ward int)) {
	var next atomic.Int64
	room := 0
	for _, i := range wards {
		room = max(room, words(v.wards[i].people()))
	}
	work := func() {
		d := &decider{pool: make([]uint64, 8*room)}
		for {
			i := int(next.Add(1)) - 1
			if i >= len(wards) {
				return
			}
			d.begin(v.wards[wards[i]])
			do(d, wards[i])
		}
	}
	var all sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(wards)) - 1 {
		all.Go(work)
	}
	work()
	all.Wait()
}

// View is what the answer is about.
func (a *Answer) View() *View { return a.view }

// Wards are the wards with their numbers, in the order in which the population
// met them.
func (a *Answer) Wards() []Tally { return slices.Clone(a.tally) }

// Total adds the wards up.
func (a *Answer) Total() Tally {
	var t Tally
	for _, x := range a.tally {
		t.People, t.Yes, t.Unknown = t.People+x.People, t.Yes+x.Yes, t.Unknown+x.Unknown
	}
	return t
}

// Resident is a person of a list that somebody walks along.
type Resident struct {
	ID        id.Packed
	Household id.Packed
	Area      string // smallest area around the home
	Undecided bool   // it is not known whether the rule holds
}

// List are the people of a ward for whom the rule holds or cannot be decided, in
// walking order.
func (a *Answer) List(ward string) (iter.Seq[Resident], error) {
	w, err := a.view.ward(ward)
	if err != nil {
		return nil, err
	}
	return func(yield func(Resident) bool) {
		s := a.decide(w)
		for i, word := range s.possible() {
			for ; word != 0; word &= word - 1 {
				k := i<<6 + bits.TrailingZeros64(word)
				h := w.homes[w.home(k)]
				area := a.view.areas.codeOf(w.places[h.place])
				if !yield(Resident{a.view.id(w.no[k]), h.household, area, !has(s.yes, k)}) {
					return
				}
			}
		}
	}, nil
}

// IDs are the people of a ward for whom the rule holds, and those for whom it
// cannot be decided, both in walking order.
func (a *Answer) IDs(ward string) (yes, unknown []id.Packed, err error) {
	w, err := a.view.ward(ward)
	if err != nil {
		return nil, nil, err
	}
	s := a.decide(w)
	yes = a.view.pick(w, make([]id.Packed, 0, count(s.yes)), s.yes)
	if s.may != nil {
		andNot(s.may, s.may, s.yes)
		unknown = a.view.pick(w, nil, s.may)
	}
	return yes, unknown, nil
}

func (v *View) id(no uint32) id.Packed { return v.ids[no/pageSize][no%pageSize] }

func (v *View) pick(w *ward, out []id.Packed, set []uint64) []id.Packed {
	for i, word := range set {
		for ; word != 0; word &= word - 1 {
			out = append(out, v.id(w.no[i<<6+bits.TrailingZeros64(word)]))
		}
	}
	return out
}

// Areas are the areas in which people of a ward live, and those between them and
// the ward, in walking order with what lies in them.
func (a *Answer) Areas(ward string) ([]Tally, error) {
	w, err := a.view.ward(ward)
	if err != nil {
		return nil, err
	}
	s := a.decide(w)
	var out []Tally
	index := map[int32]int{}
	for _, x := range w.spans {
		yes := countRange(s.yes, x.a, x.b)
		unknown := countRange(s.possible(), x.a, x.b) - yes
		for _, area := range w.around[x.place] {
			i, ok := index[area]
			if !ok {
				i = len(out)
				index[area] = i
				out = append(out, Tally{Area: a.view.areas.codeOf(area)})
			}
			out[i].People, out[i].Yes, out[i].Unknown = out[i].People+x.b-x.a, out[i].Yes+yes, out[i].Unknown+unknown
			if area == w.area {
				break
			}
		}
	}
	return out, nil
}

// decide is the answer's rule for one ward.
func (a *Answer) decide(w *ward) sets {
	p := binder{a.view, a.Asked}.plan(a.Rule.tree)
	d := &decider{}
	d.begin(w)
	return d.whole(&p)
}

func (v *View) ward(code string) (*ward, error) {
	area, err := v.areas.find(code)
	if err != nil {
		return nil, err
	}
	for _, w := range v.wards {
		if w.area == area {
			return w, nil
		}
	}
	return nil, fault.New(fault.NotFound, "cohort.no_area", "Area", code)
}
