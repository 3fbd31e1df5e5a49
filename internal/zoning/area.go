package zoning

import (
	"encoding/json"
	"slices"
	"strings"

	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/fold"
	"phaodai/internal/geo"
	"phaodai/internal/instant"
)

// Area is whatever is zoned.
type Area struct {
	ID         string         `db:"id" json:"id"`
	Code       string         `db:"code" json:"code"` // on walls: at most 8 characters
	Kind       string         `db:"kind" json:"kind"`
	Unit       string         `db:"unit" json:"unit"`
	UnitPath   string         `db:"unit_path" json:"unit_path"`
	Parent     string         `db:"parent" json:"parent,omitempty"`
	Name       string         `db:"name" json:"name"`
	SortKey    string         `db:"sort_key" json:"-"`
	Households *int64         `db:"households" json:"households"` // null: not known
	People     *int64         `db:"people" json:"people"`
	Shape      string         `db:"shape" json:"shape,omitempty"` // GeoJSON geometry
	Lon        *float64       `db:"lon" json:"lon,omitempty"`
	Lat        *float64       `db:"lat" json:"lat,omitempty"`
	AlsoIn     string         `db:"also_in" json:"also_in,omitempty"` // path of a second unit into which it reaches
	Successor  string         `db:"successor" json:"successor,omitempty"`
	From       instant.Micros `db:"valid_from" json:"from"`
	To         instant.Micros `db:"valid_to" json:"to"`
	Seq        int64          `db:"seq" json:"-"` // record of the last change
	Version    int64          `db:"version" json:"version"`
	ChangedBy  string         `db:"changed_by" json:"changed_by"`
	ChangedAt  instant.Micros `db:"changed_at" json:"changed_at"`
}

const areaColumns = `id, code, kind, unit, unit_path, parent, name, sort_key, households, people, shape, lon, lat, also_in,
	successor, valid_from, valid_to, seq, version, changed_by, changed_at`

// Holds tells whether the area exists at a moment.
func (a Area) Holds(at instant.Micros) bool { return a.From <= at && at < a.To }

// Point is a place that stands for the area; false when none is known.
func (a Area) Point() (geo.Point, bool) {
	if a.Lon != nil && a.Lat != nil {
		return geo.Point{*a.Lon, *a.Lat}, true
	}
	if a.Shape == "" {
		return geo.Point{}, false
	}
	s, err := geo.ParseShape([]byte(a.Shape))
	if err != nil {
		return geo.Point{}, false
	}
	return geo.Centre(s), true
}

// AreaIn returns an area, ended or not.
func AreaIn(tx *db.Tx, id string) (Area, error) {
	var a Area
	err := tx.Get(&a, "SELECT "+areaColumns+" FROM area WHERE id = $1", id)
	if err == db.ErrNoRow {
		return a, fault.New(fault.NotFound, "zone.area_unknown", "ID", id)
	}
	return a, err
}

// AreaByCode returns the area with a code, as read from a wall.
func AreaByCode(tx *db.Tx, code string) (Area, error) {
	var a Area
	err := tx.Get(&a, "SELECT "+areaColumns+" FROM area WHERE code = $1", strings.ToUpper(strings.TrimSpace(code)))
	if err == db.ErrNoRow {
		return a, fault.New(fault.NotFound, "zone.area_unknown", "ID", code)
	}
	return a, err
}

// AreaOfUnit returns the area that is a whole unit; false when the unit was
// never zoned.
func AreaOfUnit(tx *db.Tx, unit string) (Area, bool, error) {
	var a Area
	err := tx.Get(&a, "SELECT "+areaColumns+" FROM area WHERE unit = $1 AND kind = $2", unit, UnitKind)
	if err == db.ErrNoRow {
		return a, false, nil
	}
	return a, err == nil, err
}

// AreasOf returns the areas of a unit (not of its parts, and not itself) at a
// moment, in Vietnamese order.
func AreasOf(tx *db.Tx, unitPath string, at instant.Micros) ([]Area, error) {
	areas := []Area{}
	err := tx.Select(&areas, "SELECT "+areaColumns+` FROM area WHERE unit_path = $1 AND kind <> $2 AND valid_from <= $3 AND valid_to > $4
		ORDER BY sort_key, id`, unitPath, UnitKind, int64(at), int64(at))
	return areas, err
}

// InsideIn are the ids of an area and of all areas that lie in it at a moment, in
// one unit.
func InsideIn(tx *db.Tx, area string, at instant.Micros) ([]string, error) {
	top, err := AreaIn(tx, area)
	if err != nil {
		return nil, err
	}
	all, err := AreasOf(tx, top.UnitPath, at)
	if err != nil {
		return nil, err
	}
	out := []string{area}
	for i := 0; i < len(out); i++ {
		for _, a := range all {
			if a.Parent == out[i] && !slices.Contains(out, a.ID) {
				out = append(out, a.ID)
			}
		}
	}
	return out, nil
}

// sortKey orders areas in Vietnamese order, numbers by value: "Tổ dân phố 2"
// before "Tổ dân phố 10".
func sortKey(name string) string {
	words := strings.Fields(name)
	for i, w := range words {
		if len(w) < 4 && strings.Trim(w, "0123456789") == "" {
			words[i] = strings.Repeat("0", 4-len(w)) + w
		}
	}
	return fold.NewSorter().Key(strings.Join(words, " "))
}

func text(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic("zoning: " + err.Error()) // own types only
	}
	return string(b)
}
