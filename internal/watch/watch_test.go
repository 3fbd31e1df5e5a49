package watch_test

import (
	"fmt"
	"log/slog"
	"testing"
	"time"

	"phaodai/internal/db"
	"phaodai/internal/testkit"
	"phaodai/internal/watch"
)

func change(t *testing.T, d *db.DB, subject string) {
	t.Helper()
	err := d.Write(t.Context(), func(tx *db.Tx) error {
		return tx.Changed(1, db.Change{Kind: "test", Subject: subject, What: "made"})
	})
	if err != nil {
		t.Error(err)
	}
}

func start(t *testing.T, d *db.DB) *watch.Watch {
	t.Helper()
	w, err := watch.Start(t.Context(), d, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	go w.Run(t.Context())
	return w
}

func next(t *testing.T, s *watch.Subscription) watch.Event {
	t.Helper()
	select {
	case e := <-s.C:
		return e
	case <-time.After(10 * time.Second):
		t.Fatal("no event within 10 s")
		return watch.Event{}
	}
}

func TestSubscribersSeeEveryChangeOfAllProcessesInOrder(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		change(t, d, "before")
		here, there := start(t, d), start(t, d)
		all := here.Subscribe(100, nil)
		some := there.Subscribe(100, func(c db.Logged) bool { return c.Subject == "7" })
		var cached []string
		seen := make(chan struct{})
		here.Each(func(c db.Logged) {
			if cached = append(cached, c.Subject); len(cached) == 20 {
				close(seen)
			}
		})
		for i := range 20 {
			change(t, d, fmt.Sprint(i))
		}
		for i := range 20 {
			if e := next(t, all); e.Lagged || e.Subject != fmt.Sprint(i) {
				t.Fatalf("event %d = %+v", i, e)
			}
		}
		if e := next(t, some); e.Subject != "7" {
			t.Errorf("the chosen one = %+v", e)
		}
		select {
		case <-seen:
		case <-time.After(10 * time.Second):
			t.Error("the cache did not see all changes")
		}
	})
}

func TestASlowSubscriberIsToldAndSlowsNobody(t *testing.T) {
	d := testkit.SQLite(t)
	w := start(t, d)
	slow, quick := w.Subscribe(2, nil), w.Subscribe(100, nil)
	defer quick.Close()
	for i := range 10 {
		change(t, d, fmt.Sprint(i))
	}
	for i := range 10 {
		if e := next(t, quick); e.Subject != fmt.Sprint(i) {
			t.Fatalf("quick %d = %+v", i, e)
		}
	}
	lagged := false
	for range 3 {
		lagged = lagged || next(t, slow).Lagged
	}
	if !lagged {
		t.Error("the slow one was not told that changes were lost")
	}
	slow.Close()
	change(t, d, "after")
	if e := next(t, quick); e.Subject != "after" {
		t.Errorf("after = %+v", e)
	}
}
