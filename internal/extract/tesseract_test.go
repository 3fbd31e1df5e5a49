package extract

import (
	"strings"
	"testing"
)

func TestLettersAreMended(t *testing.T) {
	cases := map[string]string{
		"triỆt": "triệt", "lỘ": "lộ", "chỦ": "chủ", "Ủy": "Ủy", "CSÐ": "CSĐ", "(¡)": "(i)",
		"QyĐ": "QyĐ", "TTg": "TTg", "THỊ": "THỊ", "t/hiện": "t/hiện", "CTr-ỦB": "CTr-ỦB",
	}
	for in, want := range cases {
		if got := mend(in); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}

func TestLinesAreProofread(t *testing.T) {
	line := func(texts string, dash float64) []word {
		var words []word
		for i, s := range strings.Fields(texts) {
			w := word{text: s, x0: float64(100 * i), x1: float64(100*i + 60), y1: 36, sure: 90}
			if s == "-" {
				w.x1, w.y1 = w.x0+dash, 3
			}
			words = append(words, w)
		}
		return words
	}
	cases := []struct {
		in   string
		dash float64
		want string
	}{
		{"- Giao Ban cán sự đẳng UBND", 11, "- Giao Ban cán sự đảng UBND"},
		{"TT HĐND - lãnh đạo", 20, "TT HĐND – lãnh đạo"},
		{"Hà Nội - 2021", 38, "Hà Nội — 2021"},
		{"trường cao đẳng, bình đẳng và đẳng cấp", 0, "trường cao đẳng, bình đẳng và đẳng cấp"},
	}
	for _, c := range cases {
		words := line(c.in, c.dash)
		proofread(words)
		if got := newLine(words).text(); got != c.want {
			t.Errorf("%q became %q, want %q", c.in, got, c.want)
		}
	}
}

func TestDirtIsDropped(t *testing.T) {
	words := []word{{text: "|", sure: 95}, {text: "HỎA", sure: 90}, {text: "TỐC", sure: 90}, {text: "~", sure: 10}, {text: "|", sure: 95}}
	if got := newLine(sensible(words)).text(); got != "HỎA TỐC" {
		t.Errorf("%q", got)
	}
	if got := sensible([]word{{text: "š", sure: 60}, {text: "'", sure: 80}}); got != nil {
		t.Errorf("dirt became %v", got)
	}
}
