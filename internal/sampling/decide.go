package sampling

import (
	"context"

	"phaodai/internal/audit"
	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/org"
)

// DecideInput decides a problem.
type DecideInput struct {
	Key      string   `json:"key,omitempty"`
	Problem  string   `json:"problem,omitempty"`
	Decision Decision `json:"decision" enum:"keep,rebind,identify,lost,withdraw"`
	Tube     string   `json:"tube,omitempty"`     // of Rebind: a new tube, or one of the same table that has room
	Resident string   `json:"resident,omitempty"` // of Identify
	Reason   string   `json:"reason"`
}

// ProblemIn returns a problem.
func ProblemIn(tx *db.Tx, id string) (Problem, error) {
	var t Problem
	err := tx.Get(&t, "SELECT "+problemColumns+" FROM sampling_problem WHERE id = $1", id)
	if err == db.ErrNoRow {
		return t, fault.New(fault.NotFound, "sampling.problem_unknown")
	}
	return t, err
}

// ProblemLine is a problem with whose sample it is about.
type ProblemLine struct {
	Problem
	Name string `db:"name" json:"name"` // "" nobody knows
}

// Problems are those of a subtree that wait for a decision, the oldest first.
// Reading them stands in the audit.
func (s *Service) Problems(ctx context.Context, by auth.Actor, path string) (out []ProblemLine, err error) {
	if err := by.Require(auth.CampaignRead, path, auth.Personal); err != nil {
		return nil, err
	}
	err = s.store.Write(ctx, func(tx *db.Tx) error {
		return audit.Record(tx, by, audit.Entry{Action: "sampling_problem.listed", Kind: "sampling_problem", Unit: path, Fields: []string{"name"}})
	})
	if err != nil {
		return nil, err
	}
	err = s.store.Read(ctx, func(tx *db.Tx) error {
		return tx.Select(&out, `SELECT p.id, p.kind, p.tube, p.sample, p.other, p.session, p.unit_path, p.at, p.state, p.decision, p.reason, p.decided_by, p.decided_at,
			COALESCE(r.name, n.name, '') AS name FROM sampling_problem p JOIN sample x ON x.id = p.sample LEFT JOIN resident r ON r.id = x.resident
			LEFT JOIN sampling_newcomer n ON n.id = x.resident WHERE p.unit_path >= $1 AND p.unit_path < $2 AND p.state = 'open' ORDER BY p.at, p.id LIMIT 500`, path, org.Beyond(path))
	})
	return out, err
}

// Decide settles a problem. Each way ends with a sample that is in a tube, lost,
// or withdrawn.
func (s *Service) Decide(ctx context.Context, by auth.Actor, in DecideInput) (Sample, error) {
	return once(ctx, s, by, in.Key, func(tx *db.Tx) (Sample, error) {
		if err := tx.Lock("sampling_problem", in.Problem); err != nil {
			return Sample{}, err
		}
		t, err := ProblemIn(tx, in.Problem)
		if err != nil {
			return Sample{}, err
		}
		if err := by.Require(auth.SampleTake, t.UnitPath, auth.Personal); err != nil {
			return Sample{}, err
		}
		if t.State != ProblemOpen {
			return Sample{}, fault.New(fault.Conflict, "sampling.problem_decided", "Who", t.DecidedBy, "At", t.DecidedAt)
		}
		if short(in.Reason) == "" {
			return Sample{}, fault.New(fault.Invalid, "input.check").At("reason", "input.missing")
		}
		x, err := sampleIn(tx, t.Sample)
		if err != nil {
			return x, err
		}
		return x, (&decider{s, tx, by, in, t, &x}).do()
	})
}

// decider settles one problem.
type decider struct {
	s  *Service
	tx *db.Tx
	by auth.Actor
	in DecideInput
	t  Problem
	x  *Sample
}

func (d *decider) do() error {
	var err error
	switch d.in.Decision {
	case Keep:
		err = d.into(d.x.Tube, true)
	case Rebind:
		err = d.into(d.in.Tube, false)
	case Identify:
		err = d.identify()
	case Lose:
		d.x.State, d.x.Turn = Lost, 0
	case Withdraw:
		d.x.State, d.x.Turn = Withdrawn, 0
	default:
		err = fault.New(fault.Invalid, "input.check").At("decision", "input.missing")
	}
	if err != nil {
		return err
	}
	return d.store()
}

// into puts the sample into a tube: the one it was said to be in, or another.
func (d *decider) into(code string, same bool) error {
	if d.t.Kind == UnknownPerson {
		return fault.New(fault.Invalid, "input.check").At("decision", "sampling.identify_first")
	}
	code = TubeCode(code)
	if !tubeForm.MatchString(code) {
		return fault.New(fault.Invalid, "input.check").At("tube", "sampling.tube_code", "Tube", d.in.Tube)
	}
	s, err := SessionIn(d.tx, d.x.Session)
	if err != nil {
		return err
	}
	t, err := d.s.tubeToChange(d.tx, code)
	if fault.KindOf(err) == fault.NotFound {
		t = Tube{Code: code, Session: s.ID, Campaign: s.Campaign, UnitPath: s.UnitPath, Method: s.Method, PoolMax: s.PoolMax, Desk: d.x.Desk, State: Closed, FirstAt: d.x.At, Version: 1}
		err = d.tx.Insert("tube", t)
	}
	switch {
	case err != nil:
		return err
	case t.State == TubeResulted || t.State == TubeLost:
		return fault.New(fault.Conflict, "sampling.tube_over", "Tube", code)
	case !same && t.Members >= t.PoolMax:
		return fault.New(fault.Conflict, "sampling.problem_tube_full", "Tube", code, "Most", t.PoolMax)
	case t.Members >= MostInPool:
		return fault.New(fault.Conflict, "sampling.problem_tube_full", "Tube", code, "Most", MostInPool)
	}
	d.x.Tube, d.x.Position = code, t.Members+1
	_, err = d.tx.Exec("UPDATE tube SET members = members + 1, version = version + 1 WHERE code = $1", code)
	return err
}

// identify says of whom the sample is, and puts it into its tube.
func (d *decider) identify() error {
	if d.t.Kind != UnknownPerson {
		return fault.New(fault.Invalid, "input.check").At("decision", "sampling.person_known")
	}
	var path string
	if err := d.tx.Get(&path, "SELECT unit_path FROM resident WHERE id = $1", d.in.Resident); err != nil {
		return fault.New(fault.Invalid, "input.check").At("resident", "sampling.person_unknown")
	}
	d.x.Resident = d.in.Resident
	d.t.Kind = "" // the tube is looked at as for anybody
	return d.into(d.x.Tube, false)
}

func (d *decider) store() error {
	d.x.Problem = ""
	if d.x.State == Open && d.t.Kind != Twice {
		if err := d.count(); err != nil {
			return err
		}
	}
	_, err := d.tx.Exec("UPDATE sample SET tube = $1, position = $2, resident = $3, state = $4, turn = $5, problem = '' WHERE id = $6",
		d.x.Tube, d.x.Position, d.x.Resident, d.x.State, d.x.Turn, d.x.ID)
	if err != nil {
		return err
	}
	_, err = d.tx.Exec("UPDATE sampling_problem SET state = 'decided', decision = $1, reason = $2, decided_by = $3, decided_at = $4 WHERE id = $5",
		d.in.Decision, short(d.in.Reason), d.by.Name, int64(d.by.Now), d.t.ID)
	if err != nil {
		return err
	}
	if err := d.tx.Changed(d.by.Now, db.Change{Kind: "sample", Subject: d.x.ID, Unit: d.x.UnitPath, What: "decided"}); err != nil {
		return err
	}
	return audit.Record(d.tx, d.by, audit.Entry{Action: "sample.decided", Kind: "sample", Subject: d.x.ID, Unit: d.x.UnitPath, Fields: []string{string(d.in.Decision)}, Reason: short(d.in.Reason)})
}

// count finds which turn the sample is, now that it counts.
func (d *decider) count() error {
	in := &intake{s: d.s, tx: d.tx, by: d.by, persons: map[string]*person{d.x.Resident: {id: d.x.Resident}}}
	if err := in.readGiven(); err != nil {
		return err
	}
	s, err := SessionIn(d.tx, d.x.Session)
	if err != nil {
		return err
	}
	p := in.persons[d.x.Resident]
	for i, g := range p.had {
		if g.ID == d.x.ID {
			p.had = append(p.had[:i], p.had[i+1:]...)
			break
		}
	}
	in.turn(d.x, s, p, &Receipt{})
	return nil
}
