package taskpage_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/demo"
	"phaodai/internal/directive"
	"phaodai/internal/id"
	"phaodai/internal/inbox"
	"phaodai/internal/instant"
	"phaodai/internal/org"
	"phaodai/internal/task"
	"phaodai/internal/web/taskpage"
	"phaodai/internal/web/webtest"
)

func TestMain(m *testing.M) { os.Exit(webtest.Main(m, "task")) }

func at(day, hour, minute int) instant.Micros {
	return instant.Of(time.Date(2021, 9, day, hour, minute, 0, 0, instant.Vietnam()))
}

func endOf(day int) instant.Micros {
	return instant.Of(time.Date(2021, 9, day, 23, 59, 59, 0, instant.Vietnam()))
}

// world is the sample district of the exercise with a directive, at the
// afternoon of 7 September.
type world struct {
	t      *testing.T
	store  *db.DB
	people demo.People
	parts  taskpage.Parts
	site   *webtest.Site
	now    instant.Micros
}

// document is the directive of the world; its symbol is invented.
const document = "doc-1"

func settle(t *testing.T) *world {
	t.Helper()
	store, err := db.Open(t.Context(), filepath.Join(t.TempDir(), "taskpage.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	if err := store.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	// The wall clock and the randomness of the samples are fixed.
	ids := id.NewSource(time.Now, repeating())
	w := &world{t: t, store: store, now: at(7, 16, 20)}
	if w.people, err = demo.Organisation(t.Context(), store, ids, at(5, 18, 35)); err != nil {
		t.Fatal(err)
	}
	w.parts = taskpage.Parts{
		Tasks: task.New(store, ids), Inbox: inbox.New(store), Units: org.New(store, ids),
		Documents: directive.New(store, ids, directive.Tools{}), Store: store,
	}
	w.write()
	w.serve()
	return w
}

// repeating is randomness that is the same in every run, and never repeats in one.
func repeating() *counter { return &counter{} }

type counter struct{ n uint64 }

func (c *counter) Read(p []byte) (int, error) {
	c.n++
	copy(p, bytes.Repeat([]byte{0}, len(p)))
	for i := range 8 {
		if i < len(p) {
			p[len(p)-1-i] = byte(c.n >> (8 * i))
		}
	}
	return len(p), nil
}

// write puts the directive into the store, made known to the whole district.
func (w *world) write() {
	w.t.Helper()
	party := w.people.Offices["quan-uy"]
	d := directive.Document{
		ID: document, Origin: "incoming", State: "working", Office: party, UnitPath: demo.DistrictPath, Line: "party",
		Kind: "TB", Number: 12, Symbol: "12-TB/QU", Issuer: "Quận ủy Long Biên", IssuedOn: "2021-09-05",
		Subject: "Kết luận của Ban Thường vụ Quận ủy về tăng cường công tác phòng, chống dịch (bản tập dượt)",
		Scope:   directive.ToUnit, ScopePath: demo.DistrictPath, CreatedAt: at(5, 18, 35),
	}
	row := struct {
		directive.Document
		SymbolKey   string `db:"symbol_key"`
		IssuerKey   string `db:"issuer_key"`
		ContentHash string `db:"content_hash"`
	}{Document: d, SymbolKey: "12-tb/qu"}
	err := w.store.Write(w.t.Context(), func(tx *db.Tx) error { return tx.Insert("document", row) })
	if err != nil {
		w.t.Fatal(err)
	}
}

// as is a player of the sample, now.
func (w *world) as(login string) auth.Actor {
	w.t.Helper()
	var a auth.Actor
	err := w.store.Read(w.t.Context(), func(tx *db.Tx) (err error) {
		a, err = w.people.Actor(tx, login, w.now, w.now)
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return a
}

// sit makes the site show another player's pages.
func (w *world) sit(login string) *webtest.Site { return w.site.As(w.as(login)) }

func (w *world) wards() []string {
	w.t.Helper()
	var out []string
	err := w.store.Read(w.t.Context(), func(tx *db.Tx) error {
		return tx.Select(&out, "SELECT id FROM office WHERE kind = 'UBND' AND unit_path <> $1 AND unit_path >= $2 AND unit_path < $3 ORDER BY unit_path",
			demo.DistrictPath, demo.DistrictPath, demo.DistrictPath+"~")
	})
	if err != nil || len(out) != 14 {
		w.t.Fatal(len(out), err)
	}
	return out
}

// give gives work out as somebody and returns the ids.
func (w *world) give(login string, when instant.Micros, in task.AssignInput) []string {
	w.t.Helper()
	by := w.as(login)
	by.Now = when
	ids, err := w.parts.Tasks.Assign(w.t.Context(), by, in)
	if err != nil {
		w.t.Fatal(err)
	}
	return ids
}

// of is the task of an office among some.
func (w *world) of(office string, ids []string) string {
	w.t.Helper()
	for _, id := range ids {
		d, err := w.parts.Tasks.Task(w.t.Context(), auth.System(w.now, w.now), id)
		if err != nil {
			w.t.Fatal(err)
		}
		if d.Office == office && d.Kind != task.Bundle {
			return id
		}
	}
	w.t.Fatal("no task for " + office)
	return ""
}

// png is the smallest picture: one white dot.
const png = "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00:~\x9bU\x00\x00\x00\nIDATx\x9cc\xf8\x0f\x00\x01\x01\x01\x00\x1b\xb6\xeeV\x00\x00\x00\x00IEND\xaeB`\x82"

func request(method, path string) *http.Request { return httptest.NewRequest(method, path, nil) }

func filter() inbox.Filter { return inbox.Filter{Limit: 50} }

// serve makes the site again with options.
func (w *world) serve(options ...webtest.Option) {
	w.site = webtest.With(w.t, w.as("cukhoi"), options, taskpage.Pages(w.parts))
}

func (w *world) state(id string) task.State {
	w.t.Helper()
	d, err := w.parts.Tasks.Task(w.t.Context(), auth.System(w.now, w.now), id)
	if err != nil {
		w.t.Fatal(err)
	}
	return d.State
}

func (w *world) remind(id, words string) {
	w.t.Helper()
	if _, err := w.parts.Tasks.Remind(w.t.Context(), w.as("chutich"), task.RemindInput{Tasks: []string{id}, Text: words}); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) accept(login, id string) {
	w.t.Helper()
	if _, err := w.parts.Tasks.Accept(w.t.Context(), w.as(login), task.ActInput{Task: id}); err != nil {
		w.t.Fatal(err)
	}
}

// picture is the path of a picture.
func picture(t *testing.T) string {
	path := filepath.Join(t.TempDir(), "loa.png")
	if err := os.WriteFile(path, []byte(png), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
