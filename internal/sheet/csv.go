package sheet

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"
	"time"
)

// The forms of dates in CSV and in what a Reader returns.
const (
	dateForm   = "2006-01-02"
	momentForm = "2006-01-02 15:04:05"
)

type csvWriter struct {
	csv     *csv.Writer
	columns []Column
}

func newCSV(w io.Writer, columns []Column) (*csvWriter, error) {
	if _, err := io.WriteString(w, "\uFEFF"); err != nil {
		return nil, err
	}
	out := &csvWriter{csv: csv.NewWriter(w), columns: columns}
	out.csv.UseCRLF = true
	titles := make([]string, len(columns))
	for i, c := range columns {
		titles[i] = guard(c.Title)
	}
	return out, out.csv.Write(titles)
}

func (w *csvWriter) row(cells []any) error {
	record := make([]string, len(cells))
	for i, cell := range cells {
		record[i] = w.text(w.columns[i], cell)
	}
	return w.csv.Write(record)
}

func (w *csvWriter) text(c Column, cell any) string {
	switch v := cell.(type) {
	case string:
		return guard(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case uint64:
		return strconv.FormatUint(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case bool:
		return mark(v)
	case time.Time:
		if c.Kind == Date {
			return v.Format(dateForm)
		}
		return v.Format(momentForm)
	}
	return ""
}

func (w *csvWriter) close() error {
	w.csv.Flush()
	return w.csv.Error()
}

func mark(yes bool) string {
	if yes {
		return "x"
	}
	return ""
}

// guard puts an apostrophe before a text that a spreadsheet would run as a
// formula (OWASP, "CSV injection"); unguard takes it away. A text that itself
// starts with apostrophes before such a sign gets one more, so that the pair
// loses nothing.
func guard(s string) string {
	if risky(s) {
		return "'" + s
	}
	return s
}

func unguard(s string) string {
	if rest, ok := strings.CutPrefix(s, "'"); ok && risky(rest) {
		return rest
	}
	return s
}

func risky(s string) bool {
	s = strings.TrimLeft(s, "'")
	return s != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", []rune(s)[0])
}
