package zoning

import (
	"slices"
	"strings"

	"phaodai/internal/db"
	"phaodai/internal/instant"
	"phaodai/internal/org"
	"phaodai/internal/timeline"
)

// move is an area going over to another unit: from a moment of the world on, as
// recorded by a decision.
type move struct {
	Area       string         `db:"area"`
	Seq        int64          `db:"seq"`
	At         instant.Micros `db:"at"`
	FromPath   string         `db:"from_path"`
	FromParent string         `db:"from_parent"`
	ToPath     string         `db:"to_path"`
	ToParent   string         `db:"to_parent"`
}

const moveColumns = "area, seq, at, from_path, from_parent, to_path, to_parent"

// place is where an area lies for a time.
type place struct {
	path, parent string
	before       []string // units in which it lay earlier, the last first
}

// placeAt is where an area lay at a moment, as believed at a point of recorded
// order: a move of which nobody knew yet had not happened.
func (n *node) placeAt(at instant.Micros, seq int64) place {
	if len(n.moves) == 0 {
		return place{path: n.area.UnitPath, parent: n.area.Parent}
	}
	out := place{path: n.moves[0].FromPath, parent: n.moves[0].FromParent}
	for _, m := range n.moves {
		if m.Seq <= seq && m.At <= at {
			out = place{m.ToPath, m.ToParent, append([]string{m.FromPath}, out.before...)}
		}
	}
	return out
}

// takeMoves adds moves to their areas; the lock of the board is held.
func (b *Board) takeMoves(fresh []move) {
	for _, m := range fresh {
		n := b.nodes[m.Area]
		if n == nil {
			continue
		}
		n.moves = append(slices.Clone(n.moves), m)
		slices.SortStableFunc(n.moves, func(x, y move) int { return int(min(max(x.Seq-y.Seq, -1), 1)) })
		put(b.left, m.FromPath, n)
	}
}

// chain is an area with all that contain it at a moment, the narrowest first. A
// unit that ended left decisions which go on until the unit that came after it
// decides: it stands behind that one for the areas that lay in it.
func (b *Board) chain(n *node, at instant.Micros, seq int64) []*node {
	p := n.placeAt(at, seq)
	out := []*node{n}
	parent := p.parent
	for parent != "" && len(out) < deepest {
		up := b.nodes[parent]
		if up == nil {
			break
		}
		out = append(out, up)
		parent = up.placeAt(at, seq).parent
	}
	path := p.path
	if n.area.Kind == UnitKind {
		path = org.ParentPath(path)
	}
	return append(out, b.unitsAround(path, p.before, at)...)
}

// unitsAround are the zoned units of a path from the inside out, and beside each
// depth those of earlier paths that ended.
func (b *Board) unitsAround(path string, before []string, at instant.Micros) (out []*node) {
	for ; path != org.Root && path != ""; path = org.ParentPath(path) {
		if u := b.units[path]; u != nil {
			out = append(out, u)
		}
		for i, old := range before {
			for ; strings.Count(old, "/") >= strings.Count(path, "/"); old = org.ParentPath(old) {
				if u := b.units[old]; u != nil && !u.area.Holds(at) && !slices.Contains(out, u) {
					out = append(out, u)
				}
			}
			before[i] = old
		}
	}
	return out
}

// chains are all that contained an area at any time, as believed.
func (b *Board) chains(n *node, seq int64) [][]*node {
	out := [][]*node{b.chain(n, n.area.From, seq)}
	for _, at := range b.moved(n, seq) {
		out = append(out, b.chain(n, at, seq))
	}
	return out
}

// moved are the moments at which an area, or one around it, went over, as
// believed, and at which a unit in which it lay ended.
func (b *Board) moved(n *node, seq int64) (out []instant.Micros) {
	for up, depth := n, 0; up != nil && depth < deepest; up, depth = b.nodes[up.area.Parent], depth+1 {
		for _, m := range up.moves {
			if m.Seq > seq {
				continue
			}
			out = append(out, m.At)
			for old := m.FromPath; old != org.Root && old != ""; old = org.ParentPath(old) {
				if u := b.units[old]; u != nil && u.area.To != instant.Forever {
					out = append(out, u.area.To)
				}
			}
		}
	}
	return out
}

// goOver writes that an area lies elsewhere from a moment on.
func goOver(tx *db.Tx, r Record, a Area, u org.Unit, parent string, at instant.Micros) error {
	return tx.Insert("zone_move", move{a.ID, r.Seq, at, a.UnitPath, a.Parent, u.Path, parent})
}

// asNow is the point of recorded order at which everything is known.
const asNow = timeline.Open - 1
