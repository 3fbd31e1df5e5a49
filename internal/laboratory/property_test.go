package laboratory_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/laboratory"
	"phaodai/internal/sampling"
	"phaodai/internal/testkit"
)

// Whatever three people of a laboratory enter, match, send back, set aside and
// release: a result that is out was entered by one and released by another, who
// did not match it either; where entries differed a reason stands; and what is
// out is what was released last.
func TestNothingIsOutThatTwoPeopleDidNotAgreeTo(t *testing.T) {
	for name, open := range map[string]func(testing.TB) *db.DB{"sqlite": testkit.SQLite, "postgres": testkit.Postgres} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, open(t), 4)
			people, n := w.Who, 0
			rapid.Check(t, func(r *rapid.T) {
				n++
				w.Who = people // sampled again, days later, whatever was asked of them
				w.Must(w.D.Write(t.Context(), func(tx *db.Tx) error {
					_, err := tx.Exec("UPDATE resample SET state = 'dropped' WHERE state = 'open'")
					return err
				}))
				codes := []string{fmt.Sprintf("LB-%d-1", n), fmt.Sprintf("LB-%d-2", n)}
				for _, c := range codes {
					w.arrived(c)
				}
				x := &bench{world: w, r: r, codes: append(codes, fmt.Sprintf("XX-%d", n))}
				for range rapid.IntRange(3, 20).Draw(r, "steps") {
					x.step()
				}
				for _, c := range codes {
					x.agreed(c)
				}
				w.Later(72 * time.Hour)
			})
		})
	}
}

// bench is a laboratory at work.
type bench struct {
	*world
	r     *rapid.T
	codes []string
}

func (x *bench) who() auth.Actor {
	by := rapid.SampledFrom([]auth.Actor{x.Lab, x.second, x.third}).Draw(x.r, "who")
	by.Now = x.Now
	return by
}

// step does one thing; a refusal of the kind that people meet is fine.
func (x *bench) step() {
	x.Later(time.Second)
	by, reason := x.who(), rapid.SampledFrom([]string{"", "Xem lại"}).Draw(x.r, "reason")
	var err error
	switch rapid.IntRange(0, 6).Draw(x.r, "act") {
	case 0, 1, 2:
		result := rapid.SampledFrom([]sampling.Result{sampling.Negative, sampling.Positive, sampling.Invalid}).Draw(x.r, "result")
		err = x.enter(by, laboratory.Row{Tube: rapid.SampledFrom(x.codes).Draw(x.r, "tube"), Result: result, Corrects: rapid.Bool().Draw(x.r, "corrects"), Reason: reason})
	case 3, 4:
		_, err = x.release(by, reason, x.entry(laboratory.Waiting))
	case 5:
		_, err = x.l.SendBack(x.T.Context(), by, laboratory.DecideInput{Entry: x.entry(laboratory.Waiting), Reason: reason})
	case 6:
		in := laboratory.DecideInput{Entry: x.entry(laboratory.Unmatched), Tube: x.codes[0], Reason: reason}
		if rapid.Bool().Draw(x.r, "match") {
			_, err = x.l.Match(x.T.Context(), by, in)
		} else {
			_, err = x.l.SetAside(x.T.Context(), by, in)
		}
	}
	if k := fault.KindOf(err); err != nil && k != fault.Invalid && k != fault.Conflict && k != fault.Denied && k != fault.NotFound {
		x.r.Fatalf("%v", err)
	}
}

// entry is some entry of these tubes in a state, "" none.
func (x *bench) entry(state laboratory.State) string {
	for _, e := range x.entries() {
		if e.State == state && rapid.Bool().Draw(x.r, "this") {
			return e.ID
		}
	}
	return ""
}

func (x *bench) entries() (out []laboratory.Entry) {
	x.Must(x.D.Read(x.T.Context(), func(tx *db.Tx) error {
		out = nil
		return tx.Select(&out, "SELECT id, tube, result, reason, state, entered_by, matched_by, decided_by, decided_at FROM lab_result WHERE given IN ($1, $2, $3) ORDER BY decided_at, id", x.codes[0], x.codes[1], x.codes[2])
	}))
	return out
}

// agreed holds a tube against its entries.
func (x *bench) agreed(code string) {
	var last *laboratory.Entry
	waiting := map[string]int{}
	for _, e := range x.entries() {
		if e.Tube != code {
			continue
		}
		switch e.State {
		case laboratory.Waiting:
			waiting[e.EnteredBy]++
		case laboratory.Released:
			last = &e
			if e.DecidedBy == e.EnteredBy || e.DecidedBy == e.MatchedBy {
				x.r.Fatalf("one person alone gave out %+v", e)
			}
		}
	}
	tube := x.Tube(code)
	switch {
	case last == nil && tube.Result != "":
		x.r.Fatalf("%s is %s, and nobody released it", code, tube.Result)
	case last != nil && (tube.Result != last.Result || tube.State != sampling.TubeResulted):
		x.r.Fatalf("%+v was released and the tube says %+v", *last, tube)
	}
	for who, n := range waiting {
		if n > 1 && who != "" {
			x.matchedTwice(code, who, n)
		}
	}
}

// matchedTwice allows what a match brings to a tube beside an own entry.
func (x *bench) matchedTwice(code, who string, n int) {
	matched := 0
	for _, e := range x.entries() {
		if e.Tube == code && e.State == laboratory.Waiting && e.EnteredBy == who && e.MatchedBy != "" {
			matched++
		}
	}
	if n-matched > 1 {
		x.r.Fatalf("%s has %d entries of %s that wait", code, n, who)
	}
}

// Two readers who press at once give a result out once.
func TestTwoReadersGiveAResultOutOnce(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, 2)
		w.arrived("LB-1")
		w.Must(w.enter(w.Lab, laboratory.Row{Tube: "LB-1", Result: sampling.Positive}))
		entry := w.reviews(w.second)[0].ID
		var all sync.WaitGroup
		errs := make([]error, 8)
		for i := range errs {
			by := []auth.Actor{w.second, w.third}[i%2]
			all.Go(func() { _, errs[i] = w.release(by, "", entry) })
		}
		all.Wait()
		done := 0
		for _, err := range errs {
			if err == nil {
				done++
			} else if fault.KeyOf(err) != "lab.not_waiting" {
				t.Error(err)
			}
		}
		var asked int
		w.Must(d.Read(t.Context(), func(tx *db.Tx) error { return tx.Get(&asked, "SELECT COUNT(*) FROM resample") }))
		if done != 1 || asked != 2 {
			t.Errorf("given out %d times, %d single samples, want 1 and 2", done, asked)
		}
	})
}
