package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"phaodai/internal/auth"
	"phaodai/internal/config"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/i18n"
	"phaodai/internal/id"
	"phaodai/internal/instant"
	"phaodai/internal/org"
	"phaodai/internal/sheet"
)

// importCmd takes in lists that are kept elsewhere.
type importCmd struct {
	Units       importUnitsCmd   `cmd:"" help:"Read the national list of units (CSV or JSON, also .gz)."`
	UnitChanges importChangesCmd `cmd:"" help:"Read what changed in units in former years into their history (CSV, also .gz)."`
}

// importUnitsCmd brings the units to a national list. Several files of one day
// are read one after the other; the same file again changes nothing.
type importUnitsCmd struct {
	Files   []string `arg:"" optional:"" name:"file" help:"Lists, the older first."`
	File    []string `name:"file" help:"The same as naming the file alone."`
	Date    string   `required:"" help:"Day from which the list holds: 2021-07-01."`
	Mapping string   `help:"CSV of old to new ward codes, for the history of mergers."`
	Decree  string   `help:"Decree by which the changes happened, for the history."`
	Partial bool     `help:"The list names some units only; those that it lacks stay."`
	importTarget
}

// importTarget is where an import writes, and how it speaks of what is wrong.
type importTarget struct {
	Errors string `help:"Where to write the rows that are wrong, as CSV."`
	Config string `help:"Configuration file (TOML)." env:"PHAODAI_CONFIG"`
	Data   string `help:"Data folder, instead of the one configured."`
	Lang   string `default:"vi" enum:"vi,en" help:"Language of messages: vi or en."`
}

// Run reads the files and tells what changed.
func (c *importUnitsCmd) Run() error { return c.run(c.importAll) }

// run does an import that may be interrupted; rows that are wrong end it with a
// code of their own.
func (c *importTarget) run(do func(context.Context, io.Writer) (wrong int, err error)) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	wrong, err := do(ctx, os.Stdout)
	if err != nil {
		return &said{text: c.message(err), code: exitCode(err)}
	}
	if wrong > 0 {
		return &said{text: i18n.T(c.Lang, "org.import_rows_wrong", "Count", wrong), code: 2}
	}
	return nil
}

func (c *importUnitsCmd) importAll(ctx context.Context, out io.Writer) (wrong int, err error) {
	date, err := time.ParseInLocation("2006-01-02", c.Date, instant.Vietnam())
	if err != nil {
		return 0, fault.New(fault.Invalid, "input.date", "Text", c.Date)
	}
	files := append(c.Files, c.File...)
	if len(files) == 0 {
		return 0, fault.New(fault.Invalid, "org.import_no_file")
	}
	store, err := c.open(ctx)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	units := org.New(store, id.NewSource(time.Now, rand.Reader))
	var succession []org.Succession
	if c.Mapping != "" {
		if succession, err = readFile(c.Mapping, org.ReadSuccession); err != nil {
			return 0, err
		}
	}
	for _, name := range files {
		n, err := c.importOne(ctx, units, name, org.ImportInput{Date: instant.Of(date), Succession: succession, Decree: c.Decree, Partial: c.Partial}, out)
		if err != nil {
			return wrong, err
		}
		wrong += n
	}
	return wrong, nil
}

// open opens and migrates the store of the configuration.
func (c *importTarget) open(ctx context.Context) (*db.DB, error) {
	settings, err := config.Load(c.Config, os.Environ())
	if err != nil {
		return nil, err
	}
	if c.Data != "" {
		settings.Data = c.Data
	}
	if err := os.MkdirAll(settings.Data, 0o700); err != nil {
		return nil, err
	}
	store, err := db.Open(ctx, settings.Location())
	if err != nil {
		return nil, err
	}
	if err := store.Migrate(ctx); err != nil {
		return nil, errors.Join(err, store.Close())
	}
	return store, nil
}

func (c *importUnitsCmd) importOne(ctx context.Context, units *org.Service, name string, in org.ImportInput, out io.Writer) (int, error) {
	start := time.Now()
	list, err := readFile(name, org.ReadUnitList)
	if err != nil {
		return 0, err
	}
	in.List, in.Progress = list, progressOn(os.Stderr)
	now := instant.Of(time.Now())
	result, err := units.Import(ctx, auth.System(now, now), in)
	if err != nil {
		return 0, err
	}
	key := "org.import_done"
	if result.Before {
		key = "org.import_before"
	}
	took := fmt.Sprintf("%.1f", time.Since(start).Seconds())
	fmt.Fprintln(out, i18n.T(c.Lang, key, "Name", filepath.Base(name), "Units", len(list.Units), "Added", result.Added,
		"Renamed", result.Renamed, "Ended", result.Ended, "Same", result.Same, "Seconds", took))
	if result.Kept > 0 {
		fmt.Fprintln(out, i18n.T(c.Lang, "org.import_kept", "Count", result.Kept))
	}
	return len(result.Errors), c.report(result.Errors, out)
}

// report names the rows that are wrong, the first on the screen and all in a
// file; they are corrected in the list, which is then read again.
func (c *importTarget) report(rows []org.RowError, out io.Writer) error {
	const shown = 20
	for i, e := range rows {
		if i == shown {
			fmt.Fprintln(out, i18n.T(c.Lang, "org.import_more_rows", "Count", len(rows)-shown))
			break
		}
		fmt.Fprintln(out, i18n.T(c.Lang, "org.import_row", "Row", e.Row, "Problem", i18n.T(c.Lang, e.Key, e.Args...)))
	}
	if c.Errors == "" || len(rows) == 0 {
		return nil
	}
	file, err := os.Create(c.Errors)
	if err != nil {
		return fault.Wrap(err, fault.NotFound, "read.no_file", "Name", c.Errors, "Cause", reason(err))
	}
	return errors.Join(c.write(file, rows), file.Close())
}

func (c *importTarget) write(out io.Writer, rows []org.RowError) error {
	list, err := sheet.NewWriter(out, sheet.CSV, "", instant.Vietnam(),
		sheet.Column{Title: i18n.T(c.Lang, "org.row_number"), Kind: sheet.Int}, sheet.Column{Title: i18n.T(c.Lang, "org.row_problem")},
		sheet.Column{Title: i18n.T(c.Lang, "org.row_text")})
	if err != nil {
		return err
	}
	for _, e := range rows {
		if err := list.Row(e.Row, i18n.T(c.Lang, e.Key, e.Args...), e.Text); err != nil {
			return err
		}
	}
	return list.Close()
}

// readFile opens a file and reads it with a reader of its format.
func readFile[T any](name string, read func(io.Reader) (T, error)) (out T, err error) {
	file, err := os.Open(name)
	if err != nil {
		return out, fault.Wrap(err, fault.NotFound, "read.no_file", "Name", name, "Cause", reason(err))
	}
	defer file.Close()
	return read(file)
}

func (c *importTarget) message(err error) string {
	return (&readCmd{Lang: c.Lang}).message(err)
}
