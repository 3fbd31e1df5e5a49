package population

import (
	"context"
	"errors"
	"slices"

	"phaodai/internal/audit"
	"phaodai/internal/auth"
	"phaodai/internal/cohort"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/instant"
	"phaodai/internal/org"
	"phaodai/internal/rule"
)

// Question is a rule over everybody in a subtree.
type Question struct {
	Rule  string         `json:"rule"`            // CEL: "age >= 65 && district_area == 'A01'"
	Under string         `json:"under"`           // path of a unit
	At    instant.Micros `json:"at,omitempty"`    // whose day ages and days are counted on; 0 is now
	Areas bool           `json:"areas,omitempty"` // also by area
	Round string         `json:"round,omitempty"` // id of the campaign whose samples samples_in_round counts
}

// Line is how many people of a ward or area a rule holds for.
type Line struct {
	Code    string `json:"code"`
	Name    string `json:"name"`
	Unit    string `json:"unit"`           // of the ward
	Path    string `json:"path"`           // of that
	Area    string `json:"area,omitempty"` // id; "" of the ward itself
	People  int    `json:"people"`
	Yes     int    `json:"yes"`
	Unknown int    `json:"unknown"` // for whom it cannot be decided
}

// Answer is what a rule comes to.
type Answer struct {
	Rule  string         `json:"rule"`
	AsOf  instant.Micros `json:"as_of"`
	Total Line           `json:"total"`
	Lines []Line         `json:"lines"`
}

// Vars are the values that rules may name.
func (s *Service) Vars() []rule.Var { return s.rules.Vars() }

// Check reads a rule and says what is wrong with it, with the place.
func (s *Service) Check(text string) error {
	_, err := s.compile(text)
	return err
}

// compile reads a rule; what is wrong is told with its place.
func (s *Service) compile(text string) (*cohort.Rule, error) {
	r, err := s.rules.Compile(text)
	var problems rule.Problems
	if errors.As(err, &problems) && len(problems) > 0 {
		f := fault.New(fault.Invalid, "input.check")
		for _, p := range problems {
			f.At("rule", p.Key, append(slices.Clone(p.Args), "Line", p.Line, "Column", p.Column)...)
		}
		return nil, f
	}
	if f := (*fault.Fault)(nil); errors.As(err, &f) && f.Kind == fault.Invalid {
		return nil, fault.New(fault.Invalid, "input.check").At("rule", f.Key, f.Args...)
	}
	return r, err
}

// asked brings the engine to now and answers.
func (s *Service) asked(ctx context.Context, now instant.Micros, q Question) (*cohort.Answer, error) {
	r, err := s.compile(q.Rule)
	if err != nil {
		return nil, err
	}
	if err := s.Follow(ctx); err != nil {
		return nil, err
	}
	if err := s.classed(now); err != nil {
		return nil, err
	}
	at := q.At
	if at == 0 {
		at = now
	}
	return s.engine.View().Ask(r, cohort.Asked{Day: instant.DayOf(at.In(s.zone)), Round: q.Round}), nil
}

// Count answers a rule with numbers alone.
func (s *Service) Count(ctx context.Context, by auth.Actor, q Question) (Answer, error) {
	if err := by.Require(auth.PeopleRead, q.Under, auth.Personal); err != nil {
		return Answer{}, err
	}
	return s.Counted(ctx, by.Now, q)
}

// Counted is Count for a capability that has decided who may see its numbers.
func (s *Service) Counted(ctx context.Context, now instant.Micros, q Question) (Answer, error) {
	a, err := s.asked(ctx, now, q)
	if err != nil {
		return Answer{}, err
	}
	out := Answer{Rule: q.Rule, AsOf: now, Lines: []Line{}}
	tally := map[string]cohort.Tally{}
	for _, t := range a.Wards() {
		tally[t.Area] = t
	}
	return out, s.store.Read(ctx, func(tx *db.Tx) error {
		wards, err := org.UnitsUnder(tx, q.Under, "", now)
		if err != nil {
			return err
		}
		for _, u := range wards {
			p, ok := s.placeOf(u.ID)
			t, counted := tally[p.code]
			if !ok || !counted || wardCode(u) != p.code {
				continue
			}
			line := Line{u.Code, u.Name, u.ID, u.Path, "", t.People, t.Yes, t.Unknown}
			out.Total.People, out.Total.Yes, out.Total.Unknown = out.Total.People+t.People, out.Total.Yes+t.Yes, out.Total.Unknown+t.Unknown
			out.Lines = append(out.Lines, line)
			if q.Areas {
				if out.Lines, err = s.inside(a, u, out.Lines); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

func (s *Service) placeOf(id string) (placed, bool) {
	s.following.Lock()
	defer s.following.Unlock()
	p, ok := s.areas[id]
	return p, ok
}

// inside adds the areas of a ward.
func (s *Service) inside(a *cohort.Answer, u org.Unit, lines []Line) ([]Line, error) {
	tallies, err := a.Areas(wardCode(u))
	if err != nil {
		return lines, err
	}
	for _, t := range tallies {
		if x, ok := s.board.Area(t.Area); ok && t.Area != wardCode(u) {
			lines = append(lines, Line{x.Code, x.Name, u.ID, u.Path, x.ID, t.People, t.Yes, t.Unknown})
		}
	}
	return lines, nil
}

// Listed is somebody of a list that a team walks along.
type Listed struct {
	Resident  string `json:"resident"`
	Household string `json:"household"`
	Name      string `json:"name"`
	Birth     string `json:"birth"`
	Lane      string `json:"lane"`
	Code      string `json:"code"`
	Area      string `json:"area"`
	AreaID    string `json:"area_id"`
	Undecided bool   `json:"undecided"` // a value is missing that would decide
}

// mostListed bounds a list of one ward.
const mostListed = 50_000

// List is who a rule holds for in a ward, in walking order. Reading it stands in
// the audit.
func (s *Service) List(ctx context.Context, by auth.Actor, q Question, unit string) ([]Listed, error) {
	return s.ListIn(ctx, by, q, unit, org.Root)
}

// ListIn is List of a ward that must lie under a path.
func (s *Service) ListIn(ctx context.Context, by auth.Actor, q Question, unit, top string) (out []Listed, err error) {
	u, err := s.ward(ctx, unit)
	if err != nil {
		return nil, err
	}
	if !org.Within(u.Path, top) {
		return nil, fault.New(fault.NotFound, "org.unit_unknown")
	}
	if err := by.Require(auth.PeopleRead, u.Path, auth.Personal); err != nil {
		return nil, err
	}
	if out, err = s.listed(ctx, by.Now, q, u); err != nil {
		return nil, err
	}
	return out, s.store.Write(ctx, func(tx *db.Tx) error {
		return audit.Record(tx, by, audit.Entry{Action: "resident.listed", Kind: "resident", Unit: u.Path, Reason: q.Rule})
	})
}

func (s *Service) ward(ctx context.Context, unit string) (u org.Unit, err error) {
	err = s.store.Read(ctx, func(tx *db.Tx) error {
		u, err = org.UnitIn(tx, unit)
		return err
	})
	return u, err
}

func (s *Service) listed(ctx context.Context, now instant.Micros, q Question, u org.Unit) ([]Listed, error) {
	q.Under = u.Path
	a, err := s.asked(ctx, now, q)
	if err != nil {
		return nil, err
	}
	out := []Listed{}
	seq, err := a.List(wardCode(u))
	if err != nil {
		return out, nil // nobody lives there
	}
	for r := range seq {
		if len(out) == mostListed {
			break
		}
		x := Listed{Resident: r.ID.String(), Undecided: r.Undecided}
		if area, ok := s.board.Area(r.Area); ok && r.Area != wardCode(u) {
			x.Area, x.AreaID = area.Name, area.ID
		}
		out = append(out, x)
	}
	return out, s.store.Read(ctx, func(tx *db.Tx) error { return named(tx, out) })
}
