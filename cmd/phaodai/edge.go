package main

import (
	"context"
	"io"
	"net/http"
	"time"

	"phaodai/internal/api"
	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/field"
	"phaodai/internal/gate"
	"phaodai/internal/i18n"
	"phaodai/internal/web"
	"phaodai/internal/web/publicpage"
)

// edges wires pages, API and health behind the gate.
func (a *App) edges(context.Context) error {
	sessions := numbered{web.Cookies{Auth: a.Auth, Secure: a.Secure}}
	pages, webRoutes, err := web.New(web.Config{
		Sessions: sessions, Clock: a.Clock, IDs: a.IDs, Log: a.Log, Watch: a.Watch, Assets: a.Assets,
		Secure: a.Secure, Hotline: a.hotline, Rendered: a.Rendered,
	}, a.pageAreas()...)
	if err != nil {
		return err
	}
	calls, apiRoutes := api.New(sessions, i18n.T, a.Log, version, a.apiAreas()...)
	open, openRoutes, err := a.publicPages()
	if err != nil {
		return err
	}
	phones, phoneRoutes, err := a.phones()
	if err != nil {
		return err
	}
	openRoutes = append(openRoutes, phoneRoutes...)
	a.WebRoutes, a.APIRoutes = append(webRoutes, openRoutes...), apiRoutes

	mux := http.NewServeMux()
	mux.Handle("/api/v1/", http.NewCrossOriginProtection().Handler(calls))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { say(w, http.StatusOK, "ok") })
	mux.HandleFunc("GET /readyz", a.ready)
	if a.Options.Metrics {
		mux.Handle("GET /metrics", a.Metrics.Local())
	}
	for _, r := range openRoutes[:len(openRoutes)-len(phoneRoutes)] {
		mux.Handle("GET "+r.Path, open)
	}
	mux.Handle("/di", phones)
	mux.Handle("/di/", phones)
	mux.Handle("/", pages)
	a.figures()
	a.Handler, err = gate.New(gate.Config{
		IDs: a.IDs, Log: a.Log, Metrics: a.Metrics, Body: a.Upload + 2<<20, Secure: a.Secure, Now: a.Wall,
	}, mux)
	return err
}

// numbered gives every actor the number of its request, for the audit.
type numbered struct{ web.Cookies }

func (n numbered) Actor(r *http.Request) (auth.Actor, error) {
	by, err := n.Cookies.Actor(r)
	by.Request = gate.RequestID(r.Context())
	return by, err
}

func (n numbered) Session(r *http.Request) (web.Session, error) {
	s, err := n.Cookies.Session(r)
	s.Actor.Request = gate.RequestID(r.Context())
	return s, err
}

// hotline is the number at the foot of every page: the one configured, else the
// first that an office published.
func (a *App) hotline(ctx context.Context) string {
	if a.Options.Hotline != "" {
		return a.Options.Hotline
	}
	number, err := a.Org.PublicNumber(ctx, a.Clock.Now())
	if err != nil {
		a.Log.Error("reading the hotline failed", "err", err)
	}
	return number
}

func say(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text+"\n") // who asked and left needs no answer
}

// ready tells a balancer whether to send requests here: the store answers and
// the process is not stopping.
func (a *App) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
	defer cancel()
	var one int
	err := a.Store.Read(ctx, func(tx *db.Tx) error { return tx.Get(&one, "SELECT 1") })
	switch {
	case a.stopping.Err() != nil:
		say(w, http.StatusServiceUnavailable, "stopping")
	case err != nil:
		say(w, http.StatusServiceUnavailable, "no database")
	default:
		say(w, http.StatusOK, "ready")
	}
}

// figures adds what only the store knows to the metrics. Counting is bounded,
// so that asking often costs little.
func (a *App) figures() {
	const bound = " LIMIT 10000) x"
	count := func(name, help, from string, args func() []any) {
		a.Metrics.Gauge(name, help, func(ctx context.Context) (n float64, err error) {
			err = a.Store.Read(ctx, func(tx *db.Tx) error {
				return tx.Get(&n, "SELECT COUNT(*) FROM (SELECT 1 FROM "+from+bound, args()...)
			})
			return n, err
		})
	}
	none := func() []any { return nil }
	count("phaodai_jobs_open", "Jobs that wait or run (at most 10000).", "job WHERE state IN ('waiting', 'running')", none)
	count("phaodai_jobs_failed", "Jobs that failed (at most 10000).", "job WHERE state = 'failed'", none)
	count("phaodai_due_late", "Due steps that should have been done (at most 10000).", "due WHERE done_at = 0 AND at <= $1",
		func() []any { return []any{int64(a.Clock.Now())} })
	count("phaodai_sessions", "Sessions used within the last 15 minutes (at most 10000).", "session WHERE ended_at = 0 AND seen_at > $1",
		func() []any { return []any{int64(a.Clock.Wall().Add(-15 * time.Minute))} })
	a.Metrics.Gauge("phaodai_audit_unsealed", "Audit entries that await their seal.", func(ctx context.Context) (n float64, err error) {
		err = a.Store.Read(ctx, func(tx *db.Tx) error {
			return tx.Get(&n, "SELECT (SELECT COUNT(*) FROM audit) - (SELECT COUNT(*) FROM audit_seal)")
		})
		return n, err
	})
}

// phones are the app of the teams and its few calls.
func (a *App) phones() (http.Handler, []web.Route, error) {
	return field.New(field.Config{
		Service: a.Fieldwork, Clock: a.Clock, Wall: a.Clock.Wall, Assets: a.Assets, Log: a.Log,
		Hotline: func(r *http.Request) string { return a.hotline(r.Context()) },
	})
}

// publicPages are the pages and feeds that need no account. They stand beside
// the others: nothing in them knows of sessions.
func (a *App) publicPages() (http.Handler, []web.Route, error) {
	return publicpage.New(publicpage.Config{
		Zones: a.Zoning, Clock: a.Clock, Log: a.Log, Site: a.URL, Phone: a.hotline,
	})
}
