package cohort

import (
	"fmt"
	"time"

	"phaodai/internal/fault"
	"phaodai/internal/instant"
)

// Birth is when somebody was born: not known (the zero Birth), a day, or a day
// within a month or year of which no more is known. A rule about the age of such
// a person is decided for both ages that he can have; where they do not agree, it
// cannot be decided.
type Birth struct {
	first, last instant.Day
	known       bool
}

// BornOn is a birth of which the day is known.
func BornOn(day instant.Day) Birth { return Birth{day, day, true} }

// Born reads 1990-12-31, 1990-12, 1990 or "", as the registry writes them.
func Born(text string) (Birth, error) {
	for _, form := range []string{time.DateOnly, "2006-01", "2006"} {
		t, err := time.Parse(form, text)
		if err != nil {
			continue
		}
		last := t
		switch form {
		case "2006-01":
			last = t.AddDate(0, 1, -1)
		case "2006":
			last = t.AddDate(1, 0, -1)
		}
		return Birth{instant.DayOf(t), instant.DayOf(last), true}, nil
	}
	if text == "" {
		return Birth{}, nil
	}
	return Birth{}, fault.New(fault.Invalid, "cohort.day_out_of_range", "Day", text)
}

// Days are the first and the last day that it can have been.
func (b Birth) Days() (first, last instant.Day, known bool) { return b.first, b.last, b.known }

func (b Birth) String() string {
	switch {
	case !b.known:
		return ""
	case b.first == b.last:
		return b.first.String()
	}
	return fmt.Sprintf("%s/%s", b.first, b.last)
}

// Ages are the least and the greatest age that somebody can have on a day.
func (b Birth) Ages(on instant.Day) (least, most int, known bool) {
	return on.Age(b.last), on.Age(b.first), b.known
}

// firstYear is the earliest year of birth: older people do not live.
const firstYear = 1890

// dateBits are the lower bits of the code of a birth, which hold month and day.
// Who is at least so old on a day was born by the same date of an earlier year,
// so that all ages of one day share these bits, and 29 February needs no care.
const dateBits = 9

func birthCode(year int, m time.Month, day int) int64 {
	return int64(year-firstYear)<<dateBits | int64(m)<<5 | int64(day)
}

func birthDay(code uint64) instant.Day {
	return instant.Date(int(code>>dateBits)+firstYear, time.Month(code>>5&15), int(code&31))
}

// values are the codes of the first and the last day.
func (b Birth) values() (first, last value, err error) {
	if !b.known {
		return value{}, value{}, nil
	}
	for i, d := range []instant.Day{b.first, b.last} {
		y, m, day := d.Date()
		code := birthCode(y, m, day)
		if y < firstYear || code > maxCode {
			return value{}, value{}, fault.New(fault.Invalid, "cohort.day_out_of_range", "Day", d.String())
		}
		if last = (value{uint64(code), true}); i == 0 {
			first = last
		}
	}
	return first, last, nil
}
