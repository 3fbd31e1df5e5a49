package org

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/testkit"
)

// sharedFile reads a shared file of the units with a reader of its format.
func sharedFile[T any](t *testing.T, name string, read func(io.Reader) (T, error)) T {
	t.Helper()
	f, err := os.Open(testkit.Shared(t, "data", "admin-units", name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	out, err := read(f)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// nationalChanges is the real record of 2004-2021 with decrees and successors.
func nationalChanges(t *testing.T) ChangesInput {
	t.Helper()
	return ChangesInput{
		Changes:    sharedFile(t, "unit-changes-2004-2021.csv.gz", ReadUnitChanges),
		Decrees:    sharedFile(t, "decrees-2003-2021.csv.gz", ReadDecrees),
		Succession: sharedFile(t, "ward-mapping-2019-01-01_to_2024-11-10.csv.gz", ReadSuccession),
	}
}

func TestImportNationalChanges(t *testing.T) {
	in := nationalChanges(t)
	if len(in.Changes.Rows) != 2813 || len(in.Changes.Errors) != 0 {
		t.Fatalf("%d rows, %v", len(in.Changes.Rows), in.Changes.Errors)
	}
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		s, by := service(d)
		if _, err := s.ImportChanges(t.Context(), by, in); fault.KeyOf(err) != "org.change_no_list" {
			t.Fatalf("before any list: %v", err)
		}
		list := ImportInput{List: national(t, "units-2021-07-01.csv.gz"), Date: day("2021-07-01")}
		if _, err := s.Import(t.Context(), by, list); err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		first, err := s.ImportChanges(t.Context(), by, in)
		if err != nil {
			t.Fatal(err)
		}
		took := time.Since(start)
		t.Logf("%+v in %v", first, took.Round(time.Millisecond))
		if first.Events == 0 || first.Ended == 0 || first.Elsewhere != 0 || len(first.Errors) != 0 {
			t.Errorf("%+v", first)
		}
		entries := audited(t, d)
		again, err := s.ImportChanges(t.Context(), by, in)
		if err != nil || again.Events+again.Ended+again.Reached+again.Replaced != 0 || again.Known != first.Events {
			t.Errorf("again: %+v %v", again, err)
		}
		if n := audited(t, d); n != entries {
			t.Errorf("reading it again is audited as a change: %d entries, then %d", entries, n)
		}
		if n := inForce(t, d, day("2021-07-01")); n != 63+705+10603 {
			t.Errorf("%d units in force on the day of the list", n)
		}
		if n := successors(t, d); n < 500 {
			t.Errorf("%d units with who came after them", n)
		}
		checkYear2019(t, d)
		checkStories(t, d)
		// The next list comes over all of it.
		list = ImportInput{List: national(t, "units-2025-03-01.csv.gz"), Date: day("2025-03-01"), Succession: in.Succession}
		if _, err := s.Import(t.Context(), by, list); err != nil {
			t.Fatal(err)
		}
		if n := inForce(t, d, day("2025-03-01")); n != 63+696+10047 {
			t.Errorf("%d units in force in 2025", n)
		}
	})
}

func audited(t *testing.T, d *db.DB) (n int) {
	t.Helper()
	read(t, d, func(tx *db.Tx) error {
		return tx.Get(&n, "SELECT COUNT(*) FROM audit WHERE action LIKE 'org.unit_list%'")
	})
	return n
}

// checkYear2019 compares the wards that the history says were in force on 1
// January 2019 with those that another source counted on that day.
func checkYear2019(t *testing.T, d *db.DB) {
	t.Helper()
	var have []string
	read(t, d, func(tx *db.Tx) error {
		return tx.Select(&have, "SELECT code FROM unit WHERE tier = 'ward' AND valid_from <= $1 AND valid_to > $2 ORDER BY code",
			int64(day("2019-01-01")), int64(day("2019-01-01")))
	})
	want := sharedFile(t, "ward-mapping-2019-01-01_to_2024-11-10.csv.gz", wards2019)
	if twice := len(have) - len(slices.Compact(slices.Clone(have))); twice != 0 {
		t.Errorf("%d wards stand twice in 2019", twice)
	}
	var missing, more []string
	for _, code := range want {
		if _, ok := slices.BinarySearch(have, code); !ok {
			missing = append(missing, code)
		}
	}
	for _, code := range have {
		if _, ok := slices.BinarySearch(want, code); !ok {
			more = append(more, code)
		}
	}
	t.Logf("2019: %d wards, the other source has %d; it alone %v, the history alone %v", len(have), len(want), missing, more)
	if len(missing)+len(more) > len(want)/1000 {
		t.Errorf("the wards of 2019 differ: %d missing, %d too many", len(missing), len(more))
	}
}

func wards2019(r io.Reader) (out []string, err error) {
	text, err := unpack(r)
	if err != nil {
		return nil, err
	}
	records, err := csv.NewReader(strings.NewReader(string(text))).ReadAll()
	for _, rec := range records[1:] {
		out = append(out, rec[4])
	}
	slices.Sort(out)
	return slices.Compact(out), err
}

// checkStories looks at units whose story is known from elsewhere.
func checkStories(t *testing.T, d *db.DB) {
	t.Helper()
	for _, c := range []struct {
		unit, date string
		kind       EventKind
		successor  string
		old, new   string
		decree     string
	}{
		{"28", "2008-08-01", Merged, "01", "Tỉnh Hà Tây", "Thành phố Hà Nội", ""},
		{"28-268", "2008-08-01", Moved, "01-268", "Thành phố Hà Đông", "Thành phố Hà Đông", ""},
		{"79-763", "2021-01-01", Merged, "79-769", "Quận 9", "Thành phố Thủ Đức", "1111/NQ-UBTVQH14"},
		{"17-151", "2020-01-01", Merged, "17-148", "Huyện Kỳ Sơn", "Thành phố Hòa Bình", "830/NQ-UBTVQH14"},
		{"26-243-08728", "2004-12-02", Renamed, "", "Xã Khai Quang", "Phường Khai Quang", ""},
		{"68-674", "2004-12-02", Founded, "", "", "Huyện Đam Rông", "189/2004/NĐ-CP"},
		{"68-675-24853", "2004-12-02", Moved, "68-674-24853", "Xã Đạ Tông", "Xã Đạ Tông", ""},
	} {
		var events []Event
		read(t, d, func(tx *db.Tx) (err error) {
			events, err = History(tx, c.unit)
			return err
		})
		found := slices.ContainsFunc(events, func(e Event) bool {
			return e.Unit == c.unit && e.At == day(c.date) && e.Kind == c.kind && e.Successor == c.successor &&
				e.OldName == c.old && e.NewName == c.new && strings.HasPrefix(e.Decree, c.decree)
		})
		if !found {
			t.Errorf("%s has no %s of %s: %+v", c.unit, c.kind, c.date, events)
		}
	}
}

func successors(t *testing.T, d *db.DB) (n int) {
	t.Helper()
	read(t, d, func(tx *db.Tx) error {
		return tx.Get(&n, "SELECT COUNT(DISTINCT unit) FROM unit_event WHERE kind IN ('merged', 'split') AND successor <> ''")
	})
	return n
}

const changeHead = "effective_date,level,code,change,old_name,old_parent_code,new_name,new_parent_code\n"

// small is a service with two wards of one district, and a record of changes.
func small(t *testing.T, d *db.DB, rows string) (*Service, auth.Actor, ChangesInput) {
	t.Helper()
	s, by := service(d)
	list, err := ReadUnitList(strings.NewReader(head3 + "01,Thành phố Hà Nội,004,Quận Long Biên,00154,Phường Cự Khối\n" +
		"01,Thành phố Hà Nội,004,Quận Long Biên,00148,Phường Thạch Bàn\n"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Import(t.Context(), by, ImportInput{List: list, Date: day("2021-07-01")}); err != nil {
		t.Fatal(err)
	}
	changes, err := ReadUnitChanges(strings.NewReader(changeHead + rows))
	if err != nil {
		t.Fatal(err)
	}
	return s, by, ChangesInput{Changes: changes}
}

// A row that is wrong is named with its number; the others count.
func TestFaultyChanges(t *testing.T) {
	s, by, in := small(t, testkit.SQLite(t), `2010-01-01,ward,00154,renamed,Xã Cự Khối,004,Phường Cự Khối,004
9/9/2010,ward,00154,renamed,Xã Cự Khối,004,Phường Cự Khối,004
2010-01-01,village,00154,renamed,Xã Cự Khối,004,Phường Cự Khối,004
2010-01-01,ward,154,renamed,Xã Cự Khối,004,Phường Cự Khối,004
2010-01-01,ward,00154,vanished,Xã Cự Khối,004,Phường Cự Khối,004
2010-01-01,ward,00154,renamed,,004,Phường Cự Khối,004
2010-01-01,ward,00154,renamed,Xã Cự Khối,4,Phường Cự Khối,004
2010-01-01,ward,00154,moved,Xã Cự Khối,004,Phường Cự Khối
2011-01-01,ward,09999,renamed,Xã Một,004,Xã Hai,004
2011-01-01,ward,00777,renamed,Xã Ba,777,Xã Bốn,777
2012-01-01,ward,00888,removed,Xã Năm,777,,
`)
	result, err := s.ImportChanges(t.Context(), by, in)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range result.Errors {
		got = append(got, fmt.Sprint(e.Row, " ", e.Key))
	}
	want := []string{"3 org.change_date", "4 org.change_tier", "5 org.list_code", "6 org.change_act", "7 org.list_name", "8 org.list_code",
		"9 org.list_code", "10 org.change_unknown"}
	if !slices.Equal(got, want) {
		t.Errorf("errors %v", got)
	}
	if result.Events != 1 || result.Elsewhere != 3 {
		t.Errorf("%+v", result)
	}
	by.Grants[0].Path = "/01/"
	if _, err := s.ImportChanges(t.Context(), by, in); fault.KindOf(err) != fault.Denied {
		t.Errorf("an administrator of one province: %v", err)
	}
	if _, err := ReadUnitChanges(strings.NewReader("effective_date,level\n")); fault.KeyOf(err) != "org.list_column" {
		t.Errorf("without columns: %v", err)
	}
}

// A ward that was merged, founded again under the same code, and renamed; then
// more is known of who came after it.
func TestChangesOfOneCode(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		s, by, in := small(t, d, `2005-01-01,ward,00148,renamed,Xã Thạch Bàn,004,Thị trấn Thạch Bàn,004
2008-01-01,ward,00154,removed,Xã Cự Khối,004,,
2012-01-01,ward,00154,added,,,Phường Cự Khối,004
2021-07-01,ward,00148,renamed,Thị trấn Thạch Bàn,004,Phường Thạch Bàn,004
`)
		result, err := s.ImportChanges(t.Context(), by, in)
		if err != nil || result.Events != 4 || result.Ended != 1 {
			t.Fatalf("%+v %v", result, err)
		}
		for date, want := range map[string]int{"2004-12-31": 0, "2006-01-01": 4, "2009-01-01": 3, "2013-01-01": 4} {
			if n := inForce(t, d, day(date)); n != want {
				t.Errorf("%s: %d units, want %d", date, n, want)
			}
		}
		in.Succession = []Succession{{Code: "00154", NextCode: "00148", Note: "nhập vào Thạch Bàn"}}
		result, err = s.ImportChanges(t.Context(), by, in)
		if err != nil || result.Events != 1 || result.Replaced != 1 || result.Known != 3 {
			t.Errorf("with the successor: %+v %v", result, err)
		}
		read(t, d, func(tx *db.Tx) error {
			events, err := History(tx, "01-004-00148")
			if err != nil {
				return err
			}
			if len(events) != 3 || events[1].Kind != Merged || events[1].Unit != "01-004-00154.20080101" || events[1].Note != "nhập vào Thạch Bàn" {
				t.Errorf("history of Thạch Bàn: %+v", events)
			}
			return nil
		})
	})
}

func TestDecreeFor(t *testing.T) {
	titles, err := ReadDecrees(strings.NewReader("effective_date,decrees\n2020-01-01,\"1/NQ: Sắp xếp xã thuộc tỉnh Hoà Bình; " +
		"2/NQ: Sắp xếp xã thuộc tỉnh Nghệ An; 3/NQ: Thành lập thị xã Cửa Lò, tỉnh Nghệ An; Ghi chú\"\n"))
	if err != nil {
		t.Fatal(err)
	}
	of := titles[day("2020-01-01")]
	if len(of) != 3 {
		t.Fatalf("%d decrees: a remark is none", len(of))
	}
	for _, c := range []struct{ province, district, want string }{
		{"Hòa Bình", "Kỳ Sơn", "1/NQ"}, {"Nghệ An", "Cửa Lò", "3/NQ"}, {"Nghệ An", "Kỳ Sơn", ""}, {"An", "", ""}, {"Sơn La", "Mộc Châu", ""},
	} {
		got, _, _ := strings.Cut(decreeFor(of, c.province, c.district), ":")
		if got != c.want {
			t.Errorf("%s, %s: %q, want %q", c.district, c.province, got, c.want)
		}
	}
}

func FuzzReadUnitChanges(f *testing.F) {
	f.Add([]byte(changeHead + "2010-01-01,ward,00154,renamed,Xã Cự Khối,004,Phường Cự Khối,004\n"))
	f.Add([]byte(changeHead + "2010-01-01,province,28,removed,Tỉnh Hà Tây,,,\n"))
	f.Add([]byte{0x1f, 0x8b, 0, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		changes, err := ReadUnitChanges(bytes.NewReader(b))
		if err == nil && len(changes.Rows)+len(changes.Errors) == 0 {
			t.Error("neither rows nor errors")
		}
		for _, line := range stays(changes.Rows, 0) {
			for i, st := range line {
				if !st.ended() && i < len(line)-1 {
					t.Errorf("two units have the code %s at once", st.code)
				}
			}
		}
	})
}
