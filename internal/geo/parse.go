package geo

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"

	"github.com/paulmach/orb"
)

// Limit bounds what is read; zero values take the defaults.
type Limit struct {
	Bytes    int // 32 MB
	Features int // 20,000
	Corners  int // of one feature: 50,000
}

func (l Limit) orDefault() Limit {
	for field, usual := range map[*int]int{&l.Bytes: 32 << 20, &l.Features: 20_000, &l.Corners: 50_000} {
		if *field == 0 {
			*field = usual
		}
	}
	return l
}

// Feature is one area or point of a file.
type Feature struct {
	Number     int // in the file, from 1
	Properties map[string]any
	Shape      Shape // nil of a point
	Point      Point // of a point
}

// Fault is why a feature was left out.
type Fault struct {
	Number int    // of the feature, from 1
	Key    string // message key
	At     Point  // of a fault in the shape
	Args   []any
}

func (f Fault) String() string { return fmt.Sprintf("feature %d: %s at %v", f.Number, f.Key, f.At) }

// Parse reads a feature collection. Features that cannot be taken are faults;
// the others are returned all the same. The error is for a file that is none.
func Parse(data []byte, limit Limit) ([]Feature, []Fault, error) {
	limit = limit.orDefault()
	if len(data) > limit.Bytes {
		return nil, nil, fmt.Errorf("geo: a file of more than %d MB", limit.Bytes>>20)
	}
	var file struct {
		Type     string            `json:"type"`
		Features []json.RawMessage `json:"features"`
	}
	if err := json.Unmarshal(data, &file); err != nil {
		return nil, nil, fmt.Errorf("geo: no GeoJSON: %w", err)
	}
	if file.Type != "FeatureCollection" {
		return nil, nil, fmt.Errorf("geo: a FeatureCollection is needed, this is %q", file.Type)
	}
	if len(file.Features) > limit.Features {
		return nil, nil, fmt.Errorf("geo: %d features, at most %d", len(file.Features), limit.Features)
	}
	var out []Feature
	var faults []Fault
	for i, raw := range file.Features {
		f, fault := feature(i+1, raw, limit)
		if fault != nil {
			faults = append(faults, *fault)
			continue
		}
		out = append(out, f)
	}
	return out, faults, nil
}

func feature(n int, raw []byte, limit Limit) (Feature, *Fault) {
	out := Feature{Number: n}
	var f struct {
		Properties map[string]any `json:"properties"`
		Geometry   struct {
			Type        string          `json:"type"`
			Coordinates json.RawMessage `json:"coordinates"`
		} `json:"geometry"`
	}
	err := json.Unmarshal(raw, &f)
	if err != nil {
		return out, &Fault{Number: n, Key: "geo.no_feature", Args: []any{"Error", err.Error()}}
	}
	out.Properties = f.Properties
	switch f.Geometry.Type {
	case "Point":
		err = json.Unmarshal(f.Geometry.Coordinates, (*position)(&out.Point))
	case "Polygon":
		out.Shape, err = polygons("[" + string(f.Geometry.Coordinates) + "]")
	case "MultiPolygon":
		out.Shape, err = polygons(string(f.Geometry.Coordinates))
	default:
		return out, &Fault{Number: n, Key: "geo.no_area"}
	}
	if err != nil {
		return out, &Fault{Number: n, Key: "geo.no_feature", Args: []any{"Error", err.Error()}}
	}
	return out, placed(out, limit)
}

// placed says what is wrong with where a feature is.
func placed(f Feature, limit Limit) *Fault {
	if f.Shape == nil {
		if onEarth(f.Point) {
			return nil
		}
		return &Fault{Number: f.Number, Key: "geo.coordinates", At: f.Point}
	}
	fault := Check(f.Shape, limit.Corners)
	if fault != nil {
		fault.Number = f.Number
	}
	return fault
}

// position is a point as GeoJSON has it: longitude, latitude and perhaps height.
type position Point

func (p *position) UnmarshalJSON(b []byte) error {
	var numbers []float64
	if err := json.Unmarshal(b, &numbers); err != nil {
		return err
	}
	if len(numbers) < 2 {
		return errors.New("a position needs longitude and latitude")
	}
	p[0], p[1] = numbers[0], numbers[1]
	return nil
}

func polygons(coordinates string) (Shape, error) {
	var in [][][]position
	if err := json.Unmarshal([]byte(coordinates), &in); err != nil {
		return nil, err
	}
	out := Shape{}
	for _, rings := range in {
		var polygon orb.Polygon
		for _, positions := range rings {
			ring := make(orb.Ring, len(positions))
			for i, p := range positions {
				ring[i] = Point(p)
			}
			polygon = append(polygon, ring)
		}
		out = append(out, polygon)
	}
	return out, nil
}

func onEarth(p Point) bool {
	return !math.IsNaN(p[0]) && !math.IsNaN(p[1]) && math.Abs(p[0]) <= 180 && math.Abs(p[1]) <= 90
}
