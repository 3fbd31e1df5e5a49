package cohort

import (
	"math"
	"slices"

	"phaodai/internal/instant"
	"phaodai/internal/rule"
)

// Rules compiles rules about the people of one schema. It may be used by many
// goroutines.
type Rules struct {
	schema Schema
	env    *rule.Env
}

// Rules prepares to compile. It fails for layers that have no possible name.
func (s Schema) Rules() (*Rules, error) {
	env, err := rule.NewEnv(s.Kind())
	if err != nil {
		return nil, err
	}
	return &Rules{s, env}, nil
}

// Vars are the values that rules may name.
func (r *Rules) Vars() []rule.Var { return r.env.Vars() }

// Rule is a rule that can be asked of whole populations.
type Rule struct {
	rule *rule.Rule
	tree rule.Node
}

// Source is the text of the rule.
func (r *Rule) Source() string { return r.rule.Source }

// Compile checks an expression. Where it is not written correctly, or says what
// sets cannot tell, the error is of type rule.Problems with place and reason.
func (r *Rules) Compile(source string) (*Rule, error) {
	checked, err := r.env.Compile(source)
	if err != nil {
		return nil, err
	}
	out := &Rule{checked, checked.Tree()}
	if problems := refused(out.tree, nil); len(problems) > 0 {
		return nil, problems
	}
	return out, nil
}

// refused lists what sets cannot tell: a comparison of two values or of a
// computed one, the order of texts, and other functions than days_since and known.
func refused(n rule.Node, found rule.Problems) rule.Problems {
	for _, p := range n.Parts {
		found = refused(p, found)
	}
	key, what := "", n.What
	switch {
	case n.Op == rule.Other && what == "exists, all":
		key = "cohort.rule_loop"
	case n.Op == rule.Other && comparison(what):
		key = "cohort.rule_two_values"
	case n.Op == rule.Other:
		key = "cohort.rule_function"
	case n.Var.Type == rule.Text && slices.Contains([]rule.Op{rule.AtLeast, rule.MoreThan, rule.AtMost, rule.LessThan}, n.Op):
		key, what = "cohort.rule_order_of_texts", n.Var.Name
	case n.Var.Name != "" && n.Var.Type == rule.Bool && n.Op != rule.Holds && n.Op != rule.Is && n.Op != rule.IsNot && n.Op != rule.Known:
		key = "cohort.rule_function"
	default:
		return found
	}
	return append(found, rule.Problem{Line: n.Line, Column: n.Column, Key: key, Args: []any{"What", what}})
}

func comparison(function string) bool {
	return slices.Contains([]string{"_==_", "_!=_", "_<_", "_<=_", "_>_", "_>=_", "@in"}, function)
}

// Asked is the day and round that a rule is asked about.
type Asked struct {
	Day   instant.Day // days are counted to it, and ages are those of it
	Round string      // of samples_in_round; "" leaves that not known
}

// endless stands for no border, and for the number of days since what never was.
const endless = math.MaxInt64

// interval are the whole numbers from a to b, both included.
type interval struct{ a, b int64 }

// intervals are the whole numbers for which a comparison holds.
func intervals(op rule.Op, than any) []interval {
	if list, ok := than.([]any); ok {
		var out []interval
		for _, x := range list {
			out = append(out, intervals(rule.Is, x)...)
		}
		return out
	}
	x, ok := than.(float64)
	if !ok {
		return nil
	}
	up, down := int64(math.Ceil(clamp(x))), int64(math.Floor(clamp(x)))
	switch op {
	case rule.AtLeast:
		return []interval{{up, endless}}
	case rule.MoreThan:
		return []interval{{down + 1, endless}}
	case rule.AtMost:
		return []interval{{-endless, down}}
	case rule.LessThan:
		return []interval{{-endless, up - 1}}
	case rule.IsNot:
		if up != down {
			return []interval{{-endless, endless}}
		}
		return []interval{{-endless, up - 1}, {up + 1, endless}}
	case rule.Is:
		if up == down {
			return []interval{{up, up}}
		}
	}
	return nil
}

// clamp keeps borders far from overflow and beyond every value.
func clamp(x float64) float64 { return min(1e15, max(-1e15, x)) }
