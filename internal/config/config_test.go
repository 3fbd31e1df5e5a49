package config_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"phaodai/internal/config"
	"phaodai/internal/fault"
	"phaodai/internal/i18n"
)

func file(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "phaodai.toml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestTheEnvironmentWinsOverTheFileOverTheDefault(t *testing.T) {
	c, err := config.Load(file(t, `
address = "0.0.0.0:8443"
data = "/srv/phaodai"
[session]
idle = "2h"
[mail]
host = "mail.example"
from = "phaodai@example"
`), []string{"PHAODAI_ADDRESS=127.0.0.1:9000", "PHAODAI_MAIL_PORT=25", "PHAODAI_SESSION_LOCK_AFTER=5m", "PHAODAI_LANG=vi", "HOME=/root"})
	if err != nil {
		t.Fatal(err)
	}
	if c.Address != "127.0.0.1:9000" || c.Data != "/srv/phaodai" || c.Upload.LimitMB != 50 || c.Mail.Port != 25 ||
		time.Duration(c.Session.Idle) != 2*time.Hour || time.Duration(c.Session.LockAfter) != 5*time.Minute {
		t.Errorf("config = %+v", c)
	}
	if c.Location() != "/srv/phaodai/phaodai.db" {
		t.Errorf("location = %s", c.Location())
	}
}

func TestWrongSettingsAreNamedWithASentence(t *testing.T) {
	cases := map[string]struct {
		text string
		env  []string
		key  string
		at   string // a field that must be named
	}{
		"syntax":              {text: "address = ", key: "config.syntax"},
		"type":                {text: "address = 5", key: "config.unreadable"},
		"unknown key":         {text: "adress = \"x\"", key: "config.unknown_key"},
		"unknown variable":    {env: []string{"PHAODAI_ADRESS=x"}, key: "config.unknown_variable"},
		"number":              {env: []string{"PHAODAI_MAIL_PORT=many"}, key: "config.wrong_value"},
		"address":             {text: "address = \"8080\"", key: "config.wrong", at: "address"},
		"database":            {text: "database = \"mysql://x\"", key: "config.wrong", at: "database"},
		"half of tls":         {text: "[tls]\nkey = \"k\"", key: "config.wrong", at: "tls"},
		"upload":              {text: "[upload]\nlimit_mb = 0", key: "config.wrong", at: "upload.limit_mb"},
		"mail without sender": {text: "[mail]\nhost = \"m\"", key: "config.wrong", at: "mail.from"},
		"level":               {text: "[log]\nlevel = \"loud\"", key: "config.wrong", at: "log.level"},
		"url":                 {text: "url = \"phaodai\"", key: "config.wrong", at: "url"},
	}
	for name, c := range cases {
		_, err := config.Load(file(t, c.text), c.env)
		var f *fault.Fault
		if !errors.As(err, &f) || f.Key != c.key {
			t.Errorf("%s: %v, want %s", name, err, c.key)
			continue
		}
		named := c.at == ""
		for _, field := range f.Fields {
			named = named || field.Name == c.at
			if !i18n.Default().Has("vi", field.Key) {
				t.Errorf("%s: no sentence for %s", name, field.Key)
			}
		}
		if !named || !i18n.Default().Has("en", f.Key) {
			t.Errorf("%s: fields %v, sentence %v", name, f.Fields, i18n.Default().Has("en", f.Key))
		}
	}
	if _, err := config.Load("/nowhere/phaodai.toml", nil); fault.KeyOf(err) != "config.no_file" {
		t.Errorf("missing file: %v", err)
	}
}
