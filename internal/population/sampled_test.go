package population_test

import (
	"fmt"
	mathrand "math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/id"
	"phaodai/internal/people"
	"phaodai/internal/population"
	"phaodai/internal/sampling"
	"phaodai/internal/testkit"
	"phaodai/internal/vault"

	"crypto/rand"
)

// tables is a campaign with a session every day.
type tables struct {
	*world
	s   *sampling.Service
	ids *id.Source
	who []people.Resident
}

func (w *world) tables(residents int) *tables {
	w.t.Helper()
	ids := id.NewSource(time.Now, rand.Reader)
	v, err := vault.Open(w.t.Context(), w.d, filepath.Join(w.t.TempDir(), "person.key"), 1)
	w.must(err)
	x := &tables{world: w, s: sampling.New(w.d, ids, v), ids: ids}
	for i := range residents {
		x.who = append(x.who, w.resident(w.household(w.areas[i%2], i), fmt.Sprint("N", i), "1990"))
	}
	return x
}

func (x *tables) by() auth.Actor {
	by := x.world.by()
	by.Grants = append(by.Grants, auth.Grant{Role: "health_station", Path: district, Level: auth.Personal}, auth.Grant{Role: "laboratory", Path: district, Level: auth.Personal})
	return by
}

func (x *tables) session() sampling.Session {
	x.t.Helper()
	s, err := x.s.SaveSession(x.t.Context(), x.by(), sampling.SessionInput{
		Campaign: "c1", Unit: "01-004-00154", Place: "Nhà văn hóa", Method: sampling.PCRPool, SpacingDays: 2, Starts: x.now, Ends: x.now.Add(time.Hour),
	})
	x.must(err)
	return s
}

func (x *tables) record(r sampling.Record) sampling.Receipt {
	x.t.Helper()
	r.ID, r.At = x.ids.New(), x.now
	out, err := x.s.Take(x.t.Context(), x.by(), sampling.Batch{ID: x.ids.New(), Records: []sampling.Record{r}})
	x.must(err)
	return out[0]
}

const due = "samples_in_round < 2 && days_since(last_sample) >= 2 || symptomatic"

func (x *tables) due(e *population.Service) int {
	x.t.Helper()
	a, err := e.Count(x.t.Context(), x.by(), population.Question{Rule: due, Under: district, Round: "c1"})
	x.must(err)
	if a.Total.Unknown != 0 {
		x.t.Fatalf("cannot be decided: %+v", a.Total)
	}
	return a.Total.Yes
}

func TestASampleMakesNobodyDueTheSameDay(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		x := newWorld(t, d).tables(3)
		step := func(what string, want int) {
			t.Helper()
			if got := x.due(x.engine); got != want {
				t.Errorf("%s: %d due, want %d", what, got, want)
			}
		}
		step("nobody was sampled", 3)
		s := x.session()
		taken := x.record(sampling.Record{Kind: sampling.TakeSample, Session: s.ID, Resident: x.who[0].ID, Tube: "LB-1"})
		step("one sample", 2)
		x.record(sampling.Record{Kind: sampling.ReportIll, Resident: x.who[0].ID, Symptoms: []string{sampling.Fever}})
		step("he is ill", 3)
		x.now = x.now.Add(24 * time.Hour)
		x.record(sampling.Record{Kind: sampling.TakeSample, Session: x.session().ID, Resident: x.who[0].ID, Tube: "LB-2"})
		step("sampled again for it", 2)
		_, err := x.s.DeclareLost(t.Context(), x.by(), sampling.LostInput{Tube: "LB-2", Why: "broken"})
		x.must(err)
		step("that tube broke", 3)
		x.record(sampling.Record{Kind: sampling.TakeBack, Of: taken.ID})
		step("and the first was a mistake", 3)
		x.now = x.now.Add(30 * 24 * time.Hour)
		step("a month later", 3)
	})
}

// Whatever is recorded, lost or taken back, an engine that follows, one of
// another process and one that loads anew give the same, and what the rows give.
func TestEveryEngineCountsWhatWasSampled(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		x := newWorld(t, d).tables(12)
		beside := x.open()
		r := mathrand.New(mathrand.NewPCG(3, 4))
		var taken []string
		for step := range 60 {
			if step%8 == 0 {
				x.now = x.now.Add(24 * time.Hour)
			}
			tube := fmt.Sprintf("LB-%d", step/3)
			switch n := r.IntN(8); {
			case n < 5:
				got := x.record(sampling.Record{Kind: sampling.TakeSample, Session: x.session().ID, Resident: x.who[r.IntN(len(x.who))].ID, Tube: fmt.Sprint("T-", step)})
				taken = append(taken, got.ID)
			case n == 5:
				x.record(sampling.Record{Kind: sampling.ReportIll, Resident: x.who[r.IntN(len(x.who))].ID, Symptoms: []string{sampling.Cough}})
			case n == 6 && len(taken) > 0:
				x.record(sampling.Record{Kind: sampling.TakeBack, Of: taken[r.IntN(len(taken))]})
			default:
				_, _ = x.s.DeclareLost(t.Context(), x.by(), sampling.LostInput{Tube: tube, Why: "broken"}) // not every one is there
			}
			if step%6 == 5 {
				want := x.dueByRows()
				for i, e := range []*population.Service{x.engine, beside, x.open()} {
					if got := x.due(e); got != want {
						t.Fatalf("step %d: engine %d says %d due, the rows say %d", step, i, got, want)
					}
				}
			}
		}
	})
}

// dueByRows asks the tables one resident at a time.
func (x *tables) dueByRows() (n int) {
	x.t.Helper()
	for _, p := range x.who {
		var row struct {
			Turns int   `db:"turns"`
			Last  int64 `db:"last"`
			Ill   int   `db:"ill"`
		}
		x.must(x.d.Read(x.t.Context(), func(tx *db.Tx) error {
			return tx.Get(&row, `SELECT (SELECT COUNT(*) FROM sample WHERE resident = $1 AND campaign = 'c1' AND turn > 0 AND state <> 'lost' AND state <> 'withdrawn') AS turns,
				(SELECT COALESCE(MAX(at), 0) FROM sample WHERE resident = $2 AND state <> 'lost' AND state <> 'withdrawn') AS last,
				(SELECT COUNT(*) FROM symptom_report WHERE resident = $3 AND sample = '') AS ill`, p.ID, p.ID, p.ID)
		}))
		days := (int64(x.now)+7*3600e6)/86400e6 - (row.Last+7*3600e6)/86400e6
		if row.Turns < 2 && days >= 2 || row.Ill > 0 {
			n++
		}
	}
	return n
}
