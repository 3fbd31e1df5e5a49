package zonepage_test

import (
	"crypto/rand"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"phaodai/internal/auth"
	"phaodai/internal/demo"
	"phaodai/internal/id"
	"phaodai/internal/org"
	"phaodai/internal/web/webtest"
	"phaodai/internal/zoning"
)

// zoned is the district under 17/CT-UBND, Cự Khối with three groups, the
// second of which becomes area 02 at 06:00 on the 9th, and a market.
func zoned(t *testing.T) *world {
	t.Helper()
	w := settle(t)
	w.now = at(7, 16, 20)
	w.groups(cuKhoi, 3)
	w.place(cuKhoi, "wet_market", "Chợ dân sinh B", 105.9050, 21.0250)
	w.groups("00148", 1)
	_, err := w.zones.Change(t.Context(), w.as("chutich"), zoning.ChangeInput{
		Areas: []string{w.areas[cuKhoi][1].ID}, Layer: zoning.DistrictArea, Class: "A02", Bundle: "CT15PLUS", Additions: []string{"Đi chợ theo thẻ ngày chẵn, ngày lẻ"},
		From: at(9, 6, 0), Symbol: "1234/QĐ-UBND", Clause: "2", Reason: "Giáp nơi đang có ca bệnh",
	})
	w.must(err)
	return w
}

func TestTheListOfAreas(t *testing.T) {
	w := zoned(t)
	site := w.sit("chanhvp.ubnd")
	site.Get("/khu-vuc").Is(http.StatusOK).Has("Khu vực · 8", "Tổ dân phố 2", "Phường Cự Khối", "93 · 321", "Giữ biện pháp cũ", "CT 15&#43;", "06:00", "Khu vực 02",
		"Chợ dân sinh B", `class="zone at_risk square"`)
	site.Get("/khu-vuc?tim=cho+dan").Has("Khu vực · 1", "Chợ dân sinh B").Lacks("Tổ dân phố 2")
	site.Get("/khu-vuc?loai=wet_market").Has("Khu vực · 1")
	site.Get("/khu-vuc?don-vi=" + w.unit(demo.WardPath("00148")).ID).Has("Khu vực · 2")
	site.Get("/khu-vuc?phan-loai=district_area.A02").Has("Khu vực · 0", "Không có khu vực nào")
	site.Get("/khu-vuc?phan-loai=district_area.A02&luc=2021-09-09T06:00").Has("Khu vực · 1", "Tổ dân phố 2", "Đang xem lúc 06:00")
	site.Get("/khu-vuc?phan-loai=chua-ket-luan").Has("Khu vực · 0")
	site.Get("/khu-vuc?luc=hom+qua").Is(http.StatusUnprocessableEntity)
	p := site.Get("/khu-vuc?xep=-nguoi")
	if a, b := strings.Index(p.Body, "Tổ dân phố 3</a>"), strings.Index(p.Body, "Tổ dân phố 2</a>"); a > b || a < 0 {
		t.Errorf("sorted by people, the most first: group 3 at %d, group 2 at %d", a, b)
	}
	for _, column := range []string{"ten", "don-vi", "loai-hinh", "phan-loai", "den"} {
		site.Get("/khu-vuc?xep=" + column).Is(http.StatusOK)
	}
	site.Get("/khu-vuc?xuat=csv").Has("Chợ dân sinh B", "105.905", "Giữ biện pháp cũ", "Khu vực 02")
	site.Get("/khu-vuc?xuat=xlsx").Is(http.StatusOK)
	site.Get("/khu-vuc?xuat=geojson").Has(`"FeatureCollection"`, "Chợ dân sinh B", `"KEEP"`)
	w.sit("cukhoi").Get("/khu-vuc").Has("Khu vực · 5", "+ Thêm khu vực", "/khu-vuc/nap").Lacks("Phường Thạch Bàn")
}

func TestALongListComesInPages(t *testing.T) {
	w := settle(t)
	w.groups(cuKhoi, 101)
	p := w.sit("cukhoi").Get("/khu-vuc").Has("Khu vực · 102", "Tổ dân phố 99</a>").Lacks("Tổ dân phố 100</a>")
	_, after, _ := strings.Cut(p.Body, "sau=")
	after, _, _ = strings.Cut(after, `"`)
	w.site.Get("/khu-vuc?sau=" + after).Has("Tổ dân phố 101</a>").Lacks("Tổ dân phố 99</a>")
}

func TestThePageOfAnArea(t *testing.T) {
	w := zoned(t)
	path := "/khu-vuc/" + w.areas[cuKhoi][1].ID
	p := w.sit("cukhoi").Get(path).Is(http.StatusOK).Has("Tổ dân phố 2", "Quận Long Biên", "Phường Cự Khối", "17/CT-UBND", "mục 2.2.(3)", "Tiếp tục 17/CT-UBND đến khi",
		"theo Quận Long Biên", "Tiếp theo, từ 06:00", "Khu vực 02", "1234/QĐ-UBND", "mặt thay đổi", "Giáp nơi đang có ca bệnh", "Đi chợ theo thẻ ngày chẵn",
		"Số người tiếp xúc gần", "Trạm y tế phường", "/o/"+w.areas[cuKhoi][1].Code, "Lịch sử và lý do", "Sửa thông tin")
	p.Lacks("Quyết định về khu vực này") // a ward does not decide
	w.site.Get(path+"?luc=2021-09-09T06:00").Has("Lúc đó áp dụng", "Đang xem lúc 06:00").Lacks("Tiếp theo, từ", "Sửa thông tin")
	w.site.Get(path + "?luc=2021-09-09T06:00&biet-den=2021-09-06T12:00").Has("Giữ biện pháp cũ").Has("theo những gì đã biết lúc") // not yet decided
	w.site.Get(path + "?luc=2021-09-09T06:00&biet-den=2021-09-07T16:20").Has("theo những gì đã biết lúc")
	w.site.Get("/khu-vuc/khong-co").Is(http.StatusNotFound)
}

func TestTheDistrictDecidesAboutAnArea(t *testing.T) {
	w := zoned(t)
	site := w.sit("chutich")
	path := "/khu-vuc/" + w.areas[cuKhoi][0].ID
	site.Get(path).Has("Đổi loại ngay", "Phong tỏa").Lacks("Gỡ phân loại")
	site.Post(path+"/doi", "class", "", "reason", "Ca bệnh mới trong đêm").Is(http.StatusUnprocessableEntity).
		Has("Chọn văn bản, hoặc ghi số, ký hiệu.", "Ca bệnh mới trong đêm", `href="#f-class"`, `href="#f-bundle"`)
	site.Post(path+"/doi", "class", "district_area.A02", "bundle", "CT15PLUS", "symbol", "12/QĐ-UBND", "reason", "x").Is(http.StatusUnprocessableEntity).
		Has("ít nhất một biện pháp tăng cường")
	site.Post(path+"/doi", "class", "district_area.A01", "bundle", "HN17", "symbol", "12/QĐ-UBND", "clause", "1", "reason", "Ca bệnh mới trong đêm").Goes(path)
	site.Get(path).Has("Khu vực 01", "12/QĐ-UBND, mục 1", "Quyết định ngay", "Ca bệnh mới trong đêm", "Gỡ phân loại")
	site.Post(path+"/phong-toa", "symbol", "13/QĐ-UBND", "reason", "Chuỗi lây chưa rõ nguồn", "to", "21/9/2021").Goes(path)
	site.Get(path).Has(`class="zone blocked block"`, "13/QĐ-UBND", "23:59 21/9", "Kết luận phân loại áp dụng trước")
	site.Post(path+"/truoc-sau", "winner", "blocked", "loser", "blocked", "symbol", "14/KL", "reason", "x").Is(http.StatusUnprocessableEntity)
	site.Post(path+"/truoc-sau", "winner", "district_area", "loser", "blocked", "symbol", "14/KL", "reason", "Theo kết luận").Goes(path)
	site.Get(path).Has("Đã kết luận: Khu vực của Quận áp dụng trước Phong tỏa")
	site.Post(path+"/go", "layer", "blocked", "symbol", "15/QĐ-UBND", "reason", "Hết ca bệnh").Goes(path)
	site.Get(path).Lacks(`name="winner"`).Has("Hết ca bệnh")
	w.sit("cukhoi").Post(path+"/go", "layer", "district_area", "symbol", "x", "reason", "x").Is(http.StatusForbidden)
}

// disagree gives an area two decisions that nobody has ruled on.
func (w *world) disagree(area string) {
	w.t.Helper()
	for _, in := range []zoning.ChangeInput{
		{Layer: zoning.DistrictArea, Class: "A03", Bundle: "CT15", Symbol: "16/QĐ-UBND", Reason: "Không có ca"},
		{Layer: zoning.CityZone, Class: "Z1", Bundle: "CT16", Symbol: "20/CT-UBND", Reason: "Vùng 1"},
	} {
		in.Areas = []string{area}
		_, err := w.zones.Change(w.t.Context(), w.as("chutich"), in)
		w.must(err)
	}
}

func TestTwoDecisionsThatDisagreeAreBothShown(t *testing.T) {
	w := zoned(t)
	area := w.areas[cuKhoi][2].ID
	w.disagree(area)
	w.sit("chutich").Post("/khu-vuc/"+area+"/truoc-sau", "symbol", "1/KL", "reason", "x").Is(http.StatusUnprocessableEntity) // nothing chosen
	w.site.Get("/khu-vuc/"+area).Has("Hai văn bản khác nhau, chưa có quyết định", "Chưa có quyết định", `class="zone very_high circle"`, `class="zone normal square"`, "16/QĐ-UBND", "20/CT-UBND")
	w.site.Get("/khu-vuc?phan-loai=chua-ket-luan").Has("Khu vực · 1", "Tổ dân phố 3")
	w.site.Post("/khu-vuc/"+area+"/truoc-sau", "winner", "city_zone", "symbol", "1/KL", "reason", "Theo Thành phố").Goes("/khu-vuc/" + area)
	w.site.Get("/khu-vuc/" + area).Has("Đã kết luận: Vùng của Thành phố áp dụng trước Khu vực của Quận").Lacks("chưa có quyết định văn bản nào")
}

func TestAnAreaIsMadeChangedSplitAndEnded(t *testing.T) {
	w := zoned(t)
	site := w.sit("cukhoi")
	site.Get("/khu-vuc/them").Is(http.StatusOK).Has("Thêm khu vực").Lacks("zonepage.unit")
	site.Post("/khu-vuc/them", "name", "", "kind", "lane", "people", "nhiều").Is(http.StatusUnprocessableEntity).Has("“nhiều” không phải là số")
	path := site.Post("/khu-vuc/them", "name", "Ngõ 45", "kind", "lane", "people", "1.204", "lon", "105,9", "lat", "21,01").Is(http.StatusSeeOther).Location
	site.Get(path+"/sua").Has("Ngõ 45", `value="1204"`, `value="105,9"`)
	site.Post(path+"/sua", "version", "1", "name", "Ngõ 45 Bát Khối", "kind", "lane", "people", "0").Goes(path)
	site.Get(path).Has("Ngõ 45 Bát Khối")
	site.Get(path + "/sua").Has(`value="0"`)
	site.Post(path+"/sua", "version", "1", "name", "Ngõ khác", "kind", "lane").Is(http.StatusConflict).Has("vừa sửa nội dung này", "Ngõ khác")
	site.Post(path+"/sua", "version", "2", "name", "Ngõ 45", "kind", "lane", "shape", "{}").Is(http.StatusUnprocessableEntity).Has("đa giác khép kín")
	site.Post(path+"/chia", "names", "Một phần").Is(http.StatusUnprocessableEntity)
	site.Post(path+"/chia", "names", "Đầu ngõ\nCuối ngõ").Goes(path)
	site.Get(path).Has("Các phần", "Đầu ngõ", "Cuối ngõ")
	w.now = at(7, 17, 20)
	w.sit("cukhoi").Post(path + "/ket-thuc").Goes("/khu-vuc")
	site.Get("/khu-vuc").Lacks("Ngõ 45 Bát Khối")
	w.sit("chutich").Get("/khu-vuc/them").Is(http.StatusOK)
}

func TestAFileOfAreasIsLookedAtFirst(t *testing.T) {
	w := zoned(t)
	site := w.sit("cukhoi")
	ward := w.unit(demo.WardPath(cuKhoi)).ID
	site.Get("/khu-vuc/nap").Is(http.StatusOK).Has("Phường Cự Khối", "tối đa 32 MB")
	site.Upload("/khu-vuc/nap", nil, "unit", ward).Is(http.StatusUnprocessableEntity)
	site.Upload("/khu-vuc/nap", []webtest.File{{Field: "file", Name: "x.csv", Data: "chỉ một dòng"}}, "unit", ward).Is(http.StatusUnprocessableEntity).Has("không có dòng nào")
	data := "Tên;Loại;Số hộ;Nhân khẩu\nNgõ 12;Ngõ;40;160\nTổ dân phố 1;Tổ dân phố;96;350\nNgõ 13;Không rõ;;\n"
	seen := site.Upload("/khu-vuc/nap", []webtest.File{{Field: "file", Name: "x.csv", Data: data}}, "unit", ward).Is(http.StatusSeeOther).Location
	site.Get(seen).Has("Thêm 1 · cập nhật 1 · không đổi 0 · cần sửa 1", "Ngõ 12", "Không có loại hình “Không rõ”", "Ghi 2 khu vực")
	site.Get(seen+"&xuat=csv").Has("Ngõ 13", "Loại hình: Không có loại hình").Lacks("Ngõ 12")
	site.Get(seen + "&cot=1&cot-name=Nh%C3%A2n+kh%E1%BA%A9u").Has("cần sửa 3")
	q, err := url.Parse(seen)
	w.must(err)
	form := []string{"tep", q.Query().Get("tep"), "don-vi", ward, "loai", "", "cot-name", "Tên", "cot-kind", "Loại", "cot-households", "Số hộ", "cot-people", "Nhân khẩu"}
	left := site.Post("/khu-vuc/nap/luu", form...).Is(http.StatusSeeOther).Location
	site.Get(left).Has("Còn 1 dòng cần sửa", "Ngõ 13")
	site.Get("/khu-vuc").Has("Ngõ 12", "96 · 350")
	site.Post("/khu-vuc/nap/luu", append(form, "loai", "lane")...).Is(http.StatusSeeOther)
	w.sit("chutich").Get("/khu-vuc/nap").Is(http.StatusOK)
}

// crossing are two lanes that lie over each other by a fifth of each, with the
// properties of their features.
const crossing = `{"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"Tên":"Ngõ 77"},"geometry":{"type":"Polygon","coordinates":[[[105.9000,21.0200],[105.9010,21.0200],[105.9010,21.0210],[105.9000,21.0210],[105.9000,21.0200]]]}},
{"type":"Feature","properties":{"Tên":"Ngõ 79"},"geometry":{"type":"Polygon","coordinates":[[[105.9008,21.0200],[105.9018,21.0200],[105.9018,21.0210],[105.9008,21.0210],[105.9008,21.0200]]]}},
{"type":"Feature","properties":{"Tên":"Ngõ 81"},"geometry":{"type":"Polygon","coordinates":[[[105.9018,21.0200],[105.9028,21.0200],[105.9028,21.0210],[105.9018,21.0210],[105.9018,21.0200]]]}}]}`

func (w *world) crossing(site *webtest.Site) string {
	return site.Upload("/khu-vuc/nap", []webtest.File{{Field: "file", Name: "x.geojson", Data: crossing}}, "unit", w.unit(demo.WardPath(cuKhoi)).ID, "kind", "lane").Is(http.StatusSeeOther).Location
}

func TestAreasOfAFileThatOverlapAreToldRowByRow(t *testing.T) {
	w := zoned(t)
	site := w.sit("cukhoi")
	seen := w.crossing(site)
	site.Get(seen).Has("Thêm 1 · cập nhật 0 · không đổi 0 · cần sửa 2", "Chồng lên dòng 2 (“Ngõ 79”): khoảng 2.300 m²", "Chồng lên dòng 1 (“Ngõ 77”): khoảng 2.300 m²", "Ghi 1 khu vực")
	site.Get(seen+"&xuat=csv").Has("Ngõ 77", "Chồng lên dòng 2", "Ngõ 79").Lacks("Ngõ 81")
	q, err := url.Parse(seen)
	w.must(err)
	left := site.Post("/khu-vuc/nap/luu", "tep", q.Query().Get("tep"), "don-vi", w.unit(demo.WardPath(cuKhoi)).ID, "loai", "lane", "cot-name", "Tên").Is(http.StatusSeeOther).Location
	site.Get(left).Has("Còn 2 dòng cần sửa")
	site.Get("/khu-vuc").Has("Ngõ 81").Lacks("Ngõ 77", "Ngõ 79")
}

// TestAreasOfAnEndedWardWaitOnTheListAndAreMoved: nobody says what comes after
// the ward; the list names its areas, and a person puts them elsewhere.
func TestAreasOfAnEndedWardWaitOnTheListAndAreMoved(t *testing.T) {
	w := zoned(t)
	area := w.areas[cuKhoi][0]
	site := w.sit("chutich")
	site.Get("/khu-vuc").Lacks("chờ xác định đơn vị mới")
	_, err := org.New(w.store, id.NewSource(time.Now, rand.Reader)).EndUnit(t.Context(), auth.System(w.now, w.now), org.EndUnitInput{ID: area.Unit, At: w.now, Kind: org.Abolished})
	w.must(err)
	site.Get("/khu-vuc").Has("khu vực chờ xác định đơn vị mới", "/khu-vuc/"+area.ID+"/sua")
	path := "/khu-vuc/" + area.ID
	site.Get(path+"/sua").Has("Chuyển sang đơn vị khác", path+"/chuyen")
	site.Post(path + "/chuyen").Is(http.StatusUnprocessableEntity)
	site.Post(path+"/chuyen", "unit", w.unit(demo.WardPath("00148")).ID).Goes(path)
	site.Get(path).Has("Phường Thạch Bàn")
}

func TestTheMapShowsWhatTheListSays(t *testing.T) {
	w := zoned(t)
	site := w.sit("cukhoi")
	site.Get("/ban-do").Is(http.StatusOK).Has("<svg", "Bản đồ · Khu vực của Quận", "Danh sách 5 khu vực", "Bây giờ", "1 khu vực đổi", "luc=2021-09-09T06%3A00", "Giữ biện pháp cũ: 4")
	site.Get("/ban-do?luc=2021-09-09T06:00").Has("Khu vực 02: 1", `aria-current="step"`)
	site.Get("/ban-do?lop=city_zone").Has("Chưa phân loại: 4")
	site.Get("/ban-do?lop=gi").Is(http.StatusOK)
}

func TestAreasInABrowser(t *testing.T) {
	w := zoned(t)
	for i, name := range []string{"Ngõ 45 Bát Khối", "Ngõ 310 Nguyễn Văn Cừ", "Chung cư A, tòa 2", "Khu liên gia số 3", "Khu nhà trọ ngõ 12"} {
		w.place(cuKhoi, "lane", name, 105.8950+float64(i%3)*0.006, 21.0150+float64(i)*0.004)
	}
	w.disagree(w.areas[cuKhoi][2].ID)
	site := w.sit("chutich")
	file := site.Upload("/khu-vuc/nap", []webtest.File{{Field: "file", Name: "x.csv", Data: "Tên;Loại;Số hộ;Nhân khẩu\nNgõ 12;Ngõ;40;160\nTổ dân phố 1;Tổ dân phố;96;350\nNgõ 13;Không rõ;;\n"}},
		"unit", w.unit(demo.WardPath(cuKhoi)).ID).Is(http.StatusSeeOther).Location
	b := site.Browse()
	b.Shots("khu-vuc-nap-xem", file)
	b.Shots("khu-vuc-nap-chong", w.crossing(site))
	b.Shots("khu-vuc-trai-nhau", "/khu-vuc/"+w.areas[cuKhoi][2].ID)
	b.Shots("khu-vuc", "/khu-vuc")
	b.Shots("khu-vuc-mot", "/khu-vuc/"+w.areas[cuKhoi][1].ID)
	b.Shots("khu-vuc-them", "/khu-vuc/them")
	b.Shots("khu-vuc-nap", "/khu-vuc/nap")
	b.Shots("ban-do", "/ban-do?luc=2021-09-09T06:00")
}
