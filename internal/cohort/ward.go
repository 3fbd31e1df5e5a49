package cohort

import (
	"cmp"
	"slices"
)

// ward is the people of one ward in walking order: by area, way, household and
// number. It is never changed once published; who has changed it has another
// pointer, and so an answer knows what it must look at again.
type ward struct {
	area      int32 // its number among the areas
	no        []uint32
	household []uint32
	walk      []uint32
	place     []uint16 // of each person: index of places
	places    []int32  // areas in which people of the ward live, in walking order
	spans     []span   // runs of people of one place
	columns   []*column

	around  [][]int32 // of each place: the areas around it
	classes [][]run   // of each layer: who has which class
}

// run are the people from a up to before b, whose home has one class.
type run struct {
	class int32
	a, b  int
}

// span are the people from a up to before b, who live in one place.
type span struct {
	place int
	a, b  int
}

func (w *ward) people() int { return len(w.no) }

func (w *ward) column(i int) *column {
	if i < len(w.columns) {
		return w.columns[i]
	}
	return nil
}

// row is a person while a ward is built or rebuilt.
type row struct {
	no, household, walk uint32
	area                int32
	values              [fixedColumns]value
	rounds              []uint8 // samples by number of the round; what is missing is 0
}

// rows takes the ward apart.
func (w *ward) rows() []row {
	out := make([]row, w.people())
	for i := range out {
		r := &out[i]
		r.no, r.household, r.walk, r.area = w.no[i], w.household[i], w.walk[i], w.places[w.place[i]]
		for c := range r.values {
			r.values[c] = w.column(c).at(i)
		}
		for c := fixedColumns; c < len(w.columns); c++ {
			if n := w.columns[c].at(i).code; n > 0 {
				r.sampled(c-fixedColumns, int(n))
			}
		}
	}
	return out
}

// sampled adds samples of a round.
func (r *row) sampled(round, n int) {
	for len(r.rounds) <= round {
		r.rounds = append(r.rounds, 0)
	}
	r.rounds[round] = uint8(min(MaxCount, int(r.rounds[round])+n))
}

// newWard puts people in their order and into columns. It changes the order of rows.
func newWard(area int32, rows []row, tree *areas) *ward {
	slices.SortFunc(rows, func(a, b row) int {
		if a.area != b.area {
			x, y := &tree.list[a.area], &tree.list[b.area]
			return cmp.Or(cmp.Compare(x.order, y.order), cmp.Compare(x.code, y.code))
		}
		return cmp.Or(cmp.Compare(a.walk, b.walk), cmp.Compare(a.household, b.household), cmp.Compare(a.no, b.no))
	})
	n := len(rows)
	w := &ward{area: area, no: make([]uint32, n), household: make([]uint32, n), walk: make([]uint32, n), place: make([]uint16, n)}
	rounds := 0
	for i, r := range rows {
		w.no[i], w.household[i], w.walk[i] = r.no, r.household, r.walk
		if i == 0 || rows[i-1].area != r.area {
			w.places = append(w.places, r.area)
		}
		w.place[i] = uint16(len(w.places) - 1)
		rounds = max(rounds, len(r.rounds))
	}
	w.columns = make([]*column, fixedColumns+rounds)
	for c := range w.columns {
		w.columns[c] = build(rows, c)
	}
	w.locate(tree)
	return w
}

// build makes one column of the rows, nil when all of it is 0 and known.
func build(rows []row, c int) *column {
	col, used := &column{}, false
	for i := range rows {
		v := value{known: true}
		if c < fixedColumns {
			v = rows[i].values[c]
		} else if r := c - fixedColumns; r < len(rows[i].rounds) {
			v.code = uint64(rows[i].rounds[r])
		}
		if v != (value{known: true}) {
			col.put(i, len(rows), v)
			used = true
		}
	}
	if !used {
		return nil
	}
	return col
}

// locate finds the spans, and what areas and classes are around each place.
func (w *ward) locate(tree *areas) {
	w.spans, w.around, w.classes = nil, nil, nil
	for i, p := range w.place {
		if i == 0 || w.place[i-1] != p {
			w.spans = append(w.spans, span{place: int(p), a: i})
		}
		w.spans[len(w.spans)-1].b = i + 1
	}
	for _, area := range w.places {
		w.around = append(w.around, tree.around(area))
	}
	for layer := range tree.layers {
		w.classes = append(w.classes, w.runs(tree, layer))
	}
}

func (w *ward) runs(tree *areas, layer int) []run {
	var out []run
	for _, s := range w.spans {
		class := tree.classOn(w.places[s.place], layer)
		if n := len(out); n > 0 && out[n-1].class == class {
			out[n-1].b = s.b
		} else {
			out = append(out, run{class, s.a, s.b})
		}
	}
	return out
}

func (w *ward) bytes() int {
	n := 4*(cap(w.no)+cap(w.household)+cap(w.walk)) + 2*cap(w.place) + 4*cap(w.places) + 24*cap(w.spans)
	for i := range w.around {
		n += 4*cap(w.around[i]) + 24
	}
	for _, r := range w.classes {
		n += 24*cap(r) + 24
	}
	for _, c := range w.columns {
		n += c.bytes() + 8
	}
	return n + 300
}
