// Package identity reads what identifies a person on Vietnamese papers: citizen
// numbers, passports, telephones, birth dates, sex, and the code on a citizen
// card.
//
// Guarantees: a parser accepts what people write and spreadsheets make of it,
// and nothing else; what is refused says what is wrong and what would be right;
// nothing is guessed. Messages quote single digits and years, never a whole
// number or day, so that an error may stand in the log. Everything here is pure.
package identity

import (
	"fmt"
	"log/slog"
	"regexp"
	"strconv"
	"strings"

	"phaodai/internal/fault"
)

// Kind tells what a number stands on.
type Kind string

// The kinds of papers.
const (
	Citizen    Kind = "citizen"     // căn cước công dân: 12 digits
	OldCitizen Kind = "old_citizen" // chứng minh nhân dân: 9 digits
	Passport   Kind = "passport"
)

// Number is the number of a person's papers.
type Number struct {
	Kind Kind
	Text string // digits; of a passport capitals and digits
}

// ParseNumber reads the number of a citizen card (12 digits), of an old identity
// card (9), or of a passport (6 to 9 letters and digits, both: ICAO Doc 9303-4).
// Blanks, dots and dashes do not matter. Nine digits alone are an old identity
// card, although some countries number passports so.
//
// The twelve digits are built so (Circular 59/2021/TT-BCA, article 4, after
// Decree 137/2015/NĐ-CP, article 13): three for the province or country of
// birth, one for century and sex, two for the year of birth, six at random.
func ParseNumber(text string) (Number, error) {
	text = strings.TrimSpace(text)
	if len(text) > widest {
		return Number{}, bad("identity.number_form")
	}
	if rounded.MatchString(text) {
		return Number{}, bad("identity.number_rounded")
	}
	s := compact(decimal.ReplaceAllString(text, ""))
	switch {
	case s == "":
		return Number{}, bad("identity.number_empty")
	case !digits(s):
		return passport(s)
	case len(s) == 12:
		return citizen(s)
	case len(s) == 9:
		return Number{OldCitizen, s}, nil
	case len(s) == 11 || len(s) == 8:
		return Number{}, bad("identity.number_zero", "Digits", len(s), "Missing", 1, "Want", len(s)+1)
	case len(s) == 10 && provinces["00"+s[:1]] != "": // Hà Nội is 001
		return Number{}, bad("identity.number_zero", "Digits", len(s), "Missing", 2, "Want", 12)
	default:
		return Number{}, bad("identity.number_digits", "Digits", len(s))
	}
}

// What spreadsheets make of a number that they take for an amount: 1.09E+10 in
// a narrow column, 1090012345.0 through a program.
var (
	rounded = regexp.MustCompile(`^[0-9]+([.,][0-9]+)?[Ee]\+[0-9]{1,2}$`)
	decimal = regexp.MustCompile(`[.,]0$`)
)

func citizen(s string) (Number, error) {
	n := Number{Citizen, s}
	if _, ok := n.Province(); !ok {
		return Number{}, bad("identity.number_province", "Code", s[:3])
	}
	if s[3] > '3' { // born from 2100 on
		return Number{}, bad("identity.number_century", "Digit", s[3:4])
	}
	return n, nil
}

func passport(s string) (Number, error) {
	switch {
	case !alphanumeric.MatchString(s) || strings.Trim(s, capitals) == "":
		return Number{}, bad("identity.number_form")
	case len(s) > 9: // a citizen number in which a letter took a digit's place
		at := strings.IndexAny(s, capitals)
		return Number{}, bad("identity.number_letter", "At", at+1, "Letter", s[at:at+1])
	}
	return Number{Passport, s}, nil
}

const capitals = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

var alphanumeric = regexp.MustCompile(`^[A-Z0-9]{6,12}$`)

// Province is the code of the province where the birth was entered, as provinces
// were when the number was given (001 to 096), or of the country of who was born
// abroad (from 101; which of them are given out is not checked); false for other
// papers and for codes that are given to nothing.
func (n Number) Province() (code string, ok bool) {
	if n.Kind != Citizen || len(n.Text) != 12 {
		return "", false
	}
	code = n.Text[:3]
	if code <= "100" && provinces[code] == "" {
		return "", false
	}
	return code, true
}

// Sex is what the fourth digit says: even male, odd female.
func (n Number) Sex() (Sex, bool) {
	if n.Kind != Citizen || len(n.Text) != 12 {
		return "", false
	}
	if (n.Text[3]-'0')%2 == 0 {
		return Male, true
	}
	return Female, true
}

// BirthYear is what the fourth to sixth digits say: 0 and 1 for the twentieth
// century, 2 and 3 for the twenty-first.
func (n Number) BirthYear() (int, bool) {
	if n.Kind != Citizen || len(n.Text) != 12 {
		return 0, false
	}
	year, err := strconv.Atoi(n.Text[4:6])
	return 1900 + 100*int((n.Text[3]-'0')/2) + year, err == nil
}

// Contradicts returns a fault when the number says another year of birth or
// another sex than is known.
func (n Number) Contradicts(b Birth, s Sex) error {
	// Who was born before 1900 has digits that say something else: none are made for it.
	if year, ok := n.BirthYear(); ok && b.Year >= 1900 && b.Year != year {
		return bad("identity.number_birth", "Digits", n.Text[3:6], "Says", year, "Year", b.Year,
			"Male", yearDigits(b.Year, 0), "Female", yearDigits(b.Year, 1))
	}
	if sex, ok := n.Sex(); ok && (s == Male || s == Female) && s != sex {
		return bad("identity.number_sex", "Digit", n.Text[3:4])
	}
	return nil
}

// yearDigits are the fourth to sixth digits of who was born in a year; odd is 1
// for women.
func yearDigits(year, odd int) string {
	return fmt.Sprintf("%d%02d", (year-1900)/100*2+odd, year%100)
}

// LogValue keeps a number out of the log.
func (n Number) LogValue() slog.Value { return slog.StringValue(n.Masked()) }

// Masked shows the last three characters.
func (n Number) Masked() string { return masked(n.Text, 3) }

// masked hides all but the last characters.
func masked(s string, shown int) string {
	if len(s) <= shown {
		return strings.Repeat("•", len(s))
	}
	return strings.Repeat("•", len(s)-shown) + s[len(s)-shown:]
}

func digits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

func bad(key string, args ...any) error { return fault.New(fault.Invalid, key, args...) }
