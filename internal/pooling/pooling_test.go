package pooling

import (
	"encoding/csv"
	"math"
	"os"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"phaodai/internal/testkit"
)

// reference reads a table of binGroup.
func reference(t *testing.T, name string) (rows []map[string]float64) {
	t.Helper()
	f, err := os.Open(testkit.Shared(t, "data", "pooled-testing", name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	all, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, cells := range all[1:] {
		row := map[string]float64{}
		for i, name := range all[0] {
			row[name], _ = strconv.ParseFloat(cells[i], 64) // names and empty cells are 0
		}
		rows = append(rows, row)
	}
	return rows
}

func near(a, b float64) bool { return math.Abs(a-b) <= 1e-9*max(1, math.Abs(b)) }

func TestTheFiguresAreThoseOfBinGroup(t *testing.T) {
	rows := reference(t, "dorfman_curve.csv")
	for _, row := range rows {
		got, err := Test{Sensitivity: row["Se"], Specificity: row["Sp"]}.Of(row["p"], int(row["group_size"]))
		if err != nil || !near(got.Tests, row["ET_per_person"]) || !near(got.Sensitivity, row["PSe"]) || !near(got.Specificity, row["PSp"]) ||
			!near(got.PPV, row["PPPV"]) || !near(got.NPV, row["PNPV"]) {
			t.Errorf("%+v %v, want %v", got, err, row)
		}
	}
	if len(rows) != 248 {
		t.Errorf("%d rows", len(rows))
	}
}

func TestTheBestSizeIsThatOfBinGroup(t *testing.T) {
	rows := reference(t, "dorfman_optimal.csv")
	for _, row := range rows {
		test := Test{Sensitivity: row["Se"], Specificity: row["Sp"]}
		got, err := test.Advise(row["p"], Limit{Size: int(row["max_group"])})
		want := int(row["opt_stage1"])
		if single, err := test.Of(row["p"], 1); err == nil && row["ET_per_person"] >= single.Tests {
			want = 1 // binGroup always pools
		}
		if err != nil || got.Size != want {
			t.Errorf("%+v %v, want %d of %v", got, err, want, row)
		}
	}
	if len(rows) != 57 {
		t.Errorf("%d rows", len(rows))
	}
}

func TestAnAdviceStaysWithinItsLimits(t *testing.T) {
	exact := Test{Sensitivity: 1, Specificity: 1}
	for name, c := range map[string]struct {
		t    Test
		p    float64
		l    Limit
		want int
	}{
		"a rare infection, as many as a tube may hold": {exact, 0.00002, Limit{}, DefaultSize},
		"one in ten":         {exact, 0.1, Limit{}, 4},
		"one in two":         {exact, 0.5, Limit{}, 1},
		"nobody":             {exact, 0, Limit{}, DefaultSize},
		"a larger tube":      {exact, 0.0005, Limit{Size: 20}, 20},
		"too few are found":  {Test{Sensitivity: 0.9, Specificity: 1}, 0.001, Limit{Sensitivity: 0.85}, 1},
		"dilution hides":     {Test{Sensitivity: 0.99, Specificity: 1, Dilution: 0.1}, 0.001, Limit{Sensitivity: 0.9}, 2},
		"dilution and large": {Test{Sensitivity: 0.99, Specificity: 1, Dilution: 0.01}, 0.001, Limit{Sensitivity: 0.9}, DefaultSize},
	} {
		if got, err := c.t.Advise(c.p, c.l); err != nil || got.Size != c.want {
			t.Errorf("%s: %+v %v, want %d", name, got, err, c.want)
		}
	}
	for _, bad := range []struct {
		t Test
		p float64
	}{{exact, -0.1}, {exact, 1.1}, {exact, math.NaN()}, {Test{Sensitivity: 2}, 0.1}, {Test{Specificity: -1}, 0.1}} {
		if _, err := bad.t.Advise(bad.p, Limit{}); err != ErrRange {
			t.Errorf("%+v: %v", bad, err)
		}
	}
	if _, err := exact.Of(0.1, 0); err != ErrRange {
		t.Error(err)
	}
}

// Whatever the numbers, figures are probabilities, a pool never finds more than
// single tests, and dilution never finds more than none.
func TestFiguresAreProbabilities(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		unit := rapid.Float64Range(0, 1)
		test := Test{unit.Draw(r, "sensitivity"), unit.Draw(r, "specificity"), unit.Draw(r, "dilution")}
		p, size := unit.Draw(r, "p"), rapid.IntRange(1, 60).Draw(r, "size")
		f, err := test.Of(p, size)
		if err != nil {
			r.Fatal(err)
		}
		for _, x := range []float64{f.Sensitivity, f.Specificity, f.PPV, f.NPV, f.Positive} {
			if !(x >= -1e-12 && x <= 1+1e-12) {
				r.Fatalf("%+v", f)
			}
		}
		plain, _ := Test{test.Sensitivity, test.Specificity, 0}.Of(p, size)
		if f.Sensitivity > test.Sensitivity+1e-12 || f.Sensitivity > plain.Sensitivity+1e-12 || f.Tests < 0 || f.Tests > 2 {
			r.Fatalf("%+v", f)
		}
	})
}

func TestPrevalenceOfPools(t *testing.T) {
	for name, c := range map[string]struct {
		in   []Result
		want float64
		ok   bool
	}{
		"one size":             {[]Result{{10, 100, 10}}, 1 - math.Pow(0.9, 0.1), true}, // 1-(1-x/n)^(1/k)
		"singles":              {[]Result{{1, 1000, 20}}, 0.02, true},
		"none positive":        {[]Result{{10, 50, 0}, {5, 3, 0}}, 0, true},
		"all positive":         {[]Result{{10, 5, 5}}, 1, true},
		"no pools":             {nil, 0, false},
		"more than there were": {[]Result{{10, 5, 6}}, 0, false},
		"no size":              {[]Result{{0, 5, 1}}, 0, false},
	} {
		if got, ok := Prevalence(c.in); ok != c.ok || math.Abs(got-c.want) > 1e-9 {
			t.Errorf("%s: %v %v, want %v", name, got, ok, c.want)
		}
	}
	mixed, _ := Prevalence([]Result{{10, 100, 10}, {5, 100, 5}, {1, 100, 1}})
	low, _ := Prevalence([]Result{{1, 100, 1}})
	high, _ := Prevalence([]Result{{10, 100, 10}})
	if mixed < min(low, high) || mixed > max(low, high) {
		t.Errorf("pools of several sizes: %v is not between %v and %v", mixed, low, high)
	}
}
