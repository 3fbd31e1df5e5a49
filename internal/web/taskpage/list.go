package taskpage

import (
	"io"
	"slices"

	"phaodai/internal/instant"
	"phaodai/internal/sheet"
	"phaodai/internal/task"
	"phaodai/internal/web"
)

type listPage struct {
	Title     string // key
	Path      string
	Cards     []card
	Count     int
	More      bool
	Next      string
	Words     string
	State     string
	Late      bool
	Mine      bool
	Document  string
	Unit      string
	States    []web.Choice
	MayAccept bool
	MayRemind bool
	MayHandOn bool
}

func (p Parts) list(r *web.Request) error {
	return p.show(r, filterOf(r), listPage{Title: "taskpage.all", Path: "/viec/tat-ca"})
}

// overdue is the list that a duty officer works through.
func (p Parts) overdue(r *web.Request) error {
	f := filterOf(r)
	f.Late = true
	return p.show(r, f, listPage{Title: "taskpage.overdue", Path: "/qua-han"})
}

// filterOf reads the filters of a list, which stand in its address.
func filterOf(r *web.Request) task.Filter {
	f := task.Filter{
		Document: r.Query("van-ban"), Office: r.Query("co-quan"), Unit: r.Query("don-vi"), Query: r.Query("tim"),
		Late: r.Query("qua-han") == "1", Mine: r.Query("cua-toi") == "1", Open: r.Query("chua-xong") == "1", Sort: r.Query("xep"), After: r.After(),
	}
	if s := task.State(r.Query("tinh-trang")); slices.Contains(task.States(), s) {
		f.State = []task.State{s}
	}
	return f
}

func (p Parts) show(r *web.Request, f task.Filter, page listPage) error {
	if format := r.Export(); format != "" {
		return p.export(r, f, sheet.Format(format))
	}
	found, err := p.Tasks.Tasks(r.Context(), r.By, f)
	if err != nil {
		return err
	}
	page.Cards, page.Count, page.More, page.Next = cardsOf(found.Cards, r.Now()), found.Count, found.More, found.Next
	page.Words, page.Late, page.Mine, page.Document, page.Unit = f.Query, f.Late, f.Mine, f.Document, f.Unit
	page.State = r.Query("tinh-trang")
	page.States = []web.Choice{{Value: "", Text: r.T("taskpage.every_state")}}
	for _, s := range task.States() {
		page.States = append(page.States, web.Choice{Value: string(s), Text: r.T(badges[s].Key)})
	}
	for _, c := range found.Cards {
		page.MayAccept = page.MayAccept || slices.Contains(c.Acts, task.ActAccept)
		page.MayRemind = page.MayRemind || slices.Contains(c.Acts, task.ActRemind)
		page.MayHandOn = page.MayHandOn || slices.Contains(c.Acts, task.ActHandOn)
	}
	return r.Render("task/list", page)
}

var mediaTypes = map[sheet.Format]string{
	sheet.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	sheet.CSV:  "text/csv; charset=utf-8",
}

// export sends the whole list, not only the page in view.
func (p Parts) export(r *web.Request, f task.Filter, format sheet.Format) error {
	columns := []sheet.Column{
		{Title: r.T("task.column.item")}, {Title: r.T("task.column.title"), Width: 60}, {Title: r.T("task.column.office"), Width: 30},
		{Title: r.T("task.column.unit")}, {Title: r.T("task.column.from"), Width: 30}, {Title: r.T("task.column.document")},
		{Title: r.T("task.column.state"), Width: 28}, {Title: r.T("task.column.late"), Kind: sheet.Bool},
		{Title: r.T("task.column.percent"), Kind: sheet.Int}, {Title: r.T("task.column.deadline"), Kind: sheet.Moment},
		{Title: r.T("task.column.start"), Kind: sheet.Moment}, {Title: r.T("task.column.accepted"), Kind: sheet.Moment},
		{Title: r.T("task.column.reported"), Kind: sheet.Moment}, {Title: r.T("task.column.report"), Width: 60},
		{Title: r.T("task.column.proofs"), Kind: sheet.Int},
	}
	name := r.T("taskpage.file") + "." + string(format)
	return r.Download(name, mediaTypes[format], func(w io.Writer) error {
		out, err := sheet.NewWriter(w, format, r.T("task.sheet"), instant.Vietnam(), columns...)
		if err != nil {
			return err
		}
		err = p.Tasks.Export(r.Context(), r.By, f, func(t task.Row) error {
			return out.Row(t.Item, t.Title, t.Office, t.Unit, t.From, t.Document, r.T(badges[t.State].Key), t.Late,
				t.Percent, moment(t.Deadline), moment(t.Start), moment(t.AcceptedAt), moment(t.ReportedAt), t.Report, t.Proofs)
		})
		if err != nil {
			return err
		}
		return out.Close()
	})
}

// moment leaves a cell empty where there is no moment.
func moment(at instant.Micros) any {
	if at.IsZero() {
		return nil
	}
	return at
}

func (p Parts) acceptAll(r *web.Request) error {
	var in struct {
		Tasks []string `form:"viec"`
	}
	if err := r.Read(&in); err != nil {
		return err
	}
	if err := p.Tasks.AcceptAll(r.Context(), r.By, r.Key(), in.Tasks); err != nil {
		return err
	}
	return r.Redirect(r.Back("/viec/tat-ca"), "taskpage.accepted_all", "Count", len(in.Tasks))
}
