package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5/pgconn"
)

// groupLimit bounds how many transactions share one commit on SQLite, so that
// the first of them does not wait long for the last.
const groupLimit = 64

// writer runs the write transactions of a SQLite file in turn. Those that wait
// when one begins share its commit, each in its own savepoint.
type writer struct {
	pool  *sql.DB
	db    *DB
	queue chan *writeJob
	stop  chan struct{}
	done  chan struct{}
	once  sync.Once
}

type writeJob struct {
	ctx   context.Context
	fn    func(*Tx) error
	after []func()
	err   error
	panic any
	done  chan struct{}
}

var errClosed = errors.New("db: closed")

func startWriter(pool *sql.DB, d *DB) *writer {
	w := &writer{
		pool: pool, db: d,
		queue: make(chan *writeJob, 4*groupLimit),
		stop:  make(chan struct{}), done: make(chan struct{}),
	}
	go w.run()
	return w
}

func (w *writer) do(ctx context.Context, fn func(*Tx) error) ([]func(), error) {
	job := &writeJob{ctx: context.WithoutCancel(ctx), fn: fn, done: make(chan struct{})}
	select {
	case w.queue <- job:
	case <-w.stop:
		return nil, errClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	select {
	case <-job.done:
	case <-w.done:
		return nil, errClosed
	}
	if job.panic != nil {
		panic(job.panic)
	}
	return job.after, job.err
}

func (w *writer) close() error {
	w.once.Do(func() { close(w.stop) })
	<-w.done
	return w.pool.Close()
}

func (w *writer) run() {
	defer close(w.done)
	for {
		select {
		case job := <-w.queue:
			w.group(job)
		case <-w.stop:
			return
		}
	}
}

// group runs first and those that wait behind it in one transaction, commits,
// and only then answers them.
func (w *writer) group(first *writeJob) {
	jobs := []*writeJob{first}
	tx, err := w.pool.BeginTx(context.Background(), nil)
	if err == nil {
		w.runJob(tx, first)
	collect:
		for len(jobs) < groupLimit {
			select {
			case job := <-w.queue:
				jobs = append(jobs, job)
				w.runJob(tx, job)
			default:
				break collect
			}
		}
		err = tx.Commit()
	}
	for _, job := range jobs {
		if err != nil && job.err == nil {
			job.err = fmt.Errorf("db: commit: %w", err)
		}
		close(job.done)
	}
}

// runJob runs one function in a savepoint, which a failure or panic undoes.
func (w *writer) runJob(tx *sql.Tx, job *writeJob) {
	t := &Tx{ctx: job.ctx, tx: tx, db: w.db}
	if _, err := t.Exec("SAVEPOINT job"); err != nil {
		job.err = err
		return
	}
	defer func() {
		if job.panic = recover(); job.panic != nil {
			job.err = fmt.Errorf("db: panic in a write: %v", job.panic)
		}
		end := "RELEASE job"
		if job.err != nil {
			end = "ROLLBACK TO job; RELEASE job"
		}
		if _, err := t.Exec(end); err != nil && job.err == nil {
			job.err = err
		}
		job.after = t.after
	}()
	job.err = job.fn(t)
}

// writePostgres runs fn at READ COMMITTED, again when PostgreSQL chose it as
// the victim of a deadlock.
func (d *DB) writePostgres(ctx context.Context, fn func(*Tx) error) ([]func(), error) {
	const tries = 5
	var err error
	for range tries {
		var after []func()
		if after, err = d.tryPostgres(ctx, fn); err == nil || !repeatable(err) {
			return after, err
		}
	}
	return nil, err
}

func (d *DB) tryPostgres(ctx context.Context, fn func(*Tx) error) ([]func(), error) {
	tx, err := d.pool.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelReadCommitted})
	if err != nil {
		return nil, fmt.Errorf("db: write: %w", err)
	}
	defer tx.Rollback()
	t := &Tx{ctx: ctx, tx: tx, db: d}
	if err := fn(t); err != nil {
		return nil, err
	}
	if err := tx.Commit(); err != nil {
		return nil, fmt.Errorf("db: commit: %w", err)
	}
	return t.after, nil
}

func repeatable(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && (pg.Code == "40001" || pg.Code == "40P01")
}

// Duplicate tells whether err is a broken unique key.
func Duplicate(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code == "23505"
	}
	return err != nil && strings.Contains(err.Error(), "UNIQUE constraint failed")
}
