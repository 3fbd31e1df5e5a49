package identity

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"phaodai/internal/fold"
	"phaodai/internal/instant"
)

// Sex is as papers tell it; "" is not known.
type Sex string

// The sexes.
const (
	Male   Sex = "male"
	Female Sex = "female"
	Other  Sex = "other"
)

// ParseSex reads a sex as lists write it.
func ParseSex(text string) (Sex, error) {
	if len(text) > widest {
		return "", bad("identity.sex")
	}
	switch strings.Join(fold.Words(text), " ") {
	case "":
		return "", nil
	case "nam", "m", "male", "1", "trai":
		return Male, nil
	case "nu", "f", "female", "2", "0", "gai":
		return Female, nil
	case "khac", "other", "x":
		return Other, nil
	}
	return "", bad("identity.sex")
}

// Birth is a date of birth of which day, or day and month, may not be known:
// many older people have the year alone. 0 is not known.
type Birth struct{ Year, Month, Day int }

// oldest is the year before which nobody alive was born.
const oldest = 1890

// midnight is what spreadsheets and programs add to a day.
const midnight = `(?:[ T]00:00(?::00(?:\.0+)?)?Z?)?`

var (
	dayFirst  = regexp.MustCompile(`^(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{2,4})` + midnight + `$`)
	yearFirst = regexp.MustCompile(`^(\d{4})[/.\-](\d{1,2})(?:[/.\-](\d{1,2}))?` + midnight + `$`)
	monthYear = regexp.MustCompile(`^(\d{1,2})[/.\-](\d{4})$`)
	// 00/00/1990 and 00/05/1990
	unknownMonth = regexp.MustCompile(`^00[/.\-]00[/.\-]`)
	unknownDay   = regexp.MustCompile(`^00[/.\-](\d{1,2}[/.\-]\d{4})$`)

	yearOnly = regexp.MustCompile(`^(\d{4})$`)
)

// ParseBirth reads a day as people write it: 31/12/1990, 31.12.1990,
// 1990-12-31, 12/1990, 1990. Papers write 00 for a day, or a day and a month, that
// is not known: 00/00/1990.
func ParseBirth(text string) (Birth, error) {
	if len(text) > widest {
		return Birth{}, bad("identity.birth_form")
	}
	s := strings.ReplaceAll(strings.Join(strings.Fields(text), " "), " /", "/")
	number := func(t string) int { n, _ := strconv.Atoi(t); return n } // digits by the pattern
	var b Birth
	s = unknownMonth.ReplaceAllString(s, "")
	s = unknownDay.ReplaceAllString(s, "$1")
	if m := dayFirst.FindStringSubmatch(s); m != nil {
		if len(m[3]) != 4 {
			return Birth{}, bad("identity.birth_short_year", "Text", m[3])
		}
		b = Birth{number(m[3]), number(m[2]), number(m[1])}
	} else if m := yearFirst.FindStringSubmatch(s); m != nil {
		b = Birth{number(m[1]), number(m[2]), number(m[3])}
		if m[3] == "0" || m[3] == "00" {
			return Birth{}, bad("identity.birth_day", "Day", 0, "Month", b.Month, "Year", b.Year, "Days", days(b.Year, b.Month))
		}
	} else if m := monthYear.FindStringSubmatch(s); m != nil {
		b = Birth{Year: number(m[2]), Month: number(m[1])}
	} else if m := yearOnly.FindStringSubmatch(s); m != nil {
		return Birth{Year: number(m[1])}, Birth{Year: number(m[1])}.check(1, 1)
	} else {
		return Birth{}, bad("identity.birth_form")
	}
	day := b.Day
	if m := dayFirst.MatchString(s); !m && day == 0 {
		day = 1
	}
	if err := b.check(b.Month, day); err != nil {
		return Birth{}, err
	}
	return b, nil
}

// check wants a day of the calendar.
func (b Birth) check(month, day int) error {
	switch {
	case b.Year < oldest || b.Year > 2200:
		return bad("identity.birth_year", "Year", b.Year)
	case month < 1 || month > 12:
		return bad("identity.birth_month", "Month", month)
	case day < 1 || day > days(b.Year, month):
		return bad("identity.birth_day", "Day", day, "Month", month, "Year", b.Year, "Days", days(b.Year, month))
	}
	return nil
}

// days is how many a month has.
func days(year, month int) int {
	return time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// ParseBirthAt is ParseBirth for a person: it refuses a day to come.
func ParseBirthAt(text string, now instant.Micros) (Birth, error) {
	b, err := ParseBirth(text)
	if err != nil {
		return b, err
	}
	if b.first().After(now.In(instant.Vietnam())) {
		return Birth{}, bad("identity.birth_ahead", "Year", b.Year)
	}
	return b, nil
}

// first is the first day that it can have been.
func (b Birth) first() time.Time {
	return time.Date(b.Year, time.Month(max(b.Month, 1)), max(b.Day, 1), 0, 0, 0, 0, instant.Vietnam())
}

// last is the last day that it can have been.
func (b Birth) last() time.Time {
	month := b.Month
	if month == 0 {
		month = 12
	}
	day := b.Day
	if day == 0 {
		day = days(b.Year, month)
	}
	return time.Date(b.Year, time.Month(month), day, 0, 0, 0, 0, instant.Vietnam())
}

// String is 1990-12-31, 1990-12 or 1990, which sort by age; "" when nothing is
// known.
func (b Birth) String() string {
	switch {
	case b.Year == 0:
		return ""
	case b.Month == 0:
		return fmt.Sprintf("%04d", b.Year)
	case b.Day == 0:
		return fmt.Sprintf("%04d-%02d", b.Year, b.Month)
	}
	return fmt.Sprintf("%04d-%02d-%02d", b.Year, b.Month, b.Day)
}

// WrittenBirth is what String made as people write it: 31/12/1990, 12/1990, 1990.
func WrittenBirth(stored string) string {
	parts := strings.Split(stored, "-")
	slices.Reverse(parts)
	return strings.Join(parts, "/")
}

// AgeRange is the age in full years on a day: from the latest birth that agrees
// with what is known to the earliest. Both are one when the day is known. Who was
// born on 29 February is a year older on 1 March where that day is missing. It is
// not ok where the birth is not known, or after the day.
func (b Birth) AgeRange(on time.Time) (least, most int, ok bool) {
	if b.Year == 0 {
		return 0, 0, false
	}
	most = full(b.first(), on)
	return max(0, full(b.last(), on)), max(0, most), most >= 0
}

// full is how many birthdays have passed.
func full(born, on time.Time) int {
	years := on.Year() - born.Year()
	if on.Month() < born.Month() || on.Month() == born.Month() && on.Day() < born.Day() {
		years--
	}
	return years
}
