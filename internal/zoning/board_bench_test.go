package zoning

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"syscall"
	"testing"
	"time"

	"phaodai/internal/instant"
	"phaodai/internal/timeline"
)

const (
	decadeFrom = instant.Micros(1_600_000_000_000_000)
	year       = instant.Micros(365 * 24 * 3600 * 1_000_000)
	perYear    = 2 // decisions about an area; every fifth comes late and reaches back
)

// decade is the news of so many areas in wards of a hundred, with ten years of
// decisions about each, and two a year about every ward as a whole.
func decade(areas int) (n news) {
	seq := int64(0)
	decide := func(a Area, layer Layer) {
		line := []timeline.Row[Value]{timeline.Begin(a.From, 1, Value{})}
		var closed []timeline.Row[Value]
		for i := range 10 * perYear {
			from := a.From + instant.Micros(i)*year/perYear + 1
			if i%5 == 4 {
				from -= year / 3
			}
			v := Value{Class: fmt.Sprint("A0", 1+(i+len(a.ID)+int(seq))%3), Bundle: []string{"CT15", "CT16", "HN17"}[i%3], Symbol: fmt.Sprint(i, "/QĐ-UBND")}
			line, closed = spliced(line, closed, timeline.Assertion[Value]{From: from, To: instant.Forever, Recorded: int64(i + 2), Value: v})
		}
		for _, r := range append(line, closed...) {
			n.rows = append(n.rows, stored(a.ID, layer, r))
		}
	}
	add := func(a Area, layer Layer) {
		seq++
		a.From, a.To, a.Seq = decadeFrom, instant.Forever, 1
		n.areas = append(n.areas, a)
		for _, l := range Layers() {
			if l == layer {
				decide(a, l)
			} else {
				n.rows = append(n.rows, stored(a.ID, l, timeline.Begin(a.From, 1, Value{})))
			}
		}
	}
	for i := range areas {
		path := fmt.Sprintf("/79/%05d/", i/100)
		if i%100 == 0 {
			add(Area{ID: "w" + path, Code: fmt.Sprintf("%05d", i/100), Kind: UnitKind, UnitPath: path}, CityZone)
		}
		add(Area{ID: fmt.Sprintf("area-%026d", i), Code: fmt.Sprintf("k%07d", i), Kind: "lane", UnitPath: path}, DistrictArea)
	}
	for i := range int64(10*perYear + 1) {
		n.records = append(n.records, Record{Seq: i + 1, At: decadeFrom + instant.Micros(i)*year/perYear + 1})
	}
	return n
}

func spliced(line, closed []timeline.Row[Value], a timeline.Assertion[Value]) (open, gone []timeline.Row[Value]) {
	c, err := timeline.Splice(line, a)
	if err != nil {
		panic(err)
	}
	out := line[:0:0]
	for _, r := range line {
		if i := slices.IndexFunc(c.Closed, func(x timeline.Row[Value]) bool { return x.From == r.From && x.Recorded == r.Recorded }); i < 0 {
			out = append(out, r)
		} else {
			r.Closed = a.Recorded
			closed = append(closed, r)
		}
	}
	return append(out, c.Opened...), closed
}

// question is an area and a moment.
type question struct {
	area string
	at   instant.Micros
}

func questions(areas, n int) []question {
	r := rand.New(rand.NewPCG(1, 1))
	out := make([]question, n)
	for i := range out {
		out[i] = question{fmt.Sprintf("area-%026d", r.IntN(areas)), decadeFrom + instant.Micros(r.Int64N(int64(10*year)))}
	}
	return out
}

func (b *Board) fill(tb testing.TB, n news) {
	tb.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.take(n); err != nil {
		tb.Fatal(err)
	}
}

func heap() float64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc) / (1 << 20)
}

// BenchmarkBoard100000Areas asks what holds in areas, with the measures that
// follow, at moments of ten years, beside the limit of one microsecond; and what
// the board costs to build.
func BenchmarkBoard100000Areas(b *testing.B) {
	const areas, limit = 100_000, 1000.0 // nanoseconds
	n := decade(areas)
	start := time.Now()
	board := NewBoard(nil)
	board.fill(b, n)
	built := time.Since(start)
	rows := len(n.rows)
	n = news{}
	start = time.Now()
	for i := range areas {
		board.At(fmt.Sprintf("area-%026d", i), decadeFrom)
	}
	derived := time.Since(start)
	size := heap()
	asked := questions(areas, 1<<16)
	for _, q := range asked {
		if h, ok := board.At(q.area, q.at); ok {
			h.Regime.Rules() // resolved once for all areas that have the same
		}
	}
	b.Run("regime and measures", func(b *testing.B) {
		b.ReportAllocs()
		i, used := 0, processorTime(b)
		for b.Loop() {
			q := &asked[i&(1<<16-1)]
			if h, ok := board.At(q.area, q.at); !ok || h.Regime.Rules() == nil {
				b.Fatal("no answer")
			}
			i++
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/limit, "of-limit")
		b.ReportMetric(float64(processorTime(b)-used)/float64(b.N), "cpu-ns/op") // on a busy machine the clock counts others too
		b.ReportMetric(built.Seconds(), "s-to-build-from-rows")
		b.ReportMetric(derived.Seconds(), "s-to-derive-all")
		b.ReportMetric(float64(rows), "rows")
		b.ReportMetric(size, "MB")
	})
	runtime.KeepAlive(board)
}

// processorTime is what this process has used.
func processorTime(tb testing.TB) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		tb.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// An answer costs no allocation, and a small part of going through the rows.
func TestWhatHoldsIsLookedUpAndNotLookedFor(t *testing.T) {
	const areas = 2000
	n := decade(areas)
	board := NewBoard(nil)
	board.fill(t, n)
	asked := questions(areas, 500)
	byArea := map[string][]row{}
	for _, r := range n.rows {
		byArea[r.Area] = append(byArea[r.Area], r)
	}
	for _, q := range asked {
		h, ok := board.At(q.area, q.at)
		if want := plain(t, byArea[q.area], q.at); !ok || h.Regime.Of(DistrictArea).Value.Class != want {
			t.Fatalf("%s at %d: %v, going through the rows gives %s", q.area, q.at, h.Regime, want)
		}
		h.Regime.Rules()
	}
	if got := testing.AllocsPerRun(200, func() { h, _ := board.At(asked[0].area, asked[0].at); h.Regime.Rules() }); got != 0 {
		t.Errorf("%v allocations", got)
	}
	timed := func(do func(question)) (best time.Duration) {
		best = time.Hour
		for range 5 {
			start := time.Now()
			for _, q := range asked {
				do(q)
			}
			best = min(best, time.Since(start))
		}
		return best
	}
	lookup := timed(func(q question) { board.At(q.area, q.at) })
	scan := timed(func(q question) { plain(t, byArea[q.area], q.at) })
	if lookup*2 > scan {
		t.Errorf("500 lookups took %v, going through the rows of the areas %v", lookup, scan)
	}
}

// plain goes through the rows of an area.
func plain(tb testing.TB, rows []row, at instant.Micros) string {
	for _, r := range rows {
		if r.Layer == DistrictArea && r.Closed == openEnd && r.From <= int64(at) && int64(at) < r.To {
			l, err := r.line()
			if err != nil {
				tb.Fatal(err)
			}
			return l.Value.Class
		}
	}
	return ""
}
