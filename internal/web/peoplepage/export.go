package peoplepage

import (
	"phaodai/internal/auth"
	"phaodai/internal/people"
	"phaodai/internal/sheet"
	"phaodai/internal/web"
)

// exportForm asks for the reason for which a list goes out.
type exportForm struct {
	Wards   []web.Choice
	Unit    string
	Name    string
	People  int
	Formats []web.Choice
}

func (p Parts) exportPage(r *web.Request) error {
	wards, err := p.wards(r, auth.PeopleExport)
	if err != nil {
		return err
	}
	page := exportForm{Wards: wards, Unit: ward(r, wards), Formats: []web.Choice{{Value: "xlsx", Text: "Excel (XLSX)"}, {Value: "csv", Text: "CSV"}}}
	if page.Unit != "" {
		w, err := p.People.Ward(r.Context(), r.By, page.Unit)
		if err != nil {
			return err
		}
		page.Name, page.People = w.Unit.Name, w.People
	}
	return r.Render("people/export", page)
}

// export gives the list of a ward. It is read whole before the first byte goes
// out, so that what is wrong comes back as a form and not as a file.
func (p Parts) export(r *web.Request) error {
	var in struct {
		Unit   string `form:"phuong"`
		Reason string `form:"reason"`
		Format string `form:"format"`
	}
	if err := r.Read(&in); err != nil {
		return err
	}
	format := sheet.Format("xlsx")
	if in.Format == "csv" {
		format = "csv"
	}
	var rows [][]string
	err := p.People.Export(r.Context(), r.By, in.Unit, in.Reason, func(row []string) error {
		rows = append(rows, row)
		return nil
	})
	if err != nil {
		return err
	}
	var columns []sheet.Column
	for _, title := range people.ExportTitles() {
		columns = append(columns, sheet.Column{Title: title, Width: 18})
	}
	return r.Sheet(r.T("peoplepage.export_file"), r.T("peoplepage.residents"), format, columns, func(out *sheet.Writer) error {
		for _, row := range rows {
			cells := make([]any, len(row))
			for i, c := range row {
				cells[i] = c
			}
			if err := out.Row(cells...); err != nil {
				return err
			}
		}
		return nil
	})
}
