package browser

import (
	"context"
	"strings"
	"time"

	"github.com/chromedp/chromedp"
)

// Shot writes a picture of the whole page, NAME-phone.png or NAME-desktop.png,
// when SCREENSHOTS names a folder. It fails the test when the page scrolls
// sideways: only tables may, inside themselves.
func (p *Tab) Shot(name string) {
	p.t.Helper()
	if over := Ask[int](p, `document.scrollingElement.scrollWidth - document.documentElement.clientWidth`); over > 1 {
		p.t.Errorf("%s (%s) scrolls sideways by %d points: %s", name, p.device, over, Ask[string](p, tooWide))
	}
	p.picture(name)
}

// tooWide names what sticks out of the page.
const tooWide = `[...document.querySelectorAll("body *")]
	.filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1 && !e.closest(".wide"))
	.slice(0, 3).map(e => e.outerHTML.slice(0, 120)).join(" | ")`

// Glance writes a picture of what the window shows and no more, NAME-DEVICE.png,
// when SCREENSHOTS names a folder: what draws itself stays as it is.
func (p *Tab) Glance(name string) {
	p.t.Helper()
	p.pictureBy(name, chromedp.CaptureScreenshot())
}

func (p *Tab) picture(name string) {
	p.t.Helper()
	p.pictureBy(name, chromedp.FullScreenshot(100))
}

func (p *Tab) pictureBy(name string, take chromedp.Action[[]byte]) {
	p.t.Helper()
	if pictures() == "" {
		return
	}
	ctx, stop := context.WithTimeout(p.ctx, wait)
	defer stop()
	png, err := chromedp.Run(ctx, take)
	if err == nil {
		err = write(name+"-"+p.device+".png", png)
	}
	if err != nil {
		p.t.Errorf("picture %s: %v", name, err)
	}
}

// settle waits until a click's navigation or fragment has arrived: the document
// is complete and no request of htmx runs, four looks in a row. It counts here
// and not in the page, whose scripts may be off.
var settle = chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
	const script = `document.readyState === "complete" && !document.querySelector(".htmx-request")`
	for calm := 0; calm < 4; {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
		switch still, err := chromedp.Evaluate[bool](script)(ctx, t); {
		case err == nil && still:
			calm++
		case err != nil && !gone(err):
			return err
		default:
			calm = 0
		}
	}
	return nil
})

// until looks again and again whether an expression is true, on whatever page
// the tab has come to meanwhile.
func until(expression string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		for {
			yes, err := chromedp.Evaluate[bool](expression)(ctx, t)
			if err == nil && yes {
				return nil
			}
			if err != nil && !gone(err) {
				return err
			}
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(50 * time.Millisecond):
			}
		}
	})
}

// gone tells whether the page went away under a script; the next page is then
// looked at.
func gone(err error) bool {
	for _, word := range []string{"context", "navigat", "Inspected target", "Promise was collected"} {
		if strings.Contains(err.Error(), word) {
			return true
		}
	}
	return false
}
