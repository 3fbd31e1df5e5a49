package org

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/fold"
	"phaodai/internal/instant"
	"phaodai/internal/term"
)

// ImportInput is a list of units in force from a day on.
type ImportInput struct {
	List       UnitList
	Date       instant.Micros // first moment at which the list holds
	Succession []Succession   // who came after units that the list no longer has
	Decree     string         // by which the changes happened, for the history
	Partial    bool           // the list names some units only: nothing ends
	Progress   func(done, total int)
}

// ImportResult counts what an import did.
type ImportResult struct {
	Added   int        `json:"added"`
	Renamed int        `json:"renamed"`
	Ended   int        `json:"ended"`
	Same    int        `json:"same"`
	Kept    int        `json:"kept"` // units that the list lacks and that stay: it is partial or has faulty rows
	Errors  []RowError `json:"errors"`
	Before  bool       `json:"before"` // this very list was loaded before; nothing was done
}

// wholeCountry is from how many provinces on a list speaks for the whole
// country: before July 2025 there were 63, since then 34.
const wholeCountry = 30

// Import brings the units to a national list: new ones are added, renamed ones
// keep their old name in their history, and those that the list no longer has
// end with their successor where it is known. A list of some provinces
// concerns these only. A list that lacks most of what is in force at its own
// tiers is refused unless it says that it is partial. Neighbourhood groups,
// which no list has, end with their ward.
//
// It is one transaction. The same list again does nothing. While a list has
// faulty rows nothing ends and it does not count as loaded, so that it can be
// corrected and read again.
func (s *Service) Import(ctx context.Context, by auth.Actor, in ImportInput) (ImportResult, error) {
	if err := by.Require(auth.OrgManage, Root, auth.Internal); err != nil {
		return ImportResult{}, err
	}
	if in.Date == 0 {
		return ImportResult{}, invalid().At("date", "input.missing")
	}
	var result ImportResult
	err := s.store.Write(ctx, func(tx *db.Tx) error {
		im := &importer{tx: tx, by: by, s: s, in: in, sorter: fold.NewSorter(), result: ImportResult{Errors: in.List.Errors}}
		err := im.run()
		result = im.result
		return err
	})
	return result, err
}

type importer struct {
	tx     *db.Tx
	by     auth.Actor
	s      *Service
	in     ImportInput
	sorter *fold.Sorter
	result ImportResult

	have    map[string]Unit     // by id, ended ones too
	listed  map[string]bool     // ids of the list
	ids     map[string]string   // id of the list -> id here
	byCode  map[string]Unit     // tier and code -> unit of the list
	tiers   map[string]bool     // of the list
	next    map[string][]string // old ward code -> new codes
	notes   map[string]string
	words   map[string]string // new units for the search
	units   []Unit            // to insert
	events  []Event           // to insert
	started bool              // a list was loaded before, so what is new now was founded now
	done    int
}

func (im *importer) run() error {
	sum := im.checksum()
	known, err := im.mayLoad(sum)
	if err != nil || known {
		return err
	}
	if err := im.prepare(); err != nil {
		return err
	}
	for _, u := range im.in.List.Units {
		if err := im.take(u); err != nil {
			return err
		}
	}
	if err := im.insert(); err != nil {
		return err
	}
	if err := im.endMissing(); err != nil {
		return err
	}
	return im.note(sum)
}

// checksum is the same for the same units in the same order.
func (im *importer) checksum() string {
	h := sha256.New()
	for _, u := range im.in.List.Units {
		fmt.Fprintf(h, "%s|%s|%s|%s\n", u.Tier, u.Parent, u.Code, u.Name)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// mayLoad tells whether the list was loaded before, and refuses one that is
// older than the newest: history is written forwards.
func (im *importer) mayLoad(sum string) (known bool, err error) {
	if err := im.tx.Lock("unit_list", ""); err != nil {
		return false, err
	}
	var dates []struct {
		Date     instant.Micros `db:"date"`
		Checksum string         `db:"checksum"`
	}
	if err := im.tx.Select(&dates, "SELECT date, checksum FROM unit_list ORDER BY date"); err != nil {
		return false, err
	}
	for _, d := range dates {
		if d.Date == im.in.Date && d.Checksum == sum {
			im.result.Before, im.result.Same = true, len(im.in.List.Units)
			return true, nil
		}
	}
	im.started = len(dates) > 0
	if im.started && dates[len(dates)-1].Date > im.in.Date {
		return false, fault.New(fault.Conflict, "org.list_older", "Date", dates[len(dates)-1].Date)
	}
	return false, nil
}

func (im *importer) prepare() error {
	var units []Unit
	if err := im.tx.Select(&units, "SELECT "+unitColumns+" FROM unit"); err != nil {
		return err
	}
	im.have, im.listed, im.ids, im.byCode = map[string]Unit{}, map[string]bool{}, map[string]string{}, map[string]Unit{}
	im.words, im.tiers, im.next, im.notes = map[string]string{}, map[string]bool{}, map[string][]string{}, map[string]string{}
	for _, u := range units {
		im.have[u.ID] = u
	}
	for _, m := range im.in.Succession {
		im.next[m.Code] = append(im.next[m.Code], m.NextCode)
		im.notes[m.Code] = m.Note
	}
	parents := map[[2]string]bool{}
	tier := map[string]string{"": ""}
	for _, u := range im.in.List.Units {
		im.tiers[u.Tier], tier[u.ID()] = true, u.Tier
		parents[[2]string{u.Tier, tier[u.Parent]}] = true
	}
	for p := range parents {
		ok, err := mayStand(im.tx, p[0], p[1], im.in.Date)
		if err != nil {
			return err
		}
		if !ok {
			return fault.New(fault.Invalid, "org.list_structure", "Tier", p[0], "Date", im.in.Date)
		}
	}
	return nil
}

// take brings one unit of the list in.
func (im *importer) take(l ListUnit) error {
	im.step()
	parentPath, parent := Root, ""
	if l.Parent != "" {
		parent = im.ids[l.Parent]
		parentPath = im.have[parent].Path
	}
	id := unitID(parent, l.Code)
	old, known := im.have[id]
	if known && old.To <= im.in.Date {
		// The code was given again to another unit.
		id += "." + im.in.Date.In(instant.Vietnam()).Format("200601")
		old, known = im.have[id]
	}
	im.ids[l.ID()], im.listed[id] = id, true
	form, short := splitForm(l.Name)
	u := Unit{ID: id, Parent: parent, Path: parentPath + id + "/", Code: l.Code, Tier: l.Tier, Form: form, Name: l.Name, ShortName: short,
		Period: Period{From: im.in.Date}.orForever(), Stamp: stamp(im.by)}
	if !known {
		u.SortKey = unitSortKey(im.sorter, u)
		im.add(u)
		return nil
	}
	im.byCode[u.Tier+u.Code] = old
	return im.compare(old, u)
}

func (im *importer) add(u Unit) {
	im.have[u.ID], im.byCode[u.Tier+u.Code] = u, u
	im.units = append(im.units, u)
	im.words[u.ID] = u.Name + " " + u.Code
	im.result.Added++
	if im.started {
		im.events = append(im.events, Event{ID: im.s.ids.New(), At: im.in.Date, Kind: Founded, Unit: u.ID, NewName: u.Name, Decree: im.in.Decree})
	}
}

// compare renames a unit that is here under another name.
func (im *importer) compare(old, u Unit) error {
	if old.From > im.in.Date {
		if err := set(im.tx, im.by, "unit", "id", old.ID, []string{"valid_from"}, int64(im.in.Date)); err != nil {
			return err
		}
	}
	if old.Name == u.Name {
		im.result.Same++
		return nil
	}
	im.result.Renamed++
	_, err := im.s.rename(im.tx, im.by, old, u.Name, im.in.Date, im.in.Decree)
	return err
}

func (im *importer) insert() error {
	if err := db.InsertAll(im.tx, "unit", im.units); err != nil {
		return err
	}
	return term.IndexNew(im.tx, "unit", im.words)
}

// endMissing ends what the list no longer has.
func (im *importer) endMissing() error {
	provinces := map[string]bool{}
	for _, u := range im.in.List.Units {
		if u.Tier == "province" {
			provinces["/"+im.ids[u.ID()]+"/"] = true
		}
	}
	var ended []Unit
	for _, u := range im.have {
		province := u.Path[:strings.IndexByte(u.Path[1:], '/')+2]
		concerned := len(provinces) >= wholeCountry || provinces[province]
		if concerned && !im.listed[u.ID] && u.Tier != "group" && u.Holds(im.in.Date) {
			ended = append(ended, u)
		}
	}
	if len(im.in.List.Errors) > 0 || im.in.Partial {
		im.result.Kept = len(ended)
		return db.InsertAll(im.tx, "unit_event", im.events)
	}
	if err := im.refuseRest(ended); err != nil {
		return err
	}
	successor := map[string]Unit{}
	for _, u := range ended {
		im.end(u, successor)
	}
	if err := db.InsertAll(im.tx, "unit_event", im.events); err != nil {
		return err
	}
	if err := eventsEnd(im.tx, im.events); err != nil {
		return err
	}
	return im.close(ended, successor)
}

// refuseRest refuses a list that would end more units of one of its tiers than
// it names: somebody took a part for the whole.
func (im *importer) refuseRest(ended []Unit) error {
	named, gone := map[string]int{}, map[string]int{}
	for _, u := range im.in.List.Units {
		named[u.Tier]++
	}
	for _, u := range ended {
		gone[u.Tier]++
	}
	for tier, n := range gone {
		if im.tiers[tier] && n > named[tier] {
			return fault.New(fault.Conflict, "org.list_partial", "Ended", n, "Named", named[tier])
		}
	}
	return nil
}

// end writes into the history how a unit ended.
func (im *importer) end(u Unit, successor map[string]Unit) {
	im.result.Ended++
	event := Event{At: im.in.Date, Kind: Abolished, Unit: u.ID, OldName: u.Name, Decree: im.in.Decree}
	var next []Unit
	for _, code := range im.next[u.Code] {
		if n, ok := im.named(u.Tier, code); ok && n.ID != u.ID {
			next = append(next, n)
		}
	}
	switch same, moved := im.byCode[u.Tier+u.Code]; {
	case len(next) > 1:
		event.Kind = Split
	case len(next) == 1:
		event.Kind = Merged
	case moved && same.ID != u.ID:
		event.Kind, next = Moved, []Unit{same}
	default:
		next = []Unit{{}}
	}
	note := []rune(im.notes[u.Code])
	event.Note = string(note[:min(len(note), 500)])
	for _, n := range next {
		event.ID, event.Successor, event.NewName = im.s.ids.New(), n.ID, n.Name
		im.events = append(im.events, event)
	}
	successor[u.ID] = next[0]
}

// named is the unit that a succession means. Since July 2025 what comes after a
// ward of a district is of the tier right below the province.
func (im *importer) named(tier, code string) (Unit, bool) {
	if n, ok := im.byCode[tier+code]; ok || tier != "ward" {
		return n, ok
	}
	n, ok := im.byCode["commune"+code]
	return n, ok
}

// close sets the end of the units, of the groups in them and of their offices.
func (im *importer) close(ended []Unit, successor map[string]Unit) error {
	for start := 0; start < len(ended); start += 400 {
		ids := make([]string, 0, 400)
		for _, u := range ended[start:min(start+400, len(ended))] {
			ids = append(ids, u.ID)
		}
		marks, args := list(5, ids)
		at := int64(im.in.Date)
		_, err := im.tx.Exec(`UPDATE unit SET valid_to = $1, version = version + 1, changed_by = $2, changed_at = $3
			WHERE valid_to > $4 AND (id IN (`+marks+`) OR tier = 'group' AND parent IN (`+marks+`))`,
			append([]any{at, im.by.Name, int64(im.by.Now), at}, args...)...)
		if err != nil {
			return err
		}
	}
	offices, err := OfficesUnder(im.tx, Root, "", im.in.Date)
	if err != nil {
		return err
	}
	for _, o := range offices {
		unit := o.Unit
		if im.have[unit].Tier == "group" {
			unit = im.have[unit].Parent
		}
		next, gone := successor[unit]
		if !gone {
			continue
		}
		if err := im.endOffice(o, next); err != nil {
			return err
		}
	}
	return nil
}

func (im *importer) endOffice(o Office, next Unit) error {
	heir := ""
	if next.Path != "" {
		heirs, err := OfficesAt(im.tx, next.Path, o.Kind, im.in.Date)
		if err != nil {
			return err
		}
		if len(heirs) > 0 {
			heir = heirs[0].ID
		}
	}
	return endOffice(im.tx, im.by, o, im.in.Date, heir)
}

// note records that the list was loaded.
func (im *importer) note(sum string) error {
	if len(im.in.List.Errors) == 0 && !im.in.Partial {
		_, err := im.tx.Exec("INSERT INTO unit_list (date, checksum, units, loaded_at) VALUES ($1, $2, $3, $4)",
			int64(im.in.Date), sum, len(im.in.List.Units), int64(im.by.Wall))
		if err != nil {
			return err
		}
	}
	if im.result.Added+im.result.Renamed+im.result.Ended == 0 {
		return nil
	}
	return record(im.tx, im.by, "unit_list", sum[:16], Root, "imported")
}

func (im *importer) step() {
	im.done++
	if im.in.Progress != nil && (im.done%200 == 0 || im.done == len(im.in.List.Units)) {
		im.in.Progress(im.done, len(im.in.List.Units))
	}
}
