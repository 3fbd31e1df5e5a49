package zonepage

import (
	"cmp"
	"io"
	"path"
	"slices"
	"strings"

	"phaodai/internal/auth"
	"phaodai/internal/criterion"
	"phaodai/internal/fold"
	"phaodai/internal/i18n"
	"phaodai/internal/instant"
	"phaodai/internal/sheet"
	"phaodai/internal/web"
	"phaodai/internal/zoning"
)

// layerSign is the class of an area on one layer; the shape of the badge names
// the layer, which is also written.
type layerSign struct {
	sign
	Layer zoning.Layer
	Shape string // square, circle, pill, block
}

func layerSignOf(lang string, l zoning.Layer, code string) layerSign {
	shape := map[zoning.Layer]string{zoning.CityZone: "circle", zoning.EpiRisk: "pill", zoning.Blocked: "block"}[l]
	return layerSign{signOf(lang, l, code), l, cmp.Or(shape, "square")}
}

// columnSign is the sign of a class as its table has it.
func columnSign(lang string, l zoning.Layer, c criterion.Class) layerSign {
	s := layerSignOf(lang, l, c.Code)
	s.Badge, s.Text = cmp.Or(c.Badge, s.Badge), inLang(lang, c.Name.Vi, c.Name.En)
	return s
}

// signsOf are the layers that say something, the narrowest decision first.
func signsOf(lang string, r *zoning.Regime) (out []layerSign) {
	for _, s := range r.Deciding() {
		if s.Value.Class != "" {
			out = append(out, layerSignOf(lang, s.Layer, s.Value.Class))
		}
	}
	slices.Reverse(out)
	return out
}

// measuresOf are the badges of the measures that hold, each once.
func (p Parts) measuresOf(r *zoning.Regime) string {
	var out []string
	for _, s := range r.Deciding() {
		if s.Value.Bundle != "" && !slices.Contains(out, p.bundleShort(s.Value.Bundle)) {
			out = append(out, p.bundleShort(s.Value.Bundle))
		}
	}
	return strings.Join(out, " · ")
}

// areaRow is an area in the list.
type areaRow struct {
	zoning.Listed
	Kind     string
	Unit     string
	unitAt   int // its place among the units in Vietnamese order
	Signs    []layerSign
	Measures string
	Until    instant.Micros // 0: until another decision
	Next     []layerSign
	Then     string // measures from then on
	Unruled  bool
}

type areasPage struct {
	Rows   []areaRow
	Count  int
	After  string
	At     instant.Micros
	Past   bool // another moment than now was asked for
	Words  string
	Kind   string
	Class  string
	Unit   string
	Kinds  []web.Choice
	Groups []classGroup
	Units  []web.Choice
	MayAdd bool
	Any    bool // there is an area at all

	Homeless []zoning.Area // whose unit ended, and which wait for a decision

	within []areaRow // of the units asked for, before the other filters
}

// classGroup is the classes of a layer in the filter.
type classGroup struct {
	Title   string
	Choices []web.Choice
}

// pageSize is how many areas one page of the list shows.
const pageSize = 100

func (p Parts) list(r *web.Request) error {
	page, err := p.areasPage(r)
	if err != nil {
		return err
	}
	switch r.Query("xuat") {
	case "xlsx", "csv":
		return exportAreas(r, page.Rows, sheet.Format(r.Query("xuat")))
	case "geojson":
		return p.geoJSON(r, page)
	}
	page.cut(r.After())
	return r.Render("zone/areas", page)
}

// areasPage is the whole list as the address asks for it.
func (p Parts) areasPage(r *web.Request) (areasPage, error) {
	at, past, err := asOf(r)
	if err != nil {
		return areasPage{}, err
	}
	return p.areasPageAt(r, at, past)
}

func (p Parts) areasPageAt(r *web.Request, at instant.Micros, past bool) (page areasPage, err error) {
	page.At, page.Past = at, past
	page.Words, page.Kind, page.Class, page.Unit = r.Query("tim"), r.Query("loai"), r.Query("phan-loai"), r.Query("don-vi")
	page.MayAdd = r.By.Anywhere(auth.ZonePlan)
	listed, err := p.Zones.ListAt(r.Context(), r.By, r.By.UnitPath, zoning.DistrictArea, page.At)
	if err != nil {
		return page, err
	}
	page.Any = len(listed) > 0
	if !page.Past {
		if page.Homeless, err = p.Zones.Homeless(r.Context(), r.By); err != nil {
			return page, err
		}
	}
	if err := p.choices(r, &page, listed); err != nil {
		return page, err
	}
	for _, l := range listed {
		if page.Unit != "" && l.Area.Unit != page.Unit {
			continue
		}
		row := p.areaRow(r, l, page.Units)
		page.within = append(page.within, row)
		if page.shows(row) {
			page.Rows = append(page.Rows, row)
		}
	}
	column, down := r.Sort("")
	sortAreas(page.Rows, column, down)
	page.Count = len(page.Rows)
	return page, nil
}

// asOf reads ?luc=; what cannot be read is said, not passed over.
func asOf(r *web.Request) (at instant.Micros, past bool, err error) {
	text := r.Query("luc")
	if text == "" {
		return r.Now(), false, nil
	}
	at, err = i18n.ParseMoment(text, r.Now(), instant.Vietnam())
	return at, true, err
}

func (p Parts) areaRow(r *web.Request, l zoning.Listed, units []web.Choice) areaRow {
	row := areaRow{Listed: l, Kind: kindText(r.Lang, l.Area.Kind), Signs: signsOf(r.Lang, l.Regime), Measures: p.measuresOf(l.Regime),
		Unruled: l.Regime.Rules().Unruled}
	if i := slices.IndexFunc(units, func(c web.Choice) bool { return c.Value == l.Area.Unit }); i >= 0 {
		row.Unit, row.unitAt = units[i].Text, i
	}
	if l.Held.To != instant.Forever {
		row.Until = l.Held.To
		if next, ok := p.Zones.Board().At(l.Area.ID, l.Held.To); ok {
			row.Next, row.Then = signsOf(r.Lang, next.Regime), p.measuresOf(next.Regime)
		}
	}
	return row
}

func kindText(lang, code string) string {
	k, ok := zoning.KindOf(code)
	if !ok {
		return code
	}
	return inLang(lang, k.Vi, k.En)
}

// choices fills the filters with what the list has.
func (p Parts) choices(r *web.Request, page *areasPage, listed []zoning.Listed) error {
	var ids []string
	kinds := map[string]bool{}
	for _, l := range listed {
		ids = append(ids, l.Area.Unit)
		kinds[l.Area.Kind] = true
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	names, err := p.Zones.UnitNames(r.Context(), r.By, ids...)
	if err != nil {
		return err
	}
	for _, id := range ids {
		page.Units = append(page.Units, web.Choice{Value: id, Text: names[id]})
	}
	sorter := fold.NewSorter()
	slices.SortStableFunc(page.Units, func(a, b web.Choice) int { return cmp.Compare(sorter.Key(a.Text), sorter.Key(b.Text)) })
	for _, k := range zoning.Kinds() {
		if kinds[k.Code] {
			page.Kinds = append(page.Kinds, web.Choice{Value: k.Code, Text: inLang(r.Lang, k.Vi, k.En)})
		}
	}
	for _, l := range zoning.Layers() {
		g := classGroup{Title: r.T("zonepage.layer." + string(l))}
		for _, c := range zoning.Classes(l) {
			g.Choices = append(g.Choices, web.Choice{Value: string(l) + "." + c.Code, Text: c.Badge + " · " + inLang(r.Lang, c.Vi, c.En)})
		}
		page.Groups = append(page.Groups, g)
	}
	return nil
}

func (page areasPage) shows(row areaRow) bool {
	layer, class, _ := strings.Cut(page.Class, ".")
	switch {
	case page.Kind != "" && row.Area.Kind != page.Kind:
		return false
	case page.Class == "chua-ket-luan":
		return row.Unruled && page.says(row)
	case page.Class != "" && (!zoning.Layer(layer).Known() || row.Regime.Of(zoning.Layer(layer)).Value.Class != class):
		return false
	}
	return page.says(row)
}

func (page areasPage) says(row areaRow) bool {
	return page.Words == "" || strings.Contains(fold.Text(row.Area.Name+" "+row.Area.Code+" "+row.Unit), fold.Text(page.Words))
}

func sortAreas(rows []areaRow, column string, down bool) {
	strict := func(a areaRow) int {
		at := 1000
		for _, s := range a.Signs {
			at = min(at, map[string]int{"blocked": 0, "very_high": 1, "high": 2, "at_risk": 3, "normal": 4}[s.Risk])
		}
		return at
	}
	by := map[string]func(a, b areaRow) int{
		"ten":       func(a, b areaRow) int { return cmp.Compare(a.Area.SortKey, b.Area.SortKey) },
		"don-vi":    func(a, b areaRow) int { return cmp.Compare(a.unitAt, b.unitAt) },
		"loai-hinh": func(a, b areaRow) int { return cmp.Compare(a.Kind, b.Kind) },
		"nguoi":     func(a, b areaRow) int { return cmp.Compare(figure(a.Area.People), figure(b.Area.People)) },
		"phan-loai": func(a, b areaRow) int { return cmp.Compare(strict(a), strict(b)) },
		"den":       func(a, b areaRow) int { return cmp.Compare(a.Held.To, b.Held.To) },
	}[column]
	if by == nil {
		return
	}
	slices.SortStableFunc(rows, func(a, b areaRow) int {
		if down {
			a, b = b, a
		}
		return cmp.Or(by(a, b), cmp.Compare(a.Area.SortKey, b.Area.SortKey))
	})
}

// cut leaves one page behind an area, and notes where the next begins.
func (page *areasPage) cut(after string) {
	start := slices.IndexFunc(page.Rows, func(x areaRow) bool { return x.Area.ID == after }) + 1
	page.Rows = page.Rows[start:]
	if len(page.Rows) > pageSize {
		page.Rows = page.Rows[:pageSize]
		page.After = page.Rows[pageSize-1].Area.ID
	}
}

func exportAreas(r *web.Request, rows []areaRow, format sheet.Format) error {
	columns := []sheet.Column{
		{Title: r.T("zonepage.area"), Width: 30}, {Title: r.T("zonepage.code")}, {Title: r.T("zonepage.kind"), Width: 20}, {Title: r.T("zonepage.unit"), Width: 24},
		{Title: r.T("zonepage.households"), Kind: sheet.Int}, {Title: r.T("zonepage.people"), Kind: sheet.Int},
		{Title: r.T("zonepage.lon"), Kind: sheet.Decimal}, {Title: r.T("zonepage.lat"), Kind: sheet.Decimal},
	}
	for _, l := range zoning.Layers() {
		columns = append(columns, sheet.Column{Title: r.T("zonepage.layer." + string(l)), Width: 24})
	}
	columns = append(columns, sheet.Column{Title: r.T("zonepage.measures"), Width: 20}, sheet.Column{Title: r.T("zonepage.since"), Kind: sheet.Moment},
		sheet.Column{Title: r.T("zonepage.until"), Kind: sheet.Moment}, sheet.Column{Title: r.T("zonepage.next"), Width: 30})
	return r.Sheet(r.T("zonepage.areas_file"), r.T("zonepage.areas"), format, columns, func(out *sheet.Writer) error {
		for _, row := range rows {
			if err := out.Row(row.cells(r.Lang)...); err != nil {
				return err
			}
		}
		return nil
	})
}

func (row areaRow) cells(lang string) []any {
	a := row.Area
	out := []any{a.Name, a.Code, row.Kind, row.Unit, known(a.Households), known(a.People), place(a.Lon), place(a.Lat)}
	for _, l := range zoning.Layers() {
		class := row.Regime.Of(l).Value.Class
		if class == "" {
			out = append(out, nil)
			continue
		}
		out = append(out, signOf(lang, l, class).Text)
	}
	var next []string
	for _, s := range row.Next {
		next = append(next, s.Text)
	}
	var until any
	if row.Until != 0 {
		until = row.Until
	}
	return append(out, row.Measures, row.Held.From, until, strings.Join(next, "; "))
}

func place(x *float64) any {
	if x == nil {
		return nil
	}
	return *x
}

func (p Parts) geoJSON(r *web.Request, page areasPage) error {
	m := p.mapOf(r, page, layerAsked(r))
	data, err := m.GeoJSON()
	if err != nil {
		return err
	}
	return r.Download(r.T("zonepage.areas_file")+".geojson", "application/geo+json", func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
}

// wards are the units to which the reader may add areas: his own, or those
// below it.
func (p Parts) wards(r *web.Request) ([]web.Choice, error) {
	own := path.Base(r.By.UnitPath)
	below, err := p.Units.Tree(r.Context(), r.By, own, r.Now())
	if err != nil {
		return nil, err
	}
	var out []web.Choice
	for _, u := range below {
		if u.Tier != zoning.GroupTier && r.By.Can(auth.ZonePlan, u.Path, auth.Internal) {
			out = append(out, web.Choice{Value: u.ID, Text: u.Name})
		}
	}
	if len(out) == 0 && r.By.Can(auth.ZonePlan, r.By.UnitPath, auth.Internal) {
		names, err := p.Zones.UnitNames(r.Context(), r.By, own)
		if err != nil {
			return nil, err
		}
		out = append(out, web.Choice{Value: own, Text: names[own]})
	}
	return out, nil
}

// unchosen begins a list of several with nothing, so that nobody sends the
// first by mistake.
func unchosen(r *web.Request, all []web.Choice) []web.Choice {
	if len(all) < 2 {
		return all
	}
	return append([]web.Choice{{Text: r.T("zonepage.choose_ward")}}, all...)
}
