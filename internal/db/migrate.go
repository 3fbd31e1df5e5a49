package db

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

//go:embed schema/*.sql
var schema embed.FS

// Migrate brings the store to the newest schema, each file of schema/ once and
// in one transaction with the note that it ran. A file that changed after it
// ran is an error: make a new file instead.
func (d *DB) Migrate(ctx context.Context) error {
	return d.Write(ctx, func(t *Tx) error {
		if err := t.Lock("schema", ""); err != nil {
			return err
		}
		if _, err := t.Exec(`CREATE TABLE IF NOT EXISTS migration (name TEXT PRIMARY KEY, checksum TEXT NOT NULL)`); err != nil {
			return err
		}
		names, err := fs.Glob(schema, "schema/*.sql")
		if err != nil {
			return err
		}
		for _, name := range names {
			if err := t.migrate(name); err != nil {
				return fmt.Errorf("db: migration %s: %w", name, err)
			}
		}
		return nil
	})
}

// Pending lists the files of the schema that have not run here, without
// running them.
func (d *DB) Pending(ctx context.Context) ([]string, error) {
	names, err := fs.Glob(schema, "schema/*.sql")
	if err != nil {
		return nil, err
	}
	var done []string
	err = d.Read(ctx, func(t *Tx) error { return t.Select(&done, "SELECT name FROM migration") })
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(names, func(name string) bool { return slices.Contains(done, name) }), nil
}

func (t *Tx) migrate(name string) error {
	text, err := schema.ReadFile(name)
	if err != nil {
		return err
	}
	hash := sha256.Sum256(text)
	sum := hex.EncodeToString(hash[:])
	var have string
	switch err := t.Get(&have, "SELECT checksum FROM migration WHERE name = $1", name); {
	case err == nil && have == sum:
		return nil
	case err == nil:
		return fmt.Errorf("the file changed after it ran")
	case err != ErrNoRow:
		return err
	}
	for _, statement := range Statements(dialect(t.db.engine, string(text))) {
		if _, err := t.Exec(statement); err != nil {
			return err
		}
	}
	_, err = t.Exec("INSERT INTO migration (name, checksum) VALUES ($1, $2)", name, sum)
	return err
}

// dialect replaces the few words in which the engines differ.
func dialect(engine Engine, text string) string {
	words := []string{"{{bytes}}", "BLOB", "{{identity}}", "INTEGER PRIMARY KEY AUTOINCREMENT", "{{xid}}", "INTEGER NOT NULL DEFAULT 0"}
	if engine == Postgres {
		// Text compares by bytes on both engines: sort keys and prefixes are made in Go.
		words = []string{
			" TEXT", ` TEXT COLLATE "C"`,
			"{{bytes}}", "BYTEA", "{{identity}}", "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
			"{{xid}}", "xid8 NOT NULL DEFAULT pg_current_xact_id()",
		}
	}
	return strings.NewReplacer(words...).Replace(text)
}

// Statements splits a schema file at semicolons that end a line, leaving out
// comment lines.
func Statements(text string) []string {
	var out []string
	var b strings.Builder
	for line := range strings.Lines(text) {
		if strings.HasPrefix(strings.TrimSpace(line), "--") {
			continue
		}
		b.WriteString(line)
		if strings.HasSuffix(strings.TrimSpace(line), ";") {
			out = append(out, strings.TrimSpace(b.String()))
			b.Reset()
		}
	}
	if rest := strings.TrimSpace(b.String()); rest != "" { // a remark stands behind its end
		out = append(out, rest)
	}
	return out
}
