// Package backup writes a whole store into one portable archive while it is in
// use, and reads it back into an empty store of either engine.
//
// Guarantees: the archive is one consistent moment; it ends with a sum over
// everything before it, which is checked before the restored rows count; a
// restore is one transaction, so that a damaged archive leaves the store empty;
// files, accounts and the audit with its seals are inside. The audit's key is
// not: it stays in the data folder, and is to be kept apart.
//
// The archive is gzip over lines of JSON: a head, then for each table a line
// with its name and columns, its rows as arrays, and their number.
package backup

import (
	"bufio"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"io"
	"time"

	"phaodai/internal/db"
)

const format = 1

// Head is the first line of an archive.
type Head struct {
	Format     int               `json:"phaodai_backup"`
	Version    string            `json:"version"` // of the program that wrote it
	Engine     db.Engine         `json:"engine"`
	At         time.Time         `json:"at"`
	Migrations map[string]string `json:"migrations"` // name to checksum
}

type tableLine struct {
	Table   string   `json:"table"`
	Columns []string `json:"columns"`
}

type countLine struct {
	End  string `json:"end"`
	Rows int64  `json:"rows"`
}

type sumLine struct {
	Sum string `json:"sha256"`
}

// blobValue is how bytes are written.
type blobValue struct {
	Base64 string `json:"b64"`
}

// Progress is told which table is being written or read, and how many rows so far.
type Progress func(table string, rows int64)

// Write writes the archive of a store at this moment.
func Write(ctx context.Context, store *db.DB, version string, at time.Time, to io.Writer, progress Progress) error {
	zip := gzip.NewWriter(to)
	w := &writer{sum: sha256.New(), progress: progress}
	w.out = bufio.NewWriterSize(io.MultiWriter(zip, w.sum), 64<<10)
	err := store.Read(ctx, func(tx *db.Tx) error { return w.all(tx, version, at) })
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	if err := w.out.Flush(); err != nil {
		return err
	}
	last, err := json.Marshal(sumLine{hex.EncodeToString(w.sum.Sum(nil))})
	if err != nil {
		return err
	}
	if _, err := zip.Write(append(last, '\n')); err != nil {
		return err
	}
	return zip.Close()
}

type writer struct {
	out      *bufio.Writer
	sum      hash.Hash
	progress Progress
}

func (w *writer) line(v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	_, err = w.out.Write(append(b, '\n'))
	return err
}

func (w *writer) all(tx *db.Tx, version string, at time.Time) error {
	migrations, err := migrations(tx)
	if err != nil {
		return err
	}
	if err := w.line(Head{format, version, tx.Engine(), at.UTC(), migrations}); err != nil {
		return err
	}
	list, err := tables(tx)
	if err != nil {
		return err
	}
	for _, t := range list {
		if err := w.table(tx, t); err != nil {
			return fmt.Errorf("table %s: %w", t.name, err)
		}
	}
	return nil
}

func migrations(tx *db.Tx) (map[string]string, error) {
	var rows []struct {
		Name     string `db:"name"`
		Checksum string `db:"checksum"`
	}
	if err := tx.Select(&rows, "SELECT name, checksum FROM migration"); err != nil {
		return nil, err
	}
	out := map[string]string{}
	for _, r := range rows {
		out[r.Name] = r.Checksum
	}
	return out, nil
}

func (w *writer) table(tx *db.Tx, t table) error {
	if err := w.line(tableLine{t.name, t.columns}); err != nil {
		return err
	}
	values, into := make([]any, len(t.columns)), make([]any, len(t.columns))
	for i := range values {
		into[i] = &values[i]
	}
	var rows int64
	err := tx.Rows(t.selectSQL(tx.Engine()), nil, func(scan func(...any) error) error {
		if err := scan(into...); err != nil {
			return err
		}
		for i, v := range values {
			if b, ok := v.([]byte); ok {
				values[i] = blobValue{base64.StdEncoding.EncodeToString(b)}
			}
		}
		if rows++; w.progress != nil && rows%1000 == 0 {
			w.progress(t.name, rows)
		}
		return w.line(values)
	})
	if err != nil {
		return err
	}
	if w.progress != nil {
		w.progress(t.name, rows)
	}
	return w.line(countLine{t.name, rows})
}
