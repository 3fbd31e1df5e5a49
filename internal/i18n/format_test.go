package i18n_test

import (
	"testing"
	"time"

	"phaodai/internal/fault"
	"phaodai/internal/i18n"
	"phaodai/internal/instant"
)

func at(y int, m time.Month, d, h, min, s int) instant.Micros {
	return instant.Of(time.Date(y, m, d, h, min, s, 0, instant.Vietnam()))
}

func TestDatesAndTimesAsOfficialPapersWriteThem(t *testing.T) {
	vi, en := i18n.NewFormat("vi", nil), i18n.NewFormat("en", nil)
	now := at(2021, 9, 7, 16, 20, 0)
	for _, c := range []struct{ what, got, want string }{
		{"clock", vi.Clock(now), "16:20"},
		{"date", vi.Date(now), "07/9/2021"},
		{"date in February", vi.Date(at(2021, 2, 3, 0, 0, 0)), "03/02/2021"},
		{"date in December", vi.Date(at(2021, 12, 25, 0, 0, 0)), "25/12/2021"},
		{"no date", vi.Date(0), "—"},
		{"full", vi.Full(now), "16:20 thứ Ba 07/9/2021"},
		{"Sunday", vi.Weekday(at(2021, 9, 5, 9, 0, 0)), "Chủ nhật"},
		{"today", vi.When(at(2021, 9, 7, 17, 0, 0), now), "17:00"},
		{"this week", vi.When(at(2021, 9, 9, 6, 0, 0), now), "06:00 thứ Năm 09/9"},
		{"earlier", vi.When(at(2021, 9, 5, 6, 0, 0), now), "06:00 05/9"},
		{"another year", vi.When(at(2020, 9, 5, 6, 0, 0), now), "06:00 05/9/2020"},
		{"end of a day", vi.Deadline(at(2021, 9, 7, 23, 59, 59), now), "hết ngày 07/9"},
		{"hour of a deadline", vi.Deadline(at(2021, 9, 8, 17, 0, 0), now), "17:00 thứ Tư 08/9"},
		{"left", vi.Left(at(2021, 9, 7, 23, 59, 59), now), "Còn 7 giờ 39 phút"},
		{"overdue", vi.Left(at(2021, 9, 7, 15, 0, 0), now), "Quá hạn 1 giờ 20 phút"},
		{"days", vi.Left(at(2021, 9, 10, 20, 20, 0), now), "Còn 3 ngày 4 giờ"},
		{"seconds", vi.Left(at(2021, 9, 7, 16, 20, 30), now), "Còn dưới 1 phút"},
		{"no deadline", vi.Left(0, now), "Không có hạn"},
		{"English left", en.Left(at(2021, 9, 8, 17, 20, 0), now), "1 day 1 h left"},
		{"English date", en.Date(now), "7 Sep 2021"},
		{"number", vi.Number(4812), "4.812"},
		{"million", vi.Number(1500000), "1.500.000"},
		{"negative", vi.Number(-1234), "-1.234"},
		{"English number", en.Number(4812), "4,812"},
		{"percent", vi.Percent(735, 1000), "73,5%"},
		{"percent of nothing", vi.Percent(0, 0), "—"},
		{"small negative", vi.Decimal(-0.5, 1), "-0,5"},
		{"size", vi.Size(58 << 20), "58 MB"},
		{"small size", vi.Size(1), "1 KB"},
		{"middle size", vi.Size(3 << 19), "1,5 MB"},
		{"mobile", i18n.Phone("0912345678"), "0912 345 678"},
		{"landline", i18n.Phone("02438251234"), "024 3825 1234"},
		{"short number", i18n.Phone("1022"), "1022"},
	} {
		if c.got != c.want {
			t.Errorf("%s: %q, want %q", c.what, c.got, c.want)
		}
	}
}

func TestReadingDatesAsPeopleTypeThem(t *testing.T) {
	now := at(2021, 9, 7, 16, 20, 0)
	for text, want := range map[string]instant.Micros{
		"9/9":              at(2021, 9, 9, 0, 0, 0),
		"09-09-2021":       at(2021, 9, 9, 0, 0, 0),
		"9.9.2021":         at(2021, 9, 9, 0, 0, 0),
		"2021-09-09":       at(2021, 9, 9, 0, 0, 0),
		"09/9/2021 16h20":  at(2021, 9, 9, 16, 20, 0),
		"16:20 09/9/2021":  at(2021, 9, 9, 16, 20, 0),
		"06h00 9/9":        at(2021, 9, 9, 6, 0, 0),
		"2021-09-09T06:00": at(2021, 9, 9, 6, 0, 0),
		"29/02/2020":       at(2020, 2, 29, 0, 0, 0),
	} {
		got, err := i18n.ParseMoment(text, now, instant.Vietnam())
		if err != nil || got != want {
			t.Errorf("ParseMoment(%q) = %v, %v, want %v", text, got.Time(), err, want.Time())
		}
	}
	for text, key := range map[string]string{
		"31/02/2021": "input.no_such_day", "mai": "input.date", "9/13": "input.no_such_day",
		"9/9 25:00": "input.clock", "": "input.date", "9/9 6 giờ": "input.clock",
	} {
		if _, err := i18n.ParseMoment(text, now, instant.Vietnam()); fault.KeyOf(err) != key {
			t.Errorf("ParseMoment(%q) gave %v, want %s", text, err, key)
		}
	}
}

func FuzzParseMoment(f *testing.F) {
	for _, s := range []string{"9/9", "16:20 07/9/2021", "2021-09-09T06:00", "٣/٣", "99/99/9999"} {
		f.Add(s)
	}
	now := at(2021, 9, 7, 16, 20, 0)
	f.Fuzz(func(t *testing.T, s string) {
		got, err := i18n.ParseMoment(s, now, instant.Vietnam())
		if err != nil || got.IsZero() {
			return
		}
		again, err := i18n.ParseMoment(i18n.NewFormat("vi", nil).Moment(got), now, instant.Vietnam())
		if err != nil || again != got {
			t.Errorf("%q read as %v, written and read again as %v, %v", s, got.Time(), again.Time(), err)
		}
	})
}
