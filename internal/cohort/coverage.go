package cohort

import (
	"cmp"

	"phaodai/internal/instant"
)

// Table is coverage by ward, age band and round.
type Table struct {
	Wards  []string
	Bands  []int // least age of each band; behind them stands a band of those whose age is not known well enough
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
		c.borders = append(c.borders, oldest(age, asked.Day))
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

// oldest is the code of the last birth of those who are at least so old.
func oldest(age int, today instant.Day) uint64 {
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

// ward counts one ward. Those who have the age of a band for certain are those at
// least as old as it begins, by the last day on which they can have been born,
// without those at least as old as the next begins, by the first day. Those in
// between stand with those of whom no birth is known.
func (c *coverage) ward(d *decider) (people []int, done [][]int) {
	who := d.whole(&c.who).yes
	groups := [][]uint64{who} // who, then who of them is done in each round
	for i := range c.rounds {
		set := d.decide(&c.rounds[i]).yes
		and(set, set, who)
		groups = append(groups, set)
	}
	births := cmp.Or(d.w.column(birthColumn), &column{})
	last := cmp.Or(d.w.column(birthLastColumn), births)
	bands, n := len(c.borders), len(groups)
	cells := make([]int, (bands+1)*n) // by band and group
	var between []sparse              // who may be on either side of a border: few
	for g, set := range groups {
		if births.unknown != nil {
			cells[bands*n+g] = countBoth(set, births.unknown)
			andNot(set, set, births.unknown)
		}
	}
	for i, b := range c.borders {
		certain := last.upTo(b, d.n)
		between = between[:0]
		if last != births {
			between = difference(between, births.upTo(b, d.n), certain)
		}
		for g, set := range groups {
			sure, unsure := countBoth(set, certain), countAt(set, between)
			cells[i*n+g] += sure
			cells[bands*n+g] += unsure
			if i > 0 {
				cells[(i-1)*n+g] -= sure + unsure
			}
		}
	}
	for band := range bands + 1 {
		row := cells[band*n : (band+1)*n]
		people, done = append(people, row[0]), append(done, row[1:])
	}
	return people, done
}
