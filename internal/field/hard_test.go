package field_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"phaodai/internal/testkit/browser"
)

// Two phones at one time, one of them years behind: what collides comes to both
// and to the ward, and nothing is lost.
func TestTwoPhonesWithOneTube(t *testing.T) {
	w := newWorld(t, sqlite(t))
	b := browser.Start(t)
	one, two := b.Phone(t), b.Phone(t)
	two.Before(`{ const D = Date; const back = 9 * 365 * 86400e3; Date = class extends D { constructor(...a) { a.length ? super(...a) : super(D.now() - back) } static now() { return D.now() - back } } }`)
	w.signIn(one, "Bàn 1", "Trần Thị B")
	w.signIn(two, "Bàn 2", "Lê Văn C")
	w.down()
	for i, p := range []*browser.Tab{one, two} {
		p.Tap("[name=ban]")
		p.Fill("[name=scan]", "LB-7")
		p.Enter()
		p.Fill("[name=scan]", w.who[i].ID)
		p.Enter()
		p.Expect("1/3")
	}
	w.up()
	for _, p := range []*browser.Tab{one, two} {
		p.Tap("[name=cho-gui]")
		p.Tap("[name=send]")
		p.Until(allSent)
	}
	two.Expect("Ống LB-7 đã dùng ở Bàn 1")
	two.Shot("di-trung-ong")
	open, err := w.samples.Problems(context.Background(), w.station, ward)
	w.must(err)
	if len(open) != 1 || w.rows("sample") != 2 {
		t.Errorf("%d to decide of %d samples", len(open), w.rows("sample"))
	}
	var at int64
	if at = int64(w.rows("sample WHERE at < " + "1600000000000000")); at != 0 {
		t.Errorf("%d samples are years old", at)
	}
}

func TestTenWrongPINsWipeThePhone(t *testing.T) {
	w := newWorld(t, sqlite(t))
	first := browser.Start(t).Phone(t)
	w.signIn(first, "Tổ 12", "Phạm Thị Hoa")
	p := first.Another(t)
	p.Go("http://" + w.address + "/di")
	for i := range 10 {
		if i == 5 { // closing the app saves no try
			p.Kill()
			p = first.Another(t)
			p.Go("http://" + w.address + "/di")
			p.Expect("Còn 5 lần")
		}
		p.Fill("[name=pin]", "000000")
		p.Tap("button.primary")
		if i < 9 {
			p.Until("document.querySelector('.error')?.textContent.includes('" + string(rune('9'-i)) + " lần') && document.querySelector('[name=pin]').value === ''")
		}
	}
	p.Expect("Dữ liệu trên máy đã xóa")
	if left := browser.Ask[int](p, "indexedDB.databases().then((d) => d.filter((x) => x.name === 'phaodai-di').length)"); left != 0 {
		t.Error("something is left on the phone")
	}
}

func TestThePhoneThatTheWardStopsIsWiped(t *testing.T) {
	w := newWorld(t, sqlite(t))
	p := browser.Start(t).Phone(t)
	w.signIn(p, "Tổ 12", "Phạm Thị Hoa")
	var id string
	phones, err := w.field.Phones(context.Background(), w.station, ward)
	w.must(err)
	id = phones[0].Phone.ID
	_, err = w.field.Stop(context.Background(), w.station, id)
	w.must(err)
	w.down()
	p.Tap("[name=well]")
	p.Tap("[name=ill]")
	p.Wait("dialog")
	w.up()
	p.Until("(dispatchEvent(new Event('online')), true)")
	p.Expect("Phường đã thu hồi máy này")
	if n := browser.Ask[int](p, "document.querySelectorAll('dialog').length"); n != 0 {
		t.Error("names stand on a phone that was stopped")
	}
}

// What lies on the phone is sealed: no name stands in its store.
func TestWhatLiesOnThePhoneIsSealed(t *testing.T) {
	w := newWorld(t, sqlite(t))
	p := browser.Start(t).Phone(t)
	w.signIn(p, "Tổ 12", "Phạm Thị Hoa")
	p.Tap("[name=well]")
	stored := browser.Ask[string](p, `new Promise((done) => {
		const open = indexedDB.open('phaodai-di')
		open.onsuccess = () => {
			const tx = open.result.transaction(['value', 'journal'])
			const out = []
			for (const s of ['value', 'journal']) tx.objectStore(s).openCursor().onsuccess = (e) => {
				const c = e.target.result
				if (!c) return
				const v = c.value
				out.push(String(c.key), JSON.stringify(v), v.data ? new TextDecoder().decode(v.data) : '')
				c.continue()
			}
			tx.oncomplete = () => { open.result.close(); done(out.join('|')) }
		}
	})`)
	for _, name := range []string{"Nguyễn", "Số 12", "Phạm", w.who[0].ID, w.homes[0].ID} {
		if strings.Contains(stored, name) {
			t.Errorf("%q lies open on the phone", name)
		}
	}
	if len(stored) < 500 {
		t.Errorf("nothing was stored: %q", stored)
	}
}

func TestAFullPhoneSaysSoAndKeepsWhatItHas(t *testing.T) {
	w := newWorld(t, sqlite(t))
	p := browser.Start(t).Phone(t)
	w.signIn(p, "Tổ 12", "Phạm Thị Hoa")
	w.down()
	p.Tap("[name=well]")
	p.Expect("1/4")
	rested(p)
	// The browser's refusal is played: a quota of the developer tools does not
	// bind the stores of a headless Chromium.
	const full = `(() => { const add = IDBObjectStore.prototype.add; IDBObjectStore.prototype.add = function () { throw new DOMException('full', 'QuotaExceededError') }; window.emptied = () => { IDBObjectStore.prototype.add = add }; return true })()`
	if !browser.Ask[bool](p, full) {
		t.Fatal("not played")
	}
	p.Tap("[name=well]")
	p.Expect("Bộ nhớ máy đã đầy")
	p.Expect("1/4")
	p.Until("(window.emptied(), true)")
	rested(p)
	p.Tap("[name=well]")
	p.Expect("2/4")
}

// rested waits until a tap is no double tap any more.
func rested(p *browser.Tab) {
	p.Until("(window.since ??= performance.now(), performance.now() - window.since > 600)")
	p.Until("(delete window.since, true)")
}

func TestOnlyPhonesWithAKeyAreAnswered(t *testing.T) {
	w := newWorld(t, sqlite(t))
	for _, call := range []struct{ method, path string }{{"GET", "/di/api/duty"}, {"POST", "/di/api/outbox"}, {"POST", "/di/api/note"}, {"POST", "/di/api/enter"}} {
		for _, key := range []string{"", "Bearer ", "Bearer wrong"} {
			r, err := http.NewRequest(call.method, "http://"+w.address+call.path, strings.NewReader(`{"token":"wrong","name":"A"}`))
			w.must(err)
			r.Header.Set("Authorization", key)
			answer, err := http.DefaultClient.Do(r)
			w.must(err)
			_ = answer.Body.Close()
			if answer.StatusCode != http.StatusUnauthorized {
				t.Errorf("%s %s with %q: %s", call.method, call.path, key, answer.Status)
			}
		}
	}
}
