package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"phaodai/internal/audit"
	"phaodai/internal/db"
	"phaodai/internal/testkit"
)

// TestSoak kills a server (kill -9) while clerks upload and register, an
// adviser gives work out and a ward reports. PHAODAI_SOAK says how many times.
func TestSoak(t *testing.T) {
	times := 5
	if n, err := strconv.Atoi(os.Getenv("PHAODAI_SOAK")); err == nil {
		times = n
	}
	t.Run("sqlite", func(t *testing.T) { soak(t, times, "") })
	t.Run("postgres", func(t *testing.T) { soak(t, times, testkit.PostgresURL(t)) })
}

// kept is what the server acknowledged.
type kept struct {
	mu      sync.Mutex
	numbers map[string]int64  // arrival number by document
	tasks   map[string]string // state by task
	unsure  map[string]string // tasks whose report nobody knows about
}

func soak(t *testing.T, times int, database string) {
	where := configured{Data: t.TempDir(), Database: database}
	demo := demoCmd{Data: where.Data}
	var note demoNote
	var book string
	err := where.withApp(func(ctx context.Context, a *App) (err error) {
		if note, err = demo.fill(ctx, a); err != nil {
			return err
		}
		return a.Store.Read(ctx, func(tx *db.Tx) error {
			return tx.Get(&book, "SELECT id FROM register WHERE name = 'Văn bản khác'")
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	k := &kept{numbers: map[string]int64{}, tasks: map[string]string{}, unsure: map[string]string{}}
	for round := range times {
		url, kill := startKillable(t, where.Data, database)
		var wg sync.WaitGroup
		for n, person := range []worker{{"vanthu", k.enter}, {"vanthu", k.enter}, {"chanhvp", k.give}, {"cukhoi", k.report}} {
			c := client{t: t, url: url + "/api/v1", book: book, ward: note.office("cukhoi"), key: fmt.Sprintf("%d-%d", round, n)}
			c.sign(person.login, note.Password)
			wg.Go(func() {
				for i := 0; person.work(c, i); i++ {
				}
			})
		}
		time.Sleep(time.Duration(500+100*(round%5)) * time.Millisecond)
		kill()
		wg.Wait()
	}
	if err := where.withApp(func(ctx context.Context, a *App) error { return k.compare(ctx, t, a, book) }); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d kills: %d documents registered and %d tasks given were acknowledged", times, len(k.numbers), len(k.tasks))
}

func (n demoNote) office(login string) string {
	for _, p := range n.Players {
		if p.Login == login {
			return p.Office
		}
	}
	return ""
}

// worker is somebody with the piece of work he does again and again, until it
// says that the server has gone.
type worker struct {
	login string
	work  func(client, int) bool
}

// client is one person's connection to the API.
type client struct {
	t                           *testing.T
	url, token, book, ward, key string
}

// post sends a request; it tells whether an answer came.
func (c client) post(path string, body any, out any) bool {
	b, err := json.Marshal(body)
	if err != nil {
		c.t.Error(err)
		return false
	}
	if text, ok := body.(string); ok {
		b = []byte(text)
	}
	answer, err := http.DefaultClient.Do(request(c.t, "POST", c.url+path, c.token, string(b)))
	if err != nil {
		return false
	}
	defer answer.Body.Close()
	if answer.StatusCode != 200 {
		c.t.Errorf("%s: %s", path, answer.Status)
		return false
	}
	return json.NewDecoder(answer.Body).Decode(out) == nil
}

func (c *client) sign(login, password string) {
	var me struct{ Token string }
	if !c.post("/session", map[string]string{"login": login, "password": password}, &me) {
		c.t.Fatalf("%s cannot sign in", login)
	}
	c.token = me.Token
}

// enter uploads a paper and registers it.
func (k *kept) enter(c client, i int) bool {
	key := fmt.Sprint(c.key, "-", i)
	var doc struct {
		ID      string
		Version int64
	}
	if !c.post("/documents/upload?name=x.txt&key=u"+key, "Công văn thử "+key+".\nUBND các phường báo cáo trước 17h ngày 07/9/2021.", &doc) {
		return false
	}
	var done struct {
		Document struct{ ID string }
		Entry    struct{ No int64 }
	}
	if !c.post("/documents/enter", map[string]any{
		"key": "e" + key, "register": c.book, "document": doc.ID, "version": doc.Version, "issuer": "Sở Y tế Hà Nội",
		"symbol": key + "/SYT-NVY", "issued_on": "2021-09-05", "subject": "Tải thử " + key,
	}, &done) {
		return false
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.numbers[done.Document.ID] = done.Entry.No
	return true
}

// give gives the ward a piece of work.
func (k *kept) give(c client, i int) bool {
	var made struct{ IDs []string }
	if !c.post("/tasks", map[string]any{
		"key": fmt.Sprint("t", c.key, "-", i), "title": fmt.Sprint("Việc thử ", c.key, " ", i), "offices": []string{c.ward},
	}, &made) {
		return false
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.tasks[made.IDs[0]] = "ASSIGNED"
	return true
}

// report reports one of the tasks that were given.
func (k *kept) report(c client, i int) bool {
	id := ""
	k.mu.Lock()
	for task, state := range k.tasks {
		if state == "ASSIGNED" && k.unsure[task] == "" {
			id = task
			break
		}
	}
	if id != "" {
		k.unsure[id] = "REPORTED"
	}
	k.mu.Unlock()
	if id == "" {
		time.Sleep(5 * time.Millisecond)
		return i < 400 // two seconds without work: the server has gone
	}
	var task struct{ State string }
	if !c.post("/tasks/"+id+"/report", map[string]any{"key": "r" + id, "text": "Đã xong"}, &task) {
		return false
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.tasks[id] = task.State
	delete(k.unsure, id)
	return true
}

// compare holds what is there against what was acknowledged.
func (k *kept) compare(ctx context.Context, t *testing.T, a *App, book string) error {
	if len(k.numbers) == 0 || len(k.tasks) == 0 {
		t.Error("nothing was acknowledged: the test tested nothing")
	}
	err := a.Store.Read(ctx, func(tx *db.Tx) error {
		var rows []struct {
			No       int64  `db:"no"`
			Document string `db:"document"`
		}
		if err := tx.Select(&rows, "SELECT no, document FROM entry WHERE register = $1 ORDER BY no", book); err != nil {
			return err
		}
		at := map[string]int64{}
		for i, r := range rows {
			if at[r.Document] = r.No; r.No != rows[0].No+int64(i) {
				t.Fatalf("a gap or a repeat before number %d", r.No)
			}
		}
		for id, no := range k.numbers {
			if at[id] != no {
				t.Errorf("document %s was acknowledged as no. %d and is no. %d", id, no, at[id])
			}
		}
		for id, want := range k.tasks {
			var state string
			if err := tx.Get(&state, "SELECT state FROM task WHERE id = $1", id); err != nil {
				return fmt.Errorf("task %s: %w", id, err)
			}
			if state != want && state != k.unsure[id] {
				t.Errorf("task %s is %s, acknowledged was %s", id, state, want)
			}
		}
		var halves int
		err := tx.Get(&halves, `SELECT COUNT(*) FROM task WHERE id NOT IN (SELECT task FROM task_event)
			OR state = 'REPORTED' AND id NOT IN (SELECT task FROM task_report)`)
		if halves > 0 {
			t.Errorf("%d tasks are half there", halves)
		}
		return err
	})
	if err != nil {
		return err
	}
	if _, err := a.Sealer.Seal(ctx); err != nil {
		return err
	}
	report, err := audit.Verify(ctx, a.Store, a.Key, nil, nil)
	if report.Finding != nil {
		t.Errorf("the audit does not verify: %+v", *report.Finding)
	}
	return err
}
