package bandpage

import (
	"io"

	"phaodai/internal/caseband"
	"phaodai/internal/exercise"
	"phaodai/internal/instant"
	"phaodai/internal/sheet"
	"phaodai/internal/web"
)

// export writes the runs of the wards chosen, a row each.
func export(r *web.Request, result *exercise.Result, chosen func(caseband.Unit) bool) error {
	format := sheet.Format(r.Export())
	s := said{r}
	return r.Download(r.T("exercise.file")+"."+string(format), format.MIME(), func(w io.Writer) error {
		out, err := sheet.NewWriter(w, format, r.T("exercise.sheet"), instant.Vietnam(), columns(r)...)
		if err != nil {
			return err
		}
		for h := range result.All {
			if !chosen(h.Unit) {
				continue
			}
			for _, run := range h.Runs {
				if err := out.Row(cells(s, h.Unit, run, r.T("exercise.from_source", "Source", result.Sent.Source, "AsOf", r.Format().Moment(result.Sent.AsOf)))...); err != nil {
					return err
				}
			}
		}
		return out.Close()
	})
}

func columns(r *web.Request) (out []sheet.Column) {
	for _, c := range []struct {
		key   string
		width float64
	}{{"code", 10}, {"ward", 28}, {"district", 24}, {"province", 24}, {"from", 12}, {"to", 12}, {"least", 10}, {"most", 10}, {"why", 90}, {"basis", 50}} {
		out = append(out, sheet.Column{Title: r.T("exercise.column." + c.key), Width: c.width})
	}
	return out
}

func cells(s said, u caseband.Unit, run caseband.Run, basis string) []any {
	return []any{u.Code, u.Name, u.District, u.Province, s.Day(run.From), s.Day(run.To), run.Least, run.Most, s.First(run), basis}
}
