package peoplepage

import (
	"phaodai/internal/auth"
	"phaodai/internal/people"
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
	Codes  []web.Choice // of occupations and priority groups
}

func (p Parts) countPage(r *web.Request) countPage {
	return countPage{Vars: p.Population.Vars(), Areas: true, Codes: append(choices(r.Lang, people.Occupations()), choices(r.Lang, people.Priorities())...)}
}

func (p Parts) counts(r *web.Request) error {
	return r.Render("people/count", p.countPage(r))
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
	page := p.countPage(r)
	page.Rule, page.Areas, page.Answer = in.Rule, in.Areas, &answer
	return r.Render("people/count", page)
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

// namesPage is for whom a rule holds in a ward, in walking order.
type namesPage struct {
	shown
	Unit, Name string
	Rule       string
	Rows       []population.Listed
	Undecided  int
}

// names answers who they are whom a count counted.
func (p Parts) names(r *web.Request) error {
	page := namesPage{shown: shown{r.Lang}, Unit: r.Form.Value("unit"), Rule: r.Form.Value("rule")}
	w, err := p.People.Ward(r.Context(), r.By, page.Unit)
	if err != nil {
		return err
	}
	page.Name = w.Unit.Name
	if page.Rows, err = p.Population.List(r.Context(), r.By, population.Question{Rule: page.Rule, Under: w.Unit.Path}, page.Unit); err != nil {
		return err
	}
	for _, x := range page.Rows {
		if x.Undecided {
			page.Undecided++
		}
	}
	return r.Render("people/names", page)
}
