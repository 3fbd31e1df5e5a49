package webtest

import (
	"net/http/httptest"
	"testing"

	"phaodai/internal/testkit/browser"
	"phaodai/internal/web/asset"
)

// Browser is a real Chromium that looks at a site, with one tab of a phone and
// one of a desktop.
type Browser struct {
	t              testing.TB
	url            string
	chromium       *browser.Browser
	phone, desktop *browser.Tab // opened when first looked at
}

// Browse serves the site on a port of this machine and opens Chromium on it.
// The bundle of web/ must have been built.
func (s *Site) Browse() *Browser {
	s.t.Helper()
	if !built() {
		s.t.Fatal("the bundle is missing: npm ci && npm run build in web/")
	}
	server := httptest.NewServer(s.Handler)
	s.t.Cleanup(server.Close)
	return &Browser{t: s.t, url: server.URL, chromium: browser.Start(s.t)}
}

// Phone opens a page of the site on the phone and counts effort from there.
func (b *Browser) Phone(path string) *browser.Tab {
	b.t.Helper()
	if b.phone == nil {
		b.phone = b.chromium.Phone(b.t)
	}
	return b.open(b.phone, path)
}

// Desktop opens a page of the site on the desktop and counts effort from there.
func (b *Browser) Desktop(path string) *browser.Tab {
	b.t.Helper()
	if b.desktop == nil {
		b.desktop = b.chromium.Desktop(b.t)
	}
	return b.open(b.desktop, path)
}

func (b *Browser) open(tab *browser.Tab, path string) *browser.Tab {
	b.t.Helper()
	tab.Go(b.url + path)
	tab.Reset()
	return tab
}

// Shots looks at a page on both: neither may scroll sideways. SCREENSHOTS keeps
// the pictures.
func (b *Browser) Shots(name, path string) {
	b.t.Helper()
	b.Phone(path).Shot(name)
	b.Desktop(path).Shot(name)
}

// Listening waits until a tab hears of changes.
func Listening(tab *browser.Tab) { tab.Until(`document.body.dataset.live === "on"`) }

// built tells whether the bundle was built.
func built() bool {
	f, err := asset.Files().Open("manifest.json")
	if err != nil {
		return false
	}
	return f.Close() == nil
}
