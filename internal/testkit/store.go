package testkit

import (
	"context"
	"path/filepath"
	"testing"

	"phaodai/internal/db"
)

// SQLite returns a migrated store in a file of the test's own.
func SQLite(t testing.TB) *db.DB {
	t.Helper()
	return open(t, filepath.Join(t.TempDir(), "test.db"))
}

// Postgres returns a migrated store in a database of the test's own.
func Postgres(t testing.TB) *db.DB {
	t.Helper()
	return open(t, PostgresURL(t))
}

// Each runs a test on both engines: what a store promises, it promises on both.
func Each(t *testing.T, run func(t *testing.T, d *db.DB)) {
	t.Run("sqlite", func(t *testing.T) { run(t, SQLite(t)) })
	t.Run("postgres", func(t *testing.T) { run(t, Postgres(t)) })
}

func open(t testing.TB, location string) *db.DB {
	t.Helper()
	d, err := db.Open(context.Background(), location)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := d.Migrate(context.Background()); err != nil {
		t.Fatal(err)
	}
	return d
}
