package directivepage

import (
	"context"
	"errors"
	"io"
	"slices"

	"phaodai/internal/auth"
	"phaodai/internal/directive"
	"phaodai/internal/instant"
	"phaodai/internal/web"
)

// bookPage is the register of arrivals.
type bookPage struct {
	Registers []directive.Register
	Register  directive.Register // the one whose lines are shown; its Next is the next number
	Lines     []listed
	Next      string
	Total     int
	TotalMore bool

	Open   int // arrivals that nobody has passed on yet
	Urgent int // of them with an urgency mark
	Inbox  []listed
	Ready  []listed // uploaded, not yet in the book

	Query, State, Urgency, From, To string
	States                          []web.Choice
	Urgencies                       []web.Choice
	Filtered                        bool
	Kept                            instant.Micros // when the figures were counted
	Year                            int
	Print, Excel, CSV               string   // addresses of the printed form and the exports
	Columns                         []string // of the printed form
}

// Plus counts the columns of the printed form from 1.
func (b *bookPage) Plus(i int) int { return i + 1 }

func (p *pages) book(r *web.Request) error {
	page, filter, err := p.bookOf(r)
	if err != nil {
		return err
	}
	if format := r.Export(); format != "" {
		return p.export(r, "incoming", filter, format)
	}
	if r.Query("in") != "" {
		return p.bookPrint(r, page, filter)
	}
	return r.Render("document/book", page)
}

func (p *pages) bookOf(r *web.Request) (*bookPage, directive.Filter, error) {
	ctx := r.Context()
	page := &bookPage{
		Query: r.Query("tim"), State: r.Query("tinh-trang"), Urgency: r.Query("khan"),
		From: r.Query("tu"), To: r.Query("den"), Kept: r.Now(), Year: r.Now().In(instant.Vietnam()).Year(),
	}
	page.Print, page.Excel, page.CSV = with(r, "in", "1"), with(r, "xuat", "xlsx"), with(r, "xuat", "csv")
	filter, err := page.filter(r)
	if err != nil {
		return nil, filter, err
	}
	if page.Registers, err = p.booksIn(ctx, r.By); err != nil {
		return nil, filter, err
	}
	page.choose(r.Query("so"))
	filter.Register = page.Register.ID
	list, err := p.doc.Incoming(ctx, r.By, filter)
	if err != nil {
		return nil, filter, err
	}
	page.Next, page.Total, page.TotalMore = list.Next, list.Total, list.TotalMore
	if page.Lines, err = p.counted(ctx, r.By, list.Items); err != nil {
		return nil, filter, err
	}
	return page, filter, p.waiting(r, page)
}

// with is the address of the page with one parameter more.
func with(r *web.Request, name, value string) string {
	query := r.HTTP.URL.Query()
	query.Del("sau")
	query.Set(name, value)
	return r.HTTP.URL.Path + "?" + query.Encode()
}

// filter is what the address asks for.
func (b *bookPage) filter(r *web.Request) (directive.Filter, error) {
	f := directive.Filter{
		Query: b.Query, State: directive.State(b.State), Urgency: directive.Urgency(b.Urgency), Sort: r.Query("xep"), After: r.After(), Limit: 50,
	}
	var err error
	if f.From, err = readDay(r, b.From); err != nil {
		return f, err
	}
	if f.To, err = readDay(r, b.To); err != nil {
		return f, err
	}
	b.Filtered = b.Query != "" || b.State != "" || b.Urgency != "" || b.From != "" || b.To != ""
	if b.State == "open" {
		f.State, f.Open = "", true
	}
	b.States = append(b.States, web.Choice{Value: "open", Text: r.T("docpage.state_open")})
	for _, s := range []directive.State{directive.Registered, directive.Advised, directive.Passed, directive.Working, directive.Filed, directive.Refused} {
		b.States = append(b.States, web.Choice{Value: string(s), Text: r.T("document.state." + string(s))})
	}
	b.Urgencies = urgencies(r)
	return f, nil
}

func urgencies(r *web.Request) []web.Choice {
	var out []web.Choice
	for _, u := range []directive.Urgency{directive.Normal, directive.Urgent, directive.VeryUrgent, directive.Express} {
		out = append(out, web.Choice{Value: string(u), Text: r.T("document.urgency." + string(u))})
	}
	return out
}

// choose shows the book with this id, else the first.
func (b *bookPage) choose(id string) {
	for i, register := range b.Registers {
		if i == 0 || register.ID == id {
			b.Register = register
		}
	}
}

// booksIn are the books of arrivals of the actor's office.
func (p *pages) booksIn(ctx context.Context, by auth.Actor) ([]directive.Register, error) {
	all, err := p.doc.Registers(ctx, by)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(r directive.Register) bool { return r.Direction == "out" }), nil
}

// waiting fills what stands above the list: what is open, urgent, uploaded or
// sent here and not yet in the book.
func (p *pages) waiting(r *web.Request, page *bookPage) error {
	ctx := r.Context()
	count := func(f directive.Filter) (int, error) {
		f.Limit = 1
		found, err := p.doc.Incoming(ctx, r.By, f)
		return found.Total, err
	}
	var err error
	if page.Open, err = count(directive.Filter{Open: true}); err != nil {
		return err
	}
	for _, u := range []directive.Urgency{directive.Urgent, directive.VeryUrgent, directive.Express} {
		n, err := count(directive.Filter{Open: true, Urgency: u})
		if err != nil {
			return err
		}
		page.Urgent += n
	}
	if !r.By.Anywhere(auth.DocumentRegister) {
		return nil
	}
	ready, err := p.doc.Incoming(ctx, r.By, directive.Filter{State: directive.Received, Limit: 20})
	if err != nil {
		return err
	}
	page.Ready = listedAll(ready.Items)
	inbox, err := p.doc.Inbox(ctx, r.By, directive.Filter{Limit: 20})
	page.Inbox = listedAll(inbox.Items)
	return err
}

func listedAll(items []directive.Listed) []listed {
	out := make([]listed, len(items))
	for i, item := range items {
		out[i] = listed{Listed: item}
	}
	return out
}

// counted adds how far the tasks of each document are.
func (p *pages) counted(ctx context.Context, by auth.Actor, items []directive.Listed) ([]listed, error) {
	out := listedAll(items)
	if p.Tasks == nil || len(items) == 0 || !by.Anywhere(auth.TaskRead) {
		return out, nil
	}
	ids := make([]string, len(items))
	for i, item := range items {
		ids[i] = item.ID
	}
	progress, err := p.Tasks.ProgressOf(ctx, by, ids...)
	for i := range out {
		out[i].Done, out[i].All = progress[out[i].ID].Done, progress[out[i].ID].Total
	}
	return out, err
}

// bookColumns are the columns of the mandated form of the book of arrivals.
var bookColumns = []string{"arrived", "no", "issuer", "symbol", "day", "subject", "receiver", "passed", "signature", "note"}

// maxPrinted bounds the lines of one print; a year of a busy office is less.
const maxPrinted = 5000

// bookPrint is the book as a mandated form of ten columns.
func (p *pages) bookPrint(r *web.Request, page *bookPage, filter directive.Filter) error {
	filter.Limit, filter.After, filter.Sort = 200, "", directive.SortNo // a printed book reads from its first number
	page.Lines = nil
	for {
		list, err := p.doc.Incoming(r.Context(), r.By, filter)
		if err != nil {
			return err
		}
		page.Lines = append(page.Lines, listedAll(list.Items)...)
		if filter.After = list.Next; list.Next == "" || len(page.Lines) >= maxPrinted {
			break
		}
	}
	for i := range page.Lines {
		if err := p.passed(r, &page.Lines[i]); err != nil {
			return err
		}
	}
	for _, name := range bookColumns {
		page.Columns = append(page.Columns, r.T("docpage.column."+name))
	}
	return r.Render("document/book-print", page)
}

// passed fills in when a document was passed on.
func (p *pages) passed(r *web.Request, line *listed) error {
	if line.SentTo == "" {
		return nil
	}
	view, err := p.doc.Document(r.Context(), r.By, line.ID)
	for _, c := range view.Recipients {
		if c.SentAt != 0 && (line.SentAt == 0 || c.SentAt < line.SentAt) {
			line.SentAt = c.SentAt
		}
	}
	return err
}

func (p *pages) export(r *web.Request, book string, filter directive.Filter, format string) error {
	filter.After = ""
	file, err := p.doc.Export(r.Context(), r.By, book, filter, format, func(key string) string { return r.T(key) })
	if err != nil {
		return err
	}
	return send(r, file, false)
}

// send streams a file to the browser and closes it.
func send(r *web.Request, file directive.Download, inline bool) (err error) {
	defer func() { err = errors.Join(err, file.Content.Close()) }()
	write := func(w io.Writer) error {
		_, err := io.Copy(w, file.Content)
		return err
	}
	if inline {
		return r.Inline(file.Name, file.MediaType, write)
	}
	return r.Download(file.Name, file.MediaType, write)
}
