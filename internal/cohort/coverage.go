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

	rule  *Rule
	asked Asked
	least int
	view  *View
}

// Coverage counts for whom a rule holds (nil: everybody) in every ward and age
// band, and how many of them have at least so many samples in each round. Bands
// are least ages, rising; whoever is younger than the first is left out.
func (v *View) Coverage(r *Rule, asked Asked, bands []int, rounds []string, least int) *Table {
	return (&Table{Bands: bands, Rounds: rounds, rule: r, asked: asked, least: least, view: &View{}}).On(v)
}

// On is the table for another view. Only wards that have changed are counted
// again.
func (t *Table) On(v *View) *Table {
	out := *t
	out.view, out.Wards = v, nil
	out.People, out.Done = make([][]int, len(v.wards)), make([][][]int, len(v.wards))
	var changed []int
	for i, w := range v.wards {
		out.Wards = append(out.Wards, v.areas.codeOf(w.area))
		if i < len(t.view.wards) && t.view.wards[i] == w {
			out.People[i], out.Done[i] = t.People[i], t.Done[i]
		} else {
			changed = append(changed, i)
		}
	}
	c := t.coverage(v)
	v.each(changed, func(d *decider, i int) { out.People[i], out.Done[i] = c.ward(d) })
	return &out
}

func (t *Table) coverage(v *View) coverage {
	c := coverage{who: decided(true)}
	if t.rule != nil {
		c.who = binder{v, t.asked}.plan(t.rule.tree)
	}
	for _, age := range t.Bands {
		c.borders = append(c.borders, oldest(age, t.asked.Day))
	}
	for _, round := range t.Rounds {
		c.rounds = append(c.rounds, plan{step: codes, col: v.roundColumn(round), codes: []codeRange{{uint64(max(0, t.least)), MaxCount}}})
	}
	return c
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
	sures := make([]int, n)
	for g, set := range groups {
		if births.unknown != nil {
			cells[bands*n+g] = countBoth(set, births.unknown)
			andNot(set, set, births.unknown)
		}
	}
	for i, b := range c.borders {
		certain := last.upTo(b, d.n)
		var between []sparse // who may be on either side: few
		if last != births {
			between = last.edge(b, births, d.n)
		}
		countEach(sures, certain, groups)
		for g, set := range groups {
			sure, unsure := sures[g], countAt(set, between)
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
