package identity

import (
	"strings"
	"unicode"
)

// widest bounds what a parser looks at: no number, date or sex is longer, with
// all its blanks.
const widest = 64

// compact leaves out blanks, dots, dashes and what spreadsheets and word
// processors add unseen, and writes the rest in capitals and ASCII digits.
func compact(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r), unicode.Is(unicode.Cf, r), unicode.Is(unicode.Pd, r), r == '.', r == '\'', r == '−':
			return -1
		case r >= '０' && r <= '９': // full width, from East Asian keyboards
			return r - '０' + '0'
		default:
			return unicode.ToUpper(r)
		}
	}, text)
}

// printed is a text in one line, without what no card prints.
func printed(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return ' '
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}
