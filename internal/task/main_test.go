package task_test

import (
	"flag"
	"os"
	"testing"
)

// TestMain bounds the property tests, each of which moves through a database,
// unless -rapid.checks says how long to look.
func TestMain(m *testing.M) {
	flag.Parse()
	chosen := false
	flag.Visit(func(f *flag.Flag) { chosen = chosen || f.Name == "rapid.checks" })
	if !chosen {
		if err := flag.Set("rapid.checks", "12"); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}
