package peoplepage

import (
	"strings"

	"phaodai/internal/auth"
	"phaodai/internal/identity"
	"phaodai/internal/instant"
	"phaodai/internal/people"
	"phaodai/internal/web"
)

// householdPage is a household with who lives there.
type householdPage struct {
	people.HouseholdView
	shown
	Fields householdFields
	Add    residentFields
	Back   string // which of the forms came back
}

// householdFields is the piece that asks for a household.
type householdFields struct {
	Form           householdForm
	Household      people.Household
	Address, Phone string
	Of, Back       string
}

// residentFields is the piece that asks for a resident.
type residentFields struct {
	Form     residentForm
	Resident people.ResidentView
	Birth    string
	Groups   []string
	Of, Back string
}

// householdForm is what the form of a household offers.
type householdForm struct {
	Wards []web.Choice
	Areas []web.Choice
	Kinds []web.Choice
}

func (p Parts) household(r *web.Request) error {
	view, err := p.People.Household(r.Context(), r.By, r.Path("id"))
	if err != nil {
		return err
	}
	page := householdPage{HouseholdView: view, shown: shown{r.Lang}, Back: back(r)}
	page.Add = residentFields{Form: residentFormOf(r), Of: "nguoi", Back: page.Back}
	page.Add.Resident.Nationality = "VN"
	page.Fields = householdFields{Household: view.Household, Address: view.Address, Phone: view.Phone, Of: "sua", Back: page.Back}
	if view.MayKeep {
		if page.Fields.Form, err = p.householdForm(r, view.Unit.ID); err != nil {
			return err
		}
	}
	return r.Render("people/household", page)
}

// back is which form of a page came back: the last word of its address.
func back(r *web.Request) string {
	if !r.Form.Sent {
		return ""
	}
	words := strings.Split(r.HTTP.URL.Path, "/")
	return words[len(words)-1]
}

func (p Parts) householdForm(r *web.Request, unit string) (f householdForm, err error) {
	if f.Wards, err = p.wards(r, auth.PeopleKeep); err != nil || unit == "" {
		return f, err
	}
	w, err := p.People.Ward(r.Context(), r.By, unit)
	f.Areas = []web.Choice{{Text: r.T("peoplepage.no_area")}}
	for _, a := range w.Areas {
		f.Areas = append(f.Areas, web.Choice{Value: a.ID, Text: a.Name})
	}
	for _, k := range []people.HouseholdKind{people.Family, people.Collective} {
		f.Kinds = append(f.Kinds, web.Choice{Value: string(k), Text: r.T("peoplepage.kind." + string(k))})
	}
	return f, err
}

// newPage is the form of a new household.
type newPage struct {
	Unit   string
	Name   string
	Fields householdFields
}

func (p Parts) newHousehold(r *web.Request) error {
	wards, err := p.wards(r, auth.PeopleKeep)
	if err != nil {
		return err
	}
	page := newPage{Unit: ward(r, wards)}
	for _, w := range wards {
		if w.Value == page.Unit {
			page.Name = w.Text
		}
	}
	page.Fields.Of, page.Fields.Back = "moi", "moi"
	if page.Fields.Form, err = p.householdForm(r, page.Unit); err != nil {
		return err
	}
	return r.Render("people/household-new", page)
}

// typedHousehold is the form of a household as it was typed.
func typedHousehold(r *web.Request) (in people.HouseholdInput, err error) {
	var f struct {
		Version int64  `form:"version"`
		Area    string `form:"area"`
		Code    string `form:"code"`
		Kind    string `form:"kind"`
		Lane    string `form:"lane"`
		Address string `form:"address"`
		Phone   string `form:"phone"`
		NoPhone bool   `form:"no_phone"`
	}
	err = r.Read(&f)
	return people.HouseholdInput{Key: r.Key(), Version: f.Version, Area: f.Area, Code: f.Code, Kind: people.HouseholdKind(f.Kind), Lane: f.Lane,
		Address: &f.Address, Phone: kept(f.Phone, f.NoPhone)}, err
}

// kept is a masked value of a form: nothing typed leaves it as it is.
func kept(text string, takeAway bool) *string {
	switch {
	case takeAway:
		return new(string)
	case text == "":
		return nil
	}
	return &text
}

func (p Parts) addHousehold(r *web.Request) error {
	in, err := typedHousehold(r)
	if err != nil {
		return err
	}
	in.Unit = r.Form.Value("phuong")
	h, err := p.People.SaveHousehold(r.Context(), r.By, in)
	if err != nil {
		return err
	}
	return r.Redirect("/dan-cu/ho/"+h.ID, "peoplepage.household_added")
}

func (p Parts) changeHousehold(r *web.Request) error {
	in, err := typedHousehold(r)
	if err != nil {
		return err
	}
	in.ID = r.Path("id")
	if _, err := p.People.SaveHousehold(r.Context(), r.By, in); err != nil {
		return err
	}
	return r.Redirect("/dan-cu/ho/"+in.ID, "peoplepage.saved")
}

// residentForm is what the form of a resident offers.
type residentForm struct {
	Sexes, Relations, Occupations, Priorities, Stays []web.Choice
}

func residentFormOf(r *web.Request) (f residentForm) {
	none := web.Choice{Text: r.T("peoplepage.not_known")}
	f.Sexes, f.Relations, f.Occupations = []web.Choice{none}, []web.Choice{none}, []web.Choice{none}
	for _, s := range []identity.Sex{identity.Male, identity.Female, identity.Other} {
		f.Sexes = append(f.Sexes, web.Choice{Value: string(s), Text: r.T("peoplepage.sex." + string(s))})
	}
	for _, x := range people.Relations() {
		f.Relations = append(f.Relations, web.Choice{Value: string(x), Text: r.T("peoplepage.relation." + string(x))})
	}
	for _, x := range people.StayKinds() {
		f.Stays = append(f.Stays, web.Choice{Value: string(x), Text: r.T("peoplepage.stay." + string(x))})
	}
	f.Occupations = append(f.Occupations, choices(r.Lang, people.Occupations())...)
	f.Priorities = choices(r.Lang, people.Priorities())
	return f
}

func typedResident(r *web.Request) (in people.ResidentInput, err error) {
	var f struct {
		Version     int64    `form:"version"`
		Name        string   `form:"name"`
		Sex         string   `form:"sex"`
		Birth       string   `form:"birth"`
		Nationality string   `form:"nationality"`
		Number      string   `form:"number"`
		NoNumber    bool     `form:"no_number"`
		Phone       string   `form:"phone"`
		NoPhone     bool     `form:"no_phone"`
		Relation    string   `form:"relation"`
		Occupation  string   `form:"occupation"`
		Priority    []string `form:"priority"`
		Stay        string   `form:"stay"`
		From        string   `form:"from_place"`

		Since instant.Micros `form:"since"`
	}
	err = r.Read(&f)
	in = people.ResidentInput{Key: r.Key(), Version: f.Version, Name: f.Name, Sex: identity.Sex(f.Sex), Birth: f.Birth, Nationality: f.Nationality,
		Number: kept(f.Number, f.NoNumber), Phone: kept(f.Phone, f.NoPhone), Relation: people.Relation(f.Relation), Occupation: f.Occupation,
		Priority: f.Priority, Stay: people.StayKind(f.Stay), FromPlace: f.From, Since: f.Since}
	return in, err
}

func (p Parts) addResident(r *web.Request) error {
	in, err := typedResident(r)
	if err != nil {
		return err
	}
	in.Household = r.Path("id")
	added, err := p.People.SaveResident(r.Context(), r.By, in)
	if err != nil {
		return err
	}
	return r.Redirect("/dan-cu/ho/"+in.Household, "peoplepage.resident_added", "Name", added.Name)
}

// shown writes values in the words of the reader.
type shown struct{ lang string }

// Born is a birth as people write it.
func (shown) Born(birth string) string { return identity.WrittenBirth(birth) }

// JobOf names an occupation.
func (s shown) JobOf(code string) string { return named(s.lang, people.Occupations(), code) }

// GroupsOf names priority groups.
func (s shown) GroupsOf(codes []string) (out []string) {
	for _, c := range codes {
		out = append(out, named(s.lang, people.Priorities(), c))
	}
	return out
}
