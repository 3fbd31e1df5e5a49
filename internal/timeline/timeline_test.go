package timeline_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"phaodai/internal/instant"
	"phaodai/internal/timeline"
)

type (
	row       = timeline.Row[int]
	assertion = timeline.Assertion[int]
)

// believer is the naive model: it keeps what was said and, asked, goes through
// all of it; the last word that covers the moment wins.
type believer struct {
	birth instant.Micros
	said  []assertion
}

func (b believer) asOf(at instant.Micros, seq int64) (value int, ok bool) {
	for _, a := range b.said {
		if a.Recorded <= seq && a.From <= at && at < a.To {
			value, ok = a.Value, true
		}
	}
	return value, ok
}

// history says random things about one subject to both.
type history struct {
	believer
	rows  []row // as a store would keep them
	index *timeline.Index[string, int]
	last  int64
}

const span = 40 // moments that periods are drawn from: small, so that they meet often

func begin(birth instant.Micros) *history {
	base := timeline.Begin(birth, 1, 0)
	h := &history{believer: believer{birth, []assertion{{birth, instant.Forever, 1, 0}}}, rows: []row{base},
		index: timeline.NewIndex[string, int](), last: 1}
	h.index.Apply("x", timeline.Change[int]{Opened: []row{base}})
	return h
}

func (h *history) open() []row {
	out := slices.DeleteFunc(slices.Clone(h.rows), func(r row) bool { return r.Closed != timeline.Open })
	slices.SortFunc(out, func(a, b row) int { return int(a.From - b.From) })
	return out
}

func (h *history) say(a assertion) error {
	c, err := timeline.Splice(h.open(), a)
	if err != nil {
		return err
	}
	for _, gone := range c.Closed {
		i := slices.IndexFunc(h.rows, func(r row) bool { return r == gone })
		h.rows[i].Closed = a.Recorded
	}
	h.rows = append(h.rows, c.Opened...)
	h.index.Apply("x", c)
	h.said, h.last = append(h.said, a), a.Recorded
	return nil
}

func (h *history) sayAnything(r *rand.Rand, value int) error {
	from := h.birth + instant.Micros(r.IntN(span))
	to := from + 1 + instant.Micros(r.IntN(span))
	if r.IntN(4) == 0 {
		to = instant.Forever
	}
	return h.say(assertion{from, to, h.last + int64(r.IntN(2)), value}) // now and then two at one point
}

// differs compares index and rows with the model at every moment and point.
func (h *history) differs() error {
	for seq := int64(1); seq <= h.last; seq++ {
		if err := timeline.Partition(h.index.RowsAsOf("x", seq)); err != nil {
			return fmt.Errorf("at point %d: %w", seq, err)
		}
		for at := h.birth; at < h.birth+2*span+2; at++ {
			want, _ := h.asOf(at, seq)
			got, ok := h.index.AsOf("x", at, seq)
			if !ok || got.Value != want {
				return fmt.Errorf("at %d as of %d: %d, %v; the model has %d", at, seq, got.Value, ok, want)
			}
			if now, ok := h.index.At("x", at); seq == h.last && (!ok || now.Value != want) {
				return fmt.Errorf("at %d now: %d, %v; the model has %d", at, now.Value, ok, want)
			}
			if n := h.stored(at, seq); n != 1 {
				return fmt.Errorf("%d stored rows cover %d as of %d", n, at, seq)
			}
		}
	}
	return nil
}

func (h *history) stored(at instant.Micros, seq int64) (n int) {
	for _, r := range h.rows {
		if r.From <= at && at < r.To && r.Recorded <= seq && seq < r.Closed {
			n++
		}
	}
	return n
}

// TestEveryHistoryIsAPartitionOnBothAxes says up to eight random things about
// each of 100,000 subjects, late entries and corrections among them, and holds
// rows and index against the naive model at every moment and every point.
func TestEveryHistoryIsAPartitionOnBothAxes(t *testing.T) {
	t.Parallel()
	for seed := range 100_000 {
		r := rand.New(rand.NewPCG(uint64(seed), 1))
		h := begin(instant.Micros(1 + r.IntN(span)))
		for i := range 1 + r.IntN(8) {
			if err := h.sayAnything(r, i+1); err != nil {
				t.Fatalf("seed %d: %v", seed, err)
			}
		}
		if err := h.differs(); err != nil {
			t.Fatalf("seed %d: %v\nsaid %+v\nrows %+v", seed, err, h.said, h.rows)
		}
		again := timeline.NewIndex[string, int]()
		if err := again.Load("x", h.rows); err != nil {
			t.Fatalf("seed %d: loaded: %v", seed, err)
		}
		if !slices.Equal(again.Rows("x"), h.index.Rows("x")) {
			t.Fatalf("seed %d: loaded %v, kept %v", seed, again.Rows("x"), h.index.Rows("x"))
		}
	}
}

func TestWhatCannotBeSaidIsRefusedAndChangesNothing(t *testing.T) {
	h := begin(10)
	if err := h.say(assertion{20, 30, 5, 1}); err != nil {
		t.Fatal(err)
	}
	before := slices.Clone(h.rows)
	for want, a := range map[error]assertion{
		timeline.ErrPeriod: {30, 30, 6, 2},
		timeline.ErrBirth:  {9, 30, 6, 2},
		timeline.ErrOrder:  {20, 30, 4, 2},
	} {
		if err := h.say(a); !errors.Is(err, want) {
			t.Errorf("%+v: %v, want %v", a, err, want)
		}
	}
	if !slices.Equal(h.rows, before) {
		t.Errorf("rows %+v, want %+v", h.rows, before)
	}
}

func TestAPlanIsReplacedBeforeItStarts(t *testing.T) {
	const old, plan324, startOfNinth = 0, 324, 9
	h := begin(1)
	for _, a := range []assertion{
		{60, instant.Forever, 2, plan324},      // decided on the 4th, from the 6th
		{60, instant.Forever, 3, old},          // the 5th: the old regime goes on
		{90, instant.Forever, 4, startOfNinth}, // and the new one starts on the 9th
	} {
		if err := h.say(a); err != nil {
			t.Fatal(err)
		}
	}
	for at, want := range map[instant.Micros]int{59: old, 60: old, 89: old, 90: startOfNinth} {
		if got, _ := h.index.At("x", at); got.Value != want {
			t.Errorf("at %d: %d, want %d", at, got.Value, want)
		}
	}
	if then, _ := h.index.AsOf("x", 70, 2); then.Value != plan324 {
		t.Errorf("as believed on the 4th: %d", then.Value)
	}
	if next, ok := h.index.Next("x", 60); !ok || next.From != 90 {
		t.Errorf("next %+v", next)
	}
}

func TestRowsThatAreNoPartitionDoNotLoad(t *testing.T) {
	for name, rows := range map[string][]row{
		"none":    {},
		"gap":     {{1, 5, 1, timeline.Open, 0}, {6, instant.Forever, 1, timeline.Open, 0}},
		"overlap": {{1, 5, 1, timeline.Open, 0}, {4, instant.Forever, 1, timeline.Open, 0}},
		"end":     {{1, 5, 1, timeline.Open, 0}},
	} {
		if err := timeline.NewIndex[string, int]().Load("x", rows); err == nil {
			t.Errorf("%s: loaded", name)
		}
	}
}

// city is 100,000 areas with ten years of decisions, four a year and every
// tenth corrected later.
func city(tb testing.TB) *timeline.Index[int, int] {
	tb.Helper()
	const areas, decisions, year = 100_000, 40, instant.Micros(365 * 24 * 3600 * 1e6)
	x := timeline.NewIndex[int, int]()
	for area := range areas {
		open := []timeline.Row[int]{timeline.Begin(1, 1, 0)}
		x.Apply(area, timeline.Change[int]{Opened: open})
		for i := range decisions {
			from := 1 + instant.Micros(i)*year/4
			if i%10 == 9 {
				from -= year / 8
			}
			c, err := timeline.Splice(x.Rows(area), timeline.Assertion[int]{From: from, To: instant.Forever, Recorded: int64(i + 2), Value: i})
			if err != nil {
				tb.Fatal(err)
			}
			x.Apply(area, c)
		}
	}
	return x
}

// BenchmarkAt looks random areas up at random moments of ten years, beside the
// limit of one microsecond.
func BenchmarkAt(b *testing.B) {
	x := city(b)
	r := rand.New(rand.NewPCG(1, 1))
	type question struct {
		area int
		at   instant.Micros
	}
	questions := make([]question, 1<<16)
	for i := range questions {
		questions[i] = question{r.IntN(100_000), 1 + instant.Micros(r.Int64N(10*365*24*3600*1e6))}
	}
	for name, ask := range map[string]func(q question) bool{
		"now":   func(q question) bool { _, ok := x.At(q.area, q.at); return ok },
		"as of": func(q question) bool { _, ok := x.AsOf(q.area, q.at, 20); return ok },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				if !ask(questions[i&(1<<16-1)]) {
					b.Fatal("no answer")
				}
				i++
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1000, "of-limit")
		})
	}
}

func TestALookupAllocatesNothing(t *testing.T) {
	h := begin(1)
	if err := h.say(assertion{20, 30, 5, 1}); err != nil {
		t.Fatal(err)
	}
	if n := testing.AllocsPerRun(100, func() { h.index.At("x", 25); h.index.AsOf("x", 25, 2) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}
