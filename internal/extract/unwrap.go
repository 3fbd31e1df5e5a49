package extract

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// unwrap joins the rows of all pages into paragraphs, one a line, with an empty
// line where the page shows a larger gap. A row goes on in the next one when
// the next word would not have fitted any more, unless an indent, a gap, a
// number or a bullet says that something new begins.
func unwrap(pages []page) string {
	var rows []row
	for i := range pages {
		rows = append(rows, rowsOf(&pages[i], i)...)
	}
	var out strings.Builder
	first := 0 // of the paragraph
	for i, r := range rows {
		if i > 0 {
			if join(rows, first, i) {
				out.WriteString(glue(rows[i-1].text, r.text))
			} else {
				first = i
				out.WriteString(strings.Repeat("\n", 1+gapBefore(rows, i)))
			}
		}
		out.WriteString(r.text)
	}
	if out.Len() > 0 {
		out.WriteByte('\n')
	}
	return out.String()
}

// row is a line with what its page tells about it.
type row struct {
	line
	text     string
	page     int
	left     float64 // of the body of the page
	right    float64 // of the column
	pitch    float64 // usual step from row to row
	body     float64 // width of the body
	alone    bool    // nothing stands beside it
	centred  bool
	marked   bool // begins with a number or a bullet
	capitals bool // no small letter
	stepped  bool // the page's numbered rows are indented, so one at the margin is none
}

func rowsOf(p *page, number int) []row {
	var rows []row
	for _, l := range p.lines {
		r := row{line: l, text: tidy(l.text()), page: number, alone: true}
		if r.text == "" || pageNumber(r, p) {
			continue
		}
		rows = append(rows, r)
	}
	for i := range rows {
		for j := range rows {
			if i != j && rows[i].beside(rows[j].line) {
				rows[i].alone = false
			}
		}
	}
	measure(rows, p)
	return rows
}

// measure finds margins and pitch of the page and what follows for each row.
func measure(rows []row, p *page) {
	left, right := margins(rows, p)
	pitch := pitchOf(rows)
	marks, steps := 0, 0
	for i := range rows {
		r := &rows[i]
		r.left, r.right, r.pitch, r.body = left, right, pitch, right-left
		if !r.alone {
			r.right = columnRight(rows, i)
		}
		middle := (r.x0 + r.x1) / 2
		r.centred = r.alone && r.x0 > left+0.08*r.body && abs(middle-(left+right)/2) < 0.03*r.body
		r.marked = marker.MatchString(r.text)
		if r.marked && r.alone {
			marks++
			if r.x0-left > 0.02*r.body {
				steps++
			}
		}
		r.capitals = strings.IndexFunc(r.text, unicode.IsLower) < 0 && strings.IndexFunc(r.text, unicode.IsUpper) >= 0
	}
	for i := range rows {
		rows[i].stepped = 2*steps > marks
	}
}

// margins are those of the rows that fill most of the page's width; a page
// without such rows has the width of its widest.
func margins(rows []row, p *page) (left, right float64) {
	var x0, x1 []float64
	widest := 0.0
	for _, r := range rows {
		if r.alone {
			widest = max(widest, r.x1-r.x0)
		}
	}
	for _, r := range rows {
		if r.alone && r.x1-r.x0 > 0.8*widest && widest > 0.4*p.width {
			x0, x1 = append(x0, r.x0), append(x1, r.x1)
		}
	}
	if len(x0) == 0 {
		return 0.1 * p.width, 0.9 * p.width
	}
	return quantile(x0, 0.05), quantile(x1, 0.95)
}

// columnRight is the right edge of the rows near to and in one column with row
// i, where something stands beside it.
func columnRight(rows []row, i int) float64 {
	right := rows[i].x1
	for j := max(0, i-12); j < min(len(rows), i+12); j++ {
		if !rows[j].alone && rows[j].x0 < rows[i].x1 && rows[j].x1 > rows[i].x0 {
			right = max(right, rows[j].x1)
		}
	}
	return right
}

// pitchOf is the usual step within paragraphs: the lower quarter of all steps
// between rows that fill the page, which list lines in small letters do not.
func pitchOf(rows []row) float64 {
	var steps, others []float64
	for i := 1; i < len(rows); i++ {
		step := rows[i].y1 - rows[i-1].y1
		switch {
		case step <= 0.6*rows[i].height():
		case rows[i].alone && rows[i-1].alone:
			steps = append(steps, step)
		default:
			others = append(others, step)
		}
	}
	if len(steps) == 0 {
		steps = others
	}
	return quantile(steps, 0.25)
}

// join tells whether row i goes on the paragraph that began at row first.
func join(rows []row, first, i int) bool {
	prev, next := rows[i-1], rows[i]
	samePage := prev.page == next.page
	small := startsSmall(next.text) && !next.marked
	switch {
	case samePage && (next.y0 < prev.y0-prev.height() || prev.beside(next.line)):
		return false // the next column
	case samePage && next.y1-prev.y1 > 1.3*prev.pitch && prev.pitch > 0:
		return false
	case prev.alone != next.alone:
		return false
	case prev.capitals:
		return next.capitals && prev.centred && next.centred && full(prev, next)
	case prev.centred && next.centred:
		return small
	case next.marked && !inside(prev, next):
		return false
	case small:
		return full(prev, next) || !ends(prev.text)
	}
	return full(prev, next) && !indented(rows, first, i)
}

// full tells whether the first word of next would not have fitted behind prev.
func full(prev, next row) bool {
	w := next.words[0]
	space := 0.25 * prev.height()
	return prev.x1+space+(w.x1-w.x0) > prev.right-0.01*prev.body
}

// indented tells whether row i begins further right than a row that goes on.
func indented(rows []row, first, i int) bool {
	prev, next := rows[i-1], rows[i]
	step := 0.02 * next.body
	hang := next.x0 - next.left
	if prev.page == next.page {
		if i-1 > first && abs(next.x0-prev.x0) < step {
			return false
		}
		if i-1 == first && prev.marked && next.x0 > prev.x0+step/2 {
			return false
		}
	}
	return hang > step
}

// inside tells a number or a dash within a sentence, "các dự thảo (1) …; (2) …"
// or "chính trị - xã hội", from one that begins an item: the row before is full
// and this one stands at the margin.
func inside(prev, next row) bool {
	if !full(prev, next) || next.x0-next.left > 0.02*next.body {
		return false
	}
	rest, dash := strings.CutPrefix(strings.Replace(next.text, "–", "-", 1), "- ")
	if dash && startsSmall(rest) && !strings.ContainsAny(last(prev.text), ".;:,/") {
		return true
	}
	return next.stepped && !strings.ContainsAny(last(prev.text), ".:")
}

// gapBefore tells whether an empty line belongs before row i.
func gapBefore(rows []row, i int) int {
	prev, next := rows[i-1], rows[i]
	if prev.page != next.page {
		return 1
	}
	step := next.y1 - prev.y1
	if step < 0 || step > 1.3*prev.pitch {
		return 1
	}
	return 0
}

var marker = regexp.MustCompile(`^(\d{1,2}(\.\d{1,2}){0,3}[.)]\)?|\d{1,2}(\.\d{1,2}){1,3}|\d{1,2}/|[a-zđ]\)|[a-zđ]\.|\([0-9a-zđ]{1,4}\)|[IVX]{1,5}\.|[-–—+•*·●▪])(\s|$)|^(Điều|Chương|Phụ lục|Nơi nhận|Kính gửi)[\s:]`)

// glue is what stands between two joined rows: nothing where a symbol such as
// 20/CT-UBND was cut, else a space.
func glue(prev, next string) string {
	end, size := utf8.DecodeLastRuneInString(prev)
	before, _ := utf8.DecodeLastRuneInString(prev[:len(prev)-size])
	start, _ := utf8.DecodeRuneInString(next)
	cut := (end == '-' || end == '/') && (unicode.IsLetter(before) || unicode.IsDigit(before))
	if cut && (unicode.IsLetter(start) || unicode.IsDigit(start)) {
		return ""
	}
	return " "
}

// pageNumber tells a page number in the head or foot of the page from text.
func pageNumber(r row, p *page) bool {
	edge := r.y1 < 0.1*p.height || r.y0 > 0.9*p.height
	return edge && number.MatchString(r.text)
}

var number = regexp.MustCompile(`^(?i)([-–—.]? ?\d{1,3} ?[-–—.]?|(trang|page) \d{1,3}( ?/ ?\d{1,3})?)$`)

// tidy drops soft hyphens and joins blanks.
func tidy(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ReplaceAll(s, "\u00AD", ""), func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r)
	}), " ")
}

func startsSmall(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsLower(r)
}

func last(s string) string {
	_, size := utf8.DecodeLastRuneInString(s)
	return s[len(s)-size:]
}

// ends tells whether a row ends a sentence or a part of a list.
func ends(s string) bool {
	return slices.Contains([]string{".", ";", ":", "!", "?", "…"}, last(strings.TrimRight(s, `”"»)`)))
}

func abs(x float64) float64 { return max(x, -x) }
