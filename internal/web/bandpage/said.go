package bandpage

import (
	"phaodai/internal/caseband"
	"phaodai/internal/instant"
	"phaodai/internal/web"
)

// said writes days, bands and reasons in the reader's language.
type said struct{ r *web.Request }

// Day is "27/4/2021".
func (s said) Day(d caseband.Day) string {
	return s.r.Format().Date(instant.Of(d.Time(instant.Vietnam())))
}

// Band is "mức 2", or what it lies between.
func (s said) Band(run caseband.Run) string {
	if run.Certain() {
		return s.r.T("caseband.certain", "Band", run.Least)
	}
	return s.r.T("caseband.uncertain", "Least", run.Least, "Most", run.Most)
}

// First is why the run began, Peak why its highest day has this band too.
func (s said) First(run caseband.Run) string { return s.because(run.Because, run.First) }

// Peak is "" where the run was highest on its first day.
func (s said) Peak(run caseband.Run) string {
	if run.Peak.Day == run.First.Day {
		return ""
	}
	return s.because(run.Because, run.Peak)
}

func (s said) because(why caseband.Why, n caseband.Numbers) string {
	cases := s.r.T("caseband.cases", "Day", s.Day(n.Day), "Week", s.number(n.Week), "Before", s.number(n.Before))
	return s.r.T("caseband.because."+string(why), "Cases", cases, "People", s.number(n.People), "Absent", n.Absent,
		"Open", s.number(n.Open.Week+n.Open.Before), "Rate", s.Rate(n.Rate), "RateMost", s.Rate(n.RateMost))
}

func (s said) number(n int) string { return s.r.Format().Number(int64(n)) }

// Rate is "73,5", "—" when it is not known.
func (s said) Rate(x *float64) string {
	if x == nil {
		return "—"
	}
	return s.r.Format().Decimal(*x, 1)
}
