package cohort

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"io"

	"phaodai/internal/instant"
)

// ErrSnapshot is why a snapshot is refused: another version or schema, damaged,
// or not a snapshot. The caller then builds from the database.
var ErrSnapshot = errors.New("cohort: snapshot refused")

// Restore reads a snapshot that a population of the same schema saved. Lengths
// that lie take no memory: beside the bytes that are there, at most the index of
// the persons' numbers (400 MB where they are spread over all that are allowed).
func Restore(in io.Reader, s Schema) (*Population, error) {
	r := &reader{from: bufio.NewReaderSize(in, 1<<16), sum: crc32.New(crc32.MakeTable(crc32.Castagnoli))}
	v := &View{schema: s}
	r.head(v)
	r.lists(v)
	v.areas = r.areas(v)
	for range r.length("wards", maxWards) {
		v.wards = append(v.wards, r.ward(v))
	}
	want := r.sum.Sum32()
	if got := r.u32(); r.err == nil && got != want {
		r.fail("checksum %08x, the content has %08x", got, want)
	}
	if r.err != nil {
		return nil, r.err
	}
	p := &Population{}
	p.view.Store(v)
	return p, nil
}

// reader keeps the first error; after it everything is 0 and no list has a length.
type reader struct {
	from *bufio.Reader
	sum  hash.Hash32
	buf  [4096]byte
	err  error
}

func (r *reader) fail(format string, args ...any) {
	if r.err == nil {
		r.err = fmt.Errorf("%w: %s", ErrSnapshot, fmt.Sprintf(format, args...))
	}
}

// next are so many bytes, at most len(buf), until next is called again.
func (r *reader) next(n int) []byte {
	b := r.buf[:n]
	if r.err == nil {
		if _, err := io.ReadFull(r.from, b); err != nil {
			r.fail("it ends early: %v", err)
		}
	}
	if r.err != nil {
		clear(b)
		return b
	}
	_, _ = r.sum.Write(b)
	return b
}

func (r *reader) u32() uint32 { return binary.LittleEndian.Uint32(r.next(4)) }
func (r *reader) u64() uint64 { return binary.LittleEndian.Uint64(r.next(8)) }

// length is how many of something follow.
func (r *reader) length(what string, most int) int {
	n := int(r.u32())
	if n > most {
		r.fail("%d %s, at most %d", n, what, most)
	}
	if r.err != nil {
		return 0
	}
	return n
}

// below is a number of something of which there are so many.
func (r *reader) below(what string, n int) int {
	i := int(r.u32())
	if r.err == nil && i >= n {
		r.fail("%s %d of %d", what, i, n)
	}
	if r.err != nil {
		return 0
	}
	return i
}

func (r *reader) text() string { return string(r.next(r.length("letters", maxText))) }

func (r *reader) texts(what string, most int) []string {
	var out []string
	for range r.length(what, most) {
		out = append(out, r.text())
	}
	return out
}

// numbers grows with what is read: a length that lies takes no memory.
func (r *reader) numbers(n int) []uint32 {
	var out []uint32
	for len(out) < n && r.err == nil {
		b := r.next(4 * min(n-len(out), len(r.buf)/4))
		if out == nil {
			out = make([]uint32, 0, min(n, maxAhead))
		}
		for i := 0; i < len(b); i += 4 {
			out = append(out, binary.LittleEndian.Uint32(b[i:]))
		}
	}
	return out
}

// maxAhead is how much is made room for before it was read.
const maxAhead = 1 << 17

func (r *reader) set(people int) []uint64 {
	n := words(people)
	var out []uint64
	for len(out) < n && r.err == nil {
		b := r.next(8 * min(n-len(out), len(r.buf)/8))
		if out == nil {
			out = make([]uint64, 0, min(n, maxAhead))
		}
		for i := 0; i < len(b); i += 8 {
			out = append(out, binary.LittleEndian.Uint64(b[i:]))
		}
	}
	if r.err == nil && people&63 != 0 && out[n-1]>>(people&63) != 0 {
		r.fail("a set holds more people than there are")
	}
	return out
}

func (r *reader) head(v *View) {
	if string(r.next(len(magic))) != magic {
		r.fail("not a snapshot of a population")
	}
	if n := r.u32(); n != snapshotVersion {
		r.fail("version %d, this one reads %d", n, snapshotVersion)
	}
	if e := instant.Day(int32(r.u32())); e != v.schema.Epoch {
		r.fail("days begin on %s, wanted %s", e, v.schema.Epoch)
	}
	if n := r.length("layers", maxLayers); r.err == nil && n != len(v.schema.Layers) {
		r.fail("%d layers, wanted %d", n, len(v.schema.Layers))
	}
	for _, l := range v.schema.Layers {
		if name := r.text(); r.err == nil && name != l.Name {
			r.fail("layer %q, wanted %q", name, l.Name)
		}
	}
	v.at = Position{int64(r.u64()), int64(r.u64())}
}

func (r *reader) lists(v *View) {
	for i := range v.lists {
		v.lists[i] = r.texts("names", maxNames)
	}
	v.classes = r.texts("classes", maxClasses)
	v.rounds = r.texts("rounds", maxRounds)
	if r.err == nil && (len(v.classes) == 0 || v.classes[0] != "") {
		r.fail("no class for nothing decided")
	}
}

// areas come in the order of their numbers, wider ones not always first.
func (r *reader) areas(v *View) *areas {
	tree := &areas{layers: len(v.schema.Layers), number: map[string]int32{}}
	n := r.length("areas", maxAreas)
	for i := range n {
		a := area{code: r.text(), parent: int32(r.u32()), order: int(int64(r.u64()))}
		for range v.schema.Layers {
			a.class = append(a.class, int32(r.below("class", len(v.classes))))
		}
		if _, twice := tree.number[a.code]; twice || a.parent < -1 || int(a.parent) >= n {
			r.fail("area %q twice, or in area %d of %d", a.code, a.parent, n)
		}
		if r.err != nil {
			return tree
		}
		tree.number[a.code] = int32(i)
		tree.list = append(tree.list, a)
	}
	r.noCircle(tree)
	return tree
}

// noCircle refuses areas that lie in themselves: nothing would find their end.
func (r *reader) noCircle(tree *areas) {
	good := make([]bool, len(tree.list))
	for i := range tree.list {
		var way []int32
		for a := int32(i); a >= 0 && !good[a]; a = tree.list[a].parent {
			if len(way) > maxDepth {
				r.fail("area %q lies in more than %d others", tree.list[i].code, maxDepth)
				return
			}
			way = append(way, a)
		}
		for _, a := range way {
			good[a] = true
		}
	}
}

const maxDepth = 100

// most people of one ward, which is more than any district has.
const maxPeople = 1 << 22

func (r *reader) ward(v *View) *ward {
	w := &ward{area: int32(r.below("area", len(v.areas.list)))}
	n := r.length("people", maxPeople)
	for range r.length("places", maxPlaces) {
		w.places = append(w.places, int32(r.below("area", len(v.areas.list))))
	}
	r.spans(w, n)
	w.no, w.household, w.walk = r.numbers(n), r.numbers(n), r.numbers(n)
	for range r.length("columns", fixedColumns+len(v.rounds)) {
		w.columns = append(w.columns, r.column(n))
	}
	if r.err != nil {
		return w
	}
	for _, p := range w.places {
		if !v.areas.within(p, w.area) {
			r.fail("people of ward %q live outside it", v.areas.codeOf(w.area))
			return w
		}
	}
	w.locate(v.areas)
	r.index(v, w)
	return w
}

// spans are read before the people, so that a place costs no byte of its own.
func (r *reader) spans(w *ward, people int) {
	for range r.length("spans", people) {
		place, to := r.below("place", len(w.places)), r.below("person", people+1)
		if r.err != nil || to <= len(w.place) {
			r.fail("a span without people")
			return
		}
		if len(w.place) == 0 {
			w.place = make([]uint16, 0, min(people, maxAhead))
		}
		for len(w.place) < to {
			w.place = append(w.place, uint16(place))
		}
	}
	if len(w.place) != people {
		r.fail("%d of %d people have a place", len(w.place), people)
	}
}

func (r *reader) column(people int) *column {
	n := r.length("planes", unknownPlane+1)
	if n == 0 {
		return nil
	}
	c := &column{}
	for range n {
		i := r.below("plane", unknownPlane+1)
		set := r.set(people)
		if i == unknownPlane {
			c.unknown = set
			continue
		}
		for len(c.planes) <= i {
			c.planes = append(c.planes, nil)
		}
		c.planes[i] = set
	}
	return c
}

// index notes where the people of a ward are, and refuses who is twice.
func (r *reader) index(v *View, w *ward) {
	for _, no := range w.no {
		if no == 0 || no > maxNo || v.home(no) >= 0 {
			r.fail("person %d twice, or impossible", no)
			return
		}
		page := int(no / pageSize)
		for len(v.where) <= page {
			v.where = append(v.where, nil)
		}
		if v.where[page] == nil {
			v.where[page] = new([pageSize]uint16)
		}
		v.where[page][no%pageSize] = uint16(len(v.wards) + 1)
	}
}
