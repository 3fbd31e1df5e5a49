package main

import (
	"testing"

	"phaodai/internal/db"
)

// tamper changes a store behind the program's back.
func tamper(t *testing.T, location, statement string) {
	t.Helper()
	store, err := db.Open(t.Context(), location)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	err = store.Write(t.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(statement)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
