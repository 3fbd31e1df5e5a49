package peoplepage

import (
	"errors"

	"phaodai/internal/auth"
	"phaodai/internal/fault"
	"phaodai/internal/identity"
	"phaodai/internal/instant"
	"phaodai/internal/people"
	"phaodai/internal/web"
)

// residentPage is the card of a resident.
type residentPage struct {
	people.Card
	Stays  []stayLine
	Form   residentForm
	Fields residentFields
	Wards  []web.Choice // to which the reader may move somebody
	Groups []string     // names of the priority groups
	Job    string       // name of the occupation
	Birth  string       // as people write it
	Holds  bool
	Ends   []web.Choice
	Back   string
	Opened *people.Opened // on the one answer
	Reason string

	Samples bool // the reader may see what was sampled of him
}

// stayLine is one place at which somebody lived.
type stayLine struct {
	Household string
	From      string // place
	Kind      people.StayKind
	Since, To instant.Micros
	Here      bool
}

func (p Parts) residentPage(r *web.Request) (page residentPage, err error) {
	if page.Card, err = p.People.Resident(r.Context(), r.By, r.Path("id")); err != nil {
		return page, err
	}
	x := page.Card.Resident
	page.Samples = r.By.Can(auth.SampleTake, x.UnitPath, auth.Personal)
	page.Form, page.Back, page.Birth, page.Holds = residentFormOf(r), back(r), identity.WrittenBirth(x.Birth), x.Holds(r.Now())
	if merger := r.Path("merger"); merger != "" {
		page.Back = "tach-" + merger
	}
	if x.Occupation != "" {
		page.Job = named(r.Lang, people.Occupations(), x.Occupation)
	}
	page.Groups = shown{r.Lang}.GroupsOf(x.Groups)
	page.Fields = residentFields{Form: page.Form, Resident: x, Birth: page.Birth, Groups: x.Groups, Of: "sua", Back: page.Back}
	for _, s := range page.Card.Stays {
		page.Stays = append(page.Stays, stayLine{s.Resident, s.Name, s.Kind, s.From, s.To, s.Resident == x.Household})
	}
	for _, e := range []people.Ended{people.MovedAway, people.Died, people.Mistake} {
		page.Ends = append(page.Ends, web.Choice{Value: string(e), Text: r.T("peoplepage.ended." + string(e))})
	}
	if page.MayKeep {
		page.Wards, err = p.wards(r, auth.PeopleKeep)
	}
	return page, err
}

// Open tells whether a stay goes on.
func (residentPage) Open(to instant.Micros) bool { return to == instant.Forever }

// Shown is the end of the papers as people write it.
func (p papersPage) Shown() string { return identity.WrittenBirth(p.Until) }

func (p Parts) resident(r *web.Request) error {
	page, err := p.residentPage(r)
	if err != nil {
		return err
	}
	return r.Render("people/resident", page)
}

func residentPath(r *web.Request) string { return "/dan-cu/nguoi/" + r.Path("id") }

func (p Parts) changeResident(r *web.Request) error {
	in, err := typedResident(r)
	if err != nil {
		return err
	}
	in.ID = r.Path("id")
	if _, err := p.People.SaveResident(r.Context(), r.By, in); err != nil {
		return err
	}
	return r.Redirect(residentPath(r), "peoplepage.saved")
}

// move takes somebody to the household with a number on the list of a ward.
func (p Parts) move(r *web.Request) error {
	var in struct {
		Version int64          `form:"version"`
		Ward    string         `form:"unit"`
		Code    string         `form:"code"`
		Stay    string         `form:"stay"`
		At      instant.Micros `form:"at"`
	}
	if err := r.Read(&in); err != nil {
		return err
	}
	to, err := p.People.HouseholdByCode(r.Context(), r.By, in.Ward, in.Code)
	if err != nil {
		return err
	}
	_, err = p.People.Move(r.Context(), r.By, people.MoveInput{Key: r.Key(), ID: r.Path("id"), Version: in.Version, Household: to.ID, Stay: people.StayKind(in.Stay), At: in.At})
	if err != nil {
		return fieldAs(err, "household", "code")
	}
	return r.Redirect(residentPath(r), "peoplepage.moved", "Code", to.Code)
}

func (p Parts) end(r *web.Request) error {
	var in struct {
		Version int64          `form:"version"`
		Why     string         `form:"why"`
		At      instant.Micros `form:"at"`
		Reason  string         `form:"reason"`
	}
	if err := r.Read(&in); err != nil {
		return err
	}
	_, err := p.People.End(r.Context(), r.By, people.EndInput{Key: r.Key(), ID: r.Path("id"), Version: in.Version, Why: people.Ended(in.Why), At: in.At, Reason: in.Reason})
	if err != nil {
		return err
	}
	return r.Redirect(residentPath(r), "peoplepage.ended_done")
}

// open shows number, telephone and address on this answer alone.
func (p Parts) open(r *web.Request) error {
	reason := r.Form.Value("reason")
	opened, err := p.People.Open(r.Context(), r.By, people.OpenInput{ID: r.Path("id"), Reason: reason})
	if err != nil {
		return err
	}
	page, err := p.residentPage(r)
	if err != nil {
		return err
	}
	opened.Phone = identity.Phone(opened.Phone).Local()
	page.Opened, page.Reason = &opened, reason
	return r.Render("people/resident", page)
}

func (p Parts) undo(r *web.Request) error {
	_, err := p.People.Undo(r.Context(), r.By, people.UndoInput{Key: r.Key(), ID: r.Path("merger"), Reason: r.Form.Value("reason")})
	if err != nil {
		return err
	}
	return r.Redirect(residentPath(r), "peoplepage.undone")
}

// papersPage is the residence papers of a foreigner.
type papersPage struct {
	ID, Name string
	people.ForeignPapers
}

func (p Parts) papers(r *web.Request) error {
	card, err := p.People.Resident(r.Context(), r.By, r.Path("id"))
	if err != nil {
		return err
	}
	papers, err := p.People.Foreign(r.Context(), r.By, card.Resident.ID)
	if err != nil {
		return err
	}
	return r.Render("people/papers", papersPage{card.Resident.ID, card.Resident.Name, papers})
}

func (p Parts) savePapers(r *web.Request) error {
	var in struct {
		Version int64  `form:"version"`
		Papers  string `form:"papers"`
		Until   string `form:"until"`
		Note    string `form:"note"`
	}
	if err := r.Read(&in); err != nil {
		return err
	}
	_, err := p.People.SaveForeign(r.Context(), r.By, people.ForeignInput{Key: r.Key(), ID: r.Path("id"), Version: in.Version, Papers: in.Papers, Until: in.Until, Note: in.Note})
	if err != nil {
		return err
	}
	return r.Redirect(residentPath(r)+"/giay-to", "peoplepage.saved")
}

// fieldAs says the problem of one field at another, where the form has it.
func fieldAs(err error, field, other string) error {
	var f *fault.Fault
	if errors.As(err, &f) {
		for i := range f.Fields {
			if f.Fields[i].Name == field {
				f.Fields[i].Name = other
			}
		}
	}
	return err
}
