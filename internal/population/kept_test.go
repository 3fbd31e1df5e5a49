package population_test

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"phaodai/internal/db"
	"phaodai/internal/people"
	"phaodai/internal/population"
	"phaodai/internal/testkit"
	"phaodai/internal/zoning"
)

// openKept opens the engine from a file and says what it told on the way.
func (w *world) openKept(file string) (*population.Service, string) {
	w.t.Helper()
	var told bytes.Buffer
	s, err := population.OpenKept(w.t.Context(), w.d, w.zones.Board(), w.people, slog.New(slog.NewTextHandler(&told, nil)), file)
	w.must(err)
	return s, told.String()
}

// takenUp is an engine from a file that is some steps behind; then the file is
// written anew.
func (w *world) takenUp(file string, there bool) *population.Service {
	w.t.Helper()
	_, err := os.Stat(file)
	if there != (err == nil) {
		w.t.Fatalf("the file: %v", err)
	}
	s, told := w.openKept(file)
	if told != "" {
		w.t.Fatalf("the snapshot was not used: %s", told)
	}
	w.must(s.Follow(w.t.Context()))
	w.must(s.Keep(w.t.Context()))
	return s
}

// A file is used only when it is whole and of this database as it is now.
func TestASnapshotThatIsNotOfThisDatabaseIsNotUsed(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		h := w.household(w.areas[0], 1)
		w.resident(h, "An", "1950")
		file := filepath.Join(t.TempDir(), "population.snapshot")
		s, _ := w.openKept(file)
		w.must(s.Keep(t.Context()))
		good, err := os.ReadFile(file)
		w.must(err)
		for name, c := range map[string]struct {
			content []byte
			told    bool
		}{
			"as it is":              {good, false},
			"cut":                   {good[:len(good)-9], true},
			"empty":                 {nil, true},
			"of another database":   {bytes.Replace(good, []byte(`"Subject":"`), []byte(`"Subject":"x`), 1), true},
			"a line without end":    {bytes.Repeat([]byte("x"), 1<<16), true},
			"of a later day":        {bytes.Replace(good, []byte(`"s":`), []byte(`"s":9`), 1), true},
			"a byte of it is wrong": {append(append([]byte{}, good[:len(good)-20]...), append([]byte{good[len(good)-20] ^ 1}, good[len(good)-19:]...)...), true},
		} {
			w.must(os.WriteFile(file, c.content, 0o600))
			s, told := w.openKept(file)
			if strings.Contains(told, "not used") != c.told {
				t.Errorf("%s: told %q", name, told)
			}
			a, err := s.Count(t.Context(), w.by(), population.Question{Rule: "age > 60", Under: district})
			if err != nil || a.Total.Yes != 1 {
				t.Errorf("%s: %+v %v", name, a.Total, err)
			}
		}
	})
}

// Areas that were drawn and classes that came since the file was written hold.
func TestAnEngineThatWasKeptStandsOnTheGroundOfNow(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.class(w.areas[0], "A01", w.now)
		h := w.household(w.areas[0], 1)
		w.resident(h, "An", "1950")
		file := filepath.Join(t.TempDir(), "population.snapshot")
		s, _ := w.openKept(file)
		if a, err := s.Count(t.Context(), w.by(), population.Question{Rule: "district_area == 'A01'", Under: district}); err != nil || a.Total.Yes != 1 {
			t.Fatalf("%+v %v", a, err)
		}
		w.must(s.Keep(t.Context()))
		w.now = w.now.Add(time.Hour)
		w.class(w.areas[0], "A03", w.now)
		fresh, err := w.zones.AddArea(t.Context(), w.by(), zoning.AreaInput{Unit: w.areas[0].Unit, Kind: "lane", Name: "Ngõ mới"})
		w.must(err)
		w.refresh()
		_, err = w.people.SaveHousehold(t.Context(), w.by(), people.HouseholdInput{ID: h.ID, Area: fresh.ID, Lane: "Ngõ 45"})
		w.must(err)
		s, told := w.openKept(file)
		if told != "" {
			t.Fatal(told)
		}
		list, err := s.List(t.Context(), w.by(), population.Question{Rule: "true"}, h.Unit)
		if err != nil || len(list) != 1 || list[0].AreaID != fresh.ID {
			t.Errorf("%+v %v", list, err)
		}
		if a, err := s.Count(t.Context(), w.by(), population.Question{Rule: "district_area == 'A01'", Under: district}); err != nil || a.Total.Yes != 0 {
			t.Errorf("a class that is over holds: %+v %v", a, err)
		}
	})
}
