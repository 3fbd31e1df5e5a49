package criterion_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"phaodai/internal/criterion"
)

// table is RS4800 with one line of its file changed.
func table(t *testing.T, old, changed string) *criterion.Table {
	t.Helper()
	tables, err := criterion.Examples()
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(tables, func(x *criterion.Table) bool { return x.ID == "RS4800" })
	out, err := criterion.Parse(edited(t, old, changed))
	if err != nil {
		t.Fatal(err)
	}
	if tables[i].ID != out.ID {
		t.Fatal("another table")
	}
	return out
}

func TestHolesAndOverlapsAreFoundWithAWitness(t *testing.T) {
	for _, c := range []struct {
		old, changed, key string
		rate              float64 // of the witness
	}{
		{"lt: 50}], confidence: low}\n  - title", "lt: 45}], confidence: low}\n  - title", "criterion.hole", 45},
		{"lt: 50}], confidence: low}\n  - title", "le: 50}], confidence: low}\n  - title", "criterion.overlap", 50},
		{"ge: 150}], confidence: medium}\n      L2", "gt: 150}], confidence: medium}\n      L2", "criterion.hole", 150},
		{"{code: \"2\", ge: 20, lt: 50}", "{code: \"2\", ge: 21, lt: 50}", "criterion.hole", 21},
		{"{code: \"3\", ge: 50, lt: 150}", "{code: \"3\", ge: 49, lt: 150}", "criterion.overlap", 49},
	} {
		faults := table(t, c.old, c.changed).Check()
		if len(faults) == 0 || faults[0].Key != c.key || faults[0].At["case_rate"] != c.rate {
			t.Errorf("%s: %v, want %s at %v", c.changed, faults, c.key, c.rate)
		}
	}
}

// TestAHoleAndAnOverlapStandAtTheirRows: the rows are those whose cells would
// have to be changed, and the case names no measure that does not matter.
func TestAHoleAndAnOverlapStandAtTheirRows(t *testing.T) {
	const head = "id: x\nmode: exactly\nclasses: [{code: A}, {code: B}, {code: C}]\nmeasures: [{name: rate, type: number}, {name: near, type: bool}, {name: share, type: number, most: 100}]\nrows:\n"
	for _, c := range []struct {
		name, rows string
		want       []string // key, rows with classes, measures of the case
	}{
		{"a hole between two cells", "  - {cells: {A: {when: [{measure: rate, ge: 30}]}, C: {when: [{measure: rate, lt: 20}]}}}",
			[]string{"criterion.hole [1[]] [rate]"}},
		{"a hole in one of two rows that are given apart", `
  - {given: [{measure: near, is: true}], cells: {A: {when: [{measure: rate, ge: 30}]}, C: {when: [{measure: rate, lt: 20}]}}}
  - {given: [{measure: near, is: false}], cells: {B: {when: [{measure: rate, ge: 30}]}, C: {when: [{measure: rate, lt: 30}]}}}`,
			[]string{"criterion.hole [1[]] [near rate]"}},
		{"a hole in each of them", `
  - {given: [{measure: near, is: true}], cells: {A: {when: [{measure: rate, ge: 30}]}, C: {when: [{measure: rate, lt: 20}]}}}
  - {given: [{measure: near, is: false}], cells: {B: {when: [{measure: rate, ge: 30}]}, C: {when: [{measure: rate, le: 29}]}}}`,
			[]string{"criterion.hole [1[]] [near rate]", "criterion.hole [2[]] [near rate]"}},
		{"a hole where no row is given", `
  - {given: [{measure: share, ge: 70}], cells: {A: {when: [{measure: rate, ge: 30}]}, C: {when: [{measure: rate, lt: 30}]}}}
  - {given: [{measure: share, lt: 60}], cells: {A: {when: [{measure: rate, ge: 30}]}, C: {when: [{measure: rate, lt: 30}]}}}`,
			[]string{"criterion.hole [1[] 2[]] [rate share]"}},
		{"a row with one cell beside the row with the hole", `
  - {cells: {A: {when: [{measure: near, is: true}]}}}
  - {cells: {B: {when: [{measure: near, is: false}, {measure: rate, ge: 30}]}, C: {when: [{measure: near, is: false}, {measure: rate, lt: 20}]}}}`,
			[]string{"criterion.hole [2[]] [near rate]"}},
		{"an overlap of one row", "  - {cells: {A: {when: [{measure: rate, ge: 20}]}, C: {when: [{measure: rate, le: 20}]}}}\n  - {cells: {A: {when: [{measure: rate, ge: 50}, {measure: share, lt: 5}]}}}",
			[]string{"criterion.overlap [1[A C]] [rate]"}},
		{"an overlap of two rows", "  - {cells: {A: {when: [{measure: near, is: true}]}}}\n  - {cells: {B: {when: [{measure: rate, ge: 20}]}, C: {when: [{measure: rate, lt: 20}, {measure: near, is: false}]}}}",
			[]string{"criterion.overlap [1[A] 2[B]] [near rate]"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			table, err := criterion.Parse([]byte(head + c.rows))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, f := range table.Check() {
				var rows []string
				for _, p := range f.Places {
					rows = append(rows, fmt.Sprint(p.Row)+fmt.Sprint(p.Classes))
				}
				got = append(got, fmt.Sprint(f.Key, " ", rows, " ", slices.Sorted(maps.Keys(f.At))))
				if f.Row != f.Places[0].Row {
					t.Errorf("row %d, places %v", f.Row, f.Places)
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

func TestAFormThatCannotBeIsNamedWithItsPlace(t *testing.T) {
	for changed, want := range map[[2]string]string{
		{"mode: exactly", "mode: maybe"}:                                                                    "criterion.mode",
		{"name: coverage_18, type: number", "name: Coverage, type: number"}:                                 "criterion.measure",
		{"given: [{measure: coverage_18, ge: 70}]", "given: [{measure: c, ge: 7}]"}:                         "criterion.no_measure",
		{"L3: {when: [{measure: case_rate, ge: 150}]", "L9: {when: [{measure: case_rate, ge: 150}]"}:        "criterion.class",
		{"L3: {when: [{measure: case_rate, ge: 150}]", "L3: {when: [{measure: case_rate, is: true}]"}:       "criterion.type",
		{"L3: {when: [{measure: case_rate, ge: 150}]", "L3: {when: [{measure: case_rate, ge: 15, lt: 15}]"}: "criterion.nothing",
	} {
		faults := table(t, changed[0], changed[1]).Check()
		if len(faults) == 0 || faults[0].Key != want {
			t.Errorf("%s: %v, want %s", changed[1], faults, want)
		}
	}
}

func TestAFileWithAnUnknownFieldNamesItsLine(t *testing.T) {
	_, err := criterion.Parse(edited(t, "layer: epi_risk", "lauer: epi_risk"))
	if err == nil || !strings.Contains(err.Error(), "line 6") {
		t.Errorf("%v", err)
	}
	if _, err := criterion.Parse(make([]byte, 300<<10)); err == nil {
		t.Error("a huge table is taken")
	}
}

// TestEveryPointHasOneClassUnderATableThatPassed tries 20,000 random points: a
// table that Check lets through decides each that is wholly known.
func TestEveryPointHasOneClassUnderATableThatPassed(t *testing.T) {
	scheme := schemes(t)["RS4800"]
	r := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		values := map[string]any{"case_rate": float64(r.IntN(4000)) / 20, "coverage_18": float64(r.IntN(1001)) / 10, "full_65": float64(r.IntN(1001)) / 10}
		got, err := scheme.Suggest(values)
		if err != nil || got.Class == "" || len(got.Because) == 0 {
			t.Fatalf("%v: %+v, %v", values, got, err)
		}
	}
}

func BenchmarkSuggest(b *testing.B) {
	scheme := schemes(b)["RS4800"]
	values := map[string]any{"case_rate": 73.5, "coverage_18": 99.03, "full_65": 91.8}
	b.ReportAllocs()
	for b.Loop() {
		if got, err := scheme.Suggest(values); err != nil || got.Class != "L2" {
			b.Fatal(got, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("id: x\nmode: exactly\nclasses: [{code: A}, {code: B}]\nmeasures: [{name: a, type: number}]\nrows: [{cells: {A: {when: [{measure: a, ge: 1}]}}}]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 4<<10 {
			return
		}
		table, err := criterion.Parse(data)
		if err != nil || len(table.Check()) > 0 {
			return
		}
		if _, err := table.Compile(); err != nil {
			t.Errorf("checked and does not compile: %v", err)
		}
	})
}
