// Command phaodai is the command system of a local government that fights an
// epidemic: one binary for the server, the demo, the reader and administration.
package main

import (
	"github.com/alecthomas/kong"
)

// commands are the subcommands, one file each.
type commands struct {
	Demo     demoCmd     `cmd:"" help:"Serve an exercise with a real district, filled on the first start."`
	Serve    serveCmd    `cmd:"" help:"Serve pages and API (configuration file, environment)."`
	Admin    adminCmd    `cmd:"" help:"Make the first account, or give one back."`
	Audit    auditCmd    `cmd:"" help:"Verify the audit; print its checkpoint and key."`
	Vault    vaultCmd    `cmd:"" help:"Change the keys that seal personal data."`
	Backup   backupCmd   `cmd:"" help:"Write the whole store into one archive while it is in use."`
	Restore  restoreCmd  `cmd:"" help:"Read an archive into a new store, of either engine."`
	Doctor   doctorCmd   `cmd:"" help:"Look whether everything that a server here needs is there."`
	Read     readCmd     `cmd:"" help:"Read a document (text, PDF, DOCX, scan) and print as JSON what it orders."`
	Import   importCmd   `cmd:"" help:"Take in lists that are kept elsewhere."`
	Zone     zoneCmd     `cmd:"" help:"Tell what applies where and when."`
	Exercise exerciseCmd `cmd:"" help:"Try rules on past data; nothing of it is in force."`
	Version  versionCmd  `cmd:"" help:"Print the version."`
}

func main() {
	ctx := kong.Parse(&commands{},
		kong.Name("phaodai"),
		kong.Description("Command system of a local government that fights an epidemic."))
	ctx.FatalIfErrorf(ctx.Run())
}
