package task_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/instant"
	"phaodai/internal/task"
	"phaodai/internal/testkit"
)

func TestPeriodsOpenOneAfterTheOther(t *testing.T) {
	for name, c := range map[string]struct {
		cadence task.Cadence
		order   task.AssignInput
		until   instant.Micros
		want    []string
	}{
		"báo cáo trước 17h hàng ngày, given after 17h": {
			task.Cadence{EveryMinDays: 1, EveryMaxDays: 1, AtTime: "17:00"}, task.AssignInput{}, at(9, 12, 0),
			[]string{"1 opened 18:35 05/09 due 17:00 06/09", "2 opened 00:00 07/09 due 17:00 07/09", "3 opened 00:00 08/09 due 17:00 08/09", "4 opened 00:00 09/09 due 17:00 09/09"},
		},
		"3 ngày/lần until the end of the 14th": {
			task.Cadence{EveryMinDays: 3, EveryMaxDays: 3}, task.AssignInput{Until: endOf(14)}, at(30, 0, 0),
			[]string{"1 opened 18:35 05/09 due 23:59 07/09", "2 opened 00:00 08/09 due 23:59 10/09", "3 opened 00:00 11/09 due 23:59 13/09"},
		},
		"ít nhất 2 lần, 5-7 ngày/lần, without an end": {
			task.Cadence{EveryMinDays: 5, EveryMaxDays: 7, MinTimes: 2}, task.AssignInput{}, at(30, 0, 0),
			[]string{"1 opened 18:35 05/09 due 23:59 11/09", "2 opened 00:00 12/09 due 23:59 18/09"},
		},
		"hàng ngày from 06:00 on the 9th": {
			task.Cadence{EveryMinDays: 1, EveryMaxDays: 1}, task.AssignInput{Start: at(9, 6, 0), Until: endOf(10)}, at(12, 0, 0),
			[]string{"1 opened 06:00 09/09 due 23:59 09/09", "2 opened 00:00 10/09 due 23:59 10/09"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := settle(t, testkit.SQLite(t), 1)
			in := c.order
			in.Cadence, in.Offices = c.cadence, []string{ubnd(0)}
			id := w.assign(in)[0]
			w.to(c.until)
			var got []string
			for _, p := range w.periods(id) {
				got = append(got, fmt.Sprintf("%d opened %s due %s", p.Number, p.CreatedAt.In(instant.Vietnam()).Format("15:04 02/01"), p.Deadline.In(instant.Vietnam()).Format("15:04 02/01")))
			}
			if fmt.Sprint(got) != fmt.Sprint(c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// periods are the periods of a series, oldest first.
func (w *world) periods(id string) []task.Card {
	children := w.get(id).Children
	out := make([]task.Card, 0, len(children))
	for i := range children {
		out = append(out, children[len(children)-1-i])
	}
	return out
}

// However the clock moves, n periods of time give n periods of the series, in
// order, each once and each due after the one before.
func TestNPeriodsGiveNInstancesInOrder(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := settle(t, d, 1)
		rapid.Check(t, func(rt *rapid.T) {
			every := rapid.IntRange(1, 4).Draw(rt, "every")
			hour := rapid.SampledFrom([]string{"", "06:00", "17:00", "23:30"}).Draw(rt, "at")
			n := rapid.IntRange(1, 6).Draw(rt, "periods")
			begin := w.now
			id := w.assign(task.AssignInput{Offices: []string{ubnd(0)}, Cadence: task.Cadence{EveryMinDays: every, EveryMaxDays: every, MinTimes: n, AtTime: hour}})[0]
			if rapid.Bool().Draw(rt, "accepted") {
				must[task.Task](t)(w.s.Accept(t.Context(), w.as("h-"+ubnd(0)), task.ActInput{Task: id}))
			}
			for w.now < begin.Add(time.Duration(every*n+2)*24*time.Hour) {
				w.to(w.now.Add(time.Duration(rapid.IntRange(1, 100).Draw(rt, "hours")) * time.Hour))
			}
			periods := w.periods(id)
			if len(periods) != n {
				rt.Fatalf("%d periods, want %d", len(periods), n)
			}
			for i, p := range periods {
				if p.Number != i+1 || p.CreatedAt >= p.Deadline {
					rt.Errorf("period %d is number %d, from %v to %v", i+1, p.Number, p.CreatedAt, p.Deadline)
				}
				if i > 0 && (p.Deadline.Sub(periods[i-1].Deadline) != time.Duration(every)*24*time.Hour || p.CreatedAt <= periods[i-1].Deadline.Add(-24*time.Hour)) {
					rt.Errorf("period %d: %v after %v", i+1, p.Deadline, periods[i-1].Deadline)
				}
				if want := w.get(id).State; p.State != want {
					rt.Errorf("period %d is %s in a series that is %s", i+1, p.State, want)
				}
			}
			must[task.Task](t)(w.s.Cancel(t.Context(), w.as("h-"+vpUBND), task.ActInput{Task: id, Reason: "x"}))
		})
	})
}

func TestASeriesIsVerifiedWithItsLastPeriod(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := settle(t, d, 1)
		id := w.assign(task.AssignInput{Offices: []string{ubnd(0)}, Cadence: task.Cadence{EveryMinDays: 1, EveryMaxDays: 1, MinTimes: 3}})[0]
		must[task.Task](t)(w.s.Accept(t.Context(), w.as("h-"+ubnd(0)), task.ActInput{Task: id}))
		_, err := w.s.Report(t.Context(), w.as("h-"+ubnd(0)), reported(id))
		fails(t, err, "task.refused.ACCEPTED")
		for day := 5; day < 8; day++ {
			w.to(at(day, 20, 0))
			if got := w.get(id).Progress; got.Percent != (day-5)*100/3 || got.Done != 0 {
				t.Errorf("day %d: %+v", day, got)
			}
			periods := w.periods(id)
			last := periods[len(periods)-1]
			must[task.Task](t)(w.s.Report(t.Context(), w.as("h-"+ubnd(0)), reported(last.ID)))
			must[task.Task](t)(w.s.Verify(t.Context(), w.as("h-"+vpUBND), task.ActInput{Task: last.ID}))
		}
		if got := w.get(id); got.State != task.Verified || got.Progress.Done != 1 {
			t.Errorf("series %s, %+v", got.State, got.Progress)
		}
		w.to(at(20, 0, 0))
		if n := len(w.periods(id)); n != 3 {
			t.Errorf("%d periods of a series of 3", n)
		}
	})
}

func TestACancelledSeriesOpensNothingMore(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := settle(t, d, 1)
		id := w.assign(task.AssignInput{Offices: []string{ubnd(0)}, Cadence: task.Cadence{EveryMinDays: 1, EveryMaxDays: 1}})[0]
		w.to(at(7, 12, 0))
		must[task.Task](t)(w.s.Cancel(t.Context(), w.as("h-"+vpUBND), task.ActInput{Task: id, Reason: "thôi"}))
		w.to(at(12, 0, 0))
		for _, p := range w.periods(id) {
			if p.State != task.Cancelled {
				t.Errorf("period %d is %s", p.Number, p.State)
			}
		}
		if n := len(w.periods(id)); n != 3 {
			t.Errorf("%d periods", n)
		}
	})
}

// Whatever anybody does to a tree, the counts of every node add up: each leaf
// stands in exactly one class, and a node counts what its children count.
func TestRollUpConserves(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := settle(t, d, 3)
		do := acts(w.s)
		posts := []string{"h-" + vpUBND, "h-" + ubnd(0), "h-" + ubnd(1), "h-" + ubnd(2), "h-" + group(0, 1), "h-" + group(0, 2), "h-" + group(1, 1)}
		var all []task.Act
		for _, tr := range task.Transitions() {
			all = append(all, tr.Act)
		}
		rapid.Check(t, func(rt *rapid.T) {
			bundle := w.assign(task.AssignInput{Title: "Việc chung", Offices: w.allWards(), Deadline: w.now.Add(24 * time.Hour)})[0]
			for range rapid.IntRange(3, 15).Draw(rt, "steps") {
				ids := w.subtree(bundle)
				id := rapid.SampledFrom(ids).Draw(rt, "task")
				by := w.as(rapid.SampledFrom(posts).Draw(rt, "post"))
				act := rapid.SampledFrom(all).Draw(rt, "act")
				if act == task.ActHandOn {
					by = w.as("h-" + w.get(id).Office)
				}
				if err := do[act](t.Context(), by, id); err != nil && fault.KindOf(err) == fault.Internal {
					rt.Fatalf("%s: %v", act, err)
				}
				w.now = w.now.Add(time.Hour)
				w.conserves(rt, bundle)
			}
		})
	})
}

// subtree lists a task and all below it.
func (w *world) subtree(id string) []string {
	out := []string{id}
	for _, c := range w.get(id).Children {
		out = append(out, w.subtree(c.ID)...)
	}
	return out
}

// conserves checks a node against its children and returns what it counts.
func (w *world) conserves(t *rapid.T, id string) task.Progress {
	detail := w.get(id)
	live := 0
	var sum task.Progress
	for _, c := range detail.Children {
		if c.State.Dropped() {
			continue
		}
		live++
		p := w.conserves(t, c.ID)
		sum.Total, sum.Unaccepted, sum.Working = sum.Total+p.Total, sum.Unaccepted+p.Unaccepted, sum.Working+p.Working
		sum.Waiting, sum.Stuck, sum.Done, sum.Late = sum.Waiting+p.Waiting, sum.Stuck+p.Stuck, sum.Done+p.Done, sum.Late+p.Late
	}
	if live == 0 && detail.Kind != task.Bundle {
		return one(detail, w.now)
	}
	p := task.Progress{}
	if detail.Progress != nil {
		p = *detail.Progress
	}
	if classes := p.Unaccepted + p.Working + p.Waiting + p.Stuck + p.Done; classes != p.Total {
		t.Fatalf("classes add up to %d of %d: %+v", classes, p.Total, p)
	}
	p.Percent, p.Offices, p.OfficesDone = 0, 0, 0
	if p != sum {
		t.Fatalf("%s counts %+v, its children %+v", detail.Title, p, sum)
	}
	return p
}

// one is what a single task counts as, said independently of the code.
func one(d task.Detail, now instant.Micros) task.Progress {
	p := task.Progress{Total: 1}
	switch d.State {
	case task.Assigned:
		p.Unaccepted = 1
	case task.Reported:
		p.Waiting = 1
	case task.Blocked:
		p.Stuck = 1
	case task.Verified, task.Closed:
		p.Done = 1
	default:
		p.Working = 1
	}
	if d.State.Open() && d.Deadline != 0 && now > d.Deadline {
		p.Late = 1
	}
	return p
}

// TestADailyReportIsOneCardAndAcceptedOnce: what a ward sees in the evening and
// the next morning of an order to report every day.
func TestADailyReportIsOneCardAndAcceptedOnce(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := settle(t, d, 1)
		series := w.assign(task.AssignInput{Cadence: task.Cadence{EveryMinDays: 1, EveryMaxDays: 1, AtTime: "17:00"}, Offices: []string{ubnd(0)}})[0]
		w.to(at(5, 19, 0)) // the first period opens
		by := w.as("h-" + ubnd(0))
		today := must[task.Today](t)(w.s.Today(t.Context(), by))
		cards := slices.Concat(today.Due, today.Late, today.Starting, today.Undated)
		if len(cards) != 1 || cards[0].Kind != task.Period || cards[0].Number != 1 {
			t.Fatalf("cards %+v", cards)
		}
		must[task.Task](t)(w.s.Accept(t.Context(), by, task.ActInput{Task: cards[0].ID, Version: cards[0].Version}))
		if s, p := w.get(series), w.get(cards[0].ID); s.State != task.Accepted || p.State != task.Accepted || s.AcceptedAt == 0 {
			t.Errorf("the series is %s, its period %s", s.State, p.State)
		}
		w.to(at(7, 8, 0))
		for _, p := range w.periods(series) {
			if p.State != task.Accepted {
				t.Errorf("period %d is %s: it was to come accepted", p.Number, p.State)
			}
		}
	})
}
