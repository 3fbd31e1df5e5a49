package zonepage

import (
	"cmp"
	"io"
	"strconv"
	"strings"

	"phaodai/internal/auth"
	"phaodai/internal/instant"
	"phaodai/internal/measure"
	"phaodai/internal/web"
	"phaodai/internal/zoning"
)

// bundlesPage lists the bundles of measures: those of localities, and those
// that the program brings.
type bundlesPage struct {
	Own      []bundleLine
	Shipped  []bundleLine
	MayBegin bool
}

type bundleLine struct {
	*measure.Bundle
	Shown string
	Unit  string
	By    string
	At    instant.Micros
	Rests string // badge of the bundle on which it rests
	Own   int    // measures that it sets itself
}

func (p Parts) bundleList(r *web.Request) error {
	own, err := p.Zones.OwnBundles(r.Context(), r.By)
	if err != nil {
		return err
	}
	page := bundlesPage{MayBegin: r.By.Can(auth.ZoneCriteria, r.By.UnitPath, auth.Internal)}
	for _, o := range own {
		line := p.bundleLine(r, o.Bundle)
		if line.Unit, err = p.unitName(r, o.UnitPath); err != nil {
			return err
		}
		line.By, line.At = o.MadeBy, o.MadeAt
		page.Own = append(page.Own, line)
	}
	for _, b := range p.Zones.Board().Bundles("") { // of no unit: those shipped
		page.Shipped = append(page.Shipped, p.bundleLine(r, b))
	}
	return r.Render("zone/bundles", page)
}

func (p Parts) bundleLine(r *web.Request, b *measure.Bundle) bundleLine {
	line := bundleLine{Bundle: b, Shown: inLang(r.Lang, b.Title.Vi, b.Title.En), Own: len(b.Own)}
	if b.Base != "" {
		line.Rests = p.bundleShort(baseRef(b))
	}
	return line
}

func baseRef(b *measure.Bundle) string {
	return measure.Bundle{ID: b.Base, Version: max(b.BaseVersion, 1)}.Ref()
}

// bundlePage is one version of a bundle, held against another.
type bundlePage struct {
	bundleLine
	Code     string
	Rows     []bundleRow
	Looser   int
	Against  string // badge of the other bundle, "" none
	Versions []zoning.OwnBundle
	Reason   string
	MayEdit  bool
	MayBegin bool // one that rests on this
	Newest   int64
}

// This is the version shown.
func (page bundlePage) This() int64 { return int64(page.Version) }

// Older tells whether there is a newer version than the one shown.
func (page bundlePage) Older() bool { return page.Newest > int64(page.Version) }

// bundleRow is one subject with what the bundle says of it.
type bundleRow struct {
	Subject    string
	Text       string
	Exceptions string
	Clause     string
	Penalty    string
	From       string // badge of the base, "" of its own
	Step       string
	Other      string // what the other bundle says, "" the same
	Relation   string // looser, stricter, equal, other, new, gone; "" not held against
}

func (p Parts) bundle(r *web.Request) error {
	page, err := p.bundlePage(r)
	if err != nil {
		return err
	}
	if r.Query("xuat") == "yaml" {
		data, err := page.YAML()
		if err != nil {
			return err
		}
		return r.Download("bo-bien-phap-"+strings.ToLower(page.ID)+"-"+strconv.Itoa(page.Version)+".yaml", "application/yaml; charset=utf-8", func(w io.Writer) error {
			_, err := w.Write(data)
			return err
		})
	}
	return r.Render("zone/bundle", page)
}

func (p Parts) bundlePage(r *web.Request) (page bundlePage, err error) {
	code := r.Path("id")
	page.Code, page.MayBegin = code, r.By.Can(auth.ZoneCriteria, r.By.UnitPath, auth.Internal)
	if shipped, ok := zoning.Library().Bundle(code); ok {
		page.bundleLine = p.bundleLine(r, shipped)
		return page, p.bundleRows(r, &page)
	}
	version, _ := strconv.ParseInt(r.Query("ban"), 10, 64) // what is no number is the newest
	v, err := p.Zones.Bundle(r.Context(), r.By, code, version)
	if err != nil {
		return page, err
	}
	page.bundleLine = p.bundleLine(r, v.Own.Bundle)
	page.Versions, page.MayEdit, page.Newest, page.Reason = v.Versions, v.MayEdit, v.Versions[0].Version, v.Own.Reason
	page.By, page.At = v.Own.MadeBy, v.Own.MadeAt
	if page.Unit, err = p.unitName(r, v.Own.UnitPath); err != nil {
		return page, err
	}
	return page, p.bundleRows(r, &page)
}

// bundleRows lists the measures, held against the version that the address
// names, or else against the bundle on which they rest.
func (p Parts) bundleRows(r *web.Request, page *bundlePage) error {
	other, ok := p.Zones.Board().Bundle(baseRef(page.Bundle))
	if n, err := strconv.Atoi(r.Query("so-voi")); err == nil {
		other, ok = p.Zones.Board().Bundle(measure.Bundle{ID: page.ID, Version: n}.Ref())
	}
	if !ok {
		for _, m := range page.Measures {
			row := p.bundleRow(r, page.Bundle, m)
			page.Rows = append(page.Rows, row)
		}
		return nil
	}
	page.Against = p.bundleShort(other.Ref())
	for _, x := range zoning.Library().Against(page.Bundle, other) {
		row := bundleRow{Subject: inLang(r.Lang, x.Title.Vi, x.Title.En)}
		if x.Own != nil {
			row = p.bundleRow(r, page.Bundle, *x.Own)
		}
		if row.Relation = relation(x); row.Relation == "looser" || row.Relation == "gone" {
			page.Looser++
		}
		if x.Other != nil && row.Relation != "equal" {
			s := x.Other.Sentence()
			row.Other = inLang(r.Lang, s.Vi, s.En)
		}
		page.Rows = append(page.Rows, row)
	}
	return nil
}

func relation(x measure.Against) string {
	switch {
	case x.Other == nil:
		return "new"
	case x.Own == nil:
		return "gone"
	}
	return map[measure.Relation]string{measure.Looser: "looser", measure.Stricter: "stricter", measure.Equal: "equal", measure.Incomparable: "other"}[x.Relation]
}

func (p Parts) bundleRow(r *web.Request, b *measure.Bundle, m measure.Measure) bundleRow {
	row := bundleRow{Text: inLang(r.Lang, m.Text.Vi, m.Text.En), Clause: m.Clause}
	if c, ok := zoning.Library().Category(m.Category); ok {
		row.Subject = inLang(r.Lang, c.Title.Vi, c.Title.En)
		for _, s := range c.Steps {
			if s.ID == m.Step {
				row.Step = inLang(r.Lang, s.Title.Vi, s.Title.En)
			}
		}
	}
	var exceptions []string
	for _, e := range m.Exceptions {
		exceptions = append(exceptions, inLang(r.Lang, e.Vi, e.En))
	}
	row.Exceptions = strings.Join(exceptions, "; ")
	if x, ok := zoning.Library().Penalty(m.Penalty); ok {
		row.Penalty = x.Instrument + ", " + x.Article
	}
	if !ownMeasure(b, m.Category) {
		row.From = cmp.Or(p.bundleShort(baseRef(b)), b.Base)
	}
	return row
}

func ownMeasure(b *measure.Bundle, category string) bool {
	for _, m := range b.Own {
		if m.Category == category {
			return true
		}
	}
	return false
}
