package org

import (
	"strings"

	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/instant"
)

// Tier is a level of units. Which tiers there are is data.
type Tier struct {
	Code string `db:"code" json:"code"`
	Rank int    `db:"rank" json:"rank"`
	Vi   string `db:"vi" json:"vi"`
	En   string `db:"en" json:"en"`
}

// Unit is a territory with a government: province, district, ward, group.
type Unit struct {
	ID        string `db:"id" json:"id"`
	Parent    string `db:"parent" json:"parent"`
	Path      string `db:"path" json:"path"`             // "/01/01-004/01-004-00145/": ends with "/", a subtree is a prefix
	Code      string `db:"code" json:"code"`             // of the General Statistics Office, "00145"; "" where there is none
	Tier      string `db:"tier" json:"tier"`             // "province", "district", "ward", "commune", "group"
	Form      string `db:"form" json:"form"`             // "Quận", "Huyện", "Phường", "Xã" ...
	Name      string `db:"name" json:"name"`             // "Phường Cự Khối"
	ShortName string `db:"short_name" json:"short_name"` // "Cự Khối"
	SortKey   string `db:"sort_key" json:"-"`
	Period
	Stamp
}

// Root is the path above all units.
const Root = "/"

// ParentPath is the path one unit up: "/01/01-004/" gives "/01/", and "/01/" gives Root.
func ParentPath(path string) string {
	trimmed := strings.TrimSuffix(path, "/")
	i := strings.LastIndexByte(trimmed, '/')
	if i < 0 {
		return Root
	}
	return trimmed[:i+1]
}

// Within tells whether a unit's path lies in the subtree of another.
func Within(path, top string) bool { return path != "" && strings.HasPrefix(path, top) }

// Beyond is the first path after all that begin with a path: a subtree is what
// lies from the path up to there.
func Beyond(path string) string { return strings.TrimSuffix(path, "/") + "0" }

const unitColumns = `id, parent, path, code, tier, form, name, short_name, sort_key,
	valid_from, valid_to, version, changed_by, changed_at`

// UnitIn returns a unit, ended or not.
func UnitIn(tx *db.Tx, id string) (Unit, error) {
	var u Unit
	err := tx.Get(&u, "SELECT "+unitColumns+" FROM unit WHERE id = $1", id)
	return u, missing(err, "org.unit_unknown", id)
}

// UnitAt returns the unit with a path, ended or not.
func UnitAt(tx *db.Tx, path string) (Unit, error) {
	var u Unit
	err := tx.Get(&u, "SELECT "+unitColumns+" FROM unit WHERE path = $1", path)
	return u, missing(err, "org.unit_unknown", path)
}

// UnitsIn returns the direct parts of a unit ("" for the top) in force at a
// moment, in Vietnamese order.
func UnitsIn(tx *db.Tx, parent string, at instant.Micros) ([]Unit, error) {
	var units []Unit
	err := tx.Select(&units, "SELECT "+unitColumns+` FROM unit WHERE parent = $1 AND valid_from <= $2 AND valid_to > $3
		ORDER BY sort_key, id`, parent, int64(at), int64(at))
	return units, err
}

// UnitsUnder returns the units of a tier ("" for all) in a subtree, its top
// included, in force at a moment, in Vietnamese order.
func UnitsUnder(tx *db.Tx, path, tier string, at instant.Micros) ([]Unit, error) {
	query := "SELECT " + unitColumns + ` FROM unit WHERE path >= $1 AND path < $2 AND valid_from <= $3 AND valid_to > $4`
	args := []any{path, end(path), int64(at), int64(at)}
	if tier != "" {
		query += " AND tier = $5"
		args = append(args, tier)
	}
	var units []Unit
	err := tx.Select(&units, query+" ORDER BY sort_key, id", args...)
	return units, err
}

// Line of units from the province down to the unit itself.
func UnitsAbove(tx *db.Tx, path string) ([]Unit, error) {
	var units []Unit
	for p := path; p != Root && p != ""; p = ParentPath(p) {
		u, err := UnitAt(tx, p)
		if err != nil {
			return nil, err
		}
		units = append([]Unit{u}, units...)
	}
	return units, nil
}

// TiersIn lists the tiers from the top.
func TiersIn(tx *db.Tx) ([]Tier, error) {
	var tiers []Tier
	err := tx.Select(&tiers, "SELECT code, rank, vi, en FROM tier ORDER BY rank, code")
	return tiers, err
}

// end is the end of the range of strings that begin with a prefix.
func end(prefix string) string { return prefix + "\U0010FFFF" }

// missing turns "no row" into the fault that says what there is not.
func missing(err error, key string, id string) error {
	if err == db.ErrNoRow {
		return fault.New(fault.NotFound, key, "ID", id)
	}
	return err
}
