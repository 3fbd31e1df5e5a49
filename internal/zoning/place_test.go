package zoning_test

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"io"
	"os"
	"strconv"
	"testing"
	"time"

	"phaodai/internal/db"
	"phaodai/internal/demo"
	"phaodai/internal/fault"
	"phaodai/internal/geo"
	"phaodai/internal/testkit"
	"phaodai/internal/zoning"
)

// unpacked is a file of the shared geometry.
func unpacked(t *testing.T, name string) []byte {
	t.Helper()
	f, err := os.Open(testkit.Shared(t, "data", "ward-geometry", name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func f64(x float64) *float64 { return &x }

// square is a shape of so many degrees around a point.
func square(lon, lat, half float64) string {
	return geo.FormatShape(geo.Shape{{{{lon - half, lat - half}, {lon + half, lat - half}, {lon + half, lat + half}, {lon - half, lat + half}, {lon - half, lat - half}}}})
}

// An area that reaches over the border of two wards belongs to one, and says so.
func TestAnAreaOnTheBorderOfTwoWards(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		by := w.chairman("00154")
		a, err := w.s.AddArea(w.ctx, by, zoning.AreaInput{Unit: w.unit(demo.WardPath("00154")).ID, Kind: "lane", Name: "Ngõ 45", AlsoIn: w.unit(demo.WardPath("00148")).ID,
			Shape: square(105.9, 21.01, 0.001)})
		w.must(err)
		if a.AlsoIn != demo.WardPath("00148") {
			t.Errorf("it also lies in %q", a.AlsoIn)
		}
		found := w.s.Board().Locate(geo.Point{105.9005, 21.0105}, 10, w.now)
		if len(found) != 1 || found[0].Area.ID != a.ID || !found[0].Inside {
			t.Errorf("found %+v", found)
		}
		if _, err := w.s.AddArea(w.ctx, by, zoning.AreaInput{Unit: w.unit(demo.WardPath("00148")).ID, Kind: "lane", Name: "Ngõ"}); fault.KindOf(err) != fault.Denied {
			t.Errorf("the neighbour's area: %v", err)
		}
	})
}

func TestABuildingSplitInTwo(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.keep()
		by := w.chairman("00154")
		whole, err := w.s.AddArea(w.ctx, by, zoning.AreaInput{Unit: w.unit(demo.WardPath("00154")).ID, Kind: "apartment_building", Name: "Chung cư A", Lon: f64(105.9), Lat: f64(21.0)})
		w.must(err)
		parts, err := w.s.Split(w.ctx, by, zoning.SplitInput{ID: whole.ID, Names: []string{"Chung cư A, cầu thang 1", "Chung cư A, cầu thang 2"}})
		w.must(err)
		_, err = w.s.Change(w.ctx, w.as("chutich"), zoning.ChangeInput{Areas: []string{parts[0].ID}, Layer: zoning.Blocked, Class: "BLOCKED", Bundle: "BLOCKED", Reason: "Có ca bệnh"})
		w.must(err)
		blocked := func(id string) string {
			h, _ := w.s.Board().At(id, w.now)
			return h.Regime.Of(zoning.Blocked).Value.Class
		}
		if blocked(parts[0].ID) != "BLOCKED" || blocked(parts[1].ID) != "" || blocked(whole.ID) != "" {
			t.Errorf("blocked: %q %q, the whole %q", blocked(parts[0].ID), blocked(parts[1].ID), blocked(whole.ID))
		}
		_, err = w.s.Change(w.ctx, w.as("chutich"), zoning.ChangeInput{Areas: []string{whole.ID}, Layer: zoning.DistrictArea, Class: "A01", Bundle: "HN17", Reason: "Cả tòa nguy cơ cao"})
		w.must(err)
		for _, p := range parts {
			if got := w.class(p.ID, w.now); got != "A01" {
				t.Errorf("%s has %q, want what the whole has", p.Name, got)
			}
		}
		if parts[1].Code == parts[0].Code || parts[0].Parent != whole.ID {
			t.Errorf("parts %+v", parts)
		}
	})
}

// A group goes over to another ward: what held in it stays known, what comes
// is of its new ward.
func TestAnAreaMovesToAnotherWard(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		a := w.groups("00154", 1)[0]
		change := func(ward, class, bundle string) {
			_, err := w.s.Change(w.ctx, w.as("chutich"), zoning.ChangeInput{Units: []string{w.unit(demo.WardPath(ward)).ID}, Layer: zoning.DistrictArea, Class: class, Bundle: bundle, Reason: "diễn tập"})
			w.must(err)
		}
		change("00154", "A03", "CT15")
		change("00148", "A01", "HN17")
		early := w.now.Add(time.Minute)
		w.now = w.now.Add(time.Hour)
		moved, err := w.s.Move(w.ctx, w.as("chutich"), a.ID, w.unit(demo.WardPath("00148")).ID, "")
		w.must(err)
		if moved.UnitPath != demo.WardPath("00148") {
			t.Errorf("it lies in %s", moved.UnitPath)
		}
		if got := w.class(a.ID, early); got != "A03" {
			t.Errorf("before the move: %q, want what its old ward had", got)
		}
		if got := w.class(a.ID, w.now); got != "A01" {
			t.Errorf("after the move: %q, want what its new ward has", got)
		}
	})
}

// Real boundaries of Hà Nội and points of wards become areas, and a point finds
// its area in less than a millisecond.
func TestRealBoundariesLoadAndAPointFindsItsArea(t *testing.T) {
	features, faults, err := geo.Parse(unpacked(t, "hanoi-wards-2025.geojson.gz"), geo.Limit{})
	if err != nil || len(faults) > 0 || len(features) < 100 {
		t.Fatalf("%d shapes, %v, %v", len(features), faults, err)
	}
	w := newWorld(t, testkit.SQLite(t))
	var in []zoning.AreaInput
	for i, f := range features {
		in = append(in, zoning.AreaInput{Kind: "other", Name: "Phường " + strconv.Itoa(i), Shape: geo.FormatShape(f.Shape)})
	}
	made, err := w.s.AddAreas(w.ctx, w.chairman("00154"), w.unit(demo.WardPath("00154")).ID, "", in)
	w.must(err)
	inside := 0
	for i, f := range features {
		centre := geo.Centre(f.Shape)
		began := time.Now()
		found := w.s.Board().Locate(centre, 5, w.now)
		if i > 0 && time.Since(began) > 50*time.Millisecond { // the limit of 1 ms is a benchmark's
			t.Errorf("finding area %d took %v", i, time.Since(began))
		}
		if len(found) > 0 && found[0].Inside && found[0].Area.ID == made[i].ID {
			inside++
		}
	}
	if inside < len(features)*95/100 {
		t.Errorf("%d of %d centres find their area", inside, len(features))
	}
}

// Points of wards, as the national list has them.
func TestPointsOfWardsBecomeAreas(t *testing.T) {
	rows, err := csv.NewReader(bytes.NewReader(unpacked(t, "ward-points-national.csv.gz"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t, testkit.SQLite(t))
	var in []zoning.AreaInput
	for _, r := range rows[1:] {
		lat, err1 := strconv.ParseFloat(r[4], 64)
		lon, err2 := strconv.ParseFloat(r[5], 64)
		if r[2] != "Quận Long Biên" || err1 != nil || err2 != nil {
			continue
		}
		in = append(in, zoning.AreaInput{Kind: "other", Name: r[3], Lon: &lon, Lat: &lat})
	}
	if len(in) < 10 {
		t.Fatalf("%d points in Long Biên", len(in))
	}
	made, err := w.s.AddAreas(w.ctx, w.chairman("00154"), w.unit(demo.WardPath("00154")).ID, "", in)
	w.must(err)
	for _, a := range made {
		found := w.s.Board().Locate(geo.Point{*a.Lon, *a.Lat}, 20, w.now)
		if len(found) == 0 || found[0].Distance > 1 {
			t.Errorf("the point of %s finds %+v", a.Name, found)
		}
	}
}
