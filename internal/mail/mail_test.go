package mail_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/mail"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"phaodai/internal/db"
	"phaodai/internal/instant"
	outbox "phaodai/internal/mail"
	"phaodai/internal/testkit"
)

// server is a real SMTP server on a TCP port of the loopback.
type server struct {
	port int
	stop func() error

	mu     sync.Mutex
	got    []*mail.Message
	bodies []string
	answer func(to string) error // at RCPT
	after  func() error          // at the end of DATA, before the answer
}

func serve(t *testing.T) *server {
	t.Helper()
	s := &server{}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.port = listener.Addr().(*net.TCPAddr).Port
	srv := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &session{s}, nil }))
	srv.Domain = "localhost"
	go srv.Serve(listener)
	s.stop = listener.Close
	t.Cleanup(func() { srv.Close() })
	return s
}

type session struct{ s *server }

func (x *session) Reset()                               {}
func (x *session) Logout() error                        { return nil }
func (x *session) Mail(string, *smtp.MailOptions) error { return nil }
func (x *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	x.s.mu.Lock()
	defer x.s.mu.Unlock()
	if x.s.answer != nil {
		return x.s.answer(to)
	}
	return nil
}

func (x *session) Data(r io.Reader) error {
	m, err := mail.ReadMessage(r)
	if err != nil {
		return err
	}
	body, err := io.ReadAll(m.Body)
	if err != nil {
		return err
	}
	x.s.mu.Lock()
	x.s.got, x.s.bodies = append(x.s.got, m), append(x.s.bodies, string(body))
	after := x.s.after
	x.s.mu.Unlock()
	if after != nil {
		return after()
	}
	return nil
}

func (s *server) ids() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []string
	for _, m := range s.got {
		out = append(out, m.Header.Get("Message-ID"))
	}
	return out
}

// clock is a wall clock that the test moves.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time { c.mu.Lock(); defer c.mu.Unlock(); return c.at }
func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

func translate(_, key string, args ...any) string { return fmt.Sprintf("%s%v", key, args) }

func worker(d *db.DB, port int, c *clock) *outbox.Worker {
	config := outbox.Config{
		Host: "127.0.0.1", Port: port, TLS: outbox.TLSNone, From: "phaodai@longbien.example", FromName: "Pháo Đài", Site: "https://pd.example",
	}
	return outbox.NewWorker(d, config, translate, c.now, slog.New(slog.DiscardHandler))
}

func queue(t *testing.T, d *db.DB, letters ...outbox.Letter) {
	t.Helper()
	err := d.Write(t.Context(), func(tx *db.Tx) error {
		for _, l := range letters {
			if err := outbox.Queue(tx, l); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func step(t *testing.T, w *outbox.Worker) int {
	t.Helper()
	n, err := w.Step(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func states(t *testing.T, d *db.DB) map[string]string {
	t.Helper()
	var rows []struct {
		ID    string `db:"id"`
		State string `db:"state"`
	}
	if err := d.Read(t.Context(), func(tx *db.Tx) error { return tx.Select(&rows, "SELECT id, state FROM mail") }); err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, r := range rows {
		out[r.ID] = r.State
	}
	return out
}

var deadline = instant.Of(time.Date(2021, 9, 7, 23, 59, 59, 0, instant.Vietnam()))

func TestALetterReachesAServerOnceWithItsWords(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		s, c := serve(t), &clock{at: time.Now()}
		letter := outbox.Letter{ID: "a", To: "tb@cukhoi.example", Key: "task.step.at", Args: map[string]any{"Title": "Trình kế hoạch", "Deadline": deadline}, Link: "/viec/1"}
		queue(t, d, letter, letter) // queued twice by a repeated transaction
		w := worker(d, s.port, c)
		if n := step(t, w); n != 1 {
			t.Fatalf("%d sent, want 1", n)
		}
		if n := step(t, w); n != 0 {
			t.Errorf("%d sent again", n)
		}
		if len(s.got) != 1 {
			t.Fatalf("the server got %d letters, want 1", len(s.got))
		}
		h := s.got[0].Header
		if h.Get("Message-ID") != "<a@longbien.example>" || h.Get("To") != "<tb@cukhoi.example>" {
			t.Errorf("Message-ID %q, To %q", h.Get("Message-ID"), h.Get("To"))
		}
		if !strings.Contains(s.bodies[0], "https://pd.example/viec/1") {
			t.Errorf("no link in %q", s.bodies[0])
		}
		if states(t, d)["a"] != outbox.Sent {
			t.Errorf("states = %v", states(t, d))
		}
	})
}

func TestACrashBetweenAnswerAndCommitRepeatsWithTheSameMessageID(t *testing.T) {
	locations := map[string]func(t *testing.T) string{
		"sqlite":   func(t *testing.T) string { return filepath.Join(t.TempDir(), "mail.db") },
		"postgres": func(t *testing.T) string { return testkit.PostgresURL(t) },
	}
	for name, location := range locations {
		t.Run(name, func(t *testing.T) {
			at := location(t)
			open := func() *db.DB {
				d, err := db.Open(context.Background(), at)
				if err != nil {
					t.Fatal(err)
				}
				if err := d.Migrate(context.Background()); err != nil {
					t.Fatal(err)
				}
				return d
			}
			s, c := serve(t), &clock{at: time.Now()}
			d := open()
			queue(t, d, outbox.Letter{ID: "a", To: "tb@cukhoi.example", Key: "k"})
			s.after = d.Close // the process dies while the server answers
			if _, err := worker(d, s.port, c).Step(context.Background()); err == nil {
				t.Fatal("the commit went through a closed store")
			}
			s.after = nil
			d = open() // the next process
			defer d.Close()
			w := worker(d, s.port, c)
			if n := step(t, w); n != 0 {
				t.Fatalf("%d sent while the dead process held the lease", n)
			}
			c.add(6 * time.Minute)
			if n := step(t, w); n != 1 {
				t.Fatalf("%d sent after the lease, want 1", n)
			}
			c.add(24 * time.Hour)
			step(t, w)
			if got := s.ids(); len(got) != 2 || got[0] != got[1] {
				t.Errorf("Message-IDs %v, want the same twice", got)
			}
		})
	}
}

func TestATemporaryRefusalIsTriedAgainWithGrowingPauses(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		s, c := serve(t), &clock{at: time.Now()}
		s.answer = func(string) error { return &smtp.SMTPError{Code: 451, Message: "greylisted"} }
		queue(t, d, outbox.Letter{ID: "a", To: "tb@cukhoi.example", Key: "k"})
		w := worker(d, s.port, c)
		for _, minutes := range []int{1, 2, 4} {
			if n := step(t, w); n != 0 {
				t.Fatalf("%d sent against a refusal", n)
			}
			c.add(time.Duration(minutes)*time.Minute - time.Second)
			before := tries(t, d)
			step(t, w)
			if tries(t, d) != before {
				t.Fatalf("tried again before %d minutes", minutes)
			}
			c.add(2 * time.Second)
		}
		s.mu.Lock()
		s.answer = nil
		s.mu.Unlock()
		if n := step(t, w); n != 1 {
			t.Errorf("%d sent when the server takes it, want 1", n)
		}
	})
}

func tries(t *testing.T, d *db.DB) (n int) {
	t.Helper()
	if err := d.Read(t.Context(), func(tx *db.Tx) error { return tx.Get(&n, "SELECT tries FROM mail WHERE id = 'a'") }); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestARefusalForGoodEndsALetterAndNotTheNext(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		s, c := serve(t), &clock{at: time.Now()}
		s.answer = func(to string) error {
			if to == "nobody@cukhoi.example" {
				return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such user"}
			}
			return nil
		}
		queue(t, d,
			outbox.Letter{ID: "a", To: "nobody@cukhoi.example", Key: "k"},
			outbox.Letter{ID: "b", To: "not an address", Key: "k"},
			outbox.Letter{ID: "c", To: "tb@cukhoi.example", Key: "k"})
		if n := step(t, worker(d, s.port, c)); n != 1 {
			t.Errorf("%d sent, want 1", n)
		}
		got := states(t, d)
		if got["a"] != outbox.Failed || got["b"] != outbox.Failed || got["c"] != outbox.Sent {
			t.Errorf("states = %v", got)
		}
	})
}

func TestAServerThatIsDownLosesNothing(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		s, c := serve(t), &clock{at: time.Now()}
		if err := s.stop(); err != nil {
			t.Fatal(err)
		}
		queue(t, d, outbox.Letter{ID: "a", To: "tb@cukhoi.example", Key: "k"})
		if n := step(t, worker(d, s.port, c)); n != 0 {
			t.Fatalf("%d sent to nobody", n)
		}
		c.add(2 * time.Minute)
		up := serve(t)
		if n := step(t, worker(d, up.port, c)); n != 1 {
			t.Errorf("%d sent after the server came back, want 1", n)
		}
	})
}

func TestAnOldLetterIsNotSentWhenAServerComesAtLast(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		s, c := serve(t), &clock{at: time.Now()}
		queue(t, d, outbox.Letter{ID: "a", To: "tb@cukhoi.example", Key: "k", At: instant.Of(c.at)})
		c.add(4 * 24 * time.Hour)
		queue(t, d, outbox.Letter{ID: "b", To: "tb@cukhoi.example", Key: "k", At: instant.Of(c.at)})
		if n := step(t, worker(d, s.port, c)); n != 1 || states(t, d)["a"] != outbox.Failed {
			t.Errorf("%d sent, %v", n, states(t, d))
		}
	})
}

func TestTwoWorkersSendEachLetterOnce(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		s, c := serve(t), &clock{at: time.Now()}
		const letters = 20
		for i := range letters {
			queue(t, d, outbox.Letter{ID: fmt.Sprint("l", i), To: "tb@cukhoi.example", Key: "k"})
		}
		var wg sync.WaitGroup
		for range 2 {
			wg.Go(func() {
				if _, err := worker(d, s.port, c).Step(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		seen := map[string]bool{}
		for _, id := range s.ids() {
			if seen[id] {
				t.Errorf("%s came twice", id)
			}
			seen[id] = true
		}
		if len(seen) != letters {
			t.Errorf("%d letters, want %d", len(seen), letters)
		}
	})
}
