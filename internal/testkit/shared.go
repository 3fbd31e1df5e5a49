// Package testkit is what tests of several packages need: the shared real
// data, databases of both engines, and the machine's programs.
package testkit

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// Root is the folder of the repository.
func Root() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Dir(filepath.Dir(filepath.Dir(file)))
}

// SharedDir is the folder of real texts and data that tests read but the
// repository never holds: SHARED, or ../shared beside the repository.
func SharedDir() string {
	if dir := os.Getenv("SHARED"); dir != "" {
		return dir
	}
	return filepath.Join(Root(), "..", "shared")
}

// Shared returns the path of a shared file or folder. Where SHARED is set (as
// CI does) a missing one fails the test. Elsewhere the suite is left out, and
// `make test` lists such suites at its end.
func Shared(t testing.TB, elem ...string) string {
	t.Helper()
	path := filepath.Join(append([]string{SharedDir()}, elem...)...)
	if _, err := os.Stat(path); err == nil {
		return path
	}
	if os.Getenv("SHARED") != "" {
		t.Fatalf("shared data missing: %s", filepath.Join(elem...))
	}
	t.Skipf("needs shared data: %s", filepath.Join(elem...))
	return ""
}
