package zonepage

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"phaodai/internal/auth"
	"phaodai/internal/org"
	"phaodai/internal/sheet"
	"phaodai/internal/web"
	"phaodai/internal/zoning"
)

// reviewPage is screen 12: the plans of all wards side by side.
type reviewPage struct {
	zoning.Review
	Rows    []reviewRow
	Classes []sign
	Fields  []fieldHead
	Counts  []tally
	Signers []web.Choice
	Chosen  []string // ticked plans of a form that came back
	Decided []decided
	Begun   bool // the hour of the round has come
	Kept    int  // wards that keep what they have
	Waiting bool // no ward has submitted yet
	Back    string
	Total   int // wards, whether in view or not
}

type fieldHead struct {
	Code zoning.Field
	Name string
}

// tally is how many plans stand in a state.
type tally struct {
	State planState
	Count int
	Path  string // of the list of these alone; of the whole list where it is in view
	Here  bool
}

// decided is a decision that waits for its signature.
type decided struct {
	Document, Title string
	Wards           []string
}

// reviewRow is one ward.
type reviewRow struct {
	zoning.ReviewRow
	State   planState
	Counts  []signCount
	Said    []said // in the order of the fields
	Ticked  bool
	MayTick bool
	Asks    bool // the reader's office has not said anything of this submission
	Back    bool
}

type signCount struct {
	Class sign
	Count int
}

// said is an opinion as a mark, or none.
type said struct {
	Mark, Class, Text string
	Opinion           *zoning.Opinion
}

func (p Parts) review(r *web.Request) error {
	v, err := p.Zones.Review(r.Context(), r.By, r.Path("round"))
	if err != nil {
		return err
	}
	page := reviewPage{Review: v, Begun: v.Round.StartsAt <= r.Now(), Kept: v.Forecast.Keep + v.Forecast.Sign, Chosen: r.Form.Values("plans")}
	page.Waiting = len(v.Rows) > 0 && v.Tally[zoning.Draft] == len(v.Rows)
	if r.Form.Sent {
		page.Back = path.Base(r.HTTP.URL.Path)
	}
	for _, c := range v.Scheme.Table.Classes {
		page.Classes = append(page.Classes, signOf(r.Lang, v.Round.Layer, c.Code))
	}
	for _, f := range zoning.Fields() {
		page.Fields = append(page.Fields, fieldHead{f, r.T("zonepage.field." + string(f))})
	}
	for _, row := range v.Rows {
		page.Rows = append(page.Rows, page.row(r, row))
	}
	page.tallies(r.Query("tinh-trang"))
	page.Total = len(page.Rows)
	if only := r.Query("tinh-trang"); only != "" {
		page.Rows = slices.DeleteFunc(page.Rows, func(row reviewRow) bool { return stateName(row.State) != only })
	}
	column, down := r.Sort("")
	sortReview(page.Rows, column, down)
	if format := r.Export(); format != "" {
		return exportReview(r, page, sheet.Format(format))
	}
	if err := p.deciding(r, &page); err != nil {
		return err
	}
	return r.Render("zone/review", page)
}

func (page *reviewPage) row(r *web.Request, in zoning.ReviewRow) reviewRow {
	row := reviewRow{
		ReviewRow: in, State: stateOf(in.Plan, r.Now()), Ticked: slices.Contains(page.Chosen, in.Plan.ID),
		MayTick: page.Approves && in.Plan.State == zoning.Submitted,
	}
	if in.Plan.State == zoning.Submitted {
		row.State.Key = "zonepage.state.waiting"
	}
	if in.Plan.Open() && in.Plan.Number == 0 {
		row.State = planState{"", "○", "zonepage.state.not_submitted"}
		if in.Late {
			row.State = planState{"late", "!", "zonepage.state.not_submitted"}
		}
	}
	if in.Plan.Number > 0 {
		for _, c := range page.Classes {
			row.Counts = append(row.Counts, signCount{c, in.Counts[c.Code]})
		}
	}
	for _, f := range page.Fields {
		row.Said = append(row.Said, saidOf(r, in.Opinions[f.Code]))
	}
	row.Asks = page.Mine != "" && in.Plan.State == zoning.Submitted
	row.Back = page.Back == "y-kien" && r.Form.Value("plan") == in.Plan.ID
	return row
}

func saidOf(r *web.Request, o *zoning.Opinion) said {
	switch {
	case o == nil:
		return said{Mark: "—", Text: r.T("zonepage.opinion_none")}
	case o.Agrees:
		return said{"✓", "done", r.T("zonepage.agrees"), o}
	}
	return said{"!", "want", r.T("zonepage.objects"), o}
}

// stateName is a state as the address has it.
func stateName(s planState) string { return strings.TrimPrefix(s.Key, "zonepage.state.") }

// tallies counts the plans by state, in the order of their way.
func (page *reviewPage) tallies(only string) {
	for _, row := range page.Rows {
		i := slices.IndexFunc(page.Counts, func(t tally) bool { return t.State.Key == row.State.Key })
		if i < 0 {
			state, path := stateName(row.State), "/phe-duyet/"+page.Round.ID
			if state != only {
				path += "?tinh-trang=" + state
			}
			i, page.Counts = len(page.Counts), append(page.Counts, tally{State: row.State, Path: path, Here: state == only})
		}
		page.Counts[i].Count++
	}
	order := []string{"zonepage.state.running", "zonepage.state.approved", "zonepage.state.deciding", "zonepage.state.waiting",
		"zonepage.state.returned", "zonepage.state.draft", "zonepage.state.not_submitted"}
	slices.SortStableFunc(page.Counts, func(a, b tally) int {
		return cmp.Compare(slices.Index(order, a.State.Key), slices.Index(order, b.State.Key))
	})
}

// deciding adds who may sign and which decisions wait.
func (p Parts) deciding(r *web.Request, page *reviewPage) error {
	if !page.Approves {
		return nil
	}
	for _, id := range page.Decision {
		d := decided{Document: id, Title: r.T("zonepage.decision_draft")}
		if v, err := p.Documents.Document(r.Context(), r.By, id); err == nil {
			d.Title = v.Document.Subject // who may not read the draft still sees that there is one
		}
		for _, row := range page.Rows {
			if row.Plan.Decision == id {
				d.Wards = append(d.Wards, row.Unit.ShortName)
			}
		}
		page.Decided = append(page.Decided, d)
	}
	v, err := p.Units.Office(r.Context(), r.By, page.Round.Office, r.Now())
	if err != nil {
		return err
	}
	page.Signers = signers(v)
	return nil
}

// signers are the posts of an office whose holders sign.
func signers(v org.OfficeView) (out []web.Choice) {
	for _, h := range v.Holders {
		signs := slices.ContainsFunc(h.Post.Roles, func(role auth.Role) bool { return role.Has(auth.DocumentApprove) })
		if signs && !h.Vacant() {
			out = append(out, web.Choice{Value: h.Post.ID, Text: h.Post.Title + " · " + h.Person.Name})
		}
	}
	return out
}

// pressing is how near a plan is to the reader's hand: those to approve first,
// those that are done last.
func pressing(row reviewRow) int {
	return slices.Index([]string{"zonepage.state.waiting", "zonepage.state.deciding", "zonepage.state.returned", "zonepage.state.draft",
		"zonepage.state.not_submitted", "zonepage.state.approved", "zonepage.state.running", "zonepage.state.superseded"}, row.State.Key)
}

func sortReview(rows []reviewRow, column string, down bool) {
	by := map[string]func(a, b reviewRow) int{
		"phuong":     func(a, b reviewRow) int { return cmp.Compare(a.Unit.SortKey, b.Unit.SortKey) },
		"trinh":      func(a, b reviewRow) int { return cmp.Compare(a.Plan.SubmittedAt, b.Plan.SubmittedAt) },
		"khac":       func(a, b reviewRow) int { return cmp.Compare(a.Differs+a.Clashes, b.Differs+b.Clashes) },
		"tinh-trang": func(a, b reviewRow) int { return cmp.Compare(a.State.Key, b.State.Key) },
		"":           func(a, b reviewRow) int { return cmp.Compare(pressing(a), pressing(b)) },
	}[column]
	if by == nil {
		return
	}
	slices.SortStableFunc(rows, func(a, b reviewRow) int {
		if down {
			return by(b, a)
		}
		return by(a, b)
	})
}

func exportReview(r *web.Request, page reviewPage, format sheet.Format) error {
	columns := []sheet.Column{
		{Title: r.T("zonepage.ward"), Width: 24}, {Title: r.T("zonepage.submitted_at"), Kind: sheet.Moment}, {Title: r.T("zonepage.copy"), Kind: sheet.Int},
	}
	for _, c := range page.Classes {
		columns = append(columns, sheet.Column{Title: c.Text, Kind: sheet.Int})
	}
	columns = append(columns, sheet.Column{Title: r.T("zonepage.differs_head"), Kind: sheet.Int}, sheet.Column{Title: r.T("zonepage.clashes"), Kind: sheet.Int})
	for _, f := range page.Fields {
		columns = append(columns, sheet.Column{Title: f.Name, Width: 36})
	}
	columns = append(columns, sheet.Column{Title: r.T("zonepage.state_head"), Width: 24}, sheet.Column{Title: r.T("zonepage.return_reason"), Width: 40})
	return r.Sheet(r.T("zonepage.review_file"), r.T("zonepage.rounds"), format, columns, func(out *sheet.Writer) error {
		for _, row := range page.Rows {
			if err := out.Row(reviewCells(r, row, len(page.Classes))...); err != nil {
				return err
			}
		}
		return nil
	})
}

func reviewCells(r *web.Request, row reviewRow, classes int) []any {
	var at any
	if !row.Plan.SubmittedAt.IsZero() {
		at = row.Plan.SubmittedAt
	}
	cells := []any{row.Unit.Name, at, row.Plan.Number}
	for i := range classes {
		if i < len(row.Counts) {
			cells = append(cells, row.Counts[i].Count)
		} else {
			cells = append(cells, nil)
		}
	}
	cells = append(cells, row.Differs, row.Clashes)
	for _, s := range row.Said {
		text := s.Text
		if s.Opinion != nil && s.Opinion.Text != "" {
			text += ": " + s.Opinion.Text
		}
		cells = append(cells, text)
	}
	return append(cells, r.T(row.State.Key), row.Plan.Reason)
}
