package zoning

import (
	"encoding/json"
	"errors"
	"math"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/instant"
	"phaodai/internal/timeline"
)

// Record is one decision about what holds. Its Seq is the recorded order of
// every row that it made.
type Record struct {
	Seq      int64          `db:"seq" json:"seq"`
	At       instant.Micros `db:"at" json:"at"`
	Wall     instant.Micros `db:"wall" json:"wall"`
	What     string         `db:"what" json:"what"`
	UnitPath string         `db:"unit_path" json:"unit_path"`
	Plan     string         `db:"plan" json:"plan,omitempty"`
	Document string         `db:"document" json:"document,omitempty"`
	Clause   string         `db:"clause" json:"clause,omitempty"`
	Reason   string         `db:"reason" json:"reason,omitempty"`
	ByName   string         `db:"by_name" json:"by_name"`
	ByTitle  string         `db:"by_title" json:"by_title"`
}

const recordColumns = "seq, at, wall, what, unit_path, plan, document, clause, reason, by_name, by_title"

// What a record is of.
const (
	Born      = "born"      // areas with their base values
	Enacted   = "enacted"   // plans that a decision approved
	Urgent    = "urgent"    // a change that does not wait for a plan
	Lifted    = "lifted"    // measures ended before their time
	Corrected = "corrected" // something entered late, or wrongly before
	Ruled     = "ruled"     // which layer goes before
	Redrawn   = "redrawn"   // areas renamed, moved, split or ended
	Bundled   = "bundled"   // a bundle of measures of a locality, or its next version
)

// begin opens a decision. All decisions are recorded one after the other: the
// lock is held to the end of the transaction, so that what is seen first has
// the lower number.
func begin(tx *db.Tx, by auth.Actor, r Record) (Record, error) {
	if err := tx.Lock("zone_record", ""); err != nil {
		return r, err
	}
	if err := tx.Get(&r.Seq, "SELECT COALESCE(MAX(seq), 0) + 1 FROM zone_record"); err != nil {
		return r, err
	}
	var last int64
	if err := tx.Get(&last, "SELECT COALESCE(MAX(at), 0) FROM zone_record"); err != nil {
		return r, err
	}
	// A writer who waited comes after who was before him, also by the clock.
	r.At, r.Wall = max(by.Now, instant.Micros(last)), by.Wall
	r.ByName, r.ByTitle = by.Name, by.PostTitle
	return r, tx.Insert("zone_record", r)
}

// row is one stored row of a timeline.
type row struct {
	Area     string `db:"area"`
	Layer    Layer  `db:"layer"`
	From     int64  `db:"valid_from"`
	To       int64  `db:"valid_to"`
	Recorded int64  `db:"recorded"`
	Closed   int64  `db:"closed"`
	Value    string `db:"value"`
}

const rowColumns = "area, layer, valid_from, valid_to, recorded, closed, value"

func (r row) line() (timeline.Row[Value], error) {
	out := timeline.Row[Value]{From: instant.Micros(r.From), To: instant.Micros(r.To), Recorded: r.Recorded, Closed: r.Closed}
	return out, json.Unmarshal([]byte(r.Value), &out.Value)
}

func lines(rows []row) (out []timeline.Row[Value], err error) {
	out = make([]timeline.Row[Value], len(rows))
	for i, r := range rows {
		if out[i], err = r.line(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func stored(area string, layer Layer, r timeline.Row[Value]) row {
	return row{area, layer, int64(r.From), int64(r.To), r.Recorded, r.Closed, text(r.Value)}
}

// born gives areas their base values on every layer from their birth on.
func born(tx *db.Tx, r Record, areas []Area) error {
	var rows []row
	for _, a := range areas {
		for _, l := range Layers() {
			rows = append(rows, stored(a.ID, l, timeline.Begin(a.From, r.Seq, Value{})))
		}
	}
	return db.InsertAll(tx, "zone", rows)
}

// Say is one value that a decision gives an area.
type Say struct {
	Area  string
	Layer Layer
	From  instant.Micros
	To    instant.Micros // Forever when open
	Value Value
}

// say splices one value in.
func say(tx *db.Tx, r Record, in Say) error {
	open, err := openRows(tx, in.Area, in.Layer)
	if err != nil {
		return err
	}
	c, err := timeline.Splice(open, timeline.Assertion[Value]{From: in.From, To: in.To, Recorded: r.Seq, Value: in.Value})
	if err != nil {
		return spliceFault(err, open)
	}
	for _, gone := range c.Closed {
		if err := closeRow(tx, r, in, gone); err != nil {
			return err
		}
	}
	rows := make([]row, len(c.Opened))
	for i, n := range c.Opened {
		rows[i] = stored(in.Area, in.Layer, n)
	}
	if err := db.InsertAll(tx, "zone", rows); err != nil {
		return err
	}
	_, err = tx.Exec("UPDATE area SET seq = $1 WHERE id = $2", r.Seq, in.Area)
	return err
}

// closeRow ends the belief in a row; of one that this decision itself made
// nothing was ever seen, and it goes.
func closeRow(tx *db.Tx, r Record, in Say, gone timeline.Row[Value]) error {
	key := []any{in.Area, string(in.Layer), int64(gone.From), gone.Recorded}
	if gone.Recorded == r.Seq {
		_, err := tx.Exec("DELETE FROM zone WHERE area = $1 AND layer = $2 AND valid_from = $3 AND recorded = $4", key...)
		return err
	}
	_, err := tx.Exec("UPDATE zone SET closed = $5 WHERE area = $1 AND layer = $2 AND valid_from = $3 AND recorded = $4",
		append(key, r.Seq)...)
	return err
}

func openRows(tx *db.Tx, area string, layer Layer) ([]timeline.Row[Value], error) {
	var rows []row
	err := tx.Select(&rows, "SELECT "+rowColumns+" FROM zone WHERE area = $1 AND layer = $2 AND closed = $3 ORDER BY valid_from",
		area, string(layer), openEnd)
	if err != nil {
		return nil, err
	}
	return lines(rows)
}

func spliceFault(err error, open []timeline.Row[Value]) error {
	switch {
	case errors.Is(err, timeline.ErrPeriod):
		return invalid().At("to", "zone.period_backwards")
	case errors.Is(err, timeline.ErrBirth):
		born := instant.Micros(0)
		if len(open) > 0 {
			born = open[0].From
		}
		return invalid().At("from", "zone.before_birth", "Born", born)
	default:
		return err
	}
}

// openEnd is the closed column of rows that are still believed.
const openEnd = int64(math.MaxInt64)

// without is what would be believed of the period of a row had a plan never been
// approved: what was believed when it was, but for an earlier plan of the ward
// which that approval took back before its start.
func without(tx *db.Tx, x row, p Plan) ([]timeline.Row[Value], error) {
	all, err := linesOf(tx, x)
	if err != nil {
		return nil, err
	}
	approved := timeline.Open
	for _, r := range all {
		if r.Value.Plan == p.ID { // what came later cut its rows, and recorded the pieces anew
			approved = min(approved, r.Recorded)
		}
	}
	var at instant.Micros
	if err := tx.Get(&at, "SELECT at FROM zone_record WHERE seq = $1", approved); err != nil {
		return nil, err
	}
	var out []timeline.Row[Value]
	for _, r := range all {
		if r.Recorded >= approved || r.Closed < approved || int64(r.From) >= x.To || int64(r.To) <= x.From {
			continue
		}
		r.From, r.To = max(r.From, instant.Micros(x.From)), min(r.To, instant.Micros(x.To))
		before, err := tookBack(tx, r.Value, p, at)
		if err != nil {
			return nil, err
		}
		if before == nil {
			out = append(out, r)
			continue
		}
		piece := x
		piece.From, piece.To = int64(r.From), int64(r.To)
		earlier, err := without(tx, piece, *before)
		if err != nil {
			return nil, err
		}
		out = append(out, earlier...)
	}
	return out, nil
}

// tookBack is the plan of a value, if the approval of another plan of its ward
// came before its start.
func tookBack(tx *db.Tx, v Value, by Plan, at instant.Micros) (*Plan, error) {
	if v.Plan == "" {
		return nil, nil
	}
	p, err := PlanIn(tx, v.Plan)
	if err != nil || p.Unit != by.Unit || p.StartsAt <= at {
		return nil, err
	}
	return &p, nil
}

// linesOf are all rows of the area and layer of a row, whenever believed.
func linesOf(tx *db.Tx, x row) ([]timeline.Row[Value], error) {
	var rows []row
	err := tx.Select(&rows, "SELECT "+rowColumns+" FROM zone WHERE area = $1 AND layer = $2 ORDER BY valid_from, recorded", x.Area, string(x.Layer))
	if err != nil {
		return nil, err
	}
	return lines(rows)
}
