package backup

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"maps"
	"slices"

	"phaodai/internal/db"
	"phaodai/internal/fault"
)

// maxLine bounds a line: a chunk of a file in base64 and its columns.
const maxLine = 16 << 20

// Read restores an archive into a store that was migrated and
// never used.
func Read(ctx context.Context, store *db.DB, from io.Reader, progress Progress) (Head, error) {
	r, err := open(from, progress)
	if err != nil {
		return Head{}, err
	}
	err = store.Write(ctx, func(tx *db.Tx) error {
		if r.used { // the archive is a stream: it cannot be read a second time
			return errors.New("backup: the transaction was interrupted; restore again")
		}
		r.used = true
		return r.restore(tx)
	})
	return r.head, err
}

// Check reads an archive to its end without a store, and tells what it holds.
func Check(from io.Reader) (Head, map[string]int64, error) {
	r, err := open(from, nil)
	if err != nil {
		return Head{}, nil, err
	}
	rows := map[string]int64{}
	err = r.tables(func(t tableLine) error { return nil }, func(t tableLine, _ []any) error {
		rows[t.Table]++
		return nil
	})
	return r.head, rows, err
}

type reader struct {
	in       *bufio.Reader
	sum      hash.Hash
	head     Head
	used     bool
	progress Progress
}

func damaged(why string) error {
	return fault.Wrap(errors.New("backup: "+why), fault.Invalid, "admin.backup_damaged", "Problem", why)
}

func open(from io.Reader, progress Progress) (*reader, error) {
	zip, err := gzip.NewReader(from)
	if err != nil {
		return nil, damaged("not an archive")
	}
	r := &reader{in: bufio.NewReaderSize(zip, 64<<10), sum: sha256.New(), progress: progress}
	line, err := r.line()
	if err != nil {
		return nil, err
	}
	if json.Unmarshal(line, &r.head) != nil || r.head.Format != format {
		return nil, damaged("not an archive of this program")
	}
	return r, nil
}

// line reads one line; all but the last count for the sum.
func (r *reader) line() ([]byte, error) {
	var b []byte
	for {
		part, err := r.in.ReadSlice('\n')
		b = append(b, part...)
		switch {
		case len(b) > maxLine:
			return nil, damaged("a line is too long")
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case err != nil:
			return nil, damaged("it ends too early")
		}
		if !bytes.HasPrefix(b, []byte(`{"sha256":`)) {
			r.sum.Write(b)
		}
		return b, nil
	}
}

// tables walks through the archive and checks counts and the sum.
func (r *reader) tables(begin func(tableLine) error, row func(tableLine, []any) error) error {
	for {
		line, err := r.line()
		if err != nil {
			return err
		}
		var t tableLine
		var s sumLine
		if json.Unmarshal(line, &s) == nil && s.Sum != "" {
			if s.Sum != hex.EncodeToString(r.sum.Sum(nil)) {
				return damaged("its sum is wrong")
			}
			return nil
		}
		if json.Unmarshal(line, &t) != nil || t.Table == "" {
			return damaged("a table is expected")
		}
		if err := begin(t); err != nil {
			return err
		}
		if err := r.rows(t, row); err != nil {
			return err
		}
	}
}

func (r *reader) rows(t tableLine, row func(tableLine, []any) error) error {
	for n := int64(0); ; n++ {
		line, err := r.line()
		if err != nil {
			return err
		}
		if line[0] == '{' {
			var c countLine
			if json.Unmarshal(line, &c) != nil || c.End != t.Table || c.Rows != n {
				return damaged("rows of " + t.Table + " are missing")
			}
			return nil
		}
		values, err := decode(line, len(t.Columns))
		if err != nil {
			return err
		}
		if err := row(t, values); err != nil {
			return err
		}
		if r.progress != nil && n%1000 == 0 {
			r.progress(t.Table, n)
		}
	}
}

func decode(line []byte, columns int) ([]any, error) {
	d := json.NewDecoder(bytes.NewReader(line))
	d.UseNumber()
	var values []any
	if d.Decode(&values) != nil || len(values) != columns {
		return nil, damaged("a row is broken")
	}
	for i, v := range values {
		switch v := v.(type) {
		case json.Number:
			n, err := v.Int64()
			if err != nil {
				f, err := v.Float64()
				if err != nil {
					return nil, damaged("a number is broken")
				}
				values[i] = f
				continue
			}
			values[i] = n
		case map[string]any:
			text, _ := v["b64"].(string)
			b, err := base64.StdEncoding.DecodeString(text)
			if err != nil {
				return nil, damaged("a file is broken")
			}
			values[i] = b
		}
	}
	return values, nil
}

func (r *reader) restore(tx *db.Tx) error {
	have, err := migrations(tx)
	if err != nil {
		return err
	}
	if !maps.Equal(have, r.head.Migrations) {
		return fault.New(fault.Invalid, "admin.backup_schema", "Version", r.head.Version)
	}
	list, err := tables(tx)
	if err != nil {
		return err
	}
	if err := clear(tx, list); err != nil {
		return err
	}
	known := map[string]table{}
	for _, t := range list {
		known[t.name] = t
	}
	in := &inserter{tx: tx, known: known}
	if err := r.tables(in.begin, in.row); err != nil {
		return err
	}
	return in.finish(list)
}

// clear removes what migrations put into a new store, after making sure that
// nobody has used it.
func clear(tx *db.Tx, list []table) error {
	for _, name := range []string{"account", "audit", "change"} {
		var n int
		if err := tx.Get(&n, "SELECT COUNT(*) FROM (SELECT 1 FROM "+name+" LIMIT 1) x"); err != nil {
			return err
		}
		if n > 0 {
			return fault.New(fault.Conflict, "admin.restore_not_empty", "Table", name)
		}
	}
	for _, t := range slices.Backward(list) {
		if _, err := tx.Exec("DELETE FROM " + t.name); err != nil {
			return err
		}
	}
	return nil
}

// inserter collects rows of a table and inserts them some at a time.
type inserter struct {
	tx    *db.Tx
	known map[string]table
	t     table
	line  tableLine
	xid   int
	rows  int
	args  []any
}

func (in *inserter) begin(line tableLine) error {
	if err := in.flush(); err != nil {
		return err
	}
	t, ok := in.known[line.Table]
	if !ok || !slices.Equal(t.columns, line.Columns) {
		return damaged("the table " + line.Table + " is not of this version")
	}
	in.t, in.line, in.xid = t, line, slices.Index(line.Columns, "xid")
	return nil
}

func (in *inserter) row(_ tableLine, values []any) error {
	if in.xid >= 0 {
		n, ok := values[in.xid].(int64)
		if !ok {
			return damaged("a transaction number is broken")
		}
		values[in.xid] = restoredXid(in.tx.Engine(), in.t.name, n)
	}
	in.args = append(in.args, values...)
	if in.rows++; in.rows < 50 && in.t.name != "blob_chunk" {
		return nil
	}
	return in.flush()
}

func (in *inserter) flush() error {
	if in.rows == 0 {
		return nil
	}
	_, err := in.tx.Exec(in.t.insertSQL(in.tx.Engine(), in.line.Columns, in.rows), in.args...)
	in.rows, in.args = 0, in.args[:0]
	if err != nil {
		return fmt.Errorf("backup: table %s: %w", in.t.name, err)
	}
	return nil
}

// finish inserts the rest and lets PostgreSQL number on after what was there.
func (in *inserter) finish(list []table) error {
	if err := in.flush(); err != nil {
		return err
	}
	for _, t := range list {
		if t.identity == "" || in.tx.Engine() != db.Postgres {
			continue
		}
		var n int64
		err := in.tx.Get(&n, fmt.Sprintf(`SELECT setval(pg_get_serial_sequence('%s', '%s'), COALESCE(MAX(%s), 0) + 1, false) FROM %s`,
			t.name, t.identity, t.identity, t.name))
		if err != nil {
			return err
		}
	}
	return nil
}
