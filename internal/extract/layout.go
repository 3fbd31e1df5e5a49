package extract

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// word is one word with its box; y grows downwards. Units are those of the
// page: points for PDF, pixels for OCR.
type word struct {
	text           string
	x0, y0, x1, y1 float64
	sure           float64 // certainty of OCR, 0 to 100
}

// line is a row of words that belong together: one column's part of a row.
type line struct {
	words          []word
	x0, y0, x1, y1 float64
}

// page is what one page shows, in reading order.
type page struct {
	width, height float64
	lines         []line
	scanned       bool
}

func newLine(words []word) line {
	l := line{words: words, x0: math.Inf(1), y0: math.Inf(1), x1: math.Inf(-1), y1: math.Inf(-1)}
	for _, w := range words {
		l.x0, l.y0 = min(l.x0, w.x0), min(l.y0, w.y0)
		l.x1, l.y1 = max(l.x1, w.x1), max(l.y1, w.y1)
	}
	return l
}

func (l line) text() string {
	parts := make([]string, len(l.words))
	for i, w := range l.words {
		parts[i] = w.text
	}
	return strings.Join(parts, " ")
}

func (l line) height() float64 { return l.y1 - l.y0 }

// beside tells whether two lines share a row of the page.
func (l line) beside(o line) bool {
	shared := min(l.y1, o.y1) - max(l.y0, o.y0)
	return shared > 0.5*min(l.height(), o.height())
}

// straighten turns a page back by the slope at which its lines run, so that
// one margin is one x from top to bottom.
func (p *page) straighten() {
	var slopes []float64
	for _, l := range p.lines {
		first, last := l.words[0], l.words[len(l.words)-1]
		if dx := last.x0 - first.x0; dx > p.width/3 {
			slopes = append(slopes, (last.y1-first.y1)/dx)
		}
	}
	if len(slopes) < 3 {
		return
	}
	slope := median(slopes)
	if math.Abs(slope) < 0.001 || math.Abs(slope) > 0.1 {
		return
	}
	for i, l := range p.lines {
		for j, w := range l.words {
			dx, dy := slope*(w.y0+w.y1)/2, -slope*(w.x0+w.x1)/2
			l.words[j].x0, l.words[j].x1 = w.x0+dx, w.x1+dx
			l.words[j].y0, l.words[j].y1 = w.y0+dy, w.y1+dy
		}
		p.lines[i] = newLine(l.words)
	}
}

// split cuts rows that run across two columns, as OCR gives for the heading
// and for recipients beside a signature, and puts the left column of a region
// before its right one.
func (p *page) split() {
	var out, right []line
	flush := func() {
		out = append(out, right...)
		right = nil
	}
	for _, l := range p.lines {
		at := gap(l)
		if n := len(right); n > 0 && l.y0 > right[n-1].y1+2.5*l.height() {
			flush() // the region ended further up
		}
		switch {
		case at > 0:
			out = append(out, newLine(l.words[:at]))
			right = append(right, newLine(l.words[at:]))
		case len(right) > 0 && l.x0 < right[0].x0-2*l.height() && l.x1 > right[0].x0:
			flush() // a row across the page ends the region
			out = append(out, l)
		case len(right) > 0 && l.x0 >= right[0].x0-2*l.height():
			right = append(right, l)
		default:
			out = append(out, l)
		}
	}
	flush()
	p.lines = out
}

// gap finds where a row breaks in two: a blank of more than three heights with
// words on both sides. 0 is nowhere.
func gap(l line) int {
	best, at := 3*medianHeight(l.words), 0
	for i := 1; i < len(l.words); i++ {
		if g := l.words[i].x0 - l.words[i-1].x1; g > best {
			best, at = g, i
		}
	}
	return at
}

func medianHeight(words []word) float64 {
	heights := make([]float64, len(words))
	for i, w := range words {
		heights[i] = w.y1 - w.y0
	}
	return median(heights)
}

func median(v []float64) float64 { return quantile(v, 0.5) }

// quantile returns the q-th part of v in order; 0 of nothing.
func quantile(v []float64, q float64) float64 {
	if len(v) == 0 {
		return 0
	}
	v = slices.Clone(v)
	slices.SortFunc(v, cmp.Compare)
	return v[int(q*float64(len(v)-1))]
}
