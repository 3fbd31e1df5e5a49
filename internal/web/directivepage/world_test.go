package directivepage

import (
	"context"
	"crypto/rand"
	"os"
	"path/filepath"
	"testing"
	"time"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/demo"
	"phaodai/internal/directive"
	"phaodai/internal/extract"
	"phaodai/internal/id"
	"phaodai/internal/instant"
	"phaodai/internal/job"
	"phaodai/internal/officialdoc"
	"phaodai/internal/task"
	"phaodai/internal/testkit"
	"phaodai/internal/web/webtest"
)

func TestMain(m *testing.M) { os.Exit(webtest.Main(m, "document")) }

// world is the sample district at 11:40 on 8 September 2021, with a book of
// arrivals in the Party Office.
type world struct {
	t         *testing.T
	store     *db.DB
	people    demo.People
	directive *directive.Service
	task      *task.Service
	now       instant.Micros
	site      *webtest.Site
	book      directive.Register
	planned   string // document that was drafted from a plan
}

func at1140() instant.Micros {
	return instant.Of(time.Date(2021, 9, 8, 11, 40, 0, 0, instant.Vietnam()))
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, store: testkit.SQLite(t), now: at1140()}
	ids := id.NewSource(time.Now, rand.Reader)
	var err error
	if w.people, err = demo.Organisation(t.Context(), w.store, ids, w.now); err != nil {
		t.Fatal(err)
	}
	w.directive = directive.New(w.store, ids, directive.Tools{Reader: officialdoc.New(), Extract: extract.New(extract.Limit{}), Enqueue: enqueue})
	w.task = task.New(w.store, ids)
	w.site = webtest.New(t, w.actor("vanthu"), Pages(Config{
		Documents: w.directive, Tasks: w.task, Store: w.store, Plan: w.plan,
		Specimen: &Specimen{Name: "van-ban-mau.txt", MediaType: "text/plain; charset=utf-8", Content: specimen(t)},
	}))
	w.book, err = w.directive.OpenRegister(t.Context(), w.actor("vanthu"), directive.RegisterInput{
		Name: "Văn bản cấp trên", Direction: "in", Year: 2021, Last: 611,
	})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// plan is the plan from which the document in the world was drafted.
func (w *world) plan(_ context.Context, _ auth.Actor, document string) (page, whose string, err error) {
	if document != w.planned {
		return "", "", nil
	}
	return "/ke-hoach/1", "Phường Cự Khối", nil
}

// enqueue puts a reading in that nobody takes up: pictures wait.
func enqueue(tx *db.Tx, wall instant.Micros, p directive.ReadPayload) error {
	return job.Enqueue(tx, wall, job.Spec{Kind: directive.ReadJob, Key: directive.ReadJob + "/" + p.Document, Payload: p})
}

func specimen(t *testing.T) []byte {
	b, err := os.ReadFile("../../demo/specimen/directive.txt")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func (w *world) actor(login string) auth.Actor {
	w.t.Helper()
	var by auth.Actor
	err := w.store.Read(w.t.Context(), func(tx *db.Tx) (err error) {
		by, err = w.people.Actor(tx, login, w.now, w.now)
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return by
}

// as makes the next requests come from a player of the sample.
func (w *world) as(login string) *webtest.Site {
	w.t.Helper()
	return w.site.As(w.actor(login))
}

// receive uploads a text as the clerk and returns its document.
func (w *world) receive(text string) directive.Document {
	w.t.Helper()
	d, err := w.directive.Receive(w.t.Context(), w.actor("vanthu"), directive.ReceiveInput{Text: text})
	if err != nil {
		w.t.Fatal(err)
	}
	return d
}

// entered registers a text with what was read from it.
func (w *world) entered(text string) directive.Document {
	w.t.Helper()
	d := w.receive(text)
	done, err := w.directive.Enter(w.t.Context(), w.actor("vanthu"), directive.EnterInput{
		Register: w.book.ID, Document: d.ID, Version: d.Version, Facts: factsOf(d),
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return done.Document
}

func factsOf(d directive.Document) directive.Facts {
	return directive.Facts{
		Symbol: d.Symbol, Kind: d.Kind, Issuer: first(d.Issuer, "Quận ủy Long Biên"), IssuedOn: first(d.IssuedOn, "2021-09-05"),
		Subject: first(d.Subject, "Chỉ đạo của Ban Thường vụ Quận ủy"), Signer: d.Signer, SignerTitle: d.SignerTitle, Place: d.Place,
		Urgency: d.Urgency, Secrecy: d.Secrecy, Scope: d.Scope,
	}
}

// seed reads an official text of the shared data.
func seed(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(testkit.Shared(t, "seeds", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

const (
	seed000 = "000_139ba654b6ddde08.txt"
	seed004 = "004_7584377ace3ddf40.txt"
)

// file writes a text that a browser can upload.
func file(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}
