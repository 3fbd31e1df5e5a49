package caseband_test

import (
	"fmt"
	"io"
	"math"
	"os"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"phaodai/internal/caseband"
	"phaodai/internal/criterion"
	"phaodai/internal/fault"
	"phaodai/internal/testkit"
)

func rs4800(t testing.TB) *criterion.Table {
	t.Helper()
	tables, err := criterion.Examples()
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range tables {
		if table.ID == "RS4800" {
			return table
		}
	}
	t.Fatal("no table RS4800")
	return nil
}

const (
	peopleHead = "province_code,ward_code,province,district,ward,total\n"
	casesHead  = "province_code,province,district,ward,date,cases\n"
)

// exercise recomputes lists that a test writes by hand.
func exercise(t testing.TB, people, cases string) *caseband.Exercise {
	t.Helper()
	residents, err := caseband.ReadPopulation(strings.NewReader(peopleHead + people))
	if err != nil {
		t.Fatal(err)
	}
	list, err := caseband.ReadCases(strings.NewReader(casesHead + cases))
	if err != nil {
		t.Fatal(err)
	}
	e, err := caseband.Recompute(rs4800(t), caseband.NewPlaces(residents), list)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// at is the run that holds in a unit on a day.
func at(t testing.TB, e *caseband.Exercise, code, day string) caseband.Run {
	t.Helper()
	d, err := caseband.ParseDay(day)
	if err != nil {
		t.Fatal(err)
	}
	h, ok := e.History(code)
	if !ok {
		t.Fatalf("no unit %s", code)
	}
	for _, r := range h.Runs {
		if r.From <= d && d <= r.To {
			return r
		}
	}
	t.Fatalf("%s has no band on %s", code, day)
	return caseband.Run{}
}

// TestHoChiMinhCityOn21October2021 is the published example: 6,635 cases this
// week and 6,815 the week before among 9,145,000 people are 73.5, band 3.
func TestHoChiMinhCityOn21October2021(t *testing.T) {
	const hcmc = "79,79,Thành phố Hồ Chí Minh,,,9145000\n"
	e := exercise(t, hcmc, "79,TP. Hồ Chí Minh,,,2021-10-08,6815\n79,TP. Hồ Chí Minh,,,2021-10-21,6635\n")
	r := at(t, e, "79", "2021-10-21")
	if rate := math.Round(*r.First.Rate*10) / 10; rate != 73.5 || r.Band() != "3" || r.Because != caseband.Counted {
		t.Errorf("rate %v, band %s, %s", rate, r.Band(), r.Because)
	}
}

// TestUnknownIsNeverZero: what the data lack widens the band; it never lowers it.
func TestUnknownIsNeverZero(t *testing.T) {
	const people = `01,00154,Hà Nội,Quận Long Biên,Phường Cự Khối,10000
01,00148,Hà Nội,Quận Long Biên,Phường Thạch Bàn,10000
01,00001,Hà Nội,Quận Ba Đình,Phường Phúc Xá,10000
01,00002,Hà Nội,Quận Ba Đình,Phường Vô Danh,
27,09000,Bắc Ninh,Thành phố Bắc Ninh,Phường Vũ Ninh,10000
24,07001,Bắc Giang,Huyện Tân Yên,Thị trấn Cao Thượng,10000
24,07002,Bắc Giang,Huyện Tân Yên,Xã Cao Thượng,10000
24,07003,Bắc Giang,Huyện Việt Yên,Xã Quang Châu,10000
`
	const cases = `01,Hà Nội,Long Biên,Cự Khối,2021-05-01,40
01,Hà Nội,Long Biên,,2021-05-20,8
01,Hà Nội,Long Biên,Cự Khối,2021-05-20,12
24,Bắc Giang,Tân Yên,Cao Thượng,2021-05-20,30
01,Hà Nội,Việt Yên,Quang Châu,2021-05-22,5
24,Bắc Giang,Việt Yên,Quang Châu,2021-05-22,3
`
	e := exercise(t, people, cases)
	for _, c := range []struct {
		what, code, day, band string
		because               caseband.Why
	}{
		{"too many already, whatever came before the data", "00154", "2021-05-02", "4", caseband.Counted},
		{"two days of fourteen", "00148", "2021-05-02", "1-4", caseband.Short},
		{"12 cases are 60, with 8 more 100: both band 3", "00154", "2021-05-20", "3", caseband.Counted},
		{"none of its own, 8 of the district: up to 40", "00148", "2021-05-20", "1-2", caseband.Open},
		{"nothing open in this district", "00001", "2021-05-20", "1", caseband.Counted},
		{"a row of Hà Nội names a district of Bắc Giang: any ward may have them", "00001", "2021-05-22", "1-2", caseband.Open},
		{"nobody counted the people", "00002", "2021-05-20", "1-4", caseband.NoPeople},
		{"a province without a row", "09000", "2021-05-20", "1-4", caseband.NoReport},
		{"a town and a commune of one name", "07001", "2021-05-20", "1-4", caseband.Open},
		{"a town and a commune of one name", "07002", "2021-05-20", "1-4", caseband.Open},
		{"3 cases are 15; 5 filed under Hà Nội may be here: 40", "07003", "2021-05-22", "1-2", caseband.Open},
	} {
		if r := at(t, e, c.code, c.day); r.Band() != c.band || r.Because != c.because {
			t.Errorf("%s: %s on %s is %s (%s), want %s (%s)\n%+v", c.what, c.code, c.day, r.Band(), r.Because, c.band, c.because, r.First)
		}
	}
	if s := e.Summary; s.Cases != 98 || s.Placed != 55 || s.Unplaced != 43 || s.NoPeople != 1 || s.NoReport != 1 {
		t.Errorf("summary %+v", s)
	}
	if open := at(t, e, "00001", "2021-05-22").First.Open; open.Week != 5 {
		t.Errorf("open cases of Phúc Xá: %+v", open)
	}
}

// TestEveryBorder: the bands are [20, 50), [50, 150) and [150, without end).
func TestEveryBorder(t *testing.T) {
	for cases, want := range map[int]string{0: "1", 39: "1", 40: "2", 99: "2", 100: "3", 299: "3", 300: "4"} {
		e := exercise(t, "01,1,Hà Nội,Quận A,Phường B,100000\n",
			fmt.Sprintf("01,Hà Nội,A,B,2021-05-01,0\n01,Hà Nội,A,B,2021-05-14,%d\n", cases))
		if r := at(t, e, "1", "2021-05-14"); r.Band() != want {
			t.Errorf("%d cases in two weeks among 100,000 people: band %s, want %s", cases, r.Band(), want)
		}
	}
}

// TestRunsAgreeWithCountingByHand holds the runs against a plain sum over rows,
// and checks that they cover every day once.
func TestRunsAgreeWithCountingByHand(t *testing.T) {
	table := rs4800(t)
	rapid.Check(t, func(t *rapid.T) {
		people := rapid.IntRange(1, 50_000).Draw(t, "people")
		daily := rapid.SliceOfN(rapid.IntRange(0, 12), 1, 60).Draw(t, "daily")
		var cases []caseband.Case
		for i, n := range daily {
			cases = append(cases, caseband.Case{ProvinceCode: "01", District: "A", Ward: "B", Day: caseband.Day(18_000 + i), Count: n})
		}
		places := caseband.NewPlaces([]caseband.Resident{{ProvinceCode: "01", Code: "1", District: "A", Ward: "B", People: people}})
		e, err := caseband.Recompute(table, places, cases)
		if err != nil {
			t.Fatal(err)
		}
		h, _ := e.History("1")
		next := caseband.Day(18_000)
		for i, r := range h.Runs {
			if r.From != next || r.To < r.From {
				t.Fatalf("run %d is %s to %s, after %s", i, r.From, r.To, next-1)
			}
			next = r.To + 1
			for d := r.From; d <= r.To; d++ {
				if want := byHand(table, daily, int(d)-18_000, people); r.Band() != want {
					t.Fatalf("day %d: %s, want %s", d, r.Band(), want)
				}
			}
		}
		if int(next) != 18_000+len(daily) {
			t.Fatalf("the runs end before day %d", next)
		}
	})
}

func byHand(table *criterion.Table, daily []int, day, people int) string {
	n := 0
	for i := max(day-13, 0); i <= day; i++ {
		n += daily[i]
	}
	least := table.Band("case_rate", float64(n)/2/float64(people)*100_000)
	if day < 13 && least != "4" {
		return least + "-4"
	}
	return least
}

func TestUnitsThatMovedOrMerged(t *testing.T) {
	places := caseband.NewPlaces([]caseband.Resident{
		{"79", "1", "HCM", "Quận 9", "Phường Long Thạnh Mỹ", 10_000},
		{"79", "2", "HCM", "Quận 2", "Phường Bình An", 6_000},
		{"79", "3", "HCM", "Quận 2", "Phường An Khánh", 4_000},
		{"79", "4", "HCM", "Quận 3", "Phường 06", 5_000},
		{"79", "5", "HCM", "Quận 3", "Phường 7", 5_000},
		{"79", "", "HCM", "Quận 3", "Phường 8", 3_000},
	})
	places.Rename([]caseband.Present{
		{"79", "1", "HCM", "Thành phố Thủ Đức", "Phường Long Thạnh Mỹ"},
		{"79", "3", "HCM", "Thành phố Thủ Đức", "Phường An Khánh"},
		{"79", "9", "HCM", "Quận 3", "Phường Võ Thị Sáu"},
		{"79", "10", "HCM", "Quận 3", "Phường 08"},
	}, map[string]string{"2": "3", "4": "9", "5": "9"})
	e, err := caseband.Recompute(rs4800(t), places, []caseband.Case{
		{"79", "", "Thủ Đức", "Long Thạnh Mỹ", 100, 1}, {"79", "", "Quận 2", "Bình An", 100, 2}, {"79", "", "Quận 3", "Phường 6", 100, 4},
		{"79", "", "Quận 3", "Võ Thị Sáu", 100, 8}, {"79", "", "Quận 3", "Phường 8", 100, 16},
	})
	if err != nil {
		t.Fatal(err)
	}
	for code, want := range map[string][2]int{"1": {1, 10_000}, "3": {2, 10_000}, "9": {12, 10_000}, "10": {16, 3_000}} {
		h, _ := e.History(code)
		if h.Runs[0].First.Week != want[0] || h.Unit.People != want[1] {
			t.Errorf("%s: %d cases, %d people, want %v", code, h.Runs[0].First.Week, h.Unit.People, want)
		}
	}
	if e.Summary.Unplaced != 0 || e.Summary.Units != 4 {
		t.Errorf("%+v", e.Summary)
	}
}

func TestBadListsAreRefusedWithTheirRow(t *testing.T) {
	for list, want := range map[string]string{
		"":                                      "caseband.unreadable",
		"province_code,date\n":                  "caseband.no_column",
		casesHead:                               "caseband.no_cases",
		casesHead + "01,a,b,c,31/02/2021,1\n":   "caseband.row",
		casesHead + "01,a,b,c,2021-05-01,-1\n":  "caseband.row",
		casesHead + "01,a,b,c,2021-05-01,1e9\n": "caseband.row",
		casesHead + "01,a,b\n":                  "caseband.unreadable",
		"\x1f\x8bnot packed":                    "caseband.unreadable",
		casesHead + "\"01,a,b,c,2021-05-01,1\n": "caseband.unreadable",
		casesHead + strings.Repeat("x", 65<<20): "caseband.too_large",
	} {
		if _, err := caseband.ReadCases(strings.NewReader(list)); fault.KeyOf(err) != want {
			t.Errorf("%.60q: %v, want %s", list, err, want)
		}
	}
	cases, err := caseband.ReadCases(strings.NewReader(casesHead + "01,a,b,c,2020-01-01,1\n01,a,b,c,2021-07-01,1\n"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := caseband.Recompute(rs4800(t), caseband.NewPlaces(nil), cases); fault.KeyOf(err) != "caseband.too_long" {
		t.Errorf("eighteen months: %v", err)
	}
}

// data are the real lists, read once.
func data(t testing.TB) (*caseband.Places, []caseband.Case) {
	t.Helper()
	places := caseband.NewPlaces(list(t, caseband.ReadPopulation, "population", "census2019-population-by-ward.csv.gz"))
	places.Rename(list(t, caseband.ReadPresent, "admin-units", "units-2021-07-01.csv.gz"),
		list(t, caseband.ReadSuccession, "admin-units", "ward-mapping-2019-01-01_to_2024-11-10.csv.gz"))
	return places, list(t, caseband.ReadCases, "vietnam-timeseries", "announced_cases_ward_daily_2021-04-27_2021-07-13.csv.gz")
}

func list[T any](t testing.TB, read func(io.Reader) (T, error), elem ...string) T {
	t.Helper()
	file, err := os.Open(testkit.Shared(t, append([]string{"data"}, elem...)...))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	out, err := read(file)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestSpringOf2021 applies the bands to every ward of the country.
func TestSpringOf2021(t *testing.T) {
	places, cases := data(t)
	total := 0
	for _, c := range cases {
		total += c.Count
	}
	e, err := caseband.Recompute(rs4800(t), places, cases)
	if err != nil {
		t.Fatal(err)
	}
	s := e.Summary
	t.Logf("%s to %s: %+v", e.From, e.To, s)
	if e.From.String() != "2021-04-27" || e.To.String() != "2021-07-13" || s.Cases != total || s.Placed+s.Unplaced != total {
		t.Errorf("%s to %s, %+v, %d cases in the list", e.From, e.To, s, total)
	}
	if s.Units < 10_400 || s.Placed*100 < total*93 {
		t.Errorf("%d units, %d of %d cases placed", s.Units, s.Placed, total)
	}
	people := 0
	for h := range e.All {
		people += h.Unit.People
	}
	if people != 96_208_984 {
		t.Errorf("%d people: the census has 96,208,984, and no merger loses one", people)
	}
	for _, c := range []struct{ unit, day, band string }{
		{"Quang Châu, Việt Yên", "2021-05-25", "4"}, // the outbreak of the industrial parks
		{"Cự Khối, Long Biên", "2021-04-27", "1-4"},
	} {
		found := e.Find(c.unit)
		if len(found) != 1 {
			t.Fatalf("%s: %v", c.unit, found)
		}
		if r := at(t, e, found[0].Code, c.day); r.Band() != c.band {
			t.Errorf("%s on %s: %s, want %s; %+v", c.unit, c.day, r.Band(), c.band, r)
		}
	}
}

// BenchmarkRecompute decides every ward and day, beside the limit of 2 seconds.
func BenchmarkRecompute(b *testing.B) {
	places, cases := data(b)
	table := rs4800(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := caseband.Recompute(table, places, cases); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(b.Elapsed().Seconds()/float64(b.N)/(2*time.Second).Seconds(), "of-limit")
}

func FuzzReadCases(f *testing.F) {
	f.Add([]byte(casesHead + "01,Hà Nội,Long Biên,Cự Khối,2021-05-01,4\n"))
	f.Add([]byte("\x1f\x8b"))
	f.Fuzz(func(t *testing.T, data []byte) {
		cases, err := caseband.ReadCases(strings.NewReader(string(data)))
		if err != nil {
			return
		}
		places := caseband.NewPlaces([]caseband.Resident{{"01", "1", "Hà Nội", "Quận Long Biên", "Phường Cự Khối", 10_000}})
		if e, err := caseband.Recompute(rs4800(t), places, cases); err == nil && e.Summary.Placed+e.Summary.Unplaced != e.Summary.Cases {
			t.Errorf("%+v", e.Summary)
		}
	})
}
