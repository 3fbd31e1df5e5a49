package orgpage

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/demo"
	"phaodai/internal/id"
	"phaodai/internal/instant"
	"phaodai/internal/org"
	"phaodai/internal/task"
	"phaodai/internal/testkit"
	"phaodai/internal/web/webtest"
)

func TestMain(m *testing.M) { os.Exit(webtest.Main(m, "org")) }

var now = instant.Of(time.Date(2021, 9, 5, 18, 35, 0, 0, instant.Vietnam()))

type counter struct{ n int }

func (c *counter) Read(p []byte) (int, error) {
	c.n++
	copy(p, fmt.Sprintf("%010d", c.n))
	return len(p), nil
}

type house struct {
	*webtest.Site
	t      *testing.T
	store  *db.DB
	people demo.People
	units  *org.Service
	tasks  *task.Service
}

func open(t *testing.T, login string) *house {
	t.Helper()
	store := testkit.SQLite(t)
	ids := id.NewSource(now.Time, &counter{})
	people, err := demo.Organisation(t.Context(), store, ids, now)
	if err != nil {
		t.Fatal(err)
	}
	h := &house{t: t, store: store, people: people, units: org.New(store, ids), tasks: task.New(store, ids)}
	h.Site = webtest.New(t, h.actor(login), Pages(h.units, h.tasks.OpenOf))
	return h
}

func (h *house) actor(login string) (by auth.Actor) {
	h.t.Helper()
	err := h.store.Read(h.t.Context(), func(tx *db.Tx) (err error) {
		by, err = h.people.Actor(tx, login, now, now)
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return by
}

func TestUnitsAndSearch(t *testing.T) {
	h := open(t, "chanhvp")
	h.Get("/don-vi").Is(200).Has("Quận Long Biên", "Phường Cự Khối")
	h.Get("/don-vi?tu=tren").Has("Thành phố Hà Nội")
	h.Get("/don-vi?q=cu+khoi").Has("Phường Cự Khối", "UBND phường Cự Khối")
	h.Get("/don-vi?q=khong+co+gi").Has("Không tìm thấy")
	h.Get("/don-vi/01-004-00154").Is(200).Has("Phường Cự Khối", "Đảng ủy phường Cự Khối", "Chủ tịch", "Tổ dân phố 9", "Phụ trách địa bàn", "tel:")
	h.Get("/don-vi/01-004-00118").Has("Chưa có người giữ")
	h.Get("/don-vi/01-004-00136").Has("Chưa có người trực")
	h.Get("/don-vi/01-004-00154?luc=2019-01-01").Has("Tổ chức tại thời điểm", "không hoạt động")
	h.Get("/don-vi/01-999").Is(404)
	h.Get("/don-vi?tu=01-004-00154&xuat=csv").Is(200).Has("Tổ trưởng tổ dân phố")
	h.Get("/don-vi/01-004-00154?xuat=csv").Is(200).Has("Đảng ủy phường Cự Khối", "Tổ trưởng tổ dân phố")
	h.As(h.actor("to1.cukhoi")).Get("/don-vi").Is(403)
}

func TestCommittee(t *testing.T) {
	h := open(t, "chanhvp")
	bcd := "/ban-chi-dao/" + h.people.Offices["bcd"]
	h.Get("/ban-chi-dao").Is(200).Has("Sở Chỉ huy phòng, chống dịch Covid-19 quận Long Biên", "Chưa có quy chế làm việc", "Hiện chưa có người trực")
	page := h.Get(bcd).Is(200).Has("1215-QĐ/QU", "07-QC/BCĐ", "Trưởng ban", "Chưa giao nhiệm vụ", "Đường dây nóng", "Nhận ca lúc")
	if strings.Count(page.Body, "<h1>") != 1 {
		t.Error("not one heading")
	}
	h.Get("/ban-chi-dao/" + h.people.Offices["bcd.00139"]).Has("Chưa có quyết định thành lập")
	h.Post(bcd+"/ho-so", "version", "1", "state", "ACTIVE", "founding_text", "").Is(422).Has("nhập số, ngày quyết định")
	h.Post(bcd+"/ho-so", "version", "1", "state", "ACTIVE", "founding_text", "Quyết định mới", "founding_document", "http://localhost/van-ban/01abc?x=1", "regulation_text", "Quy chế mới").Goes(bcd)
	h.Get(bcd).Has("Quyết định mới", "Chưa có người phát ngôn", `href="/van-ban/01abc"`)
	h.Post(bcd+"/ho-so", "version", "1", "state", "ACTIVE", "founding_text", "Cũ").Is(409).Has("vừa sửa nội dung này")
	h.Post(bcd+"/thanh-vien", "role", "member").Is(422)
	h.Post(bcd+"/thanh-vien", "post", h.people.Posts["truong-vhtt"], "role", "member", "duty", "Loa, Zalo").Goes(bcd)
	h.Get(bcd).Has("Loa, Zalo")
	v, err := h.units.Committee(t.Context(), h.actor("chanhvp"), h.people.Offices["bcd"])
	if err != nil {
		t.Fatal(err)
	}
	last := v.Members[len(v.Members)-2].Member
	h.Post(bcd+"/thanh-vien/"+last.ID, "post", last.Post, "role", "member", "duty", "Việc đã đổi").Goes(bcd)
	h.Get(bcd).Has("Việc đã đổi")
	h.Post(bcd+"/thanh-vien/"+last.ID, "remove", "1").Goes(bcd)
	h.Get(bcd).Lacks("Việc đã đổi")
	h.As(h.actor("thachban")).Post(bcd+"/ho-so", "state", "ACTIVE").Is(403)
}

func TestDuty(t *testing.T) {
	h := open(t, "chanhvp")
	sch := "/truc-ban/co-quan/" + h.people.Offices["sch"]
	h.Get("/truc-ban").Is(200).Has("1 nơi hiện chưa có người trực", "Trực ban Sở Chỉ huy quận (24/24)")
	h.Get("/truc-ban?tuan=2021-09-06").Has("06/9/2021", "Chưa có người trực: 22:00 07/9/2021")
	h.Get("/truc-ban?tuan=2021-09-06&xuat=csv").Has("Chưa có người trực")
	h.Get(sch+"?tuan=2021-09-06").Is(200).Has("Chưa có người trực", "Đã xếp")
	h.Get(sch).Has("Đã bàn giao")
	h.Get(sch + "?xuat=csv").Is(200)
	h.Post(sch+"/ca", "person", "", "from", "22:00 7/9/2021", "to", "06:00 8/9/2021").Is(422)
	h.Post(sch+"/ca", "person", h.people.Persons["truc-ban"], "from", "22:00 7/9/2021", "to", "06:00 10/9/2021").Is(422).Has("48 giờ")
	h.Post(sch+"/ca", "person", h.people.Persons["truc-ban"], "from", "22:00 7/9/2021", "to", "06:00 8/9/2021").Goes(sch + "?tuan=2021-09-07")
	h.Get("/truc-ban?tuan=2021-09-06").Lacks("Chưa có người trực: 22:00 07/9/2021")
	h.Post(sch+"/so", "number", "gọi", "label", "x").Is(422)
	h.Post(sch+"/so", "number", "1022", "label", "Tổng đài", "public", "1").Goes("/truc-ban/co-quan/" + h.people.Offices["sch"])
	lines, err := h.units.Hotlines(t.Context(), h.actor("chanhvp"), demo.DistrictPath)
	if err != nil {
		t.Fatal(err)
	}
	h.Post("/truc-ban/so/"+lines[0].ID+"/thu", "answered", "0").Is(303)
	h.Get("/truc-ban").Has("không ai nghe")
	h.Post("/truc-ban/so/"+lines[0].ID+"/thu", "remove", "1").Is(303)
}

func TestHandOver(t *testing.T) {
	h := open(t, "chanhvp")
	by := h.actor("chanhvp")
	in := org.ShiftInput{Office: h.people.Offices["sch"], Person: by.Person, From: now.Add(-time.Hour), To: now.Add(7 * time.Hour)}
	shift, err := h.units.PlanShift(t.Context(), by, in)
	if err != nil {
		t.Fatal(err)
	}
	in.From, in.To = now.Add(48*time.Hour), now.Add(50*time.Hour)
	later, err := h.units.PlanShift(t.Context(), by, in)
	if err != nil {
		t.Fatal(err)
	}
	h.Get("/truc-ban/ban-giao").Is(200).Has("Nhận ca trực", "Bàn giao gần nhất", "Ca sắp tới")
	h.Get("/truc-ban").Has("Ca trực của mình")
	h.Post("/truc-ban/ca/"+shift.ID+"/nhan", "place", "Phòng trực").Is(303)
	h.Get("/truc-ban/ban-giao").Has("Nhận ca lúc", "Phòng trực", "Nội dung bàn giao")
	h.Post("/truc-ban/ca/"+shift.ID+"/ban-giao", "note", "").Is(422)
	h.Post("/truc-ban/ca/"+shift.ID+"/ban-giao", "note", "Chốt ngõ 45 thiếu người.").Goes("/truc-ban/ban-giao")
	h.Get("/truc-ban/co-quan/" + h.people.Offices["sch"]).Has("Chốt ngõ 45 thiếu người.")
	h.Post("/truc-ban/ca/" + later.ID + "/bo").Is(303)
	h.As(h.actor("trucban")).Get("/truc-ban/ban-giao").Is(200).Has("Nhận ca lúc", "Ghi bàn giao ca")
	h.As(h.actor("thuongtruc")).Get("/truc-ban/ban-giao").Is(200)
	h.As(h.actor("vanthu")).Get("/truc-ban/ban-giao").Has("Hiện không có ca trực")
}

func TestManage(t *testing.T) {
	h := open(t, "quantri")
	h.Get("/quan-tri/don-vi").Is(200).Has("Quận Long Biên")
	h.Get("/quan-tri/don-vi?q=nguyen").Is(200)
	unit := "/quan-tri/don-vi/01-004-00154"
	h.Get(unit).Is(200).Has("Thêm cơ quan", "Đổi tên", "Kết thúc đơn vị", unit+"/ket-thuc")
	h.Post(unit+"/them", "new_name", "", "tier", "group").Is(422)
	h.Post(unit+"/them", "new_name", "Tổ dân phố 99", "tier", "group").Goes(unit)
	h.Post(unit+"/ten", "version", "1", "name", "Phường Cự Khối Mới", "at", "6/9/2021", "decree", "Nghị quyết").Goes(unit)
	h.Get(unit).Has("Phường Cự Khối → Phường Cự Khối Mới")
	h.Post(unit+"/ten", "version", "1", "name", "Khác").Is(409)
	goes := h.Post(unit+"/co-quan", "office_name", "Tổ hỗ trợ", "office_kind", "TEAM", "line", "state", "aliases", "THT\nTổ HT").Is(303).Location
	h.Get(goes).Is(200).Has("Tổ hỗ trợ", "Chưa có chức danh")
	h.Post(goes+"/chuc-danh", "title", "").Is(422)
	post := h.Post(goes+"/chuc-danh", "title", "Tổ trưởng", "roles", "unit_head", "level", "2", "head", "1", "rank", "1").Is(303).Location
	h.Get(post).Is(200).Has("Tổ trưởng", "Chưa có người giữ")
	h.Post(post+"/nguoi", "person", "").Is(422)
	h.Post(post+"/nguoi", "key", "k1", "new_name", "Lê Văn Thử", "phone", "0900 000 001").Goes(post)
	h.Get(post+"?q=thu").Has("Lê Văn Thử", "Thôi giữ")
	h.Post(post + "/dia-ban").Is(422)
	h.Post(post+"/dia-ban", "organisation", h.people.Offices["dang-uy.00154"]).Goes(post)
	h.Post(post+"/sua", "version", "1", "title", "Tổ trưởng tổ hỗ trợ", "roles", "unit_head", "level", "1", "head", "1").Goes(post)
	h.Post(goes+"/ten", "version", "1", "office_name", "Tổ hỗ trợ cộng đồng").Goes(goes)
	h.manageRest(goes, post)
	h.As(h.actor("chanhvp")).Get(unit).Is(403)
	h.outsider(goes, post)
}

// outsider is an administrator of another ward: he sees no form that he could
// not send.
func (h *house) outsider(office, post string) {
	h.t.Helper()
	by := h.actor("quantri")
	by.Grants = []auth.Grant{{Role: "admin", Path: demo.DistrictPath + "01-004-00148/", Level: auth.Internal}}
	h.As(by)
	for _, path := range []string{"/quan-tri/don-vi/01-004-00154", office, post, "/quan-tri/can-bo/" + h.people.Persons["chu-tich.00154"]} {
		h.Get(path).Is(403)
	}
	for _, path := range []string{"/quan-tri/don-vi/01-004-00148", "/quan-tri/can-bo/" + h.people.Persons["chu-tich.00148"]} {
		h.Get(path).Is(200)
	}
}

// manageRest ends what TestManage made, from the person up to the ward.
func (h *house) manageRest(office, post string) {
	h.t.Helper()
	by := h.actor("quantri")
	v, err := h.units.Post(h.t.Context(), by, strings.TrimPrefix(post, "/quan-tri/chuc-danh/"))
	if err != nil {
		h.t.Fatal(err)
	}
	person := "/quan-tri/can-bo/" + v.Holders[0].Person.ID
	h.Get(person).Is(200).Has("Lê Văn Thử", "0900000001")
	h.Post(person+"/sua", "name", "Lê Văn Thử", "phone", "x").Is(422)
	h.Post(person+"/sua", "name", "Lê Văn Thử", "phone", "0900 000 002").Goes(person)
	h.Post(post+"/thoi-phu-trach", "id", v.Responsibilities[0].Responsibility.ID, "at", "1/10/2021").Goes(post)
	h.Post(post+"/thoi-giu", "id", v.Holders[0].Holding.ID, "at", "1/10/2021", "sure", "1").Goes(post)
	h.Post(post+"/ket-thuc", "at", "2/10/2021", "sure", "1").Goes(post)
	h.Post(office+"/ket-thuc", "at", "3/10/2021", "successor", h.people.Offices["ubnd.00154"], "sure", "1").Goes(office)
	h.Post("/quan-tri/don-vi/01-004-00154/ket-thuc", "kind", "merged", "at", "1/1/2022", "successors", "01-004-00148", "decree", "Nghị quyết", "sure", "1").Is(303)
	h.Get("/don-vi/01-004-00148").Has("Nhận sáp nhập từ")
	h.Get("/don-vi/01-004-00154?luc=2022-02-01").Has("Sáp nhập vào")
}
