package browser

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// Tab is one page on one device. Its methods fail the test when the page does
// not do what is asked within a minute. A target is a CSS selector, or a text
// between slashes ("/Duyệt theo đề xuất/") for the first visible button, link,
// label or summary that shows it.
type Tab struct {
	Effort int // taps, keys and fields filled since the last Reset

	t      testing.TB
	ctx    context.Context
	device string
	stop   func() // ends a tab beside others
}

// Reset begins to count anew.
func (p *Tab) Reset() { p.Effort = 0 }

func (p *Tab) do(what string, steps ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx, stop := context.WithTimeout(p.ctx, wait)
	defer stop()
	if err := chromedp.Do(ctx, steps...); err != nil {
		p.fail(what, err)
	}
}

func (p *Tab) fail(what string, err error) {
	p.t.Helper()
	p.picture("failed")
	ctx, stop := context.WithTimeout(p.ctx, wait)
	defer stop()
	text, _ := chromedp.Run(ctx, chromedp.Evaluate[string](`location.href + "\n" + document.body.innerText`)) // only for the message
	p.t.Fatalf("%s: %v\npage: %.3000s", what, err, text)
}

// Ask evaluates an expression in the page.
func Ask[T any](p *Tab, expression string) T {
	p.t.Helper()
	ctx, stop := context.WithTimeout(p.ctx, wait)
	defer stop()
	out, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		p.fail(expression, err)
	}
	return out
}

// NoScripts makes the tab one in which no script of a page runs: an old phone,
// or a bundle that did not arrive.
func (p *Tab) NoScripts() {
	p.t.Helper()
	ctx, stop := context.WithTimeout(p.ctx, wait)
	defer stop()
	if _, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		p.fail("no scripts", err)
	}
}

// Go opens an address.
func (p *Tab) Go(url string) {
	p.t.Helper()
	p.do("go "+url, chromedp.Navigate(url), chromedp.WaitReady("body"))
}

// Tap taps the first visible match and waits for what follows.
func (p *Tab) Tap(target string) {
	p.t.Helper()
	p.Effort++
	css := p.find(target)
	p.do("tap "+target, chromedp.ScrollIntoView(css), chromedp.Click(css), settle)
}

// Fill types into a field in place of what stands there, counted as one.
func (p *Tab) Fill(target, text string) {
	p.t.Helper()
	p.Effort++
	css := p.find(target)
	Ask[bool](p, fmt.Sprintf(`(e => { e.value = ""; return true })(document.querySelector(%q))`, string(css)))
	p.do("fill "+target, chromedp.SendKeys(css, text))
}

// Choose sets a select field to one of its values.
func (p *Tab) Choose(target, value string) {
	p.t.Helper()
	p.Effort++
	css := p.find(target)
	got := Ask[string](p, fmt.Sprintf(`(s => { s.value = %q; for (const e of ["input", "change"]) s.dispatchEvent(new Event(e, {bubbles: true}));
		return s.value })(document.querySelector(%q))`, value, string(css)))
	if got != value {
		p.fail("choose "+target, fmt.Errorf("no option %q", value))
	}
}

// Press presses keys on what has the focus: kb.Tab, kb.Enter or characters.
func (p *Tab) Press(keys ...string) {
	p.t.Helper()
	for _, k := range keys {
		p.Effort++
		p.do("press", chromedp.KeyEvent(k))
	}
	p.do("after keys", settle)
}

// Enter presses the Enter key.
func (p *Tab) Enter() {
	p.t.Helper()
	p.Press(kb.Enter)
}

// Attach chooses a file in a file field, counted as one. The field may be
// hidden behind its label.
func (p *Tab) Attach(css, path string) {
	p.t.Helper()
	p.Effort++
	p.do("attach "+path, chromedp.WaitReady(chromedp.CSS(css)), chromedp.SetUploadFiles(chromedp.CSS(css), []string{path}), settle)
}

// Wait waits until a target is visible.
func (p *Tab) Wait(target string) {
	p.t.Helper()
	p.find(target)
}

// Text is the visible text of a target.
func (p *Tab) Text(target string) string {
	p.t.Helper()
	return Ask[string](p, fmt.Sprintf(`document.querySelector(%q).innerText`, string(p.find(target))))
}

// Expect waits until the page shows a text.
func (p *Tab) Expect(text string) {
	p.t.Helper()
	p.do("expect "+text, until(fmt.Sprintf(`!!document.body?.innerText.includes(%q)`, text)))
}

// Until waits until an expression is true in the page.
func (p *Tab) Until(expression string) {
	p.t.Helper()
	p.do("until "+expression, until(expression))
}

// URL is the address of the page.
func (p *Tab) URL() string {
	p.t.Helper()
	return Ask[string](p, `location.href`)
}

// find waits for a target and returns a selector for exactly it.
func (p *Tab) find(target string) chromedp.CSS {
	p.t.Helper()
	text, isText := strings.CutPrefix(target, "/")
	text, ends := strings.CutSuffix(text, "/")
	candidates := target
	if isText && ends {
		candidates = "button, a, label, summary"
	} else {
		text = ""
	}
	script := fmt.Sprintf(`(() => {
		const seen = e => e.checkVisibility() && e.getClientRects().length > 0;
		const found = [...document.querySelectorAll(%q)].find(e => seen(e) && e.innerText?.includes(%q) || %q === "" && seen(e));
		document.querySelectorAll("[data-target]").forEach(e => e.removeAttribute("data-target"));
		found?.setAttribute("data-target", "");
		return !!found })()`, candidates, text, text)
	p.do("find "+target, until(script))
	return "[data-target]"
}
