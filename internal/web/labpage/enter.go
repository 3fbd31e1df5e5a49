package labpage

import (
	"io"
	"strings"

	"phaodai/internal/fault"
	"phaodai/internal/laboratory"
	"phaodai/internal/sampling"
	"phaodai/internal/web"
)

// resultsPage is where results are entered.
type resultsPage struct {
	Mine []laboratory.Entry
	Tube string // that the queue named
	Back string // which form came back
}

func (p Parts) results(r *web.Request) error {
	page := resultsPage{Tube: r.Query("ong")}
	if r.Form.Sent {
		page.Back = r.Form.Value("form")
	}
	var err error
	if page.Mine, err = p.Lab.Mine(r.Context(), r.By); err != nil {
		return err
	}
	return r.Render("lab/results", page)
}

const resultsPath = "/mau/ket-qua"

// enter keeps one result, of one tube or of several that were scanned.
func (p Parts) enter(r *web.Request) error {
	var in struct {
		Tubes    string `form:"tube"`
		Result   string `form:"result"`
		Corrects bool   `form:"corrects"`
		Reason   string `form:"reason"`
	}
	if err := r.Read(&in); err != nil {
		return err
	}
	var rows []laboratory.Row
	for _, code := range codes(in.Tubes) {
		rows = append(rows, laboratory.Row{Tube: code, Result: sampling.Result(in.Result), Corrects: in.Corrects, Reason: in.Reason})
	}
	if len(rows) == 0 {
		return fault.New(fault.Invalid, "input.check").At("tube", "input.missing")
	}
	out, err := p.Lab.Enter(r.Context(), r.By, laboratory.EnterInput{Key: r.Key(), Rows: rows})
	if err != nil {
		return err
	}
	result := r.T("labpage.result." + in.Result)
	switch {
	case len(out.Unknown) > 0:
		return r.Redirect(resultsPath, "labpage.entered_unknown", "Codes", strings.Join(out.Unknown[:min(len(out.Unknown), 10)], ", "), "Waiting", out.Waiting, "Unknown", len(out.Unknown))
	case out.Waiting == 1:
		return r.Redirect(resultsPath, "labpage.entered", "Tube", sampling.TubeCode(rows[0].Tube), "Result", result)
	default:
		return r.Redirect(resultsPath, "labpage.entered_many", "Count", out.Waiting, "Result", result)
	}
}

// file keeps the results of a file, all or none.
func (p Parts) file(r *web.Request) error {
	upload, err := r.File("file")
	if err != nil {
		return err
	}
	content, err := upload.Open()
	if err != nil {
		return err
	}
	defer content.Close()
	data, err := io.ReadAll(io.LimitReader(content, laboratory.MaxFile+1))
	if err != nil {
		return err
	}
	out, err := p.Lab.EnterFile(r.Context(), r.By, r.Key(), data)
	if err != nil {
		return err
	}
	if len(out.Unknown) > 0 {
		return r.Redirect("/mau/doi-chieu", "labpage.file_unknown", "Name", upload.Name, "Waiting", out.Waiting, "Unknown", len(out.Unknown))
	}
	return r.Redirect(resultsPath, "labpage.file_entered", "Name", upload.Name, "Waiting", out.Waiting)
}
