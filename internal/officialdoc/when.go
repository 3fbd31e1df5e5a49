package officialdoc

import (
	"math"
	"strings"
	"time"
)

// known gives a day without a year the year of the text, where there is one.
func (d *draft) known(day date) date {
	if day.year == 0 && day.month > 0 && d.year > 0 {
		day.year = d.year
		if d.yearGuess && day.month >= 10 {
			day.year-- // days before the Tết of the year that the text names
		}
		if !day.valid() {
			day.year = 0
		}
	}
	return day
}

// findYear finds the year of days without one: that of issue or of
// publication, else the most frequent year of full days in the text.
func (d *draft) findYear() {
	if p := d.doc.Metadata.PublishedOn; !p.IsZero() {
		d.year = p.Year()
		return
	}
	if iso := d.doc.Metadata.IssuedOn; len(iso) > 4 {
		d.year = int(iso[0]-'0')*1000 + int(iso[1]-'0')*100 + int(iso[2]-'0')*10 + int(iso[3]-'0')
		return
	}
	counts := map[int]int{}
	for i := 0; i < len(d.toks); i++ {
		if d.toks[i].kind != numberToken || d.lines[d.toks[i].line].zone == slipZone {
			continue
		}
		day, end := d.date(i, len(d.toks))
		if end == 0 {
			continue
		}
		if day.year > 0 {
			counts[day.year]++
		}
		i = end - 1
	}
	best := 0
	for year, n := range counts {
		if n > best || n == best && year > d.year {
			best, d.year = n, year
		}
	}
	if d.year == 0 {
		d.guessYear()
	}
}

// guessYear takes the year of a feast that the text names: "Lễ hội Xuân 2017".
func (d *draft) guessYear() {
	for i := 0; i+1 < len(d.toks); i++ {
		if end, _ := d.phrase(i, len(d.toks), d.c.Feast); end > 0 {
			if y := d.num(end, len(d.toks)); y > 1990 && y < 2200 {
				d.year, d.yearGuess = y, true
				return
			}
		}
	}
}

// deadlines reads the days by, from and until which tokens [a, b) speak.
func (d *draft) deadlines(a, b int) []Deadline {
	var out []Deadline
	for _, f := range d.findAll(d.rules.patterns["deadline"], a, b) {
		out = append(out, d.deadline(f, a, b)...)
	}
	return out
}

func (d *draft) deadline(f found, a, b int) []Deadline {
	kind, how, _ := strings.Cut(f.rule.value, " ")
	base := Deadline{Text: d.words(f.start, f.end), Kind: DeadlineKind(kind), Span: d.span(f.start, f.end), Why: f.rule.name}
	if base.Kind == Until && how != "relative" && d.finishes(a, b) {
		base.Kind = By
	}
	var days []date
	hour, minute, n := 0, 0, 0.0
	for _, v := range f.values {
		switch v.kind {
		case dateValue, monthValue, quarterValue, yearValue:
			days = append(days, d.known(v.date))
		case timeValue:
			hour, minute = v.hour, v.min
		case numberValue:
			n = v.number
		}
	}
	if how == "relative" || len(days) == 0 {
		base.Relative = true
		return []Deadline{base}
	}
	last := days[len(days)-1]
	switch how {
	case "time":
		return []Deadline{stamped(base, last, hour, minute, 0)}
	case "start":
		return []Deadline{stamped(base, last, 0, 0, 0)}
	case "monthstart":
		last.day = 1
		return []Deadline{stamped(base, last, 0, 0, 0)}
	case "both":
		return d.fromUntil(base, days, int(n))
	case "plus":
		base.Computed = true
		end := stamped(base, last, 23, 59, 59)
		if !end.At.IsZero() {
			end.At = end.At.AddDate(0, 0, int(n))
		}
		return []Deadline{end}
	}
	return []Deadline{stamped(base, last, 23, 59, 59)}
}

// fromUntil makes two deadlines of "từ ngày 6/9 đến ngày 21/9" and of "từ 6
// đến 21/9", where the first day takes month and year of the last.
func (d *draft) fromUntil(base Deadline, days []date, n int) []Deadline {
	first, last := days[0], days[len(days)-1]
	if len(days) == 1 {
		first = date{last.year, last.month, n, n}
		if !first.valid() || n >= last.day {
			return nil
		}
	}
	from, until := base, base
	from.Kind, until.Kind = From, Until
	return []Deadline{stamped(from, first, 0, 0, 0), stamped(until, last, 23, 59, 59)}
}

func stamped(x Deadline, day date, hour, minute, sec int) Deadline {
	if day.year == 0 {
		x.Partial = day.partial()
		return x
	}
	x.At = day.at(hour, minute, sec)
	return x
}

// finishes reports whether tokens [a, b) speak of work to be finished.
func (d *draft) finishes(a, b int) bool {
	for i := a; i < b; i++ {
		if d.has(i, b, d.c.Finish) {
			return true
		}
	}
	return false
}

// atStart resolves "đến thời điểm áp dụng" to the last start that the text
// has named.
func (d *draft) atStart(x *Deadline, starts []time.Time) {
	if !x.Relative || x.Kind != Until || len(starts) == 0 || !strings.Contains(x.Text, "thời điểm áp dụng") {
		return
	}
	x.At = starts[len(starts)-1]
}

// cadences reads how often tokens [a, b) want something done.
func (d *draft) cadences(a, b int) []Cadence {
	var out []Cadence
	for _, f := range d.findAll(d.rules.patterns["cadence"], a, b) {
		if f.start > a && d.has(f.start-1, f.start, d.c.Notcadence) {
			continue
		}
		c := Cadence{Text: d.words(f.start, f.end), Span: d.span(f.start, f.end), Why: f.rule.name}
		var n []float64
		for _, v := range f.values {
			switch v.kind {
			case numberValue:
				n = append(n, v.number)
			case timeValue:
				c.AtTime = clock(v.hour, v.min)
			}
		}
		if c.EveryDaysMin, c.EveryDaysMax = period(f.rule.value, n); c.EveryDaysMin >= 0 {
			out = append(out, c)
		}
	}
	if times := d.minTimes(a, b); times > 0 {
		for i := range out {
			n := times
			out[i].MinTimes = &n
		}
	}
	return out
}

// period is the least and greatest number of days between two times.
func period(how string, n []float64) (int, int) {
	at := func(i int) float64 {
		if i < len(n) && n[i] > 0 {
			return n[i]
		}
		return 1
	}
	per := func(days, times float64) (int, int) {
		return int(math.Floor(days / times)), int(math.Ceil(days / times))
	}
	switch how {
	case "range":
		return int(at(0)), int(at(1))
	case "days":
		return per(at(0), at(1))
	case "weeks":
		return per(7*at(0), at(1))
	case "months":
		return per(30*at(0), at(1))
	case "perday":
		return per(at(1), at(0))
	case "perweek":
		return per(7*at(1), at(0))
	case "permonth":
		return per(30*at(1), at(0))
	case "daily":
		return 1, 1
	case "weekly":
		return 7, 7
	case "monthly":
		return 30, 30
	case "quarterly":
		return 90, 90
	case "yearly":
		return 365, 365
	case "always":
		return 0, 0
	}
	return -1, -1
}

// minTimes reads "ít nhất 3 lần" where no period follows.
func (d *draft) minTimes(a, b int) int {
	for _, f := range d.findAll(d.rules.patterns["target"], a, b) {
		if f.rule.value == "min" && len(f.values) == 2 && f.values[1].text == "times" && d.mark(f.end) != '/' {
			return int(f.values[0].number)
		}
	}
	return 0
}

// targets reads the numbers that an order in tokens [a, b) must meet; taken
// are the places that are days and periods.
func (d *draft) targets(a, b int, taken []Span) []Target {
	var out []Target
	for _, f := range d.findAll(d.rules.patterns["target"], a, b) {
		span := d.span(f.start, f.end)
		if f.rule.value == "none" || overlapsAny(span, taken) {
			continue
		}
		t := Target{Text: d.words(f.start, f.end), Op: f.rule.value, Span: span, Why: f.rule.name}
		for _, v := range f.values {
			switch v.kind {
			case numberValue:
				t.Value = v.number
			case wordValue:
				t.Unit = v.text
			}
		}
		if t.Unit == "" {
			t.Unit = d.unitOf(f)
		}
		out = append(out, t)
	}
	return out
}

// unitOf is the unit that a pattern names itself.
func (d *draft) unitOf(f found) string {
	for i := f.end - 1; i >= f.start; i-- {
		if _, unit := d.phrase(i, f.end, d.c.Unit); unit != "" {
			return unit
		}
	}
	return ""
}

func overlapsAny(s Span, others []Span) bool {
	for _, o := range others {
		if s[0] < o[1] && o[0] < s[1] {
			return true
		}
	}
	return false
}

func clock(hour, minute int) string {
	return time.Date(2000, 1, 1, hour, minute, 0, 0, time.UTC).Format("15:04")
}
