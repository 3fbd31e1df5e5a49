package population

import (
	"phaodai/internal/cohort"
	"phaodai/internal/instant"
	"phaodai/internal/org"
	"phaodai/internal/zoning"
)

// classesAt is for which time the engine has the classes of areas.
type classesAt struct {
	seq      int64 // of the board
	from, to instant.Micros
	known    bool
}

// classed brings the classes of areas to a moment: when a decision came, or an
// hour passed at which something changes.
func (s *Service) classed(now instant.Micros) error {
	s.following.Lock()
	defer s.following.Unlock()
	c := s.classes
	if c.known && c.seq == s.board.Seq() && c.from <= now && now < c.to {
		return nil
	}
	next := classesAt{seq: s.board.Seq(), from: 0, to: instant.Forever, known: true}
	var edits []cohort.Edit
	for id, p := range s.areas {
		h, ok := s.heldIn(id, p, now)
		if ok {
			next.from, next.to = max(next.from, h.From), min(next.to, h.To)
		}
		for _, l := range zoning.Layers() {
			class := ""
			if ok {
				class = h.Regime.Of(l).Value.Class
			}
			edits = append(edits, cohort.SetClass{Area: p.code, Layer: string(l), Class: class})
		}
	}
	if err := s.engine.Set(edits...); err != nil {
		return err
	}
	s.classes = next
	return nil
}

// heldIn is what holds in an area; of a ward what holds in it as a whole, or
// around it.
func (s *Service) heldIn(id string, p placed, now instant.Micros) (zoning.Held, bool) {
	if p.ward == "" {
		return s.board.At(id, now)
	}
	for path := p.ward; path != org.Root && path != ""; path = org.ParentPath(path) {
		if a, ok := s.board.UnitArea(path); ok {
			return s.board.At(a.ID, now)
		}
	}
	return zoning.Held{}, false
}
