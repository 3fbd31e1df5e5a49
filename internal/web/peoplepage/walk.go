package peoplepage

import (
	"phaodai/internal/auth"
	"phaodai/internal/people"
	"phaodai/internal/web"
)

// wards are the units whose registry the reader has a right over.
func (p Parts) wards(r *web.Request, right auth.Right) (out []web.Choice, err error) {
	units, err := p.People.Wards(r.Context(), r.By, right)
	for _, u := range units {
		out = append(out, web.Choice{Value: u.ID, Text: u.Name})
	}
	return out, err
}

// ward is the one asked for, else the first of several.
func ward(r *web.Request, wards []web.Choice) string {
	if id := r.Form.Value("phuong"); id != "" {
		return id
	}
	if id := r.Query("phuong"); id != "" {
		return id
	}
	if len(wards) > 0 {
		return wards[0].Value
	}
	return ""
}

// walkPage is the households of a ward, or who was looked for.
type walkPage struct {
	shown
	Wards []web.Choice
	Ward  people.WardView
	Areas []web.Choice
	Area  string
	Words string
	Rows  []people.HouseholdLine
	Next  string

	Asked   bool // residents were looked for
	Text    string
	Gone    bool
	Found   []people.ResidentView
	FoundTo string

	MayKeep, MayExport, MayCount bool
	Nobody                       bool // the reader's unit has no ward to show
}

func (p Parts) walkPage(r *web.Request) (page walkPage, err error) {
	page.shown = shown{r.Lang}
	if page.Wards, err = p.wards(r, auth.PeopleRead); err != nil {
		return page, err
	}
	unit := ward(r, page.Wards)
	if unit == "" {
		page.Nobody = true
		return page, nil
	}
	if page.Ward, err = p.People.Ward(r.Context(), r.By, unit); err != nil {
		return page, err
	}
	at := page.Ward.Unit.Path
	page.MayKeep, page.MayExport = r.By.Can(auth.PeopleKeep, at, auth.Personal), r.By.Can(auth.PeopleExport, at, auth.Personal)
	page.MayCount = p.Population != nil
	page.Area, page.Words = r.Query("to"), r.Query("tim")
	page.Areas = []web.Choice{{Text: r.T("peoplepage.all_areas")}}
	for _, a := range page.Ward.Areas {
		page.Areas = append(page.Areas, web.Choice{Value: a.ID, Text: r.T("peoplepage.area_counted", "Name", a.Name, "Count", a.Households)})
	}
	return page, nil
}

// walk lists households in the order in which a team walks past them.
func (p Parts) walk(r *web.Request) error {
	page, err := p.walkPage(r)
	if err != nil {
		return err
	}
	if page.Nobody {
		return r.Render("people/walk", page)
	}
	listed, err := p.People.Households(r.Context(), r.By, people.Walk{
		Unit: page.Ward.Unit.ID, Area: page.Area, Words: page.Words, After: r.After(), Limit: 100,
	})
	page.Rows, page.Next = listed.Rows, listed.Next
	if err != nil {
		return err
	}
	return r.Render("people/walk", page)
}

// search answers the form that looks for residents: what was typed is in no
// address.
func (p Parts) search(r *web.Request) error {
	page, err := p.walkPage(r)
	if err != nil {
		return err
	}
	var in struct {
		Text  string `form:"q"`
		Gone  bool   `form:"ca-cu"`
		After string `form:"sau"`
	}
	if err := r.Read(&in); err != nil {
		return err
	}
	found, err := p.People.Search(r.Context(), r.By, people.Query{Text: in.Text, Under: page.Ward.Unit.Path, Gone: in.Gone, After: in.After, Limit: 100})
	if err != nil {
		return err
	}
	page.Asked, page.Text, page.Gone, page.Found, page.FoundTo = true, in.Text, in.Gone, found.Rows, found.Next
	return r.Render("people/walk", page)
}

// named is a code as the reader calls it.
func named(lang string, list []people.Term, code string) string {
	for _, t := range list {
		if t.Code == code && lang == "en" {
			return t.En
		} else if t.Code == code {
			return t.Vi
		}
	}
	return code
}

func choices(lang string, list []people.Term) (out []web.Choice) {
	for _, t := range list {
		out = append(out, web.Choice{Value: t.Code, Text: named(lang, list, t.Code)})
	}
	return out
}
