package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"phaodai/internal/fault"
	"phaodai/internal/testkit"
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
	c := importUnitsCmd{Date: "2021-07-01", importTarget: importTarget{Data: filepath.Join(dir, "data"), Errors: filepath.Join(dir, "errors.csv")}}
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

// The real record of 2004-2021 after the real list, as an operator reads them
// in; then the same again, and a file with a row that is wrong.
func TestImportUnitChanges(t *testing.T) {
	shared := func(name string) string { return testkit.Shared(t, "data", "admin-units", name) }
	t.Setenv("PHAODAI_CONFIG", "")
	at := importTarget{Data: filepath.Join(t.TempDir(), "data"), Lang: "en"}
	units := importUnitsCmd{Files: []string{shared("units-2021-07-01.csv.gz")}, Date: "2021-07-01", importTarget: at}
	if _, err := units.importAll(t.Context(), io.Discard); err != nil {
		t.Fatal(err)
	}
	c := importChangesCmd{File: shared("unit-changes-2004-2021.csv.gz"), Decrees: shared("decrees-2003-2021.csv.gz"),
		Mapping: shared("ward-mapping-2019-01-01_to_2024-11-10.csv.gz"), importTarget: at}
	said := func() (string, int) {
		var out bytes.Buffer
		wrong, err := c.importFile(t.Context(), &out)
		if err != nil {
			t.Fatal(err)
		}
		return out.String(), wrong
	}
	start := time.Now()
	if text, wrong := said(); wrong != 0 || !strings.Contains(text, "2813 changes") || !strings.Contains(text, "0 rows of other places") {
		t.Errorf("%q %d", text, wrong)
	}
	t.Logf("read in %v", time.Since(start).Round(time.Millisecond))
	if text, wrong := said(); wrong != 0 || !strings.Contains(text, "nothing new") {
		t.Errorf("again: %q %d", text, wrong)
	}
	c.File, c.Decrees, c.Mapping, c.Errors = filepath.Join(t.TempDir(), "bad.csv"), "", "", filepath.Join(t.TempDir(), "errors.csv")
	bad := "effective_date,level,code,change,old_name,old_parent_code,new_name,new_parent_code\n2021-02-30,ward,00154,added,,,Phường Cự Khối,004\n"
	if err := os.WriteFile(c.File, []byte(bad), 0o600); err != nil {
		t.Fatal(err)
	}
	if text, wrong := said(); wrong != 1 || !strings.Contains(text, "Row 2: “2021-02-30” is no date") {
		t.Errorf("a wrong row: %q %d", text, wrong)
	}
	if report, err := os.ReadFile(c.Errors); err != nil || !strings.Contains(string(report), "2021-02-30") {
		t.Errorf("report: %q %v", report, err)
	}
}
