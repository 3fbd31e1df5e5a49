package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"phaodai/internal/fault"
	"phaodai/internal/testkit"
)

const (
	fewPeople = "province_code,ward_code,province,district,ward,total\n" +
		"79,26734,Thành phố Hồ Chí Minh,Quận 1,Phường Tân Định,9145000\n79,26737,Thành phố Hồ Chí Minh,Quận 1,Phường Đa Kao,\n"
	fewCases = "province_code,province,district,ward,date,cases\n" +
		"79,TP. Hồ Chí Minh,Quận 1,Tân Định,2021-10-08,6815\n79,TP. Hồ Chí Minh,Quận 1,Tân Định,2021-10-21,6635\n"
)

func bands(t *testing.T, c exerciseBandsCmd, cases string) (string, error) {
	t.Helper()
	c.Population, c.Cases = inFile(t, "people.csv", []byte(fewPeople)), inFile(t, "cases.csv", []byte(cases))
	var out bytes.Buffer
	err := c.print(&out)
	return out.String(), err
}

// TestExerciseSaysWhy prints the published example of Decision 4800: 73.5 is
// band 3. The days whose two weeks begin before the data say so.
func TestExerciseSaysWhy(t *testing.T) {
	for _, c := range []struct {
		cmd  exerciseBandsCmd
		want []string
	}{
		{exerciseBandsCmd{Format: "text", Lang: "vi", Unit: "tan dinh, quan 1"}, []string{
			"DIỄN TẬP. Thử các mức của 4800/QĐ-BYT", "21/10/2021 đến 21/10/2021: mức 3",
			"7 ngày qua 6.635 ca, 7 ngày trước đó 6.815 ca, 9.145.000 dân: 73,5 ca trên 100.000 dân mỗi tuần.", "Số liệu thiếu 13 ngày"}},
		{exerciseBandsCmd{Format: "text", Lang: "en", Unit: "26737"}, []string{"EXERCISE", "between band 1 and band 4, not known", "The population is not known"}},
		{exerciseBandsCmd{Format: "text", Lang: "en"}, []string{"13,450 cases: 13,450 with a known ward, 0 without.", "2 wards and communes; 28 bands decided."}},
	} {
		said, err := bands(t, c.cmd, fewCases)
		for _, want := range c.want {
			if err != nil || !strings.Contains(said, want) {
				t.Errorf("%v does not say %q:\n%s", err, want, said)
			}
		}
	}
}

func TestExerciseForMachines(t *testing.T) {
	said, err := bands(t, exerciseBandsCmd{Format: "json", Lang: "en"}, fewCases)
	var got struct {
		Exercise bool
		Units    []struct {
			Unit struct{ Code string }
			Runs []struct {
				To, Least, Most, Because string
				First                    struct{ Rate float64 }
			}
		}
	}
	if err := json.Unmarshal([]byte(said), &got); err != nil {
		t.Fatal(err, said)
	}
	if err != nil || !got.Exercise || len(got.Units) != 2 || got.Units[0].Unit.Code != "26734" {
		t.Fatalf("%v: %s", err, said)
	}
	runs := got.Units[0].Runs
	if last := runs[len(runs)-1]; last.To != "2021-10-21" || last.Least != "3" || last.Most != "3" || last.Because != "counted" {
		t.Errorf("last run: %+v", last)
	}
}

func TestExerciseRefusesWhatItCannotUse(t *testing.T) {
	for _, c := range []struct {
		unit, cases, want string
	}{
		{"Hoàng Sa", fewCases, "caseband.no_unit"},
		{"", "ward,cases\n", "caseband.no_column"},
		{"", strings.Replace(fewCases, "6635", "six", 1), "caseband.row"},
	} {
		if _, err := bands(t, exerciseBandsCmd{Format: "text", Lang: "vi", Unit: c.unit}, c.cases); fault.KeyOf(err) != c.want {
			t.Errorf("%q: %v, want %s", c.unit, err, c.want)
		}
	}
	if err := (&exerciseBandsCmd{Cases: "none.csv", Population: "none.csv", Lang: "en"}).print(&bytes.Buffer{}); fault.KeyOf(err) != "read.no_file" {
		t.Errorf("no file: %v", err)
	}
}

// TestExerciseOnTheSpringOf2021 tells what would have held where the great
// outbreak of Bắc Giang was.
func TestExerciseOnTheSpringOf2021(t *testing.T) {
	c := exerciseBandsCmd{
		Cases:      testkit.Shared(t, "data", "vietnam-timeseries", "announced_cases_ward_daily_2021-04-27_2021-07-13.csv.gz"),
		Population: testkit.Shared(t, "data", "population", "census2019-population-by-ward.csv.gz"),
		Units:      testkit.Shared(t, "data", "admin-units", "units-2021-07-01.csv.gz"),
		Mapping:    testkit.Shared(t, "data", "admin-units", "ward-mapping-2019-01-01_to_2024-11-10.csv.gz"),
		Unit:       "Quang Châu, Việt Yên", Format: "text", Lang: "vi",
	}
	var out bytes.Buffer
	if err := c.print(&out); err != nil || !strings.Contains(out.String(), "Xã Quang Châu, Huyện Việt Yên, Tỉnh Bắc Giang (07807)") || !strings.Contains(out.String(), "mức 4") {
		t.Errorf("%v:\n%s", err, out.String())
	}
}
