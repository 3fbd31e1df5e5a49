package zonepage

import (
	"errors"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"

	"phaodai/internal/auth"
	"phaodai/internal/fault"
	"phaodai/internal/instant"
	"phaodai/internal/measure"
	"phaodai/internal/web"
	"phaodai/internal/zoning"
)

// bundleEdit is the form of a bundle: the next version of one, or a new one.
type bundleEdit struct {
	measure.Bundle
	Action  string
	Back    string
	Version int64 // the newest, 0 of a new one
	Rows    []bundleEditRow
	Bases   []web.Choice
	Steps   []web.Choice
	Ops     []web.Choice
	Fines   []web.Choice
	Sures   []web.Choice
}

// bundleEditRow is one measure as it is typed. Its fields are called
// "measures.2.step" as the places of faults are.
type bundleEditRow struct {
	N          int
	Name       string
	Step       string // category and step: "mask.public"
	Op, Limit  string
	Exceptions string // lines "tiếng Việt | English"
	measure.Measure
}

// Field is the name of a field of the row.
func (row bundleEditRow) Field(name string) string {
	return "measures." + strconv.Itoa(row.N) + "." + name
}

// blankRows is how many empty measures a form offers.
const blankRows = 2

func (p Parts) editBundle(r *web.Request) error {
	page := bundleEdit{Action: "/bien-phap/moi", Back: "/bien-phap"}
	if code := r.Path("id"); code != "" {
		v, err := p.Zones.Bundle(r.Context(), r.By, code, 0)
		if err != nil {
			return err
		}
		if !v.MayEdit {
			return r.By.Require(auth.ZoneCriteria, v.Own.UnitPath, auth.Internal)
		}
		page.Bundle, page.Version = *v.Own.Bundle, v.Own.Version
		page.Action, page.Back = "/bien-phap/"+code+"/sua", "/bien-phap/"+code
	} else if base, ok := zoning.Library().Bundle(r.Query("theo")); ok {
		page.Base, page.BaseVersion, page.Title = base.ID, base.Version, base.Title
	}
	page.fill(r)
	return r.Render("zone/bundle-edit", page)
}

func (page *bundleEdit) fill(r *web.Request) {
	for i, m := range page.Own {
		page.Rows = append(page.Rows, bundleEditRowOf(r, i+1, m))
	}
	rows := len(page.Rows) + blankRows
	if sent, err := strconv.Atoi(r.Form.Value("rows")); err == nil && r.Form.Sent {
		rows = min(max(rows, sent), mostBundleRows)
	}
	for n := len(page.Rows) + 1; n <= rows; n++ {
		page.Rows = append(page.Rows, bundleEditRow{N: n, Measure: measure.Measure{Confidence: "high"}})
	}
	l := zoning.Library()
	page.Bases, page.Steps, page.Fines = []web.Choice{{Text: r.T("zonepage.bundle_no_base")}}, []web.Choice{{Text: r.T("zonepage.bundle_step_none")}}, []web.Choice{{Text: r.T("zonepage.bundle_no_fine")}}
	for _, b := range l.Bundles {
		if !b.Special {
			page.Bases = append(page.Bases, web.Choice{Value: b.Ref(), Text: b.Short + " · " + inLang(r.Lang, b.Title.Vi, b.Title.En)})
		}
	}
	for _, c := range l.Categories {
		for _, s := range c.Steps {
			text := inLang(r.Lang, s.Title.Vi, s.Title.En)
			if s.Limit != nil {
				text += " (" + r.T("zonepage.bundle_limit_of", "Unit", r.T("zonepage.limit_unit."+s.Limit.Unit)) + ")"
			}
			page.Steps = append(page.Steps, web.Choice{Value: c.ID + "." + s.ID, Text: text, Group: inLang(r.Lang, c.Title.Vi, c.Title.En)})
		}
	}
	for _, x := range l.Penalties {
		page.Fines = append(page.Fines, web.Choice{Value: x.ID, Text: x.Instrument + ", " + x.Article + ": " + inLang(r.Lang, x.Act.Vi, x.Act.En)})
	}
	for _, op := range limitOps {
		page.Ops = append(page.Ops, web.Choice{Value: op, Text: r.T("zonepage.limit_op." + opNames[op])})
	}
	for _, c := range []string{"high", "medium", "low"} {
		page.Sures = append(page.Sures, web.Choice{Value: c, Text: r.T("zonepage.sure." + c)})
	}
}

// mostBundleRows bounds the measures of a form that came back.
const mostBundleRows = 60

var (
	limitOps = []string{"", "<", "<=", ">", ">="}
	opNames  = map[string]string{"": "none", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}
)

// BaseRef is the base as the menu names it.
func (page bundleEdit) BaseRef() string {
	if page.Base == "" {
		return ""
	}
	return baseRef(&page.Bundle)
}

func bundleEditRowOf(r *web.Request, n int, m measure.Measure) bundleEditRow {
	row := bundleEditRow{N: n, Name: m.Text.Vi, Step: m.Category + "." + m.Step, Measure: m}
	if c, ok := zoning.Library().Category(m.Category); ok {
		row.Name = inLang(r.Lang, c.Title.Vi, c.Title.En)
	}
	if m.Limit != nil {
		row.Op, row.Limit = m.Limit.Op, typed(r, m.Limit.Value)
	}
	var lines []string
	for _, e := range m.Exceptions {
		lines = append(lines, e.Vi+" | "+e.En)
	}
	row.Exceptions = strings.Join(lines, "\n")
	return row
}

// readBundle reads the form: head and those measures of which a step is chosen.
func readBundle(r *web.Request) (b measure.Bundle, err error) {
	v := r.Form.Value
	var period struct {
		From instant.Micros `form:"from"`
		To   instant.Micros `form:"to,end"`
	}
	if err := r.Read(&period); err != nil {
		return b, err
	}
	b = measure.Bundle{ID: v("code"), Title: measure.Name{Vi: v("title_vi"), En: v("title_en")}, Short: v("short"), Instrument: v("instrument"),
		Scope: measure.Name{Vi: v("scope_vi"), En: v("scope_en")}, From: period.From, To: period.To}
	if base := v("base"); base != "" {
		b.Base, b.BaseVersion = measure.ParseRef(base)
	}
	bad := fault.New(fault.Invalid, "input.check")
	rows, _ := strconv.Atoi(v("rows")) // what is no number is none
	for n := 1; n <= min(rows, mostBundleRows); n++ {
		row := bundleEditRow{N: n}
		if m, ok := readBundleRow(r, row, bad); ok {
			b.Own = append(b.Own, m)
		}
	}
	return b, bad.OrNil()
}

// readBundleRow reads one measure; false where no step is chosen.
func readBundleRow(r *web.Request, row bundleEditRow, bad *fault.Fault) (m measure.Measure, ok bool) {
	v := func(name string) string { return strings.TrimSpace(r.Form.Value(row.Field(name))) }
	m.Category, m.Step, ok = strings.Cut(v("step"), ".")
	if !ok {
		if v("text_vi") != "" {
			bad.At(row.Field("step"), "zone.choose")
		}
		return m, false
	}
	m.Text = measure.Name{Vi: v("text_vi"), En: v("text_en")}
	m.Clause, m.Penalty, m.Source, m.Confidence, m.Note = v("clause"), v("penalty"), v("source"), v("confidence"), v("note")
	for _, line := range lines(v("exceptions")) {
		vi, en, _ := strings.Cut(line, "|")
		m.Exceptions = append(m.Exceptions, measure.Name{Vi: strings.TrimSpace(vi), En: strings.TrimSpace(en)})
	}
	if op, text := v("op"), v("limit"); op != "" || text != "" {
		value, err := decimal(r.Lang, text)
		if err != nil {
			bad.At(row.Field("limit"), "input.number", "Text", text)
		}
		m.Limit = &measure.Limit{Op: op, Value: value, Unit: unitOfStep(m.Category, m.Step)}
	}
	return m, true
}

// unitOfStep is what the number of a step counts.
func unitOfStep(category, step string) string {
	if c, ok := zoning.Library().Category(category); ok {
		i := slices.IndexFunc(c.Steps, func(s measure.Step) bool { return s.ID == step })
		if i >= 0 && c.Steps[i].Limit != nil {
			return c.Steps[i].Limit.Unit
		}
	}
	return ""
}

func (p Parts) saveBundle(r *web.Request) error {
	b, err := readBundle(r)
	if err != nil {
		return err
	}
	if code := r.Path("id"); code != "" {
		b.ID = code
	}
	version, _ := strconv.ParseInt(r.Form.Value("version"), 10, 64) // what is no number is a new one
	return p.keepBundle(r, version, b)
}

func (p Parts) keepBundle(r *web.Request, version int64, b measure.Bundle) error {
	o, err := p.Zones.SaveBundle(r.Context(), r.By, zoning.BundleInput{Key: r.Key(), Unit: path.Base(r.By.UnitPath), Version: version, Reason: r.Form.Value("reason"), Bundle: b})
	if err != nil {
		return inBundleForm(err)
	}
	return r.Redirect("/bien-phap/"+o.Code, "zonepage.bundle_saved", "Version", o.Version)
}

// inBundleForm puts the faults of a subject at the menu that holds it.
func inBundleForm(err error) error {
	var f *fault.Fault
	if errors.As(err, &f) {
		for i := range f.Fields {
			f.Fields[i].Name = strings.Replace(f.Fields[i].Name, ".category", ".step", 1)
		}
	}
	return err
}

// mostBundleFile bounds a file with a bundle.
const mostBundleFile = 256 << 10

// loadBundle takes a bundle from a file that this page, or a person, wrote: a
// new one, or the next version of the one with its code. What is wrong with it
// is named with its place in the file.
func (p Parts) loadBundle(r *web.Request) error {
	files := r.Files("file")
	if len(files) == 0 {
		return fault.New(fault.Invalid, "input.check").At("file", "input.missing")
	}
	content, err := files[0].Open()
	if err != nil {
		return err
	}
	defer content.Close()
	data, err := io.ReadAll(io.LimitReader(content, mostBundleFile+1))
	if err != nil {
		return err
	}
	b, err := measure.ReadBundle(data)
	if err != nil {
		return fault.New(fault.Invalid, "input.check").At("file", "zone.bundle_file", "Text", strings.TrimPrefix(err.Error(), "measure: "))
	}
	version := int64(0)
	if v, err := p.Zones.Bundle(r.Context(), r.By, b.ID, 0); err == nil {
		version = v.Own.Version
	}
	return fromFile(r, p.keepBundle(r, version, b))
}

// fromFile tells at the file what is wrong in it, each with its place.
func fromFile(r *web.Request, err error) error {
	var f *fault.Fault
	if !errors.As(err, &f) || len(f.Fields) == 0 {
		return err
	}
	var said []string
	for _, x := range f.Fields {
		said = append(said, x.Name+": "+r.T(x.Key, x.Args...))
	}
	return fault.New(fault.Invalid, "input.check").At("file", "zone.bundle_file", "Text", strings.Join(said, " "))
}
