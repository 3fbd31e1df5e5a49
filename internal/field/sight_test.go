package field_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"phaodai/internal/db"
	"phaodai/internal/fieldwork"
	"phaodai/internal/testkit/browser"
)

// In the sun every text stands out by 7:1 or more, indoors by 4.5:1, and at the
// largest type no page scrolls sideways and no word is cut off: on every page of
// the app.
func TestEveryPageIsReadInTheSunAndInLargeType(t *testing.T) {
	for sun, ratio := range map[string]string{"1": "7", "": "4.5"} {
		t.Run("ratio "+ratio, func(t *testing.T) {
			seeEveryPage(t, sun, ratio)
			seeRapidTests(t, sun, ratio)
		})
	}
}

// inSight is a phone in the largest type, and what looks at its pages.
func inSight(t *testing.T, sun, ratio string) (*browser.Tab, func(page string)) {
	p := browser.Start(t).Phone(t)
	p.Before("localStorage.setItem('di-sun', '" + sun + "'); localStorage.setItem('di-size', '3')")
	return p, func(page string) {
		t.Helper()
		p.Shot("di-nang" + sun + "-" + page)
		for what, script := range map[string]string{"is pale": strings.Replace(pale, "LEAST", ratio, 1), "is cut off": cut, "is too small for a thumb": small} {
			if got := browser.Ask[string](p, script); got != "" {
				t.Errorf("%s: %s: %s", page, what, got)
			}
		}
	}
}

// seeRapidTests looks at tests that wait, that are read early, that are due and
// that are positive.
func seeRapidTests(t *testing.T, sun, ratio string) {
	w := newWorld(t, sqlite(t))
	w.rapid(1)
	w.field.Invited = func(*db.Tx, string) (map[string]fieldwork.Guest, error) {
		return map[string]fieldwork.Guest{w.who[0].ID: {Number: 12, Slot: w.now.Add(-15 * time.Minute)}}, nil
	}
	p, look := inSight(t, sun, ratio)
	p.Before("{ const now = Date.now; window.on = 0; Date.now = () => now() + window.on }")
	w.signIn(p, "Bàn 2", "Trần Thị B")
	w.down()
	p.Tap("[name=ban]")
	p.Tap("label.check:has([name=self])")
	scan(p, w.who[0].ID, "NHANH-1", w.who[1].ID, "NHANH-2", "nguyen van")
	look("nhanh-cho")
	p.Tap("[name=negative]")
	look("nhanh-som")
	p.Tap("[name=wait]")
	p.Until("(window.on = 16 * 60e3, true)")
	p.Expect("Chờ đọc: 2 test")
	look("nhanh-doc")
	rested(p)
	p.Tap("[name=positive]")
	p.Expect("Giữ người này ở riêng")
	look("nhanh-duong-tinh")
	p.Tap("[name=understood]")
	look("nhanh-da-doc")
}

func seeEveryPage(t *testing.T, sun, ratio string) {
	w := newWorld(t, sqlite(t))
	p, look := inSight(t, sun, ratio)
	p.Go("http://" + w.address + "/di")
	p.Wait("[name=sun]")
	look("dau")
	w.signIn(p, "Bàn 2", "Trần Thị B")
	look("ho")
	w.down()
	for _, sheet := range []string{"ill", "arrived", "help"} {
		p.Tap("[name=" + sheet + "]")
		p.Wait("dialog")
		p.Tap("dialog [name=save]")
		p.Until("document.querySelector('dialog .error').textContent !== ''")
		look("ho-" + sheet)
		p.Until("(document.querySelector('dialog').close(), true)")
	}
	p.Tap("[name=well]")
	p.Expect("1/4")
	look("ho-xong")
	p.Tap("[name=ban]")
	for _, scan := range []string{"LB-7", w.who[0].ID, w.who[0].ID, "tran"} { // a tube, a person, the same twice, a name
		p.Fill("[name=scan]", scan)
		p.Enter()
	}
	p.Tap("label.check:has([name=self])")
	look("ban")
	p.Tap("[name=cho-gui]")
	look("cho-gui")
	p.Go("http://" + w.address + "/di")
	p.Fill("[name=pin]", "000000")
	p.Tap("button.primary")
	p.Expect("Còn 9 lần")
	look("khoa")
}

// The measure itself finds what is pale.
func TestTheMeasureOfContrastFindsWhatIsPale(t *testing.T) {
	w := newWorld(t, sqlite(t))
	p := browser.Start(t).Phone(t)
	p.Go("http://" + w.address + "/di")
	p.Wait("[name=sun]")
	for colour, want := range map[string]bool{"rgb(0, 0, 0)": false, "rgb(89, 89, 89)": false, "rgb(90, 90, 90)": true, "rgba(0, 0, 0, 0.5)": true} { // 7.0:1 is #595959 on white
		script := fmt.Sprintf(`document.querySelector('#app').replaceChildren(Object.assign(document.createElement('p'), { textContent: 'Chữ thử' })), document.body.style.background = '#fff', document.querySelector('#app p').style.color = %q, true`, colour)
		if !browser.Ask[bool](p, "("+script+")") {
			t.Fatal("not drawn")
		}
		if got := strings.Contains(browser.Ask[string](p, strings.Replace(pale, "LEAST", "7", 1)), "Chữ thử"); got != want {
			t.Errorf("%s: pale %v, want %v", colour, got, want)
		}
	}
}

// pale lists the texts whose contrast with what lies under them is below LEAST to
// one, by the formula of WCAG 2.
const pale = `(() => {
	const rgba = (c) => { const n = c.match(/[\d.]+/g).map(Number); return n.length < 4 ? [...n, 1] : n }
	const over = (a, b) => a.slice(0, 3).map((x, i) => x * a[3] + b[i] * (1 - a[3])).concat(1)
	const light = (c) => c.slice(0, 3).map((x) => x / 255).map((x) => x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4).reduce((s, x, i) => s + x * [0.2126, 0.7152, 0.0722][i], 0)
	const under = (e) => e ? over(rgba(getComputedStyle(e).backgroundColor), under(e.parentElement)) : [255, 255, 255, 1]
	const ratio = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p); return (x + 0.05) / (y + 0.05) }
	const seen = [...document.querySelectorAll('body *')].filter((e) => e.checkVisibility() && e.getClientRects().length > 0)
	const texts = seen.filter((e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim() !== '')).map((e) => [e, getComputedStyle(e).color])
	const hints = seen.filter((e) => e.placeholder && !e.value).map((e) => [e, getComputedStyle(e, '::placeholder').color])
	return [...texts, ...hints].map(([e, c]) => [e, ratio(over(rgba(c), under(e)), under(e))]).filter(([, r]) => r < LEAST - 0.005)
		.map(([e, r]) => r.toFixed(1) + ' ' + (e.textContent || e.placeholder).trim().slice(0, 40)).join(' | ')
})()`

// cut lists what shows less than it holds.
const cut = `[...document.querySelectorAll('button, h1, h2, p, label, li')].filter((e) => e.checkVisibility() && e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0)
	.map((e) => e.innerText.slice(0, 40)).join(' | ')`

// small lists the buttons and fields that a thumb misses.
const small = `[...document.querySelectorAll('button, input:not([type=checkbox]), select, label.check')].filter((e) => e.checkVisibility() && e.getClientRects().length > 0 && e.getBoundingClientRect().height < 47.5)
	.map((e) => (e.innerText || e.name) + ' ' + e.getBoundingClientRect().height).join(' | ')`
