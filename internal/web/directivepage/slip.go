package directivepage

import (
	"context"
	"strings"
	"time"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/directive"
	"phaodai/internal/fault"
	"phaodai/internal/instant"
	"phaodai/internal/org"
	"phaodai/internal/web"
)

// slipPage is the processing slip of one document, at every step.
type slipPage struct {
	View      directive.View
	Document  paper
	Kind      string
	Slip      directive.Slip
	Copies    []directive.Recipient // proposed or sent
	Sent      bool
	Offices   []web.Choice // to choose copies from
	Chosen    []string     // ids of offices chosen so far
	Words     string       // recipients that are words, a line each
	Stock     []string     // stock opinions
	Marks     []markedDay  // days that the document sets
	CanAdvise bool
	CanDecide bool
	CanEnter  bool
	Leaders   []web.Choice // who may have signed on paper
	Today     instant.Micros
	Outgoing  bool
}

// markedDay is a deadline that the document sets, in short.
type markedDay struct {
	Text string
	At   instant.Micros
}

func (p *pages) slip(r *web.Request) error {
	ctx := r.Context()
	open := p.doc.Open
	if r.Form.Sent {
		open = p.doc.Document
	}
	view, err := open(ctx, r.By, r.Path("id"))
	if err != nil {
		return err
	}
	page := p.slipOf(r, view)
	if r.Query("in") != "" {
		return r.Render("document/slip-print", page)
	}
	if page.CanAdvise || page.CanDecide {
		if page.Offices, err = p.choices(ctx, r.By); err != nil {
			return err
		}
	}
	if page.CanEnter {
		if page.Leaders, err = p.leaders(ctx, r.By); err != nil {
			return err
		}
	}
	return r.Render("document/slip", page)
}

func (p *pages) slipOf(r *web.Request, view directive.View) *slipPage {
	page := &slipPage{View: view, Document: paper{view.Document}, Kind: kindName(r, view.Document.Kind), Today: r.Now()}
	if view.Slip != nil {
		page.Slip = *view.Slip
	}
	for _, c := range view.Recipients {
		if c.Source != "slip" {
			continue
		}
		page.Copies = append(page.Copies, c)
		page.Sent = page.Sent || c.SentAt != 0
	}
	page.chosen(r)
	page.marks()
	state := view.Document.State
	page.CanAdvise = r.By.Anywhere(auth.DocumentAdvise) && (state == directive.Registered || state == directive.Advised)
	page.CanDecide = r.By.Anywhere(auth.DocumentApprove) && state == directive.Advised
	page.CanEnter = r.By.Anywhere(auth.DocumentRegister) && state == directive.Advised
	for _, key := range []string{"docpage.opinion_agree", "docpage.opinion_urgent", "docpage.opinion_report", "docpage.opinion_meeting"} {
		page.Stock = append(page.Stock, r.T(key))
	}
	return page
}

// chosen are the copies proposed so far, or those typed when the form came back.
func (s *slipPage) chosen(r *web.Request) {
	if r.Form.Sent {
		s.Chosen, s.Words = r.Form.Values("office"), r.Form.Value("copies")
		return
	}
	var words []string
	for _, c := range s.Copies {
		if c.Office != "" {
			s.Chosen = append(s.Chosen, c.Office)
		} else {
			words = append(words, c.Text)
		}
	}
	s.Words = strings.Join(words, "\n")
}

// marks lists the days by which something must be done, soonest first.
func (s *slipPage) marks() {
	found := s.View.Reading.Found
	if found == nil {
		return
	}
	seen := map[string]bool{}
	for _, t := range found.Tasks {
		for _, d := range t.Deadlines {
			at := instant.Of(d.At)
			if day := dayText(at); at != 0 && !seen[day] {
				seen[day] = true
				s.Marks = append(s.Marks, markedDay{Text: d.Text, At: at})
			}
		}
	}
	sortByDay(s.Marks)
}

func (p *pages) leaders(ctx context.Context, by auth.Actor) ([]web.Choice, error) {
	var out []web.Choice
	err := p.Store.Read(ctx, func(tx *db.Tx) error {
		all, err := org.OfficesAt(tx, territory(by), "", by.Now)
		if err != nil {
			return err
		}
		for _, office := range all {
			posts, err := org.PostsOf(tx, office.ID, by.Now)
			if err != nil {
				return err
			}
			for _, h := range posts {
				if !h.Vacant() && mayApprove(h.Post) {
					out = append(out, web.Choice{Value: h.Post.ID, Text: h.Post.Title + " · " + h.Person.Name, Group: office.Name})
				}
			}
		}
		return nil
	})
	return out, err
}

func mayApprove(p org.Post) bool {
	for _, role := range p.Roles {
		if role.Has(auth.DocumentApprove) {
			return true
		}
	}
	return false
}

// copies are the offices that were ticked and the words of the lines.
func copies(r *web.Request) []directive.Copy {
	out := []directive.Copy{}
	for _, id := range r.Form.Values("office") {
		out = append(out, directive.Copy{Office: id})
	}
	for line := range strings.SplitSeq(r.Form.Value("copies"), "\n") {
		line = strings.TrimSpace(strings.TrimLeft(strings.TrimSpace(line), "-–+"))
		if line == "" {
			continue
		}
		c := directive.Copy{Text: strings.TrimRight(line, ";.")}
		if strings.HasPrefix(strings.ToLower(line), "lưu") {
			c.Purpose = directive.ForFile
		}
		out = append(out, c)
	}
	return out
}

func (p *pages) advise(r *web.Request) error {
	var in struct {
		Version int64  `form:"version"`
		Advice  string `form:"advice"`
	}
	if err := r.Read(&in); err != nil {
		return err
	}
	_, err := p.doc.Advise(r.Context(), r.By, directive.AdviseInput{
		Key: r.Key(), Document: r.Path("id"), Version: in.Version, Advice: in.Advice, Copies: copies(r),
	})
	if err != nil {
		return err
	}
	return r.Redirect("/van-ban/"+r.Path("id")+"/phieu", "docpage.advised")
}

// approve approves as proposed, or with an opinion.
func (p *pages) approve(r *web.Request) error {
	var in struct {
		Version int64  `form:"version"`
		Opinion string `form:"opinion"`
		With    bool   `form:"with_opinion"`
	}
	if err := r.Read(&in); err != nil {
		return err
	}
	if in.With && in.Opinion == "" {
		return fault.New(fault.Invalid, "input.check").At("opinion", "docpage.opinion_missing")
	}
	slip, err := p.doc.Approve(r.Context(), r.By, directive.ApproveInput{
		Key: r.Key(), Document: r.Path("id"), Version: in.Version, Opinion: in.Opinion,
	})
	if err != nil {
		return err
	}
	sent, err := p.sent(r, slip.Document)
	if err != nil {
		return err
	}
	return r.Redirect("/cho-duyet", "docpage.approved", "Count", sent)
}

// sent counts the copies that went out.
func (p *pages) sent(r *web.Request, document string) (int, error) {
	view, err := p.doc.Document(r.Context(), r.By, document)
	n := 0
	for _, c := range view.Recipients {
		if c.SentAt != 0 && c.Source == "slip" {
			n++
		}
	}
	return n, err
}

func (p *pages) giveBack(r *web.Request) error {
	var in struct {
		Version int64  `form:"version"`
		Reason  string `form:"reason"`
	}
	if err := r.Read(&in); err != nil {
		return err
	}
	_, err := p.doc.Return(r.Context(), r.By, directive.ReturnInput{
		Key: r.Key(), Document: r.Path("id"), Version: in.Version, Reason: in.Reason,
	})
	if err != nil {
		return at("reason", err)
	}
	return r.Redirect("/cho-duyet", "docpage.slip_returned")
}

// onPaper enters a decision that was made on paper, with the photo of it.
func (p *pages) onPaper(r *web.Request) error {
	var in struct {
		Version  int64          `form:"version"`
		Post     string         `form:"post"`
		At       instant.Micros `form:"decided"`
		Opinion  string         `form:"paper_opinion"`
		Returned bool           `form:"returned"`
	}
	if err := r.Read(&in); err != nil {
		return err
	}
	paper := &directive.OnPaper{Post: in.Post, At: in.At}
	if files := r.Files("photo"); len(files) > 0 {
		content, err := files[0].Open()
		if err != nil {
			return err
		}
		defer content.Close()
		paper.Photo = &directive.Upload{Name: files[0].Name, Content: content}
	}
	var err error
	if in.Returned {
		_, err = p.doc.Return(r.Context(), r.By, directive.ReturnInput{
			Key: r.Key(), Document: r.Path("id"), Version: in.Version, Reason: in.Opinion, OnPaper: paper,
		})
	} else {
		_, err = p.doc.Approve(r.Context(), r.By, directive.ApproveInput{
			Key: r.Key(), Document: r.Path("id"), Version: in.Version, Opinion: in.Opinion, OnPaper: paper,
		})
	}
	if err != nil {
		return renamed(renamed(err, "opinion", "paper_opinion"), "at", "decided")
	}
	return r.Redirect("/van-ban/"+r.Path("id")+"/phieu", "docpage.entered_for")
}

func (p *pages) slipForm(r *web.Request) error {
	file, err := p.doc.SlipForm(r.Context(), r.By, r.Path("id"), r.Path("format"))
	if err != nil {
		return err
	}
	return send(r, file, r.Path("format") == "pdf")
}

// awaitingPage lists slips to advise on.
type awaitingPage struct {
	Lines []listed
	Next  string
	Late  int // arrived before today
}

func (p *pages) awaitingAdvice(r *web.Request) error {
	filter := directive.Filter{Query: r.Query("tim"), Sort: r.Query("xep"), After: r.After(), Limit: 50}
	if format := r.Export(); format != "" {
		return p.export(r, "advice", filter, format)
	}
	list, err := p.doc.AwaitingAdvice(r.Context(), r.By, filter)
	if err != nil {
		return err
	}
	page := awaitingPage{Lines: listedAll(list.Items), Next: list.Next}
	today := dayText(r.Now())
	for _, l := range page.Lines {
		if dayText(l.ArrivedAt) < today {
			page.Late++
		}
	}
	return r.Render("document/awaiting-advice", page)
}

// approvalPage is "Chờ duyệt": slips and signatures that wait for the leader,
// each with what the Office proposes, so that one tap decides.
type approvalPage struct {
	Cards []*slipPage
	Next  string
	Total int
	More  bool
	Sort  string
	Sorts []web.Choice
}

// approvalSorts are the orders of the cards, which have no head of a column to
// tap; "" is by urgency, then by how long they wait.
var approvalSorts = []struct{ column, key string }{
	{"", "docpage.by_urgency"}, {directive.SortArrived, "docpage.by_oldest"}, {"-" + directive.SortArrived, "docpage.by_newest"},
	{directive.SortIssuer, "docpage.by_issuer"}, {directive.SortIssued, "docpage.by_day"},
}

// cards is how many slips a page of approvals shows whole.
const cards = 20

func (p *pages) awaitingApproval(r *web.Request) error {
	filter := directive.Filter{Sort: r.Query("xep"), After: r.After(), Limit: cards}
	if format := r.Export(); format != "" {
		return p.export(r, "approval", filter, format)
	}
	list, err := p.doc.AwaitingApproval(r.Context(), r.By, filter)
	if err != nil {
		return err
	}
	page := approvalPage{Next: list.Next, Total: list.Total, More: list.TotalMore, Sort: filter.Sort}
	for _, s := range approvalSorts {
		page.Sorts = append(page.Sorts, web.Choice{Value: s.column, Text: r.T(s.key)})
	}
	for _, item := range list.Items {
		view, err := p.doc.Document(r.Context(), r.By, item.ID)
		if fault.KindOf(err) == fault.NotFound {
			continue // decided, or taken away, a moment ago
		}
		if err != nil {
			return err
		}
		card := p.slipOf(r, view)
		card.Outgoing = item.Origin == directive.Made
		page.Cards = append(page.Cards, card)
	}
	return r.Render("document/approvals", page)
}

// approvals is the number behind "Chờ duyệt".
func (p *pages) approvals(ctx context.Context, by auth.Actor) (int, error) {
	list, err := p.doc.AwaitingApproval(ctx, by, directive.Filter{Limit: 1})
	return list.Total, err
}

// Waiting is how long a slip has waited for its decision.
func (s *slipPage) Waiting() time.Duration {
	if s.Slip.AdvisedAt == 0 {
		return 0
	}
	return s.Today.Sub(s.Slip.AdvisedAt)
}
