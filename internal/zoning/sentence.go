package zoning

import (
	"slices"
	"strconv"
	"strings"

	"phaodai/internal/criterion"
)

// conditionText says in Vietnamese what conditions ask for.
func conditionText(t *criterion.Table, given, when []criterion.Condition) string {
	var parts []string
	for _, c := range append(slices.Clone(given), when...) {
		parts = append(parts, sentence(t, c))
	}
	return strings.Join(parts, " và ")
}

func sentence(t *criterion.Table, c criterion.Condition) string {
	name, unit := c.Measure, ""
	if i := slices.IndexFunc(t.Measures, func(m criterion.Measure) bool { return m.Name == c.Measure }); i >= 0 {
		name, unit = t.Measures[i].Title.Vi, t.Measures[i].Unit
	}
	switch {
	case c.Is != nil && *c.Is:
		return name
	case c.Is != nil:
		return "không " + strings.TrimPrefix(name, "có ")
	case len(c.In) > 0:
		return name + " là " + strings.Join(c.In, " hoặc ")
	}
	return name + " " + limits(c, unit)
}

// limits says a stretch of numbers: "từ 20 đến dưới 50".
func limits(c criterion.Condition, unit string) string {
	var words []string
	for _, x := range []struct {
		value *float64
		word  string
	}{{c.GE, "từ"}, {c.GT, "trên"}, {c.LE, "đến"}, {c.LT, "dưới"}} {
		if x.value != nil {
			words = append(words, x.word+" "+number(*x.value))
		}
	}
	out := strings.Join(words, " và ")
	if unit != "" {
		out += " " + unit
	}
	return out
}

// number writes a number as Vietnamese documents do.
func number(x float64) string {
	return strings.ReplaceAll(strconv.FormatFloat(x, 'f', -1, 64), ".", ",")
}
