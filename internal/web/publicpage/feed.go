package publicpage

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"
	"time"

	"phaodai/internal/cap"
	"phaodai/internal/fault"
	"phaodai/internal/geo"
	"phaodai/internal/i18n"
	"phaodai/internal/instant"
	"phaodai/internal/org"
	"phaodai/internal/zoning"
)

// data tells what feeds there are.
func (p *Pages) data(r *request) (answer, error) {
	out, err := p.render(r, "data", struct{ Site string }{p.site(r)})
	out.until = instant.Forever
	return out, err
}

// feature is one area of the GeoJSON feed (RFC 7946).
type feature struct {
	Type       string          `json:"type"`
	ID         string          `json:"id"`
	Geometry   json.RawMessage `json:"geometry"`
	Properties properties      `json:"properties"`
}

type properties struct {
	Code    string            `json:"code"`
	Name    string            `json:"name"`
	Kind    string            `json:"kind"`
	Unit    string            `json:"unit"`
	Classes map[string]string `json:"classes"`  // by layer
	Bundles map[string]string `json:"measures"` // by layer
	From    instant.Micros    `json:"from"`
	To      instant.Micros    `json:"to"`
	Page    string            `json:"page"`
}

// geojson is every zoned area with what holds in it at a moment.
func (p *Pages) geojson(r *request) (answer, error) {
	at, until := r.now, p.untilTurn(r)
	if q, err := p.asked(r); err != nil {
		return answer{}, err
	} else if q.At != 0 {
		at = q.At
	}
	under := org.Root
	if a, ok := p.Zones.Board().Area(r.URL.Query().Get("noi")); ok {
		under = a.UnitPath
	}
	features := []feature{}
	for _, x := range p.Zones.Board().List(under, zoning.DistrictArea, at) {
		f, err := p.feature(r, x)
		if err != nil {
			return answer{}, err
		}
		features = append(features, f)
	}
	body, err := json.Marshal(map[string]any{"type": "FeatureCollection", "as_of": at, "features": features})
	return answer{media: "application/geo+json", body: body, until: until}, err
}

func (p *Pages) feature(r *request, x zoning.Listed) (feature, error) {
	f := feature{Type: "Feature", ID: x.Area.Code, Geometry: json.RawMessage("null"), Properties: properties{
		Code: x.Area.Code, Name: x.Area.Name, Kind: x.Area.Kind, Unit: x.Area.Unit, Classes: map[string]string{}, Bundles: map[string]string{},
		From: x.Held.From, To: x.Held.To, Page: p.site(r) + "/o/" + x.Area.Code,
	}}
	for _, s := range x.Regime.Deciding() {
		f.Properties.Classes[string(s.Layer)], f.Properties.Bundles[string(s.Layer)] = s.Value.Class, s.Value.Bundle
	}
	if x.Area.Shape != "" {
		f.Geometry = json.RawMessage(x.Area.Shape)
		return f, nil
	}
	if at, ok := x.Area.Point(); ok {
		b, err := json.Marshal(map[string]any{"type": "Point", "coordinates": at})
		f.Geometry = b
		return f, err
	}
	return f, nil
}

// atom is a feed of alerts (RFC 4287).
type atom struct {
	XMLName xml.Name `xml:"http://www.w3.org/2005/Atom feed"`
	ID      string   `xml:"id"`
	Title   string   `xml:"title"`
	Updated string   `xml:"updated"`
	Author  string   `xml:"author>name"`
	Link    []link   `xml:"link"`
	Entries []item   `xml:"entry"`
}

type link struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr,omitempty"`
	Href string `xml:"href,attr"`
}

type item struct {
	ID      string `xml:"id"`
	Title   string `xml:"title"`
	Updated string `xml:"updated"`
	Link    link   `xml:"link"`
	Summary string `xml:"summary"`
}

// newest is how many decisions the feed of alerts goes back.
const newest = 100

// alerts lists the alerts of the newest decisions.
func (p *Pages) alerts(r *request) (answer, error) {
	moves, err := p.Zones.Moves(r.Context(), newest)
	if err != nil {
		return answer{}, err
	}
	feed := atom{ID: p.site(r) + "/du-lieu/canh-bao.atom", Title: r.t("public.alerts"), Author: p.sender(),
		Updated: time.Unix(0, 0).UTC().Format(time.RFC3339), Link: []link{{"self", "application/atom+xml", p.site(r) + "/du-lieu/canh-bao.atom"}}}
	for i, m := range moves {
		href := fmt.Sprintf("%s/du-lieu/canh-bao/%d-%d", p.site(r), m.Record.Seq, m.N)
		when := m.Record.At.In(p.zone).Format(time.RFC3339)
		if i == 0 {
			feed.Updated = when
		}
		feed.Entries = append(feed.Entries, item{href, p.headline(m, i18n.Vietnamese), when, link{"alternate", "application/cap+xml", href}, places(m)})
	}
	body, err := xml.MarshalIndent(feed, "", " ")
	return answer{media: "application/atom+xml; charset=utf-8", body: append([]byte(xml.Header), body...), until: instant.Forever}, err
}

// alert is one alert by its number, "12-1": what a decision brought some areas.
func (p *Pages) alert(r *request) (answer, error) {
	missing := fault.New(fault.NotFound, "public.no_alert")
	first, second, ok := strings.Cut(strings.TrimSuffix(r.PathValue("so"), ".xml"), "-")
	seq, err := strconv.ParseInt(first, 10, 64)
	n, err2 := strconv.Atoi(second)
	if !ok || err != nil || err2 != nil {
		return answer{}, missing
	}
	moves, err := p.Zones.MovesOf(r.Context(), seq)
	if err != nil {
		return answer{}, err
	}
	if n < 1 || n > len(moves) {
		return answer{}, missing
	}
	body, err := p.message(r, moves[n-1])
	return answer{media: "application/cap+xml", body: body, until: instant.Forever}, err
}

// message is the alert of a move; of one that was taken back before it began,
// the message that cancels it.
func (p *Pages) message(r *request, m zoning.Move) ([]byte, error) {
	a := p.alertOf(r, m)
	if m.Revoked == nil {
		return a.XML()
	}
	b := a
	b.Kind, b.Sent, b.References = cap.Cancel, m.Revoked.At, []cap.Reference{a.Reference()}
	b.Note, b.Severity, b.Responses = i18n.T(i18n.Vietnamese, "public.revoked"), cap.Minor, []cap.Response{cap.AllClear}
	return b.XML()
}

func (p *Pages) alertOf(r *request, m zoning.Move) cap.Alert {
	a := cap.Alert{
		Sender: p.sender(), Sent: m.Record.At, Onset: m.From, Severity: severity(m), Responses: []cap.Response{cap.Prepare},
		Vi: p.words(m, i18n.Vietnamese), En: p.words(m, i18n.English), Web: p.site(r) + "/o-day",
		Parameters: []cap.Value{{Name: "layer", Value: string(m.Layer)}, {Name: "class", Value: m.Value.Class}, {Name: "measures", Value: m.Value.Bundle}},
	}
	_, a.Exercise = p.Clock.Exercise()
	if a.Exercise {
		a.Note = i18n.T(i18n.Vietnamese, "clock.exercise")
	}
	if m.To != instant.Forever {
		a.Expires = m.To
	}
	if p.Phone != nil {
		a.Contact = p.Phone(r.Context())
	}
	for _, x := range m.Areas {
		a.Areas = append(a.Areas, capArea(x))
	}
	return a
}

// ring is how far around its point an area without a shape is alerted.
const ring = 100.0

func capArea(x zoning.Area) cap.Area {
	out := cap.Area{Vi: x.Name, En: x.Name, Codes: []cap.Value{{Name: "phaodai", Value: x.Code}}}
	if x.Shape != "" {
		if s, err := geo.ParseShape([]byte(x.Shape)); err == nil {
			out.Shape = s
		}
	} else if at, ok := x.Point(); ok {
		out.Circles = []cap.Circle{{Centre: at, Metres: ring}}
	}
	return out
}

func (p *Pages) words(m zoning.Move, lang string) cap.Text {
	return cap.Text{Sender: p.sender(), Event: i18n.T(lang, "public.event"), Headline: p.headline(m, lang),
		Description: places(m), Instruction: i18n.T(lang, "public.instruction")}
}

func (p *Pages) headline(m zoning.Move, lang string) string {
	class, title := zoning.ClassOf(m.Layer, m.Value.Class), ""
	if b, ok := p.Zones.Board().Bundle(m.Value.Bundle); ok {
		title = b.Short
	}
	name := class.Vi
	if lang == i18n.English {
		name = class.En
	}
	key := "public.headline"
	if m.Value.Inherits() {
		key = "public.headline_lifted"
	}
	return i18n.T(lang, key, "At", i18n.NewFormat(lang, p.zone).Moment(m.From), "Class", name, "Measures", title, "Count", len(m.Areas))
}

// places names the areas of a move, the first hundred of them.
func places(m zoning.Move) string {
	var names []string
	for _, a := range m.Areas[:min(len(m.Areas), 100)] {
		names = append(names, a.Name+" ("+a.Code+")")
	}
	return strings.Join(names, "; ")
}

func severity(m zoning.Move) cap.Severity {
	switch zoning.ClassOf(m.Layer, m.Value.Class).Risk {
	case "very_high", "blocked":
		return cap.Severe
	case "high":
		return cap.Moderate
	default:
		return cap.Minor
	}
}

func (p *Pages) sender() string {
	if p.Sender != "" {
		return p.Sender
	}
	return "phaodai.local"
}
