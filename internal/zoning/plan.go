package zoning

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/instant"
	"phaodai/internal/org"
)

// PlanState is where the plan of a ward stands. That it applies, or no longer
// does, follows from the clock.
type PlanState string

// The states of plans.
const (
	Draft      PlanState = "draft"
	Submitted  PlanState = "submitted"
	Returned   PlanState = "returned"
	Deciding   PlanState = "deciding" // the decision waits for its signature
	Approved   PlanState = "approved"
	Superseded PlanState = "superseded"
)

// Plan is the plan of a ward in a round.
type Plan struct {
	ID            string         `db:"id" json:"id"`
	Round         string         `db:"round" json:"round"`
	Unit          string         `db:"unit" json:"unit"`
	UnitPath      string         `db:"unit_path" json:"unit_path"`
	Office        string         `db:"office" json:"office"`
	State         PlanState      `db:"state" json:"state"`
	Number        int64          `db:"number" json:"number"`                 // how often it was submitted
	SchemeVersion int64          `db:"scheme_version" json:"scheme_version"` // against which it was last looked at
	StartsAt      instant.Micros `db:"starts_at" json:"starts_at"`
	SubmittedAt   instant.Micros `db:"submitted_at" json:"submitted_at"`
	SubmittedBy   string         `db:"submitted_by" json:"submitted_by,omitempty"`
	Decision      string         `db:"decision" json:"decision,omitempty"`
	ApprovedAt    instant.Micros `db:"approved_at" json:"approved_at"`
	Reason        string         `db:"reason" json:"reason,omitempty"`
	Version       int64          `db:"version" json:"version"`
	ChangedBy     string         `db:"changed_by" json:"changed_by"`
	ChangedAt     instant.Micros `db:"changed_at" json:"changed_at"`
}

const planColumns = `id, round, unit, unit_path, office, state, number, scheme_version, starts_at, submitted_at, submitted_by,
	decision, approved_at, reason, version, changed_by, changed_at`

// Open tells whether the ward still works on the plan.
func (p Plan) Open() bool { return p.State == Draft || p.State == Returned }

// PlanIn returns a plan.
func PlanIn(tx *db.Tx, id string) (Plan, error) {
	var p Plan
	err := tx.Get(&p, "SELECT "+planColumns+" FROM zone_plan WHERE id = $1", id)
	if err == db.ErrNoRow {
		return p, fault.New(fault.NotFound, "zone.plan_unknown")
	}
	return p, err
}

// Mark is what a plan says of one area.
type Mark struct {
	Plan      string   `db:"plan" json:"-"`
	Area      string   `db:"area" json:"area"`
	Class     string   `db:"class" json:"class"`
	Bundle    string   `db:"bundle" json:"bundle"`
	Stored    string   `db:"additions" json:"-"`
	Additions []string `db:"-" json:"additions"`
	Gates     int64    `db:"gates" json:"gates"`
	Person    string   `db:"person" json:"person"` // who answers for it, as written
	Phone     string   `db:"phone" json:"phone"`
	Reason    string   `db:"reason" json:"reason"` // why it differs from the suggestion
	Suggested string   `db:"suggested" json:"suggested"`
}

const markColumns = "plan, area, class, bundle, additions, gates, person, phone, reason, suggested"

// Line is one area of a plan with all that its author looks at.
type Line struct {
	Area       Area              `json:"area"`
	Mark       Mark              `json:"mark"`
	Suggestion Suggestion        `json:"suggestion"`
	Numbers    map[string]Number `json:"numbers"`
	Differs    bool              `json:"differs"` // from the suggestion
	Clashes    []Clash           `json:"clashes"` // with areas across the border of the ward
	Looser     bool              `json:"looser"`  // than what a wider decision asks for at the start
	Lacks      []string          `json:"lacks"`   // message keys
}

// Event is one step in the history of a plan.
type Event struct {
	Plan   string         `db:"plan" json:"-"`
	N      int64          `db:"n" json:"n"`
	At     instant.Micros `db:"at" json:"at"`
	What   string         `db:"what" json:"what"`
	Reason string         `db:"reason" json:"reason,omitempty"`
	By     string         `db:"by_name" json:"by"`
	Title  string         `db:"by_title" json:"by_title"`
}

// Opinion is what an office that was asked says of a submission.
type Opinion struct {
	Plan   string         `db:"plan" json:"-"`
	Number int64          `db:"number" json:"number"` // the submission that was read
	Field  Field          `db:"field" json:"field"`
	Office string         `db:"office" json:"office"`
	Agrees bool           `db:"agrees" json:"agrees"`
	Text   string         `db:"content" json:"text"`
	At     instant.Micros `db:"at" json:"at"`
	By     string         `db:"by_name" json:"by"`
}

const opinionColumns = "plan, number, field, office, agrees = 1 AS agrees, content, at, by_name"

// Lack is something without which a plan is not submitted.
type Lack struct {
	Key   string `json:"key"`   // message
	Count int    `json:"count"` // areas that it concerns
	Area  string `json:"area"`  // the first of them
}

// PlanView is a plan with everything that belongs to it.
type PlanView struct {
	Plan     Plan           `json:"plan"`
	Round    Round          `json:"round"`
	Unit     org.Unit       `json:"unit"`
	Scheme   Scheme         `json:"scheme"`
	Changed  bool           `json:"changed"` // the criteria changed since the plan was last looked at
	Lines    []Line         `json:"lines"`
	Lacks    []Lack         `json:"lacks"`
	Opinions []Opinion      `json:"opinions"`
	Events   []Event        `json:"events"`           // the newest first
	Papers   []PlanPaper    `json:"papers,omitempty"` // documents drafted from it, the newest first
	MayEdit  bool           `json:"may_edit"`
	At       instant.Micros `json:"at"`
}

// Counts is how many areas the plan puts into each class.
func (v PlanView) Counts() map[string]int {
	out := map[string]int{}
	for _, l := range v.Lines {
		out[l.Mark.Class]++
	}
	return out
}

// Plan returns a plan as it stands now.
func (s *Service) Plan(ctx context.Context, by auth.Actor, id string) (PlanView, error) {
	return read(ctx, s, by, func(tx *db.Tx) (PlanView, error) {
		p, err := PlanIn(tx, id)
		if err != nil {
			return PlanView{}, err
		}
		if err := by.Require(auth.ZoneRead, p.UnitPath, auth.Internal); err != nil {
			return PlanView{}, err
		}
		v, err := s.planView(tx, by, p)
		if err == nil {
			v.Papers, err = planPapers(tx, by, p.ID)
		}
		return v, err
	})
}

// PlansOf lists the plans of the actor's unit, or of the rounds that he
// approves, the newest start first.
func (s *Service) PlansOf(ctx context.Context, by auth.Actor, unitPath string) ([]Plan, error) {
	return read(ctx, s, by, func(tx *db.Tx) (out []Plan, err error) {
		if err := by.Require(auth.ZoneRead, unitPath, auth.Internal); err != nil {
			return nil, err
		}
		err = tx.Select(&out, "SELECT "+planColumns+` FROM zone_plan WHERE unit_path >= $1 AND unit_path < $2
			ORDER BY starts_at DESC, unit_path, id`, unitPath, unitPath+"\U0010FFFF")
		return out, err
	})
}

func (s *Service) planView(tx *db.Tx, by auth.Actor, p Plan) (v PlanView, err error) {
	v.Plan, v.At = p, by.Now
	if v.Round, err = RoundIn(tx, p.Round); err != nil {
		return v, err
	}
	if v.Unit, err = org.UnitIn(tx, p.Unit); err != nil {
		return v, err
	}
	if v.Scheme, err = schemeOf(tx, v.Round); err != nil {
		return v, err
	}
	v.Changed = p.SchemeVersion != 0 && p.SchemeVersion != v.Scheme.Version && p.Open()
	if v.Lines, err = s.lines(tx, p, v.Scheme, v.Round, by.Now); err != nil {
		return v, err
	}
	v.Lacks = lacks(v.Lines)
	v.MayEdit = p.Open() && requireWard(by, p) == nil
	if err = tx.Select(&v.Opinions, "SELECT "+opinionColumns+" FROM zone_opinion WHERE plan = $1 ORDER BY number DESC, field", p.ID); err != nil {
		return v, err
	}
	err = tx.Select(&v.Events, "SELECT plan, n, at, what, reason, by_name, by_title FROM zone_plan_event WHERE plan = $1 ORDER BY n DESC", p.ID)
	return v, err
}

// schemeOf is the scheme of a round in force, or before one was issued its
// newest draft.
func schemeOf(tx *db.Tx, r Round) (Scheme, error) {
	sc, ok, err := issuedScheme(tx, r.Scheme)
	if ok || err != nil {
		return sc, err
	}
	return SchemeIn(tx, r.Scheme, 0)
}

// lines are the areas of the ward with what the plan says of each.
func (s *Service) lines(tx *db.Tx, p Plan, sc Scheme, r Round, now instant.Micros) ([]Line, error) {
	areas, err := AreasOf(tx, p.UnitPath, now)
	if err != nil {
		return nil, err
	}
	marks, err := marksOf(tx, p.ID)
	if err != nil {
		return nil, err
	}
	numbers, err := numbersOf(tx, p.UnitPath, now)
	if err != nil {
		return nil, err
	}
	suggest, err := suggester(sc)
	if err != nil {
		return nil, err
	}
	clashes, err := s.clashes(tx, p, r, sc.near(), areas, marks)
	if err != nil {
		return nil, err
	}
	out, looser := make([]Line, len(areas)), s.board.looserThanAbove(r.Layer, p.StartsAt)
	for i, a := range areas {
		l := Line{Area: a, Mark: marks[a.ID], Numbers: numbers[a.ID], Clashes: clashes[a.ID]}
		if l.Suggestion, err = suggest(values(l.Numbers)); err != nil {
			return nil, err
		}
		l.Differs = l.Mark.Class != "" && l.Suggestion.Class != "" && l.Mark.Class != l.Suggestion.Class
		l.Looser = looser(a, l.Mark)
		l.Lacks = s.board.lineLacks(l)
		out[i] = l
	}
	return out, nil
}

// suggester makes suggestions from a scheme; from a table that is still wrong
// none come.
func suggester(sc Scheme) (func(map[string]any) (Suggestion, error), error) {
	if len(sc.Table.Check()) > 0 {
		return func(map[string]any) (Suggestion, error) { return Suggestion{}, nil }, nil
	}
	compiled, err := sc.Table.Compile()
	if err != nil {
		return nil, err
	}
	return func(values map[string]any) (Suggestion, error) {
		said, err := compiled.Suggest(values)
		return suggestion(sc.Table, said), err
	}, nil
}

func marksOf(tx *db.Tx, plan string) (map[string]Mark, error) {
	var rows []Mark
	if err := tx.Select(&rows, "SELECT "+markColumns+" FROM zone_plan_line WHERE plan = $1", plan); err != nil {
		return nil, err
	}
	out := map[string]Mark{}
	for _, m := range rows {
		if err := json.Unmarshal([]byte(m.Stored), &m.Additions); err != nil {
			return nil, err
		}
		out[m.Area] = m
	}
	return out, nil
}

// lineLacks lists what an area lacks before the plan can go.
func (b *Board) lineLacks(l Line) (out []string) {
	for _, x := range []struct {
		missing bool
		key     string
	}{
		{l.Mark.Class == "", "zone.lack_class"},
		{l.Mark.Class != "" && l.Mark.Bundle == "", "zone.lack_bundle"},
		{b.needsAdditions(l.Mark.Bundle) && len(l.Mark.Additions) == 0, "zone.lack_additions"},
		{l.Mark.Gates > 0 && l.Mark.Person == "", "zone.lack_person"},
		{l.Differs && l.Mark.Reason == "", "zone.lack_reason"},
	} {
		if x.missing {
			out = append(out, x.key)
		}
	}
	return out
}

func lacks(lines []Line) (out []Lack) {
	if len(lines) == 0 {
		return []Lack{{Key: "zone.lack_areas"}}
	}
	for _, l := range lines {
		for _, key := range l.Lacks {
			i := slices.IndexFunc(out, func(x Lack) bool { return x.Key == key })
			if i < 0 {
				i, out = len(out), append(out, Lack{Key: key, Area: l.Area.ID})
			}
			out[i].Count++
		}
	}
	slices.SortStableFunc(out, func(a, b Lack) int { return cmp.Compare(a.Key, b.Key) })
	return out
}
