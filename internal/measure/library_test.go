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

// claims draws claims of shipped bundles with shipped additions.

// What must hold of every regime, said without the code that makes it.

// A ruled claim replaces the others wherever it speaks; where it is silent they

// stand as if it were not there.

// Two documents of two levels, with nothing added and nothing ruled: they

// disagree exactly where both speak and say different things.

// of is the one measure of a shipped bundle in a category.

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
