package browser

import (
	"context"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// Another opens a tab of the same phone: it shares what the first one stored.
func (p *Tab) Another(t testing.TB) *Tab {
	t.Helper()
	ctx, stop := chromedp.NewContext(p.ctx)
	t.Cleanup(stop)
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(360, 740, chromedp.EmulateMobile, chromedp.EmulateTouch)); err != nil {
		t.Fatalf("another tab: %v", err)
	}
	return &Tab{t: t, ctx: ctx, device: p.device, stop: stop}
}

// Before runs a script in every page before its own scripts.
func (p *Tab) Before(script string) {
	p.t.Helper()
	ctx, stop := context.WithTimeout(p.ctx, wait)
	defer stop()
	if _, err := chromedp.Call(ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: script}); err != nil {
		p.fail("script before pages", err)
	}
}

// Kill ends a tab that Another opened, as a phone does that runs out of memory:
// nothing of it runs any more.
func (p *Tab) Kill() {
	p.t.Helper()
	if p.stop == nil {
		p.t.Fatal("the first tab holds what the phone stored: kill another")
	}
	p.stop()
}
