package cohort_test

import (
	"maps"
	"slices"
	"testing"
	"time"

	"phaodai/internal/census"
	"phaodai/internal/cohort"
)

type wardOf = census.Ward

// compare fails where engine, PostgreSQL (asked in both ways) and arrays do not
// say the same.
func compare(tb testing.TB, a *cohort.Answer, pg postgres, plain *arrays, ward string) {
	tb.Helper()
	counts, undecided := map[string]int{}, map[string]int{}
	for _, t := range a.Wards() {
		if t.Yes > 0 {
			counts[t.Area] = t.Yes
		}
		undecided[t.Area] = t.Unknown
	}
	ids, _, err := a.IDs(ward)
	if err != nil || len(ids) == 0 {
		tb.Fatalf("nobody in ward %s, %v", ward, err)
	}
	for name, from := range map[string]string{"PostgreSQL": due, "PostgreSQL by its column": dueByColumn} {
		wards, list := pg.ask(from, ward)
		if !maps.Equal(counts, wards) {
			tb.Fatalf("%s counts %v, the engine %v", name, wards, counts)
		}
		if !slices.Equal(ids, list) {
			tb.Fatalf("%s lists %d people of ward %s, the engine %d, or in another order", name, len(list), ward, len(ids))
		}
	}
	yes, unknown := plain.count(a.Asked.Day)
	for i, t := range a.Wards() { // both have the wards as the city has them
		// The zone of a ward decides most people without their values.
		if yes[i] != t.Yes || unknown[i] != undecided[t.Area] {
			tb.Fatalf("ward %s: arrays count %d and %d unknown, the engine %+v", t.Area, yes[i], unknown[i], t)
		}
	}
}

// TestEnginePostgreSQLAndArraysSayTheSame in a city of 40,000 people, in which
// the engine is also much faster.
func TestEnginePostgreSQLAndArraysSayTheSame(t *testing.T) {
	rules, _ := setup(t)
	city := cityOf(t, 40_000)
	p, pg, plain := load(t, city), inPostgres(t, city), inArrays(city)
	r, err := rules.Compile(question)
	if err != nil {
		t.Fatal(err)
	}
	asked := cohort.Asked{Day: today()}
	ward := city.Wards()[3].Code
	compare(t, p.View().Ask(r, asked), pg, plain, ward)
	engine := fastest(20, func() {
		if _, _, err := p.View().Ask(r, asked).IDs(ward); err != nil {
			t.Fatal(err)
		}
	})
	if other := fastest(3, func() { pg.ask(due, ward) }); other < 5*engine {
		t.Errorf("the engine took %v, PostgreSQL %v", engine, other)
	}
}

func fastest(times int, do func()) time.Duration {
	best := time.Hour
	for range times {
		start := time.Now()
		do()
		best = min(best, time.Since(start))
	}
	return best
}

// TestOneSampleCostsOneWard: new counts after a sample cost what one ward costs.
func TestOneSampleCostsOneWard(t *testing.T) {
	rules, _ := setup(t)
	p := load(t, cityOf(t, 300_000))
	r, err := rules.Compile(question)
	if err != nil {
		t.Fatal(err)
	}
	a := p.View().Ask(r, cohort.Asked{Day: today()})
	whole := fastest(5, func() { p.View().Ask(r, a.Asked) })
	seq := int64(1)
	one := fastest(20, func() {
		seq++
		if _, err := p.Apply(cohort.Change{At: cohort.Position{Seq: seq}, Edits: []cohort.Edit{cohort.Sampled{ID: idOf(uint32(seq)), Day: today()}}}); err != nil {
			t.Fatal(err)
		}
		a = a.On(p.View())
	})
	if one > whole {
		t.Errorf("counts after one sample took %v, counting everybody %v", one, whole)
	}
	if got := testing.AllocsPerRun(20, func() { a = a.On(p.View()) }); got > 20 {
		t.Errorf("%v allocations to look again where nothing changed", got)
	}
	if per := float64(p.View().Bytes()) / 300_000; per > 90 {
		t.Errorf("%.0f bytes a person", per)
	}
}
