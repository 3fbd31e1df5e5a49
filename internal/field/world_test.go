package field_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/directive"
	"phaodai/internal/field"
	"phaodai/internal/fieldwork"
	"phaodai/internal/id"
	"phaodai/internal/instant"
	"phaodai/internal/laboratory"
	"phaodai/internal/officialdoc"
	"phaodai/internal/org"
	"phaodai/internal/people"
	"phaodai/internal/sampling"
	"phaodai/internal/task"
	"phaodai/internal/testkit"
	"phaodai/internal/testkit/browser"
	"phaodai/internal/vault"
	"phaodai/internal/web/asset"
	"phaodai/internal/zoning"
)

const (
	unit = "01-004-00154"
	ward = "/01/01-004/01-004-00154/"
	pin  = "246810"
)

// world is a ward with a lane of households, a session, and a server that can be
// cut off and come back.
type world struct {
	t       *testing.T
	d       *db.DB
	now     instant.Micros
	field   *fieldwork.Service
	samples *sampling.Service
	station auth.Actor
	area    zoning.Area
	session sampling.Session
	homes   []people.Household
	who     []people.Resident
	edge    http.Handler
	server  *http.Server
	address string
}

func (w *world) Now() instant.Micros { return w.now }

func newWorld(t *testing.T, d *db.DB) *world {
	t.Helper()
	w := &world{t: t, d: d, now: instant.Of(time.Date(2021, 9, 12, 7, 30, 0, 0, instant.Vietnam()))}
	ids := id.NewSource(time.Now, rand.Reader)
	v, err := vault.Open(t.Context(), d, filepath.Join(t.TempDir(), "person.key"), 1)
	w.must(err)
	registry := people.New(d, ids, v, people.Tools{Links: sampling.Links()})
	w.samples = sampling.New(d, ids, v)
	w.field = fieldwork.New(fieldwork.Parts{Store: d, IDs: ids, Vault: v, People: registry, Sampling: w.samples,
		Read: laboratory.New(d, ids, w.samples, task.New(d, ids)).ReadIn})
	zones := zoning.New(d, ids, directive.New(d, ids, directive.Tools{Reader: officialdoc.New()}))
	always := org.Period{From: 1, To: instant.Forever}
	w.must(d.Write(t.Context(), func(tx *db.Tx) error {
		return db.InsertAll(tx, "unit", []org.Unit{
			{ID: "01", Path: "/01/", Tier: "province", Name: "Thành phố Hà Nội", Code: "01", Period: always},
			{ID: "01-004", Parent: "01", Path: "/01/01-004/", Tier: "district", Name: "Quận Long Biên", Code: "004", Period: always},
			{ID: unit, Parent: "01-004", Path: ward, Tier: "ward", Name: "Phường Cự Khối", ShortName: "Cự Khối", Code: "00154", Period: always},
		})
	}))
	w.station = auth.Actor{Account: "tramyte", Name: "Trạm y tế Cự Khối", UnitPath: ward, Now: w.now, Wall: w.now}
	for _, r := range []auth.Role{"health_station", "registrar", "staff"} {
		w.station.Grants = append(w.station.Grants, grant(r))
	}
	w.area, err = zones.AddArea(t.Context(), w.station, zoning.AreaInput{Unit: unit, Kind: "neighbourhood_group", Name: "Tổ dân phố 12"})
	w.must(err)
	names := []string{"Nguyễn Văn An", "Trần Thị Bình", "Lê Văn Cường", "Phạm Thị Dung", "Đỗ Văn Đức", "Hoàng Thị Giang"}
	for i := range 4 {
		address := fmt.Sprint("Số ", 12+2*i)
		h, err := registry.SaveHousehold(t.Context(), w.station, people.HouseholdInput{Unit: unit, Area: w.area.ID, Code: fmt.Sprint("12-0", i), Lane: "ngõ 45", Address: &address})
		w.must(err)
		w.homes = append(w.homes, h)
		for n := range 3 {
			name := names[(i*3+n)%len(names)]
			if i*3+n >= len(names) {
				name += " Em"
			}
			r, err := registry.SaveResident(t.Context(), w.station, people.ResidentInput{Household: h.ID, Name: name, Birth: fmt.Sprint(1950 + 5*(i*3+n))})
			w.must(err)
			w.who = append(w.who, r)
		}
	}
	w.session, err = w.samples.SaveSession(t.Context(), w.station, sampling.SessionInput{
		Unit: unit, Place: "Nhà văn hóa tổ 12", Area: w.area.ID, Method: sampling.PCRPool, PoolMax: 3, Starts: w.now, Ends: w.now.Add(4 * time.Hour),
	})
	w.must(err)
	edge, _, err := field.New(field.Config{Service: w.field, Clock: w, Wall: func() instant.Micros { return w.now }, Log: slog.New(slog.DiscardHandler)})
	w.must(err)
	mux := http.NewServeMux()
	mux.Handle("/di", edge)
	mux.Handle("/di/", edge)
	mux.Handle("/static/", http.StripPrefix("/static/", http.FileServerFS(asset.Files())))
	w.edge = mux
	w.up()
	t.Cleanup(w.down)
	return w
}

// grant is a role in the ward.
func grant(r auth.Role) auth.Grant { return auth.Grant{Role: r, Path: ward, Level: auth.Restricted} }

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// up starts the server, at the address where it was.
func (w *world) up() {
	w.t.Helper()
	at := w.address
	if at == "" {
		at = "127.0.0.1:0"
	}
	l, err := net.Listen("tcp", at)
	w.must(err)
	w.address = l.Addr().String()
	w.server = &http.Server{Handler: w.edge, ReadHeaderTimeout: time.Minute}
	go func(s *http.Server) {
		if err := s.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			w.t.Error(err)
		}
	}(w.server)
}

// down cuts the network.
func (w *world) down() { _ = w.server.Close() } // connections that are open end with it

// give is the address that the ward's QR code holds.
func (w *world) give(desk string) string {
	w.t.Helper()
	g, err := w.field.Give(context.Background(), w.station, fieldwork.PassInput{Unit: unit, Desk: desk, Sessions: []string{w.session.ID}, Parts: []fieldwork.Part{{Area: w.area.ID, N: 1, Of: 1}}})
	w.must(err)
	return "http://" + w.address + "/di#" + g.Token
}

// signIn takes a duty with a phone.
func (w *world) signIn(p *browser.Tab, desk, name string) {
	p.Go(w.give(desk))
	p.Fill("[name=name]", name)
	p.Fill("[name=pin]", pin)
	p.Fill("[name=again]", pin)
	p.Tap("button.primary")
	p.Wait("[name=download]")
	p.Tap("[name=download]")
	p.Wait("nav.bar")
	if !browser.Ask[bool](p, "navigator.serviceWorker.ready.then(() => true)") {
		w.t.Fatal("the app is not on the phone")
	}
}

// rows counts what the ward has.
func (w *world) rows(what string) (n int) {
	w.t.Helper()
	w.must(w.d.Read(context.Background(), func(tx *db.Tx) error { return tx.Get(&n, "SELECT COUNT(*) FROM "+what) }))
	return n
}

func sqlite(t *testing.T) *db.DB { return testkit.SQLite(t) }
