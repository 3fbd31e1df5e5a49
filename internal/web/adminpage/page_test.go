package adminpage_test

import (
	"context"
	"crypto/rand"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"phaodai/internal/admin"
	"phaodai/internal/audit"
	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/id"
	"phaodai/internal/instant"
	"phaodai/internal/job"
	"phaodai/internal/org"
	"phaodai/internal/testkit"
	"phaodai/internal/web/adminpage"
	"phaodai/internal/web/webtest"
	"phaodai/internal/worldclock"
)

func TestMain(m *testing.M) { os.Exit(webtest.Main(m, "admin")) }

type world struct {
	store  *db.DB
	clock  *worldclock.Clock
	auth   *auth.Service
	sealer *audit.Sealer
	site   *webtest.Site
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{store: testkit.SQLite(t)}
	var err error
	if w.clock, err = worldclock.Open(t.Context(), w.store, time.Now); err != nil {
		t.Fatal(err)
	}
	start := instant.Of(time.Date(2021, 9, 5, 18, 35, 0, 0, instant.Vietnam()))
	if err := w.clock.Set(t.Context(), start, 1, true); err != nil {
		t.Fatal(err)
	}
	key, err := audit.OpenKey(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	w.sealer = audit.NewSealer(w.store, key, time.Now, nil, slog.New(slog.DiscardHandler))
	ids := id.NewSource(time.Now, rand.Reader)
	policy := auth.DefaultPolicy()
	policy.Cost = auth.Cost{Memory: 64, Time: 1, Threads: 1}
	w.auth = auth.New(auth.Parts{
		Store: w.store, IDs: ids, Clock: w.clock, Random: rand.Reader, Policy: policy,
		People: func(context.Context, string, instant.Micros) (string, []auth.Acting, error) { return "", nil, nil },
		Record: func(tx *db.Tx, by auth.Actor, action, kind, subject, unit string, fields ...string) error {
			return audit.Record(tx, by, audit.Entry{Action: action, Kind: kind, Subject: subject, Unit: unit, Fields: fields})
		},
	})
	system := admin.New(w.store, w.clock, key, func() (string, error) { return "", nil }, "test")
	by := auth.Actor{
		Account: "boss", Name: "Quản trị", PostTitle: "Quản trị", UnitPath: "/", Now: w.clock.Now(), Wall: w.clock.Wall(),
		Grants: []auth.Grant{{Role: "admin", Path: "/", Level: auth.Restricted}},
	}
	w.site = webtest.New(t, by, adminpage.Pages(adminpage.Parts{Accounts: w.auth, System: system, Units: org.New(w.store, ids)}))
	return w
}

func TestAnAdministratorOpensShutsAndReopensAnAccount(t *testing.T) {
	w := newWorld(t)
	w.site.Get("/quan-tri/tai-khoan").Has("Không có tài khoản nào")
	w.site.Get("/quan-tri/tai-khoan/moi?nguoi=ai").Has("Mật khẩu ban đầu")
	w.site.Post("/quan-tri/tai-khoan/moi", "login", "Văn Thư", "password", "ngắn", "unit", "/").Has("chữ thường không dấu")
	made := w.site.Post("/quan-tri/tai-khoan/moi", "login", "vanthu", "password", "nước chảy đá mòn", "role", "clerk", "unit", "/", "name", "Trần Thị B")
	if !strings.HasPrefix(made.Location, "/quan-tri/tai-khoan/") {
		t.Fatalf("goes to %q: %s", made.Location, made.Body)
	}
	if _, _, err := w.auth.SignIn(t.Context(), "vanthu", "nước chảy đá mòn", auth.Place{Address: "10.0.0.7", Agent: "test"}); err != nil {
		t.Fatal(err)
	}
	page := w.site.Get(made.Location)
	page.Has("10.0.0.7")
	page.Has("Văn thư")
	w.site.Post(made.Location+"/khoa", "version", "9").Has("vừa được người khác sửa")
	w.site.Post(made.Location + "/khoa").Goes(made.Location)
	w.site.Get(made.Location).Has("Mở lại tài khoản")
	w.site.Post(made.Location + "/mo").Goes(made.Location)
	w.site.Post(made.Location+"/mat-khau", "password", "gừng cay muối mặn").Goes(made.Location)
	w.site.Get("/quan-tri/tai-khoan").Has("vanthu")
	if p := w.site.Get("/quan-tri/tai-khoan?xuat=csv"); !strings.Contains(p.Body, "vanthu") {
		t.Errorf("the export lacks the account: %s", p.Body)
	}
}

func TestTheJournalIsSearchedExportedAndVerified(t *testing.T) {
	w := newWorld(t)
	w.site.Post("/quan-tri/tai-khoan/moi", "login", "vanthu", "password", "nước chảy đá mòn", "role", "clerk", "unit", "/")
	if _, err := w.sealer.Seal(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.site.Get("/nhat-ky?viec=account.").Has("account.opened")
	w.site.Get("/nhat-ky?viec=nothing.").Has("Không có mục nào khớp")
	if p := w.site.Get("/nhat-ky?xuat=csv&viec=account."); !strings.Contains(p.Body, "account.opened") {
		t.Errorf("the export lacks the entry: %s", p.Body)
	}
	w.site.Get("/nhat-ky/kiem-tra").Has("phaodai-audit")
	w.site.Post("/nhat-ky/kiem-tra").Has("Nhật ký nguyên vẹn")
	err := w.store.Write(t.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec("UPDATE audit SET reason = 'x' WHERE seq = 1")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	w.site.Post("/nhat-ky/kiem-tra").Has("Mục 1 đã bị sửa")
}

func TestTheClockIsSteeredAndJobsAndBackupAreThere(t *testing.T) {
	w := newWorld(t)
	err := w.store.Write(t.Context(), func(tx *db.Tx) error {
		return job.Enqueue(tx, w.clock.Wall(), job.Spec{Kind: "directive.read", Key: "k1"})
	})
	if err != nil {
		t.Fatal(err)
	}
	w.site.Get("/quan-tri/he-thong").Has("directive.read")
	before := w.clock.Now()
	w.site.Post("/quan-tri/he-thong/dong-ho", "ahead", "6g").Goes("/quan-tri/he-thong")
	if got := w.clock.Now().Sub(before); got != 6*time.Hour {
		t.Errorf("the clock went on by %v", got)
	}
	w.site.Post("/quan-tri/he-thong/dong-ho", "world", "06:00 01/9/2021").Has("không lùi được")
	w.site.Post("/quan-tri/he-thong/dong-ho", "speed", "60", "pause", "0").Goes("/quan-tri/he-thong")
	if s, _ := w.clock.Exercise(); s.Speed != 60 || s.Paused {
		t.Errorf("setting = %+v", s)
	}
	w.site.Post("/quan-tri/he-thong/viec-nen", "job", "k1", "lam", "dung").Goes("/quan-tri/he-thong")
	w.site.Post("/quan-tri/he-thong/viec-nen", "job", "k1", "lam", "lai").Goes("/quan-tri/he-thong")
	if p := w.site.Post("/quan-tri/he-thong/sao-luu"); p.Status != 200 || !strings.HasPrefix(p.Body, "\x1f\x8b") {
		t.Errorf("backup: status %d", p.Status)
	}
}
