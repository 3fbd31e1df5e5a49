package field_test

import (
	"fmt"
	"testing"
	"time"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fieldwork"
	"phaodai/internal/instant"
	"phaodai/internal/org"
	"phaodai/internal/sampling"
	"phaodai/internal/testkit/browser"
)

// rapid makes the session one of rapid tests and gives the ward a health station.
func (w *world) rapid(most int) {
	w.t.Helper()
	var err error
	w.session, err = w.samples.SaveSession(w.t.Context(), w.station, sampling.SessionInput{
		Unit: unit, Place: "Sân đình", Area: w.area.ID, Method: sampling.Rapid, PoolMax: most, Starts: w.now, Ends: w.now.Add(4 * time.Hour),
	})
	w.must(err)
	always := org.Period{From: 1, To: instant.Forever}
	w.must(w.d.Write(w.t.Context(), func(tx *db.Tx) error {
		err := tx.Insert("office", org.Office{ID: "station", Unit: unit, UnitPath: ward, Line: org.State, Kind: org.HealthStation, Name: "Trạm Y tế", Period: always})
		if err != nil {
			return err
		}
		return tx.Insert("post", org.Post{ID: "station-head", Office: "station", Title: "Trạm trưởng", Head: true, Roles: []auth.Role{"health_station"}, Period: always})
	}))
}

// later is a script that sets the clock of a phone forward.
func later(minutes int) string {
	return fmt.Sprintf(`{ const D = Date; const on = %d * 60e3; Date = class extends D { constructor(...a) { a.length ? super(...a) : super(D.now() + on) } static now() { return D.now() + on } } }`, minutes)
}

// unlocked opens the table on another tab of a phone whose clock is set forward.
func (w *world) unlocked(first *browser.Tab, minutes int) *browser.Tab {
	w.t.Helper()
	p := first.Another(w.t)
	p.Before(later(minutes))
	p.Go("http://" + w.address + "/di/ban")
	p.Fill("[name=pin]", pin)
	p.Tap("button.primary")
	p.Wait("[name=scan]")
	return p
}

func scan(p *browser.Tab, codes ...string) { // a hand scanner types and presses enter
	for _, c := range codes {
		p.Fill("[name=scan]", c)
		p.Enter()
	}
}

// sent sends what waits, and fails when rows are not as wanted.
func (w *world) sent(p *browser.Tab, want map[string]int) {
	w.t.Helper()
	w.up()
	p.Tap("[name=cho-gui]")
	p.Tap("[name=send]")
	p.Until(allSent)
	for what, n := range want {
		if got := w.rows(what); got != n {
			w.t.Errorf("%s: %d, want %d", what, got, n)
		}
	}
}

// A rapid test is read a quarter of an hour later, without signal and after the
// app was closed: negative is done, positive makes nobody positive and is work of
// the station.
func TestRapidTestsAreReadWithoutSignal(t *testing.T) {
	w := newWorld(t, sqlite(t))
	w.rapid(1)
	first := browser.Start(t).Phone(t)
	w.signIn(first, "Bàn 2", "Trần Thị B")
	p := w.unlocked(first, 0)
	w.down()
	p.Reset()
	scan(p, w.who[0].ID, "NHANH-1")
	if p.Effort != 4 {
		t.Errorf("a person took %d acts, want two scans", p.Effort)
	}
	p.Expect("Chưa đủ 15 phút: 1 test")
	scan(p, w.who[1].ID, "NHANH-1") // somebody else's
	p.Expect("Ống NHANH-1 đã có mẫu")
	scan(p, "NHANH-2")
	p.Expect("Chưa đủ 15 phút: 2 test")
	p.Until("/còn 14:[0-5][0-9]/.test(document.querySelector('[data-test=NHANH-1]').innerText)")
	p.Shot("di-nhanh-cho")
	p.Tap("[name=negative]") // too early: asked once more
	p.Expect("Mới 0 phút")
	p.Shot("di-nhanh-som")
	p.Tap("[name=wait]")
	p.Expect("Chưa đủ 15 phút: 2 test")
	p.Kill()

	p = w.unlocked(first, 16)
	p.Expect("Chờ đọc: 2 test")
	p.Until("/quá [1-9] phút/.test(document.querySelector('[data-test=NHANH-1]').innerText)")
	p.Shot("di-nhanh-doc")
	rested(p)
	p.Tap("[name=negative]")
	p.Expect("Đã đọc 1 test")
	p.Kill()

	p = w.unlocked(first, 16)
	p.Expect("Chờ đọc: 1 test")
	for _, answer := range []string{"slip", "understood"} {
		rested(p)
		p.Tap("[name=positive]")
		p.Expect("Giữ người này ở riêng")
		p.Expect("Test nhanh chưa kết luận")
		p.Shot("di-nhanh-duong-tinh")
		p.Tap("[name=" + answer + "]")
		p.Expect(map[string]string{"slip": "Chờ đọc: 1 test", "understood": "Ở riêng, lấy mẫu đơn RT-PCR"}[answer])
	}
	p.Shot("di-nhanh-da-doc")
	w.sent(p, map[string]int{
		"sample": 2, "tube WHERE code = 'NHANH-1' AND result = 'negative'": 1, "tube WHERE code = 'NHANH-2' AND result = 'positive'": 1,
		"resample WHERE isolate = 1 AND state = 'open'": 1, "sample WHERE result = 'positive'": 0, "sample WHERE result = 'negative'": 1,
		"task WHERE title LIKE 'Giữ riêng tại nhà%NHANH-2'": 1, "sampling_problem": 0, "field_rejected": 0,
	})
}

// Who has an invalid test gives another sample at once; the scan of a test finds
// it; a mistaken sample is taken back as long as it was not read.
func TestAnInvalidTestIsFollowedByAnother(t *testing.T) {
	w := newWorld(t, sqlite(t))
	w.rapid(1)
	first := browser.Start(t).Phone(t)
	w.signIn(first, "Bàn 2", "Trần Thị B")
	p := w.unlocked(first, 0)
	w.down()
	scan(p, w.who[0].ID, "NHANH-1", w.who[1].ID, "NHANH-2", w.who[2].ID, "NHANH-3", w.who[3].ID, "NHANH-4", w.who[4].ID, "NHANH-5")
	p.Expect("Xem thêm 2 test")
	scan(p, "NHANH-1") // to be read first
	p.Expect("Chưa đủ 15 phút: 4 test")
	p.Tap(".test.due [name=invalid]")
	p.Expect("Test nhanh đọc sau 15 phút")
	p.Tap("[name=sure]")
	p.Expect("Đã đọc 1 test")
	scan(p, w.who[0].ID, "NHANH-6")
	p.Expect("Đã lấy 6")
	p.Tap("[name=undo]") // of the last one
	p.Expect("Đã lấy 5")
	scan(p, w.who[0].ID, "NHANH-7")
	p.Expect("Đã lấy 6")
	scan(p, w.who[1].ID)
	p.Expect("đã lấy mẫu trong buổi này")
	w.sent(p, map[string]int{"sample WHERE state <> 'withdrawn'": 6, "tube WHERE result = 'invalid'": 1, "resample WHERE state = 'taken'": 1, "sampling_problem": 0, "field_rejected": 0})
}

// A tube of several people is read as one, when nothing more goes into it.
func TestAPoolOfRapidTestsIsReadAsOne(t *testing.T) {
	w := newWorld(t, sqlite(t))
	w.rapid(3)
	first := browser.Start(t).Phone(t)
	w.signIn(first, "Bàn 2", "Trần Thị B")
	p := w.unlocked(first, 0)
	w.down()
	scan(p, "NHANH-1", w.who[0].ID, w.who[1].ID)
	p.Expect("2/3")
	if n := browser.Ask[int](p, "document.querySelectorAll('.test').length"); n != 0 {
		t.Error("an open tube can be read")
	}
	p.Tap("[name=close]")
	p.Expect("Chưa đủ 15 phút: 1 test")
	p.Kill()
	p = w.unlocked(first, 20)
	p.Until("/quá [5-9] phút/.test(document.querySelector('[data-test=NHANH-1]').innerText)")
	rested(p)
	p.Tap("[name=positive]")
	p.Expect("Giữ từng người trong ống này ở riêng")
	p.Expect("Nguyễn Văn An, Trần Thị Bình · NHANH-1")
	p.Tap("[name=understood]")
	w.sent(p, map[string]int{"tube WHERE result = 'positive'": 1, "resample WHERE isolate = 1": 2, "sampling_problem": 0})
}

// People take their sample themselves while somebody watches; who is invited has
// his number and hour, others are found, too.
func TestSupervisedSamplesAndNumbersAtTheTable(t *testing.T) {
	w := newWorld(t, sqlite(t))
	w.field.Invited = func(*db.Tx, string) (map[string]fieldwork.Guest, error) {
		return map[string]fieldwork.Guest{w.who[0].ID: {Number: 12, Slot: w.now.Add(-15 * time.Minute)}}, nil
	}
	p := browser.Start(t).Phone(t)
	w.signIn(p, "Bàn 2", "Trần Thị B")
	w.down()
	p.Tap("[name=ban]")
	scan(p, "LB-1", "nguyen van")
	p.Expect("số 12, hẹn 07:15")
	p.Shot("di-ban-so")
	p.Tap("label.check:has([name=self])")
	p.Expect("Người giám sát")
	p.Reset()
	scan(p, w.who[0].ID)
	if p.Effort != 2 {
		t.Errorf("a person took %d acts, want one scan", p.Effort)
	}
	p.Expect("Nguyễn Văn An · số 12, hẹn 07:15 · tự lấy, Trần Thị B giám sát · LB-1")
	p.Fill("[name=supervisor]", "Lê Văn C")
	scan(p, w.who[1].ID)
	p.Expect("Trần Thị Bình · tự lấy, Lê Văn C giám sát · LB-1")
	p.Shot("di-ban-tu-lay")
	p.Tap("label.check:has([name=self])")
	p.Tap("label.check:has([name=child])")
	p.Fill("[name=consent]", "Mẹ, Lê Thị D")
	scan(p, "le van cuong") // not invited
	p.Tap("[name=person]")
	p.Expect("Mẹ, Lê Thị D đồng ý")
	p.Expect("3/3")
	w.sent(p, map[string]int{"sample WHERE self = 1 AND supervisor = 'Trần Thị B'": 1, "sample WHERE self = 1 AND supervisor = 'Lê Văn C'": 1, "sample WHERE self = 0 AND supervisor = '' AND consent = 'Mẹ, Lê Thị D'": 1, "sample WHERE consent = ''": 2, "field_rejected": 0})
}
