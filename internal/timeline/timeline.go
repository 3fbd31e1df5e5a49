// Package timeline keeps what holds when, on two time axes: valid time, when it
// holds in the world, and recorded order, when the system learned it. What a
// subject (an area, a post, a rule) has is a partition of all valid time from
// its birth on, at every point of recorded order: no moment without a value, no
// moment with two. Nothing is ever overwritten; a correction closes rows and
// opens others, so that "what applied on T" and "what was believed on T2 about
// T" are both lookups.
//
// The scheme is the bitemporal table of R. T. Snodgrass, Developing
// Time-Oriented Database Applications in SQL (2000), chapter 10, with recorded
// order (a sequence) in place of transaction time, since two writes may carry
// the same clock time.
//
// The package knows no database. A store keeps the rows and applies a Change
// inside the transaction that has locked the subject.
package timeline

import (
	"errors"
	"math"
	"slices"
	"sort"

	"phaodai/internal/instant"
)

// Open is the end of the recorded order of a row that is still believed.
const Open int64 = math.MaxInt64

// Faults of an assertion. The rows stay as they were.
var (
	ErrPeriod = errors.New("timeline: the period does not end after it begins")
	ErrBirth  = errors.New("timeline: the period begins before the subject exists")
	ErrOrder  = errors.New("timeline: recorded before something that is recorded already")
)

// Row says that Value holds in [From, To), as believed in [Recorded, Closed).
type Row[V any] struct {
	From, To         instant.Micros
	Recorded, Closed int64
	Value            V
}

func (r Row[V]) covers(at instant.Micros) bool { return r.From <= at && at < r.To }
func (r Row[V]) believed(seq int64) bool       { return r.Recorded <= seq && seq < r.Closed }

// Begin is the first row of a subject: an explicit base value from its birth on.
func Begin[V any](birth instant.Micros, seq int64, base V) Row[V] {
	return Row[V]{From: birth, To: instant.Forever, Recorded: seq, Closed: Open, Value: base}
}

// Assertion says that Value holds in [From, To): a decision, a correction, a
// lifting. It wins over everything recorded before it.
type Assertion[V any] struct {
	From, To instant.Micros
	Recorded int64
	Value    V
}

// Change is what an assertion does to the rows of a subject. Closed rows are
// shown as they were before.
type Change[V any] struct {
	Closed []Row[V] // now believed only up to the assertion
	Opened []Row[V] // in order of From; together they cover what Closed covered
}

// Splice finds the change that an assertion makes. The rows are those of one
// subject that are still open, in order of From, as a store reads them after
// locking the subject. They are not changed.
func Splice[V any](open []Row[V], a Assertion[V]) (Change[V], error) {
	var c Change[V]
	if err := check(open, a); err != nil {
		return c, err
	}
	first := sort.Search(len(open), func(i int) bool { return open[i].To > a.From })
	piece := func(from, to instant.Micros, value V) {
		if from < to {
			c.Opened = append(c.Opened, Row[V]{from, to, a.Recorded, Open, value})
		}
	}
	for i := first; i < len(open) && open[i].From < a.To; i++ {
		c.Closed = append(c.Closed, open[i])
	}
	left, right := c.Closed[0], c.Closed[len(c.Closed)-1]
	piece(left.From, a.From, left.Value)
	piece(a.From, a.To, a.Value)
	piece(a.To, right.To, right.Value)
	return c, nil
}

func check[V any](open []Row[V], a Assertion[V]) error {
	switch {
	case a.From >= a.To:
		return ErrPeriod
	case len(open) == 0 || a.From < open[0].From:
		return ErrBirth
	case slices.ContainsFunc(open, func(r Row[V]) bool { return r.Recorded > a.Recorded }):
		return ErrOrder
	}
	return nil
}
