package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/population"
	"phaodai/internal/sampling"
	"phaodai/internal/testkit"
)

// BenchmarkWeek is a week of a ward that is sampled as the city was in September
// 2021: 1.6 million samples a day of 8.3 million people, so that a fifth of all
// give one each day, pools of ten, one phone in ten without signal until the
// evening, one batch in twenty sent twice. The phones and the server share the
// processors. It stands beside the limits: 3,000 records a second in batches of
// 20 to 50, and 300 a second one by one.
func BenchmarkWeek(b *testing.B) {
	for name, database := range map[string]func() string{"sqlite": func() string { return "" }, "postgres": func() string { return testkit.PostgresURL(b) }} {
		b.Run(name, func(b *testing.B) {
			if b.N != 1 {
				b.Fatal("a week takes longer than a benchmark's second: it runs once")
			}
			w := newWeek(b, database(), 60_000, 32)
			b.ResetTimer()
			for range 7 {
				w.day()
			}
			rate := float64(w.sent.Load()) / w.took.Seconds()
			single := w.singles(3000)
			b.ReportMetric(rate, "records/s")
			b.ReportMetric(3000/rate, "of-limit")
			b.ReportMetric(single, "single/s")
			b.ReportMetric(300/single, "single-of-limit")
			b.ReportMetric(w.quantile(0.5), "p50-ms")
			b.ReportMetric(w.quantile(0.99), "p99-ms")
			b.ReportMetric(float64(w.dueTook.Milliseconds())/7, "due-list-ms")
			b.ReportMetric(fsync(b), "fsync-ms")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// Two days of such a week, on both engines: whatever is sent, late or twice,
// nothing is lost, nothing doubled, and who is due is right at every checkpoint.
func TestAWeekLosesNothing(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) { w := newWeek(t, "", 1500, 8); w.day(); w.day(); w.day() })
	t.Run("postgres", func(t *testing.T) {
		w := newWeek(t, testkit.PostgresURL(t), 1500, 8)
		w.day()
		w.day()
		w.day()
	})
}

// week is a server with the phones of a ward.
type week struct {
	t      testing.TB
	app    *App
	url    string
	token  string
	client *http.Client
	who    []string
	phones int
	dayNo  int

	sent    atomic.Int64 // records, each once
	took    time.Duration
	dueTook time.Duration
	mu      sync.Mutex
	latency []time.Duration
	given   map[string]int // records acknowledged, by id
}

func newWeek(t testing.TB, database string, residents, phones int) *week {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	dir := t.TempDir()
	location := database
	if location == "" {
		location = filepath.Join(dir, "phaodai.db")
	}
	a, err := Wire(ctx, Options{Location: location, Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	w := &week{t: t, app: a, phones: phones, given: map[string]int{}, client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}}
	c := demoCmd{Data: dir}
	note, err := c.fill(ctx, a)
	w.must(err)
	w.who, err = settle(ctx, a, residents)
	w.must(err)
	server := httptest.NewServer(a.Handler)
	var background sync.WaitGroup
	background.Go(func() { a.Run(ctx) })
	t.Cleanup(func() {
		server.Close()
		cancel()
		background.Wait()
		w.must(a.Close())
	})
	w.url = server.URL + "/api/v1"
	sign := client{t: t, url: w.url}
	sign.sign("tramyte.cukhoi", note.Password)
	w.token = sign.token
	return w
}

func (w *week) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// day samples a fifth of the ward: phones with signal as they go, the others in
// the evening.
func (w *week) day() {
	w.t.Helper()
	ctx := context.Background()
	w.dayNo++
	w.must(w.app.Clock.Set(ctx, w.app.Clock.Now().Add(24*time.Hour), 1, true))
	s, err := table(ctx, w.app, "tuan")
	w.must(err)
	n := len(w.who) / 5
	first := (w.dayNo - 1) * n % len(w.who)
	due := w.due(ctx)
	batches := w.lines(s, w.who[first:first+n])
	begin := time.Now()
	w.send(batches)
	w.took += time.Since(begin)
	for i, p := range w.results(ctx) { // each member of a positive pool gives a sample of his own
		w.post(batchOf(s.ID, "Lấy lại", fmt.Sprintf("R%d-%d", w.dayNo, i), w.app.Clock.Now(), []string{p}))
	}
	if again := w.results(ctx); len(again) != 0 {
		w.t.Errorf("day %d: single samples ask for others: %v", w.dayNo, again)
	}
	after := w.due(ctx)
	if w.dayNo <= 5 && due-after != n {
		w.t.Errorf("day %d: %d were due, %d after %d samples", w.dayNo, due, after, n)
	}
	w.balanced(ctx)
}

// lines makes what each phone records: 20 to 50 records to a batch.
func (w *week) lines(s sampling.Session, who []string) (out [][]sampling.Batch) {
	at := w.app.Clock.Now()
	out = make([][]sampling.Batch, w.phones)
	for i := 0; len(who) > 0; i++ {
		size := min(20+i*7%31, len(who))
		phone := i % w.phones
		b := batchOf(s.ID, fmt.Sprint("Bàn ", phone), fmt.Sprintf("D%d-%d", w.dayNo, i), at, who[:size])
		if phone%10 == 9 { // without signal: the evening is hours later
			b.SentAt = at.Add(9 * time.Hour)
		}
		out[phone] = append(out[phone], b)
		who = who[size:]
	}
	return out
}

// send lets phones send; those without signal come last.
func (w *week) send(batches [][]sampling.Batch) {
	for _, evening := range []bool{false, true} {
		var all sync.WaitGroup
		for phone, own := range batches {
			if phone%10 == 9 != evening {
				continue
			}
			all.Go(func() {
				for i, b := range own {
					w.post(b)
					if i%20 == 0 { // the answer was lost on the way
						w.post(b)
					}
				}
			})
		}
		all.Wait()
	}
}

// post sends a batch and notes what was acknowledged.
func (w *week) post(b sampling.Batch) {
	body, err := json.Marshal(b)
	if err != nil {
		w.t.Error(err)
		return
	}
	r, err := http.NewRequest(http.MethodPost, w.url+"/sampling/batches", bytes.NewReader(body))
	if err != nil {
		w.t.Error(err)
		return
	}
	r.Header.Set("Authorization", "Bearer "+w.token)
	r.Header.Set("Content-Type", "application/json")
	begin := time.Now()
	answer, err := w.client.Do(r)
	if err != nil {
		w.t.Error(err)
		return
	}
	defer answer.Body.Close()
	var out struct{ Receipts []sampling.Receipt }
	if err := json.NewDecoder(answer.Body).Decode(&out); err != nil || answer.StatusCode != http.StatusOK {
		w.t.Errorf("%s %v", answer.Status, err)
		return
	}
	took := time.Since(begin)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.latency = append(w.latency, took)
	for _, x := range out.Receipts {
		switch x.Status {
		case sampling.Taken:
			w.given[x.ID]++
			w.sent.Add(1)
		case sampling.Repeated:
		default:
			w.t.Errorf("a record came to %+v", x)
		}
	}
}

// results releases what the laboratory found, everything negative but one tube of
// a day, and tells who must give a single sample.
func (w *week) results(ctx context.Context) (again []string) {
	by := auth.System(w.app.Clock.Now(), w.app.Clock.Wall())
	var tubes []string
	w.must(w.app.Store.Read(ctx, func(tx *db.Tx) error {
		return tx.Select(&tubes, "SELECT code FROM tube WHERE state = 'filling' ORDER BY code")
	}))
	for part := range slices.Chunk(tubes, 50) {
		w.must(w.app.Store.Write(ctx, func(tx *db.Tx) error {
			for i, code := range part {
				f := sampling.Finding{Tube: code, Result: sampling.Negative}
				if i == 0 && part[0] == tubes[0] && code[0] == 'D' {
					f.Result = sampling.Positive
				}
				e, err := w.app.Sampling.ResultIn(tx, by, f)
				if err != nil {
					return err
				}
				for _, x := range e.Resample {
					again = append(again, x.Resident)
				}
			}
			return nil
		}))
	}
	return again
}

// due is who is due by the engine; the rows must say the same.
func (w *week) due(ctx context.Context) int {
	w.t.Helper()
	by := auth.System(w.app.Clock.Now(), w.app.Clock.Wall())
	begin := time.Now()
	a, err := w.app.Population.Count(ctx, by, population.Question{Rule: "samples_in_round < 1 && days_since(last_sample) >= 2", Under: samplersWard, Round: "tuan"})
	w.dueTook += time.Since(begin)
	w.must(err)
	var rows int
	w.must(w.app.Store.Read(ctx, func(tx *db.Tx) error {
		return tx.Get(&rows, `SELECT COUNT(*) FROM resident r WHERE r.unit_path = $1 AND NOT EXISTS
			(SELECT 1 FROM sample x WHERE x.resident = r.id AND x.campaign = 'tuan' AND x.state NOT IN ('lost', 'withdrawn'))`, samplersWard)
	}))
	if a.Total.Yes != rows || a.Total.Unknown != 0 {
		w.t.Errorf("day %d: the engine says %d are due (%d undecided), the rows %d", w.dayNo, a.Total.Yes, a.Total.Unknown, rows)
	}
	return a.Total.Yes
}

// balanced holds what is stored against what was acknowledged.
func (w *week) balanced(ctx context.Context) {
	w.t.Helper()
	var ids []string
	var b sampling.Balance
	w.must(w.app.Store.Read(ctx, func(tx *db.Tx) (err error) {
		if b, err = sampling.BalanceIn(tx, sampling.Scope{Path: samplersWard}); err != nil {
			return err
		}
		return tx.Select(&ids, "SELECT id FROM sample")
	}))
	if len(ids) != len(w.given) || b.Taken != len(ids) || b.Taken != b.Resulted+b.Open+b.Lost || b.Problem != 0 {
		w.t.Errorf("day %d: %d acknowledged, %d stored, %+v", w.dayNo, len(w.given), len(ids), b)
	}
	for _, id := range ids {
		if w.given[id] != 1 {
			w.t.Fatalf("%s was acknowledged %d times", id, w.given[id])
		}
	}
}

// singles sends records one by one from 16 phones and tells how many a second.
func (w *week) singles(n int) float64 {
	ctx := context.Background()
	w.must(w.app.Clock.Set(ctx, w.app.Clock.Now().Add(24*time.Hour), 1, true))
	s, err := table(ctx, w.app, "don")
	w.must(err)
	var next atomic.Int64
	var all sync.WaitGroup
	begin := time.Now()
	for phone := range 16 {
		all.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				w.post(batchOf(s.ID, fmt.Sprint("Bàn ", phone), fmt.Sprintf("S%d", i), w.app.Clock.Now(), w.who[i:i+1]))
			}
		})
	}
	all.Wait()
	return float64(n) / time.Since(begin).Seconds()
}

func (w *week) quantile(q float64) float64 {
	slices.Sort(w.latency)
	return w.latency[int(q*float64(len(w.latency)-1))].Seconds() * 1000
}

// fsync is the median of how long this disk takes to keep 4 KB, in ms.
func fsync(t testing.TB) float64 {
	f, err := os.Create(filepath.Join(t.TempDir(), "fsync"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var took []time.Duration
	for range 200 {
		begin := time.Now()
		_, werr := f.Write(make([]byte, 4096))
		if err := errors.Join(werr, f.Sync()); err != nil {
			t.Fatal(err)
		}
		took = append(took, time.Since(begin))
	}
	slices.Sort(took)
	return took[100].Seconds() * 1000
}
