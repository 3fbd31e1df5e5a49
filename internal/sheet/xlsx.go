package sheet

import (
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

type xlsxWriter struct {
	to      io.Writer
	file    *excelize.File
	stream  *excelize.StreamWriter
	columns []Column
	styles  []int
	line    int
}

func newXLSX(w io.Writer, name string, columns []Column) (*xlsxWriter, error) {
	x := &xlsxWriter{to: w, file: excelize.NewFile(), columns: columns, line: 1}
	if err := x.start(sheetName(name)); err != nil {
		x.file.Close()
		return nil, fmt.Errorf("start worksheet: %w", err)
	}
	return x, nil
}

func (x *xlsxWriter) start(name string) error {
	if err := x.file.SetSheetName("Sheet1", name); err != nil {
		return err
	}
	var err error
	if x.stream, err = x.file.NewStreamWriter(name); err != nil {
		return err
	}
	if err := x.dress(); err != nil {
		return err
	}
	freeze := &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}
	if err := x.stream.SetPanes(freeze); err != nil {
		return err
	}
	return x.header()
}

// dress sets the widths and makes one cell style a column.
func (x *xlsxWriter) dress() error {
	for i, c := range x.columns {
		if err := x.stream.SetColWidth(i+1, i+1, c.width()); err != nil {
			return err
		}
		style, err := x.file.NewStyle(c.style())
		if err != nil {
			return err
		}
		x.styles = append(x.styles, style)
	}
	return nil
}

func (c Column) style() *excelize.Style {
	s := &excelize.Style{Alignment: &excelize.Alignment{Vertical: "top"}}
	format := ""
	switch c.Kind {
	case Text:
		s.NumFmt = 49 // "@": what is edited later stays text as well
		s.Alignment.WrapText = c.width() > 30
	case Int:
		s.NumFmt = 3 // #,##0 with the separator of the reader's locale
	case Decimal:
		s.NumFmt = 0
	case Percent:
		format = "0.0%"
	case Date:
		format = "dd/mm/yyyy"
	case Moment:
		format = "dd/mm/yyyy hh:mm:ss"
	case Bool:
		s.Alignment.Horizontal = "center"
	}
	if format != "" {
		s.CustomNumFmt = &format
	}
	return s
}

func (x *xlsxWriter) header() error {
	bold, err := x.file.NewStyle(&excelize.Style{
		Font:      &excelize.Font{Bold: true},
		Fill:      excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E7E6E6"}},
		Alignment: &excelize.Alignment{WrapText: true, Vertical: "center"},
	})
	if err != nil {
		return err
	}
	cells := make([]any, len(x.columns))
	for i, c := range x.columns {
		cells[i] = excelize.Cell{StyleID: bold, Value: c.Title}
	}
	return x.write(cells)
}

func (x *xlsxWriter) row(cells []any) error {
	styled := make([]any, len(cells))
	for i, cell := range cells {
		styled[i] = excelize.Cell{StyleID: x.styles[i], Value: value(cell)}
	}
	return x.write(styled)
}

func (x *xlsxWriter) write(cells []any) error {
	at, err := excelize.CoordinatesToCellName(1, x.line)
	if err != nil {
		return err
	}
	x.line++
	return x.stream.SetRow(at, cells)
}

// value brings a cell into what excelize writes: a wall-clock time without
// zone, a mark for true, a text within the length of a cell.
func value(cell any) any {
	switch v := cell.(type) {
	case time.Time:
		return time.Date(v.Year(), v.Month(), v.Day(), v.Hour(), v.Minute(), v.Second(), 0, time.UTC)
	case bool:
		if !v {
			return nil
		}
		return mark(v)
	case string:
		return fit(v)
	}
	return cell
}

// fit shortens a text over the limit of a cell and shows that it did.
func fit(s string) string {
	if utf8.RuneCountInString(s) <= excelize.TotalCellChars {
		return s
	}
	return string([]rune(s)[:excelize.TotalCellChars-1]) + "…"
}

func (x *xlsxWriter) close() error {
	defer x.file.Close()
	if err := x.stream.Flush(); err != nil {
		return fmt.Errorf("finish worksheet: %w", err)
	}
	return x.file.Write(x.to)
}

// sheetName makes a name that Excel accepts: no signs of paths, at most 31.
func sheetName(name string) string {
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`:\/?*[]'`, r) || r < ' ' {
			return ' '
		}
		return r
	}, name)
	runes := []rune(strings.TrimSpace(name))
	if len(runes) == 0 {
		return "Sheet1"
	}
	return strings.TrimSpace(string(runes[:min(len(runes), 31)]))
}
