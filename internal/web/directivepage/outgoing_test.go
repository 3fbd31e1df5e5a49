package directivepage

import (
	"strings"
	"testing"

	"phaodai/internal/directive"
)

const draftText = `1. UBND các phường rà soát người mới đến, hoàn thành trong ngày 10/9/2021.

2. Phòng Y tế tổng hợp, báo cáo UBND Quận trước 17h hàng ngày.`

// drafted writes a draft in the district's People's Committee over its page.
func (w *world) drafted() string {
	w.t.Helper()
	site := w.as("vanthu.ubnd")
	site.Get("/van-ban-di").Has("Chưa có văn bản nào")
	site.Get("/van-ban-di/soan").Has("Soạn dự thảo", "Kính gửi", "TM. ỦY BAN NHÂN DÂN")
	site.Post("/van-ban-di/soan", "key", "d0", "kind", "CV", "subject", "", "text", "").Is(422)
	sent := site.Post("/van-ban-di/soan", "key", "d1", "kind", "CV", "subject", "Về rà soát người mới đến", "text", draftText,
		"signer", w.people.Posts["chu-tich@ubnd"], "signed_for", "TM. ỦY BAN NHÂN DÂN", "urgency", "normal", "scope", "recipients",
		"recipients", "- UBND các phường (để t/h);\n- Phòng Y tế (để t/h);\n- Lưu: VT.")
	sent.Is(303)
	id, ok := strings.CutPrefix(sent.Location, "/van-ban-di/")
	if !ok {
		w.t.Fatalf("saved to %q", sent.Location)
	}
	return id
}

func TestADraftIsSubmittedSignedNumberedAndIssued(t *testing.T) {
	w := newWorld(t)
	id := w.drafted()
	path := "/van-ban-di/" + id
	site := w.as("vanthu.ubnd")
	site.Get(path).Has("Dự thảo", "Trình ký", "Bản 1", "UBND các phường", "rà soát người mới đến")
	site.Get(path).Lacks("Soạn từ kế hoạch của")
	w.planned = id
	site.Get(path).Has("Soạn từ kế hoạch của", `<a href="/ke-hoach/1">Phường Cự Khối</a>`)
	site.Get(path + "/ban/1").Has("hoàn thành trong ngày 10/9/2021")
	site.Get(path + "/ban/9").Is(404)
	site.Get("/van-ban-di/soan?du-thao="+id).Has("Sửa dự thảo", "Sửa gì so với bản trước", "Phòng Y tế tổng hợp", "- UBND các phường (để t/h)", "- Lưu: VT")
	site.Post("/van-ban-di/soan", "key", "d2", "document", id, "kind", "CV", "subject", "Về rà soát người mới đến", "text", draftText+"\n\n3. Báo cáo kết quả.",
		"signer", w.people.Posts["chu-tich@ubnd"], "signed_for", "TM. ỦY BAN NHÂN DÂN", "urgency", "normal", "scope", "recipients",
		"recipients", "- UBND các phường (để t/h);\n- Lưu: VT.", "note", "Thêm mục 3").Goes(path)
	site.Get(path).Has("Bản 2", "Thêm mục 3")
	site.Post(path+"/trinh", "key", "s1").Goes(path)

	w.as("chutich").Get("/cho-duyet").Has("Chờ ký", "Về rà soát người mới đến")
	w.site.Get(path).Has("Ký văn bản", "Trả lại người soạn")
	w.site.Post(path+"/tra-lai", "key", "b0", "reason", "").Is(428)
	w.site.Post(path+"/tra-lai", "key", "b1", "reason", "Ghi rõ hạn báo cáo.").Goes(path)
	w.as("vanthu.ubnd").Get(path).Has("Ghi rõ hạn báo cáo.")
	w.site.Post(path+"/trinh", "key", "s2").Goes(path)
	w.as("chutich").Post(path+"/ky", "key", "k1").Goes(path)

	site = w.as("vanthu.ubnd")
	site.Get(path).Has("Cấp số")
	site.Post(path+"/cap-so", "key", "n1", "issued_on", "8/9/2021").Goes(path)
	page := site.Get(path).Has("Phát hành", "UBND")
	if strings.Contains(page.Body, "không số") {
		t.Error("the numbered document has no symbol")
	}
	site.Post(path+"/phat-hanh", "key", "i1").Goes(path)
	site.Get(path).Has("Đã phát hành", "chưa mở")
	for _, format := range []string{"pdf", "docx"} {
		site.Get(path + "/ban-in/" + format).Is(200)
	}
	w.as("cukhoi").Get("/van-ban/" + id).Has("Về rà soát người mới đến")
	w.as("vanthu.ubnd").Get(path).Has("1 nơi đã mở")
	w.site.Get("/van-ban-di?tim=ra+soat").Has("rà soát người mới đến")
	w.as("chutich").Get("/van-ban/"+id+"/ra-soat").Has("UBND các phường", "Giao")
}

func TestAMeetingAdoptsADraftAndConcludes(t *testing.T) {
	w := newWorld(t)
	site := w.as("chanhvp")
	sent := site.Post("/van-ban-di/soan", "key", "d1", "kind", "KH", "subject", "Kế hoạch thực hiện Chỉ thị số 06-CT/TU", "text", draftText,
		"signer", w.people.Posts["pho-bi-thu"], "signed_for", "T/M BAN THƯỜNG VỤ", "urgency", "normal", "scope", "recipients", "recipients", "- Đảng ủy các phường;")
	sent.Is(303)
	draft := strings.TrimPrefix(sent.Location, "/van-ban-di/")
	site.Get("/cuoc-hop").Has("Chưa có cuộc họp nào")
	site.Get("/cuoc-hop/lap").Has("Lập cuộc họp", "Kế hoạch thực hiện Chỉ thị số 06-CT/TU")
	site.Post("/cuoc-hop/lap", "key", "p0", "title", "").Is(422)
	planned := site.Post("/cuoc-hop/lap", "key", "p1", "kind", "extraordinary", "title", "Phiên họp đột xuất của Ban Thường vụ", "place", "Phòng họp 1",
		"planned", "14:00 08/9/2021", "chair", w.people.Posts["bi-thu"], "item_1", "Kế hoạch thực hiện Chỉ thị 06-CT/TU", "draft_1", draft,
		"item_2", "Việc khác", "people", "Nguyễn Văn A - Trưởng phòng Y tế\nTrần Thị B - Chủ tịch UBND phường Cự Khối")
	planned.Is(303)
	path := planned.Location
	site.Get(path).Has("Phiên họp đột xuất", "Nguyễn Văn A", "Ghi đã họp", "xem dự thảo")
	site.Get("/cuoc-hop/lap?cuoc-hop="+strings.TrimPrefix(path, "/cuoc-hop/")).Has("Sửa cuộc họp", "Việc khác")
	site.Post(path+"/da-hop", "key", "h1", "held", "08/9/2021", "held_clock", "11:00", "present_1", "present", "present_2", "absent", "guests", "Lê Văn C - Công an Quận").Goes(path)
	site.Get(path).Has("2/3 có mặt", "Ghi kết quả", "Kết luận")
	site.Post(path+"/ket-qua", "key", "r1", "n", "1", "result", "adopted", "for", "11").Goes(path + "#noi-dung-1")
	site.Get(path).Has("tán thành 11", "Thống nhất thông qua")
	concluded := site.Post(path+"/ket-luan", "key", "c1", "subject", "Kết luận của Ban Thường vụ Quận ủy", "text",
		"1. Thống nhất thông qua Kế hoạch.\n\n2. Giao UBND Quận ban hành khung tiêu chí trong ngày 10/9/2021.")
	concluded.Is(303)
	site.Get(concluded.Location).Has("Đã thông qua", "Thuộc cuộc họp", "Trình ký")
	site.Get(path).Has("Thông báo kết luận")
	site.Get("/cuoc-hop").Has("Phiên họp đột xuất")
	site.Get("/van-ban-di/" + draft).Has("Đã thông qua")

	other := site.Post("/cuoc-hop/lap", "key", "p2", "kind", "regular", "title", "Giao ban", "planned", "16:00 09/9/2021", "chair", w.people.Posts["bi-thu"], "item_1", "Điểm việc")
	site.Post(other.Location+"/huy", "key", "x1", "reason", "Trùng lịch").Goes("/cuoc-hop")
}

func TestADocumentIsCorrectedPublishedLinkedAndFiled(t *testing.T) {
	w := newWorld(t)
	d := w.approved(seed(t, seed004))
	site := w.as("vanthu")
	path := "/van-ban/" + d.ID
	site.Get(path).Has("Căn cứ, dẫn", "Đọc ở đâu, vì sao", "Còn hiệu lực", "Đã gửi", "không phải số của cơ quan này").Lacks("Số đến 522")
	site.Get(path+"/sua").Has("Lý do sửa", "Kết luận của Ban Thường vụ Thành ủy")
	form := []string{"key", "c1", "symbol", d.Symbol, "kind", "TB", "issuer", d.Issuer, "issued_on", "7/9/2021", "subject", "Kết luận về phòng, chống dịch",
		"urgency", "urgent", "secrecy", "none", "scope", "recipients"}
	site.Post(path+"/sua", form...).Is(428)
	form[1] = "c2"
	site.Post(path+"/sua", append(form, "reason", "Ghi gọn trích yếu")...).Goes(path)
	site.Get(path).Has("Kết luận về phòng, chống dịch", "Khẩn")
	site.Get(path+"/cong-khai").Has("văn bản của Đảng", "Đã kiểm tra")
	site.Post(path+"/cong-khai", "key", "p0", "public", "1").Is(422)
	site.Post(path+"/cong-khai", "key", "p1", "public", "1", "sure", "1").Goes(path)
	site.Get(path).Has("Công khai")
	site.Get(path + "/cong-khai").Has("Thôi công khai")
	site.Post(path+"/cong-khai", "key", "p2", "public", "").Goes(path)
	site.Post(path+"/lien-ket", "key", "l1", "link_kind", "supersedes", "link_symbol", "100-TB/TU", "link_issuer", "Thành ủy Hà Nội", "link_date", "1/8/2021").Goes(path + "#quan-he")
	site.Get(path).Has("Thay thế", "100-TB/TU")
	view, err := w.directive.Document(t.Context(), w.actor("vanthu"), d.ID)
	if err != nil {
		t.Fatal(err)
	}
	for i, l := range view.Links {
		switch {
		case l.Kind == directive.Supersedes:
			site.Post(path+"/lien-ket/"+l.ID+"/bo", "key", "u", "reason", "Nhập nhầm").Goes(path + "#quan-he")
		case i == 0:
			site.Post(path+"/lien-ket/"+l.ID+"/dung", "key", "o").Goes(path + "#quan-he")
		}
	}
	site.Get("/van-ban/" + view.Links[0].Other.ID).Is(200)
	site.Get("/van-ban-den?xuat=csv").Is(200)
	site.Get(path + "/phieu/pdf").Is(200)
	site.Post(path+"/luu-ho-so", "key", "f1", "dossier", "12/2021 - Phòng, chống dịch").Goes(path)
	site.Get("/ho-so").Has("12/2021", "484-TB/TU")
	site.Get("/van-ban-den/so").Has("Văn bản cấp trên", "Mở sổ mới")
	site.Post("/van-ban-den/so", "key", "b0", "name", "", "direction", "in").Is(422)
	site.Post("/van-ban-den/so", "key", "b1", "name", "Đơn thư", "direction", "in").Goes("/van-ban-den/so")
}

func TestASecretDocumentIsALineOnly(t *testing.T) {
	w := newWorld(t)
	site := w.as("vanthu")
	site.Get("/van-ban-den/vao-so?tay=1").Has("Độ mật", "Cơ quan ban hành")
	sent := site.Post("/van-ban-den/vao-so", "key", "s1", "register", w.book.ID, "arrived", "8/9/2021", "arrived_clock", "11:30",
		"issuer", "Thành ủy Hà Nội", "symbol", "15-CV/TU", "issued_on", "7/9/2021", "subject", "Bí mật", "urgency", "normal", "secrecy", "secret", "scope", "recipients")
	sent.Is(303)
	site.Get(sent.Location).Has("Mật", "chỉ ghi số vào sổ").Lacks("Rà soát nội dung")
	site.Get("/van-ban-den").Has("chỉ ghi số vào sổ").Lacks("Bí mật")
}

func TestTheSpecimenGoesTheWholeWay(t *testing.T) {
	w := newWorld(t)
	site := w.as("vanthu")
	site.Get("/van-ban-den/mau").Is(200)
	sent := site.Post("/van-ban-den/mau", "key", "m1")
	sent.Is(303)
	site.Get(sent.Location).Has("918/CT-UBND", "Vào sổ, đóng dấu đến")
	site.Get("/van-ban-den").Has("Đã tải lên, chưa vào sổ: 1")
	site.Upload("/van-ban-den/nhan", nil, "key", "m2").Is(422)
}
