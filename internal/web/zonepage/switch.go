package zonepage

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"phaodai/internal/fault"
	"phaodai/internal/i18n"
	"phaodai/internal/instant"
	"phaodai/internal/org"
	"phaodai/internal/web"
	"phaodai/internal/zoning"
)

// switchesPage lists the units below the reader's with their next switch.
type switchesPage struct {
	Unit  org.Unit
	Turns []turnLink
	Wards []turning
}

// turning is a unit with the next moment at which something changes in it.
type turning struct {
	Unit  org.Unit
	At    instant.Micros
	Areas int
}

// switches is the way to the readiness of a unit: who works for a ward is there
// at once.
func (p Parts) switches(r *web.Request) error {
	unit, parts, err := p.Zones.UnitAt(r.Context(), r.By, r.By.UnitPath)
	if err != nil {
		return err
	}
	if len(parts) == 0 || parts[0].Tier == zoning.GroupTier {
		return r.Redirect("/chuyen-doi/" + unit.ID)
	}
	page := switchesPage{Unit: unit}
	for _, t := range p.turns(unit.Path, r.Now()) {
		page.Turns = append(page.Turns, turnLink{Turn: t, Path: moment(t.At)})
	}
	for _, u := range parts {
		line := turning{Unit: u}
		if turns := p.turns(u.Path, r.Now()); len(turns) > 0 {
			line.At, line.Areas = turns[0].At, turns[0].Areas
		}
		page.Wards = append(page.Wards, line)
	}
	slices.SortStableFunc(page.Wards, func(a, b turning) int { return cmp.Compare(boolOf(a.At == 0), boolOf(b.At == 0)) })
	return r.Render("zone/switches", page)
}

// turns are the moments ahead, counting areas that have a name of their own: the
// rest of a ward, which follows its plan, is none.
func (p Parts) turns(path string, now instant.Micros) []zoning.Turn {
	board := p.Zones.Board()
	out := board.Turns(path, now)
	for i, t := range out {
		for _, a := range board.Areas(path, t.At) {
			before, _ := board.At(a.ID, t.At-1)
			after, _ := board.At(a.ID, t.At)
			if a.Kind == zoning.UnitKind && before.Regime != after.Regime {
				out[i].Areas--
			}
		}
	}
	return out
}

func boolOf(b bool) int {
	if b {
		return 1
	}
	return 0
}

// switchPage is what a moment brings in a unit, with the words for each channel.
type switchPage struct {
	zoning.Readiness
	Groups []switchGroup
	Keeps  []string
	Past   bool
	At     string // as the address has it
	Wards  []wardSwitch
	Turns  []turnLink
}

type turnLink struct {
	zoning.Turn
	Path string
	Here bool
}

// switchGroup is one way in which areas change.
type switchGroup struct {
	zoning.Switching
	No     int
	Count  int      // of areas with a name of their own
	Names  []string // of the areas, and of the rest of the ward
	Before termSign
	After  termSign
	Lines  []string // what changes, as sentences
	Texts  zoning.Texts
	Log    string // of what was copied, without the channel
	Print  string // address of the printed words, without the kind
}

// termSign is what holds, as a badge: the narrowest layer that says something.
type termSign struct {
	Sign     sign
	Measures string
}

// wardSwitch is one ward in the switch of a wider unit.
type wardSwitch struct {
	Unit   org.Unit
	Counts []signCount
	Keeps  int
}

func (p Parts) readiness(r *web.Request) error {
	v, err := p.ready(r)
	if err != nil {
		return err
	}
	page := switchPage{Readiness: v, Past: v.At <= r.Now(), At: moment(v.At)}
	for i, g := range v.Groups {
		page.Groups = append(page.Groups, p.groupOf(r, v, g, i))
	}
	for _, a := range v.Keeps {
		if a.Kind != zoning.UnitKind {
			page.Keeps = append(page.Keeps, a.Name)
		}
	}
	for _, t := range p.turns(v.Unit.Path, r.Now()) {
		page.Turns = append(page.Turns, turnLink{t, "/chuyen-doi/" + v.Unit.ID + "?luc=" + moment(t.At), t.At == v.At})
	}
	if err := p.byWard(r, &page); err != nil {
		return err
	}
	return r.Render("zone/switch", page)
}

// ready reads the readiness of the unit and the moment in the address.
func (p Parts) ready(r *web.Request) (zoning.Readiness, error) {
	var at instant.Micros
	if text := r.Query("luc"); text != "" {
		var err error
		if at, err = i18n.ParseMoment(text, r.Now(), instant.Vietnam()); err != nil {
			return zoning.Readiness{}, err
		}
	}
	v, err := p.Zones.Readiness(r.Context(), r.By, r.Path("unit"), at)
	v.Groups = alike(v.Groups)
	return v, err
}

// restOfWard is what the ward as a whole is called in the words of a switch,
// which are Vietnamese: its named areas have their own measures.
const restOfWard = "các nơi khác trong phường"

// alike puts groups together that people cannot tell apart: the same classes and
// measures before and after, whichever plan or table they come from. Named areas
// stand before the rest of the ward.
func alike(groups []zoning.Switching) (out []zoning.Switching) {
	places := map[string]int{}
	for _, g := range groups {
		key := meaning(g.Before) + "→" + meaning(g.After)
		i, ok := places[key]
		if !ok {
			i, places[key] = len(out), len(out)
			merged := g
			merged.Areas = nil
			out = append(out, merged)
		}
		out[i].Areas = append(out[i].Areas, g.Areas...)
	}
	for _, g := range out {
		for i := range g.Areas {
			if g.Areas[i].Kind == zoning.UnitKind {
				g.Areas[i].Name = restOfWard
			}
		}
		slices.SortStableFunc(g.Areas, func(a, b zoning.Area) int {
			return cmp.Compare(boolOf(a.Kind == zoning.UnitKind), boolOf(b.Kind == zoning.UnitKind))
		})
	}
	return out
}

// meaning is what a term says, layer by layer.
func meaning(t zoning.Term) string {
	var b strings.Builder
	for _, s := range t.Said {
		b.WriteString(string(s.Layer) + " " + s.Class.Code + " " + s.Value.Bundle + " " + strings.Join(s.Value.Additions, "|") + "; ")
	}
	return b.String()
}

// moment is a moment as addresses have it.
func moment(at instant.Micros) string { return at.In(instant.Vietnam()).Format("2006-01-02T15:04") }

func (p Parts) groupOf(r *web.Request, v zoning.Readiness, g zoning.Switching, i int) switchGroup {
	out := switchGroup{
		Switching: g, No: i, Before: termOf(r, g.Before), After: termOf(r, g.After), Texts: p.Zones.Texts(v, g),
		Log:   "/chuyen-doi/" + v.Unit.ID + "/da-chep?" + url.Values{"luc": {moment(v.At)}}.Encode() + "&kenh=",
		Print: "/chuyen-doi/" + v.Unit.ID + "/in?" + url.Values{"luc": {moment(v.At)}, "nhom": {strconv.Itoa(i)}, "in": {"1"}}.Encode() + "&bai=",
	}
	for _, a := range g.Areas {
		out.Names = append(out.Names, a.Name)
		out.Count += boolOf(a.Kind != zoning.UnitKind)
	}
	for _, c := range g.Changes {
		out.Lines = append(out.Lines, inLang(r.Lang, c.Sentence.Vi, c.Sentence.En))
	}
	return out
}

// termOf is the badge of what holds. Where no layer speaks, nothing is claimed.
func termOf(r *web.Request, t zoning.Term) termSign {
	for i := len(t.Said) - 1; i >= 0; i-- {
		if s := t.Said[i]; s.Class.Code != "" {
			return termSign{signOf(r.Lang, s.Layer, s.Class.Code), s.Short}
		}
	}
	return termSign{Sign: sign{Badge: "?", Risk: "none", Text: r.T("zonepage.no_class")}}
}

// byWard sums a wider unit up ward by ward: its words are those of the wards.
func (p Parts) byWard(r *web.Request, page *switchPage) error {
	_, parts, err := p.Zones.UnitAt(r.Context(), r.By, page.Unit.Path)
	if err != nil {
		return err
	}
	for _, u := range parts {
		if u.Tier == zoning.GroupTier {
			return nil
		}
		w := wardSwitch{Unit: u}
		for _, g := range page.Groups {
			n := 0
			for _, a := range g.Areas {
				if a.Kind != zoning.UnitKind && org.Within(a.UnitPath, u.Path) {
					n++
				}
			}
			w.count(g.After.Sign, n)
		}
		for _, a := range page.Readiness.Keeps {
			if a.Kind != zoning.UnitKind && org.Within(a.UnitPath, u.Path) {
				w.Keeps++
			}
		}
		page.Wards = append(page.Wards, w)
	}
	return nil
}

func (w *wardSwitch) count(s sign, n int) {
	if n == 0 {
		return
	}
	i := slices.IndexFunc(w.Counts, func(c signCount) bool { return c.Class == s })
	if i < 0 {
		i, w.Counts = len(w.Counts), append(w.Counts, signCount{Class: s})
	}
	w.Counts[i].Count += n
	slices.SortFunc(w.Counts, func(a, b signCount) int { return cmp.Compare(a.Class.Badge, b.Class.Badge) })
}

// printedPage is one sheet to post or to carry to the gate.
type printedPage struct {
	Title  string
	Issuer string // Vietnamese, as the words are
	Head   string
	Lines  []string
	Back   string
}

func (p Parts) printed(r *web.Request) error {
	v, err := p.ready(r)
	if err != nil {
		return err
	}
	i, err := strconv.Atoi(r.Query("nhom"))
	if err != nil || i < 0 || i >= len(v.Groups) {
		return fault.New(fault.NotFound, "zonepage.nothing_changes")
	}
	texts := p.Zones.Texts(v, v.Groups[i])
	page := printedPage{Title: r.T("zonepage.notice_sheet"), Issuer: "Ủy ban nhân dân " + v.Unit.Name, Back: "/chuyen-doi/" + v.Unit.ID + "?luc=" + moment(v.At)}
	text := texts.Notice
	if r.Query("bai") == "chot" {
		page.Title, text = r.T("zonepage.gate_sheet"), texts.Gate
	}
	page.Head, text, _ = strings.Cut(text, "\n")
	page.Lines = lines(text)
	return r.Render("zone/switch-print", page)
}

// copied records that the words were copied for a channel.
func (p Parts) copied(r *web.Request) error {
	at, err := i18n.ParseMoment(r.Query("luc"), r.Now(), instant.Vietnam())
	if err != nil {
		return err
	}
	channel := map[string]string{"loa": "loudspeaker", "zalo": "message"}[r.Query("kenh")]
	if err := p.Zones.Copied(r.Context(), r.By, r.Path("unit"), at, channel); err != nil {
		return err
	}
	return r.Nothing()
}
