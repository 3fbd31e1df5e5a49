package campaign_test

import (
	"crypto/rand"
	"fmt"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"phaodai/internal/auth"
	"phaodai/internal/campaign"
	"phaodai/internal/db"
	"phaodai/internal/directive"
	"phaodai/internal/id"
	"phaodai/internal/instant"
	"phaodai/internal/officialdoc"
	"phaodai/internal/org"
	"phaodai/internal/people"
	"phaodai/internal/population"
	"phaodai/internal/sampling"
	"phaodai/internal/vault"
	"phaodai/internal/zoning"
)

const (
	districtID = "01-004"
	unit       = "01-004-00154"
	district   = "/01/01-004/"
	ward       = "/01/01-004/01-004-00154/"
)

// world is a ward with two groups, two people in each, and what samples them.
type world struct {
	t     testing.TB
	d     *db.DB
	s     *campaign.Service
	tubes *sampling.Service
	zones *zoning.Service
	home  *people.Service
	ids   *id.Source
	now   instant.Micros
	areas []zoning.Area
	who   []people.Resident // 0 and 1 in the first group, 2 and 3 in the second; 3 is a health worker
}

func newWorld(t testing.TB, d *db.DB) *world {
	t.Helper()
	w := &world{t: t, d: d, now: instant.Of(time.Date(2021, 9, 9, 8, 0, 0, 0, instant.Vietnam()))}
	w.ids = id.NewSource(time.Now, rand.Reader)
	v, err := vault.Open(t.Context(), d, filepath.Join(t.TempDir(), "person.key"), 1)
	w.must(err)
	w.home = people.New(d, w.ids, v, people.Tools{})
	w.tubes = sampling.New(d, w.ids, v)
	w.zones = zoning.New(d, w.ids, directive.New(d, w.ids, directive.Tools{Reader: officialdoc.New()}))
	always := org.Period{From: 1, To: instant.Forever}
	w.must(d.Write(t.Context(), func(tx *db.Tx) error {
		return db.InsertAll(tx, "unit", []org.Unit{
			{ID: "01", Path: "/01/", Tier: "province", Name: "Thành phố Hà Nội", Code: "01", Period: always},
			{ID: districtID, Parent: "01", Path: district, Tier: "district", Name: "Quận Long Biên", Code: "004", Period: always},
			{ID: unit, Parent: districtID, Path: ward, Tier: "ward", Name: "Phường Cự Khối", ShortName: "Cự Khối", Code: "00154", Period: always},
		})
	}))
	w.settle()
	engine, err := population.Open(t.Context(), d, w.zones.Board(), w.home, slog.New(slog.DiscardHandler))
	w.must(err)
	w.s = campaign.New(d, w.ids, engine, w.tubes)
	return w
}

// settle draws the groups and lets people move in.
func (w *world) settle() {
	w.t.Helper()
	for n := range 2 {
		a, err := w.zones.AddArea(w.t.Context(), w.by(), zoning.AreaInput{Unit: unit, Kind: "neighbourhood_group", Name: fmt.Sprint("Tổ dân phố ", n+1)})
		w.must(err)
		w.areas = append(w.areas, a)
		address := fmt.Sprint("Số ", n)
		h, err := w.home.SaveHousehold(w.t.Context(), w.by(), people.HouseholdInput{Unit: unit, Area: a.ID, Lane: "Ngõ 45", Address: &address})
		w.must(err)
		for m := range 2 {
			in := people.ResidentInput{Household: h.ID, Name: fmt.Sprint("Người ", 2*n+m), Birth: "1980", Since: w.now.Add(-time.Hour)}
			if 2*n+m == 3 {
				in.Occupation = "health"
			}
			r, err := w.home.SaveResident(w.t.Context(), w.by(), in)
			w.must(err)
			w.who = append(w.who, r)
		}
	}
	w.must(w.zones.Board().Refresh(w.t.Context()))
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// by is somebody who may do everything in the district.
func (w *world) by() auth.Actor { return w.as(district, "registrar", "leader", "health_station") }

func (w *world) as(path string, roles ...auth.Role) auth.Actor {
	by := auth.Actor{Account: "a" + path, Name: "Trạm y tế", UnitPath: path, Now: w.now, Wall: w.now}
	for _, r := range roles {
		by.Grants = append(by.Grants, auth.Grant{Role: r, Path: path, Level: auth.Restricted})
	}
	return by
}

// clause31 is the campaign of the directive's clause until the end of the 15th.
func (w *world) clause31(change ...func(*campaign.Input)) (campaign.Campaign, error) {
	in := campaign.Input{
		Title: "Xét nghiệm diện rộng", Unit: districtID, Symbol: "484-TB/TU", Clause: "3.1", Method: sampling.PCRPool,
		Starts: w.now, Deadline: instant.Of(time.Date(2021, 9, 15, 23, 59, 0, 0, instant.Vietnam())), Lines: campaign.Clause31(campaign.DefaultHigh()),
	}
	for _, c := range change {
		c(&in)
	}
	return w.s.Save(w.t.Context(), w.by(), in)
}

func (w *world) opened() campaign.Campaign {
	w.t.Helper()
	c, err := w.clause31()
	w.must(err)
	return c
}

func (w *world) progress(c campaign.Campaign, round int) campaign.Progress {
	w.t.Helper()
	p, err := w.s.Progress(w.t.Context(), w.by(), c.ID, round)
	w.must(err)
	return p
}

// class gives an area its class of a layer from now on.
func (w *world) class(a zoning.Area, layer zoning.Layer, class, bundle string) {
	w.t.Helper()
	_, err := w.zones.Change(w.t.Context(), w.by(), zoning.ChangeInput{Areas: []string{a.ID}, Layer: layer, Class: class, Bundle: bundle, From: w.now, Reason: "x"})
	w.must(err)
	w.must(w.zones.Board().Refresh(w.t.Context()))
}

// record sends one record of a table now, in a session of the campaign of today.
func (w *world) record(c campaign.Campaign, r sampling.Record) {
	w.t.Helper()
	x, err := w.tubes.SaveSession(w.t.Context(), w.by(), sampling.SessionInput{
		Campaign: c.ID, Unit: unit, Place: "Nhà văn hóa", Method: sampling.PCRPool, SpacingDays: 2, Starts: w.now, Ends: w.now.Add(time.Hour),
	})
	w.must(err)
	w.at(x, r)
}

// at sends records of a session now.
func (w *world) at(x sampling.Session, records ...sampling.Record) {
	w.t.Helper()
	for i := range records {
		records[i].ID, records[i].At, records[i].Session = w.ids.New(), w.now, x.ID
	}
	out, err := w.tubes.Take(w.t.Context(), w.by(), sampling.Batch{ID: w.ids.New(), Records: records})
	w.must(err)
	for _, r := range out {
		if r.Status != sampling.Taken {
			w.t.Fatalf("not taken: %+v", r)
		}
	}
}
