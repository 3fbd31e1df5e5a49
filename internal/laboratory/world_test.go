package laboratory_test

import (
	"crypto/rand"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/id"
	"phaodai/internal/instant"
	"phaodai/internal/laboratory"
	"phaodai/internal/org"
	"phaodai/internal/people"
	"phaodai/internal/sampling"
	"phaodai/internal/vault"
)

const (
	unit = "01-004-00154"
	ward = "/01/01-004/01-004-00154/"
)

// world is a ward with people, a health station, two phones and a laboratory.
type world struct {
	t             testing.TB
	d             *db.DB
	s             *sampling.Service
	l             *laboratory.Service
	second, third auth.Actor
	people        *people.Service
	ids           *id.Source
	now           instant.Micros
	station       auth.Actor
	lab           auth.Actor
	who           []string // residents
}

func newWorld(t testing.TB, d *db.DB, residents int) *world {
	t.Helper()
	w := &world{t: t, d: d, now: instant.Of(time.Date(2021, 9, 12, 7, 30, 0, 0, instant.Vietnam()))}
	w.ids = id.NewSource(time.Now, rand.Reader)
	v, err := vault.Open(t.Context(), d, filepath.Join(t.TempDir(), "person.key"), 1)
	w.must(err)
	w.s = sampling.New(d, w.ids, v)
	w.l = laboratory.New(d, w.ids, w.s)
	w.people = people.New(d, w.ids, v, people.Tools{Links: sampling.Links()})
	always := org.Period{From: 1, To: instant.Forever}
	w.must(d.Write(t.Context(), func(tx *db.Tx) error {
		return db.InsertAll(tx, "unit", []org.Unit{
			{ID: "01", Path: "/01/", Tier: "province", Name: "Thành phố Hà Nội", ShortName: "Hà Nội", Code: "01", Period: always},
			{ID: "01-004", Parent: "01", Path: "/01/01-004/", Tier: "district", Name: "Quận Long Biên", ShortName: "Long Biên", Code: "004", Period: always},
			{ID: unit, Parent: "01-004", Path: ward, Tier: "ward", Name: "Phường Cự Khối", ShortName: "Cự Khối", Code: "00154", Period: always},
		})
	}))
	w.must(d.Write(t.Context(), func(tx *db.Tx) error {
		return tx.Insert("office", org.Office{ID: "lab", Unit: "01-004", UnitPath: "/01/01-004/", Line: "state", Kind: "health_centre", Name: "Phòng xét nghiệm", ShortName: "PXN", Period: always})
	}))
	w.station = w.as(ward, "health_station", "registrar")
	w.lab = w.as("/01/01-004/", "laboratory")
	w.lab.Office, w.lab.Name = "lab", "Nguyễn Văn A"
	w.second, w.third = w.lab, w.lab
	w.second.Account, w.second.Name = "second", "Trần Thị B"
	w.third.Account, w.third.Name = "third", "Lê Văn C"
	address := "12"
	h, err := w.people.SaveHousehold(t.Context(), w.station, people.HouseholdInput{Unit: unit, Code: "1", Lane: "Ngõ 45", Address: &address})
	w.must(err)
	for i := range residents {
		r, err := w.people.SaveResident(t.Context(), w.station, people.ResidentInput{Household: h.ID, Name: fmt.Sprintf("Nguyễn Văn %d", i), Birth: "1980"})
		w.must(err)
		w.who = append(w.who, r.ID)
	}
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) as(path string, roles ...auth.Role) auth.Actor {
	by := auth.Actor{Account: "a" + path, Name: "Trạm y tế", UnitPath: path, Now: w.now, Wall: w.now}
	for _, r := range roles {
		by.Grants = append(by.Grants, auth.Grant{Role: r, Path: path, Level: auth.Restricted})
	}
	return by
}

// phone is a phone of a team; its name is its table.
func (w *world) phone(name string) auth.Actor {
	by := w.as(ward, "field_team")
	by.Account, by.Name = "phone:"+name, name
	return by
}

func (w *world) session(change ...func(*sampling.SessionInput)) sampling.Session {
	w.t.Helper()
	in := sampling.SessionInput{
		Campaign: "round-1", Unit: unit, Place: "Nhà văn hóa tổ 12", Method: sampling.PCRPool, SpacingDays: 2,
		Starts: w.now, Ends: w.now.Add(4 * time.Hour),
	}
	for _, c := range change {
		c(&in)
	}
	s, err := w.s.SaveSession(w.t.Context(), w.station, in)
	w.must(err)
	return s
}

// sample is a record of a sample that is taken now.
func (w *world) sample(s sampling.Session, person, tube string) sampling.Record {
	return sampling.Record{ID: w.ids.New(), Kind: sampling.TakeSample, At: w.now, Session: s.ID, Resident: person, Tube: tube}
}

// take sends records from a table.
func (w *world) take(desk string, records ...sampling.Record) []sampling.Receipt {
	w.t.Helper()
	out, err := w.s.Take(w.t.Context(), w.phone(desk), sampling.Batch{ID: w.ids.New(), SentAt: w.now, Desk: desk, Records: records})
	w.must(err)
	return out
}

// pool fills a tube with the first people.
func (w *world) pool(s sampling.Session, tube string, people ...string) (ids []string) {
	w.t.Helper()
	var records []sampling.Record
	for _, p := range people {
		r := w.sample(s, p, tube)
		records, ids = append(records, r), append(ids, r.ID)
	}
	for _, r := range w.take("Bàn 1", records...) {
		if r.Status != sampling.Taken {
			w.t.Fatalf("not taken: %+v", r)
		}
	}
	return ids
}

func (w *world) tube(code string) (t sampling.Tube) {
	w.t.Helper()
	w.must(w.d.Read(w.t.Context(), func(tx *db.Tx) (err error) {
		t, err = sampling.TubeIn(tx, code)
		return err
	}))
	return t
}

// arrived is a tube of two people that the laboratory has received.
func (w *world) arrived(code string) {
	w.t.Helper()
	w.pool(w.session(), code, w.who[:2]...)
	w.who = w.who[2:]
	_, err := w.s.Send(w.t.Context(), w.station, sampling.SendInput{Unit: unit, Code: "BOX-" + code, Laboratory: "lab", Tubes: []string{code}})
	w.must(err)
	_, err = w.s.Receive(w.t.Context(), w.lab, sampling.ReceiveInput{Code: "BOX-" + code})
	w.must(err)
}

// enter types one result.
func (w *world) enter(by auth.Actor, r laboratory.Row) error {
	_, err := w.l.Enter(w.t.Context(), by, laboratory.EnterInput{Rows: []laboratory.Row{r}})
	return err
}

// reviews are what a reader may decide.
func (w *world) reviews(by auth.Actor) []laboratory.Review {
	w.t.Helper()
	out, err := w.l.Reviews(w.t.Context(), by)
	w.must(err)
	return out
}

// release lets a reader agree to an entry.
func (w *world) release(by auth.Actor, reason string, entries ...string) ([]sampling.Effect, error) {
	return w.l.Release(w.t.Context(), by, laboratory.ReleaseInput{Entries: entries, Reason: reason})
}

// refused tells that a fault with this key came.
func (w *world) refused(err error, key string) {
	w.t.Helper()
	if fault.KeyOf(err) != key {
		w.t.Fatalf("want %s, got %v", key, err)
	}
}
