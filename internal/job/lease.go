package job

import (
	"context"
	"errors"
	"sync"
	"time"

	"phaodai/internal/db"
)

// lease is a worker's hold on one job.
type lease struct {
	runner *Runner
	job    Job
	lost   chan struct{} // closed when the job is no longer ours

	mu          sync.Mutex
	done, total int64
	dirty       bool
}

// progress only notes the figures; the keeper writes them with its next beat.
func (l *lease) progress(done, total int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.dirty = l.dirty || done != l.done || total != l.total
	l.done, l.total = done, total
}

// keep looks at the job at each beat, renews the lease when a third of it has
// gone or progress is to be shown, and cancels the work when the job is lost.
func (l *lease) keep(ctx context.Context, done <-chan struct{}, cancel func()) {
	ticker := time.NewTicker(l.runner.setting.Beat)
	defer ticker.Stop()
	renewed := l.runner.clock.Wall()
	for {
		select {
		case <-done:
			return
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		now := l.runner.clock.Wall()
		due := now.Sub(renewed) > l.runner.setting.Lease/3
		ours, err := l.beat(ctx, due)
		switch {
		case err != nil:
			l.runner.log.Warn("a lease could not be kept; it is tried again", "err", err)
			if now.Sub(renewed) < l.runner.setting.Lease {
				continue
			}
			fallthrough // nobody knows whose it is by now
		case !ours:
			close(l.lost)
			cancel()
			return
		case due:
			renewed = now
		}
	}
}

// beat renews the lease or only looks whether the job is still ours.
func (l *lease) beat(ctx context.Context, due bool) (ours bool, err error) {
	l.mu.Lock()
	done, total, dirty := l.done, l.total, l.dirty
	l.dirty = false
	l.mu.Unlock()
	j, r := l.job, l.runner
	if !due && !dirty {
		var one int
		err := r.store.Read(ctx, func(tx *db.Tx) error {
			return tx.Get(&one, "SELECT 1 FROM job WHERE key = $1 AND state <> 'cancelled' AND attempts = $2", j.Key, j.Attempts)
		})
		if errors.Is(err, db.ErrNoRow) {
			return false, nil
		}
		return err == nil, err
	}
	err = r.store.Write(ctx, func(tx *db.Tx) error {
		n, err := tx.Exec(`UPDATE job SET next_at = $1, done = $2, total = $3 WHERE key = $4 AND state IN ('running', 'done') AND attempts = $5`,
			int64(r.clock.Wall().Add(r.setting.Lease)), done, total, j.Key, j.Attempts)
		ours = n == 1
		if err != nil || !ours {
			return err
		}
		return changed(tx, r.clock.Now(), j.Key, Running)
	})
	return ours, err
}
