package main

import (
	"fmt"
	"runtime/debug"
)

// version is set by the build (-ldflags -X main.version=...).
var version = "devel"

type versionCmd struct{}

func (versionCmd) Run() error {
	goVersion := ""
	if info, ok := debug.ReadBuildInfo(); ok {
		goVersion = info.GoVersion
	}
	_, err := fmt.Printf("phaodai %s (%s)\n", version, goVersion)
	return err
}
