package db_test

import (
	"slices"
	"testing"

	"phaodai/internal/db"
)

// No statement is lost for a remark behind its end.
func TestStatementsLoseNothing(t *testing.T) {
	got := db.Statements("-- a table\nCREATE TABLE a (\n\tx TEXT -- what\n);\nALTER TABLE a ADD y TEXT; -- why\n")
	want := []string{"CREATE TABLE a (\n\tx TEXT -- what\n);", "ALTER TABLE a ADD y TEXT; -- why"}
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}
