// Package fold makes Vietnamese text comparable where databases cannot: a form
// without tones, marks and case for search ("Đà Nẵng" and "da nang" are the
// same), and sort keys in Vietnamese order (a ă â … d đ …), names by given
// name first.
package fold

import (
	"strings"
	"unicode"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"
)

// Text returns s in lower case without tones and marks, đ as d.
func Text(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range norm.NFD.String(s) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case r == 'đ' || r == 'Đ':
			b.WriteByte('d')
		default:
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}

// Words returns the folded words of s: runs of letters and digits. A symbol
// such as 484-TB/TU gives its parts.
func Words(s string) []string {
	return strings.FieldsFunc(Text(s), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
}

// NFC returns the composed form in which all text is stored.
func NFC(s string) string { return norm.NFC.String(s) }

// Sorter makes sort keys in Vietnamese order. It is not safe for concurrent
// use: make one where it is needed.
type Sorter struct {
	collator *collate.Collator
	buffer   collate.Buffer
}

// NewSorter returns a sorter.
func NewSorter() *Sorter {
	return &Sorter{collator: collate.New(language.Vietnamese)}
}

// Key returns a key whose byte order is the Vietnamese order of s, as
// printable text so that both databases sort it alike.
func (s *Sorter) Key(text string) string {
	s.buffer.Reset()
	return hex(s.collator.KeyFromString(&s.buffer, norm.NFC.String(text)))
}

// NameKey returns the sort key of a person's name: given name (the last word)
// first, then the family and middle names.
func (s *Sorter) NameKey(name string) string {
	words := strings.Fields(name)
	if len(words) == 0 {
		return ""
	}
	last := len(words) - 1
	return s.Key(words[last]) + "." + s.Key(strings.Join(words[:last], " "))
}

func hex(key []byte) string {
	const digits = "0123456789abcdef"
	out := make([]byte, 0, 2*len(key))
	for _, c := range key {
		out = append(out, digits[c>>4], digits[c&15])
	}
	return string(out)
}
