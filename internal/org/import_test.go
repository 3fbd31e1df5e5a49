package org

import (
	"bytes"
	"crypto/rand"
	"os"
	"strings"
	"testing"
	"time"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/id"
	"phaodai/internal/instant"
	"phaodai/internal/testkit"
)

func day(s string) instant.Micros {
	t, err := time.ParseInLocation("2006-01-02", s, instant.Vietnam())
	if err != nil {
		panic(err)
	}
	return instant.Of(t)
}

// service gives a service whose clock stands at the first day of the demo.
func service(d *db.DB) (*Service, auth.Actor) {
	at := day("2021-09-05")
	ids := id.NewSource(func() time.Time { return at.Time() }, rand.Reader)
	by := auth.Actor{Account: "a1", Person: "p-admin", Name: "Quản trị", Now: at, Wall: at,
		Grants: []auth.Grant{{Role: "admin", Path: "/", Level: auth.Personal}}}
	return New(d, ids), by
}

func national(t *testing.T, name string) UnitList {
	t.Helper()
	f, err := os.Open(testkit.Shared(t, "data", "admin-units", name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	list, err := ReadUnitList(f)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestReadNationalLists(t *testing.T) {
	for _, c := range []struct {
		file  string
		tiers map[string]int
	}{
		{"units-2021-07-01.csv.gz", map[string]int{"province": 63, "district": 705, "ward": 10603}},
		{"dvhcvn-2021-07-01.json.gz", map[string]int{"province": 63, "district": 705, "ward": 10603}},
		{"units-2025-03-01.csv.gz", map[string]int{"province": 63, "district": 696, "ward": 10047}},
		{"vn-units-2025-07-structure.json.gz", map[string]int{"province": 34, "commune": 3321}},
	} {
		list := national(t, c.file)
		got := map[string]int{}
		for _, u := range list.Units {
			got[u.Tier]++
		}
		for tier, n := range c.tiers {
			if got[tier] != n {
				t.Errorf("%s: %d of %s, want %d", c.file, got[tier], tier, n)
			}
		}
		if len(list.Errors) > 0 {
			t.Errorf("%s: %v", c.file, list.Errors[0])
		}
	}
}

// The national lists of 2021, March 2025 and July 2025 one after the other, and
// each again.
func TestImportNationalLists(t *testing.T) {
	mapping, err := os.Open(testkit.Shared(t, "data", "admin-units", "ward-mapping-2019-01-01_to_2024-11-10.csv.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer mapping.Close()
	succession, err := ReadSuccession(mapping)
	if err != nil || len(succession) < 700 {
		t.Fatal(len(succession), err)
	}
	lists := []struct {
		file, date string
		inForce    int
	}{
		{"units-2021-07-01.csv.gz", "2021-07-01", 63 + 705 + 10603},
		{"units-2025-03-01.csv.gz", "2025-03-01", 63 + 696 + 10047},
		{"vn-units-2025-07-structure.json.gz", "2025-07-01", 34 + 3321},
	}
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		s, by := service(d)
		for _, l := range lists {
			in := ImportInput{List: national(t, l.file), Date: day(l.date), Succession: succession}
			start := time.Now()
			result, err := s.Import(t.Context(), by, in)
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%s: %+v in %v", l.file, result, time.Since(start).Round(time.Millisecond))
			if n := inForce(t, d, day(l.date)); n != l.inForce {
				t.Errorf("%s: %d units in force, want %d", l.file, n, l.inForce)
			}
			again, err := s.Import(t.Context(), by, in)
			if err != nil || !again.Before || again.Added+again.Renamed+again.Ended != 0 {
				t.Errorf("%s again: %+v %v", l.file, again, err)
			}
		}
		for _, l := range lists {
			if n := inForce(t, d, day(l.date)); n != l.inForce {
				t.Errorf("%s afterwards: %d units in force, want %d", l.file, n, l.inForce)
			}
		}
		checkHistory(t, d)
		if _, err := s.Import(t.Context(), by, ImportInput{List: national(t, "dvhcvn-2025-03-01.json.gz"), Date: day("2022-01-01")}); fault.KeyOf(err) != "org.list_older" {
			t.Errorf("an older list: %v", err)
		}
	})
}

func inForce(t *testing.T, d *db.DB, at instant.Micros) (n int) {
	t.Helper()
	read(t, d, func(tx *db.Tx) error {
		return tx.Get(&n, "SELECT COUNT(*) FROM unit WHERE valid_from <= $1 AND valid_to > $2", int64(at), int64(at))
	})
	return n
}

// checkHistory: xã Vân Sơn was merged into xã Hồng Sơn between the lists.
func checkHistory(t *testing.T, d *db.DB) {
	t.Helper()
	read(t, d, func(tx *db.Tx) error {
		events, err := History(tx, "08-076-02593")
		if err != nil {
			return err
		}
		if len(events) != 1 || events[0].Kind != Merged || events[0].Successor != "08-076-02608" || events[0].Note == "" {
			t.Errorf("history of Vân Sơn: %+v", events)
		}
		district, err := UnitIn(tx, "01-004")
		if err != nil {
			return err
		}
		if district.To != day("2025-07-01") {
			t.Errorf("quận Long Biên ends %v", district.To.Time())
		}
		ward, err := UnitIn(tx, "01-00145")
		if err != nil || ward.Name != "Phường Long Biên" || ward.Tier != "commune" {
			t.Errorf("the ward of 2025: %+v %v", ward, err)
		}
		return nil
	})
}

const smallList = `province_code,province,province_type,district_code,district,district_type,ward_code,ward,ward_type
01,Thành phố Hà Nội,,004,Quận Long Biên,,00154,Phường Cự Khối,
01,Thành phố Hà Nội,,004,Quận Long Biên,,00148,Phường Thạch Bàn,
01,Thành phố Hà Nội,,004,Quận Long Biên,,0013,Phường Bồ Đề,
01,Thành phố Hà Nội,,004,Quận Long Biên,,00142,,
01,Thành phố Hà Nội
`

func TestFaultyRows(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		s, by := service(d)
		list, err := ReadUnitList(strings.NewReader(smallList))
		if err != nil {
			t.Fatal(err)
		}
		var keys []string
		for _, e := range list.Errors {
			keys = append(keys, e.Key)
		}
		if got := strings.Join(keys, " "); got != "org.list_code org.list_name org.list_short_row" {
			t.Errorf("errors: %s", got)
		}
		first, err := s.Import(t.Context(), by, ImportInput{List: list, Date: day("2021-07-01")})
		if err != nil || first.Added != 4 || len(first.Errors) != 3 {
			t.Fatalf("%+v %v", first, err)
		}
		// Corrected and read again: what was good stays, nothing ends in between.
		fixed := strings.NewReplacer("0013,", "00139,", "00142,,", "00142,Phường Sài Đồng,", "01,Thành phố Hà Nội\n", "").Replace(smallList)
		list, err = ReadUnitList(strings.NewReader(fixed))
		if err != nil || len(list.Errors) > 0 {
			t.Fatal(err, list.Errors)
		}
		second, err := s.Import(t.Context(), by, ImportInput{List: list, Date: day("2021-07-01")})
		if err != nil || second.Added != 2 || second.Same != 4 {
			t.Fatalf("%+v %v", second, err)
		}
	})
}

func TestRenamedAndEndedByList(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		s, by := service(d)
		load := func(date, from, to string) ImportResult {
			list, err := ReadUnitList(strings.NewReader(strings.ReplaceAll(head3+"01,Thành phố Hà Nội,004,Quận Long Biên,00154,Phường Cự Khối\n01,Thành phố Hà Nội,004,Quận Long Biên,00148,Phường Thạch Bàn\n", from, to)))
			if err != nil {
				t.Fatal(err)
			}
			r, err := s.Import(t.Context(), by, ImportInput{List: list, Date: day(date), Succession: []Succession{{Code: "00148", NextCode: "00154", Note: "nhập"}}})
			if err != nil {
				t.Fatal(err)
			}
			return r
		}
		load("2021-07-01", "", "")
		office, err := s.AddOffice(t.Context(), by, OfficeInput{Unit: "01-004-00148", Kind: UBND, Line: State, Name: "UBND phường Thạch Bàn"})
		if err != nil {
			t.Fatal(err)
		}
		heir, err := s.AddOffice(t.Context(), by, OfficeInput{Unit: "01-004-00154", Kind: UBND, Line: State, Name: "UBND phường Cự Khối"})
		if err != nil {
			t.Fatal(err)
		}
		if r := load("2022-01-01", "Quận Long Biên", "Thành phố Long Biên"); r.Renamed != 1 {
			t.Errorf("%+v", r)
		}
		if r := load("2023-01-01", "01,Thành phố Hà Nội,004,Quận Long Biên,00148,Phường Thạch Bàn\n", ""); r.Ended != 1 {
			t.Errorf("%+v", r)
		}
		read(t, d, func(tx *db.Tx) error {
			u, err := UnitIn(tx, "01-004")
			if err != nil {
				return err
			}
			for date, want := range map[string]string{"2021-12-31": "Quận Long Biên", "2022-06-01": "Thành phố Long Biên", "2023-06-01": "Quận Long Biên"} {
				if name, err := NameAt(tx, u, day(date)); err != nil || name != want {
					t.Errorf("name at %s: %q %v", date, name, err)
				}
			}
			o, err := OfficeIn(tx, office.ID)
			if err != nil {
				return err
			}
			if o.To != day("2023-01-01") || o.Successor != heir.ID {
				t.Errorf("office of the ended ward: %+v", o)
			}
			return nil
		})
	})
}

// A part taken for the whole would end the rest of the city.
func TestPartialList(t *testing.T) {
	d := testkit.SQLite(t)
	s, by := service(d)
	row := func(codes ...string) UnitList {
		text := head3
		for _, c := range codes {
			text += "01,Thành phố Hà Nội,004,Quận Long Biên," + c + ",Phường " + c + "\n"
		}
		list, err := ReadUnitList(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		return list
	}
	load := func(in ImportInput) (ImportResult, error) { return s.Import(t.Context(), by, in) }
	if _, err := load(ImportInput{List: row("00001", "00002", "00003"), Date: day("2021-07-01")}); err != nil {
		t.Fatal(err)
	}
	if _, err := load(ImportInput{List: row("00001"), Date: day("2022-01-01")}); fault.KeyOf(err) != "org.list_partial" {
		t.Errorf("a third of the wards: %v", err)
	}
	r, err := load(ImportInput{List: row("00004"), Date: day("2022-01-01"), Partial: true})
	if err != nil || r.Added != 1 || r.Kept != 3 || r.Ended != 0 {
		t.Errorf("as a part: %+v %v", r, err)
	}
}

const head3 = "province_code,province,district_code,district,ward_code,ward\n"

func FuzzReadUnitList(f *testing.F) {
	f.Add([]byte(smallList))
	f.Add([]byte(`[{"Code":"01","FullName":"Thành phố Hà Nội","Wards":[{"Code":"00004","FullName":"Phường Ba Đình"}]}]`))
	f.Add([]byte(`{"data":[{"level1_id":"01","name":"x","level2s":[{"level2_id":"001","name":"y","level3s":[{"level3_id":"00001","name":"z"}]}]}]}`))
	f.Add([]byte{0x1f, 0x8b, 0, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		list, err := ReadUnitList(bytes.NewReader(b))
		if err == nil && len(list.Units) == 0 {
			t.Error("no units and no error")
		}
		for _, u := range list.Units {
			if u.Code == "" || u.Name == "" {
				t.Errorf("half a unit: %+v", u)
			}
		}
	})
}
