package main

import (
	"context"
	"fmt"
	"os"

	"phaodai/internal/auth"
)

// vaultCmd looks after the keys of personal data.
type vaultCmd struct {
	Rotate     vaultRotateCmd     `cmd:"" help:"Seal with a new key from now on, also beside running servers; what older keys sealed still opens."`
	ChangeFile vaultChangeFileCmd `cmd:"" help:"Replace the key file. The old one opens only backups made before: keep it with them, or back up anew."`
}

type vaultRotateCmd struct {
	configured
	Reason string `required:"" help:"Why, for the audit."`
}

// Run makes the key.
func (c *vaultRotateCmd) Run() error {
	return explain(c.withApp(func(ctx context.Context, a *App) error {
		return a.Vault.Rotate(ctx, auth.System(a.Clock.Now(), a.Clock.Wall()), c.Reason)
	}))
}

type vaultChangeFileCmd struct {
	configured
	Reason string `required:"" help:"Why, for the audit."`
}

// Run changes the file and says what to do with it.
func (c *vaultChangeFileCmd) Run() error {
	return explain(c.withApp(func(ctx context.Context, a *App) error {
		if err := a.Vault.ChangeFile(ctx, auth.System(a.Clock.Now(), a.Clock.Wall()), c.Reason); err != nil {
			return err
		}
		_, err := fmt.Fprintln(os.Stderr, a.personKey(), "- keep a copy apart from the backups, and back up anew")
		return err
	}))
}
