package zoning

import (
	"context"
	"encoding/json"
	"math"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/instant"
)

// Number is what is known of an area for the criteria: a number, a yes or no,
// or a word.
type Number struct {
	Area    string         `db:"area" json:"area"`
	Measure string         `db:"measure" json:"measure"`
	At      instant.Micros `db:"at" json:"at"` // to which it refers
	Seq     int64          `db:"seq" json:"-"`
	Stored  string         `db:"value" json:"-"`
	Value   any            `db:"-" json:"value"`
	Source  string         `db:"source" json:"source"`
	By      string         `db:"by_name" json:"by"`
}

// NumberInput enters one.
type NumberInput struct {
	Area    string         `json:"area"`
	Measure string         `json:"measure"`
	At      instant.Micros `json:"at,omitempty"` // 0 is now
	Value   any            `json:"value"`        // null: no longer known
	Source  string         `json:"source"`
}

// maxNumbers bounds one entry.
const maxNumbers = 20_000

// EnterNumbers adds numbers of areas; earlier ones are kept.
func (s *Service) EnterNumbers(ctx context.Context, by auth.Actor, key string, in []NumberInput) (int, error) {
	if len(in) == 0 || len(in) > maxNumbers {
		return 0, invalid().At("numbers", "zone.numbers_range", "Limit", maxNumbers)
	}
	return once(ctx, s, by, key, func(tx *db.Tx) (int, error) {
		areas := map[string]Area{}
		rows := make([]Number, len(in))
		for i, x := range in {
			a, ok := areas[x.Area]
			if !ok {
				var err error
				if a, err = AreaIn(tx, x.Area); err != nil {
					return 0, err
				}
				if err := requireNumbers(by, a.UnitPath); err != nil {
					return 0, err
				}
				areas[x.Area] = a
			}
			n, err := x.number(by)
			if err != nil {
				return 0, err
			}
			rows[i] = n
		}
		if err := insertNumbers(tx, rows); err != nil {
			return 0, err
		}
		for _, a := range areas {
			if err := note(tx, by, "area", a.ID, a.UnitPath, "numbers_entered", "numbers"); err != nil {
				return 0, err
			}
		}
		return len(rows), nil
	})
}

// requireNumbers lets the ward and the departments of the district enter them.
func requireNumbers(by auth.Actor, unitPath string) error {
	if by.Can(auth.ZoneOpine, unitPath, auth.Internal) {
		return nil
	}
	return requireDraw(by, unitPath)
}

func (x NumberInput) number(by auth.Actor) (Number, error) {
	f := invalid()
	n := Number{Area: x.Area, Measure: required(f, "measure", x.Measure, 100), At: orNow(x.At, by.Now), By: by.Name}
	n.Source = required(f, "source", x.Source, 300)
	switch v := x.Value.(type) {
	case nil, bool:
	case string:
		x.Value = short(f, "value", v, 100)
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			f.At("value", "zone.number_range")
		}
	default:
		f.At("value", "zone.number_range")
	}
	if n.At > by.Now {
		f.At("at", "zone.number_future")
	}
	n.Stored = text(x.Value)
	return n, f.OrNil()
}

// insertNumbers numbers the rows of one area, measure and moment in their order
// of entry.
func insertNumbers(tx *db.Tx, rows []Number) error {
	if err := tx.Lock("area_number", ""); err != nil {
		return err
	}
	var last int64
	if err := tx.Get(&last, "SELECT COALESCE(MAX(seq), 0) FROM area_number"); err != nil {
		return err
	}
	for i := range rows {
		rows[i].Seq = last + int64(i) + 1
	}
	return db.InsertAll(tx, "area_number", rows)
}

// numbersOf returns the newest numbers of the areas of a unit up to a moment,
// by area and measure.
func numbersOf(tx *db.Tx, unitPath string, at instant.Micros) (map[string]map[string]Number, error) {
	var rows []Number
	err := tx.Select(&rows, `SELECT n.area, n.measure, n.at, n.seq, n.value, n.source, n.by_name FROM area_number n JOIN area a ON a.id = n.area
		WHERE a.unit_path >= $1 AND a.unit_path < $2 AND n.at <= $3 ORDER BY n.at, n.seq`, unitPath, unitPath+"\U0010FFFF", int64(at))
	if err != nil {
		return nil, err
	}
	out := map[string]map[string]Number{}
	for _, r := range rows {
		if err := json.Unmarshal([]byte(r.Stored), &r.Value); err != nil {
			return nil, err
		}
		if out[r.Area] == nil {
			out[r.Area] = map[string]Number{}
		}
		out[r.Area][r.Measure] = r
	}
	return out, nil
}

// values are numbers as criteria take them; what is not known is left out.
func values(numbers map[string]Number) map[string]any {
	out := map[string]any{}
	for name, n := range numbers {
		if n.Value != nil {
			out[name] = n.Value
		}
	}
	return out
}
