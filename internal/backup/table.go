package backup

import (
	"fmt"
	"slices"
	"strings"

	"phaodai/internal/db"
)

// table is one table of the store: what it has and how it is read.
type table struct {
	name     string
	columns  []string
	identity string // a column that the database numbers itself, or ""
}

// tables lists the tables by name, without the note of migrations. Where one
// refers to another, the other comes first in this order (a test restores).
func tables(tx *db.Tx) ([]table, error) {
	var columns []struct {
		Table    string `db:"tbl"`
		Column   string `db:"col"`
		Identity bool   `db:"ident"`
	}
	query := `SELECT m.name AS tbl, c.name AS col, 0 = 1 AS ident FROM sqlite_master m JOIN pragma_table_info(m.name) c
		WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' ORDER BY m.name, c.cid`
	if tx.Engine() == db.Postgres {
		query = `SELECT table_name::text AS tbl, column_name::text AS col, is_identity = 'YES' AS ident FROM information_schema.columns
			WHERE table_schema = current_schema() ORDER BY table_name COLLATE "C", ordinal_position`
	}
	if err := tx.Select(&columns, query); err != nil {
		return nil, err
	}
	var out []table
	for _, c := range columns {
		if c.Table == "migration" {
			continue
		}
		if len(out) == 0 || out[len(out)-1].name != c.Table {
			out = append(out, table{name: c.Table})
		}
		t := &out[len(out)-1]
		t.columns = append(t.columns, c.Column)
		if c.Identity {
			t.identity = c.Column
		}
	}
	return out, nil
}

// portable says how a column is read so that it means the same in another
// database. Transaction numbers do not travel: the change log is numbered
// afresh in its order, cursors become places in that order, and an audit entry
// only keeps whether it was sealed.
var portable = map[string]map[string]string{
	"change": {"xid": "0", "seq": "ROW_NUMBER() OVER (ORDER BY xid, seq)"},
	"audit":  {"xid": "CASE WHEN EXISTS (SELECT 1 FROM audit_seal s WHERE s.seq = audit.seq) THEN 0 ELSE 1 END"},
	"follower": {"xid": "0", "seq": `(SELECT COUNT(*) FROM change c WHERE
		{{before}})`},
}

// before compares a change with a cursor.
func before(engine db.Engine) string {
	if engine == db.Postgres {
		return "(c.xid, c.seq) <= (follower.xid::text::xid8, follower.seq)"
	}
	return "c.seq <= follower.seq"
}

func (t table) selectSQL(engine db.Engine) string {
	expr := make([]string, len(t.columns))
	for i, c := range t.columns {
		expr[i] = c
		if e, ok := portable[t.name][c]; ok {
			expr[i] = strings.ReplaceAll(e, "{{before}}", before(engine)) + " AS " + c
		}
	}
	return "SELECT " + strings.Join(expr, ", ") + " FROM " + t.name
}

// Transaction numbers of restored rows. They are older than every running
// transaction, and what was sealed is older than what was not, which is how
// the sealer tells them apart (package audit).
func restoredXid(engine db.Engine, name string, archived int64) any {
	if engine == db.Postgres {
		if name == "follower" {
			return int64(3)
		}
		return fmt.Sprint(3 + archived) // 3 is the first that PostgreSQL ever gives
	}
	if name == "audit" {
		return archived - 1
	}
	return int64(0)
}

// insertSQL inserts rows of the archive's columns.
func (t table) insertSQL(engine db.Engine, columns []string, rows int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "INSERT INTO %s (%s) ", t.name, strings.Join(columns, ", "))
	if t.identity != "" && engine == db.Postgres {
		b.WriteString("OVERRIDING SYSTEM VALUE ")
	}
	b.WriteString("VALUES ")
	xid := slices.Index(columns, "xid")
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
			n++
			fmt.Fprintf(&b, "$%d", n)
			if c == xid && engine == db.Postgres && t.name != "follower" {
				b.WriteString("::text::xid8")
			}
		}
		b.WriteByte(')')
	}
	return b.String()
}
