package zonepage

import (
	"context"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"phaodai/internal/auth"
	"phaodai/internal/criterion"
	"phaodai/internal/fault"
	"phaodai/internal/instant"
	"phaodai/internal/web"
	"phaodai/internal/zoning"
)

// fromScript tells whether a line of the page sends itself: it wants the page
// again, without a message on top that the next page would show.
func fromScript(r *web.Request) bool { return r.HTTP.Header.Get("HX-Request") != "" }

func planPath(r *web.Request) string { return "/ke-hoach/" + r.Path("id") }

func pathPlan(r *web.Request) string { return r.Path("id") }

// mark saves one line.
func (p Parts) mark(r *web.Request) error {
	var in struct {
		Class     string `form:"class"`
		Bundle    string `form:"bundle"`
		Additions string `form:"additions"`
		Gates     int64  `form:"gates"`
		Person    string `form:"person"`
		Phone     string `form:"phone"`
		Reason    string `form:"reason"`
		Seen      string `form:"seen"`
	}
	if err := r.Read(&in); err != nil {
		return err
	}
	m := zoning.MarkInput{
		Key: r.Key(), Plan: r.Path("id"), Area: r.Path("area"), Class: in.Class, Bundle: in.Bundle, Additions: lines(in.Additions),
		Gates: in.Gates, Person: in.Person, Phone: in.Phone, Reason: in.Reason, Seen: in.Seen,
	}
	if err := p.dropOld(r, &m); err != nil {
		return err
	}
	if _, err := p.Zones.Mark(r.Context(), r.By, m); err != nil {
		return err
	}
	if fromScript(r) {
		return r.Redirect(planPath(r))
	}
	return r.Redirect(r.Back(planPath(r)), "zonepage.saved", "At", r.Now())
}

// dropOld forgets additions that nobody touched when the class changes: they
// belonged to the measures of the class before.
func (p Parts) dropOld(r *web.Request, in *zoning.MarkInput) error {
	if len(in.Additions) == 0 {
		return nil
	}
	v, err := p.Zones.Plan(r.Context(), r.By, in.Plan)
	if err != nil {
		return err
	}
	for _, l := range v.Lines {
		if l.Area.ID == in.Area && l.Mark.Class != "" && l.Mark.Class != in.Class && slices.Equal(l.Mark.Additions, in.Additions) {
			in.Additions = nil
		}
	}
	return nil
}

// lines are the lines of a text without blank ones.
func lines(text string) (out []string) {
	for line := range strings.SplitSeq(text, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

func (p Parts) takeSuggestions(r *web.Request) error {
	n, err := p.Zones.TakeSuggestions(r.Context(), r.By, r.Path("id"), r.Key())
	if err != nil {
		return err
	}
	return r.Redirect(planPath(r), "zonepage.suggestions_taken", "Count", n)
}

func (p Parts) takeGroups(r *web.Request) error {
	n, err := p.Zones.TakeGroups(r.Context(), r.By, r.Path("id"), r.Key())
	if err != nil {
		return err
	}
	return r.Redirect(planPath(r), "zonepage.groups_taken", "Count", n)
}

// step is a form that only moves a plan.
func step(do func(context.Context, auth.Actor, zoning.StepInput) (zoning.Plan, error), said string) web.Handler {
	return func(r *web.Request) error {
		var in struct {
			Version int64  `form:"version"`
			Reason  string `form:"reason"`
		}
		if err := r.Read(&in); err != nil {
			return err
		}
		plan, err := do(r.Context(), r.By, zoning.StepInput{Key: r.Key(), Plan: r.Path("id"), Version: in.Version, Reason: in.Reason})
		if err != nil {
			return err
		}
		return r.Redirect(planPath(r), said, "At", r.Now(), "Number", plan.Number)
	}
}

func (p Parts) addArea(r *web.Request) error {
	var in struct {
		Name       string `form:"name"`
		Kind       string `form:"kind"`
		Households string `form:"households"`
		People     string `form:"people"`
	}
	var n struct {
		Households int64 `form:"households"`
		People     int64 `form:"people"`
	}
	if err := r.Read(&in); err != nil {
		return err
	}
	if err := r.Read(&n); err != nil {
		return err
	}
	v, err := p.Zones.Plan(r.Context(), r.By, r.Path("id"))
	if err != nil {
		return err
	}
	a := zoning.AreaInput{Key: r.Key(), Unit: v.Plan.Unit, Kind: in.Kind, Name: in.Name}
	if in.Households != "" {
		a.Households = &n.Households
	}
	if in.People != "" {
		a.People = &n.People
	}
	if _, err := p.Zones.AddArea(r.Context(), r.By, a); err != nil {
		return err
	}
	return r.Redirect(planPath(r), "zonepage.area_added", "Name", in.Name)
}

// draftPlan writes the plan as a document and opens it.
func (p Parts) draftPlan(r *web.Request) error {
	doc, err := p.Zones.DraftPlan(r.Context(), r.By, r.Path("id"), r.Key())
	if err != nil {
		return err
	}
	return r.Redirect("/van-ban-di/"+doc.ID, "zonepage.plan_drafted")
}

// opine records an opinion and goes back to where it was written.
func (p Parts) opine(plan func(*web.Request) string, back func(*web.Request) string) web.Handler {
	return func(r *web.Request) error {
		var in struct {
			Number int64  `form:"number"`
			Field  string `form:"field"`
			Agrees string `form:"agrees"`
			Text   string `form:"text"`
		}
		if err := r.Read(&in); err != nil {
			return err
		}
		if in.Agrees == "" {
			return fault.New(fault.Invalid, "input.check").At("agrees", "zonepage.opinion_choose")
		}
		_, err := p.Zones.Opine(r.Context(), r.By, zoning.OpinionInput{
			Key: r.Key(), Plan: plan(r), Number: in.Number, Field: zoning.Field(in.Field), Agrees: in.Agrees == "1", Text: in.Text,
		})
		if err != nil {
			return err
		}
		return r.Redirect(back(r), "zonepage.opinion_saved", "At", r.Now())
	}
}

// numbersPage is the small form for the numbers of one area.
type numbersPage struct {
	Plan   zoning.Plan
	Ward   string
	Row    planRow
	Asks   []asked
	Source string
}

// asked is one number that the criteria look at.
type asked struct {
	Field   string
	Title   string
	Unit    string
	Type    string
	Value   string
	Source  string
	By      string
	At      instant.Micros
	Problem string
}

func (p Parts) numbers(r *web.Request) error {
	v, err := p.Zones.Plan(r.Context(), r.By, r.Path("id"))
	if err != nil {
		return err
	}
	i := slices.IndexFunc(v.Lines, func(l zoning.Line) bool { return l.Area.ID == r.Path("area") })
	if i < 0 {
		return fault.New(fault.NotFound, "zone.area_unknown")
	}
	page := numbersPage{Plan: v.Plan, Ward: v.Unit.Name, Row: p.rowOf(r, v, v.Lines[i], nil), Source: r.By.PostTitle}
	for _, m := range v.Scheme.Table.Measures {
		page.Asks = append(page.Asks, askOf(r, m, v.Lines[i].Numbers[m.Name]))
	}
	return r.Render("zone/plan-numbers", page)
}

func askOf(r *web.Request, m criterion.Measure, n zoning.Number) asked {
	a := asked{Field: "n-" + m.Name, Title: upperFirst(inLang(r.Lang, m.Title.Vi, m.Title.En)), Unit: m.Unit, Type: m.Type,
		Value: typed(r, n.Value), Source: n.Source, By: n.By, At: n.At}
	if r.Form.Sent {
		a.Value = r.Form.Value(a.Field)
	}
	a.Problem = r.Form.Problem(a.Field)
	return a
}

// typed is a value as it stands in its field.
func typed(r *web.Request, v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case bool:
		if v {
			return "1"
		}
		return "0"
	case float64:
		text := strconv.FormatFloat(v, 'f', -1, 64)
		if r.Lang != "en" {
			text = strings.ReplaceAll(text, ".", ",")
		}
		return text
	}
	return seen(r, v)
}

// enterNumbers saves the numbers that are not what was known.
func (p Parts) enterNumbers(r *web.Request) error {
	var in struct {
		Source string         `form:"source"`
		At     instant.Micros `form:"at"`
	}
	if err := r.Read(&in); err != nil {
		return err
	}
	v, err := p.Zones.Plan(r.Context(), r.By, r.Path("id"))
	if err != nil {
		return err
	}
	i := slices.IndexFunc(v.Lines, func(l zoning.Line) bool { return l.Area.ID == r.Path("area") })
	if i < 0 {
		return fault.New(fault.NotFound, "zone.area_unknown")
	}
	bad := fault.New(fault.Invalid, "input.check")
	var numbers []zoning.NumberInput
	for _, m := range v.Scheme.Table.Measures {
		value, ok := readValue(r, m, bad)
		if ok && value != v.Lines[i].Numbers[m.Name].Value {
			numbers = append(numbers, zoning.NumberInput{Area: r.Path("area"), Measure: m.Name, At: in.At, Value: value, Source: in.Source})
		}
	}
	if err := bad.OrNil(); err != nil {
		return err
	}
	if len(numbers) > 0 {
		if _, err := p.Zones.EnterNumbers(r.Context(), r.By, r.Key(), numbers); err != nil {
			return err
		}
	}
	return r.Redirect(planPath(r)+"#a-"+r.Path("area"), "zonepage.numbers_saved", "Count", len(numbers))
}

// readValue reads a number, a yes or no, or a word; an empty field is what is
// not known.
func readValue(r *web.Request, m criterion.Measure, bad *fault.Fault) (any, bool) {
	name := "n-" + m.Name
	text := r.Form.Value(name)
	if text == "" {
		return nil, true
	}
	switch m.Type {
	case "bool":
		return text == "1", true
	case "text":
		return text, true
	}
	x, err := decimal(r.Lang, text)
	switch {
	case err != nil:
		bad.At(name, "input.number", "Text", text)
	case x < m.Least:
		bad.At(name, "zonepage.number_least", "Least", seen(r, m.Least))
	case m.Most != nil && x > *m.Most:
		bad.At(name, "zonepage.number_most", "Most", seen(r, *m.Most))
	default:
		return x, true
	}
	return nil, false
}

// grouped is a number with its thousands set apart.
var grouped = regexp.MustCompile(`^\d{1,3}(\.\d{3})+(,\d+)?$`)

// decimal reads 73,5 and 4.812 as Vietnamese write them, the other way round in
// English.
func decimal(lang, text string) (float64, error) {
	if lang == "en" {
		text = strings.NewReplacer(",", ".", ".", ",").Replace(text)
	}
	if grouped.MatchString(text) {
		text = strings.ReplaceAll(text, ".", "")
	}
	return strconv.ParseFloat(strings.ReplaceAll(text, ",", "."), 64)
}
