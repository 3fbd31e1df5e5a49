package zoning_test

import (
	"crypto/rand"
	"log/slog"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/demo"
	"phaodai/internal/due"
	"phaodai/internal/geo"
	"phaodai/internal/id"
	"phaodai/internal/instant"
	"phaodai/internal/org"
	"phaodai/internal/testkit"
	"phaodai/internal/zoning"
)

// longBien are the codes of the wards of the sample's district in a national
// list of the shared data.
func longBien(t *testing.T, name string) (out []string) {
	t.Helper()
	f, err := os.Open(testkit.Shared(t, "data", "admin-units", name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	list, err := org.ReadUnitList(f)
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range list.Units {
		if u.Tier == "ward" && u.Parent == "01-004" {
			out = append(out, u.Code)
		}
	}
	return out
}

// units is the organisation over the world's store.
func (w *world) units() *org.Service {
	return org.New(w.d, id.NewSource(func() time.Time { return w.now.Time() }, rand.Reader))
}

// admin may change the organisation.
func (w *world) admin() auth.Actor { return auth.System(w.now, instant.Of(time.Now())) }

// pass lets the world clock come to a moment and does what became due.
func (w *world) pass(at instant.Micros) {
	w.t.Helper()
	w.now = at
	sweeper := due.NewSweeper(w.d, func() instant.Micros { return w.now }, slog.New(slog.DiscardHandler))
	w.s.Handle(sweeper, func() instant.Micros { return instant.Of(time.Now()) })
	_, err := sweeper.Sweep(w.ctx)
	w.must(err)
}

// classed gives a whole unit a class with its measures, from now on.
func (w *world) classed(path, class, bundle string) {
	w.t.Helper()
	_, err := w.s.Change(w.ctx, w.as("chutich"), zoning.ChangeInput{Units: []string{w.unit(path).ID}, Layer: zoning.DistrictArea, Class: class, Bundle: bundle, Symbol: "1/QĐ", Reason: "diễn tập"})
	w.must(err)
}

// TestAreasFollowTheMergerOfTheirWard merges the ward that really merged between
// the lists of 2021 and 2025. Before the day an area has what its old ward had;
// from that day on it lies in the new one, goes on with what the old one decided
// and takes what the new one decides. What was asked before answers as before.
func TestAreasFollowTheMergerOfTheirWard(t *testing.T) {
	before, after := longBien(t, "units-2021-07-01.csv.gz"), longBien(t, "units-2025-03-01.csv.gz")
	gone := slices.DeleteFunc(slices.Clone(before), func(c string) bool { return slices.Contains(after, c) })
	if len(before) != 14 || len(gone) != 1 || gone[0] != "00142" {
		t.Fatalf("%v are gone of %v", gone, before)
	}
	const heir = "00151" // Phúc Đồng
	day := instant.Of(time.Date(2025, 1, 1, 0, 0, 0, 0, instant.Vietnam()))
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		area, outer := w.groups(gone[0], 2)[0], w.groups(heir, 1)[0]
		inner, err := w.s.AddArea(w.ctx, w.chairman(gone[0]), zoning.AreaInput{Unit: area.Unit, Parent: area.ID, Kind: "lane", Name: "Ngõ 9"})
		w.must(err)
		w.classed(demo.WardPath(gone[0]), "A01", "HN17")
		w.classed(demo.WardPath(heir), "A03", "CT15")
		asked, known := demo.At(8, 12, 0), w.now
		w.now = day.Add(-30 * 24 * time.Hour)
		_, err = w.units().EndUnit(w.ctx, w.admin(), org.EndUnitInput{ID: area.Unit, At: day, Kind: org.Merged, Successors: []string{w.unit(demo.WardPath(heir)).ID}, Decree: "1286/NQ-UBTVQH15"})
		w.must(err)
		w.pass(day.Add(-time.Hour))
		if a, _ := w.s.Board().Area(area.ID); a.UnitPath != demo.WardPath(gone[0]) {
			t.Errorf("before the day it lies in %s", a.UnitPath)
		}
		w.pass(day.Add(3 * time.Hour)) // the server was down at midnight
		fresh := zoning.NewBoard(w.d)
		w.must(fresh.Refresh(w.ctx))
		for name, b := range map[string]*zoning.Board{"here": w.s.Board(), "another process": fresh} {
			class := func(id string, at instant.Micros) string {
				h, ok := b.At(id, at)
				if !ok {
					t.Fatalf("%s: nothing at %v", name, at)
				}
				return h.Regime.Of(zoning.DistrictArea).Value.Class
			}
			for _, id := range []string{area.ID, inner.ID} {
				a, _ := b.Area(id)
				if a.UnitPath != demo.WardPath(heir) || a.Code == "" {
					t.Errorf("%s: it lies in %s", name, a.UnitPath)
				}
				if got := class(id, asked); got != "A01" {
					t.Errorf("%s: on 8 September %q, want what the old ward had", name, got)
				}
				if h, _ := b.AsOf(id, asked, known); h.Regime.Of(zoning.DistrictArea).Value.Class != "A01" {
					t.Errorf("%s: and as known then %+v", name, h.Regime)
				}
				if h, _ := b.AsOf(id, day.Add(time.Hour), known); h.Regime.Of(zoning.DistrictArea).Value.Class != "A01" {
					t.Errorf("%s: what was believed in 2021 about 2025 is %+v", name, h.Regime)
				}
				if got := class(id, day.Add(-time.Microsecond)); got != "A01" {
					t.Errorf("%s: a moment before %q", name, got)
				}
				if got := class(id, day); got != "A03" {
					t.Errorf("%s: from the day on %q, want what the new ward has", name, got)
				}
				history := b.History(id)
				for i := 1; i < len(history); i++ {
					if history[i].From != history[i-1].To {
						t.Errorf("%s: a gap at %v", name, history[i-1].To)
					}
				}
			}
			if got := class(outer.ID, asked); got != "A03" {
				t.Errorf("%s: an area of the new ward had %q", name, got)
			}
			if a, _ := b.Area(inner.ID); a.Parent != area.ID {
				t.Errorf("%s: the lane no longer lies in its group", name)
			}
			if u, ok := b.UnitArea(demo.WardPath(gone[0])); !ok || u.To != day {
				t.Errorf("%s: the old ward goes on: %+v", name, u)
			}
		}
		if rows, err := w.s.Homeless(w.ctx, w.as("chutich")); err != nil || len(rows) != 0 {
			t.Errorf("waiting: %v, %v", rows, err)
		}
		w.pass(day.Add(24 * time.Hour)) // once
		var moves int
		w.must(w.d.Read(w.ctx, func(tx *db.Tx) error { return tx.Get(&moves, "SELECT COUNT(*) FROM zone_move") }))
		if moves != 3 {
			t.Errorf("%d moves, want 3", moves)
		}
	})
}

// TestWhatTheOldWardDecidedGoesOn: a new ward that has decided nothing leaves no
// hole; its first decision takes the place of the old one's.
func TestWhatTheOldWardDecidedGoesOn(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		area := w.groups("00142", 1)[0]
		w.classed(demo.WardPath("00142"), "A01", "HN17")
		day := w.now.Add(24 * time.Hour)
		_, err := w.units().EndUnit(w.ctx, w.admin(), org.EndUnitInput{ID: area.Unit, At: day, Kind: org.Merged, Successors: []string{w.unit(demo.WardPath("00139")).ID}})
		w.must(err)
		w.pass(day)
		if got := w.class(area.ID, day.Add(time.Hour)); got != "A01" {
			t.Errorf("from the day on %q", got)
		}
		w.now = day.Add(2 * time.Hour)
		w.classed(demo.WardPath("00139"), "A02", "CT15")
		if got := w.class(area.ID, day.Add(time.Hour)); got != "A01" {
			t.Errorf("before its decision %q", got)
		}
		if got := w.class(area.ID, w.now); got != "A02" {
			t.Errorf("after its decision %q", got)
		}
	})
}

// TestAreasOfASplitWardGoWhereTheyLie: by their point on the ground of a
// successor, with the area around, and else nowhere before somebody says.
func TestAreasOfASplitWardGoWhereTheyLie(t *testing.T) {
	w := newWorld(t, testkit.SQLite(t))
	w.keep()
	by := w.chairman("00154")
	add := func(in zoning.AreaInput) zoning.Area {
		in.Unit, in.Kind = w.unit(demo.WardPath("00154")).ID, "lane"
		a, err := w.s.AddArea(w.ctx, by, in)
		w.must(err)
		return a
	}
	west := add(zoning.AreaInput{Name: "Ngõ tây", Lon: f64(105.905), Lat: f64(21.005)})
	east := add(zoning.AreaInput{Name: "Ngõ đông", Lon: f64(105.915), Lat: f64(21.005)})
	part := add(zoning.AreaInput{Name: "Ngách đông", Parent: east.ID})
	nowhere := add(zoning.AreaInput{Name: "Ngõ không rõ"})
	ground := func(ward string, from float64) string {
		u := w.unit(demo.WardPath(ward))
		shape := geo.FormatShape(geo.Shape{{{{from, 21}, {from + 0.01, 21}, {from + 0.01, 21.01}, {from, 21.01}, {from, 21}}}})
		w.groups(ward, 1) // the ward itself is zoned with it
		w.must(w.d.Write(w.ctx, func(tx *db.Tx) error {
			_, err := tx.Exec("UPDATE area SET shape = $1 WHERE unit = $2 AND kind = 'unit'", shape, u.ID)
			return err
		}))
		return u.ID
	}
	day := w.now.Add(24 * time.Hour)
	_, err := w.units().EndUnit(w.ctx, w.admin(), org.EndUnitInput{ID: west.Unit, At: day, Kind: org.Split, Successors: []string{ground("00148", 105.90), ground("00139", 105.91)}})
	w.must(err)
	w.pass(day)
	for a, ward := range map[string]string{west.ID: "00148", east.ID: "00139", part.ID: "00139", nowhere.ID: "00154"} {
		if got, _ := w.s.Board().Area(a); got.UnitPath != demo.WardPath(ward) {
			t.Errorf("%s lies in %s, want %s", got.Name, got.UnitPath, ward)
		}
	}
	waiting, err := w.s.Homeless(w.ctx, w.as("chutich"))
	w.must(err)
	if len(waiting) != 1 || waiting[0].ID != nowhere.ID {
		t.Errorf("waiting: %v", waiting)
	}
	_, err = w.s.Move(w.ctx, w.as("chutich"), nowhere.ID, w.unit(demo.WardPath("00148")).ID, "")
	w.must(err)
	if waiting, err = w.s.Homeless(w.ctx, w.as("chutich")); err != nil || len(waiting) != 0 {
		t.Errorf("after the decision: %v, %v", waiting, err)
	}
}

// TestAreasFollowTheEndOfDistricts reads the list of July 2025 over the sample:
// districts end, the ward that came after three old ones takes their areas, and
// what the district had decided goes on in them. Areas of a ward of which nobody
// says what comes after it wait, and lose nothing meanwhile.
func TestAreasFollowTheEndOfDistricts(t *testing.T) {
	w := newWorld(t, testkit.SQLite(t))
	f, err := os.Open(testkit.Shared(t, "data", "admin-units", "vn-units-2025-07-structure.json.gz"))
	w.must(err)
	defer f.Close()
	list, err := org.ReadUnitList(f)
	w.must(err)
	areas := map[string]zoning.Area{}
	for _, ward := range longBien(t, "units-2021-07-01.csv.gz") {
		areas[ward] = w.groups(ward, 1)[0]
	}
	w.classed(demo.DistrictPath, "A02", "CT15")
	day := instant.Of(time.Date(2025, 7, 1, 0, 0, 0, 0, instant.Vietnam()))
	w.now = day.Add(-time.Hour)
	_, err = w.units().Import(w.ctx, w.admin(), org.ImportInput{List: list, Date: day, Succession: []org.Succession{
		{Code: "00145", NextCode: "00145"}, {Code: "00148", NextCode: "00145"}, {Code: "00154", NextCode: "00145"}}})
	w.must(err)
	w.pass(day.Add(time.Minute))
	moved := 0
	for ward, a := range areas {
		now, _ := w.s.Board().Area(a.ID)
		if now.UnitPath != demo.WardPath(ward) {
			if moved++; strings.Count(now.UnitPath, "/") != 3 || !strings.HasPrefix(now.UnitPath, "/01/") {
				t.Errorf("an area of %s lies in %s", ward, now.UnitPath)
			}
		}
		for at, what := range map[instant.Micros]string{demo.At(8, 12, 0): "in 2021", day.Add(-time.Microsecond): "before", day: "from the day on"} {
			if got := w.class(a.ID, at); got != "A02" {
				t.Errorf("%s: %s %q", ward, what, got)
			}
		}
	}
	waiting, err := w.s.Homeless(w.ctx, w.admin())
	w.must(err)
	if moved != 3 || len(waiting) != len(areas)-3 {
		t.Errorf("%d moved, %d wait, of %d", moved, len(waiting), len(areas))
	}
}
