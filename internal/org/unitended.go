package org

import (
	"strconv"

	"phaodai/internal/db"
	"phaodai/internal/due"
	"phaodai/internal/instant"
)

// EndedKind is the due work of a unit that ends: on its last day those on the
// right take what lies in it to the units that come after it. The subject is the
// unit.
const EndedKind = "unit_ended"

// endsAt has the due work of a unit done when it ends.
func endsAt(tx *db.Tx, unit string, at instant.Micros) error {
	return due.Schedule(tx, due.Item{Kind: EndedKind, Subject: unit, Step: strconv.FormatInt(int64(at), 10), At: at})
}

// eventsEnd has the due work of all units done whose end is among events.
func eventsEnd(tx *db.Tx, events []Event) error {
	for _, e := range events {
		if e.Kind == Renamed || e.Kind == Founded {
			continue
		}
		if err := endsAt(tx, e.Unit, e.At); err != nil {
			return err
		}
	}
	return nil
}

// Heirs are the units that came after one which ended at a moment, in the order
// in which they were named.
func Heirs(tx *db.Tx, u Unit, at instant.Micros) (out []Unit, err error) {
	events, err := History(tx, u.ID)
	if err != nil {
		return nil, err
	}
	for _, e := range events {
		if e.Unit != u.ID || e.Successor == "" || e.At != at || e.Kind == Renamed || e.Kind == Founded {
			continue
		}
		next, err := UnitIn(tx, e.Successor)
		if err != nil {
			return nil, err
		}
		out = append(out, next)
	}
	return out, nil
}
