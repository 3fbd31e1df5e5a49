package criterion_test

import (
	"os"
	"strings"
	"testing"
)

// edited is the file of RS4800 with one place changed.
func edited(t *testing.T, old, changed string) []byte {
	t.Helper()
	data, err := os.ReadFile("example/rs4800.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if strings.Count(string(data), old) == 0 {
		t.Fatalf("the file has no %q", old)
	}
	return []byte(strings.Replace(string(data), old, changed, 1))
}
