package taskpage_test

import (
	"net/http"
	"strings"
	"testing"

	"phaodai/internal/task"
	"phaodai/internal/web/webtest"
)

// busy is a district at work: fourteen wards must hand in a plan today, one
// group gets it handed on, one ward is late with something else.
func busy(t *testing.T) (*world, []string) {
	t.Helper()
	w := settle(t)
	plan := w.give("chutich", at(5, 18, 40), task.AssignInput{
		Document: document, Item: "2.2.(1)", Offices: w.wards(), Title: "Trình kế hoạch phòng, chống dịch",
		Text: "UBND phường xây dựng kế hoạch thực hiện, hoàn thành trình UBND Quận phê duyệt trong ngày 07/9/2021.", Deadline: endOf(7),
	})
	w.give("chutich", at(5, 18, 45), task.AssignInput{
		Document: document, Item: "3.3", Offices: w.wards(), Title: "Tuyên truyền bằng loa, Zalo, xe lưu động",
		Deadline: at(7, 15, 0), Proof: []string{task.ProofPhoto},
		Targets: []task.Target{{Text: "100% tổ dân phố", Value: 100, Unit: "percent", Op: "min"}},
	})
	w.give("chutich", at(5, 18, 50), task.AssignInput{
		Document: document, Item: "2.2.(3)", Offices: []string{w.people.Offices["ubnd.00154"]}, Title: "Áp dụng kế hoạch đã phê duyệt", Start: at(9, 6, 0),
	})
	w.give("thuongtruc", at(5, 19, 0), task.AssignInput{
		Offices: []string{w.people.Offices["ubnd.00154"]}, Title: "Trình kế hoạch phòng, chống dịch của phường", Deadline: endOf(7),
		Text: "UBND phường xây dựng kế hoạch thực hiện, trình UBND Quận phê duyệt trong ngày 07/9/2021.",
	})
	return w, plan
}

func TestTodayShowsWhatIsDueAndAcceptingIsOneTap(t *testing.T) {
	w, plan := busy(t)
	mine := w.of(w.people.Offices["ubnd.00154"], plan)
	site := w.sit("cukhoi")
	site.Get("/viec").Is(200).Has("Việc hôm nay · ", "Còn 7 giờ 39 phút", "Trình kế hoạch phòng, chống dịch", "mục 2.2.(1)", "Quá hạn 1 giờ 20 phút",
		"Từ 06:00 thứ Năm 09/9", `action="/viec/`+mine+`/nhan"`, "Nhận việc")
	site.Post("/viec/"+mine+"/nhan", "key", "k1").Goes("/viec/" + mine)
	site.Post("/viec/"+mine+"/nhan", "key", "k1").Goes("/viec/" + mine) // sent twice by a slow network
	site.Get("/viec/"+mine).Has("Đã nhận", "Báo cáo kết quả", "12-TB/QU", "Sao chép gửi Zalo", "Nhận việc").Lacks(`/nhan"`)
	site.Get("/viec").Has(`href="/viec/` + mine + `#bao-cao"`)

	w.sit("to1.cukhoi").Get("/viec").Has("Hôm nay không còn việc đến hạn")
	w.sit("quantri").Get("/viec").Is(http.StatusForbidden)
}

func TestAReportWithAPhotoIsVerified(t *testing.T) {
	w, _ := busy(t)
	page, err := w.parts.Tasks.Tasks(t.Context(), w.as("cukhoi"), task.Filter{Mine: true, Late: true})
	if err != nil || len(page.Cards) != 1 {
		t.Fatal(page.Cards, err)
	}
	id := page.Cards[0].ID
	site := w.sit("cukhoi")
	site.Post("/viec/"+id+"/nhan", "tiep", "/viec").Goes("/viec/" + id)
	site.Get("/viec/"+id).Has("Cần minh chứng: ảnh.", `name="photo"`, "100% tổ dân phố")
	to := "/viec/" + id + "/bao-cao"
	site.Post(to, "text", "Đã phát loa").Is(http.StatusUnprocessableEntity).Has("Cần kèm ảnh", "Đã phát loa")
	site.Upload(to, []webtest.File{{Field: "photo", Name: "virus.jpg", Data: "MZ\x90\x00\x03 this is a program"}}, "text", "Đã phát loa").
		Is(http.StatusUnprocessableEntity).Has("virus.jpg không phải là ảnh", "Đã phát loa")
	site.Upload(to, []webtest.File{{Field: "file", Name: "a.zip", Data: "PK\x03\x04 archive"}}, "text", "x").Has("Chọn tệp .pdf, .docx, .xlsx")
	site.Post(to, "text", "x", "name-0", "Tổ dân phố", "value-0", "chín").Has("“chín” không phải là số")
	site.Upload(to, []webtest.File{{Field: "photo", Name: "loa phường.png", Data: png}, {Field: "file", Name: "bang.pdf", Data: "%PDF-1.4 x"}},
		"text", "Đã phát loa 3 lần", "name-0", "100% tổ dân phố", "value-0", "95,5", "link", "https://longbien.example/tin", "key", "k7").Goes("/viec/" + id)
	site.Get("/viec/"+id).Has("Đã báo cáo, chờ xác nhận", "Đã phát loa 3 lần", "95,5", "loa phường.png", "bang.pdf", "https://longbien.example/tin")

	d, err := w.parts.Tasks.Task(t.Context(), w.as("cukhoi"), id)
	if err != nil {
		t.Fatal(err)
	}
	for _, proof := range d.Report.Proofs {
		if proof.Kind == task.ProofPhoto {
			got := site.Do(request("GET", "/viec/"+id+"/minh-chung/"+proof.ID)).Is(200)
			if got.Body != png || got.Header.Get("Content-Type") != "image/png" {
				t.Errorf("photo came back as %s, %d bytes", got.Header.Get("Content-Type"), len(got.Body))
			}
		}
	}
	w.sit("thachban").Get("/viec/" + id).Is(http.StatusNotFound)

	site = w.sit("chutich")
	site.Get("/viec").Has("Chờ xác nhận (1)", "Xem báo cáo, xác nhận")
	site.Post("/viec/"+id+"/tra-lai", "reason", "").Is(http.StatusUnprocessableEntity).Has("Ghi lý do trả lại")
	site.Post("/viec/"+id+"/tra-lai", "reason", "Thiếu xe lưu động", "key", "k8").Goes("/viec/" + id)
	w.sit("cukhoi").Get("/viec/"+id).Has("Trả lại, cần bổ sung", "Thiếu xe lưu động")
	w.sit("cukhoi").Post("/viec/"+id+"/bao-cao", "text", "Đã chạy xe", "for", "Trần Văn Hòa").Goes("/viec/" + id)
	site = w.sit("chutich")
	site.Get("/viec/"+id).Has("nhập thay Trần Văn Hòa", "Các lần báo cáo (2)", "Lần 1")
	site.Post("/viec/" + id + "/xac-nhan").Goes("/viec/" + id)
	site.Get("/viec/"+id).Has("Đã xác nhận", "Đóng việc")
	site.Post("/viec/" + id + "/dong").Goes("/viec/" + id)
}

func TestMoreTimeObstaclesAndHandingOn(t *testing.T) {
	w, plan := busy(t)
	id := w.of(w.people.Offices["ubnd.00154"], plan)
	site := w.sit("cukhoi")
	site.Post("/viec/" + id + "/nhan").Goes("/viec/" + id)
	site.Post("/viec/"+id+"/tien-do", "percent", "140").Is(http.StatusUnprocessableEntity).Has("Tiến độ từ 0 đến 100", `value="140"`)
	site.Post("/viec/"+id+"/tien-do", "percent", "40").Goes("/viec/" + id)
	site.Post("/viec/"+id+"/xin-gia-han", "until", "32/9", "reason", "x").Has("Không có ngày 32/9")
	site.Post("/viec/"+id+"/xin-gia-han", "until", "8/9", "reason", "Chờ số liệu y tế").Goes("/viec/" + id)
	w.sit("chutich").Get("/viec/"+id).Has("xin gia hạn đến hết ngày 08/9", "Chờ số liệu y tế", "Đồng ý đến hết ngày 08/9")
	w.sit("chutich").Post("/viec/"+id+"/quyet-gia-han", "grant", "1").Goes("/viec/" + id)
	site = w.sit("cukhoi")
	site.Get("/viec/"+id).Has("Còn 1 ngày 7 giờ", "40%")
	site.Post("/viec/"+id+"/vuong-mac", "reason", "").Has("Ghi vướng mắc gì")
	site.Post("/viec/"+id+"/vuong-mac", "reason", "Thiếu người trực chốt").Goes("/viec/" + id)
	site.Get("/viec/"+id).Has("Vướng mắc:", "Thiếu người trực chốt", "Hết vướng mắc")
	site.Post("/viec/" + id + "/het-vuong-mac").Goes("/viec/" + id)

	site.Get("/viec/giao-tiep").Has("Chưa chọn việc nào")
	site.Get("/viec/giao-tiep?viec="+id).Has("Trình kế hoạch phòng, chống dịch", "Tổ dân phố, thôn (9)", "Văn phòng - Thống kê")
	site.Post("/viec/giao-tiep", "viec", id).Is(http.StatusUnprocessableEntity)
	site.Post("/viec/giao-tiep", "viec", id, "to", "Đội bóng phường").Has("Chưa rõ nơi nhận: “Đội bóng phường”")
	site.Post("/viec/giao-tiep", "viec", id, "posts", w.people.Posts["van-phong.00154"], "deadline", "8/9 10h", "text", "Tổng hợp trước 10 giờ").Goes("/viec/" + id)
	site.Get("/viec/"+id).Has("Đã giao tiếp và các kỳ", "Văn phòng - Thống kê")
	w.sit("canbo.cukhoi").Get("/viec").Has("Trình kế hoạch phòng, chống dịch", "Còn 17 giờ 40 phút")
}

func TestGivingOutByHand(t *testing.T) {
	w := settle(t)
	site := w.sit("chutich")
	site.Get("/viec/giao?van-ban="+document).Has("Giao cho", "12-TB/QU", "Phòng Y tế", "Ủy ban nhân dân (14)")
	site.Post("/viec/giao", "title", "", "to", "").Is(http.StatusUnprocessableEntity).Has("Ghi việc cần làm", `href="#f-title"`)
	site.Post("/viec/giao", "title", "Trực chốt", "to", "UBND các phường", "deadline", "06/9").Is(http.StatusPreconditionRequired).
		Has("đã qua. Chọn giờ khác, hoặc ghi lý do", "Lý do giữ hạn đã qua", "Trực chốt", "UBND các phường")
	p := site.Post("/viec/giao", "title", "Trực chốt", "to", "UBND các phường", "deadline", "08/9", "proof", "photo", "every", "1", "at_time", "17:00", "key", "k1")
	if p.Status != http.StatusSeeOther {
		p.Goes("/viec/…")
	}
	site.Get(p.Location).Has("Trực chốt", "Thu hồi", "Xong 0/14", "Ảnh", "giao cho 14 nơi")
	site.Post(p.Location + "/thu-hoi").Goes(p.Location)
	w.sit("cukhoi").Get("/viec/tat-ca?tim=truc+chot").Has("Không có việc nào như vậy")
	w.sit("canbo.cukhoi").Get("/viec/giao").Is(http.StatusForbidden)
}

func TestListsFilterExportAndActOnMany(t *testing.T) {
	w, plan := busy(t)
	site := w.sit("chutich")
	site.Get("/viec/tat-ca?tim=ke+hoach").Has("Trình kế hoạch phòng, chống dịch", "UBND P. Cự Khối", "hết ngày 07/9", "Nơi thực hiện").Lacks("Tuyên truyền bằng loa")
	site.Get("/viec/tat-ca?tinh-trang=VERIFIED").Has("Không có việc nào như vậy")
	site.Get("/qua-han").Has("Việc quá hạn · 14", "Tuyên truyền bằng loa").Lacks("Trình kế hoạch")
	for format, head := range map[string]string{"csv": "Việc", "xlsx": "PK"} {
		got := site.Do(request("GET", "/viec/tat-ca?van-ban="+document+"&xuat="+format)).Is(200)
		if !strings.Contains(got.Body[:min(len(got.Body), 200)], head) || !strings.Contains(got.Header.Get("Content-Disposition"), "."+format) {
			t.Errorf("%s export: %q %q", format, got.Header.Get("Content-Disposition"), got.Body[:min(len(got.Body), 80)])
		}
	}
	csv := site.Do(request("GET", "/viec/tat-ca?van-ban="+document+"&xuat=csv")).Body
	if n := strings.Count(csv, "Trình kế hoạch phòng, chống dịch"); n < 14 {
		t.Errorf("the export has %d of 14 rows", n)
	}
	mine := w.of(w.people.Offices["ubnd.00154"], plan)
	site.Get("/viec/don-doc?viec="+mine).Has("UBND P. Cự Khối", "Còn 7 giờ 39 phút", "Lời đôn đốc", "http://example.com/viec/"+mine)
	site.Post("/viec/don-doc", "viec", mine, "text", "Nộp trước 20 giờ", "back", "/qua-han", "key", "k").Goes("/qua-han")
	site.Post("/viec/don-doc").Is(http.StatusUnprocessableEntity).Has("Chọn việc cần đôn đốc")
	w.sit("cukhoi").Get("/hop-thu").Has("đôn đốc: Trình kế hoạch phòng, chống dịch. Hạn: hết ngày 07/9. Nộp trước 20 giờ")
	w.sit("cukhoi").Post("/viec/nhan", "viec", mine, "key", "k2").Goes("/viec/tat-ca")
	w.sit("cukhoi").Get("/viec/tat-ca?cua-toi=1&tinh-trang=ACCEPTED").Has("Trình kế hoạch phòng, chống dịch")
}

func TestTheInboxIsReadAndAcknowledged(t *testing.T) {
	w, _ := busy(t)
	site := w.sit("cukhoi")
	site.Get("/hop-thu").Has("4 chưa đọc", "giao UBND P. Cự Khối: Trình kế hoạch", "Hạn: không có hạn", "Đã biết")
	list, err := w.parts.Inbox.Messages(t.Context(), w.as("cukhoi"), filter())
	if err != nil {
		t.Fatal(err)
	}
	site.Post("/hop-thu/" + list.Messages[0].ID + "/biet").Goes("/hop-thu")
	site.Get("/hop-thu").Has("3 chưa đọc", "đã biết lúc 16:20")
	site.Post("/hop-thu/doc").Goes("/hop-thu")
	site.Get("/hop-thu?chua-doc=1").Has("Không còn tin chưa đọc")
	w.sit("thachban").Post("/hop-thu/" + list.Messages[0].ID + "/biet").Is(http.StatusNotFound)
	w.sit("to1.cukhoi").Get("/hop-thu").Has("Chưa có tin nào")
}

func TestTheTerritoryOfACommitteeMember(t *testing.T) {
	w, _ := busy(t)
	site := w.sit("diaban")
	site.Get("/dia-ban").Has("Địa bàn tôi phụ trách", "Thạch Bàn", "1 quá hạn", "Đôn đốc", "tel:", "Trực ban")
	w.sit("giamsat").Get("/dia-ban").Is(200)
}

func TestFollowingADocument(t *testing.T) {
	w, plan := busy(t)
	mine := w.of(w.people.Offices["ubnd.00154"], plan)
	w.accept("cukhoi", mine)
	site := w.sit("chutich")
	site.Get("/theo-doi").Has("12-TB/QU", "quá hạn")
	site.Get("/theo-doi?van-ban="+document).Has("2.2.(1)", "Tuyên truyền bằng loa", "CK", "Cự Khối: đang làm", "0/14", "Đôn đốc 14 nơi", "đã xác nhận")
	site.Get("/theo-doi?van-ban=khong-co").Is(http.StatusNotFound)
	for _, format := range []string{"csv", "xlsx"} {
		site.Do(request("GET", "/theo-doi?van-ban="+document+"&xuat="+format)).Is(200)
	}
	csv := site.Do(request("GET", "/theo-doi?van-ban="+document+"&xuat=csv")).Body
	if !strings.Contains(csv, "đang làm") || !strings.Contains(csv, "Cự Khối") {
		t.Errorf("matrix: %s", csv)
	}
}

func TestTheSameWorkFromBothLinesIsOneCard(t *testing.T) {
	w, plan := busy(t)
	mine := w.of(w.people.Offices["ubnd.00154"], plan)
	site := w.sit("cukhoi")
	site.Get("/viec/"+mine).Has("Có thể là cùng một việc", "Trình kế hoạch phòng, chống dịch của phường")
	d, err := w.parts.Tasks.Task(t.Context(), w.as("cukhoi"), mine)
	if err != nil || len(d.Likely) == 0 {
		t.Fatal(d.Likely, err)
	}
	other := d.Likely[0].ID
	site.Post("/viec/" + mine + "/gop").Is(http.StatusUnprocessableEntity).Has("Chọn ít nhất một việc trùng")
	site.Post("/viec/"+mine+"/gop", "others", other).Goes("/viec/" + mine)
	site.Get("/viec/"+mine).Has("Các nguồn giao việc này", "Trình kế hoạch phòng, chống dịch của phường")
	site.Get("/viec").Has("Gộp 2 việc:")
	site.Post("/viec/" + other + "/tach").Goes("/viec/" + other)
}

func TestAStaleCardSaysWhoChangedIt(t *testing.T) {
	w, plan := busy(t)
	mine := w.of(w.people.Offices["ubnd.00154"], plan)
	w.sit("cukhoi").Post("/viec/" + mine + "/nhan").Goes("/viec/" + mine)
	w.sit("cukhoi").Post("/viec/"+mine+"/tien-do", "version", "1", "percent", "10", "text", "đang viết dở").
		Is(http.StatusConflict).Has("16:20", "đang viết dở")
	w.sit("chutich").Post("/viec/" + mine + "/thu-hoi").Is(http.StatusConflict).Has("đã nhận việc này lúc 16:20")
	w.sit("chutich").Post("/viec/"+mine+"/huy", "reason", "Đã có văn bản mới").Goes("/viec/" + mine)
	w.sit("chutich").Get("/viec/" + mine).Has("Đã hủy")
}

func TestCopyingAShareTextIsRecorded(t *testing.T) {
	w, plan := busy(t)
	mine := w.of(w.people.Offices["ubnd.00154"], plan)
	r := request("POST", "/viec/"+mine+"/da-chep?kenh=zalo")
	r.Header.Set("X-Requested-With", "fetch")
	w.sit("cukhoi").Do(r).Is(http.StatusNoContent)
	w.sit("cukhoi").Get("/viec/"+mine).Has("Sao chép tin gửi", "http://example.com/viec/"+mine)
}
