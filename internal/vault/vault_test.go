package vault_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/testkit"
	"phaodai/internal/vault"
)

var at = vault.Place{Table: "resident", Column: "number", ID: "r1"}

func open(t testing.TB, d *db.DB, path string) *vault.Vault {
	t.Helper()
	v, err := vault.Open(context.Background(), d, path, 1)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func sealed(t testing.TB, v *vault.Vault, plain string) string {
	t.Helper()
	s, err := v.Seal(at, plain)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestAValueOpensAtItsPlaceAlone(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		path := filepath.Join(t.TempDir(), "person.key")
		v := open(t, d, path)
		s := sealed(t, v, "001089012345")
		if strings.Contains(s, "001089") || s == sealed(t, v, "001089012345") {
			t.Error("what is sealed shows something")
		}
		again := open(t, d, path) // a restart
		if got, err := again.Open(at, s); err != nil || got != "001089012345" {
			t.Errorf("%q %v", got, err)
		}
		for name, p := range map[string]vault.Place{"row": {"resident", "number", "r2"}, "column": {"resident", "phone", "r1"}, "table": {"household", "number", "r1"}} {
			if _, err := v.Open(p, s); err == nil {
				t.Errorf("it opens at another %s", name)
			}
		}
		if _, err := v.Open(at, s[:len(s)-4]+"AAAA"); err == nil {
			t.Error("a changed value opens")
		}
		if s := sealed(t, v, ""); s != "" {
			t.Errorf("nothing is sealed as %q", s)
		}
	})
}

func TestIndexesAreStableAndTellColumnsApart(t *testing.T) {
	d := testkit.SQLite(t)
	path := filepath.Join(t.TempDir(), "person.key")
	v := open(t, d, path)
	a := v.Index("number", "001089012345")
	if a == "" || len(a) != 32 || a != open(t, d, path).Index("number", "001089012345") {
		t.Errorf("%q is not stable", a)
	}
	if a == v.Index("phone", "001089012345") || a == v.Index("number", "001089012346") || v.Index("number", "") != "" {
		t.Error("different values have one index")
	}
	other := open(t, testkit.SQLite(t), filepath.Join(t.TempDir(), "person.key"))
	if a == other.Index("number", "001089012345") {
		t.Error("another key makes the same index")
	}
}

func TestWithoutItsKeyNothingIsReadAndNoKeyIsMadeAnew(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		dir := t.TempDir()
		path := filepath.Join(dir, "person.key")
		s := sealed(t, open(t, d, path), "x")
		lost := open(t, d, filepath.Join(dir, "elsewhere.key"))
		if _, err := lost.Open(at, s); fault.KeyOf(err) != "vault.no_key" {
			t.Errorf("without the file: %v", err)
		}
		if _, err := lost.Seal(at, "y"); fault.KindOf(err) != fault.Unavailable || lost.Index("number", "1") != "" {
			t.Errorf("it seals without a key: %v", err)
		}
		if _, err := os.Stat(filepath.Join(dir, "elsewhere.key")); err == nil {
			t.Error("a key was made over keys that are there")
		}
		for name, text := range map[string]string{"another key": strings.Repeat("ab", 32), "no key": "hello", "half a key": strings.Repeat("ab", 16)} {
			wrong := filepath.Join(dir, "wrong.key")
			if err := os.WriteFile(wrong, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			v := open(t, d, wrong)
			if _, err := v.Open(at, s); fault.KindOf(err) != fault.Unavailable || v.Ready() == nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		if got, err := open(t, d, path).Open(at, s); err != nil || got != "x" {
			t.Errorf("with its key again: %q %v", got, err)
		}
	})
}

func TestServersThatStartTogetherMakeOneKey(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		path := filepath.Join(t.TempDir(), "person.key")
		vaults := make([]*vault.Vault, 8)
		var wg sync.WaitGroup
		for i := range vaults {
			wg.Go(func() { vaults[i] = open(t, d, path) })
		}
		wg.Wait()
		s := sealed(t, vaults[0], "x")
		for _, v := range vaults {
			if got, err := v.Open(at, s); err != nil || got != "x" || v.Index("c", "x") != vaults[0].Index("c", "x") {
				t.Errorf("%q %v", got, err)
			}
		}
	})
}

func TestAfterANewKeyTheOldValuesOpen(t *testing.T) {
	d := testkit.SQLite(t)
	path := filepath.Join(t.TempDir(), "person.key")
	v := open(t, d, path)
	old, index := sealed(t, v, "old"), v.Index("c", "x")
	if err := v.Rotate(t.Context(), keeper, "yearly"); err != nil {
		t.Fatal(err)
	}
	fresh := sealed(t, v, "new")
	for _, v := range []*vault.Vault{v, open(t, d, path)} {
		a, err := v.Open(at, old)
		b, err2 := v.Open(at, fresh)
		if a != "old" || b != "new" || err != nil || err2 != nil || v.Index("c", "x") != index {
			t.Errorf("%q %q %v %v", a, b, err, err2)
		}
	}
}

func TestTheKeyFileIsForItsOwnerAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "person.key")
	open(t, testkit.SQLite(t), path)
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info, err)
	}
}

func BenchmarkSealAndOpen(b *testing.B) {
	v := open(b, testkit.SQLite(b), filepath.Join(b.TempDir(), "person.key"))
	s := sealed(b, v, "001089012345")
	b.Run("seal", func(b *testing.B) {
		for b.Loop() {
			sealed(b, v, "001089012345")
		}
	})
	b.Run("open", func(b *testing.B) {
		for b.Loop() {
			if _, err := v.Open(at, s); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("index", func(b *testing.B) {
		for b.Loop() {
			v.Index("number", "001089012345")
		}
	})
}
