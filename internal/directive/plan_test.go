package directive

import (
	"strings"
	"testing"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/testkit"
)

func planOf(t *testing.T, d *db.DB, query string, args []any) string {
	t.Helper()
	var rows []struct {
		ID      int    `db:"id"`
		Parent  int    `db:"parent"`
		NotUsed int    `db:"notused"`
		Detail  string `db:"detail"`
	}
	if err := d.Read(t.Context(), func(tx *db.Tx) error { return tx.Select(&rows, "EXPLAIN QUERY PLAN "+query, args...) }); err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, r := range rows {
		b.WriteString(r.Detail + "\n")
	}
	return b.String()
}

// scanned are the lines of a plan that look at a whole table.
func scanned(plan string) (out []string) {
	for line := range strings.Lines(plan) {
		line = strings.TrimSpace(line)
		name, whole := strings.CutPrefix(line, "SCAN ")
		if whole && !strings.HasPrefix(name, "b") && !strings.HasPrefix(name, "found") && !strings.HasPrefix(name, "(") && !strings.Contains(name, "CONSTANT") {
			out = append(out, line)
		}
	}
	return out
}

// The lists must not get slower with the store: each branch walks an index in
// the order of the list, so the only sort is that of a few pages in the union.
func TestListsWalkAnIndexAndNeverSortTheStore(t *testing.T) {
	d := testkit.SQLite(t)
	by := auth.Actor{Office: "o", UnitPath: "/01/01-004/", Grants: []auth.Grant{{Role: "clerk", Path: "/01/01-004/", Level: auth.Internal}}}
	plans := map[string]plan{}
	for _, sort := range []string{"", "-", SortNo, SortArrived, SortIssuer, SortSymbol, SortIssued, SortChanged} {
		plans["incoming "+sort] = incoming(by, []string{"o"}, Filter{Sort: sort, Register: "r"}, false)
	}
	for _, sort := range []string{"", SortIssuer, SortSymbol, SortIssued, SortChanged} {
		plans["outgoing "+sort] = outgoing(by, Filter{Sort: sort})
	}
	if err := d.Read(t.Context(), func(tx *db.Tx) (err error) {
		plans["search"], err = searching(tx, by, words{})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	plans["incoming, few of a state"] = incoming(by, []string{"o"}, Filter{Open: true, Register: "r"}, true)
	waiting := incoming(by, []string{"o"}, Filter{Sort: SortIssuer}, false).branches[2]
	query, args := plan{branches: []branch{waiting}}.query(Filter{}, words{})
	if got := planOf(t, d, query, args); !strings.Contains(got, "document_office (office=? AND origin=? AND state=?)") {
		t.Errorf("what waits for the book is not found by its state:\n%s", got)
	}
	for name, p := range plans {
		for i, b := range p.branches {
			one := p
			one.branches = []branch{b}
			few := strings.Contains(name, "few")
			query, args := one.query(Filter{Open: few}, words{kind: "document", list: []string{"dich"}})
			inner := query[strings.Index(query, "SELECT * FROM (")+len("SELECT * FROM (") : strings.LastIndex(query, ") AS b0")]
			got := planOf(t, d, inner, args)
			taken := strings.Contains(b.from, "recipient i") // what came through the system to one office: thousands, not the store
			if taken && !strings.Contains(got, "SEARCH i USING COVERING INDEX recipient_office (office=?)\n") {
				t.Errorf("%s: what was sent here does not lead:\n%s", name, got)
			}
			if strings.Contains(got, "ORDER BY") && !taken && !few || len(scanned(got)) > 0 {
				t.Errorf("%s, branch %d:\n%s\n%s", name, i, inner, got)
			}
		}
	}
}

// A rare word leads the search, a common one is looked up document by document.
func TestARareWordLeadsTheSearch(t *testing.T) {
	d := testkit.SQLite(t)
	by := auth.Actor{Account: system}
	for _, c := range []struct {
		lead bool
		want string
	}{
		{true, "term USING COVERING INDEX sqlite_autoindex_term_1 (kind=? AND word>? AND word<?)"},
		{false, "USING COVERING INDEX term_subject (kind=? AND subject=? AND word>? AND word<?)"},
	} {
		w := words{kind: "document", list: []string{"dich"}, lead: c.lead}
		p, err := searching(nil, by, w)
		if err != nil {
			t.Fatal(err)
		}
		query, args := p.query(Filter{}, w)
		if got := planOf(t, d, query, args); !strings.Contains(got, c.want) {
			t.Errorf("lead %v:\n%s", c.lead, got)
		}
	}
}

func TestWordsFindTheRareOne(t *testing.T) {
	d := testkit.SQLite(t)
	err := d.Write(t.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)
			INSERT INTO term (kind, subject, word) SELECT 'document', 'd' || i, 'dich' FROM n`)
		if err != nil {
			return err
		}
		_, err = tx.Exec("INSERT INTO term (kind, subject, word) VALUES ('document', 'd7', 'thachban')")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for query, want := range map[string]struct {
		first string
		lead  bool
	}{"dịch": {"dich", false}, "dịch Thachban": {"thachban", true}, "Thachban dịch": {"thachban", true}} {
		if err := d.Read(t.Context(), func(tx *db.Tx) error {
			w, err := wordsOf(tx, "document", query)
			if err == nil && (w.list[0] != want.first || w.lead != want.lead) {
				t.Errorf("%q: %+v", query, w)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
}
