package directive

import (
	"fmt"
	"strconv"
	"strings"

	"phaodai/internal/db"
	"phaodai/internal/instant"
)

// Where counting stops: "10,000+" in the books of one office, where an index is
// counted, less where each document is asked whether it may be read.
const (
	countCap  = 10000
	searchCap = 1000
)

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

// count counts up to the cap.
func (c *conditions) count(tx *db.Tx, most int, from string) (n int, more bool, err error) {
	query := fmt.Sprintf("SELECT COUNT(*) FROM (SELECT 1 FROM %s WHERE %s LIMIT %d) AS counted", from, c.where(), most+1)
	err = tx.Get(&n, query, c.args...)
	if n > most {
		n, more = most, true
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

// filter adds what the lists of documents have in common, the words apart. day
// is the column that From and To bound.
func (c *conditions) filter(f Filter, day string) {
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
