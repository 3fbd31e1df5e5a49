package zoning

import (
	"context"
	"fmt"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/geo"
	"phaodai/internal/instant"
	"phaodai/internal/org"
	"phaodai/internal/term"
)

// AreaInput describes an area.
type AreaInput struct {
	Key        string         `json:"key,omitempty"`
	ID         string         `json:"id,omitempty"` // of the area to change
	Version    int64          `json:"version,omitempty"`
	Unit       string         `json:"unit"`
	Parent     string         `json:"parent,omitempty"`
	Kind       string         `json:"kind"`
	Name       string         `json:"name"`
	Households *int64         `json:"households,omitempty"`
	People     *int64         `json:"people,omitempty"`
	Shape      string         `json:"shape,omitempty"` // GeoJSON geometry
	Lon        *float64       `json:"lon,omitempty"`
	Lat        *float64       `json:"lat,omitempty"`
	AlsoIn     string         `json:"also_in,omitempty"` // id of a second unit into which it reaches
	From       instant.Micros `json:"from,omitempty"`
}

// AddArea makes an area of a unit.
func (s *Service) AddArea(ctx context.Context, by auth.Actor, in AreaInput) (Area, error) {
	return once(ctx, s, by, in.Key, func(tx *db.Tx) (Area, error) {
		out, err := s.addAreas(tx, by, in.Unit, []AreaInput{in})
		if err != nil {
			return Area{}, err
		}
		return out[0], nil
	})
}

// mostAdded bounds how many areas are made at once.
const mostAdded = 2000

// AddAreas makes many areas of one unit in one decision.
func (s *Service) AddAreas(ctx context.Context, by auth.Actor, unit, key string, in []AreaInput) ([]Area, error) {
	if len(in) == 0 || len(in) > mostAdded {
		return nil, invalid().At("areas", "zone.areas_range", "Limit", mostAdded)
	}
	return once(ctx, s, by, key, func(tx *db.Tx) ([]Area, error) { return s.addAreas(tx, by, unit, in) })
}

// addAreas makes areas of one unit in one decision.
func (s *Service) addAreas(tx *db.Tx, by auth.Actor, unit string, in []AreaInput) ([]Area, error) {
	u, err := org.UnitIn(tx, unit)
	if err != nil {
		return nil, err
	}
	if err := requireDraw(by, u.Path); err != nil {
		return nil, err
	}
	if _, err := s.zoneUnit(tx, by, u); err != nil { // so that residents find the way to its parts
		return nil, err
	}
	out := make([]Area, len(in))
	for i, x := range in {
		if x.Kind == UnitKind {
			return nil, invalid().At("kind", "zone.choose")
		}
		a := Area{ID: s.ids.New(), Unit: u.ID, UnitPath: u.Path, From: orNow(x.From, by.Now), To: instant.Forever, Version: 1}
		if err := fillArea(tx, &a, x); err != nil {
			return nil, err
		}
		if a.Code, err = nextCode(tx, u); err != nil {
			return nil, err
		}
		out[i] = a
	}
	return out, s.bear(tx, by, u.Path, out)
}

// bear writes new areas with their base values.
func (s *Service) bear(tx *db.Tx, by auth.Actor, unitPath string, areas []Area) error {
	r, err := begin(tx, by, Record{What: Born, UnitPath: unitPath})
	if err != nil {
		return err
	}
	if err := bearIn(tx, by, r, areas); err != nil {
		return err
	}
	return s.noted(tx, by, r, "zone", areas[0].ID)
}

// bearIn is bear within a decision.
func bearIn(tx *db.Tx, by auth.Actor, r Record, areas []Area) error {
	if len(areas) == 0 {
		return nil
	}
	words := map[string]string{}
	for i := range areas {
		a := &areas[i]
		a.Seq, a.ChangedBy, a.ChangedAt = r.Seq, by.Name, by.Now
		a.SortKey = sortKey(a.Name)
		words[a.ID] = a.Name + " " + a.Code
	}
	if err := db.InsertAll(tx, "area", areas); err != nil {
		return err
	}
	if err := term.IndexNew(tx, "area", words); err != nil {
		return err
	}
	return born(tx, r, areas)
}

// fillArea checks and takes over what a user gave.
func fillArea(tx *db.Tx, a *Area, in AreaInput) error {
	f := invalid()
	a.Name = required(f, "name", in.Name, 200)
	if _, ok := KindOf(in.Kind); !ok {
		f.At("kind", "zone.choose")
	}
	a.Kind, a.Households, a.People, a.Lon, a.Lat = in.Kind, in.Households, in.People, in.Lon, in.Lat
	for field, n := range map[string]*int64{"households": in.Households, "people": in.People} {
		if n != nil && (*n < 0 || *n > 10_000_000) {
			f.At(field, "zone.number_range")
		}
	}
	if (in.Lon == nil) != (in.Lat == nil) || in.Lon != nil && (*in.Lon < -180 || *in.Lon > 180 || *in.Lat < -90 || *in.Lat > 90) {
		f.At("lat", "geo.coordinates")
	}
	if a.Shape = ""; in.Shape != "" {
		shape, err := geo.ParseShape([]byte(in.Shape))
		if err == nil { // rounded to centimetres it must still be one
			a.Shape = geo.FormatShape(shape)
			_, err = geo.ParseShape([]byte(a.Shape))
		}
		if err != nil {
			f.At("shape", "zone.shape_wrong")
		}
	}
	if err := f.OrNil(); err != nil {
		return err
	}
	return placeArea(tx, a, in)
}

// placeArea checks the area around and the second unit.
func placeArea(tx *db.Tx, a *Area, in AreaInput) error {
	a.Parent, a.AlsoIn = in.Parent, ""
	if in.AlsoIn != "" {
		u, err := org.UnitIn(tx, in.AlsoIn)
		if err != nil {
			return err
		}
		if a.AlsoIn = u.Path; u.Path == a.UnitPath {
			a.AlsoIn = ""
		}
	}
	depth := 1
	for up := in.Parent; up != ""; depth++ {
		p, err := AreaIn(tx, up)
		if err != nil {
			return err
		}
		if p.UnitPath != a.UnitPath || p.ID == a.ID || p.Kind == UnitKind || depth >= deepest {
			return invalid().At("parent", "zone.parent_wrong")
		}
		up = p.Parent
	}
	return nil
}

// nextCode is a code for a wall: the unit's and a number in it, "00154-07".
func nextCode(tx *db.Tx, u org.Unit) (string, error) {
	n, err := tx.Next("area/" + u.ID)
	if err != nil {
		return "", err
	}
	if code := fmt.Sprintf("%s-%02d", u.Code, n); u.Code != "" && len(code) <= 8 {
		return code, nil
	}
	if n, err = tx.Next("area"); err != nil {
		return "", err
	}
	return fmt.Sprintf("K%07d", n), nil
}

// zoneUnit makes the area that is a whole unit, if it is not there yet, so that
// something can hold in it.
func (s *Service) zoneUnit(tx *db.Tx, by auth.Actor, u org.Unit) (Area, error) {
	if err := tx.Lock("area_unit", u.ID); err != nil {
		return Area{}, err
	}
	a, ok, err := AreaOfUnit(tx, u.ID)
	if ok || err != nil {
		return a, err
	}
	a = Area{ID: s.ids.New(), Code: u.Code, Kind: UnitKind, Unit: u.ID, UnitPath: u.Path, Name: u.Name,
		From: u.From, To: instant.Forever, Version: 1}
	taken := 0 // a ward of today may have the code of one that ended
	if err := tx.Get(&taken, "SELECT COUNT(*) FROM area WHERE code = $1", a.Code); err != nil {
		return a, err
	}
	if a.Code == "" || len(a.Code) > 8 || taken > 0 {
		if a.Code, err = nextCode(tx, org.Unit{ID: u.ID}); err != nil {
			return a, err
		}
	}
	areas := []Area{a}
	return a, s.bear(tx, by, u.Path, areas)
}

// areaToChange locks an area of the actor's and checks the version.
func areaToChange(tx *db.Tx, by auth.Actor, id string, version int64) (Area, error) {
	if err := tx.Lock("area", id); err != nil {
		return Area{}, err
	}
	a, err := AreaIn(tx, id)
	if err != nil {
		return a, err
	}
	if err := requireDraw(by, a.UnitPath); err != nil {
		return a, err
	}
	if version != 0 && version != a.Version {
		return a, stale(a.ChangedBy, a.ChangedAt)
	}
	if a.Kind == UnitKind {
		return a, fault.New(fault.Denied, "zone.unit_area", "Name", a.Name)
	}
	return a, nil
}

// ChangeArea corrects what is known of an area.
func (s *Service) ChangeArea(ctx context.Context, by auth.Actor, in AreaInput) (Area, error) {
	return once(ctx, s, by, in.Key, func(tx *db.Tx) (Area, error) {
		a, err := areaToChange(tx, by, in.ID, in.Version)
		if err != nil {
			return a, err
		}
		if err := fillArea(tx, &a, in); err != nil {
			return a, err
		}
		return a, s.redraw(tx, by, &a)
	})
}

// redraw writes a changed area and tells the boards.
func (s *Service) redraw(tx *db.Tx, by auth.Actor, a *Area) error {
	r, err := begin(tx, by, Record{What: Redrawn, UnitPath: a.UnitPath})
	if err != nil {
		return err
	}
	if err := saveArea(tx, by, a, r.Seq); err != nil {
		return err
	}
	return s.noted(tx, by, r, "zone", a.ID)
}

func saveArea(tx *db.Tx, by auth.Actor, a *Area, seq int64) error {
	a.Seq, a.SortKey, a.ChangedBy, a.ChangedAt = seq, sortKey(a.Name), by.Name, by.Now
	a.Version++
	_, err := tx.Exec(`UPDATE area SET kind = $1, parent = $2, name = $3, sort_key = $4, households = $5, people = $6, shape = $7,
		lon = $8, lat = $9, also_in = $10, successor = $11, valid_to = $12, unit = $13, unit_path = $14, seq = $15,
		version = $16, changed_by = $17, changed_at = $18 WHERE id = $19`,
		a.Kind, a.Parent, a.Name, a.SortKey, a.Households, a.People, a.Shape, a.Lon, a.Lat, a.AlsoIn, a.Successor, int64(a.To),
		a.Unit, a.UnitPath, a.Seq, a.Version, a.ChangedBy, int64(a.ChangedAt), a.ID)
	if err != nil {
		return err
	}
	return term.Index(tx, "area", a.ID, a.Name, a.Code)
}

// EndInput ends an area.
type EndInput struct {
	Key       string         `json:"key,omitempty"`
	ID        string         `json:"id,omitempty"`
	Version   int64          `json:"version,omitempty"`
	At        instant.Micros `json:"at,omitempty"` // 0 is now
	Successor string         `json:"successor,omitempty"`
}

// EndArea ends an area; what held in it stays known.
func (s *Service) EndArea(ctx context.Context, by auth.Actor, in EndInput) (Area, error) {
	return once(ctx, s, by, in.Key, func(tx *db.Tx) (Area, error) {
		a, err := areaToChange(tx, by, in.ID, in.Version)
		if err != nil {
			return a, err
		}
		a.To, a.Successor = orNow(in.At, by.Now), in.Successor
		if a.To <= a.From {
			return a, invalid().At("at", "zone.period_backwards")
		}
		if in.Successor != "" {
			if _, err := AreaIn(tx, in.Successor); err != nil {
				return a, err
			}
		}
		return a, s.redraw(tx, by, &a)
	})
}

// SplitInput cuts an area into parts: a building of which one staircase is to
// be treated apart.
type SplitInput struct {
	Key   string   `json:"key,omitempty"`
	ID    string   `json:"id,omitempty"`
	Names []string `json:"names"`
}

// Split makes parts of an area. The area stays around them: a part of which
// nothing is decided has what the whole has.
func (s *Service) Split(ctx context.Context, by auth.Actor, in SplitInput) ([]Area, error) {
	return once(ctx, s, by, in.Key, func(tx *db.Tx) ([]Area, error) {
		a, err := areaToChange(tx, by, in.ID, 0)
		if err != nil {
			return nil, err
		}
		if len(in.Names) < 2 || len(in.Names) > 50 {
			return nil, invalid().At("names", "zone.split_two")
		}
		parts := make([]AreaInput, len(in.Names))
		for i, n := range in.Names {
			parts[i] = AreaInput{Parent: a.ID, Kind: a.Kind, Name: n, Lon: a.Lon, Lat: a.Lat}
		}
		return s.addAreas(tx, by, a.Unit, parts)
	})
}

// Move puts an area into to another unit: wards were merged, a group went over.
// What held in it stays its own; what it takes from around is from then on the
// new unit's, and before that the old one's.
func (s *Service) Move(ctx context.Context, by auth.Actor, id, unit, key string) (Area, error) {
	return once(ctx, s, by, key, func(tx *db.Tx) (Area, error) {
		a, err := areaToChange(tx, by, id, 0)
		if err != nil {
			return a, err
		}
		u, err := org.UnitIn(tx, unit)
		if err != nil {
			return a, err
		}
		if err := requireDraw(by, u.Path); err != nil {
			return a, err
		}
		r, err := begin(tx, by, Record{What: Redrawn, UnitPath: u.Path})
		if err != nil {
			return a, err
		}
		if err := goOver(tx, r, a, u, "", by.Now); err != nil {
			return a, err
		}
		a.Unit, a.UnitPath, a.Parent = u.ID, u.Path, ""
		if err := saveArea(tx, by, &a, r.Seq); err != nil {
			return a, err
		}
		return a, s.noted(tx, by, r, "zone", a.ID)
	})
}
