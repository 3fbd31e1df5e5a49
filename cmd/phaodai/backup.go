package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"golang.org/x/term"

	"phaodai/internal/backup"
	"phaodai/internal/db"
)

// backupCmd saves a store while it is in use.
type backupCmd struct {
	configured
	File string `arg:"" help:"Archive to write, - for standard output."`
}

// Run writes beside the file and renames, so that a file with its name is whole.
func (c *backupCmd) Run() error {
	return explain(c.withStore(func(ctx context.Context, store *db.DB, _ string) error {
		write := func(to io.Writer) error {
			return backup.Write(ctx, store, version, time.Now(), to, progressLine(os.Stderr))
		}
		if c.File == "-" {
			return write(os.Stdout)
		}
		if err := writeFile(c.File, write); err != nil {
			return err
		}
		_, err := fmt.Fprintln(os.Stderr, c.File, "- keep audit.key and person.key of the data folder apart from it")
		return err
	}))
}

func writeFile(path string, write func(io.Writer) error) error {
	f, err := os.OpenFile(path+".part", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	if err := errors.Join(write(f), f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(path+".part"))
	}
	return os.Rename(path+".part", path)
}

// progressLine shows how far a backup is where somebody is looking.
func progressLine(f *os.File) backup.Progress {
	if !term.IsTerminal(int(f.Fd())) {
		return nil
	}
	return func(table string, rows int64) { fmt.Fprintf(f, "\r\033[K%s %d", table, rows) }
}

// restoreCmd reads an archive into a store that was never used.
type restoreCmd struct {
	configured
	File  string `arg:"" help:"Archive of phaodai backup, - for standard input."`
	Check bool   `help:"Only read the archive to its end and tell what it holds."`
}

// Run restores.
func (c *restoreCmd) Run() error {
	from := io.Reader(os.Stdin)
	if c.File != "-" {
		f, err := os.Open(c.File)
		if err != nil {
			return err
		}
		defer f.Close()
		from = f
	}
	if c.Check {
		head, rows, err := backup.Check(from)
		if err == nil {
			printArchive(head, rows)
		}
		return explain(err)
	}
	return explain(c.restore(from))
}

func (c *restoreCmd) restore(from io.Reader) error {
	conf, err := c.load()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(conf.Data, 0o700); err != nil {
		return err
	}
	ctx := context.Background()
	store, err := db.Open(ctx, conf.Location())
	if err != nil {
		return err
	}
	defer store.Close()
	if err := store.Migrate(ctx); err != nil {
		return err
	}
	head, err := backup.Read(ctx, store, from, progressLine(os.Stderr))
	if err != nil {
		return err
	}
	_, err = fmt.Printf("restored the archive of %s (%s, version %s)\n", head.At.Local().Format("15:04 02/01/2006"), head.Engine, head.Version)
	return err
}

func printArchive(head backup.Head, rows map[string]int64) {
	var total int64
	for _, n := range rows {
		total += n
	}
	fmt.Printf("archive of %s (%s, version %s): whole, %d rows in %d tables\n",
		head.At.Local().Format("15:04 02/01/2006"), head.Engine, head.Version, total, len(rows))
}
