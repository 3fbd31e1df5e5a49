package zonemap

import (
	"cmp"
	"math"
	"slices"
)

// weld joins borders that were drawn apart: corners of different grounds that lie
// within reach become one, and a corner that lies on another's side, or nearly,
// becomes a corner of it, too. What shares its corners stays as it is.
func weld(grounds []poly, reach float64) {
	const most = 16 // pixels; more would be seen as a border that moved
	if !(reach >= 1) {
		return
	}
	reach = min(reach, most)
	n := &near{reach: reach, at: map[[2]int][]corner{}}
	for i, g := range grounds {
		var own []corner
		for _, r := range g {
			for k, p := range r {
				if q, ok := n.nearest(p, i); ok {
					r[k] = q
				} else {
					own = append(own, corner{p, i})
				}
			}
		}
		for _, c := range own {
			n.add(c)
		}
	}
	for i, g := range grounds {
		for k, r := range g {
			g[k] = whole(n.insert(r, i))
		}
	}
}

type corner struct {
	at    pt
	owner int
}

// near finds corners by place.
type near struct {
	reach float64
	at    map[[2]int][]corner
}

func (n *near) square(p pt) [2]int {
	return [2]int{int(math.Floor(p.x / n.reach)), int(math.Floor(p.y / n.reach))}
}

func (n *near) add(c corner) {
	k := n.square(c.at)
	n.at[k] = append(n.at[k], c)
}

// around yields the corners of the squares about a point.
func (n *near) around(p pt, do func(corner)) {
	k := n.square(p)
	for x := k[0] - 1; x <= k[0]+1; x++ {
		for y := k[1] - 1; y <= k[1]+1; y++ {
			for _, c := range n.at[[2]int{x, y}] {
				do(c)
			}
		}
	}
}

// nearest is the corner of another ground nearest to a point, within reach.
func (n *near) nearest(p pt, owner int) (best pt, ok bool) {
	far := n.reach
	n.around(p, func(c corner) {
		if d := c.at.distance(p); c.owner != owner && (d < far || d == far && ok && before(c.at, best)) {
			best, far, ok = c.at, d, true
		}
	})
	return best, ok
}

// insert puts the corners of other grounds into the sides that they lie on.
func (n *near) insert(r ring, owner int) (out ring) {
	for i, a := range r {
		b := r[(i+1)%len(r)]
		out = append(out, a)
		out = append(out, n.along(a, b, owner)...)
	}
	return out
}

// along lists the corners of other grounds within reach of a side, from a to b.
func (n *near) along(a, b pt, owner int) ring {
	var out ring
	seen := map[pt]bool{a: true, b: true}
	length := a.distance(b)
	for s := 0.0; s <= length; s += n.reach {
		n.around(between(a, b, s/length), func(c corner) {
			if c.owner != owner && !seen[c.at] && toSegment(c.at, a, b) < n.reach && c.at.distance(a) > n.reach && c.at.distance(b) > n.reach {
				seen[c.at] = true
				out = append(out, c.at)
			}
		})
	}
	slices.SortStableFunc(out, func(p, q pt) int { return cmp.Compare(p.sub(a).dot(b.sub(a)), q.sub(a).dot(b.sub(a))) })
	return out
}
