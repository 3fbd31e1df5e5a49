package zonemap

import "slices"

// simplify puts grounds on whole pixels and leaves out corners that lie within a
// tolerance of the line without them, so that borders of several grounds stay
// the same line: rings are cut into arcs where borders part, and each arc is
// thinned alone, in a direction that does not depend on who has it (the way of
// M. Bostock's TopoJSON, 2012; D. Douglas and T. Peucker, Cartographica 10, 1973).
func simplify(grounds []poly, tolerance, reach float64) []poly {
	out := make([]poly, len(grounds))
	for i, g := range grounds {
		for _, r := range g {
			if r = whole(r); len(r) >= 3 {
				out[i] = append(out[i], r)
			}
		}
	}
	weld(out, reach)
	nodes := junctions(out)
	for i, g := range out {
		kept := g[:0]
		for _, r := range g {
			if r = thin(r, nodes, tolerance); len(r) >= 3 && r.area() != 0 {
				kept = append(kept, r)
			}
		}
		out[i] = kept
	}
	return out
}

// whole rounds a ring to pixels and drops what falls together.
func whole(r ring) ring {
	out := make(ring, 0, len(r))
	for _, p := range r {
		if q := p.round(); len(out) == 0 || out[len(out)-1] != q {
			out = append(out, q)
		}
	}
	for len(out) > 1 && out[0] == out[len(out)-1] {
		out = out[:len(out)-1]
	}
	return out
}

// junctions are the corners at which not every ring goes on to the same two.
func junctions(grounds []poly) map[pt]bool {
	sides, nodes := map[pt][2]pt{}, map[pt]bool{}
	for _, g := range grounds {
		for _, r := range g {
			for i, p := range r {
				a, b := r[(i+len(r)-1)%len(r)], r[(i+1)%len(r)]
				if before(b, a) {
					a, b = b, a
				}
				if known, seen := sides[p]; !seen {
					sides[p] = [2]pt{a, b}
				} else if known != [2]pt{a, b} {
					nodes[p] = true
				}
			}
		}
	}
	return nodes
}

func before(a, b pt) bool { return a.x < b.x || a.x == b.x && a.y < b.y }

// thin simplifies a ring arc by arc.
func thin(r ring, nodes map[pt]bool, tolerance float64) (out ring) {
	start := slices.IndexFunc(r, func(p pt) bool { return nodes[p] })
	if start < 0 {
		start = lowest(r) // alone, or the same ring twice: begin where both would
	}
	r = slices.Concat(r[start:], r[:start], r[start:start+1])
	from := 0
	for i := 1; i < len(r); i++ {
		if nodes[r[i]] || i == len(r)-1 {
			out = append(out, arc(r[from:i+1], tolerance)...)
			from = i
		}
	}
	return out
}

func lowest(r ring) (low int) {
	for i, p := range r {
		if before(p, r[low]) {
			low = i
		}
	}
	return low
}

// arc is a simplified line without its last point.
func arc(line ring, tolerance float64) ring {
	n := len(line)
	backwards := before(line[n-1], line[0]) || line[0] == line[n-1] && before(line[n-2], line[1])
	if backwards {
		line = slices.Clone(line)
		slices.Reverse(line)
	}
	keep := make([]bool, n)
	keep[0], keep[n-1] = true, true
	peucker(line, keep, 0, n-1, tolerance)
	var out ring
	for i, p := range line {
		if keep[i] {
			out = append(out, p)
		}
	}
	if backwards {
		slices.Reverse(out)
	}
	return out[:len(out)-1]
}

// peucker keeps the corner that lies farthest from the line between two others,
// if that is farther than the tolerance, and looks on both sides of it.
func peucker(line ring, keep []bool, from, to int, tolerance float64) {
	for to-from > 1 {
		far, at := -1.0, 0
		for i := from + 1; i < to; i++ {
			if d := toSegment(line[i], line[from], line[to]); d > far {
				far, at = d, i
			}
		}
		if far <= tolerance {
			return
		}
		keep[at] = true
		if at-from < to-at { // the shorter side first: the depth stays small
			peucker(line, keep, from, at, tolerance)
			from = at
		} else {
			peucker(line, keep, at, to, tolerance)
			to = at
		}
	}
}
