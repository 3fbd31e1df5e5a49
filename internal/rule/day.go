package rule

import (
	"fmt"
	"math"
	"reflect"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
)

// Never is what a value of type Day has when the thing has never happened: a
// number of days greater than any. That is something known: whoever was never
// sampled has not been sampled for three days either.
const Never int64 = math.MaxInt64

// day is a Day in CEL: how many calendar days ago it was.
type day int64

func dayType() *cel.Type { return cel.OpaqueType("day") }

// dayOptions declare what can be asked of a day, and of any value whether it is
// known.
func dayOptions() []cel.EnvOption {
	return []cel.EnvOption{
		cel.Function("days_since", cel.Overload("days_since_day", []*cel.Type{dayType()}, cel.IntType,
			cel.UnaryBinding(func(v ref.Val) ref.Val {
				d, ok := v.(day)
				if !ok {
					return types.MaybeNoSuchOverloadErr(v)
				}
				return types.Int(d)
			}))),
		cel.Function("known", cel.Overload("known_any", []*cel.Type{cel.DynType}, cel.BoolType,
			cel.OverloadIsNonStrict(), cel.UnaryBinding(func(v ref.Val) ref.Val {
				if types.IsError(v) {
					return v
				}
				return types.Bool(!types.IsUnknown(v))
			}))),
	}
}

func (d day) ConvertToNative(t reflect.Type) (any, error) {
	if t.Kind() == reflect.Int64 {
		return int64(d), nil
	}
	return nil, fmt.Errorf("rule: a day cannot be a %v", t)
}

func (d day) ConvertToType(t ref.Type) ref.Val {
	return types.NewErr("a day cannot be a %s", t.TypeName())
}

func (d day) Equal(other ref.Val) ref.Val {
	x, ok := other.(day)
	return types.Bool(ok && x == d)
}

func (day) Type() ref.Type { return dayType() }

func (d day) Value() any { return int64(d) }
