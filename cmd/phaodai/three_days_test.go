package main

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"phaodai/internal/db"
	"phaodai/internal/demo"
	"phaodai/internal/instant"
	"phaodai/internal/task"
	"phaodai/internal/testkit/browser"
	"phaodai/internal/zoning"
)

// jump moves the clock of the exercise on by the API and waits until those whom
// nobody plays have done what is theirs until then.
func (e *exercise) jump(to instant.Micros) {
	e.t.Helper()
	e.as("quantri").Do("PUT", "/clock", map[string]any{"world": to}, nil, 200)
	want := 0
	for _, x := range demo.Steps() {
		if x.At <= to {
			want++
		}
	}
	for deadline := time.Now().Add(3 * time.Minute); e.played() < want; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			e.t.Fatalf("%d of %d steps were taken", e.played(), want)
		}
	}
}

// played is how many steps the note says are done.
func (e *exercise) played() int {
	b, err := os.ReadFile(filepath.Join(e.app.Dir, "demo.json"))
	if err != nil {
		e.t.Fatal(err)
	}
	var n demoNote
	if json.Unmarshal(b, &n) != nil {
		return 0 // it is being written
	}
	return n.Days.Done
}

// applies is what anybody is told of a place at a moment, now when it is 0.
func (e *exercise) applies(code string, at instant.Micros) (v zoning.Look) {
	e.t.Helper()
	path := "/public/areas/" + code + "/zone"
	if at != 0 {
		path += "?at=" + at.Time().Format(time.RFC3339)
	}
	e.as("quantri").Do("GET", path, nil, &v, 200)
	return v
}

func class(v zoning.Look) string {
	for _, x := range v.Now.Said {
		if x.Layer == zoning.DistrictArea {
			return x.Class.Code
		}
	}
	return ""
}

// TestTheThreeDaysByAPI goes from the evening of the fifth to the ninth of
// September by the clock alone: criteria, plans, approval, the switch.
func TestTheThreeDaysByAPI(t *testing.T) {
	dir := t.TempDir()
	e := startDemo(t, dir)
	e.jump(demo.At(6, 6, 30))
	if v := e.applies("00154-01", 0); !v.Now.Rules.Unruled || class(v) != "KEEP" {
		t.Errorf("on the morning of the sixth: class %q, unruled %v", class(v), v.Now.Rules.Unruled)
	}
	e.jump(demo.At(6, 18, 30))
	if v := e.applies("00154-01", 0); v.Now.Rules.Unruled {
		t.Error("after the ruling the documents still disagree")
	}
	e.jump(demo.At(7, 23, 0))
	e.jump(demo.At(8, 20, 10))
	evening := e.applies("00154-01", 0)
	if class(evening) != "KEEP" || evening.Next == nil || evening.Next.From != demo.At(9, 6, 0) || len(evening.Next.Changes) == 0 {
		t.Errorf("on the evening before: %q, next %+v", class(evening), evening.Next)
	}
	e.jump(demo.At(9, 6, 0))
	for code, want := range map[string]string{"00154-01": "A03", "00136-01": "A01", "00148-01": "KEEP"} {
		if got := class(e.applies(code, 0)); got != want {
			t.Errorf("%s at 06:00: %q, want %q", code, got, want)
		}
		if got := class(e.applies(code, demo.At(9, 5, 59))); got != "KEEP" {
			t.Errorf("%s at 05:59: %q", code, got)
		}
	}
	e.planTasks(t)
	e.stop()
	e.byCommand(t, dir)
}

// planTasks holds that the tasks of the order saw what was done in zoning.
func (e *exercise) planTasks(t *testing.T) {
	t.Helper()
	var page task.Page
	state := func() task.State {
		e.as("cukhoi").Do("GET", "/tasks?mine=true&limit=100", nil, &page, 200)
		for _, c := range page.Cards {
			if c.Item == "2.1" {
				return c.State
			}
		}
		return ""
	}
	for deadline := time.Now().Add(20 * time.Second); state() != task.Verified; time.Sleep(100 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("the task of Cự Khối to send its plan is %q", state())
		}
	}
}

// byCommand asks the same of the command line, as known before and after.
func (e *exercise) byCommand(t *testing.T, dir string) {
	t.Helper()
	ask := func(at, known string) zoning.Look {
		c := zoneAtCmd{configured: configured{Data: dir}, Area: "00154-01", At: at, KnownAt: known}
		var v zoning.Look
		err := c.withStore(func(ctx context.Context, store *db.DB, _ string) (err error) {
			v, err = c.look(ctx, store)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	if got := class(ask("2021-09-09T06:00", "")); got != "A03" {
		t.Errorf("zone at 06:00: %q", got)
	}
	if got := class(ask("2021-09-09T06:00", "2021-09-08T12:00")); got != "KEEP" {
		t.Errorf("zone at 06:00 as known at noon of the eighth: %q", got)
	}
	err := (&zoneAtCmd{configured: configured{Data: dir}, Area: "NOWHERE", Format: "json"}).Run()
	var said *said
	if !asSaid(err, &said) || said.code == 0 {
		t.Errorf("a place that is not there: %v", err)
	}
}

// TestTheThreeDaysInABrowser looks at the pages of the three days as those who
// work on them, on the phone and at the desk.
func TestTheThreeDaysInABrowser(t *testing.T) {
	e := startDemo(t, t.TempDir())
	chromium := browser.Start(t)
	resident, steering := chromium.Phone(t), e.sit(chromium.Desktop(t), "quantri")
	look := func(tab *browser.Tab, path, name string, words ...string) {
		t.Helper()
		tab.Go(e.url + path)
		for _, w := range words {
			tab.Expect(w)
		}
		tab.Shot(name)
	}
	look(steering, "/tham-quan", "tham-quan", "Tham quan cuộc diễn tập", "Chuyển đồng hồ đến lúc này")
	look(resident, "/o-day", "o-day", "Phường Cự Khối")
	e.jump(demo.At(6, 18, 30))
	adviser := e.sit(chromium.Desktop(t), "chanhvp.ubnd")
	look(adviser, "/tieu-chi", "khung-tieu-chi", "Khung tiêu chí")
	e.jump(demo.At(7, 12, 0))
	look(e.sit(chromium.Phone(t), "cukhoi"), "/ke-hoach", "ke-hoach", "Kế hoạch")
	e.jump(demo.At(8, 12, 0))
	chairman := e.sit(chromium.Desktop(t), "chutich")
	look(chairman, "/phe-duyet", "phe-duyet", "Phê duyệt")
	e.jump(demo.At(8, 20, 10))
	look(resident, "/o/00154-01", "o-day-truoc", "17/CT-UBND", "Tiếp theo, từ 06:00 thứ Năm")
	look(chairman, "/chuyen-doi", "chuyen-doi", "06:00")
	e.jump(demo.At(9, 6, 0))
	look(resident, "/o/00154-01", "o-day-sau", "Khu vực 03")
	look(resident, "/o/00154-01/chot", "tai-chot", "Ai được qua")
	look(chairman, "/khu-vuc", "khu-vuc", "Tổ dân phố 1")
	look(chairman, "/ban-do", "ban-do", "Khu vực 01")
	if status, body := e.plain("/o/00148-01"); status != http.StatusOK || !strings.Contains(body, "Giữ biện pháp cũ") {
		t.Errorf("Thạch Bàn, which was late: %d", status)
	}
}

// plain fetches an address without an account.
func (e *exercise) plain(path string) (int, string) {
	e.t.Helper()
	r, err := http.NewRequestWithContext(e.t.Context(), http.MethodGet, e.url+path, nil)
	if err != nil {
		e.t.Fatal(err)
	}
	status, body, _ := fetch(e.t, http.DefaultClient, r)
	return status, body
}
