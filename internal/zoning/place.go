package zoning

import (
	"cmp"
	"context"
	"slices"
	"sync"

	"phaodai/internal/db"
	"phaodai/internal/geo"
	"phaodai/internal/instant"
	"phaodai/internal/term"
)

// Near is an area in which somebody at a point may be.
type Near struct {
	Area     Area    `json:"area"`
	Inside   bool    `json:"inside"`
	Distance float64 `json:"distance"` // to its border or its point, in metres
}

// reach is how far from its point an area without a shape is looked for.
const reach = 1000.0

// ground is where areas are, derived from the board when it changed.
type ground struct {
	once   sync.Once
	shapes *geo.Index
	points []placed
}

type placed struct {
	id string
	at geo.Point
}

// Locate lists the areas at a point that is known to so many metres, the likeliest
// first: those that hold it, the narrower before the wider; then those drawn
// nearby; then those of which only a point is known.
func (b *Board) Locate(p geo.Point, metres float64, at instant.Micros) []Near {
	b.mu.RLock()
	defer b.mu.RUnlock()
	g := b.groundNow()
	var out []Near
	for _, f := range g.shapes.Near(p, metres) {
		if n := b.nodes[f.ID]; n.area.Holds(at) {
			out = append(out, Near{n.area, f.Inside, f.Distance})
		}
	}
	for _, x := range g.points {
		if d := geo.Distance(x.at, p); d <= reach && b.nodes[x.id].area.Holds(at) {
			out = append(out, Near{b.nodes[x.id].area, false, d})
		}
	}
	slices.SortStableFunc(out, func(x, y Near) int {
		return cmp.Or(first(x.Inside, y.Inside), cmp.Compare(-b.nodes[x.Area.ID].level(), -b.nodes[y.Area.ID].level()),
			cmp.Compare(x.Distance, y.Distance), cmp.Compare(x.Area.ID, y.Area.ID))
	})
	return out[:min(len(out), mostNear)]
}

// mostNear is how many areas a person can choose among.
const mostNear = 12

func first(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	default:
		return 1
	}
}

// groundNow is the ground as it is; the read lock is held. Two who derive it at
// once wait for one.
func (b *Board) groundNow() *ground {
	g := b.ground.Load()
	g.once.Do(func() {
		shapes := map[string]geo.Shape{}
		for id, n := range b.nodes {
			if n.area.Shape != "" {
				if s, err := geo.ParseShape([]byte(n.area.Shape)); err == nil {
					shapes[id] = s
				}
			} else if p, ok := n.area.Point(); ok {
				g.points = append(g.points, placed{id, p})
			}
		}
		g.shapes = geo.NewIndex(shapes)
	})
	return g
}

// Search finds areas and units by words without tones, or by the code on a
// wall, the widest first.
func (s *Service) Search(ctx context.Context, words, unitPath string, now instant.Micros) (out []Area, err error) {
	if a, ok := s.board.Area(words); ok {
		return []Area{a}, nil
	}
	err = s.store.Read(ctx, func(tx *db.Tx) error {
		match, args := term.Match("id", "area", words, 5)
		args = append([]any{unitPath, unitPath + "\U0010FFFF", int64(now), int64(now)}, args...)
		return tx.Select(&out, "SELECT "+areaColumns+` FROM area WHERE unit_path >= $1 AND unit_path < $2 AND valid_from <= $3 AND valid_to > $4
			AND `+match+" ORDER BY CASE WHEN kind = 'unit' THEN 0 ELSE 1 END, sort_key, id LIMIT 50", args...)
	})
	return out, err
}
