package vault_test

import (
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/testkit"
	"phaodai/internal/vault"
)

var keeper = auth.System(1, 2)

func mustOpen(t *testing.T, v *vault.Vault, sealed, want string) {
	t.Helper()
	if got, err := v.Open(at, sealed); err != nil || got != want {
		t.Errorf("%q %v, want %q", got, err, want)
	}
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func write(t *testing.T, path string, b []byte) {
	t.Helper()
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestAServerBesideTakesUpANewKey(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		path := filepath.Join(t.TempDir(), "person.key")
		v, beside := open(t, d, path), open(t, d, path)
		old := sealed(t, beside, "old")
		if err := v.Rotate(t.Context(), keeper, "yearly"); err != nil {
			t.Fatal(err)
		}
		fresh := sealed(t, v, "new")
		// In a transaction, as capabilities open what they read.
		err := d.Write(t.Context(), func(*db.Tx) error {
			mustOpen(t, beside, fresh, "new")
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		mustOpen(t, beside, old, "old")
		mustOpen(t, v, sealed(t, beside, "newer"), "newer")
	})
}

func TestANewKeyFileTakesThePlaceOfTheOld(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		path := filepath.Join(t.TempDir(), "person.key")
		v, beside := open(t, d, path), open(t, d, path)
		s, index, old := sealed(t, v, "x"), v.Index("c", "x"), read(t, path)
		if err := v.ChangeFile(t.Context(), keeper, "its keeper left"); err != nil {
			t.Fatal(err)
		}
		for _, v := range []*vault.Vault{v, beside, open(t, d, path)} {
			mustOpen(t, v, s, "x")
			if v.Index("c", "x") != index {
				t.Error("the index changed")
			}
		}
		if _, err := os.Stat(path + ".next"); err == nil {
			t.Error("the next key stands beside its place")
		}
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%v %v", info, err)
		}
		write(t, path, old)
		if err := open(t, d, path).Ready(); fault.KeyOf(err) != "vault.wrong_key" {
			t.Errorf("the old file opens: %v", err)
		}
	})
}

// The process ends between the commit and the renaming, or before the commit.
func TestAChangeOfTheFileThatWasCutOff(t *testing.T) {
	d := testkit.SQLite(t)
	path := filepath.Join(t.TempDir(), "person.key")
	v := open(t, d, path)
	s, old := sealed(t, v, "x"), read(t, path)
	if err := v.ChangeFile(t.Context(), keeper, "test"); err != nil {
		t.Fatal(err)
	}
	changed := read(t, path)
	write(t, path+".next", changed)
	write(t, path, old)
	if err := vault.Check(t.Context(), d, path); err != nil {
		t.Errorf("check: %v", err)
	}
	mustOpen(t, open(t, d, path), s, "x")
	if string(read(t, path)) != string(changed) {
		t.Error("the committed key is not in its place")
	}
	write(t, path+".next", old) // of a change that was never committed
	again := open(t, d, path)
	mustOpen(t, again, s, "x")
	if err := again.ChangeFile(t.Context(), keeper, "test"); err != nil {
		t.Fatal(err)
	}
	mustOpen(t, open(t, d, path), s, "x")
}

func TestChangesAtOnceLoseNothing(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		path := filepath.Join(t.TempDir(), "person.key")
		s := sealed(t, open(t, d, path), "x")
		var wg sync.WaitGroup
		for i := range 6 {
			v := open(t, d, path)
			wg.Go(func() {
				do := v.Rotate
				if i%2 == 0 {
					do = v.ChangeFile
				}
				if err := do(t.Context(), keeper, "test"); err != nil && fault.KindOf(err) != fault.Conflict && fault.KindOf(err) != fault.Unavailable {
					t.Error(err)
				}
				mustOpen(t, v, s, "x")
			})
		}
		wg.Wait()
		mustOpen(t, open(t, d, path), s, "x")
	})
}

func TestKeysChangeWithAReasonAndTheRightFileOnly(t *testing.T) {
	d := testkit.SQLite(t)
	path := filepath.Join(t.TempDir(), "person.key")
	v := open(t, d, path)
	before := read(t, path)
	for _, change := range []func() error{
		func() error { return v.Rotate(t.Context(), keeper, "") },
		func() error { return v.ChangeFile(t.Context(), keeper, "") },
	} {
		if err := change(); fault.KindOf(err) != fault.NeedsReason {
			t.Error(err)
		}
	}
	lost := open(t, d, filepath.Join(t.TempDir(), "person.key"))
	if err := errors.Join(lost.Rotate(t.Context(), keeper, "test"), lost.ChangeFile(t.Context(), keeper, "test")); fault.KindOf(err) != fault.Unavailable {
		t.Error(err)
	}
	if string(read(t, path)) != string(before) {
		t.Error("a refused change wrote the file")
	}
	var acts []string
	if err := v.ChangeFile(t.Context(), keeper, "test"); err != nil {
		t.Fatal(err)
	}
	err := d.Read(t.Context(), func(tx *db.Tx) error {
		return tx.Select(&acts, "SELECT action FROM audit WHERE kind = 'keyset' ORDER BY seq")
	})
	if err != nil || len(acts) != 1 || acts[0] != "vault.file_changed" {
		t.Errorf("the audit says %v, %v", acts, err)
	}
}

func TestCheckMakesNothing(t *testing.T) {
	d := testkit.SQLite(t)
	path := filepath.Join(t.TempDir(), "person.key")
	if err := vault.Check(t.Context(), d, path); err != nil {
		t.Errorf("before the first start: %v", err)
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("it made a key file")
	}
	open(t, d, path)
	if err := vault.Check(t.Context(), d, path); err != nil {
		t.Error(err)
	}
	if err := vault.Check(t.Context(), d, path+".lost"); fault.KeyOf(err) != "vault.no_key" {
		t.Error(err)
	}
}
