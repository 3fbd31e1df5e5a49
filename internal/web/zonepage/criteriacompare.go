package zonepage

import (
	"io"
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
	page.Changes = differences(r, old.Scheme, page.Scheme)
	return nil
}

// differences are what a version says otherwise than another, as sentences.
func differences(r *web.Request, before, after zoning.Scheme) (out []string) {
	say := func(key string, args ...any) { out = append(out, r.T(key, args...)) }
	row := func(t *criterion.Table, title string) *criterion.Row {
		i := slices.IndexFunc(t.Rows, func(x criterion.Row) bool { return x.Title.Vi == title })
		if i < 0 {
			return nil
		}
		return &t.Rows[i]
	}
	for _, x := range after.Table.Rows {
		name := inLang(r.Lang, x.Title.Vi, x.Title.En)
		old := row(before.Table, x.Title.Vi)
		if old == nil {
			say("zonepage.diff_row_new", "Row", name)
			old = &criterion.Row{}
		}
		for _, c := range after.Table.Classes {
			was, now := cellText(r, before.Table, *old, c.Code), cellText(r, after.Table, x, c.Code)
			if was != now {
				say("zonepage.diff_cell", "Row", name, "Class", inLang(r.Lang, c.Name.Vi, c.Name.En), "Before", was, "After", now)
			}
		}
	}
	for _, x := range before.Table.Rows {
		if row(after.Table, x.Title.Vi) == nil {
			say("zonepage.diff_row_gone", "Row", inLang(r.Lang, x.Title.Vi, x.Title.En))
		}
	}
	for _, c := range after.Table.Classes {
		was, now := choiceText(before.Bundles[c.Code]), choiceText(after.Bundles[c.Code])
		if was != now {
			say("zonepage.diff_measures", "Class", inLang(r.Lang, c.Name.Vi, c.Name.En), "Before", was, "After", now)
		}
	}
	if before.Table.Mode != after.Table.Mode {
		say("zonepage.diff_mode", "After", r.T("zonepage.mode."+string(after.Table.Mode)))
	}
	return out
}

func cellText(r *web.Request, t *criterion.Table, row criterion.Row, class string) string {
	cell, ok := row.Cells[class]
	if !ok {
		return "—"
	}
	return or(conditionsText(r, t, slices.Concat(row.Given, cell.When), len(measuresIn(row))+len(row.Given) > 1))
}

func choiceText(c zoning.Choice) string {
	if c.Bundle == "" {
		return "—"
	}
	return strings.Join(append([]string{bundleShort(c.Bundle)}, c.Additions...), "; ")
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

func exportTable(r *web.Request, page schemePage) error {
	columns := []sheet.Column{{Title: r.T("zonepage.criterion"), Width: 40}}
	for _, c := range page.Columns {
		columns = append(columns, sheet.Column{Title: c.Title, Width: 28})
	}
	columns = append(columns, sheet.Column{Title: r.T("zonepage.evidence"), Width: 30})
	return download(r, schemeFile(page), r.T("zonepage.criteria_sheet"), sheet.Format(r.Query("xuat")), columns, func(out *sheet.Writer) error {
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
			cells = append(cells, choiceText(zoning.Choice{Bundle: c.Bundle, Additions: c.Additions}))
		}
		return out.Row(append(cells, page.Scheme.Table.Instrument)...)
	})
}
