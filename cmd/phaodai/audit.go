package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"phaodai/internal/audit"
	"phaodai/internal/db"
	"phaodai/internal/fault"
)

// auditCmd looks after the audit.
type auditCmd struct {
	Verify     auditVerifyCmd     `cmd:"" help:"Check every entry against the sealed log and the signed checkpoints."`
	Checkpoint auditCheckpointCmd `cmd:"" help:"Print the newest signed checkpoint, to be kept elsewhere."`
	Key        auditKeyCmd        `cmd:"" help:"Print the public key by which others check checkpoints."`
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
	key, err := audit.OpenKey(dir)
	if err != nil {
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
	_, err = fmt.Println(key.Public)
	return err
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
