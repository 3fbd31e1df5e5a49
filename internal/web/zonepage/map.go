package zonepage

import (
	"cmp"
	"fmt"
	"html/template"
	"net/url"
	"slices"
	"time"

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
	Stops  []mapStep    // of the slider of the live map
	Live   []liveLegend // none: there is nothing that it could show
	Filter template.URL // what the live map asks with, besides layer and moment

	drawing zonemap.Map
}

// mapStep is one moment at which something changes, as a step of the map.
type mapStep struct {
	At    instant.Micros
	Value string // as an address has it, "" now
	Link  string
	Areas int
	Here  bool
	Now   bool
}

// layerCount is how many areas have a class.
type layerCount struct {
	layerSign
	Count int
}

// SVG draws the map so wide under the nonce of the page, which has one for
// phones and one for desktops.
func (m mapPage) SVG(nonce string, width int) (template.HTML, error) {
	svg, err := m.drawing.SVG(zonemap.Options{Width: width, Nonce: nonce, ID: fmt.Sprint("m", width)})
	return template.HTML(svg), err // all text in it is escaped by zonemap
}

// Asked is the moment of the page as an address has it, "" now.
func (m mapPage) Asked() string {
	return m.Stops[slices.IndexFunc(m.Stops, func(s mapStep) bool { return s.Here })].Value
}

// Placed tells whether anything can be drawn.
func (m mapPage) Placed() bool { return m.drawing.Placed() }

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
	page.Stops = p.stops(r, list.At)
	page.Steps = near(page.Stops)
	if page.Placed() {
		page.Live, page.Filter = liveLegends(r, page.Layer), liveFilter(r)
	}
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

// liveFilter are the filters of the list that the live map keeps.
func liveFilter(r *web.Request) template.URL {
	q := url.Values{}
	for _, name := range []string{"tim", "don-vi", "loai", "phan-loai"} {
		if v := r.Query(name); v != "" {
			q.Set(name, v)
		}
	}
	return template.URL(q.Encode()) // encoded
}

// The row of moments over the map: so many that have passed, and ahead.
const (
	stepsPast  = 2
	stepsAhead = 4
	lookBack   = 14 * 24 * time.Hour
)

// stops are now, the moments around it at which something changes, and the
// moment asked for when it is none of them, in order.
func (p Parts) stops(r *web.Request, at instant.Micros) (out []mapStep) {
	asked := r.Query("luc") != ""
	out = append(out, mapStep{At: r.Now(), Now: true, Here: !asked, Link: linkWith(r, "luc", "")})
	seen := map[instant.Micros]int{}
	for _, t := range p.Zones.Board().Turns(r.By.UnitPath, r.Now().Add(-lookBack)) {
		minute := instant.Of(t.At.Add(time.Minute - time.Microsecond).Time().Truncate(time.Minute)) // an address has no seconds
		if i, ok := seen[minute]; ok {
			out[i].Areas = max(out[i].Areas, t.Areas)
			continue
		}
		seen[minute] = len(out)
		out = append(out, mapStep{At: t.At, Areas: t.Areas, Here: asked && at == minute, Value: moment(minute), Link: linkWith(r, "luc", moment(minute))})
	}
	if !slices.ContainsFunc(out, func(s mapStep) bool { return s.Here }) {
		out = append(out, mapStep{At: at, Here: true, Value: moment(at), Link: linkWith(r, "luc", moment(at))})
	}
	slices.SortStableFunc(out, func(a, b mapStep) int { return cmp.Compare(a.At, b.At) })
	return out
}

// near are now and the moments of change next to it.
func near(stops []mapStep) []mapStep {
	turns := slices.DeleteFunc(slices.Clone(stops), func(s mapStep) bool { return !s.Now && s.Areas == 0 })
	now := slices.IndexFunc(turns, func(s mapStep) bool { return s.Now })
	return turns[max(0, now-stepsPast):min(len(turns), now+1+stepsAhead)]
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
	return p.mapAmong(r, page, page.Rows, layer)
}

// mapAmong draws the rows of a list that is part of a longer one.
func (p Parts) mapAmong(r *web.Request, page areasPage, around []areaRow, layer zoning.Layer) zonemap.Map {
	m := zonemap.Map{
		Lang: r.Lang, Title: r.T("zonepage.map_of", "Layer", r.T("zonepage.layer."+string(layer))),
		Description: r.T("zonepage.map_description"), AsOf: r.T("zonepage.as_of", "At", r.Format().Moment(page.At)),
		Words: zonemap.Words{Unclassified: r.T("zonepage.unclassified"), Unplaced: r.T("zonepage.unplaced"), Estimated: r.T("zonepage.estimated"),
			North: r.T("zonepage.north"), Metres: "m", Kilometres: "km"},
		Weld: 30, Classes: mapClasses(r.Lang, layer),
	}
	seen, drawnUnits := map[string]bool{}, map[string]bool{}
	for _, row := range page.Rows {
		a := row.Area
		if !seen[a.Unit] {
			seen[a.Unit] = true
			unit, _ := p.Zones.Board().UnitArea(a.UnitPath)
			if shape := geo.ShapeOf(unit.Shape); len(shape) > 0 {
				m.Parents = append(m.Parents, zonemap.Parent{ID: a.Unit, Name: cmp.Or(row.Unit, unit.Name), Shape: shape})
				drawnUnits[a.Unit] = true
			}
		}
		if !drawn(row, around) {
			continue
		}
		x := zonemap.Area{ID: a.ID, Name: a.Name, Parent: a.Unit, Shape: geo.ShapeOf(a.Shape), Class: row.Regime.Of(layer).Value.Class,
			Link: "/khu-vuc/" + a.ID, Emphasis: row.blocked()}
		if at, ok := a.Point(); ok && len(x.Shape) == 0 {
			x.Point = &at
		}
		m.Areas = append(m.Areas, x)
	}
	m.Ground(drawnUnits)
	return m
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
