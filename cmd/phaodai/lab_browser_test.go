package main

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"phaodai/internal/db"
	"phaodai/internal/demo"
	"phaodai/internal/sampling"
	"phaodai/internal/testkit/browser"
)

// TestLaboratoryInChromium lets two people of a laboratory work side by side:
// one scans a box in and enters results, the other releases them; the queue of
// the first follows without reload.
func TestLaboratoryInChromium(t *testing.T) {
	e := startDemo(t, t.TempDir())
	e.tubes()
	chromium := browser.Start(t)
	first := e.sit(chromium.Desktop(t), "xetnghiem")
	second := e.sit(chromium.Phone(t), "ktv.xetnghiem")
	first.Expect("Mẫu chờ xét nghiệm") // it opens on its work
	e.scanIn(first)
	e.enterResults(first)
	e.fileOfResults(first)
	e.matchCode(first)
	e.releaseResults(second)
	first.Expect("ở riêng, lấy lại mẫu đơn") // the queue followed
	first.Shot("mau-da-tra")
	station := e.sit(chromium.Phone(t), "tramyte.cukhoi")
	station.Go(e.url + "/viec")
	station.Expect("Giữ riêng tại nhà, lấy lại mẫu đơn 2 người của ống dương tính LB-0509-0001")
	e.timeRunsOut(first, station)
	if n := e.count("tube WHERE state = 'resulted'"); n != 3 {
		t.Errorf("%d tubes have their result, want 3", n)
	}
	if n := e.count("resample"); n != 2 {
		t.Errorf("%d single samples were asked for, want 2", n)
	}
}

// tubes samples eight people of a ward into four tubes and sends them.
func (e *exercise) tubes() {
	who, err := settle(e.t.Context(), e.app, 8)
	if err != nil {
		e.t.Fatal(err)
	}
	s, err := table(e.t.Context(), e.app, "dot-1")
	if err != nil {
		e.t.Fatal(err)
	}
	codes := []string{"LB-0509-0001", "LB-0509-0002", "LB-0509-0003", "LB-0509-0004"}
	b := batchOf(s.ID, "Bàn 1", "", e.app.Clock.Now(), who)
	for i := range b.Records {
		b.Records[i].Tube = codes[i/2]
	}
	e.as("tramyte.cukhoi").Do("POST", "/sampling/batches", b, nil, 200)
	player, _ := e.note.People.Player("xetnghiem")
	e.as("tramyte.cukhoi").Do("POST", "/sampling/boxes", sampling.SendInput{Code: "THUNG-07", Unit: samplersUnit, Laboratory: player.Office, Tubes: codes}, nil, 200)
	e.jump(demo.Start().Add(90 * time.Minute))
}

func (e *exercise) scanIn(first *browser.Tab) {
	first.Go(e.url + "/mau")
	first.Expect("Thùng THUNG-07 · 4 ống")
	first.Tap("/Nhận thùng/")
	first.Fill(`details[open] textarea[name="tubes"]`, "LB-0509-0001\nLB-0509-0002\nLB-0509-0003\nXX-1")
	first.Tap("/Nhận các ống đã quét/")
	first.Expect("Thiếu 1 ống:")
	first.Expect("Ngoài danh sách: 1 ống.")
	first.Shot("mau-nhan-thung")
}

// enterResults types one result: a scan and a press. The Enter of a scanner goes
// to the next line and enters nothing.
func (e *exercise) enterResults(first *browser.Tab) {
	first.Go(e.url + "/mau/ket-qua")
	first.Reset()
	first.Fill(`[name="tube"]`, "lb-0509-0001")
	first.Enter()
	if n := e.count("lab_result"); n != 0 {
		e.t.Errorf("the Enter of a scanner entered %d results", n)
	}
	first.Tap(`button[value="positive"]`)
	first.Wait(".flash")
	if first.Effort > 3 {
		e.t.Errorf("a result took %d acts", first.Effort)
	}
	first.Expect("Ống LB-0509-0001: Dương tính. Chờ người thứ hai duyệt.")
	first.Shot("mau-da-nhap")
}

// fileOfResults sends a file whose columns moved, then a right one.
func (e *exercise) fileOfResults(first *browser.Tab) {
	first.Attach(`[name="file"]`, e.fileOf("lech.csv", "Mã ống,Kết quả,Ghi chú\nLB-0509-0002,Âm tính,\n,LB-0509-0003,Âm tính\n"))
	first.Tap("/Nạp kết quả/")
	first.Expect("Tệp lệch cột từ dòng 3. Chưa ghi dòng nào.")
	first.Shot("mau-tep-lech")
	if n := e.count("lab_result"); n != 1 {
		e.t.Errorf("%d results after a refused file, want 1", n)
	}
	first.Attach(`[name="file"]`, e.fileOf("kq.csv", "Mã ống,Kết quả\nLB-0509-0002,Âm tính\nLB-O509-0003,Âm tính\n"))
	first.Tap("/Nạp kết quả/")
	first.Expect("1 mã không có trong danh sách nào")
}

func (e *exercise) matchCode(first *browser.Tab) {
	first.Expect("Giống mã: LB-0509-0003")
	first.Shot("mau-doi-chieu-gan")
	first.Tap("/Ghép với ống này/")
	first.Expect("Đã ghép LB-O509-0003 với ống LB-0509-0003")
	first.Go(e.url + "/mau/duyet")
	first.Expect("3 ống khác có kết quả do bạn nhập hoặc đối chiếu")
	first.Go(e.url + "/mau")
	first.Until(`document.body.dataset.live === "on"`)
}

// releaseResults is the second reader, on a phone.
func (e *exercise) releaseResults(second *browser.Tab) {
	second.Go(e.url + "/mau/duyet")
	second.Shot("mau-duyet")
	for i := range 3 {
		second.Tap(fmt.Sprintf("tr:nth-child(%d) [data-row]", i+1))
	}
	second.Tap("/Duyệt và trả kết quả/")
	second.Expect("Đã trả kết quả 3 ống")
	second.Expect("2 người ở riêng và lấy lại mẫu đơn")
	second.Shot("mau-duyet-xong")
}

// timeRunsOut lets the clock of the tube that is missing come to its end.
func (e *exercise) timeRunsOut(first, station *browser.Tab) {
	e.jump(demo.Start().Add(11 * time.Hour))
	e.soonHears(first, "lab.notice.soon", "1 ống gần hạn trả kết quả")
	e.jump(demo.Start().Add(12*time.Hour + 10*time.Minute))
	e.soonHears(first, "lab.notice.over", "1 ống quá hạn trả kết quả")
	e.soonHears(station, "lab.notice.station_over", "1 ống của phường quá hạn trả kết quả: LB-0509-0004")
	station.Shot("hop-thu-qua-han")
}

// soonHears waits until the sweeper of due work wrote a message, and reads it.
func (e *exercise) soonHears(tab *browser.Tab, key, text string) {
	e.t.Helper()
	for deadline := time.Now().Add(time.Minute); e.count("inbox WHERE key = '"+key+"'") == 0; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			e.t.Fatalf("nobody was told %s", key)
		}
	}
	tab.Go(e.url + "/hop-thu")
	tab.Expect(text)
}

func (e *exercise) fileOf(name, text string) string {
	e.t.Helper()
	path := filepath.Join(e.t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		e.t.Fatal(err)
	}
	return path
}

// count is how many rows a table has.
func (e *exercise) count(what string) (n int) {
	e.t.Helper()
	if err := e.app.Store.Read(e.t.Context(), func(tx *db.Tx) error { return tx.Get(&n, "SELECT COUNT(*) FROM "+what) }); err != nil {
		e.t.Fatal(err)
	}
	return n
}
