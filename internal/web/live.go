package web

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"phaodai/internal/watch"
)

// live streams the kinds of what changes ("task", "inbox") as server-sent
// events, so that marked pieces of a page load themselves again. It tells no
// ids: what changed, the page finds out with the reader's own rights. It ends
// with the session and with the context of the server.
func (k *Kit) live(r *Request) error {
	if k.config.Watch == nil {
		r.w.WriteHeader(http.StatusNoContent)
		return nil
	}
	flush := http.NewResponseController(r.w)
	h := r.w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no")
	if err := flush.SetWriteDeadline(time.Time{}); err != nil {
		k.config.Log.Debug("web: live: no deadline to lift", "err", err)
	}
	sub := k.config.Watch.Subscribe(256, nil)
	defer sub.Close()
	beat := time.NewTicker(25 * time.Second)
	defer beat.Stop()
	text := "retry: 3000\n: ready\n\n"
	for {
		if _, err := fmt.Fprint(r.w, text); err != nil {
			return nil
		}
		if err := flush.Flush(); err != nil {
			return nil
		}
		select {
		case <-r.Context().Done():
			return nil
		case <-beat.C:
			if session, err := k.config.Sessions.Session(r.HTTP); err != nil || !session.Actor.SignedIn() {
				return nil
			}
			text = ": beat\n\n"
		case event, open := <-sub.C:
			if !open {
				return nil
			}
			text = "data: " + strings.Join(kindsOf(event, sub), " ") + "\n\n"
		}
	}
}

// kindsOf names the kinds of an event and of those that wait behind it, each
// once; "all" when some were lost.
func kindsOf(event watch.Event, sub *watch.Subscription) []string {
	kinds := []string{}
	add := func(e watch.Event) {
		kind := e.Kind
		if e.Lagged {
			kind = "all"
		}
		if !slices.Contains(kinds, kind) {
			kinds = append(kinds, kind)
		}
	}
	add(event)
	for {
		select {
		case e, open := <-sub.C:
			if !open {
				return kinds
			}
			add(e)
		default:
			return kinds
		}
	}
}
