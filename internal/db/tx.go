package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/georgysavva/scany/v2/dbscan"
	"github.com/georgysavva/scany/v2/sqlscan"
)

// Tx is a running transaction. It is not safe for concurrent use.
type Tx struct {
	ctx   context.Context
	tx    *sql.Tx
	db    *DB
	after []func()
}

func newScanner() *sqlscan.API {
	inner, err := sqlscan.NewDBScanAPI(dbscan.WithAllowUnknownColumns(false))
	if err != nil {
		panic(err) // the options are constants
	}
	api, err := sqlscan.NewAPI(inner)
	if err != nil {
		panic(err)
	}
	return api
}

// Context is the context of the caller.
func (t *Tx) Context() context.Context { return t.ctx }

// Engine tells which database this is. Only this package and migrations should
// need to ask.
func (t *Tx) Engine() Engine { return t.db.engine }

// Exec runs a statement and returns how many rows it changed.
func (t *Tx) Exec(query string, args ...any) (int64, error) {
	result, err := t.tx.ExecContext(t.ctx, query, args...)
	if err != nil {
		return 0, queryError(err, query)
	}
	return result.RowsAffected()
}

// Select reads all rows into dst, a pointer to a slice of structs (tag `db`)
// or of plain values.
func (t *Tx) Select(dst any, query string, args ...any) error {
	if err := t.db.scan.Select(t.ctx, t.tx, dst, query, args...); err != nil {
		return queryError(err, query)
	}
	return nil
}

// Get reads one row into dst. It returns ErrNoRow when there is none.
func (t *Tx) Get(dst any, query string, args ...any) error {
	err := t.db.scan.Get(t.ctx, t.tx, dst, query, args...)
	switch {
	case err == nil:
		return nil
	case sqlscan.NotFound(err):
		return ErrNoRow
	default:
		return queryError(err, query)
	}
}

// Rows streams rows: scan is called for each and reads it with its argument.
func (t *Tx) Rows(query string, args []any, each func(scan func(...any) error) error) error {
	rows, err := t.tx.QueryContext(t.ctx, query, args...)
	if err != nil {
		return queryError(err, query)
	}
	defer rows.Close()
	for rows.Next() {
		if err := each(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

// Insert adds one row: the fields of the struct that have a `db` tag.
func (t *Tx) Insert(table string, row any) error {
	columns, values := columnsOf(row)
	_, err := t.Exec(insertSQL(t.db.engine, table, columns, 1), values...)
	return err
}

// InsertAll adds many rows of one type, a hundred to a statement.
func InsertAll[T any](t *Tx, table string, rows []T) error {
	for len(rows) > 0 {
		n := min(len(rows), 100)
		var columns []string
		var values []any
		for _, row := range rows[:n] {
			var v []any
			columns, v = columnsOf(row)
			values = append(values, v...)
		}
		if _, err := t.Exec(insertSQL(t.db.engine, table, columns, n), values...); err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}

// insertSQL writes an INSERT of some rows. SQLite reads hundreds of numbered
// parameters many times slower than plain ones, so that it gets those.
func insertSQL(engine Engine, table string, columns []string, rows int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "INSERT INTO %s (%s) VALUES ", table, strings.Join(columns, ", "))
	n := 0
	for r := range rows {
		if r > 0 {
			b.WriteString(", ")
		}
		b.WriteByte('(')
		for c := range columns {
			if c > 0 {
				b.WriteString(", ")
			}
			if n++; engine == SQLite {
				b.WriteByte('?')
			} else {
				fmt.Fprintf(&b, "$%d", n)
			}
		}
		b.WriteByte(')')
	}
	return b.String()
}

// columnsOf lists the tagged fields of a struct, embedded structs included.
func columnsOf(row any) (columns []string, values []any) {
	v := reflect.Indirect(reflect.ValueOf(row))
	for i := range v.NumField() {
		field := v.Type().Field(i)
		tag := field.Tag.Get("db")
		switch {
		case field.Anonymous && tag == "":
			c, vals := columnsOf(v.Field(i).Interface())
			columns, values = append(columns, c...), append(values, vals...)
		case tag != "" && tag != "-":
			columns, values = append(columns, tag), append(values, portable(v.Field(i)))
		}
	}
	return columns, values
}

// portable turns a bool into 0 or 1: PostgreSQL does not take a bool for an
// INTEGER, and SQLite has no bool.
func portable(v reflect.Value) any {
	if v.Kind() == reflect.Bool {
		if v.Bool() {
			return 1
		}
		return 0
	}
	return v.Interface()
}

// Lock holds a named subject until the end of the transaction, so that two
// writers that read it before changing it come one after the other. SQLite has
// one writer anyway.
func (t *Tx) Lock(kind, subject string) error {
	if t.db.engine == SQLite {
		return nil
	}
	_, err := t.Exec("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", kind+"/"+subject)
	return err
}

// Next returns the next number of a gap-free counter that starts at 1. The
// number is given back when the transaction fails.
func (t *Tx) Next(counter string) (int64, error) { return t.NextOf(counter, 1) }

// NextOf takes so many numbers of a counter at once and returns the last of them.
func (t *Tx) NextOf(counter string, count int) (int64, error) {
	var n int64
	err := t.Get(&n, `INSERT INTO counter (name, value) VALUES ($1, $2)
		ON CONFLICT (name) DO UPDATE SET value = counter.value + $2 RETURNING value`, counter, count)
	return n, err
}

// Once claims a client's request key. When the key was used before, it returns
// false and the result that was kept then, so that a repeated send changes
// nothing and answers the same. An empty key is always new.
func (t *Tx) Once(key string) (first bool, result string, err error) {
	if key == "" {
		return true, "", nil
	}
	n, err := t.Exec("INSERT INTO once (key, result) VALUES ($1, '') ON CONFLICT (key) DO NOTHING", key)
	if err != nil || n == 1 {
		return err == nil, "", err
	}
	err = t.Get(&result, "SELECT result FROM once WHERE key = $1", key)
	return false, result, err
}

// Keep stores the result of a claimed request key.
func (t *Tx) Keep(key, result string) error {
	if key == "" {
		return nil
	}
	_, err := t.Exec("UPDATE once SET result = $1 WHERE key = $2", result, key)
	return err
}

// AfterCommit runs f once the transaction is durable.
func (t *Tx) AfterCommit(f func()) { t.after = append(t.after, f) }

func queryError(err error, query string) error {
	if errors.Is(err, context.Canceled) {
		return err
	}
	return fmt.Errorf("db: %w in %q", err, strings.Join(strings.Fields(query), " "))
}
