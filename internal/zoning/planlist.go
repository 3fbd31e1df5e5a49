package zoning

import (
	"context"
	"slices"
	"strings"

	"phaodai/internal/audit"
	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/instant"
	"phaodai/internal/org"
)

// PlanLine is a plan in a list, with the round and the ward that it is of.
type PlanLine struct {
	Plan  Plan     `json:"plan"`
	Round Round    `json:"round"`
	Unit  org.Unit `json:"unit"`
}

// PlanList lists the plans of a subtree, the newest start first.
func (s *Service) PlanList(ctx context.Context, by auth.Actor, unitPath string) ([]PlanLine, error) {
	plans, err := s.PlansOf(ctx, by, unitPath)
	if err != nil {
		return nil, err
	}
	return read(ctx, s, by, func(tx *db.Tx) ([]PlanLine, error) {
		rounds, out := map[string]Round{}, make([]PlanLine, len(plans))
		for i, p := range plans {
			r, ok := rounds[p.Round]
			if !ok {
				if r, err = RoundIn(tx, p.Round); err != nil {
					return nil, err
				}
				rounds[p.Round] = r
			}
			u, err := org.UnitIn(tx, p.Unit)
			if err != nil {
				return nil, err
			}
			out[i] = PlanLine{p, r, u}
		}
		return out, nil
	})
}

// UnitNames are the names of some units: everybody who reads zoning may know
// what a neighbouring ward is called.
func (s *Service) UnitNames(ctx context.Context, by auth.Actor, ids ...string) (map[string]string, error) {
	return read(ctx, s, by, func(tx *db.Tx) (map[string]string, error) {
		out := map[string]string{}
		for _, id := range ids {
			if _, ok := out[id]; ok {
				continue
			}
			u, err := org.UnitIn(tx, id)
			if err != nil {
				return nil, err
			}
			out[id] = u.Name
		}
		return out, nil
	})
}

// GroupTier is the tier of the units below a ward: tổ dân phố.
const GroupTier = "group"

// TakeGroups makes an area of every neighbourhood group of the ward of a plan
// that is not one yet, and tells how many.
func (s *Service) TakeGroups(ctx context.Context, by auth.Actor, plan, key string) (int, error) {
	return once(ctx, s, by, key, func(tx *db.Tx) (int, error) {
		p, err := planToEdit(tx, by, plan, 0)
		if err != nil {
			return 0, err
		}
		areas, err := AreasOf(tx, p.UnitPath, by.Now)
		if err != nil {
			return 0, err
		}
		groups, err := org.UnitsIn(tx, p.Unit, by.Now)
		if err != nil {
			return 0, err
		}
		var in []AreaInput
		for _, g := range groups {
			known := slices.ContainsFunc(areas, func(a Area) bool { return a.Name == g.Name })
			if g.Tier == GroupTier && !known {
				in = append(in, AreaInput{Kind: "neighbourhood_group", Name: g.Name})
			}
		}
		if len(in) == 0 {
			return 0, nil
		}
		_, err = s.addAreas(tx, by, p.Unit, in)
		return len(in), err
	})
}

// Channels are the ways by which the words of a switch go out.
func Channels() []string { return []string{"loudspeaker", "message"} }

// Copied records that somebody copied the words of a switch for a channel.
// What the channel did with them, nobody here knows.
func (s *Service) Copied(ctx context.Context, by auth.Actor, unit string, at instant.Micros, channel string) error {
	if !slices.Contains(Channels(), channel) {
		return invalid().At("channel", "zone.choose")
	}
	_, err := once(ctx, s, by, "", func(tx *db.Tx) (bool, error) {
		u, err := org.UnitIn(tx, unit)
		if err != nil {
			return false, err
		}
		if err := by.Require(auth.ZoneRead, u.Path, auth.Internal); err != nil {
			return false, err
		}
		subject := strings.Join([]string{u.ID, at.Time().UTC().Format("2006-01-02T15:04Z")}, " ")
		return true, audit.Record(tx, by, audit.Entry{Action: "zone.copied_" + channel, Kind: "zone", Subject: subject, Unit: u.Path})
	})
	return err
}

// UnitAt is a unit by its path, with its direct parts as they are now.
func (s *Service) UnitAt(ctx context.Context, by auth.Actor, path string) (unit org.Unit, parts []org.Unit, err error) {
	unit, err = read(ctx, s, by, func(tx *db.Tx) (u org.Unit, err error) {
		if u, err = org.UnitAt(tx, path); err != nil {
			return u, err
		}
		parts, err = org.UnitsIn(tx, u.ID, by.Now)
		return u, err
	})
	return unit, parts, err
}
