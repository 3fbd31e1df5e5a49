package org

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/fold"
	"phaodai/internal/instant"
	"phaodai/internal/term"
)

// ChangesInput is a record of changes with what else is known of them.
type ChangesInput struct {
	Changes    UnitChanges
	Succession []Succession                // who came after wards that were removed
	Decrees    map[instant.Micros][]Decree // by the day from which they hold
	Progress   func(done, total int)
}

// ChangesResult counts what an import of changes did.
type ChangesResult struct {
	Events    int        `json:"events"`    // new in the history
	Replaced  int        `json:"replaced"`  // ends of which more is known now
	Ended     int        `json:"ended"`     // units of the past that are here now
	Reached   int        `json:"reached"`   // units whose record reaches further back now
	Known     int        `json:"known"`     // events that were here before
	Elsewhere int        `json:"elsewhere"` // rows of places that this system does not have
	Errors    []RowError `json:"errors"`
}

// ImportChanges writes the changes of former years into the history of the
// units that a national list brought in: when they were founded, renamed and
// moved, and the units that were merged, split or abolished before, with who
// came after them. A unit that was moved under another parent stands in its old
// place as a unit that ended.
//
// Who came after a ward is known from the succession only, never guessed from
// names; a district or province is followed by where its parts went on the day
// that it ended. The same record again changes nothing. It is one transaction.
func (s *Service) ImportChanges(ctx context.Context, by auth.Actor, in ChangesInput) (ChangesResult, error) {
	if err := by.Require(auth.OrgManage, Root, auth.Internal); err != nil {
		return ChangesResult{}, err
	}
	var result ChangesResult
	err := s.store.Write(ctx, func(tx *db.Tx) error {
		c := &chronicler{tx: tx, by: by, s: s, in: in, sorter: fold.NewSorter(), result: ChangesResult{Errors: slices.Clone(in.Changes.Errors)}}
		err := c.run()
		result = c.result
		return err
	})
	return result, err
}

// chronicler writes a record of changes into the history.
type chronicler struct {
	tx     *db.Tx
	by     auth.Actor
	s      *Service
	in     ChangesInput
	sorter *fold.Sorter
	result ChangesResult

	since, until instant.Micros               // the days of the first and the last row
	byCode       map[[2]string][]Unit         // tier and code -> units, ended ones too
	have         map[string]Unit              // by id
	next         map[string][]Succession      // by ward code
	went         map[[2]string][]string       // "district 151 of a day" -> codes of where its parts went
	events       []Event                      // to insert
	old          map[string]map[string]string // unit, day and class -> what is here: kind and successor -> id
	units        []Unit                       // to insert
	from         map[instant.Micros][]string  // units that reach back to a moment
	done         int
}

func (c *chronicler) run() error {
	if len(c.in.Changes.Rows) == 0 {
		return nil
	}
	if err := c.prepare(); err != nil {
		return err
	}
	lines := stays(c.in.Changes.Rows, c.since)
	for _, line := range lines {
		c.settle(line)
	}
	for _, line := range lines {
		for _, st := range line {
			if st.unit.ID != "" {
				c.tell(st)
			}
		}
		c.step(line)
	}
	c.reachBack(lines)
	return c.save()
}

func (c *chronicler) prepare() error {
	if err := c.tx.Lock("unit_list", ""); err != nil {
		return err
	}
	rows := c.in.Changes.Rows
	c.since, c.until = rows[0].At, rows[len(rows)-1].At
	var units []Unit
	if err := c.tx.Select(&units, "SELECT "+unitColumns+" FROM unit ORDER BY id"); err != nil {
		return err
	}
	if len(units) == 0 {
		return fault.New(fault.Conflict, "org.change_no_list")
	}
	c.byCode, c.have, c.from = map[[2]string][]Unit{}, map[string]Unit{}, map[instant.Micros][]string{}
	for _, u := range units {
		c.keep(u)
	}
	c.next = map[string][]Succession{}
	for _, m := range c.in.Succession {
		c.next[m.Code] = append(c.next[m.Code], m)
	}
	c.went = map[[2]string][]string{}
	for _, r := range rows {
		key := [2]string{tierAbove[r.Tier].above + r.OldParent, fmt.Sprint(int64(r.At))}
		if (r.Act == "moved" || r.Act == "renamed+moved") && !slices.Contains(c.went[key], r.NewParent) {
			c.went[key] = append(c.went[key], r.NewParent)
		}
	}
	return c.remember()
}

func (c *chronicler) keep(u Unit) {
	c.have[u.ID] = u
	key := [2]string{u.Tier, u.Code}
	c.byCode[key] = append(c.byCode[key], u)
}

// remember reads which events are here.
func (c *chronicler) remember() error {
	var events []Event
	if err := c.tx.Select(&events, "SELECT "+eventColumns+" FROM unit_event"); err != nil {
		return err
	}
	c.old = map[string]map[string]string{}
	for _, e := range events {
		key := slot(e)
		if c.old[key] == nil {
			c.old[key] = map[string]string{}
		}
		c.old[key][content(e)] = e.ID
	}
	return nil
}

// slot is the place of an event in the history: a unit ends once on a day,
// however much is known of it.
func slot(e Event) string {
	class := string(e.Kind)
	switch e.Kind {
	case Merged, Split, Abolished, Moved:
		class = "end"
	}
	return e.Unit + "|" + fmt.Sprint(int64(e.At)) + "|" + class
}

func content(e Event) string {
	return strings.Join([]string{string(e.Kind), e.Successor, e.OldName, e.NewName, e.Decree, e.Note}, "|")
}

// settle finds or makes the unit of each stay of a code. A code of a place that
// this system does not have is left out.
func (c *chronicler) settle(line []*stay) {
	for _, st := range line {
		var ok bool
		if st.ended() {
			st.unit, ok = c.past(st)
		} else {
			st.unit, ok = c.present(st)
		}
		if !ok {
			c.result.Elsewhere += len(st.rows)
			if st.ended() {
				c.result.Elsewhere++
			}
		}
	}
}

// at is the unit with a code at a moment, else the one that came next.
func (c *chronicler) at(tier, code string, at instant.Micros) (found Unit, ok bool) {
	for _, u := range c.byCode[[2]string{tier, code}] {
		switch {
		case u.Holds(at):
			return u, true
		case u.From > at && (!ok || u.From < found.From):
			found, ok = u, true
		}
	}
	return found, ok
}

// present is the unit in which the rows of a code end.
func (c *chronicler) present(st *stay) (Unit, bool) {
	u, ok := c.at(st.tier, st.code, c.until)
	if ok {
		return u, true
	}
	if _, known := c.at(tierAbove[st.tier].above, st.parent, c.until); known {
		c.wrong(st.row, "org.change_unknown", "Code", st.code)
	}
	return Unit{}, false
}

func (c *chronicler) wrong(r UnitChange, key string, args ...any) {
	c.result.Errors = append(c.result.Errors, RowError{Row: r.Row, Text: r.Text, Key: key, Args: args})
}

// past is the unit of a stay that ended, made when it is not here.
func (c *chronicler) past(st *stay) (Unit, bool) {
	parent, path := Unit{}, Root
	if above := tierAbove[st.tier].above; above != "" {
		var ok bool
		if parent, ok = c.at(above, st.parent, st.to-1); !ok {
			return Unit{}, false
		}
		path = parent.Path
	}
	id := unitID(parent.ID, st.code)
	if u, taken := c.have[id]; taken && u.To != st.to {
		if u.Holds(st.to) && u.From < st.from {
			c.wrong(st.last, "org.change_in_force", "Name", u.Name)
			return Unit{}, false
		}
		// Another unit has the code in this place, then or now.
		id += "." + st.to.In(instant.Vietnam()).Format("20060102")
	}
	if u, here := c.have[id]; here {
		return u, true
	}
	form, short := splitForm(st.name)
	u := Unit{ID: id, Parent: parent.ID, Path: path + id + "/", Code: st.code, Tier: st.tier, Form: form, Name: st.name, ShortName: short,
		Period: Period{From: st.from, To: st.to}, Stamp: stamp(c.by)}
	u.SortKey = unitSortKey(c.sorter, u)
	c.keep(u)
	c.units = append(c.units, u)
	c.result.Ended++
	return u, true
}

// tell writes what happened in a stay, and how it ended.
func (c *chronicler) tell(st *stay) {
	for _, r := range st.rows {
		e := Event{At: r.At, Kind: Renamed, Unit: st.unit.ID, OldName: r.OldName, NewName: r.NewName}
		if r.Act == "added" {
			e.Kind = Founded
		}
		c.write(st, e)
	}
	switch {
	case st.moved() && st.next.unit.ID != "":
		c.write(st, Event{At: st.to, Kind: Moved, Unit: st.unit.ID, Successor: st.next.unit.ID, OldName: st.last.OldName, NewName: st.last.NewName})
	case st.ended():
		c.write(st, c.endings(st)...)
	}
}

// endings are the events with which a removed unit ended, one for each successor.
func (c *chronicler) endings(st *stay) (out []Event) {
	e := Event{At: st.to, Kind: Abolished, Unit: st.unit.ID, OldName: st.last.OldName}
	heirs, note := c.heirs(st)
	e.Note = note
	switch len(heirs) {
	case 0:
		return []Event{e}
	case 1:
		e.Kind = Merged
	default:
		e.Kind = Split
	}
	for _, h := range heirs {
		e.Successor, e.NewName = h.ID, h.Name
		out = append(out, e)
	}
	return out
}

// heirs are the units that came after a removed one, as far as they are known.
func (c *chronicler) heirs(st *stay) (out []Unit, note string) {
	add := func(tier, code string) {
		u, ok := c.at(tier, code, st.to)
		if ok && u.ID != st.unit.ID && !slices.ContainsFunc(out, func(x Unit) bool { return x.ID == u.ID }) {
			out = append(out, u)
		}
	}
	for _, m := range c.next[st.code] {
		if st.tier == "ward" {
			add(st.tier, m.NextCode)
			note = m.Note
		}
	}
	for _, code := range c.went[[2]string{st.tier + st.code, fmt.Sprint(int64(st.to))}] {
		add(st.tier, code)
	}
	text := []rune(note)
	return out, string(text[:min(len(text), 500)])
}

// write adds the events of one slot unless they are here; where less was known
// before, what is known now takes its place.
func (c *chronicler) write(st *stay, events ...Event) {
	above := c.have[st.unit.Parent]
	decree := []rune(decreeFor(c.in.Decrees[events[0].At], c.have[above.Parent].ShortName, above.ShortName, st.unit.ShortName))
	known := c.old[slot(events[0])]
	fresh := make([]Event, 0, len(events))
	for _, e := range events {
		e.Decree = string(decree[:min(len(decree), 300)])
		if _, here := known[content(e)]; here {
			c.result.Known++
			delete(known, content(e))
			continue
		}
		e.ID = c.s.ids.New()
		fresh = append(fresh, e)
	}
	c.events = append(c.events, fresh...)
	c.result.Events += len(fresh)
}

func (c *chronicler) step(line []*stay) {
	for _, st := range line {
		c.done += len(st.rows)
		if st.ended() {
			c.done++
		}
	}
	if c.in.Progress != nil {
		c.in.Progress(c.done, len(c.in.Changes.Rows))
	}
}

// reachBack lets the record of the units that the list of the last day brought
// in begin where their stay began: those without a row were there all the time.
func (c *chronicler) reachBack(lines [][]*stay) {
	began := map[[2]string]instant.Micros{}
	for _, line := range lines {
		st := line[len(line)-1]
		began[[2]string{st.tier, st.code}] = st.from
		if st.ended() {
			began[[2]string{st.tier, st.code}] = instant.Forever // what has the code now came later
		}
	}
	for id, u := range c.have {
		if _, ok := tierAbove[u.Tier]; !ok || u.From > c.until || !u.Holds(c.until) {
			continue
		}
		from, told := began[[2]string{u.Tier, u.Code}]
		if !told {
			from = c.since
		}
		if from < u.From {
			c.from[from] = append(c.from[from], id)
			c.result.Reached++
		}
	}
}

// save writes what was found and the audit of it, if anything is new.
func (c *chronicler) save() error {
	slices.SortStableFunc(c.result.Errors, func(a, b RowError) int { return cmp.Compare(a.Row, b.Row) })
	if err := c.forget(); err != nil {
		return err
	}
	if len(c.units)+len(c.events)+c.result.Reached+c.result.Replaced == 0 {
		return nil
	}
	if err := db.InsertAll(c.tx, "unit", c.units); err != nil {
		return err
	}
	words := map[string]string{}
	for _, u := range c.units {
		words[u.ID] = u.Name + " " + u.Code
	}
	if err := term.IndexNew(c.tx, "unit", words); err != nil {
		return err
	}
	if err := db.InsertAll(c.tx, "unit_event", c.events); err != nil {
		return err
	}
	if err := eventsEnd(c.tx, c.events); err != nil {
		return err
	}
	for from, ids := range c.from {
		if err := c.begin(from, ids); err != nil {
			return err
		}
	}
	return record(c.tx, c.by, "unit_list", c.checksum()[:16], Root, "changes_imported")
}

// forget removes the ends of units of which more is known now.
func (c *chronicler) forget() error {
	for _, e := range c.events {
		for what, id := range c.old[slot(e)] {
			if _, err := c.tx.Exec("DELETE FROM unit_event WHERE id = $1", id); err != nil {
				return err
			}
			delete(c.old[slot(e)], what)
			c.result.Replaced++
		}
	}
	return nil
}

// begin lets units begin at an earlier moment.
func (c *chronicler) begin(from instant.Micros, ids []string) error {
	for part := range slices.Chunk(ids, 400) {
		marks, args := list(4, part)
		_, err := c.tx.Exec(`UPDATE unit SET valid_from = $1, version = version + 1, changed_by = $2, changed_at = $3 WHERE id IN (`+marks+`)`,
			append([]any{int64(from), c.by.Name, int64(c.by.Now)}, args...)...)
		if err != nil {
			return err
		}
	}
	return nil
}

// checksum is the same for the same rows.
func (c *chronicler) checksum() string {
	h := sha256.New()
	for _, r := range c.in.Changes.Rows {
		fmt.Fprintf(h, "%s|%s|%s|%s|%s\n", r.At.Time().Format(time.DateOnly), r.Tier, r.Code, r.Act, r.NewName)
	}
	return hex.EncodeToString(h.Sum(nil))
}
