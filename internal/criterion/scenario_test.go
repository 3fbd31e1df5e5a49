package criterion_test

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"phaodai/internal/criterion"
)

// scenario is one case of a file in testdata.
type scenario struct {
	name, table string
	values      map[string]any
	checks      []string
}

// read reads a file of scenarios, which people of the field write and review.
func read(t *testing.T, path string) (out []scenario) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	table := ""
	for n, line := range strings.Split(string(data), "\n") {
		line = strings.TrimSpace(line)
		word, rest, _ := strings.Cut(line, " ")
		switch {
		case line == "" || line[0] == '#':
		case word == "table":
			table = rest
		case word == "case":
			out = append(out, scenario{name: rest, table: table, values: map[string]any{}})
		default:
			if err := out[len(out)-1].take(word, line); err != nil {
				t.Fatalf("%s:%d: %v", path, n+1, err)
			}
		}
	}
	return out
}

func (s *scenario) take(word, line string) error {
	if name, value, ok := strings.Cut(line, " = "); ok {
		if value == "yes" || value == "no" {
			s.values[name] = value == "yes"
			return nil
		}
		n, err := strconv.ParseFloat(value, 64)
		s.values[name] = n
		return err
	}
	if word == "cases" {
		var week, before, people int
		if _, err := fmt.Sscanf(line, "cases %d this week, %d the week before, %d people", &week, &before, &people); err != nil {
			return err
		}
		rate, err := criterion.WeeklyRate(week, before, people)
		s.values["case_rate"] = rate
		return err
	}
	if !slices.Contains([]string{"is", "between", "missing", "because", "rate"}, word) {
		return fmt.Errorf("%q says nothing", line)
	}
	s.checks = append(s.checks, line)
	return nil
}

// check holds one line against a suggestion.
func (s scenario) check(t *criterion.Table, got criterion.Suggestion, line string) (problem string) {
	word, want, _ := strings.Cut(line, " ")
	have := ""
	switch word {
	case "is":
		have = got.Class
	case "between":
		have = strings.Join(got.Between, " ")
	case "missing":
		missing := slices.Sorted(slices.Values(got.Missing))
		have = strings.Join(missing, " ")
	case "because":
		for _, b := range got.Because {
			if b.Title.Vi == want {
				have = want
			}
		}
	case "rate":
		rate, _ := s.values["case_rate"].(float64)
		have = fmt.Sprintf("%.1f, band %s", math.Round(rate*10)/10, t.Band("case_rate", rate))
	}
	if have != want {
		return fmt.Sprintf("%s: have %q", line, have)
	}
	return ""
}

func TestScenarios(t *testing.T) {
	schemes := schemes(t)
	files, err := filepath.Glob("testdata/*.scenario")
	if err != nil || len(files) == 0 {
		t.Fatal("no scenarios", err)
	}
	for _, file := range files {
		for _, s := range read(t, file) {
			scheme := schemes[s.table]
			if scheme == nil || len(s.checks) == 0 {
				t.Fatalf("%s: %s: no table %q, or nothing to check", file, s.name, s.table)
			}
			got, err := scheme.Suggest(s.values)
			if err != nil {
				t.Fatalf("%s: %v", s.name, err)
			}
			for _, line := range s.checks {
				if problem := s.check(scheme.Table, got, line); problem != "" {
					t.Errorf("%s: %s: %s\nsuggested %+v", file, s.name, problem, got)
				}
			}
		}
	}
}

func schemes(t testing.TB) map[string]*criterion.Scheme {
	t.Helper()
	tables, err := criterion.Examples()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]*criterion.Scheme{}
	for _, table := range tables {
		if out[table.ID], err = table.Compile(); err != nil {
			t.Fatal(err)
		}
	}
	return out
}
