package measure_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"
	"pgregory.net/rapid"

	"phaodai/internal/instant"
	"phaodai/internal/measure"
	"phaodai/internal/testkit"
)

func TestWhatIsShippedHasNoFault(t *testing.T) {
	l := library(t)
	for _, f := range l.Check() {
		t.Error(f)
	}
	for _, id := range []string{
		"CT15", "CT15PLUS", "CT16", "CT19", "HN15_2021_07_19", "HN17", "HN20_ZONE1", "HN20_ZONE2", "HN20_ZONE3",
		"SHIPPER_HN_2021_09", "TAKEAWAY_HN_2021_09_16", "BLOCKED",
	} {
		if b, ok := l.Bundle(id); !ok || id != "CT15PLUS" && len(b.Measures) == 0 {
			t.Errorf("no bundle %s, or an empty one", id)
		}
	}
	if len(l.Questions) != 9 {
		t.Errorf("%d questions, want the nine of the public page", len(l.Questions))
	}
	asked := map[string]bool{}
	for _, q := range l.Questions {
		for category := range q.Answers {
			asked[category] = true
		}
	}
	for _, category := range []string{"work", "market", "medicine", "funeral", "wedding", "sport_outdoors", "food_service", "separation", "delivery"} {
		if !asked[category] {
			t.Errorf("no question looks at %s", category)
		}
	}
}

// facts is what the shared texts say of a bundle.
type facts struct {
	ID, Base, From, To string
	Required           bool     `yaml:"local_additions_required"`
	Group              *limit   `yaml:"max_public_group"`
	Indoor             *limit   `yaml:"max_event_indoor"`
	Distance           *float64 `yaml:"min_distance_m"`
	Close              string   `yaml:"close_by"`
}

type limit struct {
	Value float64
	Op    string
}

func TestShippedBundlesSayWhatTheFactsSay(t *testing.T) {
	l := library(t)
	data, err := os.ReadFile(testkit.Shared(t, "domain", "rules", "distancing.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Bundles []facts }
	if err := yaml.Unmarshal(data, &file); err != nil || len(file.Bundles) < 11 {
		t.Fatal(err, len(file.Bundles))
	}
	for _, f := range file.Bundles {
		b, ok := l.Bundle(f.ID)
		if !ok {
			t.Errorf("%s is not shipped", f.ID)
			continue
		}
		if b.Base != f.Base || f.Required && !b.NeedsAdditions {
			t.Errorf("%s rests on %q and needs additions %v; facts %q, %v", f.ID, b.Base, b.NeedsAdditions, f.Base, f.Required)
		}
		same(t, f.ID+" from", b.From, f.From)
		same(t, f.ID+" to", b.To, f.To)
		number(t, b, "public_gathering", f.Group)
		number(t, b, "indoor_event", f.Indoor)
		if f.Distance != nil {
			number(t, b, "distance", &limit{*f.Distance, ">="})
		}
	}
}

// same holds a moment against the facts, where they give one.
func same(t *testing.T, what string, have instant.Micros, want string) {
	t.Helper()
	shown := have.In(instant.Vietnam()).Format("2006-01-02T15:04")
	if want != "" && !strings.HasPrefix(shown, want) {
		t.Errorf("%s is %s, facts %s", what, shown, want)
	}
}

func number(t *testing.T, b *measure.Bundle, category string, want *limit) {
	t.Helper()
	i := slices.IndexFunc(b.Measures, func(m measure.Measure) bool { return m.Category == category })
	if want != nil && (i < 0 || b.Measures[i].Limit == nil || b.Measures[i].Limit.Op != want.Op || b.Measures[i].Limit.Value != want.Value) {
		t.Errorf("%s: %s is not %s %v", b.ID, category, want.Op, want.Value)
	}
}

func TestShippedPenaltiesSayWhatTheFactsSay(t *testing.T) {
	data, err := os.ReadFile(testkit.Shared(t, "domain", "rules", "penalties.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Penalties []struct {
			ID       string
			Article  string
			Min, Max int64
		} `yaml:"decree_117_2020"`
	}
	if err := yaml.Unmarshal(data, &file); err != nil || len(file.Penalties) == 0 {
		t.Fatal(err)
	}
	held := 0
	l := library(t)
	for _, f := range file.Penalties {
		if p, ok := l.Penalty(f.ID); ok {
			held++
			if p.Min != f.Min || p.Max != f.Max || !strings.HasPrefix(f.Article, p.Article) {
				t.Errorf("%+v, facts %+v", p, f)
			}
		}
	}
	if held != len(l.Penalties) {
		t.Errorf("%d of %d penalties stand in the facts", held, len(l.Penalties))
	}
}

// with is the shipped library with one more document.
func with(t *testing.T, more string) *measure.Library {
	t.Helper()
	l, err := measure.Shipped([]byte(more))
	if err != nil {
		t.Fatal(err)
	}
	return l
}

const local = `bundles:
  - id: WARD
    version: 1
    title: {vi: "Phường", en: "Ward"}
    short: "P"
    measures:
      - {category: distance, step: keep, limit: {op: ">=", value: 2, unit: m}, text: {vi: "Cách 2 m.", en: "Keep 2 m."}, source: s, confidence: high}
`

func TestFaultsAreNamedWithTheirPlace(t *testing.T) {
	if faults := with(t, local).Check(); len(faults) > 0 {
		t.Fatal(faults)
	}
	for _, c := range [][3]string{
		{"category: distance", "category: nowhere", "measure.no_category"},
		{"step: keep", "step: hold", "measure.no_step"},
		{`limit: {op: ">=", value: 2, unit: m}, `, "", "measure.limit_missing"},
		{"step: keep", "step: none", "measure.limit_needless"},
		{"unit: m", "unit: hour", "measure.limit_unit"},
		{`op: ">="`, `op: "<="`, "measure.limit_side"},
		{"value: 2", "value: 9", "measure.limit_range"},
		{"value: 2", "value: 3", "measure.limit_text"},
		{"value: 2", "value: .nan", "measure.limit_range"},
		{`vi: "Cách 2 m.", `, "", "measure.text_vi"},
		{`, en: "Keep 2 m."`, "", "measure.text_en"},
		{`en: "Ward"`, `en: " "`, "measure.text_en"},
		{"source: s, ", "", "measure.source"},
		{"confidence: high", "confidence: sure", "measure.confidence"},
		{"confidence: high", "confidence: high, penalty: X99", "measure.no_penalty"},
		{`short: "P"`, `short: ""`, "measure.short"},
		{"version: 1", "version: 1\n    base: NONE", "measure.no_base"},
		{"version: 1", "version: 1\n    base: WARD", "measure.base_cycle"},
		{"version: 1", "version: 0", "measure.id"},
		{"id: WARD", "id: CT16", "measure.id"},
		{"version: 1", "version: 1\n    from: \"2021-09-09\"\n    to: \"2021-09-09\"", "measure.period"},
		{"bundles:", "categories:\n  - {id: x, title: {vi: x, en: x}, rule: stricter, steps: [{id: a, title: {vi: a, en: a}}, {id: b, title: {vi: b, en: b}}], orders: [[a, b], [b, a]]}\nbundles:", "measure.order_cycle"},
		{"bundles:", "categories:\n  - {id: x, title: {vi: x, en: x}, rule: stricter, steps: [{id: a, title: {vi: a, en: a}}, {id: b, title: {vi: b, en: b}}], orders: [[a]]}\nbundles:", "measure.order_without"},
		{"bundles:", "categories:\n  - {id: x, title: {vi: x, en: x}, rule: mildest, steps: []}\nbundles:", "measure.rule"},
		{"bundles:", "penalties:\n  - {id: P, act: {vi: x, en: x}, min: 5, max: 3, source: s, confidence: low}\nbundles:", "measure.penalty_range"},
		{"bundles:", "questions:\n  - {id: q, text: {vi: x, en: x}, own: distance, answers: {distance: {keep: maybe}}}\nbundles:", "measure.question_verdict"},
		{"bundles:", "questions:\n  - {id: q, text: {vi: x, en: x}, own: distance, answers: {distance: {keep: {says: if, text: {vi: x}}}}}\nbundles:", "measure.text_en"},
		{"bundles:", "questions:\n  - {id: q, text: {vi: x, en: x}, own: work, answers: {distance: {keep: if}}}\nbundles:", "measure.question_own"},
	} {
		if !strings.Contains(local, c[0]) {
			t.Fatalf("the document has no %q", c[0])
		}
		faults := with(t, strings.Replace(local, c[0], c[1], 1)).Check()
		if len(faults) == 0 || !slices.ContainsFunc(faults, func(f measure.Fault) bool { return f.Key == c[2] }) {
			t.Errorf("%q: %v, want %s", c[1], faults, c[2])
		}
	}
}

func TestBasesThatCircleThroughSeveralAreNamed(t *testing.T) {
	second := strings.TrimPrefix(strings.ReplaceAll(local, "WARD", "OTHER"), "bundles:\n")
	l := with(t, strings.Replace(local, "version: 1", "version: 1\n    base: OTHER", 1)+strings.Replace(second, "version: 1", "version: 1\n    base: WARD", 1))
	var circling []string
	for _, f := range l.Check() {
		if f.Key == "measure.base_cycle" {
			circling = append(circling, f.Bundle)
		}
	}
	if !slices.Equal(circling, []string{"WARD", "OTHER"}) {
		t.Errorf("named %v", circling)
	}
}

func TestEveryFaultHasItsMessage(t *testing.T) {
	code, err := os.ReadFile("check.go")
	if err != nil {
		t.Fatal(err)
	}
	texts, err := os.ReadFile(filepath.Join("..", "i18n", "message", "measure.vi.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range regexp.MustCompile(`"measure\.[a-z_]+"`).FindAllString(string(code), -1) {
		if !strings.Contains(string(texts), strings.Trim(key, `"`)+":") {
			t.Errorf("no message %s", key)
		}
	}
}

func TestAFieldThatDoesNotExistIsNamedWithItsLine(t *testing.T) {
	_, err := measure.Parse([]byte("bundles:\n  - id: X\n    limits: 3\n"))
	if err == nil || !strings.Contains(err.Error(), "line 3") {
		t.Errorf("got %v", err)
	}
	for _, bad := range []string{"bundles: [{id: X, from: yesterday}]", "bundles: [{id: X, to: 2021-13-01}]", "bundles: {", strings.Repeat("#", 300<<10)} {
		if _, err := measure.Parse([]byte(bad)); err == nil {
			t.Errorf("read %.40s", bad)
		}
	}
}

func TestAPlanWith15PlusNeedsItsAdditions(t *testing.T) {
	l := library(t)
	plus, _ := l.Bundle("CT15PLUS")
	claim := measure.Claim{Level: 4, Bundle: plus}
	if faults := l.CheckClaim(claim); len(faults) != 1 || faults[0].Key != "measure.needs_additions" || faults[0].Bundle != "CT15PLUS" {
		t.Errorf("without additions: %v", faults)
	}
	for _, m := range l.Additions {
		claim.Additions = []measure.Measure{m}
		if faults := l.CheckClaim(claim); len(faults) > 0 {
			t.Errorf("with %s: %v", m.Text.En, faults)
		}
	}
	milder := l.Additions[slices.IndexFunc(l.Additions, func(m measure.Measure) bool { return m.Category == "public_gathering" })]
	milder.Limit = &measure.Limit{Op: "<=", Value: 30, Unit: "people"}
	milder.Text = measure.Name{Vi: "Không quá 30 người.", En: "At most 30 people."}
	claim.Additions = []measure.Measure{milder}
	if faults := l.CheckClaim(claim); len(faults) != 1 || faults[0].Key != "measure.addition_looser" || faults[0].Row != 1 {
		t.Errorf("with a milder one: %v", faults)
	}
	for id, needs := range map[string]bool{"CT15": false, "HN20_ZONE2": false, "HN20_ZONE3": true} {
		if b, _ := l.Bundle(id); b.NeedsAdditions != needs {
			t.Errorf("%s needs additions: %v", id, b.NeedsAdditions)
		}
	}
}

func TestANewVersionOfABundleIsFoundAndTheOldOneStays(t *testing.T) {
	l := with(t, strings.Replace(strings.Replace(local, "id: WARD", "id: CT16", 1), "version: 1", "version: 2", 1))
	b, _ := l.Bundle("CT16")
	old, ok := l.Version("CT16", 1)
	if b.Version != 2 || !ok || len(old.Measures) < 5 {
		t.Errorf("newest %d, old %v", b.Version, ok)
	}
	// What was decided on the old version stays, also through a base.
	before, _ := library(t).Bundle("HN17")
	if after, _ := l.Bundle("HN17"); cmp.Diff(before, after) != "" {
		t.Error(cmp.Diff(before, after))
	}
}

func TestABundleReplacesItsBaseWhereItSpeaks(t *testing.T) {
	l := with(t, strings.Replace(strings.Replace(strings.ReplaceAll(local, "2 m", "1 m"), "value: 2", "value: 1", 1), "version: 1", "version: 1\n    base: CT16", 1))
	b, _ := l.Bundle("WARD")
	base, _ := l.Bundle("CT16")
	if len(b.Own) != 1 || len(b.Measures) != len(base.Measures) || of(b, "distance").Limit.Value != 1 {
		t.Errorf("%d measures on %d", len(b.Measures), len(base.Measures))
	}
}

func TestChainsOfBasesAreBounded(t *testing.T) {
	var more strings.Builder
	more.WriteString("bundles:\n")
	for i := range 20 {
		fmt.Fprintf(&more, "  - {id: B%d, version: 1, base: B%d, title: {vi: b, en: b}, short: b}\n", i, i+1)
	}
	more.WriteString("  - {id: B20, version: 1, title: {vi: b, en: b}, short: b}\n")
	deep := 0
	for _, f := range with(t, more.String()).Check() {
		if f.Key != "measure.base_deep" {
			t.Error(f)
		}
		deep++
	}
	if deep != 12 {
		t.Errorf("%d bundles rest on more than 8 others, want 12", deep)
	}
}

func TestShippedBundlesNameInstrumentsThatAreKnown(t *testing.T) {
	data, err := os.ReadFile(testkit.Shared(t, "domain", "rules", "instruments.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	l := library(t)
	for _, b := range l.Bundles {
		if b.Instrument != "" && !strings.Contains(string(data), `symbol: "`+b.Instrument) {
			t.Errorf("%s: nobody knows %s", b.ID, b.Instrument)
		}
	}
	for _, p := range l.Penalties {
		if !strings.Contains(string(data), `symbol: "`+p.Instrument) {
			t.Errorf("%s: nobody knows %s", p.ID, p.Instrument)
		}
	}
}

func TestComparing(t *testing.T) {
	l := library(t)
	people := func(op string, n float64, exceptions ...string) measure.Measure {
		m := measure.Measure{Category: "public_gathering", Step: "limited", Limit: &measure.Limit{Op: op, Value: n, Unit: "people"}}
		for _, e := range exceptions {
			m.Exceptions = append(m.Exceptions, measure.Name{Vi: e, En: e})
		}
		return m
	}
	step := func(category, step string) measure.Measure { return measure.Measure{Category: category, Step: step} }
	hour := func(step string, n float64) measure.Measure {
		return measure.Measure{Category: "food_service", Step: step, Limit: &measure.Limit{Op: "<=", Value: n, Unit: "hour"}}
	}
	metres := func(n float64) measure.Measure {
		return measure.Measure{Category: "distance", Step: "keep", Limit: &measure.Limit{Op: ">=", Value: n, Unit: "m"}}
	}
	for _, c := range []struct {
		what string
		a, b measure.Measure
		want measure.Relation
	}{
		{"2 people and 10", people("<=", 2), people("<=", 10), measure.Stricter},
		{"fewer than 10 and at most 9", people("<", 10), people("<=", 9), measure.Equal},
		{"fewer than 10 and at most 10", people("<", 10), people("<=", 10), measure.Stricter},
		{"a step further", step("public_gathering", "forbidden"), people("<=", 2), measure.Stricter},
		{"2 m and 1 m", metres(2), metres(1), measure.Stricter},
		{"an exception more", people("<=", 5, "a", "b"), people("<=", 5, "b"), measure.Looser},
		{"other exceptions", people("<=", 5, "a"), people("<=", 5, "b"), measure.Incomparable},
		{"exceptions in another order", people("<=", 5, "a", "b"), people("<=", 5, "b", "a"), measure.Equal},
		{"fewer people, more exceptions", people("<=", 2, "a"), people("<=", 5), measure.Incomparable},
		{"fewer people, fewer exceptions", people("<=", 2), people("<=", 5, "a"), measure.Stricter},
		{"takeaway until 21:00 and takeaway", hour("takeaway", 21), step("food_service", "takeaway"), measure.Stricter},
		{"takeaway and served until 20:00", step("food_service", "takeaway"), hour("open", 20), measure.Stricter},
		{"on site and fewer workers", step("production", "on_site"), step("production", "fewer_workers"), measure.Incomparable},
		{"on site and stopped", step("production", "on_site"), step("production", "stopped"), measure.Looser},
		{"other categories", step("work", "stopped"), step("market", "open"), measure.Incomparable},
	} {
		if got := l.Compare(c.a, c.b); got != c.want {
			t.Errorf("%s: %v, want %v", c.what, got, c.want)
		}
		back := map[measure.Relation]measure.Relation{measure.Stricter: measure.Looser, measure.Looser: measure.Stricter}
		want, turned := back[c.want]
		if !turned {
			want = c.want
		}
		if got := l.Compare(c.b, c.a); got != want {
			t.Errorf("%s, turned: %v, want %v", c.what, got, want)
		}
	}
}

func TestMeasuresThatCannotBeComparedAreBothHeld(t *testing.T) {
	l := library(t)
	half := measure.Measure{
		Category: "production", Step: "fewer_workers", Limit: &measure.Limit{Op: "<=", Value: 50, Unit: "percent"},
		Text:   measure.Name{Vi: "Không quá 50% số người.", En: "At most 50% of the workers."},
		Source: "district", Confidence: "high",
	}
	zone, _ := l.Bundle("HN20_ZONE2")
	r := l.Resolve([]measure.Claim{{Level: 1, Bundle: zone, Additions: []measure.Measure{half}}})
	e, _ := r.Entry("production")
	if got := show(e.Held); got != "fewer_workers <= 50 percent of HN20_ZONE2, on_site of HN20_ZONE2" || e.Unruled {
		t.Errorf("held %s, unruled %v", got, e.Unruled)
	}
}

// claims draws claims of shipped bundles with shipped additions.
func claims(l *measure.Library) *rapid.Generator[[]measure.Claim] {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) measure.Claim {
		c := measure.Claim{
			Level:    rapid.IntRange(0, 4).Draw(t, "level"),
			Document: rapid.SampledFrom([]string{"A", "B", ""}).Draw(t, "document"),
			Ruled:    rapid.IntRange(0, 4).Draw(t, "ruled") == 0,
		}
		c.Bundle = &l.Bundles[rapid.IntRange(0, len(l.Bundles)-1).Draw(t, "bundle")]
		if rapid.Bool().Draw(t, "adds") {
			c.Additions = rapid.SliceOfN(rapid.SampledFrom(l.Additions), 1, 3).Draw(t, "additions")
		}
		return c
	}), 0, 5)
}

func TestARegimeDoesNotDependOnTheOrderOfClaims(t *testing.T) {
	l := library(t)
	rapid.Check(t, func(t *rapid.T) {
		all := claims(l).Draw(t, "claims")
		want := l.Resolve(all)
		if diff := cmp.Diff(want, l.Resolve(rapid.Permutation(all).Draw(t, "shuffled"))); diff != "" {
			t.Fatal("another order:", diff)
		}
		if diff := cmp.Diff(want, l.Resolve(append(slices.Clone(all), all...))); diff != "" {
			t.Fatal("each claim twice:", diff)
		}
	})
}

// What must hold of every regime, said without the code that makes it.
func TestWhatARegimeHolds(t *testing.T) {
	l := library(t)
	rapid.Check(t, func(t *rapid.T) {
		all := claims(l).Draw(t, "claims")
		r := l.Resolve(all)
		for _, c := range l.Categories {
			spoken, ruled := false, false
			for _, claim := range all {
				for _, m := range append(slices.Clone(claim.Bundle.Measures), claim.Additions...) {
					if m.Category == c.ID {
						spoken, ruled = true, ruled || claim.Ruled || claim.Bundle.Special
					}
				}
			}
			e, ok := r.Entry(c.ID)
			if ok != spoken || ok && len(e.Held) == 0 {
				t.Fatalf("%s: spoken %v, entry %v %v", c.ID, spoken, ok, e.Held)
			}
			holds(t, l, e, ruled)
		}
	})
}

func holds(t *rapid.T, l *measure.Library, e measure.Entry, ruled bool) {
	for i, h := range e.Held {
		if ruled && !h.Origin.Ruled && !h.Origin.Special {
			t.Fatalf("%s: %+v holds against a ruling", e.Category, h)
		}
		for _, later := range e.Held[i+1:] {
			switch l.Compare(h.Measure, later.Measure) {
			case measure.Looser, measure.Equal:
				t.Fatalf("%s: %s stands before %s", e.Category, h.Step, later.Step)
			case measure.Stricter:
				if !e.Unruled {
					t.Fatalf("%s: %s holds beside the stricter %s without a disagreement", e.Category, later.Step, h.Step)
				}
			}
		}
	}
}

// A ruled claim replaces the others wherever it speaks; where it is silent they
// stand as if it were not there.
func TestARuledClaimReplacesTheOthersWhereItSpeaks(t *testing.T) {
	l := library(t)
	rapid.Check(t, func(t *rapid.T) {
		var others []measure.Claim
		for _, c := range claims(l).Draw(t, "others") {
			if c.Ruled = false; !c.Bundle.Special {
				others = append(others, c)
			}
		}
		ruled := measure.Claim{Level: rapid.IntRange(0, 4).Draw(t, "level"), Document: "ruling", Ruled: true}
		ruled.Bundle = &l.Bundles[rapid.IntRange(0, len(l.Bundles)-1).Draw(t, "bundle")]
		alone, without, r := l.Resolve([]measure.Claim{ruled}), l.Resolve(others), l.Resolve(append(others, ruled))
		for _, c := range l.Categories {
			e, _ := r.Entry(c.ID)
			want, speaks := alone.Entry(c.ID)
			if !speaks {
				if want, _ = without.Entry(c.ID); cmp.Diff(want, e) != "" {
					t.Fatal(cmp.Diff(want, e))
				}
				continue
			}
			if show(e.Held) != show(want.Held) || e.Unruled {
				t.Fatalf("%s: %s, want %s; unruled %v", c.ID, show(e.Held), show(want.Held), e.Unruled)
			}
		}
	})
}

// Two documents of two levels, with nothing added and nothing ruled: they
// disagree exactly where both speak and say different things.
func TestTwoLevelsThatDifferAreUnruled(t *testing.T) {
	l := library(t)
	for i := range l.Bundles {
		for j := range l.Bundles {
			upper, lower := &l.Bundles[i], &l.Bundles[j]
			if upper.Special || lower.Special {
				continue
			}
			r := l.Resolve([]measure.Claim{{Level: measure.Province, Bundle: upper}, {Level: measure.District, Bundle: lower}})
			for _, c := range l.Categories {
				a, b := of(upper, c.ID), of(lower, c.ID)
				differ := c.Rule == measure.RuleStricter && a != nil && b != nil && l.Compare(*a, *b) != measure.Equal
				looser := a != nil && b != nil && l.Compare(*b, *a) == measure.Looser
				e, _ := r.Entry(c.ID)
				both := append(slices.Clone(e.Held), e.Aside...)
				flagged := slices.ContainsFunc(both, func(h measure.Held) bool { return h.Looser })
				if e.Unruled != differ || flagged != looser || differ && len(e.Held) != 2 {
					t.Errorf("%s over %s, %s: unruled %v, looser %v, %s", upper.ID, lower.ID, c.ID, e.Unruled, flagged, show(e.Held))
				}
			}
		}
	}
}

func TestDocumentsOfOneLevelNeitherDisagreeNorLoosen(t *testing.T) {
	l := library(t)
	rapid.Check(t, func(t *rapid.T) {
		all := claims(l).Draw(t, "claims")
		for i := range all {
			all[i].Level = measure.Ward
		}
		for _, e := range l.Resolve(all).Entries {
			for _, h := range append(slices.Clone(e.Held), e.Aside...) {
				if h.Looser || e.Unruled {
					t.Fatalf("%s: %s looser %v, unruled %v", e.Category, h.Step, h.Looser, e.Unruled)
				}
			}
		}
	})
}

// of is the one measure of a shipped bundle in a category.
func of(b *measure.Bundle, category string) *measure.Measure {
	i := slices.IndexFunc(b.Measures, func(m measure.Measure) bool { return m.Category == category })
	if i < 0 {
		return nil
	}
	return &b.Measures[i]
}

func TestDiffOfARegimeAndItselfIsNothing(t *testing.T) {
	l := library(t)
	rapid.Check(t, func(t *rapid.T) {
		a, b := l.Resolve(claims(l).Draw(t, "a")), l.Resolve(claims(l).Draw(t, "b"))
		if changes, same := l.Diff(a, a); len(changes) > 0 || same != len(a.Entries) {
			t.Fatal(changes, same)
		}
		turned := map[measure.Kind]measure.Kind{
			measure.New: measure.Lifted, measure.Lifted: measure.New, measure.Tightened: measure.Loosened, measure.Loosened: measure.Tightened,
			measure.Other: measure.Other, measure.NowUnruled: measure.NowUnruled,
		}
		there, same := l.Diff(a, b)
		back, sameBack := l.Diff(b, a)
		if len(there) != len(back) || same != sameBack {
			t.Fatal(there, back)
		}
		for i := range there {
			if back[i].Category != there[i].Category || back[i].Kind != turned[there[i].Kind] {
				t.Fatal(there[i], back[i])
			}
		}
	})
}

func TestWhatChangesIsSaidInBothLanguages(t *testing.T) {
	l := library(t)
	hn17, _ := l.Bundle("HN17")
	ct15, _ := l.Bundle("CT15")
	changes, same := l.Diff(l.Resolve([]measure.Claim{{Level: 1, Bundle: hn17}}), l.Resolve([]measure.Claim{{Level: 4, Bundle: ct15}}))
	kinds := map[string]measure.Kind{}
	sentences := map[string]measure.Name{}
	for _, c := range changes {
		kinds[c.Category], sentences[c.Category] = c.Kind, c.Sentence
	}
	want := map[string]measure.Kind{
		"public_gathering": measure.Loosened, "indoor_event": measure.Other, "worship": measure.Loosened, "business": measure.Loosened,
		"leaving_home": measure.Lifted, "separation": measure.Lifted, "work": measure.Lifted, "production": measure.Lifted,
		"passenger_transport": measure.Lifted, "market": measure.New, "medicine": measure.New,
	}
	if diff := cmp.Diff(want, kinds); diff != "" || same != 1 {
		t.Error(diff, same)
	}
	for category, want := range map[string]measure.Name{
		"public_gathering": {
			Vi: "Tụ tập nơi công cộng: nới hơn. Không tụ tập từ 10 người trở lên. Trừ: trong công sở, trường học, bệnh viện.",
			En: "Gathering in public: looser. No gathering of 10 people or more. Except: inside offices, schools and hospitals.",
		},
		"passenger_transport": {
			Vi: "Xe chở khách: không còn quy định. Trước đây: Xe chở khách công cộng tạm dừng.",
			En: "Passenger transport: no longer limited. Before: Public passenger transport is suspended.",
		},
	} {
		if sentences[category] != want {
			t.Errorf("%+v", sentences[category])
		}
	}
}

func TestAnswersSayWhatTheyRestOn(t *testing.T) {
	l := library(t)
	hn17, _ := l.Bundle("HN17")
	r := l.Resolve([]measure.Claim{{Level: 1, Bundle: hn17, Document: "17/CT-UBND", Clause: "1"}})
	a, _ := l.Ask(r, "market")
	want := "Được, có điều kiện. Theo quy định chung: Mua lương thực, nhu yếu phẩm là việc được ra ngoài. Ở nhà, chỉ ra ngoài khi thật cần thiết."
	if a.Sentence.Vi != want || len(a.Rests) != 1 || a.Rests[0].Origin.Document != "17/CT-UBND" || a.Rests[0].Origin.Clause != "1" {
		t.Errorf("%q rests on %+v", a.Sentence.Vi, a.Rests)
	}
	if a, _ = l.Ask(r, "delivery"); a.Sentence.En != "The documents in force do not mention this; if unsure, ask the ward's office on duty." || len(a.Rests) > 0 {
		t.Errorf("%+v", a)
	}
	want = "Yes, with conditions. Work only at places allowed to run and essential services."
	if a, _ = l.Ask(r, "work"); a.Sentence.En != want || a.Derived {
		t.Errorf("%q", a.Sentence.En)
	}
	if _, ok := l.Ask(r, "nothing"); ok {
		t.Error("answered a question that there is not")
	}
	if all := l.AskAll(r); len(all) != len(l.Questions) || all[0].Question != "work" {
		t.Errorf("%d answers", len(all))
	}
}

func TestConditionsAddUpUnlessOneReplacesAnother(t *testing.T) {
	l := library(t)
	zone, _ := l.Bundle("HN20_ZONE1")
	blocked, _ := l.Bundle("BLOCKED")
	for _, c := range []struct {
		bundle         *measure.Bundle
		question, want string
	}{
		{zone, "work", "Yes, with conditions. Work only at places allowed to run and essential services. Everybody stays where they are; going out needs a travel paper or the papers of one's group."},
		{zone, "market", "Yes, with conditions. Residents shop for food with the ward's market card."},
		{blocked, "work", "No. Nobody goes to work outside the area."},
	} {
		a, _ := l.Ask(l.Resolve([]measure.Claim{{Level: measure.Province, Bundle: c.bundle}}), c.question)
		if a.Sentence.En != c.want {
			t.Errorf("%s: %q", c.question, a.Sentence.En)
		}
	}
}

func TestWhereNobodyRuledTheStricterAnswers(t *testing.T) {
	l := library(t)
	zone, _ := l.Bundle("HN20_ZONE2")
	ct15, _ := l.Bundle("CT15")
	five := l.Additions[slices.IndexFunc(l.Additions, func(m measure.Measure) bool { return m.Category == "public_gathering" })]
	r := l.Resolve([]measure.Claim{{Level: measure.Province, Bundle: zone, Additions: []measure.Measure{five}}, {Level: measure.Area, Bundle: ct15}})
	a, _ := l.Ask(r, "exercise")
	want := "Được, có điều kiện. Theo quy định chung: Tập chung tính như tụ tập. Không tụ tập quá 5 người."
	if a.Sentence.Vi != want || !a.Unruled || show(a.Rests) != "limited <= 5 people of HN20_ZONE2" {
		t.Errorf("%q, unruled %v, rests on %s", a.Sentence.Vi, a.Unruled, show(a.Rests))
	}
}

func TestQuestionsAreFoundAsPeopleTypeThem(t *testing.T) {
	l := library(t)
	for typed, want := range map[string]string{
		"Tôi có được đi làm không?": "work", "di cho": "market", "mua thuốc cho mẹ": "medicine", "đi viếng đám ma": "funeral",
		"ăn cưới": "wedding", "chạy bộ buổi sáng": "exercise", "an tai quan": "eat_out", "sang quận khác": "elsewhere",
		"shipper": "", "đặt hàng": "delivery", "going to work": "work", "": "", "thời tiết": "",
	} {
		if q, _ := l.Find(typed); q.ID != want {
			t.Errorf("%q finds %q, want %q", typed, q.ID, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(local))
	f.Add([]byte("categories: [{id: x, steps: [{id: a}], orders: [[a, a]]}]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		l, err := measure.Parse(data)
		if err != nil {
			return
		}
		l.Check()
		var all []measure.Claim
		for i := range l.Bundles {
			all = append(all, measure.Claim{Level: i, Bundle: &l.Bundles[i], Additions: l.Additions})
		}
		r := l.Resolve(all)
		l.AskAll(r)
		l.Diff(measure.Regime{}, r)
	})
}

func BenchmarkResolve(b *testing.B) {
	l := library(b)
	zone, _ := l.Bundle("HN20_ZONE2")
	hn17, _ := l.Bundle("HN17")
	plus, _ := l.Bundle("CT15PLUS")
	all := []measure.Claim{{Level: 1, Bundle: zone}, {Level: 2, Bundle: hn17}, {Level: 4, Bundle: plus, Additions: l.Additions, Ruled: true}}
	for b.Loop() {
		l.Resolve(all)
	}
}
