package org

import (
	"fmt"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fold"
	"phaodai/internal/term"
)

// Batch is a whole organisation, or a part of one, to be written at once. IDs,
// units and periods are the caller's; paths, sort keys, stamps and the search
// are made here. What exists already must not be in it.
type Batch struct {
	Units            []Unit // those above first
	Offices          []Office
	Aliases          map[string][]string // by office
	Posts            []Post
	People           []Person
	Holdings         []Holding
	Responsibilities []Responsibility
	Charters         []Charter
	Members          []Member
	Shifts           []Shift
	Hotlines         []Hotline
}

// Load writes a batch. It checks nothing but what the database checks: it is
// for sample data and for taking over an organisation from elsewhere, not for
// people's input.
func Load(tx *db.Tx, by auth.Actor, b Batch) error {
	b.complete(by)
	words := map[string]map[string]string{"unit": {}, "office": {}, "officer": {}}
	for _, u := range b.Units {
		words["unit"][u.ID] = u.Name + " " + u.Code
	}
	for _, o := range b.Offices {
		words["office"][o.ID] = o.Name + " " + o.ShortName + " " + fmt.Sprint(b.Aliases[o.ID])
	}
	for _, p := range b.People {
		words["officer"][p.ID] = p.Name
	}
	for _, kind := range []string{"unit", "office", "officer"} {
		if err := term.IndexNew(tx, kind, words[kind]); err != nil {
			return err
		}
	}
	for _, insert := range []func() error{
		func() error { return db.InsertAll(tx, "unit", b.Units) },
		func() error { return db.InsertAll(tx, "office", b.Offices) },
		func() error { return db.InsertAll(tx, "office_alias", aliasRows(b.Aliases)) },
		func() error { return db.InsertAll(tx, "post", b.Posts) },
		func() error { return db.InsertAll(tx, "person", b.People) },
		func() error { return db.InsertAll(tx, "holding", b.Holdings) },
		func() error { return db.InsertAll(tx, "responsibility", b.Responsibilities) },
		func() error { return db.InsertAll(tx, "committee", b.Charters) },
		func() error { return db.InsertAll(tx, "committee_member", b.Members) },
		func() error { return db.InsertAll(tx, "duty_shift", b.Shifts) },
		func() error { return db.InsertAll(tx, "hotline", b.Hotlines) },
	} {
		if err := insert(); err != nil {
			return err
		}
	}
	return record(tx, by, "organisation", "", Root, "loaded")
}

// complete fills in what follows from the rest.
func (b *Batch) complete(by auth.Actor) {
	sorter := fold.NewSorter()
	first := stamp(by)
	paths := map[string]string{}
	for i := range b.Units {
		u := &b.Units[i]
		if u.Path == "" {
			u.Path = or(paths[u.Parent], Root) + u.ID + "/"
		}
		paths[u.ID] = u.Path
		form, short := splitForm(u.Name)
		u.Form, u.ShortName = or(u.Form, form), or(u.ShortName, short)
		u.SortKey, u.Period, u.Stamp = unitSortKey(sorter, *u), u.orForever(), first
	}
	unitOf := map[string]string{}
	for i := range b.Offices {
		o := &b.Offices[i]
		o.UnitPath = or(o.UnitPath, paths[o.Unit])
		o.ShortName = or(o.ShortName, o.Name)
		o.SortKey, o.Period, o.Stamp = officeSortKey(sorter, *o), o.orForever(), first
		unitOf[o.ID] = o.UnitPath
	}
	for i := range b.Posts {
		b.Posts[i].Period, b.Posts[i].Stamp = b.Posts[i].orForever(), first
	}
	for i := range b.People {
		b.People[i].SortKey, b.People[i].Stamp = sorter.NameKey(b.People[i].Name), first
	}
	for i := range b.Holdings {
		b.Holdings[i].Period, b.Holdings[i].Stamp = b.Holdings[i].orForever(), first
	}
	for i := range b.Responsibilities {
		b.Responsibilities[i].Period, b.Responsibilities[i].Stamp = b.Responsibilities[i].orForever(), first
	}
	for i := range b.Charters {
		b.Charters[i].Stamp = first
	}
	for i := range b.Members {
		b.Members[i].Period, b.Members[i].Stamp = b.Members[i].orForever(), first
	}
	for i := range b.Shifts {
		b.Shifts[i].UnitPath, b.Shifts[i].Stamp = or(b.Shifts[i].UnitPath, unitOf[b.Shifts[i].Office]), first
	}
	for i := range b.Hotlines {
		h := &b.Hotlines[i]
		h.UnitPath, h.Period, h.Stamp = or(h.UnitPath, unitOf[h.Office]), h.orForever(), first
	}
}

type aliasRow struct {
	Office string `db:"office"`
	Alias  string `db:"alias"`
	Folded string `db:"folded"`
}

func aliasRows(aliases map[string][]string) (rows []aliasRow) {
	for office, names := range aliases {
		seen := map[string]bool{}
		for _, a := range names {
			if folded := key(tokens(a)); !seen[folded] {
				seen[folded] = true
				rows = append(rows, aliasRow{office, a, folded})
			}
		}
	}
	return rows
}
