// Package watch follows the change log, once per process, and tells whoever
// subscribed: caches, live pages, the inbox.
//
// Guarantees: every subscriber that keeps up sees each change once, in commit
// order, those of other processes included. One that does not keep up loses
// changes, is told so (Event.Lagged), and must load afresh; it never slows the
// others or the writers. A change is seen within about 100 ms (a commit of this
// process at once, on SQLite).
package watch

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"phaodai/internal/db"
)

const (
	poll  = 100 * time.Millisecond
	batch = 500
)

// Event is a change, or the news that changes were lost.
type Event struct {
	db.Logged
	Lagged bool // changes are missing before this one: load afresh; Logged is empty
}

// Watch is the follower of one process.
type Watch struct {
	store *db.DB
	log   *slog.Logger
	hint  chan struct{}

	mu   sync.Mutex
	at   db.Cursor
	each []func(db.Logged)
	subs map[*Subscription]bool
}

// Start returns a follower that begins at the end of the log: what was there
// before, subscribers load from the database. Run makes it follow.
func Start(ctx context.Context, store *db.DB, log *slog.Logger) (*Watch, error) {
	at, err := store.End(ctx)
	if err != nil {
		return nil, err
	}
	w := &Watch{store: store, log: log, at: at, hint: make(chan struct{}, 1), subs: map[*Subscription]bool{}}
	store.OnCommit(w.wake)
	return w, nil
}

func (w *Watch) wake() {
	select {
	case w.hint <- struct{}{}:
	default:
	}
}

// Each calls f for every change, in the goroutine of Run: for caches, which
// must be quick and lose nothing.
func (w *Watch) Each(f func(db.Logged)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.each = append(w.each, f)
}

// Subscribe returns a subscription that holds up to buffer unread changes.
// match chooses what is of interest; nil is everything.
func (w *Watch) Subscribe(buffer int, match func(db.Logged) bool) *Subscription {
	c := make(chan Event, max(buffer, 1)+1)
	s := &Subscription{C: c, c: c, watch: w, match: match}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.subs[s] = true
	return s
}

// At is the place up to which subscribers have been told.
func (w *Watch) At() db.Cursor {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.at
}

// Run follows the log until ctx ends.
func (w *Watch) Run(ctx context.Context) {
	ticker := time.NewTicker(poll)
	defer ticker.Stop()
	for {
		for w.step(ctx) == batch {
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		case <-w.hint:
		}
	}
}

// step tells one batch and returns its length.
func (w *Watch) step(ctx context.Context) int {
	changes, err := w.store.Follow(ctx, w.At(), batch)
	if err != nil {
		if ctx.Err() == nil {
			w.log.Error("following the change log failed; it is tried again", "err", err)
		}
		return 0
	}
	w.mu.Lock()
	each := w.each
	w.mu.Unlock()
	for _, c := range changes {
		for _, f := range each {
			f(c)
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range changes {
		w.at = c.Cursor
		for s := range w.subs {
			s.tell(c)
		}
	}
	for s := range w.subs {
		s.confess()
	}
	return len(changes)
}

// Subscription is the view of one subscriber.
type Subscription struct {
	C     <-chan Event
	c     chan Event
	watch *Watch
	match func(db.Logged) bool
	lost  bool
}

// tell gives a change without waiting. One place of the buffer is kept for the
// news that changes were lost.
func (s *Subscription) tell(c db.Logged) {
	if s.match != nil && !s.match(c) {
		return
	}
	s.confess()
	if s.lost || len(s.c) >= cap(s.c)-1 {
		s.lost = true
		return
	}
	s.c <- Event{Logged: c}
}

// confess tells that changes were lost, as soon as there is room again.
func (s *Subscription) confess() {
	if s.lost && len(s.c) < cap(s.c) {
		s.c <- Event{Lagged: true}
		s.lost = false
	}
}

// Close ends the subscription; C gives nothing more.
func (s *Subscription) Close() {
	s.watch.mu.Lock()
	defer s.watch.mu.Unlock()
	delete(s.watch.subs, s)
}
