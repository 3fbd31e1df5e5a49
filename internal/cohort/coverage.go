package cohort

import "phaodai/internal/instant"

// Table is coverage by ward, age band and round.
type Table struct {
	Wards  []string
	Bands  []int // least age of each band; behind them stands a band of those whose age is not known
	Rounds []string
	People [][]int   // [ward][band] for whom the rule holds
	Done   [][][]int // [ward][band][round] of them who have the samples
}

// Coverage counts for whom a rule holds (nil: everybody) in every ward and age
// band, and how many of them have at least so many samples in each round. Bands
// are least ages, rising; whoever is younger than the first is left out.
func (v *View) Coverage(r *Rule, asked Asked, bands []int, rounds []string, least int) *Table {
	t := &Table{Bands: bands, Rounds: rounds, People: make([][]int, len(v.wards)), Done: make([][][]int, len(v.wards))}
	c := coverage{who: decided(true)}
	if r != nil {
		c.who = binder{v, asked}.plan(r.tree)
	}
	for _, age := range bands {
		c.borders = append(c.borders, border(age, asked.Day))
	}
	for _, round := range rounds {
		c.rounds = append(c.rounds, plan{step: codes, col: v.roundColumn(round), codes: []codeRange{{uint64(max(0, least)), MaxCount}}})
	}
	var wards []int
	for i, w := range v.wards {
		wards = append(wards, i)
		t.Wards = append(t.Wards, v.areas.codeOf(w.area))
	}
	v.each(wards, func(d *decider, i int) { t.People[i], t.Done[i] = c.ward(d) })
	return t
}

// border is the code of the last birth of those who are at least so old.
func border(age int, today instant.Day) uint64 {
	if r, ok := ages(interval{int64(age), endless}, today); ok {
		return r.hi
	}
	return 0
}

type coverage struct {
	who     plan
	borders []uint64
	rounds  []plan
}

// ward counts one ward. Those who have the age of a band are those at least as
// old as it begins, without those at least as old as the next begins.
func (c *coverage) ward(d *decider) (people []int, done [][]int) {
	groups := [][]uint64{d.decide(&c.who).yes} // who, then who of them is done in each round
	for i := range c.rounds {
		set := d.decide(&c.rounds[i]).yes
		and(set, set, groups[0])
		groups = append(groups, set)
	}
	births, n := d.w.column(birthColumn), len(c.borders)
	people, done = make([]int, n+1), make([][]int, n+1)
	tally := func(band int, set []uint64) {
		people[band] = countBoth(set, groups[0])
		for _, g := range groups[1:] {
			done[band] = append(done[band], countBoth(set, g))
		}
	}
	unknown := d.set()
	clear(unknown)
	if births != nil && births.unknown != nil {
		copy(unknown, births.unknown)
	}
	tally(n, unknown)
	older, next := d.set(), d.set()
	for i := range c.borders {
		if i == 0 {
			births.atMost(older, c.borders[0])
			andNot(older, older, unknown)
		}
		clear(next)
		if i+1 < n {
			births.atMost(next, c.borders[i+1])
		}
		andNot(older, older, next)
		tally(i, older)
		andNot(next, next, unknown)
		older, next = next, older
	}
	return people, done
}
