package zonemap

import (
	"cmp"
	"slices"

	"phaodai/internal/geo"
)

// Placed tells whether anything of a map can be drawn.
func (m Map) Placed() bool {
	return slices.ContainsFunc(m.Areas, func(a Area) bool { return a.Point != nil || len(a.Shape) > 0 })
}

// margin is how far the estimated ground goes beyond the outermost points, in
// degrees: some 250 metres.
const margin = 0.0025

// Ground gives areas whose parent is not drawn a ground in common, so that the
// map draws cells around their points. It is the hull of those points, nobody's
// border, and so it has no name.
func (m *Map) Ground(drawn map[string]bool) {
	const id = "ground"
	var points []geo.Point
	for i, a := range m.Areas {
		if drawn[a.Parent] {
			continue
		}
		m.Areas[i].Parent = ""
		if a.Point == nil {
			continue
		}
		m.Areas[i].Parent = id
		for _, d := range [][2]float64{{-1, 0}, {-.7, -.7}, {0, -1}, {.7, -.7}, {1, 0}, {.7, .7}, {0, 1}, {-.7, .7}} {
			points = append(points, geo.Point{a.Point[0] + d[0]*margin, a.Point[1] + d[1]*margin})
		}
	}
	if len(points) > 0 {
		m.Parents = append(m.Parents, Parent{ID: id, Shape: geo.Shape{{hull(points)}}})
	}
}

// hull is the smallest convex ring around points (Andrew 1979).
func hull(points []geo.Point) []geo.Point {
	slices.SortFunc(points, func(a, b geo.Point) int { return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1])) })
	points = slices.Compact(points)
	half := func(in []geo.Point) (out []geo.Point) {
		for _, p := range in {
			for len(out) > 1 && leftward(out[len(out)-2], out[len(out)-1], p) <= 0 {
				out = out[:len(out)-1]
			}
			out = append(out, p)
		}
		return out[:len(out)-1]
	}
	ring := half(points)
	slices.Reverse(points)
	ring = append(ring, half(points)...)
	return append(ring, ring[0])
}

// leftward is over 0 where the way from a by b to c turns left.
func leftward(a, b, c geo.Point) float64 {
	return (b[0]-a[0])*(c[1]-a[1]) - (b[1]-a[1])*(c[0]-a[0])
}
