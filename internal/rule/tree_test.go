package rule_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"phaodai/internal/rule"
)

func dayEnv(t testing.TB) *rule.Env {
	t.Helper()
	e, err := rule.NewEnv(rule.Kind{Name: "people", Result: rule.Bool, Vars: []rule.Var{
		{Name: "age", Type: rule.Whole}, {Name: "zone", Type: rule.Text}, {Name: "groups", Type: rule.Texts},
		{Name: "sick", Type: rule.Bool}, {Name: "last_sample", Type: rule.Day},
	}})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestDaysSince(t *testing.T) {
	for _, c := range []struct {
		source string
		value  any
		want   rule.Truth
	}{
		{"days_since(last_sample) >= 3", 3, rule.Yes},
		{"days_since(last_sample) >= 3", 2, rule.No},
		{"days_since(last_sample) >= 3", rule.Never, rule.Yes},
		{"days_since(last_sample) <= 1000", rule.Never, rule.No},
		{"days_since(last_sample) >= 3", nil, rule.Unknown},
		{"known(last_sample)", nil, rule.No},
		{"known(last_sample)", rule.Never, rule.Yes},
		{"!known(last_sample) || days_since(last_sample) >= 3", nil, rule.Yes},
	} {
		r, err := dayEnv(t).Compile(c.source)
		if err != nil {
			t.Fatal(err)
		}
		values := map[string]any{"last_sample": c.value}
		got, err := r.Eval(values)
		if err != nil || got.Truth != c.want {
			t.Errorf("%s of %v: %v, %v; want %v", c.source, c.value, got.Truth, err, c.want)
		}
		if quick, _, err := r.Decide(values); err != nil || quick != c.want {
			t.Errorf("quickly %s of %v: %v, %v; want %v", c.source, c.value, quick, err, c.want)
		}
	}
}

func TestADayIsComparedOnlyAsDaysSince(t *testing.T) {
	for source, key := range map[string]string{"last_sample >= 3": "rule.wrong_type", "days_since(age) >= 3": "rule.wrong_type", "days_since(last_sampel) > 1": "rule.unknown_name"} {
		_, err := dayEnv(t).Compile(source)
		var got rule.Problems
		if !errors.As(err, &got) || got[0].Key != key {
			t.Errorf("%s: %v", source, err)
		}
	}
}

func TestAReasonTellsTheDays(t *testing.T) {
	r, err := dayEnv(t).Compile("3 <= days_since(last_sample)")
	if err != nil {
		t.Fatal(err)
	}
	got, err := r.Eval(map[string]any{"last_sample": 5})
	if err != nil || got.Reason.Op != rule.AtLeast || got.Reason.Var.Name != "last_sample" || got.Reason.Value != int64(5) || number(got.Reason.Than) != 3 {
		t.Errorf("%+v, %v", got.Reason, err)
	}
}

func TestTree(t *testing.T) {
	e := dayEnv(t)
	name := map[string]rule.Var{}
	for _, v := range e.Vars() {
		name[v.Name] = v
	}
	for source, want := range map[string]rule.Node{
		"18 <= age":                      {Op: rule.AtLeast, Var: name["age"], Than: 18.0, Line: 1, Column: 1},
		"age < -2.5":                     {Op: rule.LessThan, Var: name["age"], Than: -2.5, Line: 1, Column: 1},
		"zone in ['Z1', 'Z2']":           {Op: rule.OneOf, Var: name["zone"], Than: []any{"Z1", "Z2"}, Line: 1, Column: 1},
		"'nurse' in groups":              {Op: rule.Has, Var: name["groups"], Than: "nurse", Line: 1, Column: 1},
		"days_since(last_sample) != 3":   {Op: rule.IsNot, Var: name["last_sample"], Than: 3.0, Line: 1, Column: 1},
		"known(age)":                     {Op: rule.Known, Var: name["age"], Line: 1, Column: 1},
		"age == 0":                       {Op: rule.Is, Var: name["age"], Than: 0.0, Line: 1, Column: 1},
		"true":                           {Op: rule.Always, Than: true, Line: 1, Column: 1},
		"size(groups) > 1":               {Op: rule.Other, Line: 1, Column: 1},
		"age > 9007199254740993":         {Op: rule.Other, Line: 1, Column: 1},
		"groups.exists(g, g == 'nurse')": {Op: rule.Other, Line: 1, Column: 1},
		"sick && !(age > 5) &&\n  (sick || zone == zone)": {Op: rule.And, Line: 1, Column: 1, Parts: []rule.Node{
			{Op: rule.Holds, Var: name["sick"], Line: 1, Column: 1},
			{Op: rule.Not, Line: 1, Column: 9, Parts: []rule.Node{{Op: rule.MoreThan, Var: name["age"], Than: 5.0, Line: 1, Column: 11}}},
			{Op: rule.Or, Line: 2, Column: 4, Parts: []rule.Node{
				{Op: rule.Holds, Var: name["sick"], Line: 2, Column: 4},
				{Op: rule.Other, Line: 2, Column: 12},
			}},
		}},
	} {
		r, err := e.Compile(source)
		if err != nil {
			t.Errorf("%s: %v", source, err)
			continue
		}
		if diff := cmp.Diff(want, bare(r.Tree())); diff != "" {
			t.Errorf("%s:\n%s", source, diff)
		}
	}
}

// bare leaves out what only a message shows.
func bare(n rule.Node) rule.Node {
	n.What = ""
	for i, p := range n.Parts {
		n.Parts[i] = bare(p)
	}
	return n
}
