package zonemap

import (
	"slices"

	"phaodai/internal/geo"
)

// place is where an area is drawn.
type place struct {
	area   Area
	class  int // in scene.classes
	parent int // in scene.parents, -1 none
	ground poly
	cell   ring // of an area without shape: convex, not yet clipped
	dot    *pt  // of a point that no parent holds
}

func (p place) placed() bool { return p.ground != nil || p.dot != nil }

// scene is a map laid out on pixels.
type scene struct {
	frame   frame
	classes []Class
	parents []Parent
	borders []poly // of the parents
	places  []place
}

// lay puts a map on a sheet of a width, with corners left out by a tolerance in
// pixels (below 0 none are).
func (m Map) lay(width, margin, tolerance float64) *scene {
	s := &scene{classes: append(slices.Clone(m.Classes), m.unclassified()), parents: m.Parents}
	s.frame = m.frame(width, margin)
	s.take(m)
	if tolerance >= 0 {
		s.simplify(tolerance, m.Weld*s.frame.metre)
	}
	s.fill()
	return s
}

// frame is set by shapes; points alone set it where there is no shape, so that a
// mistyped one does not shrink a city to a spot.
func (m Map) frame(width, margin float64) frame {
	low, high := geo.Point{181, 91}, geo.Point{-181, -91}
	grow := func(p geo.Point) {
		low = geo.Point{min(low[0], p[0]), min(low[1], p[1])}
		high = geo.Point{max(high[0], p[0]), max(high[1], p[1])}
	}
	eachShape(m, func(s geo.Shape) {
		for _, polygon := range s {
			for _, r := range polygon {
				for _, p := range r {
					grow(p)
				}
			}
		}
	})
	if low[0] > high[0] {
		for _, a := range m.Areas {
			if a.Point != nil && onEarth(*a.Point) {
				grow(*a.Point)
			}
		}
	}
	if low[0] > high[0] {
		low, high = geo.Point{}, geo.Point{}
	}
	return newFrame(low, high, width, width*1.25, margin)
}

func eachShape(m Map, do func(geo.Shape)) {
	for _, p := range m.Parents {
		if usable(p.Shape) {
			do(p.Shape)
		}
	}
	for _, a := range m.Areas {
		if usable(a.Shape) {
			do(a.Shape)
		}
	}
}

func (s *scene) take(m Map) {
	parent, class := map[string]int{}, map[string]int{}
	for i, p := range m.Parents {
		parent[p.ID] = i
		var g poly
		if usable(p.Shape) {
			g = s.frame.ground(p.Shape)
		}
		s.borders = append(s.borders, g)
	}
	for i, c := range m.Classes {
		class[c.Code] = i
	}
	for _, a := range m.Areas {
		p := place{area: a, class: len(m.Classes), parent: -1}
		if i, ok := class[a.Class]; ok && a.Class != "" {
			p.class = i
		}
		if i, ok := parent[a.Parent]; ok && s.borders[i] != nil {
			p.parent = i
		}
		if usable(a.Shape) {
			p.ground = s.frame.ground(a.Shape)
		}
		s.places = append(s.places, p)
	}
}

// simplify thins all borders together. What shrinks to nothing becomes a square
// that can be seen.
func (s *scene) simplify(tolerance, reach float64) {
	all := slices.Clone(s.borders)
	for _, p := range s.places {
		all = append(all, p.ground)
	}
	thin := simplify(all, tolerance, reach)
	copy(s.borders, thin)
	for i := range s.places {
		p := &s.places[i]
		before := p.ground
		if p.ground = thin[len(s.borders)+i]; p.ground == nil && before != nil {
			p.ground = speck(before)
		}
	}
	for i, g := range s.borders {
		if g == nil && all[i] != nil {
			s.borders[i] = speck(all[i])
		}
	}
}

func speck(g poly) poly {
	at := g[0][0].round()
	return poly{{{at.x - 2, at.y - 2}, {at.x + 2, at.y - 2}, {at.x + 2, at.y + 2}, {at.x - 2, at.y + 2}}}
}

// fill gives areas without a shape the cell of their point inside the parent, or
// a dot where no parent holds it.
func (s *scene) fill() {
	inside := make([][]int, len(s.borders))
	for i, p := range s.places {
		if p.ground != nil || p.area.Point == nil || !onEarth(*p.area.Point) {
			continue
		}
		if p.parent >= 0 && len(inside[p.parent]) < maxInside {
			inside[p.parent] = append(inside[p.parent], i)
		} else {
			s.dot(i)
		}
	}
	for parent, list := range inside {
		s.divide(parent, list)
	}
}

// divide shares a parent among the points of its areas.
func (s *scene) divide(parent int, list []int) {
	if len(list) == 0 {
		return
	}
	border := s.borders[parent]
	b := border.bounds()
	points := make([]pt, len(list))
	for i, n := range list {
		points[i] = s.frame.of(*s.places[n].area.Point)
		b = b.with(points[i])
	}
	for i, cell := range cells(points, b) {
		p := &s.places[list[i]]
		if ground := border.clip(cell); len(ground) > 0 {
			p.ground, p.cell = ground, cell
		} else {
			s.dot(list[i])
		}
	}
}

// dot marks a point on the sheet; one far off it stays without place.
func (s *scene) dot(i int) {
	at := s.frame.of(*s.places[i].area.Point)
	if s.sheet().holds(at) {
		s.places[i].dot = &at
	}
}

// sheet is the ground with a finger's breadth around it.
func (s *scene) sheet() box {
	const around = 10
	f := s.frame
	return box{f.left - around, f.top - around, f.left + f.width + around, f.top + f.height + around}
}
