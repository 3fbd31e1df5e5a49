package zonepage

import (
	"strings"

	"phaodai/internal/sheet"
	"phaodai/internal/web"
	"phaodai/internal/zoning"
)

// exportPlan writes the lines in view: what stands on the screen and why.
func exportPlan(r *web.Request, v zoning.PlanView, rows []planRow, format sheet.Format) error {
	columns := []sheet.Column{
		{Title: r.T("zonepage.area"), Width: 30}, {Title: r.T("zonepage.code")}, {Title: r.T("zonepage.kind"), Width: 20},
		{Title: r.T("zonepage.households"), Kind: sheet.Int}, {Title: r.T("zonepage.people"), Kind: sheet.Int},
		{Title: r.T("zonepage.suggestion")}, {Title: r.T("zonepage.why"), Width: 60}, {Title: r.T("zonepage.proposal")},
		{Title: r.T("zonepage.measures")}, {Title: r.T("zonepage.additions"), Width: 60}, {Title: r.T("zonepage.gates"), Kind: sheet.Int},
		{Title: r.T("zonepage.person"), Width: 24}, {Title: r.T("zonepage.phone")}, {Title: r.T("zonepage.reason_differs"), Width: 40},
		{Title: r.T("zonepage.clashes"), Width: 40}, {Title: r.T("zonepage.lacks"), Width: 40},
	}
	return r.Sheet(r.T("zonepage.plan_file")+" "+v.Unit.ShortName, r.T("zonepage.plans"), format, columns, func(out *sheet.Writer) error {
		for _, row := range rows {
			if err := out.Row(planCells(r, row)...); err != nil {
				return err
			}
		}
		return nil
	})
}

func planCells(r *web.Request, row planRow) []any {
	why := strings.Join(row.Why, "; ")
	if row.Suggestion.Class == "" {
		why = row.Missing
	}
	var borders []string
	for _, b := range row.Borders {
		borders = append(borders, b.Class.Badge+" "+b.Area.Name+", "+b.Ward)
	}
	return []any{
		row.Area.Name, row.Area.Code, row.Kind, known(row.Area.Households), known(row.Area.People), row.Suggest.Text, why, row.Chosen.Text,
		row.Measures, strings.Join(row.Mark.Additions, "; "), row.Mark.Gates, row.Mark.Person, row.Mark.Phone, row.Mark.Reason,
		strings.Join(borders, "; "), wants(r, row),
	}
}

// known leaves a cell empty where there is no number.
func known(n *int64) any {
	if n == nil {
		return nil
	}
	return *n
}

// wants is everything that the area lacks, as one text.
func wants(r *web.Request, row planRow) string {
	var out []string
	for _, key := range row.Lacks {
		out = append(out, r.T(key))
	}
	return strings.Join(out, "; ")
}
