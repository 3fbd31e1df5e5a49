package identity

import "strings"

// Phone is a telephone number in the form of ITU-T E.164: "+84912345678".
type Phone string

// moved are the mobile prefixes of eleven digits that became ones of ten between
// 15 September and 14 November 2018 (Ministry of Information and Communications,
// plan of 28 May 2018).
var moved = map[string]string{
	"162": "32", "163": "33", "164": "34", "165": "35", "166": "36", "167": "37", "168": "38", "169": "39", // Viettel
	"120": "70", "121": "79", "122": "77", "126": "76", "128": "78", // MobiFone
	"123": "83", "124": "84", "125": "85", "127": "81", "129": "82", // VinaPhone
	"186": "56", "188": "58", // Vietnamobile
	"199": "59", // Gmobile
}

// ParsePhone reads a number of Vietnam (0912 345 678, 84..., +84...), mobile or
// fixed, also with the prefixes of before 2018, or of another country with +.
func ParsePhone(text string) (Phone, error) {
	s := strings.NewReplacer(" ", "", ".", "", "-", "", "(", "", ")", "", " ", "").Replace(strings.TrimSpace(text))
	plus := strings.HasPrefix(s, "+")
	s = strings.TrimPrefix(s, "+")
	if !digits(s) {
		return "", bad("identity.phone_form")
	}
	switch {
	case strings.HasPrefix(s, "84") && (plus || len(s) >= 11):
		s = s[2:]
	case plus:
		if len(s) < 8 || len(s) > 15 || s[0] == '0' {
			return "", bad("identity.phone_abroad")
		}
		return Phone("+" + s), nil
	case s[0] == '0':
		s = s[1:]
	default:
		return "", bad("identity.phone_zero")
	}
	return national(strings.TrimPrefix(s, "0"))
}

// national reads what follows the 0 or the 84: nine digits of a mobile, ten of a
// fixed line with its area code.
func national(s string) (Phone, error) {
	if len(s) == 10 && s[0] == '1' {
		prefix, ok := moved[s[:3]]
		if !ok {
			return "", bad("identity.phone_prefix", "Prefix", "0"+s[:3])
		}
		s = prefix + s[3:]
	}
	switch {
	case len(s) == 9 && strings.ContainsRune("35789", rune(s[0])):
	case len(s) == 10 && s[0] == '2':
	case len(s) == 9 || len(s) == 10:
		return "", bad("identity.phone_prefix", "Prefix", "0"+s[:2])
	default:
		return "", bad("identity.phone_digits", "Digits", len(s)+1)
	}
	return Phone("+84" + s), nil
}

// Masked shows the last three digits.
func (p Phone) Masked() string { return masked(strings.TrimPrefix(string(p), "+"), 3) }

// Local is the number as people in Vietnam write it.
func (p Phone) Local() string {
	if rest, ok := strings.CutPrefix(string(p), "+84"); ok {
		return "0" + rest
	}
	return string(p)
}
