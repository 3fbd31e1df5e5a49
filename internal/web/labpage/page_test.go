package labpage_test

import (
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"phaodai/internal/auth"
	"phaodai/internal/laboratory"
	"phaodai/internal/sampling"
	"phaodai/internal/sampling/samplingtest"
	"phaodai/internal/task"
	"phaodai/internal/testkit"
	"phaodai/internal/web/labpage"
	"phaodai/internal/web/webtest"
)

func TestMain(m *testing.M) { os.Exit(webtest.Main(m, "lab")) }

// world is the shared ward with a second reader, and the pages of the laboratory.
type world struct {
	*samplingtest.World
	l      *laboratory.Service
	second auth.Actor
	site   *webtest.Site
}

func settle(t *testing.T) *world {
	t.Helper()
	d := testkit.SQLite(t)
	w := &world{World: samplingtest.New(t, d, 12)}
	w.l = laboratory.New(d, w.IDs, w.S, task.New(d, w.IDs))
	w.Lab.Account = "first"
	w.second = w.Lab
	w.second.Account, w.second.Name = "second", "Trần Thị B"
	w.site = webtest.New(t, w.Lab, labpage.Pages(labpage.Parts{Lab: w.l, Sampling: w.S}))
	return w
}

// boxed sends tubes of two people each in one box.
func (w *world) boxed(box string, codes ...string) {
	w.T.Helper()
	for _, c := range codes {
		w.Pool(w.Session(), c, w.Who[:2]...)
		w.Who = w.Who[2:]
	}
	_, err := w.S.Send(w.T.Context(), w.Station, sampling.SendInput{Unit: samplingtest.Unit, Code: box, Laboratory: "lab", Tubes: codes, ExpectedAt: w.Now.Add(time.Hour)})
	w.Must(err)
}

func (w *world) receive(box string) {
	w.T.Helper()
	_, err := w.S.Receive(w.T.Context(), w.Lab, sampling.ReceiveInput{Code: box})
	w.Must(err)
}

func (w *world) enter(by auth.Actor, tube string, r sampling.Result) {
	w.T.Helper()
	_, err := w.l.Enter(w.T.Context(), by, laboratory.EnterInput{Rows: []laboratory.Row{{Tube: tube, Result: r}}})
	w.Must(err)
}

// value is the first value of a field on a page.
func value(t *testing.T, page *webtest.Page, name string) string {
	t.Helper()
	m := regexp.MustCompile(`name="` + name + `" value="([^"]+)"`).FindStringSubmatch(page.Body)
	if m == nil {
		t.Fatalf("no field %s in %s", name, webtest.Text(page.Body))
	}
	return m[1]
}

func TestABoxIsScannedInAndSaysWhatIsMissingOrTooMuch(t *testing.T) {
	w := settle(t)
	w.site.Get("/mau").Is(http.StatusOK).Has("Không còn ống chờ.", "Không có thùng nào trên đường.")
	w.boxed("THUNG-1", "LB-1", "LB-2")
	w.site.Get("/mau").Has("Thùng THUNG-1 · 2 ống", "trên đường", "Chờ nhận thùng")
	w.site.Post("/mau", "key", "k0", "box", "THUNG-1").Is(http.StatusUnprocessableEntity).Has("Chưa quét ống nào")
	w.site.Post("/mau", "key", "k0", "box", "THUNG-9", "tubes", "LB-1").Is(http.StatusNotFound).Has("Không có thùng THUNG-9")
	w.site.Post("/mau", "key", "k1", "box", "THUNG-1", "tubes", "lb-1\nXX-7").Is(http.StatusOK).
		Has("Thùng THUNG-1: có 1 ống", "Thiếu 1 ống:", "LB-2", "Ngoài danh sách: 1 ống", "XX-7")
	if w.Tube("LB-1").State != sampling.Received || w.Tube("LB-2").State != sampling.Sent {
		t.Fatalf("%+v %+v", w.Tube("LB-1"), w.Tube("LB-2"))
	}
	w.site.Get("/mau").Has("Không có trong thùng THUNG-1", "Không có thùng nào trên đường.")
	w.site.Post("/mau", "key", "k2", "box", "THUNG-1", "tubes", "LB-2").Has("Đủ theo danh sách gửi")
}

func TestTheQueueSaysWhatIsNearOverAndNext(t *testing.T) {
	w := settle(t)
	w.boxed("THUNG-1", "LB-1")
	w.Later(2 * time.Hour)
	w.boxed("THUNG-2", "LB-2")
	w.receive("THUNG-1")
	w.receive("THUNG-2")
	w.Later(9 * time.Hour)
	w.site.Clock.World = w.Now
	page := w.site.As(w.Lab).Get("/mau").Has("2 ống chờ", "gần hạn: 1", "quá hạn: 0", "Còn 1 giờ", "Gần hạn", "Chạy trước", "Nhập kết quả")
	if strings.Index(page.Body, "LB-1") > strings.Index(page.Body, "LB-2") {
		t.Error("the tube with the least time does not stand first")
	}
	w.Later(90 * time.Minute)
	w.site.Clock.World = w.Now
	w.site.As(w.Lab).Get("/mau").Has("quá hạn: 1", "Quá hạn")
}

func TestOneEntersAnotherReleasesAndAPositivePoolSaysWhatFollows(t *testing.T) {
	w := settle(t)
	w.boxed("THUNG-1", "LB-0", "LB-1")
	w.receive("THUNG-1")
	w.site.Post("/mau/ket-qua", "key", "k1", "tube", "lb-1", "result", "positive").Goes("/mau/ket-qua")
	w.site.Post("/mau/ket-qua", "key", "k2", "tube", "LB-0", "result", "negative").Goes("/mau/ket-qua")
	w.site.Post("/mau/ket-qua", "key", "k3", "result", "negative").Is(http.StatusUnprocessableEntity).Has(`href="#f-tube"`)
	w.site.Get("/mau/ket-qua").Has("LB-1", "Dương tính", "Chờ người thứ hai duyệt")
	w.site.Get("/mau/duyet").Has("Không có kết quả nào chờ bạn duyệt", "2 ống khác có kết quả do bạn nhập")
	w.site.As(w.second)
	page := w.site.Get("/mau/duyet").Has("LB-1", "Dương tính 1 · không hợp lệ 0 · âm tính 1", "LB-0", "Nguyễn Văn A")
	if strings.Index(page.Body, "LB-1") > strings.Index(page.Body, "LB-0") {
		t.Error("the positive pool does not stand first")
	}
	entries := regexp.MustCompile(`name="entry" value="([^"]+)"`).FindAllStringSubmatch(page.Body, -1)
	if len(entries) != 2 {
		t.Fatalf("%d entries to choose from", len(entries))
	}
	w.site.Post("/mau/duyet", "key", "r0").Is(http.StatusUnprocessableEntity).Has("Chọn ít nhất một kết quả")
	w.site.Post("/mau/duyet", "key", "r1", "entry", entries[0][1], "entry", entries[1][1]).Is(http.StatusOK).
		Has("Đã trả kết quả 2 ống", "2 người ở riêng và lấy lại mẫu đơn", "2 người có kết quả")
	if w.Tube("LB-1").Result != sampling.Positive || w.Tube("LB-0").Result != sampling.Negative {
		t.Fatal("the results are not out")
	}
	w.site.Get("/mau").Has("Đã trả trong 24 giờ", "2 người: ở riêng, lấy lại mẫu đơn. Trạm y tế Phường Cự Khối gọi từng người", "Đã lấy lại 0/2",
		"trung vị 0,0 giờ", "đúng hạn 100,0% (2/2 ống)").Lacks("F0")
}

// What was scanned one after the other has one result; whoever is asked to press
// again sees what he scanned.
func TestSeveralTubesHaveOneResult(t *testing.T) {
	w := settle(t)
	w.boxed("THUNG-1", "LB-1", "LB-2", "LB-3")
	w.receive("THUNG-1")
	w.site.Post("/mau/ket-qua", "key", "k0", "tube", "LB-1\nLB-2", "result", "").Is(http.StatusUnprocessableEntity).Has("LB-1\nLB-2")
	w.site.Post("/mau/ket-qua", "key", "k1", "tube", "LB-1\r\nlb-2\r\nXX-9\r\n", "result", "negative").Goes("/mau/ket-qua")
	w.site.Get("/mau/ket-qua").Has("LB-1", "LB-2", "XX-9").Lacks("LB-3")
	w.site.As(w.second).Get("/mau/duyet").Has("LB-1", "LB-2").Lacks("XX-9")
}

func TestEntriesThatDifferAskForAReasonAndMayGoBack(t *testing.T) {
	w := settle(t)
	w.boxed("THUNG-1", "LB-1")
	w.receive("THUNG-1")
	third := w.second
	third.Account, third.Name = "third", "Lê Văn C"
	w.enter(w.Lab, "LB-1", sampling.Positive)
	w.enter(third, "LB-1", sampling.Negative)
	w.site.As(w.second)
	page := w.site.Get("/mau/duyet").Has("Ống LB-1: hai lần nhập khác nhau", "Lê Văn C", "Nguyễn Văn A")
	entry := value(t, page, "entry")
	w.site.Post("/mau/duyet", "key", "r1", "form", "khac-"+entry, "entry", entry).Is(http.StatusConflict).Has("hai lần nhập khác nhau. Ghi lý do")
	w.site.Post("/mau/duyet/"+entry+"/tra-lai", "key", "b0", "form", "tra-lai").Is(http.StatusUnprocessableEntity).Has("Ghi lý do")
	w.site.Post("/mau/duyet/"+entry+"/tra-lai", "key", "b1", "reason", "Đường cong không rõ").Goes("/mau/duyet")
	left := value(t, w.site.Get("/mau/duyet").Lacks("khác nhau"), "entry")
	w.second.Now = w.second.Now.Add(time.Minute)
	w.site.As(w.second).Post("/mau/duyet/"+left+"/tra-lai", "key", "b2", "reason", "Chạy lại").Goes("/mau/duyet")
	w.site.As(w.Lab).Get("/mau").Has("Nhập lại", "Lý do: Chạy lại")
}

func TestAFileIsReadWholeOrSaysItsRowAndUnknownCodesAreMatched(t *testing.T) {
	w := settle(t)
	w.boxed("THUNG-1", "LB-10", "LB-2")
	w.receive("THUNG-1")
	send := func(key, data string) *webtest.Page {
		return w.site.Upload("/mau/ket-qua/tep", []webtest.File{{Field: "file", Name: "kq.csv", Data: data}}, "key", key)
	}
	w.site.Upload("/mau/ket-qua/tep", nil).Is(http.StatusUnprocessableEntity).Has(`href="#f-file"`)
	send("f1", "Mã ống,Kết quả,Ghi chú\nLB-2,Âm tính,\n,LB-10,Âm tính\n").Is(http.StatusUnprocessableEntity).Has("Tệp lệch cột từ dòng 3. Chưa ghi dòng nào.")
	w.site.Get("/mau/ket-qua").Has("Bạn chưa nhập kết quả nào")
	send("f2", "Mã ống,Kết quả\nLB-2,Âm tính\nLB-lO,Dương tính\nXX-9,Âm tính\n").Goes("/mau/doi-chieu")
	page := w.site.Get("/mau/doi-chieu").Has("LB-LO", "Giống mã: LB-10", `value="LB-10"`, "XX-9", "dòng 3")
	ids := regexp.MustCompile(`action="/mau/doi-chieu/([^"/]+)"`).FindAllStringSubmatch(page.Body, -1)
	if len(ids) != 2 {
		t.Fatalf("%d codes to match", len(ids))
	}
	w.site.Post("/mau/doi-chieu/"+ids[0][1], "key", "m0", "form", ids[0][1], "tube", "LB-77").Is(http.StatusNotFound).Has("Không có ống LB-77")
	w.site.Post("/mau/doi-chieu/"+ids[0][1], "key", "m1", "tube", "lb-10").Goes("/mau/doi-chieu")
	w.site.Post("/mau/doi-chieu/"+ids[1][1]+"/bo", "key", "a0").Is(http.StatusUnprocessableEntity).Has("Ghi lý do")
	w.site.Post("/mau/doi-chieu/"+ids[1][1]+"/bo", "key", "a1", "reason", "Ống của quận khác").Goes("/mau/doi-chieu")
	w.site.Get("/mau/doi-chieu").Has("Không có mã nào chờ đối chiếu")
	w.site.As(w.second).Get("/mau/duyet").Has("ghép từ mã LB-LO")
}

func TestAPlateIsShownAndGivenAsAFile(t *testing.T) {
	w := settle(t)
	w.site.Get("/mau/khay").Is(http.StatusOK).Has("Không có ống nào để xếp khay")
	w.boxed("THUNG-1", "LB-1", "LB-2")
	w.receive("THUNG-1")
	w.site.Get("/mau/khay").Has("LB-1", "LB-2", "Chứng dương", "2 ống").Lacks("khay 2")
	w.site.Get("/mau/khay?so=99").Has("LB-1")
	w.site.Get("/mau/khay?xuat=csv").Is(http.StatusOK).Has("A1,LB-1,Mẫu,2", "B1,LB-2,Mẫu,2", "F12,,Chứng tách chiết", "H12,,Chứng dương")
	w.site.Get("/mau/khay?xuat=xlsx").Is(http.StatusOK)
}

// A tube shows what happened with it, to the laboratory that has it and to the
// ward; both may say that it is lost.
func TestATubeTellsItsWayAndMayBeDeclaredLost(t *testing.T) {
	w := settle(t)
	w.boxed("THUNG-1", "LB-1", "LB-2")
	w.receive("THUNG-1")
	w.site.Get("/mau").Has(`href="/mau/ong/LB-1"`)
	w.site.Get("/mau/ong/lb-1").Is(http.StatusOK).Has("Ống LB-1", "đã nhận ở phòng xét nghiệm", "2 người", "Nhà văn hóa tổ 12, Phường Cự Khối", "Gửi đi trong thùng: THUNG-1", "chờ kết quả", "Khai báo mất ống này")
	w.site.Get("/mau/ong/XX-1").Is(http.StatusNotFound)
	w.site.Post("/mau/ong/LB-1/mat", "key", "l0").Is(http.StatusUnprocessableEntity).Has(`href="#f-why"`)
	w.site.Post("/mau/ong/LB-1/mat", "key", "l1", "why", "broken").Goes("/mau/ong/LB-1")
	w.site.Get("/mau/ong/LB-1").Has("khai mất", "Khai báo mất: vỡ").Lacks("Khai báo mất ống này")
	other := w.Lab
	other.Office = "another"
	w.site.As(other).Get("/mau/ong/LB-2").Is(http.StatusForbidden)
	w.site.As(w.Station).Get("/ong/LB-2").Is(http.StatusOK).Has("Khai báo mất ống này", `action="/ong/LB-2/mat"`)
	w.site.Post("/ong/LB-2/mat", "key", "s1", "why", "other", "note", "Rơi khi giao").Goes("/ong/LB-2")
	if w.Tube("LB-2").State != sampling.TubeLost {
		t.Fatal("not lost")
	}
}

func TestTheLaboratoryInABrowser(t *testing.T) {
	w := settle(t)
	w.boxed("THUNG-1", "LB-1209-0102", "LB-1209-0098", "LB-1209-0077")
	w.receive("THUNG-1")
	w.boxed("THUNG-2", "LB-1209-0120")
	third := w.second
	third.Account, third.Name = "third", "Lê Văn C"
	w.enter(third, "LB-1209-0098", sampling.Positive)
	w.enter(third, "LB-1209-0077", sampling.Negative)
	w.enter(third, "LB-1209-O102", sampling.Negative)
	w.Later(10*time.Hour + 25*time.Minute)
	w.site.Clock.World = w.Now
	b := w.site.As(w.Lab).Browse()
	b.Shots("mau", "/mau")
	b.Shots("mau-ket-qua", "/mau/ket-qua")
	b.Shots("mau-duyet", "/mau/duyet")
	b.Shots("mau-doi-chieu", "/mau/doi-chieu")
	b.Shots("mau-khay", "/mau/khay")
	b.Shots("mau-ong", "/mau/ong/LB-1209-0102")
}
