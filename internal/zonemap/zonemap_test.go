package zonemap

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"strings"
	"testing"

	"phaodai/internal/geo"
)

func svg(t testing.TB, m Map, o Options) string {
	t.Helper()
	out, err := m.SVG(o)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// wellFormed reads a drawing as XML and returns the texts of an element.
func wellFormed(t testing.TB, drawing, element string) (texts []string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(drawing))
	within := false
	for {
		token, err := d.Token()
		switch x := token.(type) {
		case xml.StartElement:
			if within = x.Name.Local == element; within {
				texts = append(texts, "")
			}
		case xml.EndElement:
			within = false
		case xml.CharData:
			if within {
				texts[len(texts)-1] += string(x)
			}
		}
		if errors.Is(err, io.EOF) {
			return texts
		}
		if err != nil {
			t.Fatalf("%v in %.2000s", err, drawing)
		}
	}
}

var reference = regexp.MustCompile(`(?:href="|url\()#([a-zA-Z0-9]+)`)

// TestTheDistrictIsSmallWholeAndAlwaysTheSame draws 14 wards with 300 areas.
func TestTheDistrictIsSmallWholeAndAlwaysTheSame(t *testing.T) {
	m := longBien(t, 300)
	for _, width := range []int{360, 700, 960, 1200} {
		drawing := svg(t, m, Options{Width: width})
		if len(drawing) > 60<<10 {
			t.Errorf("%d pixels wide it has %d bytes", width, len(drawing))
		}
		if again := svg(t, m, Options{Width: width}); again != drawing {
			t.Error("drawn twice it differs")
		}
		titles := strings.Join(wellFormed(t, drawing, "title"), "\n")
		for _, a := range m.Areas {
			if a.Point != nil && !strings.Contains(titles, a.Name+": ") || a.Point == nil && !strings.Contains(drawing, a.Name+"</text>") {
				t.Errorf("%s (%s) is lost", a.ID, a.Name)
			}
		}
		for _, a := range m.Areas {
			if a.Link != "" && !strings.Contains(drawing, `href="`+a.Link+`"`) {
				t.Errorf("%s has no link", a.ID)
			}
		}
		for _, r := range reference.FindAllStringSubmatch(drawing, -1) {
			if strings.Count(drawing, `id="`+r[1]+`"`) != 1 {
				t.Errorf("#%s is not there once", r[1])
			}
		}
		for _, want := range []string{m.Notice, m.AsOf, "Khu vực 03 · Bình thường mới (", words.Estimated, " km</text>", ">B</text>"} {
			if width > 360 && !strings.Contains(drawing, want) {
				t.Errorf("%d: no %q", width, want)
			}
		}
	}
}

// TestEveryClassHasItsPatternAndTheBadgeOfItsLayer holds the drawing against
// the table of pages.md, section 5.
func TestEveryClassHasItsPatternAndTheBadgeOfItsLayer(t *testing.T) {
	square := geo.Shape{{{{105, 21}, {105.01, 21}, {105.01, 21.01}, {105, 21.01}, {105, 21}}}}
	for _, c := range []struct {
		class Class
		want  []string
	}{
		{Class{Layer: DistrictArea, Badge: "01", Fill: "#F08A24", Pattern: Diagonal}, []string{`<rect x="-11" y="-9" width="22" height="18"/>`, `fill="#F08A24" class="zm-f"/><path d="M-2 12L12-2`}},
		{Class{Layer: CityZone, Badge: "1", Fill: "#A6D8A8"}, []string{`<circle r="9"/>`, `class="zm-f"/></pattern>`}},
		{Class{Layer: EpiRisk, Badge: "Cấp 4", Fill: "#B3261E", Pattern: Cross}, []string{` rx="5"/>`, `<path d="M-2-2L12 12`}},
		{Class{Badge: "V", Fill: "#F6D44D", Pattern: Dots}, []string{`<circle cx="2.5"`}},
		{Class{Badge: "PT", Fill: "#2B2B2B", Pattern: Double}, []string{` stroke-width="8"`, `class="zm-s" stroke-width="3"/>`}},
		{Class{Badge: "?", Fill: "#D5DBE0", Pattern: Broken}, []string{`stroke-dasharray="5 6"/>`}},
	} {
		c.class.Code = "X"
		drawing := svg(t, Map{Classes: []Class{c.class}, Areas: []Area{{ID: "a", Name: "a", Class: "X", Shape: square}}}, Options{})
		for _, want := range c.want {
			if !strings.Contains(drawing, want) {
				t.Errorf("%s has no %s in\n%s", c.class.Badge, want, drawing)
			}
		}
	}
}

// TestNothingOfTheInputBecomesMarkup: names and links come from people.
func TestNothingOfTheInputBecomesMarkup(t *testing.T) {
	const evil = "</title><script>alert(\"1\")</script>'&\x00\xff"
	at := geo.Point{105, 21}
	m := Map{
		Lang: evil, Title: evil, Description: evil, Notice: evil, AsOf: evil, Words: Words{evil, evil, evil, evil, evil, evil},
		Classes: []Class{{Code: "X", Layer: evil, Badge: evil, Letter: evil, Name: evil, Fill: `red" onload="x`, Pattern: evil}},
		Areas:   []Area{{ID: evil, Name: evil, Class: "X"}},
	}
	for _, address := range []string{"javascript:alert(1)", "//evil.example/", "data:text/html,x", "/ok?a=1&b=\"<", "http://[", "khong-co-gach"} {
		m.Areas = append(m.Areas, Area{Name: evil, Link: address, Point: &at})
	}
	drawing := svg(t, m, Options{ID: `x" onload="`, Nonce: evil})
	wellFormed(t, drawing, "title")
	for _, bad := range []string{"<script", "onload=\"", "javascript", "evil.example", "data:"} {
		if strings.Contains(drawing, bad) {
			t.Errorf("it has %s", bad)
		}
	}
	if n := strings.Count(drawing, "<a href"); n != 2 || !strings.Contains(drawing, `href="/ok?a=1&amp;b=`) || !strings.Contains(drawing, `href="khong-co-gach"`) {
		t.Errorf("%d links", n)
	}
}

func TestTooMuchIsRefused(t *testing.T) {
	if _, err := (Map{Areas: make([]Area, MaxAreas+1)}).SVG(Options{}); !errors.Is(err, ErrTooLarge) {
		t.Errorf("areas: %v", err)
	}
	long := geo.Shape{{make([]geo.Point, 0)}}
	for range MaxCorners + 1 {
		long[0][0] = append(long[0][0], geo.Point{105, 21})
	}
	if _, err := (Map{Areas: []Area{{Shape: long}}}).GeoJSON(); !errors.Is(err, ErrTooLarge) {
		t.Errorf("corners: %v", err)
	}
	if drawing := svg(t, Map{}, Options{}); len(wellFormed(t, drawing, "svg")) != 1 {
		t.Errorf("an empty map: %s", drawing)
	}
}

// TestGeoJSONIsReadBack reads the district with the project's own reader, which
// refuses shapes that are none, and looks at the direction of every ring.
func TestGeoJSONIsReadBack(t *testing.T) {
	m := longBien(t, 300)
	data, err := m.GeoJSON()
	if err != nil {
		t.Fatal(err)
	}
	var raw struct {
		Features []struct {
			ID         string
			Geometry   *struct{ Type string }
			Properties map[string]any
		}
	}
	if err := json.Unmarshal(data, &raw); err != nil || len(raw.Features) != 300 {
		t.Fatal(err, len(raw.Features))
	}
	if f := raw.Features[40]; f.Geometry != nil || f.Properties["name"] != "Chợ dân sinh Ế Ộ ự" {
		t.Errorf("an area without place: %+v", f)
	}
	if f := raw.Features[0]; f.Properties["badge"] != "PT" || f.Properties["pattern"] != "double" || f.Properties["estimated"] != true || f.Properties["emphasis"] != true {
		t.Errorf("a blocked area: %+v", f)
	}
	features, faults, err := geo.Parse(data, geo.Limit{})
	if err != nil || len(faults) != 1 || faults[0].Number != 41 {
		t.Fatalf("%v %v", err, faults)
	}
	ground := map[string]float64{}
	for _, f := range features {
		for _, polygon := range f.Shape {
			for n, r := range polygon {
				if (turn(r) > 0) != (n == 0) {
					t.Errorf("feature %d: ring %d turns the wrong way", f.Number, n)
				}
				ground[fmt.Sprint(f.Properties["parent"])] += turn(r)
			}
		}
	}
	for _, p := range m.Parents {
		if want := math.Abs(turn(p.Shape[0][0])); math.Abs(ground[p.ID]-want) > want/1000 {
			t.Errorf("the areas of %s have %g, the ward %g", p.Name, ground[p.ID], want)
		}
	}
}

func turn(r []geo.Point) (sum float64) {
	for i := 1; i < len(r); i++ {
		sum += (r[i-1][0]-r[0][0])*(r[i][1]-r[0][1]) - (r[i][0]-r[0][0])*(r[i-1][1]-r[0][1])
	}
	return sum
}

func TestWidthsAreNeverTooNarrowForVietnamese(t *testing.T) {
	for text, least := range map[string]float64{"Tổ dân phố 12": 78, "Chợ dân sinh Ế Ộ ự": 105, "Phường Ngọc Thụy": 98} { // as wide as in Noto Sans, 12 pixels
		if got := widthOf(text, 12); got < least || got > 1.35*least {
			t.Errorf("%s: %.0f, in the font %.0f", text, got, least)
		}
	}
}

// FuzzDraw makes shapes of any bytes: they are drawn or listed, and the drawing
// is XML whatever they are.
func FuzzDraw(f *testing.F) {
	f.Add([]byte(`{"type":"Polygon","coordinates":[[[105,21],[105.1,21],[105.1,21.1],[105,21]]]}`), 105.05, 21.01, "Cự Khối", "/a")
	f.Add([]byte{1, 2, 3, 200, 5, 60, 7, 8, 9, 10, 11, 12}, 0.0, math.Inf(1), "\x00<", "javascript:")
	f.Fuzz(func(t *testing.T, data []byte, lon, lat float64, name, link string) {
		s := shapeOf(data[:min(len(data), 600)])
		at, other := geo.Point{lon, lat}, geo.Point{lon / 2, lat / 2}
		m := Map{Title: name, Weld: math.Abs(lat), Parents: []Parent{{ID: "p", Name: name, Shape: s}}, Areas: []Area{
			{ID: "1", Name: name, Parent: "p", Point: &at, Link: link}, {ID: "2", Name: name, Shape: s, Emphasis: true},
			{ID: "3", Parent: "p", Point: &other}, {ID: "4", Parent: "p", Point: &at}, {ID: "5", Point: &other},
		}}
		wellFormed(t, svg(t, m, Options{Width: 400}), "title")
		out, err := m.GeoJSON()
		if err != nil || !json.Valid(out) || bytes.Contains(out, []byte("NaN")) {
			t.Fatalf("%v: %s", err, out)
		}
	})
}

// shapeOf takes every two bytes for a corner near Hanoi; a zero ends the ring.
func shapeOf(data []byte) (out geo.Shape) {
	if s, err := geo.ParseShape(data); err == nil {
		return s
	}
	var ring []geo.Point
	for i := 0; i+1 < len(data); i += 2 {
		if data[i] == 0 && len(ring) > 2 {
			out = append(out, nil)
			out[len(out)-1] = append(out[len(out)-1], append(ring, ring[0]))
			ring = nil
			continue
		}
		ring = append(ring, geo.Point{105 + float64(data[i])/300, 21 + float64(data[i+1])/300})
	}
	return out
}

// BenchmarkDistrict draws 14 wards with 300 areas, BenchmarkCity 579 wards.
func BenchmarkDistrict(b *testing.B) { benchmark(b, longBien(b, 300)) }

func BenchmarkCity(b *testing.B) {
	benchmark(b, wards(b, "hanoi-wards-2013-lowres.geojson.gz", "name", 579))
}

func benchmark(b *testing.B, m Map) {
	b.ReportAllocs()
	size := 0
	for b.Loop() {
		size = len(svg(b, m, Options{}))
	}
	b.ReportMetric(float64(size), "bytes")
}
