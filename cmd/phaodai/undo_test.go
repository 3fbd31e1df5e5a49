package main

import (
	"fmt"
	"strings"
	"testing"

	"phaodai/internal/db"
)

// undo takes back everything that was written to a SQLite store since the last
// time, so that every request of a walk meets the same world. Triggers on every
// table keep the statements that would take each change back.
type undo struct {
	t     *testing.T
	store *db.DB
}

func newUndo(t *testing.T, store *db.DB) *undo {
	t.Helper()
	u := &undo{t, store}
	u.write(func(tx *db.Tx) error {
		var tables []string
		err := tx.Select(&tables, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
		if err != nil {
			return err
		}
		if _, err := tx.Exec("CREATE TABLE walked_back (n INTEGER PRIMARY KEY, statement TEXT NOT NULL)"); err != nil {
			return err
		}
		for _, table := range tables {
			if err := watchTable(tx, table); err != nil {
				return err
			}
		}
		return nil
	})
	return u
}

// watchTable makes the triggers of one table. A table without a rowid of its own
// is found by its key.
func watchTable(tx *db.Tx, table string) error {
	var columns, keys []string
	if err := tx.Select(&columns, "SELECT name FROM pragma_table_info($1) ORDER BY cid", table); err != nil {
		return err
	}
	if err := tx.Select(&keys, "SELECT name FROM pragma_table_info($1) WHERE pk > 0 ORDER BY pk", table); err != nil {
		return err
	}
	if len(keys) == 0 {
		keys = []string{"rowid"}
	}
	where := func(side string) string { return pairs(keys, side, " AND ") }
	values := make([]string, len(columns))
	for i, c := range columns {
		values[i] = "'||quote(OLD." + c + ")||'"
	}
	for event, back := range map[string]string{
		"INSERT": "DELETE FROM " + table + " WHERE " + where("NEW"),
		"UPDATE": "UPDATE " + table + " SET " + pairs(columns, "OLD", ", ") + " WHERE " + where("NEW"),
		"DELETE": "INSERT INTO " + table + " (" + strings.Join(columns, ", ") + ") VALUES (" + strings.Join(values, ", ") + ")",
	} {
		_, err := tx.Exec(fmt.Sprintf("CREATE TRIGGER walked_%s_%s AFTER %s ON %s BEGIN INSERT INTO walked_back (statement) VALUES ('%s'); END",
			event, table, event, table, back))
		if err != nil {
			return err
		}
	}
	return nil
}

// pairs writes c = value for each column, the value quoted when the trigger runs.
func pairs(columns []string, side, between string) string {
	out := make([]string, len(columns))
	for i, c := range columns {
		out[i] = c + " = '||quote(" + side + "." + c + ")||'"
	}
	return strings.Join(out, between)
}

// back takes back what was written and tells how many changes there were.
func (u *undo) back() int {
	u.t.Helper()
	var statements []string
	err := u.store.Read(u.t.Context(), func(tx *db.Tx) error {
		return tx.Select(&statements, "SELECT statement FROM walked_back ORDER BY n DESC")
	})
	if err != nil {
		u.t.Fatal(err)
	}
	if len(statements) == 0 { // most requests write nothing, and a commit is dear
		return 0
	}
	u.write(func(tx *db.Tx) error {
		for _, s := range append([]string{"PRAGMA defer_foreign_keys = ON"}, append(statements, "DELETE FROM walked_back")...) {
			if _, err := tx.Exec(s); err != nil {
				return err
			}
		}
		return nil
	})
	return len(statements)
}

func (u *undo) write(fn func(*db.Tx) error) {
	u.t.Helper()
	if err := u.store.Write(u.t.Context(), fn); err != nil {
		u.t.Fatal(err)
	}
}

// TestUndoTakesEverythingBack is the test of the walk's own tool.
func TestUndoTakesEverythingBack(t *testing.T) {
	w := newWalker(t)
	before := dump(t, w.app.Store)
	u := newUndo(t, w.app.Store)
	u.write(func(tx *db.Tx) error {
		for _, s := range []string{
			"UPDATE task SET title = 'khác', version = version + 1", "DELETE FROM inbox",
			"INSERT INTO counter (name, value) VALUES ('thử', 7)",
		} {
			if _, err := tx.Exec(s); err != nil {
				return err
			}
		}
		return nil
	})
	if u.back() == 0 {
		t.Error("nothing was taken back")
	}
	if after := dump(t, w.app.Store); after != before {
		t.Error("the store is not as it was")
	}
	if u.back() != 0 {
		t.Error("taken back twice")
	}
}

// dump writes down the tables that the test of undo changes.
func dump(t *testing.T, store *db.DB) string {
	t.Helper()
	var lines []string
	err := store.Read(t.Context(), func(tx *db.Tx) error {
		for _, query := range []string{
			"SELECT id || title || version FROM task ORDER BY id", "SELECT id || key FROM inbox ORDER BY id",
			"SELECT name || value FROM counter ORDER BY name",
		} {
			var rows []string
			if err := tx.Select(&rows, query); err != nil {
				return err
			}
			lines = append(lines, rows...)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(lines, "\n")
}
