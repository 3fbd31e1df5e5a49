package i18n

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"phaodai/internal/instant"
)

// Format writes instants, dates, numbers and durations in one language and one
// zone (the unit's).
type Format struct {
	Lang string
	Zone *time.Location
}

// NewFormat returns the forms of a language in a zone; nil is Vietnam.
func NewFormat(lang string, zone *time.Location) Format {
	if zone == nil {
		zone = instant.Vietnam()
	}
	return Format{Lang: lang, Zone: zone}
}

func (f Format) english() bool { return f.Lang == English }

// Clock is "16:20".
func (f Format) Clock(at instant.Micros) string { return at.In(f.Zone).Format("15:04") }

// Date is "07/9/2021": a zero before days under 10 and before months 1 and 2,
// as in official papers. In English "7 Sep 2021".
func (f Format) Date(at instant.Micros) string {
	if at.IsZero() || at == instant.Forever {
		return "—"
	}
	t := at.In(f.Zone)
	if f.english() {
		return t.Format("2 Jan 2006")
	}
	return f.dayMonth(t) + "/" + strconv.Itoa(t.Year())
}

// Day is "07/9", without the year.
func (f Format) Day(at instant.Micros) string {
	if at.IsZero() || at == instant.Forever {
		return "—"
	}
	t := at.In(f.Zone)
	if f.english() {
		return t.Format("2 Jan")
	}
	return f.dayMonth(t)
}

func (f Format) dayMonth(t time.Time) string {
	month := strconv.Itoa(int(t.Month()))
	if t.Month() <= 2 {
		month = "0" + month
	}
	return fmt.Sprintf("%02d/%s", t.Day(), month)
}

var weekdays = []string{"Chủ nhật", "thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy"}

// Weekday is "thứ Năm".
func (f Format) Weekday(at instant.Micros) string {
	t := at.In(f.Zone)
	if f.english() {
		return t.Format("Mon")
	}
	return weekdays[t.Weekday()]
}

// Moment is "16:20 07/9/2021".
func (f Format) Moment(at instant.Micros) string {
	if at.IsZero() || at == instant.Forever {
		return "—"
	}
	return f.Clock(at) + " " + f.Date(at)
}

// Full is "16:20 thứ Ba 07/9/2021".
func (f Format) Full(at instant.Micros) string {
	if at.IsZero() || at == instant.Forever {
		return "—"
	}
	return f.Clock(at) + " " + f.Weekday(at) + " " + f.Date(at)
}

// When is as short as the reader's now allows: "16:20" today, "06:00 thứ Năm
// 09/9" within a week, "06:00 09/9" within the year, else with the year.
func (f Format) When(at, now instant.Micros) string {
	if at.IsZero() || at == instant.Forever {
		return "—"
	}
	t, n := at.In(f.Zone), now.In(f.Zone)
	days := daysBetween(n, t)
	switch {
	case days == 0:
		return f.Clock(at)
	case days > 0 && days < 7:
		return f.Clock(at) + " " + f.Weekday(at) + " " + f.Day(at)
	case t.Year() == n.Year():
		return f.Clock(at) + " " + f.Day(at)
	default:
		return f.Moment(at)
	}
}

// Deadline is "hết ngày 07/9" for the last second of a day, "trước ngày 15/9"
// for its first, else When.
func (f Format) Deadline(at, now instant.Micros) string {
	t := at.In(f.Zone)
	key := "clock.end_of_day"
	switch {
	case at.IsZero() || at == instant.Forever:
		return f.When(at, now)
	case t.Hour() == 0 && t.Minute() == 0:
		key = "clock.before_day"
	case t.Hour() != 23 || t.Minute() != 59:
		return f.When(at, now)
	}
	day := f.Day(at)
	if t.Year() != now.In(f.Zone).Year() {
		day = f.Date(at)
	}
	return T(f.Lang, key, "Day", day)
}

func daysBetween(a, b time.Time) int {
	day := func(t time.Time) int64 {
		y, m, d := t.Date()
		return time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400
	}
	return int(day(b) - day(a))
}

// Left is "Còn 7 giờ 39 phút", "Quá hạn 1 giờ 20 phút".
func (f Format) Left(due, now instant.Micros) string {
	if due.IsZero() || due == instant.Forever {
		return T(f.Lang, "clock.no_deadline")
	}
	d := due.Sub(now)
	if d < 0 {
		return T(f.Lang, "clock.overdue", "Time", f.Duration(-d))
	}
	return T(f.Lang, "clock.left", "Time", f.Duration(d))
}

// Duration is "7 giờ 39 phút", two units at most: "3 ngày 4 giờ".
func (f Format) Duration(d time.Duration) string {
	minutes := int(d / time.Minute)
	days, hours, rest := minutes/(24*60), minutes/60%24, minutes%60
	var parts []string
	add := func(key string, n int) {
		if n > 0 {
			parts = append(parts, T(f.Lang, key, "Count", n))
		}
	}
	add("clock.days", days)
	add("clock.hours", hours)
	if days == 0 {
		add("clock.minutes", rest)
	}
	if len(parts) == 0 {
		return T(f.Lang, "clock.under_a_minute")
	}
	return strings.Join(parts, " ")
}

// Number is "4.812" in Vietnamese, "4,812" in English.
func (f Format) Number(n int64) string {
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + f.thousands() + s[i:]
	}
	return sign + s
}

func (f Format) thousands() string {
	if f.english() {
		return ","
	}
	return "."
}

// Decimal is "65,3" with a given number of places.
func (f Format) Decimal(x float64, places int) string {
	s := strconv.FormatFloat(x, 'f', places, 64)
	whole, part, _ := strings.Cut(s, ".")
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil {
		return s
	}
	out := f.Number(n)
	if n == 0 && strings.HasPrefix(whole, "-") {
		out = "-0"
	}
	switch {
	case part == "":
		return out
	case f.english():
		return out + "." + part
	default:
		return out + "," + part
	}
}

// Percent is "65,3%"; without a whole it is "—", since that is no figure.
func (f Format) Percent(part, whole int64) string {
	if whole == 0 {
		return "—"
	}
	return f.Decimal(float64(part)*100/float64(whole), 1) + "%"
}

// Size is "58 MB", "1,2 MB" or "14 KB".
func (f Format) Size(bytes int64) string {
	const mb = 1 << 20
	switch {
	case bytes >= 10*mb:
		return f.Number((bytes+mb/2)/mb) + " MB"
	case bytes >= mb:
		return f.Decimal(float64(bytes)/mb, 1) + " MB"
	default:
		return f.Number((bytes+1023)/1024) + " KB"
	}
}

// Phone groups a Vietnamese number for reading: "0912 345 678". Anything else
// stays as it is.
func Phone(s string) string {
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
	switch {
	case len(digits) == 10 && digits[0] == '0' && digits[1] != '2':
		return digits[:4] + " " + digits[4:7] + " " + digits[7:]
	case len(digits) == 11 && strings.HasPrefix(digits, "02"):
		return digits[:3] + " " + digits[3:7] + " " + digits[7:]
	default:
		return s
	}
}
