package task_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/due"
	"phaodai/internal/fault"
	"phaodai/internal/id"
	"phaodai/internal/instant"
	"phaodai/internal/org"
	"phaodai/internal/task"
	"phaodai/internal/testkit"
)

// The world of these tests: the district of Long Biên with some wards, each
// with a Party committee and a People's Committee, under two district lines.
const (
	districtPath = "/01/01-004/"
	quanUy       = "qu"    // Quận ủy
	vanPhong     = "vpqu"  // Văn phòng Quận ủy
	ubndQuan     = "ubq"   // UBND Quận
	vpUBND       = "vpubq" // Văn phòng HĐND và UBND Quận
)

var wardNames = []string{
	"Cự Khối", "Thạch Bàn", "Phúc Lợi", "Sài Đồng", "Phúc Đồng", "Ngọc Lâm", "Gia Thụy",
	"Bồ Đề", "Đức Giang", "Việt Hưng", "Giang Biên", "Ngọc Thụy", "Thượng Thanh", "Long Biên",
}

func wardPath(n int) string { return fmt.Sprintf("%sw%02d/", districtPath, n) }
func dangUy(n int) string   { return fmt.Sprintf("du%02d", n) }
func ubnd(n int) string     { return fmt.Sprintf("ub%02d", n) }
func group(n, g int) string { return fmt.Sprintf("tdp%02d-%d", n, g) }

var forever = org.Period{From: 0, To: instant.Forever}

// world is a store with the district and a service over it.
type world struct {
	t       testing.TB
	d       *db.DB
	ids     *id.Source
	s       *task.Service
	sweeper *due.Sweeper
	now     instant.Micros
	wards   int
}

func at(day, hour, minute int) instant.Micros {
	return instant.Of(time.Date(2021, 9, day, hour, minute, 0, 0, instant.Vietnam()))
}

func endOf(day int) instant.Micros {
	return instant.Of(time.Date(2021, 9, day, 23, 59, 59, 0, instant.Vietnam()))
}

// settle makes the world in an empty store.
func settle(t testing.TB, d *db.DB, wards int) *world {
	t.Helper()
	w := resume(t, d, wards)
	err := d.Write(t.Context(), func(tx *db.Tx) error {
		units := []org.Unit{
			{ID: "01", Path: "/01/", Tier: "province", Form: "Thành phố", Name: "Thành phố Hà Nội", ShortName: "Hà Nội", SortKey: "h", Period: forever},
			{ID: "004", Parent: "01", Path: districtPath, Tier: "district", Form: "Quận", Name: "Quận Long Biên", ShortName: "Long Biên", SortKey: "l", Period: forever},
		}
		offices := []org.Office{
			{ID: quanUy, Unit: "004", UnitPath: districtPath, Kind: org.PartyCommittee, Line: org.Party, Name: "Quận ủy Long Biên", ShortName: "Quận ủy", Period: forever},
			{ID: vanPhong, Unit: "004", UnitPath: districtPath, Kind: org.PartyOffice, Line: org.Party, Name: "Văn phòng Quận ủy", Period: forever},
			{ID: ubndQuan, Unit: "004", UnitPath: districtPath, Kind: org.UBND, Line: org.State, Name: "UBND quận Long Biên", ShortName: "UBND Quận", Period: forever},
			{ID: vpUBND, Unit: "004", UnitPath: districtPath, Kind: org.StateOffice, Line: org.State, Name: "Văn phòng HĐND và UBND Quận", Period: forever},
			{ID: "old", Unit: "004", UnitPath: districtPath, Kind: org.Department, Line: org.State, Name: "Phòng cũ", Successor: ubndQuan, Period: org.Period{To: at(1, 0, 0)}},
		}
		for n := range wards {
			uid := fmt.Sprintf("w%02d", n)
			units = append(units, org.Unit{ID: uid, Parent: "004", Path: wardPath(n), Tier: "ward", Form: "Phường", Name: "Phường " + wardNames[n], ShortName: wardNames[n], SortKey: uid, Period: forever})
			offices = append(offices,
				org.Office{ID: dangUy(n), Unit: uid, UnitPath: wardPath(n), Kind: org.PartyCommittee, Line: org.Party, Name: "Đảng ủy phường " + wardNames[n], ShortName: "ĐU P. " + wardNames[n], Period: forever},
				org.Office{ID: ubnd(n), Unit: uid, UnitPath: wardPath(n), Kind: org.UBND, Line: org.State, Name: "UBND phường " + wardNames[n], ShortName: "UBND P. " + wardNames[n], Period: forever})
			for g := 1; g <= 2; g++ {
				path := fmt.Sprintf("%stdp%d/", wardPath(n), g)
				gid := fmt.Sprintf("%s-%d", uid, g)
				units = append(units, org.Unit{ID: gid, Parent: uid, Path: path, Tier: "group", Form: "Tổ dân phố", Name: fmt.Sprint("Tổ dân phố ", g), ShortName: fmt.Sprint("TDP ", g), SortKey: gid, Period: forever})
				offices = append(offices, org.Office{ID: group(n, g), Unit: gid, UnitPath: path, Kind: org.Group, Line: org.State, Name: fmt.Sprint("Tổ dân phố ", g), Period: forever})
			}
		}
		if err := db.InsertAll(tx, "unit", units); err != nil {
			return err
		}
		if err := db.InsertAll(tx, "office", offices); err != nil {
			return err
		}
		return people(tx, offices)
	})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// people gives every office a head ("h-"), the leading ones a deputy ("d-") and
// the district a member in charge of wards 0 and 1.
func people(tx *db.Tx, offices []org.Office) error {
	add := func(office, prefix, title string, head bool, rank int) error {
		post, person := prefix+office, "p-"+prefix+office
		p := org.Post{ID: post, Office: office, Title: title, Rank: rank, Head: head, Roles: org.Roles{"unit_head"}, Level: auth.Internal, Period: forever}
		if err := tx.Insert("post", p); err != nil {
			return err
		}
		who := org.Person{ID: person, Name: "Trần Thị " + post, Phone: "0912345678", Email: person + "@longbien.example"}
		if err := tx.Insert("person", who); err != nil {
			return err
		}
		return tx.Insert("holding", org.Holding{ID: "h" + person, Post: post, Person: person, Period: forever})
	}
	for _, o := range offices {
		if o.ID == "old" {
			continue
		}
		if err := add(o.ID, "h-", "Trưởng", true, 0); err != nil {
			return err
		}
		if o.Kind == org.Group {
			continue
		}
		if err := add(o.ID, "d-", "Phó", false, 1); err != nil {
			return err
		}
	}
	if err := add(quanUy, "btv-", "Ủy viên BTV", false, 2); err != nil {
		return err
	}
	for n := range 2 {
		err := tx.Insert("responsibility", org.Responsibility{ID: fmt.Sprint("r", n), Post: "btv-" + quanUy, Territory: wardPath(n), Role: "phụ trách", Period: forever})
		if err != nil {
			return err
		}
	}
	return tx.Insert("duty_shift", org.Shift{ID: "s1", Office: ubnd(0), UnitPath: wardPath(0), Person: "p-h-" + ubnd(0), Period: forever})
}

// resume is a new process over a store that has the world already.
func resume(t testing.TB, d *db.DB, wards int) *world {
	w := &world{t: t, d: d, wards: wards, now: at(5, 18, 35)}
	w.ids = id.NewSource(time.Now, rand.Reader)
	w.s = task.New(d, w.ids)
	w.sweeper = w.newSweeper()
	return w
}

// newSweeper is what a process sweeps with.
func (w *world) newSweeper() *due.Sweeper {
	s := due.NewSweeper(w.d, func() instant.Micros { return w.now }, slog.New(slog.DiscardHandler))
	w.s.Handle(s, func() instant.Micros { return instant.Of(time.Now()) })
	return s
}

// to moves the world clock and does what became due.
func (w *world) to(m instant.Micros) {
	w.t.Helper()
	w.now = m
	if _, err := w.sweeper.Sweep(context.Background()); err != nil {
		w.t.Fatal(err)
	}
}

// as is somebody who acts: "h-ub00" is the head of UBND ward 0.
func (w *world) as(post string) auth.Actor {
	var role auth.Role = "unit_head"
	office, path := post[2:], ""
	switch {
	case post == "btv-"+quanUy:
		role, office = "area_member", quanUy
	case office == vanPhong || office == vpUBND:
		role = "adviser"
	case office == quanUy || office == ubndQuan:
		role = "leader"
	}
	err := w.d.Read(context.Background(), func(tx *db.Tx) error {
		o, err := org.OfficeIn(tx, office)
		path = o.UnitPath
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	a := auth.Actor{
		Account: "a-" + post, Person: "p-" + post, Name: "Trần Thị " + post, Post: post, PostTitle: "Trưởng " + office,
		Office: office, UnitPath: path, Now: w.now, Wall: instant.Of(time.Now()), Lang: "vi",
		Grants: []auth.Grant{{Role: role, Path: path, Level: auth.Internal}},
	}
	if role == "area_member" {
		a.Grants = nil
		for n := range 2 {
			a.Grants = append(a.Grants, auth.Grant{Role: role, Path: wardPath(n), Level: auth.Internal})
		}
	}
	return a
}

// assign gives work out as the Office of the People's Committee and returns
// the ids.
func (w *world) assign(in task.AssignInput) []string {
	w.t.Helper()
	return w.assignAs("h-"+vpUBND, in)
}

func (w *world) assignAs(post string, in task.AssignInput) []string {
	w.t.Helper()
	if in.Title == "" {
		in.Title = "Trình kế hoạch phòng, chống dịch"
	}
	ids, err := w.s.Assign(w.t.Context(), w.as(post), in)
	if err != nil {
		w.t.Fatal(err)
	}
	return ids
}

func (w *world) allWards() []string {
	var out []string
	for n := range w.wards {
		out = append(out, ubnd(n))
	}
	return out
}

// get is a task as the system sees it.
func (w *world) get(id string) task.Detail {
	w.t.Helper()
	d, err := w.s.Task(w.t.Context(), auth.System(w.now, w.now), id)
	if err != nil {
		w.t.Fatal(err)
	}
	return d
}

// must fails the test on an error.
func must[T any](t testing.TB) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// fails checks the key of a fault.
func fails(t testing.TB, err error, key string) {
	t.Helper()
	if fault.KeyOf(err) != key {
		t.Errorf("err = %v, want %s", err, key)
	}
}

// reported is a report with words, enough where no proof is asked for.
func reported(id string) task.ReportInput { return task.ReportInput{Task: id, Text: "Đã làm xong"} }

// proved is a report with a record, as documents ask for plans.
func proved(id string) task.ReportInput {
	return task.ReportInput{Task: id, Text: "Đã trình", Proofs: []task.Proof{{Kind: task.ProofRecord, Link: "plan-1", Name: "Kế hoạch phường"}}}
}

// messages lists what came into inboxes about tasks: "post key@time", in order.
func (w *world) messages(prefix string) []string {
	w.t.Helper()
	var rows []struct {
		Post    string         `db:"post"`
		Subject string         `db:"subject"`
		Key     string         `db:"key"`
		At      instant.Micros `db:"at"`
	}
	err := w.d.Read(w.t.Context(), func(tx *db.Tx) error {
		return tx.Select(&rows, "SELECT post, subject, key, at FROM inbox ORDER BY at, key, post")
	})
	if err != nil {
		w.t.Fatal(err)
	}
	var out []string
	for _, r := range rows {
		if len(r.Key) >= len(prefix) && r.Key[:len(prefix)] == prefix {
			out = append(out, fmt.Sprintf("%s %s@%s", r.Post, r.Key[len(prefix):], r.At.In(instant.Vietnam()).Format("02/01 15:04")))
		}
	}
	return out
}

// eachLocation runs a test on both engines with a way to open the store again.
func eachLocation(t *testing.T, run func(t *testing.T, open func() *db.DB)) {
	for name, location := range map[string]func(t *testing.T) string{
		"sqlite":   func(t *testing.T) string { return filepath.Join(t.TempDir(), "task.db") },
		"postgres": func(t *testing.T) string { return testkit.PostgresURL(t) },
	} {
		t.Run(name, func(t *testing.T) {
			where := location(t)
			run(t, func() *db.DB {
				d, err := db.Open(context.Background(), where)
				if err != nil {
					t.Fatal(err)
				}
				if err := d.Migrate(context.Background()); err != nil {
					t.Fatal(err)
				}
				return d
			})
		})
	}
}
