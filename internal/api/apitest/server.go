package apitest

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"phaodai/internal/api"
	"phaodai/internal/auth"
	"phaodai/internal/i18n"
)

// whoHeader names the player who calls.
const whoHeader = "X-Who"

// Players are signed in by their name.
type Players map[string]auth.Actor

// Token implements the sign-in of the API.
func (Players) Token(*http.Request) string { return "" }

// Place implements it.
func (Players) Place(*http.Request) auth.Place { return auth.Place{} }

// Actor implements it.
func (p Players) Actor(r *http.Request) (auth.Actor, error) { return p[r.Header.Get(whoHeader)], nil }

// Serve serves areas of the API until the test ends; what it returns makes a
// caller of a player.
func (p Players) Serve(t testing.TB, areas ...api.Area) func(who string) Caller {
	t.Helper()
	handler, _ := api.New(p, i18n.T, slog.New(slog.DiscardHandler), "test", areas...)
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return func(who string) Caller {
		return Caller{T: t, Base: server.URL + "/api/v1", Header: http.Header{whoHeader: {who}}}
	}
}
