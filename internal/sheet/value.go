package sheet

import (
	"fmt"
	"reflect"
	"strings"
	"time"

	"phaodai/internal/fault"
	"phaodai/internal/instant"
)

// Row writes one row; values stand in the order of the columns and are of the
// columns' kinds.
func (w *Writer) Row(values ...any) error {
	if len(values) != len(w.columns) {
		return fmt.Errorf("sheet: %d values for %d columns", len(values), len(w.columns))
	}
	if w.rows++; w.rows > MaxRows {
		return fault.New(fault.TooLarge, "sheet.rows", "Max", MaxRows)
	}
	cells := make([]any, len(values))
	for i, v := range values {
		cell, err := w.cell(w.columns[i], v)
		if err != nil {
			return err
		}
		cells[i] = cell
	}
	return w.out.row(cells)
}

// cell brings a value into one of nil, string, int64, uint64, float64, bool
// and time.Time.
func (w *Writer) cell(c Column, v any) (any, error) {
	r := reflect.ValueOf(v)
	for r.Kind() == reflect.Pointer {
		r = r.Elem()
	}
	if !r.IsValid() {
		return nil, nil
	}
	switch v := r.Interface().(type) {
	case instant.Micros:
		return w.moment(c, v)
	case time.Time:
		return w.moment(c, instant.Of(v))
	}
	return plain(c, r)
}

func plain(c Column, r reflect.Value) (any, error) {
	switch {
	case c.Kind == Text && r.Kind() == reflect.String:
		return clean(r.String()), nil
	case c.Kind == Int && r.CanInt():
		return r.Int(), nil
	case c.Kind == Int && r.CanUint():
		return r.Uint(), nil
	case (c.Kind == Decimal || c.Kind == Percent) && r.CanFloat():
		return r.Float(), nil
	case c.Kind == Bool && r.Kind() == reflect.Bool:
		return r.Bool(), nil
	}
	return nil, fmt.Errorf("sheet: column %q cannot hold a %s", c.Title, r.Type())
}

// moment gives local time; a moment that is none or never stays empty.
func (w *Writer) moment(c Column, m instant.Micros) (any, error) {
	if c.Kind != Date && c.Kind != Moment {
		return nil, fmt.Errorf("sheet: column %q cannot hold a moment", c.Title)
	}
	if m.IsZero() || m == instant.Forever {
		return nil, nil
	}
	t := m.In(w.zone).Truncate(time.Second)
	if c.Kind == Date {
		year, month, day := t.Date()
		t = time.Date(year, month, day, 0, 0, 0, 0, w.zone)
	}
	return t, nil
}

// clean drops what no spreadsheet can hold: control characters other than tab
// and line feed. CRLF becomes LF, as inside every spreadsheet cell.
func clean(s string) string {
	s = strings.ToValidUTF8(strings.ReplaceAll(s, "\r\n", "\n"), "\uFFFD")
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' || r == 0xFFFE || r == 0xFFFF {
			return -1
		}
		return r
	}, s)
}
