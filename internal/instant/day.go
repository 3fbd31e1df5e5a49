package instant

import "time"

// Day is a calendar day, counted from 1 January 1970, of whatever zone the one
// who made it meant: people are born, sampled and vaccinated on days of their
// unit, not at moments.
type Day int32

// DayOf is the day on which a moment falls in its own zone: instant.DayOf(m.In(zone)).
func DayOf(t time.Time) Day {
	y, m, d := t.Date()
	return Date(y, m, d)
}

// Date is the day of a date. Months and days beyond their ends carry over, as
// time.Date has it.
func Date(year int, month time.Month, day int) Day {
	return Day(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() / (24 * 60 * 60))
}

// Date returns year, month and day.
func (d Day) Date() (year int, month time.Month, day int) {
	return time.Unix(int64(d)*24*60*60, 0).UTC().Date()
}

func (d Day) String() string {
	return time.Unix(int64(d)*24*60*60, 0).UTC().Format(time.DateOnly)
}

// YearsBefore is the last day on which somebody was born who is at least so
// many years old on day d: who is born on 29 February grows older on 1 March of
// a common year.
func (d Day) YearsBefore(years int) Day {
	y, m, day := d.Date()
	if last := daysIn(y-years, m); day > last {
		day = last
	}
	return Date(y-years, m, day)
}

func daysIn(year int, m time.Month) int {
	return time.Date(year, m+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// Age is how many whole years somebody born on day birth is old on day d.
func (d Day) Age(birth Day) int {
	y, m, day := d.Date()
	by, bm, bday := birth.Date()
	age := y - by
	if m < bm || m == bm && day < bday {
		age--
	}
	return age
}
