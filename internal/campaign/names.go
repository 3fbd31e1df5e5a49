package campaign

import (
	"context"
	"slices"

	"phaodai/internal/auth"
	"phaodai/internal/fault"
	"phaodai/internal/population"
)

// Which is which people of a line are named.
type Which string

// The groups of a line.
const (
	Due  Which = "due"  // to be sampled today
	Left Which = "left" // not yet sampled as often as the line asks, due today or later
)

// NamesQuery asks who they are, in a ward.
type NamesQuery struct {
	Campaign string `json:"campaign"`
	Unit     string `json:"unit"`
	Area     string `json:"area,omitempty"` // id of the smallest area around the home; "" the whole ward
	Line     int    `json:"line"`           // by position
	Which    Which  `json:"which"`
}

// Names are the people of a line in walking order, with those for whom it cannot
// be decided marked. Reading them stands in the audit.
func (s *Service) Names(ctx context.Context, by auth.Actor, q NamesQuery) ([]population.Listed, error) {
	c, _, err := s.opened(ctx, by, q.Campaign)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(c.Lines, func(l Line) bool { return l.Position == q.Line })
	if i < 0 || q.Which != Due && q.Which != Left {
		return nil, fault.New(fault.NotFound, "campaign.no_line")
	}
	rule := due(c.Lines, i)
	if q.Which == Left && !c.Lines[i].AtOnce {
		rule = member(c.Lines, i) + " && !(" + c.Lines[i].done(c.Lines[i].Rounds) + ")"
	}
	if c.State != Open && q.Which == Due {
		return []population.Listed{}, nil
	}
	out, err := s.population.ListIn(ctx, by, population.Question{Rule: rule, Round: c.ID}, q.Unit, c.UnitPath)
	return slices.DeleteFunc(out, func(x population.Listed) bool { return q.Area != "" && x.AreaID != q.Area }), err
}
