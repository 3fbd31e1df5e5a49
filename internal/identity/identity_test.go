package identity

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"phaodai/internal/fault"
	"phaodai/internal/instant"
)

func TestNumbersOfPapers(t *testing.T) {
	for text, want := range map[string]any{
		"001089012345":    Number{Citizen, "001089012345"},
		"001 089 012 345": Number{Citizen, "001089012345"},
		"079.201.000123":  Number{Citizen, "079201000123"},
		"012345678":       Number{OldCitizen, "012345678"},
		"b1234567":        Number{Passport, "B1234567"},
		"12AB34567":       Number{Passport, "12AB34567"},
		"":                "identity.number_empty",
		"01089012345":     "identity.number_zero", // the zero at the front is lost
		"12345678":        "identity.number_zero",
		"0010890123456":   "identity.number_digits",
		"001589012345":    "identity.number_century",
		"097089012345":    "identity.number_province",
		"000089012345":    "identity.number_province",
		"không có":        "identity.number_form",
		"ABCDEFG":         "identity.number_form",
		"B12":             "identity.number_form",
	} {
		n, err := ParseNumber(text)
		if key, wrong := want.(string); wrong && fault.KeyOf(err) != key || !wrong && (err != nil || n != want) {
			t.Errorf("%q: %+v %v, want %v", text, n, err, want)
		}
	}
}

func TestACitizenNumberTellsSexYearAndPlaceOfBirth(t *testing.T) {
	for text, want := range map[string]struct {
		sex      Sex
		year     int
		province string
	}{
		"001089012345": {Male, 1989, "001"}, "079190000123": {Female, 1990, "079"}, "001205000001": {Male, 2005, "001"}, "046310000001": {Female, 2010, "046"},
	} {
		n, err := ParseNumber(text)
		sex, _ := n.Sex()
		year, _ := n.BirthYear()
		province, _ := n.Province()
		if err != nil || sex != want.sex || year != want.year || province != want.province {
			t.Errorf("%s: %s %d %s %v", text, sex, year, province, err)
		}
		if err := n.Contradicts(Birth{Year: want.year, Month: 2}, want.sex); err != nil {
			t.Errorf("%s contradicts itself: %v", text, err)
		}
		if fault.KeyOf(n.Contradicts(Birth{Year: want.year + 1}, want.sex)) != "identity.number_birth" || fault.KeyOf(n.Contradicts(Birth{}, map[Sex]Sex{Male: Female, Female: Male}[want.sex])) != "identity.number_sex" {
			t.Errorf("%s does not contradict another person", text)
		}
	}
	if err := (Number{OldCitizen, "012345678"}).Contradicts(Birth{Year: 1}, Female); err != nil {
		t.Errorf("an old number says nothing: %v", err)
	}
}

func TestBirthDates(t *testing.T) {
	now := instant.Of(time.Date(2021, 9, 8, 12, 0, 0, 0, instant.Vietnam()))
	for text, want := range map[string]string{
		"31/12/1990": "1990-12-31", "5/3/1990": "1990-03-05", "1990-12-31": "1990-12-31", "31.12.1990": "1990-12-31", "12/1990": "1990-12", "1990-12": "1990-12",
		"1990": "1990", "29/02/2020": "2020-02-29", "1990-12-31 00:00:00": "1990-12-31", " 1 /1/ 2000": "identity.birth_form",
		"31/02/1990": "identity.birth_day", "29/02/2021": "identity.birth_day", "0/1/1990": "identity.birth_day", "12/31/1990": "identity.birth_month",
		"13/1990": "identity.birth_month", "5/3/88": "identity.birth_short_year", "1789": "identity.birth_year", "09/09/2021": "identity.birth_ahead", "2022": "identity.birth_ahead",
		"hôm qua": "identity.birth_form", "": "identity.birth_form",
	} {
		b, err := ParseBirthAt(text, now)
		got := b.String()
		if err != nil {
			got = fault.KeyOf(err)
		}
		if got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

func TestAgeIsARangeWhereTheDayIsNotKnown(t *testing.T) {
	on := time.Date(2021, 9, 8, 0, 0, 0, 0, instant.Vietnam())
	for b, want := range map[Birth][2]int{
		{1990, 9, 8}: {31, 31}, {1990, 9, 9}: {30, 30}, {1990, 9, 0}: {30, 31}, {1990, 0, 0}: {30, 31}, {2021, 9, 8}: {0, 0}, {2003, 10, 0}: {17, 17},
	} {
		if least, most, ok := b.AgeRange(on); !ok || least != want[0] || most != want[1] {
			t.Errorf("%v: %d to %d", b, least, most)
		}
	}
	if _, _, ok := (Birth{}).AgeRange(on); ok {
		t.Error("an age without a birth")
	}
}

func TestTelephones(t *testing.T) {
	for text, want := range map[string]string{
		"0912345678": "+84912345678", "0912 345 678": "+84912345678", "+84 912.345.678": "+84912345678", "84912345678": "+84912345678", "+840912345678": "+84912345678",
		"01234567890": "+84834567890", "0165 123 4567": "+84351234567", "024 3872 1234": "+842438721234", "+82 10 1234 5678": "+821012345678",
		"912345678": "identity.phone_zero", "0112345678": "identity.phone_prefix", "01114567890": "identity.phone_prefix", "091234567": "identity.phone_digits",
		"09123456789": "identity.phone_digits", "không": "identity.phone_form", "": "identity.phone_form", "+1": "identity.phone_abroad", "0": "identity.phone_digits",
	} {
		p, err := ParsePhone(text)
		got := string(p)
		if err != nil {
			got = fault.KeyOf(err)
		}
		if got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
	if got := Phone("+84912345678").Local(); got != "0912345678" {
		t.Error(got)
	}
}

func TestTheCodeOfACitizenCard(t *testing.T) {
	c, err := ParseCard("001089012345|012345678|Nguyễn Văn An|05031989|Nam|Số 12, Ngõ 45, Cự Khối, Long Biên, Hà Nội|10052021")
	if err != nil || c.Number.Text != "001089012345" || c.Old != "012345678" || c.Name != "Nguyễn Văn An" || c.Birth.String() != "1989-03-05" || c.Sex != Male ||
		!strings.HasPrefix(c.Address, "Số 12") || c.IssuedOn.String() != "2021-05-10" {
		t.Errorf("%+v %v", c, err)
	}
	if c, err := ParseCard("001089012345||Nguyễn Văn An|05031989"); err != nil || c.Old != "" || c.Name == "" {
		t.Errorf("a cut code: %+v %v", c, err)
	}
	for text, key := range map[string]string{
		"https://example.vn": "identity.card", "B1234567||A|05031989": "identity.card", "001089012345||A|0503198": "identity.card",
		"001089012345||A|05031990|Nam": "identity.number_birth", "001089012345||A|31021989": "identity.birth_day", strings.Repeat("x", 700): "identity.card",
		"001089012345|| |05031989": "identity.card",
	} {
		if _, err := ParseCard(text); fault.KeyOf(err) != key {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestMaskedShowsTheEndAlone(t *testing.T) {
	if got := (Number{Citizen, "001089012345"}).Masked(); got != "•••••••••345" {
		t.Error(got)
	}
	if got := Phone("+84912345678").Masked(); got != "••••••••678" {
		t.Error(got)
	}
	if got := masked("12", 3); got != "••" {
		t.Error(got)
	}
}

func TestSexAsListsWriteIt(t *testing.T) {
	for text, want := range map[string]Sex{"Nam": Male, "NỮ": Female, "nu": Female, "M": Male, "Khác": Other, "": ""} {
		if got, err := ParseSex(text); err != nil || got != want {
			t.Errorf("%q: %q %v", text, got, err)
		}
	}
	if _, err := ParseSex("nam nữ"); fault.KeyOf(err) != "identity.sex" {
		t.Error(err)
	}
}

// What is written out is read back the same.
func TestWrittenAndReadAgain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := Birth{Year: rapid.IntRange(oldest, 2200).Draw(t, "year")}
		if rapid.Bool().Draw(t, "month known") {
			b.Month = rapid.IntRange(1, 12).Draw(t, "month")
			b.Day = rapid.IntRange(0, days(b.Year, b.Month)).Draw(t, "day")
		}
		if got, err := ParseBirth(b.String()); err != nil || got != b {
			t.Fatalf("%v: %v %v", b, got, err)
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"001089012345", "31/12/1990", "0912345678", "001089012345||A|05031989|Nam|x|10052021", "+84", "|||"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if n, err := ParseNumber(s); err == nil {
			if again, err := ParseNumber(n.Text); err != nil || again != n {
				t.Fatalf("%q: %v, again %v %v", s, n, again, err)
			}
			if n.Masked() == n.Text {
				t.Fatalf("%q is shown", n.Text)
			}
		}
		if p, err := ParsePhone(s); err == nil {
			if again, err := ParsePhone(string(p)); err != nil || again != p {
				t.Fatalf("%q: %s, again %s %v", s, p, again, err)
			}
		}
		if b, err := ParseBirth(s); err == nil {
			if again, err := ParseBirth(b.String()); err != nil || again != b {
				t.Fatalf("%q: %v, again %v %v", s, b, again, err)
			}
		}
		_, _ = ParseCard(s)
	})
}
