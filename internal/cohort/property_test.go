package cohort_test

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"phaodai/internal/cohort"
	"phaodai/internal/rule"
)

func apply(t rapid.TB, p *cohort.Population, changes ...cohort.Change) {
	t.Helper()
	if _, err := p.Apply(changes...); err != nil {
		t.Fatal(err)
	}
}

// history draws changes and does them to a model as well.
func history(t *rapid.T, m *model, from, n int) []cohort.Change {
	var out []cohort.Change
	for i := range n {
		c := cohort.Change{At: cohort.Position{Seq: int64(from + i)}}
		for range rapid.IntRange(1, 12).Draw(t, "edits") {
			e := drawEdit(t, m)
			m.do(e)
			c.Edits = append(c.Edits, e)
		}
		out = append(out, c)
	}
	return out
}

func begin(t rapid.TB, m *model) *cohort.Population {
	t.Helper()
	p, err := cohort.New(schema())
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range world() {
		m.do(e)
	}
	apply(t, p, cohort.Change{At: cohort.Position{Seq: 1}, Edits: world()})
	return p
}

func drawAsked(t *rapid.T) cohort.Asked {
	return cohort.Asked{Day: drawDay(t) + 20, Round: drawRound(t)}
}

// TestSetsDecideAsOneByOneDoes is the promise of the package: any expression, any
// population, any changes, on any day: as rule.Decide on every person.
func TestSetsDecideAsOneByOneDoes(t *testing.T) {
	rules, env := setup(t)
	rapid.Check(t, func(t *rapid.T) {
		m := newModel()
		p := begin(t, m)
		var before *cohort.Answer
		source, asked := drawRule(t, 3), drawAsked(t)
		r, err := rules.Compile(source)
		if err != nil {
			t.Fatalf("%s: %v", source, err)
		}
		for round := range 3 {
			for _, c := range history(t, m, 2+10*round, rapid.IntRange(1, 4).Draw(t, "changes")) {
				apply(t, p, c)
			}
			m.agree(t, p.View(), rules, env, source, asked)
			m.agree(t, p.View(), rules, env, drawRule(t, 3), drawAsked(t))
			if before == nil {
				before = p.View().Ask(r, asked)
			}
			before = before.On(p.View()) // counted again only where something changed
			m.compare(t, before, env, source)
		}
		explained := 0
		for no, want := range m.people {
			if explained++; explained < 4 {
				got, err := p.View().Explain(r, no, asked)
				if one, _ := m.decide(mustCompile(t, env, source), want, asked); err != nil || got.Truth != one {
					t.Fatalf("%s of %v explained as %v, %v; it is %v", source, want, got.Truth, err, one)
				}
			}
			got, ok := p.View().Person(no)
			if diff := cmp.Diff(want, got, cmp.AllowUnexported(cohort.When{}, cohort.Count{}, cohort.Birth{}), cmpopts.SortSlices(less), cmpopts.SortSlices(lessRound)); !ok || diff != "" {
				t.Fatalf("person %s:\n%s", no, diff)
			}
			values, _ := p.View().Values(no, asked)
			if diff := cmp.Diff(plainly(m.values(want, asked)), plainly(values), cmpopts.SortSlices(less)); diff != "" {
				t.Fatalf("values of %s:\n%s", no, diff)
			}
		}
	})
}

func mustCompile(t rapid.TB, env *rule.Env, source string) *rule.Rule {
	r, err := env.Compile(source)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func less(a, b string) bool                 { return a < b }
func lessRound(a, b cohort.RoundCount) bool { return a.Round < b.Round }

// plainly makes one type of all whole numbers.
func plainly(values map[string]any) map[string]any {
	for k, v := range values {
		if n, ok := v.(int); ok {
			values[k] = int64(n)
		}
	}
	return values
}

// TestASnapshotAndTheTailEqualAll: whatever was saved in the middle, with the
// changes after it, and some before it once more, is the whole.
func TestASnapshotAndTheTailEqualAll(t *testing.T) {
	rules, env := setup(t)
	rapid.Check(t, func(t *rapid.T) {
		m := newModel()
		whole := begin(t, m)
		changes := history(t, m, 2, rapid.IntRange(1, 8).Draw(t, "changes"))
		cut := rapid.IntRange(0, len(changes)).Draw(t, "cut")
		apply(t, whole, changes[:cut]...)
		var saved bytes.Buffer
		if err := whole.View().Save(&saved); err != nil {
			t.Fatal(err)
		}
		apply(t, whole, changes[cut:]...)

		restored, err := cohort.Restore(&saved, schema())
		if err != nil {
			t.Fatal(err)
		}
		again := max(0, cut-2)
		for _, c := range changes[again:] {
			apply(t, restored, c)
			apply(t, restored, c) // twice changes nothing
		}
		if restored.View().At() != whole.View().At() {
			t.Fatalf("at %v, the whole at %v", restored.View().At(), whole.View().At())
		}
		source, asked := drawRule(t, 3), drawAsked(t)
		m.agree(t, whole.View(), rules, env, source, asked)
		m.agree(t, restored.View(), rules, env, source, asked)
	})
}

// TestALoadEqualsTheChangesThatMadeIt loads all people at once.
func TestALoadEqualsTheChangesThatMadeIt(t *testing.T) {
	rules, env := setup(t)
	rapid.Check(t, func(t *rapid.T) {
		m := newModel()
		begin(t, m)
		history(t, m, 2, 5)
		b, err := cohort.NewBuilder(schema())
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range world() {
			if err := b.Area(m.areas[e.(cohort.PutArea).Code]); err != nil {
				t.Fatal(err)
			}
		}
		for k, c := range m.class {
			if err := b.Class(cohort.SetClass{Area: k[0], Layer: k[1], Class: c}); err != nil {
				t.Fatal(err)
			}
		}
		for _, p := range m.people { // in any order
			if err := b.Add(p); err != nil {
				t.Fatal(err)
			}
		}
		p, err := b.Population(cohort.Position{Seq: 7})
		if err != nil {
			t.Fatal(err)
		}
		if p.View().People() != len(m.people) || p.View().At().Seq != 7 {
			t.Fatalf("%d people at %v, want %d", p.View().People(), p.View().At(), len(m.people))
		}
		m.agree(t, p.View(), rules, env, drawRule(t, 3), drawAsked(t))
	})
}

// TestCoverageCountsAsOneByOneDoes by ward, age band and round.
func TestCoverageCountsAsOneByOneDoes(t *testing.T) {
	rules, env := setup(t)
	rapid.Check(t, func(t *rapid.T) {
		m := newModel()
		p := begin(t, m)
		apply(t, p, history(t, m, 2, 6)...)
		source, asked := drawRule(t, 2), drawAsked(t)
		r, err := rules.Compile(source)
		if err != nil {
			t.Fatal(err)
		}
		naive, err := env.Compile(source)
		if err != nil {
			t.Fatal(err)
		}
		bands, rounds := []int{0, 12, 18, 65}, []string{"r1", "r3", "none", "r2", "r1"}
		least := rapid.IntRange(1, 3).Draw(t, "least")
		got := p.View().Coverage(r, asked, bands, rounds, least)
		apply(t, p, history(t, m, 100, 2)...)
		got = got.On(p.View())
		for i, ward := range got.Wards {
			people, done := make([]int, len(bands)+1), make([][]int, len(bands)+1)
			for b := range done {
				done[b] = make([]int, len(rounds))
			}
			for _, x := range m.order(ward) {
				if decided, err := m.decide(naive, x, asked); err != nil || decided != rule.Yes {
					continue
				}
				band, found := len(bands), map[int]bool{}
				for _, age := range agesOf(x, asked.Day) {
					b := len(bands) - 1
					for b >= 0 && age < bands[b] {
						b--
					}
					found[b] = true
				}
				if len(found) == 1 {
					for band = range found {
					}
				}
				if band < 0 {
					continue // too young for the table
				}
				people[band]++
				for k, round := range rounds {
					if samples(x, round) >= least {
						done[band][k]++
					}
				}
			}
			if diff := cmp.Diff(people, got.People[i]) + cmp.Diff(done, got.Done[i]); diff != "" {
				t.Fatalf("%s, ward %s:\n%s", source, ward, diff)
			}
		}
	})
}
