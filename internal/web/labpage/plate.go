package labpage

import (
	"io"
	"strconv"

	"phaodai/internal/instant"
	"phaodai/internal/laboratory"
	"phaodai/internal/sheet"
	"phaodai/internal/web"
)

// platePage is one plate of those that the queue fills.
type platePage struct {
	Plates []laboratory.Plate
	Plate  laboratory.Plate
}

// Columns are the heads of a plate.
func (p platePage) Columns() (out []int) {
	for c := range laboratory.PlateColumns {
		out = append(out, c+1)
	}
	return out
}

// Letter names a row of a plate.
func (p platePage) Letter(row int) string { return string(rune('A' + row)) }

func (p Parts) plate(r *web.Request) error {
	plates, err := p.Lab.Plates(r.Context(), r.By)
	if err != nil {
		return err
	}
	page := platePage{Plates: plates}
	if len(plates) > 0 {
		n, _ := strconv.Atoi(r.Query("so")) // none, or no number, is the first
		page.Plate = plates[min(max(n, 1), len(plates))-1]
	}
	if format := r.Export(); format != "" && len(plates) > 0 {
		return exportPlate(r, page.Plate, sheet.Format(format))
	}
	return r.Render("lab/plate", page)
}

// exportPlate is a plate as a list of wells, for the software of a cycler.
func exportPlate(r *web.Request, p laboratory.Plate, format sheet.Format) error {
	columns := []sheet.Column{{Title: r.T("labpage.plate_number"), Kind: sheet.Int}, {Title: r.T("labpage.well")}, {Title: r.T("labpage.tube"), Width: 24},
		{Title: r.T("labpage.content"), Width: 24}, {Title: r.T("labpage.people"), Kind: sheet.Int}, {Title: r.T("labpage.sampled"), Kind: sheet.Moment}, {Title: r.T("labpage.limit"), Kind: sheet.Moment}}
	name := r.T("labpage.plate_file", "Number", p.Number) + "." + string(format)
	return r.Download(name, format.MIME(), func(w io.Writer) error {
		out, err := sheet.NewWriter(w, format, r.T("labpage.plate"), instant.Vietnam(), columns...)
		if err != nil {
			return err
		}
		for _, x := range p.Wells {
			if err := out.Row(wellRow(r, p, x)...); err != nil {
				return err
			}
		}
		return out.Close()
	})
}

func wellRow(r *web.Request, p laboratory.Plate, x laboratory.Well) []any {
	switch {
	case x.Tube != nil:
		return []any{p.Number, x.Name, x.Tube.Code, r.T("labpage.sample"), x.Tube.Members, x.Tube.FirstAt, x.Tube.DueAt}
	case x.Control != "":
		return []any{p.Number, x.Name, "", r.T("labpage.control." + string(x.Control)), nil, nil, nil}
	}
	return []any{p.Number, x.Name, "", "", nil, nil, nil}
}
