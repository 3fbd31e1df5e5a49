// Package geo knows where areas are: it reads their shapes, refuses those that
// are none with the place of the fault, and answers to which area a point
// belongs and which areas touch. Coordinates are WGS 84 longitude and latitude
// in degrees; distances are metres.
//
// The package is pure. Shapes come as GeoJSON (RFC 7946); what is read is
// bounded in bytes, shapes and corners.
package geo

import (
	"math"

	"github.com/paulmach/orb"
)

// Point is a place, longitude before latitude.
type Point = orb.Point

// Shape is the ground of an area: polygons with holes.
type Shape = orb.MultiPolygon

// radius is the mean radius of the Earth in metres (IUGG, R1).
const radius = 6371008.8

// plane lays the surroundings of a point flat: metres east and north of it. Over
// a city the error stays below a thousandth (equirectangular projection; J. P.
// Snyder, Map Projections, USGS Professional Paper 1395, 1987, chapter 12).
type plane struct{ at, scale Point }

func planeAt(p Point) plane {
	const degree = math.Pi / 180 * radius
	return plane{p, Point{degree * math.Cos(p.Lat()*math.Pi/180), degree}}
}

func (l plane) of(p Point) Point {
	return Point{(p[0] - l.at[0]) * l.scale[0], (p[1] - l.at[1]) * l.scale[1]}
}

// around is the box of all points within so many metres.
func (l plane) around(metres float64) (low, high [2]float64) {
	x, y := metres/l.scale[0], metres/l.scale[1]
	return [2]float64{l.at[0] - x, l.at[1] - y}, [2]float64{l.at[0] + x, l.at[1] + y}
}

// toSegment is the distance of the origin of a plane to a line between points.
func toSegment(a, b Point) float64 {
	dx, dy := b[0]-a[0], b[1]-a[1]
	t := 0.0
	if length := dx*dx + dy*dy; length > 0 {
		t = min(max(-(a[0]*dx+a[1]*dy)/length, 0), 1)
	}
	return math.Hypot(a[0]+t*dx, a[1]+t*dy)
}

// Distance is how far two points are from each other in metres, along a
// straight line on the plane that touches the Earth at the first.
func Distance(a, b Point) float64 {
	p := planeAt(a).of(b)
	return math.Hypot(p[0], p[1])
}
