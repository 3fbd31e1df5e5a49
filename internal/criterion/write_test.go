package criterion_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"phaodai/internal/criterion"
)

func TestATableIsReadAsItWasWritten(t *testing.T) {
	tables, err := criterion.Examples()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range tables {
		data, err := want.YAML()
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(data), "null") {
			t.Errorf("%s: what is empty is written:\n%s", want.ID, data)
		}
		got, err := criterion.Parse(data)
		if err != nil {
			t.Fatalf("%s: %v\n%s", want.ID, err, data)
		}
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s: %s", want.ID, diff)
		}
	}
}

func TestACellSaysItsRule(t *testing.T) {
	four, two := 4.0, 2.0
	yes := true
	r := criterion.Row{
		Given: []criterion.Condition{{Measure: "linked", Is: &yes}},
		Cells: map[string]criterion.Cell{"A01": {When: []criterion.Condition{{Measure: "cases", GE: &two, LT: &four}}}},
	}
	if got, want := r.Expression("A01"), "linked && cases >= 2 && cases < 4"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := r.Expression("A02"); got != "" {
		t.Errorf("no cell says %q", got)
	}
}
