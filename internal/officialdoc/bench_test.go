package officialdoc

import (
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

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

// limitMS is what reading 200 KB may take on one core.
const limitMS = 100

// BenchmarkRead200KB measures reading 200 KB beside two others in the same run:
// the limit, and three regular expressions that only find symbols, days and
// words of command in the same text, which no reader can beat.
func BenchmarkRead200KB(b *testing.B) {
	text, r := longText(b), New()
	var ours, plain time.Duration
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		ours += timed(func() {
			if _, err := r.Read(text); err != nil {
				b.Fatal(err)
			}
		})
		b.StopTimer()
		plain += timed(func() { scan(text) })
		b.StartTimer()
	}
	ms := func(d time.Duration) float64 { return d.Seconds() * 1000 / float64(b.N) }
	b.ReportMetric(ms(ours), "ms/text")
	b.ReportMetric(ms(ours)/limitMS, "of-limit")
	b.ReportMetric(ms(plain), "plain-ms/text")
	b.ReportMetric(ms(ours)/ms(plain), "x-plain")
}

func timed(do func()) time.Duration {
	start := time.Now()
	do()
	return time.Since(start)
}

var plainly = []*regexp.Regexp{
	regexp.MustCompile(`\d{1,5}\s*[/-]\s*[\p{Lu}]+[-/][\p{L}]+`),
	regexp.MustCompile(`\d{1,2}/\d{1,2}/\d{4}`),
	regexp.MustCompile(`(?i)yêu cầu|đề nghị|giao`),
}

func scan(text string) {
	for _, x := range plainly {
		x.FindAllStringIndex(text, -1)
	}
}

// maxRatio is how many times the plain scan reading may take; machines differ in
// speed, less so in this.
const maxRatio = 6

func TestReadingStaysWithinItsRatioToAPlainScan(t *testing.T) {
	text, r := longText(t), New()
	best := 1e9
	for range 5 { // the machine may be busy: the best of five counts
		ours := timed(func() {
			if _, err := r.Read(text); err != nil {
				t.Fatal(err)
			}
		})
		best = min(best, ours.Seconds()/timed(func() { scan(text) }).Seconds())
	}
	if best > maxRatio {
		t.Errorf("reading takes %.1f times a plain scan, want at most %d", best, maxRatio)
	}
}
