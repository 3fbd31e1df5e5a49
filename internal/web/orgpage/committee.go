package orgpage

import (
	"strings"

	"phaodai/internal/instant"
	"phaodai/internal/org"
	"phaodai/internal/web"
)

type committeesPage struct {
	Lines []org.CommitteeLine
	Gaps  int // committees that lack something
}

// committees lists the committees of the reader's territory with their gaps.
func (p pages) committees(r *web.Request) error {
	lines, err := p.units.Committees(r.Context(), r.By, r.By.UnitPath)
	if err != nil {
		return err
	}
	page := committeesPage{Lines: lines}
	for _, l := range lines {
		if len(l.Gaps) > 0 {
			page.Gaps++
		}
	}
	return r.Render("org/committees", page)
}

type committeePage struct {
	org.CommitteeView
	MayChange bool
	States    []web.Choice
	Roles     []web.Choice
	People    []web.Choice
	Posts     []web.Choice
}

func (p pages) committee(r *web.Request) error {
	v, err := p.units.Committee(r.Context(), r.By, r.Path("id"))
	if err != nil {
		return err
	}
	page := committeePage{CommitteeView: v, MayChange: v.Roster.MayKeep}
	if page.MayChange {
		seats, err := p.units.Seats(r.Context(), r.By, v.Office.UnitPath, false)
		if err != nil {
			return err
		}
		page.People, page.Posts = choices(r, seats)
		for _, s := range org.CommitteeStates() {
			page.States = append(page.States, web.Choice{Value: string(s), Text: r.T("org.state." + string(s))})
		}
		for _, role := range org.MemberRoles() {
			page.Roles = append(page.Roles, web.Choice{Value: role, Text: r.T("org.member." + role)})
		}
	}
	return r.Render("org/committee", page)
}

// choices makes the persons and the posts of seats choosable, each once.
func choices(r *web.Request, seats []org.Seat) (people, posts []web.Choice) {
	people = []web.Choice{{Text: r.T("org.nobody")}}
	posts = []web.Choice{{Text: r.T("org.no_post")}}
	person, post := map[string]bool{}, map[string]bool{}
	for _, s := range seats {
		h := s.Holder
		if !h.Vacant() && !person[h.Person.ID] {
			person[h.Person.ID] = true
			people = append(people, web.Choice{Value: h.Person.ID, Text: h.Person.Name + " · " + h.Post.Title + " · " + s.Office.ShortName})
		}
		if !post[h.Post.ID] {
			post[h.Post.ID] = true
			posts = append(posts, web.Choice{Value: h.Post.ID, Text: h.Post.Title + " · " + s.Office.ShortName})
		}
	}
	return people, posts
}

func (p pages) changeCharter(r *web.Request) error {
	var in struct {
		Version    int64          `form:"version"`
		State      string         `form:"state"`
		Founding   string         `form:"founding_text"`
		Decision   string         `form:"founding_document"`
		Rules      string         `form:"regulation_document"`
		FoundedAt  instant.Micros `form:"founded_at"`
		Regulation string         `form:"regulation_text"`
		Speaker    string         `form:"spokesperson"`
		Deputy     string         `form:"deputy_spokesperson"`
	}
	if err := r.Read(&in); err != nil {
		return err
	}
	_, err := p.units.ChangeCharter(r.Context(), r.By, org.CharterInput{
		Key: r.Key(), Version: in.Version, Office: r.Path("id"), State: org.CommitteeState(in.State), FoundingText: in.Founding,
		FoundedAt: in.FoundedAt, RegulationText: in.Regulation, Spokesperson: in.Speaker, DeputySpokesperson: in.Deputy,
		FoundingDocument: documentOf(in.Decision), RegulationDocument: documentOf(in.Rules),
	})
	if err != nil {
		return err
	}
	return r.Redirect("/ban-chi-dao/"+r.Path("id"), "org.saved")
}

// documentOf takes the id out of the address of a document's page, which people
// copy from the browser.
func documentOf(text string) string {
	text = strings.TrimSpace(text)
	if _, rest, ok := strings.Cut(text, "/van-ban/"); ok {
		text = rest
	}
	text, _, _ = strings.Cut(text, "/")
	text, _, _ = strings.Cut(text, "?")
	return text
}

type memberForm struct {
	Version int64  `form:"version"`
	Post    string `form:"post"`
	Person  string `form:"person"`
	Role    string `form:"role"`
	Duty    string `form:"duty"`
	Remove  bool   `form:"remove"`
}

func (p pages) addMember(r *web.Request) error {
	var in memberForm
	if err := r.Read(&in); err != nil {
		return err
	}
	_, err := p.units.AddMember(r.Context(), r.By, org.MemberInput{
		Key: r.Key(), Committee: r.Path("id"), Post: in.Post, Person: in.Person, Role: in.Role, Duty: in.Duty})
	if err != nil {
		return err
	}
	return r.Redirect("/ban-chi-dao/"+r.Path("id"), "org.saved")
}

func (p pages) changeMember(r *web.Request) error {
	var in memberForm
	err := r.Read(&in)
	switch {
	case err != nil:
	case in.Remove:
		_, err = p.units.RemoveMember(r.Context(), r.By, org.EndInput{Key: r.Key(), Version: in.Version, ID: r.Path("member")})
	default:
		_, err = p.units.ChangeMember(r.Context(), r.By, org.MemberInput{
			Key: r.Key(), Version: in.Version, ID: r.Path("member"), Post: in.Post, Person: in.Person, Role: in.Role, Duty: in.Duty})
	}
	if err != nil {
		return err
	}
	return r.Redirect("/ban-chi-dao/"+r.Path("id"), "org.saved")
}
