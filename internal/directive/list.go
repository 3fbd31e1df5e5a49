package directive

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/instant"
	"phaodai/internal/term"
)

// countCap is where counting stops: "10,000+".
const countCap = 10000

const (
	defaultLimit = 50
	maxLimit     = 200
)

func limitOf(n int) int {
	switch {
	case n <= 0:
		return defaultLimit
	case n > maxLimit:
		return maxLimit
	default:
		return n
	}
}

func (c *conditions) where() string { return strings.Join(c.parts, " AND ") }

// match adds the words of a query.
func (c *conditions) match(column, kind, query string) {
	part, args := term.Match(column, kind, query, c.next)
	c.parts, c.args, c.next = append(c.parts, part), append(c.args, args...), c.next+len(args)
}

// count counts up to the cap.
func (c *conditions) count(tx *db.Tx, from string) (n int, more bool, err error) {
	query := fmt.Sprintf("SELECT COUNT(*) FROM (SELECT 1 FROM %s WHERE %s LIMIT %d) AS counted", from, c.where(), countCap+1)
	err = tx.Get(&n, query, c.args...)
	if n > countCap {
		n, more = countCap, true
	}
	return n, more, err
}

// order is the end of a list query: one row more than asked tells whether
// there is a next part.
func (c *conditions) order(by string, limit int) string {
	return fmt.Sprintf(" ORDER BY %s LIMIT %d", by, limitOf(limit)+1)
}

// cut makes a page of the rows of a list query.
func cut[T any](rows []T, limit, total int, more bool, key func(T) string) Page[T] {
	p := Page[T]{Items: rows, Total: total, TotalMore: more}
	if n := limitOf(limit); len(rows) > n {
		p.Items, p.Next = rows[:n], key(rows[n-1])
	}
	if p.Items == nil {
		p.Items = []T{}
	}
	return p
}

func atoi(s string) int64 {
	n, _ := strconv.ParseInt(s, 10, 64) // a wrong key begins at the top
	return n
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// filter adds what the lists of documents have in common. day is the column
// that From and To bound.
func (c *conditions) filter(f Filter, day string) {
	if f.Query != "" {
		c.match("d.id", "document", f.Query)
	}
	for _, x := range []struct{ column, value string }{
		{"d.state", string(f.State)}, {"d.kind", f.Kind}, {"d.urgency", string(f.Urgency)},
	} {
		if x.value != "" {
			c.add(x.column+" = $", x.value)
		}
	}
	if f.Issuer != "" {
		c.add("d.issuer_key LIKE $", "%"+issuerKey(f.Issuer)+"%")
	}
	if f.Open {
		c.add("d.state IN ('received', 'registered', 'advised', 'draft', 'adopted', 'submitted', 'signed', 'numbered')")
	}
	c.days(f, day)
}

func (c *conditions) days(f Filter, column string) {
	if column == "d.issued_on" {
		if f.From != "" {
			c.add(column+" >= $", f.From)
		}
		if f.To != "" {
			c.add(column+" <= $", f.To)
		}
		return
	}
	if t, err := parseDay(f.From); err == nil && f.From != "" {
		c.add(column+" >= $", int64(instant.Of(t)))
	}
	if t, err := parseDay(f.To); err == nil && f.To != "" {
		c.add(column+" <= $", int64(instant.Of(instant.EndOfDay(t))))
	}
}

// bookFrom joins each document with its line in the books of office $1.
const bookFrom = "document d LEFT JOIN entry e ON e.document = d.id AND e.office = $1"

// sortColumns put what is not registered yet on top, then the newest numbers.
const sortColumns = "COALESCE(e.year, 9999), COALESCE(e.no, 0), d.id"

const listedColumns = `, COALESCE(e.id, '') AS entry_id, COALESCE(e.year, 0) AS year, COALESCE(e.no, 0) AS no,
	COALESCE(e.arrived_at, 0) AS arrived_at, COALESCE(e.hour_written, 0) = 1 AS hour_written, COALESCE(e.late, 0) = 1 AS late`

// list runs a list of documents: what the caller chose, what the actor may
// read, what the filter asks for.
func (s *Service) list(ctx context.Context, by auth.Actor, f Filter, day string, choose func(*conditions)) (Page[Listed], error) {
	return read(ctx, s, func(tx *db.Tx) (Page[Listed], error) {
		c := &conditions{next: 2, args: []any{by.Office}}
		where, args := readable(by, c.next)
		c.parts, c.args, c.next = []string{"(" + where + ")"}, append(c.args, args...), c.next+len(args)
		choose(c)
		c.filter(f, day)
		if f.Register != "" {
			c.add("e.register = $", f.Register)
		}
		if f.Year != 0 {
			c.add("COALESCE(e.year, $) = $", f.Year, f.Year)
		}
		total, more, err := c.count(tx, bookFrom)
		if err != nil {
			return Page[Listed]{}, err
		}
		if k := strings.SplitN(f.After, ".", 3); len(k) == 3 {
			c.add("("+sortColumns+") < ($, $, $)", atoi(k[0]), atoi(k[1]), k[2])
		}
		items := []Listed{}
		err = tx.Select(&items, "SELECT "+documentColumns+listedColumns+" FROM "+bookFrom+" WHERE "+c.where()+
			c.order("COALESCE(e.year, 9999) DESC, COALESCE(e.no, 0) DESC, d.id DESC", f.Limit), c.args...)
		if err != nil {
			return Page[Listed]{}, err
		}
		page := cut(items, f.Limit, total, more, listKey)
		return page, sentTo(tx, page.Items)
	})
}

func listKey(l Listed) string {
	year := l.Year
	if l.EntryID == "" {
		year = 9999
	}
	return fmt.Sprintf("%d.%d.%s", year, l.No, l.ID)
}

// sentTo writes into each line to whom the document was passed.
func sentTo(tx *db.Tx, items []Listed) error {
	at := map[string]int{}
	ids := make([]any, len(items))
	for i, l := range items {
		at[l.ID], ids[i] = i, l.ID
	}
	if len(ids) == 0 {
		return nil
	}
	c := &conditions{next: 1}
	c.add("r.document IN ("+strings.TrimSuffix(strings.Repeat("$, ", len(ids)), ", ")+")", ids...)
	var rows []struct {
		Document string `db:"document"`
		Name     string `db:"name"`
		N        int64  `db:"n"`
	}
	err := tx.Select(&rows, `SELECT r.document, MIN(r.text) AS name, COUNT(*) AS n FROM recipient r
		WHERE r.sent_at > 0 AND r.office <> '' AND `+c.where()+" GROUP BY r.document, r.line ORDER BY r.document, r.line", c.args...)
	for _, r := range rows {
		l := &items[at[r.Document]]
		if l.SentTo != "" {
			l.SentTo += "; "
		}
		l.SentTo += r.Name
		if r.N > 1 {
			l.SentTo += fmt.Sprintf(" (%d)", r.N)
		}
	}
	return err
}

// Incoming lists the arrivals of the actor's office: what waits for the book
// first, then the newest number.
func (s *Service) Incoming(ctx context.Context, by auth.Actor, f Filter) (Page[Listed], error) {
	if err := by.Require(auth.DocumentRead, by.UnitPath, auth.Internal); err != nil {
		return Page[Listed]{}, err
	}
	return s.list(ctx, by, f, "e.arrived_at", func(c *conditions) {
		c.add("e.id IS NOT NULL OR d.origin = 'incoming' AND d.state = 'received' AND d.office = $", by.Office)
	})
}

// Outgoing lists what the actor's office makes and made, newest first.
func (s *Service) Outgoing(ctx context.Context, by auth.Actor, f Filter) (Page[Listed], error) {
	if err := by.Require(auth.DocumentRead, by.UnitPath, auth.Internal); err != nil {
		return Page[Listed]{}, err
	}
	return s.list(ctx, by, f, "d.issued_on", func(c *conditions) {
		c.add("d.origin = 'made' AND d.office = $", by.Office)
	})
}

// Inbox lists what was sent to the actor's office through the system; Open
// leaves out what it has registered.
func (s *Service) Inbox(ctx context.Context, by auth.Actor, f Filter) (Page[Listed], error) {
	if err := by.Require(auth.DocumentRead, by.UnitPath, auth.Internal); err != nil {
		return Page[Listed]{}, err
	}
	open := f.Open
	f.Open = false
	return s.list(ctx, by, f, "d.issued_on", func(c *conditions) {
		c.add("d.office <> $ AND EXISTS (SELECT 1 FROM recipient i WHERE i.document = d.id AND i.sent_at > 0 AND i.office = $)", by.Office, by.Office)
		if open {
			c.add("e.id IS NULL")
		}
	})
}

// Search lists all documents that the actor may read, stubs left out.
func (s *Service) Search(ctx context.Context, by auth.Actor, f Filter) (Page[Listed], error) {
	return s.list(ctx, by, f, "d.issued_on", func(c *conditions) { c.add("d.origin <> 'stub'") })
}

// AwaitingAdvice lists the documents whose slip the actor may advise on.
func (s *Service) AwaitingAdvice(ctx context.Context, by auth.Actor, f Filter) (Page[Listed], error) {
	if err := by.Require(auth.DocumentAdvise, by.UnitPath, auth.Internal); err != nil {
		return Page[Listed]{}, err
	}
	return s.list(ctx, by, f, "e.arrived_at", func(c *conditions) {
		c.add("d.state = 'registered'")
		c.mine(by)
	})
}

// AwaitingApproval lists the slips and signatures that wait for the actor.
func (s *Service) AwaitingApproval(ctx context.Context, by auth.Actor, f Filter) (Page[Listed], error) {
	if err := by.Require(auth.DocumentApprove, by.UnitPath, auth.Internal); err != nil {
		return Page[Listed]{}, err
	}
	return s.list(ctx, by, f, "e.arrived_at", func(c *conditions) {
		c.add("d.state IN ('advised', 'submitted')")
		c.mine(by)
	})
}

// mine narrows to papers that pass through the actor's post.
func (c *conditions) mine(by auth.Actor) {
	if by.Account != system {
		c.add("d.office = $ OR d.office IN ("+circle+")", by.Office, by.Office)
	}
}
