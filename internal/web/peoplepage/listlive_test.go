package peoplepage_test

import (
	"context"
	"log/slog"
	"testing"

	"phaodai/internal/auth"
	"phaodai/internal/testkit/browser"
	"phaodai/internal/watch"
	"phaodai/internal/web/peoplepage"
	"phaodai/internal/web/webtest"
)

// Who waits for a list sees what became of it without loading the page again.
func TestAListThatIsTakenInShowsItsResultByItself(t *testing.T) {
	w := settle(t)
	follower, err := watch.Start(t.Context(), w.store, slog.New(slog.DiscardHandler))
	w.must(err)
	ctx, stop := context.WithCancel(context.Background())
	t.Cleanup(stop)
	go follower.Run(ctx)
	w.site = webtest.With(t, w.as("cukhoi"), []webtest.Option{webtest.Watching(follower)},
		peoplepage.Pages(peoplepage.Parts{People: w.s, Population: w.counts, Store: w.store}))
	seen := w.send("ds.csv", list)
	w.site.Post(seen, "key", "k1").Goes(seen)
	tab := w.site.Browse().Desktop(seen)
	webtest.Listening(tab)
	w.must(w.s.RunList(t.Context(), auth.System(w.now, w.now), w.queued[0], nil))
	tab.Wait("#dang-nap table")
	tab.Expect("Tải các dòng cần sửa")
	if got := browser.Ask[string](tab, `[...document.querySelectorAll("h1")].map(h => h.textContent).join("|")`); got != "ds.csv" {
		t.Errorf("the heading still says %q", got)
	}
}
