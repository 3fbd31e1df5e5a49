package people

import (
	"fmt"
	"strings"

	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/fold"
	"phaodai/internal/instant"
)

// Household is who lives together at an address.
type Household struct {
	ID           string         `db:"id" json:"id"`
	Unit         string         `db:"unit" json:"unit"` // ward or commune
	UnitPath     string         `db:"unit_path" json:"unit_path"`
	Area         string         `db:"area" json:"area,omitempty"` // its neighbourhood group, building or lane
	Code         string         `db:"code" json:"code,omitempty"` // number on the ward's own list
	Kind         HouseholdKind  `db:"kind" json:"kind"`
	Lane         string         `db:"lane" json:"lane,omitempty"`
	Address      string         `db:"address" json:"-"` // sealed
	AddressIndex string         `db:"address_index" json:"-"`
	Phone        string         `db:"phone" json:"-"` // sealed
	PhoneIndex   string         `db:"phone_index" json:"-"`
	SortKey      string         `db:"sort_key" json:"-"`
	From         instant.Micros `db:"valid_from" json:"from"`
	To           instant.Micros `db:"valid_to" json:"to"`
	Version      int64          `db:"version" json:"version"`
	ChangedBy    string         `db:"changed_by" json:"changed_by"`
	ChangedAt    instant.Micros `db:"changed_at" json:"changed_at"`
}

const householdColumns = `id, unit, unit_path, area, code, kind, lane, address, address_index, phone, phone_index, sort_key,
	valid_from, valid_to, version, changed_by, changed_at`

// HouseholdKind tells families from places where many live.
type HouseholdKind string

// The kinds of household.
const (
	Family     HouseholdKind = "family"
	Collective HouseholdKind = "collective" // dormitory, workers' lodging, barracks
)

// Holds tells whether the household exists at a moment.
func (h Household) Holds(at instant.Micros) bool { return h.From <= at && at < h.To }

// HouseholdIn returns a household.
func HouseholdIn(tx *db.Tx, id string) (Household, error) {
	var h Household
	err := tx.Get(&h, "SELECT "+householdColumns+" FROM household WHERE id = $1", id)
	if err == db.ErrNoRow {
		return h, fault.New(fault.NotFound, "people.household_unknown")
	}
	return h, err
}

// walkingKey orders households as a team walks: along the lane, by house number.
// Numbers sort by value, and "12/3" comes after "12".
func walkingKey(lane, address, code string) string {
	var b strings.Builder
	for _, w := range append(append(fold.Words(lane), "!"), append(fold.Words(address), fold.Words(code)...)...) {
		if strings.Trim(w, "0123456789") == "" && len(w) < 8 {
			w = fmt.Sprintf("%08s", w)
		}
		b.WriteString(w)
		b.WriteByte(' ')
	}
	key := b.String()
	return key[:min(len(key), 200)]
}
