package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"phaodai/internal/audit"
	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
)

// auditCmd looks after the audit.
type auditCmd struct {
	Verify     auditVerifyCmd     `cmd:"" help:"Check every entry against the sealed log and the signed checkpoints."`
	Checkpoint auditCheckpointCmd `cmd:"" help:"Print the newest signed checkpoint, to be kept elsewhere."`
	Key        auditKeyCmd        `cmd:"" help:"Print the public key by which others check checkpoints."`
	ChangeKey  auditChangeKeyCmd  `cmd:"" help:"Sign with a new key from now on; checkpoints signed by the old one stay good."`
}

type auditVerifyCmd struct {
	configured
	Checkpoint []string `help:"Files with checkpoints that were kept elsewhere." type:"existingfile"`
	JSON       bool     `help:"Print the report as JSON."`
}

// Run verifies; a log that is not what was sealed ends with code 1.
func (c *auditVerifyCmd) Run() error {
	return explain(c.withStore(func(ctx context.Context, store *db.DB, dir string) error {
		report, err := c.verify(ctx, store, dir)
		if err != nil {
			return err
		}
		if c.JSON {
			if err := json.NewEncoder(os.Stdout).Encode(report); err != nil {
				return err
			}
		} else {
			printReport(report)
		}
		if f := report.Finding; f != nil {
			return fault.New(fault.Conflict, "audit.tampered", "How", string(f.How), "Seq", f.Seq, "Last", f.Last)
		}
		return nil
	}))
}

func (c *auditVerifyCmd) verify(ctx context.Context, store *db.DB, dir string) (audit.Report, error) {
	key, err := audit.ReadKey(dir)
	if errors.Is(err, fs.ErrNotExist) {
		fmt.Fprintln(os.Stderr, "no audit.key in the data folder: nothing outside the database says which key is right")
	} else if err != nil {
		return audit.Report{}, err
	}
	outside := []string{}
	kept, err := audit.KeptCheckpoint(dir)
	if err != nil {
		return audit.Report{}, err
	}
	if kept != "" {
		outside = append(outside, kept)
	}
	for _, path := range c.Checkpoint {
		text, err := os.ReadFile(path)
		if err != nil {
			return audit.Report{}, err
		}
		outside = append(outside, string(text))
	}
	return audit.Verify(ctx, store, key, outside, nil)
}

func printReport(r audit.Report) {
	fmt.Printf("sealed entries    %d (signed up to %d)\n", r.Sealed, max(r.Signed, r.Outside))
	fmt.Printf("waiting for seal  %d %v\n", len(r.Unsealed), r.Unsealed)
	for _, p := range r.Keys {
		fmt.Printf("key %-13d %s from entry %d of the log on%s\n", p.Number, p.Name(), p.Begin+1, vouched(p))
	}
	if r.Key != "" {
		fmt.Printf("bad key           %s\n", r.Key)
	}
	if r.Signature != "" {
		fmt.Printf("bad signature     %s\n", r.Signature)
	}
	switch f := r.Finding; {
	case f == nil:
		fmt.Println("every sealed entry is what it was")
	case f.Seq == f.Last:
		fmt.Printf("first fault       entry %d: %s\n", f.Seq, f.How)
	default:
		fmt.Printf("first fault       one of the entries %d to %d: %s\n", f.Seq, f.Last, f.How)
	}
}

func vouched(p audit.Period) string {
	switch {
	case p.Number == 1:
		return ""
	case p.Lost:
		return fmt.Sprintf(", NOT vouched for: key %d was lost", p.Number-1)
	default:
		return fmt.Sprintf(", vouched for by key %d", p.Number-1)
	}
}

type auditCheckpointCmd struct{ configured }

// Run prints the checkpoint.
func (c *auditCheckpointCmd) Run() error {
	return explain(c.withStore(func(ctx context.Context, store *db.DB, _ string) error {
		var notes []string
		err := store.Read(ctx, func(tx *db.Tx) (err error) {
			notes, err = audit.Checkpoints(tx, 1)
			return err
		})
		if err != nil || len(notes) == 0 {
			return err
		}
		_, err = fmt.Print(notes[0])
		return err
	}))
}

type auditKeyCmd struct{ configured }

// Run prints the key.
func (c *auditKeyCmd) Run() error {
	conf, err := c.load()
	if err != nil {
		return explain(err)
	}
	key, err := audit.OpenKey(conf.Data)
	if err != nil {
		return err
	}
	_, err = fmt.Println(key.Public())
	return err
}

type auditChangeKeyCmd struct {
	configured
	Reason string `required:"" help:"Why, for the audit."`
	Lost   bool   `help:"The old key is lost and cannot vouch for the new one; verification says so for ever."`
}

// Run changes the key and prints the new public one. A server that runs on the
// same data folder goes on with it by itself.
func (c *auditChangeKeyCmd) Run() error {
	return explain(c.withApp(func(ctx context.Context, a *App) error {
		// What was written before belongs under the old key, as far as it can
		// still sign.
		if !c.Lost {
			if _, err := a.Sealer.Seal(ctx); err != nil {
				return err
			}
		}
		by := auth.System(a.Clock.Now(), a.Clock.Wall())
		if _, err := a.Sealer.ChangeKey(ctx, by, audit.Change{Reason: c.Reason, Lost: c.Lost}); err != nil {
			return err
		}
		_, err := fmt.Println(a.Key.Public())
		return err
	}))
}

// withStore opens the store as it is, without migrating.
func (c configured) withStore(do func(ctx context.Context, store *db.DB, dir string) error) error {
	conf, err := c.load()
	if err != nil {
		return err
	}
	if conf.Database == "" {
		if _, err := os.Stat(conf.Location()); err != nil {
			return fault.Wrap(err, fault.NotFound, "admin.no_store", "Path", conf.Location())
		}
	}
	ctx := context.Background()
	store, err := db.Open(ctx, conf.Location())
	if err != nil {
		return err
	}
	defer store.Close()
	return do(ctx, store, conf.Data)
}
