package exercise_test

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/exercise"
	"phaodai/internal/fault"
	"phaodai/internal/instant"
	"phaodai/internal/testkit"
)

var now = instant.Of(time.Date(2021, 10, 22, 8, 0, 0, 0, instant.Vietnam()))

func who(role auth.Role) auth.Actor {
	return auth.Actor{Account: "a", Person: "p", Name: "Nguyễn Văn A", Post: "post", PostTitle: "Chuyên viên", UnitPath: "/01/",
		Grants: []auth.Grant{{Role: role, Path: "/01/", Level: auth.Internal}}, Now: now, Wall: now}
}

const (
	people = "province_code,ward_code,province,district,ward,total\n" +
		"79,26734,Thành phố Hồ Chí Minh,Quận 1,Phường Tân Định,9145000\n79,26737,Thành phố Hồ Chí Minh,Quận 1,Phường Đa Kao,\n"
	cases = "province_code,province,district,ward,date,cases\n" +
		"79,TP. Hồ Chí Minh,Quận 1,Tân Định,2021-10-08,6815\n79,TP. Hồ Chí Minh,Quận 1,Tân Định,2021-10-21,6635\n"
	units   = "province_code,ward_code,province,district,ward\n79,26734,Thành phố Hồ Chí Minh,Quận 1,Phường Tân Định\n"
	mapping = "ward_code_2019,ward_code_2024\n26734,26734\n"
)

// sending is a form with small files, one of which is another.
func sending(other exercise.Kind, data string) exercise.SendInput {
	texts := map[exercise.Kind]string{exercise.Cases: cases, exercise.Population: people, exercise.Units: units, exercise.Mapping: mapping}
	if other != "" {
		texts[other] = data
	}
	in := exercise.SendInput{Source: "Sở Y tế", AsOf: now, Files: exercise.Files{}}
	for kind, text := range texts {
		in.Files[kind] = exercise.Upload{Name: string(kind) + ".csv", Data: strings.NewReader(text)}
	}
	return in
}

// band is that of the ward on the last day, as published: 73.5 is band 3.
func band(t *testing.T, r *exercise.Result) string {
	t.Helper()
	h, ok := r.History("26734")
	if !ok {
		t.Fatal("no ward 26734")
	}
	return h.Runs[len(h.Runs)-1].Band()
}

func TestWhatWasSentIsThereAfterARestart(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		ctx, s := t.Context(), exercise.New(d, time.Now)
		if _, ok, err := s.Current(ctx, who("clerk")); ok || err != nil {
			t.Fatalf("before anything was sent: %v, %v", ok, err)
		}
		in := sending("", "")
		in.Key = "form"
		for range 2 { // a repeat of one form is kept once
			if _, err := s.Send(ctx, who("adviser"), in); err != nil {
				t.Fatal(err)
			}
		}
		for _, x := range []*exercise.Service{s, exercise.New(d, time.Now)} {
			r, ok, err := x.Current(ctx, who("clerk"))
			if err != nil || !ok || r.Sent.Seq != 1 || r.Sent.Source != "Sở Y tế" || len(r.Sent.Files) != 4 || band(t, r) != "3" {
				t.Fatalf("%v %v: %+v", ok, err, r)
			}
		}
		// Another process sends; this one shows it.
		more := sending(exercise.Cases, strings.Replace(cases, "6635", "60", 1))
		if _, err := exercise.New(d, time.Now).Send(ctx, who("adviser"), more); err != nil {
			t.Fatal(err)
		}
		if r, _, err := s.Current(ctx, who("clerk")); err != nil || r.Sent.Seq != 2 || band(t, r) != "2" {
			t.Errorf("%v: %+v", err, r)
		}
	})
}

func TestOfWrongFilesNothingIsKept(t *testing.T) {
	d := testkit.SQLite(t)
	s := exercise.New(d, time.Now)
	for _, c := range []struct {
		kind exercise.Kind
		data string
		key  string
		row  any
	}{
		{exercise.Cases, strings.Replace(cases, "6635", "six", 1), "exercise.row.cases", 3},
		{exercise.Cases, strings.Replace(cases, "2021-10-21", "21/10/2021", 1), "exercise.row.cases", 3},
		{exercise.Cases, cases + "79,x\n", "exercise.row_torn", 4},
		{exercise.Cases, "ward,cases\n", "caseband.no_column", "province_code"},
		{exercise.Population, strings.Replace(people, "9145000", "many", 1), "exercise.row.population", 2},
		{exercise.Population, strings.SplitAfter(people, "\n")[0], "exercise.no_rows", nil},
		{exercise.Units, "\x1f\x8bnot gzip", "caseband.unreadable", nil},
		{exercise.Mapping, "", "upload.empty", nil},
	} {
		_, err := s.Send(t.Context(), who("adviser"), sending(c.kind, c.data))
		f := field(err, string(c.kind))
		if f == nil || f.Key != c.key || c.row != nil && f.Args[1] != c.row {
			t.Errorf("%s %q: %+v", c.kind, c.key, err)
		}
	}
	var blobs, rows int
	err := d.Read(t.Context(), func(tx *db.Tx) error {
		return errors.Join(tx.Get(&blobs, "SELECT COUNT(*) FROM blob"), tx.Get(&rows, "SELECT COUNT(*) FROM band_exercise"))
	})
	if err != nil || blobs != 0 || rows != 0 {
		t.Errorf("%v: %d files and %d entries were kept", err, blobs, rows)
	}
}

func field(err error, name string) *fault.Field {
	var f *fault.Fault
	if !errors.As(err, &f) {
		return nil
	}
	for i := range f.Fields {
		if f.Fields[i].Name == name {
			return &f.Fields[i]
		}
	}
	return nil
}

func TestWhoMaySendAndWhatIsMissing(t *testing.T) {
	s := exercise.New(testkit.SQLite(t), time.Now)
	if _, err := s.Send(t.Context(), who("clerk"), sending("", "")); fault.KindOf(err) != fault.Denied {
		t.Errorf("a clerk: %v", err)
	}
	if _, _, err := s.Current(t.Context(), auth.Actor{}); fault.KindOf(err) != fault.Unsigned {
		t.Errorf("nobody: %v", err)
	}
	in := sending("", "")
	in.Source, in.AsOf = " ", now+1
	delete(in.Files, exercise.Units)
	_, err := s.Send(t.Context(), who("adviser"), in)
	for name, key := range map[string]string{"source": "input.missing", "as_of": "exercise.as_of_ahead", "units": "input.missing"} {
		if f := field(err, name); f == nil || f.Key != key {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestTheSpringOf2021 computes the real data again after a restart.
func TestTheSpringOf2021(t *testing.T) {
	d := testkit.SQLite(t)
	in := exercise.SendInput{Source: "Bộ Y tế", AsOf: now, Files: exercise.Files{}}
	for kind, path := range map[exercise.Kind][]string{
		exercise.Cases:      {"data", "vietnam-timeseries", "announced_cases_ward_daily_2021-04-27_2021-07-13.csv.gz"},
		exercise.Population: {"data", "population", "census2019-population-by-ward.csv.gz"},
		exercise.Units:      {"data", "admin-units", "units-2021-07-01.csv.gz"},
		exercise.Mapping:    {"data", "admin-units", "ward-mapping-2019-01-01_to_2024-11-10.csv.gz"},
	} {
		data, err := os.ReadFile(testkit.Shared(t, path...))
		if err != nil {
			t.Fatal(err)
		}
		in.Files[kind] = exercise.Upload{Name: path[len(path)-1], Data: bytes.NewReader(data)}
	}
	if _, err := exercise.New(d, time.Now).Send(t.Context(), who("adviser"), in); err != nil {
		t.Fatal(err)
	}
	r, ok, err := exercise.New(d, time.Now).Current(t.Context(), who("clerk"))
	if err != nil || !ok {
		t.Fatal(err)
	}
	h, _ := r.History("07807") // Quang Châu, Việt Yên, Bắc Giang
	worst := ""
	for _, run := range h.Runs {
		worst = max(worst, run.Least)
	}
	if worst != "4" || r.Summary.Units < 10000 {
		t.Errorf("worst %s of %d units", worst, r.Summary.Units)
	}
	t.Logf("%d wards computed in %v", r.Summary.Units, r.Took)
}
