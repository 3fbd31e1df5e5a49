package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A server runs while the key is changed beside it: it signs on with the new
// one, and everything that it signed before stays good.
func TestTheKeyOfTheAuditChangesBesideARunningServer(t *testing.T) {
	conf := settings(t)
	r := run(t, conf)
	r.account(t, "minh")
	file := filepath.Join(conf.Data, "audit.key")
	old, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	where := configured{Data: conf.Data, Database: conf.Database}
	if err := (&auditChangeKeyCmd{configured: where, Reason: "the clerk of the key left"}).Run(); err != nil {
		t.Fatal(err)
	}
	r.account(t, "hoa")
	if err := r.stop(); err != nil {
		t.Fatal(err)
	}
	if changed, err := os.ReadFile(file); err != nil || bytes.Equal(changed, old) {
		t.Errorf("the key file is the old one, %v", err)
	}
	if err := (&auditVerifyCmd{configured: where}).Run(); err != nil {
		t.Errorf("verify: %v\n%s", err, r.log)
	}
	if strings.Contains(r.log.String(), "sealing the audit failed") {
		t.Errorf("the server could not seal:\n%s", r.log)
	}
	if err := os.WriteFile(file, old, 0o600); err != nil {
		t.Fatal(err)
	}
	var say *said
	if err := (&auditVerifyCmd{configured: where}).Run(); !asSaid(err, &say) {
		t.Errorf("with the key that was replaced: %v", err)
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if err := (&auditVerifyCmd{configured: where}).Run(); err != nil {
		t.Errorf("without a key file: %v", err)
	}
	if _, err := os.Stat(file); err == nil {
		t.Error("verifying made a key")
	}
}
