package officialdoc

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"phaodai/internal/testkit"
)

// longText repeats the longest seed to 200 KB.
func longText(t testing.TB) string {
	data, err := os.ReadFile(testkit.Shared(t, "seeds", "004_7584377ace3ddf40.txt"))
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Repeat(string(data)+"\n\n", 200<<10/len(data)+1)
	return strings.ToValidUTF8(text[:200<<10], "")
}

// BenchmarkRead200KB measures reading 200 KB; the issue asks for 100 ms.
func BenchmarkRead200KB(b *testing.B) {
	text, r := longText(b), New()
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.Read(text); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N), "ms/text")
}

// BenchmarkPlain200KB is the baseline beside it: three regular expressions
// that only find symbols, days and the verb "yêu cầu".
func BenchmarkPlain200KB(b *testing.B) {
	text := longText(b)
	exprs := []*regexp.Regexp{
		regexp.MustCompile(`\d{1,5}\s*[/-]\s*[\p{Lu}]+[-/][\p{L}]+`),
		regexp.MustCompile(`\d{1,2}/\d{1,2}/\d{4}`),
		regexp.MustCompile(`(?i)yêu cầu|đề nghị|giao`),
	}
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		for _, x := range exprs {
			x.FindAllStringIndex(text, -1)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N), "ms/text")
}
