package web

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"time"

	"phaodai/internal/auth"
	"phaodai/internal/i18n"
	"phaodai/internal/id"
	"phaodai/internal/instant"
	"phaodai/internal/watch"
	"phaodai/internal/worldclock"
)

// Config is what the pages need. Sessions, Clock, IDs and Log are required.
type Config struct {
	Sessions Sessions
	Clock    Clock
	IDs      *id.Source
	Log      *slog.Logger

	Messages *i18n.Messages // nil: those of the program
	Watch    *watch.Watch   // nil: pages do not refresh by themselves
	Assets   fs.FS          // the bundle with manifest.json; nil: the one in the program
	Zone     *time.Location // nil: Vietnam
	Hotline  func(context.Context) string
	Secure   bool // cookies over HTTPS only

	Rendered func(lang, name string) // told of every page rendered; for tests
}

// Clock tells world and wall time, and whether the world is an exercise.
// *worldclock.Clock is one.
type Clock interface {
	Now() instant.Micros
	Wall() instant.Micros
	Exercise() (worldclock.Setting, bool)
}

// Area adds the pages of one capability.
type Area func(*Kit)

// Route is one page or form in the table that the rights test walks.
type Route struct {
	Method string
	Path   string
	Right  auth.Right
}

// Kit is what every page shares. Areas register with it; after New it does not
// change.
type Kit struct {
	config   Config
	mux      *http.ServeMux
	routes   []Route
	known    map[string]auth.Right // GET paths without patterns, for the navigation
	areas    []templateArea
	set      map[string]*templateSet // by language
	asset    *assets
	counters map[string]counter
	sources  []source
	err      error // the first mistake of an area, reported by New
}

type counter struct {
	right auth.Right
	count func(context.Context, auth.Actor) (int, error)
}

// New returns the handler of all pages and the table of its routes. It fails
// when the bundle of scripts and styles is missing or a template is wrong.
func New(config Config, areas ...Area) (http.Handler, []Route, error) {
	if config.Messages == nil {
		config.Messages = i18n.Default()
	}
	if config.Zone == nil {
		config.Zone = instant.Vietnam()
	}
	k := &Kit{
		config: config, mux: http.NewServeMux(), known: map[string]auth.Right{},
		counters: map[string]counter{}, set: map[string]*templateSet{},
	}
	var err error
	if k.asset, err = openAssets(config.Assets); err != nil {
		return nil, nil, err
	}
	for _, area := range append([]Area{frameArea}, areas...) {
		area(k)
	}
	if err := k.parse(); err != nil {
		return nil, nil, err
	}
	return k.outer(), k.routes, k.err
}

// Handler does one request: parse, call the capability, answer. What it
// returns as an error becomes a message.
type Handler func(*Request) error

// Option changes how a route takes its requests.
type Option func(*route)

// Body allows bodies up to a number of bytes, uploaded files included; 1 MB
// is the rule.
func Body(limit int64) Option { return func(r *route) { r.body = limit } }

type route struct {
	right auth.Right
	do    Handler
	show  Handler
	body  int64
}

// Page adds a GET route. Right is checked before the handler runs; what the
// actor may see in which unit, the capability checks.
func (k *Kit) Page(path string, right auth.Right, show Handler) {
	k.known[path] = right
	k.add(http.MethodGet, path, &route{right: right, do: show})
}

// Form adds a POST route. When do returns a fault that a person can put right,
// show answers (the page with the form), with r.Form holding the messages and
// what was typed; without show the message stands on a page of its own.
func (k *Kit) Form(path string, right auth.Right, do, show Handler, options ...Option) {
	r := &route{right: right, do: do, show: show, body: 1 << 20}
	for _, option := range options {
		option(r)
	}
	k.add(http.MethodPost, path, r)
}

// Count adds a number that stands in the navigation behind the entry with this
// name ("Chờ duyệt (3)") and stays fresh: name is "inbox", "approve", "task".
func (k *Kit) Count(name string, right auth.Right, count func(context.Context, auth.Actor) (int, error)) {
	k.counters[name] = counter{right, count}
}

func (k *Kit) add(method, path string, r *route) {
	if r.right == "" {
		k.fail(fmt.Errorf("web: %s %s: a route without a right", method, path))
		return
	}
	k.routes = append(k.routes, Route{method, path, r.right})
	pattern := method + " " + path
	if path == "/" {
		pattern = method + " /{$}"
	}
	k.mux.HandleFunc(pattern, func(w http.ResponseWriter, h *http.Request) { k.serve(w, h, r) })
}

func (k *Kit) fail(err error) {
	if k.err == nil {
		k.err = err
	}
}
