package cohort

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
)

// A snapshot is, in little-endian order: "PHDCOHRT", the version, the schema
// (epoch, names of the layers), the position, the lists of names, the areas, the
// wards, and the CRC-32C of all that. Texts and lists have their length before
// them. It serves a quick start, nothing else: the database is the truth, and a
// snapshot that is not exactly what this version writes is refused.
const (
	magic           = "PHDCOHRT"
	snapshotVersion = 1
)

// Save writes the view. It may take its time: the population goes on meanwhile.
func (v *View) Save(out io.Writer) error {
	sum := crc32.New(crc32.MakeTable(crc32.Castagnoli))
	w := &writer{to: bufio.NewWriterSize(io.MultiWriter(out, sum), 1<<16)}
	w.raw([]byte(magic))
	w.u32(snapshotVersion)
	w.u32(uint32(v.schema.Epoch))
	w.u32(uint32(len(v.schema.Layers)))
	for _, l := range v.schema.Layers {
		w.text(l.Name)
	}
	w.u64(uint64(v.at.Xid))
	w.u64(uint64(v.at.Seq))
	for _, l := range v.lists {
		w.texts(l)
	}
	w.texts(v.classes)
	w.texts(v.rounds)
	w.areas(v.areas)
	w.u32(uint32(len(v.wards)))
	for _, x := range v.wards {
		w.ward(v, x)
	}
	if w.err == nil {
		w.err = w.to.Flush()
	}
	if w.err == nil {
		w.err = binary.Write(out, binary.LittleEndian, sum.Sum32())
	}
	if w.err != nil {
		return fmt.Errorf("cohort: snapshot: %w", w.err)
	}
	return nil
}

// writer keeps the first error.
type writer struct {
	to  *bufio.Writer
	buf [8]byte
	err error
}

func (w *writer) raw(b []byte) {
	if w.err == nil {
		_, w.err = w.to.Write(b)
	}
}

func (w *writer) u32(n uint32) {
	binary.LittleEndian.PutUint32(w.buf[:4], n)
	w.raw(w.buf[:4])
}

func (w *writer) u64(n uint64) {
	binary.LittleEndian.PutUint64(w.buf[:], n)
	w.raw(w.buf[:])
}

func (w *writer) text(s string) {
	w.u32(uint32(len(s)))
	w.raw([]byte(s))
}

func (w *writer) texts(l []string) {
	w.u32(uint32(len(l)))
	for _, s := range l {
		w.text(s)
	}
}

func (w *writer) areas(tree *areas) {
	w.u32(uint32(len(tree.list)))
	for _, a := range tree.list {
		w.text(a.code)
		w.u32(uint32(a.parent))
		w.u64(uint64(a.order))
		for _, c := range a.class {
			w.u32(uint32(c))
		}
	}
}

func (w *writer) ward(v *View, x *ward) {
	w.u32(uint32(x.area))
	w.u32(uint32(x.people()))
	w.u32(uint32(len(x.places)))
	for _, p := range x.places {
		w.u32(uint32(p))
	}
	w.u32(uint32(len(x.homes)))
	for h, at := range x.homes {
		w.raw(at.household[:])
		w.u32(uint32(at.place))
		w.u32(uint32(x.end(h)) - at.first)
		w.text(x.key(h))
	}
	for _, no := range x.no {
		of := v.id(no)
		w.raw(of[:])
	}
	w.u32(uint32(len(x.columns)))
	for _, c := range x.columns {
		w.column(c)
	}
}

// column writes which planes are there and then those; 64 stands for the people
// of whom the value is not known.
func (w *writer) column(c *column) {
	if c == nil {
		w.u32(0)
		return
	}
	var there []uint32
	for i, p := range c.planes {
		if p != nil {
			there = append(there, uint32(i))
		}
	}
	if c.unknown != nil {
		there = append(there, unknownPlane)
	}
	w.u32(uint32(len(there)))
	for _, i := range there {
		w.u32(i)
		set := c.unknown
		if i != unknownPlane {
			set = c.planes[i]
		}
		for _, word := range set {
			w.u64(word)
		}
	}
}

const unknownPlane = 64
