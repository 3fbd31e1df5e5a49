package cohort

import "phaodai/internal/rule"

// sets is a decision about the people of a ward in Kleene's three values: yes
// are those for whom it holds, may those for whom it holds or cannot be decided.
// And, or and not work on the two by themselves. may is nil where it is yes.
type sets struct{ yes, may []uint64 }

func (s sets) possible() []uint64 {
	if s.may == nil {
		return s.yes
	}
	return s.may
}

// decider decides plans for one ward after another. Sets that it returns last
// until it begins another ward. It is for one goroutine.
type decider struct {
	w     *ward
	n     int
	pool  []uint64
	free  []uint64 // the rest of pool
	short bool     // the pool was too small

	births int  // column of births that ages are read from
	both   bool // ages are read from both columns
}

func (d *decider) begin(w *ward) {
	d.w, d.n = w, w.people()
	if d.short || len(d.pool) < 8*words(d.n) {
		d.pool, d.short = make([]uint64, max(2*len(d.pool), 16*words(d.n))), false
	}
	d.free = d.pool
}

// set is a set with anything in it.
func (d *decider) set() []uint64 {
	n := words(d.n)
	if len(d.free) < n {
		d.short = true
		return make([]uint64, n)
	}
	s := d.free[:n:n]
	d.free = d.free[n:]
	return s
}

// whole decides a plan for everybody. Where the day of a birth is not known, it
// is decided for the first and for the last that it can have been, which gives
// both ages; what the two agree in is decided.
//
// A rule that compares the age once, as most do, needs only that comparison
// twice: a comparison in which the two differ cannot be decided, and whether the
// rule then can is what and, or and not find in any case.
func (d *decider) whole(p *plan) sets {
	n := 0
	if d.w.column(birthLastColumn) != nil {
		n = p.names(birthColumn)
	}
	d.births, d.both = birthColumn, n == 1
	s := d.decide(p)
	if n < 2 {
		return s
	}
	d.births = birthLastColumn
	x := d.decide(p)
	may := d.set()
	or(may, s.possible(), x.possible())
	and(s.yes, s.yes, x.yes)
	return sets{s.yes, may}
}

func (d *decider) decide(p *plan) sets {
	switch p.step {
	case all, either:
		return d.join(p)
	case not:
		return d.not(d.decide(&p.parts[0]))
	case constant:
		return d.constant(p.truth)
	case places:
		return d.places(p.of)
	case classes:
		return d.classes(d.w.classes[p.layer], p.class)
	case plane:
		return d.plane(d.w.column(p.col), p.bit)
	case known:
		return d.known(d.w.column(p.col))
	}
	return d.codes(p.col, p.codes)
}

// join is "and" or "or". An "and" ends where nobody is left.
func (d *decider) join(p *plan) sets {
	op := and
	if p.step == either {
		op = or
	}
	s := d.decide(&p.parts[0])
	for i := range p.parts[1:] {
		if p.step == all && empty(s.possible()) {
			return s
		}
		mark := d.free
		x := d.decide(&p.parts[i+1])
		switch {
		case s.may != nil:
			op(s.may, s.may, x.possible())
			op(s.yes, s.yes, x.yes)
			d.free = mark
		case x.may != nil:
			op(x.may, s.yes, x.may)
			op(s.yes, s.yes, x.yes)
			s.may = x.may
		default:
			op(s.yes, s.yes, x.yes)
			d.free = mark
		}
	}
	return s
}

func (d *decider) not(s sets) sets {
	invert(s.yes, d.n)
	if s.may == nil {
		return s
	}
	invert(s.may, d.n)
	return sets{yes: s.may, may: s.yes}
}

func (d *decider) constant(t rule.Truth) sets {
	s := sets{yes: d.set()}
	clear(s.yes)
	switch t {
	case rule.Yes:
		invert(s.yes, d.n)
	case rule.Unknown:
		s.may = d.set()
		clear(s.may)
		invert(s.may, d.n)
	}
	return s
}

// places asks once for each place and fills its people in.
func (d *decider) places(of func(w *ward, place int) rule.Truth) sets {
	f := filler{decider: d, sets: d.constant(rule.No)}
	for _, x := range d.w.spans {
		f.fill(of(d.w, x.place), x.a, x.b)
	}
	return f.done()
}

// classes asks once for each run of people of one class.
func (d *decider) classes(runs []run, of func(class int32) rule.Truth) sets {
	f := filler{decider: d, sets: d.constant(rule.No)}
	for _, x := range runs {
		f.fill(of(x.class), x.a, x.b)
	}
	return f.done()
}

// filler makes sets of runs of people.
type filler struct {
	*decider
	sets
}

func (f *filler) fill(t rule.Truth, a, b int) {
	switch t {
	case rule.Yes:
		fill(f.yes, a, b)
	case rule.Unknown:
		if f.may == nil {
			f.may = f.set()
			clear(f.may)
		}
		fill(f.may, a, b)
	}
}

func (f *filler) done() sets {
	if f.may != nil {
		or(f.may, f.may, f.yes)
	}
	return f.sets
}

func (d *decider) plane(c *column, bit int) sets {
	s := sets{yes: d.set()}
	if c == nil || bit < 0 || bit >= len(c.planes) || c.planes[bit] == nil {
		clear(s.yes)
	} else {
		copy(s.yes, c.planes[bit])
	}
	return d.orUnknown(s, c)
}

func (d *decider) known(c *column) sets {
	s := d.constant(rule.Yes)
	if c != nil && c.unknown != nil {
		andNot(s.yes, s.yes, c.unknown)
	}
	return s
}

// codes are those whose code lies in one of the ranges.
func (d *decider) codes(col int, ranges []codeRange) sets {
	if col != birthColumn {
		return d.inRanges(col, ranges)
	}
	s := d.inRanges(d.births, ranges)
	if d.both {
		x := d.inRanges(birthLastColumn, ranges)
		may := d.set()
		or(may, s.possible(), x.possible())
		and(s.yes, s.yes, x.yes)
		s.may = may
	}
	return s
}

func (d *decider) inRanges(col int, ranges []codeRange) sets {
	c := d.w.column(col)
	s := sets{yes: d.set()}
	if len(ranges) == 0 {
		clear(s.yes)
	}
	for i, r := range ranges {
		if i == 0 {
			d.between(s.yes, col, c, r)
			continue
		}
		more := d.set()
		d.between(more, col, c, r)
		or(s.yes, s.yes, more)
		d.drop(more)
	}
	trim(s.yes, d.n)
	if c != nil && c.unknown != nil {
		andNot(s.yes, s.yes, c.unknown)
	}
	return d.orUnknown(s, c)
}

func (d *decider) between(dst []uint64, col int, c *column, r codeRange) {
	if col <= birthLastColumn && c != nil {
		copy(dst, c.upTo(r.hi, d.n))
		if r.lo > 1 { // nobody of whom it is known has 0
			andNot(dst, dst, c.upTo(r.lo-1, d.n))
		}
		return
	}
	c.atMost(dst, r.hi)
	if r.lo == 0 {
		return
	}
	below := d.set()
	c.atMost(below, r.lo-1)
	andNot(dst, dst, below)
	d.drop(below)
}

// drop gives back the set that was taken last.
func (d *decider) drop(set []uint64) {
	if used := len(d.pool) - len(d.free); len(set) > 0 && used >= len(set) && &d.pool[used-len(set)] == &set[0] {
		d.free = d.pool[used-len(set):]
	}
}

func (d *decider) orUnknown(s sets, c *column) sets {
	if c != nil && c.unknown != nil {
		s.may = d.set()
		or(s.may, s.yes, c.unknown)
	}
	return s
}
