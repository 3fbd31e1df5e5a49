package directivepage

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"phaodai/internal/auth"
	"phaodai/internal/directive"
	"phaodai/internal/fault"
	"phaodai/internal/instant"
	"phaodai/internal/org"
	"phaodai/internal/web"
)

// outboxPage lists what the office makes and made.
type outboxPage struct {
	Lines     []listed
	Next      string
	Total     int
	TotalMore bool
	Query     string
	State     string
	States    []web.Choice
	Filtered  bool
}

// outStates are the states of what is made here, in their order.
var outStates = []directive.State{
	directive.Draft, directive.Adopted, directive.Submitted, directive.Signed, directive.Numbered, directive.Issued, directive.Working, directive.Filed,
}

func (p *pages) outbox(r *web.Request) error {
	filter := directive.Filter{Query: r.Query("tim"), State: directive.State(r.Query("tinh-trang")), Sort: r.Query("xep"), After: r.After(), Limit: 50}
	if format := r.Export(); format != "" {
		return p.export(r, "outgoing", filter, format)
	}
	list, err := p.doc.Outgoing(r.Context(), r.By, filter)
	if err != nil {
		return err
	}
	page := outboxPage{
		Next: list.Next, Total: list.Total, TotalMore: list.TotalMore, Query: filter.Query, State: string(filter.State),
		Filtered: filter.Query != "" || filter.State != "",
	}
	for _, s := range outStates {
		page.States = append(page.States, web.Choice{Value: string(s), Text: r.T("document.state." + string(s))})
	}
	if page.Lines, err = p.counted(r.Context(), r.By, list.Items); err != nil {
		return err
	}
	return r.Render("document/outbox", page)
}

// draftPage writes a draft.
type draftPage struct {
	ID         string
	Version    int64
	Document   paper
	Text       string
	Kinds      []web.Choice
	Urgencies  []web.Choice
	Scopes     []web.Choice
	Signers    []web.Choice
	SignedFor  []web.Choice
	Signer     string
	Addressees string
	Recipients string
	Answers    string
	AnswersTo  *paper
}

func (p *pages) draft(r *web.Request) error {
	ctx := r.Context()
	page := &draftPage{Urgencies: urgencies(r), Scopes: scopes(r), Document: paper{directive.Document{
		Kind: "CV", Urgency: directive.Normal, Scope: directive.ToRecipients,
	}}}
	for _, code := range kindCodes {
		page.Kinds = append(page.Kinds, web.Choice{Value: code, Text: kindName(r, code)})
	}
	var err error
	if page.Signers, err = p.leaders(ctx, r.By); err != nil {
		return err
	}
	if page.SignedFor, err = p.capacities(r); err != nil {
		return err
	}
	if id := cmp.Or(r.Form.Value("answers"), r.Query("van-ban")); id != "" {
		view, err := p.doc.Document(ctx, r.By, id)
		if err != nil {
			return err
		}
		page.Answers, page.AnswersTo = id, &paper{view.Document}
	}
	if id := cmp.Or(r.Form.Value("document"), r.Query("du-thao")); id != "" {
		if err := p.draftOf(r, page, id); err != nil {
			return err
		}
	}
	return r.Render("document/draft", page)
}

func (p *pages) draftOf(r *web.Request, page *draftPage, id string) error {
	view, err := p.doc.Document(r.Context(), r.By, id)
	if err != nil {
		return err
	}
	versions, err := p.doc.Versions(r.Context(), r.By, id)
	if err != nil {
		return err
	}
	page.ID, page.Version, page.Document = id, view.Document.Version, paper{view.Document}
	if len(versions) > 0 {
		page.Text = versions[0].Text
	}
	sheet, err := p.doc.DraftSheet(r.Context(), r.By, id)
	if err != nil {
		return err
	}
	page.Signer, page.Addressees = sheet.SignerPost, strings.Join(sheet.Addressees, "\n")
	page.Recipients, err = p.copyLines(r, sheet.Recipients)
	return err
}

// copyLines writes recipients as papers do: "- UBND các phường (để t/h)".
func (p *pages) copyLines(r *web.Request, copies []directive.Copy) (string, error) {
	var ids, lines []string
	for _, c := range copies {
		ids = append(ids, c.Office)
	}
	names, err := p.officesOf(r.Context(), ids...)
	if err != nil {
		return "", err
	}
	for _, c := range copies {
		line := "- " + cmp.Or(c.Text, names[c.Office].Name)
		if mark := printedMarks[c.Purpose]; mark != "" {
			line += " " + mark
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n"), nil
}

// printedMarks are the remarks of "Nơi nhận" that recipientLines reads back.
var printedMarks = map[string]string{
	directive.ForReport: "(để b/c)", directive.ForExecution: "(để t/h)", directive.ForCooperation: "(để p/h)",
}

// capacities are the ways in which the office's line signs.
func (p *pages) capacities(r *web.Request) ([]web.Choice, error) {
	names, err := p.officesOf(r.Context(), r.By.Office)
	if err != nil {
		return nil, err
	}
	words := []string{"", "TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "TL. CHỦ TỊCH", "TUQ. CHỦ TỊCH"}
	if names[r.By.Office].Line == org.Party {
		words = []string{"", "T/M BAN THƯỜNG VỤ", "T/M BAN CHẤP HÀNH", "T/L BAN THƯỜNG VỤ"}
	}
	out := make([]web.Choice, len(words))
	for i, w := range words {
		out[i] = web.Choice{Value: w, Text: cmp.Or(w, r.T("docpage.signed_as_head"))}
	}
	return out, nil
}

func (p *pages) write(r *web.Request) error {
	var in struct {
		ID         string `form:"document"`
		Version    int64  `form:"version"`
		Kind       string `form:"kind"`
		Subject    string `form:"subject"`
		Text       string `form:"text"`
		Note       string `form:"note"`
		Urgency    string `form:"urgency"`
		Scope      string `form:"scope"`
		Signer     string `form:"signer"`
		SignedFor  string `form:"signed_for"`
		Addressees string `form:"addressees"`
		Answers    string `form:"answers"`
	}
	if err := r.Read(&in); err != nil {
		return err
	}
	d, err := p.doc.Write(r.Context(), r.By, directive.DraftInput{
		Key: r.Key(), ID: in.ID, Version: in.Version, Kind: in.Kind, Subject: in.Subject, Text: in.Text, Note: in.Note,
		Urgency: directive.Urgency(in.Urgency), Scope: directive.Scope(in.Scope), SignerPost: in.Signer,
		SignedFor: in.SignedFor, Addressees: textLines(in.Addressees), Recipients: recipientLines(r.Form.Value("recipients")), Answers: in.Answers,
	})
	if err != nil {
		return named(err)
	}
	return r.Redirect("/van-ban-di/"+d.ID, "docpage.draft_saved", "At", r.Now())
}

func textLines(s string) []string {
	var out []string
	for line := range strings.SplitSeq(s, "\n") {
		if line = strings.TrimSpace(strings.TrimLeft(strings.TrimSpace(line), "-–+ ")); line != "" {
			out = append(out, line)
		}
	}
	return out
}

// recipientLines reads "- UBND các phường (để t/h);" as people write it.
func recipientLines(s string) []directive.Copy {
	out := []directive.Copy{}
	for _, line := range textLines(s) {
		text := strings.TrimRight(line, ";. ")
		purpose, low := directive.ForInformation, strings.ToLower(text)
		for _, mark := range purposeMarks {
			if strings.Contains(low, mark.words) {
				purpose = mark.purpose
				break
			}
		}
		if i := strings.LastIndex(text, "("); i > 0 && strings.HasSuffix(text, ")") && purpose != directive.ForInformation {
			text = strings.TrimSpace(text[:i])
		}
		out = append(out, directive.Copy{Text: text, Purpose: purpose})
	}
	return out
}

var purposeMarks = []struct{ words, purpose string }{
	{"lưu", directive.ForFile}, {"(để b/c", directive.ForReport}, {"(để báo cáo", directive.ForReport},
	{"(để t/h", directive.ForExecution}, {"(để thực hiện", directive.ForExecution}, {"(để p/h", directive.ForCooperation},
	{"(để phối hợp", directive.ForCooperation}, {"các phường", directive.ForExecution},
}

// paperPage is a document made here, on its way to being issued.
type paperPage struct {
	View       directive.View
	Document   paper
	Kind       string
	Versions   []directive.DraftVersion
	Text       string
	Steps      []outStep
	Recipients []directive.Recipient
	Opened     int
	Words      string // planned recipients as lines
	Planned    int    // how many they are
	SentBack   string // why the leader returned it, or ""
	CanWrite   bool
	CanAdopt   bool
	CanSubmit  bool
	CanSign    bool
	CanNumber  bool
	CanIssue   bool
	Today      instant.Micros
	Meeting    *directive.Meeting
	Plan       *origin // from which it was drafted
}

// origin leads to what a document was drafted from.
type origin struct{ Page, Whose string }

// drafted adds the plan from which the document was drafted.
func (p *pages) drafted(r *web.Request, page *paperPage) error {
	if p.Plan == nil {
		return nil
	}
	at, whose, err := p.Plan(r.Context(), r.By, page.Document.ID)
	if err == nil && at != "" {
		page.Plan = &origin{at, whose}
	}
	return err
}

// outStep is one stage of the way out.
type outStep struct {
	Key  string
	Done bool
	Here bool
}

func (p *pages) paper(r *web.Request) error {
	open := p.doc.Open
	if r.Form.Sent {
		open = p.doc.Document
	}
	view, err := open(r.Context(), r.By, r.Path("id"))
	if err != nil {
		return err
	}
	d := view.Document
	if d.Origin != directive.Made {
		return r.Redirect("/van-ban/" + d.ID)
	}
	page := &paperPage{View: view, Document: paper{d}, Kind: kindName(r, d.Kind), Steps: outSteps(d.State), Today: r.Now()}
	if page.Versions, err = p.doc.Versions(r.Context(), r.By, d.ID); err != nil {
		return err
	}
	if len(page.Versions) > 0 {
		page.Text = page.Versions[0].Text
	}
	page.Recipients = view.Recipients
	for _, c := range view.Recipients {
		if c.OpenedAt != 0 {
			page.Opened++
		}
	}
	sheet, err := p.doc.DraftSheet(r.Context(), r.By, d.ID)
	if err != nil {
		return err
	}
	page.Planned, page.SentBack = len(sheet.Recipients), sheet.SentBack
	if page.Words, err = p.copyLines(r, sheet.Recipients); err != nil {
		return err
	}
	if err := p.drafted(r, page); err != nil {
		return err
	}
	page.offer(r.By)
	if d.Meeting != "" {
		meeting, err := p.doc.Meeting(r.Context(), r.By, d.Meeting)
		if err != nil && fault.KindOf(err) != fault.NotFound && fault.KindOf(err) != fault.Denied {
			return err
		}
		if err == nil {
			page.Meeting = &meeting
		}
	}
	return r.Render("document/paper", page)
}

// offer decides which steps this reader sees; the capability decides again.
func (page *paperPage) offer(by auth.Actor) {
	s := page.Document.State
	page.CanWrite = by.Anywhere(auth.DocumentDraft) && (s == directive.Draft || s == directive.Adopted)
	page.CanAdopt = s == directive.Draft && by.Anywhere(auth.DocumentDraft)
	page.CanSubmit = (s == directive.Draft || s == directive.Adopted) && by.Anywhere(auth.DocumentDraft)
	page.CanSign = s == directive.Submitted && by.Anywhere(auth.DocumentApprove)
	page.CanNumber = s == directive.Signed && by.Anywhere(auth.DocumentIssue)
	page.CanIssue = s == directive.Numbered && by.Anywhere(auth.DocumentIssue)
}

func outSteps(state directive.State) []outStep {
	order := []directive.State{directive.Draft, directive.Submitted, directive.Signed, directive.Numbered, directive.Issued}
	at := slices.Index(order, state)
	switch state {
	case directive.Adopted:
		at = 0
	case directive.Working, directive.Passed, directive.Filed:
		at = len(order) - 1
	}
	out := make([]outStep, len(order))
	for i, s := range order {
		out[i] = outStep{Key: "document.state." + string(s), Done: i < at || at == len(order)-1, Here: i == at}
	}
	return out
}

// versionPage is one version of a draft as it was saved.
type versionPage struct {
	Document paper
	Version  directive.DraftVersion
}

func (p *pages) version(r *web.Request) error {
	view, err := p.doc.Document(r.Context(), r.By, r.Path("id"))
	if err != nil {
		return err
	}
	versions, err := p.doc.Versions(r.Context(), r.By, r.Path("id"))
	if err != nil {
		return err
	}
	n := number(r.Path("n"))
	i := slices.IndexFunc(versions, func(v directive.DraftVersion) bool { return v.N == n })
	if i < 0 {
		return fault.New(fault.NotFound, "error.not_found")
	}
	return r.Render("document/version", versionPage{paper{view.Document}, versions[i]})
}

func (p *pages) letter(r *web.Request) error {
	file, err := p.doc.Letter(r.Context(), r.By, r.Path("id"), r.Path("format"))
	if err != nil {
		return err
	}
	return send(r, file, r.Path("format") == "pdf")
}

// stepping is one verb of the way out.
type stepping func(context.Context, auth.Actor, directive.StepInput) (directive.Document, error)

// step moves the document one step and says so.
func (p *pages) step(message string, do stepping) web.Handler {
	return func(r *web.Request) error {
		var in struct {
			Version int64  `form:"version"`
			Reason  string `form:"reason"`
		}
		if err := r.Read(&in); err != nil {
			return err
		}
		_, err := do(r.Context(), r.By, directive.StepInput{Key: r.Key(), Document: r.Path("id"), Version: in.Version, Reason: in.Reason})
		if err != nil {
			return err
		}
		return r.Redirect("/van-ban-di/"+r.Path("id"), message)
	}
}

func (p *pages) number(r *web.Request) error {
	var in struct {
		Version  int64          `form:"version"`
		IssuedOn instant.Micros `form:"issued_on"`
	}
	if err := r.Read(&in); err != nil {
		return err
	}
	d, err := p.doc.Number(r.Context(), r.By, directive.StepInput{
		Key: r.Key(), Document: r.Path("id"), Version: in.Version, IssuedOn: dayText(in.IssuedOn),
	})
	if err != nil {
		return named(err)
	}
	return r.Redirect("/van-ban-di/"+d.ID, "docpage.numbered", "Symbol", d.Symbol)
}

func (p *pages) issue(r *web.Request) error {
	in := directive.IssueInput{Key: r.Key(), Document: r.Path("id"), Version: number(r.Form.Value("version"))}
	if words := r.Form.Value("recipients"); words != "" && words != r.Form.Value("before") {
		in.Recipients = recipientLines(words)
	}
	d, err := p.doc.Issue(r.Context(), r.By, in)
	if err != nil {
		return err
	}
	view, err := p.doc.Document(r.Context(), r.By, d.ID)
	if err != nil {
		return err
	}
	n := 0
	for _, c := range view.Recipients {
		if c.SentAt != 0 {
			n++
		}
	}
	return r.Redirect("/van-ban-di/"+d.ID, "docpage.issued", "Count", n)
}
