package zoning

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"phaodai/internal/fault"
	"phaodai/internal/geo"
	"phaodai/internal/listfile"
)

// Bounds of a file of areas.
const (
	MaxFile     = 32 << 20 // bytes
	MaxFileRows = 20_000
)

// fileFields are what a file may say of an area.
var fileFields = []listfile.Field{
	{Name: "name", Titles: []string{"ten", "ten khu vuc", "khu vuc", "name", "area"}},
	{Name: "kind", Titles: []string{"loai", "loai hinh", "kind", "type"}},
	{Name: "households", Titles: []string{"ho", "so ho", "households"}},
	{Name: "people", Titles: []string{"nguoi", "so nguoi", "nhan khau", "dan so", "people", "population"}},
	{Name: "lon", Titles: []string{"kinh do", "lon", "lng", "long", "longitude", "x"}},
	{Name: "lat", Titles: []string{"vi do", "lat", "latitude", "y"}},
	{Name: "parent", Titles: []string{"ma khu vuc bao ngoai", "thuoc", "bao ngoai", "parent", "parent code"}},
}

// FileFields lists what a file may say of an area.
func FileFields() (out []string) {
	for _, f := range fileFields {
		out = append(out, f.Name)
	}
	return out
}

// fileTable is a file as it was read.
type fileTable struct {
	columns []string
	rows    []fileRow
}

type fileRow struct {
	line     int
	cells    []string
	shape    string
	lon, lat *float64
	faults   []RowFault
}

// readFile reads a spreadsheet or GeoJSON, told apart by content.
func readFile(data []byte) (fileTable, error) {
	if len(data) > MaxFile {
		return fileTable{}, fault.New(fault.TooLarge, "upload.too_large", "Size", len(data)>>20, "Limit", MaxFile>>20)
	}
	text := bytes.TrimLeft(bytes.TrimPrefix(data, []byte("\uFEFF")), " \t\r\n")
	if bytes.HasPrefix(text, []byte("{")) {
		return readGeoJSON(text)
	}
	return readSheet(data)
}

func readSheet(data []byte) (t fileTable, err error) {
	list, err := listfile.Read(data, fileFields, listfile.Limit{Bytes: MaxFile, Rows: MaxFileRows, Columns: 60})
	if err != nil {
		return t, err
	}
	t.columns = list.Columns
	for _, row := range list.Rows {
		t.rows = append(t.rows, fileRow{line: row.Line, cells: row.Cells})
	}
	return t, nil
}

// unreadable keeps the words of the package that could not read the file.
func unreadable(err error) error {
	var f *fault.Fault
	if errors.As(err, &f) {
		return f.At("file", f.Key, f.Args...)
	}
	return fault.Wrap(err, fault.Invalid, "zone.file_unreadable").At("file", "zone.file_unreadable")
}

func (t fileTable) bounded() error {
	switch {
	case len(t.rows) == 0:
		return invalid().At("file", "listfile.no_rows")
	case len(t.rows) > MaxFileRows:
		return invalid().At("file", "listfile.rows", "Limit", MaxFileRows)
	}
	return nil
}

func readGeoJSON(data []byte) (t fileTable, err error) {
	features, faults, err := geo.Parse(data, geo.Limit{Bytes: MaxFile, Features: MaxFileRows})
	if err != nil {
		return t, unreadable(err)
	}
	titles := map[string]bool{}
	for _, f := range features {
		for name := range f.Properties {
			titles[name] = true
		}
	}
	for name := range titles {
		t.columns = append(t.columns, name)
	}
	slices.Sort(t.columns)
	for _, f := range features {
		row := fileRow{line: f.Number}
		for _, c := range t.columns {
			row.cells = append(row.cells, cellText(f.Properties[c]))
		}
		if len(f.Shape) > 0 {
			row.shape = geo.FormatShape(f.Shape)
		} else {
			row.lon, row.lat = &f.Point[0], &f.Point[1]
		}
		t.rows = append(t.rows, row)
	}
	for _, f := range faults {
		row := fileRow{line: f.Number, cells: make([]string, len(t.columns))}
		row.faults = []RowFault{{Field: "shape", Key: f.Key, Args: f.Args}}
		t.rows = append(t.rows, row)
	}
	slices.SortStableFunc(t.rows, func(a, b fileRow) int { return a.line - b.line })
	return t, t.bounded()
}

// cellText is a property as a cell would hold it.
func cellText(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return strings.TrimSpace(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return fmt.Sprint(v)
}

// guess finds the columns of fields by their titles.
func (t fileTable) guess() map[string]string {
	return listfile.Table{Columns: t.columns}.Guess(fileFields)
}

// cell is what a row says of a field.
func (t fileTable) cell(r fileRow, mapping map[string]string, field string) string {
	i := slices.Index(t.columns, mapping[field])
	if mapping[field] == "" || i < 0 || i >= len(r.cells) {
		return ""
	}
	return r.cells[i]
}
