package task

import (
	"context"
	"io"
	"slices"
	"strings"
	"time"

	"phaodai/internal/auth"
	"phaodai/internal/sheet"
)

// Translate turns a message key with arguments into a text; the edge gives it.
type Translate func(lang, key string, args ...any) string

// WriteSheet writes a list as a spreadsheet, all of it, by deadline.
func WriteSheet(ctx context.Context, s *Service, by auth.Actor, f Filter, w io.Writer, format sheet.Format, zone *time.Location, t Translate) error {
	head := func(name string, kind sheet.Kind, width float64) sheet.Column {
		return sheet.Column{Title: t(by.Lang, "task.column."+name), Kind: kind, Width: width}
	}
	out, err := sheet.NewWriter(w, format, t(by.Lang, "task.sheet"), zone,
		head("item", sheet.Text, 9), head("title", sheet.Text, 60), head("office", sheet.Text, 0), head("unit", sheet.Text, 14),
		head("from", sheet.Text, 0), head("document", sheet.Text, 0), head("line", sheet.Text, 10), head("state", sheet.Text, 0),
		head("late", sheet.Bool, 8), head("percent", sheet.Int, 8), head("deadline", sheet.Moment, 0), head("start", sheet.Moment, 0),
		head("accepted", sheet.Moment, 0), head("reported", sheet.Moment, 0), head("report", sheet.Text, 60), head("proofs", sheet.Int, 8))
	if err != nil {
		return err
	}
	err = s.Export(ctx, by, f, func(r Row) error {
		return out.Row(r.Item, r.Title, r.Office, r.Unit, r.From, r.Document, t(by.Lang, "task.line."+r.Line),
			t(by.Lang, "task.state."+string(r.State)), r.Late, r.Percent, r.Deadline, r.Start,
			r.AcceptedAt, r.ReportedAt, r.Report, r.Proofs)
	})
	if err != nil {
		return err
	}
	return out.Close()
}

// WriteSheet writes the matrix as a spreadsheet: a column a unit, the words of
// the marks in the cells.
func (f Follow) WriteSheet(w io.Writer, format sheet.Format, lang string, zone *time.Location, t Translate) error {
	columns := []sheet.Column{
		{Title: t(lang, "task.column.item"), Width: 9}, {Title: t(lang, "task.column.title"), Width: 60},
		{Title: t(lang, "task.column.deadline"), Kind: sheet.Moment}, {Title: t(lang, "task.column.office"), Width: 30},
	}
	for _, c := range f.Columns {
		columns = append(columns, sheet.Column{Title: c.Name, Width: 14})
	}
	columns = append(columns, sheet.Column{Title: t(lang, "task.column.done"), Kind: sheet.Int},
		sheet.Column{Title: t(lang, "task.column.total"), Kind: sheet.Int}, sheet.Column{Title: t(lang, "task.column.missing"), Width: 50})
	out, err := sheet.NewWriter(w, format, t(lang, "task.sheet.follow"), zone, columns...)
	if err != nil {
		return err
	}
	for _, r := range f.Rows {
		if err := out.Row(r.cells(len(f.Columns), lang, t)...); err != nil {
			return err
		}
	}
	return out.Close()
}

func (r FollowRow) cells(columns int, lang string, t Translate) []any {
	one := ""
	if r.Single != nil {
		one = r.Single.OfficeName + ": " + t(lang, "task.mark."+string(r.Single.Mark))
	}
	cells := []any{r.Item, r.Title, r.Deadline, one}
	for i := range columns {
		word := ""
		if i < len(r.Cells) && r.Cells[i].Mark != MarkNone {
			word = t(lang, "task.mark."+string(r.Cells[i].Mark))
		}
		cells = append(cells, word)
	}
	var missing []string
	for _, m := range r.Missing {
		missing = append(missing, strings.Join(m.Names, ", ")+": "+t(lang, m.Key))
	}
	return slices.Concat(cells, []any{r.Done, r.Total, strings.Join(missing, "; ")})
}
