package zonepage

import (
	"cmp"
	"html/template"
	"slices"

	"phaodai/internal/geo"
	"phaodai/internal/instant"
	"phaodai/internal/web"
	"phaodai/internal/zonemap"
	"phaodai/internal/zoning"
)

// mapPage is the map with its list below: the map shows nothing that the list
// does not say.
type mapPage struct {
	areasPage
	Layer  zoning.Layer
	Layers []web.Choice
	Steps  []mapStep
	Counts []layerCount

	drawing zonemap.Map
}

// mapStep is one moment at which something changes, as a step of the map.
type mapStep struct {
	At    instant.Micros
	Link  string
	Areas int
	Here  bool
}

// layerCount is how many areas have a class.
type layerCount struct {
	layerSign
	Count int
}

// SVG draws the map under the nonce of the page.
func (m mapPage) SVG(nonce string) (template.HTML, error) {
	svg, err := m.drawing.SVG(zonemap.Options{Width: 960, Nonce: nonce})
	return template.HTML(svg), err // all text in it is escaped by zonemap
}

// Placed tells whether anything can be drawn.
func (m mapPage) Placed() bool {
	return slices.ContainsFunc(m.drawing.Areas, func(a zonemap.Area) bool { return a.Point != nil || len(a.Shape) > 0 })
}

func layerAsked(r *web.Request) zoning.Layer {
	if l := zoning.Layer(r.Query("lop")); l.Known() {
		return l
	}
	return zoning.DistrictArea
}

func (p Parts) chart(r *web.Request) error {
	list, err := p.areasPage(r)
	if err != nil {
		return err
	}
	page := mapPage{areasPage: list, Layer: layerAsked(r)}
	page.drawing = p.mapOf(r, list, page.Layer)
	for _, l := range zoning.Layers() {
		page.Layers = append(page.Layers, web.Choice{Value: string(l), Text: r.T("zonepage.layer." + string(l))})
	}
	page.Steps = p.steps(r, list.At)
	counts := map[string]int{}
	for _, row := range list.Rows {
		if drawn(row, list.Rows) {
			counts[row.Regime.Of(page.Layer).Value.Class]++
		}
	}
	for _, c := range append(zoning.Classes(page.Layer), zoning.Class{}) {
		if n := counts[c.Code]; n > 0 {
			page.Counts = append(page.Counts, layerCount{layerSignOf(r.Lang, page.Layer, c.Code), n})
		}
	}
	page.cut(r.After())
	return r.Render("zone/map", page)
}

// mostSteps bounds the row of moments under the map.
const mostSteps = 6

// steps are now and the moments ahead at which something changes.
func (p Parts) steps(r *web.Request, at instant.Micros) []mapStep {
	out := []mapStep{{At: r.Now(), Here: r.Query("luc") == "", Link: linkWith(r, "luc", "")}}
	for _, t := range p.Zones.Board().Turns(r.By.UnitPath, r.Now()) {
		if len(out) == mostSteps {
			break
		}
		typed := t.At.In(instant.Vietnam()).Format("2006-01-02T15:04")
		out = append(out, mapStep{At: t.At, Areas: t.Areas, Here: at == t.At, Link: linkWith(r, "luc", typed)})
	}
	return out
}

// linkWith is the address of the page with one parameter changed.
func linkWith(r *web.Request, name, value string) string {
	q := r.HTTP.URL.Query()
	q.Del("sau")
	q.Set(name, value)
	if value == "" {
		q.Del(name)
	}
	if len(q) == 0 {
		return r.HTTP.URL.Path
	}
	return r.HTTP.URL.Path + "?" + q.Encode()
}

// drawn tells whether an area is a piece of the map: a whole unit is only where
// nothing in it is.
func drawn(row areaRow, all []areaRow) bool {
	if row.Area.Kind != zoning.UnitKind {
		return true
	}
	for _, x := range all {
		if x.Area.ID != row.Area.ID && len(x.Area.UnitPath) >= len(row.Area.UnitPath) && x.Area.UnitPath[:len(row.Area.UnitPath)] == row.Area.UnitPath {
			return false
		}
	}
	return true
}

// mapOf makes the drawing of a list.
func (p Parts) mapOf(r *web.Request, page areasPage, layer zoning.Layer) zonemap.Map {
	m := zonemap.Map{
		Lang: r.Lang, Title: r.T("zonepage.map_of", "Layer", r.T("zonepage.layer."+string(layer))),
		Description: r.T("zonepage.map_description"), AsOf: r.T("zonepage.as_of", "At", r.Format().Moment(page.At)),
		Words: zonemap.Words{Unclassified: r.T("zonepage.unclassified"), Unplaced: r.T("zonepage.unplaced"), Estimated: r.T("zonepage.estimated"),
			North: r.T("zonepage.north"), Metres: "m", Kilometres: "km"},
		Weld: 30, Classes: mapClasses(r.Lang, layer),
	}
	seen := map[string]bool{}
	for _, row := range page.Rows {
		a := row.Area
		if !seen[a.Unit] {
			seen[a.Unit] = true
			unit, _ := p.Zones.Board().UnitArea(a.UnitPath)
			m.Parents = append(m.Parents, zonemap.Parent{ID: a.Unit, Name: cmp.Or(row.Unit, unit.Name), Shape: shapeOf(unit.Shape)})
		}
		if !drawn(row, page.Rows) {
			continue
		}
		x := zonemap.Area{ID: a.ID, Name: a.Name, Parent: a.Unit, Shape: shapeOf(a.Shape), Class: row.Regime.Of(layer).Value.Class,
			Link: "/khu-vuc/" + a.ID, Emphasis: row.Regime.Of(zoning.Blocked).Value.Class != ""}
		if at, ok := a.Point(); ok && len(x.Shape) == 0 {
			x.Point = &at
		}
		m.Areas = append(m.Areas, x)
	}
	if r.By.UnitPath != "" && len(m.Areas) == 0 {
		m.Description = r.T("zonepage.areas_empty")
	}
	return m
}

func shapeOf(text string) geo.Shape {
	if text == "" {
		return nil
	}
	s, err := geo.ParseShape([]byte(text))
	if err != nil {
		return nil // the area stands in the row of those without a place
	}
	return s
}

// looks are fill, letter and pattern of each risk: pages.md, section 5.
var looks = map[string]zonemap.Class{
	"very_high": {Fill: "#B3261E", Letter: "Đ", Pattern: zonemap.Cross},
	"high":      {Fill: "#F08A24", Letter: "C", Pattern: zonemap.Diagonal},
	"at_risk":   {Fill: "#F6D44D", Letter: "V", Pattern: zonemap.Dots},
	"normal":    {Fill: "#A6D8A8", Letter: "X", Pattern: zonemap.Plain},
	"blocked":   {Fill: "#2B2B2B", Letter: "PT", Pattern: zonemap.Double},
	"none":      {Fill: "#D5DBE0", Letter: "?", Pattern: zonemap.Broken},
}

func mapClasses(lang string, l zoning.Layer) (out []zonemap.Class) {
	shape := map[zoning.Layer]zonemap.Layer{zoning.EpiRisk: zonemap.EpiRisk, zoning.CityZone: zonemap.CityZone}[l]
	for _, c := range zoning.Classes(l) {
		look := looks[c.Risk]
		look.Code, look.Layer, look.Badge, look.Name = c.Code, cmp.Or(shape, zonemap.DistrictArea), c.Badge, inLang(lang, c.Vi, c.En)
		out = append(out, look)
	}
	return out
}
