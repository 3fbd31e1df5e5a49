package zoning

import (
	"context"
	"strings"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/instant"
	"phaodai/internal/org"
)

// ChangeInput gives areas a value outside a plan: an emergency at midnight, a
// decision of the city entered here, a block, a correction of what was entered
// wrongly.
type ChangeInput struct {
	Key       string         `json:"key,omitempty"`
	Areas     []string       `json:"areas,omitempty"` // ids
	Units     []string       `json:"units,omitempty"` // whole units, by id
	Layer     Layer          `json:"layer"`
	Class     string         `json:"class"` // "" with Lift
	Bundle    string         `json:"bundle,omitempty"`
	Additions []string       `json:"additions,omitempty"`
	From      instant.Micros `json:"from,omitempty"` // 0 is now
	To        instant.Micros `json:"to,omitempty"`   // 0 is until another decision
	Lift      bool           `json:"lift,omitempty"` // ends what is decided here: the wider area holds again
	Document  string         `json:"document,omitempty"`
	Symbol    string         `json:"symbol,omitempty"` // of a document that is not kept here
	Clause    string         `json:"clause,omitempty"`
	Reason    string         `json:"reason"`
}

// mostAreas bounds one change.
const mostAreas = 5000

func (in *ChangeInput) check(now instant.Micros, b *Board) error {
	f := invalid()
	in.From, in.To = orNow(in.From, now), orForever(in.To)
	in.Symbol, in.Clause = short(f, "symbol", in.Symbol, 100), short(f, "clause", in.Clause, 100)
	in.Reason = short(f, "reason", in.Reason, 2000)
	if in.Reason == "" {
		key := "input.missing"
		if in.From < now {
			key = "zone.past_needs_reason"
		}
		f.At("reason", key)
	}
	if n := len(in.Areas) + len(in.Units); n == 0 || n > mostAreas {
		f.At("areas", "zone.areas_range", "Limit", mostAreas)
	}
	if !in.Layer.Known() {
		f.At("layer", "zone.choose")
	}
	if in.To <= in.From {
		f.At("to", "zone.period_backwards")
	}
	if !in.Lift && in.Class == "" {
		f.At("class", "zone.choose")
	}
	if _, ok := b.Bundle(in.Bundle); in.Bundle != "" && !ok {
		f.At("bundle", "zone.choose")
	}
	for i, a := range in.Additions {
		in.Additions[i] = short(f, "additions", a, 500)
	}
	if b.needsAdditions(in.Bundle) && strings.TrimSpace(strings.Join(in.Additions, "")) == "" {
		f.At("additions", "zone.additions_missing")
	}
	return f.OrNil()
}

// Change decides at once for some areas.
func (s *Service) Change(ctx context.Context, by auth.Actor, in ChangeInput) (Record, error) {
	if err := in.check(by.Now, s.board); err != nil {
		return Record{}, err
	}
	return once(ctx, s, by, in.Key, func(tx *db.Tx) (Record, error) {
		areas, err := s.areasToChange(tx, by, in)
		if err != nil {
			return Record{}, err
		}
		symbol, err := cited(tx, by, in.Document)
		if err != nil {
			return Record{}, err
		}
		if symbol == "" {
			symbol = in.Symbol
		}
		r, err := begin(tx, by, Record{What: in.what(by.Now), UnitPath: commonPath(areas), Document: in.Document, Clause: in.Clause, Reason: in.Reason})
		if err != nil {
			return r, err
		}
		value := Value{}
		if !in.Lift {
			value = Value{Class: in.Class, Bundle: in.Bundle, Additions: in.Additions, Document: in.Document, Symbol: symbol, Clause: in.Clause}
		}
		for _, a := range areas {
			if in.Bundle != "" && !s.board.mayChoose(in.Bundle, a.UnitPath) {
				return r, invalid().At("bundle", "zone.choose")
			}
			if err := say(tx, r, Say{a.ID, in.Layer, in.From, in.To, value}); err != nil {
				return r, err
			}
		}
		return r, s.switched(tx, by, r, in.From, areas[0].ID)
	})
}

func (in ChangeInput) what(now instant.Micros) string {
	switch {
	case in.Lift:
		return Lifted
	case in.From < now:
		return Corrected
	default:
		return Urgent
	}
}

// areasToChange are the areas meant, each once; who changes them needs the
// right to decide there.
func (s *Service) areasToChange(tx *db.Tx, by auth.Actor, in ChangeInput) ([]Area, error) {
	var out []Area
	seen := map[string]bool{}
	add := func(a Area) error {
		if seen[a.ID] {
			return nil
		}
		seen[a.ID] = true
		out = append(out, a)
		return requireDecide(by, a.UnitPath)
	}
	for _, id := range in.Units {
		u, err := org.UnitIn(tx, id)
		if err != nil {
			return nil, err
		}
		if err := requireDecide(by, u.Path); err != nil {
			return nil, err
		}
		a, err := s.zoneUnit(tx, by, u)
		if err != nil {
			return nil, err
		}
		if err := add(a); err != nil {
			return nil, err
		}
	}
	for _, id := range in.Areas {
		a, err := AreaIn(tx, id)
		if err != nil {
			return nil, err
		}
		if !a.Holds(max(in.From, a.From)) || a.To <= in.From {
			return nil, fault.New(fault.Conflict, "zone.area_ended", "Name", a.Name, "At", a.To)
		}
		if err := add(a); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// commonPath is the narrowest unit around all areas.
func commonPath(areas []Area) string {
	path := areas[0].UnitPath
	for _, a := range areas[1:] {
		for !strings.HasPrefix(a.UnitPath, path) {
			path = org.ParentPath(path)
		}
	}
	return path
}
