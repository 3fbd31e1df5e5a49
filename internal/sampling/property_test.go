package sampling_test

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"phaodai/internal/db"
	"phaodai/internal/sampling"
	"phaodai/internal/testkit"
)

// Whatever tables, laboratories and people who decide do, samples taken are
// those resulted, open and lost; what was recorded is there once; a tube holds
// as many as it says.
func TestNothingDisappears(t *testing.T) {
	for name, open := range map[string]func(testing.TB) *db.DB{"sqlite": testkit.SQLite, "postgres": testkit.Postgres} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, open(t), 8)
			rapid.Check(t, func(r *rapid.T) {
				x := &actions{world: w, r: r, session: w.Session(), sent: map[string]bool{}}
				before := w.balance()
				for range rapid.IntRange(3, 15).Draw(r, "steps") {
					x.step()
				}
				b := w.balance()
				if got := b.Taken + b.Withdrawn - before.Taken - before.Withdrawn; got != len(x.sent) {
					r.Fatalf("%d samples were sent, %d are there: %+v", len(x.sent), got, b)
				}
				x.tubesHold()
				w.Later(72 * time.Hour)
			})
		})
	}
}

type actions struct {
	*world
	r       *rapid.T
	session sampling.Session
	tubes   []string
	sent    map[string]bool
	last    sampling.Record
	n       int
}

func (x *actions) step() {
	switch rapid.IntRange(0, 9).Draw(x.r, "act") {
	case 0, 1, 2, 3:
		x.Take(rapid.SampledFrom([]string{"Bàn 1", "Bàn 2"}).Draw(x.r, "desk"), x.record())
	case 4:
		if x.last.ID != "" { // sent again
			x.Take("Bàn 1", x.last)
		}
	case 5:
		x.Take("Bàn 1", sampling.Record{ID: x.IDs.New(), Kind: sampling.TakeBack, At: x.Now, Of: x.last.ID})
	case 6:
		x.Take("Bàn 1", sampling.Record{ID: x.IDs.New(), Kind: sampling.CloseTube, At: x.Now, Tube: x.some()})
	case 7:
		_, _ = x.tryResult(sampling.Finding{Tube: x.some(), Result: rapid.SampledFrom([]sampling.Result{sampling.Negative, sampling.Positive, sampling.Invalid}).Draw(x.r, "result"),
			Corrects: rapid.Bool().Draw(x.r, "corrects"), Reason: "đọc lại"}) // some are refused
	case 8:
		_, _ = x.S.DeclareLost(x.T.Context(), x.Station, sampling.LostInput{Tube: x.some(), Why: "broken"})
	case 9:
		for _, open := range x.problems() {
			_, _ = x.S.Decide(x.T.Context(), x.Station, sampling.DecideInput{Problem: open.ID, Reason: "đã hỏi", Tube: fmt.Sprint("N", x.IDs.New()), Resident: x.Who[0],
				Decision: rapid.SampledFrom([]sampling.Decision{sampling.Keep, sampling.Rebind, sampling.Identify, sampling.Lose, sampling.Withdraw}).Draw(x.r, "decision")})
		}
	}
}

// record is a sample of somebody, of the few people and tubes that collide.
func (x *actions) record() sampling.Record {
	x.n++
	tube := x.some()
	if len(x.tubes) < 2 || rapid.IntRange(0, 3).Draw(x.r, "fresh") == 0 {
		tube = fmt.Sprint("T", x.IDs.New())
		x.tubes = append(x.tubes, tube)
	}
	who := append([]string{x.IDs.New()}, x.Who...) // the first is nobody
	x.last = x.Sample(x.session, rapid.SampledFrom(who).Draw(x.r, "who"), tube)
	x.sent[x.last.ID] = true
	return x.last
}

func (x *actions) some() string {
	if len(x.tubes) == 0 {
		return "T-NONE"
	}
	return rapid.SampledFrom(x.tubes).Draw(x.r, "tube")
}

// tubesHold counts each tube anew.
func (x *actions) tubesHold() {
	var wrong []string
	x.Must(x.D.Read(x.T.Context(), func(tx *db.Tx) error {
		return tx.Select(&wrong, `SELECT code FROM tube WHERE members <> (SELECT COUNT(*) FROM sample s
			WHERE s.tube = tube.code AND s.problem = '' AND s.state <> 'withdrawn' AND s.position > 0)`)
	}))
	if len(wrong) > 0 {
		x.r.Fatalf("tubes that hold other than they say: %v", wrong)
	}
	var halves int
	x.Must(x.D.Read(x.T.Context(), func(tx *db.Tx) error {
		return tx.Get(&halves, `SELECT COUNT(*) FROM sample WHERE (state = 'resulted') <> (result <> '') OR problem <> '' AND state <> 'open'
			OR problem <> '' AND problem NOT IN (SELECT id FROM sampling_problem WHERE state = 'open')`)
	}))
	if halves > 0 {
		x.r.Fatalf("%d samples are half one thing and half another", halves)
	}
}
