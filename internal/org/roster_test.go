package org

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"phaodai/internal/instant"
)

func TestGapsAndOverlaps(t *testing.T) {
	day := Period{0, 24}
	for _, c := range []struct {
		name     string
		shifts   []Period
		gaps     []Gap
		overlaps []Gap
	}{
		{"nobody", nil, []Gap{{0, 24}}, nil},
		{"round the clock", []Period{{0, 8}, {8, 16}, {16, 24}}, nil, nil},
		{"in any order, from yesterday to tomorrow", []Period{{16, 30}, {-4, 8}, {8, 16}}, nil, nil},
		{"a gap at night", []Period{{0, 8}, {8, 18}, {22, 24}}, []Gap{{18, 22}}, nil},
		{"two at noon", []Period{{0, 14}, {12, 24}}, nil, []Gap{{12, 14}}},
		{"three, then one", []Period{{0, 24}, {2, 6}, {4, 8}, {9, 9}}, nil, []Gap{{2, 8}}},
		{"outside", []Period{{-5, 0}, {24, 30}}, []Gap{{0, 24}}, nil},
	} {
		if diff := cmp.Diff(c.gaps, Gaps(day, c.shifts)); diff != "" {
			t.Errorf("%s: gaps %s", c.name, diff)
		}
		if diff := cmp.Diff(c.overlaps, Overlaps(day, c.shifts)); diff != "" {
			t.Errorf("%s: overlaps %s", c.name, diff)
		}
	}
}

// At each moment of a period nobody is on duty exactly inside a gap, and two or
// more exactly inside an overlap.
func TestGapsEachMoment(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := Period{0, 30}
		var shifts []Period
		for range rapid.IntRange(0, 8).Draw(t, "shifts") {
			from := instant.Micros(rapid.IntRange(-5, 32).Draw(t, "from"))
			shifts = append(shifts, Period{from, from + instant.Micros(rapid.IntRange(0, 9).Draw(t, "length"))})
		}
		gaps, overlaps := Gaps(p, shifts), Overlaps(p, shifts)
		for at := p.From; at < p.To; at++ {
			n := 0
			for _, s := range shifts {
				if s.Holds(at) {
					n++
				}
			}
			if (n == 0) != inside(gaps, at) || (n > 1) != inside(overlaps, at) {
				t.Fatalf("at %d: %d on duty, gaps %v, overlaps %v, shifts %v", at, n, gaps, overlaps, shifts)
			}
		}
	})
}

func inside(gaps []Gap, at instant.Micros) bool {
	for _, g := range gaps {
		if g.From <= at && at < g.To {
			return true
		}
	}
	return false
}
