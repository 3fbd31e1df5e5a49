package rule

import (
	"fmt"
	"time"
)

// of brings a value into the form that CEL computes with.
func (v Var) of(value any) (any, error) {
	switch v.Type {
	case Number:
		if n, ok := number(value); ok {
			return n, nil
		}
	case Whole:
		if n, ok := whole(value); ok {
			return n, nil
		}
	case Day:
		if n, ok := whole(value); ok {
			return day(n), nil
		}
	case Bool:
		if b, ok := value.(bool); ok {
			return b, nil
		}
	case Text:
		if s, ok := value.(string); ok && len(s) <= v.most() {
			return s, nil
		}
	case Moment:
		if t, ok := value.(time.Time); ok {
			return t, nil
		}
	case Texts:
		if l, ok := value.([]string); ok && len(l) <= v.most() {
			return l, nil
		}
	}
	return nil, fmt.Errorf("rule: %s cannot be %v (%T)", v.Name, value, value)
}

func (v Var) most() int {
	if v.Max > 0 {
		return int(v.Max)
	}
	return defaultMax
}

func number(value any) (float64, bool) {
	switch n := value.(type) {
	case float64:
		return n, true
	case int:
		return float64(n), true
	case int64:
		return float64(n), true
	}
	return 0, false
}

func whole(value any) (int64, bool) {
	switch n := value.(type) {
	case int:
		return int64(n), true
	case int64:
		return n, true
	}
	return 0, false
}
