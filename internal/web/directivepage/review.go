package directivepage

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/directive"
	"phaodai/internal/fold"
	"phaodai/internal/instant"
	"phaodai/internal/officialdoc"
	"phaodai/internal/org"
	"phaodai/internal/web"
)

// reviewPage shows the text beside what was read from it.
type reviewPage struct {
	Review   directive.Review
	Document paper
	Kind     string
	Text     []segment
	Cards    []card
	View     string // which cards: cho, viec, chua-ro, doan
	Views    []view
	Edit     *editor
	Split    *splitter
	Total    int // clauses
	New      int // confirmed proposals that were not given out yet
	Given    int
	Bodies   int // offices that would get them
	MayGive  bool
	Ready    int // proposals without a problem that nobody has decided
	Outside  int // those for bodies outside the territory
	Kinds    []web.Choice
	Today    instant.Micros
	Arrived  instant.Micros
}

// view is one choice of cards with their number.
type view struct {
	Name, Key string
	Count     int
	Here      bool
}

// card is a proposal, or a clause without one, in the order of the text.
type card struct {
	Start    int64
	Proposal *directive.Proposal
	Clause   *directive.Clause
	N        int
	Who      []addressee
	Via      []string
	With     string // coordinating offices
	Pending  []phrase
	Problem  string
	Why      []string
	Given    string // task that it became
	Quote    string
	Anchor   string
	Early    bool  // the deadline is before the document's day
	args     []any // of the message of the problem
}

// addressee is one responsible office, or many of one kind under their words.
type addressee struct {
	Text  string
	Count int
	All   string // names of the many
}

// phrase is an organ that could not be resolved, with what may be chosen.
type phrase struct {
	Text    string
	Options []web.Choice
}

// Done, Open and Dropped tell how far a proposal is.
func (c card) Done() bool { return c.Proposal != nil && c.Proposal.State == directive.Confirmed }
func (c card) Open() bool { return c.Proposal != nil && c.Proposal.State == directive.Proposed }
func (c card) Out() bool {
	return c.Proposal != nil && (c.Proposal.State == directive.Dropped || c.Elsewhere())
}

// Elsewhere tells whether it is the task of a body outside the territory.
func (c card) Elsewhere() bool { return c.Proposal != nil && c.Proposal.State == directive.Elsewhere }

func (p *pages) review(r *web.Request) error {
	page, given, err := p.reviewOf(r)
	if err != nil {
		return err
	}
	page.count(given)
	page.MayGive = p.Tasks != nil && r.By.Anywhere(auth.TaskAssign)
	page.Text = reviewText(r, page.Review, page.View)
	if err := p.editing(r, page); err != nil {
		return err
	}
	page.choose()
	return r.Render("document/review", page)
}

// reviewOf reads a document's review and makes its cards.
func (p *pages) reviewOf(r *web.Request) (*reviewPage, map[string]string, error) {
	review, err := p.doc.Review(r.Context(), r.By, r.Path("id"))
	if err != nil {
		return nil, nil, err
	}
	view, err := p.doc.Document(r.Context(), r.By, r.Path("id"))
	if err != nil {
		return nil, nil, err
	}
	page := &reviewPage{
		Review: review, Document: paper{review.Document}, Kind: kindName(r, review.Document.Kind),
		View: cmp.Or(r.Query("xem"), r.Form.Value("xem"), "viec"), Total: len(review.Clauses), Today: r.Now(), Kinds: clauseKinds(r),
	}
	if view.Entry != nil {
		page.Arrived = view.Entry.ArrivedAt
	}
	given, err := p.given(r.Context(), r.By, review.Document.ID)
	if err != nil {
		return nil, nil, err
	}
	names, err := p.officesOf(r.Context(), officeIDs(review.Proposals)...)
	if err != nil {
		return nil, nil, err
	}
	page.cards(r, names, given)
	return page, given, nil
}

// given tells which proposals have become tasks.
func (p *pages) given(ctx context.Context, by auth.Actor, document string) (map[string]string, error) {
	if p.Tasks == nil || !by.Anywhere(auth.TaskRead) {
		return nil, nil
	}
	return p.Tasks.Given(ctx, by, document)
}

func officeIDs(proposals []directive.Proposal) []string {
	var ids []string
	for _, p := range proposals {
		ids = append(append(ids, p.Offices...), p.Coordinating...)
		for _, f := range p.Phrases {
			ids = append(append(ids, f.Offices...), f.Successor)
		}
	}
	return ids
}

// cards makes one of each proposal and of each clause that has none.
func (page *reviewPage) cards(r *web.Request, names offices, given map[string]string) {
	tasks := map[string]bool{}
	for i := range page.Review.Proposals {
		proposal := &page.Review.Proposals[i]
		tasks[proposal.Clause] = true
		page.Cards = append(page.Cards, page.proposalCard(r, proposal, names, given[proposal.ID]))
	}
	for i := range page.Review.Clauses {
		clause := &page.Review.Clauses[i]
		if !tasks[clause.ID] {
			page.Cards = append(page.Cards, card{
				Start: clause.Start, Clause: clause, Anchor: "doan-" + clause.ID, Quote: clause.Text, Why: whys(r, clause.Why),
			})
		}
	}
	slices.SortStableFunc(page.Cards, func(a, b card) int { return cmp.Compare(a.Start, b.Start) })
	n := 0
	for i := range page.Cards {
		if page.Cards[i].Proposal != nil {
			n++
			page.Cards[i].N = n
		}
	}
}

func (page *reviewPage) proposalCard(r *web.Request, p *directive.Proposal, names offices, task string) card {
	d, f := page.Document, r.Format()
	c := card{
		Start: p.Start, Proposal: p, Anchor: "viec-" + p.ID, Quote: p.Text, Given: task,
		Who: addressees(p, names), With: names.Names(p.Coordinating), Why: whys(r, p.Why...),
		Early: p.By != 0 && d.IssuedOn != "" && dayText(p.By) < d.IssuedOn,
	}
	name, successor := "", ""
	for _, phr := range p.Phrases {
		if phr.Role == "via" {
			c.Via = append(c.Via, phr.Text)
		}
		if phr.Problem != "" && phr.Role == "responsible" && p.State == directive.Proposed && len(p.Offices) == 0 {
			c.Pending = append(c.Pending, phrase{Text: phr.Text, Options: candidates(phr, names)})
			name, successor = phr.Text, names.Short(phr.Successor)
		}
	}
	c.args = []any{"Deadline", f.Deadline(p.By, r.Now()), "Issued", f.Date(d.Issued()), "Arrived", f.When(page.Arrived, r.Now()), "Name", name, "Successor", successor, "At", ""}
	if p.Problem != "" {
		c.Problem = r.T(p.Problem, c.args...)
	}
	return c
}

func candidates(f directive.Phrase, names offices) []web.Choice {
	var out []web.Choice
	for _, id := range append(slices.Clone(f.Offices), f.Successor) {
		if name := names.Short(id); name != "" {
			out = append(out, web.Choice{Value: id, Text: name})
		}
	}
	return out
}

// many is from how many offices on their common words stand for them.
const many = 4

// addressees are the responsible offices, many of one phrase as its words.
func addressees(p *directive.Proposal, names offices) []addressee {
	left := slices.Clone(p.Offices)
	var out []addressee
	for _, f := range p.Phrases {
		if f.Role == "coordinating" || len(f.Offices) < many || !contains(left, f.Offices) {
			continue
		}
		out = append(out, addressee{Text: f.Text, Count: len(f.Offices), All: names.Names(f.Offices)})
		left = slices.DeleteFunc(left, func(id string) bool { return slices.Contains(f.Offices, id) })
	}
	if len(left) > 2*many {
		return append(out, addressee{Text: names.Short(left[0]) + " …", Count: len(left), All: names.Names(left)})
	}
	for _, id := range left {
		if name := names.Short(id); name != "" {
			out = append(out, addressee{Text: name})
		}
	}
	return out
}

func contains(all, some []string) bool {
	for _, s := range some {
		if !slices.Contains(all, s) {
			return false
		}
	}
	return true
}

func whys(r *web.Request, rules ...string) []string {
	var out []string
	for _, rule := range rules {
		if s := explain(r, rule); s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// count adds up what stands in the head and on the primary button.
func (page *reviewPage) count(given map[string]string) {
	var unsure, tasks, unknown, rest int
	bodies := map[string]bool{}
	for _, c := range page.Cards {
		switch {
		case c.Proposal == nil && c.Clause.Kind == officialdoc.Unknown:
			unknown++
		case c.Proposal == nil:
			rest++
		case c.Open():
			unsure, tasks = unsure+1, tasks+1
			if c.Problem == "" {
				page.Ready++
			}
			if c.Proposal.Problem == directive.OutsideKey {
				page.Outside++
			}
		case c.Done():
			tasks++
			if given[c.Proposal.ID] != "" {
				page.Given++
				continue
			}
			page.New++
			for _, id := range c.Proposal.Offices {
				bodies[id] = true
			}
		default:
			tasks++
		}
	}
	page.Bodies = len(bodies)
	page.Views = []view{
		{"viec", "docpage.view_tasks", tasks, false}, {"cho", "docpage.view_open", unsure, false},
		{"chua-ro", "docpage.view_unknown", unknown, false}, {"doan", "docpage.view_rest", rest, false},
	}
	for i := range page.Views {
		page.Views[i].Here = page.Views[i].Name == page.View
	}
}

// choose keeps the cards of the chosen view, and the one being edited.
func (page *reviewPage) choose() {
	page.Cards = slices.DeleteFunc(page.Cards, func(c card) bool {
		if page.Edit != nil && c.Proposal != nil && c.Proposal.ID == page.Edit.Proposal.ID || page.Split != nil && c.Proposal != nil && c.Proposal.ID == page.Split.Proposal.ID {
			return false
		}
		switch page.View {
		case "cho":
			return !c.Open()
		case "chua-ro":
			return c.Proposal != nil || c.Clause.Kind != officialdoc.Unknown
		case "doan":
			return c.Proposal != nil || c.Clause.Kind == officialdoc.Unknown
		default:
			return c.Proposal == nil
		}
	})
}

// clauseKinds are the kinds that a person may give to a clause.
func clauseKinds(r *web.Request) []web.Choice {
	kinds := []officialdoc.ClauseKind{
		officialdoc.Obligation, officialdoc.Principle, officialdoc.Goal, officialdoc.Fact,
		officialdoc.Prohibition, officialdoc.Permission, officialdoc.Encouragement, officialdoc.Metaclause,
	}
	var out []web.Choice
	for _, k := range kinds {
		out = append(out, web.Choice{Value: string(k), Text: r.T(clauseKey(k))})
	}
	return out
}

// clauseKey is the message key of a kind of clause.
func clauseKey(k officialdoc.ClauseKind) string {
	if k == officialdoc.Unknown {
		return "document.clause.unknown"
	}
	return "document.clause." + strings.ToLower(string(k))
}

// KeyOf is clauseKey for templates.
func (c card) KeyOf() string { return clauseKey(c.Clause.Kind) }

// reviewText is the text as received with all findings marked.
func reviewText(r *web.Request, review directive.Review, view string) []segment {
	marks := repairs(review.Reading)
	tasks := map[string]bool{}
	for _, p := range review.Proposals {
		tasks[p.Clause] = true
		if p.State != directive.Dropped {
			marks = append(marks, proposalMarks(review, p, view)...)
		}
	}
	for _, c := range review.Clauses {
		m := mark{span: span(c.Start, c.End), class: "m-clause", ref: "doan-" + c.ID}
		switch {
		case c.Kind == officialdoc.Unknown && !tasks[c.ID]:
			m.class, m.id, m.path, m.note = "m-unknown", "cho-"+c.ID, "?xem=chua-ro#doan-"+c.ID, r.T("docpage.mark_unknown")
		case !tasks[c.ID]:
			m.class, m.id = "m-other", "cho-"+c.ID
		}
		marks = append(marks, m)
	}
	if found := review.Reading.Found; found != nil {
		for _, c := range found.Citations {
			marks = append(marks, mark{span: c.Span, class: "m-cite"})
		}
		for _, t := range found.Tasks {
			for _, d := range t.Deadlines {
				marks = append(marks, mark{span: d.Span, class: "m-when"})
			}
			for _, c := range t.Cadence {
				marks = append(marks, mark{span: c.Span, class: "m-when"})
			}
		}
	}
	return cut(review.Reading.Text, marks)
}

func span(start, end int64) officialdoc.Span { return officialdoc.Span{int(start), int(end)} }

// proposalMarks are the words of a proposal and, inside them, those that name
// its organs.
func proposalMarks(review directive.Review, p directive.Proposal, view string) []mark {
	ref, class := "viec-"+p.ID, "m-task"
	path := "#" + ref
	if view != "viec" {
		path = "?xem=viec" + path // its card stands on another list
	}
	if p.State == directive.Confirmed {
		class = "m-task m-sure"
	}
	out := []mark{{span: span(p.Start, p.End), class: class, ref: ref, path: path, id: "cho-" + p.ID}}
	text := []rune(review.Reading.Text)
	from, to := max(int(p.Start), 0), min(int(p.End), len(text))
	if from >= to {
		return out
	}
	within := string(text[from:to])
	for _, f := range p.Phrases {
		if i := strings.Index(within, f.Text); i >= 0 && f.Text != "" {
			start := from + len([]rune(within[:i]))
			out = append(out, mark{span: officialdoc.Span{start, start + len([]rune(f.Text))}, class: "m-who", ref: ref})
		}
	}
	return out
}

// nameIDs finds the offices that a text names, one by one behind commas or on
// lines; what it does not know it returns as words.
func (p *pages) nameIDs(ctx context.Context, by auth.Actor, text string) (ids []string, words string, err error) {
	if strings.TrimSpace(text) == "" {
		return nil, "", nil
	}
	byName := map[string]string{}
	err = p.Store.Read(ctx, func(tx *db.Tx) error {
		all, err := org.OfficesUnder(tx, territory(by), "", by.Now)
		for _, o := range all {
			byName[fold.Text(o.Name)] = o.ID
			byName[fold.Text(o.ShortName)] = o.ID
		}
		return err
	})
	var rest []string
	for part := range strings.FieldsFuncSeq(text, func(c rune) bool { return c == ',' || c == ';' || c == '\n' }) {
		part = strings.TrimSpace(part)
		if id := byName[fold.Text(part)]; id != "" && part != "" {
			ids = append(ids, id)
		} else if part != "" {
			rest = append(rest, part)
		}
	}
	return ids, strings.Join(rest, ", "), err
}
