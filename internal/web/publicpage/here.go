package publicpage

import (
	"net/url"
	"strings"

	"phaodai/internal/i18n"
	"phaodai/internal/instant"
	"phaodai/internal/measure"
	"phaodai/internal/web"
	"phaodai/internal/zoning"
)

// rule is one line of what is allowed and forbidden.
type rule struct {
	Mark   string // yes, no, limit
	Title  measure.Name
	Text   measure.Name
	Symbol string
	Clause string
	Looser bool
}

// entry is a category: one rule, or several where decisions disagree.
type entry struct {
	Rules   []rule
	Unruled bool
}

// sign is what one layer says, for the card on top.
type sign struct {
	Shape  string // square, circle, pill, edge
	Class  zoning.Class
	Bundle string
	Wider  string // name of the wider area whose decision it is, "" of the place itself
	Basis  zoning.Basis
	At     instant.Micros // of the decision
}

// term is a time with one regime.
type term struct {
	From, To instant.Micros
	Signs    []sign
	Entries  []entry
	Extras   []zoning.Extra
	Unruled  bool
	Changes  []measure.Change
	Same     int
}

// ask is a question of residents with its answer.
type ask struct {
	ID     string
	Answer measure.Answer
}

type herePage struct {
	Area    zoning.Area
	Where   string // "phường Cự Khối, quận Long Biên"
	Back    string // to choose another place
	Parts   string // of a unit, to choose a place in it; "" of a place
	Past    bool   // a moment that somebody asked for, not now
	At      instant.Micros
	Input   string // of the moment, for the form
	Now     term
	Next    *term
	Asks    []ask
	Phone   string
	Updated instant.Micros // newest decision that is shown
}

// here is what applies at a place.
func (p *Pages) here(r *request) (answer, error) {
	q, err := p.asked(r)
	if err != nil {
		return answer{}, err
	}
	v, err := p.Zones.Public(r.Context(), r.now, q)
	if err != nil {
		return answer{}, err
	}
	page := p.herePage(v)
	page.Past = q.At != 0
	if page.Past {
		page.Input = v.At.In(p.zone).Format("2006-01-02T15:04")
	}
	out, err := p.render(r, "here", page)
	out.until = v.Now.To
	return out, err
}

// asked reads the place and, with "?luc=", the moment.
func (p *Pages) asked(r *request) (zoning.Asked, error) {
	q := zoning.Asked{Area: r.PathValue("ma")}
	text := r.URL.Query().Get("luc")
	if text == "" {
		return q, nil
	}
	var err error
	q.At, err = i18n.ParseMoment(text, r.now, p.zone)
	return q, err
}

func (p *Pages) herePage(v zoning.Look) herePage {
	page := herePage{Area: v.Area, At: v.At, Now: makeTerm(v.Now), Phone: v.Phone, Back: "/o-day"}
	var names []string
	for i := len(v.Units) - 1; i >= 0; i-- {
		if u := v.Units[i]; v.Area.Kind != zoning.UnitKind || u.ID != v.Area.Unit {
			names = append(names, u.Name)
		}
	}
	page.Where = strings.Join(names, ", ")
	if code, ok := p.around(v); ok {
		page.Back = "/o-day?" + url.Values{"noi": {code}}.Encode()
	}
	if v.Area.Kind == zoning.UnitKind {
		page.Parts = "/o-day?" + url.Values{"noi": {v.Area.Code}}.Encode()
	}
	if v.Next != nil {
		t := makeTerm(*v.Next)
		page.Next = &t
	}
	for _, a := range zoning.Library().AskAll(v.Now.Rules.Regime) {
		page.Asks = append(page.Asks, ask{a.Question, a})
	}
	for _, s := range page.Now.Signs {
		page.Updated = max(page.Updated, s.At)
	}
	return page
}

// around is the code of the nearest zoned unit around a place, from which to
// choose again.
func (p *Pages) around(v zoning.Look) (code string, ok bool) {
	for _, u := range v.Units {
		if v.Area.Kind == zoning.UnitKind && u.ID == v.Area.Unit {
			continue
		}
		if a, found := p.Zones.Board().UnitArea(u.Path); found {
			code, ok = a.Code, true
		}
	}
	return code, ok
}

// shapes of the signs name the layer (pages.md, section 5).
var shapes = map[zoning.Layer]string{zoning.DistrictArea: "square", zoning.CityZone: "circle", zoning.EpiRisk: "pill", zoning.Blocked: "edge"}

func makeTerm(t zoning.Term) term {
	out := term{From: t.From, To: t.To, Extras: t.Rules.Extras, Changes: t.Changes, Same: t.Same, Unruled: t.Rules.Unruled && t.Ruling == nil}
	for i := len(t.Said) - 1; i >= 0; i-- { // the narrowest first
		x := t.Said[i]
		s := sign{shapes[x.Layer], x.Class, x.Bundle, "", x.Basis, x.Record.At}
		if x.Area.Kind == zoning.UnitKind {
			s.Wider = x.Area.Name
		}
		out.Signs = append(out.Signs, s)
	}
	for _, e := range t.Rules.Entries {
		one := entry{Unruled: e.Unruled && out.Unruled}
		for _, h := range e.Held {
			one.Rules = append(one.Rules, rule{mark(h), e.Title, h.Sentence(), h.Origin.Document, h.Clause, h.Looser})
		}
		out.Entries = append(out.Entries, one)
	}
	return out
}

// mark says at a glance what a measure does: the mildest step of its category
// allows, the strictest forbids, what lies between limits.
func mark(h measure.Held) string {
	c, ok := zoning.Library().Category(h.Category)
	if !ok || len(c.Steps) == 0 {
		return "limit"
	}
	switch h.Step {
	case c.Steps[0].ID:
		return "yes"
	case c.Steps[len(c.Steps)-1].ID:
		if h.Limit != nil { // "2 m apart" forbids nothing
			return "limit"
		}
		return "no"
	default:
		return "limit"
	}
}

// gate is the card for who stands at a checkpoint.
func (p *Pages) gate(r *request) (answer, error) { return p.piece(r, "gate") }

// loudspeaker is the text to be read out.
func (p *Pages) loudspeaker(r *request) (answer, error) {
	v, err := p.Zones.Public(r.Context(), r.now, zoning.Asked{Area: r.PathValue("ma")})
	if err != nil {
		return answer{}, err
	}
	out, err := p.render(r, "loudspeaker", loudPage{p.herePage(v), p.Zones.Spoken(v)})
	out.until = v.Now.To
	return out, err
}

type loudPage struct {
	herePage
	Spoken []string // what holds, and what comes
}

func (p *Pages) piece(r *request, name string) (answer, error) {
	v, err := p.Zones.Public(r.Context(), r.now, zoning.Asked{Area: r.PathValue("ma")})
	if err != nil {
		return answer{}, err
	}
	out, err := p.render(r, name, p.herePage(v))
	out.until = v.Now.To
	return out, err
}

type posterPage struct {
	herePage
	Address string
	QR      string // path of an SVG
	Side    int
}

// poster is the code of a place to print and hang up.
func (p *Pages) poster(r *request) (answer, error) {
	v, err := p.Zones.Public(r.Context(), r.now, zoning.Asked{Area: r.PathValue("ma")})
	if err != nil {
		return answer{}, err
	}
	page := posterPage{herePage: p.herePage(v), Address: p.site(r) + "/o/" + v.Area.Code}
	page.QR, page.Side = web.QRPath(page.Address)
	out, err := p.render(r, "poster", page)
	out.until = v.Now.To
	return out, err
}

// site is the address of this server as people reach it.
func (p *Pages) site(r *request) string {
	switch {
	case p.Site != "":
		return strings.TrimRight(p.Site, "/")
	case r.TLS != nil:
		return "https://" + r.Host
	default:
		return "http://" + r.Host
	}
}
