package zonemap

import (
	"math"

	"phaodai/internal/geo"
)

// pt is a point of the drawing, in pixels right and down.
type pt struct{ x, y float64 }

func (p pt) sub(q pt) pt            { return pt{p.x - q.x, p.y - q.y} }
func (p pt) dot(q pt) float64       { return p.x*q.x + p.y*q.y }
func (p pt) distance(q pt) float64  { return math.Hypot(p.x-q.x, p.y-q.y) }
func between(a, b pt, t float64) pt { return pt{a.x + (b.x-a.x)*t, a.y + (b.y-a.y)*t} }
func (p pt) round() pt              { return pt{math.Round(p.x), math.Round(p.y)} }
func toSegment(p, a, b pt) float64 {
	d := b.sub(a)
	t := 0.0
	if n := d.dot(d); n > 0 {
		t = min(max(p.sub(a).dot(d)/n, 0), 1)
	}
	return p.distance(between(a, b, t))
}

// ring is a closed line without its first point at the end.
type ring []pt

// poly is ground: rings of which a point is in an odd number.
type poly []ring

// box is a rectangle, right and bottom excluded.
type box struct{ x0, y0, x1, y1 float64 }

func (b box) meets(c box) bool  { return b.x0 < c.x1 && c.x0 < b.x1 && b.y0 < c.y1 && c.y0 < b.y1 }
func (b box) width() float64    { return b.x1 - b.x0 }
func (b box) height() float64   { return b.y1 - b.y0 }
func (b box) within(c box) bool { return b.x0 >= c.x0 && b.y0 >= c.y0 && b.x1 <= c.x1 && b.y1 <= c.y1 }
func (b box) holds(p pt) bool   { return p.x > b.x0 && p.x < b.x1 && p.y > b.y0 && p.y < b.y1 }

var nowhere = box{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}

func (b box) with(p pt) box {
	return box{min(b.x0, p.x), min(b.y0, p.y), max(b.x1, p.x), max(b.y1, p.y)}
}

func (g poly) bounds() box {
	b := nowhere
	for _, r := range g {
		for _, p := range r {
			b = b.with(p)
		}
	}
	return b
}

// area is the signed area of a ring, positive clockwise on the screen.
func (r ring) area() (sum float64) {
	for i, p := range r {
		q := r[(i+1)%len(r)]
		sum += p.x*q.y - q.x*p.y
	}
	return sum / 2
}

// holds tells whether a point is inside, by how many sides lie right of it.
func (g poly) holds(p pt) (inside bool) {
	for _, r := range g {
		for i, a := range r {
			b := r[(i+1)%len(r)]
			if (a.y > p.y) != (b.y > p.y) && p.x < a.x+(b.x-a.x)*(p.y-a.y)/(b.y-a.y) {
				inside = !inside
			}
		}
	}
	return inside
}

// edge is the distance of a point to the border, negative outside.
func (g poly) edge(p pt) float64 {
	d := math.Inf(1)
	for _, r := range g {
		for i, a := range r {
			d = min(d, toSegment(p, a, r[(i+1)%len(r)]))
		}
	}
	if !g.holds(p) {
		return -d
	}
	return d
}

// frame lays the ground flat (equirectangular projection around its middle, true
// to shape for a city) into a width and at most a height in pixels.
type frame struct {
	west, north    float64 // degrees at the left and upper edge of the ground
	perLon, perLat float64 // pixels in a degree
	metre          float64 // pixels in a metre
	left, top      float64
	width, height  float64 // of the ground in pixels
}

const metresOfDegree = 6371008.8 * math.Pi / 180 // IUGG mean radius

func newFrame(low, high geo.Point, width, height, margin float64) frame {
	squeeze := max(math.Cos((low[1]+high[1])/2*math.Pi/180), 0.05)
	const least = 1e-5 // a metre: a map of one point has a scale, too
	w, h := max((high[0]-low[0])*squeeze, least), max(high[1]-low[1], least)
	scale := min((width-2*margin)/w, (height-2*margin)/h)
	f := frame{west: low[0], north: high[1], perLon: scale * squeeze, perLat: scale, metre: scale / metresOfDegree, width: w * scale, height: h * scale}
	f.left, f.top = (width-f.width)/2, margin
	return f
}

func (f frame) of(p geo.Point) pt {
	return pt{f.left + (p[0]-f.west)*f.perLon, f.top + (f.north-p[1])*f.perLat}
}

func (f frame) back(p pt) geo.Point {
	return geo.Point{f.west + (p.x-f.left)/f.perLon, f.north - (p.y-f.top)/f.perLat}
}

// ground is a shape in the frame. Rings that are none are left out.
func (f frame) ground(s geo.Shape) (out poly) {
	for _, polygon := range s {
		for _, r := range polygon {
			if len(r) < 4 {
				continue
			}
			flat := make(ring, 0, len(r)-1)
			for _, p := range r[:len(r)-1] {
				flat = append(flat, f.of(p))
			}
			out = append(out, flat)
		}
	}
	return out
}

// usable tells whether a shape can be drawn: rings that close, on the Earth.
// Rings that cross themselves can.
func usable(s geo.Shape) bool {
	rings := 0
	for _, polygon := range s {
		for _, r := range polygon {
			if len(r) < 4 || r[0] != r[len(r)-1] {
				return false
			}
			for _, p := range r {
				if !onEarth(p) {
					return false
				}
			}
			rings++
		}
	}
	return rings > 0
}

func onEarth(p geo.Point) bool { // false for what is no number
	return math.Abs(p[0]) <= 180 && math.Abs(p[1]) <= 90
}
