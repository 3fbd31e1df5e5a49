package zonepage

import (
	"slices"
	"strconv"
	"strings"

	"phaodai/internal/criterion"
	"phaodai/internal/fault"
	"phaodai/internal/web"
	"phaodai/internal/zoning"
)

// ops are the ways in which a cell compares, in the order of the menu. Two
// letters of a range are its lower and its upper bound.
var ops = []string{"ge", "gt", "le", "lt", "ge-le", "ge-lt", "gt-le", "gt-lt", "yes", "no", "in"}

func opOf(c criterion.Condition) string {
	var low, high string
	switch {
	case c.Is != nil && *c.Is:
		return "yes"
	case c.Is != nil:
		return "no"
	case len(c.In) > 0:
		return "in"
	}
	if c.GE != nil {
		low = "ge"
	} else if c.GT != nil {
		low = "gt"
	}
	if c.LE != nil {
		high = "le"
	} else if c.LT != nil {
		high = "lt"
	}
	if low != "" && high != "" {
		return low + "-" + high
	}
	return low + high
}

// bounds are the lower and upper values of a condition, nil where it is open.
func bounds(c criterion.Condition) (low, high *float64) {
	for _, x := range []*float64{c.GE, c.GT} {
		if x != nil {
			low = x
		}
	}
	for _, x := range []*float64{c.LE, c.LT} {
		if x != nil {
			high = x
		}
	}
	return low, high
}

// conditionText reads a condition as a sentence: "từ 4 ca", "1 đến 2 ca", "có".
func conditionText(r *web.Request, c criterion.Condition, unitName string) string {
	low, high := bounds(c)
	text := func(x *float64) string {
		if x == nil {
			return ""
		}
		return typed(r, *x)
	}
	if c.GE != nil && c.LE != nil && *c.GE == *c.LE {
		return text(low) + unit(unitName)
	}
	return r.T("zonepage.cond."+opOf(c), "A", text(low), "B", text(high), "Unit", unit(unitName), "Words", strings.Join(c.In, ", "))
}

// conditionsText joins conditions; named writes before each what it is about.
func conditionsText(r *web.Request, t *criterion.Table, all []criterion.Condition, named bool) string {
	var out []string
	for _, c := range all {
		i := slices.IndexFunc(t.Measures, func(m criterion.Measure) bool { return m.Name == c.Measure })
		unitName := ""
		if i >= 0 {
			unitName = t.Measures[i].Unit
		}
		text := conditionText(r, c, unitName)
		if named {
			text = measureName(r.Lang, t, c.Measure) + " " + text
		}
		out = append(out, text)
	}
	return strings.Join(out, "; ")
}

func measureName(lang string, t *criterion.Table, name string) string {
	i := slices.IndexFunc(t.Measures, func(m criterion.Measure) bool { return m.Name == name })
	if i < 0 {
		return name
	}
	return inLang(lang, t.Measures[i].Title.Vi, t.Measures[i].Title.En)
}

// measuresIn are the measures at which the cells of a row look, each once.
func measuresIn(row criterion.Row) (out []string) {
	for _, cell := range row.Cells {
		for _, c := range cell.When {
			if !slices.Contains(out, c.Measure) {
				out = append(out, c.Measure)
			}
		}
	}
	slices.Sort(out)
	return out
}

// uses is in how many rows and shifts a measure stands.
func uses(t *criterion.Table, name string) (n int) {
	about := func(all []criterion.Condition) bool {
		return slices.ContainsFunc(all, func(c criterion.Condition) bool { return c.Measure == name })
	}
	for _, row := range t.Rows {
		if about(row.Given) || slices.Contains(measuresIn(row), name) {
			n++
		}
	}
	for _, s := range t.Shifts {
		if about(s.When) {
			n++
		}
	}
	return n
}

func rangeOf(r *web.Request, m criterion.Measure) string {
	switch {
	case m.Type != "number":
		return ""
	case m.Most != nil:
		return r.T("zonepage.cond.ge-le", "A", typed(r, m.Least), "B", typed(r, *m.Most), "Unit", unit(m.Unit))
	}
	return r.T("zonepage.cond.ge", "A", typed(r, m.Least), "Unit", unit(m.Unit))
}

// problemText is a problem with the values for which it shows, as a sentence;
// the measures of the row at which it stands come first.
func problemText(r *web.Request, t *criterion.Table, f zoning.Problem, first ...string) string {
	args := slices.Clone(f.Args)
	for i := 1; i < len(args); i += 2 {
		if args[i-1] == "Class" || args[i-1] == "Classes" {
			args[i] = classNames(r.Lang, t, args[i])
		}
	}
	text := r.T(f.Key, args...)
	if len(f.At) == 0 {
		return text
	}
	var own, others []string
	for _, m := range t.Measures { // in the order of the table
		v, ok := f.At[m.Name]
		said := inLang(r.Lang, m.Title.Vi, m.Title.En) + ": " + seen(r, v) + unit(m.Unit)
		switch {
		case ok && slices.Contains(first, m.Name):
			own = append(own, said)
		case ok:
			others = append(others, said)
		}
	}
	return text + " " + r.T("zonepage.for_example", "Values", strings.Join(append(own, others...), "; "))
}

// problemAt is a hole or an overlap as it is told at one of its rows.
func problemAt(r *web.Request, t *criterion.Table, f zoning.Problem, at criterion.Place) string {
	text := problemText(r, t, f, at.Measures...)
	var others []string
	for _, p := range f.Places {
		if p.Row != at.Row && len(p.Classes) > 0 {
			others = append(others, inLang(r.Lang, t.Rows[p.Row-1].Title.Vi, t.Rows[p.Row-1].Title.En)+" ("+classNames(r.Lang, t, strings.Join(p.Classes, ", ")).(string)+")")
		}
	}
	if len(others) == 0 {
		return text
	}
	return text + " " + r.T("zonepage.overlap_with", "Rows", strings.Join(others, "; "))
}

// classNames writes codes of classes as people call them.
func classNames(lang string, t *criterion.Table, v any) any {
	text, ok := v.(string)
	if !ok {
		return v
	}
	for _, c := range t.Classes {
		text = strings.ReplaceAll(text, c.Code, inLang(lang, c.Name.Vi, c.Name.En))
	}
	return text
}

// cellForm is the form of conditions: of a cell, of what a row is given, of a
// shift.
type cellForm struct {
	Action, Cancel string // addresses
	Title          string
	Hint           string // message
	Lines          []cellLine
	Sourced        bool // it has a source of its own
	Source         string
	Operators      []web.Choice
	Shift          *shiftFields // nil: no shift
}

// cellLine is one condition of a cell as it is typed.
type cellLine struct {
	I           int
	Measure, Op string
	A, B        string // bounds; words stand in A
	Problem     string
}

func newCellForm(r *web.Request, t *criterion.Table, n int, row criterion.Row, c criterion.Class) *cellForm {
	at := strconv.Itoa(n)
	f := &cellForm{Action: "/o/" + at + "/" + c.Code, Cancel: "#d-" + at, Hint: "zonepage.cell_explained", Sourced: true, Source: row.Cells[c.Code].Source,
		Title: inLang(r.Lang, row.Title.Vi, row.Title.En) + " · " + inLang(r.Lang, c.Name.Vi, c.Name.En)}
	about := ""
	if all := measuresIn(row); len(all) == 1 {
		about = all[0] // what the row is about
	}
	return f.with(r, row.Cells[c.Code].When, about)
}

// newGivenForm is the form of what goes before every cell of a row.
func newGivenForm(r *web.Request, n int, row criterion.Row) *cellForm {
	at := strconv.Itoa(n)
	f := &cellForm{Action: "/dong/" + at + "/khi", Cancel: "#d-" + at, Hint: "zonepage.given_explained", Title: inLang(r.Lang, row.Title.Vi, row.Title.En) + " · " + r.T("zonepage.given_edit")}
	return f.with(r, row.Given, "")
}

// with fills a form with conditions and an empty line, which is about a measure
// when it is the only one.
func (f *cellForm) with(r *web.Request, when []criterion.Condition, about string) *cellForm {
	for _, op := range ops {
		f.Operators = append(f.Operators, web.Choice{Value: op, Text: r.T("zonepage.op." + op)})
	}
	for i, x := range append(slices.Clone(when), criterion.Condition{}) {
		line := cellLine{I: i, Measure: x.Measure, Op: opOf(x), A: strings.Join(x.In, ", ")}
		low, high := bounds(x)
		if low != nil {
			line.A = typed(r, *low)
		}
		switch {
		case high != nil && low != nil:
			line.B = typed(r, *high)
		case high != nil:
			line.A = typed(r, *high)
		}
		if x.Measure == "" && i == 0 {
			line.Measure = about
		}
		f.Lines = append(f.Lines, line)
	}
	if r.Form.Sent {
		f.typed(r)
	}
	return f
}

// typed puts back what was typed into a form that came back.
func (f *cellForm) typed(r *web.Request) {
	f.Source, f.Lines = r.Form.Value("source"), nil
	for i := range mostConditions {
		n := strconv.Itoa(i)
		line := cellLine{I: i, Measure: r.Form.Value("measure-" + n), Op: r.Form.Value("op-" + n), A: r.Form.Value("a-" + n), B: r.Form.Value("b-" + n),
			Problem: r.Form.Problem("a-" + n)}
		if line.Measure != "" || line.A != "" || i == 0 {
			f.Lines = append(f.Lines, line)
		}
	}
}

// mostConditions is how many a cell may have in the form.
const mostConditions = 8

// readCell reads the conditions of a cell; none leaves it silent.
func readCell(r *web.Request) (cell criterion.Cell, err error) {
	cell.Source = r.Form.Value("source")
	cell.When, err = readConditions(r)
	return cell, err
}

// readConditions reads the lines of a form that name a measure.
func readConditions(r *web.Request) (when []criterion.Condition, err error) {
	bad := fault.New(fault.Invalid, "input.check")
	for i := range mostConditions {
		n := strconv.Itoa(i)
		name := r.Form.Value("measure-" + n)
		if name == "" {
			continue
		}
		c := criterion.Condition{Measure: name}
		readCondition(r, n, &c, bad)
		when = append(when, c)
	}
	return when, bad.OrNil()
}

func readCondition(r *web.Request, n string, c *criterion.Condition, bad *fault.Fault) {
	op := r.Form.Value("op-" + n)
	switch op {
	case "yes", "no":
		yes := op == "yes"
		c.Is = &yes
		return
	case "in":
		for w := range strings.SplitSeq(r.Form.Value("a-"+n), ",") {
			if w = strings.TrimSpace(w); w != "" {
				c.In = append(c.In, w)
			}
		}
		if len(c.In) == 0 {
			bad.At("a-"+n, "zonepage.words_needed")
		}
		return
	}
	low, high, two := strings.Cut(op, "-")
	if !two && (low == "le" || low == "lt") {
		low, high = "", low
	}
	to := map[string]**float64{"ge": &c.GE, "gt": &c.GT, "le": &c.LE, "lt": &c.LT}
	read := func(bound, field string) {
		at, ok := to[bound]
		if !ok {
			bad.At("a-"+n, "zone.choose")
			return
		}
		x, err := decimal(r.Lang, r.Form.Value(field))
		if err != nil {
			bad.At("a-"+n, "input.number", "Text", r.Form.Value(field))
			return
		}
		*at = &x
	}
	if low != "" {
		read(low, "a-"+n)
	}
	switch {
	case high != "" && low != "":
		read(high, "b-"+n)
	case high != "":
		read(high, "a-"+n)
	case low == "":
		bad.At("a-"+n, "zone.choose")
	}
}
