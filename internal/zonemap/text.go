package zonemap

import (
	"encoding/xml"
	"net/url"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"phaodai/internal/fold"
)

// escaped is text for SVG, in NFC; what XML cannot hold becomes U+FFFD.
func escaped(text string) string {
	var b strings.Builder
	if err := xml.EscapeText(&b, []byte(bounded(text, maxText))); err != nil {
		return ""
	}
	return b.String()
}

// bounded is the text in NFC and one line, with at most so many letters.
func bounded(text string, most int) string {
	text = fold.NFC(strings.Join(strings.Fields(strings.ToValidUTF8(text, "\uFFFD")), " "))
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	return strings.TrimSpace(string([]rune(text)[:most-1])) + "…"
}

// link is an address that a map may lead to, "" any other.
func link(address string) string {
	u, err := url.Parse(address)
	if err != nil || len(address) > 2_000 {
		return ""
	}
	switch {
	case u.Scheme == "http", u.Scheme == "https":
		return u.String()
	case u.Scheme == "" && u.Host == "" && !strings.HasPrefix(address, "//"):
		return u.String()
	}
	return ""
}

var sixDigits = regexp.MustCompile(`^#[0-9A-Fa-f]{6}$`)

// colour is a fill that can stand in an attribute; what is none is grey.
func colour(c string) string {
	if sixDigits.MatchString(c) {
		return c
	}
	return "#D5DBE0"
}

// widthOf estimates how wide a text is, rather too wide than too narrow: fonts
// differ by machine. Marks over and under a letter take no room beside it.
func widthOf(text string, size float64) (sum float64) {
	for _, r := range text {
		sum += letterWidth(r)
	}
	return sum * size
}

func letterWidth(r rune) float64 {
	base, _ := utf8.DecodeRuneInString(fold.Text(string(r)))
	switch {
	case unicode.Is(unicode.Mn, r):
		return 0
	case r == ' ' || strings.ContainsRune(".,:;'|!·", r):
		return 0.33
	case strings.ContainsRune("ijlftr()-/", base) && !unicode.IsUpper(r):
		return 0.42
	case base == 'm' || base == 'w' || r > 0x2E80:
		return 1.02
	case unicode.IsUpper(r):
		return 0.76
	}
	return 0.66
}

// wrap breaks a text into lines of a width, at spaces.
func wrap(text string, size, width float64) (lines []string) {
	line := ""
	for _, word := range strings.Fields(text) {
		longer := strings.TrimSpace(line + " " + word)
		if line != "" && widthOf(longer, size) > width {
			lines, longer = append(lines, line), word
		}
		line = longer
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}

// halves breaks a text into two lines of about one width, nil if it is one word.
func halves(text string) []string {
	words := strings.Fields(text)
	best, least := []string(nil), 0.0
	for i := 1; i < len(words); i++ {
		two := []string{strings.Join(words[:i], " "), strings.Join(words[i:], " ")}
		if w := max(widthOf(two[0], 1), widthOf(two[1], 1)); best == nil || w < least {
			best, least = two, w
		}
	}
	return best
}

// escapedLink is an address in an attribute; it is never cut.
func escapedLink(address string) string {
	var b strings.Builder
	if err := xml.EscapeText(&b, []byte(address)); err != nil {
		return ""
	}
	return b.String()
}
