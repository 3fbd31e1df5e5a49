package zonepage_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"phaodai/internal/db"
	"phaodai/internal/demo"
	"phaodai/internal/web/webtest"
	"phaodai/internal/zoning"
)

// names have the marks that are the hardest to draw.
var names = []string{"Cự Khối", "Ngọc Thụy", "Ngõ 45 Bắc Cầu", "Khu nhà trọ Ổ Dế", "Chung cư Ẫm Ỷ", "Tập thể Gỗ Lỗ"}

// charted is the district on a map: Cự Khối has a border with places in it, one
// of them blocked off, Thạch Bàn has places alone. On the 9th one of Cự Khối
// becomes area 02.
func charted(t *testing.T) *world {
	t.Helper()
	w := zoned(t)
	w.border(cuKhoi, 105.8880, 21.0080, 105.9120, 21.0320)
	for i, name := range names {
		w.place(cuKhoi, "lane", name, 105.8920+float64(i%3)*0.007+float64(i*i)*0.0001, 21.0120+float64(i/3)*0.010+float64(i%2)*0.0013)
	}
	for i := range 3 {
		w.place("00148", "lane", fmt.Sprintf("Ngõ %d Thạch Bàn", 10+i), 105.9190+float64(i)*0.006, 21.0150+float64(i%2)*0.008)
	}
	w.change(zoning.ChangeInput{Areas: []string{w.named(names[0]).ID}, Layer: zoning.DistrictArea, Class: "A02", Bundle: "CT15PLUS", Additions: []string{"Đi chợ theo thẻ"}, From: at(9, 6, 0)})
	w.change(zoning.ChangeInput{Areas: []string{w.named(names[4]).ID}, Layer: zoning.Blocked, Class: "BLOCKED", Bundle: "CT16"})
	w.change(zoning.ChangeInput{Areas: []string{w.named(names[2]).ID, w.named(names[3]).ID}, Layer: zoning.DistrictArea, Class: "A01", Bundle: "CT16"})
	w.change(zoning.ChangeInput{Areas: []string{w.named("Chợ dân sinh B").ID}, Layer: zoning.DistrictArea, Class: "A03", Bundle: "CT15", From: at(10, 6, 0)})
	return w
}

func (w *world) change(in zoning.ChangeInput) {
	w.t.Helper()
	in.Symbol, in.Reason = "1235/QĐ-UBND", "Có ca bệnh"
	_, err := w.zones.Change(w.t.Context(), w.as("chutich"), in)
	w.must(err)
}

// named is an area of the world by its name.
func (w *world) named(name string) zoning.Area {
	w.t.Helper()
	for _, areas := range w.areas {
		for _, a := range areas {
			if a.Name == name {
				return a
			}
		}
	}
	w.t.Fatalf("no area %s", name)
	return zoning.Area{}
}

// border gives a ward a square border, as a national list would: no verb draws
// units. The board takes it with the next decision.
func (w *world) border(ward string, x0, y0, x1, y1 float64) {
	w.t.Helper()
	shape := fmt.Sprintf(`{"type":"Polygon","coordinates":[[[%[1]v,%[2]v],[%[3]v,%[2]v],[%[3]v,%[4]v],[%[1]v,%[4]v],[%[1]v,%[2]v]]]}`, x0, y0, x1, y1)
	w.must(w.store.Write(w.t.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec("UPDATE area SET shape = $1, seq = (SELECT max(seq) + 1 FROM zone_record) WHERE unit = $2 AND kind = $3",
			shape, w.unit(demo.WardPath(ward)).ID, zoning.UnitKind)
		return err
	}))
	w.change(zoning.ChangeInput{Areas: []string{w.areas[ward][0].ID}, Layer: zoning.CityZone, Class: "Z1", Bundle: "CT16"})
}

// classes is the answer that the slider fetches.
type classes struct {
	AsOf    string `json:"as_of"`
	Classes map[string]string
	Blocked []string
	Settled int64
	Shapes  map[string]string
}

func (w *world) classes(query string) (c classes) {
	w.t.Helper()
	p := w.site.Get("/ban-do/loai" + query).Is(http.StatusOK)
	w.must(json.Unmarshal([]byte(p.Body), &c))
	return c
}

// lying asks where the areas of a unit lie, in the version of an answer.
func (w *world) lying(c classes, unit string) *webtest.Page {
	w.t.Helper()
	return w.site.Get("/ban-do/hinh/" + unit + "?" + url.Values{"tu": {fmt.Sprint(c.Settled)}, "ban": {c.Shapes[unit]}}.Encode())
}

func TestTheSliderFetchesClassesAlone(t *testing.T) {
	w := charted(t)
	w.sit("chutich")
	cu := w.named(names[0]).ID
	now, then := w.classes(""), w.classes("?luc=2021-09-09T06:00")
	if now.Classes[cu] != "KEEP" || then.Classes[cu] != "A02" || !strings.Contains(then.AsOf, "06:00 thứ Năm 09/9/2021") {
		t.Errorf("%s is %q now and %q then (%s)", names[0], now.Classes[cu], then.Classes[cu], then.AsOf)
	}
	if len(now.Blocked) != 1 || now.Blocked[0] != w.named(names[4]).ID {
		t.Errorf("blocked %v", now.Blocked)
	}
	if len(now.Classes) < 14 || fmt.Sprint(now.Shapes) != fmt.Sprint(then.Shapes) {
		t.Errorf("%d areas; shapes %v and %v", len(now.Classes), now.Shapes, then.Shapes)
	}
	if c := w.classes("?lop=city_zone"); c.Classes[cu] != "" {
		t.Errorf("in the city's layer %q", c.Classes[cu])
	}
	if c := w.classes("?tim=ngoc+thuy"); len(c.Classes) != 1 || fmt.Sprint(c.Shapes) != fmt.Sprint(now.Shapes) {
		t.Errorf("the filter left %v on %v", c.Classes, c.Shapes)
	}
	w.site.Get("/ban-do/loai?luc=hom+qua").Is(http.StatusUnprocessableEntity)
}

func TestWhatTheSliderFetchesIsSmallAndNotSentTwice(t *testing.T) {
	w := charted(t)
	w.sit("chutich")
	ask := func(tag string) *webtest.Page {
		r := httptest.NewRequest(http.MethodGet, "/ban-do/loai?luc=2021-09-09T06:00", nil)
		r.Header.Set("Accept-Encoding", "gzip")
		r.Header.Set("If-None-Match", tag)
		return w.site.Do(r)
	}
	first := ask("")
	if size := len(first.Body); first.Header.Get("Content-Encoding") != "gzip" || size > 2048 {
		t.Errorf("%d bytes, %q", size, first.Header.Get("Content-Encoding"))
	}
	if again := ask(first.Header.Get("ETag")); again.Status != http.StatusNotModified || again.Body != "" {
		t.Errorf("again: %d with %d bytes", again.Status, len(again.Body))
	}
	w.change(zoning.ChangeInput{Areas: []string{w.named(names[1]).ID}, Layer: zoning.DistrictArea, Class: "A03", Bundle: "CT15", From: at(8, 6, 0)})
	if after := ask(first.Header.Get("ETag")); after.Status != http.StatusOK {
		t.Errorf("after a decision: %d", after.Status)
	}
}

func TestWhereAreasLieHasAVersionThatDecisionsLeave(t *testing.T) {
	w := charted(t)
	w.sit("chutich")
	cu, thach := w.unit(demo.WardPath(cuKhoi)).ID, w.unit(demo.WardPath("00148")).ID
	before := w.classes("")
	p := w.lying(before, cu).Is(http.StatusOK).Has(names[0], `"parent":true`, `"estimated":true`, `"label":[`, "/khu-vuc/"+w.named(names[0]).ID).Lacks("Thạch Bàn", "KEEP")
	if kept := p.Header.Get("Cache-Control"); !strings.Contains(kept, "immutable") || !strings.Contains(kept, "private") {
		t.Errorf("kept %q", kept)
	}
	w.lying(before, thach).Is(http.StatusOK).Has("Ngõ 10 Thạch Bàn").Lacks(names[0], `"parent":true`)

	w.change(zoning.ChangeInput{Areas: []string{w.named(names[1]).ID}, Layer: zoning.DistrictArea, Class: "A01", Bundle: "CT16"})
	if after := w.classes(""); fmt.Sprint(after.Shapes) != fmt.Sprint(before.Shapes) || after.Classes[w.named(names[1]).ID] != "A01" {
		t.Errorf("a decision moved %v to %v", before.Shapes, after.Shapes)
	}
	w.border(cuKhoi, 105.8870, 21.0080, 105.9120, 21.0320)
	after := w.classes("")
	if after.Shapes[cu] == before.Shapes[cu] || after.Shapes[thach] != before.Shapes[thach] {
		t.Errorf("a border that moved: %v, before %v", after.Shapes, before.Shapes)
	}
	if kept := w.lying(before, cu).Header.Get("Cache-Control"); strings.Contains(kept, "immutable") {
		t.Errorf("an old version is kept: %q", kept)
	}
	w.place("00148", "lane", "Ngõ 99 Thạch Bàn", 105.9290, 21.0190)
	if moved := w.classes(""); moved.Shapes[thach] == after.Shapes[thach] || moved.Shapes[cu] != after.Shapes[cu] {
		t.Errorf("a new point: %v, before %v", moved.Shapes, after.Shapes)
	}
}

// TestTheCellsAreThoseOfTheWholeMap compares a unit alone with the download of
// all: whether it has a border or shares a ground with other units.
func TestTheCellsAreThoseOfTheWholeMap(t *testing.T) {
	w := charted(t)
	w.sit("chutich")
	type features struct {
		Features []struct {
			ID       string
			Geometry json.RawMessage
		}
	}
	var whole features
	w.must(json.Unmarshal([]byte(w.site.Get("/khu-vuc?xuat=geojson").Body), &whole))
	want := map[string]string{}
	for _, f := range whole.Features {
		want[f.ID] = string(f.Geometry)
	}
	seen, c := 0, w.classes("")
	for unit := range c.Shapes {
		var part features
		w.must(json.Unmarshal([]byte(w.lying(c, unit).Body), &part))
		for _, f := range part.Features {
			if want[f.ID] == "" {
				continue // a border
			}
			seen++
			if !near(t, want[f.ID], string(f.Geometry)) {
				t.Errorf("area %s lies in\n%s, on the whole map in\n%s", f.ID, f.Geometry, want[f.ID])
			}
		}
	}
	if seen != len(want) || seen < 14 {
		t.Errorf("%d of %d areas", seen, len(want))
	}
}

// near tells whether two geometries have the same corners to half a metre.
func near(t *testing.T, a, b string) bool {
	t.Helper()
	numbers := func(s string) (out []float64) {
		for _, f := range strings.FieldsFunc(s, func(r rune) bool { return !strings.ContainsRune("0123456789.-", r) }) {
			var x float64
			if _, err := fmt.Sscan(f, &x); err == nil {
				out = append(out, x)
			}
		}
		return out
	}
	x, y := numbers(a), numbers(b)
	if len(x) != len(y) {
		return false
	}
	for i := range x {
		if d := x[i] - y[i]; d > 5e-6 || d < -5e-6 {
			return false
		}
	}
	return true
}

func TestNobodySeesAreasOfOtherUnits(t *testing.T) {
	w := charted(t)
	w.sit("chutich")
	all := w.classes("")
	w.sit("cukhoi")
	own := w.classes("")
	if _, ok := own.Classes[w.named("Ngõ 10 Thạch Bàn").ID]; ok || len(own.Shapes) != 1 || own.Classes[w.named(names[0]).ID] != "KEEP" {
		t.Errorf("Cự Khối sees %v on %v", own.Classes, own.Shapes)
	}
	w.lying(all, w.unit(demo.WardPath("00148")).ID).Is(http.StatusNotFound).Lacks("Ngõ 10")
	w.lying(own, w.unit(demo.WardPath(cuKhoi)).ID).Is(http.StatusOK)
	w.site.Get("/ban-do/hinh/" + w.unit(demo.WardPath(cuKhoi)).ID + "?tu=x").Is(http.StatusUnprocessableEntity)
}

// TestTheStopsReachBackToAreasBornSince: an area that began after the first
// moment looked back to has its turns in the row of moments and on the slider.
// That it began is none.
func TestTheStopsReachBackToAreasBornSince(t *testing.T) {
	w := charted(t)
	w.now = at(9, 8, 0)
	page := w.sit("cukhoi").Get("/ban-do").Has(`data-luc="2021-09-09T06:00"`, `data-luc="2021-09-10T06:00"`, "luc=2021-09-09T06%3A00", `data-luc="" data-full="08:00 thứ Năm 09/9/2021" data-here`)
	page.Lacks(`data-luc="2021-09-07T16:20"`)
	w.site.Get("/ban-do?luc=2021-09-08T12:00").Has(`data-luc="2021-09-08T12:00" data-full="12:00 thứ Tư 08/9/2021" data-here`)
}

// TestShapesKeepTheirVersionWhileTheSameAreasAreThere: the moment since when areas
// are there, which the address of their shapes carries, does not follow the clock.
func TestShapesKeepTheirVersionWhileTheSameAreasAreThere(t *testing.T) {
	w := charted(t)
	w.sit("cukhoi")
	first := w.classes("")
	w.now = at(8, 10, 0)
	w.sit("cukhoi")
	if later := w.classes(""); later.Settled != first.Settled {
		t.Errorf("settled at %d, a day later at %d", first.Settled, later.Settled)
	}
	w.place(cuKhoi, "lane", "Ngõ 7 mới", 105.8900, 21.0300)
	unit := w.unit(demo.WardPath(cuKhoi)).ID
	now, before := w.classes(""), w.classes("?luc=2021-09-08T09:00")
	if now.Settled == first.Settled || now.Shapes[unit] == first.Shapes[unit] || before.Shapes[unit] != first.Shapes[unit] {
		t.Errorf("before %v, with a new lane %v, an hour earlier %v", first, now, before)
	}
	w.lying(before, unit).Is(http.StatusOK).Lacks("Ngõ 7 mới")
	w.lying(now, unit).Is(http.StatusOK).Has("Ngõ 7 mới")
}
