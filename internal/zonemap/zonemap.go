// Package zonemap draws areas and their classes: as SVG for print, e-mail and any
// browser, and as GeoJSON (RFC 7946) for maps that draw themselves.
//
// Guarantees. The same input gives the same bytes. No area is lost: one without
// a shape gets the cell of its point inside its parent (Voronoi 1908, clipped),
// one without a place stands in a row of boxes under the map. A shape that is
// none counts as missing. Borders that two areas share stay shared when corners
// are left out. A class shows by badge, pattern and word before colour (pages.md,
// section 5), in light, dark and black-on-white print. Labels lie inside their
// area and on no other label. One that has no room stands beside the map with a
// line to its area (names of parents, emphasised areas) or is left out and stays
// in the area's title. All text is escaped, links lead to pages (http, https or a path),
// and what is drawn is bounded.
//
// The package is pure. Texts come in the reader's language.
package zonemap

import (
	"errors"

	"phaodai/internal/geo"
)

// Layer is a classification; the shape of its badges names it.
type Layer string

// The layers.
const (
	DistrictArea Layer = "district_area" // square
	CityZone     Layer = "city_zone"     // circle
	EpiRisk      Layer = "epi_risk"      // pill: "Cấp 3"
)

// Pattern is how a class looks without colour.
type Pattern string

// The patterns.
const (
	Plain    Pattern = "plain"
	Dots     Pattern = "dots"
	Diagonal Pattern = "diagonal"
	Cross    Pattern = "cross"
	Double   Pattern = "double" // thick double edge: a blocked area
	Broken   Pattern = "broken" // broken edge: not classified
)

// Class is how areas of a class are drawn.
type Class struct {
	Code    string // of Area.Class
	Layer   Layer
	Badge   string  // "03"; at most 12 letters are shown
	Letter  string  // where the badge has no room: "C"
	Name    string  // in the legend
	Fill    string  // #F08A24
	Pattern Pattern // Plain when empty
}

// Area is one place that has a class.
type Area struct {
	ID, Name string
	Parent   string // id of the parent that holds it; "" none
	Shape    geo.Shape
	Point    *geo.Point // where there is no shape
	Class    string     // code; "" not classified
	Link     string
	Emphasis bool // drawn with a heavier edge, labelled first
}

// Parent is a unit whose areas are drawn; its border is.
type Parent struct {
	ID, Name string
	Shape    geo.Shape
}

// Words are the texts of a map in the reader's language.
type Words struct {
	Unclassified string // "Chưa phân loại"
	Unplaced     string // "Chưa có vị trí trên bản đồ"
	Estimated    string // "Nét mảnh: ranh giới ước lượng quanh điểm đã biết"
	North        string // "B"
	Metres       string // "m"
	Kilometres   string // "km"
}

// Map is what is drawn.
type Map struct {
	Lang        string // of the texts: "vi"
	Title       string
	Description string // for screen readers
	Notice      string // over the map: "DIỄN TẬP"; "" none
	AsOf        string // "Số liệu lúc 06:00 09/9/2021"
	Words       Words
	// Weld is within how many metres borders are one line though they were drawn
	// apart. 0 leaves shapes as they are. GeoJSON never moves a corner.
	Weld    float64
	Classes []Class // in the order of the legend
	Parents []Parent
	Areas   []Area
}

// Bounds of a map.
const (
	MaxAreas   = 20_000
	MaxCorners = 2_000_000
	maxInside  = 5_000 // points in one parent
	minWidth   = 240
	maxWidth   = 2_400
	maxText    = 160 // letters of one text
)

// ErrTooLarge is for a map of more areas or corners than can be drawn.
var ErrTooLarge = errors.New("zonemap: more areas or corners than a map can hold")

// unclassified is the class of areas that have none (pages.md, section 5).
func (m Map) unclassified() Class {
	return Class{Badge: "?", Letter: "?", Name: m.Words.Unclassified, Fill: "#D5DBE0", Pattern: Broken}
}

// check bounds a map before anything is made of it.
func (m Map) check() error {
	if len(m.Areas)+len(m.Parents) > MaxAreas || len(m.Classes) > 100 {
		return ErrTooLarge
	}
	corners := 0
	count := func(s geo.Shape) {
		for _, polygon := range s {
			for _, ring := range polygon {
				corners += len(ring)
			}
		}
	}
	for _, p := range m.Parents {
		count(p.Shape)
	}
	for _, a := range m.Areas {
		count(a.Shape)
	}
	if corners > MaxCorners {
		return ErrTooLarge
	}
	return nil
}
