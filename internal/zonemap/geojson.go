package zonemap

import (
	"encoding/json"
	"math"
	"slices"

	"phaodai/internal/fold"
	"phaodai/internal/geo"
)

type collection struct {
	Type     string    `json:"type"`
	AsOf     string    `json:"as_of,omitempty"` // foreign member (RFC 7946, 6.1)
	Features []feature `json:"features"`
}

type feature struct {
	Type       string     `json:"type"`
	ID         string     `json:"id"`
	Geometry   *geometry  `json:"geometry"` // null: not located (RFC 7946, 3.2)
	Properties properties `json:"properties"`
}

type geometry struct {
	Type        string `json:"type"`
	Coordinates any    `json:"coordinates"`
}

type properties struct {
	Name      string  `json:"name"`
	Class     string  `json:"class,omitempty"`
	Layer     Layer   `json:"layer,omitempty"`
	Badge     string  `json:"badge"`
	ClassName string  `json:"class_name"`
	Fill      string  `json:"fill"`
	Letter    string  `json:"letter"`
	Pattern   Pattern `json:"pattern"`
	Parent    string  `json:"parent,omitempty"`
	Link      string  `json:"link,omitempty"`
	Estimated bool    `json:"estimated,omitempty"` // a cell around the known point
	Emphasis  bool    `json:"emphasis,omitempty"`
}

// GeoJSON writes the areas as a FeatureCollection: longitude before latitude,
// outer rings counterclockwise, six decimals (a tenth of a metre). Areas without
// a place have a null geometry.
func (m Map) GeoJSON() ([]byte, error) {
	if err := m.check(); err != nil {
		return nil, err
	}
	s := m.lay(10_000, 0, -1)
	out := collection{Type: "FeatureCollection", AsOf: fold.NFC(m.AsOf), Features: []feature{}}
	for _, p := range s.places {
		c := s.classes[p.class]
		f := feature{Type: "Feature", ID: p.area.ID, Geometry: s.geometry(p)}
		f.Properties = properties{
			Name: fold.NFC(p.area.Name), Class: c.Code, Layer: c.Layer, Badge: c.Badge, ClassName: fold.NFC(c.Name), Fill: colour(c.Fill), Letter: c.Letter,
			Pattern: c.pattern(), Parent: p.area.Parent, Link: link(p.area.Link), Estimated: p.cell != nil, Emphasis: p.area.Emphasis,
		}
		out.Features = append(out.Features, f)
	}
	return json.Marshal(out)
}

func (s *scene) geometry(p place) *geometry {
	switch {
	case p.cell == nil && p.ground != nil:
		return shaped(p.area.Shape)
	case p.ground != nil:
		if cell := s.celled(p.ground); cell != nil {
			return cell
		}
		return &geometry{"Point", position(*p.area.Point)} // a cell under a tenth of a metre
	case p.area.Point != nil && onEarth(*p.area.Point):
		return &geometry{"Point", position(*p.area.Point)}
	}
	return nil
}

func position(p geo.Point) [2]float64 {
	const places = 1e6
	return [2]float64{math.Round(p[0]*places) / places, math.Round(p[1]*places) / places}
}

func shaped(shape geo.Shape) *geometry {
	var out [][][][2]float64
	for _, polygon := range shape {
		var rings [][][2]float64
		for n, r := range polygon {
			line := make([][2]float64, len(r))
			for i, p := range r {
				line[i] = position(p)
			}
			rings = append(rings, turned(line, n == 0))
		}
		out = append(out, rings)
	}
	return &geometry{"MultiPolygon", out}
}

// celled is the ground of a cell: rings inside an odd number of others are holes
// of the smallest of them. Rings that six decimals make a line are left out.
func (s *scene) celled(g poly) *geometry {
	g = slices.DeleteFunc(slices.Clone(g), func(r ring) bool { return twiceArea(s.line(r)) == 0 })
	holders := func(i int) (out []int) {
		for j, r := range g {
			if i != j && (poly{r}).holds(inner(g[i])) {
				out = append(out, j)
			}
		}
		slices.SortFunc(out, func(a, b int) int { return int(math.Copysign(1, math.Abs(g[a].area())-math.Abs(g[b].area()))) })
		return out
	}
	at, out := map[int]int{}, [][][][2]float64{}
	for i, r := range g {
		if len(holders(i))%2 == 0 {
			at[i] = len(out)
			out = append(out, [][][2]float64{turned(s.line(r), true)})
		}
	}
	for i, r := range g {
		if h := holders(i); len(h)%2 == 1 {
			if n, ok := at[h[0]]; ok {
				out[n] = append(out[n], turned(s.line(r), false))
			}
		}
	}
	if len(out) == 0 {
		return nil
	}
	return &geometry{"MultiPolygon", out}
}

// inner is a point of a ring that touches no other: near its first corner.
func inner(r ring) pt { return between(between(r[0], r[1], 0.5), r[2], 1e-6) }

func (s *scene) line(r ring) [][2]float64 {
	line := make([][2]float64, 0, len(r)+1)
	for _, p := range append(slices.Clone(r), r[0]) {
		line = append(line, position(s.frame.back(p)))
	}
	return line
}

// turned gives a closed line the direction of an outer ring or of a hole.
func turned(line [][2]float64, outer bool) [][2]float64 {
	if twiceArea(line) < 0 == outer {
		slices.Reverse(line)
	}
	return line
}

func twiceArea(line [][2]float64) (sum float64) {
	for i := 1; i < len(line); i++ {
		sum += (line[i-1][0]-line[0][0])*(line[i][1]-line[0][1]) - (line[i][0]-line[0][0])*(line[i-1][1]-line[0][1])
	}
	return sum
}
