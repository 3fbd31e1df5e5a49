package officialdoc

import (
	"strings"
	"time"
)

// valueKind says what a value in a pattern is.
type valueKind int32

const (
	wordValue valueKind = iota
	numberValue
	dateValue
	timeValue
	monthValue
	yearValue
	quarterValue
	symbolValue
)

// valueNames are the names of values in patterns.
var valueNames = map[string]valueKind{
	"n": numberValue, "date": dateValue, "time": timeValue, "month": monthValue,
	"year": yearValue, "quarter": quarterValue, "symbol": symbolValue,
}

// value is what was read at one step of a pattern.
type value struct {
	kind       valueKind
	start, end int // tokens
	number     float64
	date       date // of a month or quarter: its last day
	hour, min  int
	text       string
}

// date is a day; year 0 where the text states none. first is the first day of
// a range such as 8-9/2.
type date struct{ year, month, day, first int }

// vietnam is UTC+7, the time of all documents.
var vietnam = time.FixedZone("+07", 7*3600)

func (d date) at(hour, min, sec int) time.Time {
	return time.Date(d.year, time.Month(d.month), d.day, hour, min, sec, 0, vietnam)
}

// iso is "2021-09-07", or "" without a year.
func (d date) iso() string {
	if d.year == 0 || d.month == 0 {
		return ""
	}
	return d.at(0, 0, 0).Format("2006-01-02")
}

// partial is "--09-07" for a day without a year.
func (d date) partial() string {
	if d.year != 0 || d.month == 0 {
		return ""
	}
	return time.Date(2000, time.Month(d.month), d.day, 0, 0, 0, 0, time.UTC).Format("--01-02")
}

func (d date) valid() bool {
	if d.month < 1 || d.month > 12 || d.day < 1 || (d.year != 0 && (d.year < 1945 || d.year > 2199)) {
		return false
	}
	year := d.year
	if year == 0 {
		year = 2000
	}
	return d.day <= time.Date(year, time.Month(d.month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

func lastDay(year, month int) date {
	if year == 0 {
		return date{0, month, time.Date(2001, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day(), 0}
	}
	return date{year, month, time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day(), 0}
}

// value reads a value of the kind at token i.
func (t *reading) value(kind valueKind, i, limit int) (value, bool) {
	v := value{kind: kind, start: i}
	switch kind {
	case numberValue:
		v.number, v.end = t.number(i, limit)
	case dateValue:
		v.date, v.end = t.date(i, limit)
	case timeValue:
		v.hour, v.min, v.end = t.time(i, limit)
	case monthValue:
		v.date, v.end = t.month(i, limit)
	case yearValue:
		if n := t.num(i, limit); n >= 1945 && n < 2200 {
			v.date, v.end = date{n, 12, 31, 0}, i+1
		}
	case quarterValue:
		v.date, v.end = t.quarter(i, limit)
	case symbolValue:
		v.text, v.end = t.symbol(i, limit)
	}
	return v, v.end > 0
}

// num is the value of the number token i, or -1.
func (t *reading) num(i, limit int) int {
	if i < 0 || i >= limit || t.toks[i].kind != numberToken {
		return -1
	}
	return int(t.toks[i].num)
}

func (t *reading) is(i, limit int, words ...wordID) bool {
	if i < 0 || i >= limit {
		return false
	}
	for _, w := range words {
		if t.toks[i].word == w && w != 0 {
			return true
		}
	}
	return false
}

// number reads 12, 1.624, 35,43, "ba": its value and the token after it.
func (t *reading) number(i, limit int) (float64, int) {
	if i >= limit {
		return 0, 0
	}
	if w := t.toks[i].word; t.toks[i].kind == wordToken {
		if n := t.rules.numerals[w]; w != 0 && n > 0 {
			return n, i + 1
		}
		return 0, 0
	}
	n := t.num(i, limit)
	if n < 0 {
		return 0, 0
	}
	x, end := float64(n), i+1
	for end+1 < limit && t.mark(end) == '.' && t.toks[end].glued && t.toks[end+1].glued && t.toks[end+1].digits == 3 {
		x, end = x*1000+float64(t.num(end+1, limit)), end+2
	}
	if end+1 < limit && t.mark(end) == ',' && t.toks[end].glued && t.toks[end+1].glued && t.num(end+1, limit) >= 0 {
		f := float64(t.num(end+1, limit))
		for k := uint8(0); k < t.toks[end+1].digits; k++ {
			f /= 10
		}
		x, end = x+f, end+2
	}
	return x, end
}

// numerals leaves out "năm", which is a year far more often than five.
var numerals = map[string]float64{
	"một": 1, "hai": 2, "ba": 3, "bốn": 4, "sáu": 6, "bảy": 7, "bẩy": 7, "tám": 8, "chín": 9, "mười": 10,
}

// date reads 06/9/2021, 6-9-2021, 06.9.2021, 06/9, 8-9/2, 6 tháng 9 năm 2021.
func (t *reading) date(i, limit int) (date, int) {
	day := t.num(i, limit)
	if day < 1 || day > 31 || t.toks[i].digits > 2 {
		return date{}, 0
	}
	if t.is(i+1, limit, t.rules.words.ids["tháng"]) {
		return t.dateInWords(day, i+2, limit)
	}
	sep := t.mark(i + 1)
	if sep != '/' && sep != '-' && sep != '.' || t.num(i+2, limit) < 1 {
		return date{}, 0
	}
	if d, end := t.range_(day, i, limit); end > 0 {
		return d, end
	}
	d := date{0, t.num(i+2, limit), day, day}
	if t.toks[i+2].digits > 2 || !d.valid() {
		return date{}, 0
	}
	end := i + 3
	if t.mark(end) == sep && end+1 < limit && t.num(end+1, limit) >= 0 {
		if year := t.num(end+1, limit); t.toks[end+1].digits == 4 {
			d.year, end = year, end+2
		} else {
			return date{}, 0
		}
	} else if sep == '.' || sep == '-' && (!t.toks[i+1].glued || !t.dayWord(i-1)) {
		return date{}, 0 // "2-3 ngày/lần" is no day
	}
	if !d.valid() {
		return date{}, 0
	}
	return d, end
}

// dayWord reports whether a day may follow token i: "ngày", "sáng", or the
// start of a line.
func (t *reading) dayWord(i int) bool {
	if i < 0 || t.toks[i].line != t.toks[i+1].line {
		return true
	}
	end, _ := t.phrase(i, i+1, t.rules.classes["dayword"])
	return end > 0
}

// range_ reads 8-9/2 and 8-9/2/2021 as the last day.
func (t *reading) range_(first, i, limit int) (date, int) {
	if t.mark(i+1) != '-' || t.mark(i+3) != '/' || i+4 >= limit || t.toks[i+2].digits > 2 {
		return date{}, 0
	}
	d := date{0, t.num(i+4, limit), t.num(i+2, limit), first}
	end := i + 5
	if t.mark(end) == '/' && end+1 < limit && t.toks[end+1].digits == 4 {
		d.year, end = t.num(end+1, limit), end+2
	}
	if !d.valid() || d.first >= d.day {
		return date{}, 0
	}
	return d, end
}

func (t *reading) dateInWords(day, i, limit int) (date, int) {
	d := date{0, t.num(i, limit), day, day}
	end := i + 1
	switch {
	case t.is(end, limit, t.rules.words.ids["năm"]) && t.num(end+1, limit) > 1900:
		d.year, end = t.num(end+1, limit), end+2
	case (t.mark(end) == '/' || t.mark(end) == '-') && t.num(end+1, limit) > 1900:
		d.year, end = t.num(end+1, limit), end+2
	}
	if !d.valid() {
		return date{}, 0
	}
	return d, end
}

// time reads 16h, 16h30, 16 giờ 00, 16 giờ 00 phút, 16:30.
func (t *reading) time(i, limit int) (hour, min, end int) {
	hour = t.num(i, limit)
	if hour < 0 || hour > 24 || t.toks[i].digits > 2 {
		return 0, 0, 0
	}
	w := t.rules.words.ids
	switch {
	case t.is(i+1, limit, w["h"], w["giờ"], w["g"]):
		end = i + 2
	case t.mark(i+1) == ':' && i+2 < limit && t.toks[i+1].glued && t.toks[i+2].digits == 2:
		end = i + 2
	default:
		return 0, 0, 0
	}
	if m := t.num(end, limit); m >= 0 && m < 60 && t.toks[end].digits == 2 && t.mark(end+1) != '/' {
		min, end = m, end+1
		if t.is(end, limit, w["phút"], w["p"]) {
			end++
		}
	}
	if t.mark(end) == ':' && end+1 < limit && t.toks[end].glued && t.toks[end+1].digits == 2 {
		end += 2
	}
	return hour, min, end
}

// month reads 9/2021, 9 năm 2021, 9-2021 and 9: the last day of the month.
func (t *reading) month(i, limit int) (date, int) {
	m := t.num(i, limit)
	if m < 1 || m > 12 || t.toks[i].digits > 2 {
		return date{}, 0
	}
	sep := t.mark(i + 1)
	if (sep == '/' || sep == '-' || t.is(i+1, limit, t.rules.words.ids["năm"])) && i+2 < limit {
		if y := t.num(i+2, limit); y >= 1945 && y < 2200 {
			return lastDay(y, m), i + 3
		}
	}
	if sep == '/' || sep == '-' {
		return date{}, 0
	}
	return lastDay(0, m), i + 1
}

// quarter reads II/2021, 2 năm 2021, III: the last day of the quarter.
func (t *reading) quarter(i, limit int) (date, int) {
	if i >= limit {
		return date{}, 0
	}
	q := t.num(i, limit)
	if q < 0 {
		if len(t.tokText(t.toks[i])) > 3 {
			return date{}, 0
		}
		q = strings.Index("I  II III IV ", t.tokText(t.toks[i])+" ")
		q = map[int]int{0: 1, 3: 2, 6: 3, 10: 4}[q]
	}
	if q < 1 || q > 4 {
		return date{}, 0
	}
	if t.mark(i+1) == '/' || t.mark(i+1) == '-' || t.is(i+1, limit, t.rules.words.ids["năm"]) {
		if y := t.num(i+2, limit); y >= 1945 && y < 2200 {
			return lastDay(y, 3*q), i + 3
		}
	}
	return lastDay(0, 3*q), i + 1
}
