package directivepage

import (
	"testing"

	"phaodai/internal/directive"
	"phaodai/internal/testkit/browser"
)

// busy fills the office with papers in every state.
func (w *world) busy() (advised, approved directive.Document) {
	w.t.Helper()
	for _, name := range []string{"001_5ff5c6dd8777f7d4.txt", "002_b113d4ba4a586605.txt", "003_2dc4aded98194239.txt"} {
		w.entered(seed(w.t, name))
	}
	approved = w.approved(seed(w.t, seed000))
	advised = w.advised(seed(w.t, seed004))
	w.receive(string(specimen(w.t)))
	return advised, approved
}

// TestThePagesInABrowserFitPhoneAndDesktop looks at every main page in Chromium:
// none may scroll sideways. SCREENSHOTS keeps the pictures.
func TestThePagesInABrowserFitPhoneAndDesktop(t *testing.T) {
	w := newWorld(t)
	advised, approved := w.busy()
	second := w.receive(seed(t, seed004) + "\n")
	outgoing := w.drafted()
	b := w.site.Browse()
	look := func(login, name, path string) {
		w.as(login)
		b.Shots(name, path)
	}
	look("vanthu", "so-van-ban-den", "/van-ban-den")
	look("vanthu", "so-van-ban-den-in", "/van-ban-den?in=1")
	look("vanthu", "vao-so", "/van-ban-den/vao-so")
	look("vanthu", "vao-so-doc", "/van-ban-den/vao-so?van-ban="+second.ID)
	look("vanthu", "van-ban", "/van-ban/"+approved.ID)
	look("vanthu", "van-ban-484", "/van-ban/"+advised.ID)
	look("vanthu", "cong-khai", "/van-ban/"+advised.ID+"/cong-khai")
	look("vanthu", "nhap-thay", "/van-ban/"+advised.ID+"/phieu")
	look("vanthu", "phieu-in", "/van-ban/"+advised.ID+"/phieu?in=1")
	look("chanhvp", "cho-tham-muu", "/cho-tham-muu")
	look("chanhvp", "tham-muu", "/van-ban/"+advised.ID+"/phieu")
	look("thuongtruc", "cho-duyet", "/cho-duyet")
	look("thuongtruc", "duyet-phieu", "/van-ban/"+advised.ID+"/phieu")
	review := "/van-ban/" + approved.ID + "/ra-soat"
	look("chanhvp", "ra-soat", review)
	look("chanhvp", "ra-soat-chua-ro", review+"?xem=chua-ro")
	look("chanhvp", "ra-soat-sua", review+"?sua="+w.proposals(approved.ID)[2].ID+"#sua")
	look("chanhvp", "noi-dung", "/van-ban/"+approved.ID+"/noi-dung?tim=khung")
	look("chanhvp", "van-ban-tat-ca", "/van-ban?tim=chi+thi")
	look("chanhvp", "tim", "/tim?q=xet+nghiem")
	look("vanthu.ubnd", "van-ban-di", "/van-ban-di")
	look("vanthu.ubnd", "du-thao", "/van-ban-di/"+outgoing)
	look("vanthu.ubnd", "soan", "/van-ban-di/soan?du-thao="+outgoing)
	look("chanhvp", "lap-cuoc-hop", "/cuoc-hop/lap")
}

func TestRegisteringByKeyboardTakesFewKeys(t *testing.T) {
	w := newWorld(t)
	tab := w.as("vanthu").Browse().Desktop("/van-ban-den")
	tab.Tap("/Vào sổ/")
	tab.Attach("#f-file", file(t, "484-TB-TU.txt", seed(t, seed004)))
	tab.Expect("Đã điền đủ")
	tab.Enter()
	tab.Expect("Đã vào sổ, số đến 612")
	if tab.Effort > 12 {
		t.Errorf("registering took %d fields and keys", tab.Effort)
	}
}

func TestApprovingFromTheListTakesTwoTaps(t *testing.T) {
	w := newWorld(t)
	w.advised(seed(t, seed004))
	tab := w.as("thuongtruc").Browse().Phone("/cho-duyet")
	tab.Tap("/Duyệt theo đề xuất/")
	tab.Expect("Không có phiếu chờ duyệt.")
	if tab.Effort > 2 {
		t.Errorf("approving took %d taps", tab.Effort)
	}
}

func TestASelectedSentenceBecomesATask(t *testing.T) {
	w := newWorld(t)
	d := w.approved(seed(t, seed000))
	tab := w.as("chanhvp").Browse().Desktop("/van-ban/" + d.ID + "/ra-soat")
	tab.Expect("Việc đề xuất")
	words := browser.Ask[string](tab, `(() => {
		const at = [...document.querySelectorAll('[data-source] [data-text]')].find(e => e.textContent.includes('vùng xanh'));
		const node = at.firstChild, i = node.data.indexOf('Bảo vệ'), range = document.createRange();
		range.setStart(node, i); range.setEnd(node, i + 40);
		getSelection().removeAllRanges(); getSelection().addRange(range);
		return node.data.slice(i, i + 40) })()`)
	tab.Tap("/Tạo việc từ đoạn bôi đen/")
	tab.Expect("Thêm việc")
	if got := browser.Ask[string](tab, `document.querySelector('#f-text').value`); got != words {
		t.Errorf("selected %q, the form has %q", words, got)
	}
}

// On a phone the work comes first; each task leads to its words in the text
// that stands below.
func TestOnAPhoneProposalsComeBeforeTheText(t *testing.T) {
	w := newWorld(t)
	d := w.approved(seed(t, seed000))
	b := w.as("chanhvp").Browse()
	phone, desktop := b.Phone("/van-ban/"+d.ID+"/ra-soat"), b.Desktop("/van-ban/"+d.ID+"/ra-soat")
	const place = `(s => { const r = document.querySelector(s).getBoundingClientRect(); return [r.left, r.top + scrollY] })`
	cards, text := browser.Ask[[]float64](phone, place+`(".review-cards")`), browser.Ask[[]float64](phone, place+`(".review-source")`)
	if cards[1] >= text[1] {
		t.Errorf("on a phone the text stands at %v, above the proposals at %v", text, cards)
	}
	cards, text = browser.Ask[[]float64](desktop, place+`(".review-cards")`), browser.Ask[[]float64](desktop, place+`(".review-source")`)
	if cards[0] <= text[0] {
		t.Errorf("on a desktop the text stands at %v, not left of the proposals at %v", text, cards)
	}
	phone.Tap("/Xem trong văn bản/") // a card that grew under the finger would lose the tap
	if top := browser.Ask[float64](phone, `document.querySelector(location.hash).getBoundingClientRect().top`); top < -1 || top > 740 {
		t.Errorf("the words of the task stand at %.0f, out of sight", top)
	}
}
