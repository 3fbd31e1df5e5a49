package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"phaodai/internal/campaign"
	"phaodai/internal/demo"
	"phaodai/internal/testkit"
	"phaodai/internal/testkit/browser"
	"phaodai/internal/zoning"
)

// mainPages are the pages that people live in, by who does.
var mainPages = map[string][]string{
	"cukhoi": {"/viec", "/viec/tat-ca", "/hop-thu", "/truc-ban", "/don-vi", "/them",
		"/dan-cu", "/dan-cu/ho/moi", "/dan-cu/nap", "/dan-cu/trung", "/dan-cu/xuat", "/dan-cu/dem", "/dien-thoai", "/dien-thoai/giay", "/dan-cu/moi-den"},
	"vanthu":     {"/van-ban-den", "/van-ban-den/vao-so", "/van-ban-di", "/van-ban-di/soan", "/van-ban", "/noi-dung", "/tim?q=xet+nghiem"},
	"chanhvp":    {"/cho-tham-muu", "/theo-doi", "/viec/giao", "/cuoc-hop", "/ban-chi-dao"},
	"thuongtruc": {"/cho-duyet", "/dia-ban"},
	"chutich":    {"/phe-duyet", "/chuyen-doi", "/khu-vuc", "/ban-do", "/ban-do?xem=dong", "/tieu-chi"},
	"to1.cukhoi": {"/o-day", "/o-day?noi=00154", "/o/00154-01", "/o/00154-01/chot", "/o/00154-01/loa", "/tham-quan"},
	"xetnghiem":  {"/mau", "/mau/ket-qua", "/mau/duyet", "/mau/doi-chieu", "/mau/khay"},
	"quantri":    {"/quan-tri/he-thong", "/quan-tri/tai-khoan", "/nhat-ky", "/quan-tri/don-vi"},
}

// barrier is what axe finds on a page.
type barrier struct {
	ID, Impact, Help string
	Nodes            []struct{ HTML string }
}

// TestMainPagesHaveNoSeriousBarrier runs axe-core (WCAG 2.1 A and AA) on every
// main page, on phone and desktop, by day and by night.
func TestMainPagesHaveNoSeriousBarrier(t *testing.T) {
	axe, err := os.ReadFile(filepath.Join(testkit.Root(), "web", "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		t.Fatal(err)
	}
	e := startDemo(t, t.TempDir())
	e.jump(demo.At(8, 20, 10))
	pages := maps.Clone(mainPages)
	plan, round := e.planOf(t, "01-004-00154")
	household, resident := e.residentOf(t, "01-004-00154")
	pages["cukhoi"] = append(slices.Clone(pages["cukhoi"]), "/ke-hoach/"+plan, "/dan-cu/ho/"+household, "/dan-cu/nguoi/"+resident)
	pages["chutich"] = append(slices.Clone(pages["chutich"]), "/phe-duyet/"+round)
	var campaigns []campaign.Campaign
	e.as("tramyte.cukhoi").Do("GET", "/campaigns", nil, &campaigns, 200)
	at := "/xet-nghiem/" + campaigns[0].ID
	pages["tramyte.cukhoi"] = append(slices.Clone(pages["tramyte.cukhoi"]), "/xet-nghiem", "/xet-nghiem/moi", "/xet-nghiem/gop-mau?ty-le=1", at, at+"/ban-do", at+"/buoi/moi")
	chromium := browser.Start(t)
	for login, pages := range pages {
		for device, tab := range map[string]*browser.Tab{"phone": chromium.Phone(t), "desktop": chromium.Desktop(t)} {
			e.sit(tab, login)
			for _, page := range pages {
				tab.Go(e.url + page)
				if strings.HasSuffix(page, "xem=dong") {
					tab.Until(`document.querySelector("[data-map]").dataset.ready === "on"`)
				}
				if got := browser.Ask[int](tab, `performance.getEntriesByType("navigation")[0].responseStatus`); got != 200 {
					t.Errorf("%s as %s: %d", page, login, got)
				}
				for _, theme := range []string{"light", "dark"} {
					browser.Ask[bool](tab, `(document.documentElement.dataset.theme = "`+theme+`", true)`)
					for _, b := range barriers(t, tab, string(axe)) {
						t.Errorf("%s as %s on %s, %s: %s (%s): %s\n%v", page, login, device, theme, b.ID, b.Impact, b.Help, b.Nodes)
					}
				}
			}
		}
	}
}

// residentOf adds a resident and his household to a ward.
func (e *exercise) residentOf(t *testing.T, unit string) (household, resident string) {
	t.Helper()
	var out struct{ ID string }
	e.as("cukhoi").Do("POST", "/households", map[string]any{"unit": unit, "code": "99-001", "lane": "Ngõ 45", "address": "Số 1"}, &out, 200)
	household = out.ID
	e.as("cukhoi").Do("POST", "/residents", map[string]any{"household": household, "name": "Nguyễn Văn An", "number": "001089012345"}, &out, 200)
	return household, out.ID
}

// planOf is the plan of a ward, by its unit, and its round.
func (e *exercise) planOf(t *testing.T, unit string) (plan, round string) {
	t.Helper()
	var rounds []zoning.Round
	e.as("chutich").Do("GET", "/rounds", nil, &rounds, 200)
	if len(rounds) == 0 {
		t.Fatal("no round is open")
	}
	var review zoning.Review
	e.as("chutich").Do("GET", "/rounds/"+rounds[0].ID, nil, &review, 200)
	for _, r := range review.Rows {
		if r.Plan.Unit == unit {
			plan = r.Plan.ID
		}
	}
	if plan == "" {
		t.Fatalf("%s has no plan", unit)
	}
	return plan, rounds[0].ID
}

func barriers(t *testing.T, tab *browser.Tab, axe string) (out []barrier) {
	t.Helper()
	found := browser.Ask[string](tab, axe+`; axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"], resultTypes: ["violations"]})
		.then(r => JSON.stringify(r.violations.filter(v => ["serious", "critical"].includes(v.impact))
			.map(v => ({ID: v.id, Impact: v.impact, Help: v.help, Nodes: v.nodes.slice(0, 3).map(n => ({HTML: n.html.slice(0, 300) + " " + n.failureSummary}))}))))`)
	if err := json.Unmarshal([]byte(found), &out); err != nil {
		t.Fatal(fmt.Errorf("axe: %w: %s", err, found))
	}
	return out
}
