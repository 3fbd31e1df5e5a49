// Package samplingtest is a ward with people, a health station, phones and a
// laboratory, for tests of what is sampled and what comes of it.
package samplingtest

import (
	"crypto/rand"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/id"
	"phaodai/internal/instant"
	"phaodai/internal/org"
	"phaodai/internal/people"
	"phaodai/internal/sampling"
	"phaodai/internal/vault"
)

// Where it is.
const (
	Unit = "01-004-00154"
	Ward = "/01/01-004/01-004-00154/"
)

// World is a ward with people, a health station, two phones and a laboratory.
type World struct {
	T       testing.TB
	D       *db.DB
	S       *sampling.Service
	People  *people.Service
	IDs     *id.Source
	V       *vault.Vault
	Now     instant.Micros
	Station auth.Actor
	Lab     auth.Actor
	Who     []string // residents
}

// New makes a ward with so many residents, on 12 September 2021.
func New(t testing.TB, d *db.DB, residents int) *World {
	t.Helper()
	w := &World{T: t, D: d, Now: instant.Of(time.Date(2021, 9, 12, 7, 30, 0, 0, instant.Vietnam()))}
	w.IDs = id.NewSource(func() time.Time { return w.Now.Time() }, rand.Reader)
	v, err := vault.Open(t.Context(), d, filepath.Join(t.TempDir(), "person.key"), 1)
	w.Must(err)
	w.V, w.S = v, sampling.New(d, w.IDs, v)
	w.People = people.New(d, w.IDs, v, people.Tools{Links: sampling.Links()})
	always := org.Period{From: 1, To: instant.Forever}
	w.Must(d.Write(t.Context(), func(tx *db.Tx) error {
		return db.InsertAll(tx, "unit", []org.Unit{
			{ID: "01", Path: "/01/", Tier: "province", Name: "Thành phố Hà Nội", ShortName: "Hà Nội", Code: "01", Period: always},
			{ID: "01-004", Parent: "01", Path: "/01/01-004/", Tier: "district", Name: "Quận Long Biên", ShortName: "Long Biên", Code: "004", Period: always},
			{ID: Unit, Parent: "01-004", Path: Ward, Tier: "ward", Name: "Phường Cự Khối", ShortName: "Cự Khối", Code: "00154", Period: always},
		})
	}))
	w.Must(d.Write(t.Context(), func(tx *db.Tx) error {
		post := org.Post{ID: "lab-post", Office: "lab", Title: "Kỹ thuật viên", Roles: org.Roles{"laboratory"}, Period: always}
		if err := tx.Insert("post", post); err != nil {
			return err
		}
		return tx.Insert("office", org.Office{ID: "lab", Unit: "01-004", UnitPath: "/01/01-004/", Line: "state", Kind: "health_centre", Name: "Phòng xét nghiệm", ShortName: "PXN", Period: always})
	}))
	w.Station = w.As(Ward, "health_station", "registrar")
	w.Lab = w.As("/01/01-004/", "laboratory")
	w.Lab.Office, w.Lab.Name = "lab", "Nguyễn Văn A"
	address := "12"
	h, err := w.People.SaveHousehold(t.Context(), w.Station, people.HouseholdInput{Unit: Unit, Code: "1", Lane: "Ngõ 45", Address: &address})
	w.Must(err)
	for i := range residents {
		r, err := w.People.SaveResident(t.Context(), w.Station, people.ResidentInput{Household: h.ID, Name: fmt.Sprintf("Nguyễn Văn %d", i), Birth: "1980"})
		w.Must(err)
		w.Who = append(w.Who, r.ID)
	}
	return w
}

// Must ends the test on an error.
func (w *World) Must(err error) {
	w.T.Helper()
	if err != nil {
		w.T.Fatal(err)
	}
}

// As is somebody with roles under a path.
func (w *World) As(path string, roles ...auth.Role) auth.Actor {
	by := auth.Actor{Account: "a" + path, Name: "Trạm y tế", UnitPath: path, Now: w.Now, Wall: w.Now}
	for _, r := range roles {
		by.Grants = append(by.Grants, auth.Grant{Role: r, Path: path, Level: auth.Restricted})
	}
	return by
}

// Phone is a phone of a team; its name is its table.
func (w *World) Phone(name string) auth.Actor {
	by := w.As(Ward, "field_team")
	by.Account, by.Name = "phone:"+name, name
	return by
}

// Later lets time pass for everybody.
func (w *World) Later(d time.Duration) {
	w.Now = w.Now.Add(d)
	w.Station.Now, w.Lab.Now = w.Now, w.Now
}

// Session plans a session that begins now.
func (w *World) Session(change ...func(*sampling.SessionInput)) sampling.Session {
	w.T.Helper()
	in := sampling.SessionInput{
		Campaign: "round-1", Unit: Unit, Place: "Nhà văn hóa tổ 12", Method: sampling.PCRPool, SpacingDays: 2,
		Starts: w.Now, Ends: w.Now.Add(4 * time.Hour),
	}
	for _, c := range change {
		c(&in)
	}
	s, err := w.S.SaveSession(w.T.Context(), w.Station, in)
	w.Must(err)
	return s
}

// Sample is a record of a sample that is taken now.
func (w *World) Sample(s sampling.Session, person, tube string) sampling.Record {
	return sampling.Record{ID: w.IDs.New(), Kind: sampling.TakeSample, At: w.Now, Session: s.ID, Resident: person, Tube: tube}
}

// Take sends records from a table.
func (w *World) Take(desk string, records ...sampling.Record) []sampling.Receipt {
	w.T.Helper()
	out, err := w.S.Take(w.T.Context(), w.Phone(desk), sampling.Batch{ID: w.IDs.New(), SentAt: w.Now, Desk: desk, Records: records})
	w.Must(err)
	return out
}

// Pool fills a tube with the first people.
func (w *World) Pool(s sampling.Session, tube string, people ...string) (ids []string) {
	w.T.Helper()
	var records []sampling.Record
	for _, p := range people {
		r := w.Sample(s, p, tube)
		records, ids = append(records, r), append(ids, r.ID)
	}
	for _, r := range w.Take("Bàn 1", records...) {
		if r.Status != sampling.Taken {
			w.T.Fatalf("not taken: %+v", r)
		}
	}
	return ids
}

// Tube is a tube as it is stored.
func (w *World) Tube(code string) (t sampling.Tube) {
	w.T.Helper()
	w.Must(w.D.Read(w.T.Context(), func(tx *db.Tx) (err error) {
		t, err = sampling.TubeIn(tx, code)
		return err
	}))
	return t
}
