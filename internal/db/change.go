package db

import (
	"context"
	"encoding/json"
	"fmt"

	"phaodai/internal/instant"
)

// Change is one entry of the change log: what a transaction did to what. It
// holds ids and field names, never personal values.
type Change struct {
	Kind    string // of the subject: "task", "document", "post" ...
	Subject string // its id
	Unit    string // id of the unit or office whose people it concerns, or ""
	What    string // a verb of the field: "dispatched", "accepted" ...
	Data    string // small JSON, or ""
}

// Logged is a change as read from the log.
type Logged struct {
	Cursor
	Change
	At instant.Micros // world time of the change
}

// Cursor is a place in the log. The zero Cursor is before the first change.
type Cursor struct {
	Xid int64 `json:"x"` // PostgreSQL transaction, 0 on SQLite
	Seq int64 `json:"s"`
}

// Changed writes an entry. at is the world time.
func (t *Tx) Changed(at instant.Micros, c Change) error {
	_, err := t.Exec(`INSERT INTO change (kind, subject, unit, what, data, at) VALUES ($1, $2, $3, $4, $5, $6)`,
		c.Kind, c.Subject, c.Unit, c.What, c.Data, int64(at))
	return err
}

// ChangedData is Changed with a value that is written as JSON.
func (t *Tx) ChangedData(at instant.Micros, c Change, data any) error {
	b, err := json.Marshal(data)
	if err != nil {
		return fmt.Errorf("db: change data: %w", err)
	}
	c.Data = string(b)
	return t.Changed(at, c)
}

type loggedRow struct {
	Xid     int64  `db:"xid"`
	Seq     int64  `db:"seq"`
	Kind    string `db:"kind"`
	Subject string `db:"subject"`
	Unit    string `db:"unit"`
	What    string `db:"what"`
	Data    string `db:"data"`
	At      int64  `db:"at"`
}

// On PostgreSQL a sequence number is taken before the commit, so a reader of
// "seq > last" would miss what commits late. Entries are read in the order of
// (transaction, seq), and only those of transactions older than every running
// one: nothing can come before them any more.
const followPostgres = `SELECT xid::text::bigint AS xid, seq, kind, subject, unit, what, data, at FROM change
	WHERE (xid, seq) > ($1::text::xid8, $2) AND xid < pg_snapshot_xmin(pg_current_snapshot())
	ORDER BY xid, seq LIMIT $3`

const followSQLite = `SELECT 0 AS xid, seq, kind, subject, unit, what, data, at FROM change
	WHERE $1 = $1 AND seq > $2 ORDER BY seq LIMIT $3`

// Follow returns the entries behind a cursor in commit order, at most limit.
func (d *DB) Follow(ctx context.Context, from Cursor, limit int) ([]Logged, error) {
	query, xid := followSQLite, any(from.Xid)
	if d.engine == Postgres {
		query, xid = followPostgres, any(fmt.Sprint(from.Xid))
	}
	var rows []loggedRow
	err := d.Read(ctx, func(t *Tx) error { return t.Select(&rows, query, xid, from.Seq, limit) })
	if err != nil {
		return nil, err
	}
	out := make([]Logged, len(rows))
	for i, r := range rows {
		out[i] = Logged{
			Cursor: Cursor{Xid: r.Xid, Seq: r.Seq},
			Change: Change{Kind: r.Kind, Subject: r.Subject, Unit: r.Unit, What: r.What, Data: r.Data},
			At:     instant.Micros(r.At),
		}
	}
	return out, nil
}

// End returns the cursor of the newest entry that Follow would return.
func (d *DB) End(ctx context.Context) (Cursor, error) {
	query := `SELECT 0 AS xid, COALESCE(MAX(seq), 0) AS seq FROM change`
	if d.engine == Postgres {
		query = `SELECT xid::text::bigint AS xid, seq FROM change
			WHERE xid < pg_snapshot_xmin(pg_current_snapshot()) ORDER BY xid DESC, seq DESC LIMIT 1`
	}
	var row struct {
		Xid int64 `db:"xid"`
		Seq int64 `db:"seq"`
	}
	err := d.Read(ctx, func(t *Tx) error { return t.Get(&row, query) })
	if err == ErrNoRow {
		return Cursor{}, nil
	}
	return Cursor(row), err
}
