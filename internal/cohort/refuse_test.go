package cohort_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"phaodai/internal/cohort"
	"phaodai/internal/fault"
	"phaodai/internal/instant"
	"phaodai/internal/rule"
)

func TestWhatSetsCannotTellIsRefusedWithThePlace(t *testing.T) {
	rules, _ := setup(t)
	for source, want := range map[string]rule.Problem{
		"age >= 18 && doses < samples_in_round":           {Line: 1, Column: 14, Key: "cohort.rule_two_values", Args: []any{"What", "_<_"}},
		"age + 1 >= 18":                                   {Line: 1, Column: 1, Key: "cohort.rule_two_values", Args: []any{"What", "_>=_"}},
		"true ||\n  (sex < 'n')":                          {Line: 2, Column: 4, Key: "cohort.rule_order_of_texts", Args: []any{"What", "sex"}},
		"occupations.exists(o, o == 'nurse')":             {Line: 1, Column: 1, Key: "cohort.rule_loop", Args: []any{"What", "exists, all"}},
		"zone.startsWith('Z')":                            {Line: 1, Column: 1, Key: "cohort.rule_function", Args: []any{"What", "startsWith"}},
		"size(occupations) > 1":                           {Line: 1, Column: 1, Key: "cohort.rule_two_values", Args: []any{"What", "_>_"}},
		"symptomatic ? age > 1 : age > 2":                 {Line: 1, Column: 1, Key: "cohort.rule_function", Args: []any{"What", "_?_:_"}},
		"symptomatic in [true]":                           {Line: 1, Column: 1, Key: "cohort.rule_function", Args: []any{"What", "@in"}},
		"'x' in ['x', 'y']":                               {Line: 1, Column: 1, Key: "cohort.rule_two_values", Args: []any{"What", "@in"}},
		"occupations == ['nurse']":                        {Line: 1, Column: 1, Key: "cohort.rule_two_values", Args: []any{"What", "_==_"}},
		"days_since(last_dose) > days_since(last_sample)": {Line: 1, Column: 1, Key: "cohort.rule_two_values", Args: []any{"What", "_>_"}},
		"last_dose == last_sample":                        {Line: 1, Column: 1, Key: "cohort.rule_two_values", Args: []any{"What", "_==_"}},
		"known(days_since(last_dose))":                    {Line: 1, Column: 1, Key: "cohort.rule_function", Args: []any{"What", "known"}},
		"agee > 1":                                        {Line: 1, Column: 1, Key: "rule.unknown_name", Args: []any{"Name", "agee", "Nearest", "age"}},
		"age > '18'":                                      {Line: 1, Column: 5, Key: "rule.wrong_type", Args: []any{"Operator", ">", "Types", "(int, string)"}},
		"age":                                             {Line: 1, Column: 1, Key: "rule.wrong_result", Args: []any{"Is", "int", "Want", "bool"}},
	} {
		_, err := rules.Compile(source)
		var got rule.Problems
		if !errors.As(err, &got) || len(got) != 1 {
			t.Errorf("%s: %v", source, err)
			continue
		}
		if diff := cmp.Diff(want, got[0]); diff != "" {
			t.Errorf("%s:\n%s", source, diff)
		}
	}
}

func put(no uint32, ward, area string) cohort.Put {
	return cohort.Put{Person: cohort.Person{ID: idOf(no), Ward: ward, Area: area}}
}

func TestAChangeIsTakenWholeOrNotAtAll(t *testing.T) {
	for name, c := range map[string]struct {
		edit cohort.Edit
		key  string
	}{
		"a person whom nobody knows":   {cohort.Sampled{ID: idOf(99), Day: epoch()}, "cohort.no_person"},
		"a person without identifier":  {put(0, "w1", ""), "cohort.no_person"},
		"a key without end":            {cohort.Move{ID: idOf(1), Ward: "w1", Walk: strings.Repeat("x", 201)}, "cohort.key_too_long"},
		"a day before the epidemic":    {cohort.Sampled{ID: idOf(1), Day: epoch() - 1}, "cohort.day_out_of_range"},
		"a birth before all":           {cohort.SetBirth{ID: idOf(1), Birth: cohort.BornOn(instant.Date(1889, 12, 31))}, "cohort.day_out_of_range"},
		"no such area":                 {put(5, "w9", ""), "cohort.no_area"},
		"an area of another ward":      {put(5, "w1", "w2-g1"), "cohort.not_in_ward"},
		"no such layer":                {cohort.SetClass{Area: "w1", Layer: "colour", Class: "red"}, "cohort.no_layer"},
		"an area in itself":            {cohort.PutArea{Code: "w1", Parent: "w1-g1"}, "cohort.area_in_itself"},
		"a ward in a ward":             {put(5, "w1-g1", ""), "cohort.ward_in_ward"},
		"people taken from their ward": {cohort.PutArea{Code: "w1-g1", Parent: "w2"}, "cohort.not_in_ward"},
	} {
		t.Run(name, func(t *testing.T) {
			p := begin(t, newModel())
			apply(t, p, cohort.Change{At: cohort.Position{Seq: 2}, Edits: []cohort.Edit{put(1, "w1", "w1-g1")}})
			before := p.View()
			n, err := p.Apply(
				cohort.Change{At: cohort.Position{Seq: 3}, Edits: []cohort.Edit{put(2, "w1", "")}},
				cohort.Change{At: cohort.Position{Seq: 4}, Edits: []cohort.Edit{put(3, "w1", ""), c.edit}})
			var inner *fault.Fault
			if n != 0 || fault.KeyOf(err) != "cohort.change_refused" || !errors.As(errors.Unwrap(err), &inner) || inner.Key != c.key {
				t.Errorf("%d, %v; want %s", n, err, c.key)
			}
			if p.View() != before {
				t.Error("something of it was taken")
			}
			if _, ok := before.Person(idOf(3)); ok {
				t.Error("an old view changed")
			}
		})
	}
}

func TestMoreTextsThanColumnsHoldAreRefused(t *testing.T) {
	p := begin(t, newModel())
	x := put(1, "w1", "")
	for i := range 65 {
		x.Occupations = append(x.Occupations, string(rune('A'+i)))
	}
	if _, err := p.Apply(cohort.Change{At: cohort.Position{Seq: 2}, Edits: []cohort.Edit{x}}); err == nil {
		t.Error("65 occupations are taken")
	}
	x.Occupations = x.Occupations[:64]
	apply(t, p, cohort.Change{At: cohort.Position{Seq: 2}, Edits: []cohort.Edit{x}})
	if got, _ := p.View().Person(idOf(1)); len(got.Occupations) != 64 {
		t.Errorf("%d of 64 occupations", len(got.Occupations))
	}
}

func TestChangesAreInTheOrderOfTheLog(t *testing.T) {
	p := begin(t, newModel())
	for _, c := range []struct {
		at  cohort.Position
		new int
	}{{cohort.Position{Xid: 5, Seq: 9}, 1}, {cohort.Position{Xid: 5, Seq: 9}, 0}, {cohort.Position{Xid: 4, Seq: 10}, 0}, {cohort.Position{Xid: 6, Seq: 1}, 1}} {
		n, err := p.Apply(cohort.Change{At: c.at})
		if err != nil || n != c.new {
			t.Errorf("at %v: %d new, %v", c.at, n, err)
		}
	}
	if p.View().At() != (cohort.Position{Xid: 6, Seq: 1}) {
		t.Errorf("at %v", p.View().At())
	}
}

func TestOnePersonIsExplained(t *testing.T) {
	rules, _ := setup(t)
	p := begin(t, newModel())
	x := put(1, "w1", "w1-b")
	x.Birth, x.LastSample = cohort.BornOn(instant.Date(1990, 5, 1)), cohort.On(today()-5)
	apply(t, p, cohort.Change{At: cohort.Position{Seq: 2}, Edits: []cohort.Edit{x, cohort.SetClass{Area: "d1", Layer: "zone", Class: "Z1"}}})
	r, err := rules.Compile(question)
	if err != nil {
		t.Fatal(err)
	}
	got, err := p.View().Explain(r, idOf(1), cohort.Asked{Day: today()})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]any{"age": 31, "zone": "Z1", "last_sample": int64(5)}
	if got.Truth != rule.Unknown || len(got.Missing) != 1 || got.Missing[0] != "doses" || !cmp.Equal(got.Seen, seen) {
		t.Errorf("%v, missing %v, seen %v", got.Truth, got.Missing, got.Seen)
	}
	if _, err := p.View().Explain(r, idOf(2), cohort.Asked{}); fault.KeyOf(err) != "cohort.no_person" {
		t.Errorf("nobody is explained: %v", err)
	}
}

// A round that is dropped and begun again in one change begins with nothing.
func TestARoundIsDroppedAndBegunAgainInOneChange(t *testing.T) {
	p := begin(t, newModel())
	sample := cohort.Sampled{ID: idOf(1), Day: epoch(), Round: "r1"}
	apply(t, p, cohort.Change{At: cohort.Position{Seq: 2}, Edits: []cohort.Edit{put(1, "w1", "")}},
		cohort.Change{At: cohort.Position{Seq: 3}, Edits: []cohort.Edit{sample, sample}})
	apply(t, p, cohort.Change{At: cohort.Position{Seq: 4}, Edits: []cohort.Edit{sample, cohort.DropRound{Round: "r1"}, sample}})
	if got, _ := p.View().Person(idOf(1)); len(got.Rounds) != 1 || got.Rounds[0].N != 1 {
		t.Errorf("%+v", got.Rounds)
	}
}
