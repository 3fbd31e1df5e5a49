package zonemap

import (
	"math"
	"slices"
)

// cells are the Voronoi cells of points inside a box, each convex (G. Voronoi,
// Nouvelles applications des paramètres continus, J. reine angew. Math. 134,
// 1908): the box cut by the bisector with every other point that is near enough
// to matter. Points that coincide are first moved apart.
func cells(points []pt, b box) []ring {
	points = apart(points, max(b.width(), b.height())/500)
	out := make([]ring, len(points))
	for i, p := range points {
		cell := ring{{b.x0, b.y0}, {b.x1, b.y0}, {b.x1, b.y1}, {b.x0, b.y1}}
		reach := reachOf(cell, p)
		for j, q := range points {
			if i == j || p.distance(q) > 2*reach {
				continue
			}
			if cut := cell.cut(between(p, q, 0.5), q.sub(p)); len(cut) != len(cell) || !slices.Equal(cut, cell) {
				cell, reach = cut, reachOf(cut, p)
			}
		}
		out[i] = cell
	}
	return out
}

func reachOf(cell ring, p pt) (far float64) {
	for _, q := range cell {
		far = max(far, p.distance(q))
	}
	return far
}

// apart moves points that coincide around their place: two buildings of one
// address each get ground.
func apart(points []pt, step float64) []pt {
	const golden = 2.399963229728653 // radians: no two directions fall together
	seen := map[pt]int{}
	out := make([]pt, len(points))
	for i, p := range points {
		n := seen[p.round()]
		seen[p.round()]++
		if n > 0 {
			r, angle := step*math.Sqrt(float64(n)), golden*float64(n)
			p = pt{p.x + r*math.Cos(angle), p.y + r*math.Sin(angle)}
		}
		out[i] = p
	}
	return out
}

// cut keeps what of a convex ring lies behind a line through a point, against
// the direction (I. Sutherland and G. Hodgman, Reentrant polygon clipping, CACM
// 17, 1974).
func (r ring) cut(at, direction pt) (out ring) {
	for i, a := range r {
		b := r[(i+1)%len(r)]
		da, db := a.sub(at).dot(direction), b.sub(at).dot(direction)
		if da <= 0 {
			out = append(out, a)
		}
		if da < 0 && db > 0 || da > 0 && db < 0 {
			out = append(out, between(a, b, da/(da-db)))
		}
	}
	return out
}

// clip keeps what of a ground lies in a convex cell: behind each of its sides.
// The ground may be concave and have holes.
func (g poly) clip(cell ring) poly {
	if len(cell) < 3 {
		return nil
	}
	turn := 1.0
	if cell.area() < 0 {
		turn = -1
	}
	for i, a := range cell {
		d := cell[(i+1)%len(cell)].sub(a)
		g = g.behind(a, pt{d.y * turn, -d.x * turn})
	}
	return slices.DeleteFunc(g, func(r ring) bool { return math.Abs(r.area()) < 1e-9 })
}

// crossing is where a ring leaves the half plane or comes back.
type crossing struct {
	along   float64 // the line
	leaving bool
	chain   int // which ends, or begins, here
}

// behind keeps the side of a line against a direction. Stretches of the rings on
// that side are joined along the line: ordered on it, every two crossings hold
// ground between them.
func (g poly) behind(at, direction pt) (out poly) {
	var chains []ring
	var crossings []crossing
	for _, r := range g {
		depth := func(p pt) float64 { return p.sub(at).dot(direction) }
		start := slices.IndexFunc(r, func(p pt) bool { return depth(p) > 0 })
		if start < 0 {
			out = append(out, r)
			continue
		}
		open := false
		for k := range r {
			a, b := r[(start+k)%len(r)], r[(start+k+1)%len(r)]
			da, db := depth(a), depth(b)
			switch {
			case da > 0 && db <= 0:
				p := between(a, b, da/(da-db))
				chains = append(chains, ring{p, b})
				crossings = append(crossings, crossing{along(p, at, direction), false, len(chains) - 1})
				open = true
			case da <= 0 && db > 0:
				p := between(a, b, da/(da-db))
				last := len(chains) - 1
				chains[last] = append(chains[last], p)
				crossings = append(crossings, crossing{along(p, at, direction), true, last})
				open = false
			case open:
				chains[len(chains)-1] = append(chains[len(chains)-1], b)
			}
		}
	}
	return append(out, join(chains, crossings)...)
}

func along(p, at, direction pt) float64 { return p.sub(at).dot(pt{-direction.y, direction.x}) }

// join closes chains along the line.
func join(chains []ring, crossings []crossing) (out poly) {
	slices.SortStableFunc(crossings, func(a, b crossing) int {
		switch {
		case a.along < b.along:
			return -1
		case a.along > b.along:
			return 1
		}
		return 0
	})
	next := make([]int, len(chains)) // the chain that begins where this one ends
	for i := range next {
		next[i] = i
	}
	for i := 0; i+1 < len(crossings); i += 2 {
		a, b := crossings[i], crossings[i+1]
		if a.leaving != b.leaving {
			if b.leaving {
				a, b = b, a
			}
			next[a.chain] = b.chain
		}
	}
	used := make([]bool, len(chains))
	for i := range chains {
		var r ring
		for c := i; !used[c]; c = next[c] {
			used[c] = true
			r = append(r, chains[c]...)
		}
		if len(r) >= 3 {
			out = append(out, r)
		}
	}
	return out
}
