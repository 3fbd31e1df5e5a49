package caseband

import (
	"maps"
	"slices"

	"phaodai/internal/fault"
)

// sums are cases up to and with each day, so that a week is a difference.
type sums []int

// between counts the cases of days [from, to), bounded by what the data have.
func (s sums) between(from, to int) int {
	if s == nil || to <= 0 {
		return 0
	}
	n := s[to-1]
	if from > 0 {
		n -= s[from-1]
	}
	return n
}

// counts are the cases of a list, by unit and by pool.
type counts struct {
	first            Day
	days             int
	unit             map[int]sums
	pool             map[string]sums
	reported         map[string]bool // codes of provinces that have a row
	placed, unplaced int
}

func tally(p *Places, cases []Case) (*counts, error) {
	if len(cases) == 0 {
		return nil, fault.New(fault.Invalid, "caseband.no_cases")
	}
	first, last := cases[0].Day, cases[0].Day
	for _, c := range cases {
		first, last = min(first, c.Day), max(last, c.Day)
	}
	if last-first >= maxDays {
		return nil, fault.New(fault.TooLarge, "caseband.too_long", "Most", maxDays)
	}
	out := &counts{first: first, days: int(last-first) + 1, unit: map[int]sums{}, pool: map[string]sums{}, reported: map[string]bool{}}
	cache := map[[4]string]found{}
	for _, c := range cases {
		names := [4]string{c.ProvinceCode, c.District, c.Ward}
		f, seen := cache[names]
		if !seen {
			f = p.find(c)
			cache[names] = f
		}
		out.take(c, f)
	}
	for _, s := range out.unit {
		s.add()
	}
	for _, s := range out.pool {
		s.add()
	}
	return out, nil
}

func (s sums) add() {
	for i := 1; i < len(s); i++ {
		s[i] += s[i-1]
	}
}

func (c *counts) take(row Case, f found) {
	if row.ProvinceCode != "" {
		c.reported[row.ProvinceCode] = true
	}
	day := row.Day - c.first
	if f.unit >= 0 {
		c.placed += row.Count
		if c.unit[f.unit] == nil {
			c.unit[f.unit] = make(sums, c.days)
		}
		c.unit[f.unit][day] += row.Count
		return
	}
	c.unplaced += row.Count
	for _, name := range f.pools {
		if c.pool[name] == nil {
			c.pool[name] = make(sums, c.days)
		}
		c.pool[name][day] += row.Count
	}
}

// share is what concerns one unit: its own cases, and those that may be its.
type share struct {
	own  sums
	open []sums
}

// members lists the pools to which each unit belongs. Cases without any province
// may be anywhere.
func (c *counts) members(p *Places) [][]sums {
	out := make([][]sums, len(p.units))
	for i, u := range p.units {
		for _, name := range append([]string{"", u.province}, p.in[i]...) {
			if s := c.pool[name]; s != nil && (name != "" || u.province != "") {
				out[i] = append(out[i], s)
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.pool)) {
		for _, i := range slices.Concat(p.of[name], p.apart[name]) {
			out[i] = append(out[i], c.pool[name])
		}
	}
	return out
}
