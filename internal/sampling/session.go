package sampling

import (
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/instant"
)

// Session is one stretch of work of a team at a place.
type Session struct {
	ID          string         `db:"id" json:"id"`
	Campaign    string         `db:"campaign" json:"campaign,omitempty"`
	Unit        string         `db:"unit" json:"unit"`
	UnitPath    string         `db:"unit_path" json:"unit_path"`
	Kind        SessionKind    `db:"kind" json:"kind"`
	Place       string         `db:"place" json:"place"`
	Area        string         `db:"area" json:"area,omitempty"`
	Team        string         `db:"team" json:"team,omitempty"`
	Method      Method         `db:"method" json:"method"`
	PoolMax     int            `db:"pool_max" json:"pool_max"`
	SpacingDays int            `db:"spacing_days" json:"spacing_days"`
	ClockHours  int            `db:"clock_hours" json:"clock_hours"`
	ClockFrom   ClockFrom      `db:"clock_from" json:"clock_from"`
	Starts      instant.Micros `db:"starts" json:"starts"`
	Ends        instant.Micros `db:"ends" json:"ends"`
	SlotMinutes int            `db:"slot_minutes" json:"slot_minutes"`
	SlotPeople  int            `db:"slot_people" json:"slot_people"`
	Desks       int            `db:"desks" json:"desks"`
	State       SessionState   `db:"state" json:"state"`
	Version     int64          `db:"version" json:"version"`
	ChangedBy   string         `db:"changed_by" json:"changed_by"`
	ChangedAt   instant.Micros `db:"changed_at" json:"changed_at"`
}

const sessionColumns = `id, campaign, unit, unit_path, kind, place, area, team, method, pool_max, spacing_days, clock_hours, clock_from, starts, ends,
	slot_minutes, slot_people, desks, state, version, changed_by, changed_at`

// SessionKind is where a team works.
type SessionKind string

// The kinds of session.
const (
	AtTable    SessionKind = "table"
	AtHome     SessionKind = "home"
	AtFacility SessionKind = "facility"
)

// SessionKinds lists them.
func SessionKinds() []SessionKind { return []SessionKind{AtTable, AtHome, AtFacility} }

// ClockFrom is from when the hours to the result run.
type ClockFrom string

// The beginnings of the clock.
const (
	FromSampling ClockFrom = "sampling" // of the first sample in the tube
	FromReceipt  ClockFrom = "receipt"  // by the laboratory
)

// SessionState is how far a session is; whether it works now is read off the
// clock.
type SessionState string

// The states of a session. What is recorded for a closed one still arrives: a
// phone may have been without signal.
const (
	SessionPlanned   SessionState = "planned"
	SessionClosed    SessionState = "closed"
	SessionCancelled SessionState = "cancelled"
)

// SessionIn returns a session.
func SessionIn(tx *db.Tx, id string) (Session, error) {
	var s Session
	err := tx.Get(&s, "SELECT "+sessionColumns+" FROM sampling_session WHERE id = $1", id)
	if err == db.ErrNoRow {
		return s, fault.New(fault.NotFound, "sampling.session_unknown")
	}
	return s, err
}
