package campaign

import (
	"context"
	"slices"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/instant"
	"phaodai/internal/population"
	"phaodai/internal/sampling"
	"phaodai/internal/zoning"
)

// Which is which people of a campaign are named.
type Which string

// The groups of people. Those who were called are of the whole campaign: who was
// absent stays so until a sample is there, whatever line he belongs to now.
const (
	Due     Which = "due"     // to be sampled today
	Left    Which = "left"    // not yet sampled as often as the line asks, due today or later
	Absent  Which = "absent"  // called and not met, or put off
	Refused Which = "refused" // called and did not want to
	Again   Which = "again"   // of a positive or invalid tube: a single sample is asked for
)

// Groups lists them.
func Groups() []Which { return []Which{Due, Left, Absent, Refused, Again} }

// NamesQuery asks who they are, in a ward.
type NamesQuery struct {
	Campaign string `json:"campaign"`
	Unit     string `json:"unit"`
	Area     string `json:"area,omitempty"` // id, with what lies in it; "" the whole ward
	Line     int    `json:"line,omitempty"` // by position; 0 every line
	Which    Which  `json:"which"`
}

// Names are people of a campaign in walking order, with those for whom it cannot
// be decided marked. Reading them stands in the audit.
func (s *Service) Names(ctx context.Context, by auth.Actor, q NamesQuery) ([]population.Listed, error) {
	c, _, err := s.opened(ctx, by, q.Campaign)
	if err != nil {
		return nil, err
	}
	rule, err := c.rule(q)
	if err != nil {
		return nil, err
	}
	if rule == "" {
		return []population.Listed{}, nil
	}
	among, err := s.among(ctx, c, q.Which)
	if err != nil {
		return nil, err
	}
	there, err := s.within(ctx, q.Area, by.Now)
	if err != nil {
		return nil, err
	}
	out, err := s.population.ListIn(ctx, by, population.Question{Rule: rule, Round: c.ID}, q.Unit, c.UnitPath)
	return slices.DeleteFunc(out, func(x population.Listed) bool {
		return !there(x) || among != nil && !among[x.Resident]
	}), err
}

// within tells who lives in an area, or in one that lies in it; "" is anywhere.
func (s *Service) within(ctx context.Context, area string, at instant.Micros) (func(population.Listed) bool, error) {
	if area == "" {
		return func(population.Listed) bool { return true }, nil
	}
	var inside []string
	err := s.store.Read(ctx, func(tx *db.Tx) (err error) {
		inside, err = zoning.InsideIn(tx, area, at)
		return err
	})
	return func(x population.Listed) bool { return slices.Contains(inside, x.AreaID) }, err
}

// rule is who is asked for; "" is nobody.
func (c Campaign) rule(q NamesQuery) (string, error) {
	if !slices.Contains(Groups(), q.Which) {
		return "", fault.New(fault.NotFound, "campaign.no_line")
	}
	if q.Which != Due && q.Which != Left {
		return "true", nil
	}
	if c.State != Open && q.Which == Due {
		return "", nil
	}
	if q.Line == 0 {
		return anyOf(c.Lines, func(i int) string { return c.group(i, q.Which) }), nil
	}
	i := slices.IndexFunc(c.Lines, func(l Line) bool { return l.Position == q.Line })
	if i < 0 {
		return "", fault.New(fault.NotFound, "campaign.no_line")
	}
	return c.group(i, q.Which), nil
}

// group is the rule of who of line i is due, or left.
func (c Campaign) group(i int, which Which) string {
	if which == Due || c.Lines[i].AtOnce {
		return due(c.Lines, i)
	}
	return member(c.Lines, i) + " && !(" + c.Lines[i].done(c.Lines[i].Rounds) + ")"
}

// among are those of whom a list of calls or of single samples is, nil anybody.
func (s *Service) among(ctx context.Context, c Campaign, which Which) (out map[string]bool, err error) {
	if which == Due || which == Left {
		return nil, nil
	}
	out = map[string]bool{}
	return out, s.store.Read(ctx, func(tx *db.Tx) error {
		if which == Again {
			rows, err := sampling.ResamplesIn(tx, c.UnitPath)
			for _, r := range rows {
				out[r.Resident] = r.State == sampling.ResampleOpen
			}
			return err
		}
		rows, err := calledIn(tx, c.ID, c.UnitPath)
		for _, r := range rows {
			out[r.Resident] = (r.Outcome == sampling.Refused) == (which == Refused)
		}
		return err
	})
}
