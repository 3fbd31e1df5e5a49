package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"phaodai/internal/testkit"
	"phaodai/internal/testkit/browser"
)

// mainPages are the pages that people live in, by who does.
var mainPages = map[string][]string{
	"cukhoi":     {"/viec", "/viec/tat-ca", "/hop-thu", "/truc-ban", "/don-vi", "/them"},
	"vanthu":     {"/van-ban-den", "/van-ban-den/vao-so", "/van-ban-di", "/van-ban-di/soan", "/van-ban", "/noi-dung", "/tim?q=xet+nghiem"},
	"chanhvp":    {"/cho-tham-muu", "/theo-doi", "/viec/giao", "/cuoc-hop", "/ban-chi-dao"},
	"thuongtruc": {"/cho-duyet", "/dia-ban"},
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
	chromium := browser.Start(t)
	for login, pages := range mainPages {
		for device, tab := range map[string]*browser.Tab{"phone": chromium.Phone(t), "desktop": chromium.Desktop(t)} {
			e.sit(tab, login)
			for _, page := range pages {
				tab.Go(e.url + page)
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
