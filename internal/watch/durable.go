package watch

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"phaodai/internal/db"
)

// Follower works through the change log with a cursor that is kept in the
// store: what a capability on the right does, one on the left sees, also after
// a restart. Every change is given at least once, in commit order; when the
// process ends between a change and its cursor, it is given again, so what the
// handler does must be right when done twice. Of several processes one at a
// time gets ahead; the others go on from where it is.
type Follower struct {
	store  *db.DB
	name   string
	handle func(context.Context, db.Logged) error
	log    *slog.Logger
	hint   chan struct{}
}

// NewFollower returns a follower. On its first start it begins at the end of
// the log.
func NewFollower(ctx context.Context, store *db.DB, name string, handle func(context.Context, db.Logged) error, log *slog.Logger) (*Follower, error) {
	end, err := store.End(ctx)
	if err != nil {
		return nil, err
	}
	err = store.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec("INSERT INTO follower (name, xid, seq) VALUES ($1, $2, $3) ON CONFLICT (name) DO NOTHING", name, end.Xid, end.Seq)
		return err
	})
	f := &Follower{store: store, name: name, handle: handle, log: log, hint: make(chan struct{}, 1)}
	store.OnCommit(func() {
		select {
		case f.hint <- struct{}{}:
		default:
		}
	})
	return f, err
}

// Run follows until ctx ends. A change whose handler fails is tried again,
// with a pause, before any later one.
func (f *Follower) Run(ctx context.Context) {
	wait := poll
	for ctx.Err() == nil {
		n, err := f.Step(ctx)
		switch {
		case err == nil && n > 0:
			wait = poll
			continue
		case err == nil:
			wait = poll
		case ctx.Err() == nil:
			f.log.Error("a follower of the change log failed; it tries again", "follower", f.name, "err", err)
			wait = min(2*wait, 30*time.Second)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		case <-f.quick(err):
		}
	}
}

// quick is the hint of new commits, which a failing follower does not hear.
func (f *Follower) quick(err error) <-chan struct{} {
	if err != nil {
		return nil
	}
	return f.hint
}

// Step works through the changes that are there now, and tells how many.
func (f *Follower) Step(ctx context.Context) (int, error) {
	at, err := f.cursor(ctx)
	if err != nil {
		return 0, err
	}
	changes, err := f.store.Follow(ctx, at, batch)
	if err != nil {
		return 0, err
	}
	for i, c := range changes {
		if err := f.handle(ctx, c); err != nil {
			return i, errors.Join(fmt.Errorf("watch: %s %s %s: %w", c.Kind, c.What, c.Subject, err), f.keep(ctx, at, changes[:i]))
		}
	}
	return len(changes), f.keep(ctx, at, changes)
}

func (f *Follower) cursor(ctx context.Context) (db.Cursor, error) {
	var row struct {
		Xid int64 `db:"xid"`
		Seq int64 `db:"seq"`
	}
	err := f.store.Read(ctx, func(tx *db.Tx) error {
		return tx.Get(&row, "SELECT xid, seq FROM follower WHERE name = $1", f.name)
	})
	return db.Cursor(row), err
}

// keep moves the cursor behind what was done, unless another process did.
func (f *Follower) keep(ctx context.Context, from db.Cursor, done []db.Logged) error {
	if len(done) == 0 {
		return nil
	}
	to := done[len(done)-1].Cursor
	return f.store.Write(context.WithoutCancel(ctx), func(tx *db.Tx) error {
		_, err := tx.Exec("UPDATE follower SET xid = $1, seq = $2 WHERE name = $3 AND xid = $4 AND seq = $5",
			to.Xid, to.Seq, f.name, from.Xid, from.Seq)
		return err
	})
}
