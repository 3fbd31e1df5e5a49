package peoplepage

import (
	"errors"
	"net/url"
	"slices"
	"strings"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/job"
	"phaodai/internal/listfile"
	"phaodai/internal/people"
	"phaodai/internal/sheet"
	"phaodai/internal/web"
)

// uploadPage is where a list of a ward is sent, with the earlier ones.
type uploadPage struct {
	Wards []web.Choice
	Unit  string
	Lists []listLine
}

// listLine is a list with what became of it.
type listLine struct {
	people.List
	Counted people.Counted
}

func (p Parts) upload(r *web.Request) error {
	wards, err := p.wards(r, auth.PeopleKeep)
	if err != nil {
		return err
	}
	page := uploadPage{Wards: wards, Unit: ward(r, wards)}
	if page.Unit != "" {
		w, err := p.People.Ward(r.Context(), r.By, page.Unit)
		if err != nil {
			return err
		}
		lists, err := p.People.Lists(r.Context(), r.By, w.Unit.Path)
		if err != nil {
			return err
		}
		for _, l := range lists {
			page.Lists = append(page.Lists, listLine{l, l.Counted()})
		}
	}
	return r.Render("people/upload", page)
}

// sendList keeps the file and shows what it would do.
func (p Parts) sendList(r *web.Request) error {
	upload, err := r.File("file")
	if err != nil {
		return err
	}
	content, err := upload.Open()
	if err != nil {
		return err
	}
	defer content.Close()
	l, err := p.People.KeepList(r.Context(), r.By, r.Form.Value("phuong"), upload.Name, content)
	if err != nil {
		return err
	}
	return r.Redirect("/dan-cu/nap/" + l.ID)
}

// listPage is a list: what it would do, how far it is, what became of it.
type listPage struct {
	List    people.List
	Counted people.Counted
	Fields  []listField
	Columns []web.Choice
	Rows    []listRow
	Hidden  int
	Job     job.Job
	Wrong   string // address of the rows to correct
}

// listField is a field of residents and the column that holds it.
type listField struct{ Name, Title, Column string }

// listRow is a row of the list as it was understood.
type listRow struct {
	people.RowView
	Problems []string
	Changes  []string
}

// mostShown is how many rows a preview shows that are right; and how many in
// all: those that are wrong come first.
const mostShown = 100

func (p Parts) list(r *web.Request) error {
	l, err := p.People.List(r.Context(), r.By, r.Path("id"))
	if err != nil {
		return err
	}
	page := listPage{List: l, Counted: l.Counted(), Wrong: "/dan-cu/nap/" + l.ID + "?xuat=xlsx"}
	if page.Job, err = p.jobOf(r, l); err != nil {
		return err
	}
	if l.State == "running" && page.Job.State != job.Failed && page.Job.State != job.Cancelled {
		return r.Render("people/list-running", page)
	}
	if l.Blob == "" {
		return r.Render("people/list", page)
	}
	preview, err := p.People.PreviewList(r.Context(), r.By, l.ID, mappingAsked(r, l), mostShown)
	if err != nil {
		return err
	}
	if l.State == "kept" {
		page.Counted = preview.Counted
	}
	page.fill(r, preview)
	if format := r.Export(); format != "" {
		return exportWrong(r, page.Rows, preview.Columns, sheet.Format(format))
	}
	if len(page.Rows) > 2*mostShown {
		page.Hidden, page.Rows = len(page.Rows)-2*mostShown, page.Rows[:2*mostShown]
	}
	return r.Render("people/list", page)
}

// jobOf is the job that takes a list in; of one that none was started for it is
// empty.
func (p Parts) jobOf(r *web.Request, l people.List) (j job.Job, err error) {
	if l.State == "kept" {
		return j, nil
	}
	err = p.Store.Read(r.Context(), func(tx *db.Tx) error {
		j, err = job.Get(tx, people.TakeJob+"/"+l.ID)
		return err
	})
	var f *fault.Fault
	if errors.As(err, &f) && f.Kind == fault.NotFound {
		return job.Job{}, nil
	}
	return j, err
}

// mappingAsked is the mapping of an address or form; nil is as the ward chose
// before, or the titles say.
func mappingAsked(r *web.Request, l people.List) listfile.Mapping {
	value := r.Query
	if r.HTTP.Method == "POST" {
		value = r.Form.Value
	}
	if value("cot") != "1" || l.State != "kept" {
		return nil
	}
	m := listfile.Mapping{}
	for _, f := range people.ListFields() {
		if c := value("cot-" + f); c != "" {
			m[f] = c
		}
	}
	return m
}

func (page *listPage) fill(r *web.Request, preview people.Preview) {
	page.Columns = []web.Choice{{Text: r.T("peoplepage.column_none")}}
	for _, c := range preview.Columns {
		page.Columns = append(page.Columns, web.Choice{Value: c, Text: c})
	}
	q := url.Values{"xuat": {"xlsx"}, "cot": {"1"}}
	for _, f := range people.ListFields() {
		page.Fields = append(page.Fields, listField{f, r.T("peoplepage.column." + f), preview.Mapping[f]})
		q.Set("cot-"+f, preview.Mapping[f])
	}
	if page.List.State == "kept" {
		page.Wrong = "/dan-cu/nap/" + page.List.ID + "?" + q.Encode()
	}
	for _, row := range preview.Rows {
		line := listRow{RowView: row}
		for _, f := range row.Faults {
			text := r.T(f.Key, f.Args...)
			if f.Field != "" && slices.Contains(people.ListFields(), f.Field) {
				text = r.T("peoplepage.column."+f.Field) + ": " + text
			}
			line.Problems = append(line.Problems, text)
		}
		for _, f := range row.Fields {
			line.Changes = append(line.Changes, r.T("peoplepage.column."+f))
		}
		page.Rows = append(page.Rows, line)
	}
}

// Takes is how many rows would be taken in.
func (page listPage) Takes() int { return page.Counted.New + page.Counted.Changed }

// Percent is how far the list is.
func (page listPage) Percent() int64 {
	if page.Job.Total == 0 {
		return 0
	}
	return 100 * page.Job.Done / page.Job.Total
}

// takeList lets a job take in what is right.
func (p Parts) takeList(r *web.Request) error {
	l, err := p.People.List(r.Context(), r.By, r.Path("id"))
	if err != nil {
		return err
	}
	if _, err := p.People.StartList(r.Context(), r.By, people.StartInput{Key: r.Key(), ID: l.ID, Mapping: mappingAsked(r, l)}); err != nil {
		return err
	}
	return r.Redirect("/dan-cu/nap/" + l.ID)
}

// exportWrong is the file of errors: the rows as they were with what is wrong,
// to be put right and sent again.
func exportWrong(r *web.Request, rows []listRow, titles []string, format sheet.Format) error {
	columns := []sheet.Column{{Title: r.T("peoplepage.row")}, {Title: r.T("peoplepage.row_wrong"), Width: 60}}
	for _, c := range titles {
		columns = append(columns, sheet.Column{Title: c, Width: 20})
	}
	return r.Sheet(r.T("peoplepage.wrong_file"), r.T("peoplepage.wrong_rows"), format, columns, func(out *sheet.Writer) error {
		for _, row := range rows {
			if len(row.Problems) == 0 {
				continue
			}
			cells := []any{r.Format().Number(int64(row.Line)), strings.Join(row.Problems, "; ")}
			for i := range titles {
				text := ""
				if i < len(row.Cells) {
					text = row.Cells[i]
				}
				cells = append(cells, text)
			}
			if err := out.Row(cells...); err != nil {
				return err
			}
		}
		return nil
	})
}
