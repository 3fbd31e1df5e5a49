package officialdoc

import (
	"strconv"
	"strings"
	"unicode"
)

// para is one paragraph or bullet of the body, lines joined across line and
// page breaks.
type para struct {
	first, a, b int // tokens: with its number or bullet, the content
	item        string
	own         bool // opens its item
	bullet      bool
	zone        zone
	lastLine    int
}

// sentence is one clause-to-be of a paragraph.
type sentence struct {
	a, b, para int
}

// markerKind orders the levels of numbering that a text may use.
type markerKind uint8

const (
	noMarker markerKind = iota
	bulletMarker
	articleMarker
	romanMarker
	decimalMarker
	letterMarker
	parenMarker
	lowerRomanMarker
)

// marker reads a number or bullet at the start of a line: its kind, its label
// and the token after it.
func (d *draft) marker(i, limit int) (markerKind, string, int) {
	if i >= limit {
		return noMarker, "", i
	}
	t := d.toks[i]
	switch m := d.mark(i); {
	case m == '-' || m == '+' || m == '•':
		return bulletMarker, "", i + 1
	case m == '*' && d.mark(i+1) != '*':
		return bulletMarker, "", i + 1
	case m == '(' && d.mark(i+2) == ')':
		if kind, label := d.label(i + 1); kind != noMarker {
			if kind == decimalMarker || kind == letterMarker {
				kind = parenMarker
			}
			return kind, "(" + label + ")", i + 3
		}
	case t.kind == numberToken && t.digits <= 2:
		return d.decimal(i, limit)
	case t.kind == wordToken && t.end-t.start <= 4 && i+1 < limit:
		sep := d.mark(i + 1)
		if kind, label := d.label(i); kind != noMarker && d.toks[i+1].glued && (sep == ')' || sep == '.' && (kind == romanMarker || kind == letterMarker && !t.upper)) {
			if i+2 >= limit || !d.toks[i+2].glued {
				return kind, label, i + 2
			}
		}
		if d.is(i, limit, d.w("điều")) && t.upper && d.num(i+1, limit) > 0 {
			end := i + 2
			if m := d.mark(end); m == '.' || m == ':' {
				end++
			}
			return articleMarker, "Điều " + strconv.Itoa(d.num(i+1, limit)), end
		}
	}
	return noMarker, "", i
}

// label reads a roman number, a letter or a number of one item.
func (d *draft) label(i int) (markerKind, string) {
	t := d.toks[i]
	text := d.tokText(t)
	if t.kind == numberToken && t.digits <= 2 {
		return decimalMarker, text
	}
	if t.kind != wordToken || len(text) > 5 {
		return noMarker, ""
	}
	if strings.Trim(text, "IVX") == "" {
		return romanMarker, text
	}
	if strings.Trim(text, "ivx") == "" && (text != "v" && text != "x") {
		return lowerRomanMarker, text
	}
	if t.end-t.start == 1 {
		return letterMarker, strings.ToLower(text)
	}
	return noMarker, ""
}

// decimal reads "1.", "2.1.", "3.5 ", "1)".
func (d *draft) decimal(i, limit int) (markerKind, string, int) {
	label, end, depth := strconv.Itoa(d.num(i, limit)), i+1, 1
	for end+1 < limit && d.mark(end) == '.' && d.toks[end].glued && d.toks[end+1].glued && d.toks[end+1].kind == numberToken && d.toks[end+1].digits <= 2 && depth < 5 {
		label, end, depth = label+"."+strconv.Itoa(d.num(end+1, limit)), end+2, depth+1
	}
	m := d.mark(end)
	closed := (m == '.' || m == ')' || m == '/' && depth == 1) && d.toks[end].glued
	if closed && (end+1 >= limit || !d.toks[end+1].glued || m == '.' && d.toks[end+1].upper) {
		return decimalMarker, label, end + 1
	}
	if depth > 1 && depth < 5 && end < limit && !d.toks[end].glued && d.toks[end].upper {
		return decimalMarker, label, end
	}
	return noMarker, "", i
}

func (d *draft) isNumbered(l line) bool {
	kind, _, _ := d.marker(l.first, l.last)
	return kind != noMarker
}

// level is one step of the path of items.
type level struct {
	kind  markerKind
	label string
}

// paragraphs joins the lines of the body and numbers them.
func (d *draft) paragraphs() {
	width := d.wrapWidth()
	var path []level
	for i := 0; i < len(d.lines); i++ {
		l := d.lines[i]
		if l.blank() || l.zone != bodyZone && l.zone != headlineZone && l.zone != captionZone {
			continue
		}
		p := para{first: l.first, a: l.first, b: l.last, zone: l.zone, lastLine: i}
		kind, label, end := d.marker(l.first, l.last)
		switch {
		case kind == bulletMarker:
			p.a, p.bullet = end, true
			if k, lab, e := d.marker(end, l.last); k == parenMarker || k == lowerRomanMarker {
				kind, label, p.a = k, lab, e
			}
		case kind != noMarker:
			p.a, p.own = end, true
		}
		if kind > bulletMarker {
			path = deeper(path, level{kind, label})
		}
		p.item = joinPath(path)
		for j := i + 1; j < len(d.lines) && l.zone == bodyZone; j++ {
			if d.lines[j].blank() {
				continue
			}
			if !d.continues(p, j, width) {
				break
			}
			p.b, p.lastLine, i = d.lines[j].last, j, j
		}
		if p.a < p.b {
			d.paras = append(d.paras, p)
		}
	}
}

// continues reports whether line j goes on with the paragraph above it: a
// page or line break inside a sentence.
func (d *draft) continues(p para, j, width int) bool {
	l, above := d.lines[j], d.lines[p.lastLine]
	if l.zone != bodyZone || d.isNumbered(l) {
		return false
	}
	last := d.mark(p.b - 1)
	open := last != '.' && last != ':' && last != ';' && last != '!' && last != '?' && last != '…'
	first := d.toks[l.first]
	lower := first.kind == wordToken && !first.upper
	if open && lower {
		return true
	}
	if open && first.kind == numberToken && last != ',' && j == p.lastLine+1 && d.has(p.b-1, p.b, d.c.Dayword) {
		return true
	}
	if j != p.lastLine+1 || width == 0 {
		return false
	}
	return above.end-above.start >= width*3/4 && (open || lower || last != ':' && above.end-above.start >= width*9/10)
}

// wrapWidth is the width at which the text was wrapped, or 0 where each line
// is a paragraph.
func (d *draft) wrapWidth() int {
	var counts [201]int
	total := 0
	for _, l := range d.lines {
		if l.zone != bodyZone || l.blank() {
			continue
		}
		counts[min(l.end-l.start, 200)]++
		total++
	}
	if total < 8 {
		return 0
	}
	seen := 0
	for n := 200; n > 0; n-- {
		seen += counts[n]
		if seen*12 >= total {
			if n < 30 || n >= 150 {
				return 0
			}
			return n
		}
	}
	return 0
}

func deeper(path []level, l level) []level {
	for i, p := range path {
		if p.kind == l.kind {
			return append(append([]level(nil), path[:i]...), l)
		}
	}
	if l.kind == decimalMarker || l.kind == romanMarker || l.kind == articleMarker { // above letters and (1)
		var keep []level
		for _, p := range path {
			if p.kind < l.kind {
				keep = append(keep, p)
			}
		}
		return append(keep, l)
	}
	return append(append([]level(nil), path...), l)
}

func joinPath(path []level) string {
	labels := make([]string, len(path))
	for i, l := range path {
		labels[i] = l.label
	}
	return strings.Join(labels, ".")
}

// sentenceEnd reports whether token i closes a sentence, and the token after
// it with closing quotes.
func (d *draft) sentenceEnd(i int) (bool, int) {
	if i < 0 || i >= len(d.toks) {
		return false, i
	}
	for i > 0 && (d.mark(i) == '"' || d.mark(i) == ')' || d.mark(i) == '\'') {
		i--
	}
	m := d.mark(i)
	return m == '.' || m == '!' || m == '?' || m == '…', i + 1
}

// maxSentence is the number of tokens at which a sentence without an end is
// cut, so that work grows with the length of the text only.
const maxSentence = 1500

// split cuts a paragraph into sentences.
func (d *draft) split(n int) {
	p := d.paras[n]
	from := d.capsPrefix(p)
	for i := p.a; i < p.b; i++ {
		m := d.mark(i)
		if i-from >= maxSentence {
			d.addSentence(from, i, n)
			from = i
		}
		if m != '.' && m != '!' && m != '?' && m != '…' {
			continue
		}
		end := i + 1
		for end < p.b && d.toks[end].glued && (d.mark(end) == '"' || d.mark(end) == ')' || d.mark(end) == '.') {
			end++
		}
		if end < p.b && !d.opensSentence(i, end) {
			continue
		}
		d.addSentence(from, end, n)
		from, i = end, end-1
	}
	d.addSentence(from, p.b, n)
}

// capsPrefix is the token behind a headline in capitals that shares its line
// with the text: "XÉT NGHIỆM NHANH …: Từ ngày 18/4, …".
func (d *draft) capsPrefix(p para) int {
	if d.formal {
		return p.a
	}
	words := 0
	for i := p.a; i < min(p.b, p.a+40); i++ {
		if d.mark(i) == ':' && words >= 3 && i+1 < p.b {
			return i + 1
		}
		if t := d.toks[i]; t.kind == wordToken && t.end-t.start > 1 {
			if !t.caps {
				return p.a
			}
			words++
		}
	}
	return p.a
}

// opensSentence reports whether a sentence ends at mark i and token next
// begins another.
func (d *draft) opensSentence(i, next int) bool {
	t := d.toks[next]
	if t.glued && !(d.mark(i) == '.' && t.upper && t.kind == wordToken && d.toks[i-1].end-d.toks[i-1].start > 3) {
		return false
	}
	if t.kind == wordToken && !t.upper || d.mark(next) == ',' || d.mark(next) == ';' || d.mark(next) == ')' {
		return false
	}
	if d.mark(i) != '.' || i == 0 {
		return true
	}
	before := d.toks[i-1]
	if before.kind != wordToken || !d.toks[i].glued {
		return true
	}
	return !(before.upper && before.end-before.start == 1) && !d.has(i-1, i, d.c.Abbreviation)
}

func (d *draft) addSentence(a, b, n int) {
	for a < b && (d.mark(a) == '"' || d.mark(a) == '*' || d.mark(a) == '\'') {
		a++
	}
	if a < b && d.wordsIn(a, b) > 0 {
		d.sentences = append(d.sentences, sentence{a, b, n})
	}
}

func (d *draft) wordsIn(a, b int) int {
	n := 0
	for i := a; i < b; i++ {
		if d.toks[i].kind != punctToken && (d.toks[i].kind == numberToken || unicode.IsLetter(d.runes[d.toks[i].start])) {
			n++
		}
	}
	return n
}
