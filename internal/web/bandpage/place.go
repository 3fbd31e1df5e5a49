package bandpage

import (
	"phaodai/internal/auth"
	"phaodai/internal/caseband"
	"phaodai/internal/exercise"
	"phaodai/internal/fault"
	"phaodai/internal/web"
)

func maySend(r *web.Request) bool { return r.By.Anywhere(auth.ZoneCriteria) }

// placePage is one ward with its bands over the days.
type placePage struct {
	Result    *exercise.Result
	Said      said
	Unit      caseband.Unit
	Runs      []caseband.Run
	Strip     strip
	Uncertain int // days
	Days      int
}

func (p pages) place(r *web.Request) error {
	result, ok, err := p.exercise.Current(r.Context(), r.By)
	if err != nil {
		return err
	}
	code := r.Query("ma")
	if !ok {
		return fault.New(fault.NotFound, "caseband.no_unit", "Name", code)
	}
	h, ok := result.History(code)
	if !ok {
		return fault.New(fault.NotFound, "caseband.no_unit", "Name", code)
	}
	if format := r.Export(); format != "" {
		return export(r, result, func(u caseband.Unit) bool { return u.Code == code })
	}
	page := placePage{Result: result, Said: said{r}, Unit: h.Unit, Runs: h.Runs, Strip: stripOf(result, h.Runs)}
	for _, run := range h.Runs {
		page.Days += days(run)
		if !run.Certain() {
			page.Uncertain += days(run)
		}
	}
	return r.Render("band/place", page)
}

func days(run caseband.Run) int { return int(run.To-run.From) + 1 }
