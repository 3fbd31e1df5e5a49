package zonepage

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"phaodai/internal/auth"
	"phaodai/internal/instant"
	"phaodai/internal/sheet"
	"phaodai/internal/web"
	"phaodai/internal/zoning"
)

type myPlansPage struct {
	Plans  []planItem
	Rounds []zoning.Round // for who works on all of a round
}

type planItem struct {
	zoning.PlanLine
	State planState
}

// myPlans lists the plans of the reader's ward, or of all wards of his unit.
func (p Parts) myPlans(r *web.Request) error {
	lines, err := p.Zones.PlanList(r.Context(), r.By, r.By.UnitPath)
	if err != nil {
		return err
	}
	var page myPlansPage
	for _, l := range lines {
		page.Plans = append(page.Plans, planItem{l, stateOf(l.Plan, r.Now())})
	}
	if rounds, err := p.Zones.Rounds(r.Context(), r.By); err != nil {
		return err
	} else if r.By.Anywhere(auth.ZoneApprove) || r.By.Anywhere(auth.ZoneOpine) {
		page.Rounds = slices.DeleteFunc(rounds, func(x zoning.Round) bool { return !r.By.Can(auth.ZoneRead, x.UnitPath, auth.Internal) })
	}
	return r.Render("zone/plans", page)
}

// planPage is screen 11: what is missing first, then a line for each area.
type planPage struct {
	zoning.PlanView
	State    planState
	Draft    int64 // number of the draft that the ward works on
	Rows     []planRow
	Shown    int
	Lacking  []lackLine
	Moved    int // areas to look at once more
	Open     int // areas without a class for which one is suggested
	Words    string
	Show     string
	Shows    []web.Choice
	Kinds    []web.Choice
	Editing  bool // the forms of the lines stand there
	Recall   bool
	Approves bool
	Field    zoning.Field // for which the reader is asked
	Opinions []opinionLine
	Steps    []zoning.Event
	Back     string // form that came back
	Offers   bool   // the neighbourhood groups may be taken
}

// planState is a state as it is shown: an approved plan applies once its hour
// has come.
type planState struct{ Class, Mark, Key string }

func stateOf(p zoning.Plan, now instant.Micros) planState {
	switch p.State {
	case zoning.Submitted:
		return planState{"soon", "●", "zonepage.state.submitted"}
	case zoning.Returned:
		return planState{"late", "!", "zonepage.state.returned"}
	case zoning.Deciding:
		return planState{"soon", "◐", "zonepage.state.deciding"}
	case zoning.Approved:
		if p.StartsAt <= now {
			return planState{"done", "✓", "zonepage.state.running"}
		}
		return planState{"done", "✓", "zonepage.state.approved"}
	case zoning.Superseded:
		return planState{"", "–", "zonepage.state.superseded"}
	}
	return planState{"", "○", "zonepage.state.draft"}
}

// lackLine is one thing that is missing, with the way to the first area that
// lacks it.
type lackLine struct{ Text, Path string }

type opinionLine struct {
	zoning.Opinion
	Old bool // on a submission before the newest
}

func (p Parts) plan(r *web.Request) error {
	v, err := p.Zones.Plan(r.Context(), r.By, r.Path("id"))
	if err != nil {
		return err
	}
	rows, err := p.rows(r, v)
	if err != nil {
		return err
	}
	page := planPage{PlanView: v, State: stateOf(v.Plan, r.Now()), Draft: v.Plan.Number, Words: r.Query("tim"), Show: r.Query("loc")}
	if v.Plan.Open() {
		page.Draft++
	}
	page.rights(r)
	page.missing(r)
	for _, row := range rows {
		if row.Moved && v.Plan.Open() {
			page.Moved++
		}
		if row.Mark.Class == "" && row.Suggestion.Class != "" {
			page.Open++
		}
	}
	rows = slices.DeleteFunc(rows, func(x planRow) bool { return !x.matches(page.Words, page.Show) })
	column, down := r.Sort("")
	sortRows(rows, v.Round.Layer, column, down)
	if format := r.Export(); format != "" {
		return exportPlan(r, v, rows, sheet.Format(format))
	}
	page.Rows, page.Shown = rows, len(rows)
	page.Shows = shows(r, v)
	for _, k := range zoning.Kinds() {
		if k.Code != zoning.UnitKind {
			page.Kinds = append(page.Kinds, web.Choice{Value: k.Code, Text: inLang(r.Lang, k.Vi, k.En)})
		}
	}
	for _, o := range v.Opinions {
		page.Opinions = append(page.Opinions, opinionLine{o, o.Number != v.Plan.Number})
	}
	return r.Render("zone/plan", page)
}

// rights says what the reader may do here.
func (page *planPage) rights(r *web.Request) {
	page.Editing = page.MayEdit
	own := r.By.UnitPath == page.Plan.UnitPath && r.By.Can(auth.ZonePlan, page.Plan.UnitPath, auth.Internal)
	page.Recall = page.Plan.State == zoning.Submitted && own
	page.Offers = page.Editing && len(page.Lines) == 0
	page.Approves = r.By.Can(auth.ZoneApprove, page.Round.UnitPath, auth.Internal)
	for field, office := range page.Round.Opinions {
		if office == r.By.Office && page.Plan.State == zoning.Submitted && r.By.Can(auth.ZoneOpine, page.Round.UnitPath, auth.Internal) {
			page.Field = field
		}
	}
	if r.Form.Sent {
		page.Back = path.Base(r.HTTP.URL.Path)
	}
}

// missing names what keeps the plan from going, and where.
func (page *planPage) missing(r *web.Request) {
	if !page.Plan.Open() {
		return
	}
	for _, l := range page.Lacks {
		text := r.T(l.Key)
		if l.Count > 0 {
			text = r.Format().Number(int64(l.Count)) + " " + lowerFirst(text)
		}
		line := lackLine{Text: text}
		if l.Area != "" {
			line.Path = "/ke-hoach/" + page.Plan.ID + "#a-" + l.Area
		}
		page.Lacking = append(page.Lacking, line)
	}
}

// shows are the ways to look at a part of the list.
func shows(r *web.Request, v zoning.PlanView) []web.Choice {
	out := []web.Choice{
		{Value: "", Text: r.T("zonepage.show_all")}, {Value: "thieu", Text: r.T("zonepage.show_lacking")},
		{Value: "khac", Text: r.T("zonepage.show_differs")}, {Value: "giap", Text: r.T("zonepage.show_clashes")},
		{Value: "xem-lai", Text: r.T("zonepage.show_moved")},
	}
	for _, c := range v.Scheme.Table.Classes {
		out = append(out, web.Choice{Value: c.Code, Text: signOf(r.Lang, v.Round.Layer, c.Code).Text})
	}
	return out
}

func sortRows(rows []planRow, l zoning.Layer, column string, down bool) {
	by := map[string]func(a, b planRow) int{
		"ten": func(a, b planRow) int { return cmp.Compare(a.Area.SortKey, b.Area.SortKey) },
		"loai-hinh": func(a, b planRow) int {
			return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Area.SortKey, b.Area.SortKey))
		},
		"nguoi": func(a, b planRow) int { return cmp.Compare(figure(a.Area.People), figure(b.Area.People)) },
		"goi-y": func(a, b planRow) int { return cmp.Compare(rank(l, a.Suggest.Code), rank(l, b.Suggest.Code)) },
		"chon":  func(a, b planRow) int { return cmp.Compare(rank(l, a.Chosen.Code), rank(l, b.Chosen.Code)) },
	}[column]
	if by == nil {
		return
	}
	slices.SortStableFunc(rows, func(a, b planRow) int {
		if down {
			return by(b, a)
		}
		return by(a, b)
	})
}

// rank is the place of a class on its layer, the strictest first; what has no
// class stands before all, because somebody must look at it.
func rank(l zoning.Layer, code string) int {
	return slices.IndexFunc(zoning.Classes(l), func(c zoning.Class) bool { return c.Code == code })
}

func figure(n *int64) int64 {
	if n == nil {
		return -1
	}
	return *n
}

func lowerFirst(s string) string {
	for _, r := range s {
		return strings.ToLower(string(r)) + s[len(string(r)):]
	}
	return s
}

func inLang(lang, vi, en string) string {
	if lang == "en" && en != "" {
		return en
	}
	return vi
}
