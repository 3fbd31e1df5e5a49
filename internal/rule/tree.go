package rule

import (
	"strings"
	"unicode"

	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
)

// Node is a part of a checked expression for those who decide it in a way of
// their own, for whole populations instead of one by one. It knows nothing of
// CEL.
//
//   - And, Or, Not have Parts.
//   - Is, IsNot, AtLeast, MoreThan, AtMost, LessThan compare Var (days since it,
//     where its type is Day) with Than: a float64, string or bool.
//   - OneOf has in Than a []any of such. Has: the Texts of Var hold Than.
//   - Holds is a Bool Var, Known asks whether Var is known, Always is a Bool Than.
//   - Other is everything else: What names the function or operator.
type Node struct {
	Op           Op
	Var          Var
	Than         any
	Parts        []Node
	What         string
	Line, Column int // of its first letter, from 1
}

// The parts that only Node has.
const (
	Has    Op = "has"
	Known  Op = "known"
	Always Op = "always"
)

// Tree is the rule as nodes. A chain of && or || is one node.
func (r *Rule) Tree() Node { return reader{r}.node(r.ast.NativeRep().Expr()) }

type reader struct{ *Rule }

func (t reader) node(x ast.Expr) Node {
	n := Node{Op: Other}
	n.Line, n.Column = t.start(x)
	switch x.Kind() {
	case ast.IdentKind:
		if v, ok := t.env.vars[x.AsIdent()]; ok && v.Type == Bool {
			n.Op, n.Var = Holds, v
		}
	case ast.LiteralKind:
		if n.Than = literal(x); n.Than != nil {
			n.Op = Always
		}
	case ast.ComprehensionKind:
		n.What = "exists, all"
	case ast.CallKind:
		t.call(&n, x.AsCall())
	}
	return n
}

// start is where a part begins. CEL has a comparison at its operator.
func (t reader) start(x ast.Expr) (line, column int) {
	info := t.ast.NativeRep().SourceInfo()
	ast.PostOrderVisit(x, ast.NewExprVisitor(func(part ast.Expr) {
		at := info.GetStartLocation(part.ID())
		l, c := at.Line(), at.Column()+1
		if part.Kind() == ast.CallKind && isName(part.AsCall().FunctionName()) {
			c = max(1, c-len(part.AsCall().FunctionName())) // CEL has a call at its bracket
		}
		if l > 0 && (line == 0 || l < line || l == line && c < column) {
			line, column = l, c
		}
	}))
	return line, column
}

// isName tells a function from an operator: "size", not "_>_".
func isName(function string) bool {
	return strings.IndexFunc(function, func(r rune) bool { return r != '_' && !unicode.IsLetter(r) }) < 0
}

func (t reader) call(n *Node, c ast.CallExpr) {
	n.What = c.FunctionName()
	if op, ok := connectives[n.What]; ok {
		n.Op = op
		for _, arg := range c.Args() {
			n.join(t.node(arg))
		}
		return
	}
	if v, ok := t.named(c.Args()); n.What == "known" && ok {
		n.Op, n.Var = Known, v
		return
	}
	if op, ok := comparisons[n.What]; ok && len(c.Args()) == 2 {
		t.compare(n, op, c.Args()[0], c.Args()[1])
	}
}

var connectives = map[string]Op{operators.LogicalAnd: And, operators.LogicalOr: Or, operators.LogicalNot: Not}

func (n *Node) join(part Node) {
	if part.Op == n.Op && n.Op != Not {
		n.Parts = append(n.Parts, part.Parts...)
		return
	}
	n.Parts = append(n.Parts, part)
}

// compare reads a comparison of one value with constants, whichever side it is on.
func (t reader) compare(n *Node, op Op, left, right ast.Expr) {
	v, ok := t.value(left)
	if !ok {
		if v, ok = t.value(right); !ok {
			return
		}
		if op == OneOf && v.Type == Texts {
			op = Has
		} else if op = turned[op]; op == "" {
			return
		}
		right = left
	} else if v.Type == Texts {
		return
	}
	if than := constant(right); than != nil {
		n.Op, n.Var, n.Than = op, v, than
	}
}

// value is a named value, or days_since of one.
func (t reader) value(x ast.Expr) (Var, bool) {
	if x.Kind() == ast.CallKind && x.AsCall().FunctionName() == "days_since" {
		return t.named(x.AsCall().Args())
	}
	v, ok := t.named([]ast.Expr{x})
	return v, ok && v.Type != Day
}

func (t reader) named(args []ast.Expr) (Var, bool) {
	if len(args) != 1 || args[0].Kind() != ast.IdentKind {
		return Var{}, false
	}
	v, ok := t.env.vars[args[0].AsIdent()]
	return v, ok
}

func constant(x ast.Expr) any {
	if x.Kind() != ast.ListKind {
		return literal(x)
	}
	out := []any{}
	for _, e := range x.AsList().Elements() {
		v := literal(e)
		if v == nil {
			return nil
		}
		out = append(out, v)
	}
	return out
}

// exact is the greatest whole number up to which a float64 has them all.
const exact = 1 << 53

func literal(x ast.Expr) any {
	if x.Kind() != ast.LiteralKind {
		return nil
	}
	switch v := x.AsLiteral().Value().(type) {
	case float64, string, bool:
		return v
	case int64:
		if v >= -exact && v <= exact {
			return float64(v)
		}
	case uint64:
		if v <= exact {
			return float64(v)
		}
	}
	return nil
}
