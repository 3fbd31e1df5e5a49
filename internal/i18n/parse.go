package i18n

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"phaodai/internal/fault"
	"phaodai/internal/instant"
)

var (
	dayForm   = regexp.MustCompile(`^(\d{1,2})[/.\- ](\d{1,2})(?:[/.\- ](\d{4}))?$`)
	isoForm   = regexp.MustCompile(`^(\d{4})-(\d{1,2})-(\d{1,2})$`)
	clockForm = regexp.MustCompile(`^(\d{1,2})(?:[:hHg.](\d{2})?)?(?:')?$`)
)

// ParseDate reads a date as people type it: 9/9, 09-09-2021, 9.9.2021, and
// 2021-09-09 as browsers send it. A date without a year is of the year of now.
// The answer is midnight in the zone; what is no date is a fault
// ("input.date", or "input.no_such_day" for 31/02 and for years that nobody
// can mean, before 1900 and after 2200).
func ParseDate(s string, now instant.Micros, zone *time.Location) (time.Time, error) {
	s = strings.TrimSpace(s)
	var d, m, y int
	if p := dayForm.FindStringSubmatch(s); p != nil {
		d, m, y = number(p[1]), number(p[2]), number(p[3])
	} else if p := isoForm.FindStringSubmatch(s); p != nil {
		d, m, y = number(p[3]), number(p[2]), number(p[1])
	} else {
		return time.Time{}, fault.New(fault.Invalid, "input.date", "Text", s)
	}
	if y == 0 {
		y = now.In(zone).Year()
	}
	t := time.Date(y, time.Month(m), d, 0, 0, 0, 0, zone)
	if t.Day() != d || int(t.Month()) != m || y < 1900 || y > 2200 {
		return time.Time{}, fault.New(fault.Invalid, "input.no_such_day", "Text", s)
	}
	return t, nil
}

// ParseClock reads an hour as people type it: 6, 6h, 16h20, 16:20.
func ParseClock(s string) (hour, minute int, err error) {
	p := clockForm.FindStringSubmatch(strings.TrimSpace(s))
	if p == nil {
		return 0, 0, fault.New(fault.Invalid, "input.clock", "Text", s)
	}
	hour, minute = number(p[1]), number(p[2])
	if hour > 23 || minute > 59 {
		return 0, 0, fault.New(fault.Invalid, "input.clock", "Text", s)
	}
	return hour, minute, nil
}

// ParseMoment reads a date and an hour that may stand in one text: "16:20
// 07/9/2021", "07/9/2021 16h20", "2021-09-07T16:20". Without an hour it is
// midnight.
func ParseMoment(s string, now instant.Micros, zone *time.Location) (instant.Micros, error) {
	s = strings.TrimSpace(strings.ReplaceAll(s, "T", " "))
	date, clock := s, ""
	if a, b, two := strings.Cut(s, " "); two {
		date, clock = a, strings.TrimSpace(b)
		if !strings.ContainsAny(date, "/-") {
			date, clock = clock, date
		}
	}
	day, err := ParseDate(strings.TrimSuffix(date, ","), now, zone)
	if err != nil || clock == "" {
		return instant.Of(day), err
	}
	h, m, err := ParseClock(clock)
	if err != nil {
		return 0, err
	}
	return instant.Of(day.Add(time.Duration(h)*time.Hour + time.Duration(m)*time.Minute)), nil
}

// number reads digits that a pattern has matched; none is 0.
func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0
	}
	return n
}
