package zonemap

import (
	"cmp"
	"math"
	"slices"
)

// Sizes of labels in pixels. Lines leave room for marks on marks and below: Ế, ự.
const (
	nameSize   = 12.0
	parentSize = 15.0
	smallSize  = 12.0
	letterSize = 11.0
	badgeSize  = 12.0
	badgeHigh  = 18.0
	ascent     = 1.14 // of a line over its base line, in sizes
	lineHigh   = 1.32
	blockHigh  = 1.5 // of one line with what hangs below
	clear      = 3.0 // between labels
)

// label is text that found its place.
type label struct {
	at    box
	badge int // class, -1 none
	lines []string
	size  float64
	bold  bool
	from  *pt // where a leader begins, nil none
}

// wish is a label in the forms that it may take, the fullest first.
type wish struct {
	ground poly
	dot    *pt
	forms  []label
	leader leader
	size   float64
}

// leader says where a label may stand that has no room in its area.
type leader int

const (
	none     leader = iota
	toPaper         // where nothing is drawn
	anywhere        // over other areas
)

// labels finds places: first what is stressed, then the parents' names, then
// areas from the largest down, of which so many show their name.
func (s *scene) labels(names int) (out []label) {
	taken := &ground{boxes: map[[2]int][]box{}, drawn: s.drawn(), sheet: s.sheet()}
	taken.add(s.northBox())
	for _, w := range s.wishes() {
		if names == 0 && w.leader == none {
			w.forms = slices.DeleteFunc(w.forms, func(l label) bool { return l.badge >= 0 && l.lines != nil })
		}
		if l, ok := w.place(taken); ok {
			taken.add(l.at)
			out = append(out, l)
			if l.badge >= 0 && l.lines != nil {
				names = max(names-1, 0)
			}
		}
	}
	return out
}

// wishes are the labels that a map would like to have, in their order.
func (s *scene) wishes() []wish {
	var first, parents, areas []wish
	for i, p := range s.parents {
		if g := s.borders[i]; g != nil && p.Name != "" {
			parents = append(parents, parentWish(p, g))
		}
	}
	for _, p := range s.places {
		switch {
		case !p.placed():
		case p.area.Emphasis:
			first = append(first, s.areaWish(p))
		default:
			areas = append(areas, s.areaWish(p))
		}
	}
	for _, list := range [][]wish{first, parents, areas} {
		slices.SortStableFunc(list, func(a, b wish) int { return cmp.Compare(b.size, a.size) })
	}
	return slices.Concat(first, parents, areas)
}

// parentWish is a name in two sizes, at need beside the map with a line to it.
func parentWish(p Parent, g poly) wish {
	name := bounded(p.Name, 60)
	forms := append(nameForms(name, parentSize, true, -1), nameForms(name, smallSize, true, -1)...)
	return wish{ground: g, forms: forms, size: size(g), leader: toPaper}
}

// areaWish is badge and name, the badge alone, or the letter.
func (s *scene) areaWish(p place) wish {
	c := s.classes[p.class]
	w := wish{ground: p.ground, dot: p.dot, size: size(p.ground)}
	if p.area.Emphasis {
		w.leader = anywhere
	}
	w.forms = append(nameForms(bounded(p.area.Name, 60), nameSize, p.area.Emphasis, p.class), label{badge: p.class})
	for i, f := range w.forms {
		w.forms[i] = withBadge(f, c)
	}
	if c.Letter != "" {
		w.forms = append(w.forms, letterForm(bounded(c.Letter, 4)))
	}
	return w
}

func size(g poly) (sum float64) {
	for _, r := range g {
		sum += math.Abs(r.area())
	}
	return sum
}

// nameForms are a name on one line and on two.
func nameForms(name string, size float64, bold bool, badge int) (out []label) {
	for _, lines := range [][]string{{name}, halves(name)} {
		if len(lines) == 0 || lines[0] == "" {
			continue
		}
		wide := 0.0
		for _, line := range lines {
			wide = max(wide, widthOf(line, size))
		}
		high := size * (blockHigh + lineHigh*float64(len(lines)-1))
		out = append(out, label{at: box{0, 0, wide, high}, badge: badge, lines: lines, size: size, bold: bold})
	}
	return out
}

func letterForm(letter string) label {
	return label{at: box{0, 0, widthOf(letter, letterSize), letterSize * blockHigh}, badge: -1, lines: []string{letter}, size: letterSize, bold: true}
}

// withBadge makes room for a badge over the lines.
func withBadge(l label, c Class) label {
	l.at = box{0, 0, max(l.at.x1, badgeWide(c)), l.at.y1 + badgeHigh}
	return l
}

func badgeWide(c Class) float64 {
	return max(math.Ceil(widthOf(bounded(c.Badge, 12), badgeSize)+6), badgeHigh)
}

// northBox is where the arrow to the north stands.
func (s *scene) northBox() box {
	right := s.frame.left*2 + s.frame.width
	return box{right - pad - 18, 0, right - pad + 4, 42}
}

// place takes the fullest form that lies inside the area and on no other label.
func (w wish) place(taken *ground) (label, bool) {
	if w.dot != nil {
		return w.beside(taken, *w.dot, false)
	}
	middle, _ := w.ground.pole()
	spots := w.spots(middle)
	for _, f := range w.forms {
		for _, at := range spots {
			if b := centred(f.at, at); w.ground.surrounds(b) && taken.free(b) {
				f.at = b
				return f, true
			}
		}
	}
	if w.leader != none {
		return w.beside(taken, middle, true)
	}
	return label{}, false
}

func centred(b box, at pt) box {
	x, y := math.Round(at.x-b.width()/2), math.Round(at.y-b.height()/2)
	return box{x, y, x + b.width(), y + b.height()}
}

// spots are the middle and points around it, the nearest first.
func (w wish) spots(middle pt) []pt {
	const across = 13
	b := w.ground.bounds()
	out := []pt{middle}
	for i := range across {
		for j := range across {
			p := pt{b.x0 + b.width()*(float64(i)+0.5)/across, b.y0 + b.height()*(float64(j)+0.5)/across}
			if w.ground.holds(p) {
				out = append(out, p)
			}
		}
	}
	slices.SortStableFunc(out, func(a, c pt) int { return cmp.Compare(a.distance(middle), c.distance(middle)) })
	return out
}

// beside looks around a point, in growing circles, for room on the sheet.
func (w wish) beside(taken *ground, at pt, led bool) (label, bool) {
	for _, f := range w.forms {
		for away := 0.0; away <= 96; away += 12 {
			for turn := range 16 {
				angle := float64(turn) * math.Pi / 8
				c, sn := math.Cos(angle), math.Sin(angle)
				b := centred(f.at, pt{at.x + c*(away+8+f.at.width()/2), at.y + sn*(away+8+f.at.height()/2)})
				if b.within(taken.sheet) && taken.free(b) && (w.leader != toPaper || taken.paper(b)) {
					if f.at = b; led {
						f.from = &at
					}
					return f, true
				}
			}
		}
	}
	return label{}, false
}

// surrounds tells whether a box lies inside a ground: its middle does and no
// side of the ground touches it.
func (g poly) surrounds(b box) bool {
	if !g.holds(pt{(b.x0 + b.x1) / 2, (b.y0 + b.y1) / 2}) {
		return false
	}
	return !slices.ContainsFunc(g, func(r ring) bool { return r.touches(b) })
}

// touched tells whether a line between points meets a box (Y.-D. Liang and
// B. Barsky, ACM Transactions on Graphics 3, 1984).
func (b box) touched(p, q pt) bool {
	t0, t1 := 0.0, 1.0
	d := q.sub(p)
	for _, s := range [4][2]float64{{-d.x, p.x - b.x0}, {d.x, b.x1 - p.x}, {-d.y, p.y - b.y0}, {d.y, b.y1 - p.y}} {
		switch step, room := s[0], s[1]; {
		case step == 0 && room < 0:
			return false
		case step < 0:
			t0 = max(t0, room/step)
		case step > 0:
			t1 = min(t1, room/step)
		}
	}
	return t0 <= t1
}

// pole is the point of a ground that lies deepest inside, to about a pixel: the
// best of a grid, then of ever finer ones around it.
func (g poly) pole() (best pt, depth float64) {
	const across = 10
	b := g.bounds()
	depth = math.Inf(-1)
	look := func(b box, n int) {
		for i := range n {
			for j := range n {
				p := pt{b.x0 + b.width()*(float64(i)+0.5)/float64(n), b.y0 + b.height()*(float64(j)+0.5)/float64(n)}
				if d := g.edge(p); d > depth {
					best, depth = p, d
				}
			}
		}
	}
	look(b, across)
	for w, h := b.width()/across, b.height()/across; max(w, h) > 1; w, h = w/3, h/3 {
		look(box{best.x - w, best.y - h, best.x + w, best.y + h}, 5)
	}
	return best, depth
}

// ground is where labels stand, in squares so that neighbours are found fast.
type ground struct {
	boxes map[[2]int][]box
	drawn []poly
	sheet box
}

// paper tells whether nothing is drawn in a box.
func (g *ground) paper(b box) bool {
	return !slices.ContainsFunc(g.drawn, func(p poly) bool {
		return p.bounds().meets(b) && (p.holds(pt{b.x0, b.y0}) || slices.ContainsFunc(p, func(r ring) bool { return r.touches(b) }))
	})
}

func (r ring) touches(b box) bool {
	for i, p := range r {
		if b.touched(p, r[(i+1)%len(r)]) {
			return true
		}
	}
	return false
}

// drawn is all ground that is drawn.
func (s *scene) drawn() []poly {
	out := slices.Clone(s.borders)
	for _, p := range s.places {
		if p.cell == nil && p.ground != nil {
			out = append(out, p.ground)
		}
	}
	return out
}

const square = 64

func (g *ground) each(b box, do func([2]int)) {
	for x := int(math.Floor(b.x0 / square)); x <= int(math.Floor(b.x1/square)); x++ {
		for y := int(math.Floor(b.y0 / square)); y <= int(math.Floor(b.y1/square)); y++ {
			do([2]int{x, y})
		}
	}
}

func (g *ground) add(b box) {
	g.each(b, func(k [2]int) { g.boxes[k] = append(g.boxes[k], b) })
}

func (g *ground) free(b box) bool {
	wide, free := box{b.x0 - clear, b.y0 - clear, b.x1 + clear, b.y1 + clear}, true
	g.each(wide, func(k [2]int) {
		free = free && !slices.ContainsFunc(g.boxes[k], wide.meets)
	})
	return free
}
