package backup_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"phaodai/internal/audit"
	"phaodai/internal/auth"
	"phaodai/internal/backup"
	"phaodai/internal/blob"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/testkit"
	"phaodai/internal/watch"
)

var quiet = slog.New(slog.DiscardHandler)

// filled returns a store with something in every kind of column, and the key
// of its audit.
func filled(t *testing.T, d *db.DB, dir string) *audit.Key {
	t.Helper()
	key, err := audit.OpenKey(dir)
	if err != nil {
		t.Fatal(err)
	}
	write := func(fn func(tx *db.Tx) error) {
		t.Helper()
		if err := d.Write(t.Context(), fn); err != nil {
			t.Fatal(err)
		}
	}
	record := func(n int) {
		for i := range n {
			write(func(tx *db.Tx) error {
				if err := tx.Changed(1, db.Change{Kind: "task", Subject: fmt.Sprint(i), What: "made"}); err != nil {
					return err
				}
				return audit.Record(tx, auth.System(1, 2), audit.Entry{Action: "task.made", Subject: fmt.Sprint(i), Reason: "Đà Nẵng \"x\"\n"})
			})
		}
	}
	follower(t, d, nil) // begins here
	write(func(tx *db.Tx) error {
		_, err := blob.Put(tx, "Chỉ thị.pdf", "application/pdf", bytes.NewReader(bytes.Repeat([]byte{0, 1, 255}, 200_000)), 1<<20)
		return err
	})
	write(func(tx *db.Tx) error {
		_, err := tx.Exec("INSERT INTO clock (id, world, wall, speed, paused) VALUES (1, 9007199254740993, 2, $1, 0)", 60.0)
		return err
	})
	write(func(tx *db.Tx) error { _, err := tx.Next("register"); return err })
	record(30)
	if n, err := audit.NewSealer(d, key, time.Now, audit.KeepCheckpoint(dir), quiet).Seal(t.Context()); n != 30 || err != nil {
		t.Fatalf("sealed %d, %v", n, err)
	}
	var seen []string
	if _, err := follower(t, d, &seen).Step(t.Context()); err != nil || len(seen) != 30 {
		t.Fatalf("followed %d, %v", len(seen), err)
	}
	record(5)
	return key
}

func follower(t *testing.T, d *db.DB, into *[]string) *watch.Follower {
	t.Helper()
	f, err := watch.NewFollower(t.Context(), d, "f", func(_ context.Context, c db.Logged) error {
		*into = append(*into, c.Subject)
		return nil
	}, quiet)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func archive(t *testing.T, d *db.DB) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := backup.Write(t.Context(), d, "test", time.Unix(0, 0), &b, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestAStoreMovesBetweenTheEnginesWithItsAuditAndCursors(t *testing.T) {
	testkit.Each(t, func(t *testing.T, from *db.DB) {
		dir := t.TempDir()
		key := filled(t, from, dir)
		saved := archive(t, from)
		testkit.Each(t, func(t *testing.T, to *db.DB) {
			head, err := backup.Read(t.Context(), to, bytes.NewReader(saved), nil)
			if err != nil || head.Engine != from.Engine() {
				t.Fatalf("restore: %+v, %v", head, err)
			}
			// The same archive again but for its head: everything is there.
			if diff := cmp.Diff(body(t, saved), body(t, archive(t, to))); diff != "" {
				t.Errorf("the restored store differs: %s", diff)
			}
			var seen []string
			if _, err := follower(t, to, &seen).Step(t.Context()); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]string{"0", "1", "2", "3", "4"}, seen); diff != "" {
				t.Errorf("a follower goes on elsewhere: %s", diff)
			}
			report := func() audit.Report {
				kept, err := audit.KeptCheckpoint(dir)
				if err != nil {
					t.Fatal(err)
				}
				r, err := audit.Verify(t.Context(), to, key, []string{kept}, nil)
				if err != nil {
					t.Fatal(err)
				}
				return r
			}
			if r := report(); r.Finding != nil || r.Sealed != 30 || len(r.Unsealed) != 5 {
				t.Errorf("audit after the restore: %+v", r)
			}
			err = to.Write(t.Context(), func(tx *db.Tx) error {
				return audit.Record(tx, auth.System(1, 2), audit.Entry{Action: "after"})
			})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := audit.NewSealer(to, key, time.Now, nil, quiet).Seal(t.Context()); err != nil {
				t.Fatal(err)
			}
			if r := report(); r.Finding != nil || r.Sealed != 36 {
				t.Errorf("audit goes on: %+v", r)
			}
		})
	})
}

// body is the archive without its head and sum.
func body(t *testing.T, saved []byte) string {
	t.Helper()
	zip, err := gzip.NewReader(bytes.NewReader(saved))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(zip)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "\n")
	rest, _, _ = strings.Cut(rest, `{"sha256":`)
	return rest
}

func TestADamagedArchiveLeavesTheStoreEmpty(t *testing.T) {
	from := testkit.SQLite(t)
	filled(t, from, t.TempDir())
	saved := archive(t, from)
	zip, err := gzip.NewReader(bytes.NewReader(saved))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(zip)
	if err != nil {
		t.Fatal(err)
	}
	pack := func(text []byte) []byte {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		if _, err := z.Write(text); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	for name, c := range map[string]struct {
		data []byte
		key  string
	}{
		"cut":            {saved[:len(saved)/2], "admin.backup_damaged"},
		"a word turned":  {pack(bytes.Replace(text, []byte("task.made"), []byte("task.male"), 1)), "admin.backup_damaged"},
		"no sum":         {pack(text[:bytes.LastIndex(text, []byte(`{"sha256"`))]), "admin.backup_damaged"},
		"a row gone":     {pack(append(text[:bytes.Index(text, []byte("[0,"))], text[bytes.Index(text, []byte("[0,"))+3:]...)), "admin.backup_damaged"},
		"something else": {[]byte("PK\x03\x04"), "admin.backup_damaged"},
		"other schema":   {pack([]byte(`{"phaodai_backup":1,"version":"9","migrations":{}}` + "\n")), "admin.backup_schema"},
	} {
		to := testkit.SQLite(t)
		_, err := backup.Read(t.Context(), to, bytes.NewReader(c.data), nil)
		if fault.KeyOf(err) != c.key {
			t.Errorf("%s: %v, want %s", name, err, c.key)
		}
		var n int
		if err := to.Read(t.Context(), func(tx *db.Tx) error { return tx.Get(&n, "SELECT COUNT(*) FROM audit") }); err != nil || n != 0 {
			t.Errorf("%s: %d entries were restored, %v", name, n, err)
		}
	}
	if _, err := backup.Read(t.Context(), from, bytes.NewReader(saved), nil); fault.KeyOf(err) != "admin.restore_not_empty" {
		t.Errorf("into a store in use: %v", err)
	}
	if _, rows, err := backup.Check(bytes.NewReader(saved)); err != nil || rows["audit"] != 35 {
		t.Errorf("check: %v, %v", rows, err)
	}
}

func TestABackupIsOneMomentWhileOthersWrite(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { // two tables that always agree
			defer close(done)
			for ctx.Err() == nil {
				err := d.Write(context.WithoutCancel(ctx), func(tx *db.Tx) error {
					n, err := tx.Next("both")
					if err != nil {
						return err
					}
					return tx.Changed(1, db.Change{Kind: "n", Subject: fmt.Sprint(n)})
				})
				if err != nil {
					t.Error(err)
					return
				}
			}
		}()
		for range 10 {
			to := testkit.SQLite(t)
			if _, err := backup.Read(t.Context(), to, bytes.NewReader(archive(t, d)), nil); err != nil {
				t.Fatal(err)
			}
			var changes, counter int
			err := to.Read(t.Context(), func(tx *db.Tx) error {
				if err := tx.Get(&changes, "SELECT COUNT(*) FROM change"); err != nil {
					return err
				}
				return tx.Get(&counter, "SELECT COALESCE(MAX(value), 0) FROM counter")
			})
			if err != nil || changes != counter {
				t.Errorf("%d changes and counter %d, %v", changes, counter, err)
			}
		}
		stop()
		<-done
	})
}
