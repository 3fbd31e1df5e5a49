// Package publicpage is what everybody may see without signing in: what
// applies at a place now, what comes next and why, the card for a checkpoint,
// the text for a loudspeaker, a poster with the code of the place, and feeds for
// other systems.
//
// Guarantees: no session, no cookie, no tracking; a page is one request of at
// most 60 KB and useful without scripts; nothing of a document that is not
// marked public is shown; measures switch in the second in which they are
// decided to, whatever is cached; a page says from when its knowledge is.
package publicpage

import (
	"context"
	"embed"
	"html/template"
	"log/slog"
	"net/http"
	"time"

	"phaodai/internal/auth"
	"phaodai/internal/i18n"
	"phaodai/internal/instant"
	"phaodai/internal/web"
	"phaodai/internal/worldclock"
	"phaodai/internal/zoning"
)

//go:embed template/*
var files embed.FS

// Clock is the world clock.
type Clock interface {
	Now() instant.Micros
	Wall() instant.Micros // how long something was kept has nothing to do with the world of an exercise
	Exercise() (worldclock.Setting, bool)
}

// Config is what the pages need.
type Config struct {
	Zones  *zoning.Service
	Clock  Clock
	Log    *slog.Logger
	Site   string // address of this server for codes on walls, "https://pd.example"; "" is that of the request
	Sender string // name under which alerts go out: "longbien.hanoi.gov.vn"
	Phone  func(context.Context) string
}

// Pages answers the public addresses.
type Pages struct {
	Config
	zone  *time.Location
	page  map[string]*template.Template // by language
	style style
	kept  *shelf
	mux   *http.ServeMux
}

// New returns the pages and the table of their routes.
func New(c Config) (*Pages, []web.Route, error) {
	p := &Pages{Config: c, zone: instant.Vietnam(), page: map[string]*template.Template{}, kept: newShelf(), mux: http.NewServeMux()}
	if err := p.parse(); err != nil {
		return nil, nil, err
	}
	var routes []web.Route
	for _, r := range []struct {
		path string
		show func(*request) (answer, error)
	}{
		{"/o-day", p.places}, {"/o/{ma}", p.here}, {"/o/{ma}/chot", p.gate}, {"/o/{ma}/loa", p.loudspeaker}, {"/o/{ma}/in", p.poster},
		{"/du-lieu", p.data}, {"/du-lieu/khu-vuc.geojson", p.geojson}, {"/du-lieu/canh-bao.atom", p.alerts}, {"/du-lieu/canh-bao/{so}", p.alert},
	} {
		p.mux.HandleFunc("GET "+r.path, func(w http.ResponseWriter, h *http.Request) { p.serve(w, h, r.show) })
		routes = append(routes, web.Route{Method: http.MethodGet, Path: r.path, Right: auth.Anyone})
	}
	return p, routes, nil
}

// ServeHTTP implements http.Handler.
func (p *Pages) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mux.ServeHTTP(w, r)
}

// request is one request of anybody.
type request struct {
	*http.Request
	lang   string
	now    instant.Micros
	format i18n.Format
}

func (r *request) t(key string, args ...any) string { return i18n.T(r.lang, key, args...) }

// other is the address of this page in the other language.
func (r *request) other() string {
	q := r.URL.Query()
	if r.lang == i18n.Vietnamese {
		q.Set("lang", i18n.English)
	} else {
		q.Del("lang")
	}
	return address(r.URL.Path, q)
}
