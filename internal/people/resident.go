package people

import (
	"encoding/json"

	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/identity"
	"phaodai/internal/instant"
)

// Resident is a person who lives, or lived, in a household.
type Resident struct {
	ID          string         `db:"id" json:"id"`
	Household   string         `db:"household" json:"household"`
	UnitPath    string         `db:"unit_path" json:"unit_path"`
	Name        string         `db:"name" json:"name"`
	SortKey     string         `db:"sort_key" json:"-"`
	Sex         identity.Sex   `db:"sex" json:"sex"`
	Birth       string         `db:"birth" json:"birth"`             // 1990-12-31, 1990-12, 1990 or ""
	Nationality string         `db:"nationality" json:"nationality"` // ISO 3166-1 alpha-2
	NumberKind  identity.Kind  `db:"number_kind" json:"number_kind"`
	Number      string         `db:"number" json:"-"` // sealed
	NumberIndex string         `db:"number_index" json:"-"`
	Phone       string         `db:"phone" json:"-"` // sealed
	PhoneIndex  string         `db:"phone_index" json:"-"`
	Likeness    string         `db:"likeness" json:"-"`
	Relation    Relation       `db:"relation" json:"relation"`
	Occupation  string         `db:"occupation" json:"occupation"`
	Priority    string         `db:"priority" json:"-"` // JSON list
	Stay        StayKind       `db:"stay" json:"stay"`
	From        instant.Micros `db:"valid_from" json:"from"`
	To          instant.Micros `db:"valid_to" json:"to"`
	Ended       Ended          `db:"ended" json:"ended,omitempty"`
	Into        string         `db:"into_id" json:"into,omitempty"`
	Version     int64          `db:"version" json:"version"`
	ChangedBy   string         `db:"changed_by" json:"changed_by"`
	ChangedAt   instant.Micros `db:"changed_at" json:"changed_at"`
}

const residentColumns = `id, household, unit_path, name, sort_key, sex, birth, nationality, number_kind, number, number_index,
	phone, phone_index, likeness, relation, occupation, priority, stay, valid_from, valid_to, ended, into_id, version, changed_by, changed_at`

// Relation is that to the head of the household.
type Relation string

// The relations that lists tell apart.
const (
	Head     Relation = "head"
	Spouse   Relation = "spouse"
	Child    Relation = "child"
	Parent   Relation = "parent"
	Relative Relation = "other"
)

// Relations lists them in the order in which a household is shown.
func Relations() []Relation { return []Relation{Head, Spouse, Child, Parent, Relative} }

// StayKind is by what right somebody lives at a place.
type StayKind string

// The kinds of stay.
const (
	Permanent StayKind = "permanent" // thường trú
	Temporary StayKind = "temporary" // tạm trú
	Arrival   StayKind = "arrival"   // mới đến, chưa đăng ký
	Foreign   StayKind = "foreign"   // người nước ngoài
)

// StayKinds lists them.
func StayKinds() []StayKind { return []StayKind{Permanent, Temporary, Arrival, Foreign} }

// Ended says why somebody is no longer in the registry of a place.
type Ended string

// The ways in which it ends.
const (
	MovedAway Ended = "moved"
	Died      Ended = "died"
	Merged    Ended = "merged"  // into another entry
	Mistake   Ended = "mistake" // entered wrongly
)

// Groups are the priority groups of the resident.
func (r Resident) Groups() (out []string) {
	_ = json.Unmarshal([]byte(r.Priority), &out) // written by this package
	return out
}

// Holds tells whether the resident is in the registry at a moment.
func (r Resident) Holds(at instant.Micros) bool { return r.From <= at && at < r.To }

// ResidentIn returns a resident.
func ResidentIn(tx *db.Tx, id string) (Resident, error) {
	var r Resident
	err := tx.Get(&r, "SELECT "+residentColumns+" FROM resident WHERE id = $1", id)
	if err == db.ErrNoRow {
		return r, fault.New(fault.NotFound, "people.resident_unknown")
	}
	return r, err
}
