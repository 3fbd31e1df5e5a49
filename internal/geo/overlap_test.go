package geo_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"phaodai/internal/geo"
)

// ring is a shape of one ring with corners in metres east and north of a place
// in Long Biên.
func ring(corners ...[2]float64) geo.Shape {
	const lon, lat = 105.9, 21.04
	north := math.Pi / 180 * 6371008.8
	east := north * math.Cos(lat*math.Pi/180)
	var r []geo.Point
	for _, c := range append(corners, corners[0]) {
		r = append(r, geo.Point{lon + c[0]/east, lat + c[1]/north})
	}
	return geo.Shape{{r}}
}

func square(x, y, side float64) geo.Shape {
	return ring([2]float64{x, y}, [2]float64{x + side, y}, [2]float64{x + side, y + side}, [2]float64{x, y + side})
}

func TestCommonGround(t *testing.T) {
	hundred := square(0, 0, 100)
	holed := geo.Shape{{hundred[0][0], square(20, 20, 60)[0][0]}}
	diamond := ring([2]float64{50, -50}, [2]float64{150, 50}, [2]float64{50, 150}, [2]float64{-50, 50})
	for name, c := range map[string]struct {
		a, b geo.Shape
		want float64
	}{
		"the same":                     {hundred, hundred, 10_000},
		"a shared border":              {hundred, square(100, 0, 100), 0},
		"a part of a shared border":    {hundred, square(100, 30, 20), 0},
		"a shared corner":              {hundred, square(100, 100, 100), 0},
		"far away":                     {hundred, square(5000, 0, 100), 0},
		"a strip of ten metres":        {hundred, square(90, 0, 100), 1_000},
		"a corner":                     {hundred, square(70, 70, 100), 900},
		"one within the other":         {hundred, square(10, 10, 30), 900},
		"in the hole of the other":     {holed, square(30, 30, 30), 0},
		"over the edge of the hole":    {holed, square(10, 40, 20), 200},
		"sides that cross at slants":   {hundred, diamond, 10_000},
		"a triangle over half of it":   {hundred, ring([2]float64{0, 0}, [2]float64{200, 0}, [2]float64{0, 200}), 10_000},
		"a triangle over a half of it": {hundred, ring([2]float64{0, 0}, [2]float64{100, 0}, [2]float64{0, 100}), 5_000},
		"two that cross like an X":     {ring([2]float64{0, 0}, [2]float64{10, 0}, [2]float64{110, 100}, [2]float64{100, 100}), ring([2]float64{100, 0}, [2]float64{110, 0}, [2]float64{10, 100}, [2]float64{0, 100}), 50},
	} {
		t.Run(name, func(t *testing.T) {
			for _, got := range []float64{geo.Common(c.a, c.b), geo.Common(c.b, c.a)} {
				if math.Abs(got-c.want) > max(c.want/500, 0.01) {
					t.Errorf("%.3f m², want %.0f", got, c.want)
				}
			}
		})
	}
}

// TestGroundIsConserved: what a cut leaves on both sides is together the whole,
// and what a shape has in common with two that share no ground is the sum.
func TestGroundIsConserved(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		corner := rapid.Custom(func(t *rapid.T) [2]float64 {
			return [2]float64{rapid.Float64Range(-100, 100).Draw(t, "x"), rapid.Float64Range(-100, 100).Draw(t, "y")}
		})
		star := func(name string) geo.Shape { // corners around a middle, so that no side crosses another
			n := rapid.IntRange(3, 12).Draw(t, name)
			middle := corner.Draw(t, name+" middle")
			var corners [][2]float64
			for i := range n {
				angle, far := 2*math.Pi*float64(i)/float64(n), rapid.Float64Range(5, 120).Draw(t, "far")
				corners = append(corners, [2]float64{middle[0] + far*math.Cos(angle), middle[1] + far*math.Sin(angle)})
			}
			return ring(corners...)
		}
		a, b := star("a"), star("b")
		at := rapid.Float64Range(-200, 200).Draw(t, "cut")
		left := ring([2]float64{-900, -900}, [2]float64{at, -900}, [2]float64{at, 900}, [2]float64{-900, 900})
		right := ring([2]float64{at, -900}, [2]float64{900, -900}, [2]float64{900, 900}, [2]float64{at, 900})
		near := func(what string, got, want float64) {
			if math.Abs(got-want) > max(want/500, 0.01) {
				t.Fatalf("%s: %.4f m², want %.4f", what, got, want)
			}
		}
		near("cut in two", geo.Common(a, left)+geo.Common(a, right), geo.Ground(a))
		near("the other way round", geo.Common(a, b), geo.Common(b, a))
		if c := geo.Common(a, b); c > min(geo.Ground(a), geo.Ground(b))*1.002+0.01 {
			t.Fatalf("%.3f m² in common of %.3f and %.3f", c, geo.Ground(a), geo.Ground(b))
		}
	})
}

// TestWardsThatShareTheirBordersDoNotOverlap: a map whose areas meet in the same
// corners has slivers of rounding at most; one that was simplified ward by ward
// has overlaps, and they are found.
func TestWardsThatShareTheirBordersDoNotOverlap(t *testing.T) {
	for name, want := range map[string]bool{"hanoi-wards-2025.geojson.gz": false, "thu-duc-wards.geojson": false, "hanoi-wards-2013-lowres.geojson.gz": true} {
		shapes, names := wards(t, name, "name")
		all, ok := geo.Overlaps(shapes, func(_, _ string) bool { return true })
		found := false
		for _, o := range all {
			if o.Common > 200 || o.Share() > 0.01 {
				if found = true; !want {
					t.Errorf("%s: %s and %s share %.0f m²", name, names[o.A], names[o.B], o.Common)
				}
			}
		}
		if found != want || !ok {
			t.Errorf("%s: overlaps %v, want %v, measured %v", name, found, want, ok)
		}
	}
}

func TestOverlapsNamesEachPairOnce(t *testing.T) {
	shapes := map[string]geo.Shape{"a": square(0, 0, 100), "b": square(90, 0, 100), "c": square(190, 0, 100), "d": square(95, 0, 5)}
	all, ok := geo.Overlaps(shapes, func(a, b string) bool { return a != "b" || b != "d" })
	if len(all) != 2 || !ok || all[0].A+all[0].B+all[1].A+all[1].B != "abad" {
		t.Fatalf("%+v", all)
	}
	if got := all[0]; math.Abs(got.Common-1000) > 2 || math.Abs(got.Share()-0.1) > 0.001 {
		t.Errorf("%+v, share %f", got, got.Share())
	}
}

// TestCombsAreNotMeasuredForHours: what would take hours is given up.
func TestCombsAreNotMeasuredForHours(t *testing.T) {
	comb := func(shift float64) geo.Shape {
		corners := [][2]float64{{shift, 0}}
		for i := range 20_000 {
			x := float64(i)*0.1 + shift
			corners = append(corners, [2]float64{x + 0.05, float64(i%997) + 500}, [2]float64{x + 0.1, float64(i%991) / 10})
		}
		return ring(append(corners, [2]float64{2000 + shift, -10}, [2]float64{shift, -10})...)
	}
	if _, ok := geo.Overlaps(map[string]geo.Shape{"a": comb(0), "b": comb(0.03)}, func(_, _ string) bool { return true }); ok {
		t.Error("measured")
	}
}

// BenchmarkOverlaps holds the wards of Hanoi in full detail against each other.
func BenchmarkOverlaps(b *testing.B) {
	shapes, _ := wards(b, "hanoi-wards-2025.geojson.gz", "name")
	for b.Loop() {
		geo.Overlaps(shapes, func(_, _ string) bool { return true })
	}
}
