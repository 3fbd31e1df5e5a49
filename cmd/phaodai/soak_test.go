package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"phaodai/internal/audit"
	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/population"
	"phaodai/internal/sampling"
	"phaodai/internal/testkit"
)

// TestSoak kills a server (kill -9) while clerks upload and register, an
// adviser gives work out, a ward reports and an administrator opens accounts.
// The next server gets the requests that had no answer once more. At the end
// everything acknowledged is there, once and whole. PHAODAI_SOAK says how many
// times; 5 without it. That a write is on the disk when it is acknowledged shows
// in the settings of both engines, which the tests of the store assert: a kill
// shows only that it is whole.
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
	mu       sync.Mutex
	numbers  map[string]int64  // arrival number by document
	tasks    map[string]string // state by task
	accounts []string          // logins
	taken    map[string]bool   // tasks that somebody reports
	samples  map[string]bool   // samples that phones recorded
	batches  map[string]sampling.Batch
	line     sampling.Session
	people   []string // who stand in it
}

func soak(t *testing.T, times int, database string) {
	where := configured{Data: t.TempDir(), Database: database}
	demo := demoCmd{Data: where.Data}
	var note demoNote
	var book string
	k := &kept{numbers: map[string]int64{}, tasks: map[string]string{}, taken: map[string]bool{}, samples: map[string]bool{}, batches: map[string]sampling.Batch{}}
	err := where.withApp(func(ctx context.Context, a *App) (err error) {
		if note, err = demo.fill(ctx, a); err != nil {
			return err
		}
		if k.people, err = settle(ctx, a, 800*max(5, times)); err != nil {
			return err
		}
		if k.line, err = table(ctx, a, "soak"); err != nil {
			return err
		}
		return a.Store.Read(ctx, func(tx *db.Tx) error {
			return tx.Get(&book, "SELECT id FROM register WHERE name = 'Văn bản khác'")
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	crew := []*worker{
		{login: "vanthu", next: pieces("a"), work: k.enter}, {login: "vanthu", next: pieces("b"), work: k.enter},
		{login: "chanhvp", next: pieces("c"), work: k.give}, {login: "cukhoi", next: k.assigned, work: k.report},
		{login: "quantri", next: pieces("d"), work: k.open},
		{login: "tramyte.cukhoi", next: pieces("e"), work: k.sample}, {login: "tramyte.cukhoi", next: pieces("f"), work: k.sample},
	}
	base := client{t: t, book: book, ward: note.office("cukhoi")}
	for round := range times + 1 {
		url, kill := startKillable(t, where.Data, database)
		var wg sync.WaitGroup
		for _, w := range crew {
			c := base
			c.url = url + "/api/v1"
			c.sign(w.login, note.Password)
			wg.Go(func() { w.shift(c, round == times) })
		}
		if round < times {
			time.Sleep(time.Duration(500+100*(round%5)) * time.Millisecond)
			kill()
		}
		wg.Wait()
		kill()
	}
	if err := where.withApp(func(ctx context.Context, a *App) error { return k.compare(ctx, t, a, book) }); err != nil {
		t.Fatal(err)
	}
	again := 0
	for _, w := range crew {
		again += w.again
	}
	t.Logf("%d kills: %d documents registered, %d tasks given, %d accounts opened, %d samples recorded were acknowledged; %d requests were repeated after a kill",
		times, len(k.numbers), len(k.tasks), len(k.accounts), len(k.samples), again)
}

func (n demoNote) office(login string) string {
	for _, p := range n.Players {
		if p.Login == login {
			return p.Office
		}
	}
	return ""
}

// worker is somebody with the piece of work that he does again and again. What
// he had no answer to when the server went he asks again of the next one, with
// the same keys, as a phone does that lost its signal.
type worker struct {
	login string
	next  func() (piece string) // what to do next, "" nothing now
	work  func(c client, piece string) (answered bool)
	lost  string // piece without an answer
	again int    // pieces asked again
}

// shift works until the server has gone; the last one only asks again.
func (w *worker) shift(c client, last bool) {
	if w.lost != "" {
		w.again++
		if !w.work(c, w.lost) {
			return
		}
		w.lost = ""
	}
	idle := 0
	for !last && idle < 400 { // two seconds without work: the server has gone
		piece := w.next()
		if piece == "" {
			idle++
			time.Sleep(5 * time.Millisecond)
			continue
		}
		if idle = 0; !w.work(c, piece) {
			w.lost = piece
			return
		}
	}
}

// pieces names pieces of work that nobody did before.
func pieces(who string) func() string {
	n := 0
	return func() string { n++; return fmt.Sprint(who, n) }
}

// client is one person's connection to the API.
type client struct {
	t                      testing.TB
	url, token, book, ward string
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
	return out == nil || json.NewDecoder(answer.Body).Decode(out) == nil
}

func (c *client) sign(login, password string) {
	var me struct{ Token string }
	if !c.post("/session", map[string]string{"login": login, "password": password}, &me) {
		c.t.Fatalf("%s cannot sign in", login)
	}
	c.token = me.Token
}

// enter uploads a paper and registers it.
func (k *kept) enter(c client, key string) bool {
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
func (k *kept) give(c client, key string) bool {
	var made struct{ IDs []string }
	if !c.post("/tasks", map[string]any{"key": "t" + key, "title": "Việc thử " + key, "offices": []string{c.ward}}, &made) {
		return false
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.tasks[made.IDs[0]] = "ASSIGNED"
	return true
}

// open makes an account.
func (k *kept) open(c client, key string) bool {
	login := "thu-" + key
	if !c.post("/accounts", map[string]any{"key": "o" + key, "login": login, "password": sentence, "name": "x", "unit_path": "/"}, nil) {
		return false
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.accounts = append(k.accounts, login)
	return true
}

// sample sends what a phone recorded of the next people in the line. Without an
// answer the phone sends the same again.
func (k *kept) sample(c client, key string) bool {
	k.mu.Lock()
	b, ok := k.batches[key]
	if !ok {
		n := min(8, len(k.people))
		if n == 0 {
			k.mu.Unlock()
			return true // everybody was here
		}
		b = batchOf(k.line.ID, "Bàn "+key[:1], "SK-"+key, k.line.Starts, k.people[:n])
		k.people, k.batches[key] = k.people[n:], b
	}
	k.mu.Unlock()
	var out struct{ Receipts []sampling.Receipt }
	if !c.post("/sampling/batches", b, &out) {
		return false
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, r := range out.Receipts {
		if r.Status != sampling.Taken && r.Status != sampling.Repeated {
			c.t.Errorf("a record came to %+v", r)
		}
		k.samples[r.ID] = true
	}
	return true
}

// sampled looks for every acknowledged sample, once, in a tube that counts it.
func (k *kept) sampled(t *testing.T, tx *db.Tx) error {
	var ids []string
	if err := tx.Select(&ids, "SELECT id FROM sample"); err != nil {
		return err
	}
	there := map[string]bool{}
	for _, id := range ids {
		there[id] = true
	}
	for id := range k.samples {
		if !there[id] {
			t.Errorf("the acknowledged sample %s is lost", id)
		}
	}
	if len(ids) != len(there) || len(ids) != len(k.samples) {
		t.Errorf("%d samples, %d of them different, %d acknowledged", len(ids), len(there), len(k.samples))
	}
	var wrong int
	if err := tx.Get(&wrong, "SELECT COUNT(*) FROM tube WHERE members <> (SELECT COUNT(*) FROM sample WHERE sample.tube = tube.code)"); err != nil {
		return err
	}
	if wrong != 0 {
		t.Errorf("%d tubes hold other than they say", wrong)
	}
	return nil
}

// sameSets asks the population engine, which was loaded after the last kill, who
// was not sampled.
func sameSets(ctx context.Context, t *testing.T, a *App) error {
	by := auth.System(a.Clock.Now(), a.Clock.Wall())
	got, err := a.Population.Count(ctx, by, population.Question{Rule: "samples_in_round == 0", Under: samplersWard, Round: "soak"})
	if err != nil {
		return err
	}
	var people, sampled int
	err = a.Store.Read(ctx, func(tx *db.Tx) error {
		return errors.Join(tx.Get(&people, "SELECT COUNT(*) FROM resident WHERE unit_path = $1", samplersWard), tx.Get(&sampled, "SELECT COUNT(DISTINCT resident) FROM sample"))
	})
	if got.Total.Yes != people-sampled || sampled == 0 {
		t.Errorf("the engine says %d were not sampled, the rows %d", got.Total.Yes, people-sampled)
	}
	return err
}

// assigned is a task that nobody has reported.
func (k *kept) assigned() string {
	k.mu.Lock()
	defer k.mu.Unlock()
	for task, state := range k.tasks {
		if state == "ASSIGNED" && !k.taken[task] {
			k.taken[task] = true
			return task
		}
	}
	return ""
}

func (k *kept) report(c client, id string) bool {
	var task struct{ State string }
	if !c.post("/tasks/"+id+"/report", map[string]any{"key": "r" + id, "text": "Đã xong"}, &task) {
		return false
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.tasks[id] = task.State
	return true
}

// compare holds what is there against what was acknowledged.
func (k *kept) compare(ctx context.Context, t *testing.T, a *App, book string) error {
	if len(k.numbers) == 0 || len(k.tasks) == 0 || len(k.accounts) == 0 || len(k.samples) == 0 {
		t.Error("nothing was acknowledged: the test tested nothing")
	}
	err := a.Store.Read(ctx, func(tx *db.Tx) error {
		return errors.Join(k.gapless(t, tx, book), k.whole(t, tx), k.once(t, tx), k.sampled(t, tx))
	})
	if err != nil {
		return err
	}
	if err := sameSets(ctx, t, a); err != nil {
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

// gapless looks at the book of arrivals.
func (k *kept) gapless(t *testing.T, tx *db.Tx, book string) error {
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
			t.Errorf("a gap or a repeat before number %d", r.No)
		}
	}
	for id, no := range k.numbers {
		if at[id] != no {
			t.Errorf("document %s was acknowledged as no. %d and is no. %d", id, no, at[id])
		}
	}
	return nil
}

// whole looks for tasks that are half there or not as acknowledged.
func (k *kept) whole(t *testing.T, tx *db.Tx) error {
	for id, want := range k.tasks {
		var state string
		if err := tx.Get(&state, "SELECT state FROM task WHERE id = $1", id); err != nil {
			return fmt.Errorf("task %s: %w", id, err)
		}
		if state != want {
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
}

// once looks for what a repeated request did twice, or not at all.
func (k *kept) once(t *testing.T, tx *db.Tx) error {
	for what, want := range map[string]int{
		"document WHERE subject LIKE 'Tải thử %'":                                       len(k.numbers),
		"task WHERE title LIKE 'Việc thử %'":                                            len(k.tasks),
		"account WHERE login LIKE 'thu-%'":                                              len(k.accounts),
		"task_report WHERE task IN (SELECT id FROM task WHERE title LIKE 'Việc thử %')": k.reported(),
		"blob WHERE name = 'x.txt' AND hash NOT IN (SELECT hash FROM attachment)":       0,
	} {
		var n int
		if err := tx.Get(&n, "SELECT COUNT(*) FROM "+what); err != nil {
			return fmt.Errorf("%s: %w", what, err)
		}
		if n != want {
			t.Errorf("%s: %d, acknowledged were %d", what, n, want)
		}
	}
	return nil
}

func (k *kept) reported() (n int) {
	for _, state := range k.tasks {
		if state == "REPORTED" {
			n++
		}
	}
	return n
}
