package officialdoc

import (
	"strings"
	"unicode"

	"phaodai/internal/fold"
)

// token is a word, a run of digits or one mark of punctuation.
type token struct {
	start, end int32 // code points of the text as given
	word       wordID
	num        int32 // value of a number of up to 9 digits, else -1
	line       int32
	digits     uint8
	kind       tokenKind
	glued      bool // no blank before it
	upper      bool // begins with a capital
	caps       bool // at least two letters, all capitals
}

type tokenKind uint8

const (
	wordToken tokenKind = iota
	numberToken
	punctToken
)

// source is the text as given with its tokens and lines.
type source struct {
	runes []rune
	toks  []token
	lines []line
}

func (s *source) tokText(t token) string { return string(s.runes[t.start:t.end]) }

// tokenize cuts the text into tokens and lines, looking words up in v.
func tokenize(runes []rune, v *vocabulary) *source {
	s := &source{runes: runes, toks: make([]token, 0, len(runes)/4+8)}
	var buf []rune
	glued, lineStart, firstTok := false, 0, 0
	endLine := func(end int) {
		s.lines = append(s.lines, line{start: lineStart, end: end, first: firstTok, last: len(s.toks)})
		firstTok = len(s.toks)
	}
	for i := 0; i < len(runes); {
		r := runes[i]
		switch {
		case isNewline(r):
			endLine(i)
			if r == '\r' && i+1 < len(runes) && runes[i+1] == '\n' {
				i++
			}
			i++
			lineStart, glued = i, false
			continue
		case isBlank(r):
			glued = false
			i++
			continue
		}
		t := token{start: int32(i), line: int32(len(s.lines)), glued: glued, num: -1}
		switch {
		case unicode.IsDigit(r):
			i = scanNumber(runes, i, &t)
		case isWordRune(r):
			t.upper = unicode.IsUpper(r)
			for i < len(runes) && isWordRune(runes[i]) {
				i++
			}
			t.caps = isCaps(runes[t.start:i])
		default:
			i++
			t.kind = punctToken
		}
		t.end = int32(i)
		buf = s.appendNormal(buf[:0], t)
		t.word = v.lookup(buf)
		s.toks = append(s.toks, t)
		glued = true
	}
	endLine(len(runes))
	return s
}

// appendNormal appends the form in which rules name a token.
func (s *source) appendNormal(dst []rune, t token) []rune {
	text := s.runes[t.start:t.end]
	switch t.kind {
	case wordToken:
		return normalize(dst, text)
	case punctToken:
		return append(dst, plainPunct(text[0]))
	}
	return append(dst, text...)
}

func (s *source) normal(t token) []rune { return s.appendNormal(nil, t) }

func scanNumber(runes []rune, i int, t *token) int {
	t.kind, t.num = numberToken, 0
	start := i
	for i < len(runes) && unicode.IsDigit(runes[i]) {
		d := int32(-1)
		if runes[i] >= '0' && runes[i] <= '9' {
			d = runes[i] - '0'
		}
		if i-start >= 9 || d < 0 || t.num < 0 {
			t.num = -1
		} else {
			t.num = t.num*10 + d
		}
		i++
	}
	t.digits = uint8(min(i-start, 255))
	return i
}

func isNewline(r rune) bool {
	return r == '\n' || r == '\r' || r == '\f' || r == '\v' || r == 0x85 || r == 0x2028 || r == 0x2029
}

// isBlank takes format characters (zero-width spaces, soft hyphens, byte order
// marks) for blanks too: web pages and OCR leave them inside words.
func isBlank(r rune) bool {
	return unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) || unicode.IsControl(r)
}

func isWordRune(r rune) bool { return unicode.IsLetter(r) || unicode.Is(unicode.Mn, r) }

func isCaps(word []rune) bool {
	letters := 0
	for _, r := range word {
		if unicode.IsLower(r) {
			return false
		}
		if unicode.IsUpper(r) {
			letters++
		}
	}
	return letters > 1
}

// plainPunct maps the many dashes, quotes and bullets to one of each.
func plainPunct(r rune) rune {
	switch r {
	case '–', '—', '−', '‐', '‑', '‒', '―', '─':
		return '-'
	case '“', '”', '„', '«', '»', '″', '‟':
		return '"'
	case '‘', '’', '‚', '′', '`', '´':
		return '\''
	case '•', '●', '▪', '·', '∙', '■', '◦', '○', '►', '✓', '✔', '\uf0b7', '\uf0a7', '\uf0d8', '\uf02d':
		return '•'
	case '…':
		return '…'
	case '：':
		return ':'
	case '；':
		return ';'
	case '，':
		return ','
	}
	return r
}

// normalize appends the lower-case NFC form of word with the tone mark in its
// old place: uỷ and ủy, hoà and hòa, NFC and NFD give the same.
func normalize(dst, word []rune) []rune {
	for _, r := range word {
		if unicode.Is(unicode.Mn, r) {
			word = []rune(fold.NFC(string(word)))
			break
		}
	}
	for _, r := range word {
		dst = append(dst, unicode.ToLower(r))
	}
	return shiftTone(dst)
}

// shiftTone moves the tone of a final oa, oe, uy from the last letter to the
// one before.
func shiftTone(w []rune) []rune {
	n := len(w)
	if n < 2 {
		return w
	}
	const from = "àáảãạèéẻẽẹỳýỷỹỵ"
	at := strings.IndexRune(from, w[n-1])
	if at < 0 {
		return w
	}
	i := len([]rune(from[:at]))
	base, tone := i/5, i%5
	switch {
	case base == 0 && w[n-2] == 'o':
		w[n-2], w[n-1] = []rune("òóỏõọ")[tone], 'a'
	case base == 1 && w[n-2] == 'o':
		w[n-2], w[n-1] = []rune("òóỏõọ")[tone], 'e'
	case base == 2 && w[n-2] == 'u' && (n < 3 || w[n-3] != 'q'):
		w[n-2], w[n-1] = []rune("ùúủũụ")[tone], 'y'
	}
	return w
}
