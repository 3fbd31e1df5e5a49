package org

import (
	"context"
	"fmt"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/instant"
	"phaodai/internal/term"
)

// read runs fn for an actor who may read the organisation. Who answers for what
// is known to every officer; how to reach a person is shown by mayCall.
func (s *Service) read(ctx context.Context, by auth.Actor, fn func(*db.Tx) error) error {
	switch {
	case !by.SignedIn():
		return fault.New(fault.Unsigned, "auth.unsigned")
	case !by.Anywhere(auth.OrgRead):
		return fault.New(fault.Denied, "auth.denied", "Right", string(auth.OrgRead))
	}
	return s.store.Read(ctx, fn)
}

// mayCall tells whether an actor sees how to reach people of a unit: those
// below him and those above him.
func mayCall(by auth.Actor, unitPath string) bool {
	return by.Can(auth.OrgRead, unitPath, auth.Internal) || Within(by.UnitPath, unitPath)
}

// hide takes out how to reach holders whom the actor may not call.
func hide(by auth.Actor, unitPath string, holders []PostHolder) []PostHolder {
	for i := range holders {
		holders[i].Person = masked(by, unitPath, holders[i].Person)
	}
	return holders
}

// masked is a person of a unit as the actor may see him.
func masked(by auth.Actor, unitPath string, p Person) Person {
	if by.Person != p.ID && !mayCall(by, unitPath) {
		p.Phone, p.Email = "", ""
	}
	return p
}

// OfficeView is an office with its posts and who holds them.
type OfficeView struct {
	Office  Office       `json:"office"`
	Aliases []string     `json:"aliases"`
	Holders []PostHolder `json:"holders"`
}

// HistoryEntry is an event of a unit with the other unit that it names.
type HistoryEntry struct {
	Event Event `json:"event"`
	Other Unit  `json:"other"` // the successor, or for a successor the one before; without ID when there is none
}

// UnitView is everything about a unit at a moment.
type UnitView struct {
	Unit     Unit           `json:"unit"`
	Name     string         `json:"name"`  // at that moment
	Above    []Unit         `json:"above"` // from the province down, without the unit
	Parts    []Unit         `json:"parts"`
	Offices  []OfficeView   `json:"offices"`
	Owners   []PostHolder   `json:"owners"` // members in charge of it
	OnDuty   []DutyEntry    `json:"on_duty"`
	Hotlines []Hotline      `json:"hotlines"`
	History  []HistoryEntry `json:"history"`
	At       instant.Micros `json:"at"`
}

// Unit returns a unit with its offices and history at a moment (0 is now).
func (s *Service) Unit(ctx context.Context, by auth.Actor, id string, at instant.Micros) (v UnitView, err error) {
	if at == 0 {
		at = by.Now
	}
	err = s.read(ctx, by, func(tx *db.Tx) error {
		v, err = unitView(tx, by, id, at)
		return err
	})
	return v, err
}

func unitView(tx *db.Tx, by auth.Actor, id string, at instant.Micros) (UnitView, error) {
	u, err := UnitIn(tx, id)
	if err != nil {
		return UnitView{}, err
	}
	v := UnitView{Unit: u, At: at}
	if v.Name, err = NameAt(tx, u, at); err != nil {
		return v, err
	}
	if v.Above, err = UnitsAbove(tx, ParentPath(u.Path)); err != nil {
		return v, err
	}
	if v.Parts, err = UnitsIn(tx, u.ID, at); err != nil {
		return v, err
	}
	if v.Owners, err = AreaOwners(tx, u.Path, at); err != nil {
		return v, err
	}
	v.Owners = hide(by, u.Path, v.Owners)
	if v.OnDuty, err = OnDuty(tx, by, u.Path, at); err != nil {
		return v, err
	}
	if v.Hotlines, err = HotlinesOf(tx, u.Path, at, false); err != nil {
		return v, err
	}
	if v.History, err = historyView(tx, u); err != nil {
		return v, err
	}
	offices, err := OfficesAt(tx, u.Path, "", at)
	if err != nil {
		return v, err
	}
	for _, o := range offices {
		ov, err := officeView(tx, by, o, at)
		if err != nil {
			return v, err
		}
		v.Offices = append(v.Offices, ov)
	}
	return v, nil
}

func officeView(tx *db.Tx, by auth.Actor, o Office, at instant.Micros) (OfficeView, error) {
	v := OfficeView{Office: o}
	var err error
	if v.Aliases, err = AliasesOf(tx, o.ID); err != nil {
		return v, err
	}
	v.Holders, err = PostsOf(tx, o.ID, at)
	hide(by, o.UnitPath, v.Holders)
	return v, err
}

func historyView(tx *db.Tx, u Unit) (out []HistoryEntry, err error) {
	events, err := History(tx, u.ID)
	if err != nil {
		return nil, err
	}
	for _, e := range events {
		entry := HistoryEntry{Event: e}
		other := e.Successor
		if e.Successor == u.ID {
			other = e.Unit
		}
		if other != "" && other != u.ID {
			if entry.Other, err = UnitIn(tx, other); err != nil {
				return nil, err
			}
		}
		out = append(out, entry)
	}
	return out, nil
}

// Office returns an office with its posts at a moment (0 is now).
func (s *Service) Office(ctx context.Context, by auth.Actor, id string, at instant.Micros) (v OfficeView, err error) {
	if at == 0 {
		at = by.Now
	}
	err = s.read(ctx, by, func(tx *db.Tx) error {
		o, err := OfficeIn(tx, id)
		if err != nil {
			return err
		}
		v, err = officeView(tx, by, o, at)
		return err
	})
	return v, err
}

// Tiers lists the tiers.
func (s *Service) Tiers(ctx context.Context, by auth.Actor) (tiers []Tier, err error) {
	err = s.read(ctx, by, func(tx *db.Tx) error {
		tiers, err = TiersIn(tx)
		return err
	})
	return tiers, err
}

// Tree returns the units directly below one ("" for the top) at a moment.
func (s *Service) Tree(ctx context.Context, by auth.Actor, parent string, at instant.Micros) (units []Unit, err error) {
	if at == 0 {
		at = by.Now
	}
	err = s.read(ctx, by, func(tx *db.Tx) error {
		units, err = UnitsIn(tx, parent, at)
		return err
	})
	return units, err
}

// Find says what to look for.
type Find struct {
	Words string         // without tones; "" is all
	Under string         // path of a unit
	Tier  string         // units only
	Kind  Kind           // offices only
	At    instant.Micros // 0 is now
	After string         // the cursor of the last row of the page before
	Limit int            // 0 is 50, at most 500
}

// Found is one page of results.
type Found[T any] struct {
	Rows []T    `json:"rows"`
	Next string `json:"next"` // cursor of the next page, "" at the end
}

func (f Find) limit() int {
	if f.Limit <= 0 || f.Limit > 500 {
		return 50
	}
	return f.Limit
}

// conditions builds the part of a query that units and offices share. The
// cursor is the sort key and the id of the last row.
func (f Find) conditions(kind, pathColumn string, now instant.Micros) (string, []any) {
	at := f.At
	if at == 0 {
		at = now
	}
	under := f.Under
	if under == "" {
		under = Root
	}
	args := []any{int64(at), int64(at), under, end(under)}
	where := " WHERE valid_from <= $1 AND valid_to > $2 AND " + pathColumn + " >= $3 AND " + pathColumn + " < $4"
	match, more := term.Match("id", kind, f.Words, len(args)+1)
	where, args = where+" AND "+match, append(args, more...)
	if f.After != "" {
		where += fmt.Sprintf(" AND sort_key || ' ' || id > $%d", len(args)+1)
		args = append(args, f.After)
	}
	return where, args
}

// FindUnits searches units by words without tones.
func (s *Service) FindUnits(ctx context.Context, by auth.Actor, f Find) (out Found[Unit], err error) {
	where, args := f.conditions("unit", "path", by.Now)
	if f.Tier != "" {
		where += fmt.Sprintf(" AND tier = $%d", len(args)+1)
		args = append(args, f.Tier)
	}
	query := "SELECT " + unitColumns + " FROM unit" + where + fmt.Sprintf(" ORDER BY sort_key || ' ' || id LIMIT %d", f.limit()+1)
	err = s.read(ctx, by, func(tx *db.Tx) error { return tx.Select(&out.Rows, query, args...) })
	return cutPage(out, f.limit(), func(u Unit) string { return u.SortKey + " " + u.ID }), err
}

// FindOffices searches offices by their names and aliases.
func (s *Service) FindOffices(ctx context.Context, by auth.Actor, f Find) (out Found[Office], err error) {
	where, args := f.conditions("office", "unit_path", by.Now)
	if f.Kind != "" {
		where += fmt.Sprintf(" AND kind = $%d", len(args)+1)
		args = append(args, f.Kind)
	}
	query := "SELECT " + officeColumns + " FROM office" + where + fmt.Sprintf(" ORDER BY sort_key || ' ' || id LIMIT %d", f.limit()+1)
	err = s.read(ctx, by, func(tx *db.Tx) error { return tx.Select(&out.Rows, query, args...) })
	return cutPage(out, f.limit(), func(o Office) string { return o.SortKey + " " + o.ID }), err
}

func cutPage[T any](page Found[T], limit int, cursor func(T) string) Found[T] {
	if len(page.Rows) > limit {
		page.Rows = page.Rows[:limit]
		page.Next = cursor(page.Rows[limit-1])
	}
	return page
}

// PersonView is an officer with the posts held at a moment.
type PersonView struct {
	Person           Person           `json:"person"`
	Posts            []ActingPost     `json:"posts"`
	Responsibilities []Responsibility `json:"responsibilities"`
}

// FindPeople searches officers by name; how to reach them is shown where the
// actor may call one of their offices.
func (s *Service) FindPeople(ctx context.Context, by auth.Actor, f Find) (out Found[PersonView], err error) {
	match, args := term.Match("id", "officer", f.Words, 1)
	where := " WHERE " + match
	if f.After != "" {
		where += fmt.Sprintf(" AND sort_key || ' ' || id > $%d", len(args)+1)
		args = append(args, f.After)
	}
	query := "SELECT " + personColumns + " FROM person" + where + fmt.Sprintf(" ORDER BY sort_key || ' ' || id LIMIT %d", f.limit()+1)
	err = s.read(ctx, by, func(tx *db.Tx) error {
		var people []Person
		if err := tx.Select(&people, query, args...); err != nil {
			return err
		}
		for _, p := range people {
			v, err := personView(tx, by, p)
			if err != nil {
				return err
			}
			out.Rows = append(out.Rows, v)
		}
		return nil
	})
	return cutPage(out, f.limit(), func(v PersonView) string { return v.Person.SortKey + " " + v.Person.ID }), err
}

func personView(tx *db.Tx, by auth.Actor, p Person) (PersonView, error) {
	v := PersonView{Person: p}
	var err error
	if v.Posts, err = ActingIn(tx, p.ID, by.Now); err != nil {
		return v, err
	}
	// Who belongs nowhere yet is seen by those who give out posts.
	may := by.Person == p.ID || len(v.Posts) == 0 && by.Anywhere(auth.OrgManage)
	for _, a := range v.Posts {
		may = may || mayCall(by, a.Office.UnitPath)
	}
	if !may {
		v.Person.Phone, v.Person.Email = "", ""
	}
	v.Responsibilities, err = ResponsibilitiesOf(tx, p.ID, by.Now)
	return v, err
}

// Person returns an officer with his posts now.
func (s *Service) Person(ctx context.Context, by auth.Actor, id string) (v PersonView, err error) {
	err = s.read(ctx, by, func(tx *db.Tx) error {
		p, err := PersonIn(tx, id)
		if err != nil {
			return err
		}
		v, err = personView(tx, by, p)
		return err
	})
	return v, err
}

// Resolve resolves addressee phrases in a territory.
func (s *Service) Resolve(ctx context.Context, by auth.Actor, unitPath string, phrases []string) (out []Match, err error) {
	err = s.read(ctx, by, func(tx *db.Tx) error {
		r, err := NewResolver(tx, unitPath, by.Now)
		if err != nil {
			return err
		}
		for _, p := range phrases {
			out = append(out, r.Resolve(p))
		}
		return nil
	})
	return out, err
}
