package zonemap

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Options say how a map is drawn.
type Options struct {
	Width int    // pixels; 960 when 0. A phone takes 360, a sheet of A4 700
	ID    string // before the ids inside, where several maps stand in one page; "zm" when empty
	Nonce string // of the page's Content-Security-Policy, where the map stands in a page
	// Bytes is what the map should not pass; when 0, 60 KB or 200 bytes an area if
	// that is more. Corners are left out until it holds, then names: never areas.
	Bytes int
}

var anID = regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9]{0,15}$`)

func (o Options) orDefault(areas int) Options {
	if o.Width == 0 {
		o.Width = 960
	}
	o.Width = min(max(o.Width, minWidth), maxWidth)
	if !anID.MatchString(o.ID) {
		o.ID = "zm"
	}
	if o.Bytes == 0 {
		o.Bytes = max(60<<10, 200*areas)
	}
	return o
}

// SVG draws the map.
func (m Map) SVG(o Options) ([]byte, error) {
	if err := m.check(); err != nil {
		return nil, err
	}
	o = o.orDefault(len(m.Areas))
	var out []byte
	for _, effort := range []struct {
		tolerance float64
		names     int
	}{{0.6, MaxAreas}, {1, MaxAreas}, {1.6, MaxAreas}, {1.6, 60}, {1.6, 30}, {2.4, 0}} {
		d := m.draw(o, effort.tolerance, effort.names)
		if out = []byte(d.out.String()); len(out) <= o.Bytes {
			break
		}
	}
	return out, nil
}

// drawing is a map being written.
type drawing struct {
	out    strings.Builder
	o      Options
	m      Map
	s      *scene
	top    float64 // of the sheet of the ground
	width  float64
	height float64
}

func (d *drawing) say(format string, args ...any) { fmt.Fprintf(&d.out, format, args...) }

// draw writes the parts from the ground up; the head comes last, when the height
// is known.
func (m Map) draw(o Options, tolerance float64, names int) *drawing {
	const margin = 16
	d := &drawing{o: o, m: m, width: float64(o.Width)}
	d.s = m.lay(d.width, margin, tolerance)
	d.head()
	d.say(`<g transform="translate(0 %s)">`, number(d.top))
	d.ground()
	d.areas()
	d.borders()
	d.stress()
	d.writeLabels(names)
	d.compass()
	d.say("</g>\n")
	d.height = d.top + d.s.frame.height + 2*d.s.frame.top
	d.foot()
	body := d.out.String()
	d.out.Reset()
	d.open()
	d.out.WriteString(body)
	d.say("</g></svg>\n")
	return d
}

// open writes what stands before the drawing.
func (d *drawing) open() {
	id := d.o.ID
	d.say(`<svg xmlns="http://www.w3.org/2000/svg" class="zm" lang="%s" width="%d" height="%s" viewBox="0 0 %d %s" role="group" font-family="system-ui,'Segoe UI',Roboto,'Noto Sans',sans-serif" font-size="13" aria-labelledby="%s-t" aria-describedby="%s-d">`,
		escaped(d.m.Lang), d.o.Width, number(d.height), d.o.Width, number(d.height), id, id)
	d.say("\n<title id=\"%s-t\">%s</title><desc id=\"%s-d\">%s</desc>\n", id, escaped(d.m.Title), id, escaped(d.described()))
	d.style()
	d.defs()
	d.say(`<rect class="zm-p" width="%d" height="%s" fill="#fff"/>`, d.o.Width, number(d.height))
	d.say("<g fill=\"#16202A\" class=\"zm-i\" fill-rule=\"evenodd\" stroke-linejoin=\"round\">\n")
}

// described is the description with what stands on the map: "[03] 12".
func (d *drawing) described() string {
	parts := []string{}
	for i, n := range d.s.counts() {
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%s: %d", caption(d.s.classes[i]), n))
		}
	}
	return strings.TrimSpace(d.m.Description + " " + strings.Join(parts, "; "))
}

func (s *scene) counts() []int {
	out := make([]int, len(s.classes))
	for _, p := range s.places {
		out[p.class]++
	}
	return out
}

func caption(c Class) string {
	if c.Name == "" {
		return c.Badge
	}
	return c.Badge + " " + c.Name
}

// ground shows the parents where no area lies.
func (d *drawing) ground() {
	for i, g := range d.s.borders {
		if g != nil {
			d.say(`<use href="#%sw%d" class="zm-n" fill="#F3F5F7"/>`, d.o.ID, i)
		}
	}
	d.say("\n")
}

// group is areas drawn alike.
type group struct {
	class, parent int  // parent cuts the cells of its areas; -1 nothing is cut
	small         bool // areas that an edge of full width would cover
	places        []place
}

// groups orders areas: cells under shapes, and those whose edge tells the class
// over all others.
func (d *drawing) groups() (out []group) {
	type kind struct {
		class, parent int
		small         bool
	}
	at := map[kind]int{}
	for _, p := range d.s.places {
		if !p.placed() {
			continue
		}
		const least = 24 * 24 // pixels
		k := kind{p.class, -1, p.ground != nil && size(p.ground) < least}
		if p.cell != nil {
			k.parent, k.small = p.parent, true
		}
		i, seen := at[k]
		if !seen {
			i = len(out)
			at[k], out = i, append(out, group{class: p.class, parent: k.parent, small: k.small})
		}
		out[i].places = append(out[i].places, p)
	}
	rank := func(g group) int {
		r := (g.parent+1)*1000 + g.class
		if g.parent < 0 {
			r = 1e9 + g.class
		}
		if p := d.s.classes[g.class].pattern(); p == Double || p == Broken {
			r += 2e9
		}
		return r
	}
	slices.SortStableFunc(out, func(a, b group) int { return rank(a) - rank(b) })
	return out
}

// areas writes the groups; those of one parent are cut together.
func (d *drawing) areas() {
	d.say(`<g stroke="#16202A" class="zm-e" stroke-width="2">`)
	cut := -1
	for n, g := range d.groups() {
		if g.parent != cut && cut >= 0 {
			d.say("</g>\n")
		}
		if g.parent != cut && g.parent >= 0 {
			d.say(`<g clip-path="url(#%sc%d)">`, d.o.ID, g.parent)
		}
		cut = g.parent
		d.group(n, g)
	}
	if cut >= 0 {
		d.say("</g>")
	}
	d.say("</g>\n")
}

// group writes areas drawn alike. Where the edge tells the class it is drawn a
// second time, in paper: two lines, or a broken one.
func (d *drawing) group(n int, g group) {
	over := map[Pattern]string{Double: `stroke-width="3"`, Broken: `stroke-width="2" stroke-dasharray="5 6"`}[d.s.classes[g.class].pattern()]
	edge := ""
	switch {
	case d.s.classes[g.class].pattern() == Double:
		edge = ` stroke-width="8" class="zm-d"`
	case g.small:
		edge = ` stroke-width="1"`
	}
	d.say(`<g fill="url(#%sp%d)"%s>`, d.o.ID, g.class, edge)
	if over != "" {
		d.say(`<g id="%sg%d">`, d.o.ID, n)
	}
	for _, p := range g.places {
		d.area(p)
	}
	if over != "" {
		d.say(`</g></g><use href="#%sg%d" aria-hidden="true" pointer-events="none" fill="none" stroke="#fff" class="zm-s" %s/>`, d.o.ID, n, over)
		return
	}
	d.say("</g>\n")
}

// area writes one area with its title, inside a link where it has one.
func (d *drawing) area(p place) {
	to := link(p.area.Link)
	if to != "" {
		d.say(`<a href="%s">`, escapedLink(to))
	} else {
		d.say(`<g>`)
	}
	d.say(`<title>%s: %s</title>`, escaped(p.area.Name), escaped(d.s.classes[p.class].Badge))
	switch {
	case p.dot != nil:
		d.say(`<circle cx="%s" cy="%s" r="6"/>`, number(p.dot.x), number(p.dot.y))
	default:
		d.say(`<path d="%s"/>`, path(p.drawn()))
	}
	d.say("%s", map[bool]string{true: "</a>", false: "</g>"}[to != ""])
}

// drawn is what is drawn of an area: of a cell the uncut one, which is shorter to
// write and shares its sides with the next.
func (p place) drawn() poly {
	if p.cell != nil {
		return poly{p.cell}
	}
	return p.ground
}

// borders are those of the parents, heavier where areas inside share them.
func (d *drawing) borders() {
	if len(d.s.borders) == 0 {
		return
	}
	d.say(`<g fill="none" stroke="#16202A" class="zm-e" stroke-width="3" pointer-events="none">`)
	for i, g := range d.s.borders {
		if g != nil {
			d.say(`<use href="#%sw%d"/>`, d.o.ID, i)
		}
	}
	d.say("</g>\n")
}

// stress draws a heavy edge around areas that are emphasised.
func (d *drawing) stress() {
	for _, p := range d.s.places {
		if !p.area.Emphasis || p.ground == nil {
			continue
		}
		line := path(p.ground)
		d.say(`<g fill="none" pointer-events="none"><path d="%s" stroke="#fff" class="zm-s" stroke-width="9"/><path d="%s" stroke="#16202A" class="zm-d" stroke-width="5"/></g>`, line, line)
		d.say("\n")
	}
}

// path writes rings in whole pixels, relative: the shortest form.
func path(g poly) string {
	var b []byte
	for _, r := range g {
		b = append(line(b, whole(r)), 'z')
	}
	return string(b)
}

// line writes a line through points on whole pixels.
func line(b []byte, points ring) []byte {
	last := pt{}
	for i, p := range points {
		if i < 2 {
			b = append(b, "Ml"[i])
		}
		b = pair(b, p.sub(last), i > 1)
		last = p
	}
	return b
}

func pair(b []byte, p pt, apart bool) []byte {
	if apart && p.x >= 0 {
		b = append(b, ' ')
	}
	b = strconv.AppendInt(b, int64(p.x), 10)
	if p.y >= 0 {
		b = append(b, ' ')
	}
	return strconv.AppendInt(b, int64(p.y), 10)
}

// number is a coordinate with one decimal at most.
func number(x float64) string {
	return strings.TrimSuffix(strconv.FormatFloat(x, 'f', 1, 64), ".0")
}
