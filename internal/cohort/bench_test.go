package cohort_test

import (
	"bytes"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"phaodai/internal/cohort"
)

// full is the city of the issue.
const full = 8_330_000

// size is how many people the benchmarks are about: PHAODAI_PEOPLE, or all.
func size(tb testing.TB) int {
	text := os.Getenv("PHAODAI_PEOPLE")
	if text == "" {
		return full
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1000 {
		tb.Fatalf("PHAODAI_PEOPLE is %q, wanted is a number of people from 1000", text)
	}
	return n
}

func heapMB() float64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc) / (1 << 20)
}

// machine is how busy the machine is, by the kernel: others slow what is timed here.
func machine() float64 {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return -1
	}
	first, _, _ := strings.Cut(string(text), " ")
	n, err := strconv.ParseFloat(first, 64)
	if err != nil {
		return -1
	}
	return n
}

// median of the times that something takes.
func median(times int, do func()) time.Duration {
	var took []time.Duration
	for range times {
		start := time.Now()
		do()
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	return took[times/2]
}

// processorTime is what this process has used: on a busy machine the clock counts
// the waiting too.
func processorTime(tb testing.TB) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		tb.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// reportProcessor reports the milliseconds of processors, all added up, of a run.
func reportProcessor(b *testing.B, before time.Duration) {
	b.ReportMetric((processorTime(b)-before).Seconds()*1000/float64(b.N), "processor-ms")
	b.ReportMetric(machine(), "load")
}

// ms are the milliseconds of one run of a benchmark.
func ms(b *testing.B) float64 { return b.Elapsed().Seconds() * 1000 / float64(b.N) }

// BenchmarkCohort asks the same of the engine, of PostgreSQL with indexes and of
// plain arrays, on the same synthetic city, compares the answers, and reports
// each figure beside its limit (of-limit below 1 keeps it). PHAODAI_PEOPLE makes
// the city smaller; with all 8.33 million and 25 million samples it takes some
// minutes, most of them PostgreSQL's loading, and 4 GB of disk.
func BenchmarkCohort(b *testing.B) {
	rules, _ := setup(b)
	city := cityOf(b, size(b))
	before := heapMB()
	p := load(b, city)
	memory := heapMB() - before
	r, err := rules.Compile(question)
	if err != nil {
		b.Fatal(err)
	}
	asked := cohort.Asked{Day: today()}
	ward := city.Wards()[3].Code // of the first zone

	b.Run("counts and a list", func(b *testing.B) {
		questionBeside(b, p, r, asked, ward)
	})
	b.Run("coverage", func(b *testing.B) {
		bands := []int{0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75, 80, 85}
		start := time.Now()
		p.View().Coverage(nil, asked, bands, rounds(), 1)
		first, used := time.Since(start), processorTime(b)
		for b.Loop() {
			p.View().Coverage(nil, asked, bands, rounds(), 1)
		}
		reportProcessor(b, used)
		b.ReportMetric(first.Seconds()*1000, "ms-the-first-time")
		b.ReportMetric(ms(b), "ms")
		b.ReportMetric(ms(b)/20, "of-limit")
	})
	b.Run("one sample changes every count", func(b *testing.B) {
		oneSample(b, p, p.View().Ask(r, asked))
	})
	b.Run("start from a snapshot", func(b *testing.B) {
		var saved bytes.Buffer
		if err := p.View().Save(&saved); err != nil {
			b.Fatal(err)
		}
		used := processorTime(b)
		for b.Loop() {
			if _, err := cohort.Restore(bytes.NewReader(saved.Bytes()), schema()); err != nil {
				b.Fatal(err)
			}
		}
		reportProcessor(b, used)
		b.ReportMetric(ms(b)/1000, "s")
		b.ReportMetric(float64(saved.Len())/(1<<20), "MB-of-snapshot")
		b.ReportMetric(ms(b)/10_000, "of-limit")
	})
	b.Run("memory", func(b *testing.B) {
		for b.Loop() {
			p.View().Bytes()
		}
		b.ReportMetric(memory, "MB-of-heap")
		b.ReportMetric(float64(p.View().Bytes())/(1<<20), "MB-as-counted")
		b.ReportMetric(memory/1536, "of-limit")
	})
}

// questionBeside compares the engine with PostgreSQL (300 times) and with a scan
// of arrays (at most twice its time).
func questionBeside(b *testing.B, p *cohort.Population, r *cohort.Rule, asked cohort.Asked, ward string) {
	city := cityOf(b, size(b))
	pg, plain := inPostgres(b, city), inArrays(city)
	compare(b, p.View().Ask(r, asked), pg, plain, ward)
	bySamples := median(3, func() { pg.ask(due, ward) })
	byColumn := median(3, func() { pg.ask(dueByColumn, ward) })
	index := slices.IndexFunc(city.Wards(), func(w wardOf) bool { return w.Code == ward })
	scan := median(15, func() {
		plain.count(asked.Day)
		plain.list(index, asked.Day)
	})
	b.Logf("PostgreSQL:\n%s", pg.explain(due))
	b.ReportAllocs()
	used := processorTime(b)
	for b.Loop() {
		a := p.View().Ask(r, asked) // nothing kept from the last time but the sets of births
		if _, _, err := a.IDs(ward); err != nil {
			b.Fatal(err)
		}
	}
	reportProcessor(b, used)
	first := first(b, p, r, asked, ward)
	b.ReportMetric(ms(b), "ms")
	b.ReportMetric(first, "ms-the-first-time")
	b.ReportMetric(bySamples.Seconds()*1000, "ms-postgres")
	b.ReportMetric(byColumn.Seconds()*1000, "ms-postgres-with-last-sample-kept")
	b.ReportMetric(scan.Seconds()*1000, "ms-scan")
	b.ReportMetric(bySamples.Seconds()*1000/ms(b), "x-postgres")
	b.ReportMetric(byColumn.Seconds()*1000/ms(b), "x-postgres-with-last-sample-kept")
	b.ReportMetric(ms(b)/(scan.Seconds()*1000), "of-scan")
	b.ReportMetric(max(300*ms(b)/(bySamples.Seconds()*1000), ms(b)/(2000*scan.Seconds())), "of-limit")
}

// first is how long the question takes where nobody has asked anything yet.
func first(b *testing.B, p *cohort.Population, r *cohort.Rule, asked cohort.Asked, ward string) float64 {
	var saved bytes.Buffer
	if err := p.View().Save(&saved); err != nil {
		b.Fatal(err)
	}
	fresh, err := cohort.Restore(&saved, schema())
	if err != nil {
		b.Fatal(err)
	}
	start := time.Now()
	if _, _, err := fresh.View().Ask(r, asked).IDs(ward); err != nil {
		b.Fatal(err)
	}
	return time.Since(start).Seconds() * 1000
}

// oneSample records one sample and has the new counts of all wards, again and again.
func oneSample(b *testing.B, p *cohort.Population, a *cohort.Answer) {
	view := p.View()
	seq, people := view.At().Seq, uint32(view.People())
	no, longest, used := uint32(1), time.Duration(0), processorTime(b)
	for b.Loop() {
		start := time.Now()
		seq++
		no = no*7919%people + 1
		if _, err := p.Apply(cohort.Change{At: cohort.Position{Seq: seq}, Edits: []cohort.Edit{cohort.Sampled{ID: idOf(no), Day: today(), Round: "r4"}}}); err != nil {
			b.Fatal(err)
		}
		a = a.On(p.View())
		longest = max(longest, time.Since(start))
	}
	b.ReportMetric(ms(b), "ms")
	b.ReportMetric(longest.Seconds()*1000, "ms-longest")
	b.ReportMetric(ms(b), "of-limit") // of 1 ms
	reportProcessor(b, used)
}
