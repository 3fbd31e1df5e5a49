package publicpage_test

import (
	"context"
	"crypto/rand"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"phaodai/internal/demo"
	"phaodai/internal/directive"
	"phaodai/internal/id"
	"phaodai/internal/instant"
	"phaodai/internal/officialdoc"
	"phaodai/internal/task"
	"phaodai/internal/testkit"
	"phaodai/internal/web/publicpage"
	"phaodai/internal/worldclock"
	"phaodai/internal/zoning"
)

// hands is a clock that a test moves.
type hands struct{ now instant.Micros }

func (h *hands) Now() instant.Micros                  { return h.now }
func (h *hands) Wall() instant.Micros                 { return instant.Of(time.Now()) }
func (h *hands) Exercise() (worldclock.Setting, bool) { return worldclock.Setting{}, true }
func (h *hands) hotline(context.Context) string       { return "024 3872 0000" }

// site is the public pages over the sample district after its three days.
type site struct {
	t      *testing.T
	clock  *hands
	server *httptest.Server
	zones  *zoning.Service
}

func newSite(t *testing.T) *site {
	t.Helper()
	d := testkit.SQLite(t)
	wall := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	ids := id.NewSource(func() time.Time { return wall }, rand.Reader)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	people, err := demo.Organisation(t.Context(), d, ids, demo.Start())
	must(err)
	papers := directive.New(d, ids, directive.Tools{Reader: officialdoc.New()})
	s := demo.Services{Store: d, Directive: papers, Task: task.New(d, ids), Zoning: zoning.New(d, ids, papers)}
	must(demo.Story(t.Context(), s, people, instant.Of(wall)))
	days, err := demo.Ground(t.Context(), s, people, instant.Of(wall))
	must(err)
	for _, x := range demo.Steps() {
		if x.At < demo.At(9, 0, 0) {
			must(x.Take(t.Context(), s, people, &days, instant.Of(wall)))
		}
	}
	out := &site{t: t, clock: &hands{demo.At(8, 20, 10)}, zones: s.Zoning}
	pages, routes, err := publicpage.New(publicpage.Config{Zones: s.Zoning, Clock: out.clock, Log: slog.New(slog.DiscardHandler), Phone: out.clock.hotline})
	must(err)
	if len(routes) == 0 {
		t.Fatal("no routes")
	}
	out.server = httptest.NewServer(pages)
	t.Cleanup(out.server.Close)
	return out
}

// get is the body of an address; what is not 200 fails the test.
func (s *site) get(path string) string {
	s.t.Helper()
	status, body, _ := s.fetch(path, nil)
	if status != http.StatusOK {
		s.t.Fatalf("%s answers %d: %.300s", path, status, body)
	}
	return body
}

func (s *site) fetch(path string, head map[string]string) (int, string, http.Header) {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), http.MethodGet, s.server.URL+path, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	for k, v := range head {
		r.Header.Set(k, v)
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	b, err := io.ReadAll(answer.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return answer.StatusCode, string(b), answer.Header
}

func (s *site) has(body string, words ...string) {
	s.t.Helper()
	for _, w := range words {
		if !strings.Contains(body, w) {
			s.t.Errorf("the page lacks %q", w)
		}
	}
}

func TestWhatAppliesHereSwitchesInTheSecond(t *testing.T) {
	s := newSite(t)
	evening := s.get("/o/00154-01")
	s.has(evening, "Tổ dân phố 1", "Phường Cự Khối", "Không tụ tập quá 2 người", "Tiếp theo, từ 06:00 thứ Năm", "Khu vực 03", "024 3872 0000")
	s.clock.now = demo.At(9, 6, 0) - 1
	if s.get("/o/00154-01") != evening {
		t.Error("a moment before six the page is another one already")
	}
	s.clock.now = demo.At(9, 6, 0)
	morning := s.get("/o/00154-01")
	if morning == evening {
		t.Fatal("at six the page says what held before")
	}
	s.has(morning, "Khu vực 03", "Chỉ thị 15")
	if strings.Contains(morning, "Tiếp theo, từ 06:00 thứ Năm") {
		t.Error("the morning still announces six o'clock")
	}
	s.has(s.get("/o/00154-01?luc=2021-09-09T05:59"), "Giữ biện pháp cũ")
	s.has(s.get("/o/00154-01?lang=en"), "What applies here?", "Area 03", "May I…")
}

func TestThePublicPageIsSmallAndNobodyIsFollowed(t *testing.T) {
	s := newSite(t)
	for _, path := range []string{"/o-day", "/o-day?noi=00154", "/o/00154-01", "/o/00154-01/chot", "/o/00154-01/loa", "/o/00154-01/in", "/du-lieu"} {
		for _, lang := range []string{"", "lang=en"} {
			full := path
			if lang != "" {
				full += map[bool]string{true: "&", false: "?"}[strings.Contains(path, "?")] + lang
			}
			status, body, head := s.fetch(full, nil)
			if status != http.StatusOK || len(body) > 60<<10 {
				t.Errorf("%s: %d, %d bytes", full, status, len(body))
			}
			if len(head.Values("Set-Cookie")) > 0 {
				t.Errorf("%s sets a cookie", full)
			}
			if strings.Contains(body, "16310") {
				t.Errorf("%s shows a moment as a number", full)
			}
			if strings.Contains(body, `src="http`) || strings.Contains(body, "<link") || strings.Contains(body, "<no value>") {
				t.Errorf("%s loads something more, or lacks something", full)
			}
		}
	}
}

func TestAnAnswerIsGivenAgainOnlyWhileItIsRight(t *testing.T) {
	s := newSite(t)
	_, body, head := s.fetch("/o/00154-01", nil)
	status, again, _ := s.fetch("/o/00154-01", map[string]string{"If-None-Match": head.Get("ETag")})
	if status != http.StatusNotModified || again != "" {
		t.Errorf("the same page with its tag: %d, %d bytes", status, len(again))
	}
	s.clock.now = demo.At(9, 6, 0)
	if status, again, _ = s.fetch("/o/00154-01", map[string]string{"If-None-Match": head.Get("ETag")}); status != http.StatusOK || again == body {
		t.Errorf("at six with the tag of before: %d", status)
	}
}

func TestAPlaceIsFoundByWordsCodeAndPosition(t *testing.T) {
	s := newSite(t)
	s.has(s.get("/o-day"), "Phường Cự Khối", "Chọn phường")
	s.has(s.get("/o-day?noi=00154"), "Tổ dân phố 9", "Chợ dân sinh Cự Khối")
	s.has(s.get("/o-day?q=cho+cu+khoi"), "Chợ dân sinh Cự Khối")
	status, _, head := s.fetch("/o-day?q=00154-01", nil)
	if status != http.StatusSeeOther || head.Get("Location") != "/o/00154-01" {
		t.Errorf("the code on the wall leads with %d to %q", status, head.Get("Location"))
	}
	s.has(s.get("/o-day?vi-tri=21.0081,105.9021"), "Gần bạn", "Tổ dân phố 1")
	s.has(s.get("/o-day?q=khong+co+noi+nay"), "Không tìm thấy")
	for path, want := range map[string]int{"/o/XXXXX": 404, "/o/00154-01?luc=hom-qua": 400, "/o-day?vi-tri=95,400": 400, "/du-lieu/canh-bao/1-99": 404} {
		if status, body, _ := s.fetch(path, nil); status != want || !strings.Contains(body, "<h1>") {
			t.Errorf("%s: %d, want %d with its message", path, status, want)
		}
	}
}
