package web_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"phaodai/internal/auth"
	"phaodai/internal/fault"
	"phaodai/internal/instant"
	"phaodai/internal/web"
	"phaodai/internal/web/webtest"
)

func TestMain(m *testing.M) { os.Exit(webtest.Main(m, "frame", "probe")) }

var noon = instant.Of(time.Date(2021, 9, 7, 16, 20, 0, 0, instant.Vietnam()))

func clerk() auth.Actor {
	return auth.Actor{
		Account: "a1", Person: "p1", Name: "Trần Thị Bình", Post: "post1", PostTitle: "Văn thư, Văn phòng Quận ủy",
		Office: "o1", UnitPath: "/01/004/", Now: noon, Wall: noon,
		Grants: []auth.Grant{{Role: "clerk", Path: "/01/004/", Level: auth.Internal}},
	}
}

type entry struct {
	Symbol string         `form:"symbol"`
	Pages  int            `form:"pages"`
	Public bool           `form:"public"`
	Boxes  []string       `form:"boxes"`
	At     instant.Micros `form:"at"`
	Due    instant.Micros `form:"due,end"`
}

// probe is an area with one page that has every kind of field.
func probe(saved *[]entry) web.Area {
	files := fstest.MapFS{"template/form.html": {Data: []byte(`{{define "title"}}{{t "nav.documents"}}{{end}}
{{define "main"}}<h1>{{t "nav.documents"}}</h1>{{template "problems" .}}
<form method="post" action="/thu">{{template "key" .}}
{{field $ "symbol" "nav.find" | value "12/TB" | required | input}}
{{field $ "pages" "nav.files" | kind "number" | input}}
{{field $ "at" "nav.duty" | value .Now | kind "moment" | hint "input.moment_hint" | input}}
{{field $ "due" "nav.overdue" | kind "date" | hint "input.date_hint" | input}}
{{field $ "text" "nav.jobs" | rows 4 | area}}
{{field $ "office" "nav.units" | option "a" "nav.plans" | option "b" "nav.issue" | value "b" | choice}}
{{field $ "urgency" "nav.approve" | option "0" "common.no" | option "1" "common.yes" | value "0" | radios}}
{{field $ "boxes" "nav.area" | option "x" "common.no" | option "y" "common.yes" | boxes}}
{{field $ "public" "nav.system" | check}}
{{field $ "photo" "nav.roster" | accept "image/*" | multiple | file}}
<button class="primary">{{t "common.save"}}</button></form>
<div class="wide"><table class="stack"><thead><tr>{{th $ "no" "nav.files"}}{{th $ "" "nav.find"}}</tr></thead><tbody><tr><td>1</td><td>{{number 4812}}</td></tr></tbody></table></div>
<section {{live $ "list" "task"}}>{{left .Now .Now "x"}}</section>
{{exports $}}{{more $ "c1"}}{{call "0912345678"}}{{badge "done" "✓" "common.yes"}}{{copytext "c" "common.copy_zalo" "Xin chào" "/thu"}}
{{end}}`)}}
	return func(k *web.Kit) {
		k.Templates("probe", files)
		show := func(r *web.Request) error { return r.Render("probe/form", struct{}{}) }
		k.Page("/thu", auth.DocumentRegister, show)
		k.Form("/thu", auth.DocumentRegister, func(r *web.Request) error {
			var in entry
			if err := r.Read(&in); err != nil {
				return err
			}
			if in.Symbol == "" {
				return fault.New(fault.Invalid, "input.check").At("symbol", "input.missing")
			}
			if in.Symbol == "lỗi" {
				return errors.New("something inside broke")
			}
			*saved = append(*saved, in)
			return r.Redirect("/thu", "common.saved", "At", r.Now())
		}, show, web.Body(1<<20))
		k.Page("/thu/tep", auth.DocumentRead, func(r *web.Request) error {
			return r.Download("sổ văn bản.csv", "text/csv", func(w io.Writer) error {
				_, err := io.WriteString(w, "a,b\n")
				return err
			})
		})
		k.Page("/chi-quan-tri", auth.AccountManage, show)
		k.Count("approve", auth.DocumentApprove, nil)
		k.Find("nav.documents", auth.DocumentRead, nil)
	}
}

func TestAPageShowsWhoActsAndWhereHeMayGo(t *testing.T) {
	site := webtest.New(t, clerk(), probe(new([]entry)))
	site.Get("/thu").Is(200).Has("Văn thư, Văn phòng Quận ủy", "16:20 thứ Ba 07/9/2021", "DIỄN TẬP", "4.812", "0912 345 678", `href="/tim"`).
		Lacks("/chi-quan-tri", `href="/van-ban-den"`)
	site.Get("/them").Has("Đổi mật khẩu").Lacks("Tài khoản")
	site.Get("/khung?o=/tim").Has(`href="/tim" aria-current="page"`).Lacks("<html")
}

func TestRightsAreCheckedBeforeTheHandlerRuns(t *testing.T) {
	site := webtest.New(t, clerk(), probe(new([]entry)))
	site.Get("/chi-quan-tri").Is(http.StatusForbidden).Has("chưa được làm việc này")
	site.Session = web.Session{}
	site.Get("/thu?xep=no").Goes("/dang-nhap?tiep=%2Fthu%3Fxep%3Dno")
	site.Post("/thu", "symbol", "x").Is(http.StatusUnauthorized)
	site.Get("/khong-co").Is(http.StatusNotFound)
}

func TestAFormThatComesBackKeepsWhatWasTyped(t *testing.T) {
	var saved []entry
	site := webtest.New(t, clerk(), probe(&saved))
	site.Post("/thu", "key", "k1", "symbol", "", "pages", "hai", "due", "31/02", "text", "đang viết", "office", "a").
		Is(http.StatusUnprocessableEntity).
		Has("đang viết", "“hai” không phải là số", "Không có ngày 31/02", `href="#f-due"`, `value="k1"`, `value="a" selected`)
	site.Post("/thu", "symbol", "").Is(http.StatusUnprocessableEntity).Has(`href="#f-symbol"`, "Chưa nhập mục này")
	if len(saved) > 0 {
		t.Fatalf("saved %v", saved)
	}
}

func TestAFormReadsNumbersDatesAndBoxes(t *testing.T) {
	var saved []entry
	site := webtest.New(t, clerk(), probe(&saved))
	p := site.Post("/thu", "symbol", " 484-TB/TU ", "pages", "4.812", "at", "9/9", "at_clock", "6h", "due", "08-09-2021", "boxes", "x", "boxes", "y", "public", "1").Goes("/thu")
	got := saved[0]
	day := func(d, h, m, s int) instant.Micros {
		return instant.Of(time.Date(2021, 9, d, h, m, s, 0, instant.Vietnam()))
	}
	if got.Symbol != "484-TB/TU" || got.Pages != 4812 || !got.Public || strings.Join(got.Boxes, "") != "xy" ||
		got.At != day(9, 6, 0, 0) || got.Due != day(8, 23, 59, 59) {
		t.Errorf("read %+v", got)
	}
	next := httptest.NewRequest("GET", "/thu", nil)
	for _, c := range (&http.Response{Header: p.Header}).Cookies() {
		next.AddCookie(c)
	}
	site.Do(next).Has("Đã lưu lúc 16:20.")
}

func TestAnInnerErrorNeverReachesTheBrowser(t *testing.T) {
	site := webtest.New(t, clerk(), probe(new([]entry)))
	site.Post("/thu", "symbol", "lỗi").Is(http.StatusInternalServerError).Lacks("broke").Has("Phần mềm gặp lỗi", "Số để báo lỗi")
}

func TestABodyOverTheLimitIsRefusedWithItsMessage(t *testing.T) {
	site := webtest.New(t, clerk(), probe(new([]entry)))
	site.Upload("/thu", []webtest.File{{Field: "photo", Name: "a.jpg", Data: strings.Repeat("x", 2<<20)}}, "symbol", "x").
		Is(http.StatusRequestEntityTooLarge).Has("Tệp 3 MB, tối đa 1 MB")
}

func TestAFormFromAnotherSiteIsRefused(t *testing.T) {
	site := webtest.New(t, clerk(), probe(new([]entry)))
	r := httptest.NewRequest("POST", "/thu", strings.NewReader("symbol=x"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	site.Do(r).Is(http.StatusForbidden).Has("trang khác")
}

func TestSignInLockAndSettings(t *testing.T) {
	site := webtest.New(t, clerk(), probe(new([]entry)))
	site.Session = web.Session{}
	site.Get("/dang-nhap?tiep=/thu").Has(`value="/thu"`)
	site.Post("/dang-nhap", "login", "", "password", "").Is(http.StatusUnprocessableEntity).Has("Nhập tên đăng nhập")
	site.Post("/dang-nhap", "login", "binh", "password", "sai", "tiep", "/thu").Is(http.StatusUnauthorized).
		Has("Tên đăng nhập hoặc mật khẩu không đúng", `value="binh"`).Lacks("sai")
	site.Post("/dang-nhap", "login", "binh", "password", webtest.Password, "tiep", "//xau.example").Goes("/")

	site.As(clerk())
	site.Post("/khoa", "tiep", "/thu").Goes("/thu")
	site.Get("/thu").Is(http.StatusLocked).Has("Màn hình đã khóa").Lacks("Văn thư")
	site.Post("/mo-khoa", "pin", "000000").Is(http.StatusUnauthorized).Has("Còn 4 lần thử")
	site.Post("/mo-khoa", "pin", webtest.PIN, "tiep", "/thu").Goes("/thu")
	site.Get("/thu").Is(200)

	site.Session.MustChange = true
	site.Get("/thu").Goes("/doi-mat-khau")
	site.Get("/doi-mat-khau").Has("Mật khẩu hiện tại do người khác đặt")
	site.Post("/doi-mat-khau", "old", "x", "new", "mot cau dai", "again", "khac").Has("không giống nhau")
	site.Post("/doi-mat-khau", "old", webtest.Password, "new", "mot cau dai", "again", "mot cau dai").Goes("/")
	site.Get("/ma-pin").Has("PIN")
	site.Post("/ma-pin", "old", webtest.Password, "pin", "12").Has("đúng 6 chữ số")
	site.Post("/giao-dien", "nen", "dark", "tiep", "/thu").Goes("/thu")
	site.Get("/tim").Is(200)
	site.Post("/dang-xuat").Goes("/dang-nhap")
}

func TestADownloadKeepsItsVietnameseName(t *testing.T) {
	p := webtest.New(t, clerk(), probe(new([]entry))).Get("/thu/tep").Is(200)
	if got := p.Header.Get("Content-Disposition"); !strings.Contains(got, "s%E1%BB%95%20v%C4%83n%20b%E1%BA%A3n.csv") {
		t.Errorf("Content-Disposition %q", got)
	}
}

func TestEveryRouteNamesARight(t *testing.T) {
	site := webtest.New(t, clerk(), probe(new([]entry)))
	for _, r := range site.Routes {
		if r.Right == "" {
			t.Errorf("%s %s has no right", r.Method, r.Path)
		}
	}
	_, _, err := web.New(web.Config{Assets: fstest.MapFS{}})
	if err == nil || !strings.Contains(err.Error(), "make build") {
		t.Errorf("without its bundle the kit gave %v", err)
	}
}
