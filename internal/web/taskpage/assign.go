package taskpage

import (
	"slices"
	"strings"

	"phaodai/internal/fault"
	"phaodai/internal/instant"
	"phaodai/internal/org"
	"phaodai/internal/task"
	"phaodai/internal/web"
)

type assignPage struct {
	Groups   []officeGroup
	Proofs   []web.Choice
	Document string
	Clause   string
	Item     string
	Symbol   string
}

// officeGroup are the offices of one kind: "Ủy ban nhân dân (14)".
type officeGroup struct {
	Key     string
	Offices []office
	Open    bool // one of it is chosen
}

type office struct {
	web.Choice
	Chosen bool
}

type handOnPage struct {
	Tasks  []card
	Groups []officeGroup
	Posts  []web.Choice
}

func (p Parts) showAssign(r *web.Request) error {
	page := assignPage{Document: r.Query("van-ban"), Clause: r.Query("doan"), Item: r.Query("muc"), Proofs: proofChoices(r)}
	if r.Form.Sent {
		page.Document, page.Clause, page.Item = r.Form.Value("document"), r.Form.Value("clause"), r.Form.Value("item")
	}
	if page.Document != "" {
		view, err := p.Documents.Document(r.Context(), r.By, page.Document)
		if err != nil {
			return err
		}
		page.Symbol = view.Document.Symbol
	}
	var err error
	if page.Groups, err = p.offices(r, r.By.UnitPath); err != nil {
		return err
	}
	return r.Render("task/assign", page)
}

func proofChoices(r *web.Request) []web.Choice {
	var out []web.Choice
	for _, kind := range []string{task.ProofPhoto, task.ProofFile, task.ProofFigures, task.ProofDocument, task.ProofLink} {
		out = append(out, web.Choice{Value: kind, Text: r.T("task.proof." + kind)})
	}
	return out
}

// offices are those of a unit and of the units right below it, by kind.
func (p Parts) offices(r *web.Request, under string) ([]officeGroup, error) {
	var out []officeGroup
	chosen := r.Form.Values("offices")
	byKind := map[org.Kind][]office{}
	find := org.Find{Under: under, Limit: 500}
	for range 6 {
		found, err := p.Units.FindOffices(r.Context(), r.By, find)
		if err != nil {
			return nil, err
		}
		for _, o := range found.Rows {
			if o.ID != r.By.Office && strings.Count(o.UnitPath, "/") <= strings.Count(under, "/")+1 {
				byKind[o.Kind] = append(byKind[o.Kind], office{web.Choice{Value: o.ID, Text: officeName(o)}, slices.Contains(chosen, o.ID)})
			}
		}
		if find.After = found.Next; find.After == "" {
			break
		}
	}
	for _, kind := range org.Kinds() {
		if offices := byKind[kind]; len(offices) > 0 {
			open := slices.ContainsFunc(offices, func(o office) bool { return o.Chosen })
			out = append(out, officeGroup{Key: "taskpage.kind." + strings.ToLower(string(kind)), Offices: offices, Open: open})
		}
	}
	return out, nil
}

func officeName(o org.Office) string {
	if o.ShortName != "" {
		return o.ShortName
	}
	return o.Name
}

// addressed are the offices that were ticked and those that the words name, as
// a document would: "UBND các phường, Phòng Y tế".
func (p Parts) addressed(r *web.Request, ticked []string, words string) ([]string, error) {
	if words == "" {
		return ticked, nil
	}
	matches, err := p.Units.Resolve(r.Context(), r.By, r.By.UnitPath, []string{words})
	if err != nil {
		return nil, err
	}
	for _, m := range matches {
		if len(m.Unresolved) > 0 {
			return nil, fault.New(fault.Invalid, "input.check").At("to", "taskpage.unresolved", "Words", strings.Join(m.Unresolved, "; "))
		}
		for _, o := range m.Offices {
			if !slices.Contains(ticked, o.ID) {
				ticked = append(ticked, o.ID)
			}
		}
	}
	return ticked, nil
}

func (p Parts) assign(r *web.Request) error {
	var in struct {
		Document string         `form:"document"`
		Clause   string         `form:"clause"`
		Item     string         `form:"item"`
		Title    string         `form:"title"`
		Text     string         `form:"text"`
		To       string         `form:"to"`
		Offices  []string       `form:"offices"`
		Deadline instant.Micros `form:"deadline,end"`
		Start    instant.Micros `form:"start"`
		Reason   string         `form:"reason"`
		Every    int            `form:"every"`
		AtTime   string         `form:"at_time"`
		Proof    []string       `form:"proof"`
	}
	if err := r.Read(&in); err != nil {
		return err
	}
	offices, err := p.addressed(r, in.Offices, in.To)
	if err != nil {
		return err
	}
	ids, err := p.Tasks.Assign(r.Context(), r.By, task.AssignInput{
		Key: r.Key(), Document: in.Document, Clause: in.Clause, Item: in.Item, Offices: offices,
		Title: in.Title, Text: in.Text, Deadline: in.Deadline, Start: in.Start, KeepReason: in.Reason,
		Cadence: task.Cadence{EveryMinDays: in.Every, EveryMaxDays: in.Every, AtTime: in.AtTime}, Proof: in.Proof,
	})
	if err != nil {
		return err
	}
	return r.Redirect("/viec/"+ids[0], "taskpage.assigned", "Count", len(offices))
}

// chosen are the tasks that a form or an address names ("viec").
func chosen(r *web.Request) []string {
	if ids := r.Form.Values("viec"); len(ids) > 0 {
		return ids
	}
	return r.HTTP.URL.Query()["viec"]
}

func (p Parts) cards(r *web.Request) ([]card, error) {
	var out []card
	ids := chosen(r)
	for _, id := range ids[:min(len(ids), 100)] {
		d, err := p.Tasks.Task(r.Context(), r.By, id)
		if err != nil {
			return nil, err
		}
		out = append(out, cardOf(d.Card, r.Now()))
	}
	return out, nil
}

func (p Parts) showHandOn(r *web.Request) error {
	tasks, err := p.cards(r)
	if err != nil {
		return err
	}
	page := handOnPage{Tasks: tasks}
	if page.Groups, err = p.offices(r, r.By.UnitPath); err != nil {
		return err
	}
	if r.By.Office != "" {
		view, err := p.Units.Office(r.Context(), r.By, r.By.Office, 0)
		if err != nil {
			return err
		}
		seen := map[string]bool{r.By.Post: true}
		for _, h := range view.Holders {
			if !seen[h.Post.ID] {
				seen[h.Post.ID] = true
				page.Posts = append(page.Posts, web.Choice{Value: h.Post.ID, Text: strings.Trim(h.Post.Title+" · "+h.Person.Name, " ·")})
			}
		}
	}
	return r.Render("task/handon", page)
}

func (p Parts) handOn(r *web.Request) error {
	var in struct {
		Tasks    []string       `form:"viec"`
		To       string         `form:"to"`
		Offices  []string       `form:"offices"`
		Posts    []string       `form:"posts"`
		Text     string         `form:"text"`
		Deadline instant.Micros `form:"deadline,end"`
	}
	if err := r.Read(&in); err != nil {
		return err
	}
	offices, err := p.addressed(r, in.Offices, in.To)
	if err != nil {
		return err
	}
	_, err = p.Tasks.HandOn(r.Context(), r.By, task.HandOnInput{
		Key: r.Key(), Tasks: in.Tasks, Offices: offices, Posts: in.Posts, Text: in.Text, Deadline: in.Deadline,
	})
	if err != nil {
		return err
	}
	if len(in.Tasks) == 1 {
		return r.Redirect("/viec/"+in.Tasks[0], "taskpage.assigned", "Count", len(offices)+len(in.Posts))
	}
	return r.Redirect("/viec", "taskpage.assigned", "Count", len(offices)+len(in.Posts))
}
