package zonepage_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"phaodai/internal/demo"
	"phaodai/internal/zoning"
)

// reviewing is 14:30 on 8 September: two wards submitted, with a red area of
// one touching a green one of the other, the rest did not.
func reviewing(t *testing.T) (*world, string) {
	t.Helper()
	w := settle(t)
	w.now = at(6, 16, 0)
	w.criteria(w.table())
	w.open()
	w.now = at(7, 15, 12)
	w.groups(cuKhoi, 3)
	red := w.place(cuKhoi, "lane", "Ngõ 12", 105.9000, 21.0200)
	w.numbers(w.chairman(cuKhoi), red.ID, 3, 30)
	w.put(cuKhoi, w.areas[cuKhoi][0], zoning.MarkInput{Class: "A02", Reason: "Có chợ tạm"})
	w.submit(cuKhoi)
	green := w.place("00136", "lane", "Ngõ 3", 105.9005, 21.0203)
	w.numbers(w.chairman("00136"), green.ID, 60, 0)
	w.submit("00136")
	w.now = at(8, 14, 30)
	w.reload()
	return w, "/phe-duyet/" + w.round
}

func TestADistrictSeesFourteenPlansSideBySide(t *testing.T) {
	w, at := reviewing(t)
	site := w.sit("chanhvp.ubnd")
	site.Get("/phe-duyet").Has("Chia khu vực theo mức độ nguy cơ", at, "Mở đợt chia khu vực")
	p := site.Get(at).Has("Phê duyệt kế hoạch 14 phường", "hết ngày 08/9", "Cự Khối", "15:12 07/9", "1 khu vực khác", "1 chỗ giáp ranh",
		"Nếu dừng ở đây: 06:00 thứ Năm 09/9 có 0 phường đổi, 14 phường giữ biện pháp cũ.", "Lập quyết định phê duyệt", "Chủ tịch · ", "Chưa trình")
	if n := strings.Count(p.Body, `name="plans"`); n != 2 {
		t.Errorf("%d wards can be ticked, want 2", n)
	}
	site.Get("/ke-hoach/"+w.plans[cuKhoi].ID+"?loc=giap").Has("Ngõ 12", "Giáp Phường Phúc Lợi:", "Ngõ 3").Lacks(">Tổ dân phố 1<")
	csv := site.Do(httptest.NewRequest("GET", at+"?xuat=csv", nil)).Is(200).Has("Phường Cự Khối", "Khu vực 01", "Chưa trình")
	if !strings.Contains(csv.Header.Get("Content-Disposition"), ".csv") {
		t.Error("no file")
	}
	for _, column := range []string{"phuong", "-trinh", "khac", "tinh-trang"} {
		site.Get(at + "?xep=" + column).Is(200)
	}
	site.Get(at+"?tinh-trang=waiting").Has("Phê duyệt kế hoạch 14 phường", ">Cự Khối<", `href="`+at+`" aria-current="true"`).Lacks(">Sài Đồng<")
	w.sit("giamsat").Get(at).Has("Cự Khối").Lacks("Lập quyết định", `name="plans"`)
	w.sit("cukhoi").Get(at).Is(http.StatusForbidden)
	w.sit("cukhoi").Post(at+"/quyet-dinh", "plans", w.plans[cuKhoi].ID).Is(http.StatusForbidden)
}

func TestTickedPlansAreReturnedWithAReason(t *testing.T) {
	w, at := reviewing(t)
	plan := w.plans[cuKhoi].ID
	site := w.sit("chanhvp.ubnd")
	site.Post(at+"/tra-lai", "plans", plan).Is(http.StatusUnprocessableEntity).
		Has("Ghi lý do trả lại, để phường biết cần sửa gì.", `value="`+plan+`" data-row checked`)
	site.Post(at+"/tra-lai", "reason", "Chưa rõ chốt").Is(http.StatusUnprocessableEntity).Has("Chọn ít nhất một phường đã trình", "Chưa rõ chốt")
	site.Post(at+"/tra-lai", "plans", plan, "plans", w.plans["00136"].ID, "reason", "Chưa rõ người phụ trách chốt", "key", "k1").Goes(at)
	site.Get(at).Has("Trả lại", "Chưa rõ người phụ trách chốt")
	site.Post(at+"/tra-lai", "plans", plan, "reason", "x", "key", "k2").Is(http.StatusConflict).Has("Kế hoạch đã bị trả lại lúc")
	w.sit("cukhoi").Get("/ke-hoach").Has("Trả lại", "Chưa rõ người phụ trách chốt")
	w.sit("cukhoi").Get("/ke-hoach/"+plan).Has("Quận trả lại", "Chưa rõ người phụ trách chốt", "bản 2")
}

func TestADecisionIsDraftedAndApprovesWhenIssued(t *testing.T) {
	w, at := reviewing(t)
	site := w.sit("chanhvp.ubnd")
	signer := w.people.Posts["chu-tich@ubnd"]
	site.Post(at+"/quyet-dinh", "signer", signer).Is(http.StatusUnprocessableEntity).Has("Chọn ít nhất một phường đã trình")
	site.Post(at+"/quyet-dinh", "plans", w.plans[cuKhoi].ID).Is(http.StatusUnprocessableEntity).Has("Chọn người ký quyết định")
	site.Post(at+"/quyet-dinh", "plans", w.plans[cuKhoi].ID, "plans", w.plans["00136"].ID, "signer", signer, "key", "k1").Goes(at + "#quyet-dinh")
	site.Get(at).Has("Quyết định chờ ký, 2 phường:", "Cự Khối", "Mở quyết định để trình ký", "14 phường giữ biện pháp cũ (trong đó 2 chờ ký quyết định)", "Rút khỏi dự thảo")
	site.Post(at+"/rut", "plan", w.plans["00136"].ID).Goes(at)
	site.Get(at).Has("Quyết định chờ ký, 1 phường:")
	v, err := w.zones.Review(t.Context(), w.as("chanhvp.ubnd"), w.round)
	w.must(err)
	w.issue(v.Decision[0])
	w.sit("chanhvp.ubnd").Get(at).Has("Đã phê duyệt", "có 1 phường đổi, 13 phường giữ biện pháp cũ")
	w.sit("cukhoi").Get("/ke-hoach/"+w.plans[cuKhoi].ID).Has("Đã phê duyệt", "Quyết định phê duyệt")
	w.now = w.now + 2*24*3600*1e6
	w.sit("cukhoi").Get("/ke-hoach").Has("Đang áp dụng")
	w.sit("chanhvp.ubnd").Get(at).Has("1 phường áp dụng kế hoạch, 13 phường giữ biện pháp cũ")
}

func TestTheOfficesAskedGiveTheirOpinion(t *testing.T) {
	w, at := reviewing(t)
	plan := w.plans[cuKhoi].ID
	site := w.sit("phongyte")
	site.Get(at).Has("Cho ý kiến", `form="yk-`+plan+`"`).Lacks("Lập quyết định")
	site.Post(at+"/y-kien", "plan", plan, "field", "health", "number", "1").Is(http.StatusUnprocessableEntity).Has("Chọn đồng ý hoặc có ý kiến khác")
	site.Post(at+"/y-kien", "plan", plan, "field", "health", "number", "1", "agrees", "0").Is(http.StatusUnprocessableEntity).Has("Không đồng ý thì ghi lý do")
	site.Post(at+"/y-kien", "plan", plan, "field", "health", "number", "1", "agrees", "0", "text", "Thiếu điểm cách ly tạm thời", "key", "k1").Goes(at)
	site.Get(at).Has("Y tế: Có ý kiến khác", "Thiếu điểm cách ly tạm thời")
	w.sit("phongkinhte").Post("/ke-hoach/"+plan+"/y-kien", "field", "economy", "number", "1", "agrees", "1").Goes("/ke-hoach/" + plan)
	w.sit("phongkinhte").Get("/ke-hoach/"+plan).Has("Kinh tế: ✓ Đồng ý", "Ý kiến về Kinh tế, bản 1")

	// The ward submits again while the office still writes about the version before.
	w.sit("cukhoi").Post("/ke-hoach/" + plan + "/thu-hoi").Goes("/ke-hoach/" + plan)
	w.sit("cukhoi").Post("/ke-hoach/" + plan + "/trinh").Goes("/ke-hoach/" + plan)
	site = w.sit("phongyte")
	site.Post(at+"/y-kien", "plan", plan, "field", "health", "number", "1", "agrees", "1", "text", "Đã đủ", "key", "k3").Is(http.StatusConflict).
		Has("Phường vừa trình bản 2 lúc", "thuộc bản 1", "Đã đủ")
	site.Get("/ke-hoach/"+plan).Has("bản 1", "bản cũ")
	w.sit("phongqldt").Post(at+"/y-kien", "plan", plan, "field", "health", "number", "2", "agrees", "1").Is(http.StatusForbidden)
}

func TestARoundIsOpenedByForm(t *testing.T) {
	w := settle(t)
	w.now = at(6, 16, 0)
	w.sit("chanhvp.ubnd").Get("/phe-duyet").Has("Chưa có tiêu chí")
	w.criteria(w.table())
	site := w.sit("chanhvp.ubnd")
	site.Get("/phe-duyet").Has("Chưa có đợt chia khu vực nào", "Phòng Y tế", "Khung tiêu chí")
	site.Post("/phe-duyet", "title", "Đợt 9/9", "unit", w.unit(demo.DistrictPath).ID, "scheme", w.scheme).Is(http.StatusUnprocessableEntity).Has("Ghi giờ và ngày bắt đầu áp dụng", "Đợt 9/9")
	site.Post("/phe-duyet", "title", "Đợt 9/9", "unit", w.unit(demo.DistrictPath).ID, "scheme", w.scheme, "starts_at", "6h00 05/9").Is(http.StatusUnprocessableEntity).Has("Thời điểm áp dụng phải ở phía trước")
	site.Post("/phe-duyet", "title", "Đợt 9/9", "unit", w.unit(demo.DistrictPath).ID, "scheme", w.scheme, "due_plan", "07/9", "due_approve", "10/9", "starts_at", "6h00 09/9").
		Has("Các mốc phải theo thứ tự", "Đợt 9/9")
	p := site.Post("/phe-duyet", "title", "Đợt 9/9", "unit", w.unit(demo.DistrictPath).ID, "scheme", w.scheme, "due_plan", "07/9", "due_approve", "08/9", "starts_at", "6h00 09/9", "ask-health", w.people.Offices["phong-y-te"])
	if p.Status != http.StatusSeeOther {
		p.Goes("/phe-duyet/…")
	}
	site.Get(p.Location).Has("Chưa phường nào trình.", "hết ngày 07/9")
	w.sit("cukhoi").Get("/ke-hoach").Has("Đợt 9/9", "hết ngày 07/9")
	w.sit("cukhoi").Get("/phe-duyet").Has("Đợt 9/9", `href="/ke-hoach"`).Lacks("Mở đợt chia khu vực", `href="`+p.Location)
	w.sit("cukhoi").Post("/phe-duyet", "title", "x").Is(http.StatusForbidden)
}

func TestReadinessForTheHour(t *testing.T) {
	w, _ := reviewing(t)
	ward, unit := w.unit(demo.WardPath(cuKhoi)).ID, w.unit(demo.DistrictPath).ID
	w.sit("cukhoi").Get("/chuyen-doi").Goes("/chuyen-doi/" + ward)
	w.sit("cukhoi").Get("/chuyen-doi/" + ward).Has("Chưa có lần chuyển đổi nào phía trước")
	doc, err := w.zones.Decide(t.Context(), w.as("chanhvp.ubnd"), zoning.DecideInput{Round: w.round, Plans: []string{w.plans[cuKhoi].ID}, Signer: w.people.Posts["chu-tich@ubnd"]})
	w.must(err)
	w.issue(doc.ID)
	site := w.sit("cukhoi")
	site.Get("/chuyen-doi/"+ward).Has("Chuyển đổi 06:00 thứ Năm 09/9/2021", "Còn 15 giờ 30 phút", "Tổ dân phố 2, Tổ dân phố 3, các nơi khác trong phường", "Giữ biện pháp cũ", "Khu vực 03",
		"Những gì thay đổi", "Sao chép gửi Zalo", "Sao chép bài phát loa", "Ủy ban nhân dân Phường Cự Khối thông báo. Từ 6 giờ thứ Năm", "In thông báo dán", "In hướng dẫn tại chốt")
	site.Get("/chuyen-doi/"+ward+"/in?luc=2021-09-09T06:00&nhom=0&bai=thong-bao").Has("THÔNG BÁO", "Phường Cự Khối", "Từ 06h00 ngày 09/9/2021, tại ")
	site.Get("/chuyen-doi/" + ward + "/in?luc=2021-09-09T06:00&nhom=0&bai=chot").Has("Hướng dẫn tại chốt")
	site.Get("/chuyen-doi/" + ward + "/in?luc=2021-09-09T06:00&nhom=9").Is(http.StatusNotFound)
	site.Get("/chuyen-doi/" + ward + "?luc=mai").Is(http.StatusUnprocessableEntity)
	r := httptest.NewRequest("POST", "/chuyen-doi/"+ward+"/da-chep?luc=2021-09-09T06:00&kenh=zalo", nil)
	r.Header.Set("X-Requested-With", "fetch")
	site.Do(r).Is(http.StatusNoContent)

	site = w.sit("chanhvp.ubnd")
	site.Get("/chuyen-doi").Has("Quận Long Biên", "06:00 thứ Năm 09/9", "Phường Cự Khối", "4 khu vực")
	site.Get("/chuyen-doi/"+unit+"?luc=2021-09-09T06:00").Has("Phường Cự Khối", "giữ biện pháp cũ", "/chuyen-doi/"+ward+"?luc=2021-09-09T06")
}
