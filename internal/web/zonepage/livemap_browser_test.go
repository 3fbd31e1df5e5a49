package zonepage_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"phaodai/internal/testkit/browser"
	"phaodai/internal/web/webtest"
	"phaodai/internal/zoning"
)

// fetched are the addresses, without the site's, that the page has asked for
// since the last call, but for its icon, which Chromium asks for whenever the
// address changes.
func fetched(tab *browser.Tab) []string {
	return strings.Fields(browser.Ask[string](tab, `(() => { const all = performance.getEntriesByType("resource").map(e => e.name.replace(location.origin, "")).filter(n => !n.includes("/favicon-"));
		performance.clearResourceTimings(); return all.join(" ") })()`))
}

// ready waits for the live map.
func ready(tab *browser.Tab) {
	tab.Until(`document.querySelector("[data-map]").dataset.ready === "on"`)
}

// count is how many areas have a class of the district, as the legend says.
func count(tab *browser.Tab, class string) string {
	return tab.Text(`[data-legend="district_area"] [data-class=` + class + `] b`)
}

// glance takes a picture of the map, for a person who looks at the tones of its
// names ("Cự Khối", "Ngọc Thụy", "Ẫm Ỷ").
func glance(tab *browser.Tab, name string) {
	browser.Ask[bool](tab, `(document.querySelector(".tabs").scrollIntoView(), true)`)
	tab.Glance(name)
}

func TestTheLiveMapMovesThroughTime(t *testing.T) {
	w := charted(t)
	b := w.sit("chutich").Browse()
	for _, tab := range []*browser.Tab{b.Desktop("/ban-do"), b.Phone("/ban-do")} {
		tab.Tap("/Bản đồ tương tác/")
		ready(tab)
		if got := count(tab, "A02") + " " + count(tab, "A03"); got != "0 0" {
			t.Errorf("now %s areas are 02 and 03", got)
		}
		glance(tab, "ban-do-dong")
		fetched(tab)
		browser.Ask[bool](tab, `(window.stayed = true, document.querySelector("#map-slider").focus(), true)`)
		tab.Press(kb.ArrowRight)
		tab.Until(`document.querySelector("[data-piece=as-of]").innerText.includes("06:00 thứ Năm 09/9/2021")`)
		ready(tab)
		if got := count(tab, "A02") + " " + count(tab, "A03"); got != "2 0" {
			t.Errorf("on the 9th %s areas are 02 and 03", got)
		}
		if got := fetched(tab); len(got) != 1 || got[0] != "/ban-do/loai?lop=district_area&luc=2021-09-09T06%3A00" {
			t.Errorf("the slider fetched %v", got)
		}
		if said := browser.Ask[string](tab, `document.querySelector("#map-slider").getAttribute("aria-valuetext")`); said != "06:00 thứ Năm 09/9 · 2 khu vực đổi" {
			t.Errorf("the slider says %q", said)
		}
		tab.Expect("Danh sách bên dưới ghi theo 16:20 thứ Ba 07/9/2021. Bản đồ đang ở 06:00 thứ Năm 09/9/2021.")
		tab.Press(kb.End)
		tab.Until(`document.querySelector("[data-piece=as-of]").innerText.includes("06:00 thứ Sáu 10/9/2021")`)
		ready(tab)
		if got := count(tab, "A02") + " " + count(tab, "A03"); got != "2 1" {
			t.Errorf("on the 10th %s areas are 02 and 03", got)
		}
		glance(tab, "ban-do-dong-sau")
		tab.Shot("ban-do-dong-trang")
		if at := tab.URL(); !strings.Contains(at, "luc=2021-09-10T06%3A00") || !strings.Contains(at, "xem=dong") {
			t.Errorf("the address is %s", at)
		}
		if !browser.Ask[bool](tab, `window.stayed === true`) {
			t.Error("the page was loaded again")
		}
		tab.Tap("/Bản đồ tĩnh/")
		tab.Wait(".zone-map svg")
		if head := tab.Text(".facts-line"); !strings.Contains(head, "06:00 thứ Sáu 10/9/2021") || strings.Contains(tab.URL(), "xem=") {
			t.Errorf("the fixed map is of %s at %s", head, tab.URL())
		}
	}
}

// touch taps the sheet of the map from point to point until the card names an area.
const touch = `(() => {
	const canvas = document.querySelector("[data-piece=sheet] canvas"), box = canvas.getBoundingClientRect();
	for (let x = 20; x < box.width; x += 20) for (let y = 20; y < box.height; y += 20) {
		for (const kind of ["mousedown", "mouseup", "click"])
			canvas.dispatchEvent(new MouseEvent(kind, {bubbles: true, clientX: box.left + x, clientY: box.top + y, button: 0, detail: 1}));
		if (document.querySelector("[data-piece=card-name]").textContent === %q) return true;
	}
	return false })()`

func TestTheLiveMapShowsAnAreaAndChangesItsLayer(t *testing.T) {
	w := charted(t)
	b := w.sit("chutich").Browse()
	tab := b.Desktop("/ban-do?luc=2021-09-09T06:00&xem=dong")
	ready(tab)
	if got := count(tab, "A02"); got != "2" {
		t.Errorf("a link to the 9th shows %s areas 02", got)
	}
	if !browser.Ask[bool](tab, fmt.Sprintf(touch, names[0])) {
		t.Fatal("no tap meets " + names[0])
	}
	if card := tab.Text("[data-piece=card]"); !strings.Contains(card, names[0]) || !strings.Contains(card, "Khu vực 02") {
		t.Errorf("the card says %s", card)
	}
	fetched(tab)
	tab.Tap("/Vùng của Thành phố/")
	ready(tab)
	if card := tab.Text("[data-piece=card]"); !strings.Contains(card, "Chưa phân loại") {
		t.Errorf("in the city's layer the card says %s", card)
	}
	if got := fetched(tab); len(got) != 1 || !strings.Contains(got[0], "/ban-do/loai?lop=city_zone") {
		t.Errorf("another layer fetched %v", got)
	}
	if head, at := tab.Text("h1"), tab.URL(); head != "Bản đồ · Vùng của Thành phố" || !strings.Contains(at, "lop=city_zone") {
		t.Errorf("%s at %s", head, at)
	}
	glance(tab, "ban-do-dong-vung")
	tab.Tap("/Biện pháp và lịch sử của khu vực/")
	if at := tab.URL(); !strings.Contains(at, "/khu-vuc/"+w.named(names[0]).ID+"?luc=2021-09-09T06%3A00") {
		t.Errorf("the card leads to %s", at)
	}
}

// TestTheFixedMapStaysWhereTheLiveOneFails: without WebGL and without an answer
// the map that the server drew is seen, with a plain word why.
func TestTheFixedMapStaysWhereTheLiveOneFails(t *testing.T) {
	w := charted(t)
	b := w.sit("chutich").Browse()
	for name, c := range map[string]struct{ fault, says string }{
		"no WebGL":  {`(HTMLCanvasElement.prototype.getContext = () => null, true)`, "Trình duyệt này không vẽ được bản đồ tương tác"},
		"no answer": {`(window.fetch = () => Promise.reject(new TypeError("offline")), true)`, "Không tải được số liệu của bản đồ"},
	} {
		tab := b.Desktop("/ban-do")
		browser.Ask[bool](tab, c.fault)
		tab.Tap("/Bản đồ tương tác/")
		tab.Expect(c.says)
		tab.Wait(".zone-map svg")
		if browser.Ask[bool](tab, `document.querySelector("[data-piece=sheet]").checkVisibility()`) {
			t.Errorf("%s: an empty sheet is shown", name)
		}
	}
}

func TestTheLiveMapFollowsDecisions(t *testing.T) {
	w := charted(t)
	w.follow()
	tab := w.sit("chutich").Browse().Desktop("/ban-do?xem=dong")
	ready(tab)
	webtest.Listening(tab)
	w.change(zoning.ChangeInput{Areas: []string{w.named(names[1]).ID}, Layer: zoning.DistrictArea, Class: "A03", Bundle: "CT15"})
	w.change(zoning.ChangeInput{Areas: []string{w.named(names[1]).ID}, Layer: zoning.DistrictArea, Class: "A01", Bundle: "CT16", From: at(12, 6, 0)})
	tab.Until(`document.querySelector('[data-legend="district_area"] [data-class=A03] b').textContent === "1"`)
	tab.Until(`[...document.querySelectorAll("#map-stops option")].length === Number(document.querySelector("#map-slider").max) + 1 && !!document.querySelector("#map-stops [data-luc^='2021-09-12']")`)
}
