package job

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/instant"
)

// Progress tells how far a job is: done of total units, total 0 while unknown.
type Progress func(done, total int64)

// Handler does a job. A fault that another try cannot mend (wrong input, too
// large) fails it at once, any other error is tried again later.
type Handler func(ctx context.Context, j Job, progress Progress) error

// Clock tells world time (for the change log) and wall time.
type Clock interface {
	Now() instant.Micros
	Wall() instant.Micros
}

// Setting are the times of a runner; zero fields take the defaults.
type Setting struct {
	Workers  int           // side by side, 2
	Lease    time.Duration // 1 minute
	Beat     time.Duration // how often a lease is looked at, 1 second
	Poll     time.Duration // how often work is looked for, 500 ms
	Timeout  time.Duration // of one attempt, 15 minutes
	Attempts int64         // before a job has failed, 5
	Backoff  time.Duration // before the second attempt, doubled each time, 10 s
}

func (s Setting) complete() Setting {
	set := func(d *time.Duration, v time.Duration) {
		if *d == 0 {
			*d = v
		}
	}
	set(&s.Lease, time.Minute)
	set(&s.Beat, time.Second)
	set(&s.Poll, 500*time.Millisecond)
	set(&s.Timeout, 15*time.Minute)
	set(&s.Backoff, 10*time.Second)
	if s.Workers == 0 {
		s.Workers = 2
	}
	if s.Attempts == 0 {
		s.Attempts = 5
	}
	return s
}

// Runner takes and does jobs.
type Runner struct {
	store    *db.DB
	clock    Clock
	log      *slog.Logger
	setting  Setting
	handlers map[string]Handler
	hint     chan struct{}
}

// NewRunner returns a runner without handlers.
func NewRunner(store *db.DB, clock Clock, log *slog.Logger, s Setting) *Runner {
	r := &Runner{store: store, clock: clock, log: log, setting: s.complete(),
		handlers: map[string]Handler{}, hint: make(chan struct{}, 1)}
	store.OnCommit(r.wake)
	return r
}

// Handle names the handler of a kind. All kinds are named before Run.
func (r *Runner) Handle(kind string, h Handler) {
	if r.handlers[kind] != nil {
		panic("job: two handlers for " + kind)
	}
	r.handlers[kind] = h
}

func (r *Runner) wake() {
	select {
	case r.hint <- struct{}{}:
	default:
	}
}

// Run works until ctx ends, then gives what it has in hand back to the queue.
func (r *Runner) Run(ctx context.Context) {
	var wg sync.WaitGroup
	for range r.setting.Workers {
		wg.Go(func() { r.work(ctx) })
	}
	wg.Wait()
}

func (r *Runner) work(ctx context.Context) {
	ticker := time.NewTicker(r.setting.Poll)
	defer ticker.Stop()
	for ctx.Err() == nil {
		did, err := r.Step(ctx)
		if err != nil && ctx.Err() == nil {
			r.log.Error("taking a job failed; it is tried again", "err", err)
		}
		if did && err == nil {
			continue
		}
		select {
		case <-ctx.Done():
		case <-ticker.C:
		case <-r.hint:
		}
	}
}

// Step does one job if any waits, and tells whether it did.
func (r *Runner) Step(ctx context.Context) (bool, error) {
	j, err := r.take(ctx)
	if errors.Is(err, db.ErrNoRow) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	r.do(ctx, j)
	return true, nil
}

// take claims the job that waited longest. Finding it is a read; only a find
// makes a write, whose condition lets one of several workers through.
func (r *Runner) take(ctx context.Context) (Job, error) {
	if len(r.handlers) == 0 {
		return Job{}, db.ErrNoRow
	}
	now := r.clock.Wall()
	args := []any{int64(now)}
	var marks []string
	for kind := range r.handlers {
		args = append(args, kind)
		marks = append(marks, fmt.Sprintf("$%d", len(args)))
	}
	query := "SELECT " + columns + ` FROM job WHERE state IN ('waiting', 'running') AND next_at <= $1
		AND kind IN (` + strings.Join(marks, ", ") + ") ORDER BY next_at, key LIMIT 1"
	for {
		var j Job
		err := r.store.Read(ctx, func(tx *db.Tx) error { return tx.Get(&j, query, args...) })
		if err != nil {
			return Job{}, err
		}
		if j, ok, err := r.claim(ctx, j, now); ok || err != nil {
			return j, err
		}
	}
}

func (r *Runner) claim(ctx context.Context, j Job, now instant.Micros) (Job, bool, error) {
	if j.Attempts >= r.setting.Attempts { // it killed its worker each time
		return j, false, r.end(ctx, j, Failed, "job.died")
	}
	var n int64
	err := r.store.Write(ctx, func(tx *db.Tx) (err error) {
		n, err = tx.Exec(`UPDATE job SET state = 'running', attempts = attempts + 1, next_at = $1
			WHERE key = $2 AND attempts = $3 AND next_at = $4 AND state IN ('waiting', 'running')`,
			int64(now.Add(r.setting.Lease)), j.Key, j.Attempts, int64(j.NextAt))
		return err
	})
	j.State = Running
	j.Attempts++
	return j, n == 1 && err == nil, err
}

// do runs the handler while a second goroutine keeps the lease.
func (r *Runner) do(ctx context.Context, j Job) {
	work, cancel := context.WithTimeoutCause(ctx, r.setting.Timeout, fault.New(fault.TooLarge, "job.timeout"))
	defer cancel()
	held := &lease{runner: r, job: j, lost: make(chan struct{})}
	done := make(chan struct{})
	var keeper sync.WaitGroup
	keeper.Go(func() { held.keep(work, done, cancel) })
	err := r.call(work, j, held.progress)
	if err != nil && work.Err() != nil {
		err = context.Cause(work)
	}
	close(done)
	keeper.Wait()
	select {
	case <-held.lost:
		r.log.Info("a job was cancelled or passed to another worker", "kind", j.Kind, "key", j.Key)
		return
	default:
	}
	// The ending is written also while the process stops.
	if err := r.finish(context.WithoutCancel(ctx), ctx.Err() != nil, j, err); err != nil {
		r.log.Error("ending a job failed; its lease will run out", "kind", j.Kind, "err", err)
	}
}

func (r *Runner) call(ctx context.Context, j Job, p Progress) (err error) {
	defer func() {
		if x := recover(); x != nil {
			err = fmt.Errorf("job: panic: %v", x)
		}
	}()
	return r.handlers[j.Kind](ctx, j, p)
}

func (r *Runner) finish(ctx context.Context, stopping bool, j Job, err error) error {
	switch {
	case err == nil:
		return r.end(ctx, j, Done, "")
	case errors.Is(err, ErrLost):
		return nil
	case stopping: // not the job's fault: the next process takes it at once
		return r.back(ctx, j, 0, "", true)
	}
	r.log.Warn("a job failed", "kind", j.Kind, "key", j.Key, "attempt", j.Attempts, "err", err)
	if final(err) || j.Attempts >= r.setting.Attempts {
		return r.end(ctx, j, Failed, fault.KeyOf(err))
	}
	return r.back(ctx, j, r.setting.Backoff<<(j.Attempts-1), fault.KeyOf(err), false)
}

// final tells whether another try could not end otherwise.
func final(err error) bool {
	switch fault.KindOf(err) {
	case fault.Internal, fault.Unavailable, fault.Conflict:
		return false
	default:
		return true
	}
}

func (r *Runner) end(ctx context.Context, j Job, s State, key string) error {
	return r.store.Write(ctx, func(tx *db.Tx) error {
		n, err := tx.Exec(`UPDATE job SET state = $1, error = $2, ended_at = $3
			WHERE key = $4 AND attempts = $5 AND state IN ('waiting', 'running')`,
			string(s), key, int64(r.clock.Wall()), j.Key, j.Attempts)
		if err != nil || n == 0 {
			return err
		}
		return changed(tx, r.clock.Now(), j.Key, s)
	})
}

// back returns a job to the queue. A try that the stop of the process cut off
// is not counted.
func (r *Runner) back(ctx context.Context, j Job, wait time.Duration, key string, uncount bool) error {
	attempts := j.Attempts
	if uncount {
		attempts--
	}
	return r.store.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`UPDATE job SET state = 'waiting', next_at = $1, error = $2, attempts = $3
			WHERE key = $4 AND attempts = $5 AND state = 'running'`,
			int64(r.clock.Wall().Add(wait)), key, attempts, j.Key, j.Attempts)
		return err
	})
}
