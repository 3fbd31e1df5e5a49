package zoning

import (
	"context"
	"strings"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
)

// Trial is what a version of a table would make of the numbers of today, held
// against the version in force, or where none is, against what holds.
type Trial struct {
	Against int64      `json:"against"` // version in force; 0 none
	Areas   int        `json:"areas"`   // looked at
	Open    int        `json:"open"`    // for which a number is missing
	Changes []Switched `json:"changes"`
}

// Switched is an area that another version of a table would put elsewhere.
type Switched struct {
	Area   Area       `json:"area"`
	Before string     `json:"before"` // class, "" none
	After  Suggestion `json:"after"`
}

// Try tells which areas of the unit of a scheme a version would class
// otherwise. It decides nothing.
func (s *Service) Try(ctx context.Context, by auth.Actor, id string, version int64) (Trial, error) {
	return read(ctx, s, by, func(tx *db.Tx) (Trial, error) {
		sc, err := SchemeIn(tx, id, version)
		if err != nil {
			return Trial{}, err
		}
		if err := by.Require(auth.ZoneRead, sc.UnitPath, auth.Internal); err != nil {
			return Trial{}, err
		}
		if faults := sc.Check(s.board); len(sc.Table.Check()) > 0 {
			return Trial{}, fault.New(fault.Invalid, "zone.scheme_faulty", "Count", len(faults))
		}
		return s.try(tx, by, sc)
	})
}

func (s *Service) try(tx *db.Tx, by auth.Actor, sc Scheme) (out Trial, err error) {
	numbers, err := numbersOf(tx, sc.UnitPath, by.Now)
	if err != nil {
		return out, err
	}
	after, err := suggester(sc)
	if err != nil {
		return out, err
	}
	before := func(a Area, _ map[string]any) (string, error) { return s.held(a, sc.Layer, by), nil }
	issued, ok, err := issuedScheme(tx, sc.ID)
	if err != nil {
		return out, err
	}
	if ok && issued.Version != sc.Version {
		out.Against = issued.Version
		suggest, err := suggester(issued)
		if err != nil {
			return out, err
		}
		before = func(_ Area, seen map[string]any) (string, error) {
			x, err := suggest(seen)
			return x.Class, err
		}
	}
	for _, a := range s.board.Areas(sc.UnitPath, by.Now) {
		if !meant(sc.Table.Unit, a) {
			continue
		}
		out.Areas++
		seen := values(numbers[a.ID])
		x := Switched{Area: a}
		if x.Before, err = before(a, seen); err != nil {
			return out, err
		}
		if x.After, err = after(seen); err != nil {
			return out, err
		}
		switch {
		case x.After.Class == "":
			out.Open++
		case x.After.Class != x.Before:
			out.Changes = append(out.Changes, x)
		}
	}
	return out, nil
}

// held is the class that an area has now.
func (s *Service) held(a Area, l Layer, by auth.Actor) string {
	h, ok := s.board.At(a.ID, by.Now)
	if !ok {
		return ""
	}
	return h.Regime.Of(l).Value.Class
}

// tiers are the tables for whole units, with how deep those lie.
var tiers = map[string]int{"province": 1, "district": 2, "commune": 3}

// meant tells whether a table is for an area: one for a tier is for whole units
// of it, any other for what lies in them.
func meant(unit string, a Area) bool {
	depth, whole := tiers[unit]
	if !whole {
		return a.Kind != UnitKind
	}
	return a.Kind == UnitKind && strings.Count(a.UnitPath, "/")-1 == depth
}
