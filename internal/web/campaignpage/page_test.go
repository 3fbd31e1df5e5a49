package campaignpage_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"phaodai/internal/auth"
	"phaodai/internal/campaign"
	"phaodai/internal/directive"
	"phaodai/internal/laboratory"
	"phaodai/internal/officialdoc"
	"phaodai/internal/people"
	"phaodai/internal/population"
	"phaodai/internal/sampling"
	"phaodai/internal/sampling/samplingtest"
	"phaodai/internal/task"
	"phaodai/internal/testkit"
	"phaodai/internal/web/campaignpage"
	"phaodai/internal/web/webtest"
	"phaodai/internal/zoning"
)

func TestMain(m *testing.M) { os.Exit(webtest.Main(m, "campaign")) }

// world is the shared ward with two groups on the map, people in the first of
// them, and the pages of campaigns.
type world struct {
	*samplingtest.World
	c     *campaign.Service
	by    auth.Actor
	areas []zoning.Area
	site  *webtest.Site
}

func settle(t *testing.T) *world {
	t.Helper()
	d := testkit.SQLite(t)
	w := &world{World: samplingtest.New(t, d, 0)}
	w.by = w.As(samplingtest.Ward, "health_station", "registrar", "leader")
	zones := zoning.New(d, w.IDs, directive.New(d, w.IDs, directive.Tools{Reader: officialdoc.New()}))
	for n := range 2 {
		lat, lon := 21.008+float64(n)/200, 105.902
		a, err := zones.AddArea(t.Context(), w.by, zoning.AreaInput{Unit: samplingtest.Unit, Kind: "neighbourhood_group", Name: fmt.Sprint("Tổ dân phố ", n+1), Lat: &lat, Lon: &lon})
		w.Must(err)
		w.areas = append(w.areas, a)
	}
	w.moveIn(5)
	w.Must(zones.Board().Refresh(t.Context()))
	engine, err := population.Open(t.Context(), d, zones.Board(), w.People, slog.New(slog.DiscardHandler))
	w.Must(err)
	w.c = campaign.New(d, w.IDs, engine, w.S)
	w.site = webtest.New(t, w.by, campaignpage.Pages(campaignpage.Parts{Campaigns: w.c, Sampling: w.S, Board: zones.Board(), IDs: w.IDs, Lab: laboratory.New(d, w.IDs, w.S, task.New(d, w.IDs))}))
	w.site.Clock.World = w.Now
	return w
}

// moveIn adds people to the first group, two to a household.
func (w *world) moveIn(n int) {
	w.T.Helper()
	var home people.Household
	for i := range n {
		if i%2 == 0 {
			var err error
			address := fmt.Sprint("Số ", i)
			home, err = w.People.SaveHousehold(w.T.Context(), w.by, people.HouseholdInput{Unit: samplingtest.Unit, Area: w.areas[0].ID, Code: fmt.Sprint(i), Lane: "Ngõ 12", Address: &address})
			w.Must(err)
		}
		r, err := w.People.SaveResident(w.T.Context(), w.by, people.ResidentInput{Household: home.ID, Name: fmt.Sprint("Trần Văn ", i), Birth: "1980", Since: w.Now.Add(-time.Hour)})
		w.Must(err)
		w.Who = append(w.Who, r.ID)
	}
}

// form is what the form of a campaign of one line sends, with other values for
// some fields.
func form(change ...string) []string {
	out := []string{"key", "k1", "title", "Xét nghiệm tổ 1", "unit", samplingtest.Unit, "deadline", "15/9", "method", "pcr_pool", "pool_max", "10", "clock_hours", "12",
		"line-1-name", "Mọi người", "line-1-rule", "true", "line-1-rounds", "2", "line-1-every_min", "2", "line-1-every_max", "3"}
	for i := 0; i < len(change); i += 2 {
		if at := slices.Index(out, change[i]); at >= 0 {
			out[at+1] = change[i+1]
		} else {
			out = append(out, change[i], change[i+1])
		}
	}
	return out
}

// opened is a campaign, made through its form.
func (w *world) opened() (address string) {
	w.T.Helper()
	page := w.site.Post("/xet-nghiem/moi", form()...)
	address = page.Header.Get("Location")
	if !strings.HasPrefix(address, "/xet-nghiem/") {
		w.T.Fatalf("%d %q %s", page.Status, address, webtest.Text(page.Body))
	}
	return address
}

func TestACampaignIsMadeFromTheDirectivesClause(t *testing.T) {
	w := settle(t)
	w.site.Get("/xet-nghiem").Has("Chưa có đợt nào. Tạo từ mục 3.1 của 484-TB/TU?")
	w.site.Get("/xet-nghiem/moi").Has("Người ho, sốt, khó thở", "Vùng nguy cơ rất cao", "văn bản không nêu mức này", `value="484-TB/TU"`)
	w.site.Get("/xet-nghiem/moi?mau=trong").Has("Thêm một nhóm").Lacks("Vùng nguy cơ rất cao")
	at := w.opened()
	w.site.Get("/xet-nghiem").Has("Xét nghiệm tổ 1", "Đang làm", "RT-PCR mẫu gộp")
	w.site.Get(at).Has("Còn 5 trong 5 người chưa lấy", "Tổ dân phố 1", "2 lần, 2–3 ngày/lần", "Lần 2", "Lập buổi lấy mẫu")
	w.site.Get(at + "?lan=2").Has("Còn 5 trong 5")
	w.site.Get(at + "/sua").Has(`value="Mọi người"`)
	w.site.Post(at+"/sua", form("key", "k4", "title", "Xét nghiệm tổ 1, lần nữa", "version", "1")...).Goes(at)
	w.site.Post(at+"/sua", form("key", "k2", "version", "1")...).Is(http.StatusConflict)
	w.site.Post(at+"/dong", "key", "k3").Goes(at)
	w.site.Get(at).Has("Đã đóng").Lacks("Lập buổi lấy mẫu")
}

// What is wrong stands at the line as it stands in the form, also where a line
// before it was emptied.
func TestWhatIsWrongStandsAtItsLine(t *testing.T) {
	w := settle(t)
	bad := form("line-1-name", "", "line-1-rule", "", "line-3-name", "Người già", "line-3-rule", "age >= ", "line-3-rounds", "1", "line-3-every_min", "5", "line-3-every_max", "3")
	w.site.Post("/xet-nghiem/moi", bad...).Is(http.StatusUnprocessableEntity).Has(`href="#f-line-3-every_max"`, "Người già").Lacks(`href="#f-line-1-every_max"`)
	w.site.Post("/xet-nghiem/moi", form("line-1-rule", "tuoi > 3")...).Is(http.StatusUnprocessableEntity).Has(`href="#f-line-1-rule"`)
	w.site.Post("/xet-nghiem/moi", form("line-1-rounds", "hai")...).Is(http.StatusUnprocessableEntity).Has(`href="#f-line-1-rounds"`, "hai")
	if all, err := w.c.List(t.Context(), w.by); err != nil || len(all) != 0 {
		t.Errorf("something was kept: %+v %v", all, err)
	}
}

// planned is a session of a campaign, through its form.
func (w *world) planned(at string) (address string) {
	w.T.Helper()
	w.site.Get(at+"/buoi/moi").Has("5 người đến hạn hôm nay", "Tổ dân phố 1 · 5 người đến hạn")
	page := w.site.Post(at+"/buoi/moi", "key", "s1", "unit", samplingtest.Unit, "area", w.areas[0].ID, "kind", "table", "place", "Nhà văn hóa", "starts", "08:00 12/9/2021", "ends", "09:00 12/9/2021",
		"slot_minutes", "15", "slot_people", "2")
	if address = page.Header.Get("Location"); !strings.HasPrefix(address, at+"/buoi/") {
		w.T.Fatalf("%d %q %s", page.Status, address, webtest.Text(page.Body))
	}
	return address
}

func TestASessionCallsPrintsAndSends(t *testing.T) {
	w := settle(t)
	at := w.opened()
	w.site.Post(at+"/buoi/moi", "key", "s0", "unit", samplingtest.Unit, "starts", "08:00 12/9/2021", "ends", "07:00 12/9/2021").Is(http.StatusUnprocessableEntity).Has(`href="#f-place"`, `href="#f-ends"`)
	session := w.planned(at)
	w.site.Get(session).Has("Mời 5 người", "08:00 · 2 người, 2 chưa đến", "Trần Văn 0").Lacks("Trần Văn 4")
	w.site.Get(session+"?luot=ca-buoi").Has("Trần Văn 4", "08:30")
	print := w.site.Get(session + "?in=1").Has("Trần Văn 4")
	if n := strings.Count(print.Body, `class="list-code"`); n != 5 {
		t.Errorf("%d codes on the printed list, want 5", n)
	}
	w.site.Post(session+"/nhan", "key", "n1", "count", "3").Is(http.StatusOK).Has("CK-1209-0001", "CK-1209-0003")
	w.site.Post(session+"/nhan?lang=en", "key", "n1", "count", "3").Is(http.StatusOK).Has("CK-1209-0001", "3 labels")
	w.site.Post(session+"/nhan", "key", "n2", "count", "9999").Is(http.StatusUnprocessableEntity).Has(`href="#f-count"`)
	id := session[strings.LastIndex(session, "/")+1:]
	_, err := w.S.Take(t.Context(), w.by, sampling.Batch{ID: w.IDs.New(), Records: []sampling.Record{
		{ID: w.IDs.New(), Kind: sampling.TakeSample, At: w.Now, Session: id, Resident: w.Who[0], Tube: "CK-1209-0001"},
		{ID: w.IDs.New(), Kind: sampling.MarkCall, At: w.Now, Session: id, Resident: w.Who[1], Outcome: sampling.Absent},
	}})
	w.Must(err)
	w.site.Get(session).Has("đã lấy 1", "vắng 1", "CK-1209-0001", "đang lấy", "Gửi thùng", "Phòng xét nghiệm")
	w.site.Post(session+"/gui", "key", "g0", "unit", samplingtest.Unit, "code", "THUNG-1", "laboratory", "lab").Is(http.StatusUnprocessableEntity).Has(`href="#f-tubes"`)
	w.site.Post(session+"/gui", "key", "g1", "unit", samplingtest.Unit, "code", "THUNG-1", "laboratory", "lab", "tubes", "CK-1209-0001").Goes("/thung/THUNG-1")
	w.site.Get("/thung/THUNG-1").Has("Phiếu gửi thùng THUNG-1", "1 ống, 1 người", "CK-1209-0001", "Phòng xét nghiệm", "đang trên đường")
	w.site.Get("/thung/THUNG-9").Is(http.StatusNotFound)
	w.site.Get(session).Has("đang gửi").Lacks("Gửi thùng")
	w.site.Post(session+"/moi", "key", "m1").Goes(session)
	w.site.Post(session+"/ket-thuc", "key", "e1").Goes(session)
	w.site.Get(session).Has("đã kết thúc")
	w.site.Post(session+"/moi", "key", "m2").Is(http.StatusConflict)
	w.site.Get(at).Has("Mẫu và kết quả").Lacks("đúng hạn")
	w.by.Now = w.Now.Add(13 * time.Hour)
	w.site.Clock.World = w.by.Now
	w.site.As(w.by).Get(at).Has("đúng hạn 0,0% (0/1 ống)", "quá hạn chưa có kết quả: 1 ống")
}

func TestANumberOpensItsNames(t *testing.T) {
	w := settle(t)
	at := w.opened()
	session := w.planned(at)
	id := session[strings.LastIndex(session, "/")+1:]
	_, err := w.S.Take(t.Context(), w.by, sampling.Batch{ID: w.IDs.New(), Records: []sampling.Record{{ID: w.IDs.New(), Kind: sampling.MarkCall, At: w.Now, Session: id, Resident: w.Who[3], Outcome: sampling.Refused}}})
	w.Must(err)
	names := at + "/nguoi?phuong=" + samplingtest.Unit
	w.site.Get(names+"&to="+w.areas[0].ID).Has("Trần Văn 0", "Trần Văn 4", "Chưa lấy đủ", "Lập buổi cho những người này")
	w.site.Get(names + "&loai=refused").Has("Trần Văn 3").Lacks("Trần Văn 4")
	w.site.Get(names + "&loai=absent").Has("Không có ai vắng.")
	w.site.Get(names+"&loai=due&nhom=1").Has("Trần Văn 4", "Mọi người")
	w.site.Get(names + "&loai=due&nhom=x").Is(http.StatusNotFound)
	file := w.site.Get(names + "&loai=left&xuat=csv").Is(http.StatusOK)
	if strings.Count(file.Body, "Trần Văn") != 5 {
		t.Errorf("the file has %q", file.Body)
	}
	if file = w.site.Get(at + "?xuat=csv&xep=-left").Is(http.StatusOK); !strings.Contains(file.Body, "Tổ dân phố 1,5,0,5,5") {
		t.Errorf("the file has %q", file.Body)
	}
	w.site.As(w.As(samplingtest.Ward, "leader"))
	w.site.Get(at).Has("Còn 5 trong 5").Lacks("/nguoi?phuong=")
	w.site.Get(names).Is(http.StatusForbidden)
}

func TestTheMapSaysWhatTheListSays(t *testing.T) {
	w := settle(t)
	at := w.opened()
	w.site.Get(at+"/ban-do").Has("Tổ dân phố 1", "dưới 25%: 1 nơi", "<svg", "0,0%")
}

func TestAdviceOnPools(t *testing.T) {
	w := settle(t)
	w.opened()
	w.site.Get("/xet-nghiem/gop-mau").Has("Nhập tỷ lệ dương tính")
	w.site.Get("/xet-nghiem/gop-mau?ty-le=0,5").Has("Gộp 10 mẫu một ống", "0,146")
	w.site.Get("/xet-nghiem/gop-mau?ty-le=90").Has("Không gộp: lấy mẫu đơn")
	for _, bad := range []string{"ty-le=x", "ty-le=120", "ty-le=1&toi-da=99", "ty-le=1&do-nhay=-3"} {
		w.site.Get("/xet-nghiem/gop-mau?" + bad).Has("Nhập số từ 0 đến 100").Lacks("mẫu một ống</strong>")
	}
}

// A rapid test is read on the page of its session, and corrected with a reason.
func TestARapidTestIsReadOnThePage(t *testing.T) {
	w := settle(t)
	page := w.site.Post("/xet-nghiem/moi", form("method", "rapid", "pool_max", "1", "clock_hours", "")...)
	session := w.planned(page.Header.Get("Location"))
	id := session[strings.LastIndex(session, "/")+1:]
	_, err := w.S.Take(t.Context(), w.by, sampling.Batch{ID: w.IDs.New(), Records: []sampling.Record{{ID: w.IDs.New(), Kind: sampling.TakeSample, At: w.Now, Session: id, Resident: w.Who[0], Tube: "NHANH-1"}}})
	w.Must(err)
	w.site.Get(session).Has("Đọc test nhanh", "dương tính")
	w.site.Post(session+"/doc", "key", "r1", "tube", "NHANH-1", "result", "positive").Goes(session)
	w.site.Get(session).Has("có kết quả · dương tính", "Sửa kết quả")
	w.site.Post(session+"/doc", "key", "r2", "tube", "NHANH-1", "result", "negative", "corrects", "1").Is(http.StatusUnprocessableEntity)
	w.site.Post(session+"/doc", "key", "r3", "tube", "NHANH-1", "result", "negative", "corrects", "1", "reason", "Đọc trước 15 phút").Goes(session)
	w.site.Get(session).Has("có kết quả · âm tính")
	at := session[:strings.Index(session, "/buoi/")]
	w.site.Get(at + "/nguoi?phuong=" + samplingtest.Unit + "&loai=again").Has("Không ai phải lấy lại mẫu đơn.")
}

// A pharmacy tells of somebody with fever: he is due at once, and his page says
// so until a sample answers it.
func TestSymptomsAreReportedOnThePageOfAPerson(t *testing.T) {
	w := settle(t)
	at := w.opened()
	person := "/dan-cu/nguoi/" + w.Who[0] + "/xet-nghiem"
	w.site.Get(person).Has("Trần Văn 0", "Chưa lấy mẫu lần nào", "Không có báo cáo triệu chứng")
	w.site.Post(person, "key", "p0", "onset", "12/9", "source", "pharmacy").Is(http.StatusUnprocessableEntity).Has(`href="#f-signs"`)
	w.site.Post(person, "key", "p1", "signs", "fever", "onset", "30/9/2021", "source", "pharmacy").Is(http.StatusUnprocessableEntity).Has(`href="#f-onset"`)
	w.site.Post(person, "key", "p2", "signs", "fever", "onset", "11/9", "source", "pharmacy").Goes(person)
	w.site.Get(person).Has("sốt", "nhà thuốc", "Lấy ngay")
	session := w.planned(at)
	id := session[strings.LastIndex(session, "/")+1:]
	_, err := w.S.Take(t.Context(), w.by, sampling.Batch{ID: w.IDs.New(), Records: []sampling.Record{{ID: w.IDs.New(), Kind: sampling.TakeSample, At: w.Now, Session: id, Resident: w.Who[0], Tube: "LB-1", Consent: "Mẹ, Trần Thị B"}}})
	w.Must(err)
	w.site.Get(person).Has("LB-1", "có triệu chứng", "Mẹ, Trần Thị B đồng ý thay", "đã lấy mẫu")
	w.site.As(w.As(samplingtest.Ward, "registrar"))
	w.site.Get(person).Is(http.StatusForbidden)
}
