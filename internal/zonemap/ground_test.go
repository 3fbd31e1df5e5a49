package zonemap

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"phaodai/internal/geo"
)

// horseshoe is concave and has a hole.
func horseshoe() poly {
	return poly{
		{{0, 0}, {100, 0}, {100, 100}, {70, 100}, {70, 30}, {30, 30}, {30, 100}, {0, 100}},
		{{5, 5}, {5, 20}, {20, 20}, {20, 5}},
	}
}

// TestCellsShareTheirParentWithoutHoleOrOverlap: whatever the points, the cells
// have the parent's ground together, and each place lies in the cell of the
// nearest point.
func TestCellsShareTheirParentWithoutHoleOrOverlap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		parent := horseshoe()
		coordinate := rapid.Float64Range(-20, 120)
		var points []pt
		for range rapid.IntRange(1, 12).Draw(t, "points") {
			points = append(points, pt{coordinate.Draw(t, "x"), coordinate.Draw(t, "y")})
		}
		if rapid.Bool().Draw(t, "twice") {
			points = append(points, points[0]) // two buildings at one address
		}
		b := parent.bounds()
		for _, p := range points {
			b = b.with(p)
		}
		b = box{b.x0 - 1, b.y0 - 1, b.x1 + 1, b.y1 + 1}
		sum := 0.0
		var grounds []poly
		for _, cell := range cells(points, b) {
			g := parent.clip(cell)
			grounds = append(grounds, g)
			for _, r := range g {
				sum += r.area()
			}
		}
		want := 0.0
		for _, r := range parent {
			want += r.area()
		}
		if math.Abs(sum-want) > 1e-6*want {
			t.Fatalf("the cells of %v have %v, the parent %v", points, sum, want)
		}
		at := pt{coordinate.Draw(t, "at x"), coordinate.Draw(t, "at y")}
		if parent.edge(at) > 1e-6 {
			checkNearest(t, apart(points, max(b.width(), b.height())/500), grounds, at)
		}
	})
}

func checkNearest(t *rapid.T, points []pt, grounds []poly, at pt) {
	holders := 0
	for i, g := range grounds {
		if math.Abs(g.edge(at)) < 1e-6 {
			return // on a border: either
		}
		if !g.holds(at) {
			continue
		}
		holders++
		for j, p := range points {
			if p.distance(at) < points[i].distance(at)-1e-6 {
				t.Fatalf("%v lies in cell %d, but is nearer to %d", at, i, j)
			}
		}
	}
	if holders != 1 {
		t.Fatalf("%v lies in %d cells of %v", at, holders, points)
	}
}

// TestSharedBordersStayShared tiles a square with three grounds that meet in a
// point along ragged borders: thinned, they still tile it exactly.
func TestSharedBordersStayShared(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ragged := func(from, to pt, name string) ring {
			var out ring
			steps := rapid.IntRange(1, 30).Draw(t, name)
			for i := 1; i < steps; i++ {
				p := between(from, to, float64(i)/float64(steps))
				out = append(out, pt{p.x + rapid.Float64Range(-3, 3).Draw(t, "x"), p.y + rapid.Float64Range(-3, 3).Draw(t, "y")})
			}
			return out
		}
		const side = 1000
		middle, north, east, west := pt{500, 500}, pt{500, 0}, pt{side, 700}, pt{0, 700}
		toNorth, toEast, toWest := ragged(middle, north, "north"), ragged(middle, east, "east"), ragged(middle, west, "west")
		back := func(r ring) ring { r = slices.Clone(r); slices.Reverse(r); return r }
		grounds := []poly{
			{slices.Concat(ring{middle}, toNorth, ring{north, {side, 0}, east}, back(toEast))},
			{slices.Concat(ring{middle}, toEast, ring{east, {side, side}, {0, side}, west}, back(toWest))},
			{slices.Concat(ring{middle}, toWest, ring{west, {0, 0}, north}, back(toNorth))},
		}
		sum, corners := 0.0, 0
		for _, g := range simplify(grounds, rapid.Float64Range(0, 4).Draw(t, "tolerance"), 0) {
			for _, r := range g {
				sum += r.area()
				corners += len(r)
			}
		}
		if sum != side*side {
			t.Fatalf("together %v of %v", sum, side*side)
		}
	})
}

func TestThinningKeepsTheRealWardsTogether(t *testing.T) {
	m := wards(t, "hanoi-wards-2025.geojson.gz", "name", MaxAreas)
	before, after := m.lay(960, 16, 0), m.lay(960, 16, 1.6)
	shared := func(s *scene) (corners, common int) {
		seen := map[pt]int{}
		for _, p := range s.places {
			for _, r := range p.ground {
				for _, c := range r {
					seen[c]++
				}
			}
		}
		for _, n := range seen {
			corners++
			if n > 1 {
				common++
			}
		}
		return corners, common
	}
	b, _ := shared(before)
	a, common := shared(after)
	if a*2 > b || common*10 < a*7 {
		t.Errorf("%d corners became %d, of which %d are shared", b, a, common)
	}
	for i, p := range after.places {
		if p.ground == nil || math.Abs(size(p.ground)-size(before.places[i].ground)) > 0.1*size(before.places[i].ground)+40 {
			t.Errorf("%s has %.0f of %.0f square pixels", p.area.Name, size(p.ground), size(before.places[i].ground))
		}
	}
}

// TestWeldingJoinsBordersDrawnApart: between two squares 8 m apart nothing is
// left, and a corner in the middle of the other's side becomes its own.
func TestWeldingJoinsBordersDrawnApart(t *testing.T) {
	left := poly{{{0, 0}, {100, 0}, {100, 100}, {0, 100}}}
	right := poly{{{104, 1}, {200, 0}, {200, 100}, {103, 98}, {104, 50}}}
	out := simplify([]poly{left, right}, 0.5, 6)
	if sum := size(out[0]) + size(out[1]); sum != 200*100 {
		t.Errorf("together %v: %v", sum, out)
	}
	if !slices.Contains(out[0][0], pt{104, 50}) && !slices.Equal(out[0][0], ring{{0, 0}, {100, 0}, {100, 100}, {0, 100}}) {
		t.Errorf("left is %v", out[0])
	}
}

// TestLabelsLieInsideTheirAreaAndOnNoOther looks at the real district and city.
func TestLabelsLieInsideTheirAreaAndOnNoOther(t *testing.T) {
	for name, m := range map[string]Map{"district": longBien(t, 300), "city": wards(t, "hanoi-wards-2013-lowres.geojson.gz", "name", 579)} {
		for _, width := range []float64{360, 1200} {
			s := m.lay(width, 16, 0.6)
			labels, names := s.labels(MaxAreas), 0
			for i, l := range labels {
				for _, other := range labels[:i] {
					if l.at.meets(other.at) {
						t.Errorf("%s at %v: %v lies on %v", name, width, l.lines, other.lines)
					}
				}
				if l.lines != nil {
					names++
				}
				if l.from == nil && !slices.ContainsFunc(s.places, func(p place) bool { return p.ground.surrounds(l.at) }) &&
					!slices.ContainsFunc(s.borders, func(g poly) bool { return g.surrounds(l.at) }) {
					t.Errorf("%s at %v: %v lies in no area", name, width, l.lines)
				}
			}
			if names < 10 || width > 360 && names < 60 {
				t.Errorf("%s at %v: only %d of %d labels say anything", name, width, names, len(labels))
			}
		}
	}
}

func TestPointsOffTheMapAndShapesThatAreNoneLoseNoArea(t *testing.T) {
	square := geo.Shape{{{{105, 21}, {105.01, 21}, {105.01, 21.01}, {105, 21.01}, {105, 21}}}}
	open := geo.Shape{{{{105, 21}, {105.01, 21}, {105.01, 21.01}}}}
	far, near, bad := geo.Point{0, 0}, geo.Point{105.005, 21.005}, geo.Point{math.NaN(), 21}
	m := Map{Words: words, Parents: []Parent{{ID: "w", Name: "Cự Khối", Shape: square}, {ID: "none", Shape: open}}, Areas: []Area{
		{ID: "in", Name: "in", Parent: "w", Point: &near}, {ID: "far", Name: "far", Parent: "w", Point: &far},
		{ID: "bad", Name: "bad", Parent: "w", Point: &bad}, {ID: "open", Name: "open", Shape: open}, {ID: "no", Name: "no", Parent: "none"},
		{ID: "free", Name: "free", Point: &near},
	}}
	s := m.lay(960, 16, 0.6)
	got := ""
	for _, p := range s.places {
		switch {
		case p.cell != nil:
			got += p.area.ID + " cell, "
		case p.dot != nil:
			got += p.area.ID + " dot, "
		case !p.placed():
			got += p.area.ID + " box, "
		}
	}
	if want := "in cell, far box, bad box, open box, no box, free dot, "; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
