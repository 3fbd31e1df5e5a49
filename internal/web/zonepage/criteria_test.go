package zonepage_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"phaodai/internal/criterion"
	"phaodai/internal/demo"
	"phaodai/internal/zoning"
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

// holed is a table of which the first of two rows leaves a hole and the second
// meets it, each for some values of its own measure.
func holed(t *testing.T) (*world, string) {
	t.Helper()
	w := settle(t)
	w.now = at(6, 9, 0)
	table := &criterion.Table{ID: "x", Title: criterion.Name{Vi: "Khung tiêu chí thử", En: "Criteria"}, Layer: "district_area", Mode: criterion.Exactly,
		Classes: []criterion.Class{{Code: "A01", Name: criterion.Name{Vi: "Khu vực 01", En: "Area 01"}}, {Code: "A02", Name: criterion.Name{Vi: "Khu vực 02", En: "Area 02"}}, {Code: "A03", Name: criterion.Name{Vi: "Khu vực 03", En: "Area 03"}}},
		Measures: []criterion.Measure{{Name: "cases", Type: "number", Unit: "ca", Title: criterion.Name{Vi: "ca đã rõ nguồn lây", En: "cases of known source"}},
			{Name: "near", Type: "bool", Title: criterion.Name{Vi: "giáp nơi đang phong tỏa", En: "beside a blocked area"}}}}
	cases := func(c criterion.Condition) criterion.Cell {
		c.Measure = "cases"
		return criterion.Cell{When: []criterion.Condition{c}}
	}
	number := func(x float64) *float64 { return &x }
	yes := true
	table.Rows = []criterion.Row{
		{Title: criterion.Name{Vi: "Ca đã rõ nguồn lây, 14 ngày", En: "Cases of known source"}, Cells: map[string]criterion.Cell{"A01": cases(criterion.Condition{GE: number(4)}), "A02": cases(criterion.Condition{GE: number(1), LE: number(2)}), "A03": cases(criterion.Condition{LT: number(1)})}},
		{Title: criterion.Name{Vi: "Giáp nơi đang phong tỏa", En: "Beside a blocked area"}, Cells: map[string]criterion.Cell{"A02": {When: []criterion.Condition{{Measure: "near", Is: &yes}}}}},
	}
	sc, err := w.zones.SaveScheme(t.Context(), w.as("chanhvp.ubnd"), zoning.SchemeInput{Unit: w.unit(demo.DistrictPath).ID, Table: table,
		Bundles: map[string]zoning.Choice{"A01": {Bundle: "HN17"}, "A02": {Bundle: "CT15PLUS", Additions: []string{"Đi chợ theo thẻ"}}, "A03": {Bundle: "CT15"}}})
	w.must(err)
	w.sit("chanhvp.ubnd")
	return w, "/tieu-chi/" + sc.ID
}

// part is a page from one mark up to another.
func part(t *testing.T, body, from, to string) string {
	t.Helper()
	_, rest, ok := strings.Cut(body, from)
	out, _, more := strings.Cut(rest, to)
	if !ok || !more {
		t.Fatalf("no part from %s to %s", from, to)
	}
	return out
}

func TestAHoleStandsAtTheRowThatLeavesItAndAnOverlapAtBoth(t *testing.T) {
	w, path := holed(t)
	p := w.site.Get(path).Has(`<a href="#d-1">Ca đã rõ nguồn lây, 14 ngày</a>`, `<a href="#d-2">Giáp nơi đang phong tỏa</a>`)
	first, second := part(t, p.Body, `<tr id="d-1"`, `<tr id="d-2"`), part(t, p.Body, `<tr id="d-2"`, `<tr id="bien-phap"`)
	for _, want := range []string{"Có trường hợp không thuộc cột nào", "Ví dụ ca đã rõ nguồn lây: 3 ca; giáp nơi đang phong tỏa: không.", "Có trường hợp thuộc cả Khu vực 02, Khu vực 03", "Chồng với tiêu chí: Giáp nơi đang phong tỏa (Khu vực 02)"} {
		if !strings.Contains(first, want) {
			t.Errorf("the first row lacks %q", want)
		}
	}
	if strings.Contains(second, "không thuộc cột nào") || !strings.Contains(second, "Ví dụ giáp nơi đang phong tỏa: có; ca đã rõ nguồn lây: 0 ca") || !strings.Contains(second, "Chồng với tiêu chí: Ca đã rõ nguồn lây, 14 ngày (Khu vực 03)") {
		t.Errorf("the second row: %s", second)
	}
	// What the row is given makes it the other's complement; a border closes the hole.
	w.site.Get(path+"?sua=khi.1").Has(`action="`+path+`/dong/1/khi"`, "Điều kiện chung áp dụng trước")
	w.site.Post(path+"/dong/1/khi", "edits", w.edits(path), "measure-0", "near", "op-0", "no").Goes(path + "#d-1")
	w.site.Post(path+"/o/1/A02", "edits", w.edits(path), "measure-0", "cases", "op-0", "ge-lt", "a-0", "1", "b-0", "4").Goes(path + "#d-1")
	w.site.Get(path).Has("Bảng kín", "khi giáp nơi đang phong tỏa không", "!near &amp;&amp; cases &gt;= 1")
	w.site.Post(path+"/dong/1/khi", "edits", w.edits(path), "measure-0", "cases", "op-0", "ge", "a-0", "một").Is(http.StatusUnprocessableEntity).Has(`value="một"`, "không phải là số")
	w.site.Post(path+"/dong/7/khi", "edits", w.edits(path)).Is(http.StatusNotFound)
}

func TestShiftsAndNamesOfClassesAreEditedAndCompared(t *testing.T) {
	w, path := tabled(t)
	w.whole(path)
	draft := w.site.Post(path+"/trinh", "signer", w.people.Posts["chu-tich@ubnd"], "read", "1").Is(http.StatusSeeOther).Location
	w.issue(strings.TrimPrefix(draft, "/van-ban-di/"))
	post := func(to string, pairs ...string) {
		t.Helper()
		w.site.Post(path+to, append(pairs, "edits", w.edits(path))...).Is(http.StatusSeeOther)
	}
	w.site.Get(path+"?sua=dieu-chinh").Has(`action="`+path+`/dieu-chinh"`, "chặt hơn 1 mức", "nhẹ hơn 2 mức")
	w.site.Post(path+"/dieu-chinh", "edits", w.edits(path), "title_vi", "Nhà trọ", "by", "1").Is(http.StatusUnprocessableEntity).Has("Ghi ít nhất một điều kiện", `value="Nhà trọ"`)
	w.site.Post(path+"/dieu-chinh", "edits", w.edits(path), "title_vi", "Nhà trọ", "by", "3", "measure-0", "crowded_place", "op-0", "yes").Is(http.StatusUnprocessableEntity)
	post("/dieu-chinh", "title_vi", "Có nhà trọ đông", "by", "1", "measure-0", "crowded_place", "op-0", "yes", "source", "Phường")
	w.site.Get(path).Has("Có nhà trọ đông: ", "chặt hơn 1 mức", "(Phường)", "Điều chỉnh mức mới: Có nhà trọ đông")
	w.site.Get(path + "?sua=dieu-chinh.1").Has(`value="Có nhà trọ đông"`)
	post("/dieu-chinh/1", "title_vi", "Có nhà trọ đông người", "by", "-1", "measure-0", "contacts", "op-0", "ge", "a-0", "5")
	w.site.Get(path).Has("Có nhà trọ đông người: ", "nhẹ hơn 1 mức")
	post("/loai/A01", "title_vi", "Khu vực đỏ", "title_en", "Red area", "badge", "Đỏ")
	w.site.Post(path+"/loai/A01", "edits", w.edits(path), "title_vi", "x", "badge", "quá nhiều chữ").Is(http.StatusUnprocessableEntity)
	w.site.Post(path+"/loai/A09", "edits", w.edits(path), "title_vi", "x").Is(http.StatusNotFound)
	post("/dong/1", "title_vi", "Ngày từ ca gần nhất")
	w.site.Post(path+"/chung", "edits", w.edits(path), "title_vi", "x", "layer", "district_area", "mode", "strictest", "near", "5").Is(http.StatusUnprocessableEntity).Has("từ 10 đến 2000 m")
	post("/chung", "title_vi", "Khung tiêu chí tháng 9", "layer", "district_area", "mode", "strictest", "near", "200")
	w.site.Get(path).Has("phiên bản 2", "Khu vực đỏ", `<span aria-hidden="true">Đỏ</span>`, "So với phiên bản 1", "Tên loại: Khu vực 01 → Đỏ Khu vực đỏ", "Đổi tên tiêu chí: ", " → Ngày từ ca gần nhất", "Tên khung: ", "được coi là giáp nhau trong (m): — → 200 m", "Điều chỉnh mức mới: Có nhà trọ đông người").
		Lacks("Bỏ tiêu chí Ca bệnh")
	w.site.Get(path+"?ban=1").Has("Khu vực 01").Lacks("Có nhà trọ đông", "<strong>Khu vực đỏ")
	w.site.Get(path+"?ban=1&so-voi=2").Has("Tên loại: Đỏ Khu vực đỏ → Khu vực 01", "Bỏ điều chỉnh mức: Có nhà trọ đông người")
	post("/dieu-chinh/1/bo")
	w.site.Get(path).Has("Chưa có điều chỉnh mức nào").Lacks("Điều chỉnh mức mới")
	w.site.Post(path+"/dieu-chinh/1/bo", "edits", w.edits(path)).Is(http.StatusNotFound)
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
	w, path = holed(t)
	b = w.site.Browse()
	b.Shots("tieu-chi-o-dong", path)
	b.Shots("tieu-chi-dieu-kien", path+"?sua=khi.1")
	b.Shots("tieu-chi-dieu-chinh", path+"?sua=dieu-chinh#dc-moi")
}
