// Package db is the one store of the system, on SQLite (embedded, the default)
// or PostgreSQL, through the same code and the same query texts.
//
// Guarantees:
//   - Write runs a function in one transaction: all of it is durable when
//     Write returns nil (SQLite: synchronous=FULL; PostgreSQL:
//     synchronous_commit=on), none of it otherwise.
//   - On SQLite one writer runs all transactions in turn and commits several
//     together when they arrive together (group commit); a failing one is
//     undone alone. On PostgreSQL transactions run side by side at READ
//     COMMITTED: lock what you read to change (Tx.Lock) and count with
//     Tx.Next. A deadlock is tried again, so the function may run more than
//     once and must have no effect outside the transaction; use
//     Tx.AfterCommit for those.
//   - Every transaction writes what it changed into the change log, which
//     every process follows in commit order (Follow).
//
// Queries use $1, $2 ... in order; moments are BIGINT microseconds
// (instant.Micros), truth is INTEGER 0 or 1, identifiers and JSON are TEXT.
package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/georgysavva/scany/v2/sqlscan"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite" // the driver "sqlite"
)

// Engine names the database behind a DB.
type Engine string

// The engines.
const (
	SQLite   Engine = "sqlite"
	Postgres Engine = "postgres"
)

// ErrNoRow is returned by Get when there is no row.
var ErrNoRow = errors.New("db: no row")

// DB is a store. It is safe for concurrent use.
type DB struct {
	engine Engine
	pool   *sql.DB // readers; on PostgreSQL also writers
	writer *writer // SQLite only
	scan   *sqlscan.API

	mu       sync.Mutex
	listener []func()
}

// Open opens a store: a postgres:// URL, or the path of a SQLite file that is
// made when it is missing. It does not migrate; call Migrate.
func Open(ctx context.Context, location string) (*DB, error) {
	d := &DB{scan: newScanner()}
	var err error
	if strings.HasPrefix(location, "postgres://") || strings.HasPrefix(location, "postgresql://") {
		err = d.openPostgres(location)
	} else {
		err = d.openSQLite(ctx, location)
	}
	if err != nil {
		return nil, err
	}
	if err := d.pool.PingContext(ctx); err != nil {
		d.Close()
		return nil, fmt.Errorf("db: open: %w", err)
	}
	return d, nil
}

// openPostgres opens a pool. Every connection asks for durable commits, whatever
// the server's own setting: an acknowledged write must survive it.
func (d *DB) openPostgres(location string) error {
	conf, err := pgx.ParseConfig(location)
	if err != nil {
		return fmt.Errorf("db: open: %w", err)
	}
	conf.RuntimeParams["synchronous_commit"] = "on"
	pool := stdlib.OpenDB(*conf)
	pool.SetMaxOpenConns(16)
	pool.SetMaxIdleConns(16)
	pool.SetConnMaxIdleTime(5 * time.Minute)
	d.engine, d.pool = Postgres, pool
	return nil
}

func (d *DB) openSQLite(ctx context.Context, path string) error {
	pool, err := sql.Open("sqlite", sqliteDSN(path, "deferred", "query_only(1)"))
	if err != nil {
		return fmt.Errorf("db: open: %w", err)
	}
	pool.SetMaxOpenConns(4)
	pool.SetMaxIdleConns(4)
	write, err := sql.Open("sqlite", sqliteDSN(path, "immediate"))
	if err != nil {
		pool.Close()
		return fmt.Errorf("db: open: %w", err)
	}
	write.SetMaxOpenConns(1)
	// The writer's first connection makes the file and sets WAL before a reader comes.
	if err := write.PingContext(ctx); err != nil {
		return errors.Join(fmt.Errorf("db: open: %w", err), pool.Close(), write.Close())
	}
	d.engine, d.pool = SQLite, pool
	d.writer = startWriter(write, d)
	return nil
}

// sqliteDSN puts the pragmas into the address, so that every connection of a
// pool has them.
func sqliteDSN(path, lock string, pragmas ...string) string {
	v := url.Values{"_txlock": {lock}}
	all := append([]string{
		"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(FULL)",
		"foreign_keys(1)", "temp_store(MEMORY)", "cache_size(-32000)",
	}, pragmas...)
	for _, p := range all {
		v.Add("_pragma", p)
	}
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + v.Encode()
}

// Engine tells which database is behind d.
func (d *DB) Engine() Engine { return d.engine }

// Close waits for running writes and closes all connections.
func (d *DB) Close() error {
	var err error
	if d.writer != nil {
		err = d.writer.close()
	}
	return errors.Join(err, d.pool.Close())
}

// Read runs fn on one consistent snapshot.
func (d *DB) Read(ctx context.Context, fn func(*Tx) error) error {
	level := sql.LevelDefault
	if d.engine == Postgres {
		level = sql.LevelRepeatableRead
	}
	tx, err := d.pool.BeginTx(ctx, &sql.TxOptions{ReadOnly: d.engine == Postgres, Isolation: level})
	if err != nil {
		return fmt.Errorf("db: read: %w", err)
	}
	defer tx.Rollback()
	return fn(&Tx{ctx: ctx, tx: tx, db: d})
}

// Write runs fn in one transaction and returns when its changes are durable.
// A cancelled context stops a write that has not begun, never one halfway.
func (d *DB) Write(ctx context.Context, fn func(*Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	var after []func()
	var err error
	if d.writer != nil {
		after, err = d.writer.do(ctx, fn)
	} else {
		after, err = d.writePostgres(context.WithoutCancel(ctx), fn)
	}
	if err != nil {
		return err
	}
	for _, f := range after {
		f()
	}
	d.wake()
	return nil
}

// OnCommit registers a hint that is called after commits of this process. It
// must not block; what is true stands in the change log, not in the hint.
func (d *DB) OnCommit(f func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.listener = append(d.listener, f)
}

func (d *DB) wake() {
	d.mu.Lock()
	listener := d.listener
	d.mu.Unlock()
	for _, f := range listener {
		f()
	}
}
