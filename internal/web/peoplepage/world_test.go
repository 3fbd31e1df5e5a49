package peoplepage_test

import (
	"crypto/rand"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/demo"
	"phaodai/internal/directive"
	"phaodai/internal/id"
	"phaodai/internal/instant"
	"phaodai/internal/job"
	"phaodai/internal/officialdoc"
	"phaodai/internal/org"
	"phaodai/internal/people"
	"phaodai/internal/population"
	"phaodai/internal/testkit"
	"phaodai/internal/vault"
	"phaodai/internal/web/peoplepage"
	"phaodai/internal/web/webtest"
	"phaodai/internal/zoning"
)

func TestMain(m *testing.M) { os.Exit(webtest.Main(m, "people")) }

const cuKhoi = "00154"

// world is the sample district with a ward's groups, and the pages of its
// registry.
type world struct {
	t      *testing.T
	store  *db.DB
	s      *people.Service
	counts *population.Service
	demo   demo.People
	now    instant.Micros
	ward   org.Unit
	groups []zoning.Area
	queued []people.TakePayload
	site   *webtest.Site
}

func settle(t *testing.T) *world {
	t.Helper()
	store := testkit.SQLite(t)
	ids := id.NewSource(time.Now, rand.Reader)
	w := &world{t: t, store: store, now: instant.Of(time.Date(2021, 9, 8, 9, 0, 0, 0, instant.Vietnam()))}
	var err error
	w.demo, err = demo.Organisation(t.Context(), store, ids, demo.Start())
	w.must(err)
	v, err := vault.Open(t.Context(), store, filepath.Join(t.TempDir(), "person.key"), 1)
	w.must(err)
	w.s = people.New(store, ids, v, people.Tools{Enqueue: func(tx *db.Tx, wall instant.Micros, p people.TakePayload) error {
		w.queued = append(w.queued, p)
		return job.Enqueue(tx, wall, job.Spec{Kind: people.TakeJob, Key: people.TakeJob + "/" + p.List, Payload: p})
	}})
	zones := zoning.New(store, ids, directive.New(store, ids, directive.Tools{Reader: officialdoc.New()}))
	w.must(store.Read(t.Context(), func(tx *db.Tx) (err error) {
		w.ward, err = org.UnitAt(tx, demo.WardPath(cuKhoi))
		return err
	}))
	for _, name := range []string{"Tổ dân phố 1", "Tổ dân phố 12"} {
		a, err := zones.AddArea(t.Context(), w.as("cukhoi"), zoning.AreaInput{Unit: w.ward.ID, Kind: "neighbourhood_group", Name: name})
		w.must(err)
		w.groups = append(w.groups, a)
	}
	w.must(zones.Board().Refresh(t.Context()))
	w.counts, err = population.Open(t.Context(), store, zones.Board(), w.s, slog.New(slog.NewTextHandler(t.Output(), nil)))
	w.must(err)
	w.site = webtest.New(t, w.as("cukhoi"), peoplepage.Pages(peoplepage.Parts{People: w.s, Population: w.counts, Store: store}))
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// as is a player of the sample, now.
func (w *world) as(login string) (by auth.Actor) {
	w.t.Helper()
	w.must(w.store.Read(w.t.Context(), func(tx *db.Tx) (err error) {
		by, err = w.demo.Actor(tx, login, w.now, w.now)
		return err
	}))
	return by
}

// with is somebody of the ward with roles of the registry.
func (w *world) with(roles ...auth.Role) auth.Actor {
	by := w.as("cukhoi")
	by.Grants = nil
	for _, r := range roles {
		by.Grants = append(by.Grants, auth.Grant{Role: r, Path: w.ward.Path, Level: auth.Restricted})
	}
	return by
}

func text(s string) *string { return &s }

func (w *world) household(code, address string) people.Household {
	w.t.Helper()
	h, err := w.s.SaveHousehold(w.t.Context(), w.as("cukhoi"), people.HouseholdInput{Unit: w.ward.ID, Area: w.groups[1].ID, Code: code, Lane: "Ngõ 45", Address: &address})
	w.must(err)
	return h
}

func (w *world) resident(in people.ResidentInput) people.Resident {
	w.t.Helper()
	in.Since = w.now - instant.Micros(30*24*time.Hour/time.Microsecond)
	r, err := w.s.SaveResident(w.t.Context(), w.as("cukhoi"), in)
	w.must(err)
	return r
}

// an is the head of a household, with number and telephone.
func (w *world) an(household people.Household) people.Resident {
	return w.resident(people.ResidentInput{Household: household.ID, Name: "Nguyễn Văn An", Sex: "male", Birth: "31/12/1989", Number: text("001089012345"),
		Phone: text("0987654321"), Relation: people.Head, Occupation: "seller", Priority: []string{"chronic"}})
}
