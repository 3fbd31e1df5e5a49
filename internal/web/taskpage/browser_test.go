package taskpage_test

import (
	"context"
	"log/slog"
	"testing"

	"phaodai/internal/task"
	"phaodai/internal/testkit/browser"
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

func TestAcceptingIsOneTapAndAReportWithAPhotoIsFour(t *testing.T) {
	w, plan := busy(t)
	mine := w.of(w.people.Offices["ubnd.00154"], plan)
	tab := w.sit("cukhoi").Browse().Phone("/viec")
	tab.Tap(`form[action="/viec/` + mine + `/nhan"] button`)
	tab.Wait(".flash")
	if tab.Effort > 1 || w.state(mine) != task.Accepted {
		t.Errorf("accepting took %d taps and left the task %s", tab.Effort, w.state(mine))
	}
	tab.Reset()
	tab.Tap(`a[href="/viec/` + mine + `#bao-cao"]`)
	tab.Wait(photo)
	tab.Attach(photo, picture(t))
	tab.Effort++ // the camera's shutter, in a dialog of the phone that a test cannot tap
	tab.Shot("bao-cao")
	tab.Tap("#bao-cao button.primary")
	tab.Wait(".flash")
	if tab.Effort > 4 || w.state(mine) != task.Reported {
		t.Errorf("reporting took %d taps and left the task %s", tab.Effort, w.state(mine))
	}
	if natural := browser.Ask[int](tab, `document.querySelector('.photos img').naturalWidth`); natural == 0 {
		t.Error("the photo does not show")
	}
}

// The fields of the form of a report.
const (
	photo = `#bao-cao input[name="photo"]`
	words = `#bao-cao textarea`
)

// written is what stands in the report's field.
func written(tab *browser.Tab) string {
	return browser.Ask[string](tab, `document.querySelector('`+words+`').value`)
}

func TestTheInboxAndTheCountersAreLiveWithoutReload(t *testing.T) {
	w, plan := busy(t)
	w.follow()
	tab := w.sit("cukhoi").Browse().Desktop("/hop-thu")
	tab.Wait("#messages")
	browser.Ask[bool](tab, `window.stayed = true`)
	count := func() string {
		return browser.Ask[string](tab, `document.querySelector('#inbox-count .count').textContent`)
	}
	before := count()
	webtest.Listening(tab)
	w.remind(w.of(w.people.Offices["ubnd.00154"], plan), "Nộp trước 20 giờ")
	tab.Wait(`article.card:nth-of-type(5)`)
	tab.Until(`document.querySelector('#inbox-count .count').textContent !== "` + before + `"`)
	if after := count(); before != "4" || after != "5" || !browser.Ask[bool](tab, `window.stayed === true`) {
		t.Errorf("the counter went from %s to %s", before, after)
	}
	if !browser.Ask[bool](tab, `document.querySelector('#messages').textContent.includes('Nộp trước 20 giờ')`) {
		t.Error("the message does not show")
	}
}

func TestWhatIsBeingWrittenSurvivesNewsAndTheLock(t *testing.T) {
	w, plan := busy(t)
	w.follow()
	mine := w.of(w.people.Offices["ubnd.00154"], plan)
	w.accept("cukhoi", mine)
	b := w.sit("cukhoi").Browse()
	tab := b.Desktop("/viec/" + mine)
	webtest.Listening(tab)
	tab.Fill(words, "Đã lập xong")
	w.remind(mine, "Nhanh lên")
	tab.Wait(".stale")
	if got := written(tab); got != "Đã lập xong" {
		t.Fatalf("news left %q in the field", got)
	}

	tab.Tap("form[data-lock-now] button")
	tab.Fill("#lock-pin", "000000")
	tab.Enter()
	tab.Wait("#lock .problem")
	tab.Fill("#lock-pin", webtest.PIN)
	tab.Enter()
	tab.Until(`!document.querySelector("#lock-pin")?.checkVisibility()`)
	if got := written(tab); got != "Đã lập xong" {
		t.Fatalf("the lock left %q in the field", got)
	}

	b.Desktop("/viec/" + mine) // as after a crash of the browser
	if got := written(tab); got != "Đã lập xong" {
		t.Errorf("the draft came back as %q", got)
	}
}

func TestAPhotoSurvivesNewsThatComesBeforeItIsSent(t *testing.T) {
	w, plan := busy(t)
	w.follow()
	mine := w.of(w.people.Offices["ubnd.00154"], plan)
	w.accept("cukhoi", mine)
	tab := w.sit("cukhoi").Browse().Phone("/viec/" + mine)
	webtest.Listening(tab)
	tab.Attach(photo, picture(t))
	w.remind(mine, "Nhanh lên")
	tab.Wait(".stale")
	tab.Tap("#bao-cao button.primary")
	tab.Wait(".photos img")
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
	tab := b.Phone("/viec/" + mine)
	tab.Fill(words, "Đã lập xong")
	browser.Ask[bool](tab, `(sessionStorage.setItem("draft-sent", document.querySelector("#bao-cao form").getAttribute("action")), true)`)
	b.Phone("/viec")
	b.Phone("/viec/" + mine)
	if got := written(tab); got != "Đã lập xong" {
		t.Errorf("the draft came back as %q", got)
	}
	tab.Tap("#bao-cao button.primary")
	tab.Wait(".flash")
	if left := browser.Ask[int](tab, `Object.keys(localStorage).filter(k => k.startsWith("draft:")).length`); left != 0 {
		t.Errorf("%d drafts are left after the report arrived", left)
	}
}

// TestALongTableDoesNotStretchThePage: the page ends under its table.
func TestALongTableDoesNotStretchThePage(t *testing.T) {
	w, _ := busy(t)
	tab := w.sit("chutich").Browse().Desktop("/viec/tat-ca")
	over := browser.Ask[int](tab, `document.documentElement.scrollHeight - Math.max(innerHeight, Math.ceil(document.body.getBoundingClientRect().height))`)
	if rows := browser.Ask[int](tab, `document.querySelectorAll("tbody tr").length`); over > 1 || rows < 20 {
		t.Errorf("the page goes on for %d points under its end, with %d rows", over, rows)
	}
}
