package fieldwork_test

import (
	"testing"

	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/fieldwork"
	"phaodai/internal/people"
	"phaodai/internal/testkit"
)

// However large an area is, its parts hold every household once, evenly, and no
// phone walks more than it can.
func TestPartsHoldEveryHouseholdOnce(t *testing.T) {
	w := newWorld(t, testkit.SQLite(t), 75)
	for _, size := range []int{0, 20, 45, 70, 1000} {
		shares, err := w.F.Shares(t.Context(), w.Station, ward, size)
		w.Must(err)
		next := 1
		for _, x := range shares {
			if n := x.To - x.From + 1; x.From != next || n > fieldwork.MostShare || n < fieldwork.LeastShare-2 {
				t.Errorf("%d for a phone: part %d of %d holds %d to %d", size, x.N, x.Of, x.From, x.To)
			}
			next = x.To + 1
		}
		if next != 76 {
			t.Errorf("%d for a phone: the parts end at %d", size, next-1)
		}
	}
}

func TestAPhoneLoadsItsPartInWalkingOrder(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, 9)
		h := w.phone("Phạm Thị Hoa", w.part(2, 2))
		duty := w.duty(h)
		if len(duty.Homes) != 5 {
			t.Fatalf("%d households", len(duty.Homes))
		}
		for i, x := range duty.Homes {
			if x.ID != w.homes[4+i].ID || x.No != 5+i || x.Where != "Tổ dân phố 12" || len(x.People) != 1 {
				t.Errorf("place %d: %+v", i, x)
			}
		}
		if want := "Tổ 12 · Tổ dân phố 12 (2/2: 5-9)"; duty.Title != want {
			t.Errorf("title %q, want %q", duty.Title, want)
		}
		got := statuses(w.send(h, w.visit(w.homes[8], fieldwork.Well), w.visit(w.homes[3], fieldwork.Well)))
		if got[0] != "taken" || got[1] != "rejected" {
			t.Errorf("a household of the part and one of the other: %v", got)
		}
	})
}

// The part of a phone stays as it was given, whatever comes into the registry.
func TestAPartStaysWhenTheRegistryChanges(t *testing.T) {
	w := newWorld(t, testkit.SQLite(t), 8)
	h := w.phone("Phạm Thị Hoa", w.part(2, 2))
	first := "Số 0"
	_, err := w.People.SaveHousehold(t.Context(), w.Station, people.HouseholdInput{Unit: unit, Area: w.area.ID, Code: "12-000", Lane: "Ngõ 45", Address: &first})
	w.Must(err)
	if d := w.duty(h); len(d.Homes) != 4 || d.Homes[0].ID != w.homes[4].ID || d.Homes[0].No != 5 {
		t.Errorf("the part moved: %+v", d.Homes)
	}
}

// The ward sees which parts are out; a phone that was stopped frees its part.
func TestThePartsThatAreOutAreMarked(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, 50)
		h := w.phone("Phạm Thị Hoa", w.part(1, 2))
		given := func() (out []int) {
			shares, err := w.F.Shares(t.Context(), w.Station, ward, 25)
			w.Must(err)
			for _, x := range shares {
				out = append(out, x.Given)
			}
			return out
		}
		if g := given(); len(g) != 2 || g[0] != 25 || g[1] != 0 {
			t.Errorf("out: %v", g)
		}
		_, err := w.F.Stop(t.Context(), w.Station, h.Phone.ID)
		w.Must(err)
		if g := given(); g[0] != 0 {
			t.Errorf("out after the stop: %v", g)
		}
	})
}

func TestPartsThatAreNoneAreRefusedAtTheirField(t *testing.T) {
	w := newWorld(t, testkit.SQLite(t), 3)
	for _, p := range []fieldwork.Part{w.part(0, 1), w.part(2, 1), w.part(1, 4), w.part(1, 0), {Area: "elsewhere", N: 1, Of: 1}} {
		_, err := w.F.Give(t.Context(), w.Station, fieldwork.PassInput{Unit: unit, Desk: "Tổ 12", Parts: []fieldwork.Part{p}})
		if f, ok := err.(*fault.Fault); !ok || len(f.Fields) != 1 || f.Fields[0].Name != "areas" {
			t.Errorf("%v: %v", p, err)
		}
	}
	for _, text := range []string{"", "x", "x/1", "x/a/b", w.area.ID + "/1"} {
		if _, err := fieldwork.ParseParts([]string{text}); err == nil {
			t.Errorf("%q was read", text)
		}
	}
	parts, err := fieldwork.ParseParts([]string{w.part(1, 3).String()})
	w.Must(err)
	if parts[0] != w.part(1, 3) {
		t.Errorf("read back as %v", parts[0])
	}
}
