package orgpage

import (
	"fmt"

	"phaodai/internal/auth"
	"phaodai/internal/instant"
	"phaodai/internal/org"
	"phaodai/internal/web"
)

type postFields struct {
	Version   int64    `form:"version"`
	Title     string   `form:"title"`
	Rank      int      `form:"rank"`
	Head      bool     `form:"head"`
	Deputises string   `form:"deputises"`
	Roles     []string `form:"roles"`
	Scope     string   `form:"scope"`
	Level     int      `form:"level"`
}

func (f postFields) input(r *web.Request) org.PostInput {
	in := org.PostInput{Key: r.Key(), Version: f.Version, Title: f.Title, Rank: f.Rank, Head: f.Head, Deputises: f.Deputises,
		Scope: f.Scope, Level: auth.Sensitivity(f.Level)}
	for _, role := range f.Roles {
		in.Roles = append(in.Roles, auth.Role(role))
	}
	return in
}

func (p pages) addPost(r *web.Request) error {
	var f postFields
	if err := r.Read(&f); err != nil {
		return err
	}
	in := f.input(r)
	in.Office = r.Path("id")
	done, err := p.units.AddPost(r.Context(), r.By, in)
	return p.back(r, "/quan-tri/chuc-danh/"+done.ID, err)
}

type postForm struct {
	org.PostView
	Roles, Levels, Deputies, People, Units, Organisations []web.Choice
	Chosen                                                []string
	Level, Words                                          string
}

func (p pages) managePost(r *web.Request) error {
	v, err := p.units.Post(r.Context(), r.By, r.Path("id"))
	if err != nil {
		return err
	}
	if err := keeps(r, v.Office.UnitPath); err != nil {
		return err
	}
	page := postForm{PostView: v, Roles: roleChoices(r), Levels: levelChoices(r), Level: fmt.Sprint(int(v.Post.Level)), Words: r.Query("q")}
	for _, role := range v.Post.Roles {
		page.Chosen = append(page.Chosen, string(role))
	}
	page.Deputies = []web.Choice{{Text: r.T("org.deputises_nobody")}}
	seats, err := p.units.Seats(r.Context(), r.By, v.Office.UnitPath, false)
	if err != nil {
		return err
	}
	for _, s := range seats {
		if s.Office.ID == v.Office.ID && s.Holder.Post.ID != v.Post.ID {
			page.Deputies = append(page.Deputies, web.Choice{Value: s.Holder.Post.ID, Text: s.Holder.Post.Title})
		}
	}
	if page.People, err = p.candidates(r, seats, page.Words); err != nil {
		return err
	}
	return p.showPost(r, page)
}

// candidates are the people of the unit, and those found by a name.
func (p pages) candidates(r *web.Request, seats []org.Seat, words string) ([]web.Choice, error) {
	people, _ := choices(r, seats)
	if words == "" {
		return people, nil
	}
	found, err := p.units.FindPeople(r.Context(), r.By, org.Find{Words: words, Limit: 30})
	if err != nil {
		return nil, err
	}
	people = people[:1]
	for _, f := range found.Rows {
		text := f.Person.Name
		for _, post := range f.Posts {
			text += " · " + post.Title
		}
		people = append(people, web.Choice{Value: f.Person.ID, Text: text})
	}
	return people, nil
}

// showPost adds the territories and Party organisations that can be assigned.
func (p pages) showPost(r *web.Request, page postForm) error {
	page.Units = []web.Choice{{Text: r.T("org.no_territory")}}
	page.Organisations = []web.Choice{{Text: r.T("org.no_organisation")}}
	parts, err := p.units.Tree(r.Context(), r.By, page.Office.Unit, 0)
	if err != nil {
		return err
	}
	for _, u := range parts {
		page.Units = append(page.Units, web.Choice{Value: u.Path, Text: u.Name})
	}
	for _, kind := range []org.Kind{org.PartyCommittee, org.PartyCell} {
		found, err := p.units.FindOffices(r.Context(), r.By, org.Find{Under: page.Office.UnitPath, Kind: kind, Limit: 100})
		if err != nil {
			return err
		}
		for _, o := range found.Rows {
			page.Organisations = append(page.Organisations, web.Choice{Value: o.ID, Text: o.Name})
		}
	}
	return r.Render("org/managepost", page)
}

func (p pages) changePost(r *web.Request) error {
	var f postFields
	if err := r.Read(&f); err != nil {
		return err
	}
	in := f.input(r)
	in.ID = r.Path("id")
	_, err := p.units.ChangePost(r.Context(), r.By, in)
	return p.back(r, "/quan-tri/chuc-danh/"+r.Path("id"), err)
}

// endFields end a record that the form names.
type endFields struct {
	ID      string         `form:"id"`
	Version int64          `form:"version"`
	At      instant.Micros `form:"at"`
}

func (f endFields) input(r *web.Request, id string) org.EndInput {
	return org.EndInput{Key: r.Key(), Version: f.Version, ID: id, At: f.At}
}

func (p pages) endResponsibility(r *web.Request) error {
	var f endFields
	if err := r.Read(&f); err != nil {
		return err
	}
	_, err := p.units.EndResponsibility(r.Context(), r.By, f.input(r, f.ID))
	return p.back(r, "/quan-tri/chuc-danh/"+r.Path("id"), err)
}

// appoint puts a chosen person, or a new one, into the post.
func (p pages) appoint(r *web.Request) error {
	var in struct {
		Person        string         `form:"person"`
		NewName       string         `form:"new_name"`
		Phone         string         `form:"phone"`
		From          instant.Micros `form:"from"`
		To            instant.Micros `form:"to,end"`
		Acting        bool           `form:"acting"`
		SubstituteFor string         `form:"substitute_for"`
		Basis         string         `form:"basis"`
	}
	if err := r.Read(&in); err != nil {
		return err
	}
	if in.NewName != "" {
		// Its key comes from the form's, so that a form sent twice adds one person.
		done, err := p.units.AddPerson(r.Context(), r.By, org.PersonInput{Key: keyOf(r, "person"), Name: in.NewName, Phone: in.Phone})
		if err != nil {
			return named(err, "name", "new_name")
		}
		in.Person = done.ID
	}
	_, err := p.units.Appoint(r.Context(), r.By, org.AppointInput{Key: r.Key(), Post: r.Path("id"), Person: in.Person, From: in.From, To: in.To,
		Acting: in.Acting, SubstituteFor: in.SubstituteFor, Basis: in.Basis})
	return p.back(r, "/quan-tri/chuc-danh/"+r.Path("id"), err)
}

func keyOf(r *web.Request, what string) string {
	if r.Key() == "" {
		return ""
	}
	return r.Key() + "/" + what
}

func (p pages) assign(r *web.Request) error {
	var in struct {
		Person       string `form:"for_person"`
		Territory    string `form:"territory"`
		Organisation string `form:"organisation"`
		Role         string `form:"duty_role"`
		Basis        string `form:"duty_basis"`
	}
	if err := r.Read(&in); err != nil {
		return err
	}
	_, err := p.units.Assign(r.Context(), r.By, org.AssignInput{Key: r.Key(), Post: r.Path("id"), Person: in.Person,
		Territory: in.Territory, Organisation: in.Organisation, Role: in.Role, Basis: in.Basis})
	return p.back(r, "/quan-tri/chuc-danh/"+r.Path("id"), err)
}

func (p pages) managePerson(r *web.Request) error {
	v, err := p.units.Person(r.Context(), r.By, r.Path("id"))
	if err != nil {
		return err
	}
	if len(v.Posts) > 0 { // somebody without a post is nobody's yet
		var units []string
		for _, post := range v.Posts {
			units = append(units, post.Office.UnitPath)
		}
		if err := keeps(r, units...); err != nil {
			return err
		}
	}
	return r.Render("org/manageperson", v)
}

func (p pages) changePerson(r *web.Request) error {
	var in struct {
		Version int64  `form:"version"`
		Name    string `form:"name"`
		Phone   string `form:"phone"`
		Email   string `form:"email"`
	}
	if err := r.Read(&in); err != nil {
		return err
	}
	_, err := p.units.ChangePerson(r.Context(), r.By, org.PersonInput{
		Key: r.Key(), Version: in.Version, ID: r.Path("id"), Name: in.Name, Phone: in.Phone, Email: in.Email})
	return p.back(r, "/quan-tri/can-bo/"+r.Path("id"), err)
}
