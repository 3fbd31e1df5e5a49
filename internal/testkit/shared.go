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
	leaveOut(t, filepath.Join(elem...))
	t.Skipf("needs shared data: %s", filepath.Join(elem...))
	return ""
}

// leaveOut notes a suite for the list at the end of `make test`.
func leaveOut(t testing.TB, what string) {
	list := os.Getenv("PHAODAI_LEFT_OUT")
	if list == "" {
		return
	}
	f, err := os.OpenFile(list, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteString(t.Name() + ": " + what + "\n"); err != nil {
		t.Fatal(err)
	}
}
