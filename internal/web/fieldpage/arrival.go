package fieldpage

import (
	"phaodai/internal/auth"
	"phaodai/internal/fieldwork"
	"phaodai/internal/org"
	"phaodai/internal/sampling"
	"phaodai/internal/web"
)

// arrivalsPage is who arrived and waits for the keeper of the registry.
type arrivalsPage struct {
	Ward     org.Unit
	Wards    []web.Choice
	Arrivals []sampling.Newcomer
	Doors    map[string]string // number of the household where each was found
	Asked    string            // newcomer whose form came back
}

func (p Parts) arrivals(r *web.Request) error {
	page := arrivalsPage{Asked: r.Path("id")}
	found, err := p.wardOf(r, auth.PeopleKeep, &page.Ward, &page.Wards)
	if err != nil || !found {
		return p.render(r, "field/arrivals", page, err)
	}
	if page.Doors, err = p.Field.ArrivalDoors(r.Context(), r.By, page.Ward.Path); err != nil {
		return err
	}
	page.Arrivals, err = p.Sampling.Newcomers(r.Context(), r.By, page.Ward.Path)
	return p.render(r, "field/arrivals", page, err)
}

func (p Parts) enter(r *web.Request) error {
	x, err := p.Field.EnterArrival(r.Context(), r.By, fieldwork.EnterInput{Key: r.Key(), Newcomer: r.Path("id"), Code: r.Form.Value("code")})
	if err != nil {
		return err
	}
	return r.Redirect("/dan-cu/nguoi/"+x.ID, "fieldpage.entered", "Name", x.Name)
}

// foreignersPage is who arrived from abroad, for the police.
type foreignersPage struct {
	Ward       org.Unit
	Wards      []web.Choice
	Foreigners []sampling.Foreigner
	Keeps      bool // may enter them into the registry
}

func (p Parts) foreigners(r *web.Request) error {
	var page foreignersPage
	found, err := p.wardOf(r, auth.PeopleForeign, &page.Ward, &page.Wards)
	if err != nil || !found {
		return p.render(r, "field/foreigners", page, err)
	}
	page.Keeps = r.By.Can(auth.PeopleKeep, page.Ward.Path, auth.Personal)
	page.Foreigners, err = p.Sampling.Foreigners(r.Context(), r.By, page.Ward.Path)
	return p.render(r, "field/foreigners", page, err)
}

func (p Parts) noted(r *web.Request) error {
	_, err := p.Sampling.NoteForeigner(r.Context(), r.By, sampling.NoteInput{Key: r.Key(), Newcomer: r.Path("id")})
	if err != nil {
		return err
	}
	return r.Redirect("/dan-cu/nguoi-nuoc-ngoai?phuong="+r.Form.Value("phuong"), "fieldpage.foreigner_noted")
}

func (p Parts) render(r *web.Request, name string, page any, err error) error {
	if err != nil {
		return err
	}
	return r.Render(name, page)
}

// wardOf is the ward asked for of those over which the actor has a right, else
// the first; false when there is none.
func (p Parts) wardOf(r *web.Request, right auth.Right, u *org.Unit, all *[]web.Choice) (bool, error) {
	units, err := p.People.Wards(r.Context(), r.By, right)
	for i, x := range units {
		*all = append(*all, web.Choice{Value: x.ID, Text: x.Name})
		if i == 0 || x.ID == ward(r, *all) {
			*u = x
		}
	}
	return len(units) > 0, err
}
