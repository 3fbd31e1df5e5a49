package measure_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"phaodai/internal/measure"
)

func library(t testing.TB) *measure.Library {
	t.Helper()
	l, err := measure.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// scenario is one case of a file in testdata.
type scenario struct {
	name   string
	claims []measure.Claim
	checks []string
}

func read(t *testing.T, l *measure.Library, path string) (out []scenario) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for n, line := range strings.Split(string(data), "\n") {
		word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		if word == "" || word[0] == '#' {
			continue
		}
		if word == "case" {
			out = append(out, scenario{name: rest})
			continue
		}
		if err := out[len(out)-1].take(l, word, rest); err != nil {
			t.Fatalf("%s:%d: %v", path, n+1, err)
		}
	}
	return out
}

func (s *scenario) take(l *measure.Library, word, rest string) error {
	switch word {
	case "claim":
		c := measure.Claim{}
		id, rest, _ := strings.Cut(rest, " level ")
		b, ok := l.Bundle(id)
		if !ok {
			return fmt.Errorf("no bundle %s", id)
		}
		c.Bundle = b
		rest, c.Ruled = strings.CutSuffix(rest, " ruled")
		level, document, _ := strings.Cut(rest, " by ")
		if _, err := fmt.Sscanf(level, "%d", &c.Level); err != nil {
			return err
		}
		c.Document = strings.Trim(document, `"`)
		s.claims = append(s.claims, c)
	case "add":
		category, step, _ := strings.Cut(rest, " ")
		i := slices.IndexFunc(l.Additions, func(m measure.Measure) bool { return m.Category == category && m.Step == step })
		if i < 0 {
			return fmt.Errorf("no addition %s", rest)
		}
		s.last().Additions = append(s.last().Additions, l.Additions[i])
	case "addition":
		parts := strings.Split(rest, `"`)
		words := strings.Fields(parts[0])
		s.last().Additions = append(s.last().Additions, measure.Measure{Category: words[0], Step: words[1], Text: measure.Name{Vi: parts[1], En: parts[3]}})
	default:
		s.checks = append(s.checks, word+" "+rest)
	}
	return nil
}

func (s *scenario) last() *measure.Claim { return &s.claims[len(s.claims)-1] }

// show writes measures as the files do.
func show(held []measure.Held) string {
	var out []string
	for _, h := range held {
		text := h.Step
		if h.Limit != nil {
			text += fmt.Sprintf(" %s %v %s", h.Limit.Op, h.Limit.Value, h.Limit.Unit)
		}
		out = append(out, text+" of "+h.Origin.Bundle)
	}
	return strings.Join(out, ", ")
}

// marked are the categories of entries for which a mark is set.
func marked(r measure.Regime, mark func(measure.Entry) bool) string {
	var out []string
	for _, e := range r.Entries {
		if mark(e) {
			out = append(out, e.Category)
		}
	}
	return strings.Join(slices.Sorted(slices.Values(out)), " ")
}

func unruled(e measure.Entry) bool { return e.Unruled }

func looser(e measure.Entry) bool {
	return slices.ContainsFunc(e.Held, func(h measure.Held) bool { return h.Looser })
}

func answer(a measure.Answer) string {
	text := string(a.Says)
	if a.Derived {
		text += ", derived"
	}
	if a.Unruled {
		text += ", unruled"
	}
	return text
}

// check says what is wrong with a line, given the regime of the case before.
func (s scenario) check(l *measure.Library, before, r measure.Regime, line string) string {
	word, rest, _ := strings.Cut(line, " ")
	subject, want, _ := strings.Cut(rest, ": ")
	have := ""
	e, _ := r.Entry(subject)
	switch word {
	case "holds":
		have = show(e.Held)
	case "aside":
		have = show(e.Aside)
	case "nothing":
		have = show(e.Held)
	case "agreed":
		have = marked(r, unruled)
	case "unruled", "looser":
		mark := map[string]func(measure.Entry) bool{"unruled": unruled, "looser": looser}[word]
		want, have = strings.Join(slices.Sorted(slices.Values(strings.Fields(rest))), " "), marked(r, mark)
	case "ask":
		a, ok := l.Ask(r, subject)
		if !ok {
			return "no such question"
		}
		have = answer(a)
	case "change":
		changes, _ := l.Diff(before, r)
		for _, c := range changes {
			if c.Category == subject {
				have = string(c.Kind)
			}
		}
	default:
		return "says nothing"
	}
	if have != want {
		return fmt.Sprintf("have %q", have)
	}
	return ""
}

func TestScenarios(t *testing.T) {
	l := library(t)
	files, err := filepath.Glob("testdata/*.scenario")
	if err != nil || len(files) == 0 {
		t.Fatal("no scenarios", err)
	}
	for _, file := range files {
		var before measure.Regime
		for _, s := range read(t, l, file) {
			r := l.Resolve(s.claims)
			if len(s.checks) == 0 {
				t.Errorf("%s: %s: nothing to check", file, s.name)
			}
			for _, line := range s.checks {
				if problem := s.check(l, before, r, line); problem != "" {
					t.Errorf("%s: %s: %s: %s", file, s.name, line, problem)
				}
			}
			before = r
		}
	}
}
