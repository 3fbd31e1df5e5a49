package zonemap

import (
	"encoding/json"
	"strings"
	"testing"

	"phaodai/internal/geo"
)

// TestWhereSaysOnlyWhereThingsLie reads the district back: each area once, names
// inside their grounds, and nothing that a decision changes.
func TestWhereSaysOnlyWhereThingsLie(t *testing.T) {
	m := longBien(t, 90)
	data, err := m.Where(func(Area) bool { return true })
	if err != nil {
		t.Fatal(err)
	}
	for i := range m.Areas { // every decision is another one
		m.Areas[i].Class, m.Areas[i].Emphasis = "A01", i%2 == 0
	}
	m.AsOf, m.Title = "khác", "khác"
	if again, err := m.Where(func(Area) bool { return true }); err != nil || string(again) != string(data) {
		t.Errorf("a decision changed where areas lie: %v", err)
	}
	var raw struct {
		Features []struct {
			ID         string
			Geometry   json.RawMessage
			Properties lies
		}
	}
	if err := json.Unmarshal(data, &raw); err != nil || len(raw.Features) != 90+14 {
		t.Fatalf("%v, %d features", err, len(raw.Features))
	}
	for _, f := range raw.Features {
		if f.Properties.Name == "Chợ dân sinh Ế Ộ ự" {
			if string(f.Geometry) != "null" || f.Properties.Label != nil {
				t.Errorf("an area without a place: %s", f.Geometry)
			}
			continue
		}
		shape, err := geo.ParseShape(f.Geometry)
		if err != nil || f.Properties.Label == nil {
			t.Errorf("%s: %v", f.ID, err)
			continue
		}
		if at := geo.Point(*f.Properties.Label); len(geo.NewIndex(map[string]geo.Shape{"x": shape}).At(at)) != 1 {
			t.Errorf("the name of %s (%s) stands outside at %v", f.ID, f.Properties.Name, at)
		}
	}
}

func TestWhereLeavesOutWhatIsNotWanted(t *testing.T) {
	square := geo.Shape{{{{105, 21}, {105.1, 21}, {105.1, 21.1}, {105, 21.1}, {105, 21}}}}
	at, other, far := geo.Point{105.02, 21.05}, geo.Point{105.08, 21.05}, geo.Point{105.5, 21.5}
	m := Map{
		Parents: []Parent{{ID: "p", Name: "Phường", Shape: square}, {ID: "ground", Shape: square}, {ID: "q", Name: "Phường khác", Shape: square}},
		Areas: []Area{
			{ID: "1", Name: "Một", Parent: "p", Point: &at, Link: "javascript:x"}, {ID: "2", Name: "Hai", Parent: "ground", Point: &other},
			{ID: "3", Name: "Ba", Parent: "q", Point: &at}, {ID: "4", Name: "Bốn", Point: &far},
		},
	}
	data, err := m.Where(func(a Area) bool { return a.ID != "3" })
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"id":"p"`, `"id":"1"`, `"id":"2"`, `"id":"4"`} {
		if !strings.Contains(string(data), want) {
			t.Errorf("%s is missing: %s", want, data)
		}
	}
	for _, bad := range []string{`"id":"q"`, `"id":"ground"`, `"id":"3"`, "javascript"} {
		if strings.Contains(string(data), bad) {
			t.Errorf("%s is there: %s", bad, data)
		}
	}
}
