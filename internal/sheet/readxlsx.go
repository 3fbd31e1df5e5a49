package sheet

import (
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"phaodai/internal/fault"
)

// openXLSX walks the first worksheet twice in step: once for the raw values and
// once as shown, because only what is shown tells a date from a number.
func (r *Reader) openXLSX(data io.Reader, _ []byte) error {
	file, err := excelize.OpenReader(data, excelize.Options{
		UnzipSizeLimit:    r.limit.Bytes,
		UnzipXMLSizeLimit: min(r.limit.Bytes, 16<<20),
		ShortDatePattern:  "dd/mm/yyyy",
	})
	if err != nil {
		return openFault(err, r.limit)
	}
	name := file.GetSheetName(0)
	raw, err := file.Rows(name)
	if err == nil {
		var shown *excelize.Rows
		if shown, err = file.Rows(name); err == nil {
			r.Format = XLSX
			r.next = (&pair{raw: raw, shown: shown}).next
			r.close = file.Close
			return nil
		}
	}
	file.Close()
	return fault.Wrap(err, fault.Invalid, "sheet.broken")
}

func openFault(err error, limit Limit) error {
	if strings.Contains(err.Error(), "unzip size exceeds") {
		return fault.Wrap(err, fault.TooLarge, "sheet.bytes", "Max", limit.Bytes>>20)
	}
	return fault.Wrap(err, fault.Invalid, "sheet.broken")
}

type pair struct {
	raw, shown *excelize.Rows
	line       int
}

func (p *pair) next() (Row, error) {
	if !p.raw.Next() || !p.shown.Next() {
		if err := p.raw.Error(); err != nil {
			return Row{}, fault.Wrap(err, fault.Invalid, "sheet.broken")
		}
		return Row{}, io.EOF
	}
	p.line++
	raw, err := p.raw.Columns(excelize.Options{RawCellValue: true})
	if err != nil {
		return Row{}, fault.Wrap(err, fault.Invalid, "sheet.broken")
	}
	shown, err := p.shown.Columns(excelize.Options{ShortDatePattern: "dd/mm/yyyy"})
	if err != nil {
		return Row{}, fault.Wrap(err, fault.Invalid, "sheet.broken")
	}
	for i := range min(len(raw), len(shown)) {
		raw[i] = dated(raw[i], shown[i])
	}
	return Row{Line: p.line, Cells: raw}, nil
}

// dated turns a serial number that is shown as a date into that date.
func dated(raw, shown string) string {
	serial, err := strconv.ParseFloat(raw, 64)
	if err != nil || raw == shown || !strings.ContainsAny(shown, "/:-") || shown[0] == '-' {
		return raw
	}
	t, err := excelize.ExcelDateToTime(serial, false)
	if err != nil {
		return raw
	}
	t = t.Round(time.Second)
	if t.Equal(t.Truncate(24*time.Hour)) && !strings.Contains(shown, ":") {
		return t.Format(dateForm)
	}
	return t.Format(momentForm)
}
