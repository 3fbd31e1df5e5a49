package audit_test

import (
	"fmt"
	"log/slog"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"phaodai/internal/audit"
	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/testkit"
)

type journal struct {
	*db.DB
	dir    string
	key    *audit.Key
	sealer *audit.Sealer
	kept   string
}

func newJournal(t *testing.T, d *db.DB) *journal {
	t.Helper()
	return openJournal(t, d, t.TempDir())
}

// openJournal is a process on a data folder.
func openJournal(t *testing.T, d *db.DB, dir string) *journal {
	t.Helper()
	key, err := audit.OpenKey(dir)
	if err != nil {
		t.Fatal(err)
	}
	again, err := audit.OpenKey(dir)
	if err != nil || again.Public() != key.Public() {
		t.Fatalf("the key read back is %v, %v", again, err)
	}
	j := &journal{DB: d, dir: dir, key: key}
	j.sealer = audit.NewSealer(d, key, time.Now, func(s string) error { j.kept = s; return nil }, slog.New(slog.DiscardHandler))
	return j
}

func (j *journal) record(t *testing.T, n int) {
	t.Helper()
	by := auth.Actor{Account: "a1", Now: 1, Wall: 2}
	for i := range n {
		err := j.Write(t.Context(), func(tx *db.Tx) error {
			return audit.Record(tx, by, audit.Entry{Action: "task.accepted", Kind: "task", Subject: fmt.Sprint(i), Unit: "/01/", Fields: []string{"state"}})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func (j *journal) seal(t *testing.T) int {
	t.Helper()
	n, err := j.sealer.Seal(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func (j *journal) exec(t *testing.T, statements ...string) {
	t.Helper()
	err := j.Write(t.Context(), func(tx *db.Tx) error {
		for _, s := range statements {
			if _, err := tx.Exec(s); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (j *journal) verify(t *testing.T, outside ...string) audit.Report {
	t.Helper()
	r, err := audit.Verify(t.Context(), j.DB, j.key, outside, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// insert adds a forged entry at a number that lies among the sealed ones.
func insert(d *db.DB) string {
	columns, values := "seq, xid, ", "0, 0, "
	if d.Engine() == db.Postgres {
		columns, values = "seq, xid, ", "0, '3'::xid8, "
	}
	overriding := map[db.Engine]string{db.Postgres: "OVERRIDING SYSTEM VALUE "}[d.Engine()]
	return "INSERT INTO audit (" + columns + "wall, world, account, person, post, office, action, kind, subject, unit, fields, reason, request) " +
		overriding + "VALUES (" + values + "1, 1, '', '', '', '', 'forged', '', '', '', '[]', '', '')"
}

func TestVerifyNamesTheFirstTamperedEntry(t *testing.T) {
	cases := []struct {
		name   string
		tamper func(d *db.DB) []string
		want   *audit.Finding
	}{
		{"untouched", func(*db.DB) []string { return nil }, nil},
		{"a word altered", func(*db.DB) []string {
			return []string{"UPDATE audit SET action = 'task.returned' WHERE seq = 130", "UPDATE audit SET reason = 'x' WHERE seq = 200"}
		}, &audit.Finding{How: audit.Altered, Seq: 130, Last: 130}},
		{"an entry removed", func(*db.DB) []string { return []string{"DELETE FROM audit WHERE seq = 40"} },
			&audit.Finding{How: audit.Removed, Seq: 40, Last: 40}},
		{"an entry and its seal removed", func(*db.DB) []string {
			return []string{"DELETE FROM audit WHERE seq = 40", "DELETE FROM audit_seal WHERE seq = 40"}
		}, &audit.Finding{How: audit.Removed, Seq: 40, Last: 40}},
		{"an entry inserted", func(d *db.DB) []string { return []string{insert(d)} },
			&audit.Finding{How: audit.Inserted, Seq: 0, Last: 0}},
		{"the tree altered", func(*db.DB) []string { return []string{"UPDATE audit_node SET hash = 'x' WHERE n = 2"} },
			&audit.Finding{How: audit.Resealed, Seq: 1, Last: 2}},
		{"the end cut off with seals and checkpoints", func(*db.DB) []string {
			return []string{
				"DELETE FROM audit WHERE seq > 90", "DELETE FROM audit_seal WHERE seq > 90",
				"DELETE FROM audit_checkpoint",
			}
		}, &audit.Finding{How: audit.Cut, Seq: 91, Last: 250}},
	}
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		j := newJournal(t, d)
		j.record(t, 250)
		if n := j.seal(t); n != 250 {
			t.Fatalf("%d sealed, want 250", n)
		}
		j.record(t, 3)
		keep := map[string]string{
			"audit":      "seq, xid, wall, world, account, person, post, office, action, kind, subject, unit, fields, reason, request",
			"audit_seal": "n, seq", "audit_node": "n, hash", "audit_checkpoint": "size, wall, note",
		}
		for table, columns := range keep {
			j.exec(t, "CREATE TABLE kept_"+table+" AS SELECT "+columns+" FROM "+table)
		}
		for _, c := range cases {
			j.exec(t, c.tamper(d)...)
			r := j.verify(t, j.kept)
			switch {
			case c.want == nil && r.Finding == nil:
				if r.Sealed != 250 || r.Signed != 250 || len(r.Unsealed) != 3 || r.Unsealed[0] != 251 {
					t.Errorf("%s: report = %+v", c.name, r)
				}
			case c.want == nil || r.Finding == nil || *r.Finding != *c.want:
				t.Errorf("%s: finding = %+v, want %+v", c.name, r.Finding, c.want)
			}
			for table, columns := range keep { // as before, for the next case
				overriding := map[bool]string{true: "OVERRIDING SYSTEM VALUE "}[d.Engine() == db.Postgres && table == "audit"]
				j.exec(t, "DELETE FROM "+table, "INSERT INTO "+table+" ("+columns+") "+overriding+"SELECT "+columns+" FROM kept_"+table)
			}
		}
	})
}

// Who can write the database rewrites an entry, its hash and every hash above
// it: only the signature, whose key is elsewhere, gives him away.
func TestARewrittenTreeFailsAtTheSignedCheckpoint(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		j := newJournal(t, d)
		j.record(t, 8)
		j.seal(t)
		j.exec(t, "UPDATE audit SET action = 'x' WHERE seq = 5",
			"DELETE FROM audit_seal", "DELETE FROM audit_node")
		var real []struct {
			Size int64  `db:"size"`
			Wall int64  `db:"wall"`
			Note string `db:"note"`
		}
		if err := d.Read(t.Context(), func(tx *db.Tx) error {
			return tx.Select(&real, "SELECT size, wall, note FROM audit_checkpoint")
		}); err != nil {
			t.Fatal(err)
		}
		j.exec(t, "CREATE TABLE kept_key AS SELECT n, note FROM audit_key",
			"DELETE FROM audit_checkpoint", "DELETE FROM audit_key")
		forger := newJournal(t, d) // another key
		forger.seal(t)
		if r := j.verify(t); r.Finding == nil || r.Finding.How != audit.Rekeyed || r.Key == "" {
			t.Errorf("a forged key passed: %+v", r)
		}
		j.exec(t, "DELETE FROM audit_key", "INSERT INTO audit_key (n, note) SELECT n, note FROM kept_key")
		if r := j.verify(t); r.Finding == nil || r.Finding.How != audit.Unsigned || r.Signature == "" {
			t.Errorf("a forged signature passed: %+v", r)
		}
		j.exec(t, "DELETE FROM audit_checkpoint")
		if err := d.Write(t.Context(), func(tx *db.Tx) error { return db.InsertAll(tx, "audit_checkpoint", real) }); err != nil {
			t.Fatal(err)
		}
		want := audit.Finding{How: audit.Resealed, Seq: 1, Last: 8}
		if r := j.verify(t); r.Finding == nil || *r.Finding != want {
			t.Errorf("finding = %+v, want %+v", r.Finding, want)
		}
	})
}

func TestEntriesThatCommitLateAreSealedInTheirTurn(t *testing.T) {
	d := testkit.Postgres(t)
	j := newJournal(t, d)
	late, gone := make(chan struct{}), make(chan error)
	started := make(chan struct{})
	go func() {
		gone <- d.Write(t.Context(), func(tx *db.Tx) error {
			err := audit.Record(tx, auth.System(1, 1), audit.Entry{Action: "late"})
			close(started)
			<-late
			return err
		})
	}()
	<-started
	j.record(t, 20) // they commit first, with later numbers and transactions
	if n := j.seal(t); n != 0 {
		t.Fatalf("%d sealed before an older transaction ended", n)
	}
	close(late)
	if err := <-gone; err != nil {
		t.Fatal(err)
	}
	if n := j.seal(t); n != 21 {
		t.Errorf("%d sealed, want 21", n)
	}
	if r := j.verify(t); r.Finding != nil || r.Sealed != 21 {
		t.Errorf("report = %+v", r)
	}
}

func TestTwoSealersSealEachEntryOnce(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		j := newJournal(t, d)
		other := audit.NewSealer(d, j.key, time.Now, nil, slog.New(slog.DiscardHandler))
		go j.sealer.Run(t.Context())
		go other.Run(t.Context())
		j.record(t, 60)
		recorded := time.Now()
		for {
			r := j.verify(t)
			if r.Finding != nil {
				t.Fatalf("finding = %+v", r.Finding)
			}
			if r.Sealed == 60 {
				break
			}
			if time.Since(recorded) > 5*time.Second {
				t.Fatalf("after 5 s %d of 60 are sealed", r.Sealed)
			}
			time.Sleep(20 * time.Millisecond)
		}
		t.Logf("sealed %v after the last commit", time.Since(recorded))
	})
}

func TestSearchByWhoWhatWhereWithinOnesUnits(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		write := func(account, action, unit string) {
			err := d.Write(t.Context(), func(tx *db.Tx) error {
				return audit.Record(tx, auth.Actor{Account: account, Now: 1, Wall: 5}, audit.Entry{Action: action, Kind: "task", Subject: "t1", Unit: unit})
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		write("a", "task.accepted", "/01/004/1/")
		write("b", "task.returned", "/01/004/2/")
		write("a", "document.opened", "/01/005/")
		write("", "auth.refused", "")
		by := func(path string) auth.Actor {
			return auth.Actor{Account: "x", Now: 9, Wall: 9, Grants: []auth.Grant{{Role: "supervisor", Path: path, Level: auth.Internal}}}
		}
		count := func(by auth.Actor, f audit.Filter) int {
			f.Limit = 100
			f.To = 8 // leaves out the entries about the searches
			found, err := audit.Search(t.Context(), d, by, f)
			if err != nil {
				t.Fatal(err)
			}
			return len(found)
		}
		for _, c := range []struct {
			path string
			f    audit.Filter
			want int
		}{
			{"/", audit.Filter{}, 4}, {"/01/004/", audit.Filter{}, 2}, {"/01/004/", audit.Filter{Account: "a"}, 1},
			{"/", audit.Filter{Action: "task."}, 2}, {"/", audit.Filter{Unit: "/01/005/"}, 1}, {"/", audit.Filter{From: 6}, 0},
			{"/", audit.Filter{Kind: "task", Subject: "t1", Before: 3}, 2}, {"/01/004/", audit.Filter{Unit: "/01/005/"}, 0},
		} {
			if got := count(by(c.path), c.f); got != c.want {
				t.Errorf("%s %+v: %d entries, want %d", c.path, c.f, got, c.want)
			}
		}
		_, err := audit.Search(t.Context(), d, auth.Actor{Account: "x"}, audit.Filter{Limit: 1})
		if fault.KindOf(err) != fault.Denied {
			t.Errorf("without the right: %v", err)
		}
		found, err := audit.Search(t.Context(), d, by("/"), audit.Filter{Action: "audit.searched", Limit: 1})
		if err != nil || len(found) != 1 {
			t.Errorf("searches are not recorded: %v, %v", found, err)
		}
	})
}

func TestCheckpointsAreNotesThatOthersCanCheck(t *testing.T) {
	j := newJournal(t, testkit.SQLite(t))
	j.record(t, 5)
	j.seal(t)
	verifier, err := note.NewVerifier(j.key.Public())
	if err != nil {
		t.Fatal(err)
	}
	n, err := note.Open([]byte(j.kept), note.VerifierList(verifier))
	if err != nil || len(n.Sigs) != 1 {
		t.Errorf("note = %+v, %v", n, err)
	}
}
