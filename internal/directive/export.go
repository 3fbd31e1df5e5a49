package directive

import (
	"bytes"
	"context"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/instant"
	"phaodai/internal/sheet"
)

// maxExport is how many lines an export holds.
const maxExport = 100000

// Export writes a book in full, with all the fields of the mandated register:
// book is incoming, outgoing or search, format xlsx or csv. title translates
// the heads of the columns ("document.column.no").
func (s *Service) Export(ctx context.Context, by auth.Actor, book string, f Filter, format string, title func(key string) string) (Download, error) {
	form, err := sheet.FormatOf(format)
	if err != nil {
		return Download{}, err
	}
	list := map[string]func(context.Context, auth.Actor, Filter) (Page[Listed], error){
		"incoming": s.Incoming, "outgoing": s.Outgoing, "search": s.Search,
		"advice": s.AwaitingAdvice, "approval": s.AwaitingApproval,
	}[book]
	if list == nil {
		return Download{}, fault.New(fault.Invalid, "document.form_invalid").At("book", "document.form_choice")
	}
	var b bytes.Buffer
	w, err := sheet.NewWriter(&b, form, title("document.column.sheet"), instant.Vietnam(), columns(book, title)...)
	if err != nil {
		return Download{}, err
	}
	f.After, f.Limit, f.uncounted = "", maxLimit, true
	for n := 0; n < maxExport; {
		page, err := list(ctx, by, f)
		if err != nil {
			return Download{}, err
		}
		if err := s.exportRows(ctx, w, book, page.Items, by.Lang, title); err != nil {
			return Download{}, err
		}
		n += len(page.Items)
		if f.After = page.Next; f.After == "" {
			break
		}
	}
	if err := w.Close(); err != nil {
		return Download{}, err
	}
	return made("so-van-ban."+string(form), form.MIME(), b.Bytes()), nil
}

// columns are the ten fields of the register of arrivals, or those of outgoing
// documents.
func columns(book string, title func(string) string) []sheet.Column {
	c := func(key string, kind sheet.Kind, width float64) sheet.Column {
		return sheet.Column{Title: title("document.column." + key), Kind: kind, Width: width}
	}
	if book == "outgoing" {
		return []sheet.Column{
			c("symbol", sheet.Text, 16), c("issued", sheet.Date, 12), c("subject", sheet.Text, 50), c("signer", sheet.Text, 24),
			c("sent_to", sheet.Text, 30), c("keeper", sheet.Text, 20), c("copies", sheet.Int, 8), c("sent_at", sheet.Moment, 18),
			c("signature", sheet.Text, 12), c("state", sheet.Text, 16),
		}
	}
	return []sheet.Column{
		c("arrived", sheet.Moment, 18), c("no", sheet.Int, 8), c("issuer", sheet.Text, 24), c("symbol", sheet.Text, 16),
		c("issued", sheet.Date, 12), c("subject", sheet.Text, 50), c("sent_to", sheet.Text, 30), c("sent_at", sheet.Moment, 18),
		c("signature", sheet.Text, 12), c("state", sheet.Text, 16),
	}
}

func (s *Service) exportRows(ctx context.Context, w *sheet.Writer, book string, items []Listed, lang string, title func(string) string) error {
	sent, err := s.sentAt(ctx, items)
	if err != nil {
		return err
	}
	for _, l := range items {
		subject := KindName(l.Kind, "vi")
		if subject != "" && l.Subject != "" {
			subject += ": "
		}
		subject += l.Subject
		state := title("document.state." + string(l.State))
		if l.Secrecy != NoSecret {
			state += "; " + title("document.secrecy."+string(l.Secrecy))
		}
		if l.Late {
			state += "; " + title("document.late")
		}
		row := []any{
			moment(l.ArrivedAt), whole(l.No), l.Issuer, l.Symbol, day(l.IssuedOn), subject, l.SentTo, moment(sent[l.ID].at), "", state,
		}
		if book == "outgoing" {
			row = []any{l.Symbol, day(l.IssuedOn), subject, l.Signer, l.SentTo, l.Issuer, sent[l.ID].n, moment(sent[l.ID].at), "", state}
		}
		if err := w.Row(row...); err != nil {
			return err
		}
	}
	return nil
}

type sending struct {
	at instant.Micros
	n  int64
}

func (s *Service) sentAt(ctx context.Context, items []Listed) (map[string]sending, error) {
	out := map[string]sending{}
	err := s.store.Read(ctx, func(tx *db.Tx) error {
		for _, l := range items {
			var row struct {
				At int64 `db:"at"`
				N  int64 `db:"n"`
			}
			err := tx.Get(&row, "SELECT COALESCE(MIN(sent_at), 0) AS at, COUNT(*) AS n FROM recipient WHERE document = $1 AND sent_at > 0", l.ID)
			if err != nil {
				return err
			}
			out[l.ID] = sending{instant.Micros(row.At), row.N}
		}
		return nil
	})
	return out, err
}

// moment, day and whole leave a cell empty where there is nothing to write.
func moment(at instant.Micros) any {
	if at == 0 {
		return nil
	}
	return at
}

func day(text string) any {
	t, err := parseDay(text)
	if err != nil {
		return nil
	}
	return t
}

func whole(n int64) any {
	if n == 0 {
		return nil
	}
	return n
}
