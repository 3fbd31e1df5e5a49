package testkit

import (
	"bytes"
	"os/exec"
	"testing"
)

// ValidXML tells for each file whether it is valid by a schema, as xmllint, a
// program that is not ours, finds it.
func ValidXML(t testing.TB, schema string, files []string) []bool {
	t.Helper()
	program, err := exec.LookPath("xmllint")
	if err != nil {
		t.Fatalf("xmllint is needed (Debian package libxml2-utils): %v", err)
	}
	said, _ := exec.Command(program, append([]string{"--nonet", "--noout", "--schema", schema}, files...)...).CombinedOutput()
	out := make([]bool, len(files))
	for i, file := range files {
		out[i] = bytes.Contains(said, []byte("\n"+file+" validates\n")) || bytes.HasPrefix(said, []byte(file+" validates\n"))
		if !out[i] {
			t.Logf("%s", said[:min(len(said), 2000)])
		}
	}
	return out
}
