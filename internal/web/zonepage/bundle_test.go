package zonepage_test

import (
	"net/http"
	"strings"
	"testing"

	"phaodai/internal/web/webtest"
)

// typedBundle is a bundle upon CT 15+ as the form sends it: one measure looser
// than its base, one stricter.
func typedBundle(pairs ...string) []string {
	return append([]string{"code", "LB15", "title_vi", "Biện pháp tăng cường của Quận", "title_en", "What the district adds", "short", "LB 15+", "instrument", "12/QĐ-UBND", "base", "CT15PLUS", "from", "06:00 09/9/2021", "rows", "3", "version", "0",
		"measures.1.step", "public_gathering.limited", "measures.1.op", "<=", "measures.1.limit", "30", "measures.1.text_vi", "Không tụ tập quá 30 người.", "measures.1.text_en", "No more than 30 people together.", "measures.1.source", "12/QĐ-UBND", "measures.1.confidence", "high", "measures.1.clause", "2.1", "measures.1.penalty", "X05", "measures.1.exceptions", "trong công sở, trường học, bệnh viện | inside offices, schools and hospitals",
		"measures.2.step", "market.card", "measures.2.text_vi", "Đi chợ theo thẻ.", "measures.2.text_en", "Shop with a card.", "measures.2.exceptions", "người già neo đơn | old people alone", "measures.2.source", "12/QĐ-UBND", "measures.2.confidence", "high"}, pairs...)
}

func TestALocalityKeepsItsOwnBundle(t *testing.T) {
	w, path := tabled(t)
	site := w.site
	site.Get("/bien-phap").Has("Chưa có bộ biện pháp riêng.", "CT 15", "/bien-phap/moi", "Nạp từ tệp YAML")
	site.Get("/bien-phap/CT15").Has("Chỉ thị 15/CT-TTg", "Lập bộ dựa trên bộ này", "/bien-phap/moi?theo=CT15").Lacks("/sua")
	site.Get("/bien-phap/moi?theo=CT15PLUS").Has(`<option value="CT15PLUS" selected>`, "giới hạn số người (ghi số, người)")
	bad := typedBundle()
	for i, x := range bad {
		if x == "Không tụ tập quá 30 người." {
			bad[i] = "Không tụ tập đông người."
		}
	}
	site.Post("/bien-phap/moi", bad...).Is(http.StatusUnprocessableEntity).Has(`href="#f-measures.1.text_vi"`, "Không tụ tập đông người.", "người già neo đơn | old people alone")
	site.Post("/bien-phap/moi", typedBundle()...).Goes("/bien-phap/LB15")
	p := site.Get("/bien-phap/LB15").Has("LB 15&#43;", "dựa trên CT 15&#43;", "So với CT 15&#43;", "1 nội dung nhẹ hơn CT 15&#43;", "Không tụ tập quá 30 người.", "nhẹ hơn", "chặt hơn", "Trừ: người già neo đơn", "117/2020/NĐ-CP", "2.1", "từ 06:00", "/bien-phap/LB15/sua")
	if strings.Count(p.Body, `<tr class="late">`) != 1 {
		t.Error("one row is looser, and flagged")
	}
	site.Get("/bien-phap").Has("Biện pháp tăng cường của Quận", "Quận Long Biên", "2 biện pháp riêng")
	// It is usable in a scheme's choice at once.
	site.Get(path + "?sua=bp.A02").Has(`<option value="LB15">LB 15&#43; · Biện pháp tăng cường của Quận`)
	site.Post(path+"/bien-phap/A02", "edits", w.edits(path), "bundle", "LB15").Goes(path + "#bien-phap")
	site.Get(path).Has("Biện pháp tăng cường của Quận").Lacks("Biện pháp 15&#43; cần ghi ít nhất một")
	// The next version is chosen by its own name; the scheme keeps the first.
	form := site.Get("/bien-phap/LB15/sua").Has(`value="30"`, `name="measures.1.limit"`, `name="measures.4.step"`)
	if strings.Contains(form.Body, `name="code"`) {
		t.Error("the code can be changed")
	}
	next := typedBundle("reason", "Theo chỉ đạo của Thành phố")
	for i, x := range next {
		next[i] = strings.ReplaceAll(x, "30", "5")
		if x == "version" {
			next[i+1] = "1"
		}
	}
	for i, x := range next {
		if x == "version" {
			next[i+1] = "1"
		}
	}
	site.Post("/bien-phap/LB15/sua", next...).Goes("/bien-phap/LB15")
	site.Post("/bien-phap/LB15/sua", next...).Is(http.StatusConflict).Has("vừa sửa nội dung này")
	site.Get("/bien-phap/LB15").Has("phiên bản 2", "Theo chỉ đạo của Thành phố", "<code>LB15@2</code>", "so-voi=1")
	site.Get("/bien-phap/LB15?ban=2&so-voi=1").Has("So với LB 15&#43;", "chặt hơn", "Không tụ tập quá 30 người.")
	site.Get("/bien-phap/LB15?ban=1").Has("Đang xem phiên bản cũ", "Không tụ tập quá 30 người.")
	site.Get(path+"?sua=bp.A02").Has(`<option value="LB15@2">LB 15&#43; v2`, `<option value="LB15" selected>LB 15&#43; · Biện pháp tăng cường của Quận (phiên bản cũ)`)
	site.Post(path+"/bien-phap/A02", "edits", w.edits(path), "bundle", "LB15@2").Goes(path + "#bien-phap")
	site.Get("/bien-phap/KHONG").Is(http.StatusNotFound)
	site.Get("/bien-phap/LB15?ban=9").Is(http.StatusNotFound)
	w.sit("cukhoi").Get("/bien-phap/LB15").Has("Biện pháp tăng cường của Quận").Lacks("/bien-phap/LB15/sua")
	w.site.Post("/bien-phap/LB15/sua", next...).Is(http.StatusForbidden)
}

func TestABundleGoesOutAndComesBackAsAFile(t *testing.T) {
	w, _ := tabled(t)
	site := w.site
	site.Post("/bien-phap/moi", typedBundle()...).Goes("/bien-phap/LB15")
	file := site.Get("/bien-phap/LB15?xuat=yaml").Has("id: LB15", "base: CT15PLUS", "value: 30", "2021-09-09T06:00").Body
	load := func(text string) *webtest.Page {
		return site.Upload("/bien-phap/nap", []webtest.File{{Field: "file", Name: "lb15.yaml", Data: text}}, "reason", "Nạp lại")
	}
	load(file).Goes("/bien-phap/LB15")
	site.Get("/bien-phap/LB15").Has("phiên bản 1").Lacks("phiên bản 2")
	load(strings.ReplaceAll(file, "30", "20")).Goes("/bien-phap/LB15")
	site.Get("/bien-phap/LB15").Has("phiên bản 2", "quá 20 người", "Nạp lại")
	load(strings.ReplaceAll(file, "LB15", "LB16")).Goes("/bien-phap/LB16")
	load(strings.ReplaceAll(file, "step: card", "step: cards")).Is(http.StatusUnprocessableEntity).Has("measures.2.step")
	load(strings.ReplaceAll(file, "clause:", "clausula:")).Is(http.StatusUnprocessableEntity).Has("line ")
	site.Upload("/bien-phap/nap", nil).Is(http.StatusUnprocessableEntity)
}

func TestBundlesInABrowser(t *testing.T) {
	w, _ := tabled(t)
	w.site.Post("/bien-phap/moi", typedBundle()...).Goes("/bien-phap/LB15")
	b := w.site.Browse()
	b.Shots("bo-bien-phap-danh-sach", "/bien-phap")
	b.Shots("bo-bien-phap", "/bien-phap/LB15")
	b.Shots("bo-bien-phap-sua", "/bien-phap/LB15/sua")
}
