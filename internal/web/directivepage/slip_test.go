package directivepage

import (
	"strings"
	"testing"

	"phaodai/internal/directive"
	"phaodai/internal/web/webtest"
)

// advised brings a document to the standing leader.
func (w *world) advised(text string) directive.Document {
	w.t.Helper()
	d := w.entered(text)
	_, err := w.directive.Advise(w.t.Context(), w.actor("chanhvp"), directive.AdviseInput{
		Document: d.ID, Advice: "UBND Quận chủ trì mục 3.1 và 3.2; 14 phường thực hiện; hạn 15/9.",
		Copies: []directive.Copy{{Text: "Đảng ủy các phường"}, {Text: "UBND Quận"}, {Text: "Lưu VP", Purpose: directive.ForFile}},
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return d
}

func TestTheOfficeAdvisesAndTheLeaderApprovesFromTheList(t *testing.T) {
	w := newWorld(t)
	d := w.entered(seed(t, seed004))
	site := w.as("chanhvp")
	site.Get("/cho-tham-muu").Has("484-TB/TU", "Tham mưu")
	site.Get("/van-ban/"+d.ID+"/phieu").Has("Văn phòng tham mưu, đề xuất", "Trình Thường trực duyệt", "UBND P. Cự Khối")
	site.Post("/van-ban/"+d.ID+"/phieu/tham-muu", "key", "a0", "version", "1", "advice", "").Is(422)
	site.Post("/van-ban/"+d.ID+"/phieu/tham-muu", "key", "a1", "advice", "UBND Quận chủ trì mục 3.1; hạn 15/9.",
		"copies", "- Đảng ủy các phường;\n- UBND Quận;\n- Lưu VP.").Goes("/van-ban/" + d.ID + "/phieu")

	w.as("thuongtruc").Get("/cho-duyet").Has("Số đến 612", "UBND Quận chủ trì mục 3.1", "Duyệt theo đề xuất", "Mốc: ")
	w.site.Get("/van-ban/"+d.ID+"/phieu").Has("Duyệt, có ý kiến", "Trả lại", "Triển khai ngay.")
	w.site.Post("/van-ban/"+d.ID+"/phieu/duyet", "key", "b0", "with_opinion", "1", "opinion", "").Has("Ghi ý kiến")
	w.site.Post("/van-ban/"+d.ID+"/phieu/duyet", "key", "b1").Goes("/cho-duyet")
	w.site.Get("/cho-duyet").Has("Không có phiếu chờ duyệt.")
	w.site.Post("/van-ban/"+d.ID+"/phieu/duyet", "key", "b2").Is(409)
	w.site.Get("/van-ban/"+d.ID+"/phieu").Has("Đã duyệt theo đề xuất", "Đã sao gửi")
	w.site.Get("/van-ban/"+d.ID+"/phieu?in=1").Has("Phiếu xử lý văn bản đến", "Sao gửi:", "Lưu VP")

	w.as("bithu.cukhoi").Get("/van-ban/" + d.ID).Has("484-TB/TU")
	w.as("chanhvp").Get("/van-ban/"+d.ID).Has("1 nơi đã mở", "Rà soát nội dung")
}

func TestASlipGoesBackWithItsReason(t *testing.T) {
	w := newWorld(t)
	d := w.advised(seed(t, seed004))
	site := w.as("thuongtruc")
	site.Post("/van-ban/"+d.ID+"/phieu/tra-lai", "key", "r0", "reason", "").Is(428).Has("Ghi lý do trả lại")
	site.Post("/van-ban/"+d.ID+"/phieu/tra-lai", "key", "r1", "reason", "Nêu rõ ai chủ trì mục 3.1.").Goes("/cho-duyet")
	w.as("chanhvp").Get("/van-ban/"+d.ID+"/phieu").Has("Trả lại", "Nêu rõ ai chủ trì mục 3.1.")
}

func TestADecisionOnPaperIsEnteredWithItsPhoto(t *testing.T) {
	w := newWorld(t)
	d := w.advised(seed(t, seed004))
	site := w.as("vanthu")
	page := site.Get("/van-ban/"+d.ID+"/phieu").Has("Đã duyệt trên giấy, nhập thay", "Phó Bí thư Thường trực")
	post := w.people.Posts["pho-bi-thu"]
	if !strings.Contains(page.Body, post) {
		t.Fatal("the standing deputy secretary cannot be chosen")
	}
	form := []string{"key", "p", "post", post, "decided", "8/9/2021", "decided_clock", "11:30", "paper_opinion", "Đồng ý."}
	site.Upload("/van-ban/"+d.ID+"/phieu/nhap-thay", nil, form...).Is(422)
	form[1] = "p2"
	site.Upload("/van-ban/"+d.ID+"/phieu/nhap-thay", []webtest.File{{Field: "photo", Name: "phieu.png", Data: png}}, form...).Goes("/van-ban/" + d.ID + "/phieu")
	site.Get("/van-ban/"+d.ID+"/phieu").Has("nhập thay", "Ảnh phiếu đã ký", "Đồng ý.")
}

// png is the smallest picture: one grey point.
const png = "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00:~\x9bU\x00\x00\x00\nIDATx\x9cch\x00\x00\x00\x82\x00\x81\xddC\xd9\x06\x00\x00\x00\x00IEND\xaeB`\x82"

func TestListsThatWaitAndTheSearchAreSortedAndExported(t *testing.T) {
	w := newWorld(t)
	w.advised(seed(t, seed004))
	w.advised("ỦY BAN NHÂN DÂN\nTHÀNH PHỐ HÀ NỘI\nSố: 20/CT-UBND\nHà Nội, ngày 03 tháng 9 năm 2021\nCHỈ THỊ\nVề tăng cường các biện pháp phòng, chống dịch\n1. UBND Quận thực hiện nghiêm.")
	site := w.as("thuongtruc")
	before := func(path, first, second string) {
		t.Helper()
		page := site.Get(path)
		a, b := strings.Index(page.Body, first), strings.Index(page.Body, second)
		if a < 0 || b < 0 || a > b {
			t.Errorf("%s: %s at %d, %s at %d", path, first, a, second, b)
		}
	}
	before("/cho-duyet?xep=arrived", "484-TB/TU", "20/CT-UBND")
	before("/cho-duyet?xep=-arrived", "20/CT-UBND", "484-TB/TU")
	site.Get("/cho-duyet").Has("Sắp xếp theo", "Mới đến trước", "/cho-duyet?xuat=csv")
	before("/cho-duyet?xuat=csv&xep=-arrived", "20/CT-UBND", "484-TB/TU")
	before("/van-ban?xep=issued", "20/CT-UBND", "484-TB/TU")
	before("/van-ban?xep=-issued", "484-TB/TU", "20/CT-UBND")
	site.Get("/van-ban?xep=issued").Has(`aria-sort="ascending"`, "xep=-issued")
	before("/van-ban?xuat=csv&xep=-issued", "484-TB/TU", "20/CT-UBND")

	w.entered("ỦY BAN NHÂN DÂN\nTHÀNH PHỐ HÀ NỘI\nSố: 21/CT-UBND\nHà Nội, ngày 04 tháng 9 năm 2021\nCHỈ THỊ\nVề đi lại\n1. UBND Quận thực hiện.")
	site = w.as("chanhvp")
	site.Get("/cho-tham-muu?xep=symbol").Has("21/CT-UBND", `aria-sort="ascending"`, "xuat=xlsx")
	site.Get("/cho-tham-muu?xuat=csv").Has("21/CT-UBND").Lacks("484-TB/TU")
	site.Get("/ho-so?xuat=csv").Lacks("484-TB/TU")
}
