package zoning

import (
	"testing"

	"phaodai/internal/fault"
	"phaodai/internal/geo"
)

// FuzzAreaShape draws areas with whatever is sent as their shape: it is refused
// at its field, or kept in a form that reads as itself.
func FuzzAreaShape(f *testing.F) {
	for _, s := range []string{
		`{"type":"Polygon","coordinates":[[[105.9,21],[105.91,21],[105.91,21.01],[105.9,21]]]}`,
		`{"type":"MultiPolygon","coordinates":[[[[105.9,21],[105.91,21],[105.91,21.01],[105.9,21]]]]}`,
		`{"type":"Polygon","coordinates":[[[105.9,21],[105.91,21.01],[105.91,21],[105.9,21.01],[105.9,21]]]}`,
		`{"type":"Point","coordinates":[105.9,21]}`, `{"type":"Polygon","coordinates":[]}`, `null`, `{}`, `[`, `null},"geometry":{"type":"Point"`,
		`{"type":"Polygon","coordinates":[[[1e400,0],[0,1],[1,1],[1e400,0]]]}`,
		`{"type":"Polygon","coordinates":[[[0.00000001,0],[0.00000002,0],[0.00000002,0.00000001],[0.00000001,0]]]}`,
	} {
		f.Add(s, 105.9, 21.0)
	}
	f.Fuzz(func(t *testing.T, shape string, lon, lat float64) {
		if shape == "" {
			return
		}
		var a Area
		err := fillArea(nil, &a, AreaInput{Kind: "lane", Name: "Ngõ", Shape: shape, Lon: &lon, Lat: &lat})
		if err != nil {
			if fault.KindOf(err) != fault.Invalid {
				t.Errorf("%q: %v", shape, err)
			}
			return
		}
		again, err := geo.ParseShape([]byte(a.Shape))
		if err != nil || geo.FormatShape(again) != a.Shape {
			t.Errorf("%q is kept as %q, which reads as %v, %v", shape, a.Shape, again, err)
		}
		if p, ok := a.Point(); !ok || !(p[0] >= -180 && p[0] <= 180 && p[1] >= -90 && p[1] <= 90) {
			t.Errorf("%q lies at %v", shape, p)
		}
	})
}
