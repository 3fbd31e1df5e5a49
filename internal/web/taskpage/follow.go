package taskpage

import (
	"io"
	"slices"
	"strconv"
	"strings"

	"phaodai/internal/directive"
	"phaodai/internal/instant"
	"phaodai/internal/sheet"
	"phaodai/internal/task"
	"phaodai/internal/web"
)

type followPage struct {
	task.Follow
	Rows  []followRow
	Query string // "viec=a&viec=b" of the late ones
	Late  int    // wards that are late
}

type followRow struct {
	task.FollowRow
	Cells  []cell
	Single *cell
	Lines  []missing
	// On a phone a row is a list of wards, late ones first.
	List []cell
}

type cell struct {
	task.Cell
	Column task.Column
	Sign   sign
}

type missing struct {
	Names string
	Key   string
	All   int // how many, where it is every one of several
}

// sign is a mark of the matrix: it, its word and its colour.
type sign struct{ Mark, Key, Class string }

var signs = map[task.Mark]sign{
	task.MarkNone:       {"", "", ""},
	task.MarkDone:       {"✓", "task.mark.done", "done"},
	task.MarkReported:   {"●", "task.mark.reported", "soon"},
	task.MarkWorking:    {"◐", "task.mark.working", ""},
	task.MarkUnaccepted: {"○", "task.mark.unaccepted", ""},
	task.MarkLate:       {"!", "task.mark.late", "late"},
}

// urgency sorts the wards of a row on a phone.
var urgency = []task.Mark{task.MarkLate, task.MarkUnaccepted, task.MarkWorking, task.MarkReported, task.MarkDone, task.MarkNone}

func (p Parts) follow(r *web.Request) error {
	document := r.Query("van-ban")
	if document == "" {
		return p.documents(r)
	}
	f, err := p.Tasks.Follow(r.Context(), r.By, document)
	if err != nil {
		return err
	}
	if format := r.Export(); format != "" {
		return p.exportFollow(r, f, sheet.Format(format))
	}
	page := followPage{Follow: f, Late: len(f.Late)}
	var ids []string
	for _, id := range f.Late {
		ids = append(ids, "viec="+id)
	}
	page.Query = strings.Join(ids, "&")
	for _, row := range f.Rows {
		page.Rows = append(page.Rows, rowOf(row, f.Columns))
	}
	return r.Render("task/follow", page)
}

func rowOf(row task.FollowRow, columns []task.Column) followRow {
	out := followRow{FollowRow: row}
	if row.Single != nil {
		single := cell{Cell: *row.Single, Sign: signs[row.Single.Mark]}
		out.Single = &single
	}
	for i, c := range row.Cells {
		out.Cells = append(out.Cells, cell{c, columns[i], signs[c.Mark]})
		if c.Mark != task.MarkNone {
			out.List = append(out.List, cell{c, columns[i], signs[c.Mark]})
		}
	}
	slices.SortStableFunc(out.List, func(a, b cell) int {
		return slices.Index(urgency, a.Mark) - slices.Index(urgency, b.Mark)
	})
	for _, m := range row.Missing {
		line := missing{Names: strings.Join(m.Names, ", "), Key: m.Key}
		if len(m.Names) == row.Total && row.Total > 3 {
			line.All = row.Total
		}
		out.Lines = append(out.Lines, line)
	}
	return out
}

// exportFollow writes the matrix: one row a work, one column a ward.
func (p Parts) exportFollow(r *web.Request, f task.Follow, format sheet.Format) error {
	columns := []sheet.Column{
		{Title: r.T("task.column.item")}, {Title: r.T("task.column.title"), Width: 60}, {Title: r.T("task.column.deadline"), Kind: sheet.Moment},
	}
	for _, c := range f.Columns {
		columns = append(columns, sheet.Column{Title: c.Name, Width: 16})
	}
	columns = append(columns, sheet.Column{Title: r.T("task.column.done")}, sheet.Column{Title: r.T("task.column.missing"), Width: 60})
	return r.Download(r.T("taskpage.follow_file")+"."+string(format), mediaTypes[format], func(w io.Writer) error {
		out, err := sheet.NewWriter(w, format, r.T("task.sheet.follow"), instant.Vietnam(), columns...)
		if err != nil {
			return err
		}
		for _, row := range f.Rows {
			if err := out.Row(followCells(r, rowOf(row, f.Columns), len(f.Columns))...); err != nil {
				return err
			}
		}
		return out.Close()
	})
}

func followCells(r *web.Request, row followRow, columns int) []any {
	cells := []any{row.Item, row.Title, moment(row.Deadline)}
	for i := range columns {
		word := ""
		if i < len(row.Cells) && row.Cells[i].Mark != task.MarkNone {
			word = r.T(row.Cells[i].Sign.Key)
		}
		cells = append(cells, word)
	}
	var missing []string
	for _, m := range row.Lines {
		missing = append(missing, m.Names+": "+r.T(m.Key))
	}
	return append(cells, strconv.Itoa(row.Done)+"/"+strconv.Itoa(row.Total), strings.Join(missing, "; "))
}

type documentsPage struct {
	Documents []followed
	Next      string
	Words     string
}

type followed struct {
	directive.Listed
	Progress task.Progress
}

// documents lists those that gave work, newest first, to choose one.
func (p Parts) documents(r *web.Request) error {
	page := documentsPage{Words: r.Query("tim")}
	found, err := p.Documents.Search(r.Context(), r.By, directive.Filter{Query: page.Words, After: r.After(), Limit: 100})
	if err != nil {
		return err
	}
	var ids []string
	for _, d := range found.Items {
		ids = append(ids, d.ID)
	}
	progress, err := p.Tasks.ProgressOf(r.Context(), r.By, ids...)
	if err != nil {
		return err
	}
	page.Next = found.Next
	for _, d := range found.Items {
		if progress[d.ID].Total > 0 {
			page.Documents = append(page.Documents, followed{d, progress[d.ID]})
		}
	}
	return r.Render("task/documents", page)
}
