package zoning

import (
	"context"
	"fmt"
	"slices"

	"phaodai/internal/auth"
	"phaodai/internal/criterion"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/task"
)

// takePlan locks a plan and checks that the form rests on its newest version.
func takePlan(tx *db.Tx, id string, version int64) (Plan, error) {
	if err := tx.Lock("zone_plan", id); err != nil {
		return Plan{}, err
	}
	p, err := PlanIn(tx, id)
	if err != nil {
		return p, err
	}
	if version != 0 && version != p.Version {
		return p, stale(p.ChangedBy, p.ChangedAt)
	}
	return p, nil
}

// planToEdit is a plan on which its ward still works.
func planToEdit(tx *db.Tx, by auth.Actor, id string, version int64) (Plan, error) {
	p, err := takePlan(tx, id, version)
	if err != nil {
		return p, err
	}
	if err := requireWard(by, p); err != nil {
		return p, err
	}
	if !p.Open() {
		return p, wrongState(p)
	}
	return p, nil
}

// requireWard asks that the actor is of the ward itself: the district judges
// plans, it does not write them.
func requireWard(by auth.Actor, p Plan) error {
	if err := by.Require(auth.ZonePlan, p.UnitPath, auth.Internal); err != nil {
		return err
	}
	if by.UnitPath != p.UnitPath {
		return fault.New(fault.Denied, "zone.plan_of_ward")
	}
	return nil
}

func wrongState(p Plan) error {
	return fault.New(fault.Conflict, "zone.plan_is."+string(p.State), "Who", p.ChangedBy, "At", p.ChangedAt)
}

// savePlan writes a plan with its event.
func savePlan(tx *db.Tx, by auth.Actor, p *Plan, what, reason string) error {
	p.Version++
	p.ChangedBy, p.ChangedAt = by.Name, by.Now
	_, err := tx.Exec(`UPDATE zone_plan SET state = $1, number = $2, scheme_version = $3, starts_at = $4, submitted_at = $5, submitted_by = $6,
		decision = $7, approved_at = $8, reason = $9, version = $10, changed_by = $11, changed_at = $12 WHERE id = $13`,
		string(p.State), p.Number, p.SchemeVersion, int64(p.StartsAt), int64(p.SubmittedAt), p.SubmittedBy, p.Decision, int64(p.ApprovedAt),
		p.Reason, p.Version, p.ChangedBy, int64(p.ChangedAt), p.ID)
	if err != nil || what == "" {
		return err
	}
	var n int64
	if err := tx.Get(&n, "SELECT COALESCE(MAX(n), 0) + 1 FROM zone_plan_event WHERE plan = $1", p.ID); err != nil {
		return err
	}
	e := Event{Plan: p.ID, N: n, At: by.Now, What: what, Reason: reason, By: by.Name, Title: by.PostTitle}
	if err := tx.Insert("zone_plan_event", e); err != nil {
		return err
	}
	return note(tx, by, "plan", p.ID, p.UnitPath, what, "state")
}

// MarkInput says what a plan gives one area.
type MarkInput struct {
	Key       string   `json:"key,omitempty"`
	Plan      string   `json:"plan,omitempty"`
	Version   int64    `json:"version,omitempty"` // of the plan; 0 does not ask
	Area      string   `json:"area"`
	Class     string   `json:"class"`
	Bundle    string   `json:"bundle,omitempty"` // "" is what the criteria say for the class
	Additions []string `json:"additions,omitempty"`
	Gates     int64    `json:"gates,omitempty"`
	Person    string   `json:"person,omitempty"`
	Phone     string   `json:"phone,omitempty"`
	Reason    string   `json:"reason,omitempty"`
	Seen      string   `json:"seen,omitempty"` // Mark.Seen of what the author looked at; "" does not ask
}

// Mark gives an area of a plan its class, measures and gates.
func (s *Service) Mark(ctx context.Context, by auth.Actor, in MarkInput) (Mark, error) {
	f := invalid()
	m := Mark{Plan: in.Plan, Area: in.Area, Class: in.Class, Bundle: in.Bundle, Gates: in.Gates,
		Person: short(f, "person", in.Person, 100), Phone: short(f, "phone", in.Phone, 30), Reason: short(f, "reason", in.Reason, 1000)}
	for _, a := range in.Additions {
		if a = short(f, "additions", a, 500); a != "" {
			m.Additions = append(m.Additions, a)
		}
	}
	if len(m.Additions) > 30 || m.Gates < 0 || m.Gates > 100 {
		f.At("gates", "zone.number_range")
	}
	if err := f.OrNil(); err != nil {
		return m, err
	}
	return once(ctx, s, by, in.Key, func(tx *db.Tx) (Mark, error) {
		p, err := planToEdit(tx, by, in.Plan, in.Version)
		if err != nil {
			return m, err
		}
		if err := unchanged(tx, p, in); err != nil {
			return m, err
		}
		if err := s.mark(tx, by, &p, &m); err != nil {
			return m, err
		}
		return m, savePlan(tx, by, &p, "", "")
	})
}

// mark writes one mark with the suggestion that stood beside it.
func (s *Service) mark(tx *db.Tx, by auth.Actor, p *Plan, m *Mark) error {
	a, err := AreaIn(tx, m.Area)
	if err != nil {
		return err
	}
	if a.Unit != p.Unit || a.Kind == UnitKind {
		return invalid().At("area", "zone.area_elsewhere")
	}
	r, err := RoundIn(tx, p.Round)
	if err != nil {
		return err
	}
	sc, err := schemeOf(tx, r)
	if err != nil {
		return err
	}
	if err := s.board.complete(sc, p.UnitPath, m); err != nil {
		return err
	}
	p.look(sc)
	suggest, err := suggester(sc)
	if err != nil {
		return err
	}
	numbers, err := numbersOf(tx, p.UnitPath, by.Now)
	if err != nil {
		return err
	}
	said, err := suggest(values(numbers[a.ID]))
	if err != nil {
		return err
	}
	m.Suggested = text(said)
	return keepMark(tx, *m)
}

// look notes against which version of the criteria the plan was begun. A later
// one is taken over for the whole plan by Rework, not with the first area that
// is touched.
func (p *Plan) look(sc Scheme) {
	if p.SchemeVersion == 0 {
		p.SchemeVersion = sc.Version
	}
}

// complete checks the class and takes the measures that the criteria give it
// where the ward chose none.
func (b *Board) complete(sc Scheme, unitPath string, m *Mark) error {
	known := slices.ContainsFunc(sc.Table.Classes, func(c criterion.Class) bool { return c.Code == m.Class })
	if m.Class != "" && !known {
		return invalid().At("class", "zone.choose")
	}
	choice := sc.Bundles[m.Class]
	if m.Bundle == "" {
		m.Bundle = choice.Bundle
	}
	if len(m.Additions) == 0 && m.Bundle == choice.Bundle {
		m.Additions = choice.Additions
	}
	if m.Bundle != "" && !b.mayChoose(m.Bundle, unitPath) {
		return invalid().At("bundle", "zone.choose")
	}
	if m.Additions == nil {
		m.Additions = []string{}
	}
	m.Stored = text(m.Additions)
	return nil
}

func keepMark(tx *db.Tx, m Mark) error {
	if _, err := tx.Exec("DELETE FROM zone_plan_line WHERE plan = $1 AND area = $2", m.Plan, m.Area); err != nil {
		return err
	}
	return tx.Insert("zone_plan_line", m)
}

// TakeSuggestions gives every area without a class the one suggested for it,
// and tells how many.
func (s *Service) TakeSuggestions(ctx context.Context, by auth.Actor, plan, key string) (int, error) {
	return once(ctx, s, by, key, func(tx *db.Tx) (int, error) {
		p, err := planToEdit(tx, by, plan, 0)
		if err != nil {
			return 0, err
		}
		v, err := s.planView(tx, by, p)
		if err != nil {
			return 0, err
		}
		n := 0
		for _, l := range v.Lines {
			if l.Mark.Class != "" || l.Suggestion.Class == "" {
				continue
			}
			m := l.Mark
			m.Plan, m.Area, m.Class, m.Suggested = p.ID, l.Area.ID, l.Suggestion.Class, text(l.Suggestion)
			if err := s.board.complete(v.Scheme, p.UnitPath, &m); err != nil {
				return n, err
			}
			if err := keepMark(tx, m); err != nil {
				return n, err
			}
			n++
		}
		p.look(v.Scheme)
		return n, savePlan(tx, by, &p, "", "")
	})
}

// StepInput is one step of a plan.
type StepInput struct {
	Key     string `json:"key,omitempty"`
	Plan    string `json:"plan,omitempty"`
	Version int64  `json:"version,omitempty"`
	Reason  string `json:"reason,omitempty"`
}

// Submit sends a plan to the district. What is missing is named, and nothing
// sent.
func (s *Service) Submit(ctx context.Context, by auth.Actor, in StepInput) (Plan, error) {
	return once(ctx, s, by, in.Key, func(tx *db.Tx) (Plan, error) {
		p, err := planToEdit(tx, by, in.Plan, in.Version)
		if err != nil {
			return p, err
		}
		v, err := s.planView(tx, by, p)
		if err != nil {
			return p, err
		}
		if v.Scheme.State != SchemeIssued {
			return p, fault.New(fault.Conflict, "zone.criteria_not_issued")
		}
		if v.Changed {
			return p, fault.New(fault.Conflict, "zone.criteria_changed", "At", v.Scheme.IssuedAt, "Version", v.Scheme.Version)
		}
		if len(v.Lacks) > 0 {
			return p, lackFault(v.Lacks)
		}
		p.State, p.Number, p.SubmittedAt, p.SubmittedBy, p.Reason = Submitted, p.Number+1, by.Now, by.Name, ""
		if err := keepCopy(tx, by, v, p.Number); err != nil {
			return p, err
		}
		if err := savePlan(tx, by, &p, "submitted", ""); err != nil {
			return p, err
		}
		words := fmt.Sprintf("Đã trình kế hoạch, bản %d, %d khu vực.", p.Number, len(v.Lines))
		return p, planEvidence(tx, by, v.Round, p, task.EvidenceGiven, words)
	})
}

func lackFault(lacks []Lack) error {
	f := fault.New(fault.Invalid, "zone.plan_lacks", "Count", len(lacks))
	for _, l := range lacks {
		f.At("lines", l.Key, "Count", l.Count)
	}
	return f
}

// Copy is a submission as it was.
type Copy struct {
	Scheme  int64  `json:"scheme_version"`
	Marks   []Mark `json:"marks"`
	Differs int    `json:"differs"`
}

func keepCopy(tx *db.Tx, by auth.Actor, v PlanView, number int64) error {
	c := Copy{Scheme: v.Scheme.Version}
	for _, l := range v.Lines {
		c.Marks = append(c.Marks, l.Mark)
		if l.Differs {
			c.Differs++
		}
	}
	_, err := tx.Exec("INSERT INTO zone_plan_copy (plan, number, at, by_name, content) VALUES ($1, $2, $3, $4, $5)",
		v.Plan.ID, number, int64(by.Now), by.Name, text(c))
	return err
}

// Rework opens a plan again whose ward saw that the criteria changed: the
// marks stay, each is looked at once more.
func (s *Service) Rework(ctx context.Context, by auth.Actor, in StepInput) (Plan, error) {
	return once(ctx, s, by, in.Key, func(tx *db.Tx) (Plan, error) {
		p, err := planToEdit(tx, by, in.Plan, in.Version)
		if err != nil {
			return p, err
		}
		r, err := RoundIn(tx, p.Round)
		if err != nil {
			return p, err
		}
		sc, err := schemeOf(tx, r)
		if err != nil {
			return p, err
		}
		p.SchemeVersion = sc.Version
		return p, savePlan(tx, by, &p, "reworked", "")
	})
}

// Recall takes a submitted plan back before anything was decided.
func (s *Service) Recall(ctx context.Context, by auth.Actor, in StepInput) (Plan, error) {
	return s.step(ctx, by, in, auth.ZonePlan, "recalled", Submitted, func(p *Plan) { p.State = Draft })
}

// Return sends a plan back to its ward with a reason.
func (s *Service) Return(ctx context.Context, by auth.Actor, in StepInput) (Plan, error) {
	if f := invalid(); required(f, "reason", in.Reason, 2000) == "" || f.OrNil() != nil {
		return Plan{}, f
	}
	return s.step(ctx, by, in, auth.ZoneApprove, "returned", Submitted, func(p *Plan) { p.State, p.Reason = Returned, in.Reason })
}

// step moves a plan that is in a state. The right to approve is asked for over
// the unit of the round, so that no ward approves its own plan.
func (s *Service) step(ctx context.Context, by auth.Actor, in StepInput, right auth.Right, what string, from PlanState, do func(*Plan)) (Plan, error) {
	return once(ctx, s, by, in.Key, func(tx *db.Tx) (Plan, error) {
		p, err := takePlan(tx, in.Plan, in.Version)
		if err != nil {
			return p, err
		}
		path := p.UnitPath
		if right != auth.ZonePlan {
			r, err := RoundIn(tx, p.Round)
			if err != nil {
				return p, err
			}
			path = r.UnitPath
		}
		if err := by.Require(right, path, auth.Internal); err != nil {
			return p, err
		}
		if right == auth.ZonePlan && by.UnitPath != p.UnitPath {
			return p, fault.New(fault.Denied, "zone.plan_of_ward")
		}
		if p.State != from {
			return p, wrongState(p)
		}
		do(&p)
		if err := savePlan(tx, by, &p, what, in.Reason); err != nil || what != "returned" {
			return p, err
		}
		r, err := RoundIn(tx, p.Round)
		if err != nil {
			return p, err
		}
		return p, planEvidence(tx, by, r, p, task.EvidenceRefused, in.Reason)
	})
}

// OpinionInput is an opinion on one submission.
type OpinionInput struct {
	Key    string `json:"key,omitempty"`
	Plan   string `json:"plan,omitempty"`
	Number int64  `json:"number"` // the submission that was read
	Field  Field  `json:"field"`
	Agrees bool   `json:"agrees"`
	Text   string `json:"text,omitempty"`
}

// Opine records what an office that was asked thinks of a submission.
func (s *Service) Opine(ctx context.Context, by auth.Actor, in OpinionInput) (Opinion, error) {
	f := invalid()
	content := short(f, "text", in.Text, 2000)
	if !in.Agrees && content == "" {
		f.At("text", "zone.opinion_reason")
	}
	if !slices.Contains(Fields(), in.Field) {
		f.At("field", "zone.choose")
	}
	if err := f.OrNil(); err != nil {
		return Opinion{}, err
	}
	return once(ctx, s, by, in.Key, func(tx *db.Tx) (Opinion, error) {
		p, err := takePlan(tx, in.Plan, 0)
		if err != nil {
			return Opinion{}, err
		}
		r, err := RoundIn(tx, p.Round)
		if err != nil {
			return Opinion{}, err
		}
		if err := by.Require(auth.ZoneOpine, r.UnitPath, auth.Internal); err != nil {
			return Opinion{}, err
		}
		switch {
		case r.Opinions[in.Field] != by.Office:
			return Opinion{}, fault.New(fault.Denied, "zone.opinion_not_asked")
		case p.State != Submitted:
			return Opinion{}, wrongState(p)
		case in.Number != p.Number:
			return Opinion{}, fault.New(fault.Conflict, "zone.opinion_old", "Read", in.Number, "Now", p.Number, "At", p.SubmittedAt)
		}
		o := Opinion{p.ID, p.Number, in.Field, by.Office, in.Agrees, content, by.Now, by.Name}
		if _, err := tx.Exec("DELETE FROM zone_opinion WHERE plan = $1 AND number = $2 AND field = $3", o.Plan, o.Number, string(o.Field)); err != nil {
			return o, err
		}
		if err := tx.Insert("zone_opinion", o); err != nil {
			return o, err
		}
		return o, note(tx, by, "plan", p.ID, p.UnitPath, "opinion_given", "opinion")
	})
}
