package timeline

import (
	"cmp"
	"fmt"
	"slices"
	"sort"

	"phaodai/internal/instant"
)

// Index answers from memory what held when. It keeps open rows apart from
// closed ones, for nearly every question is about what is believed now. It is
// not safe for a write beside other calls; readers may share it.
type Index[K comparable, V any] struct {
	subjects map[K]history[V] // in place: a lookup waits for memory, not for work
}

// history is one subject. Both lists are in order of From; open is a partition,
// whose starts stand once more by themselves, close together for the search.
type history[V any] struct {
	starts []instant.Micros
	open   []Row[V]
	closed []Row[V]
}

func (h *history[V]) begin() {
	h.starts = h.starts[:0]
	for _, r := range h.open {
		h.starts = append(h.starts, r.From)
	}
}

// NewIndex returns an empty index.
func NewIndex[K comparable, V any]() *Index[K, V] {
	return &Index[K, V]{subjects: map[K]history[V]{}}
}

// Load takes all rows of a subject, in any order, in place of what it had.
// Rows that leave a moment without a value, or give it two, are an error that
// names the moment: no store should hold them.
func (x *Index[K, V]) Load(subject K, rows []Row[V]) error {
	var h history[V]
	for _, r := range rows {
		if r.Closed == Open {
			h.open = append(h.open, r)
		} else if r.Recorded < r.Closed {
			h.closed = append(h.closed, r)
		}
	}
	slices.SortFunc(h.open, byStart[V])
	slices.SortFunc(h.closed, byStart[V])
	if err := Partition(h.open); err != nil {
		return fmt.Errorf("subject %v: %w", subject, err)
	}
	h.begin()
	x.subjects[subject] = h
	return nil
}

func byStart[V any](a, b Row[V]) int {
	return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.Recorded, b.Recorded))
}

// Partition checks that rows in order of From follow each other without gap or
// overlap, up to forever.
func Partition[V any](rows []Row[V]) error {
	if len(rows) == 0 {
		return fmt.Errorf("timeline: no value at any moment")
	}
	for i := 1; i < len(rows); i++ {
		switch before, after := rows[i-1].To, rows[i].From; {
		case before < after:
			return fmt.Errorf("timeline: no value from %v to %v", before.Time(), after.Time())
		case before > after:
			return fmt.Errorf("timeline: two values from %v to %v", after.Time(), min(before, rows[i].To).Time())
		}
	}
	if end := rows[len(rows)-1].To; end != instant.Forever {
		return fmt.Errorf("timeline: no value from %v on", end.Time())
	}
	return nil
}

// Apply takes a change that a store has made. Of a row that was recorded and
// closed at the same point nothing can ever be seen: it is dropped.
func (x *Index[K, V]) Apply(subject K, c Change[V]) {
	if len(c.Opened) == 0 {
		return
	}
	h := x.subjects[subject]
	seq := c.Opened[0].Recorded
	for _, r := range c.Closed {
		if r.Closed = seq; r.Recorded < r.Closed {
			i, _ := slices.BinarySearchFunc(h.closed, r, byStart[V])
			h.closed = slices.Insert(h.closed, i, r)
		}
	}
	first := sort.Search(len(h.open), func(i int) bool { return h.open[i].From >= c.Opened[0].From })
	h.open = slices.Replace(h.open, first, first+len(c.Closed), c.Opened...)
	h.begin()
	x.subjects[subject] = h
}

// At is the row that covers a moment as believed now.
func (x *Index[K, V]) At(subject K, at instant.Micros) (Row[V], bool) {
	h := x.subjects[subject]
	return h.at(at)
}

func (h *history[V]) at(at instant.Micros) (Row[V], bool) {
	lo, hi := 0, len(h.starts)
	for lo < hi { // the first row that begins after the moment
		if mid := int(uint(lo+hi) >> 1); h.starts[mid] <= at {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	if lo == 0 {
		return Row[V]{}, false
	}
	return h.open[lo-1], true
}

// AsOf is the row that covered a moment as believed at a point of recorded
// order.
func (x *Index[K, V]) AsOf(subject K, at instant.Micros, seq int64) (Row[V], bool) {
	h := x.subjects[subject]
	if r, ok := h.at(at); ok && r.Recorded <= seq {
		return r, true
	}
	end := sort.Search(len(h.closed), func(i int) bool { return h.closed[i].From > at })
	for i := end - 1; i >= 0; i-- {
		if r := h.closed[i]; r.covers(at) && r.believed(seq) {
			return r, true
		}
	}
	return Row[V]{}, false
}

// Rows are the open rows of a subject, in order.
func (x *Index[K, V]) Rows(subject K) []Row[V] {
	return slices.Clone(x.subjects[subject].open)
}

// RowsAsOf are the rows of a subject as believed at a point of recorded order.
func (x *Index[K, V]) RowsAsOf(subject K, seq int64) []Row[V] {
	h := x.subjects[subject]
	var out []Row[V]
	for _, r := range slices.Concat(h.open, h.closed) {
		if r.believed(seq) {
			out = append(out, r)
		}
	}
	slices.SortFunc(out, byStart[V])
	return out
}

// Next is the first row that begins after a moment: what comes next, as
// believed now.
func (x *Index[K, V]) Next(subject K, at instant.Micros) (Row[V], bool) {
	h := x.subjects[subject]
	i := sort.Search(len(h.open), func(i int) bool { return h.open[i].From > at })
	if i == len(h.open) {
		return Row[V]{}, false
	}
	return h.open[i], true
}
