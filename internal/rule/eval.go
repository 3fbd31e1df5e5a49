package rule

import (
	"fmt"
	"slices"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
)

// Truth is a decision in three-valued logic (S. C. Kleene, Introduction to
// Metamathematics, 1952, section 64).
type Truth int

// The truths.
const (
	Unknown Truth = iota // a value is missing, and the rest does not decide
	No
	Yes
)

func (t Truth) String() string { return [...]string{"unknown", "no", "yes"}[t] }

// Result is a decision with what it was made of.
type Result struct {
	Truth   Truth          // of a rule whose result is Bool
	Value   any            // of other rules; nil when unknown
	Seen    map[string]any // the values that the rule names, as they were
	Missing []string       // those it names that were not known
	Reason  Reason
}

// Names are the values that the rule names, in order of appearance.
func (r *Rule) Names() []string { return slices.Clone(r.names) }

func (e *Env) named(a *cel.Ast) []string {
	var out []string
	ast.PostOrderVisit(a.NativeRep().Expr(), ast.NewExprVisitor(func(x ast.Expr) {
		if x.Kind() == ast.IdentKind && e.vars[x.AsIdent()].Name != "" && !slices.Contains(out, x.AsIdent()) {
			out = append(out, x.AsIdent())
		}
	}))
	return out
}

// Decide is Eval without the reason: many times faster where all values are
// known, which is what whole populations and histories need.
func (r *Rule) Decide(values map[string]any) (Truth, []string, error) {
	known := map[string]any{}
	for _, name := range r.names {
		v, ok := values[name]
		if !ok || v == nil {
			out, err := r.Eval(values)
			return out.Truth, out.Missing, err
		}
		value, err := r.env.vars[name].of(v)
		if err != nil {
			return Unknown, nil, err
		}
		known[name] = value
	}
	answer, _, err := r.plain.Eval(known)
	if err != nil {
		return Unknown, nil, fmt.Errorf("rule %q: %w", r.Source, err)
	}
	return truthOf(answer), nil, nil
}

// Eval decides and says why. A value that is absent or nil is not known. A value of another
// type than declared is an error, and so is work beyond the bound.
func (r *Rule) Eval(values map[string]any) (Result, error) {
	out := Result{Seen: map[string]any{}}
	known := map[string]any{}
	for _, name := range r.names {
		v, ok := values[name]
		if !ok || v == nil {
			out.Missing = append(out.Missing, name)
			continue
		}
		value, err := r.env.vars[name].of(v)
		if err != nil {
			return out, err
		}
		known[name], out.Seen[name] = value, v
	}
	vars, err := r.env.env.PartialVars(known)
	if err != nil {
		return out, fmt.Errorf("rule: %w", err)
	}
	answer, details, err := r.whole.Eval(vars)
	if err != nil {
		return out, fmt.Errorf("rule %q: %w", r.Source, err)
	}
	if out.Truth = truthOf(answer); !types.IsUnknown(answer) {
		out.Value = answer.Value()
	}
	w := witness{r.env.vars, known, details}
	out.Reason = w.reason(r.ast.NativeRep().Expr())
	return out, nil
}

func truthOf(v ref.Val) Truth {
	switch v {
	case types.True:
		return Yes
	case types.False:
		return No
	default:
		return Unknown
	}
}
