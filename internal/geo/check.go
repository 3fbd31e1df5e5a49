package geo

import (
	"cmp"
	"slices"

	"github.com/paulmach/orb"
)

// Check says what is wrong with a shape, nil nothing: a ring that does not
// close, has no ground, leaves the Earth or crosses itself. Two rings of a shape
// may touch.
func Check(s Shape, most int) *Fault {
	if len(s) == 0 {
		return &Fault{Key: "geo.no_area"}
	}
	corners := 0
	for _, polygon := range s {
		if len(polygon) == 0 {
			return &Fault{Key: "geo.no_area"}
		}
		for _, ring := range polygon {
			if corners += len(ring); corners > most {
				return &Fault{Key: "geo.too_many_corners", Args: []any{"Most", most}}
			}
			if fault := checkRing(ring); fault != nil {
				return fault
			}
		}
	}
	return nil
}

func checkRing(r orb.Ring) *Fault {
	for _, p := range r {
		if !onEarth(p) {
			return &Fault{Key: "geo.coordinates", At: p}
		}
	}
	if len(r) < 4 || r[0] != r[len(r)-1] {
		at := Point{}
		if len(r) > 0 {
			at = r[len(r)-1]
		}
		return &Fault{Key: "geo.open_ring", At: at}
	}
	if at, crosses := crossing(r); crosses {
		return &Fault{Key: "geo.crosses_itself", At: at}
	}
	if area(r) == 0 {
		return &Fault{Key: "geo.no_ground", At: r[0]}
	}
	return nil
}

// area is twice the signed area of a ring, in square degrees.
func area(r orb.Ring) (sum float64) {
	for i := 1; i < len(r); i++ {
		sum += (r[i-1][0]-r[0][0])*(r[i][1]-r[0][1]) - (r[i][0]-r[0][0])*(r[i-1][1]-r[0][1])
	}
	return sum
}

// edge is a side of a ring from left to right.
type edge struct {
	a, b Point
	n    int // of the side in the ring
}

// crossing finds a place where a ring crosses itself: two sides that are not
// neighbours share an inner point. Sides come from left to right; each is held
// against those that reach as far (sweep of M. I. Shamos and D. Hoey, Geometric
// intersection problems, 17th FOCS, 1976, without their order of the active
// sides: rings of wards are short).
func crossing(r orb.Ring) (Point, bool) {
	edges := make([]edge, 0, len(r)-1)
	for i := 1; i < len(r); i++ {
		e := edge{r[i-1], r[i], i - 1}
		if e.a[0] > e.b[0] {
			e.a, e.b = e.b, e.a
		}
		if e.a != e.b {
			edges = append(edges, e)
		}
	}
	slices.SortFunc(edges, func(x, y edge) int { return cmp.Compare(x.a[0], y.a[0]) })
	var active []edge
	for _, e := range edges {
		active = slices.DeleteFunc(active, func(o edge) bool { return o.b[0] < e.a[0] })
		for _, o := range active {
			if cross(e, o) {
				return e.a, true
			}
		}
		active = append(active, e)
	}
	return Point{}, false
}

// cross tells whether two sides cut through each other. Meeting at an end is no
// cut: neighbours do, and a ring may touch itself at a corner.
func cross(e, o edge) bool {
	d1, d2 := side(e.a, e.b, o.a), side(e.a, e.b, o.b)
	d3, d4 := side(o.a, o.b, e.a), side(o.a, o.b, e.b)
	return d1*d2 < 0 && d3*d4 < 0
}

// side is positive for a point left of a line, negative right of it.
func side(a, b, p Point) float64 { return (b[0]-a[0])*(p[1]-a[1]) - (b[1]-a[1])*(p[0]-a[0]) }
