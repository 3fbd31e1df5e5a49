package geo_test

import (
	"testing"

	"phaodai/internal/geo"
)

func TestAShapeIsReadAsItWasWritten(t *testing.T) {
	want := geo.Shape{{{{105.9, 21.01}, {105.9123456, 21.01}, {105.9, -21.0200001}, {105.9, 21.01}}}}
	got, err := geo.ParseShape([]byte(geo.FormatShape(want)))
	if err != nil || len(got) != 1 || !got[0].Equal(want[0]) {
		t.Errorf("read %v, %v", got, err)
	}
	for _, bad := range []string{``, `{`, `{"type":"Point","coordinates":[1,2]}`, `{"type":"Polygon","coordinates":[[[0,0],[1,1],[0,0]]]}`} {
		if s, err := geo.ParseShape([]byte(bad)); err == nil {
			t.Errorf("%s was read as %v", bad, s)
		}
	}
}
