package audit_test

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"

	"phaodai/internal/audit"
	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/testkit"
)

func (j *journal) change(t *testing.T, lost bool) audit.Period {
	t.Helper()
	p, err := j.sealer.ChangeKey(t.Context(), auth.System(1, 2), audit.Change{Reason: "yearly", Lost: lost})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// fill writes entries, seals them and changes the key, so that three keys have
// signed: 5 entries, 6 with that of the first change, 4 with that of the second.
func (j *journal) fill(t *testing.T) {
	t.Helper()
	for _, n := range []int{5, 5, 3} {
		j.record(t, n)
		j.seal(t)
		if n > 3 {
			j.change(t, false)
		}
	}
}

func (j *journal) notes(t *testing.T) []string {
	t.Helper()
	var out []string
	err := j.Read(t.Context(), func(tx *db.Tx) error { return tx.Select(&out, "SELECT note FROM audit_key ORDER BY n") })
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func (j *journal) write(t *testing.T, statement string, args ...any) {
	t.Helper()
	err := j.Write(t.Context(), func(tx *db.Tx) error { _, err := tx.Exec(statement, args...); return err })
	if err != nil {
		t.Fatal(err)
	}
}

func TestCheckpointsStayGoodWhenTheKeyChanges(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		j := newJournal(t, d)
		other := openJournal(t, d, j.dir) // a second process on the folder
		j.record(t, 5)
		j.seal(t)
		first, old := j.key.Public(), j.kept
		p := j.change(t, false)
		if p.Number != 2 || p.Begin != 5 || p.Public == first || p.Public != j.key.Public() {
			t.Fatalf("period = %+v", p)
		}
		if n := other.seal(t); n != 1 {
			t.Fatalf("%d sealed by the other process, want the entry of the change", n)
		}
		if other.key.Public() != p.Public {
			t.Error("the other process signs with the old key")
		}
		j.record(t, 2)
		j.seal(t)
		for _, outside := range []string{old, other.kept, j.kept} {
			r := j.verify(t, outside)
			if r.Finding != nil || r.Key != "" || r.Signature != "" || len(r.Keys) != 2 || len(r.Lost()) != 0 || r.Signed != 8 {
				t.Errorf("report = %+v, finding %+v", r, r.Finding)
			}
		}
		opened(t, j.notes(t)[1], first, p.Public)
		if text, _ := os.ReadFile(filepath.Join(j.dir, "audit.key")); strings.Contains(string(text), first) {
			t.Error("the old key is still in its file")
		}
	})
}

// opened checks a note as somebody elsewhere would who kept one public key.
func opened(t *testing.T, signed string, public ...string) {
	t.Helper()
	for _, key := range public {
		v, err := note.NewVerifier(key)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := note.Open([]byte(signed), note.VerifierList(v)); err != nil {
			t.Errorf("%s has not signed: %v", key, err)
		}
	}
}

func TestALostKeyIsNeverSilentlyReplaced(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		j := newJournal(t, d)
		j.record(t, 3)
		j.seal(t)
		if _, err := j.sealer.ChangeKey(t.Context(), auth.System(1, 2), audit.Change{Reason: "x", Lost: true}); fault.KindOf(err) != fault.Conflict {
			t.Errorf("a key that is there was called lost: %v", err)
		}
		if err := os.Remove(filepath.Join(j.dir, "audit.key")); err != nil {
			t.Fatal(err)
		}
		j = openJournal(t, d, j.dir) // started again, it makes a key
		j.record(t, 2)
		if _, err := j.sealer.Seal(t.Context()); fault.KindOf(err) != fault.Conflict {
			t.Fatalf("sealed with a key that nobody knows: %v", err)
		}
		if r := j.verify(t); r.Finding == nil || r.Finding.How != audit.Rekeyed || !strings.Contains(r.Key, "the data folder holds") {
			t.Errorf("report = %+v", r)
		}
		if _, err := j.sealer.ChangeKey(t.Context(), auth.System(1, 2), audit.Change{Reason: "x"}); fault.KindOf(err) != fault.Conflict {
			t.Errorf("a lost key vouched: %v", err)
		}
		j.change(t, true)
		if n := j.seal(t); n != 3 {
			t.Errorf("%d sealed, want 3", n)
		}
		r := j.verify(t)
		if r.Finding != nil || len(r.Lost()) != 1 || r.Lost()[0].Number != 2 {
			t.Errorf("report = %+v, finding %+v", r, r.Finding)
		}
	})
}

func TestAChangeOfKeyHasAReason(t *testing.T) {
	j := newJournal(t, testkit.SQLite(t))
	if _, err := j.sealer.ChangeKey(t.Context(), auth.System(1, 2), audit.Change{}); fault.KindOf(err) != fault.Invalid {
		t.Errorf("err = %v", err)
	}
}

// A crash may come before the commit, when the new key waits for nothing, or
// after it, when the new key is not in its place yet.
func TestACrashInTheMiddleOfAChangeOfKeyLosesNoKey(t *testing.T) {
	j := newJournal(t, testkit.SQLite(t))
	file, next := filepath.Join(j.dir, "audit.key"), filepath.Join(j.dir, "audit.key.next")
	old, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	j.record(t, 2)
	j.seal(t)
	p := j.change(t, false)
	if err := os.Rename(file, next); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, old, 0o600); err != nil {
		t.Fatal(err)
	}
	if r := openJournal(t, j.DB, j.dir).verify(t); r.Finding != nil {
		t.Errorf("before the next sealing: %+v, %s", r.Finding, r.Key)
	}
	j = openJournal(t, j.DB, j.dir)
	p3 := j.change(t, false) // does not overwrite the key that waits
	j.seal(t)
	if r := j.verify(t); r.Finding != nil || len(r.Keys) != 3 || r.Keys[1].Public != p.Public || r.Keys[2].Public != p3.Public {
		t.Errorf("report = %+v, finding %+v", r, r.Finding)
	}
	if err := os.WriteFile(next, old, 0o600); err != nil { // one that was never committed
		t.Fatal(err)
	}
	j = openJournal(t, j.DB, j.dir)
	j.record(t, 1)
	j.seal(t)
	j.change(t, false)
	j.seal(t)
	if r := j.verify(t); r.Finding != nil || len(r.Keys) != 4 {
		t.Errorf("report = %+v, finding %+v", r, r.Finding)
	}
}

// forger has a key of his own and writes to the database.
type forger struct {
	public string
	signer note.Signer
}

func newForger(t *testing.T) forger {
	t.Helper()
	private, public, err := note.GenerateKey(rand.Reader, "phaodai-audit")
	if err != nil {
		t.Fatal(err)
	}
	signer, err := note.NewSigner(private)
	if err != nil {
		t.Fatal(err)
	}
	return forger{public, signer}
}

func (f forger) sign(t *testing.T, text string) string {
	t.Helper()
	signed, err := note.Sign(&note.Note{Text: text}, f.signer)
	if err != nil {
		t.Fatal(err)
	}
	return string(signed)
}

// text is what was signed in a note.
func text(signed string) string {
	body, _, _ := strings.Cut(signed, "\n\n")
	return body + "\n"
}

func TestForgedKeysAreFound(t *testing.T) {
	type tamper func(t *testing.T, j *journal, f forger, keys []string)
	replace := func(n int, change func(text string, f forger) string) tamper {
		return func(t *testing.T, j *journal, f forger, keys []string) {
			j.write(t, "UPDATE audit_key SET note = $1 WHERE n = $2", f.sign(t, change(text(keys[n-1]), f)), n)
		}
	}
	own := func(text string, f forger) string { // his key in place of the one that began
		lines := strings.Split(text, "\n")
		lines[4] = "key " + f.public
		return strings.Join(lines, "\n")
	}
	lost := func(text string, f forger) string { return own(text, f) + "lost\n" }
	appended := func(entry bool) tamper {
		return func(t *testing.T, j *journal, f forger, keys []string) {
			s := strings.Replace(lost(text(keys[2]), f), "period 3", "period 4", 1)
			lines := strings.Split(s, "\n")
			lines[5] = "after " + j.key.Public()
			s = strings.Join(lines, "\n")
			j.write(t, "INSERT INTO audit_key (n, note) VALUES (4, $1)", f.sign(t, s))
			if entry {
				sum := sha256.Sum256([]byte(s))
				err := j.Write(t.Context(), func(tx *db.Tx) error {
					return audit.Record(tx, auth.System(1, 2), audit.Entry{Action: audit.KeyChanged, Subject: hex.EncodeToString(sum[:])})
				})
				if err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	statement := func(s string) tamper {
		return func(t *testing.T, j *journal, _ forger, _ []string) { j.write(t, s) }
	}
	cases := []struct {
		name   string
		tamper tamper
		how    audit.How
		says   string // of the key or the signature
	}{
		{"untouched", statement("UPDATE audit_key SET n = n"), "", ""},
		{"the first key is another", replace(1, own), audit.Rekeyed, "key 2: it does not follow"},
		{"the second key is another", replace(2, own), audit.Rekeyed, "key 2: audit: the key of period 2 is not signed by"},
		{"the second key is another, its predecessor said to be lost", replace(2, lost), audit.Rekeyed, "key 2: entry 6 tells of another change"},
		{"the last key is another, its predecessor said to be lost", replace(3, lost), audit.Rekeyed, "key 3: entry 12 tells of another change"},
		{"a fourth key", appended(false), audit.Rekeyed, "key 4: no entry of the audit"},
		{"a fourth key with an entry", appended(true), audit.Rekeyed, "as the newest key, the data folder holds"},
		{"the last key removed", statement("DELETE FROM audit_key WHERE n = 3"), audit.Rekeyed, "entry 12 tells of a change to a key that is not kept"},
		{"the middle key removed", statement("DELETE FROM audit_key WHERE n = 2"), audit.Rekeyed, "key 2: it stands at place 3"},
		{"all keys removed", statement("DELETE FROM audit_key"), audit.Rekeyed, "entry 6 tells of a change"},
		{"keys exchanged", statement("UPDATE audit_key SET n = CASE n WHEN 2 THEN 13 ELSE 12 END WHERE n > 1"), audit.Rekeyed, "key 2: it stands at place 12"},
		{"a key damaged", statement("UPDATE audit_key SET note = 'x' WHERE n = 2"), audit.Rekeyed, "key 2: audit: "},
		{"the entry of a change altered", statement("UPDATE audit SET subject = 'x' WHERE seq = 6"), audit.Altered, ""},
		{"the entry of a change hidden", statement("UPDATE audit SET action = 'x' WHERE seq = 6"), audit.Altered, ""},
		{"a checkpoint by a key that is not known", func(t *testing.T, j *journal, f forger, _ []string) {
			j.write(t, "UPDATE audit_checkpoint SET note = $1", f.sign(t, text(j.kept)))
		}, audit.Unsigned, "a key that is not known"},
	}
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		j, f := newJournal(t, d), newForger(t)
		j.fill(t)
		j.seal(t)
		tables := map[string]string{"audit_key": "n, note", "audit_checkpoint": "size, wall, note"}
		for table, columns := range tables {
			j.exec(t, "CREATE TABLE kept_"+table+" AS SELECT "+columns+" FROM "+table)
		}
		j.exec(t, "CREATE TABLE kept_entry AS SELECT seq, action, subject FROM audit")
		keys := j.notes(t)
		for _, c := range cases {
			c.tamper(t, j, f, keys)
			r := j.verify(t)
			var how audit.How
			if r.Finding != nil {
				how = r.Finding.How
			}
			if how != c.how || !strings.Contains(r.Key+r.Signature, c.says) {
				t.Errorf("%s: %q, key %q, signature %q", c.name, how, r.Key, r.Signature)
			}
			j.exec(t, "DELETE FROM audit WHERE seq > 15",
				`UPDATE audit SET action = (SELECT k.action FROM kept_entry k WHERE k.seq = audit.seq),
				subject = (SELECT k.subject FROM kept_entry k WHERE k.seq = audit.seq)`)
			for table, columns := range tables {
				j.exec(t, "DELETE FROM "+table, "INSERT INTO "+table+" ("+columns+") SELECT "+columns+" FROM kept_"+table)
			}
		}
	})
}

// A key is often changed because it was stolen. Who has the old one and the
// database rewrites the old entries, the seals and the checkpoints: the new
// key signed what the log was when it took over.
func TestAStolenOldKeyCannotRewriteItsOwnTime(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		j := newJournal(t, d)
		j.record(t, 4)
		j.seal(t)
		stolen := t.TempDir()
		text, err := os.ReadFile(filepath.Join(j.dir, "audit.key"))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(stolen, "audit.key"), text, 0o600); err != nil {
			t.Fatal(err)
		}
		j.change(t, false)
		j.record(t, 3)
		j.seal(t)
		after := j.notes(t)
		j.exec(t, "UPDATE audit SET action = 'x' WHERE seq = 2",
			"DELETE FROM audit_seal", "DELETE FROM audit_node", "DELETE FROM audit_checkpoint", "DELETE FROM audit_key WHERE n > 1")
		thief := openJournal(t, d, stolen)
		thief.seal(t)
		if r := j.verify(t); r.Finding == nil || r.Finding.How != audit.Rekeyed {
			t.Errorf("the old key went on: %+v", r)
		}
		j.write(t, "INSERT INTO audit_key (n, note) VALUES (2, $1)", after[1])
		want := fmt.Sprint(&audit.Finding{How: audit.Resealed, Seq: 1, Last: 4})
		if r := j.verify(t); fmt.Sprint(r.Finding) != want {
			t.Errorf("finding = %+v, want %s", r.Finding, want)
		}
	})
}
