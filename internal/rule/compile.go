package rule

import (
	"fmt"
	"math"
	"regexp"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/cost"
)

// maxLength is how many bytes an expression may have.
const maxLength = 8 << 10

// maxCost bounds the work of one evaluation, in CEL's units: about one for each
// operator or comparison of a letter.
const maxCost = 20_000

// defaultMax is the length that a text or list has at most unless declared.
const defaultMax = 1_000

// Problem is one thing that is wrong with an expression, at a place in it.
type Problem struct {
	Line, Column int    // from 1, column in letters; 0 the whole expression
	Key          string // message key
	Args         []any  // of the message, name and value by turns
}

// Problems is why an expression cannot be saved.
type Problems []Problem

func (p Problems) Error() string {
	var out []string
	for _, x := range p {
		out = append(out, fmt.Sprintf("%d:%d %s %v", x.Line, x.Column, x.Key, x.Args))
	}
	return "rule: " + strings.Join(out, "; ")
}

// Rule is a checked expression, ready to decide. It may be used by many
// goroutines.
type Rule struct {
	Source string
	env    *Env
	ast    *cel.Ast
	plain  cel.Program // when everything is known and nobody asks why
	whole  cel.Program // every branch, with what is missing and what was seen
	names  []string    // values that it names, in order of appearance
}

// Compile checks an expression. The error is of type Problems.
func (e *Env) Compile(source string) (*Rule, error) {
	if len(source) > maxLength {
		return nil, Problems{{Key: "rule.too_long", Args: []any{"Most", maxLength}}}
	}
	ast, issues := e.env.Compile(source)
	if err := issues.Err(); err != nil {
		return nil, e.problems(issues)
	}
	if want := celTypes[e.kind.Result]; !ast.OutputType().IsExactType(want) {
		return nil, Problems{{Line: 1, Column: 1, Key: "rule.wrong_result", Args: []any{"Is", ast.OutputType().String(), "Want", want.String()}}}
	}
	if err := e.bounded(ast); err != nil {
		return nil, err
	}
	plain, err := e.env.Program(ast, cel.EvalOptions(cel.OptOptimize))
	if err != nil {
		return nil, fmt.Errorf("rule: %w", err)
	}
	whole, err := e.env.Program(ast, cel.EvalOptions(cel.OptPartialEval, cel.OptExhaustiveEval), cel.CostLimit(maxCost))
	if err != nil {
		return nil, fmt.Errorf("rule: %w", err)
	}
	return &Rule{Source: source, env: e, ast: ast, plain: plain, whole: whole, names: e.named(ast)}, nil
}

// bounded refuses what could take longer than an evaluation may.
func (e *Env) bounded(ast *cel.Ast) error {
	work, err := e.env.EstimateCost(ast, sizes{e.vars})
	if err != nil {
		return fmt.Errorf("rule: %w", err)
	}
	if work.Max <= maxCost {
		return nil
	}
	args := []any{"Most", maxCost, "Cost", work.Max}
	if work.Max == math.MaxUint64 {
		return Problems{{Line: 1, Column: 1, Key: "rule.no_bound", Args: args}}
	}
	return Problems{{Line: 1, Column: 1, Key: "rule.too_costly", Args: args}}
}

// sizes tells CEL how long declared values are at most.
type sizes struct{ vars map[string]Var }

func (s sizes) EstimateSize(n cost.AstNode) *cost.SizeEstimate {
	path := n.Path()
	if len(path) == 0 {
		return nil
	}
	v, ok := s.vars[path[0]]
	if !ok {
		return nil
	}
	size := uint64(defaultMax)
	if v.Max > 0 && len(path) == 1 {
		size = v.Max
	}
	return &cost.SizeEstimate{Min: 0, Max: size}
}

func (sizes) EstimateCallCost(string, string, *cost.AstNode, []cost.AstNode) *cost.CallEstimate {
	return nil
}

var (
	unknownName = regexp.MustCompile(`^undeclared reference to '([^']*)'`)
	noOverload  = regexp.MustCompile(`^found no matching overload for '([^']*)' applied to '([^']*)'`)
)

// problems turns what CEL says into messages with a remedy.
func (e *Env) problems(issues *cel.Issues) Problems {
	var out Problems
	for _, x := range issues.Errors() {
		p := Problem{Line: x.Location.Line(), Column: x.Location.Column() + 1, Key: "rule.syntax", Args: []any{"Text", x.Message}}
		if m := unknownName.FindStringSubmatch(x.Message); m != nil {
			p.Key, p.Args = "rule.unknown_name", []any{"Name", m[1], "Nearest", e.nearest(m[1])}
		} else if m := noOverload.FindStringSubmatch(x.Message); m != nil {
			p.Key, p.Args = "rule.wrong_type", []any{"Operator", strings.Trim(m[1], "_@!"), "Types", m[2]}
		}
		out = append(out, p)
	}
	return out
}

// nearest is the declared name that a wrong one was probably meant to be.
func (e *Env) nearest(name string) string {
	best, least := "", len(name)/2+1
	for _, v := range e.kind.Vars {
		if d := distance(name, v.Name); d < least {
			best, least = v.Name, d
		}
	}
	return best
}

// distance counts the letters to insert, remove or change (V. Levenshtein,
// Soviet Physics Doklady 10, 1966, p. 707).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
