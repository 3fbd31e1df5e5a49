package webtest

import (
	"context"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"phaodai/internal/web/asset"
)

// Browser is a real Chromium that looks at a site.
type Browser struct {
	Context context.Context
	URL     string
	t       testing.TB
}

// The two sizes at which pages are looked at.
const (
	Phone   = 360
	Desktop = 1440
)

// Browse serves the site on a port of this machine and opens Chromium on it
// (Debian's package chromium). The bundle of web/ must have been built.
func (s *Site) Browse() *Browser {
	s.t.Helper()
	if !built() {
		s.t.Fatal("the bundle is missing: npm ci && npm run build in web/")
	}
	server := httptest.NewServer(s.Handler)
	s.t.Cleanup(server.Close)
	allocator, cancel := chromedp.NewExecAllocator(context.Background(), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.NoFirstRun, chromedp.NoDefaultBrowserCheck, chromedp.Headless, chromedp.UserDataDir(s.t.TempDir()),
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true))
	s.t.Cleanup(cancel)
	ctx, cancel := chromedp.NewContext(allocator)
	s.t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, 5*time.Minute)
	s.t.Cleanup(cancel)
	return &Browser{Context: ctx, URL: server.URL, t: s.t}
}

// Do does things in the browser, one after the other.
func (b *Browser) Do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.Context, steps...); err != nil {
		b.t.Fatal(err)
	}
}

// Ask runs an expression in the page and returns its value.
func Ask[T any](b *Browser, expression string) T {
	b.t.Helper()
	out, err := chromedp.Run(b.Context, chromedp.Evaluate[T](expression))
	if err != nil {
		b.t.Fatal(err)
	}
	return out
}

// Open shows a page at a width.
func (b *Browser) Open(path string, width int) {
	b.t.Helper()
	size := chromedp.EmulateViewport(int64(width), 900)
	if width == Phone {
		size = chromedp.EmulateViewport(int64(width), 740, chromedp.EmulateMobile, chromedp.EmulateTouch)
	}
	b.Do(size, chromedp.Navigate(b.URL+path), chromedp.WaitReady("main"))
}

// Shots looks at a page on a phone and on a desktop, writes pictures into the
// folder screenshots of the repository, and fails when a page is wider than its
// screen (only tables may scroll sideways).
func (b *Browser) Shots(name, path string) {
	b.t.Helper()
	for _, width := range []int{Phone, Desktop} {
		b.Open(path, width)
		b.Fits(name, width)
		b.Shot(fmt.Sprintf("%s-%d", name, width))
	}
}

// Fits fails when the page in view is wider than its screen.
func (b *Browser) Fits(name string, width int) {
	b.t.Helper()
	wide := Ask[int](b, `document.scrollingElement.scrollWidth`)
	culprit := Ask[string](b, `[...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > `+fmt.Sprint(width)+` + 1 && !e.closest('.wide')).slice(0, 3).map(e => e.outerHTML.slice(0, 120)).join(' | ')`)
	if wide > width {
		b.t.Errorf("%s is %d px wide on a screen of %d: %s", name, wide, width, culprit)
	}
}

// Shot writes a picture of the whole page in view.
func (b *Browser) Shot(name string) {
	b.t.Helper()
	beyond := true
	answer, err := chromedp.Call(b.Context, page.CaptureScreenshot, page.CaptureScreenshotParams{CaptureBeyondViewport: &beyond})
	if err != nil {
		b.t.Fatal(err)
	}
	folder := filepath.Join(root(b.t), "screenshots")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, name+".png"), answer.Data, 0o644); err != nil {
		b.t.Fatal(err)
	}
}

// root is the folder of the repository.
func root(t testing.TB) string {
	dir, err := os.Getwd()
	for err == nil && dir != "/" {
		if _, missing := os.Stat(filepath.Join(dir, "go.mod")); missing == nil {
			return dir
		}
		dir = filepath.Dir(dir)
	}
	t.Fatal("no go.mod above the test", err)
	return ""
}

// built tells whether the bundle was built.
func built() bool {
	f, err := asset.Files().Open("manifest.json")
	if err != nil {
		return false
	}
	return f.Close() == nil
}
