package zoning_test

import (
	"context"
	"crypto/rand"
	"fmt"
	mrand "math/rand/v2"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/demo"
	"phaodai/internal/directive"
	"phaodai/internal/id"
	"phaodai/internal/instant"
	"phaodai/internal/org"
	"phaodai/internal/testkit"
	"phaodai/internal/timeline"
	"phaodai/internal/zoning"
)

const (
	histories = 500 // wards, each with a history of its own
	steps     = 6
	hour      = instant.Micros(3600 * 1_000_000)
)

// dawn is when the ground of the histories is there.
var dawn = demo.At(1, 0, 0)

// starts are the hours of the plans, counted from dawn: decisions come before,
// on and after them, in any order.
var starts = []struct {
	layer zoning.Layer
	at    instant.Micros
}{{zoning.DistrictArea, 12}, {zoning.DistrictArea, 30}, {zoning.DistrictArea, 31}, {zoning.DistrictArea, 70}, {zoning.CityZone, 25}, {zoning.CityZone, 60}}

// chronicle is one store in which all wards live side by side.
type chronicle struct {
	*testing.T
	d     *db.DB
	s     *zoning.Service
	seed  uint64
	wards []*ward
	top   *naive
}

// ward is a ward with its history and the model of it.
type ward struct {
	*naive
	c     *chronicle
	n     int
	unit  string
	r     *mrand.Rand
	clock instant.Micros
	plans map[int]string // by place in starts, that no decision has approved yet
	log   []string
}

// TestAnyHistoryHoldsOneRegimeAtEveryMoment decides random things about 500
// wards in one store, many at once: areas in areas, changes and liftings in the
// past and ahead, plans approved in any order, late and before one that was to
// start, corrections and rulings. After every step of every ward the board that
// followed along and one that is read afresh say what a naive model says, and
// the stored rows leave no gap and no overlap at any point of recorded order.
func TestAnyHistoryHoldsOneRegimeAtEveryMoment(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		c := &chronicle{T: t, d: d, seed: uint64(time.Now().UnixNano())}
		if n, err := strconv.ParseUint(os.Getenv("HISTORY_SEED"), 10, 64); err == nil {
			c.seed = n
		}
		t.Logf("HISTORY_SEED=%d repeats what was decided (not what came first of two at once)", c.seed)
		c.found()
		for step := range steps {
			c.each(func(w *ward) { w.step(step) })
			c.district(step)
			c.compare(step)
		}
		c.whole()
	})
}

// each lets many wards act at once.
func (c *chronicle) each(do func(*ward)) {
	var wg sync.WaitGroup
	next := make(chan *ward)
	for range 8 {
		wg.Go(func() {
			for w := range next {
				do(w)
			}
		})
	}
	for _, w := range c.wards {
		next <- w
	}
	close(next)
	wg.Wait()
	if c.Failed() {
		c.FailNow()
	}
}

func (c *chronicle) must(err error) {
	c.Helper()
	if err != nil {
		c.Fatalf("seed %d: %v", c.seed, err)
	}
}

// boss may do everything everywhere.
func boss(now instant.Micros) auth.Actor {
	return auth.Actor{Account: "boss", Name: "Boss", PostTitle: "Boss", Office: "d-ubnd", UnitPath: "/p/d/", Now: now, Wall: now,
		Grants: []auth.Grant{{Role: "unit_head", Path: "/", Level: auth.Restricted}, {Role: "zone_clerk", Path: "/", Level: auth.Restricted},
			{Role: "system", Path: "/", Level: auth.Restricted}, {Role: "adviser", Path: "/", Level: auth.Restricted}}}
}

// found makes the units, the areas, and rounds with a plan of each ward.
func (c *chronicle) found() {
	ids := id.NewSource(time.Now, rand.Reader)
	c.s = zoning.New(c.d, ids, directive.New(c.d, ids, directive.Tools{}))
	b := org.Batch{Units: []org.Unit{{ID: "p", Tier: "province", Name: "Tỉnh thử"}, {ID: "d", Parent: "p", Tier: "district", Name: "Quận thử"}},
		Offices: []org.Office{{ID: "d-ubnd", Unit: "d", Kind: org.UBND, Line: org.State, Name: "UBND quận"}}}
	for n := range histories {
		unit := fmt.Sprintf("w%03d", n)
		b.Units = append(b.Units, org.Unit{ID: unit, Parent: "d", Code: unit, Tier: "ward", Name: "Phường " + unit})
		b.Offices = append(b.Offices, org.Office{ID: unit + "-ubnd", Unit: unit, Kind: org.UBND, Line: org.State, Name: "UBND phường " + unit})
		c.wards = append(c.wards, &ward{naive: &naive{unsaid: map[string]int64{}}, c: c, n: n, unit: unit,
			r: mrand.New(mrand.NewPCG(c.seed, uint64(n))), clock: dawn, plans: map[int]string{}})
	}
	for i := range b.Units {
		b.Units[i].From = dawn
	}
	for i := range b.Offices {
		b.Offices[i].From = dawn
	}
	c.must(c.d.Write(c.Context(), func(tx *db.Tx) error { return org.Load(tx, boss(dawn), b) }))
	c.rounds()
	c.top = &naive{unsaid: map[string]int64{}}
	c.top.ward = c.unitArea("/p/d/", c.top)
	c.each(func(w *ward) {
		w.above = c.top
		w.ward = c.unitArea("/p/d/"+w.unit+"/", w.naive)
		w.born(w.ward, 2+w.r.IntN(2))
		if w.r.IntN(2) == 0 {
			w.born(w.places[1].id, 2)
		}
	})
}

func (c *chronicle) unitArea(path string, m *naive) string {
	a, ok := c.s.Board().UnitArea(path)
	if !ok {
		c.Errorf("%s is not zoned", path)
	}
	m.places = []place{{id: a.ID, birth: a.From}}
	return a.ID
}

// rounds opens the rounds; how a ward fills its plan and the district signs is
// shown elsewhere.
func (c *chronicle) rounds() {
	for i, x := range starts {
		table := *lbarea(c.T)
		table.Layer = string(x.layer)
		sc, err := c.s.SaveScheme(c.Context(), boss(dawn), zoning.SchemeInput{Unit: "d", Table: &table, Bundles: choices})
		c.must(err)
		round, err := c.s.OpenRound(c.Context(), boss(dawn), zoning.RoundInput{Title: "Thử", Unit: "d", Office: "d-ubnd", Scheme: sc.ID, StartsAt: dawn + x.at*hour})
		c.must(err)
		c.must(c.d.Read(c.Context(), func(tx *db.Tx) error {
			var rows []struct {
				ID   string `db:"id"`
				Unit string `db:"unit"`
			}
			if err := tx.Select(&rows, "SELECT id, unit FROM zone_plan WHERE round = $1 ORDER BY unit", round.ID); err != nil {
				return err
			}
			for n, r := range rows {
				c.wards[n].plans[i] = r.ID
			}
			return nil
		}))
	}
}

// born draws areas in an area of the ward, or in the ward itself.
func (w *ward) born(inside string, n int) {
	var in []zoning.AreaInput
	for i := range n {
		x := zoning.AreaInput{Unit: w.unit, Kind: "lane", Name: fmt.Sprintf("Ngõ %d/%d", len(w.places), i)}
		if inside != w.ward {
			x.Parent = inside
		}
		in = append(in, x)
	}
	areas, err := w.c.s.AddAreas(w.c.Context(), boss(w.clock), w.unit, "", in)
	if err != nil {
		w.fail("areas: %v", err)
		return
	}
	for _, a := range areas {
		w.places = append(w.places, place{a.ID, inside, a.From})
	}
}

func (w *ward) fail(format string, args ...any) {
	w.c.Errorf("HISTORY_SEED=%d, ward %d: %s\ndecided:%v", w.c.seed, w.n, fmt.Sprintf(format, args...), w.log)
}

func (w *ward) note(format string, args ...any) {
	w.log = append(w.log, "\n"+fmt.Sprintf("%4.1f ", float64(w.clock-dawn)/float64(hour))+fmt.Sprintf(format, args...))
}

// step does one random thing.
func (w *ward) step(n int) {
	w.clock = max(w.clock, dawn+instant.Micros(n)*8*hour+instant.Micros(w.r.IntN(8))*hour)
	switch k := w.r.IntN(10); {
	case k < 4:
		w.change()
	case k < 8:
		w.decide()
	case k == 8:
		w.rule()
	default:
		w.born(w.places[w.r.IntN(min(3, len(w.places)))].id, 1)
	}
}

// period is some hours before, at or after now.
func (w *ward) period(birth instant.Micros) (from, to instant.Micros) {
	from = max(birth, w.clock+instant.Micros(w.r.IntN(40)-20)*hour)
	if w.r.IntN(4) == 0 {
		from = w.clock
	}
	if to = instant.Forever; w.r.IntN(2) == 0 {
		to = from + instant.Micros(1+w.r.IntN(30))*hour
	}
	return from, to
}

// change decides, lifts or corrects without a plan.
func (w *ward) change() {
	p := w.places[w.r.IntN(len(w.places))]
	in := zoning.ChangeInput{Layer: zoning.Layers()[w.r.IntN(4)], Class: fmt.Sprint("C", w.r.IntN(1000)), Bundle: "CT15", Reason: "thử"}
	in.From, in.To = w.period(p.birth)
	if w.r.IntN(4) == 0 {
		in.Lift, in.Class, in.Bundle = true, "", ""
	}
	if p.id == w.ward {
		in.Units = []string{w.unit}
	} else {
		in.Areas = []string{p.id}
	}
	rec, err := w.c.s.Change(w.c.Context(), boss(w.clock), in)
	if err != nil {
		w.fail("change: %v", err)
		return
	}
	w.note("%d: %q on %s of %s from %.1f to %.1f", rec.Seq, in.Class, in.Layer, p.id[len(p.id)-4:], hours(in.From), hours(in.To))
	w.words = append(w.words, word{rec.Seq, p.id, in.Layer, in.From, in.To, in.Class, ""})
}

func hours(at instant.Micros) float64 { return float64(at-dawn) / float64(hour) }

// decide issues the decision that approves one of the plans that are left, in
// any order.
func (w *ward) decide() {
	if len(w.plans) == 0 {
		return
	}
	var left []int
	for i := range starts {
		if _, ok := w.plans[i]; ok {
			left = append(left, i)
		}
	}
	i := left[w.r.IntN(len(left))]
	plan, marks := w.plans[i], map[string]string{}
	delete(w.plans, i)
	for _, p := range w.places[1:] {
		if w.r.IntN(5) > 0 {
			marks[p.id] = fmt.Sprint("A0", 1+w.r.IntN(3))
		}
	}
	if len(marks) == 0 {
		marks[w.places[1].id] = "A02"
	}
	seq := int64(0)
	err := w.c.d.Write(w.c.Context(), func(tx *db.Tx) error { return w.issue(tx, plan, marks, &seq) })
	if err != nil {
		w.fail("plan: %v", err)
		return
	}
	rec, ok := w.c.s.Board().Record(seq)
	if !ok {
		w.fail("the board has no record %d", seq)
	}
	w.note("%d: plan %s from %d on %s: %v", seq, plan[len(plan)-4:], starts[i].at, starts[i].layer, marks)
	w.decided(approved{id: plan, layer: starts[i].layer, start: dawn + starts[i].at*hour}, seq, rec.At, marks)
}

// issue is what happens to a plan in the transaction that issues its decision.
func (w *ward) issue(tx *db.Tx, plan string, marks map[string]string, seq *int64) error {
	for area, class := range marks {
		_, err := tx.Exec(`INSERT INTO zone_plan_line (plan, area, class, bundle, additions, gates, person, phone, reason, suggested)
			VALUES ($1, $2, $3, 'CT15', '[]', 0, '', '', '', '{}')`, plan, area, class)
		if err != nil {
			return err
		}
	}
	doc := "decision-" + plan
	if _, err := tx.Exec("UPDATE zone_plan SET state = 'deciding', decision = $1, scheme_version = 1 WHERE id = $2", doc, plan); err != nil {
		return err
	}
	if err := w.c.s.Issued(tx, boss(w.clock), directive.Document{ID: doc, Symbol: "1/QĐ-UBND"}); err != nil {
		return err
	}
	return tx.Get(seq, "SELECT seq FROM zone_record WHERE document = $1", doc)
}

func (w *ward) rule() {
	i := w.r.IntN(4)
	in := zoning.RuleInput{Unit: w.unit, Winner: zoning.Layers()[i], Loser: zoning.Layers()[(i+1+w.r.IntN(3))%4], Reason: "thử"}
	in.From, in.To = w.period(dawn)
	r, err := w.c.s.Rule(w.c.Context(), boss(w.clock), in)
	if err != nil {
		w.fail("ruling: %v", err)
		return
	}
	w.note("%d: %s before %s from %.1f to %.1f", r.Seq, in.Winner, in.Loser, hours(in.From), hours(in.To))
	w.rulings = append(w.rulings, ruled{r.Seq, in.Winner, in.Loser, in.From, in.To})
}

// district decides for all wards at once, now and then.
func (c *chronicle) district(step int) {
	if step%3 != 1 {
		return
	}
	from := dawn + instant.Micros(step*8)*hour
	rec, err := c.s.Change(c.Context(), boss(from+8*hour), zoning.ChangeInput{Units: []string{"d"}, Layer: zoning.Layers()[step%4],
		Class: fmt.Sprint("D", step), Bundle: "HN17", From: from, Reason: "thử"})
	c.must(err)
	c.top.words = append(c.top.words, word{rec.Seq, c.top.ward, zoning.Layers()[step%4], from, instant.Forever, fmt.Sprint("D", step), ""})
}

// compare holds both boards against the models.
func (c *chronicle) compare(step int) {
	fresh := zoning.NewBoard(c.d)
	c.must(fresh.Refresh(context.Background())) // refuses gaps and overlaps
	n := 0
	for _, w := range c.wards {
		for _, b := range map[string]*zoning.Board{"that followed": c.s.Board(), "read afresh": fresh} {
			n += w.believed(b)
		}
		n += w.then(fresh, 4)
		n += w.then(c.s.Board(), 4)
	}
	if c.Failed() {
		c.FailNow()
	}
	if step == steps-1 {
		c.Logf("%d answers compared after the last step", n)
	}
}

// believed compares what is believed now, at every moment.
func (w *ward) believed(b *zoning.Board) (n int) {
	moments := w.moments()
	for _, p := range w.places {
		for _, m := range moments {
			want, ok := w.answer(p.id, m, now)
			h, found := b.At(p.id, m)
			if found && (m < h.From || m >= h.To) {
				w.fail("%s at %.4f is held from %.4f to %.4f", p.id, hours(m), hours(h.From), hours(h.To))
			}
			w.same(fmt.Sprintf("%s at %.4f", p.id[len(p.id)-4:], hours(m)), h, found, want, ok)
			n++
		}
	}
	return n
}

// then compares what was believed at some points of recorded order.
func (w *ward) then(b *zoning.Board, times int) int {
	moments, points := w.moments(), w.points()
	if len(points) == 0 {
		return 0
	}
	for range times {
		p, m := w.places[w.r.IntN(len(w.places))], moments[w.r.IntN(len(moments))]
		rec, _ := b.Record(points[w.r.IntN(len(points))])
		known := rec.At
		for next, ok := b.Record(rec.Seq + 1); ok && next.At <= known; next, ok = b.Record(next.Seq + 1) {
			rec = next // several decisions of one moment are known together
		}
		want, ok := w.answer(p.id, m, rec.Seq)
		h, found := b.AsOf(p.id, m, known)
		w.same(fmt.Sprintf("%s at %.4f as of %d", p.id[len(p.id)-4:], hours(m), rec.Seq), h, found, want, ok)
	}
	return times
}

func (w *ward) same(what string, h zoning.Held, found bool, want reply, ok bool) {
	if w.c.Failed() {
		return // the first is enough
	}
	if found != ok {
		w.fail("%s: there is %v, the model has %v", what, found, ok)
		return
	}
	if !ok {
		return
	}
	var got reply
	for i, s := range h.Regime.States {
		got.class[i], got.plan[i], got.area[i] = s.Value.Class, s.Value.Plan, s.Area
	}
	if h.Regime.Ruling != nil {
		got.ruled = h.Regime.Ruling.Seq
	}
	if got != want {
		w.fail("%s: %+v, the model has %+v", what, got, want)
	}
}

// whole looks at the rows of every area and layer at every point of recorded
// order.
func (c *chronicle) whole() {
	var rows []struct {
		Area     string `db:"area"`
		Layer    string `db:"layer"`
		From     int64  `db:"valid_from"`
		To       int64  `db:"valid_to"`
		Recorded int64  `db:"recorded"`
		Closed   int64  `db:"closed"`
	}
	c.must(c.d.Read(c.Context(), func(tx *db.Tx) error {
		return tx.Select(&rows, "SELECT area, layer, valid_from, valid_to, recorded, closed FROM zone ORDER BY area, layer, valid_from, recorded")
	}))
	lines := map[[2]string][]timeline.Row[int]{}
	for _, r := range rows {
		key := [2]string{r.Area, r.Layer}
		lines[key] = append(lines[key], timeline.Row[int]{From: instant.Micros(r.From), To: instant.Micros(r.To), Recorded: r.Recorded, Closed: r.Closed})
	}
	for key, all := range lines {
		for _, point := range all {
			var then []timeline.Row[int]
			for _, r := range all {
				if r.Recorded <= point.Recorded && point.Recorded < r.Closed {
					then = append(then, r)
				}
			}
			if err := timeline.Partition(then); err != nil {
				c.Fatalf("HISTORY_SEED=%d: %s on %s as of %d: %v", c.seed, key[0], key[1], point.Recorded, err)
			}
		}
	}
	c.Logf("%d rows on %d lines", len(rows), len(lines))
}
