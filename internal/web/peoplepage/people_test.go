package peoplepage_test

import (
	"net/http"
	"strings"
	"testing"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/people"
)

func TestAnEmptyWardTellsHowToBegin(t *testing.T) {
	w := settle(t)
	w.site.Get("/dan-cu").Is(http.StatusOK).Has("Phường Cự Khối", "0 hộ · 0 người", "Chưa có hộ nào. Nạp danh sách của phường, hoặc thêm từng hộ.", "Thêm hộ", "Nạp danh sách", "Cặp trùng (0)")
	w.site.As(w.with("police")).Get("/dan-cu").Has("Phường này chưa có hộ nào").Lacks("Thêm hộ", "Nạp danh sách", "Xuất danh sách")
}

func TestAWardIsWalkedAndFiltered(t *testing.T) {
	w := settle(t)
	h := w.household("12-034", "Số 12")
	w.household("12-035", "Số 14")
	w.an(h)
	w.site.Get("/dan-cu").Has("2 hộ · 1 người", "12-034", "Nguyễn Văn An", "Tổ dân phố 12 · 2 hộ", "Ngõ 45")
	w.site.Get("/dan-cu?to=" + w.groups[0].ID).Has("Không có hộ nào như vậy").Lacks("12-034")
	w.site.Get("/dan-cu?tim=12-035").Has("12-035").Lacks(`/dan-cu/ho/` + h.ID)
	w.site.Get("/dan-cu?sau=" + h.ID).Has("12-035").Lacks(`/dan-cu/ho/` + h.ID)
	w.site.Get("/dan-cu?phuong=khong-co").Is(http.StatusNotFound)
	w.site.As(w.as("phucloi")).Get("/dan-cu?phuong=" + w.ward.ID).Is(http.StatusForbidden)
}

func TestResidentsAreFoundByWhatIsSentAndShownMasked(t *testing.T) {
	w := settle(t)
	h := w.household("12-034", "Số 12")
	r := w.an(h)
	for _, words := range []string{"nguyen van an", "001089012345", "0987 654 321"} {
		w.site.Post("/dan-cu/tim", "phuong", w.ward.ID, "q", words).Is(http.StatusOK).
			Has("/dan-cu/nguoi/"+r.ID, "31/12/1989", "12-034").Lacks(">001089012345<", ">0987654321<")
	}
	w.site.Post("/dan-cu/tim", "phuong", w.ward.ID, "q", "00108901234").Has("Không tìm thấy ai")
	w.site.Post("/dan-cu/tim", "phuong", w.ward.ID, "q", "").Is(http.StatusUnprocessableEntity).Has("Chưa nhập mục này.")
}

func TestALongSearchGoesOnBehindAnID(t *testing.T) {
	w := settle(t)
	h := w.household("12-034", "Số 12")
	var last string
	for range 101 {
		last = w.resident(people.ResidentInput{Household: h.ID, Name: "Nguyễn Văn An"}).ID
	}
	p := w.site.Post("/dan-cu/tim", "phuong", w.ward.ID, "q", "van an").Has(`name="sau"`).Lacks("/dan-cu/nguoi/" + last)
	_, after, _ := strings.Cut(p.Body, `name="sau" value="`)
	after, _, _ = strings.Cut(after, `"`)
	w.site.Post("/dan-cu/tim", "phuong", w.ward.ID, "q", "van an", "sau", after).Has("/dan-cu/nguoi/" + last).Lacks("/dan-cu/nguoi/" + after)
}

func TestAHouseholdIsAddedAndChanged(t *testing.T) {
	w := settle(t)
	site := w.site
	site.Get("/dan-cu/ho/moi").Is(http.StatusOK).Has("Thêm hộ · Phường Cự Khối", "Tổ dân phố 12")
	site.Post("/dan-cu/ho/moi", "phuong", w.ward.ID, "code", "12-034", "phone", "12", "address", "Số 12").Is(http.StatusUnprocessableEntity).Has(`value="12-034"`, `id="f-phone-problem"`)
	path := site.Post("/dan-cu/ho/moi", "key", "k1", "phuong", w.ward.ID, "area", w.groups[1].ID, "code", "12-034", "address", "Số 12", "lane", "Ngõ 45", "phone", "0987654321").Is(http.StatusSeeOther).Location
	if again := site.Post("/dan-cu/ho/moi", "key", "k1", "phuong", w.ward.ID, "code", "12-034").Location; again != path {
		t.Errorf("sent twice it is another household: %s, %s", path, again)
	}
	site.Get(path).Has("Hộ 12-034 · 0 người", "Số 12, Ngõ 45", "Tổ dân phố 12", "Chưa có ai trong hộ này").Lacks("0987654321", "0987 654 321")
	site.Post(path+"/sua", "version", "1", "code", "12-034", "address", "Số 12A", "kind", "collective", "area", w.groups[0].ID).Goes(path)
	site.Get(path).Has("Số 12A", "Tập thể", "Tổ dân phố 1")
	site.Post(path+"/sua", "version", "1", "code", "12-036").Is(http.StatusConflict).Has("12-036")
	w.household("12-040", "Số 20")
	site.Post(path+"/sua", "version", "2", "code", "12-040").Is(http.StatusUnprocessableEntity).Has("Số hộ 12-040 đã có ở hộ khác", `href="#f-code"`)
	site.As(w.with("police")).Get(path).Is(http.StatusOK).Lacks("Sửa hộ", "Thêm người vào hộ")
}

func TestAResidentIsAddedToAHousehold(t *testing.T) {
	w := settle(t)
	path := "/dan-cu/ho/" + w.household("12-034", "Số 12").ID
	w.site.Post(path+"/nguoi", "name", "Nguyễn Văn An", "number", "00108901234", "birth", "31/13/1989").Is(http.StatusUnprocessableEntity).
		Has(`value="Nguyễn Văn An"`, `href="#f-number"`, `href="#f-birth"`)
	w.site.Post(path+"/nguoi", "name", "Nguyễn Văn An", "number", "001089012345", "birth", "31/12/1989", "sex", "male", "relation", "head", "occupation", "seller",
		"priority", "chronic", "stay", "temporary", "since", "01/8/2021", "from_place", "Nam Định", "nationality", "VN").Goes(path)
	w.site.Get(path).Has("1 người", "Nguyễn Văn An", "31/12/1989", "Chủ hộ", "Bán hàng ở chợ, siêu thị", "Bệnh nền", "Tạm trú").Lacks("001089012345")
}

func TestTheCardOfAResident(t *testing.T) {
	w := settle(t)
	h := w.household("12-034", "Số 12")
	r := w.an(h)
	path := "/dan-cu/nguoi/" + r.ID
	site := w.site
	site.Get(path).Is(http.StatusOK).Has("Nguyễn Văn An", "31/12/1989", "Bệnh nền", "Hộ 12-034", "Nơi ở theo thời gian", "Hộ này").Lacks("001089012345", "0987 654 321", "0987654321")
	site.Post(path+"/xem", "reason", "x").Is(http.StatusUnprocessableEntity).Has("Ghi rõ lý do").Lacks("001089012345")
	p := site.Post(path+"/xem", "reason", "gọi đi lấy mẫu").Is(http.StatusOK).Has("001089012345", "0987 654 321", "Số 12", "gọi đi lấy mẫu")
	if got := p.Header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("what was opened may be stored: %q", got)
	}
	site.Get(path).Lacks("001089012345")
	site.Post(path+"/sua", "version", "1", "name", "Nguyễn Văn Ân", "birth", "31/12/1989", "sex", "male").Goes(path)
	site.Get(path).Has("Nguyễn Văn Ân")
	site.Post(path+"/sua", "version", "1", "name", "Khác").Is(http.StatusConflict).Has("Khác")
	if o, err := w.s.Open(t.Context(), w.as("cukhoi"), people.OpenInput{ID: r.ID, Reason: "thử lại"}); err != nil || o.Number != "001089012345" {
		t.Errorf("a blank number took it away: %v %v", o.Number != "", err)
	}
	site.Post(path+"/sua", "version", "2", "name", "Nguyễn Văn Ân", "no_number", "1").Goes(path)
	if o, err := w.s.Open(t.Context(), w.as("cukhoi"), people.OpenInput{ID: r.ID, Reason: "thử lại"}); err != nil || o.Number != "" || o.Phone == "" {
		t.Errorf("taken away was %t, %t, %v", o.Number == "", o.Phone == "", err)
	}
	site.As(w.with("police")).Get(path).Is(http.StatusOK).Lacks("Xem số giấy tờ", "Sửa thông tin")
}

func TestAResidentMovesAndIsTakenOffTheList(t *testing.T) {
	w := settle(t)
	h := w.household("12-034", "Số 12")
	to := w.household("12-035", "Số 14")
	path := "/dan-cu/nguoi/" + w.an(h).ID
	site := w.site
	site.Post(path+"/chuyen", "version", "1", "unit", w.ward.ID, "code", "12-099").Is(http.StatusUnprocessableEntity).Has("không có hộ số 12-099", `href="#f-code"`)
	site.Post(path+"/chuyen", "version", "1", "unit", w.ward.ID, "code", "12-034").Is(http.StatusUnprocessableEntity).Has("Người này đang ở hộ đó", `href="#f-code"`)
	site.Post(path+"/chuyen", "version", "1", "unit", w.ward.ID, "code", "12-035", "stay", "temporary").Goes(path)
	site.Get(path).Has("Hộ 12-035", "Hộ khác")
	site.Get("/dan-cu/ho/"+h.ID).Has("Từng ở đây", "Nguyễn Văn An")
	site.Get("/dan-cu/ho/" + to.ID).Has("1 người")
	site.Post(path+"/ket-thuc", "version", "2", "why", "mistake").Is(http.StatusUnprocessableEntity).Has(`href="#f-reason"`)
	w.now++
	w.site.Clock.World = w.now
	w.site.As(w.as("cukhoi"))
	site.Post(path+"/ket-thuc", "version", "2", "why", "moved").Goes(path)
	site.Get(path).Has("Không còn trong danh sách từ", "Đã chuyển đi").Lacks("Chuyển sang hộ khác")
	site.Post("/dan-cu/tim", "phuong", w.ward.ID, "q", "van an", "ca-cu", "1").Has("Đã chuyển đi")
	site.Post("/dan-cu/tim", "phuong", w.ward.ID, "q", "van an").Has("Không tìm thấy ai")
}

func TestPapersOfAForeignerAreForThePolice(t *testing.T) {
	w := settle(t)
	h := w.household("12-034", "Số 12")
	path := "/dan-cu/nguoi/" + w.resident(people.ResidentInput{Household: h.ID, Name: "John Smith", Nationality: "US", Stay: people.Foreign}).ID
	w.site.As(w.with("registrar")).Get(path).Lacks("/giay-to")
	w.site.Get(path + "/giay-to").Is(http.StatusForbidden)
	police := w.site.As(w.with("police"))
	police.Get(path).Has(path + "/giay-to")
	police.Get(path + "/giay-to").Is(http.StatusOK)
	police.Post(path+"/giay-to", "version", "0", "papers", "", "until", "31/12/2021").Is(http.StatusUnprocessableEntity).Has(`href="#f-papers"`, `value="31/12/2021"`)
	police.Post(path+"/giay-to", "version", "0", "papers", "Thị thực LĐ2", "until", "31/12/2021", "note", "Đã gia hạn").Goes(path + "/giay-to")
	police.Get(path+"/giay-to").Has("Thị thực LĐ2", `value="31/12/2021"`, "Đã gia hạn")
}

// audited counts what the audit has of an action.
func (w *world) audited(action string) (n int) {
	w.t.Helper()
	w.must(w.store.Read(w.t.Context(), func(tx *db.Tx) error {
		return tx.Get(&n, "SELECT COUNT(*) FROM audit WHERE action = $1", action)
	}))
	return n
}

// twins are two entries with one number.
func (w *world) twins() (a, b people.Resident) {
	h, other := w.household("12-034", "Số 12"), w.household("12-035", "Số 14")
	a = w.an(h)
	return a, w.resident(people.ResidentInput{Household: other.ID, Name: "Nguyen Van An", Number: text("001089012345"), Birth: "1989"})
}

func TestTwinsAreMergedAndMadeTwoAgain(t *testing.T) {
	w := settle(t)
	a, b := w.twins()
	first, second := min(a.ID, b.ID), max(a.ID, b.ID)
	w.site.Get("/dan-cu").Has("Cặp trùng (1)")
	w.site.Get("/dan-cu/trung").Is(http.StatusOK).Has("Nguyễn Văn An", "Nguyen Van An", "Trùng số giấy tờ", "= giống", "12-035")
	w.site.Post("/dan-cu/trung/gop", "phuong", w.ward.ID, "first", first, "second", second, "reason", "đã gọi điện").Is(http.StatusUnprocessableEntity).
		Has("đã gọi điện", `id="f-keep"`, "Chọn một giá trị")
	w.site.Post("/dan-cu/trung/gop", "phuong", w.ward.ID, "first", first, "second", second, "keep", a.ID, "reason", "đã gọi điện").Goes("/dan-cu/trung?phuong=" + w.ward.ID)
	w.site.Get("/dan-cu/trung").Has("Không có cặp nào cần xem")
	w.site.Get("/dan-cu/nguoi/"+b.ID).Has("Đã gộp vào người khác", "/dan-cu/nguoi/"+a.ID)
	p := w.site.Get("/dan-cu/nguoi/"+a.ID).Has("Lần gộp", "đã gọi điện", "Tách lại")
	_, undo, _ := strings.Cut(p.Body, "/tach/")
	undo, _, _ = strings.Cut(undo, `"`)
	w.site.Post("/dan-cu/nguoi/"+a.ID+"/tach/"+undo, "reason", "").Is(http.StatusUnprocessableEntity).Has(`href="#f-reason"`)
	w.site.Post("/dan-cu/nguoi/"+a.ID+"/tach/"+undo, "reason", "Hai anh em").Goes("/dan-cu/nguoi/" + a.ID)
	w.site.Get("/dan-cu/nguoi/" + a.ID).Has("đã tách lúc").Lacks("/tach/")
}

func TestTwoDifferentPersonsAreNotShownAgain(t *testing.T) {
	w := settle(t)
	a, b := w.twins()
	w.site.Post("/dan-cu/trung/khac", "phuong", w.ward.ID, "first", a.ID, "second", b.ID).Is(http.StatusUnprocessableEntity).Has(`href="#f-reason"`)
	w.site.Post("/dan-cu/trung/khac", "phuong", w.ward.ID, "first", a.ID, "second", b.ID, "reason", "Hai anh em").Goes("/dan-cu/trung?phuong=" + w.ward.ID)
	w.site.Get("/dan-cu/trung").Has("Không có cặp nào cần xem")
}

func TestAListGoesOutAndComesInAsNothingNew(t *testing.T) {
	w := settle(t)
	w.an(w.household("12-034", "Số 12"))
	w.site.Get("/dan-cu/xuat").Is(http.StatusOK).Has("Danh sách 1 người")
	w.site.Post("/dan-cu/xuat", "phuong", w.ward.ID, "reason", "", "format", "csv").Is(http.StatusUnprocessableEntity).Has(`href="#f-reason"`)
	if w.audited("people_list.exported") != 0 {
		t.Error("a refused export stands in the audit")
	}
	for _, format := range []string{"csv", "xlsx"} {
		out := w.site.Post("/dan-cu/xuat", "phuong", w.ward.ID, "reason", "gửi trạm y tế", "format", format).Is(http.StatusOK)
		seen := w.send("ds."+format, out.Body)
		w.site.Get(seen).Has("thêm 0 · cập nhật 0 · không đổi 1 · cần sửa 0").Lacks("Nạp 0 dòng")
	}
	w.site.As(w.with("police")).Get("/dan-cu/xuat").Is(http.StatusForbidden)
}

func TestWhoKeepsNoRegistryHasNoPageOfIt(t *testing.T) {
	w := settle(t)
	w.site.As(w.with("staff"))
	for _, path := range []string{"/dan-cu", "/dan-cu/nap", "/dan-cu/trung", "/dan-cu/dem"} {
		w.site.Get(path).Is(http.StatusForbidden)
	}
	by := w.with("registrar")
	by.UnitPath, by.Grants = "/01/", []auth.Grant{{Role: "registrar", Path: "/01/01-999/", Level: auth.Restricted}}
	for _, path := range []string{"/dan-cu", "/dan-cu/nap", "/dan-cu/trung", "/dan-cu/xuat"} {
		w.site.As(by).Get(path).Is(http.StatusOK).Lacks("Phường Cự Khối", "0 hộ")
	}
}
