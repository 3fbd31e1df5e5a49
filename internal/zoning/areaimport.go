package zoning

import (
	"context"
	"io"
	"slices"
	"strconv"
	"strings"

	"phaodai/internal/auth"
	"phaodai/internal/blob"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/fold"
	"phaodai/internal/instant"
	"phaodai/internal/org"
)

// ImportInput says how a file of areas is to be read.
type ImportInput struct {
	Key     string            `json:"key,omitempty"`
	File    string            `json:"file"` // as KeepFile named it
	Unit    string            `json:"unit"`
	Kind    string            `json:"kind,omitempty"`    // of rows that say none
	Mapping map[string]string `json:"mapping,omitempty"` // column of each field; nil: by their titles
}

// RowFault is one thing that is wrong with a row.
type RowFault struct {
	Field string `json:"field,omitempty"`
	Key   string `json:"key"` // message
	Args  []any  `json:"args,omitempty"`
}

// ImportRow is one row of a file with what becomes of it.
type ImportRow struct {
	Line   int        `json:"line"` // of a sheet, or the number of the feature
	Cells  []string   `json:"cells"`
	Area   AreaInput  `json:"area"` // ID of the area that it changes, "" of a new one
	Same   bool       `json:"same"` // nothing of it is new
	Faults []RowFault `json:"faults,omitempty"`
}

// Import is a file as it would be taken in, or was.
type Import struct {
	Columns []string          `json:"columns"`
	Mapping map[string]string `json:"mapping"`
	Rows    []ImportRow       `json:"rows"`
	New     int               `json:"new"`
	Changed int               `json:"changed"`
	Same    int               `json:"same"`
	Wrong   int               `json:"wrong"`
}

// KeepFile keeps a file of areas for its sender until he has seen what it
// would do, and returns its name for the sender.
func (s *Service) KeepFile(ctx context.Context, by auth.Actor, name string, r io.ReadSeeker) (string, error) {
	if !by.Anywhere(auth.ZonePlan) {
		return "", fault.New(fault.Denied, "auth.denied", "Right", string(auth.ZonePlan))
	}
	file := s.ids.New()
	return file, s.store.Write(ctx, func(tx *db.Tx) error {
		b, err := blob.Put(tx, name, "application/octet-stream", r, MaxFile)
		if err != nil {
			return err
		}
		if _, _, err := tx.Once(fileKey(by, file)); err != nil {
			return err
		}
		return tx.Keep(fileKey(by, file), b.Hash)
	})
}

// fileKey is the sender's own name of a file: nobody else opens it by it.
func fileKey(by auth.Actor, file string) string { return "zone-file/" + by.Account + "/" + file }

// file returns what KeepFile kept.
func (s *Service) file(ctx context.Context, by auth.Actor, file string) (fileTable, error) {
	var hash string
	err := s.store.Write(ctx, func(tx *db.Tx) error {
		first, kept, err := tx.Once(fileKey(by, file))
		if err == nil && (first || kept == "") {
			return fault.New(fault.NotFound, "zone.file_gone")
		}
		hash = kept
		return err
	})
	if err != nil {
		return fileTable{}, err
	}
	data, _, err := blob.ReadAll(ctx, s.store, hash, MaxFile)
	if err != nil {
		return fileTable{}, err
	}
	return readFile(data)
}

// PreviewImport says what a file would do, and changes nothing.
func (s *Service) PreviewImport(ctx context.Context, by auth.Actor, in ImportInput) (Import, error) {
	t, err := s.file(ctx, by, in.File)
	if err != nil {
		return Import{}, err
	}
	return read(ctx, s, by, func(tx *db.Tx) (Import, error) {
		out, _, err := importing(tx, by, in, t)
		return out, err
	})
}

// ImportAreas takes in what is right in a file, as one decision. An area with
// the name of a row is changed, so that a file taken in twice changes nothing.
func (s *Service) ImportAreas(ctx context.Context, by auth.Actor, in ImportInput) (Import, error) {
	t, err := s.file(ctx, by, in.File)
	if err != nil {
		return Import{}, err
	}
	return once(ctx, s, by, in.Key, func(tx *db.Tx) (Import, error) {
		out, u, err := importing(tx, by, in, t)
		if err != nil || out.New+out.Changed == 0 {
			return out.done(), err
		}
		if err := s.takeIn(tx, by, u, out); err != nil {
			return out, err
		}
		return out.done(), nil
	})
}

// done leaves of a file that was taken in the rows that were not: for the file
// that is sent back, and small enough to be kept for a repeat.
func (x Import) done() Import {
	x.Rows = slices.DeleteFunc(x.Rows, func(r ImportRow) bool { return len(r.Faults) == 0 })
	for i := range x.Rows {
		x.Rows[i].Area = AreaInput{}
	}
	return x
}

// importing holds every row against what is there.
func importing(tx *db.Tx, by auth.Actor, in ImportInput, t fileTable) (Import, org.Unit, error) {
	out := Import{Columns: t.columns, Mapping: in.Mapping}
	if out.Mapping == nil {
		out.Mapping = t.guess()
	}
	u, err := org.UnitIn(tx, in.Unit)
	if err != nil {
		return out, u, err
	}
	if err := requireDraw(by, u.Path); err != nil {
		return out, u, err
	}
	there, err := AreasOf(tx, u.Path, by.Now)
	if err != nil {
		return out, u, err
	}
	x := importer{in, out.Mapping, t, map[string]Area{}, map[string]Area{}, map[string]int{}}
	for _, a := range there {
		x.byName[nameKey(a.Name)], x.byCode[strings.ToUpper(a.Code)] = a, a
	}
	for _, r := range t.rows {
		out.Rows = append(out.Rows, x.row(r))
	}
	if err := overlapping(&out, there); err != nil {
		return out, u, err
	}
	out.count()
	return out, u, nil
}

// count counts what becomes of the rows.
func (x *Import) count() {
	for _, row := range x.Rows {
		switch {
		case len(row.Faults) > 0:
			x.Wrong++
		case row.Same:
			x.Same++
		case row.Area.ID != "":
			x.Changed++
		default:
			x.New++
		}
	}
}

// nameKey makes names that differ by blanks or capitals one.
func nameKey(s string) string { return strings.ToLower(strings.Join(strings.Fields(fold.NFC(s)), " ")) }

type importer struct {
	in             ImportInput
	mapping        map[string]string
	table          fileTable
	byName, byCode map[string]Area
	seen           map[string]int // line of each name
}

func (x importer) row(r fileRow) ImportRow {
	out := ImportRow{Line: r.line, Cells: r.cells, Faults: r.faults}
	if len(r.faults) > 0 {
		return out
	}
	bad := func(field, key string, args ...any) { out.Faults = append(out.Faults, RowFault{field, key, args}) }
	cell := func(field string) string { return x.table.cell(r, x.mapping, field) }
	name := strings.Join(strings.Fields(fold.NFC(cell("name"))), " ")
	key := nameKey(name)
	switch line := x.seen[key]; {
	case name == "":
		bad("name", "zone.row_no_name")
	case len([]rune(name)) > 200:
		bad("name", "zone.too_long", "Limit", 200)
	case line != 0:
		bad("name", "zone.row_twice", "Name", name, "Line", line)
	default:
		x.seen[key] = r.line
	}
	a, known := x.byName[key]
	in := AreaInput{Kind: x.in.Kind, Name: name}
	if known {
		in = AreaInput{ID: a.ID, Kind: a.Kind, Name: name, Parent: a.Parent, Households: a.Households, People: a.People, Shape: a.Shape, Lon: a.Lon, Lat: a.Lat}
	}
	if text := cell("kind"); text != "" {
		in.Kind = kindNamed(text)
		if in.Kind == "" {
			bad("kind", "zone.row_kind", "Text", text)
		}
	} else if in.Kind == "" {
		bad("kind", "zone.row_no_kind")
	}
	in.Households = whole(cell("households"), "households", in.Households, bad)
	in.People = whole(cell("people"), "people", in.People, bad)
	x.place(r, &in, cell, bad)
	if code := cell("parent"); code != "" {
		p, ok := x.byCode[strings.ToUpper(code)]
		if !ok || p.ID == in.ID {
			bad("parent", "zone.row_parent", "Text", code)
		}
		in.Parent = p.ID
	}
	out.Area, out.Same = in, known && same(a, in)
	return out
}

// place takes a shape or a point from the geometry or from two columns.
func (x importer) place(r fileRow, in *AreaInput, cell func(string) string, bad func(string, string, ...any)) {
	if r.shape != "" {
		in.Shape = r.shape
	}
	if r.lon != nil {
		in.Lon, in.Lat = r.lon, r.lat
		return
	}
	lon, lat := cell("lon"), cell("lat")
	if lon == "" && lat == "" {
		return
	}
	east, err := strconv.ParseFloat(strings.ReplaceAll(lon, ",", "."), 64)
	north, err2 := strconv.ParseFloat(strings.ReplaceAll(lat, ",", "."), 64)
	if err != nil || err2 != nil || east < -180 || east > 180 || north < -90 || north > 90 {
		bad("lat", "zone.row_place", "Lon", lon, "Lat", lat)
		return
	}
	in.Lon, in.Lat = &east, &north
}

// whole reads a number as people type it; an empty cell leaves what was known.
func whole(text, field string, known *int64, bad func(string, string, ...any)) *int64 {
	if text == "" {
		return known
	}
	n, err := strconv.ParseInt(strings.NewReplacer(".", "", ",", "", " ", "").Replace(text), 10, 64)
	if err != nil || n < 0 || n > 10_000_000 {
		bad(field, "zone.row_number", "Text", text)
		return nil
	}
	return &n
}

// kindNamed finds a kind by code or name; "" none. A whole unit is no area of
// itself.
func kindNamed(text string) string {
	want := fold.Text(text)
	i := slices.IndexFunc(Kinds(), func(k Kind) bool {
		return k.Code != UnitKind && (k.Code == text || fold.Text(k.Vi) == want || fold.Text(k.En) == want)
	})
	if i < 0 {
		return ""
	}
	return Kinds()[i].Code
}

func same(a Area, in AreaInput) bool {
	return a.Name == in.Name && a.Kind == in.Kind && a.Parent == in.Parent && a.Shape == in.Shape &&
		equal(a.Households, in.Households) && equal(a.People, in.People) && equal(a.Lon, in.Lon) && equal(a.Lat, in.Lat)
}

func equal[T comparable](a, b *T) bool { return a == b || a != nil && b != nil && *a == *b }

// takeIn writes the rows that are right, with one record.
func (s *Service) takeIn(tx *db.Tx, by auth.Actor, u org.Unit, in Import) error {
	what := Redrawn
	if in.New > 0 {
		what = Born
	}
	if _, err := s.zoneUnit(tx, by, u); err != nil {
		return err
	}
	r, err := begin(tx, by, Record{What: what, UnitPath: u.Path})
	if err != nil {
		return err
	}
	var fresh []Area
	for _, row := range in.Rows {
		switch {
		case len(row.Faults) > 0 || row.Same:
		case row.Area.ID != "":
			if err := s.takeChange(tx, by, r, row.Area); err != nil {
				return err
			}
		default:
			a := Area{ID: s.ids.New(), Unit: u.ID, UnitPath: u.Path, From: by.Now, To: instant.Forever, Version: 1}
			if err := fillArea(tx, &a, row.Area); err != nil {
				return err
			}
			if a.Code, err = nextCode(tx, u); err != nil {
				return err
			}
			fresh = append(fresh, a)
		}
	}
	if err := bearIn(tx, by, r, fresh); err != nil {
		return err
	}
	return s.noted(tx, by, r, "zone", u.ID)
}

func (s *Service) takeChange(tx *db.Tx, by auth.Actor, r Record, in AreaInput) error {
	a, err := areaToChange(tx, by, in.ID, 0)
	if err != nil {
		return err
	}
	if err := fillArea(tx, &a, in); err != nil {
		return err
	}
	return saveArea(tx, by, &a, r.Seq)
}
