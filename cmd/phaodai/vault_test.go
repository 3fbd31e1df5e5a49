package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"phaodai/internal/vault"
)

// The keys of personal data change beside a running server, which goes on
// reading and writing; doctor sees the right file and misses a lost one.
func TestTheKeysOfPersonalDataChangeBesideARunningServer(t *testing.T) {
	conf := settings(t)
	r := run(t, conf)
	file := filepath.Join(conf.Data, "person.key")
	old, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	where := configured{Data: conf.Data, Database: conf.Database}
	if err := (&vaultRotateCmd{configured: where, Reason: "yearly"}).Run(); err != nil {
		t.Fatal(err)
	}
	if err := (&vaultChangeFileCmd{configured: where, Reason: "its keeper left"}).Run(); err != nil {
		t.Fatal(err)
	}
	if changed, err := os.ReadFile(file); err != nil || bytes.Equal(changed, old) {
		t.Errorf("the key file is the old one, %v", err)
	}
	at := vault.Place{Table: "resident", Column: "number", ID: "r1"}
	beside, err := vault.Open(t.Context(), r.Store, file, 1)
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := beside.Seal(at, "x") // by the key that the server does not know yet
	if err != nil {
		t.Fatal(err)
	}
	if got, err := r.Vault.Open(at, sealed); err != nil || got != "x" {
		t.Errorf("the running server: %q %v", got, err)
	}
	if err := openVault(conf); err != nil {
		t.Errorf("doctor: %v", err)
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if err := openVault(conf); err == nil {
		t.Error("doctor does not miss the file")
	}
	if err := r.stop(); err != nil {
		t.Fatal(err)
	}
}
