package rule_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"phaodai/internal/rule"
)

func kind() rule.Kind {
	return rule.Kind{Name: "zone.criterion", Result: rule.Bool, Vars: []rule.Var{
		{Name: "case_rate", Type: rule.Number, Vi: "số ca mắc mới trong 7 ngày trên 100.000 dân"},
		{Name: "vaccinated", Type: rule.Number, Vi: "tỷ lệ tiêm đủ liều", Unit: "%"},
		{Name: "unknown_source", Type: rule.Bool, Vi: "có chùm ca bệnh chưa rõ nguồn lây"},
		{Name: "place", Type: rule.Text, Vi: "loại địa bàn", Max: 40},
		{Name: "ward", Type: rule.Texts, Vi: "phường giáp ranh", Max: 20},
		{Name: "since", Type: rule.Moment, Vi: "ngày có ca bệnh gần nhất"},
		{Name: "now", Type: rule.Moment, Vi: "bây giờ"},
	}}
}

func env(t testing.TB) *rule.Env {
	t.Helper()
	e, err := rule.NewEnv(kind())
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func compile(t testing.TB, source string) *rule.Rule {
	t.Helper()
	r, err := env(t).Compile(source)
	if err != nil {
		t.Fatalf("%s: %v", source, err)
	}
	return r
}

func TestAnExpressionThatCannotBeSavedSaysWhereAndWhy(t *testing.T) {
	for source, want := range map[string]rule.Problem{
		"case_rat >= 50":                        {1, 1, "rule.unknown_name", []any{"Name", "case_rat", "Nearest", "case_rate"}},
		"case_rate >= 50 &&\n  quite_other > 1": {2, 3, "rule.unknown_name", []any{"Name", "quite_other", "Nearest", ""}},
		"case_rate >= 'cao'":                    {1, 11, "rule.wrong_type", []any{"Operator", ">=", "Types", "(double, string)"}},
		"case_rate >=":                          {1, 13, "rule.syntax", nil},
		"case_rate":                             {1, 1, "rule.wrong_result", []any{"Is", "double", "Want", "bool"}},
		"ward.all(a, ward.all(b, ward.all(c, ward.all(d, a + b + c + d != place))))": {1, 1, "rule.too_costly", nil},
		strings.Repeat(" ", 9000): {0, 0, "rule.too_long", nil},
	} {
		_, err := env(t).Compile(source)
		var got rule.Problems
		if !errors.As(err, &got) || len(got) == 0 {
			t.Errorf("%.40q: %v", source, err)
			continue
		}
		p := got[0]
		if p.Line != want.Line || p.Column != want.Column || p.Key != want.Key || want.Args != nil && !slices.Equal(p.Args, want.Args) {
			t.Errorf("%.40q: %+v, want %+v", source, p, want)
		}
	}
}

func TestWhatIsNotKnownIsNeverASilentNo(t *testing.T) {
	const mixed = "case_rate >= 50 || unknown_source"
	for _, c := range []struct {
		source string
		values map[string]any
		want   rule.Truth
		lacks  string
	}{
		{mixed, map[string]any{"case_rate": 73.5}, rule.Yes, "unknown_source"},
		{mixed, map[string]any{"case_rate": 20}, rule.Unknown, "unknown_source"},
		{mixed, map[string]any{"case_rate": 20, "unknown_source": false}, rule.No, ""},
		{mixed, map[string]any{"unknown_source": true, "case_rate": nil}, rule.Yes, "case_rate"},
		{mixed, nil, rule.Unknown, "case_rate unknown_source"},
		{"case_rate < 20 && unknown_source", map[string]any{"case_rate": 20}, rule.No, "unknown_source"},
		{"!unknown_source", nil, rule.Unknown, "unknown_source"},
		{"place in ['chợ', 'khu công nghiệp']", map[string]any{"place": "chợ"}, rule.Yes, ""},
		{"now - since >= duration('336h')", map[string]any{"now": day(20), "since": day(6)}, rule.Yes, ""},
		{"now - since >= duration('336h')", map[string]any{"now": day(20)}, rule.Unknown, "since"},
		{"ward.exists(w, w == 'Phúc Lợi')", map[string]any{"ward": []string{"Thạch Bàn", "Phúc Lợi"}}, rule.Yes, ""},
	} {
		got, err := compile(t, c.source).Eval(c.values)
		if err != nil || got.Truth != c.want || strings.Join(got.Missing, " ") != c.lacks {
			t.Errorf("%s of %v: %v, missing %v, %v; want %v", c.source, c.values, got.Truth, got.Missing, err, c.want)
		}
		quick, missing, err := compile(t, c.source).Decide(c.values)
		if err != nil || quick != c.want || strings.Join(missing, " ") != c.lacks {
			t.Errorf("quickly %s of %v: %v, missing %v, %v; want %v", c.source, c.values, quick, missing, err, c.want)
		}
	}
}

func day(n int) time.Time { return time.Date(2021, 9, n, 0, 0, 0, 0, time.UTC) }

func TestAValueOfAnotherTypeIsAnErrorNotADecision(t *testing.T) {
	r := compile(t, "case_rate >= 50")
	for _, v := range []any{"50", true, []string{"x"}} {
		if got, err := r.Eval(map[string]any{"case_rate": v}); err == nil {
			t.Errorf("%v (%T) gives %v", v, v, got.Truth)
		}
	}
	long := strings.Repeat("x", 41)
	if _, err := compile(t, "place == 'chợ'").Eval(map[string]any{"place": long}); err == nil {
		t.Error("a text longer than declared is taken")
	}
}

func TestADecisionNamesWhatMadeIt(t *testing.T) {
	r := compile(t, "50 <= case_rate && vaccinated < 70 && (unknown_source || place in ['chợ', 'siêu thị'])")
	got, err := r.Eval(map[string]any{"case_rate": 73.5, "vaccinated": 64, "unknown_source": false, "place": "chợ"})
	if err != nil || got.Truth != rule.Yes {
		t.Fatalf("%v, %v", got.Truth, err)
	}
	top := got.Reason
	if top.Op != rule.And || len(top.Parts) != 3 {
		t.Fatalf("reason %+v", top)
	}
	rate, doses, either := top.Parts[0], top.Parts[1], top.Parts[2]
	if rate.Op != rule.AtLeast || rate.Var.Name != "case_rate" || rate.Value != 73.5 || number(rate.Than) != 50 {
		t.Errorf("rate %+v", rate)
	}
	if doses.Op != rule.LessThan || doses.Value != 64.0 || doses.Truth != rule.Yes {
		t.Errorf("doses %+v", doses)
	}
	why := either.Deciding()
	if len(why) != 1 || why[0].Op != rule.OneOf || !slices.Equal(why[0].Than.([]any), []any{"chợ", "siêu thị"}) {
		t.Errorf("of the two, %+v decided", why)
	}
}

func number(v any) float64 {
	if n, ok := v.(int64); ok {
		return float64(n)
	}
	return v.(float64)
}

func TestAKindWithANameTwiceIsRefused(t *testing.T) {
	k := kind()
	k.Vars = append(k.Vars, k.Vars[0])
	if _, err := rule.NewEnv(k); err == nil {
		t.Error("taken")
	}
}

func FuzzCompile(f *testing.F) {
	e := env(f)
	for _, s := range []string{"case_rate >= 50", "ward.all(w, w != '')", "a.b[c] ? 1 : 2", "'\\u0000", "((((((((("} {
		f.Add(s)
	}
	values := map[string]any{"case_rate": 1.0, "vaccinated": 2.0, "unknown_source": true, "place": "x", "ward": []string{"y"}, "now": day(1), "since": day(2)}
	f.Fuzz(func(t *testing.T, source string) {
		r, err := e.Compile(source)
		if err != nil {
			return
		}
		// Division by zero and the like are errors; nothing known must not be one.
		_, _ = r.Eval(values)
		if got, err := r.Eval(nil); err == nil && got.Truth == rule.Unknown && len(r.Names()) == 0 {
			t.Errorf("%q knows all it needs and does not decide", source)
		}
	})
}

// BenchmarkDecide decides one rule of three comparisons, with and without the
// reason.
func BenchmarkDecide(b *testing.B) {
	r := compile(b, "case_rate >= 50 && vaccinated < 70 || unknown_source")
	values := map[string]any{"case_rate": 73.5, "vaccinated": 64.0, "unknown_source": false}
	b.Run("plain", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if got, _, err := r.Decide(values); err != nil || got != rule.Yes {
				b.Fatal(got, err)
			}
		}
	})
	b.Run("with reason", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if got, err := r.Eval(values); err != nil || got.Truth != rule.Yes {
				b.Fatal(got, err)
			}
		}
	})
}
