package geo

import (
	"encoding/json"
	"fmt"
	"math"
)

// ShapeOf is ParseShape of what is stored; a text that is empty or no shape is
// none.
func ShapeOf(text string) Shape {
	if text == "" {
		return nil
	}
	s, err := ParseShape([]byte(text))
	if err != nil {
		return nil
	}
	return s
}

// ParseShape reads one geometry, as FormatShape writes it.
func ParseShape(data []byte) (Shape, error) {
	f, fault := feature(1, []byte(`{"geometry":`+string(data)+`}`), Limit{}.orDefault())
	switch {
	case fault != nil:
		return nil, fmt.Errorf("geo: %s", fault.Key)
	case f.Shape == nil:
		return nil, fmt.Errorf("geo: a point is no shape")
	}
	return f.Shape, nil
}

// FormatShape writes a shape as a GeoJSON geometry (RFC 7946, 3.1.7), in
// degrees to the seventh place: about a centimetre.
func FormatShape(s Shape) string {
	const places = 1e7
	round := func(x float64) float64 { return math.Round(x*places) / places }
	out := make([][][][2]float64, len(s))
	for i, polygon := range s {
		for _, ring := range polygon {
			var r [][2]float64
			for _, p := range ring {
				r = append(r, [2]float64{round(p[0]), round(p[1])})
			}
			out[i] = append(out[i], r)
		}
	}
	b, err := json.Marshal(struct {
		Type        string           `json:"type"`
		Coordinates [][][][2]float64 `json:"coordinates"`
	}{"MultiPolygon", out})
	if err != nil {
		panic("geo: " + err.Error()) // numbers of a checked shape only
	}
	return string(b)
}
