package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"phaodai/internal/auth"
	"phaodai/internal/i18n"
	"phaodai/internal/id"
	"phaodai/internal/instant"
	"phaodai/internal/org"
)

// importChangesCmd writes the changes of former years into the history of the
// units; the same file again changes nothing.
type importChangesCmd struct {
	File    string `arg:"" help:"Changes: effective_date, level, code, change, old and new names and parents."`
	Decrees string `help:"CSV of the decrees behind the changes of each day: effective_date, decrees."`
	Mapping string `help:"CSV of old to new ward codes: who came after wards that were removed."`
	importTarget
}

// Run reads the file and tells what was written.
func (c *importChangesCmd) Run() error { return c.run(c.importFile) }

func (c *importChangesCmd) importFile(ctx context.Context, out io.Writer) (wrong int, err error) {
	start := time.Now()
	in, err := c.read()
	if err != nil {
		return 0, err
	}
	store, err := c.open(ctx)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	in.Progress = progressOn(os.Stderr)
	now := instant.Of(time.Now())
	result, err := org.New(store, id.NewSource(time.Now, rand.Reader)).ImportChanges(ctx, auth.System(now, now), in)
	if err != nil {
		return 0, err
	}
	key := "org.changes_done"
	if result.Known > 0 && result.Events+result.Ended+result.Reached == 0 {
		key = "org.changes_before"
	}
	fmt.Fprintln(out, i18n.T(c.Lang, key, "Name", filepath.Base(c.File), "Rows", len(in.Changes.Rows), "Events", result.Events, "Known", result.Known,
		"Replaced", result.Replaced, "Ended", result.Ended, "Elsewhere", result.Elsewhere, "Seconds", fmt.Sprintf("%.1f", time.Since(start).Seconds())))
	return len(result.Errors), c.report(result.Errors, out)
}

// read opens the files that were named.
func (c *importChangesCmd) read() (in org.ChangesInput, err error) {
	if in.Changes, err = readFile(c.File, org.ReadUnitChanges); err != nil {
		return in, err
	}
	if c.Decrees != "" {
		if in.Decrees, err = readFile(c.Decrees, org.ReadDecrees); err != nil {
			return in, err
		}
	}
	if c.Mapping != "" {
		in.Succession, err = readFile(c.Mapping, org.ReadSuccession)
	}
	return in, err
}
