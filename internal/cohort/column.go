package cohort

import (
	"math/bits"
	"slices"
	"sync/atomic"
)

// column is one value of all people of a ward, cut into bits: plane b is the set
// of those whose code has bit b. A plane that is nil is empty. The code of whom
// the value is not known is 0. Columns are never changed once published.
type column struct {
	planes  [][]uint64
	unknown []uint64 // nil: known of everybody

	borders atomic.Pointer[[]border] // of births: what was asked lately
	edges   atomic.Pointer[[]edge]   // of last days of births
}

// edge are those who may be on either side of a border: born by it, if on the
// first day that they can have been, and not if on the last.
type edge struct {
	code   uint64
	births *column // of first days
	few    []sparse
}

// border is the set of those whose code, or only its lower bits, are at most so
// much.
type border struct {
	code uint64
	low  bool // only dateBits of it
	set  []uint64
}

// maxBorders is how many borders a column keeps: the bands of one table and the
// ages of some rules. They cost one bit a person each.
const maxBorders = 32

// upTo is atMost for births, which change seldom and are asked the same for a
// whole day: it keeps the sets. The caller must not change what it gets.
func (c *column) upTo(code uint64, people int) []uint64 {
	if set := c.kept(code, false); set != nil {
		return set
	}
	date := code & (1<<dateBits - 1)
	low := c.kept(date, true)
	if low == nil {
		low = make([]uint64, words(people))
		ones(low)
		c.compare(low, date, 0, dateBits)
		c.keep(border{date, true, low})
	}
	set := make([]uint64, words(people))
	if bits.Len64(code) > len(c.planes) {
		ones(set)
	} else {
		copy(set, low)
		c.compare(set, code, dateBits, len(c.planes))
	}
	c.keep(border{code, false, set})
	return set
}

// edge keeps who may be on either side of a border of births, of which c is the
// column of last days.
func (c *column) edge(code uint64, births *column, people int) []sparse {
	before := c.edges.Load()
	next := []edge{{code: code, births: births}}
	if before != nil {
		for _, e := range *before {
			if e.code == code && e.births == births {
				return e.few
			}
		}
		if len(*before) < maxBorders {
			next = append(next, *before...)
		}
	}
	next[0].few = difference(births.upTo(code, people), c.upTo(code, people))
	c.edges.CompareAndSwap(before, &next)
	return next[0].few
}

func (c *column) kept(code uint64, low bool) []uint64 {
	if all := c.borders.Load(); all != nil {
		for _, b := range *all {
			if b.code == code && b.low == low {
				return b.set
			}
		}
	}
	return nil
}

// keep may lose against another goroutine; then the set is made again some time.
func (c *column) keep(b border) {
	before := c.borders.Load()
	next := []border{b}
	if before != nil && len(*before) < maxBorders {
		next = append(next, *before...)
	}
	c.borders.CompareAndSwap(before, &next)
}

func (c *column) at(i int) value {
	if c == nil {
		return value{known: true}
	}
	if has(c.unknown, i) {
		return value{}
	}
	v := value{known: true}
	for b, p := range c.planes {
		if has(p, i) {
			v.code |= 1 << b
		}
	}
	return v
}

// put changes a cell of a column that nobody else has yet, of a ward with so
// many people.
func (c *column) put(i, people int, v value) {
	for len(c.planes) < bits.Len64(v.code) {
		c.planes = append(c.planes, nil)
	}
	for b := range c.planes {
		on := v.code>>b&1 != 0
		if on && c.planes[b] == nil {
			c.planes[b] = make([]uint64, words(people))
		}
		if c.planes[b] != nil {
			put(c.planes[b], i, on)
		}
	}
	if !v.known && c.unknown == nil {
		c.unknown = make([]uint64, words(people))
	}
	if c.unknown != nil {
		put(c.unknown, i, !v.known)
	}
}

func (c *column) clone() *column {
	if c == nil {
		return &column{}
	}
	out := &column{planes: make([][]uint64, len(c.planes)), unknown: slices.Clone(c.unknown)}
	for i, p := range c.planes {
		out.planes[i] = slices.Clone(p)
	}
	return out
}

// atMost sets dst to those whose code is at most c (those of whom it is not
// known have code 0). It goes through the planes once, from the lowest bit: what
// the lower bits say stands where the next bit is as in c. This is the bit-sliced
// comparison of P. O'Neil and D. Quass, Improved Query Performance with Variant
// Indexes (SIGMOD 1997, section 4), from the low end.
func (c *column) atMost(dst []uint64, code uint64) {
	ones(dst)
	if c == nil || bits.Len64(code) > len(c.planes) {
		return
	}
	low := bits.TrailingZeros64(^code) // these bits of code are all set: any bits are at most that
	c.compare(dst, code, low, len(c.planes))
}

// compare goes on with planes from one up to before another.
func (c *column) compare(dst []uint64, code uint64, from, to int) {
	for b := from; b < min(to, len(c.planes)); b++ {
		if code>>b&1 != 0 {
			orNot(dst, c.planes[b])
		} else {
			clearAll(dst, c.planes[b])
		}
	}
}

// orNot adds all who are not in the plane.
func orNot(dst, plane []uint64) {
	if plane == nil {
		ones(dst)
		return
	}
	plane = plane[:len(dst)]
	for i := range dst {
		dst[i] |= ^plane[i]
	}
}

// clearAll takes out all who are in the plane.
func clearAll(dst, plane []uint64) {
	if plane == nil {
		return
	}
	plane = plane[:len(dst)]
	for i := range dst {
		dst[i] &^= plane[i]
	}
}

// bytes is the memory of a column.
func (c *column) bytes() int {
	if c == nil {
		return 0
	}
	n := 8 * cap(c.unknown)
	if kept := c.borders.Load(); kept != nil {
		for _, b := range *kept {
			n += 8*cap(b.set) + 32
		}
	}
	for _, p := range c.planes {
		n += 8*cap(p) + 24
	}
	if kept := c.edges.Load(); kept != nil {
		for _, e := range *kept {
			n += 16*cap(e.few) + 40
		}
	}
	return n + 72
}
