package extract

import (
	"context"
	"maps"
	"slices"
	"strings"
	"testing"
	"unicode"

	"phaodai/internal/officialdoc"
	"phaodai/internal/officialdoc/scoring"
	"phaodai/internal/testkit"
)

// TestSeedsSurvivePaper prints the five seeds and reads them back from the PDF
// and from a scan of its paper: the figures of the reader must stay.
func TestSeedsSurvivePaper(t *testing.T) {
	cases, err := scoring.Load(testkit.Shared(t, "seeds"), testkit.Shared(t, "corpus", "seeds-labels"))
	if err != nil || len(cases) != 5 {
		t.Fatalf("%d seeds: %v", len(cases), err)
	}
	reader := officialdoc.New()
	var typed, printedTally, scannedTally scoring.Tally
	for _, c := range cases {
		add(t, reader, &typed, c, c.Text)
		pdf := printed(t, c.Text)
		add(t, reader, &printedTally, c, text(t, pdf))
		scan, _ := scanned(t, pdf)
		add(t, reader, &scannedTally, c, text(t, scan))
	}
	t.Logf("as typed\n%s\nfrom the PDF\n%s\nfrom the scan\n%s", typed.Report(), printedTally.Report(), scannedTally.Report())
	keeps(t, "PDF", typed.Figures(), printedTally, 0.95)
	keeps(t, "scan", typed.Figures(), scannedTally, 0.85)
}

func text(t *testing.T, data []byte) string {
	t.Helper()
	got, err := New(Limit{}).Extract(context.Background(), data, nil)
	if err != nil {
		t.Fatal(err)
	}
	return got.Text
}

// add reads a text and scores it with its spans carried over to the seed.
func add(t *testing.T, reader *officialdoc.Reader, tally *scoring.Tally, c scoring.Case, text string) {
	t.Helper()
	document, err := reader.Read(text)
	if err != nil {
		t.Fatal(err)
	}
	m := alignWords(text, c.Text)
	for i := range document.Tasks {
		document.Tasks[i].Span = m.span(document.Tasks[i].Span)
	}
	tally.Add(c.Label, document)
}

func keeps(t *testing.T, how string, base map[string]float64, got scoring.Tally, part float64) {
	t.Helper()
	figures := got.Figures()
	for _, name := range slices.Sorted(maps.Keys(base)) {
		if figures[name] < part*base[name] {
			t.Errorf("%s: %s fell from %.3f to %.3f, under %.0f %%", how, name, base[name], figures[name], 100*part)
		}
	}
	if t.Failed() {
		t.Log(how + "\n" + strings.Join(got.Misses(), "\n"))
	}
}

// place is a word with its code points in a text.
type place struct {
	word       string
	start, end int
}

func places(text string) []place {
	var out []place
	start, runes := -1, []rune(text)
	for i := 0; i <= len(runes); i++ {
		inside := i < len(runes) && !unicode.IsSpace(runes[i])
		if inside && start < 0 {
			start = i
		}
		if !inside && start >= 0 {
			word := strings.ToLower(strings.Trim(string(runes[start:i]), `.,;:()"“”*`))
			out, start = append(out, place{word, start, i}), -1
		}
	}
	return out
}

// alignment carries places of one text over to another.
type alignment struct {
	from, to []place
	pair     []int // of each word of from, the index in to or -1
}

// alignWords finds the longest common sequence of words.
func alignWords(from, to string) alignment {
	a := alignment{from: places(from), to: places(to)}
	n, m := len(a.from), len(a.to)
	length := make([][]uint16, n+1)
	for i := range length {
		length[i] = make([]uint16, m+1)
	}
	for i := n - 1; i >= 0; i-- {
		for j := m - 1; j >= 0; j-- {
			if a.from[i].word == a.to[j].word {
				length[i][j] = length[i+1][j+1] + 1
			} else {
				length[i][j] = max(length[i+1][j], length[i][j+1])
			}
		}
	}
	a.pair = make([]int, n)
	for i, j := 0, 0; i < n; {
		switch {
		case j < m && a.from[i].word == a.to[j].word:
			a.pair[i] = j
			i, j = i+1, j+1
		case j >= m || length[i+1][j] >= length[i][j+1]:
			a.pair[i] = -1
			i++
		default:
			j++
		}
	}
	return a
}

// span carries a span over by its first and last words that have a partner;
// without such a word it is empty.
func (a alignment) span(s officialdoc.Span) officialdoc.Span {
	first, last := -1, -1
	for i, p := range a.from {
		if a.pair[i] < 0 || p.end <= s[0] || p.start >= s[1] {
			continue
		}
		if first < 0 {
			first = a.pair[i]
		}
		last = a.pair[i]
	}
	if first < 0 {
		return officialdoc.Span{}
	}
	return officialdoc.Span{a.to[first].start, a.to[last].end}
}

func TestPlacesAreCarriedOver(t *testing.T) {
	to := "1. Giao UBND\ncác phường rà soát."
	a := alignWords("Giao UBND các phừơng rà soát.", to)
	cases := []struct {
		span officialdoc.Span
		want string
	}{{officialdoc.Span{5, 20}, "UBND\ncác"}, {officialdoc.Span{14, 28}, "rà soát."}, {officialdoc.Span{14, 20}, ""}}
	for _, c := range cases {
		if got := a.span(c.span); string([]rune(to)[got[0]:got[1]]) != c.want {
			t.Errorf("%v became %v, want %q", c.span, got, c.want)
		}
	}
}
