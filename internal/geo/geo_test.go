package geo_test

import (
	"compress/gzip"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"phaodai/internal/geo"
	"phaodai/internal/testkit"
)

// file reads real shapes of the shared data.
func file(t testing.TB, name string) []byte {
	t.Helper()
	f, err := os.Open(testkit.Shared(t, "data", "ward-geometry", name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var r io.Reader = f
	if strings.HasSuffix(name, ".gz") {
		if r, err = gzip.NewReader(f); err != nil {
			t.Fatal(err)
		}
	}
	data, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// wards are the areas of a file by their number in it, and their names.
func wards(t testing.TB, name, field string) (map[string]geo.Shape, map[string]string) {
	t.Helper()
	features, faults, err := geo.Parse(file(t, name), geo.Limit{})
	if err != nil || len(faults) > 0 {
		t.Fatal(err, faults)
	}
	shapes, names := map[string]geo.Shape{}, map[string]string{}
	for _, f := range features {
		id := fmt.Sprint(f.Number)
		shapes[id], names[id] = f.Shape, fmt.Sprint(f.Properties[field])
	}
	return shapes, names
}

func TestRealWardsLoadAndEveryWardHoldsItsOwnPoint(t *testing.T) {
	for name, n := range map[string]int{"hanoi-wards-2025.geojson.gz": 126, "hanoi-wards-2013-lowres.geojson.gz": 584, "bacgiang-wards-lowres.geojson.gz": 232, "thu-duc-wards.geojson": 34} {
		shapes, _ := wards(t, name, "name")
		if len(shapes) != n {
			t.Errorf("%s: %d areas, want %d", name, len(shapes), n)
		}
		x := geo.NewIndex(shapes)
		outside := 0
		for id, s := range shapes {
			if found := x.At(geo.Centre(s)); !slices.Contains(found, id) {
				outside++ // a crescent may have its centre of gravity outside
			}
		}
		if outside > n/20 {
			t.Errorf("%s: %d of %d areas do not hold their centre", name, outside, n)
		}
	}
}

const collection = `{"type": "FeatureCollection", "features": [%s]}`

func polygon(coordinates string) string {
	return fmt.Sprintf(`{"type": "Feature", "properties": {"name": "x"}, "geometry": {"type": "Polygon", "coordinates": [[%s]]}}`, coordinates)
}

func TestEveryBadShapeIsNamedWithItsPlaceAndTheOthersAreTaken(t *testing.T) {
	const square = "[105,21],[105.1,21],[105.1,21.1],[105,21.1],[105,21]"
	for bad, want := range map[string]string{
		polygon("[105,21],[105.1,21.1],[105.1,21],[105,21.1],[105,21]"):                             "geo.crosses_itself",
		polygon("[105,21],[105.1,21],[105.1,21.1],[105,21.1]"):                                      "geo.open_ring",
		polygon("[105,21],[105,21],[105,21],[105,21]"):                                              "geo.no_ground",
		polygon("[105,21],[205,21],[205,91],[105,21]"):                                              "geo.coordinates",
		polygon("[105],[205,21],[205,91],[105,21]"):                                                 "geo.no_feature",
		`{"type": "Feature", "geometry": {"type": "LineString", "coordinates": [[1,2],[3,4]]}}`:     "geo.no_area",
		`{"type": "Feature", "geometry": {"type": "Point", "coordinates": [21, 105]}}`:              "geo.coordinates",
		`{"type": "Feature", "geometry": {"type": "MultiPolygon", "coordinates": []}}`:              "geo.no_area",
		`{"type": "Feature", "geometry": null}`:                                                     "geo.no_area",
		polygon(strings.Repeat("[105,21],", 60_000) + "[105,21]"):                                   "geo.too_many_corners",
		`{"type": "Feature", "geometry": {"type": "Polygon", "coordinates": "somewhere in Hanoi"}}`: "geo.no_feature",
	} {
		features, faults, err := geo.Parse(fmt.Appendf(nil, collection, bad+","+polygon(square)), geo.Limit{})
		if err != nil || len(features) != 1 || len(faults) != 1 || faults[0].Key != want || faults[0].Number != 1 {
			t.Errorf("%.80s: %d features, %v, %v; want %s", bad, len(features), faults, err, want)
		}
	}
	for _, whole := range []string{"", "[]", `{"type": "Topology"}`, fmt.Sprintf(collection, "1,")} {
		if _, _, err := geo.Parse([]byte(whole), geo.Limit{}); err == nil {
			t.Errorf("%q is taken", whole)
		}
	}
}

// TestAPointOnABorderMayBeInEither: a phone knows its place to some metres.
func TestAPointOnABorderMayBeInEither(t *testing.T) {
	square := func(west float64) geo.Shape {
		return geo.Shape{{{{west, 21}, {west + 0.01, 21}, {west + 0.01, 21.01}, {west, 21.01}, {west, 21}}}}
	}
	x := geo.NewIndex(map[string]geo.Shape{"west": square(105), "east": square(105.0101)}) // about 10 m of no man's land
	ids := func(found []geo.Found) (out []string) {
		for _, f := range found {
			out = append(out, f.ID)
		}
		return out
	}
	for _, c := range []struct {
		at     geo.Point
		metres float64
		want   string
	}{
		{geo.Point{105.005, 21.005}, 30, "[west]"},
		{geo.Point{105.00995, 21.005}, 30, "[west east]"}, // 5 m inside the one, 16 m from the other
		{geo.Point{105.01003, 21.005}, 30, "[west east]"}, // in neither, nearer to the one
		{geo.Point{105.01008, 21.005}, 30, "[east west]"},
		{geo.Point{105.01003, 21.005}, 2, "[]"},
	} {
		if got := fmt.Sprint(ids(x.Near(c.at, c.metres))); got != c.want {
			t.Errorf("near %v to %v m: %s, want %s", c.at, c.metres, got, c.want)
		}
	}
	if got := x.Neighbours("west", 15); !slices.Equal(got, []string{"east"}) {
		t.Errorf("neighbours within 15 m: %v", got)
	}
	if got := x.Neighbours("west", 5); len(got) != 0 {
		t.Errorf("neighbours within 5 m: %v", got)
	}
}

// TestNeighboursOfRealWardsAreMutual: shapes that were simplified apart still
// find each other, both ways, and no ward of a city is alone.
func TestNeighboursOfRealWardsAreMutual(t *testing.T) {
	shapes, names := wards(t, "hanoi-wards-2025.geojson.gz", "name")
	x := geo.NewIndex(shapes)
	all := map[string][]string{}
	for id := range shapes {
		if all[id] = x.Neighbours(id, 30); len(all[id]) == 0 {
			t.Errorf("%s has no neighbour", names[id])
		}
	}
	for id, list := range all {
		for _, other := range list {
			if !slices.Contains(all[other], id) {
				t.Errorf("%s touches %s but not the other way", names[id], names[other])
			}
		}
	}
}

// TestPointsAgreeWithTheShapes holds the index against a look at every shape.
func TestPointsAgreeWithTheShapes(t *testing.T) {
	shapes, _ := wards(t, "hanoi-wards-2013-lowres.geojson.gz", "name")
	x := geo.NewIndex(shapes)
	r := rand.New(rand.NewPCG(7, 7))
	for range 2_000 {
		p := geo.Point{105.3 + r.Float64()*0.7, 20.6 + r.Float64()*0.8}
		var want []string
		for id, s := range shapes {
			if winding(s, p) {
				want = append(want, id)
			}
		}
		slices.Sort(want)
		if got := x.At(p); !slices.Equal(got, want) {
			t.Fatalf("at %v: %v, want %v", p, got, want)
		}
	}
}

// winding counts how often the rings go around a point: another way to tell
// whether it lies inside.
func winding(s geo.Shape, p geo.Point) bool {
	turns := 0.0
	for _, polygon := range s {
		for _, ring := range polygon {
			for i := 1; i < len(ring); i++ {
				a, b := math.Atan2(ring[i-1][1]-p[1], ring[i-1][0]-p[0]), math.Atan2(ring[i][1]-p[1], ring[i][0]-p[0])
				turns += math.Remainder(b-a, 2*math.Pi)
			}
		}
	}
	return math.Abs(turns) > math.Pi
}

// BenchmarkNear finds the area of a phone among the wards of Hanoi, beside the
// limit of one millisecond.
func BenchmarkNear(b *testing.B) {
	shapes, _ := wards(b, "hanoi-wards-2025.geojson.gz", "name")
	x := geo.NewIndex(shapes)
	r := rand.New(rand.NewPCG(1, 1))
	b.ReportAllocs()
	for b.Loop() {
		x.Near(geo.Point{105.7 + r.Float64()*0.3, 20.9 + r.Float64()*0.2}, 30)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1e6, "of-limit")
}

func FuzzParse(f *testing.F) {
	f.Add(fmt.Appendf(nil, collection, polygon("[105,21],[105.1,21],[105.1,21.1],[105,21]")))
	f.Add([]byte(`{"type":"FeatureCollection","features":[{"geometry":{"type":"MultiPolygon","coordinates":[[[[1,2,3]]]]}}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		features, _, err := geo.Parse(data, geo.Limit{Bytes: 64 << 10, Features: 100, Corners: 1000})
		if err != nil {
			return
		}
		shapes := map[string]geo.Shape{}
		for _, f := range features {
			if f.Shape != nil {
				shapes[fmt.Sprint(f.Number)] = f.Shape
			}
		}
		x := geo.NewIndex(shapes)
		x.Near(geo.Point{105, 21}, 50)
		for id := range shapes {
			x.Neighbours(id, 10)
		}
	})
}
