package directivepage

import (
	"cmp"
	"strconv"
	"strings"

	"phaodai/internal/auth"
	"phaodai/internal/directive"
	"phaodai/internal/fault"
	"phaodai/internal/instant"
	"phaodai/internal/web"
)

// meetingsPage lists the meetings of the office.
type meetingsPage struct {
	Lines []directive.Meeting
	Next  string
	Query string
}

func (p *pages) meetingList(r *web.Request) error {
	list, err := p.doc.Meetings(r.Context(), r.By, directive.Filter{Query: r.Query("tim"), After: r.After(), Limit: 50})
	if err != nil {
		return err
	}
	return r.Render("document/meetings", meetingsPage{Lines: list.Items, Next: list.Next, Query: r.Query("tim")})
}

// planPage plans a meeting.
type planPage struct {
	Meeting directive.Meeting
	Kinds   []web.Choice
	Chairs  []web.Choice
	Drafts  []web.Choice
	Rows    []agendaRow
	People  string
}

// agendaRow is one line of the agenda in the form.
type agendaRow struct {
	N        int
	Title    string
	Document string
}

// spare is how many empty lines of the agenda stand ready.
const spare = 3

func (p *pages) plan(r *web.Request) error {
	page := &planPage{}
	if id := cmp.Or(r.Form.Value("meeting"), r.Query("cuoc-hop")); id != "" {
		meeting, err := p.doc.Meeting(r.Context(), r.By, id)
		if err != nil {
			return err
		}
		page.Meeting = meeting
	}
	for _, k := range []string{"regular", "extraordinary"} {
		page.Kinds = append(page.Kinds, web.Choice{Value: k, Text: r.T("meeting.kind." + k)})
	}
	if page.Meeting.Kind == "" {
		page.Meeting.Kind = "regular"
	}
	var err error
	if page.Chairs, err = p.leaders(r.Context(), r.By); err != nil {
		return err
	}
	if err := p.draftsFor(r, page); err != nil {
		return err
	}
	page.rows(r)
	return r.Render("document/plan", page)
}

// draftsFor are the drafts that a meeting may decide on.
func (p *pages) draftsFor(r *web.Request, page *planPage) error {
	page.Drafts = []web.Choice{{Value: "", Text: r.T("docpage.no_draft")}}
	list, err := p.doc.Outgoing(r.Context(), r.By, directive.Filter{State: directive.Draft, Limit: 100})
	if err != nil {
		return err
	}
	for _, d := range list.Items {
		page.Drafts = append(page.Drafts, web.Choice{Value: d.ID, Text: kindName(r, d.Kind) + ": " + title(d.Subject)})
	}
	return nil
}

func (page *planPage) rows(r *web.Request) {
	add := func(title, document string) {
		page.Rows = append(page.Rows, agendaRow{N: len(page.Rows) + 1, Title: title, Document: document})
	}
	if r.Form.Sent {
		for n := 1; n <= 50 && (n <= spare || r.Form.Value("item_"+strconv.Itoa(n)) != ""); n++ {
			add(r.Form.Value("item_"+strconv.Itoa(n)), r.Form.Value("draft_"+strconv.Itoa(n)))
		}
	} else {
		for _, item := range page.Meeting.Agenda {
			add(item.Title, item.Document)
		}
	}
	for range spare {
		add("", "")
	}
	var people []string
	for _, a := range page.Meeting.Attendance {
		people = append(people, strings.TrimSuffix(a.Name+" - "+a.Title, " - "))
	}
	page.People = strings.Join(people, "\n")
}

func (p *pages) planMeeting(r *web.Request) error {
	var in struct {
		ID      string         `form:"meeting"`
		Version int64          `form:"version"`
		Kind    string         `form:"kind"`
		Title   string         `form:"title"`
		Place   string         `form:"place"`
		Planned instant.Micros `form:"planned"`
		Chair   string         `form:"chair"`
	}
	if err := r.Read(&in); err != nil {
		return err
	}
	done, err := p.doc.PlanMeeting(r.Context(), r.By, directive.PlanInput{
		Key: r.Key(), ID: in.ID, Version: in.Version, Kind: in.Kind, Title: in.Title, Place: in.Place,
		PlannedAt: in.Planned, ChairPost: in.Chair, Attendance: people(r.Form.Value("people"), "invited"), Agenda: agenda(r),
	})
	if err != nil {
		return named(err)
	}
	return r.Redirect("/cuoc-hop/"+done.ID, "docpage.meeting_saved")
}

func agenda(r *web.Request) []directive.AgendaItem {
	var out []directive.AgendaItem
	for n := 1; n <= 50; n++ {
		item := directive.AgendaItem{
			N: int64(len(out) + 1), Title: r.Form.Value("item_" + strconv.Itoa(n)), Document: r.Form.Value("draft_" + strconv.Itoa(n)),
		}
		if item.Title != "" || item.Document != "" {
			out = append(out, item)
		}
	}
	return out
}

// people reads one person or office a line: "Nguyễn Văn A - Chủ tịch UBND".
func people(text, present string) []directive.Attendance {
	var out []directive.Attendance
	for i, line := range textLines(text) {
		name, title, _ := strings.Cut(line, " - ")
		out = append(out, directive.Attendance{N: int64(i + 1), Name: strings.TrimSpace(name), Title: strings.TrimSpace(title), Present: present})
	}
	return out
}

// meetingPage is one meeting from its plan to its conclusion.
type meetingPage struct {
	Meeting    directive.Meeting
	Items      []agendaLine
	Office     string
	Results    []web.Choice
	Presence   []web.Choice
	Present    int
	CanManage  bool
	Conclusion *paper
	Proposed   string // text of a conclusion as the agenda's results suggest
	Subject    string
	Today      instant.Micros
}

type agendaLine struct {
	directive.AgendaItem
	Draft *paper
}

func (p *pages) meeting(r *web.Request) error {
	m, err := p.doc.Meeting(r.Context(), r.By, r.Path("id"))
	if err != nil {
		return err
	}
	names, err := p.officesOf(r.Context(), m.Office)
	if err != nil {
		return err
	}
	page := &meetingPage{Meeting: m, Office: names[m.Office].Name, CanManage: r.By.Anywhere(auth.MeetingManage), Today: r.Now()}
	for _, k := range []string{"adopted", "adopted_with_changes", "adopted_in_part", "rejected", "postponed"} {
		page.Results = append(page.Results, web.Choice{Value: k, Text: r.T("meeting.result." + k)})
	}
	for _, k := range []string{"present", "absent", "represented", "invited"} {
		page.Presence = append(page.Presence, web.Choice{Value: k, Text: r.T("meeting.present." + k)})
	}
	for _, a := range m.Attendance {
		if a.Present == "present" || a.Present == "represented" {
			page.Present++
		}
	}
	if err := p.agendaOf(r, page); err != nil {
		return err
	}
	page.propose(r)
	return r.Render("document/meeting", page)
}

func (p *pages) agendaOf(r *web.Request, page *meetingPage) error {
	known := func(id string) (*paper, error) {
		if id == "" {
			return nil, nil
		}
		view, err := p.doc.Document(r.Context(), r.By, id)
		if fault.KindOf(err) == fault.NotFound {
			return nil, nil // kept from this reader
		}
		return &paper{view.Document}, err
	}
	for _, item := range page.Meeting.Agenda {
		draft, err := known(item.Document)
		if err != nil {
			return err
		}
		page.Items = append(page.Items, agendaLine{item, draft})
	}
	var err error
	page.Conclusion, err = known(page.Meeting.Conclusion)
	return err
}

// propose begins the text of the conclusion with what was decided.
func (page *meetingPage) propose(r *web.Request) {
	page.Subject = r.T("docpage.conclusion_subject", "Office", page.Office, "Title", page.Meeting.Title)
	var lines []string
	for _, item := range page.Items {
		if strings.HasPrefix(item.Result, "adopted") {
			lines = append(lines, strconv.Itoa(len(lines)+1)+". "+r.T("docpage.conclusion_adopted", "Title", item.Title))
		}
	}
	page.Proposed = strings.Join(lines, "\n\n")
}

func (p *pages) hold(r *web.Request) error {
	var in struct {
		Version int64          `form:"version"`
		Held    instant.Micros `form:"held"`
	}
	if err := r.Read(&in); err != nil {
		return err
	}
	m, err := p.doc.Meeting(r.Context(), r.By, r.Path("id"))
	if err != nil {
		return err
	}
	for i := range m.Attendance {
		m.Attendance[i].Present = cmp.Or(r.Form.Value("present_"+strconv.FormatInt(m.Attendance[i].N, 10)), m.Attendance[i].Present)
	}
	guests := people(r.Form.Value("guests"), "present")
	for i := range guests {
		guests[i].N = int64(len(m.Attendance) + 1)
		m.Attendance = append(m.Attendance, guests[i])
	}
	_, err = p.doc.HoldMeeting(r.Context(), r.By, directive.HoldInput{
		Key: r.Key(), ID: m.ID, Version: in.Version, HeldAt: in.Held, Attendance: m.Attendance,
	})
	if err != nil {
		return named(err)
	}
	return r.Redirect("/cuoc-hop/"+m.ID, "docpage.meeting_held")
}

func (p *pages) decide(r *web.Request) error {
	var in struct {
		Version int64  `form:"version"`
		N       int64  `form:"n"`
		Result  string `form:"result"`
		Note    string `form:"note"`
		For     int64  `form:"for"`
		Against int64  `form:"against"`
		Abstain int64  `form:"abstain"`
	}
	if err := r.Read(&in); err != nil {
		return err
	}
	_, err := p.doc.DecideItem(r.Context(), r.By, directive.DecideInput{
		Key: r.Key(), Meeting: r.Path("id"), Version: in.Version, N: in.N, Result: in.Result, Note: in.Note,
		For: in.For, Against: in.Against, Abstain: in.Abstain,
	})
	if err != nil {
		return err
	}
	return r.Redirect("/cuoc-hop/" + r.Path("id") + "#noi-dung-" + strconv.FormatInt(in.N, 10))
}

func (p *pages) conclude(r *web.Request) error {
	var in struct {
		Version int64  `form:"version"`
		Subject string `form:"subject"`
		Text    string `form:"text"`
	}
	if err := r.Read(&in); err != nil {
		return err
	}
	d, err := p.doc.Conclude(r.Context(), r.By, directive.ConcludeInput{
		Key: r.Key(), Meeting: r.Path("id"), Version: in.Version, Subject: in.Subject, Text: in.Text,
	})
	if err != nil {
		return err
	}
	return r.Redirect("/van-ban-di/"+d.ID, "docpage.concluded")
}

func (p *pages) cancelMeeting(r *web.Request) error {
	_, err := p.doc.CancelMeeting(r.Context(), r.By, r.Key(), r.Path("id"), number(r.Form.Value("version")), r.Form.Value("reason"))
	if err != nil {
		return err
	}
	return r.Redirect("/cuoc-hop", "docpage.meeting_cancelled")
}
