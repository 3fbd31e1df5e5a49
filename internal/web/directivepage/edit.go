package directivepage

import (
	"cmp"
	"errors"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"phaodai/internal/directive"
	"phaodai/internal/fault"
	"phaodai/internal/instant"
	"phaodai/internal/officialdoc"
	"phaodai/internal/web"
)

// editor is the form of one proposal, a new one when its id is empty.
type editor struct {
	Proposal directive.Proposal
	Quote    string
	Offices  []web.Choice
	Chosen   []string
	With     []string
	Targets  string // a line each
	Early    bool
	Proofs   []web.Choice
}

// splitter cuts a proposal into parts, each with the words of its own.
type splitter struct {
	Proposal directive.Proposal
	Parts    []string
}

// editing opens the form that the address or a form that came back asks for:
// ?sua= (correct), ?them= (add to a clause), ?tu=&den= (add to selected words),
// ?tach= (split).
func (p *pages) editing(r *web.Request, page *reviewPage) error {
	id, clause := cmp.Or(r.Form.Value("proposal"), r.Query("sua")), cmp.Or(r.Form.Value("clause"), r.Query("them"))
	if split := cmp.Or(r.Form.Value("split"), r.Query("tach")); split != "" {
		page.splitting(split)
		return nil
	}
	start, end := number(cmp.Or(r.Form.Value("start"), r.Query("tu"))), number(cmp.Or(r.Form.Value("end"), r.Query("den")))
	if r.Form.Sent && r.Form.Value("edit") == "" {
		return nil
	}
	switch {
	case id != "":
		page.edit(id)
	case clause != "" || end > start:
		page.add(clause, start, end)
	}
	if page.Edit == nil {
		return nil
	}
	var err error
	e := page.Edit
	e.Offices, err = p.choices(r.Context(), r.By)
	e.sort()
	e.Proofs = proofs(r)
	e.Targets = targetLines(e.Proposal.Targets)
	e.Early = e.Proposal.By != 0 && page.Document.IssuedOn != "" && dayText(e.Proposal.By) < page.Document.IssuedOn || r.Form.Problem("keep_reason") != ""
	return err
}

func (page *reviewPage) edit(id string) {
	for _, c := range page.Cards {
		if c.Proposal != nil && c.Proposal.ID == id {
			page.Edit = &editor{Proposal: *c.Proposal, Quote: c.Quote, Chosen: c.Proposal.Offices, With: c.Proposal.Coordinating}
		}
	}
}

// add begins a proposal from a clause or from selected words.
func (page *reviewPage) add(clause string, start, end int64) {
	text := []rune(page.Review.Reading.Text)
	e := &editor{}
	for _, c := range page.Review.Clauses {
		if c.ID == clause || clause == "" && c.Start <= start && start < c.End {
			e.Proposal.Clause, e.Proposal.Item = c.ID, c.Item
			if end <= start {
				start, end = c.Start, c.End
			}
			break
		}
	}
	start, end = max(start, 0), min(end, int64(len(text)))
	if end <= start {
		return
	}
	e.Proposal.Start, e.Proposal.End = start, end
	e.Quote = strings.TrimSpace(string(text[start:end]))
	e.Proposal.Text = e.Quote
	e.Proposal.Title = title(e.Quote)
	page.Edit = e
}

// title is the beginning of a text, at the end of a word.
func title(text string) string {
	const most = 90
	words := strings.Fields(text)
	out := ""
	for _, w := range words {
		if len([]rune(out))+len([]rune(w)) > most {
			return out + "…"
		}
		out = strings.TrimSpace(out + " " + w)
	}
	return out
}

// sort puts the chosen offices first, so that they are in sight.
func (e *editor) sort() {
	slices.SortStableFunc(e.Offices, func(a, b web.Choice) int {
		return cmp.Compare(e.rank(a.Value), e.rank(b.Value))
	})
}

func (e *editor) rank(id string) int {
	if slices.Contains(e.Chosen, id) {
		return 0
	}
	return 1
}

func proofs(r *web.Request) []web.Choice {
	var out []web.Choice
	for _, k := range []string{"file", "photo", "figure", "link", "record"} {
		out = append(out, web.Choice{Value: k, Text: r.T("docpage.proof." + k)})
	}
	return out
}

func targetLines(targets []directive.Target) string {
	var out []string
	for _, t := range targets {
		out = append(out, t.Text)
	}
	return strings.Join(out, "\n")
}

func number(s string) int64 {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// splitting proposes a cut behind semicolons, else behind sentences.
func (page *reviewPage) splitting(id string) {
	for _, c := range page.Cards {
		if c.Proposal == nil || c.Proposal.ID != id {
			continue
		}
		parts := strings.Split(c.Proposal.Text, ";")
		if len(parts) < 2 {
			parts = strings.SplitAfter(c.Proposal.Text, ". ")
		}
		for i := range parts {
			parts[i] = strings.TrimFunc(parts[i], func(r rune) bool { return unicode.IsSpace(r) || r == ';' })
		}
		parts = slices.DeleteFunc(parts, func(s string) bool { return s == "" })
		for len(parts) < 2 {
			parts = append(parts, "")
		}
		page.Split = &splitter{Proposal: *c.Proposal, Parts: append(parts, "")}
	}
}

// Plus counts the parts from 1.
func (s *splitter) Plus(i int) int { return i + 1 }

// proposalForm is a proposal as a person typed it.
type proposalForm struct {
	ID          string         `form:"proposal"`
	Version     int64          `form:"version"`
	Clause      string         `form:"clause"`
	Item        string         `form:"item"`
	Title       string         `form:"title"`
	Text        string         `form:"text"`
	Start       int64          `form:"start"`
	End         int64          `form:"end"`
	Offices     []string       `form:"office"`
	Words       string         `form:"responsible"`
	With        []string       `form:"with"`
	By          instant.Micros `form:"by,end"`
	From        instant.Micros `form:"from"`
	Until       instant.Micros `form:"until,end"`
	EveryMin    int            `form:"every_min"`
	EveryMax    int            `form:"every_max"`
	MinTimes    int            `form:"min_times"`
	AtTime      string         `form:"at_time"`
	Targets     string         `form:"targets"`
	Proof       []string       `form:"proof"`
	KeepReason  string         `form:"keep_reason"`
	OnlyOffices bool           `form:"only_offices"` // the other fields stay as they are
}

func (p *pages) propose(r *web.Request) error {
	var form proposalForm
	if err := r.Read(&form); err != nil {
		return err
	}
	if form.Title == "" && !form.OnlyOffices {
		return fault.New(fault.Invalid, "input.check").At("title", "input.missing")
	}
	review, err := p.doc.Review(r.Context(), r.By, r.Path("id"))
	if err != nil {
		return err
	}
	ids, words, err := p.nameIDs(r.Context(), r.By, form.Words)
	if err != nil {
		return err
	}
	in := form.input(review, append(form.Offices, ids...), words)
	in.Key, in.Document = r.Key(), r.Path("id")
	done, err := p.doc.Propose(r.Context(), r.By, in)
	if err != nil {
		return named(err)
	}
	return p.back(r, "viec-"+done.ID, "docpage.proposal_saved")
}

// input keeps what the form does not show of the proposal that it changes.
func (f proposalForm) input(review directive.Review, offices []string, words string) directive.ProposalInput {
	before := directive.Proposal{}
	for _, p := range review.Proposals {
		if p.ID == f.ID && f.ID != "" {
			before = p
		}
	}
	in := directive.ProposalInput{
		ID: f.ID, Version: f.Version, Clause: cmp.Or(f.Clause, before.Clause), Item: cmp.Or(f.Item, before.Item),
		Start: f.Start, End: f.End, Topic: before.Topic, Offices: compact(offices), Responsible: words,
	}
	if f.End == 0 {
		in.Start, in.End = before.Start, before.End
	}
	if f.OnlyOffices {
		in.Title, in.Text, in.By, in.From, in.Until = before.Title, before.Text, before.By, before.From, before.Until
		in.Cadence, in.Targets, in.Proof = before.Cadence, before.Targets, before.Proof
		in.Coordinating, in.KeepReason = before.Coordinating, before.KeepReason
		in.Offices = compact(append(slices.Clone(before.Offices), offices...))
		return in
	}
	in.Title, in.Text, in.By, in.From, in.Until = f.Title, f.Text, f.By, f.From, f.Until
	in.Cadence, in.Targets, in.Proof = f.cadence(before.Cadence), f.targets(before.Targets), f.Proof
	in.Coordinating, in.KeepReason = f.With, f.KeepReason
	return in
}

func compact(ids []string) []string {
	out := make([]string, 0, len(ids))
	for _, id := range ids {
		if id != "" && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

func (f proposalForm) cadence(before directive.Cadence) directive.Cadence {
	c := before
	c.EveryMinDays, c.EveryMaxDays, c.MinTimes, c.AtTime = f.EveryMin, max(f.EveryMax, f.EveryMin), f.MinTimes, f.AtTime
	if c.EveryMinDays == 0 {
		c.EveryMinDays = c.EveryMaxDays
	}
	return c
}

// targets keeps those whose words still stand there. A new line becomes a
// target of words without a figure.
func (f proposalForm) targets(before []directive.Target) []directive.Target {
	var out []directive.Target
	for line := range strings.SplitSeq(f.Targets, "\n") {
		line = strings.TrimSpace(line)
		i := slices.IndexFunc(before, func(t directive.Target) bool { return t.Text == line })
		switch {
		case line == "":
		case i >= 0:
			out = append(out, before[i])
		default:
			out = append(out, directive.Target{Text: line, Op: "min"})
		}
	}
	return out
}

func (p *pages) split(r *web.Request) error {
	var in struct {
		ID      string   `form:"split"`
		Version int64    `form:"version"`
		Parts   []string `form:"part"`
	}
	if err := r.Read(&in); err != nil {
		return err
	}
	review, err := p.doc.Review(r.Context(), r.By, r.Path("id"))
	if err != nil {
		return err
	}
	i := slices.IndexFunc(review.Proposals, func(q directive.Proposal) bool { return q.ID == in.ID })
	if i < 0 {
		return fault.New(fault.NotFound, "proposal.not_found")
	}
	done, err := p.doc.Split(r.Context(), r.By, directive.SplitInput{
		Key: r.Key(), ID: in.ID, Version: in.Version, Parts: partsOf(review.Proposals[i], in.Parts),
	})
	if err != nil {
		return err
	}
	return p.back(r, "viec-"+done[0].ID, "docpage.proposal_split", "Count", len(done))
}

// partsOf gives each part the place of its words and everything else of the
// whole.
func partsOf(whole directive.Proposal, texts []string) []directive.ProposalInput {
	var out []directive.ProposalInput
	for _, text := range texts {
		part := directive.ProposalInput{
			Document: whole.Document, Clause: whole.Clause, Item: whole.Item, Title: title(text), Text: text,
			Start: whole.Start, End: whole.End, Offices: whole.Offices, Coordinating: whole.Coordinating,
			By: whole.By, From: whole.From, Until: whole.Until, Cadence: whole.Cadence, Targets: whole.Targets,
			Proof: whole.Proof, Topic: whole.Topic, KeepReason: whole.KeepReason,
		}
		if i := strings.Index(whole.Text, text); i >= 0 {
			part.Start = whole.Start + int64(len([]rune(whole.Text[:i])))
			part.End = min(part.Start+int64(len([]rune(text))), whole.End)
		}
		out = append(out, part)
	}
	return out
}

func (p *pages) merge(r *web.Request) error {
	done, err := p.doc.Merge(r.Context(), r.By, directive.MergeInput{
		Key: r.Key(), Document: r.Path("id"), IDs: r.Form.Values("id"),
	})
	if err != nil {
		return onTop(err)
	}
	return p.back(r, "viec-"+done.ID, "docpage.proposals_merged")
}

func (p *pages) drop(r *web.Request) error {
	in := directive.DropInput{Key: r.Key(), ID: r.Form.Value("id"), Version: number(r.Form.Value("version")), Reason: r.Form.Value("reason")}
	if _, err := p.doc.Drop(r.Context(), r.By, in); err != nil {
		return err
	}
	return p.back(r, "", "docpage.proposal_dropped")
}

// elsewhere sets the tasks of bodies outside the territory aside.
func (p *pages) elsewhere(r *web.Request) error {
	in := directive.ElsewhereInput{Key: r.Key(), Document: r.Path("id")}
	done, err := p.doc.SetElsewhere(r.Context(), r.By, in)
	if err != nil {
		return err
	}
	return p.back(r, "", "docpage.set_elsewhere_done", "Count", len(done.IDs))
}

func (p *pages) confirm(r *web.Request) error {
	in := directive.ConfirmInput{Key: r.Key(), Document: r.Path("id"), IDs: r.Form.Values("id"), All: r.Form.Value("all") != ""}
	done, err := p.doc.Confirm(r.Context(), r.By, in)
	if err != nil {
		return err
	}
	if !in.All && len(done.Problems) > 0 {
		return p.unconfirmed(r, done.Problems)
	}
	if in.All {
		return p.back(r, "", "docpage.confirmed_all", "Count", len(done.Confirmed), "Rest", len(done.Problems))
	}
	return p.back(r, "")
}

// unconfirmed says what stops a proposal, and opens its form.
func (p *pages) unconfirmed(r *web.Request, problems map[string]string) error {
	page, _, err := p.reviewOf(r)
	if err != nil {
		return err
	}
	for _, c := range page.Cards {
		if c.Proposal != nil && problems[c.Proposal.ID] != "" {
			return fault.New(fault.NeedsReason, problems[c.Proposal.ID], c.args...)
		}
	}
	return nil
}

// onTop makes the message at a field that the page does not have the message
// of the whole form.
func onTop(err error) error {
	var f *fault.Fault
	if errors.As(err, &f) && len(f.Fields) > 0 {
		return fault.New(f.Kind, f.Fields[0].Key, f.Fields[0].Args...)
	}
	return err
}

func (p *pages) classify(r *web.Request) error {
	var in struct {
		Clause  string `form:"clause_id"`
		Version int64  `form:"version"`
		Kind    string `form:"kind"`
	}
	if err := r.Read(&in); err != nil {
		return err
	}
	_, err := p.doc.Classify(r.Context(), r.By, directive.ClassifyInput{
		Key: r.Key(), Clause: in.Clause, Version: in.Version, Kind: officialdoc.ClauseKind(in.Kind),
	})
	if err != nil {
		return err
	}
	if officialdoc.ClauseKind(in.Kind) == officialdoc.Obligation {
		return r.Redirect("/van-ban/" + r.Path("id") + "/ra-soat?xem=" + r.Form.Value("xem") + "&them=" + in.Clause + "#sua")
	}
	return p.back(r, "")
}

// back leads to the review again: to the card that was changed, or to the next
// proposal behind it that nobody has decided.
func (p *pages) back(r *web.Request, anchor string, message ...any) error {
	path := "/van-ban/" + r.Path("id") + "/ra-soat"
	if xem := r.Form.Value("xem"); xem != "" {
		path += "?xem=" + xem
	}
	if anchor == "" {
		next, err := p.nextOpen(r, r.Form.Value("id"))
		if err != nil {
			return err
		}
		anchor = next
	}
	if anchor != "" {
		path += "#" + anchor
	}
	return r.Redirect(path, message...)
}

func (p *pages) nextOpen(r *web.Request, after string) (string, error) {
	review, err := p.doc.Review(r.Context(), r.By, r.Path("id"))
	if err != nil || after == "" {
		return "", err
	}
	list := slices.Clone(review.Proposals)
	slices.SortStableFunc(list, func(a, b directive.Proposal) int { return cmp.Compare(a.Start, b.Start) })
	here := slices.IndexFunc(list, func(q directive.Proposal) bool { return q.ID == after })
	for _, q := range append(list[here+1:], list[:here+1]...) {
		if q.State == directive.Proposed {
			return "viec-" + q.ID, nil
		}
	}
	return "", nil
}

// dispatch gives out what was reviewed.
func (p *pages) dispatch(r *web.Request) error {
	page, given, err := p.reviewOf(r)
	if err != nil {
		return err
	}
	page.count(given)
	if _, err := p.Tasks.DispatchProposals(r.Context(), r.By, r.Path("id"), r.Key()); err != nil {
		return err
	}
	return r.Redirect("/theo-doi?van-ban="+r.Path("id"), "docpage.dispatched", "Count", page.New, "Offices", page.Bodies)
}

func (p *pages) labels(r *web.Request) error {
	file, err := p.doc.Labels(r.Context(), r.By, r.Path("id"))
	if err != nil {
		return err
	}
	return send(r, file, false)
}
