// Package api is the JSON interface under /api/v1, with OpenAPI 3.1 generated
// from the Go types. Everything that a page does can be done here: both call
// the same functions of the capabilities.
//
// Requests are signed in by the session cookie of the pages or by the session
// token in "Authorization: Bearer". Each operation names one right; whatever is
// not granted is denied. Writes carry a client-made "key": a repeat changes
// nothing and answers the same. Errors are application/problem+json with a
// machine code ("code") and a message in the language of Accept-Language.
package api

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"path"
	"reflect"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"phaodai/internal/auth"
	"phaodai/internal/fault"
	"phaodai/internal/gate"
	"phaodai/internal/i18n"
	"phaodai/internal/instant"
)

// Sessions tells who sent a request. A request without a session has an Actor
// that is not signed in.
type Sessions interface {
	Actor(r *http.Request) (auth.Actor, error)
	Token(r *http.Request) string     // of the session, "" for none
	Place(r *http.Request) auth.Place // where the request comes from
}

// Caller is what a request carries beside its body.
type Caller struct {
	Token string
	Place auth.Place
}

type callerKey struct{}

// CallerOf tells who called, for operations on sessions themselves.
func CallerOf(ctx context.Context) Caller {
	c, _ := ctx.Value(callerKey{}).(Caller)
	return c
}

// Translate turns a message key with arguments into a sentence.
type Translate func(lang, key string, args ...any) string

// Kit is what every operation shares.
type Kit struct {
	huma      huma.API
	sessions  Sessions
	translate Translate
	log       *slog.Logger
	routes    []Route
}

// Route is one operation in the table that the rights test walks.
type Route struct {
	Method string
	Path   string
	Right  auth.Right
}

// Area adds the operations of one capability.
type Area func(*Kit)

const prefix = "/api/v1"

// New returns the handler of /api/v1/ and the table of its routes.
func New(sessions Sessions, translate Translate, log *slog.Logger, version string, areas ...Area) (http.Handler, []Route) {
	mux := http.NewServeMux()
	config := huma.DefaultConfig("Pháo Đài", version)
	config.OpenAPIPath = prefix + "/openapi"
	config.DocsPath = "" // a page that loads scripts from elsewhere
	config.SchemasPath = prefix + "/schemas"
	config.CreateHooks = nil // no $schema links in answers
	config.Components.Schemas = huma.NewMapRegistry("#/components/schemas/", schemaName)
	// Moments are texts in RFC 3339, as instant.Micros writes them.
	config.Components.Schemas.RegisterTypeAlias(reflect.TypeFor[instant.Micros](), reflect.TypeFor[time.Time]())
	config.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"session": {Type: "http", Scheme: "bearer", Description: "Token of POST /api/v1/session, or the cookie of the pages."},
	}
	k := &Kit{huma: humago.New(mux, config), sessions: sessions, translate: translate, log: log}
	for _, area := range areas {
		area(k)
	}
	k.routes = append(k.routes, Route{"GET", prefix + "/openapi.json", auth.Anyone})
	return k.identify(mux), k.routes
}

// schemaName puts the package before the name of a type, because two
// capabilities may have types of one name.
func schemaName(t reflect.Type, hint string) string {
	name := huma.DefaultSchemaNamer(t, hint)
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	owner := path.Base(t.PkgPath())
	if t.Name() == "" || t.PkgPath() == "" || strings.HasPrefix(strings.ToLower(name), owner) {
		return name
	}
	return strings.ToUpper(owner[:1]) + owner[1:] + name
}

type actorKey struct{}

// identify finds out who sent the request before any operation runs.
func (k *Kit) identify(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		actor, err := k.sessions.Actor(r)
		if err != nil {
			k.log.Error("session", "err", err)
			http.Error(w, "session", http.StatusInternalServerError)
			return
		}
		if lang := r.Header.Get("Accept-Language"); len(lang) >= 2 {
			actor.Lang = lang[:2]
		}
		ctx := context.WithValue(r.Context(), actorKey{}, actor)
		ctx = context.WithValue(ctx, callerKey{}, Caller{k.sessions.Token(r), k.sessions.Place(r)})
		inner := r.WithContext(ctx)
		next.ServeHTTP(w, inner)
		r.Pattern = inner.Pattern // for the log
	})
}

// Op describes one operation.
type Op struct {
	ID      string // "accept-task"
	Method  string
	Path    string // under /api/v1: "/tasks/{id}/accept"
	Right   auth.Right
	Tag     string // area: "tasks"
	Summary string
	Body    int64 // limit of the body in bytes; 0 is 1 MB
}

// Handle adds an operation. In and Out are huma input and output structs. The
// right is checked before the body is read; what the actor may do in which
// unit, the capability checks.
func Handle[In, Out any](k *Kit, op Op, do func(context.Context, auth.Actor, *In) (*Out, error)) {
	if op.Right == "" {
		panic("api: operation without a right: " + op.ID)
	}
	if op.Body == 0 {
		op.Body = 1 << 20
	}
	k.routes = append(k.routes, Route{op.Method, prefix + op.Path, op.Right})
	h := huma.Operation{
		OperationID: op.ID, Method: op.Method, Path: prefix + op.Path,
		Summary: op.Summary, Tags: []string{op.Tag}, MaxBodyBytes: op.Body,
		Middlewares: huma.Middlewares{k.guard(op.Right)},
	}
	if op.Right != auth.Anyone {
		h.Security = []map[string][]string{{"session": {}}}
	}
	huma.Register(k.huma, h, func(ctx context.Context, in *In) (*Out, error) {
		actor := ctx.Value(actorKey{}).(auth.Actor)
		out, err := do(ctx, actor, in)
		if err != nil {
			return nil, k.problem(actor.Lang, err)
		}
		return out, nil
	})
}

// Stream answers with a file that is written while it is sent. When writing
// fails halfway the connection breaks off, so that half a file is never taken
// for a whole one.
func Stream(name, mediaType string, write func(io.Writer) error) *huma.StreamResponse {
	return &huma.StreamResponse{Body: func(ctx huma.Context) {
		ctx.SetHeader("Content-Type", mediaType)
		ctx.SetHeader("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
		if err := write(ctx.BodyWriter()); err != nil {
			panic(http.ErrAbortHandler)
		}
	}}
}

// guard denies by default: no session or no such right anywhere ends here.
func (k *Kit) guard(right auth.Right) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		actor := ctx.Context().Value(actorKey{}).(auth.Actor)
		if err := allowed(actor, right); err != nil {
			p := k.problem(actor.Lang, err)
			ctx.SetHeader("Content-Type", "application/problem+json")
			ctx.SetStatus(p.Status)
			if err := json.NewEncoder(ctx.BodyWriter()).Encode(p); err != nil {
				k.log.Info("api: the client has gone", "err", err)
			}
			return
		}
		next(ctx)
	}
}

func allowed(actor auth.Actor, right auth.Right) error {
	switch {
	case right == auth.Anyone:
		return nil
	case !actor.SignedIn():
		return fault.New(fault.Unsigned, "auth.unsigned")
	case right == auth.SignedIn || actor.Anywhere(right):
		return nil
	default:
		return fault.New(fault.Denied, "auth.denied", "Right", string(right))
	}
}

// Problem is the body of an error, RFC 9457.
type Problem struct {
	Status int         `json:"status"`
	Code   string      `json:"code"`   // message key: stable, for machines
	Detail string      `json:"detail"` // for people
	Fields []ProblemAt `json:"fields,omitempty"`
}

// ProblemAt is an error at one input field.
type ProblemAt struct {
	Field  string `json:"field"`
	Code   string `json:"code"`
	Detail string `json:"detail"`
}

// Error implements error.
func (p *Problem) Error() string { return p.Detail }

// GetStatus implements huma.StatusError.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType tells huma the media type of a problem.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

func (k *Kit) problem(lang string, err error) *Problem {
	var f *fault.Fault
	if !errors.As(err, &f) {
		k.log.Log(context.Background(), gate.Level(err), "api", "err", err)
		f = fault.New(fault.Internal, "error.internal")
	}
	p := &Problem{Status: gate.Status(f.Kind), Code: f.Key, Detail: k.say(lang, f.Key, f.Args)}
	for _, field := range f.Fields {
		p.Fields = append(p.Fields, ProblemAt{field.Name, field.Key, k.say(lang, field.Key, field.Args)})
	}
	return p
}

// say translates a message; moments among its arguments are written in words,
// with their year, since nobody knows when an answer is read.
func (k *Kit) say(lang, key string, args []any) string {
	format := i18n.NewFormat(lang, nil)
	said := make([]any, len(args))
	for i, a := range args {
		if at, ok := a.(instant.Micros); ok {
			a = format.Moment(at)
		}
		said[i] = a
	}
	return k.translate(lang, key, said...)
}
