package zonepage_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
)

// tabled is a draft begun from the example for areas 01 to 03, opened by who
// works on it.
func tabled(t *testing.T) (*world, string) {
	t.Helper()
	w := settle(t)
	w.now = at(6, 9, 0)
	site := w.sit("chanhvp.ubnd")
	site.Get("/tieu-chi").Has("Chưa có tiêu chí. Bắt đầu từ bảng ví dụ hoặc bảng trống.", "VÍ DỤ", "Dùng bảng này", "Bắt đầu từ bảng trống")
	return w, site.Post("/tieu-chi/moi", "example", "LBAREA").Is(http.StatusSeeOther).Location
}

// edits is the state of the table that forms carry.
func (w *world) edits(path string) string {
	w.t.Helper()
	v, err := w.zones.Scheme(w.t.Context(), w.as("chanhvp.ubnd"), strings.TrimPrefix(path, "/tieu-chi/"), 0)
	w.must(err)
	return strconv.FormatInt(v.Scheme.Edits, 10)
}

func TestATableReadsAsSentences(t *testing.T) {
	w, path := tabled(t)
	p := w.site.Get(path).Is(http.StatusOK).Has("VÍ DỤ, CHƯA BAN HÀNH", "phiên bản 1", "dự thảo", "dưới 14", "từ 20", ">có<", "days_since_case &lt; 14", "Quận tự ban hành",
		"Loại Khu vực 01 chưa có biện pháp áp dụng", "3 điểm phải sửa", "số người tiếp xúc gần đang theo dõi")
	if strings.Contains(p.Body, "Thử trên số liệu") {
		t.Error("a table with faults is tried")
	}
	w.site.Get("/tieu-chi").Has(path, "Khung tiêu chí chia khu vực 01, 02, 03", "dự thảo")
	w.site.Get(path+"?xuat=yaml").Has("id: LBAREA", "days_since_case").Lacks("null")
	w.site.Get(path+"?xuat=csv").Has("Tiêu chí", "dưới 14", "Khu vực 01")
	w.sit("cukhoi").Get(path).Is(http.StatusNotFound) // a draft is for who makes it
	w.site.Post(path+"/dong", "title_vi", "x").Is(http.StatusForbidden)
	w.sit("chutich").Get("/tieu-chi/khong-co").Is(http.StatusNotFound)
}

func TestACellIsChanged(t *testing.T) {
	w, path := tabled(t)
	w.site.Get(path+"?sua=o.1.A01").Has(`name="measure-0"`, `name="a-0" value="14"`, `<option value="lt" selected>`)
	cell := path + "/o/1/A01"
	w.site.Post(cell, "edits", w.edits(path), "measure-0", "days_since_case", "op-0", "ge-lt", "a-0", "mười", "b-0", "14").Is(http.StatusUnprocessableEntity).
		Has("“mười” không phải là số", `value="mười"`, `<option value="ge-lt" selected>`)
	w.site.Post(cell, "edits", w.edits(path), "measure-0", "days_since_case", "op-0", "ge-lt", "a-0", "3,5", "b-0", "21", "source", "TTYT Quận").Goes(path + "#d-1")
	w.site.Get(path).Has("từ 3,5 đến dưới 21", "TTYT Quận", "days_since_case &gt;= 3.5 &amp;&amp; days_since_case &lt; 21")
	w.site.Post(path+"/o/2/A02", "edits", w.edits(path), "measure-0", "unknown_source", "op-0", "no").Goes(path + "#d-2")
	w.site.Post(path+"/o/3/A01", "edits", w.edits(path), "measure-0", "").Goes(path + "#d-3")
	w.site.Get(path).Lacks("từ 20").Has(">không<")
	w.site.Post(path+"/o/9/A01", "edits", w.edits(path)).Is(http.StatusNotFound)
	// A wrong type stands at its row.
	w.site.Post(path+"/o/4/A01", "edits", w.edits(path), "measure-0", "crowded_place", "op-0", "gt", "a-0", "2").Goes(path + "#d-4")
	w.site.Get(path).Has("không hợp loại số liệu")
}

func TestAStaleCellSaysWhoWasFasterAndKeepsWhatWasTyped(t *testing.T) {
	w, path := tabled(t)
	old := w.edits(path)
	w.site.Post(path+"/o/1/A02", "edits", old, "measure-0", "days_since_case", "op-0", "lt", "a-0", "21").Goes(path + "#d-1")
	w.site.Post(path+"/o/1/A01", "edits", old, "measure-0", "days_since_case", "op-0", "lt", "a-0", "10").Is(http.StatusConflict).
		Has("vừa sửa nội dung này lúc 09:00", `name="a-0" value="10"`, "dưới 21", `name="edits" value="`+w.edits(path)+`"`)
	w.site.Post(path+"/o/1/A01", "measure-0", "days_since_case", "op-0", "lt", "a-0", "10").Is(http.StatusConflict) // a form without its state
}

func TestHolesAndOverlapsStandAtTheirRowWithACase(t *testing.T) {
	w, path := tabled(t)
	w.site.Post(path+"/chung", "edits", w.edits(path), "title_vi", "Khung tiêu chí", "layer", "district_area", "mode", "exactly").Goes(path)
	p := w.site.Get(path).Has("Đúng một loại khớp", "Ví dụ", "số ngày từ ca bệnh gần nhất:")
	if !strings.Contains(p.Body, "không thuộc cột nào") || !strings.Contains(p.Body, "thuộc cả Khu vực 01") {
		t.Error("holes and overlaps are not named")
	}
	if row := strings.Index(p.Body, `<tr id="d-1" class="late">`); row < 0 || strings.Index(p.Body, "thuộc cả") < row {
		t.Error("the overlap does not stand at the row that it comes from")
	}
}

func TestRowsNumbersAndClasses(t *testing.T) {
	w, path := tabled(t)
	post := func(to string, pairs ...string) string {
		return w.site.Post(path+to, append(pairs, "edits", w.edits(path))...).Is(http.StatusSeeOther).Location
	}
	w.site.Post(path+"/dong", "edits", w.edits(path), "title_vi", "").Is(http.StatusUnprocessableEntity)
	post("/dong", "title_vi", "Tỷ lệ tiêm")
	post("/dong/5", "title_vi", "Tỷ lệ tiêm đủ liều", "title_en", "Vaccinated")
	w.site.Post(path+"/so-lieu", "edits", w.edits(path), "name", "days_since_case", "type", "number", "title_vi", "x").Is(http.StatusUnprocessableEntity)
	w.site.Post(path+"/so-lieu", "edits", w.edits(path), "name", "vaccinated", "type", "number", "title_vi", "tỷ lệ", "least", "không").Is(http.StatusUnprocessableEntity)
	post("/so-lieu", "name", "vaccinated", "type", "number", "title_vi", "tỷ lệ tiêm", "unit", "%", "most", "100")
	post("/so-lieu/vaccinated", "type", "number", "title_vi", "tỷ lệ tiêm đủ liều", "unit", "%", "least", "0", "most", "100")
	post("/o/5/A03", "measure-0", "vaccinated", "op-0", "ge", "a-0", "80")
	w.site.Get(path).Has("Tỷ lệ tiêm đủ liều", "từ 80%", "0 đến 100%")
	w.site.Post(path+"/so-lieu/vaccinated/bo", "edits", w.edits(path)).Is(http.StatusConflict).Has("còn dùng ở 1 tiêu chí")
	post("/dong/5/bo")
	post("/so-lieu/vaccinated/bo")
	w.site.Get(path).Lacks("Tỷ lệ tiêm")
	post("/loai", "code", "A04", "title_vi", "Khu vực 04")
	w.site.Get(path).Has("Khu vực 04", "Loại Khu vực 04 chưa có biện pháp áp dụng")
	w.site.Post(path+"/loai", "edits", w.edits(path), "code", "A04", "title_vi", "x").Is(http.StatusUnprocessableEntity)
	post("/loai/A04/bo")
	w.site.Post(path+"/loai/A09/bo", "edits", w.edits(path)).Is(http.StatusNotFound)
	w.site.Post(path+"/so-lieu/gi/bo", "edits", w.edits(path)).Is(http.StatusNotFound)
	w.site.Post(path+"/bien-phap/A09", "edits", w.edits(path)).Is(http.StatusNotFound)
}

// whole gives the classes of a draft their measures.
func (w *world) whole(path string) {
	w.t.Helper()
	for class, pairs := range map[string][]string{"A01": {"bundle", "HN17"}, "A02": {"bundle", "CT15PLUS", "additions", "Đi chợ theo thẻ"}, "A03": {"bundle", "CT15"}} {
		w.site.Post(path+"/bien-phap/"+class, append(pairs, "edits", w.edits(path))...).Goes(path + "#bien-phap")
	}
}

func TestATableIsTriedIssuedAndChanged(t *testing.T) {
	w, path := tabled(t)
	w.site.Post(path+"/bien-phap/A02", "edits", w.edits(path), "bundle", "CT15PLUS").Goes(path + "#bien-phap")
	w.site.Get(path).Has("Biện pháp 15&#43; cần ghi ít nhất một")
	w.site.Get(path + "?sua=bp.A02").Has(`name="additions"`)
	w.site.Post(path+"/trinh", "signer", w.people.Posts["chu-tich@ubnd"], "read", "1").Is(http.StatusUnprocessableEntity).Has("Còn 3 điểm phải sửa")
	w.whole(path)
	w.site.Get(path).Has("Bảng kín", "Trình ký ban hành", "Đã đối chiếu từng mốc")
	w.groups(cuKhoi, 2)
	w.site.Get(path+"/thu").Has("2 trên 2 khu vực khác loại đang áp dụng", "Tổ dân phố 1", "không ô nào khớp")
	w.site.Post(path+"/trinh", "signer", w.people.Posts["chu-tich@ubnd"]).Is(http.StatusUnprocessableEntity).Has("Bảng lập từ ví dụ")
	draft := w.site.Post(path+"/trinh", "signer", w.people.Posts["chu-tich@ubnd"], "read", "1").Is(http.StatusSeeOther).Location
	w.site.Get(path).Has("chờ ký", draft, "Dự thảo đang chờ ký ban hành").Lacks("Thêm tiêu chí", "VÍ DỤ")
	w.issue(strings.TrimPrefix(draft, "/van-ban-di/"))
	w.site.Get(path).Has("có hiệu lực", "Sửa ở đây tạo dự thảo phiên bản mới", "/van-ban/")
	w.site.Post(path+"/o/3/A02", "edits", w.edits(path), "measure-0", "contacts", "op-0", "ge", "a-0", "0").Goes(path + "#d-3")
	w.site.Get(path).Has("phiên bản 2", "So với phiên bản 1", "Người tiếp xúc gần, Khu vực 02: từ 1 → từ 0")
	w.site.Get(path+"/thu").Has("2 trên 2 khu vực đổi loại so với phiên bản 1", "Khu vực 03", "Khu vực 02")
	w.site.Get(path + "?ban=1").Has("Đang xem phiên bản cũ").Lacks("Thêm tiêu chí")
	w.site.Get(path+"?ban=1&so-voi=2").Has("So với phiên bản 2", "từ 0 → từ 1")
	w.site.Get(path + "?ban=9").Is(http.StatusNotFound)
}

func TestAnEmptyTable(t *testing.T) {
	w := settle(t)
	site := w.sit("chanhvp.ubnd")
	path := site.Post("/tieu-chi/moi").Is(http.StatusSeeOther).Location
	site.Get(path).Has("Chưa có tiêu chí nào.", "Chưa có số liệu nào", "Khu vực 01", "ít nhất hai cột phân loại và một tiêu chí").Lacks("Giữ biện pháp cũ")
	site.Post("/tieu-chi/moi", "example", "KHONG").Is(http.StatusNotFound)
	w.sit("cukhoi").Post("/tieu-chi/moi").Is(http.StatusForbidden)
}

func TestEveryExampleIsShown(t *testing.T) {
	w := settle(t)
	site := w.sit("chanhvp.ubnd")
	for _, id := range []string{"RS4800", "RS2686-commune", "RS2686-district", "RS2686-province"} {
		if p := site.Post("/tieu-chi/moi", "example", id); p.Status == http.StatusSeeOther {
			site.Get(p.Location).Is(http.StatusOK).Has("VÍ DỤ, CHƯA BAN HÀNH", "điểm phải sửa")
		} else {
			t.Errorf("%s: %d", id, p.Status)
		}
	}
}

func TestCriteriaInABrowser(t *testing.T) {
	w, path := tabled(t)
	b := w.site.Browse()
	b.Shots("tieu-chi", path)
	b.Shots("tieu-chi-o", path+"?sua=o.1.A01")
	b.Shots("tieu-chi-danh-sach", "/tieu-chi")
	tab := b.Desktop(path)
	tab.Tap(`#o-1-A01 > a`)
	tab.Wait(`#o-1-A01 form`)
	tab.Until(`document.querySelectorAll('.cell-form').length === 1`) // in place, and no other
	w.whole(path)
	w.groups(cuKhoi, 2)
	b.Shots("tieu-chi-thu", path+"/thu")
	w.site.Post(path+"/chung", "edits", w.edits(path), "title_vi", "Khung tiêu chí", "layer", "district_area", "mode", "exactly").Goes(path)
	b.Shots("tieu-chi-khoang-trong", path+"?sua=bp.A02")
}
