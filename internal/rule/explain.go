package rule

import (
	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types/ref"
)

// Op is what a part of an expression says. The message key of its sentence is
// "rule.reason." + Op.
type Op string

// The parts that have a sentence of their own. Other stands for what has none:
// the sentence shows the expression.
const (
	And      Op = "and"
	Or       Op = "or"
	Not      Op = "not"
	AtLeast  Op = "at_least"
	MoreThan Op = "more_than"
	AtMost   Op = "at_most"
	LessThan Op = "less_than"
	Is       Op = "is"
	IsNot    Op = "is_not"
	OneOf    Op = "one_of"
	Holds    Op = "holds" // a value that is yes or no
	Other    Op = "other"
)

// Reason is a part of an expression with what came of it. And, Or and Not have
// Parts; the others compare the value of Var with Than.
type Reason struct {
	Op    Op
	Truth Truth
	Var   Var
	Value any // as seen, nil when not known
	Than  any
	Parts []Reason
}

// Deciding are the parts that made the decision what it is: those of an "and"
// that failed, of an "or" that held, or else all.
func (r Reason) Deciding() []Reason {
	var out []Reason
	for _, p := range r.Parts {
		if r.Op == Not || p.Truth == r.Truth {
			out = append(out, p)
		}
	}
	return out
}

// witness reads the reasons off an evaluation.
type witness struct {
	vars    map[string]Var
	known   map[string]any
	details *cel.EvalDetails
}

var comparisons = map[string]Op{
	operators.GreaterEquals: AtLeast, operators.Greater: MoreThan, operators.LessEquals: AtMost, operators.Less: LessThan,
	operators.Equals: Is, operators.NotEquals: IsNot, operators.In: OneOf,
}

// turned is the comparison with its sides changed: 5 <= x is x >= 5.
var turned = map[Op]Op{AtLeast: AtMost, MoreThan: LessThan, AtMost: AtLeast, LessThan: MoreThan, Is: Is, IsNot: IsNot}

func (w witness) reason(x ast.Expr) Reason {
	r := Reason{Op: Other, Truth: w.truth(x)}
	switch x.Kind() {
	case ast.IdentKind:
		w.about(&r, Holds, x)
	case ast.CallKind:
		w.call(&r, x.AsCall())
	}
	return r
}

func (w witness) truth(x ast.Expr) Truth {
	if v, ok := w.details.State().Value(x.ID()); ok {
		return truthOf(v)
	}
	return Unknown
}

func (w witness) call(r *Reason, c ast.CallExpr) {
	switch name := c.FunctionName(); name {
	case operators.LogicalAnd, operators.LogicalOr, operators.LogicalNot:
		r.Op = map[string]Op{operators.LogicalAnd: And, operators.LogicalOr: Or, operators.LogicalNot: Not}[name]
		for _, arg := range c.Args() {
			w.join(r, w.reason(arg))
		}
	default:
		if op, ok := comparisons[name]; ok && len(c.Args()) == 2 {
			w.compare(r, op, c.Args()[0], c.Args()[1])
		}
	}
}

// join adds a part; a && b && c is one "and" of three.
func (w witness) join(r *Reason, part Reason) {
	if part.Op == r.Op && r.Op != Not {
		r.Parts = append(r.Parts, part.Parts...)
		return
	}
	r.Parts = append(r.Parts, part)
}

func (w witness) compare(r *Reason, op Op, left, right ast.Expr) {
	left, right = sinceWhat(left), sinceWhat(right)
	if left.Kind() != ast.IdentKind && right.Kind() == ast.IdentKind && turned[op] != "" {
		left, right, op = right, left, turned[op]
	}
	if left.Kind() != ast.IdentKind {
		return
	}
	w.about(r, op, left)
	if v, ok := w.details.State().Value(right.ID()); ok && r.Op == op {
		r.Than = plain(v)
	} else if right.Kind() == ast.LiteralKind {
		r.Than = right.AsLiteral().Value()
	}
}

// sinceWhat is the day of days_since(day), which a sentence tells as its number.
func sinceWhat(x ast.Expr) ast.Expr {
	if x.Kind() == ast.CallKind && x.AsCall().FunctionName() == "days_since" {
		return x.AsCall().Args()[0]
	}
	return x
}

func (w witness) about(r *Reason, op Op, x ast.Expr) {
	v, ok := w.vars[x.AsIdent()]
	if !ok {
		return
	}
	r.Op, r.Var, r.Value = op, v, w.known[v.Name]
	if d, ok := r.Value.(day); ok {
		r.Value = int64(d)
	}
}

// plain is a value of CEL as Go has it: a list of texts as []any.
func plain(v ref.Val) any {
	if list, ok := v.Value().([]ref.Val); ok {
		out := make([]any, len(list))
		for i, x := range list {
			out[i] = x.Value()
		}
		return out
	}
	return v.Value()
}
