// Command phaodai is the command system of a local government that fights an
// epidemic: one binary for the server, the demo, the reader and administration.
package main

import (
	"github.com/alecthomas/kong"
)

// commands are the subcommands, one file each.
type commands struct {
	Version versionCmd `cmd:"" help:"Print the version."`
}

func main() {
	ctx := kong.Parse(&commands{},
		kong.Name("phaodai"),
		kong.Description("Command system of a local government that fights an epidemic."))
	ctx.FatalIfErrorf(ctx.Run())
}
