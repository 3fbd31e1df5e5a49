// Package asset carries the bundle that web/ builds: scripts, styles and icons.
// The folder dist is made by "npm run build" in web/ and not committed; a clean
// clone compiles without it, and the server says at its start that it is missing.
package asset

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var files embed.FS

// Files is the bundle, empty but for a placeholder until it was built.
func Files() fs.FS {
	dist, err := fs.Sub(files, "dist")
	if err != nil {
		panic(err) // the name is a constant
	}
	return dist
}
