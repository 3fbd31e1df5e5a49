package main

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"phaodai/internal/api"
	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/demo"
)

// rightsCalls says what the walk sends to each writing route.
//
//go:embed testdata/rights-calls.txt
var rightsCalls string

// call is what is sent to one route: a body that passes every check but those of
// rights, so that a refusal is one of rights.
type call struct {
	places map[string]string // what stands in {id} and the like, when not the usual thing
	query  string
	body   string // JSON for the API, fields as in a query for pages
	by     string // player who stands inside, "" is the usual one
	own    bool   // makes or changes what is the actor's own, wherever he is
	state  bool   // what it asks for cannot be done in the sample, whoever asks
}

// thing is a record that the sample lacks: a player makes it with a call, and the
// id in the answer gets a name.
type thing struct {
	name, player, method, path, at string
	query                          string // finds it instead
	call
}

// readCalls reads lines of two shapes, with "#" before remarks:
//
//	NAME < PLAYER METHOD PATH [option...] BODY -> POINTER
//	NAME < sql SELECT ...
//	METHOD ROUTE [option...] BODY
//
// Options: @id=THING, ?QUERY, inside=PLAYER, own, state. $THING in a body is its id.
func readCalls(t *testing.T, text string) (things []thing, calls map[string]call) {
	t.Helper()
	calls = map[string]call{}
	for n, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if name, rest, ok := strings.Cut(line, " < "); ok {
			rest, at, _ := strings.Cut(rest, " -> ")
			if query, ok := strings.CutPrefix(rest, "sql "); ok {
				things = append(things, thing{name: name, query: query})
				continue
			}
			words := strings.Fields(rest)
			things = append(things, thing{name: name, player: words[0], method: words[1], path: words[2], at: at, call: readCall(words[3:])})
			continue
		}
		words := strings.Fields(line)
		if len(words) < 2 {
			t.Fatalf("rights-calls.txt:%d: %q", n+1, line)
		}
		key := words[0] + " " + words[1]
		if _, twice := calls[key]; twice {
			t.Fatalf("rights-calls.txt:%d: %s stands there twice", n+1, key)
		}
		calls[key] = readCall(words[2:])
	}
	return things, calls
}

func readCall(words []string) call {
	c := call{places: map[string]string{}}
	for len(words) > 0 {
		switch w := words[0]; {
		case w == "own":
			c.own = true
		case w == "state":
			c.state = true
		case strings.HasPrefix(w, "inside="):
			c.by = strings.TrimPrefix(w, "inside=")
		case strings.HasPrefix(w, "?"):
			c.query = w
		case strings.HasPrefix(w, "@"):
			name, value, _ := strings.Cut(w[1:], "=")
			c.places[name] = value
		default:
			c.body = strings.Join(words, " ")
			return c
		}
		words = words[1:]
	}
	return c
}

var thingName = regexp.MustCompile(`\$[a-z][a-z0-9-]*`)

// fillIn puts the ids of things into a text.
func (w *walker) fillIn(text string) string {
	return thingName.ReplaceAllStringFunc(text, func(name string) string {
		found, ok := w.objects[name[1:]]
		if !ok {
			w.t.Fatalf("rights-calls.txt: nothing is called %s", name)
		}
		return found
	})
}

// address puts things of the sample into the places of a route.
func (w *walker) address(route string, c call) string {
	for place, name := range c.places {
		word, literal := strings.CutPrefix(name, "=")
		if !literal {
			word = w.fillIn("$" + name)
		}
		route = strings.ReplaceAll(route, "{"+place+"}", word)
	}
	return w.path(w.fillIn(route)) + w.fillIn(c.query)
}

// request is what a call sends.
func (w *walker) request(ctx context.Context, method, route string, c call) *http.Request {
	body, kind := w.fillIn(c.body), ""
	switch {
	case method == http.MethodGet:
	case strings.HasPrefix(body, "raw:"):
		body, kind = strings.ReplaceAll(strings.TrimPrefix(body, "raw:"), `\n`, "\n"), "application/octet-stream"
	case strings.HasPrefix(route, "/api/"):
		kind = "application/json"
	case strings.Contains(body, "=@"):
		body, kind = multipartForm(w.t, body)
	default:
		kind = "application/x-www-form-urlencoded"
		body = formFields(w.t, body).Encode()
	}
	h := httptest.NewRequestWithContext(ctx, method, w.address(route, c), strings.NewReader(body))
	if kind != "" {
		h.Header.Set("Content-Type", kind)
	}
	return h
}

// formFields reads name=value & name=value; a line ends with \n.
func formFields(t *testing.T, body string) url.Values {
	t.Helper()
	out := url.Values{}
	for field := range strings.SplitSeq(strings.ReplaceAll(body, `\n`, "\n"), " & ") {
		if name, value, ok := strings.Cut(strings.TrimSpace(field), "="); ok {
			out.Add(name, value)
		} else if field != "" {
			t.Fatalf("rights-calls.txt: %q is no field", field)
		}
	}
	return out
}

// multipartForm is a form with a file: a value "@NAME TEXT".
func multipartForm(t *testing.T, body string) (content, kind string) {
	t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for name, values := range formFields(t, body) {
		file, isFile := strings.CutPrefix(values[0], "@")
		if !isFile {
			if err := m.WriteField(name, values[0]); err != nil {
				t.Fatal(err)
			}
			continue
		}
		file, text, _ := strings.Cut(file, " ")
		part, err := m.CreateFormFile(name, file)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String(), m.FormDataContentType()
}

// make lets a player make a thing that the sample lacks.
func (w *walker) make(th thing) {
	w.t.Helper()
	if th.query != "" {
		w.objects[th.name] = w.find(th.name, th.query)
		return
	}
	by := w.player(th.player)
	w.chair.by = by
	answer := httptest.NewRecorder()
	w.handler.ServeHTTP(answer, w.request(w.t.Context(), th.method, th.path, th.call))
	if letterOf(answer) != "y" { // a page that did it leads elsewhere
		w.t.Fatalf("%s: %s %s answers %d: %s", th.name, th.method, th.path, answer.Code, answer.Body)
	}
	if th.at == "" {
		return
	}
	var found any
	if err := json.Unmarshal(answer.Body.Bytes(), &found); err != nil {
		w.t.Fatal(err)
	}
	for step := range strings.SplitSeq(th.at, ".") {
		switch at := found.(type) {
		case map[string]any:
			found = at[step]
		case []any:
			if len(at) == 0 {
				w.t.Fatalf("%s: %s of %s is empty", th.name, th.at, answer.Body)
			}
			found = at[0]
		}
	}
	made, ok := found.(string)
	if !ok {
		w.t.Fatalf("%s: no %s in %s", th.name, th.at, answer.Body)
	}
	w.objects[th.name] = made
}

// player is somebody of the sample, as he really is or (LOGIN+ROLE) with one role
// in the district.
func (w *walker) player(name string) (by auth.Actor) {
	w.t.Helper()
	login, role, _ := strings.Cut(name, "+")
	err := w.app.Store.Read(w.t.Context(), func(tx *db.Tx) (err error) {
		by, err = w.people.Actor(tx, login, w.app.Clock.Now(), w.app.Clock.Wall())
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	if role != "" {
		by = as(by, auth.Role(role), demo.DistrictPath)
	}
	return by
}

// outcome is one letter: y done (or answered), v what it asks for is not possible
// as things are, n there is no such thing for this actor, x denied, s sign in
// first.
func (w *walker) outcome(r api.Route, by auth.Actor) string {
	by.Now, by.Wall = w.app.Clock.Now(), w.app.Clock.Wall()
	w.chair.by = by
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if r.Path == "/truc-tiep" { // a stream that would not end
		cancel()
	}
	answer := httptest.NewRecorder()
	w.handler.ServeHTTP(answer, w.request(ctx, r.Method, r.Path, w.calls[r.Method+" "+r.Path]))
	if r.Method != http.MethodGet {
		w.takeBack()
	}
	letter := letterOf(answer)
	if letter == "y" && strings.Contains(r.Path, "{id}") {
		w.watch(r, by, answer.Body.String())
	}
	if letter == "!" {
		w.t.Errorf("%s %s answers %d: %s", r.Method, r.Path, answer.Code, answer.Body)
	}
	if letter == "v" || letter == "n" {
		w.said[r.Method+" "+r.Path] = fmt.Sprint(answer.Code, " ", firstFault(answer))
	}
	return letter
}

// letterOf reads an answer. A body of the wrong kind or a method that is not
// there is a mistake of the walk, never a "yes".
func letterOf(answer *httptest.ResponseRecorder) string {
	switch status := answer.Code; {
	case status == http.StatusUnauthorized, status == http.StatusSeeOther && strings.HasPrefix(answer.Header().Get("Location"), "/dang-nhap?"):
		return "s"
	case status == http.StatusForbidden:
		return "x"
	case status == http.StatusNotFound:
		return "n"
	case status == http.StatusUnprocessableEntity, status == http.StatusBadRequest, status == http.StatusConflict,
		status == http.StatusPreconditionRequired, status == http.StatusServiceUnavailable:
		return "v"
	case status < 400:
		return "y"
	default:
		return "!"
	}
}

var problemText = regexp.MustCompile(`(?s)role="alert"[^>]*>(.*?)</div>|<p class="fault">(.*?)</p>`)

// firstFault is what an answer complains of.
func firstFault(answer *httptest.ResponseRecorder) string {
	text := answer.Body.String()
	if found := problemText.FindString(text); found != "" {
		text = found
	}
	text = strings.Join(strings.Fields(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(text, " ")), " ")
	return text[:min(len(text), 300)]
}
