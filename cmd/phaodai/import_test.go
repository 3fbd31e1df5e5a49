package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"phaodai/internal/fault"
)

const listHead = "province_code,province,district_code,district,ward_code,ward\n"

// imported runs the command on a list and returns what it says.
func imported(t *testing.T, c importUnitsCmd, list string) (string, int, error) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "units.csv")
	if err := os.WriteFile(file, []byte(listHead+list), 0o600); err != nil {
		t.Fatal(err)
	}
	c.Files, c.Lang = []string{file}, "en"
	var out bytes.Buffer
	wrong, err := c.importAll(t.Context(), &out)
	return out.String(), wrong, err
}

func TestImportUnits(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("PHAODAI_CONFIG", "")
	c := importUnitsCmd{Data: filepath.Join(dir, "data"), Date: "2021-07-01", Errors: filepath.Join(dir, "errors.csv")}
	const good = "01,Thành phố Hà Nội,004,Quận Long Biên,00154,Phường Cự Khối\n"
	said, wrong, err := imported(t, c, good+"01,Thành phố Hà Nội,004,Quận Long Biên,154,Phường Thạch Bàn\n")
	if err != nil || wrong != 1 || !strings.Contains(said, "3 added") || !strings.Contains(said, "Row 3: Code “154” is wrong") {
		t.Errorf("%q %d %v", said, wrong, err)
	}
	report, err := os.ReadFile(c.Errors)
	if err != nil || !strings.Contains(string(report), "Phường Thạch Bàn") {
		t.Errorf("report: %q %v", report, err)
	}
	fixed := good + "01,Thành phố Hà Nội,004,Quận Long Biên,00148,Phường Thạch Bàn\n"
	if said, wrong, err = imported(t, c, fixed); err != nil || wrong != 0 || !strings.Contains(said, "1 added") {
		t.Errorf("%q %d %v", said, wrong, err)
	}
	if said, _, err = imported(t, c, fixed); err != nil || !strings.Contains(said, "nothing changed") {
		t.Errorf("again: %q %v", said, err)
	}
	c.Date = "tomorrow"
	if _, _, err = imported(t, c, fixed); fault.KindOf(err) != fault.Invalid {
		t.Errorf("a wrong date: %v", err)
	}
	if _, err := (&importUnitsCmd{Date: "2021-07-01"}).importAll(t.Context(), os.Stdout); fault.KeyOf(err) != "org.import_no_file" {
		t.Errorf("no file: %v", err)
	}
}
