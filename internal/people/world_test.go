package people_test

import (
	"bytes"
	"crypto/rand"
	"path/filepath"
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
	"phaodai/internal/vault"
	"phaodai/internal/zoning"
)

const (
	district = "/01/01-004/"
	ward     = "/01/01-004/01-004-00154/"
	other    = "/01/01-004/01-004-00148/"
)

// world is two wards with neighbourhood groups.
type world struct {
	t      testing.TB
	d      *db.DB
	s      *people.Service
	zones  *zoning.Service
	now    instant.Micros
	keeper auth.Actor // of the ward
	groups []zoning.Area
	queued []people.TakePayload
}

func newWorld(t testing.TB, d *db.DB) *world {
	t.Helper()
	w := &world{t: t, d: d, now: instant.Of(time.Date(2021, 9, 8, 9, 0, 0, 0, instant.Vietnam()))}
	ids := id.NewSource(time.Now, rand.Reader)
	v, err := vault.Open(t.Context(), d, filepath.Join(t.TempDir(), "person.key"), 1)
	w.must(err)
	w.s = people.New(d, ids, v, people.Tools{Enqueue: func(_ *db.Tx, _ instant.Micros, p people.TakePayload) error {
		w.queued = append(w.queued, p)
		return nil
	}})
	w.zones = zoning.New(d, ids, directive.New(d, ids, directive.Tools{Reader: officialdoc.New()}))
	w.must(d.Write(t.Context(), units))
	w.keeper = w.as(ward, "registrar")
	planner := w.as(ward, "staff")
	for _, name := range []string{"Tổ dân phố 1", "Tổ dân phố 12"} {
		a, err := w.zones.AddArea(t.Context(), planner, zoning.AreaInput{Unit: "01-004-00154", Kind: "neighbourhood_group", Name: name})
		w.must(err)
		w.groups = append(w.groups, a)
	}
	return w
}

func units(tx *db.Tx) error {
	always := org.Period{From: 1, To: instant.Forever}
	return db.InsertAll(tx, "unit", []org.Unit{
		{ID: "01", Path: "/01/", Tier: "province", Name: "Thành phố Hà Nội", ShortName: "Hà Nội", Code: "01", Period: always},
		{ID: "01-004", Parent: "01", Path: district, Tier: "district", Name: "Quận Long Biên", ShortName: "Long Biên", Code: "004", Period: always},
		{ID: "01-004-00154", Parent: "01-004", Path: ward, Tier: "ward", Name: "Phường Cự Khối", ShortName: "Cự Khối", Code: "00154", Period: always},
		{ID: "01-004-00148", Parent: "01-004", Path: other, Tier: "ward", Name: "Phường Thạch Bàn", ShortName: "Thạch Bàn", Code: "00148", Period: always},
	})
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// as is somebody with roles in a unit.
func (w *world) as(path string, roles ...auth.Role) auth.Actor {
	by := auth.Actor{Account: "a" + path, Name: "Người giữ sổ", UnitPath: path, Now: w.now, Wall: w.now}
	for _, r := range roles {
		by.Grants = append(by.Grants, auth.Grant{Role: r, Path: path, Level: auth.Restricted})
	}
	return by
}

func text(s string) *string { return &s }

func (w *world) household(code, address string) people.Household {
	w.t.Helper()
	h, err := w.s.SaveHousehold(w.t.Context(), w.keeper, people.HouseholdInput{Unit: "01-004-00154", Area: w.groups[1].ID, Code: code, Lane: "Ngõ 45", Address: &address})
	w.must(err)
	return h
}

// resident adds somebody to a household.
func (w *world) resident(in people.ResidentInput) people.Resident {
	w.t.Helper()
	r, err := w.s.SaveResident(w.t.Context(), w.keeper, in)
	w.must(err)
	return r
}

// entries counts what the audit has of an action.
func (w *world) entries(action string) (n int) {
	w.t.Helper()
	w.must(w.d.Read(w.t.Context(), func(tx *db.Tx) error {
		return tx.Get(&n, "SELECT COUNT(*) FROM audit WHERE action = $1", action)
	}))
	return n
}

// keys are the faults of an error: its own, then those of its fields.
func keys(err error) (out []string) {
	f, ok := err.(*fault.Fault)
	if !ok {
		return nil
	}
	for _, x := range f.Fields {
		out = append(out, x.Name+" "+x.Key)
	}
	if len(out) == 0 {
		out = append(out, f.Key)
	}
	return out
}

func (w *world) keep(list string) people.List {
	w.t.Helper()
	l, err := w.s.KeepList(w.t.Context(), w.keeper, "01-004-00154", "danh-sach.csv", bytes.NewReader([]byte(list)))
	w.must(err)
	return l
}
