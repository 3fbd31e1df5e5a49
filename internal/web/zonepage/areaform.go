package zonepage

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"phaodai/internal/auth"
	"phaodai/internal/directive"
	"phaodai/internal/fault"
	"phaodai/internal/instant"
	"phaodai/internal/web"
	"phaodai/internal/zoning"
)

// backForm names the form that came back, by the end of its address.
func backForm(r *web.Request) string { return path.Base(r.HTTP.URL.Path) }

func areaPath(r *web.Request) string { return "/khu-vuc/" + r.Path("id") }

// mostPapers is how many documents a form offers; an older one is named by its
// symbol.
const mostPapers = 60

// papers are the newest documents on which a decision can rest.
func (p Parts) papers(r *web.Request) ([]web.Choice, error) {
	out := []web.Choice{{Text: r.T("zonepage.document_elsewhere")}}
	if !r.By.Anywhere(auth.DocumentRead) {
		return out, nil
	}
	found, err := p.Documents.Search(r.Context(), r.By, directive.Filter{Limit: mostPapers})
	if err != nil {
		return nil, err
	}
	for _, d := range found.Items {
		if d.Symbol != "" {
			out = append(out, web.Choice{Value: d.ID, Text: d.Symbol + " · " + d.Subject})
		}
	}
	return out, nil
}

// decision is what every form that decides about an area says.
type decision struct {
	Class     string         `form:"class"` // layer.code
	Layer     string         `form:"layer"`
	Bundle    string         `form:"bundle"`
	Additions string         `form:"additions"`
	From      instant.Micros `form:"from"`
	To        instant.Micros `form:"to,end"`
	Document  string         `form:"document"`
	Symbol    string         `form:"symbol"`
	Clause    string         `form:"clause"`
	Reason    string         `form:"reason"`
}

// basis holds that a decision names the paper on which it rests.
func (d decision) basis(f *fault.Fault) {
	if d.Document == "" && d.Symbol == "" {
		f.At("symbol", "zonepage.document_needed")
	}
}

func (d decision) input(r *web.Request) zoning.ChangeInput {
	return zoning.ChangeInput{Key: r.Key(), Areas: []string{r.Path("id")}, Layer: zoning.Layer(d.Layer), Bundle: d.Bundle, Additions: lines(d.Additions),
		From: d.From, To: d.To, Document: d.Document, Symbol: d.Symbol, Clause: d.Clause, Reason: d.Reason}
}

// changeNow gives an area another class at once.
func (p Parts) changeNow(r *web.Request) error {
	return p.decideArea(r, "zonepage.changed_now", func(d decision, f *fault.Fault) zoning.ChangeInput {
		layer, class, ok := strings.Cut(d.Class, ".")
		if !ok {
			f.At("class", "zone.choose")
		}
		if d.Bundle == "" {
			f.At("bundle", "zone.choose")
		}
		in := d.input(r)
		in.Layer, in.Class = zoning.Layer(layer), class
		return in
	})
}

// block puts an area under a block, with the measures of one.
func (p Parts) block(r *web.Request) error {
	return p.decideArea(r, "zonepage.blocked_now", func(d decision, _ *fault.Fault) zoning.ChangeInput {
		in := d.input(r)
		in.Layer, in.Class, in.Bundle = zoning.Blocked, "BLOCKED", "BLOCKED"
		return in
	})
}

// lift ends what was decided here on a layer.
func (p Parts) lift(r *web.Request) error {
	return p.decideArea(r, "zonepage.lifted_now", func(d decision, _ *fault.Fault) zoning.ChangeInput {
		in := d.input(r)
		in.Lift, in.To = true, 0
		return in
	})
}

func (p Parts) decideArea(r *web.Request, said string, make func(decision, *fault.Fault) zoning.ChangeInput) error {
	var d decision
	if err := r.Read(&d); err != nil {
		return err
	}
	f := fault.New(fault.Invalid, "input.check")
	in := make(d, f)
	d.basis(f)
	if d.Reason == "" {
		f.At("reason", "input.missing")
	}
	if err := f.OrNil(); err != nil {
		return err
	}
	if _, err := p.Zones.Change(r.Context(), r.By, in); err != nil {
		return err
	}
	from := in.From
	if from == 0 {
		from = r.Now()
	}
	return r.Redirect(areaPath(r), said, "At", from)
}

// rule says which of two layers goes before here.
func (p Parts) rule(r *web.Request) error {
	var d decision
	if err := r.Read(&d); err != nil {
		return err
	}
	f := fault.New(fault.Invalid, "input.check")
	d.basis(f)
	if err := f.OrNil(); err != nil {
		return err
	}
	a, ok := p.Zones.Board().Area(r.Path("id"))
	if !ok {
		return fault.New(fault.NotFound, "zone.area_unknown")
	}
	reason := d.Reason
	if d.Document == "" && reason != "" {
		reason = d.Symbol + ": " + reason // a ruling keeps no symbol of a paper that is elsewhere
	}
	in := zoning.RuleInput{Key: r.Key(), Unit: a.Unit, Winner: zoning.Layer(r.Form.Value("winner")), Loser: zoning.Layer(r.Form.Value("loser")),
		From: d.From, To: d.To, Document: d.Document, Clause: d.Clause, Reason: reason}
	if in.Loser == "" {
		in.Loser = p.other(r, a.ID, in.Winner)
	}
	if !in.Winner.Known() || !in.Loser.Known() || in.Winner == in.Loser {
		return fault.New(fault.Invalid, "input.check").At("winner", "zone.choose")
	}
	if _, err := p.Zones.Rule(r.Context(), r.By, in); err != nil {
		return err
	}
	return r.Redirect(areaPath(r), "zonepage.ruled_now", "Layer", r.T("zonepage.layer."+string(in.Winner)))
}

// other is the layer that gives way where only two decide; the form then asks
// for the winner alone.
func (p Parts) other(r *web.Request, area string, winner zoning.Layer) zoning.Layer {
	h, ok := p.Zones.Board().At(area, r.Now())
	if !ok || len(h.Regime.Deciding()) != 2 {
		return ""
	}
	for _, s := range h.Regime.Deciding() {
		if s.Layer != winner {
			return s.Layer
		}
	}
	return ""
}

// areaEditPage is the form of an area, new or there.
type areaEditPage struct {
	Area    zoning.Area
	New     bool
	Wards   []web.Choice
	Kinds   []web.Choice
	Parents []web.Choice
	Lon     string
	Lat     string
	Back    string
}

func (p Parts) editArea(r *web.Request) error {
	page := areaEditPage{New: r.Path("id") == ""}
	if !page.New {
		v, err := p.Zones.AreaPage(r.Context(), r.By, zoning.Asked{Area: r.Path("id")})
		if err != nil {
			return err
		}
		page.Area = v.Area
		if v.Area.Kind == zoning.UnitKind {
			return fault.New(fault.Denied, "zone.unit_area", "Name", v.Area.Name)
		}
		if err := r.By.Require(auth.ZonePlan, v.Area.UnitPath, auth.Internal); err != nil {
			return err
		}
		page.Lon, page.Lat = degrees(r, v.Area.Lon), degrees(r, v.Area.Lat)
	}
	var err error
	if page.Wards, err = p.wards(r); err != nil {
		return err
	}
	page.Wards = unchosen(r, page.Wards)
	for _, k := range zoning.Kinds() {
		if k.Code != zoning.UnitKind {
			page.Kinds = append(page.Kinds, web.Choice{Value: k.Code, Text: inLang(r.Lang, k.Vi, k.En)})
		}
	}
	page.Parents = p.parents(r, page.Area)
	if r.Form.Sent {
		page.Back = backForm(r)
	}
	return r.Render("zone/area-edit", page)
}

// parents are the areas of the unit in which an area may lie.
func (p Parts) parents(r *web.Request, a zoning.Area) []web.Choice {
	out := []web.Choice{{Text: r.T("zonepage.parent_none")}}
	path := a.UnitPath
	if path == "" {
		path = r.By.UnitPath
	}
	for _, x := range p.Zones.Board().Areas(path, r.Now()) {
		if x.UnitPath == path && x.Kind != zoning.UnitKind && x.ID != a.ID {
			out = append(out, web.Choice{Value: x.ID, Text: x.Name})
		}
	}
	return out
}

func degrees(r *web.Request, x *float64) string {
	if x == nil {
		return ""
	}
	text := strconv.FormatFloat(*x, 'f', -1, 64)
	if r.Lang != "en" {
		text = strings.ReplaceAll(text, ".", ",")
	}
	return text
}

// areaInput reads the form of an area; what is left empty is not known.
func areaInput(r *web.Request) (in zoning.AreaInput, err error) {
	var typed struct {
		Unit       string  `form:"unit"`
		Name       string  `form:"name"`
		Kind       string  `form:"kind"`
		Parent     string  `form:"parent"`
		Shape      string  `form:"shape"`
		Households int64   `form:"households"`
		People     int64   `form:"people"`
		Lon        float64 `form:"lon"`
		Lat        float64 `form:"lat"`
		Version    int64   `form:"version"`
	}
	if err := r.Read(&typed); err != nil {
		return in, err
	}
	in = zoning.AreaInput{Key: r.Key(), ID: r.Path("id"), Version: typed.Version, Unit: typed.Unit, Name: typed.Name, Kind: typed.Kind,
		Parent: typed.Parent, Shape: typed.Shape}
	for name, to := range map[string]**int64{"households": &in.Households, "people": &in.People} {
		if r.Form.Value(name) != "" {
			*to = map[string]*int64{"households": &typed.Households, "people": &typed.People}[name]
		}
	}
	if r.Form.Value("lon") != "" {
		in.Lon = &typed.Lon
	}
	if r.Form.Value("lat") != "" {
		in.Lat = &typed.Lat
	}
	return in, nil
}

func (p Parts) saveNewArea(r *web.Request) error {
	in, err := areaInput(r)
	if err != nil {
		return err
	}
	if in.Unit == "" {
		wards, err := p.wards(r)
		if err != nil {
			return err
		}
		if len(wards) == 1 {
			in.Unit = wards[0].Value
		} else {
			return fault.New(fault.Invalid, "input.check").At("unit", "zone.choose")
		}
	}
	a, err := p.Zones.AddArea(r.Context(), r.By, in)
	if err != nil {
		return err
	}
	return r.Redirect("/khu-vuc/"+a.ID, "zonepage.area_added", "Name", a.Name)
}

func (p Parts) saveArea(r *web.Request) error {
	in, err := areaInput(r)
	if err != nil {
		return err
	}
	a, ok := p.Zones.Board().Area(in.ID)
	if ok {
		in.AlsoIn = path.Base(a.AlsoIn)
		if a.AlsoIn == "" {
			in.AlsoIn = ""
		}
	}
	if _, err := p.Zones.ChangeArea(r.Context(), r.By, in); err != nil {
		return err
	}
	return r.Redirect(areaPath(r), "common.saved", "At", r.Now())
}

// split makes parts of an area: one name a line.
func (p Parts) split(r *web.Request) error {
	names := lines(strings.Join(r.Form.Values("names"), "\n"))
	sorted := slices.Clone(names)
	slices.Sort(sorted)
	if len(slices.Compact(sorted)) != len(names) {
		return fault.New(fault.Invalid, "input.check").At("names", "zone.split_two")
	}
	if _, err := p.Zones.Split(r.Context(), r.By, zoning.SplitInput{Key: r.Key(), ID: r.Path("id"), Names: names}); err != nil {
		return err
	}
	return r.Redirect(areaPath(r), "zonepage.split_done", "Count", len(names))
}

// endArea ends an area; what held in it stays known.
func (p Parts) endArea(r *web.Request) error {
	var in struct {
		Version int64          `form:"version"`
		At      instant.Micros `form:"at"`
	}
	if err := r.Read(&in); err != nil {
		return err
	}
	a, err := p.Zones.EndArea(r.Context(), r.By, zoning.EndInput{Key: r.Key(), ID: r.Path("id"), Version: in.Version, At: in.At})
	if err != nil {
		return err
	}
	return r.Redirect("/khu-vuc", "zonepage.area_ended", "Name", a.Name, "At", a.To)
}

// moveArea puts an area into another unit.
func (p Parts) moveArea(r *web.Request) error {
	unit := r.Form.Value("unit")
	if unit == "" {
		return fault.New(fault.Invalid, "input.check").At("unit", "zone.choose")
	}
	if _, err := p.Zones.Move(r.Context(), r.By, r.Path("id"), unit, r.Key()); err != nil {
		return err
	}
	return r.Redirect(areaPath(r), "zonepage.area_moved")
}

// Figure is a number as it stands in its field: nothing where it is not known,
// and 0 where it is none.
func (page areaEditPage) Figure(n *int64) string {
	if n == nil {
		return ""
	}
	return strconv.FormatInt(*n, 10)
}
