package cohort

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"io"
	"slices"

	"phaodai/internal/id"
	"phaodai/internal/instant"
)

// ErrSnapshot is why a snapshot is refused: another version or schema, damaged,
// or not a snapshot. The caller then builds from the database.
var ErrSnapshot = errors.New("cohort: snapshot refused")

// Restore reads a snapshot that a population of the same schema saved. Lengths
// that lie take no memory: what is made grows with the bytes that are there.
func Restore(in io.Reader, s Schema) (*Population, error) {
	r := &reader{in: in, sum: crc32.New(crc32.MakeTable(crc32.Castagnoli))}
	v := &View{schema: s, roll: newRoll()}
	r.head(v)
	r.lists(v)
	v.areas = r.areas(v)
	for range r.length("wards", maxWards) {
		v.wards = append(v.wards, r.ward(v))
	}
	want := r.checksum()
	if got := r.u32(); r.err == nil && got != want {
		r.fail("checksum %08x, the content has %08x", got, want)
	}
	if r.err != nil {
		return nil, r.err
	}
	v.ids = v.roll.pages()
	p := &Population{}
	p.view.Store(v)
	return p, nil
}

// reader keeps the first error; after it everything is 0 and no list has a length.
type reader struct {
	in      io.Reader
	sum     hash.Hash32
	buf     [1 << 16]byte
	at, end int // what was read and not yet given
	summed  int // up to where the sum has come
	zero    [1 << 12]byte
	err     error
}

func (r *reader) fail(format string, args ...any) {
	if r.err == nil {
		r.err = fmt.Errorf("%w: %s", ErrSnapshot, fmt.Sprintf(format, args...))
	}
}

// next are so many bytes, at most 4096, until next is called again.
func (r *reader) next(n int) []byte {
	if r.err == nil && r.end-r.at < n {
		r.more(n)
	}
	if r.err != nil {
		return r.zero[:n]
	}
	r.at += n
	return r.buf[r.at-n : r.at]
}

func (r *reader) more(n int) {
	r.checksum()
	r.end = copy(r.buf[:], r.buf[r.at:r.end])
	r.at, r.summed = 0, 0
	got, err := io.ReadAtLeast(r.in, r.buf[r.end:], n-r.end)
	if r.end += got; err != nil {
		r.fail("it ends early: %v", err)
	}
}

// checksum is that of all that was given.
func (r *reader) checksum() uint32 {
	_, _ = r.sum.Write(r.buf[r.summed:r.at])
	r.summed = r.at
	return r.sum.Sum32()
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

// maxAhead is how much is made room for before it was read.
const maxAhead = 1 << 17

func (r *reader) set(people int) []uint64 {
	n := words(people)
	var out []uint64
	for len(out) < n && r.err == nil {
		b := r.next(8 * min(n-len(out), len(r.zero)/8))
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
	r.homes(w, n)
	r.people(v, w, n)
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
	return w
}

func (r *reader) homes(w *ward, people int) {
	next := 0
	for range r.length("homes", people) {
		h := home{first: uint32(next)}
		copy(h.household[:], r.next(len(h.household)))
		h.place = uint16(r.below("place", len(w.places)))
		n := r.below("people", people-next+1)
		w.keys = append(w.keys, r.next(r.length("letters", maxText))...)
		h.key = uint32(len(w.keys))
		if r.err != nil || n == 0 {
			r.fail("a home without people")
			return
		}
		w.homes = append(w.homes, h)
		next += n
	}
	if next != people {
		r.fail("%d of %d people have a home", next, people)
	}
}

// people numbers the people of a ward anew and refuses who is twice.
func (r *reader) people(v *View, w *ward, n int) {
	const size = len(id.Packed{})
	for left := n; left > 0 && r.err == nil; {
		some := min(left, len(r.zero)/size)
		block := r.next(some * size)
		for i := 0; i < len(block) && r.err == nil; i += size {
			who := id.Packed(block[i : i+size])
			no, fresh := v.roll.insert(who)
			if !fresh || who == (id.Packed{}) {
				r.fail("person %s twice, or none", who)
			}
			w.no = append(w.no, no)
			v.put(no, len(v.wards))
		}
		left -= some
	}
	w.no, w.keys, w.homes = slices.Clone(w.no), bytes.Clone(w.keys), slices.Clone(w.homes) // without spare room
}

// put notes the ward of a person in a view that nobody has yet.
func (v *View) put(no uint32, ward int) {
	page := int(no / pageSize)
	for len(v.where) <= page {
		v.where = append(v.where, new([pageSize]uint16))
	}
	v.where[page][no%pageSize] = uint16(ward + 1)
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
