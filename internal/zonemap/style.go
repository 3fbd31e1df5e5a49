package zonemap

import (
	"fmt"
	"slices"
)

func (c Class) pattern() Pattern {
	switch c.Pattern {
	case Dots, Diagonal, Cross, Double, Broken:
		return c.Pattern
	}
	return Plain
}

// sheetStyle are the colours of pages.md, section 5. Attributes hold those of
// light: mail programs drop styles. In the dark the fills stay bright, and so what
// lies on them keeps dark ink: borders (e), labels and badges (k, on b). Selectors
// are single classes, which also reach what a reference draws.
const sheetStyle = `.zm{max-width:100%;height:auto;--zm-p:#fff;--zm-i:#16202A;--zm-q:#46535F;--zm-e:#16202A;--zm-n:#F3F5F7;--zm-b:#fff}` +
	`@media(prefers-color-scheme:dark){:root:not([data-theme=light]) .zm,svg.zm:root{` + darkStyle + `}}` +
	`:root[data-theme=dark] .zm{` + darkStyle + `}` +
	`.zm-p{fill:var(--zm-p)}.zm-i{fill:var(--zm-i)}.zm-q{fill:var(--zm-q)}.zm-n{fill:var(--zm-n)}.zm-b{fill:var(--zm-b)}` +
	`.zm-e{stroke:var(--zm-e)}.zm-d{stroke:var(--zm-i)}.zm-s{stroke:var(--zm-p)}.zm-h{stroke:var(--zm-b)}` +
	`.zm a:focus-visible{outline:3px solid var(--zm-i);outline-offset:2px}` +
	`@media print{.zm,:root .zm,:root[data-theme] .zm,svg.zm:root{--zm-p:#fff;--zm-i:#000;--zm-q:#000;--zm-e:#000;--zm-n:#fff;--zm-b:#fff}` +
	`.zm-f{fill:#fff}.zm-k,.zm-o{fill:#000}.zm-l{stroke:#000;stroke-opacity:1}.zm-o{opacity:1}}`

const darkStyle = `--zm-p:#11171C;--zm-i:#E4E9ED;--zm-q:#AAB6C0;--zm-e:#11171C;--zm-n:#1A222A;--zm-b:#E4E9ED`

func (d *drawing) style() {
	nonce := ""
	if d.o.Nonce != "" {
		nonce = fmt.Sprintf(` nonce="%s"`, escaped(d.o.Nonce))
	}
	d.say("<style%s>%s</style>\n", nonce, sheetStyle)
}

// defs are what is drawn more than once: patterns, badges, borders of parents.
func (d *drawing) defs() {
	d.say("<defs>\n")
	shown := d.s.counts()
	for i, c := range d.s.classes {
		if shown[i] > 0 || i < len(d.m.Classes) {
			d.patternOf(i, c)
			d.badgeOf(i, c)
		}
	}
	for i, g := range d.s.borders {
		if g == nil {
			continue
		}
		d.say(`<path id="%sw%d" clip-rule="evenodd" d="%s"/>`, d.o.ID, i, path(g))
		if d.cuts(i) {
			d.say(`<clipPath id="%sc%d"><use href="#%sw%d"/></clipPath>`, d.o.ID, i, d.o.ID, i)
		}
		d.say("\n")
	}
	d.say("</defs>\n")
}

func (d *drawing) cuts(parent int) bool {
	for _, p := range d.s.places {
		if p.cell != nil && p.parent == parent {
			return true
		}
	}
	return false
}

// inks are the marks of the patterns on a tile of 10 pixels: light enough for a
// name to be read over them, full in print, where they stand for the colour.
var inks = map[Pattern]string{
	Dots:     `<g fill="#16202A" class="zm-o" opacity=".75"><circle cx="2.5" cy="2.5" r="1.1"/><circle cx="7.5" cy="7.5" r="1.1"/></g>`,
	Diagonal: `<path d="M-2 12L12-2M-2 2L2-2M8 12L12 8" stroke="#16202A" class="zm-l" stroke-opacity=".6"/>`,
	Cross:    `<path d="M-2-2L12 12M-2 12L12-2M-2 2L2-2M8 12L12 8M-2 8L2 12M8-2L12 2" stroke="#16202A" class="zm-l" stroke-opacity=".6"/>`,
}

func (d *drawing) patternOf(i int, c Class) {
	d.say(`<pattern id="%sp%d" width="10" height="10" patternUnits="userSpaceOnUse"><path d="M0 0h10v10H0z" fill="%s" class="zm-f"/>%s</pattern>`,
		d.o.ID, i, colour(c.Fill), inks[c.pattern()])
}

// badgeOf is the badge of a class around its own middle.
func (d *drawing) badgeOf(i int, c Class) {
	w := badgeWide(c)
	shape := fmt.Sprintf(`<rect x="%s" y="-9" width="%s" height="18"%s/>`, number(-w/2), number(w), corners(c.Layer))
	if c.Layer == CityZone && w == badgeHigh {
		shape = `<circle r="9"/>`
	}
	d.say(`<g id="%sb%d"><g fill="#fff" class="zm-b" stroke="#16202A" stroke-width="1.5">%s</g><text y="4.4" text-anchor="middle" font-size="12" font-weight="600" fill="#16202A" class="zm-k">%s</text></g>`,
		d.o.ID, i, shape, escaped(bounded(c.Badge, 12)))
	d.say(`<marker id="%sm%d" markerUnits="userSpaceOnUse" overflow="visible"><use href="#%sb%d"/></marker>`+"\n", d.o.ID, i, d.o.ID, i)
}

func corners(l Layer) string {
	switch l {
	case CityZone:
		return ` rx="9"`
	case EpiRisk:
		return ` rx="5"`
	}
	return ""
}

// writeLabels writes what found room. Text has a rim of paper, so that it reads
// on every pattern. The badges of a class are the corners of one line: a tenth of
// the bytes of a reference each.
func (d *drawing) writeLabels(names int) {
	labels := d.s.labels(names)
	d.say(`<g pointer-events="none" text-anchor="middle" aria-hidden="true">`)
	for _, l := range labels {
		if l.from != nil {
			d.leader(l)
		}
	}
	badges := make([]ring, len(d.s.classes))
	for i, l := range labels {
		if l.badge >= 0 {
			badges[l.badge] = append(badges[l.badge], pt{(l.at.x0 + l.at.x1) / 2, l.at.y0 + badgeHigh/2}.round())
			labels[i].at.y0 += badgeHigh
		}
	}
	for class, at := range badges {
		d.badges(class, at)
	}
	inside := func(l label) bool { return l.from == nil }
	d.say("\n<g fill=\"#16202A\" class=\"zm-k\"><g stroke=\"#fff\" class=\"zm-h\" stroke-width=\"4\" paint-order=\"stroke\">")
	d.texts(labels, inside)
	d.say("</g></g>\n<g stroke=\"#fff\" class=\"zm-s\" stroke-width=\"4\" paint-order=\"stroke\">")
	d.texts(labels, func(l label) bool { return l.from != nil })
	d.say("</g></g>\n")
}

// texts writes the lines of some labels, grouped by size and weight.
func (d *drawing) texts(labels []label, which func(label) bool) {
	for _, bold := range []bool{false, true} {
		for _, size := range []float64{letterSize, nameSize, parentSize} {
			d.textsOf(labels, bold, size, which)
		}
	}
}

func (d *drawing) badges(class int, at ring) {
	switch len(at) {
	case 0:
	case 1:
		d.say(`<use href="#%sb%d" x="%s" y="%s"/>`, d.o.ID, class, number(at[0].x), number(at[0].y))
	default:
		m := fmt.Sprintf("url(#%sm%d)", d.o.ID, class)
		d.say(`<path fill="none" marker-start="%s" marker-mid="%s" marker-end="%s" d="%s"/>`, m, m, m, line(nil, at))
	}
}

func (d *drawing) textsOf(labels []label, bold bool, size float64, which func(label) bool) {
	mine := func(l label) bool { return l.bold == bold && l.size == size && which(l) }
	if !slices.ContainsFunc(labels, mine) {
		return
	}
	d.say(`<g font-size="%s"%s>`, number(size), map[bool]string{true: ` font-weight="600"`}[bold])
	for _, l := range labels {
		if !mine(l) {
			continue
		}
		for i, line := range l.lines {
			d.say(`<text x="%.0f" y="%.0f">%s</text>`, (l.at.x0+l.at.x1)/2, l.at.y0+size*(ascent+lineHigh*float64(i)), escaped(line))
		}
	}
	d.say("</g>")
}

// leader ties a label to its area.
func (d *drawing) leader(l label) {
	to := pt{min(max(l.from.x, l.at.x0), l.at.x1), min(max(l.from.y, l.at.y0), l.at.y1)}
	line := fmt.Sprintf("M%s %sL%s %s", number(l.from.x), number(l.from.y), number(to.x), number(to.y))
	d.say(`<path d="%s" stroke="#fff" class="zm-s" stroke-width="4"/><path d="%s" stroke="#16202A" class="zm-d" stroke-width="1.5"/>`, line, line)
}
