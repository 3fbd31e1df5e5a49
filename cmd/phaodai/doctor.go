package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"phaodai/internal/config"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/vault"
)

// doctorCmd looks whether a server here would work, and says what is missing.
type doctorCmd struct{ configured }

// Run prints one line for each check; the code is 1 when one failed.
func (c *doctorCmd) Run() error {
	d := &doctor{}
	conf, err := c.load()
	d.check("configuration", conf.String(), err)
	if err == nil {
		d.check("data folder", conf.Data, writable(conf.Data))
		d.check("database", string(engineName(conf.Database)), openStore(conf))
		d.check("person key", "personal data can be opened", openVault(conf))
	}
	d.program("pdftotext", "text of PDF files", "poppler-utils", "pdftotext", "-v")
	d.program("pdftoppm", "pages of scanned PDF files", "poppler-utils", "pdftoppm", "-v")
	d.program("tesseract", "text of scans", "tesseract-ocr", "tesseract", "--version")
	out, err := exec.Command("tesseract", "--list-langs").CombinedOutput()
	if err == nil && !strings.Contains(string(out), "\nvie") {
		err = fmt.Errorf("not installed: sudo apt-get install tesseract-ocr-vie")
	}
	d.check("tesseract vie", "Vietnamese scans", err)
	if d.failed {
		return &said{text: "", code: 1}
	}
	return nil
}

type doctor struct{ failed bool }

func (d *doctor) check(what, detail string, err error) {
	mark := "ok  "
	if err != nil {
		mark, d.failed = "FAIL", true
		if e := explain(err); e != nil {
			detail = e.Error()
		}
	}
	fmt.Printf("%s  %-14s  %s\n", mark, what, detail)
}

func (d *doctor) program(name, purpose, debian string, command ...string) {
	err := exec.Command(command[0], command[1:]...).Run()
	if err != nil {
		err = fmt.Errorf("not installed: sudo apt-get install %s", debian)
	}
	d.check(name, purpose, err)
}

func writable(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, "doctor")
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Remove(f.Name())
}

// openVault looks whether the key of personal values is the one of the database.
// Before the first start there is neither.
func openVault(conf config.Config) error {
	ctx := context.Background()
	store, err := db.Open(ctx, conf.Location())
	if err != nil {
		return nil // told by the check of the database
	}
	defer store.Close()
	if pending, err := store.Pending(ctx); err != nil || len(pending) > 0 {
		return nil
	}
	path := conf.PersonKey
	if path == "" {
		path = filepath.Join(conf.Data, "person.key")
	}
	return vault.Check(ctx, store, path)
}

func engineName(database string) db.Engine {
	if database == "" {
		return db.SQLite
	}
	return db.Postgres
}

// openStore looks whether the store answers and is of this version, without
// making or changing it.
func openStore(conf config.Config) error {
	if conf.Database == "" {
		if _, err := os.Stat(conf.Location()); os.IsNotExist(err) {
			return nil // the first start makes it
		}
	}
	ctx := context.Background()
	store, err := db.Open(ctx, conf.Location())
	if err != nil {
		return err
	}
	defer store.Close()
	pending, err := store.Pending(ctx)
	if err == nil && len(pending) > 0 {
		return fault.New(fault.Conflict, "admin.migration_pending", "Count", len(pending))
	}
	return err
}
