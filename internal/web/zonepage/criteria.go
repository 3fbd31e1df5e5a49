package zonepage

import (
	"cmp"
	"path"
	"slices"
	"strconv"
	"strings"

	"phaodai/internal/auth"
	"phaodai/internal/criterion"
	"phaodai/internal/fault"
	"phaodai/internal/org"
	"phaodai/internal/web"
	"phaodai/internal/zoning"
)

type schemesPage struct {
	Schemes  []schemeLine
	Examples []exampleLine // for who may begin a table
	MayBegin bool
}

type schemeLine struct {
	zoning.Scheme
	State planState
	Unit  string
}

// exampleLine is a table shipped with the program.
type exampleLine struct {
	ID, Title, Instrument, Layer string
	Classes                      []layerSign
	Rows                         int
}

func (p Parts) schemes(r *web.Request) error {
	all, err := p.Zones.Schemes(r.Context(), r.By)
	if err != nil {
		return err
	}
	page := schemesPage{MayBegin: r.By.Can(auth.ZoneCriteria, r.By.UnitPath, auth.Internal)}
	for _, s := range all {
		unit, err := p.unitName(r, s.UnitPath)
		if err != nil {
			return err
		}
		page.Schemes = append(page.Schemes, schemeLine{s, schemeState(s), unit})
	}
	if page.MayBegin {
		if page.Examples, err = exampleLines(r.Lang, r.T); err != nil {
			return err
		}
	}
	return r.Render("zone/schemes", page)
}

func (p Parts) unitName(r *web.Request, unitPath string) (string, error) {
	id := path.Base(unitPath)
	names, err := p.Zones.UnitNames(r.Context(), r.By, id)
	return names[id], err
}

func exampleLines(lang string, t func(string, ...any) string) (out []exampleLine, err error) {
	tables, err := criterion.Examples()
	if err != nil {
		return nil, err
	}
	for _, x := range tables {
		l := exampleLine{ID: x.ID, Title: inLang(lang, x.Title.Vi, x.Title.En), Instrument: x.Instrument, Layer: t("zonepage.layer." + x.Layer), Rows: len(x.Rows)}
		for _, c := range x.Classes {
			l.Classes = append(l.Classes, layerSignOf(lang, zoning.Layer(x.Layer), c.Code))
		}
		out = append(out, l)
	}
	return out, nil
}

func schemeState(s zoning.Scheme) planState {
	switch {
	case s.State == zoning.SchemeIssued:
		return planState{"done", "✓", "zonepage.scheme_issued"}
	case s.State == zoning.SchemeReplaced:
		return planState{"", "–", "zonepage.scheme_replaced"}
	case s.Document != "":
		return planState{"soon", "◐", "zonepage.scheme_signing"}
	}
	return planState{"soon", "○", "zonepage.scheme_draft"}
}

// beginScheme starts a table from an example, or an empty one.
func (p Parts) beginScheme(r *web.Request) error {
	table := &criterion.Table{
		Title: criterion.Name{Vi: "Khung tiêu chí chia khu vực", En: "Criteria for areas"}, Layer: string(zoning.DistrictArea),
		Unit: "residential_area", Mode: criterion.Strictest,
	}
	for _, c := range zoning.Classes(zoning.DistrictArea) {
		if c.Code != "KEEP" {
			table.Classes = append(table.Classes, criterion.Class{Code: c.Code, Name: criterion.Name{Vi: c.Vi, En: c.En}})
		}
	}
	if id := r.Form.Value("example"); id != "" {
		tables, err := criterion.Examples()
		if err != nil {
			return err
		}
		i := slices.IndexFunc(tables, func(t *criterion.Table) bool { return t.ID == id })
		if i < 0 {
			return fault.New(fault.NotFound, "zone.scheme_unknown")
		}
		table = tables[i]
	}
	sc, err := p.Zones.SaveScheme(r.Context(), r.By, zoning.SchemeInput{Key: r.Key(), Unit: path.Base(r.By.UnitPath), Table: table})
	if err != nil {
		return err
	}
	return r.Redirect("/tieu-chi/"+sc.ID, "zonepage.scheme_begun")
}

// schemePage is screen 10: the table, what is wrong with it at its row, what
// changed against the version in force.
type schemePage struct {
	zoning.SchemeView
	Unit     string
	State    planState
	Path     string
	Edits    bool // the reader may change this version, now
	Columns  []column
	Rows     []schemeRow
	Choices  []choiceCell
	Numbers  []measureRow
	Shifts   []shiftRow
	Problems []string // of the whole table
	Wrong    int
	Open     string    // what is being edited: "o.2.A01"
	Cell     *cellForm // of the cell, row or shift that is open
	Versions []schemeLine
	Against  int64
	Changes  []string
	Signers  []web.Choice
	Bundles  []web.Choice
	Measures []web.Choice
	Layers   []web.Choice
	Modes    []web.Choice
	Types    []web.Choice
	Back     string

	number func(float64) string // as it is typed
}

type column struct {
	criterion.Class
	Title string
	Sign  layerSign
}

type schemeRow struct {
	N        int
	Title    criterion.Name
	Name     string
	About    string // measures that the row looks at
	Given    string
	Asks     bool // its given conditions are open
	Cells    []schemeCell
	Source   string
	Problems []string
}

type schemeCell struct {
	Class, ClassName string
	Text             string // "từ 4 ca", "" does not speak
	Rule             string // in CEL
	Low              bool   // its confidence is not high
	Wrong            bool   // it speaks where another does
	Open             bool
}

// choiceCell is the measures of a class.
type choiceCell struct {
	Class     string
	Name      string
	Bundle    string
	Short     string
	Title     string
	Additions []string
	Problems  []string
	Open      bool
}

type measureRow struct {
	criterion.Measure
	Shown string
	Range string
	Used  int
}

func (p Parts) scheme(r *web.Request) error {
	page, err := p.schemePage(r)
	if err != nil {
		return err
	}
	switch r.Query("xuat") {
	case "yaml":
		return exportScheme(r, page)
	case "xlsx", "csv":
		return p.exportTable(r, page)
	}
	return r.Render("zone/scheme", page)
}

func (p Parts) schemePage(r *web.Request) (page schemePage, err error) {
	version, _ := strconv.ParseInt(r.Query("ban"), 10, 64) // what is no number is the newest
	if page.SchemeView, err = p.Zones.Scheme(r.Context(), r.By, r.Path("id"), version); err != nil {
		return page, err
	}
	sc := page.Scheme
	page.number = func(x float64) string { return typed(r, x) }
	page.Path, page.State = "/tieu-chi/"+sc.ID, schemeState(sc)
	newest := page.SchemeView.Versions[0].Version == sc.Version
	page.Edits = page.MayEdit && newest && (sc.State != zoning.SchemeDraft || sc.Document == "")
	page.Open = r.Query("sua")
	if r.Form.Sent {
		page.Back = backForm(r)
		page.Open = openedBy(r)
	}
	if page.Unit, err = p.unitName(r, sc.UnitPath); err != nil {
		return page, err
	}
	page.table(r, p.Zones.Board())
	page.spread(r)
	for _, v := range page.SchemeView.Versions {
		page.Versions = append(page.Versions, schemeLine{Scheme: v, State: schemeState(v)})
	}
	if err := p.compared(r, &page); err != nil {
		return page, err
	}
	page.menus(r)
	page.Bundles = p.bundles(r, sc.UnitPath, r.T("zonepage.choose_measures"), chosenBundles(sc)...)
	return page, p.signing(r, &page)
}

// table turns the table into what the page shows.
func (page *schemePage) table(r *web.Request, board *zoning.Board) {
	t := page.Scheme.Table
	for _, c := range t.Classes {
		page.Columns = append(page.Columns, column{c, inLang(r.Lang, c.Name.Vi, c.Name.En), columnSign(r.Lang, page.Scheme.Layer, c)})
	}
	for i, row := range t.Rows {
		page.Rows = append(page.Rows, page.row(r, i+1, row))
	}
	for _, c := range t.Classes {
		choice := page.Scheme.Bundles[c.Code]
		cell := choiceCell{Class: c.Code, Name: inLang(r.Lang, c.Name.Vi, c.Name.En), Bundle: choice.Bundle, Additions: choice.Additions, Open: page.Edits && page.Open == "bp."+c.Code}
		if b, ok := board.Bundle(choice.Bundle); ok {
			cell.Short, cell.Title = b.Short, inLang(r.Lang, b.Title.Vi, b.Title.En)
		}
		page.Choices = append(page.Choices, cell)
	}
	for _, m := range t.Measures {
		page.Numbers = append(page.Numbers, measureRow{m, inLang(r.Lang, m.Title.Vi, m.Title.En), rangeOf(r, m), uses(t, m.Name)})
	}
	page.shifts(r)
}

func (page *schemePage) row(r *web.Request, n int, row criterion.Row) schemeRow {
	t := page.Scheme.Table
	out := schemeRow{N: n, Title: row.Title, Name: inLang(r.Lang, row.Title.Vi, row.Title.En), Given: conditionsText(r, t, row.Given, true),
		Asks: page.Edits && page.Open == "khi."+strconv.Itoa(n)}
	if out.Asks {
		page.Cell = newGivenForm(r, n, row)
	}
	about := measuresIn(row)
	var titles, sources []string
	for _, name := range about {
		titles = append(titles, measureName(r.Lang, t, name))
	}
	out.About = strings.Join(titles, "; ")
	for _, c := range t.Classes {
		cell, speaks := row.Cells[c.Code]
		x := schemeCell{Class: c.Code, ClassName: inLang(r.Lang, c.Name.Vi, c.Name.En), Rule: row.Expression(c.Code),
			Open: page.Edits && page.Open == "o."+strconv.Itoa(n)+"."+c.Code}
		if speaks {
			x.Text = cmp.Or(conditionsText(r, t, cell.When, len(about) > 1), r.T("zonepage.always"))
			x.Low = cell.Confidence != "" && cell.Confidence != "high"
			if cell.Source != "" && !slices.Contains(sources, cell.Source) {
				sources = append(sources, cell.Source)
			}
		}
		if x.Open {
			page.Cell = newCellForm(r, t, n, row, c)
		}
		out.Cells = append(out.Cells, x)
	}
	out.Source = strings.Join(sources, "; ")
	return out
}

// spread puts every problem where it is to be solved.
func (page *schemePage) spread(r *web.Request) {
	page.Wrong = len(page.Faults)
	for _, f := range page.Faults {
		if page.placed(r, f) {
			continue
		}
		text := problemText(r, page.Scheme.Table, f)
		i := slices.IndexFunc(page.Choices, func(c choiceCell) bool { return c.Class == f.Class })
		switch {
		case f.Row > 0 && f.Row <= len(page.Rows):
			page.Rows[f.Row-1].Problems = append(page.Rows[f.Row-1].Problems, text)
		case i >= 0 && strings.HasPrefix(f.Key, "zone."):
			page.Choices[i].Problems = append(page.Choices[i].Problems, text)
		default:
			page.Problems = append(page.Problems, text)
		}
	}
}

// placed tells a hole or an overlap at each row that makes it.
func (page *schemePage) placed(r *web.Request, f zoning.Problem) bool {
	for _, at := range f.Places {
		row := &page.Rows[at.Row-1]
		row.Problems = append(row.Problems, problemAt(r, page.Scheme.Table, f, at))
		for i, c := range row.Cells {
			row.Cells[i].Wrong = c.Wrong || slices.Contains(at.Classes, c.Class)
		}
	}
	return len(f.Places) > 0
}

// chosenBundles are those that a scheme has chosen.
func chosenBundles(s zoning.Scheme) (out []string) {
	for _, c := range s.Bundles {
		out = append(out, c.Bundle)
	}
	slices.Sort(out)
	return out
}

// menus are the choices of the forms.
func (page *schemePage) menus(r *web.Request) {
	for _, m := range page.Numbers {
		page.Measures = append(page.Measures, web.Choice{Value: m.Name, Text: m.Shown})
	}
	for _, l := range zoning.Layers() {
		page.Layers = append(page.Layers, web.Choice{Value: string(l), Text: r.T("zonepage.layer." + string(l))})
	}
	for _, m := range []criterion.Mode{criterion.Strictest, criterion.Exactly} {
		page.Modes = append(page.Modes, web.Choice{Value: string(m), Text: r.T("zonepage.mode." + string(m))})
	}
	for _, t := range measureTypes {
		page.Types = append(page.Types, web.Choice{Value: t, Text: r.T("zonepage.type." + t)})
	}
}

// measureTypes are the types that there are.
var measureTypes = []string{"number", "bool", "text"}

// signing adds who may sign the decision that issues the table.
func (p Parts) signing(r *web.Request, page *schemePage) error {
	if !page.Edits || page.Scheme.State != zoning.SchemeDraft {
		return nil
	}
	seats, err := p.Units.Seats(r.Context(), r.By, page.Scheme.UnitPath, false)
	if err != nil {
		return err
	}
	for _, s := range seats {
		signs := slices.ContainsFunc(s.Holder.Post.Roles, func(role auth.Role) bool { return role.Has(auth.DocumentApprove) })
		if signs && !s.Holder.Vacant() && s.Office.Line == org.State { // criteria are a decision of the State's line
			page.Signers = append(page.Signers, web.Choice{Value: s.Holder.Post.ID, Text: s.Holder.Post.Title + " · " + s.Holder.Person.Name, Group: s.Office.Name})
		}
	}
	return nil
}

// ClassBack tells whether the form of a class came back.
func (page schemePage) ClassBack() bool {
	return page.Back != "" && strings.HasPrefix(page.Open, "loai.")
}

// Width is how many columns the table has.
func (page schemePage) Width() int { return len(page.Columns) + 2 }

// ChoicesWrong tells whether the measures of a class lack something.
func (page schemePage) ChoicesWrong() bool {
	return slices.ContainsFunc(page.Choices, func(c choiceCell) bool { return len(c.Problems) > 0 })
}

// Where leads to the rows that something is wrong with.
func (page schemePage) Where() (out []web.Choice) {
	for _, row := range page.Rows {
		if len(row.Problems) > 0 {
			out = append(out, web.Choice{Value: "d-" + strconv.Itoa(row.N), Text: row.Name})
		}
	}
	for _, c := range page.Choices {
		if len(c.Problems) > 0 {
			out = append(out, web.Choice{Value: "bp-" + c.Class, Text: c.Name})
		}
	}
	return out
}

// Known tells whether a measure has a type that there is.
func (page schemePage) Known(kind string) bool {
	return slices.ContainsFunc(page.Types, func(c web.Choice) bool { return c.Value == kind })
}

// Blank is a measure that is not there yet.
func (page schemePage) Blank() criterion.Measure { return criterion.Measure{Type: "number"} }

// Bound is the least value of a measure as it is typed; 0 is the usual one.
func (page schemePage) Bound(x float64) string {
	if x == 0 {
		return ""
	}
	return page.number(x)
}

// Most is the greatest value of a measure as it is typed, "" without end.
func (page schemePage) Most(m criterion.Measure) string {
	if m.Most == nil {
		return ""
	}
	return page.number(*m.Most)
}

// measureFields are the fields of a measure, of one of the forms.
type measureFields struct {
	View *web.View
	Item criterion.Measure
	Form string
	Back string
}

// Fields is for the piece that draws them.
func (page schemePage) Fields(v *web.View, m criterion.Measure, form, back string) measureFields {
	return measureFields{v, m, form, back}
}
