package zoning

import (
	"context"
	"encoding/json"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/instant"
	"phaodai/internal/org"
)

// ReviewRow is one ward in the review of a round.
type ReviewRow struct {
	Plan     Plan               `json:"plan"`
	Unit     org.Unit           `json:"unit"`
	Areas    int                `json:"areas"`
	Counts   map[string]int     `json:"counts"` // by class
	Differs  int                `json:"differs"`
	Clashes  int                `json:"clashes"`
	Looser   int                `json:"looser"` // areas whose measures ask for less than the city's
	Lacks    []Lack             `json:"lacks"`
	Opinions map[Field]*Opinion `json:"opinions"` // on the submission of now
	Late     bool               `json:"late"`
}

// Forecast is what the start will bring if nothing more is done.
type Forecast struct {
	Switch int `json:"switch"` // wards whose plan applies from the hour
	Sign   int `json:"sign"`   // wards whose decision still waits for its signature
	Keep   int `json:"keep"`   // wards that keep what they have
}

// Review is all plans of a round side by side.
type Review struct {
	Round    Round             `json:"round"`
	Scheme   Scheme            `json:"scheme"`
	Rows     []ReviewRow       `json:"rows"`
	Tally    map[PlanState]int `json:"tally"`
	Forecast Forecast          `json:"forecast"`
	Decision []string          `json:"decisions"` // documents that wait for their signature
	Mine     Field             `json:"mine"`      // field for which the actor's office is asked, or ""
	Approves bool              `json:"approves"`  // the actor may
	At       instant.Micros    `json:"at"`
}

// Review returns the plans of a round side by side.
func (s *Service) Review(ctx context.Context, by auth.Actor, round string) (Review, error) {
	return read(ctx, s, by, func(tx *db.Tx) (v Review, err error) {
		v.At, v.Tally = by.Now, map[PlanState]int{}
		if v.Round, err = RoundIn(tx, round); err != nil {
			return v, err
		}
		if err := by.Require(auth.ZoneRead, v.Round.UnitPath, auth.Internal); err != nil {
			return v, err
		}
		if v.Scheme, err = schemeOf(tx, v.Round); err != nil {
			return v, err
		}
		v.Approves = by.Can(auth.ZoneApprove, v.Round.UnitPath, auth.Internal)
		for field, office := range v.Round.Opinions {
			if office == by.Office && by.Can(auth.ZoneOpine, v.Round.UnitPath, auth.Internal) {
				v.Mine = field
			}
		}
		var plans []Plan
		err = tx.Select(&plans, "SELECT "+planColumns+" FROM zone_plan WHERE round = $1 ORDER BY unit_path", round)
		if err != nil {
			return v, err
		}
		for _, p := range plans {
			if err := v.add(s, tx, by, p); err != nil {
				return v, err
			}
		}
		return v, nil
	})
}

func (v *Review) add(s *Service, tx *db.Tx, by auth.Actor, p Plan) error {
	pv, err := s.planView(tx, by, p)
	if err != nil {
		return err
	}
	r := ReviewRow{Plan: p, Unit: pv.Unit, Areas: len(pv.Lines), Counts: pv.Counts(), Lacks: pv.Lacks, Opinions: map[Field]*Opinion{},
		Late: p.Open() && v.Round.DuePlan != 0 && by.Now > v.Round.DuePlan}
	for _, l := range pv.Lines {
		if l.Differs {
			r.Differs++
		}
		if l.Looser {
			r.Looser++
		}
		r.Clashes += len(l.Clashes)
	}
	for i, o := range pv.Opinions {
		if o.Number == p.Number {
			r.Opinions[o.Field] = &pv.Opinions[i]
		}
	}
	v.Rows = append(v.Rows, r)
	v.Tally[p.State]++
	switch p.State {
	case Approved:
		v.Forecast.Switch++
	case Deciding:
		v.Forecast.Sign++
		v.addDecision(p.Decision)
	default:
		v.Forecast.Keep++
	}
	return nil
}

func (v *Review) addDecision(document string) {
	for _, d := range v.Decision {
		if d == document {
			return
		}
	}
	v.Decision = append(v.Decision, document)
}

// CopyView is one submission with what it changed against the one before.
type CopyView struct {
	Number  int64          `db:"number" json:"number"`
	At      instant.Micros `db:"at" json:"at"`
	By      string         `db:"by_name" json:"by"`
	Stored  string         `db:"content" json:"-"`
	Copy    Copy           `db:"-" json:"copy"`
	Changed []MarkChange   `db:"-" json:"changed"`
}

// MarkChange is an area of which two submissions say different things.
type MarkChange struct {
	Area   string `json:"area"`
	Name   string `json:"name"`
	Before Mark   `json:"before"` // without class when it was not there
	After  Mark   `json:"after"`
}

// Copies returns the submissions of a plan, the newest first, each with what
// it changed.
func (s *Service) Copies(ctx context.Context, by auth.Actor, plan string) ([]CopyView, error) {
	return read(ctx, s, by, func(tx *db.Tx) (out []CopyView, err error) {
		p, err := PlanIn(tx, plan)
		if err != nil {
			return nil, err
		}
		if err := by.Require(auth.ZoneRead, p.UnitPath, auth.Internal); err != nil {
			return nil, err
		}
		err = tx.Select(&out, "SELECT number, at, by_name, content FROM zone_plan_copy WHERE plan = $1 ORDER BY number DESC", plan)
		if err != nil {
			return nil, err
		}
		for i := range out {
			if err := json.Unmarshal([]byte(out[i].Stored), &out[i].Copy); err != nil {
				return nil, err
			}
		}
		for i := range out {
			var before Copy
			if i+1 < len(out) {
				before = out[i+1].Copy
			}
			out[i].Changed = s.compare(before, out[i].Copy)
		}
		return out, nil
	})
}

// compare lists the areas of which two submissions differ.
func (s *Service) compare(before, after Copy) []MarkChange {
	earlier := map[string]Mark{}
	for _, m := range before.Marks {
		earlier[m.Area] = m
	}
	out := []MarkChange{}
	for _, m := range after.Marks {
		old := earlier[m.Area]
		delete(earlier, m.Area)
		if text(old) != text(m) {
			a, _ := s.board.Area(m.Area)
			out = append(out, MarkChange{m.Area, a.Name, old, m})
		}
	}
	for _, m := range before.Marks {
		if old, gone := earlier[m.Area]; gone {
			a, _ := s.board.Area(m.Area)
			out = append(out, MarkChange{m.Area, a.Name, old, Mark{}})
		}
	}
	return out
}
