package identity

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"phaodai/internal/fault"
	"phaodai/internal/i18n"
)

// told is the key of a refusal, "" of none; its message must be written in both
// languages from the arguments that it has.
func told(t testing.TB, err error) string {
	t.Helper()
	if err == nil {
		return ""
	}
	f, ok := err.(*fault.Fault)
	if !ok || f.Kind != fault.Invalid {
		t.Fatalf("%v is no fault of the kind invalid", err)
	}
	for _, lang := range i18n.Languages() {
		if text := i18n.T(lang, f.Key, f.Args...); strings.Contains(text, "⟦") || strings.Contains(text, "<no value>") {
			t.Fatalf("%s in %s: %s", f.Key, lang, text)
		}
	}
	return strings.TrimPrefix(f.Key, "identity.")
}

// A wrong digit must not come in as another paper: what spreadsheets and hands
// make of a citizen number is read right or refused.
func TestNumbersAsSpreadsheetsAndHandsLeaveThem(t *testing.T) {
	for text, want := range map[string]string{
		"'001089012345":            "001089012345",
		"079-189–012—345":          "079189012345",
		"\ufeff00１089012345":       "001089012345",
		"001\u200b089\u00a0012345": "001089012345",
		"001089012345.0":           "001089012345",
		"101089012345":             "101089012345", // born abroad
		"1089012345":               "number_zero",  // Hà Nội without its 00
		"1089012345.0":             "number_zero",
		"38205012345.0":            "number_zero", // .0 must not become a twelfth digit
		"3089012345":               "number_digits",
		"0912345678":               "number_digits",
		"003089012345":             "number_province", // between Hà Giang and Cao Bằng
		"100089012345":             "number_province",
		"1.0890E+10":               "number_rounded",
		"1,09e+10":                 "number_rounded",
		"OO1089012345":             "number_letter",
		"00108901234O":             "number_letter",
		"001089/12345":             "number_form",
		"\xff01089012345":          "number_form",
		strings.Repeat("0 ", 1000): "number_form",
	} {
		n, err := ParseNumber(text)
		got := n.Text
		if err != nil {
			got = told(t, err)
		}
		if got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

func TestProvincesAreSixtyThree(t *testing.T) {
	inside := 0
	for code := range 100 {
		if _, ok := (Number{Citizen, fmt.Sprintf("%03d089012345", code)}).Province(); ok {
			inside++
		}
	}
	if inside != 63 {
		t.Errorf("%d codes of provinces", inside)
	}
}

func TestANumberThatDisagreesSaysWhatWouldBeRight(t *testing.T) {
	n := Number{Citizen, "001189012345"}
	f := n.Contradicts(Birth{Year: 2005}, Female).(*fault.Fault)
	want := "Ba chữ số thứ tư đến thứ sáu của số căn cước là “189”, của người sinh năm 1989, khác năm sinh 2005 đã ghi. Người sinh năm 2005 có “205” (nam) hoặc “305” (nữ). Sửa số hoặc năm sinh."
	if got := i18n.T("vi", f.Key, f.Args...); got != want {
		t.Error(got)
	}
	if err := n.Contradicts(Birth{Year: 1899}, Other); err != nil {
		t.Errorf("no number says 1899: %v", err)
	}
}

func TestBirthDatesOfPapersAndPrograms(t *testing.T) {
	for text, want := range map[string]string{
		"00/00/1940": "1940", "00-05-1940": "1940-05", "15/00/1940": "birth_month", "00/13/1940": "birth_month",
		"1990-12-31T00:00:00Z": "1990-12-31", "31/12/1990 00:00": "1990-12-31", "31/12/1990 07:30": "birth_form",
		"33238": "birth_form", strings.Repeat("1", 100): "birth_form",
	} {
		b, err := ParseBirth(text)
		got := b.String()
		if err != nil {
			got = told(t, err)
		}
		if got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

func TestNobodyHasAnAgeBeforeBirth(t *testing.T) {
	on := time.Date(2021, 9, 7, 0, 0, 0, 0, time.UTC)
	for b, want := range map[Birth]bool{{2021, 9, 7}: true, {2021, 9, 8}: false, {2021, 9, 0}: true, {2021, 10, 0}: false, {2021, 0, 0}: true, {2022, 0, 0}: false} {
		if least, most, ok := b.AgeRange(on); ok != want || least != 0 || most != 0 {
			t.Errorf("%v: %d to %d, %v", b, least, most, ok)
		}
	}
}

func TestBirthdayOnALeapDay(t *testing.T) {
	for on, want := range map[string]int{"2022-02-28": 17, "2022-03-01": 18, "2024-02-28": 19, "2024-02-29": 20} {
		day, err := time.Parse(time.DateOnly, on)
		if err != nil {
			t.Fatal(err)
		}
		if least, most, _ := (Birth{2004, 2, 29}).AgeRange(day); least != want || most != want {
			t.Errorf("%s: %d to %d, want %d", on, least, most, want)
		}
	}
}

// Whoever knows the whole date finds an age inside what year and month allow.
func TestTheAgeLiesInTheRangeOfWhatIsKnown(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		born := time.Date(rapid.IntRange(1890, 2099).Draw(t, "year"), 1, 1+rapid.IntRange(0, 364).Draw(t, "day"), 0, 0, 0, 0, time.UTC)
		on := born.AddDate(0, 0, rapid.IntRange(0, 40000).Draw(t, "days"))
		years, _, ok := (Birth{born.Year(), int(born.Month()), born.Day()}).AgeRange(on)
		if !ok {
			t.Fatalf("no age on %v", on)
		}
		for _, part := range []Birth{{Year: born.Year()}, {Year: born.Year(), Month: int(born.Month())}} {
			if least, most, ok := part.AgeRange(on); !ok || years < least || years > most || most-least > 1 {
				t.Fatalf("%v on %v: %d, but %d to %d", part, on, years, least, most)
			}
		}
	})
}

func TestTelephonesAsListsHaveThem(t *testing.T) {
	for text, want := range map[string]string{
		"'0912–345–678": "+84912345678", "(+84) (0)912 345 678": "+84912345678", "0084 912345678": "+84912345678", "00912345678": "+84912345678",
		"0082 10 1234 5678": "+821012345678", "0841234567": "+84841234567", "02033825825": "+842033825825", "0283 822 5678": "+842838225678",
		"0912345678/0987654321": "phone_two", "0912345678; 0987654321": "phone_two", "0912345678+1": "phone_two", "0912345678 (bố)": "phone_form",
		"02010000000": "phone_area", "0243999000": "phone_digits", "04 3999 0000": "phone_prefix", "0808044322": "phone_prefix", "115": "phone_zero",
		"٠٩١٢٣٤٥٦٧٨": "phone_form", strings.Repeat("0", 1000): "phone_form", "+": "phone_form", "00": "phone_digits",
	} {
		p, err := ParsePhone(text)
		got := string(p)
		if err != nil {
			got = told(t, err)
		}
		if got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

func TestCardsOfOlderPeopleAndWrongBytes(t *testing.T) {
	for text, want := range map[string]string{
		"001040012345||Nguyễn Văn Thử|00001940|Nam":             "1940",
		"001040012345||Nguyễn Văn Thử|1940|Nam":                 "1940",
		"001040012345||Nguye\u0302\u0303n\tVăn\x00Thử|1940|Nam": "1940", // letters in parts, bytes that no card prints
		"001040012345||\xff|1940|Nam":                           "card",
	} {
		c, err := ParseCard(text)
		got := c.Birth.String()
		if err != nil {
			got = told(t, err)
		} else if c.Name != "Nguyễn Văn Thử" {
			t.Errorf("%q: %q", text, c.Name)
		}
		if got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

func TestNumbersDoNotReachTheLog(t *testing.T) {
	var b strings.Builder
	slog.New(slog.NewTextHandler(&b, nil)).Info("x", "number", Number{Citizen, "001089012345"}, "phone", Phone("+84912345678"))
	if s := b.String(); strings.Contains(s, "001089") || strings.Contains(s, "912345") || !strings.Contains(s, "345") {
		t.Error(s)
	}
}

// Every refusal has a message, whatever comes in, and what is read from a card
// can be stored.
func FuzzRefusals(f *testing.F) {
	for _, s := range []string{"1.09E+10", "OO1", "00/00/1990", "0084", "0+", "٠", "001089012345||A|00001989||\x01", "\xff|||", "−'"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		_, err := ParseNumber(s)
		told(t, err)
		_, err = ParseBirthAt(s, 1)
		told(t, err)
		_, err = ParseSex(s)
		told(t, err)
		p, err := ParsePhone(s)
		if told(t, err) == "" {
			if again, err := ParsePhone(p.Local()); err != nil || again != p {
				t.Fatalf("%q gives %s, which gives %s, %v", s, p, again, err)
			}
		}
		c, err := ParseCard(s)
		if told(t, err) == "" && (c.Number.Kind != Citizen || c.Name == "" || !utf8.ValidString(c.Name+c.Address) || strings.ContainsAny(c.Name+c.Address, "\x00\n")) {
			t.Fatalf("%q gives %+v", s, c)
		}
	})
}
