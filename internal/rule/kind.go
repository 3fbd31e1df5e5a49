// Package rule is what a machine can decide of an order: an expression in CEL
// (Common Expression Language) over the named values of its kind. Saving
// compiles: a wrong name, a wrong type or a cost without bound is an error with
// its place and remedy. Evaluation is three-valued: a value that is not known
// makes a decision "unknown" unless the rest decides it anyway, never a silent
// no. Every decision can be explained as a tree of comparisons with the values
// that were seen.
//
// The package is pure: it knows neither a database nor what the kinds mean.
// Those who decide something (zones, tests, passes) declare their kinds.
package rule

import (
	"fmt"

	"cel.dev/cel-go/cel"
)

// Type is what a value is.
type Type int

// The types of values. A Number may be compared with whole numbers and others.
const (
	Bool Type = iota
	Number
	Text
	Moment // of the world, with its zone
	Texts  // a list
	Day    // a calendar day, asked only as days_since(name); its value is that whole number, or Never
	Whole  // a whole number: may be compared with 17.5, equals only whole ones
)

var celTypes = map[Type]*cel.Type{
	Bool: cel.BoolType, Number: cel.DoubleType, Text: cel.StringType, Moment: cel.TimestampType,
	Texts: cel.ListType(cel.StringType), Day: dayType(), Whole: cel.IntType,
}

// Var is one value that an expression of a kind may name.
type Var struct {
	Name string // in expressions: "case_rate"
	Type Type
	Vi   string // in sentences: "số ca mắc mới trong 7 ngày trên 100.000 dân"
	En   string // "new cases in 7 days per 100,000 people"
	Unit string // shown behind a number: "%", "" none
	Max  uint64 // length of a Text or number of Texts at most; 0: 1,000
}

// Kind is a family of rules with the values that they may name.
type Kind struct {
	Name   string // "zone.criterion"
	Vars   []Var
	Result Type // Bool for most
}

// Env compiles rules of one kind. It may be used by many goroutines.
type Env struct {
	kind Kind
	vars map[string]Var
	env  *cel.Env
}

// NewEnv prepares a kind. It fails for names that CEL cannot have.
func NewEnv(k Kind) (*Env, error) {
	e := &Env{kind: k, vars: map[string]Var{}}
	options := []cel.EnvOption{cel.CrossTypeNumericComparisons(true), cel.DefaultUTCTimeZone(true)}
	options = append(options, dayOptions()...)
	for _, v := range k.Vars {
		if _, twice := e.vars[v.Name]; twice {
			return nil, fmt.Errorf("rule: kind %s names %s twice", k.Name, v.Name)
		}
		e.vars[v.Name] = v
		options = append(options, cel.Variable(v.Name, celTypes[v.Type]))
	}
	env, err := cel.NewEnv(options...)
	if err != nil {
		return nil, fmt.Errorf("rule: kind %s: %w", k.Name, err)
	}
	e.env = env
	return e, nil
}

// Vars are the values of the kind in the order in which it declares them.
func (e *Env) Vars() []Var { return e.kind.Vars }
