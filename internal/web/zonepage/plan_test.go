package zonepage_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"phaodai/internal/zoning"
)

const cuKhoi = "00154"

var later = at(7, 17, 40)

// drafting is the afternoon of 7 September: criteria issued, plans open, Cự
// Khối with two groups, a building on the border and a market without numbers.
func drafting(t *testing.T) (*world, string) {
	t.Helper()
	w := settle(t)
	w.now = at(6, 16, 0)
	w.criteria(w.table())
	w.open()
	w.now = at(7, 16, 20)
	w.groups(cuKhoi, 2)
	w.place(cuKhoi, "apartment_building", "Chung cư A, tòa 2", 105.9000, 21.0200)
	w.place(cuKhoi, "wet_market", "Chợ dân sinh B", 105.9050, 21.0250)
	w.numbers(w.chairman(cuKhoi), w.areas[cuKhoi][2].ID, 20, 3)
	return w, "/ke-hoach/" + w.plans[cuKhoi].ID
}

func TestAWardSeesWhatIsMissingAndSubmits(t *testing.T) {
	w, at := drafting(t)
	site := w.sit("cukhoi")
	site.Get("/ke-hoach").Has("Kế hoạch phường", "Phường Cự Khối", "Dự thảo", "Còn 7 giờ 39 phút", at).Lacks("Thạch Bàn")
	p := site.Get(at).Has("Kế hoạch Phường Cự Khối", "bản 1", "hết ngày 07/9", "Tổ dân phố 1", "90 · 310", "số ngày từ ca bệnh gần nhất: 20",
		"Chưa đủ số liệu, phường tự xét.", "Nhập số liệu (0/4)", "Lấy gợi ý cho các khu vực chưa chọn (3)", "Trước khi trình còn thiếu 1:", "4 khu vực chưa đề xuất loại")
	if strings.Count(p.Body, `class="primary"`) != 3 { // one of the page, one of the fold that adds an area, one of the lock
		t.Errorf("%d primary buttons", strings.Count(p.Body, `class="primary"`))
	}
	// Submitting is always possible, and answers with what is missing.
	site.Post(at+"/trinh").Is(http.StatusUnprocessableEntity).Has("Chưa trình được, còn thiếu:", `href="`+at+`#a-`+w.areas[cuKhoi][3].ID)

	site.Post(at + "/goi-y").Goes(at)
	market := w.areas[cuKhoi][3].ID
	site.Get(at).Has("1 khu vực chưa đề xuất loại", "CT 15&#43;", "Đi chợ theo thẻ ngày chẵn, ngày lẻ").Lacks("Lấy gợi ý cho các khu vực")
	site.Post(at+"/khu-vuc/"+market, "class", "A02", "gates", "một", "person", "Trần Thị B").Is(http.StatusUnprocessableEntity).
		Has("“một” không phải là số", "Trần Thị B", `value="một"`, `href="#f-gates"`)
	site.Post(at+"/khu-vuc/"+market, "class", "A02", "gates", "1").Goes(at)
	site.Get(at).Has("1 chốt chưa có người phụ trách", "chưa có người")
	site.Post(at+"/khu-vuc/"+market, "class", "A02", "gates", "1", "person", "Trần Thị B", "phone", "0912345678").Goes(at)
	site.Get(at).Has("1 chốt", "Trần Thị B", "tel:0912345678").Lacks("Trước khi trình còn thiếu")
	site.Post(at + "/trinh").Goes(at)
	site.Get(at).Has("Đã trình", "Trình lúc", "Phường trình", "Thu hồi").Lacks("Sửa biện pháp, chốt", "Trình UBND Quận</button>")
	site.Post(at + "/thu-hoi").Goes(at)
	site.Get(at).Has("bản 2", "Dự thảo", "Phường thu hồi")
}

func TestAnotherClassBringsItsOwnMeasures(t *testing.T) {
	w, at := drafting(t)
	area := w.areas[cuKhoi][0].ID
	site := w.sit("cukhoi")
	site.Post(at+"/khu-vuc/"+area, "class", "A02", "additions", "Đóng cửa hàng ăn lúc 20 giờ\nXét nghiệm 5 ngày một lần", "reason", "Có khu nhà trọ").Goes(at)
	site.Get(at).Has("Đóng cửa hàng ăn lúc 20 giờ; Xét nghiệm 5 ngày một lần", "Có khu nhà trọ", "khác gợi ý", "Lý do khác gợi ý")
	site.Post(at+"/khu-vuc/"+area, "class", "A03", "additions", "Đóng cửa hàng ăn lúc 20 giờ\nXét nghiệm 5 ngày một lần").Goes(at)
	site.Get(at).Lacks("Đóng cửa hàng ăn lúc 20 giờ")
	site.Post(at+"/khu-vuc/"+area, "class", "A09").Is(http.StatusUnprocessableEntity).Has("Chọn một mục trong danh sách")
	site.Post(at+"/khu-vuc/"+area, "class", "A01").Goes(at) // without a reason it is saved, and asked for
	site.Get(at).Has("1 khu vực khác gợi ý mà chưa ghi lý do")
}

func TestARowThatSomebodyElseChangedIsNotOverwritten(t *testing.T) {
	w, at := drafting(t)
	area := w.areas[cuKhoi][0]
	old := zoning.Mark{Area: area.ID}.Seen()
	w.put(cuKhoi, area, zoning.MarkInput{Class: "A01", Reason: "Giáp nơi phong tỏa"})
	w.sit("cukhoi").Post(at+"/khu-vuc/"+area.ID, "class", "A03", "person", "Lê Văn C", "seen", old).Is(http.StatusConflict).
		Has("vừa sửa nội dung này", "Lê Văn C", "Giáp nơi phong tỏa")
}

func TestALineSavesItselfByScript(t *testing.T) {
	w, at := drafting(t)
	area := w.areas[cuKhoi][0].ID
	r := httptest.NewRequest(http.MethodPost, at+"/khu-vuc/"+area, strings.NewReader(url.Values{"class": {"A03"}}.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("HX-Request", "true")
	p := w.sit("cukhoi").Do(r).Goes(at)
	if p.Header.Get("Set-Cookie") != "" {
		t.Error("the message would stand on the next page")
	}
}

func TestAreasNumbersAndGroups(t *testing.T) {
	w, at := drafting(t)
	site := w.sit("cukhoi")
	site.Post(at+"/them", "kind", "wet_market").Is(http.StatusUnprocessableEntity)
	site.Post(at+"/them", "name", "Khu nhà trọ C", "kind", "house_list", "households", "12", "people", "chín").Has("“chín” không phải là số", "Khu nhà trọ C")
	site.Post(at+"/them", "name", "Khu nhà trọ C", "kind", "house_list", "households", "12", "people", "1.040").Goes(at)
	site.Get(at).Has("Khu nhà trọ C", "12 · 1.040", "Danh sách nhà")

	market := w.areas[cuKhoi][3].ID
	to := at + "/so-lieu/" + market
	site.Get(to).Has("Số liệu · Chợ dân sinh B", "Số người tiếp xúc gần", "Nguồn số liệu")
	site.Post(to, "n-days_since_case", "lâu rồi", "source", "Trạm y tế").Is(http.StatusUnprocessableEntity).Has("“lâu rồi” không phải là số", "lâu rồi")
	site.Post(to, "n-days_since_case", "-3", "source", "Trạm y tế").Has("Không nhỏ hơn 0")
	site.Post(to, "n-days_since_case", "1.040,5", "n-contacts", "2", "n-unknown_source", "0", "n-crowded_place", "1", "source", "Trạm y tế phường").Goes(at + "#a-" + market)
	site.Get(to).Has(`value="1040,5"`, "Trạm y tế phường", "có chợ, bến xe, khu nhà trọ đông người: có")
	site.Get(at + "/so-lieu/khong-co").Is(http.StatusNotFound)

	site = w.sit("thachban")
	at = "/ke-hoach/" + w.plans["00148"].ID
	site.Get(at).Has("Chưa có khu vực. Lấy danh sách tổ dân phố của phường?")
	site.Post(at + "/lay-to").Goes(at)
	site.Get(at).Has("Tổ dân phố 1", "Tổ dân phố 2")
	site.Post(at + "/lay-to").Goes(at) // again: nothing twice
	v, err := w.zones.Plan(t.Context(), w.as("thachban"), w.plans["00148"].ID)
	w.must(err)
	seen := map[string]bool{}
	for _, l := range v.Lines {
		if seen[l.Area.Name] {
			t.Errorf("%s stands twice", l.Area.Name)
		}
		seen[l.Area.Name] = true
	}
}

func TestThePlanIsSortedFilteredExportedAndWritten(t *testing.T) {
	w, at := drafting(t)
	site := w.sit("cukhoi")
	site.Post(at + "/goi-y").Goes(at)
	site.Get(at + "?loc=thieu").Has("Chợ dân sinh B").Lacks(">Tổ dân phố 1<")
	site.Get(at + "?tim=chung+cu").Has("Chung cư A, tòa 2").Lacks(">Chợ dân sinh B<")
	site.Get(at + "?loc=giap").Has("Không có khu vực nào như vậy")
	p := site.Get(at + "?xep=-nguoi")
	if strings.Index(p.Body, ">Tổ dân phố 2<") > strings.Index(p.Body, ">Tổ dân phố 1<") {
		t.Error("more people do not come first")
	}
	for _, column := range []string{"ten", "loai-hinh", "goi-y", "-chon"} {
		site.Get(at + "?xep=" + column).Is(200)
	}
	csv := site.Do(httptest.NewRequest("GET", at+"?xuat=csv", nil)).Is(200).Has("Chung cư A, tòa 2", "Khu vực 02", "số ngày từ ca bệnh gần nhất: 20")
	if got := csv.Header.Get("Content-Disposition"); !strings.Contains(got, ".csv") {
		t.Errorf("disposition %q", got)
	}
	if xlsx := site.Do(httptest.NewRequest("GET", at+"?xuat=xlsx", nil)).Is(200); !strings.HasPrefix(xlsx.Body, "PK") {
		t.Error("no workbook")
	}
	p = site.Post(at + "/van-ban")
	if p.Status != http.StatusSeeOther || !strings.HasPrefix(p.Location, "/van-ban-di/") {
		t.Errorf("the document of the plan: %d %s", p.Status, p.Location)
	}
	site.Get(at).Has("Văn bản soạn từ kế hoạch này:", `<a href="`+p.Location+`">Dự thảo</a>`)
}

func TestNewCriteriaAskTheWardToLookAgain(t *testing.T) {
	w, at := drafting(t)
	w.sit("cukhoi").Post(at + "/goi-y").Goes(at)
	table := w.table()
	for i := range table.Rows {
		if cell, ok := table.Rows[i].Cells["A01"]; ok && table.Rows[i].Title.En == "Last case" {
			days := 61.0
			cell.When[0].LT = &days
			table.Rows[i].Cells["A01"] = cell
			table.Rows[i].Cells["A02"] = cell
		}
	}
	w.now = later
	w.criteria(table)
	site := w.sit("cukhoi")
	site.Get(at).Has("Quận đổi khung tiêu chí lúc 17:40: 3 khu vực cần xem lại.", "gợi ý đã đổi, lúc chọn là", "Đã xem lại")
	market := w.areas[cuKhoi][3].ID
	site.Post(at + "/trinh").Is(http.StatusConflict).Has("Quận đổi khung tiêu chí lúc")
	site.Post(at + "/xem-lai").Goes(at)
	site.Get(at).Has("Phường xem lại theo khung tiêu chí mới")
	site.Post(at+"/khu-vuc/"+market, "class", "A02").Goes(at)
	site.Get(at + "?loc=xem-lai").Has("Tổ dân phố 1").Lacks(">Chợ dân sinh B<")
}

func TestVersionsAreCompared(t *testing.T) {
	w, at := drafting(t)
	w.place(cuKhoi, "lane", "Ngõ 5", 105.91, 21.03)
	for _, a := range w.areas[cuKhoi][3:] {
		w.put(cuKhoi, a, zoning.MarkInput{Class: "A02"})
	}
	site := w.sit("cukhoi")
	site.Get(at + "/cac-ban").Has("Chưa trình bản nào")
	w.submit(cuKhoi)
	site.Post(at + "/thu-hoi").Goes(at)
	w.put(cuKhoi, w.areas[cuKhoi][4], zoning.MarkInput{Class: "A01", Gates: 2, Person: "Lê Văn C"})
	w.submit(cuKhoi)
	site.Get(at+"/cac-ban").Has("bản 2", "bản 1", "So với bản trước, 1 khu vực khác:", "Ngõ 5", "Khu vực 02", "Khu vực 01", "CT 15&#43; → ", "Số chốt: 0 → 2", "Bản trình đầu tiên, 5 khu vực")
}

func TestOnlyTheWardHasTheForms(t *testing.T) {
	w, at := drafting(t)
	site := w.sit("chanhvp.ubnd")
	site.Get("/ke-hoach").Has("Phường Cự Khối", "Phường Thạch Bàn", "/phe-duyet")
	site.Get(at).Has("Tổ dân phố 1", "4 khu vực chưa đề xuất loại").Lacks("Lưu khu vực này", "Trình UBND Quận", "Tạo văn bản kế hoạch")
	site.Post(at+"/khu-vuc/"+w.areas[cuKhoi][0].ID, "class", "A03").Is(http.StatusForbidden)
	w.sit("thachban").Get(at).Is(http.StatusForbidden)
	w.sit("giamsat").Get(at).Has("Tổ dân phố 1").Lacks("Lưu khu vực này")
}

func TestEveryListOpens(t *testing.T) {
	w := settle(t)
	w.criteria(w.table())
	site := w.sit("chanhvp.ubnd")
	for _, path := range []string{"/ke-hoach", "/phe-duyet", "/khu-vuc", "/tieu-chi"} {
		site.Get(path).Is(200)
	}
}
