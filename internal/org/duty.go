package org

import (
	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/instant"
)

// Shift is a person's turn of duty for an office (a committee, a command
// centre, a People's Committee).
type Shift struct {
	ID          string         `db:"id" json:"id"`
	Office      string         `db:"office" json:"office"`
	UnitPath    string         `db:"unit_path" json:"unit_path"`
	Person      string         `db:"person" json:"person"`
	Post        string         `db:"post" json:"post"`   // post as which he stands duty, or ""
	Phone       string         `db:"phone" json:"phone"` // "" is the person's own
	CheckedInAt instant.Micros `db:"checked_in_at" json:"checked_in_at"`
	Place       string         `db:"place" json:"place"` // where he checked in
	HandedAt    instant.Micros `db:"handed_at" json:"handed_at"`
	HandNote    string         `db:"hand_note" json:"hand_note"`
	Period
	Stamp
}

// DutyEntry is somebody who is on duty at a moment.
type DutyEntry struct {
	Shift      Shift  `json:"shift"`
	Person     Person `json:"person"`
	OfficeName string `json:"office_name"`
	Phone      string `json:"phone"` // to call now
}

const shiftColumns = `id, office, unit_path, person, post, phone, checked_in_at, place, handed_at, hand_note,
	valid_from, valid_to, version, changed_by, changed_at`

// OnDuty returns who is on duty in a unit itself (not in its parts) at a
// moment, those who checked in first. None is a gap.
func OnDuty(tx *db.Tx, by auth.Actor, unitPath string, at instant.Micros) ([]DutyEntry, error) {
	var shifts []Shift
	err := tx.Select(&shifts, "SELECT "+shiftColumns+` FROM duty_shift WHERE unit_path = $1 AND valid_from <= $2 AND valid_to > $3
		ORDER BY CASE WHEN checked_in_at > 0 THEN 0 ELSE 1 END, valid_from, id`, unitPath, int64(at), int64(at))
	if err != nil {
		return nil, err
	}
	return dutyEntries(tx, by, shifts)
}

// dutyEntries adds names. Who is on duty is known to every officer; how to
// reach him and what he handed over only to those who may call him.
func dutyEntries(tx *db.Tx, by auth.Actor, shifts []Shift) ([]DutyEntry, error) {
	people, offices := make([]string, len(shifts)), make([]string, len(shifts))
	for i, s := range shifts {
		people[i], offices[i] = s.Person, s.Office
	}
	persons, err := PeopleIn(tx, people...)
	if err != nil {
		return nil, err
	}
	at, err := OfficesIn(tx, offices...)
	if err != nil {
		return nil, err
	}
	out := make([]DutyEntry, len(shifts))
	for i, s := range shifts {
		e := DutyEntry{Shift: s, Person: persons[s.Person], OfficeName: at[i].Name, Phone: s.Phone}
		if e.Phone == "" {
			e.Phone = e.Person.Phone
		}
		if by.Person != s.Person && !mayCall(by, s.UnitPath) {
			e.Person = masked(by, s.UnitPath, e.Person)
			e.Phone, e.Shift.Phone, e.Shift.HandNote = "", "", ""
		}
		out[i] = e
	}
	return out, nil
}
