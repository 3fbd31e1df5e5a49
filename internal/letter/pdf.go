package letter

import (
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"codeberg.org/go-pdf/fpdf"
	"github.com/go-fonts/liberation/liberationserifbold"
	"github.com/go-fonts/liberation/liberationserifbolditalic"
	"github.com/go-fonts/liberation/liberationserifitalic"
	"github.com/go-fonts/liberation/liberationserifregular"
)

// typesetter puts a paper onto pages. x and y are millimetres from the top left.
type typesetter struct {
	pdf *fpdf.Fpdf
	y   float64
}

const point = 25.4 / 72 // in mm

func writePDF(w io.Writer, p paper) error {
	pdf := fpdf.New("P", "mm", "A4", "")
	pdf.SetMargins(marginLeft, marginTop, marginRight)
	pdf.SetAutoPageBreak(false, 0)
	for style, font := range map[string][]byte{"": liberationserifregular.TTF, "B": liberationserifbold.TTF, "I": liberationserifitalic.TTF, "BI": liberationserifbolditalic.TTF} {
		pdf.AddUTF8FontFromBytes("serif", style, font)
	}
	date := p.date
	if date.IsZero() {
		date = time.Unix(0, 0)
	}
	pdf.SetCatalogSort(true)
	pdf.SetCreationDate(date.UTC())
	pdf.SetModificationDate(date.UTC())
	pdf.SetTitle(p.title, true)
	pdf.SetCreator("Pháo Đài", true)
	pdf.SetLang("vi-VN")
	t := &typesetter{pdf: pdf}
	t.newPage()
	t.setAll(p.elements)
	if err := pdf.Output(w); err != nil {
		return fmt.Errorf("write PDF: %w", err)
	}
	return nil
}

// newPage begins a page; from the second on it bears its number in the middle
// of the top margin.
func (t *typesetter) newPage() {
	t.pdf.AddPage()
	t.y = marginTop
	if n := t.pdf.PageNo(); n > 1 {
		t.font(run{}, sizeSmall)
		text := fmt.Sprint(n)
		t.pdf.Text((pageWidth-t.pdf.GetStringWidth(text))/2, 14, text)
	}
}

const bottom = pageHeight - marginBottom

// setAll sets elements down the page, with a new one where the next does not
// fit.
func (t *typesetter) setAll(elements []element) {
	for i, e := range elements {
		switch e := e.(type) {
		case para:
			t.paragraph(e, t.kept(elements[i+1:], e.keep))
		default:
			if t.y+t.height(e, textWidth) > bottom && t.y > marginTop {
				t.newPage()
			}
			t.set(e, marginLeft, textWidth)
		}
	}
}

// kept is the room that must be free below a paragraph that belongs to the next
// one: two lines.
func (t *typesetter) kept(next []element, keep bool) float64 {
	if !keep || len(next) == 0 {
		return 0
	}
	return 2 * sizeBody * 1.5 * point
}

// paragraph sets a paragraph that may run over pages; at least two of its lines
// stay together.
func (t *typesetter) paragraph(p para, below float64) {
	lines := t.wrap(p, textWidth)
	step := p.step()
	if t.y > marginTop {
		t.y += p.before * point
	}
	if need := float64(min(len(lines), 2))*step + below; t.y+need > bottom && t.y > marginTop {
		t.newPage()
	}
	for i, l := range lines { // a last line does not go to the next page alone
		if t.y+step > bottom || i == len(lines)-2 && len(lines) > 3 && t.y+2*step > bottom {
			t.newPage()
		}
		t.line(p, l, i, len(lines), marginLeft, textWidth)
	}
}

// set draws an element at x within width and moves down.
func (t *typesetter) set(e element, x, width float64) {
	switch e := e.(type) {
	case para:
		t.y += e.before * point
		lines := t.wrap(e, width)
		for i, l := range lines {
			t.line(e, l, i, len(lines), x, width)
		}
	case rule:
		t.y += e.gap * point
		from := x + (width-e.width)/2
		t.pdf.SetLineWidth(0.25)
		t.pdf.Line(from, t.y, from+e.width, t.y)
		t.y += 1
	case row:
		t.y += e.before * point
		t.row(e, x)
	}
}

func (t *typesetter) row(r row, x float64) {
	top, low := t.y, t.y
	for _, c := range r.cells {
		t.y = top
		if r.border {
			t.y += padding
		}
		for _, e := range c.elements {
			t.set(e, x+r.padding(), c.width-2*r.padding())
		}
		low = max(low, t.y+r.padding())
		x += c.width
	}
	if r.border {
		t.pdf.SetLineWidth(0.2)
		for i := len(r.cells) - 1; i >= 0; i-- {
			x -= r.cells[i].width
			t.pdf.Rect(x, top, r.cells[i].width, low-top, "D")
		}
	}
	t.y = low
}

const padding = 2.0

func (r row) padding() float64 {
	if r.border {
		return padding
	}
	return 0
}

// height is what an element takes.
func (t *typesetter) height(e element, width float64) float64 {
	switch e := e.(type) {
	case para:
		return e.before*point + float64(len(t.wrap(e, width)))*e.step()
	case rule:
		return e.gap*point + 1
	case row:
		high := 0.0
		for _, c := range e.cells {
			sum := 2 * e.padding()
			for _, inner := range c.elements {
				sum += t.height(inner, c.width-2*e.padding())
			}
			high = max(high, sum)
		}
		return high + e.before*point
	}
	return 0
}

// step is the distance from line to line in mm.
func (p para) step() float64 {
	spread := p.spread
	if spread == 0 {
		spread = 1
	}
	return p.size * 1.15 * spread * point
}

// piece is a word in its style.
type piece struct {
	run
	width float64
}

// wrap breaks a paragraph into lines of words. Centred lines are made about
// equally long, so that no single word stands below.
func (t *typesetter) wrap(p para, width float64) [][]piece {
	lines := t.breakAt(p, width)
	if p.align != centre || len(lines) < 2 {
		return lines
	}
	for narrow := width - 2; narrow > width/2; narrow -= 2 {
		tried := t.breakAt(p, narrow)
		if len(tried) > len(lines) {
			break
		}
		lines = tried
	}
	return lines
}

func (t *typesetter) breakAt(p para, width float64) [][]piece {
	var lines [][]piece
	var line []piece
	room := width - p.first
	for _, r := range p.runs {
		t.font(r, p.size)
		space := t.pdf.GetStringWidth(" ")
		for _, word := range t.fitting(strings.FieldsFunc(r.text, blank), width-p.first) {
			w := piece{run: run{word, r.bold, r.italic, r.underline}, width: t.pdf.GetStringWidth(word)}
			if len(line) > 0 && w.width+space > room {
				lines, line, room = append(lines, line), nil, width
			}
			if len(line) > 0 {
				room -= space
			}
			room -= w.width
			line = append(line, w)
		}
	}
	return append(lines, line)
}

// fitting cuts words that are wider than a whole line.
func (t *typesetter) fitting(words []string, width float64) []string {
	var out []string
	for _, w := range words {
		for t.pdf.GetStringWidth(w) > width && utf8.RuneCountInString(w) > 1 {
			n := len(w)
			for n > 0 && t.pdf.GetStringWidth(w[:n]) > width {
				_, size := utf8.DecodeLastRuneInString(w[:n])
				n -= size
			}
			if n == 0 {
				break
			}
			out, w = append(out, w[:n]), w[n:]
		}
		out = append(out, w)
	}
	return out
}

// blank tells where a line may break: not at a no-break space.
func blank(r rune) bool { return r == ' ' || r == '\t' || r == '\n' }

// line draws the i-th of n lines and moves down.
func (t *typesetter) line(p para, words []piece, i, n int, x, width float64) {
	base := t.y + p.step()*0.78
	t.y += p.step()
	if len(words) == 0 {
		return
	}
	t.font(words[0].run, p.size)
	space, sum := t.pdf.GetStringWidth(" "), 0.0
	for _, w := range words {
		sum += w.width
	}
	natural := sum + space*float64(len(words)-1)
	if i == 0 {
		x, width = x+p.first, width-p.first
	}
	switch {
	case p.align == centre:
		x += (width - natural) / 2
	case p.align == right:
		x += width - natural
	case p.align == justified && i < n-1 && len(words) > 1:
		space = (width - sum) / float64(len(words)-1)
	}
	if p.frame {
		t.pdf.SetLineWidth(0.3)
		t.pdf.Rect(x-2, t.y-p.step()-0.3, natural+4, p.step()+0.6, "D")
	}
	t.words(p, words, x, base, space)
}

func (t *typesetter) words(p para, words []piece, x, base, space float64) {
	for j, w := range words {
		t.font(w.run, p.size)
		text := w.text
		if j < len(words)-1 {
			text += " " // so that copied text has its blanks
		}
		t.pdf.Text(x, base, text)
		if w.underline {
			t.pdf.SetLineWidth(0.2)
			t.pdf.Line(x, base+0.6, x+w.width, base+0.6)
		}
		x += w.width + space
	}
}

func (t *typesetter) font(r run, size float64) {
	style := ""
	if r.bold {
		style += "B"
	}
	if r.italic {
		style += "I"
	}
	t.pdf.SetFont("serif", style, size)
}
