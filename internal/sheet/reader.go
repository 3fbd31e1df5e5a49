package sheet

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"phaodai/internal/fault"
)

// Limit bounds what a file may hold; zero fields take the defaults.
type Limit struct {
	Bytes   int64 // of the unpacked file; default 256 MB
	Rows    int   // default 200,000
	Columns int   // default 256
}

func (l Limit) orDefault() Limit {
	if l.Bytes == 0 {
		l.Bytes = 256 << 20
	}
	if l.Rows == 0 {
		l.Rows = 200_000
	}
	if l.Columns == 0 {
		l.Columns = 256
	}
	return l
}

// Row is one row as read. Cells are trimmed texts: numbers in plain form
// (1234.5), dates as 2006-01-02, moments as 2006-01-02 15:04:05. Empty cells at
// the end are left off.
type Row struct {
	Line  int // as a spreadsheet numbers it, from 1
	Cells []string
}

// Cell returns the i-th cell, or "" beyond the end.
func (r Row) Cell(i int) string {
	if i < 0 || i >= len(r.Cells) {
		return ""
	}
	return r.Cells[i]
}

// Blank tells whether no cell holds anything.
func (r Row) Blank() bool { return len(r.Cells) == 0 }

// Reader reads the first worksheet of a file row by row.
type Reader struct {
	Format Format
	limit  Limit
	next   func() (Row, error)
	close  func() error
	rows   int
}

// Open recognises the format by content: a zip archive is XLSX, all else must
// be CSV with comma, semicolon or tab in UTF-8 or UTF-16. The caller closes the
// Reader.
func Open(data io.ReaderAt, size int64, limit Limit) (*Reader, error) {
	limit = limit.orDefault()
	head := make([]byte, min(size, 8192))
	if n, err := data.ReadAt(head, 0); err != nil && !(errors.Is(err, io.EOF) && n == len(head)) {
		return nil, err
	}
	r := &Reader{limit: limit}
	open := r.openCSV
	switch {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		open = r.openXLSX
	case bytes.HasPrefix(head, []byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")): // a compound file: .xls, or .xlsx under a password
		return nil, fault.New(fault.Invalid, "sheet.locked")
	}
	if err := open(io.NewSectionReader(data, 0, size), head); err != nil {
		return nil, err
	}
	return r, nil
}

// Next returns the next row that is not blank, or io.EOF.
func (r *Reader) Next() (Row, error) {
	for {
		row, err := r.next()
		if err != nil {
			return Row{}, err
		}
		if r.rows++; r.rows > r.limit.Rows {
			return Row{}, fault.New(fault.TooLarge, "sheet.rows", "Max", r.limit.Rows)
		}
		if len(row.Cells) > r.limit.Columns {
			return Row{}, fault.New(fault.TooLarge, "sheet.columns", "Line", row.Line, "Max", r.limit.Columns)
		}
		for i, c := range row.Cells {
			row.Cells[i] = strings.TrimSpace(c)
		}
		for len(row.Cells) > 0 && row.Cells[len(row.Cells)-1] == "" {
			row.Cells = row.Cells[:len(row.Cells)-1]
		}
		if !row.Blank() {
			return row, nil
		}
	}
}

// Close frees what the Reader holds.
func (r *Reader) Close() error { return r.close() }

func (r *Reader) openCSV(data io.Reader, head []byte) error {
	bom := bytes.HasPrefix(head, []byte{0xFF, 0xFE}) || bytes.HasPrefix(head, []byte{0xFE, 0xFF})
	if bytes.IndexByte(head, 0) >= 0 && !bom {
		return fault.New(fault.Invalid, "sheet.unknown")
	}
	decoded := transform.NewReader(data, unicode.BOMOverride(transform.Nop))
	text := bufio.NewReaderSize(io.LimitReader(decoded, r.limit.Bytes+1), 64<<10)
	start, _ := text.Peek(4096)
	c := csv.NewReader(text)
	c.Comma, c.FieldsPerRecord, c.LazyQuotes = separator(start), -1, true
	r.Format, r.close = CSV, func() error { return nil }
	r.next = func() (Row, error) { return r.record(c) }
	return nil
}

func (r *Reader) record(c *csv.Reader) (Row, error) {
	record, err := c.Read()
	if errors.Is(err, io.EOF) {
		return Row{}, io.EOF
	}
	if c.InputOffset() > r.limit.Bytes {
		return Row{}, fault.New(fault.TooLarge, "sheet.bytes", "Max", r.limit.Bytes>>20)
	}
	line, _ := c.FieldPos(0)
	if err != nil {
		return Row{}, fault.Wrap(err, fault.Invalid, "sheet.broken")
	}
	for i, cell := range record {
		if !utf8.ValidString(cell) {
			return Row{}, fault.New(fault.Invalid, "sheet.encoding", "Line", line)
		}
		record[i] = unguard(cell)
	}
	return Row{Line: line, Cells: record}, nil
}

// separator chooses the sign that the first line holds most often outside
// quotes; Excel in Vietnam writes semicolons.
func separator(start []byte) rune {
	count := map[byte]int{}
	quoted := false
	for _, b := range start {
		if b == '"' {
			quoted = !quoted
		}
		if b == '\n' && !quoted {
			break
		}
		if !quoted {
			count[b]++
		}
	}
	switch {
	case count['\t'] > count[','] && count['\t'] > count[';']:
		return '\t'
	case count[';'] > count[',']:
		return ';'
	}
	return ','
}
