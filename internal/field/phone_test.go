package field_test

import (
	"fmt"
	"testing"

	"phaodai/internal/testkit/browser"
)

// allSent waits until nothing is on the phone alone.
const allSent = "document.querySelector('.status') && !document.querySelector('.status.kept')"

// A household that is well takes one tap, also without signal; what is ill,
// arrived or in need reaches those who look after it.
func TestTheHouseholdRoundWithoutSignal(t *testing.T) {
	w := newWorld(t, sqlite(t))
	p := browser.Start(t).Phone(t)
	w.signIn(p, "Tổ 12", "Phạm Thị Hoa")
	p.Go("http://" + w.address + "/di")
	p.Fill("[name=pin]", pin)
	p.Tap("button.primary")
	p.Wait("[name=well]")
	p.Shot("di-ho")
	w.down()
	p.Reset()
	p.Tap("[name=well]")
	if p.Effort != 1 {
		t.Errorf("a household that is well took %d acts", p.Effort)
	}
	p.Expect("1/4")
	p.Tap("[name=ill]")
	p.Tap("label.check:has([name=who])")
	p.Tap("label.check:has([name=sign])")
	p.Shot("di-ho-om")
	p.Tap("[name=save]")
	p.Expect("2/4")
	p.Tap("[name=arrived]")
	p.Fill("dialog [name=name]", "Lê Thị Mới")
	p.Fill("dialog [name=birth]", "1991")
	p.Tap("[name=save]")
	p.Expect("3/4")
	p.Tap("[name=help]")
	p.Fill("dialog [name=note]", "Hết thuốc huyết áp")
	p.Tap("[name=save]")
	p.Expect("4/4")
	p.Until("document.querySelector('.status.kept').textContent.includes('6')") // four visits, a sick person, a newcomer
	p.Shot("di-ho-xong")
	if n := w.rows("visit"); n != 0 {
		t.Fatalf("%d visits came without a network", n)
	}
	w.up()
	p.Tap("[name=cho-gui]")
	p.Tap("[name=send]")
	p.Until(allSent)
	for what, want := range map[string]int{"visit": 4, "symptom_report": 1, "sampling_newcomer": 1, "visit WHERE outcome = 'help' AND note <> ''": 1, "field_rejected": 0} {
		if n := w.rows(what); n != want {
			t.Errorf("%s: %d, want %d", what, n, want)
		}
	}
	p.Shot("di-cho-gui")
}

// Where nobody was met the team comes back: at the end those doors alone are
// listed. Who is ill and in no list is recorded all the same.
func TestDoorsWhereNobodyWasMetAreListedAtTheEnd(t *testing.T) {
	w := newWorld(t, sqlite(t))
	p := browser.Start(t).Phone(t)
	w.signIn(p, "Tổ 12", "Phạm Thị Hoa")
	for i, what := range []string{"well", "nobody", "well", "well"} {
		p.Tap("[name=" + what + "]")
		p.Expect(fmt.Sprint(i+1, "/4"))
		rested(p)
	}
	p.Expect("1 hộ vắng nhà: quay lại sau")
	p.Shot("di-ho-vang")
	if n := browser.Ask[int](p, "document.querySelectorAll('ol.homes li').length"); n != 1 {
		t.Errorf("%d doors are listed", n)
	}
	p.Tap("ol.homes button.line")
	p.Tap("[name=ill]")
	p.Fill("dialog [name=other]", "Ông Sáu")
	p.Tap("dialog label.check:has([name=sign])")
	p.Tap("[name=save]")
	p.Expect("Đã đi hết")
	p.Until(allSent)
	for what, want := range map[string]int{"visit": 5, "visit WHERE outcome = 'ill'": 1, "sampling_newcomer WHERE name = 'Ông Sáu'": 1, "symptom_report r JOIN sampling_newcomer n ON n.id = r.resident": 1} {
		if n := w.rows(what); n != want {
			t.Errorf("%s: %d, want %d", what, n, want)
		}
	}
}

// At the table a person takes at most two scans and a tap. The tab is killed,
// the server comes back, and nothing is lost or doubled.
func TestTheSamplingTableWithoutSignal(t *testing.T) {
	w := newWorld(t, sqlite(t))
	first := browser.Start(t).Phone(t)
	w.signIn(first, "Bàn 2", "Trần Thị B")
	p := first.Another(t)
	open := func() {
		t.Helper()
		p.Go("http://" + w.address + "/di/ban")
		p.Fill("[name=pin]", pin)
		p.Tap("button.primary")
		p.Wait("[name=scan]")
	}
	open()
	w.down()
	scan := func(text string) { // a hand scanner types and presses enter
		t.Helper()
		p.Fill("[name=scan]", text)
		p.Enter()
	}
	scan("LB-1209-0214")
	p.Expect("LB-1209-0214")
	p.Reset()
	scan("012345678901||" + "nguyễn văn an" + "|01021950|Nam|Số 12|01012021")
	p.Expect("1/3")
	if p.Effort > 3 {
		t.Errorf("a person took %d acts", p.Effort)
	}
	scan(w.who[1].ID)
	p.Expect("2/3")
	scan("le van cuong") // found by name, without tones
	p.Wait("[name=person]")
	p.Tap("[name=person]")
	p.Expect("3/3")
	p.Shot("di-ban")
	scan(w.who[3].ID) // a fourth in a tube of three
	p.Expect("Ống đã đủ 3 người")
	p.Shot("di-ban-du")
	scan("LB-1209-0215")
	p.Expect("1/3")
	scan(w.who[0].ID)
	p.Expect("đã lấy mẫu trong buổi này")
	p.Kill()
	p = first.Another(t)
	open() // without a network, from what the phone holds
	p.Expect("LB-1209-0215")
	p.Expect("Đã lấy 4")
	p.Tap("[name=undo]")
	p.Expect("Đã lấy 3")
	w.up()
	p.Tap("[name=cho-gui]")
	p.Tap("[name=send]")
	p.Until(allSent)
	for what, want := range map[string]int{"sample": 4, "sample WHERE state = 'withdrawn'": 1, "sampling_problem": 0, "tube": 2, "field_rejected": 0} {
		if n := w.rows(what); n != want {
			t.Errorf("%s: %d, want %d", what, n, want)
		}
	}
}
