package peoplepage

import (
	"phaodai/internal/auth"
	"phaodai/internal/population"
	"phaodai/internal/rule"
	"phaodai/internal/web"
)

// countPage asks for a rule and shows how many people it holds for.
type countPage struct {
	Vars   []rule.Var
	Rule   string
	Areas  bool
	Answer *population.Answer
}

func (p Parts) counts(r *web.Request) error {
	return r.Render("people/count", countPage{Vars: p.Population.Vars(), Areas: true})
}

// count answers a rule. What it says of people stands in no address.
func (p Parts) count(r *web.Request) error {
	var in struct {
		Rule  string `form:"rule"`
		Areas bool   `form:"areas"`
	}
	if err := r.Read(&in); err != nil {
		return err
	}
	answer, err := p.Population.Count(r.Context(), r.By, population.Question{Rule: in.Rule, Under: under(r), Areas: in.Areas})
	if err != nil {
		return err
	}
	return r.Render("people/count", countPage{Vars: p.Population.Vars(), Rule: in.Rule, Areas: in.Areas, Answer: &answer})
}

// under is where the reader counts: in his unit, else in the first over whose
// registry he has a right.
func under(r *web.Request) string {
	paths := r.By.Paths(auth.PeopleRead, auth.Personal)
	if r.By.Can(auth.PeopleRead, r.By.UnitPath, auth.Personal) || len(paths) == 0 {
		return r.By.UnitPath
	}
	return paths[0]
}
