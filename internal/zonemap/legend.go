package zonemap

import (
	"fmt"
	"math"
	"strings"
)

const pad = 16.0 // of the sheet

// head writes title, notice and as-of text over the ground.
func (d *drawing) head() {
	y := 4.0
	if d.m.Notice != "" {
		d.notice()
		y += 32
	}
	y = d.lines(d.m.Title, y, 18, ` font-weight="600"`)
	y = d.lines(d.m.AsOf, y, 13, ` fill="#46535F" class="zm-q"`)
	d.top = y
}

// notice is a band across the sheet: an exercise is marked as one.
func (d *drawing) notice() {
	d.say(`<rect width="%s" height="30" fill="#FFF4D6" class="zm-f"/><path d="M0 29h%sM0 1h%s" stroke="#16202A" stroke-width="2" stroke-dasharray="10 6"/>`, number(d.width), number(d.width), number(d.width))
	d.say(`<text x="%s" y="20" font-weight="600" fill="#16202A" class="zm-k">%s</text>`+"\n", number(pad), escaped(shorten(d.m.Notice, 13, d.width-2*pad)))
}

// lines writes wrapped text and returns where the next begins.
func (d *drawing) lines(text string, y, size float64, attributes string) float64 {
	for _, line := range wrap(bounded(text, maxText), size, d.width-2*pad) {
		d.say(`<text x="%s" y="%s" font-size="%s"%s>%s</text>`, number(pad), number(y+size*ascent), number(size), attributes, escaped(line))
		y += math.Ceil(size * 1.5)
	}
	return y
}

// shorten cuts a text to a width.
func shorten(text string, size, width float64) string {
	text = bounded(text, maxText)
	for r := []rune(text); widthOf(text, size) > width && len(r) > 1; {
		r = r[:len(r)-1]
		text = strings.TrimSpace(string(r)) + "…"
	}
	return text
}

// compass writes the arrow to the north and the scale bar on the sheet's edge.
func (d *drawing) compass() {
	x, high := d.width-pad-8, d.s.frame.height+2*d.s.frame.top
	d.say(`<g class="zm-i" aria-hidden="true"><path d="M%s 6l7 18-7-5-7 5z"/><text x="%s" y="38" text-anchor="middle" font-weight="600" class="zm-i">%s</text></g>`, number(x), number(x), escaped(bounded(d.m.Words.North, 4)))
	length, text := d.scaleBar()
	if length == 0 {
		return
	}
	y := high + 4
	d.say(`<path d="M%s %sv6h%sv-6" fill="none" stroke="#16202A" stroke-width="2" class="zm-d"/><text x="%s" y="%s" class="zm-i">%s</text>`+"\n",
		number(pad), number(y), number(length), number(pad+length+8), number(y+8), escaped(text))
}

// scaleBar is a round length of about a fifth of the sheet.
func (d *drawing) scaleBar() (pixels float64, text string) {
	most := d.width / 5 / d.s.frame.metre
	if most < 1 || most > 1e7 {
		return 0, ""
	}
	unit := math.Pow(10, math.Floor(math.Log10(most)))
	metres := unit
	for _, n := range []float64{2, 5} {
		if n*unit <= most {
			metres = n * unit
		}
	}
	if metres >= 1000 {
		return metres * d.s.frame.metre, fmt.Sprintf("%.0f %s", metres/1000, d.m.Words.Kilometres)
	}
	return metres * d.s.frame.metre, fmt.Sprintf("%.0f %s", metres, d.m.Words.Metres)
}

// flow puts items beside each other, and under each other when a row is full.
type flow struct{ x, y, width, row float64 }

func (f *flow) next(wide float64) (x, y float64) {
	if f.x > pad && f.x+wide > f.width-pad {
		f.x, f.y = pad, f.y+f.row
	}
	x, y = f.x, f.y
	f.x += wide + 20
	return x, y
}

func (f *flow) end() float64 { return f.y + f.row }

// foot writes legend, note and the areas without a place.
func (d *drawing) foot() {
	d.height += 24
	d.legend()
	for _, p := range d.s.places {
		if p.cell != nil {
			d.height = d.lines(d.m.Words.Estimated, d.height, 13, ` fill="#46535F" class="zm-q"`)
			break
		}
	}
	d.unplaced()
	d.height += 8
}

// legend shows each class: pattern with its edge and letter, badge, name, count.
func (d *drawing) legend() {
	f := &flow{pad, d.height, d.width, 30}
	counts := d.s.counts()
	for i, c := range d.s.classes {
		if counts[i] == 0 && i == len(d.m.Classes) {
			continue
		}
		badge := badgeWide(c)
		name := shorten(fmt.Sprintf("%s (%d)", bounded(c.Name, 80), counts[i]), 13, d.width-2*pad-badge-50)
		x, y := f.next(44 + badge + 6 + widthOf(name, 13))
		d.swatch(i, c, x, y)
		d.say(`<use href="#%sb%d" x="%s" y="%s"/><text x="%s" y="%s">%s</text>`+"\n", d.o.ID, i, number(x+44+badge/2), number(y+11), number(x+44+badge+6), number(y+15.5), escaped(name))
	}
	d.height = f.end()
}

// swatch is a piece of ground of a class, with its letter.
func (d *drawing) swatch(i int, c Class, x, y float64) {
	width := map[Pattern]float64{Double: 7}[c.pattern()]
	if width == 0 {
		width = 2
	}
	at := fmt.Sprintf(`x="%s" y="%s" width="34" height="18"`, number(x+2), number(y+2))
	d.say(`<rect %s fill="url(#%sp%d)" stroke="#16202A" class="zm-d" stroke-width="%s"/>`, at, d.o.ID, i, number(width))
	switch c.pattern() {
	case Double:
		d.say(`<rect %s fill="none" stroke="#fff" class="zm-s" stroke-width="2.5"/>`, at)
	case Broken:
		d.say(`<rect %s fill="none" stroke="#fff" class="zm-s" stroke-width="2" stroke-dasharray="5 6"/>`, at)
	}
	if c.Letter != "" {
		d.say(`<text x="%s" y="%s" text-anchor="middle" font-size="11" font-weight="600" fill="#16202A" class="zm-k zm-h" stroke="#fff" stroke-width="3" paint-order="stroke">%s</text>`,
			number(x+19), number(y+15), escaped(bounded(c.Letter, 4)))
	}
}

// unplaced lists areas that have no place on the map.
func (d *drawing) unplaced() {
	f := &flow{}
	for _, p := range d.s.places {
		if p.placed() {
			continue
		}
		if f.row == 0 {
			d.height = d.lines(d.m.Words.Unplaced, d.height+6, 13, ` font-weight="600"`)
			f = &flow{pad, d.height + 2, d.width, 34}
		}
		d.unplacedBox(f, p)
	}
	if f.row > 0 {
		d.height = f.end()
	}
}

func (d *drawing) unplacedBox(f *flow, p place) {
	c := d.s.classes[p.class]
	badge := badgeWide(c)
	name := shorten(p.area.Name, 13, d.width-2*pad-badge-26)
	wide := badge + 20 + widthOf(name, 13)
	x, y := f.next(wide)
	to := link(p.area.Link)
	if to != "" {
		d.say(`<a href="%s">`, escapedLink(to))
	}
	d.say(`<rect x="%s" y="%s" width="%s" height="28" fill="none" stroke="#6B7885" class="zm-d"/><use href="#%sb%d" x="%s" y="%s"/><text x="%s" y="%s">%s</text>`,
		number(x), number(y), number(wide), d.o.ID, p.class, number(x+7+badge/2), number(y+14), number(x+badge+13), number(y+18.5), escaped(name))
	if to != "" {
		d.say(`</a>`)
	}
	d.say("\n")
}
