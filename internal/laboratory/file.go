package laboratory

import (
	"context"
	"strings"

	"phaodai/internal/auth"
	"phaodai/internal/fault"
	"phaodai/internal/fhir"
	"phaodai/internal/fold"
	"phaodai/internal/listfile"
	"phaodai/internal/sampling"
)

// MaxFile is the largest file of results in bytes.
const MaxFile = 5 << 20

// fields are the columns of a file of results, as laboratories call them.
func fields() []listfile.Field {
	return []listfile.Field{
		{Name: "tube", Titles: []string{"ong", "ma ong", "ma mau", "ma ong gop", "ma ong mau", "ma vach", "tube", "tube code", "sample", "sample id", "specimen", "specimen id", "barcode"}},
		{Name: "result", Titles: []string{"ket qua", "ket qua xet nghiem", "kq", "ket luan", "result", "test result", "interpretation"}},
	}
}

// ReadFile reads results from CSV, XLSX or FHIR R4. A row that cannot be understood
// refuses the file, with its line; where its values stand in other columns it is
// said that the columns moved.
func ReadFile(data []byte) ([]Row, error) {
	if len(data) > MaxFile {
		return nil, fault.New(fault.Invalid, "lab.file_large")
	}
	if fhir.Looks(data) {
		return fhirRows(data)
	}
	table, err := listfile.Read(data, fields(), listfile.Limit{Bytes: MaxFile, Rows: MaxRows, Columns: 60})
	if err != nil {
		return nil, err
	}
	m := table.Guess(fields())
	if m["tube"] == "" || m["result"] == "" {
		return nil, fault.New(fault.Invalid, "lab.columns_missing")
	}
	reader := table.Read(fields(), m)
	var out []Row
	for _, r := range table.Rows {
		cells := reader.Row(r)
		result, ok := resultOf(cells["result"])
		code := sampling.TubeCode(cells["tube"])
		switch {
		case ok && code != "" && !isResult(code):
			out = append(out, Row{Line: r.Line, Tube: code, Result: result})
		case moved(r.Cells):
			return nil, fault.New(fault.Invalid, "lab.shifted", "Line", r.Line)
		case code == "":
			return nil, fault.New(fault.Invalid, "lab.tube_missing", "Line", r.Line)
		default:
			return nil, fault.New(fault.Invalid, "lab.result_line", "Line", r.Line)
		}
	}
	if len(out) == 0 {
		return nil, fault.New(fault.Invalid, "lab.nothing")
	}
	return out, nil
}

// fhirRows are the findings of a file in FHIR; the line is the place of the entry.
func fhirRows(data []byte) (out []Row, err error) {
	found, err := fhir.Read(data, fhir.Limit{Bytes: MaxFile, Findings: MaxRows})
	for _, f := range found {
		if f.Corrected && f.Note == "" {
			return nil, fault.New(fault.Invalid, "lab.fhir_reason", "Line", f.Entry)
		}
		r := Row{Line: f.Entry, Tube: sampling.TubeCode(f.Tube), Result: sampling.Result(f.Result), Corrects: f.Corrected}
		if r.Corrects {
			r.Reason = f.Note
		}
		out = append(out, r)
	}
	return out, err
}

// EnterFile reads a file and enters what it says, all or nothing.
func (s *Service) EnterFile(ctx context.Context, by auth.Actor, key string, data []byte) (Entered, error) {
	if err := require(by, auth.LabEnter); err != nil {
		return Entered{}, err
	}
	rows, err := ReadFile(data)
	if err != nil {
		return Entered{}, err
	}
	source := "file"
	if fhir.Looks(data) {
		source = "fhir"
	}
	return s.Enter(ctx, by, EnterInput{Key: key, Source: source, Rows: rows})
}

// moved tells whether a row has a result, in whatever column.
func moved(cells []string) bool {
	for _, c := range cells {
		if isResult(c) {
			return true
		}
	}
	return false
}

func isResult(text string) bool {
	_, ok := resultOf(text)
	return ok
}

// resultOf understands how laboratories write a result.
func resultOf(text string) (sampling.Result, bool) {
	switch strings.Trim(fold.Text(text), " .") {
	case "am tinh", "am", "(-)", "-", "neg", "negative", "not detected", "khong phat hien":
		return sampling.Negative, true
	case "duong tinh", "duong", "(+)", "+", "pos", "positive", "detected", "phat hien":
		return sampling.Positive, true
	case "khong hop le", "khong xac dinh", "invalid", "inconclusive", "loi":
		return sampling.Invalid, true
	}
	return "", false
}
