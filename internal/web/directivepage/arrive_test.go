package directivepage

import (
	"testing"

	"phaodai/internal/web/webtest"
)

func TestAnArrivalIsReadCheckedAndRegistered(t *testing.T) {
	w := newWorld(t)
	site := w.as("vanthu")
	site.Get("/van-ban-den").Has("Số tiếp theo: 612", "Văn bản cấp trên", "Chưa xử lý 0")
	site.Get("/van-ban-den/vao-so").Has("Chọn tệp văn bản", "Dùng văn bản mẫu")

	text := seed(t, seed004)
	sent := site.Upload("/van-ban-den/nhan", []webtest.File{{Field: "file", Name: "484-TB-TU.txt", Data: text}}, "key", "k1")
	sent.Is(303)
	page := site.Get(sent.Location).Has("484-TB/TU", "Thành ủy Hà Nội", "07/9/2021", "Vào sổ, đóng dấu đến",
		"Bản quét có dấu đến số 522", "số đến ở đây vẫn là 612", "Chữ ký số của Thành ủy Hà Nội")
	page.Lacks("Số đến 522")
	id := sent.Location[len("/van-ban-den/vao-so?van-ban="):]

	done := site.Post("/van-ban-den/vao-so", "key", "k2", "document", id, "register", w.book.ID, "arrived", "08/9/2021", "arrived_clock", "11:40",
		"issuer", "Thành ủy Hà Nội", "symbol", "484-TB/TU", "issued_on", "7/9", "kind", "", "subject", "Kết luận của Ban Thường vụ Thành ủy",
		"urgency", "normal", "secrecy", "none", "scope", "recipients")
	done.Goes("/van-ban/" + id)
	site.Get("/van-ban/"+id).Has("Số đến 612", "Thành ủy Hà Nội", "484-TB/TU", "Chờ tham mưu")
	site.Get("/van-ban-den?tim=484+tb+tu").Has("484-TB/TU", "612")
	site.Get("/van-ban-den?in=1").Has("Ngày đến", "Ký nhận", "Ghi chú", "484-TB/TU")
}

func TestADuplicateIsShownBesideTheOther(t *testing.T) {
	w := newWorld(t)
	d := w.entered(seed(t, seed004))
	again := w.receive(seed(t, seed004) + "\n")
	answer := w.as("vanthu").Post("/van-ban-den/vao-so", "key", "k", "document", again.ID, "register", w.book.ID,
		"arrived", "08/9/2021", "arrived_clock", "11:40", "issuer", d.Issuer, "symbol", d.Symbol, "issued_on", "7/9/2021",
		"subject", d.Subject, "urgency", "normal", "secrecy", "none", "scope", "recipients")
	answer.Has("Hai văn bản đặt cạnh nhau", "Đã có trong sổ, số 612", "Lý do vào sổ lần nữa", "484-TB/TU")
	w.site.Get("/van-ban-den").Has("Số tiếp theo: 613")
}

func TestALongReadingIsShownAndCanBeStopped(t *testing.T) {
	w := newWorld(t)
	site := w.as("vanthu")
	sent := site.Upload("/van-ban-den/nhan", []webtest.File{{Field: "file", Name: "quet.png", Data: png}}, "key", "k1")
	sent.Is(303)
	id := sent.Location[len("/van-ban-den/vao-so?van-ban="):]
	site.Get(sent.Location).Has("Đang đọc văn bản", "Dừng đọc", "Nhập bằng tay ngay", "quet.png")
	site.Get(sent.Location + "&tay=1").Has("Vào sổ, đóng dấu đến")
	w.as("thuongtruc").Post("/van-ban-den/dung-doc/"+id, "key", "s0").Is(403)
	w.as("vanthu").Post("/van-ban-den/dung-doc/"+id, "key", "s1").Goes("/van-ban-den/vao-so?tay=1&van-ban=" + id)
	site.Get(sent.Location).Has("Vẫn vào sổ được", "Vào sổ, đóng dấu đến").Lacks("Đang đọc văn bản")
	site.Upload("/van-ban-den/nhan", []webtest.File{{Field: "file", Name: "thu.pdf", Data: "MZ\x90\x00 not a document \x00\x01\x02"}}, "key", "k2").Is(422)
}
