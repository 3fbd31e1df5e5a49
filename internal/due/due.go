// Package due keeps what the law or an order times: reminders, cadences,
// escalations, expiries. Each is a row (kind, subject, step, at) that is done
// exactly once, in order of its time, in one transaction with what it causes.
//
// The sweep follows the world clock and steps through what became due: when
// the clock jumps over three days, handlers see each row with the time at
// which it was due, oldest first, and what they schedule inside the jump comes
// in its turn.
package due

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"phaodai/internal/db"
	"phaodai/internal/instant"
)

// Item is one timed step of a subject.
type Item struct {
	Kind    string         `db:"kind"`
	Subject string         `db:"subject"`
	Step    string         `db:"step"`
	At      instant.Micros `db:"at"`
}

// Handler does what became due, inside the transaction that marks it done. An
// item whose reason has gone (the task was closed) is simply let pass.
type Handler func(tx *db.Tx, item Item) error

// Schedule adds items; one that exists already (done or not) stays as it is.
func Schedule(tx *db.Tx, items ...Item) error {
	for part := range slices.Chunk(items, 100) { // one way to the server for all of them
		var rows []string
		var values []any
		for _, it := range part {
			n := len(values)
			rows = append(rows, fmt.Sprintf("($%d, $%d, $%d, $%d)", n+1, n+2, n+3, n+4))
			values = append(values, it.Kind, it.Subject, it.Step, int64(it.At))
		}
		_, err := tx.Exec("INSERT INTO due (kind, subject, step, at) VALUES "+strings.Join(rows, ", ")+" ON CONFLICT (kind, subject, step) DO NOTHING", values...)
		if err != nil {
			return err
		}
	}
	return nil
}

// Cancel removes the open items of a subject, e.g. when its deadline moved.
// What was done stays done.
func Cancel(tx *db.Tx, kind, subject string) error {
	_, err := tx.Exec("DELETE FROM due WHERE kind = $1 AND subject = $2 AND done_at = 0", kind, subject)
	return err
}

// Sweeper runs due items. Several processes may sweep one store: a row is
// claimed by the update that marks it done.
type Sweeper struct {
	store    *db.DB
	now      func() instant.Micros
	log      *slog.Logger
	handlers map[string]Handler
}

// NewSweeper returns a sweeper without handlers; now is the world clock.
func NewSweeper(store *db.DB, now func() instant.Micros, log *slog.Logger) *Sweeper {
	return &Sweeper{store: store, now: now, log: log, handlers: map[string]Handler{}}
}

// Handle names the handler of a kind. All kinds are named before Run.
func (s *Sweeper) Handle(kind string, h Handler) {
	if s.handlers[kind] != nil {
		panic("due: two handlers for " + kind)
	}
	s.handlers[kind] = h
}

// Run sweeps until ctx ends, at each tick of poll.
func (s *Sweeper) Run(ctx context.Context, poll time.Duration) {
	ticker := time.NewTicker(poll)
	defer ticker.Stop()
	for {
		if _, err := s.Sweep(ctx); err != nil && ctx.Err() == nil {
			s.log.Error("due work failed; it is tried again", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// Sweep does everything that is due now and returns how many items it did. It
// stops at the first failure, so that nothing later overtakes what is earlier.
func (s *Sweeper) Sweep(ctx context.Context) (int, error) {
	done := 0
	for ctx.Err() == nil {
		item, err := s.oldest(ctx)
		if errors.Is(err, db.ErrNoRow) {
			return done, nil
		}
		if err != nil {
			return done, err
		}
		did, err := s.do(ctx, item)
		if err != nil {
			return done, fmt.Errorf("due: %s %s %s: %w", item.Kind, item.Subject, item.Step, err)
		}
		if did {
			done++
		}
	}
	return done, ctx.Err()
}

func (s *Sweeper) oldest(ctx context.Context) (item Item, err error) {
	err = s.store.Read(ctx, func(tx *db.Tx) error {
		return tx.Get(&item, `SELECT kind, subject, step, at FROM due WHERE done_at = 0 AND at <= $1
			ORDER BY done_at, at, kind, subject, step LIMIT 1`, int64(s.now()))
	})
	return item, err
}

func (s *Sweeper) do(ctx context.Context, item Item) (did bool, err error) {
	handler := s.handlers[item.Kind]
	if handler == nil {
		return false, fmt.Errorf("no handler")
	}
	err = s.store.Write(ctx, func(tx *db.Tx) error {
		did = false
		// The row is the lock: a second process waits here and then claims nothing.
		n, err := tx.Exec(`UPDATE due SET done_at = $1 WHERE kind = $2 AND subject = $3 AND step = $4 AND done_at = 0`,
			int64(s.now()), item.Kind, item.Subject, item.Step)
		if err != nil || n == 0 {
			return err
		}
		did = true
		return handler(tx, item)
	})
	return did, err
}
