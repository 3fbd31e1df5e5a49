package cohort

import (
	"bytes"
	"cmp"
	"slices"
	"sort"

	"phaodai/internal/id"
)

// ward is the people of one ward in walking order: by area, way, household and
// number. It is never changed once published; who has changed it has another
// pointer, and so an answer knows what it must look at again.
type ward struct {
	area    int32    // its number among the areas
	no      []uint32 // of each person, on the roll
	homes   []home
	keys    []byte  // of the homes, one behind the other
	places  []int32 // areas in which people of the ward live, in walking order
	spans   []span  // runs of people of one place
	columns []*column

	around  [][]int32 // of each place: the areas around it
	classes [][]run   // of each layer: who has which class
}

// home is a household at its door.
type home struct {
	household id.Packed
	place     uint16 // index of places
	first     uint32 // its first person; the last stands before the next home
	key       uint32 // the end of its key in keys, which begins where that of the home before ends
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

// home is the index of a person's home.
func (w *ward) home(person int) int {
	return sort.Search(len(w.homes), func(h int) bool { return int(w.homes[h].first) > person }) - 1
}

func (w *ward) key(home int) string {
	from := uint32(0)
	if home > 0 {
		from = w.homes[home-1].key
	}
	return string(w.keys[from:w.homes[home].key])
}

// end is the person behind the last of a home.
func (w *ward) end(home int) int {
	if home+1 < len(w.homes) {
		return int(w.homes[home+1].first)
	}
	return w.people()
}

// row is a person while a ward is built or rebuilt.
type row struct {
	no        uint32
	id        id.Packed
	household id.Packed
	walk      string
	area      int32
	values    [fixedColumns]value
	rounds    []uint8 // samples by number of the round; what is missing is 0
}

// rows takes the ward apart.
func (w *ward) rows(ids []*[pageSize]id.Packed) []row {
	out := make([]row, w.people())
	for h, x := range w.homes {
		key := w.key(h)
		for i := int(x.first); i < w.end(h); i++ {
			no := w.no[i]
			out[i] = row{no: no, id: ids[no/pageSize][no%pageSize], household: x.household, walk: key, area: w.places[x.place]}
			w.read(&out[i], i)
		}
	}
	return out
}

// read fills in the values of person i.
func (w *ward) read(r *row, i int) {
	for c := range r.values {
		r.values[c] = w.column(c).at(i)
	}
	if w.column(birthLastColumn) == nil {
		r.values[birthLastColumn] = r.values[birthColumn]
	}
	for c := fixedColumns; c < len(w.columns); c++ {
		if n := w.columns[c].at(i).code; n > 0 {
			r.sampled(c-fixedColumns, int(n))
		}
	}
}

// sampled adds samples of a round.
func (r *row) sampled(round, n int) {
	for len(r.rounds) <= round {
		r.rounds = append(r.rounds, 0)
	}
	r.rounds[round] = uint8(min(MaxCount, int(r.rounds[round])+n))
}

// walkingOrder is by area, key of the way, household and person.
func (a *areas) walkingOrder(x, y row) int {
	if x.area != y.area {
		p, q := &a.list[x.area], &a.list[y.area]
		return cmp.Or(cmp.Compare(p.order, q.order), cmp.Compare(p.code, q.code))
	}
	return cmp.Or(cmp.Compare(x.walk, y.walk), bytes.Compare(x.household[:], y.household[:]), bytes.Compare(x.id[:], y.id[:]))
}

// newWard puts people in their order and into columns. It changes the order of rows.
func newWard(area int32, rows []row, tree *areas) *ward {
	slices.SortFunc(rows, tree.walkingOrder)
	w := &ward{area: area, no: make([]uint32, len(rows))}
	rounds, vague := 0, false
	for i := range rows {
		r := &rows[i]
		w.no[i] = r.no
		rounds = max(rounds, len(r.rounds))
		vague = vague || r.values[birthColumn] != r.values[birthLastColumn]
		moved := i == 0 || rows[i-1].area != r.area
		if moved {
			w.places = append(w.places, r.area)
		}
		if moved || rows[i-1].household != r.household || rows[i-1].walk != r.walk {
			w.keys = append(w.keys, r.walk...)
			w.homes = append(w.homes, home{r.household, uint16(len(w.places) - 1), uint32(i), uint32(len(w.keys))})
		}
	}
	w.keys, w.homes = bytes.Clone(w.keys), slices.Clone(w.homes) // without spare room
	w.columns = make([]*column, fixedColumns+rounds)
	for c := range w.columns {
		if c != birthLastColumn || vague {
			w.columns[c] = build(rows, c)
		}
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
	for h, x := range w.homes {
		if n := len(w.spans); n == 0 || w.spans[n-1].place != int(x.place) {
			w.spans = append(w.spans, span{place: int(x.place), a: int(x.first)})
		}
		w.spans[len(w.spans)-1].b = w.end(h)
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
	n := 4*cap(w.no) + 28*cap(w.homes) + cap(w.keys) + 4*cap(w.places) + 24*cap(w.spans)
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
