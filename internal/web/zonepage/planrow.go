package zonepage

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"

	"phaodai/internal/criterion"
	"phaodai/internal/fold"
	"phaodai/internal/web"
	"phaodai/internal/zoning"
)

// planRow is one area of a plan as its line shows it.
type planRow struct {
	zoning.Line
	Kind      string
	Size      string // households · people
	Sized     string // the same in words, of what is known
	Suggest   sign
	Why       []string // sentences
	Missing   string   // numbers that nobody entered
	Chosen    sign
	Classes   []web.Choice
	Bundles   []web.Choice
	Bundle    string // chosen apart from the criteria, or ""
	Measures  string
	Additions string // as typed, one a line; "" where they are those of the criteria
	Usual     string // additions that the criteria bring for the class
	Wants     []string
	Borders   []border
	Seen      string
	Moved     bool // what is suggested is not what was when the class was chosen
	Was       sign
	Known     int // numbers entered
	Asked     int // numbers that the criteria look at
	Opened    bool
	Back      bool // the form of this line came back
}

// border is an area of another ward that touches, with its class.
type border struct {
	Area  zoning.Area
	Ward  string
	Class sign
}

// sign is a class as a badge.
type sign struct{ Code, Badge, Risk, Text string }

func signOf(lang string, l zoning.Layer, code string) sign {
	if code == "" {
		return sign{Badge: "?", Risk: "none"}
	}
	c := zoning.ClassOf(l, code)
	return sign{code, c.Badge, c.Risk, inLang(lang, c.Vi, c.En)}
}

func (p Parts) rows(r *web.Request, v zoning.PlanView) ([]planRow, error) {
	var units []string
	for _, l := range v.Lines {
		for _, c := range l.Clashes {
			units = append(units, c.Area.Unit)
		}
	}
	names, err := p.Zones.UnitNames(r.Context(), r.By, units...)
	if err != nil {
		return nil, err
	}
	out := make([]planRow, len(v.Lines))
	for i, l := range v.Lines {
		out[i] = p.rowOf(r, v, l, names)
	}
	return out, nil
}

func (p Parts) rowOf(r *web.Request, v zoning.PlanView, l zoning.Line, wards map[string]string) planRow {
	layer := v.Round.Layer
	row := planRow{
		Line: l, Suggest: signOf(r.Lang, layer, l.Suggestion.Class), Chosen: signOf(r.Lang, layer, l.Mark.Class),
		Why: why(r, v.Scheme, l), Missing: titles(r.Lang, l.Suggestion.Missing), Asked: len(v.Scheme.Table.Measures),
	}
	row.Size = size(r, l.Area.Households) + " · " + size(r, l.Area.People)
	row.Sized = sized(r, l.Area)
	if k, ok := zoning.KindOf(l.Area.Kind); ok {
		row.Kind = inLang(r.Lang, k.Vi, k.En)
	}
	m := l.Mark
	m.Area = l.Area.ID
	row.Seen = m.Seen()
	p.chosen(&row, r, v)
	for _, c := range l.Clashes {
		row.Borders = append(row.Borders, border{c.Area, wards[c.Area.Unit], signOf(r.Lang, layer, c.Class)})
	}
	for _, key := range l.Lacks {
		if key != "zone.lack_class" { // that the empty choice says
			row.Wants, row.Opened = append(row.Wants, r.T(key)), true
		}
	}
	for _, n := range l.Numbers {
		if n.Value != nil {
			row.Known++
		}
	}
	if then, ok := suggestedThen(l.Mark); ok && then.Class != l.Suggestion.Class {
		row.Moved, row.Was = true, signOf(r.Lang, layer, then.Class)
	}
	row.Back = r.Form.Sent && strings.HasSuffix(r.HTTP.URL.Path, "/khu-vuc/"+l.Area.ID)
	row.Opened = row.Opened || row.Back
	return row
}

// size is a number of people or homes; a dash is one that nobody told.
func size(r *web.Request, n *int64) string {
	if n == nil {
		return "—"
	}
	return r.Format().Number(*n)
}

func sized(r *web.Request, a zoning.Area) string {
	var out []string
	if a.Households != nil {
		out = append(out, r.T("zonepage.households_n", "Number", r.Format().Number(*a.Households)))
	}
	if a.People != nil {
		out = append(out, r.T("zonepage.people_n", "Number", r.Format().Number(*a.People)))
	}
	return strings.Join(out, " · ")
}

// chosen fills what the form of the line offers. Measures that the criteria
// bring are left to them, so that another class brings its own.
func (p Parts) chosen(row *planRow, r *web.Request, v zoning.PlanView) {
	row.Classes = []web.Choice{{Value: "", Text: r.T("zonepage.choose")}}
	for _, c := range v.Scheme.Table.Classes {
		s := signOf(r.Lang, v.Round.Layer, c.Code)
		row.Classes = append(row.Classes, web.Choice{Value: c.Code, Text: s.Badge + " · " + s.Text})
	}
	usual := v.Scheme.Bundles[row.Mark.Class]
	row.Usual = strings.Join(usual.Additions, "; ")
	first := r.T("zonepage.as_criteria")
	if _, ok := p.Zones.Board().Bundle(usual.Bundle); ok {
		first += ": " + p.bundleShort(usual.Bundle)
	}
	for _, c := range p.bundles(r, v.Plan.UnitPath, first, row.Mark.Bundle) {
		if b, ok := p.Zones.Board().Bundle(c.Value); !ok || !b.Special { // a block is a decision of its own
			row.Bundles = append(row.Bundles, c)
		}
	}
	if row.Mark.Bundle != usual.Bundle {
		row.Bundle = row.Mark.Bundle
	}
	if !slices.Equal(row.Mark.Additions, usual.Additions) {
		row.Additions = strings.Join(row.Mark.Additions, "\n")
	}
	if _, ok := p.Zones.Board().Bundle(row.Mark.Bundle); ok {
		row.Measures = p.bundleShort(row.Mark.Bundle)
	}
}

// suggestedThen is what was suggested when the class was chosen.
func suggestedThen(m zoning.Mark) (s zoning.Suggestion, ok bool) {
	if m.Class == "" || m.Suggested == "" {
		return s, false
	}
	return s, json.Unmarshal([]byte(m.Suggested), &s) == nil
}

func (row planRow) matches(words, show string) bool {
	if words != "" && !strings.Contains(fold.Text(row.Area.Name+" "+row.Kind), fold.Text(words)) {
		return false
	}
	switch show {
	case "":
		return true
	case "thieu":
		return len(row.Lacks) > 0
	case "khac":
		return row.Differs
	case "giap":
		return len(row.Clashes) > 0
	case "xem-lai":
		return row.Moved
	}
	return row.Mark.Class == show
}

// why is what a suggestion rests on. The mildest class has no comparison of its
// own: what was looked at, and did not reach a stricter one, is its reason.
func why(r *web.Request, sc zoning.Scheme, l zoning.Line) []string {
	out := reasons(r, l.Suggestion)
	if l.Suggestion.Class == "" || len(out) > 0 {
		return out
	}
	out = []string{r.T("zonepage.nothing_stricter")}
	for _, m := range sc.Table.Measures {
		if n, ok := l.Numbers[m.Name]; ok && n.Value != nil {
			out = append(out, inLang(r.Lang, m.Title.Vi, m.Title.En)+": "+seen(r, n.Value)+unit(m.Unit))
		}
	}
	return out
}

// reasons are the comparisons behind a suggestion as sentences, each once.
func reasons(r *web.Request, s zoning.Suggestion) (out []string) {
	for _, b := range s.Because {
		for _, f := range b.Facts {
			text := r.T("rule.reason."+f.Op, "Name", inLang(r.Lang, f.Name.Vi, f.Name.En), "Value", seen(r, f.Value),
				"Unit", unit(f.Unit), "Than", seen(r, f.Than))
			if !slices.Contains(out, text) {
				out = append(out, text)
			}
		}
	}
	return out
}

// seen is a value as people write it.
func seen(r *web.Request, v any) string {
	switch v := v.(type) {
	case nil:
		return "—"
	case bool:
		if v {
			return r.T("zonepage.yes")
		}
		return r.T("zonepage.no")
	case float64:
		if v == math.Trunc(v) && math.Abs(v) < 1e15 {
			return r.Format().Number(int64(v))
		}
		return r.Format().Decimal(v, 1)
	case []any:
		var parts []string
		for _, x := range v {
			parts = append(parts, seen(r, x))
		}
		return strings.Join(parts, ", ")
	}
	return fmt.Sprint(v)
}

// unit stands behind its number with a blank between, but for per cent.
func unit(s string) string {
	if s == "" || s == "%" {
		return s
	}
	return " " + s
}

func titles(lang string, names []criterion.Name) string {
	var out []string
	for _, n := range names {
		out = append(out, inLang(lang, n.Vi, n.En))
	}
	return strings.Join(out, ", ")
}
