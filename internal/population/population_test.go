package population_test

import (
	"cmp"
	"crypto/rand"
	"fmt"
	"log/slog"
	mathrand "math/rand/v2"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/directive"
	"phaodai/internal/fault"
	"phaodai/internal/id"
	"phaodai/internal/instant"
	"phaodai/internal/officialdoc"
	"phaodai/internal/org"
	"phaodai/internal/people"
	"phaodai/internal/population"
	"phaodai/internal/testkit"
	"phaodai/internal/vault"
	"phaodai/internal/zoning"
)

const (
	district = "/01/01-004/"
	ward     = "/01/01-004/01-004-00154/"
	other    = "/01/01-004/01-004-00148/"
)

// world is two wards with neighbourhood groups and an engine beside them.
type world struct {
	t      testing.TB
	d      *db.DB
	people *people.Service
	zones  *zoning.Service
	engine *population.Service
	now    instant.Micros
	areas  []zoning.Area // two of each ward
}

func newWorld(t testing.TB, d *db.DB) *world {
	t.Helper()
	w := &world{t: t, d: d, now: instant.Of(time.Date(2021, 9, 8, 9, 0, 0, 0, instant.Vietnam()))}
	ids := id.NewSource(time.Now, rand.Reader)
	v, err := vault.Open(t.Context(), d, filepath.Join(t.TempDir(), "person.key"), 1)
	w.must(err)
	w.people = people.New(d, ids, v, people.Tools{})
	w.zones = zoning.New(d, ids, directive.New(d, ids, directive.Tools{Reader: officialdoc.New()}))
	always := org.Period{From: 1, To: instant.Forever}
	w.must(d.Write(t.Context(), func(tx *db.Tx) error {
		return db.InsertAll(tx, "unit", []org.Unit{
			{ID: "01", Path: "/01/", Tier: "province", Name: "Thành phố Hà Nội", Code: "01", Period: always},
			{ID: "01-004", Parent: "01", Path: district, Tier: "district", Name: "Quận Long Biên", Code: "004", Period: always},
			{ID: "01-004-00154", Parent: "01-004", Path: ward, Tier: "ward", Name: "Phường Cự Khối", Code: "00154", Period: always},
			{ID: "01-004-00148", Parent: "01-004", Path: other, Tier: "ward", Name: "Phường Thạch Bàn", Code: "00148", Period: always},
		})
	}))
	for _, unit := range []string{"01-004-00154", "01-004-00148"} {
		for n := range 2 {
			a, err := w.zones.AddArea(t.Context(), w.by(), zoning.AreaInput{Unit: unit, Kind: "neighbourhood_group", Name: fmt.Sprint("Tổ dân phố ", n+1)})
			w.must(err)
			w.areas = append(w.areas, a)
		}
	}
	w.refresh()
	w.engine = w.open()
	return w
}

func (w *world) open() *population.Service {
	w.t.Helper()
	s, err := population.Open(w.t.Context(), w.d, w.zones.Board(), w.people, slog.New(slog.DiscardHandler))
	w.must(err)
	return s
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) refresh() { w.must(w.zones.Board().Refresh(w.t.Context())) }

// by is somebody who may do everything in the district.
func (w *world) by() auth.Actor {
	by := auth.Actor{Account: "a", Name: "Người giữ sổ", UnitPath: district, Now: w.now, Wall: w.now}
	for _, r := range []auth.Role{"registrar", "leader"} {
		by.Grants = append(by.Grants, auth.Grant{Role: r, Path: district, Level: auth.Restricted})
	}
	return by
}

func (w *world) household(area zoning.Area, n int) people.Household {
	w.t.Helper()
	address := fmt.Sprint("Số ", n)
	h, err := w.people.SaveHousehold(w.t.Context(), w.by(), people.HouseholdInput{Unit: area.Unit, Area: area.ID, Lane: "Ngõ 45", Address: &address})
	w.must(err)
	return h
}

func (w *world) resident(h people.Household, name, birth string) people.Resident {
	w.t.Helper()
	r, err := w.people.SaveResident(w.t.Context(), w.by(), people.ResidentInput{Household: h.ID, Name: name, Birth: birth, Since: w.now.Add(-time.Hour)})
	w.must(err)
	return r
}

// class gives an area its class from a moment on.
func (w *world) class(a zoning.Area, class string, from instant.Micros) {
	w.t.Helper()
	_, err := w.zones.Change(w.t.Context(), w.by(), zoning.ChangeInput{Areas: []string{a.ID}, Layer: zoning.DistrictArea, Class: class, Bundle: "CT15", From: from, Reason: "x"})
	w.must(err)
	w.refresh()
}

func (w *world) count(rule string) population.Answer {
	w.t.Helper()
	a, err := w.engine.Count(w.t.Context(), w.by(), population.Question{Rule: rule, Under: district, Areas: true})
	w.must(err)
	return a
}

func (w *world) names(rule, unit string) (out []string) {
	w.t.Helper()
	list, err := w.engine.List(w.t.Context(), w.by(), population.Question{Rule: rule}, unit)
	w.must(err)
	for _, x := range list {
		name := x.Name
		if x.Undecided {
			name += "?"
		}
		out = append(out, name)
	}
	return out
}

func TestWhoARuleHoldsForInWalkingOrder(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		far, near, elsewhere := w.household(w.areas[0], 20), w.household(w.areas[0], 3), w.household(w.areas[2], 1)
		w.resident(far, "Bình", "1950")
		w.resident(near, "An", "1940-05-01")
		w.resident(near, "Con", "2010")
		w.resident(near, "Không rõ", "")
		w.resident(elsewhere, "Đào", "1955-09-09") // 66 tomorrow
		if got := w.names("age >= 66", "01-004-00154"); !slices.Equal(got, []string{"An", "Không rõ?", "Bình"}) {
			t.Errorf("%q", got)
		}
		a := w.count("age >= 66")
		if a.Total.People != 5 || a.Total.Yes != 2 || a.Total.Unknown != 1 || len(a.Lines) != 4 || a.Lines[0].Code != "00148" || a.Lines[0].Yes != 0 {
			t.Errorf("%+v", a)
		}
		if a, err := w.engine.Count(t.Context(), w.by(), population.Question{Rule: "age >= 66", Under: other, At: w.now.Add(24 * time.Hour)}); err != nil || a.Total.Yes != 1 || a.Total.People != 1 {
			t.Errorf("tomorrow: %+v %v", a, err)
		}
		if got := w.names("ward == '00148' || residence == 'arrival'", "01-004-00148"); !slices.Equal(got, []string{"Đào"}) {
			t.Errorf("%q", got)
		}
	})
}

// A class switches at its hour though nothing runs at that hour, and a decision
// counts at once.
func TestWhoIsMeantFollowsTheZone(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.resident(w.household(w.areas[0], 1), "An", "1990")
		w.resident(w.household(w.areas[1], 1), "Bình", "1990")
		w.class(w.areas[0], "A01", w.now.Add(time.Hour))
		const rule = "district_area == 'A01'"
		if a := w.count(rule); a.Total.Yes != 0 {
			t.Errorf("before the hour: %+v", a.Total)
		}
		w.now = w.now.Add(time.Hour)
		if a := w.count(rule); a.Total.Yes != 1 {
			t.Errorf("at the hour: %+v", a.Total)
		}
		w.class(w.areas[1], "A01", w.now)
		if a := w.count(rule); a.Total.Yes != 2 {
			t.Errorf("after a decision: %+v", a.Total)
		}
	})
}

func TestARuleThatCannotBeAskedIsToldWithItsPlace(t *testing.T) {
	w := newWorld(t, testkit.SQLite(t))
	for rule, key := range map[string]string{"agee > 3": "rule.unknown_name", "age > 'x'": "rule.wrong_type", "age >": "rule.syntax", "": "rule.syntax"} {
		_, err := w.engine.Count(t.Context(), w.by(), population.Question{Rule: rule, Under: district})
		f, ok := err.(*fault.Fault)
		if !ok || f.Kind != fault.Invalid || len(f.Fields) == 0 || f.Fields[0].Name != "rule" || f.Fields[0].Key != key {
			t.Errorf("%q: %v", rule, err)
		}
	}
	outside := auth.Actor{Account: "b", Now: w.now, Grants: []auth.Grant{{Role: "registrar", Path: other, Level: auth.Personal}}}
	if _, err := w.engine.Count(t.Context(), outside, population.Question{Rule: "age > 3", Under: district}); fault.KindOf(err) != fault.Denied {
		t.Errorf("a ward counts the district: %v", err)
	}
}

// Whatever is done to the registry, an engine that follows, one that another
// process has, one that loads anew and one that was kept give what the rows give.
func TestEveryEngineSaysWhatTheDatabaseSays(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		beside, file := w.open(), filepath.Join(t.TempDir(), "population.snapshot")
		r := mathrand.New(mathrand.NewPCG(1, 2))
		var homes []people.Household
		var living []people.Resident
		for step := range 120 {
			w.now = w.now.Add(time.Minute)
			switch n := r.IntN(10); {
			case n < 2 || len(homes) == 0:
				homes = append(homes, w.household(w.areas[r.IntN(len(w.areas))], r.IntN(1000)))
			case n < 6 || len(living) == 0:
				living = append(living, w.resident(homes[r.IntN(len(homes))], fmt.Sprint("N", step), fmt.Sprint(1930+r.IntN(90))))
			case n == 6:
				i := r.IntN(len(living))
				to := homes[r.IntN(len(homes))]
				if to.ID == living[i].Household {
					continue
				}
				x, err := w.people.Move(t.Context(), w.by(), people.MoveInput{ID: living[i].ID, Household: to.ID})
				w.must(err)
				living[i] = x
			case n == 7:
				i := r.IntN(len(living))
				_, err := w.people.End(t.Context(), w.by(), people.EndInput{ID: living[i].ID, Why: people.Died})
				w.must(err)
				living = slices.Delete(living, i, i+1)
			case n == 8:
				i := r.IntN(len(living))
				x, err := w.people.SaveResident(t.Context(), w.by(), people.ResidentInput{ID: living[i].ID, Name: living[i].Name, Birth: fmt.Sprint(1930 + r.IntN(90))})
				w.must(err)
				living[i] = x
			default:
				i := r.IntN(len(homes))
				address := fmt.Sprint("Số ", r.IntN(1000))
				h := homes[i]
				x, err := w.people.SaveHousehold(t.Context(), w.by(), people.HouseholdInput{ID: h.ID, Area: h.Area, Lane: h.Lane, Address: &address})
				w.must(err)
				homes[i] = x
			}
			if step%10 == 9 {
				w.same(living, homes, w.engine, beside, w.open(), w.takenUp(file, step > 10))
			}
		}
	})
}

// same holds engines against the residents and households as they are.
func (w *world) same(living []people.Resident, homes []people.Household, engines ...*population.Service) {
	w.t.Helper()
	place := map[string]people.Household{}
	for _, h := range homes {
		place[h.ID] = h
	}
	for _, unit := range []zoning.Area{w.areas[0], w.areas[2]} {
		var want []people.Resident
		for _, r := range living {
			if place[r.Household].UnitPath == unit.UnitPath && r.Birth <= "1961" {
				want = append(want, r)
			}
		}
		order := func(r people.Resident) string {
			return place[r.Household].Area + "|" + place[r.Household].SortKey + "|" + r.Household
		}
		slices.SortFunc(want, func(a, b people.Resident) int {
			return cmp.Or(cmp.Compare(order(a), order(b)), cmp.Compare(a.ID, b.ID))
		})
		for i, e := range engines {
			got, err := e.List(w.t.Context(), w.by(), population.Question{Rule: "age >= 60"}, unit.Unit)
			w.must(err)
			var doors, wanted []string
			ids := map[string]bool{}
			for _, x := range got {
				ids[x.Resident] = true
				doors = append(doors, x.Household)
			}
			for _, x := range want {
				wanted = append(wanted, x.Household)
				if !ids[x.ID] {
					w.t.Fatalf("engine %d lacks %s", i, x.Name)
				}
			}
			if len(got) != len(want) || !slices.Equal(doors, wanted) {
				w.t.Fatalf("engine %d walks\n%v, want\n%v", i, doors, wanted)
			}
		}
	}
}
