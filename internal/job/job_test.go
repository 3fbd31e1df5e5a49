package job_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/instant"
	"phaodai/internal/job"
	"phaodai/internal/testkit"
)

type wall struct{}

func (wall) Now() instant.Micros  { return 1 }
func (wall) Wall() instant.Micros { return instant.Of(time.Now()) }

var quick = job.Setting{
	Lease: 400 * time.Millisecond, Beat: 20 * time.Millisecond, Poll: 10 * time.Millisecond,
	Backoff: time.Millisecond, Attempts: 3,
}

func runner(d *db.DB, s job.Setting) *job.Runner {
	return job.NewRunner(d, wall{}, slog.New(slog.DiscardHandler), s)
}

func enqueue(t *testing.T, d *db.DB, kind, key string, payload any) {
	t.Helper()
	err := d.Write(t.Context(), func(tx *db.Tx) error {
		return job.Enqueue(tx, wall{}.Wall(), job.Spec{Kind: kind, Key: key, Payload: payload})
	})
	if err != nil {
		t.Fatal(err)
	}
}

func get(t *testing.T, d *db.DB, key string) (j job.Job) {
	t.Helper()
	err := d.Read(t.Context(), func(tx *db.Tx) (err error) {
		j, err = job.Get(tx, key)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return j
}

func await(t *testing.T, d *db.DB, key string, want job.State) job.Job {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		if j := get(t, d, key); j.State == want {
			return j
		} else if time.Now().After(deadline) {
			t.Fatalf("job %s is %+v, want %s", key, j, want)
		}
	}
}

func TestEveryJobIsDoneByOneWorker(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		const n = 40
		var mu sync.Mutex
		did := map[int]int{}
		for range 2 { // two processes
			r := runner(d, quick)
			r.Handle("count", func(_ context.Context, j job.Job, _ job.Progress) error {
				var i int
				err := j.Decode(&i)
				mu.Lock()
				defer mu.Unlock()
				did[i]++
				return err
			})
			go r.Run(t.Context())
		}
		for i := range n {
			enqueue(t, d, "count", fmt.Sprint("k", i), i)
			enqueue(t, d, "count", fmt.Sprint("k", i), i+1000) // the key exists: changes nothing
		}
		for i := range n {
			await(t, d, fmt.Sprint("k", i), job.Done)
		}
		mu.Lock()
		defer mu.Unlock()
		for i := range n {
			if did[i] != 1 {
				t.Errorf("job %d ran %d times", i, did[i])
			}
		}
		if len(did) != n {
			t.Errorf("%d different jobs ran, want %d", len(did), n)
		}
	})
}

func TestFailuresAreTriedAgainUnlessTheInputIsWrong(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		r := runner(d, quick)
		var tries atomic.Int64
		r.Handle("shaky", func(_ context.Context, j job.Job, _ job.Progress) error {
			if tries.Add(1) < 3 {
				return fault.New(fault.Unavailable, "extract.missing")
			}
			return nil
		})
		r.Handle("wrong", func(context.Context, job.Job, job.Progress) error { return fault.New(fault.Invalid, "upload.broken") })
		r.Handle("defect", func(context.Context, job.Job, job.Progress) error { panic("boom") })
		go r.Run(t.Context())
		for _, k := range []string{"shaky", "wrong", "defect"} {
			enqueue(t, d, k, k, nil)
		}
		if j := await(t, d, "shaky", job.Done); j.Attempts != 3 || j.Error != "" {
			t.Errorf("shaky = %+v", j)
		}
		if j := await(t, d, "wrong", job.Failed); j.Attempts != 1 || j.Error != "upload.broken" {
			t.Errorf("wrong = %+v", j)
		}
		if j := await(t, d, "defect", job.Failed); j.Attempts != 3 || j.Error != "error.internal" {
			t.Errorf("defect = %+v", j)
		}
	})
}

// A worker that was killed leaves a row that nobody renews; another takes it
// soon after the lease, and the dead one's ending no longer counts.
func TestAKilledWorkersJobIsRescuedAndItsLateEndingRefused(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		enqueue(t, d, "read", "k", nil)
		var dead job.Job
		err := d.Write(t.Context(), func(tx *db.Tx) error { // as Runner.claim does, then silence
			_, err := tx.Exec("UPDATE job SET state = 'running', attempts = 1, next_at = $1 WHERE key = 'k'",
				int64(wall{}.Wall().Add(quick.Lease)))
			if err != nil {
				return err
			}
			dead, err = job.Get(tx, "k")
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		r := runner(d, quick)
		r.Handle("read", func(_ context.Context, j job.Job, p job.Progress) error {
			p(3, 60)
			return d.Write(t.Context(), func(tx *db.Tx) error {
				if err := job.Complete(tx, dead, 1, 1); !errors.Is(err, job.ErrLost) {
					t.Errorf("the dead worker's ending: %v, want ErrLost", err)
				}
				return job.Complete(tx, j, 1, 1)
			})
		})
		go r.Run(t.Context())
		if j := await(t, d, "k", job.Done); j.Attempts != 2 || time.Since(began) < quick.Lease/2 {
			t.Errorf("rescued as %+v after %v", j, time.Since(began))
		}
	})
}

func TestALongJobKeepsItsLeaseShowsProgressAndCanBeCancelled(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		began, ended := make(chan struct{}, 9), make(chan error, 9)
		lease := quick
		lease.Lease = 2 * time.Second // a machine that is busy renews it in time, too
		for range 2 {
			r := runner(d, lease)
			r.Handle("long", func(ctx context.Context, _ job.Job, p job.Progress) error {
				began <- struct{}{}
				p(7, 60)
				<-ctx.Done()
				ended <- ctx.Err()
				return ctx.Err()
			})
			go r.Run(t.Context())
		}
		enqueue(t, d, "long", "k", nil)
		<-began
		time.Sleep(3 * lease.Lease) // much longer than a lease
		if j := get(t, d, "k"); j.State != job.Running || j.Attempts != 1 || j.Done != 7 || j.Total != 60 {
			t.Errorf("after three leases: %+v", j)
		}
		err := d.Write(t.Context(), func(tx *db.Tx) error { return job.Cancel(tx, "k", 1, wall{}.Wall()) })
		if err != nil {
			t.Fatal(err)
		}
		select {
		case <-ended:
		case <-time.After(5 * time.Second):
			t.Error("the handler was not told of the cancellation")
		}
		time.Sleep(2 * quick.Poll)
		if j := get(t, d, "k"); j.State != job.Cancelled {
			t.Errorf("after the cancellation: %+v", j)
		}
		if len(began) != 0 {
			t.Error("a second worker had begun the job")
		}
	})
}

func TestAStopGivesTheJobBackAtOnce(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		ctx, stop := context.WithCancel(t.Context())
		r := runner(d, job.Setting{Poll: quick.Poll})
		began := make(chan struct{})
		r.Handle("long", func(ctx context.Context, _ job.Job, _ job.Progress) error {
			close(began)
			<-ctx.Done()
			return ctx.Err()
		})
		enqueue(t, d, "long", "k", nil)
		done := make(chan struct{})
		go func() { r.Run(ctx); close(done) }()
		<-began
		stop()
		<-done
		if j := get(t, d, "k"); j.State != job.Waiting || j.Attempts != 0 || j.NextAt > (wall{}).Wall() {
			t.Errorf("after the stop: %+v", j)
		}
	})
}
