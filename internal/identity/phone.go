package identity

import (
	"log/slog"
	"slices"
	"strings"
)

// Phone is a telephone number in the form of ITU-T E.164: "+84912345678".
type Phone string

// ParsePhone reads a number of Vietnam (0912 345 678, 84..., +84...), mobile or
// fixed, also with the prefixes of before 2018, or of another country with + or
// 00. Numbers of services such as 115 belong to nobody and are refused.
func ParsePhone(text string) (Phone, error) {
	if len(text) > widest {
		return "", bad("identity.phone_form")
	}
	s := strings.NewReplacer("(", "", ")", "").Replace(compact(text))
	plus := strings.HasPrefix(s, "+")
	s = strings.TrimPrefix(s, "+")
	// Shorter ones with 00 are numbers of Vietnam with a zero too many.
	if rest, ok := strings.CutPrefix(s, "00"); ok && !plus && len(rest) >= 10 {
		s, plus = rest, true
	}
	if !digits(s) {
		if left := strings.TrimLeft(s, "0123456789"); left != s && left != "" && strings.ContainsAny(left[:1], "/,;+") {
			return "", bad("identity.phone_two")
		}
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
// fixed line with its area code. 080 are lines of the Party and the State.
func national(s string) (Phone, error) {
	if len(s) == 10 && s[0] == '1' {
		prefix, ok := prefixes2018[s[:3]]
		if !ok {
			return "", bad("identity.phone_prefix", "Prefix", "0"+s[:3])
		}
		s = prefix + s[3:]
	}
	switch mobile, fixed := s != "" && strings.Contains("35789", s[:1]), strings.HasPrefix(s, "2"); {
	case len(s) == 9 && mobile && s[:2] != "80":
	case len(s) == 10 && fixed:
		if area := areaOf(s); !slices.Contains(areas, area) {
			return "", bad("identity.phone_area", "Area", "0"+area)
		}
	case len(s) == 9 && !fixed, len(s) == 10 && !mobile:
		return "", bad("identity.phone_prefix", "Prefix", "0"+s[:2])
	default:
		return "", bad("identity.phone_digits", "Digits", len(s)+1)
	}
	return Phone("+84" + s), nil
}

// areaOf is the area code of a fixed line without its 0: two digits in Hà Nội
// and Hồ Chí Minh City, else three.
func areaOf(s string) string {
	if s[:2] == "24" || s[:2] == "28" {
		return s[:2]
	}
	return s[:3]
}

// LogValue keeps a number out of the log.
func (p Phone) LogValue() slog.Value { return slog.StringValue(p.Masked()) }

// Masked shows the last three digits.
func (p Phone) Masked() string { return masked(strings.TrimPrefix(string(p), "+"), 3) }

// Local is the number as people in Vietnam write it.
func (p Phone) Local() string {
	if rest, ok := strings.CutPrefix(string(p), "+84"); ok {
		return "0" + rest
	}
	return string(p)
}
