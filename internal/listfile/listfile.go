// Package listfile reads the lists that offices keep as spreadsheets: it finds
// the row of titles among letterheads and titles of several rows, says which
// column holds what, and keeps every row with its line, so that what is wrong
// can be told at its place and sent back.
//
// Guarantees: a list is read whole or refused with what to do; no row is left
// out but blank ones and the row that numbers the columns; a mapping that a
// person chose goes before every guess.
package listfile

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"

	"phaodai/internal/fault"
	"phaodai/internal/fold"
	"phaodai/internal/sheet"
)

// Field is one thing that a row may say.
type Field struct {
	Name   string
	Titles []string // how people call it, folded: "ngay sinh"; of two rows of titles "nam sinh nam"
	Down   bool     // an empty cell repeats the one above: merged cells
}

// Limit bounds a file.
type Limit struct {
	Bytes, Rows, Columns int
}

// Row is one row with its line in the file.
type Row struct {
	Line  int      `json:"line"`
	Cells []string `json:"cells"`
}

// Table is a list as it was read.
type Table struct {
	Columns []string // titles, each once; of a column without title its letter
	Rows    []Row
}

// Mapping is the column of each field, by title.
type Mapping map[string]string

// headRows is how far down the titles are looked for.
const headRows = 15

// Read reads a list of fields from CSV or XLSX.
func Read(data []byte, fields []Field, limit Limit) (Table, error) {
	if len(data) > limit.Bytes {
		return Table{}, fault.New(fault.TooLarge, "upload.too_large", "Size", len(data)>>20, "Limit", limit.Bytes>>20)
	}
	rows, err := readAll(data, limit)
	if err != nil {
		return Table{}, atFile(err)
	}
	head, height := heading(rows, fields)
	t := Table{Columns: titles(rows[:min(head+height, len(rows))], head)}
	for _, r := range rows[min(head+height, len(rows)):] {
		if !numbering(r.Cells) {
			t.Rows = append(t.Rows, r)
		}
	}
	switch {
	case len(t.Rows) == 0:
		return t, fault.New(fault.Invalid, "input.check").At("file", "listfile.no_rows")
	case len(t.Rows) > limit.Rows:
		return t, fault.New(fault.Invalid, "input.check").At("file", "listfile.rows", "Limit", limit.Rows)
	}
	return t, nil
}

func readAll(data []byte, limit Limit) (rows []Row, err error) {
	r, err := sheet.Open(bytes.NewReader(data), int64(len(data)), sheet.Limit{Rows: limit.Rows + headRows + 1, Columns: limit.Columns})
	if err != nil {
		return nil, err
	}
	defer r.Close()
	for {
		row, err := r.Next()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return nil, err
		}
		rows = append(rows, Row{row.Line, row.Cells})
	}
}

// atFile points at the file that could not be read.
func atFile(err error) error {
	var f *fault.Fault
	if errors.As(err, &f) {
		return f.At("file", f.Key, f.Args...)
	}
	return fault.Wrap(err, fault.Invalid, "listfile.unreadable").At("file", "listfile.unreadable")
}

// numbering tells a row that numbers the columns: (1) (2) (3), A B 1 2.
func numbering(cells []string) bool {
	n := 0
	for i, c := range cells {
		c = strings.Trim(c, "()[]. ")
		switch {
		case c == "":
		case len(c) <= 2 && (strings.Trim(c, "0123456789") == "" && atoi(c) <= i+1 || len(c) == 1 && c >= "A" && c <= "H"):
			n++
		default:
			return false
		}
	}
	return n > 2
}

func atoi(s string) (n int) {
	for _, c := range s {
		n = 10*n + int(c-'0')
	}
	return n
}

// heading finds the rows of titles: of all blocks of one to three rows near the
// top the one under whose titles most fields are known.
func heading(rows []Row, fields []Field) (at, height int) {
	best := 0
	height = 1
	for i := range min(len(rows), headRows) {
		for h := 1; h <= 3 && i+h <= len(rows); h++ {
			if n := len(guess(titles(rows[:i+h], i), fields)); n > best {
				best, at, height = n, i, h
			}
		}
	}
	return at, height
}

// titles are the titles that rows from one on give each column.
func titles(rows []Row, from int) []string {
	width := 0
	for _, r := range rows[from:] {
		width = max(width, len(r.Cells))
	}
	out := make([]string, width)
	for depth, r := range rows[from:] {
		last := ""
		for c := range out {
			text := ""
			if c < len(r.Cells) {
				text = strings.Join(strings.Fields(r.Cells[c]), " ")
			}
			if text != "" {
				last = text
			} else if below(rows[from+depth+1:], c) {
				text = last // a title over several columns
			}
			out[c] = strings.TrimSpace(out[c] + " " + text)
		}
	}
	seen := map[string]bool{}
	for c := range out {
		for out[c] == "" || seen[out[c]] {
			out[c] = strings.TrimSpace(out[c] + " " + letter(c))
		}
		seen[out[c]] = true
	}
	return out
}

// below tells whether a row of titles further down has one in a column.
func below(rows []Row, c int) bool {
	return slices.ContainsFunc(rows, func(r Row) bool { return c < len(r.Cells) && r.Cells[c] != "" })
}

// letter is the name that spreadsheets give a column.
func letter(c int) string {
	if c < 26 {
		return string(rune('A' + c))
	}
	return letter(c/26-1) + letter(c%26)
}

// Guess finds the columns of fields by their titles.
func (t Table) Guess(fields []Field) Mapping { return guess(t.Columns, fields) }

func guess(columns []string, fields []Field) Mapping {
	out, taken := Mapping{}, map[string]bool{}
	for _, exact := range []bool{true, false} {
		for _, f := range fields {
			for _, c := range columns { // the leftmost that fits
				for _, title := range f.Titles {
					if _, done := out[f.Name]; !done && !taken[c] && named(c, title, exact) {
						out[f.Name], taken[c] = c, true
					}
				}
			}
		}
	}
	return out
}

// named tells whether a column is called so, or its title begins so: "Ngày sinh
// (dd/mm/yyyy)".
func named(column, title string, exact bool) bool {
	words := strings.Join(fold.Words(column), " ")
	if exact {
		return words == title
	}
	return len(title) > 3 && strings.HasPrefix(words, title+" ")
}

// Reader reads the cells of a list under a mapping.
type Reader struct {
	at    map[string]int
	down  map[string]bool
	above map[string]string
}

// Read prepares to read the rows in their order.
func (t Table) Read(fields []Field, m Mapping) *Reader {
	r := &Reader{at: map[string]int{}, down: map[string]bool{}, above: map[string]string{}}
	for _, f := range fields {
		if i := slices.Index(t.Columns, m[f.Name]); m[f.Name] != "" && i >= 0 {
			r.at[f.Name], r.down[f.Name] = i, f.Down
		}
	}
	return r
}

// Row is what a row says of each field.
func (r *Reader) Row(row Row) map[string]string {
	out := make(map[string]string, len(r.at))
	for name, i := range r.at {
		text := ""
		if i < len(row.Cells) {
			text = row.Cells[i]
		}
		if r.down[name] {
			if text == "" {
				text = r.above[name]
			}
			r.above[name] = text
		}
		out[name] = text
	}
	return out
}

// Signature tells lists with the same columns from others, to remember a
// mapping.
func (t Table) Signature() string { return strings.Join(t.Columns, "\x1f") }
