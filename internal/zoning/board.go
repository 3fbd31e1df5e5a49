package zoning

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"phaodai/internal/db"
	"phaodai/internal/instant"
	"phaodai/internal/org"
	"phaodai/internal/timeline"
)

// Board answers from memory what holds where and when. It is filled from the
// database and follows the change log, so that a decision is seen by every
// process within a moment of its commit. It is safe for concurrent use.
type Board struct {
	store *db.DB

	refreshing sync.Mutex // one Refresh at a time

	mu      sync.RWMutex
	nodes   map[string]*node // by id of the area
	codes   map[string]*node // by code on the wall
	units   map[string]*node // by path of the unit that an area is
	within  map[string]set   // by path of the unit in which areas lie
	parts   map[string]set   // by id of the area around
	left    map[string]set   // by path of a unit in which areas lay before
	lines   *timeline.Index[subject, *Value]
	rulings []Ruling
	records []Record // in order of Seq
	last    int64    // newest record that the board has

	own      atomic.Pointer[own] // bundles of localities
	values   map[string]*Value   // one pointer for equal values
	ground   atomic.Pointer[ground]
	regimes  sync.Map // regimeKey -> *Regime
	meanings sync.Map // meaningKey -> *meaning
}

// set is some areas.
type set map[*node]struct{}

func put(sets map[string]set, key string, n *node) {
	if sets[key] == nil {
		sets[key] = set{}
	}
	sets[key][n] = struct{}{}
}

// subject is what has a timeline: an area on a layer.
type subject struct {
	area  *node
	layer Layer
}

// node is an area with what is derived for it.
type node struct {
	area  Area
	moves []move                // in order of Seq
	spans atomic.Pointer[spans] // nil: to be derived anew
}

// spans say which regime holds from which moment on. The moments stand together:
// a search touches few lines of memory.
type spans struct {
	from   []instant.Micros
	regime []*Regime
}

// NewBoard returns an empty board over a store: Refresh fills it.
func NewBoard(store *db.DB) *Board {
	b := &Board{store: store}
	b.clear()
	return b
}

func (b *Board) clear() {
	b.nodes, b.codes, b.units = map[string]*node{}, map[string]*node{}, map[string]*node{}
	b.within, b.parts, b.left = map[string]set{}, map[string]set{}, map[string]set{}
	b.lines, b.values = timeline.NewIndex[subject, *Value](), map[string]*Value{}
	b.rulings, b.records, b.last = nil, nil, 0
	b.ground.Store(&ground{})
	b.own.Store(&own{})
}

// news is what the database has that the board has not.
type news struct {
	areas   []Area
	rows    []row
	records []Record
	rulings []Ruling
	bundles []OwnBundle
	moves   []move
}

// Refresh takes what was decided since the last time.
func (b *Board) Refresh(ctx context.Context) error {
	b.refreshing.Lock()
	defer b.refreshing.Unlock()
	var n news
	if err := b.store.Read(ctx, func(tx *db.Tx) error { return n.read(tx, b.last) }); err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.take(n)
}

func (n *news) read(tx *db.Tx, last int64) error {
	if err := tx.Select(&n.records, "SELECT "+recordColumns+" FROM zone_record WHERE seq > $1 ORDER BY seq", last); err != nil {
		return err
	}
	if len(n.records) == 0 {
		return nil
	}
	if err := tx.Select(&n.bundles, "SELECT "+bundleColumns+" FROM zone_bundle WHERE seq > $1 ORDER BY seq", last); err != nil {
		return err
	}
	if err := tx.Select(&n.moves, "SELECT "+moveColumns+" FROM zone_move WHERE seq > $1 ORDER BY seq", last); err != nil {
		return err
	}
	// A decision marks the areas whose rows it changes.
	if err := tx.Select(&n.areas, "SELECT "+areaColumns+" FROM area WHERE seq > $1", last); err != nil {
		return err
	}
	if err := n.readRows(tx, last); err != nil {
		return err
	}
	return tx.Select(&n.rulings, "SELECT "+rulingColumns+" FROM zone_ruling WHERE seq > $1 ORDER BY seq", last)
}

// readRows reads the rows of the areas that changed. They are named, some at a
// time: a database that guesses how many there are reads the whole table.
func (n *news) readRows(tx *db.Tx, last int64) error {
	if last == 0 {
		return tx.Select(&n.rows, "SELECT "+rowColumns+" FROM zone")
	}
	for part := range slices.Chunk(n.areas, 200) {
		marks, ids := make([]string, len(part)), make([]any, len(part))
		for i, a := range part {
			marks[i], ids[i] = fmt.Sprintf("$%d", i+1), a.ID
		}
		var rows []row
		if err := tx.Select(&rows, "SELECT "+rowColumns+" FROM zone WHERE area IN ("+strings.Join(marks, ", ")+")", ids...); err != nil {
			return err
		}
		n.rows = append(n.rows, rows...)
	}
	return nil
}

// take changes the board; the lock is held.
func (b *Board) take(n news) error {
	if len(n.records) == 0 {
		return nil
	}
	if err := b.takeBundles(n.bundles); err != nil {
		return err
	}
	moved := false
	for _, a := range n.areas {
		moved = b.put(a) || moved
	}
	b.takeMoves(n.moves)
	if err := b.load(n.rows); err != nil {
		return err
	}
	b.rulings, b.records = append(b.rulings, n.rulings...), append(b.records, n.records...)
	b.last = n.records[len(n.records)-1].Seq
	for _, a := range n.areas {
		b.forget(a)
	}
	if moved {
		b.ground.Store(&ground{})
	}
	for _, r := range n.rulings {
		b.forgetUnder(r.UnitPath)
	}
	return nil
}

// put takes an area as it is now, and tells whether it lies elsewhere than
// before.
func (b *Board) put(a Area) (moved bool) {
	n, ok := b.nodes[a.ID]
	if !ok {
		n = &node{}
		b.nodes[a.ID] = n
	} else {
		delete(b.codes, n.area.Code)
		delete(b.within[n.area.UnitPath], n)
		delete(b.parts[n.area.Parent], n)
	}
	moved = !ok || n.area.Shape != a.Shape || !sameNumber(n.area.Lon, a.Lon) || !sameNumber(n.area.Lat, a.Lat)
	n.area = a
	b.codes[a.Code] = n
	put(b.within, a.UnitPath, n)
	put(b.parts, a.Parent, n)
	if a.Kind == UnitKind {
		b.units[a.UnitPath] = n
	}
	return moved
}

func sameNumber(a, b *float64) bool { return a == b || a != nil && b != nil && *a == *b }

// load takes all rows of the areas that changed.
func (b *Board) load(rows []row) error {
	lines := map[subject][]timeline.Row[*Value]{}
	for _, r := range rows {
		n := b.nodes[r.Area]
		if n == nil {
			return fmt.Errorf("zoning: rows of area %s, which is not there", r.Area)
		}
		v, err := b.value(r.Value)
		if err != nil {
			return fmt.Errorf("zoning: area %s on %s: %w", r.Area, r.Layer, err)
		}
		s := subject{n, r.Layer}
		lines[s] = append(lines[s], timeline.Row[*Value]{From: instant.Micros(r.From), To: instant.Micros(r.To), Recorded: r.Recorded, Closed: r.Closed, Value: v})
	}
	for s, l := range lines {
		if err := b.lines.Load(s, l); err != nil {
			return fmt.Errorf("zoning: area %s on %s: %w", s.area.area.ID, s.layer, err)
		}
	}
	return nil
}

// value reads a value, once of all that are equal: regimes made of one are one.
func (b *Board) value(stored string) (*Value, error) {
	if v, ok := b.values[stored]; ok {
		return v, nil
	}
	v := &Value{}
	if err := json.Unmarshal([]byte(stored), v); err != nil {
		return nil, err
	}
	b.values[strings.Clone(stored)] = v
	return v, nil
}

// forget drops what was derived of an area and of all that it contains.
func (b *Board) forget(a Area) {
	if a.Kind == UnitKind {
		b.forgetUnder(a.UnitPath)
		return
	}
	b.forgetParts(b.nodes[a.ID], 1)
}

func (b *Board) forgetParts(n *node, depth int) {
	n.spans.Store(nil)
	if depth > deepest {
		return
	}
	for part := range b.parts[n.area.ID] {
		b.forgetParts(part, depth+1)
	}
}

func (b *Board) forgetUnder(path string) {
	for _, places := range []map[string]set{b.within, b.left} {
		for unit, areas := range places {
			if !strings.HasPrefix(unit, path) {
				continue
			}
			for n := range areas {
				n.spans.Store(nil)
			}
		}
	}
}

// deepest bounds areas in areas.
const deepest = 8

// Area is the area with an id, or with a code.
func (b *Board) Area(idOrCode string) (Area, bool) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	n := b.find(idOrCode)
	if n == nil {
		return Area{}, false
	}
	return n.area, true
}

func (b *Board) find(idOrCode string) *node {
	if n := b.nodes[idOrCode]; n != nil {
		return n
	}
	return b.codes[strings.ToUpper(idOrCode)]
}

// Areas lists the areas in a subtree at a moment, units first, each unit's in
// Vietnamese order.
func (b *Board) Areas(unitPath string, at instant.Micros) []Area {
	b.mu.RLock()
	defer b.mu.RUnlock()
	var out []Area
	for _, n := range b.nodes {
		if strings.HasPrefix(n.area.UnitPath, unitPath) && n.area.Holds(at) {
			out = append(out, n.area)
		}
	}
	slices.SortFunc(out, byPlace)
	return out
}

// SettledAt is the last moment up to another at which an area of a subtree began
// or ended: from then on the same areas are there. 0 when none ever did.
func (b *Board) SettledAt(unitPath string, at instant.Micros) (last instant.Micros) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	for _, n := range b.nodes {
		if !strings.HasPrefix(n.area.UnitPath, unitPath) {
			continue
		}
		for _, t := range [2]instant.Micros{n.area.From, n.area.To} {
			if t <= at {
				last = max(last, t)
			}
		}
	}
	return last
}

// Seq is the newest decision that the board has.
func (b *Board) Seq() int64 {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.last
}

// Zoned lists the units right below one that are zoned, and the areas of the
// unit itself, in Vietnamese order.
func (b *Board) Zoned(unitPath string, at instant.Micros) (units, areas []Area) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	for _, n := range b.nodes {
		a := n.area
		switch {
		case !a.Holds(at):
		case a.Kind == UnitKind && org.ParentPath(a.UnitPath) == unitPath:
			units = append(units, a)
		case a.Kind != UnitKind && a.UnitPath == unitPath && a.Parent == "":
			areas = append(areas, a)
		}
	}
	byName := func(x, y Area) int { return cmp.Or(cmp.Compare(x.SortKey, y.SortKey), cmp.Compare(x.ID, y.ID)) }
	slices.SortFunc(units, byName)
	slices.SortFunc(areas, byName)
	return units, areas
}

// Tops lists the zoned units that lie in no other zoned unit.
func (b *Board) Tops(at instant.Micros) (out []Area) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	for path, n := range b.units {
		if !n.area.Holds(at) {
			continue
		}
		inner := false
		for up := org.ParentPath(path); up != org.Root && up != ""; up = org.ParentPath(up) {
			inner = inner || b.units[up] != nil
		}
		if !inner {
			out = append(out, n.area)
		}
	}
	slices.SortFunc(out, byPlace)
	return out
}

// UnitArea is the area that is the whole unit with a path.
func (b *Board) UnitArea(path string) (Area, bool) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	n := b.units[path]
	if n == nil {
		return Area{}, false
	}
	return n.area, true
}
