package zonepage

import (
	"cmp"
	"slices"
	"strings"

	"phaodai/internal/auth"
	"phaodai/internal/criterion"
	"phaodai/internal/i18n"
	"phaodai/internal/instant"
	"phaodai/internal/measure"
	"phaodai/internal/web"
	"phaodai/internal/zoning"
)

// areaPage is one area: what holds, why, until when, what comes, what was.
type areaPage struct {
	zoning.AreaView
	Kind     string
	Path     []string // names of the units around, the widest first
	Said     []saidLine
	Measures []entryLine
	NextSaid []saidLine
	Changes  []string
	Terms    []termLine
	Decided  []zoning.Decided // about the area itself
	Facts    []factLine
	Parent   *zoning.Area
	Past     bool // another moment, or another state of knowledge
	AsKnown  bool
	Rules    bool // the reader may say which layer goes before
	Clashing []web.Choice
	Back     string // form that came back
	Form     areaForms
	Public   string // address of the public page
	QR       string
	QRSize   int
}

// Ends tells whether a moment is one: what holds until another decision has
// no end yet.
func (page areaPage) Ends(at instant.Micros) bool { return at != instant.Forever }

// WardName is the unit for which a ruling speaks.
func (page areaPage) WardName() string {
	if n := len(page.Units); n > 0 {
		return page.Units[n-1].Name
	}
	return ""
}

// basisFields are the fields that every decision has, of one of its forms.
type basisFields struct {
	View      *web.View
	Form      string
	Back      string
	Documents []web.Choice
}

// Basis is for the piece that draws them.
func (page areaPage) Basis(v *web.View, form, back string) basisFields {
	return basisFields{v, form, back, page.Form.Documents}
}

// areaForms are the choices of the forms of an area.
type areaForms struct {
	Layers    []web.Choice
	Classes   []web.Choice
	Bundles   []web.Choice
	Lifts     []web.Choice // layers on which something is decided here
	Documents []web.Choice
}

// saidLine is what one layer says.
type saidLine struct {
	zoning.Said
	Sign  layerSign
	Wider string // area or unit whose decision it is, "" of the area itself
}

// entryLine is one category of measures.
type entryLine struct {
	Title   string
	Held    []heldLine
	Aside   []heldLine
	Unruled bool
}

type heldLine struct {
	Text, From string
	Looser     bool
}

// termLine is one stretch of the history.
type termLine struct {
	zoning.Term
	Signs    []layerSign
	Measures string
	Said     []saidLine
	Now      bool
	Ahead    bool
}

// factLine is a number that is known of the area.
type factLine struct {
	zoning.Number
	Title, Text string
}

func (p Parts) area(r *web.Request) error {
	asked, past, known, err := askedOf(r)
	if err != nil {
		return err
	}
	v, err := p.Zones.AreaPage(r.Context(), r.By, asked)
	if err != nil {
		return err
	}
	page := areaPage{AreaView: v, Kind: kindText(r.Lang, v.Area.Kind), Past: past || known, AsKnown: known}
	for _, u := range v.Units {
		page.Path = append(page.Path, u.Name)
	}
	page.Said = p.saidLines(r, v.Now.Said, v.Area)
	page.Measures = entries(r.Lang, v.Now.Rules.Entries)
	if v.Next != nil {
		page.NextSaid = p.saidLines(r, v.Next.Said, v.Area)
		page.Changes = changes(r.Lang, v.Next.Changes)
	}
	page.history(p, r)
	if page.Decided, err = p.Zones.Decisions(r.Context(), r.By, v.Area.ID); err != nil {
		return err
	}
	if err := p.facts(r, &page); err != nil {
		return err
	}
	if up, ok := p.Zones.Board().Area(v.Area.Parent); ok {
		page.Parent = &up
	}
	if err := p.forms(r, &page); err != nil {
		return err
	}
	page.Public = r.Address("/o/" + v.Area.Code)
	page.QR, page.QRSize = web.QRPath(page.Public)
	return r.Render("zone/area", page)
}

// askedOf reads ?luc= and ?biet-den=.
func askedOf(r *web.Request) (q zoning.Asked, past, known bool, err error) {
	q.Area = r.Path("id")
	if text := r.Query("luc"); text != "" {
		past = true
		if q.At, err = i18n.ParseMoment(text, r.Now(), instant.Vietnam()); err != nil {
			return q, past, known, err
		}
	}
	if text := r.Query("biet-den"); text != "" {
		known = true
		q.Known, err = i18n.ParseMoment(text, r.Now(), instant.Vietnam())
	}
	return q, past, known, err
}

func (p Parts) saidLines(r *web.Request, said []zoning.Said, a zoning.Area) (out []saidLine) {
	for _, s := range said {
		line := saidLine{Said: s, Sign: layerSignOf(r.Lang, s.Layer, s.Value.Class)}
		if s.Area.ID != a.ID {
			line.Wider = s.Area.Name
		}
		if b, ok := p.Zones.Board().Bundle(s.Value.Bundle); ok {
			line.Bundle = inLang(r.Lang, b.Title.Vi, b.Title.En)
		}
		out = append(out, line)
	}
	slices.Reverse(out)
	return out
}

func entries(lang string, all []measure.Entry) (out []entryLine) {
	for _, e := range all {
		line := entryLine{Title: inLang(lang, e.Title.Vi, e.Title.En), Unruled: e.Unruled}
		for _, h := range e.Held {
			line.Held = append(line.Held, heldOf(lang, h))
		}
		for _, h := range e.Aside {
			line.Aside = append(line.Aside, heldOf(lang, h))
		}
		out = append(out, line)
	}
	return out
}

func heldOf(lang string, h measure.Held) heldLine {
	s := h.Sentence()
	from := cmp.Or(h.Origin.Document, h.Origin.Instrument, h.Origin.Short)
	if h.Origin.Clause != "" {
		from += ", " + h.Origin.Clause
	}
	return heldLine{inLang(lang, s.Vi, s.En), from, h.Looser}
}

func changes(lang string, all []zoning.Change) (out []string) {
	for _, c := range all {
		out = append(out, inLang(lang, c.Sentence.Vi, c.Sentence.En))
	}
	return out
}

func (page *areaPage) history(p Parts, r *web.Request) {
	for _, t := range page.History {
		line := termLine{Term: t, Said: p.saidLines(r, t.Said, page.Area), Now: t.From <= page.At && page.At < t.To, Ahead: t.From > page.At}
		for _, s := range line.Said {
			if s.Value.Class != "" {
				line.Signs = append(line.Signs, s.Sign)
			}
		}
		page.Terms = append(page.Terms, line)
	}
}

// facts are the numbers of the area in the words of the criteria tables.
func (p Parts) facts(r *web.Request, page *areaPage) error {
	if len(page.Numbers) == 0 {
		return nil
	}
	titles, err := p.titles(r)
	if err != nil {
		return err
	}
	for name, n := range page.Numbers {
		if n.Value != nil {
			page.Facts = append(page.Facts, factLine{n, upperFirst(cmp.Or(titles[name].title, name)), seen(r, n.Value) + unit(titles[name].unit)})
		}
	}
	slices.SortFunc(page.Facts, func(a, b factLine) int { return cmp.Compare(a.Title, b.Title) })
	return nil
}

type measureTitle struct{ title, unit string }

// titles are what the criteria tables call the numbers: those of the reader's
// units, and of the shipped tables what they do not know.
func (p Parts) titles(r *web.Request) (map[string]measureTitle, error) {
	tables, err := criterion.Examples()
	if err != nil {
		return nil, err
	}
	schemes, err := p.Zones.Schemes(r.Context(), r.By)
	if err != nil {
		return nil, err
	}
	for _, s := range schemes {
		v, err := p.Zones.Scheme(r.Context(), r.By, s.ID, s.Version)
		if err != nil {
			return nil, err
		}
		tables = append([]*criterion.Table{v.Scheme.Table}, tables...)
	}
	out := map[string]measureTitle{}
	for _, t := range tables {
		for _, m := range t.Measures {
			if _, known := out[m.Name]; !known {
				out[m.Name] = measureTitle{inLang(r.Lang, m.Title.Vi, m.Title.En), m.Unit}
			}
		}
	}
	return out, nil
}

func upperFirst(s string) string {
	for i, r := range s {
		return strings.ToUpper(string(r)) + s[i+len(string(r)):]
	}
	return s
}

// forms fills the choices of what the reader may do here.
func (p Parts) forms(r *web.Request, page *areaPage) error {
	page.Rules = r.By.Can(auth.ZoneRule, page.Area.UnitPath, auth.Internal)
	if page.Past {
		page.MayEdit, page.Decides, page.Rules = false, false, false // one decides about now
	}
	if r.Form.Sent {
		page.Back = backForm(r)
	}
	for _, s := range page.Said {
		page.Clashing = append(page.Clashing, web.Choice{Value: string(s.Layer), Text: r.T("zonepage.layer." + string(s.Layer))})
		if s.Area.ID == page.Area.ID {
			page.Form.Lifts = append(page.Form.Lifts, web.Choice{Value: string(s.Layer), Text: r.T("zonepage.layer."+string(s.Layer)) + ": " + s.Sign.Text})
		}
	}
	if len(page.Clashing) < 2 {
		page.Rules = false
	}
	page.Form.Classes = []web.Choice{{Text: r.T("zonepage.choose")}}
	for _, l := range zoning.Layers() {
		if l == zoning.Blocked {
			continue
		}
		title := r.T("zonepage.layer." + string(l))
		for _, c := range zoning.Classes(l) {
			page.Form.Classes = append(page.Form.Classes, web.Choice{Value: string(l) + "." + c.Code, Text: c.Badge + " · " + inLang(r.Lang, c.Vi, c.En), Group: title})
		}
	}
	page.Form.Bundles = p.bundles(r, page.Area.UnitPath, r.T("zonepage.choose_measures"))
	docs, err := p.papers(r)
	page.Form.Documents = docs
	return err
}

// bundles are the measures that a unit may choose among, the newest version of
// each, and the older ones that are chosen already.
func (p Parts) bundles(r *web.Request, unitPath, first string, chosen ...string) []web.Choice {
	out := []web.Choice{{Text: first}}
	text := func(b *measure.Bundle) string {
		return p.bundleShort(b.Ref()) + " · " + inLang(r.Lang, b.Title.Vi, b.Title.En)
	}
	for _, b := range p.Zones.Board().Bundles(unitPath) {
		out = append(out, web.Choice{Value: b.Ref(), Text: text(b)})
	}
	for _, ref := range chosen {
		b, ok := p.Zones.Board().Bundle(ref)
		if ok && !slices.ContainsFunc(out, func(c web.Choice) bool { return c.Value == ref }) {
			out = append(out, web.Choice{Value: ref, Text: text(b) + " (" + r.T("zonepage.bundle_older") + ")"})
		}
	}
	return out
}
