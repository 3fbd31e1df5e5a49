// Package sheet is the one way by which lists leave the system and enter it as
// spreadsheets: XLSX and CSV.
//
// Guarantees. A text stays a text: leading zeros, "1/2" and "=1+1" come out as
// they went in, and nothing that a person typed is ever run as a formula. Dates
// and numbers are real dates and numbers. What [Writer] writes, [Reader] reads
// back unchanged. Both stream: memory does not grow with the number of rows,
// except that an XLSX file being read is held unpacked up to [Limit.Bytes].
//
// CSV is RFC 4180 in UTF-8 with a byte order mark, because Excel takes a file
// without one for a Western code page and breaks Vietnamese. Dates in CSV are
// ISO 8601, which Excel understands in every locale.
package sheet

import (
	"io"
	"time"

	"phaodai/internal/fault"
)

// Format is a file format.
type Format string

// The formats.
const (
	XLSX Format = "xlsx"
	CSV  Format = "csv"
)

// FormatOf recognises a format by its name, as in a query "?format=xlsx".
func FormatOf(name string) (Format, error) {
	switch f := Format(name); f {
	case XLSX, CSV:
		return f, nil
	}
	return "", fault.New(fault.Invalid, "sheet.format", "Format", name)
}

// MIME is the media type of the format.
func (f Format) MIME() string {
	if f == XLSX {
		return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	}
	return "text/csv; charset=utf-8"
}

// Kind says what the cells of a column hold.
type Kind int

// The kinds of columns. A cell may always be nil, which stays empty; 0 is a
// figure and is written.
const (
	Text    Kind = iota // string
	Int                 // any integer
	Decimal             // float64
	Percent             // float64, 0.735 is shown as 73.5 %
	Date                // time.Time or instant.Micros: the day in the Writer's zone
	Moment              // time.Time or instant.Micros: day and second in that zone
	Bool                // bool, shown as x or empty
)

// Column is one column of a list.
type Column struct {
	Title string
	Kind  Kind
	Width float64 // in characters; 0 chooses by kind. A text column over 30 wraps.
}

func (c Column) width() float64 {
	switch {
	case c.Width > 0:
		return c.Width
	case c.Kind == Text:
		return 24
	case c.Kind == Moment:
		return 20
	default:
		return 12
	}
}

// Writer writes one list, row by row. Close finishes the file.
type Writer struct {
	columns []Column
	zone    *time.Location
	out     rowWriter
	rows    int
}

type rowWriter interface {
	row(cells []any) error
	close() error
}

// MaxRows is what a worksheet can hold beside its header.
const MaxRows = 1<<20 - 1

// NewWriter starts a file with its header. name is the name of the worksheet.
// zone is where moments are shown.
func NewWriter(w io.Writer, f Format, name string, zone *time.Location, columns ...Column) (*Writer, error) {
	var out rowWriter
	var err error
	if f == XLSX {
		out, err = newXLSX(w, name, columns)
	} else {
		out, err = newCSV(w, columns)
	}
	if err != nil {
		return nil, err
	}
	return &Writer{columns: columns, zone: zone, out: out}, nil
}

// Close writes what is left and ends the file. It does not close the
// underlying writer.
func (w *Writer) Close() error { return w.out.close() }
