package extract

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"phaodai/internal/fault"
)

// recognise reads a picture of a resolution in dots per inch. number is the
// page, for messages.
func (e *Extractor) recognise(ctx context.Context, picture []byte, number, dots int) (page, error) {
	var p page
	j := job{
		name:  "tesseract",
		args:  []string{"-", "-", "-l", "vie", "--dpi", strconv.Itoa(dots), "--psm", "3", "tsv"},
		stdin: bytes.NewReader(picture), time: e.limit.Page,
	}
	err := e.run(ctx, j, func(r io.Reader) error {
		var err error
		p, err = e.tsv(r)
		return err
	})
	if err != nil {
		return page{}, ocrFault(err, number)
	}
	p.scanned = true
	p.straighten()
	p.split()
	return p, nil
}

// ocrFault says why a picture was not read. The pictures were decoded or drawn
// here, so what fails on them fails for want of time or memory.
func ocrFault(err error, number int) error {
	var f *failure
	switch {
	case !errors.As(err, &f):
		return err
	case strings.Contains(f.said, "Failed loading language"), strings.Contains(f.said, "Error opening data file"):
		return vietnamese.fault()
	}
	return fault.Wrap(err, fault.TooLarge, "extract.too_hard", "Page", number)
}

// The levels of tesseract's table.
const (
	levelPage = 1
	levelLine = 4
	levelWord = 5
)

// tsv reads tesseract's table: level, page, block, paragraph, line, word,
// left, top, width, height, certainty, text.
func (e *Extractor) tsv(r io.Reader) (page, error) {
	var p page
	var words []word
	end := func() {
		if words = sensible(words); len(words) > 0 {
			proofread(words)
			p.lines = append(p.lines, newLine(words))
		}
		words = nil
	}
	length := 0
	s := bufio.NewScanner(r)
	s.Buffer(nil, 1<<20)
	for s.Scan() {
		f := strings.Split(s.Text(), "\t")
		if len(f) < 12 {
			continue
		}
		n, ok := numbers(f[:11])
		switch {
		case !ok:
		case n[0] == levelPage:
			p.width, p.height = n[8], n[9]
		case n[0] == levelLine:
			end()
		case n[0] == levelWord:
			if length += len(f[11]) + 1; length > e.limit.Text {
				return p, e.longText()
			}
			words = append(words, word{text: f[11], x0: n[6], y0: n[7], x1: n[6] + n[8], y1: n[7] + n[9], sure: n[10]})
		}
	}
	end()
	return p, s.Err()
}

func numbers(fields []string) ([]float64, bool) {
	n := make([]float64, len(fields))
	for i, f := range fields {
		v, err := strconv.ParseFloat(f, 64)
		if err != nil {
			return nil, false
		}
		n[i] = v
	}
	return n, true
}

// sensible drops dirt: blanks, marks without letter or digit that the program
// itself doubts, and the edges of frames. A line of nothing but doubtful or
// single letters is dirt as a whole.
func sensible(words []word) []word {
	kept := words[:0]
	solid := false
	for _, w := range words {
		w.text = mend(strings.TrimSpace(w.text))
		letters := strings.IndexFunc(w.text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) >= 0
		if w.text == "" || !letters && (w.sure < 40 || strings.Trim(w.text, "|¦_[]") == "") {
			continue
		}
		long := utf8.RuneCountInString(w.text) > 1 || unicode.IsDigit([]rune(w.text)[0])
		solid = solid || letters && long && w.sure >= 30
		kept = append(kept, w)
	}
	if !solid {
		return nil
	}
	return kept
}

// mend sets right what the program takes for another form of the same letter:
// a capital with a mark behind a small letter, as in "triỆt", and the letters
// eth and ¡ for đ and i.
func mend(s string) string {
	s = lookalike.Replace(s)
	runes := []rune(s)
	for i, r := range runes {
		if i > 0 && unicode.IsLower(runes[i-1]) && unicode.IsUpper(r) && r > 0x80 && r != 'Đ' && smallOr(runes, i+1) {
			runes[i] = unicode.ToLower(r)
		}
	}
	return string(runes)
}

// smallOr tells whether the i-th rune is small or no letter.
func smallOr(runes []rune, i int) bool {
	return i >= len(runes) || unicode.IsLower(runes[i]) || !unicode.IsLetter(runes[i])
}

var lookalike = strings.NewReplacer("Ð", "Đ", "ð", "đ", "(¡", "(i", "¡)", "i)")

// proofread sets right what only the line shows: the length of a dash, which
// the program does not tell apart, and "đẳng" for "đảng".
func proofread(words []word) {
	high := letterHeight(words)
	for i := range words {
		w := &words[i]
		switch w.text {
		case "-", "–", "—":
			w.text = dash((w.x1 - w.x0) / high)
		case "đẳng":
			if (i == 0 || !rank[strings.ToLower(words[i-1].text)]) && (i+1 == len(words) || !strings.HasPrefix(words[i+1].text, "cấp")) {
				w.text = "đảng"
			}
		}
	}
}

// letterHeight is the usual height of the words that hold letters or digits.
func letterHeight(words []word) float64 {
	var solid []word
	for _, w := range words {
		if strings.IndexFunc(w.text, unicode.IsLetter) >= 0 || strings.IndexFunc(w.text, unicode.IsDigit) >= 0 {
			solid = append(solid, w)
		}
	}
	return max(medianHeight(solid), 1)
}

// rank are the words before "đẳng", level, that belong to it: "bình đẳng",
// "cao đẳng".
var rank = map[string]bool{"bình": true, "cao": true, "đồng": true, "ngang": true, "sơ": true, "trung": true}

// dash tells hyphen, en dash and em dash by width to height of letters: in
// Times a third, a half and one em.
func dash(ratio float64) string {
	switch {
	case ratio < 0.42:
		return "-"
	case ratio < 0.85:
		return "–"
	}
	return "—"
}
