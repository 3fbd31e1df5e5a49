package taskpage_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"phaodai/internal/task"
	"phaodai/internal/watch"
	"phaodai/internal/web/webtest"
)

func TestThePagesInABrowser(t *testing.T) {
	w, plan := busy(t)
	mine := w.of(w.people.Offices["ubnd.00154"], plan)
	b := w.sit("cukhoi").Browse()
	b.Shots("viec-hom-nay", "/viec")
	b.Shots("viec-moi", "/viec/"+mine)
	b.Shots("hop-thu", "/hop-thu")
	b.Shots("giao-tiep", "/viec/giao-tiep?viec="+mine)
	w.sit("diaban")
	b.Shots("dia-ban", "/dia-ban")
	w.sit("chutich")
	b.Shots("theo-doi", "/theo-doi?van-ban="+document)
	b.Shots("theo-doi-chon", "/theo-doi")
	b.Shots("viec-tat-ca", "/viec/tat-ca")
	b.Shots("giao-viec", "/viec/giao")
	b.Shots("don-doc", "/viec/don-doc?viec="+mine)
	b.Shots("viec-nhieu-noi", "/viec/"+plan[0])
}

// follow serves pages that hear of changes.
func (w *world) follow() {
	w.t.Helper()
	follower, err := watch.Start(w.t.Context(), w.store, slog.New(slog.DiscardHandler))
	if err != nil {
		w.t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	w.t.Cleanup(stop)
	go follower.Run(ctx)
	w.serve(webtest.Watching(follower))
}

// count is how often a person taps; every tap of the test is one of these.
type taps struct {
	*webtest.Browser
	n int
}

func (b *taps) tap(selector string) {
	b.n++
	b.Do(chromedp.Click(chromedp.CSS(selector)))
}

func TestAcceptingIsOneTapAndAReportWithAPhotoIsFour(t *testing.T) {
	w, plan := busy(t)
	mine := w.of(w.people.Offices["ubnd.00154"], plan)
	b := &taps{Browser: w.sit("cukhoi").Browse()}
	b.Open("/viec", webtest.Phone)
	b.tap(`form[action="/viec/` + mine + `/nhan"] button`)
	b.Do(chromedp.WaitVisible(chromedp.CSS(".flash")))
	if b.n > 1 || w.state(mine) != task.Accepted {
		t.Errorf("accepting took %d taps and left the task %s", b.n, w.state(mine))
	}
	b.n = 0
	b.tap(`a[href="/viec/` + mine + `#bao-cao"]`)
	b.Do(chromedp.WaitVisible(chromedp.CSS(`#bao-cao input[name="photo"]`)))
	b.n += 2 // the field, and the camera's shutter: the dialog of the phone, which a test cannot tap
	b.Do(chromedp.SetUploadFiles(chromedp.CSS(`#bao-cao input[name="photo"]`), []string{picture(t)}))
	b.Shot("bao-cao-360")
	b.tap("#bao-cao button.primary")
	b.Do(chromedp.WaitVisible(chromedp.CSS(".flash")))
	if b.n > 4 || w.state(mine) != task.Reported {
		t.Errorf("reporting took %d taps and left the task %s", b.n, w.state(mine))
	}
	if natural := webtest.Ask[int](b.Browser, `document.querySelector('.photos img').naturalWidth`); natural == 0 {
		t.Error("the photo does not show")
	}
}

func TestTheInboxAndTheCountersAreLiveWithoutReload(t *testing.T) {
	w, plan := busy(t)
	w.follow()
	b := w.sit("cukhoi").Browse()
	b.Open("/hop-thu", webtest.Desktop)
	b.Do(chromedp.WaitReady(chromedp.CSS("#messages")))
	webtest.Ask[bool](b, `window.stayed = true`)
	before := webtest.Ask[string](b, `document.querySelector('#inbox-count .count').textContent`)
	time.Sleep(500 * time.Millisecond) // the stream opens
	w.remind(w.of(w.people.Offices["ubnd.00154"], plan), "Nộp trước 20 giờ")
	b.Do(chromedp.WaitVisible(chromedp.CSS(`article.card:nth-of-type(5)`)))
	after := webtest.Ask[string](b, `document.querySelector('#inbox-count .count').textContent`)
	if before != "4" || after != "5" || !webtest.Ask[bool](b, `window.stayed === true`) {
		t.Errorf("the counter went from %s to %s", before, after)
	}
	if !webtest.Ask[bool](b, `document.querySelector('#messages').textContent.includes('Nộp trước 20 giờ')`) {
		t.Error("the message does not show")
	}
}

func TestWhatIsBeingWrittenSurvivesNewsAndTheLock(t *testing.T) {
	w, plan := busy(t)
	w.follow()
	mine := w.of(w.people.Offices["ubnd.00154"], plan)
	w.accept("cukhoi", mine)
	b := w.sit("cukhoi").Browse()
	b.Open("/viec/"+mine, webtest.Desktop)
	time.Sleep(500 * time.Millisecond)
	field := chromedp.CSS(`#bao-cao textarea`)
	b.Do(chromedp.SendKeys(field, "Đã lập xong"))
	w.remind(mine, "Nhanh lên")
	b.Do(chromedp.WaitVisible(chromedp.CSS(".stale")))
	written := func() string { return webtest.Ask[string](b, `document.querySelector('#bao-cao textarea').value`) }
	if got := written(); got != "Đã lập xong" {
		t.Fatalf("news left %q in the field", got)
	}

	b.Do(chromedp.Click(chromedp.CSS("form[data-lock-now] button")), chromedp.WaitVisible(chromedp.CSS("#lock-pin")))
	b.Do(chromedp.SendKeys(chromedp.CSS("#lock-pin"), "000000\r"), chromedp.WaitVisible(chromedp.CSS("#lock .problem")))
	b.Do(chromedp.SendKeys(chromedp.CSS("#lock-pin"), webtest.PIN+"\r"), chromedp.WaitNotVisible(chromedp.CSS("#lock-pin")))
	if got := written(); got != "Đã lập xong" {
		t.Fatalf("the lock left %q in the field", got)
	}

	b.Open("/viec/"+mine, webtest.Desktop) // as after a crash of the browser
	if got := written(); got != "Đã lập xong" {
		t.Errorf("the draft came back as %q", got)
	}
}

func TestAPhotoSurvivesNewsThatComesBeforeItIsSent(t *testing.T) {
	w, plan := busy(t)
	w.follow()
	mine := w.of(w.people.Offices["ubnd.00154"], plan)
	w.accept("cukhoi", mine)
	b := w.sit("cukhoi").Browse()
	b.Open("/viec/"+mine, webtest.Phone)
	time.Sleep(500 * time.Millisecond) // the stream opens
	b.Do(chromedp.SetUploadFiles(chromedp.CSS(`#bao-cao input[name="photo"]`), []string{picture(t)}))
	w.remind(mine, "Nhanh lên")
	b.Do(chromedp.WaitVisible(chromedp.CSS(".stale")))
	b.Do(chromedp.Click(chromedp.CSS("#bao-cao button.primary")), chromedp.WaitVisible(chromedp.CSS(".photos img")))
	if w.state(mine) != task.Reported {
		t.Errorf("the report left the task %s", w.state(mine))
	}
}

// TestADraftStaysUntilTheServerSaysThatItArrived: the form went out and another
// page came, but not the one that says so: the line was lost, the session over.
func TestADraftStaysUntilTheServerSaysThatItArrived(t *testing.T) {
	w, plan := busy(t)
	mine := w.of(w.people.Offices["ubnd.00154"], plan)
	w.accept("cukhoi", mine)
	b := w.sit("cukhoi").Browse()
	b.Open("/viec/"+mine, webtest.Phone)
	text := chromedp.CSS(`#bao-cao textarea`)
	b.Do(chromedp.SendKeys(text, "Đã lập xong"))
	webtest.Ask[bool](b, `(sessionStorage.setItem("draft-sent", document.querySelector("#bao-cao form").getAttribute("action")), true)`)
	b.Open("/viec", webtest.Phone)
	b.Open("/viec/"+mine, webtest.Phone)
	written := func() string { return webtest.Ask[string](b, `document.querySelector('#bao-cao textarea').value`) }
	if got := written(); got != "Đã lập xong" {
		t.Errorf("the draft came back as %q", got)
	}
	b.Do(chromedp.Click(chromedp.CSS("#bao-cao button.primary")), chromedp.WaitVisible(chromedp.CSS(".flash")))
	if left := webtest.Ask[int](b, `Object.keys(localStorage).filter(k => k.startsWith("draft:")).length`); left != 0 {
		t.Errorf("%d drafts are left after the report arrived", left)
	}
}

// TestALongTableDoesNotStretchThePage: the page ends under its table.
func TestALongTableDoesNotStretchThePage(t *testing.T) {
	w, _ := busy(t)
	b := w.sit("chutich").Browse()
	b.Open("/viec/tat-ca", webtest.Desktop)
	over := webtest.Ask[int](b, `document.documentElement.scrollHeight - Math.max(innerHeight, Math.ceil(document.body.getBoundingClientRect().height))`)
	if rows := webtest.Ask[int](b, `document.querySelectorAll("tbody tr").length`); over > 1 || rows < 20 {
		t.Errorf("the page goes on for %d points under its end, with %d rows", over, rows)
	}
}
