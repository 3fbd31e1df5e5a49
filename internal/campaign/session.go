package campaign

import (
	"context"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/instant"
	"phaodai/internal/org"
	"phaodai/internal/sampling"
)

// PlanInput describes a session of a campaign; how it samples, the campaign says.
type PlanInput struct {
	Key         string               `json:"key,omitempty"`
	Campaign    string               `json:"campaign,omitempty"`
	Unit        string               `json:"unit"`
	Area        string               `json:"area,omitempty"` // id; "" the whole ward
	Kind        sampling.SessionKind `json:"kind,omitempty"`
	Place       string               `json:"place"`
	Team        string               `json:"team,omitempty"`
	Starts      instant.Micros       `json:"starts"`
	Ends        instant.Micros       `json:"ends"`
	SlotMinutes int                  `json:"slot_minutes,omitempty"`
	SlotPeople  int                  `json:"slot_people,omitempty"`
	Desks       int                  `json:"desks,omitempty"`
}

// Plan makes a session of a campaign in one of its wards.
func (s *Service) Plan(ctx context.Context, by auth.Actor, in PlanInput) (sampling.Session, error) {
	return once(ctx, s, by, in.Key, func(tx *db.Tx) (x sampling.Session, err error) {
		c, err := In(tx, in.Campaign)
		if err != nil {
			return x, err
		}
		u, err := org.UnitIn(tx, in.Unit)
		if err != nil {
			return x, err
		}
		if !org.Within(u.Path, c.UnitPath) {
			return x, fault.New(fault.NotFound, "org.unit_unknown")
		}
		if err := by.Require(auth.CampaignManage, u.Path, auth.Personal); err != nil { // who may not plan learns nothing
			return x, err
		}
		if err := c.takesPlace(in.Starts); err != nil {
			return x, err
		}
		return s.sampling.SaveSessionIn(tx, by, c.session(in))
	})
}

// takesPlace tells why nothing is sampled in a campaign at a time.
func (c Campaign) takesPlace(starts instant.Micros) error {
	switch {
	case c.State != Open:
		return fault.New(fault.Conflict, "campaign.over")
	case starts != 0 && c.Deadline != 0 && starts >= c.Deadline:
		return fault.New(fault.Invalid, "input.check").At("starts", "campaign.after_deadline", "At", c.Deadline)
	}
	return nil
}

// session is a session that samples as its campaign says.
func (c Campaign) session(in PlanInput) sampling.SessionInput {
	return sampling.SessionInput{
		Campaign: c.ID, Unit: in.Unit, Area: in.Area, Kind: in.Kind, Place: in.Place, Team: in.Team, Starts: in.Starts, Ends: in.Ends,
		SlotMinutes: in.SlotMinutes, SlotPeople: in.SlotPeople, Desks: in.Desks,
		Method: c.Method, PoolMax: c.PoolMax, ClockHours: c.ClockHours, ClockFrom: c.ClockFrom, SpacingDays: c.spacing(),
	}
}

// spacing is the least that lines ask for between two samples of a person: two
// that lie closer count as one turn.
func (c Campaign) spacing() int {
	least := 0
	for _, l := range c.Lines {
		if !l.AtOnce && (least == 0 || l.EveryMin < least) {
			least = l.EveryMin
		}
	}
	return least
}
