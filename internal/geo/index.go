package geo

import (
	"cmp"
	"slices"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"
	"github.com/tidwall/rtree"
)

// Index finds areas by place. It may be read by many goroutines.
type Index struct {
	shapes map[string]Shape
	boxes  rtree.RTreeG[string]
	sides  rtree.RTreeG[border]
}

// border is one side of an area.
type border struct {
	id   string
	a, b Point
}

// NewIndex takes shapes by the id of their area.
func NewIndex(shapes map[string]Shape) *Index {
	x := &Index{shapes: shapes}
	for id, s := range shapes {
		bound := s.Bound()
		x.boxes.Insert(bound.Min, bound.Max, id)
		eachSide(s, func(a, b Point) {
			x.sides.Insert([2]float64{min(a[0], b[0]), min(a[1], b[1])}, [2]float64{max(a[0], b[0]), max(a[1], b[1])}, border{id, a, b})
		})
	}
	return x
}

func eachSide(s Shape, do func(a, b Point)) {
	for _, polygon := range s {
		for _, ring := range polygon {
			for i := 1; i < len(ring); i++ {
				do(ring[i-1], ring[i])
			}
		}
	}
}

// At lists the areas that hold a point, by id. Shapes that were drawn apart
// overlap a little or leave slivers between them: a point may have two, or none.
func (x *Index) At(p Point) (out []string) {
	x.boxes.Search(p, p, func(_, _ [2]float64, id string) bool {
		if Holds(x.shapes[id], p) {
			out = append(out, id)
		}
		return true
	})
	slices.Sort(out)
	return out
}

// Holds tells whether a point lies in a shape.
func Holds(s Shape, p Point) bool { return planar.MultiPolygonContains(s, p) }

// Found is an area near a point.
type Found struct {
	ID       string
	Inside   bool
	Distance float64 // to its border, in metres
}

// Near lists the areas that a person at a point may be in, when the point is
// known to so many metres: those that hold it and those whose border is that
// near, the likeliest first.
func (x *Index) Near(p Point, metres float64) []Found {
	nearest := map[string]float64{}
	l := planeAt(p)
	low, high := l.around(metres)
	x.sides.Search(low, high, func(_, _ [2]float64, s border) bool {
		d := toSegment(l.of(s.a), l.of(s.b))
		if before, seen := nearest[s.id]; d <= metres && (!seen || d < before) {
			nearest[s.id] = d
		}
		return true
	})
	var out []Found
	for _, id := range x.At(p) {
		d, near := nearest[id]
		if !near {
			d = metres
		}
		out = append(out, Found{id, true, d})
		delete(nearest, id)
	}
	for id, d := range nearest {
		out = append(out, Found{id, false, d})
	}
	slices.SortFunc(out, likelier)
	return out
}

// likelier: inside before outside; deeper inside, or nearer outside.
func likelier(a, b Found) int {
	switch {
	case a.Inside != b.Inside && a.Inside:
		return -1
	case a.Inside != b.Inside:
		return 1
	case a.Inside:
		return cmp.Or(cmp.Compare(b.Distance, a.Distance), cmp.Compare(a.ID, b.ID))
	default:
		return cmp.Or(cmp.Compare(a.Distance, b.Distance), cmp.Compare(a.ID, b.ID))
	}
}

// Neighbours lists the areas whose borders come within so many metres of an
// area's, by id. Shapes that were drawn apart need a tolerance of some tens of
// metres.
func (x *Index) Neighbours(id string, metres float64) (out []string) {
	seen := map[string]bool{id: true}
	eachSide(x.shapes[id], func(a, b Point) {
		l := planeAt(a)
		low, high := l.around(metres)
		low = [2]float64{min(low[0], low[0]+b[0]-a[0]), min(low[1], low[1]+b[1]-a[1])}
		high = [2]float64{max(high[0], high[0]+b[0]-a[0]), max(high[1], high[1]+b[1]-a[1])}
		x.sides.Search(low, high, func(_, _ [2]float64, o border) bool {
			if !seen[o.id] && apart(l, a, b, o) <= metres {
				seen[o.id] = true
				out = append(out, o.id)
			}
			return true
		})
	})
	slices.Sort(out)
	return out
}

// apart is the distance between two sides in metres.
func apart(l plane, a, b Point, o border) float64 {
	if cross(edge{a: a, b: b}, edge{a: o.a, b: o.b}) {
		return 0
	}
	d := toSegment(shift(l, o.a, a), shift(l, o.a, b))
	for _, pair := range [][3]Point{{o.b, a, b}, {a, o.a, o.b}, {b, o.a, o.b}} {
		d = min(d, toSegment(shift(l, pair[0], pair[1]), shift(l, pair[0], pair[2])))
	}
	return d
}

// shift is a point in the plane as seen from another.
func shift(l plane, from, p Point) Point {
	f, q := l.of(from), l.of(p)
	return Point{q[0] - f[0], q[1] - f[1]}
}

// Centre is a point of a shape that stands for it: the centre of gravity of its
// largest polygon.
func Centre(s Shape) Point {
	var best orb.Polygon
	most := -1.0
	for _, p := range s {
		if a := planar.Area(p); a > most {
			best, most = p, a
		}
	}
	c, _ := planar.CentroidArea(best)
	return c
}
