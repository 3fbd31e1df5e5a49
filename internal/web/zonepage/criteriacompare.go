package zonepage

import (
	"io"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"phaodai/internal/criterion"
	"phaodai/internal/sheet"
	"phaodai/internal/web"
	"phaodai/internal/zoning"
)

// compared adds what is different from the version in force, or from the one
// that the address asks for.
func (p Parts) compared(r *web.Request, page *schemePage) error {
	page.Against, _ = strconv.ParseInt(r.Query("so-voi"), 10, 64) // what is no number is the version in force
	if page.Against == 0 {
		i := slices.IndexFunc(page.SchemeView.Versions, func(s zoning.Scheme) bool { return s.State == zoning.SchemeIssued })
		if i < 0 {
			return nil
		}
		page.Against = page.SchemeView.Versions[i].Version
	}
	if page.Against == page.Scheme.Version {
		page.Against = 0
		return nil
	}
	old, err := p.Zones.Scheme(r.Context(), r.By, page.Scheme.ID, page.Against)
	if err != nil {
		return err
	}
	page.Changes = p.differences(r, old.Scheme, page.Scheme)
	return nil
}

// differences are what a version says otherwise than another, as sentences.
func (p Parts) differences(r *web.Request, before, after zoning.Scheme) []string {
	d := diff{r: r, before: before.Table, after: after.Table}
	d.head()
	d.columns()
	d.numbers()
	d.rows()
	d.listed("shift", shiftTexts(r, before.Table), shiftTexts(r, after.Table))
	for _, c := range after.Table.Classes {
		was, now := p.choiceText(before.Bundles[c.Code]), p.choiceText(after.Bundles[c.Code])
		if was != now {
			d.say("zonepage.diff_measures", "Class", inLang(r.Lang, c.Name.Vi, c.Name.En), "Before", was, "After", now)
		}
	}
	return d.out
}

// diff collects what is different between two tables.
type diff struct {
	r             *web.Request
	before, after *criterion.Table
	out           []string
}

func (d *diff) say(key string, args ...any) { d.out = append(d.out, d.r.T(key, args...)) }

func (d *diff) name(n criterion.Name) string { return inLang(d.r.Lang, n.Vi, n.En) }

// head compares what the table is called, is of, and how it decides.
func (d *diff) head() {
	for _, x := range []struct{ what, was, now string }{
		{"zonepage.title", d.name(d.before.Title), d.name(d.after.Title)},
		{"zonepage.layers", d.r.T("zonepage.layer." + d.before.Layer), d.r.T("zonepage.layer." + d.after.Layer)},
		{"zonepage.near", metres(d.r, d.before.Near), metres(d.r, d.after.Near)},
		{"zonepage.instrument", d.before.Instrument, d.after.Instrument},
	} {
		if x.was != x.now {
			d.say("zonepage.diff_head", "What", d.r.T(x.what), "Before", or(x.was), "After", or(x.now))
		}
	}
	if d.before.Mode != d.after.Mode {
		d.say("zonepage.diff_mode", "After", d.r.T("zonepage.mode."+string(d.after.Mode)))
	}
}

// metres is a distance that was set, "" of the usual one.
func metres(r *web.Request, x float64) string {
	if x == 0 {
		return ""
	}
	return typed(r, x) + " m"
}

// columns compares the classes by their codes.
func (d *diff) columns() {
	at := func(t *criterion.Table, code string) (criterion.Class, bool) {
		i := slices.IndexFunc(t.Classes, func(c criterion.Class) bool { return c.Code == code })
		if i < 0 {
			return criterion.Class{}, false
		}
		return t.Classes[i], true
	}
	text := func(c criterion.Class) string { return strings.TrimSpace(c.Badge + " " + d.name(c.Name)) }
	for _, c := range d.after.Classes {
		old, was := at(d.before, c.Code)
		switch {
		case !was:
			d.say("zonepage.diff_class_new", "Class", text(c))
		case text(old) != text(c):
			d.say("zonepage.diff_class", "Before", text(old), "After", text(c))
		}
	}
	for _, c := range d.before.Classes {
		if _, stays := at(d.after, c.Code); !stays {
			d.say("zonepage.diff_class_gone", "Class", text(c))
		}
	}
}

// numbers compares the measures at which cells look.
func (d *diff) numbers() {
	texts := func(t *criterion.Table) (out []string) {
		for _, m := range t.Measures {
			kind := m.Type
			if slices.Contains(measureTypes, kind) {
				kind = d.r.T("zonepage.type." + kind)
			}
			out = append(out, strings.TrimSuffix(d.name(m.Title)+" ("+kind+"; "+rangeOf(d.r, m), "; ")+")")
		}
		return out
	}
	d.listed("number", texts(d.before), texts(d.after))
}

// listed says what of a list is gone and what is new.
func (d *diff) listed(what string, before, after []string) {
	for _, x := range after {
		if !slices.Contains(before, x) {
			d.say("zonepage.diff_"+what+"_new", "What", x)
		}
	}
	for _, x := range before {
		if !slices.Contains(after, x) {
			d.say("zonepage.diff_"+what+"_gone", "What", x)
		}
	}
}

func shiftTexts(r *web.Request, t *criterion.Table) (out []string) {
	for _, s := range t.Shifts {
		out = append(out, shiftText(r, t, s))
	}
	return out
}

// rows compares the criteria: by title, and by what they say where only the
// title is new.
func (d *diff) rows() {
	var kept []int // rows of before that are still there
	for _, x := range d.after.Rows {
		name := d.name(x.Title)
		i := d.rowBefore(x)
		old := criterion.Row{}
		switch {
		case i < 0:
			d.say("zonepage.diff_row_new", "Row", name)
		case d.name(d.before.Rows[i].Title) != name:
			d.say("zonepage.diff_row_named", "Before", d.name(d.before.Rows[i].Title), "After", name)
			fallthrough
		default:
			old, kept = d.before.Rows[i], append(kept, i)
		}
		for _, c := range d.after.Classes {
			was, now := cellText(d.r, d.before, old, c.Code), cellText(d.r, d.after, x, c.Code)
			if was != now {
				d.say("zonepage.diff_cell", "Row", name, "Class", d.name(c.Name), "Before", was, "After", now)
			}
		}
	}
	for i, x := range d.before.Rows {
		if !slices.Contains(kept, i) {
			d.say("zonepage.diff_row_gone", "Row", d.name(x.Title))
		}
	}
}

// rowBefore finds what a row was, -1 when it is new.
func (d *diff) rowBefore(x criterion.Row) int {
	if i := slices.IndexFunc(d.before.Rows, func(o criterion.Row) bool { return o.Title.Vi == x.Title.Vi }); i >= 0 {
		return i
	}
	taken := func(o criterion.Row) bool {
		return slices.ContainsFunc(d.after.Rows, func(n criterion.Row) bool { return n.Title.Vi == o.Title.Vi })
	}
	return slices.IndexFunc(d.before.Rows, func(o criterion.Row) bool {
		return len(o.Cells) > 0 && !taken(o) && reflect.DeepEqual(o.Cells, x.Cells) && reflect.DeepEqual(o.Given, x.Given)
	})
}

func cellText(r *web.Request, t *criterion.Table, row criterion.Row, class string) string {
	cell, ok := row.Cells[class]
	if !ok {
		return "—"
	}
	return or(conditionsText(r, t, slices.Concat(row.Given, cell.When), len(measuresIn(row))+len(row.Given) > 1))
}

func (p Parts) choiceText(c zoning.Choice) string {
	if c.Bundle == "" {
		return "—"
	}
	return strings.Join(append([]string{p.bundleShort(c.Bundle)}, c.Additions...), "; ")
}

// tryPage is what a version would make of the numbers of today.
type tryPage struct {
	Scheme zoning.Scheme
	Trial  zoning.Trial
	Rows   []tryRow
}

type tryRow struct {
	Area          zoning.Area
	Unit          string
	Before, After layerSign
	Why           []string
}

func (p Parts) try(r *web.Request) error {
	version, _ := strconv.ParseInt(r.Query("ban"), 10, 64) // what is no number is the newest
	v, err := p.Zones.Scheme(r.Context(), r.By, r.Path("id"), version)
	if err != nil {
		return err
	}
	page := tryPage{Scheme: v.Scheme}
	if page.Trial, err = p.Zones.Try(r.Context(), r.By, v.Scheme.ID, v.Scheme.Version); err != nil {
		return err
	}
	var units []string
	for _, x := range page.Trial.Changes {
		units = append(units, x.Area.Unit)
	}
	names, err := p.Zones.UnitNames(r.Context(), r.By, units...)
	if err != nil {
		return err
	}
	for _, x := range page.Trial.Changes {
		page.Rows = append(page.Rows, tryRow{x.Area, names[x.Area.Unit], layerSignOf(r.Lang, v.Scheme.Layer, x.Before),
			layerSignOf(r.Lang, v.Scheme.Layer, x.After.Class), reasons(r, x.After)})
	}
	return r.Render("zone/scheme-try", page)
}

func schemeFile(page schemePage) string {
	return "tieu-chi-" + strconv.FormatInt(page.Scheme.Version, 10)
}

func exportScheme(r *web.Request, page schemePage) error {
	data, err := page.Scheme.Table.YAML()
	if err != nil {
		return err
	}
	return r.Download(schemeFile(page)+".yaml", "application/yaml; charset=utf-8", func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
}

func (p Parts) exportTable(r *web.Request, page schemePage) error {
	columns := []sheet.Column{{Title: r.T("zonepage.criterion"), Width: 40}}
	for _, c := range page.Columns {
		columns = append(columns, sheet.Column{Title: c.Title, Width: 28})
	}
	columns = append(columns, sheet.Column{Title: r.T("zonepage.evidence"), Width: 30})
	return r.Sheet(schemeFile(page), r.T("zonepage.criteria_sheet"), sheet.Format(r.Query("xuat")), columns, func(out *sheet.Writer) error {
		for _, row := range page.Rows {
			cells := []any{row.Name}
			for _, c := range row.Cells {
				cells = append(cells, or(c.Text))
			}
			if err := out.Row(append(cells, row.Source)...); err != nil {
				return err
			}
		}
		cells := []any{r.T("zonepage.measures")}
		for _, c := range page.Choices {
			cells = append(cells, p.choiceText(zoning.Choice{Bundle: c.Bundle, Additions: c.Additions}))
		}
		return out.Row(append(cells, page.Scheme.Table.Instrument)...)
	})
}
