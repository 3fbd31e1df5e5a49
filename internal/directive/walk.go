package directive

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"phaodai/internal/auth"
	"phaodai/internal/db"
)

// A list of documents must answer at once in a store of 200,000. So none sorts
// or counts all of them: it is a union of branches, each of which walks one
// index in the order of the list and stops after a page.

// branch is one reason for documents to stand in a list.
type branch struct {
	from  string            // tables; d is the document
	keys  []string          // columns that order the list, in this branch; at most two
	id    string            // the document's id as the index has it, the last key
	twice bool              // a document may stand in it more than once
	where func(*conditions) // why these documents stand in the list
}

// plan is how a list is made.
type plan struct {
	branches []branch
	down     bool // newest or largest first
	cap      int
	day      string // column that From and To bound
}

// found is a document of a list with its place there.
type found struct {
	ID string `db:"id"`
	K1 any    `db:"k1"`
	K2 any    `db:"k2"`
}

// after is where the part behind a line begins, as an opaque word.
func (x found) after() string {
	b, err := json.Marshal([]any{word(x.K1), word(x.K2), x.ID})
	if err != nil {
		return "" // numbers and texts: cannot fail
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// word is a key as JSON keeps it: a driver may give text as bytes.
func word(k any) any {
	if b, ok := k.([]byte); ok {
		return string(b)
	}
	return k
}

// place reads what after wrote; a wrong word begins at the top.
func place(after string, keys int) []any {
	b, err := base64.RawURLEncoding.DecodeString(after)
	if err != nil || after == "" {
		return nil
	}
	var k []any
	d := json.NewDecoder(strings.NewReader(string(b)))
	d.UseNumber()
	if d.Decode(&k) != nil || len(k) != 3 {
		return nil
	}
	for i, x := range k {
		if n, ok := x.(json.Number); ok {
			k[i] = atoi(n.String())
		}
	}
	return append(k[:keys:keys], k[2])
}

// list runs the plan of a list with what the filter asks for. The words of a
// query lead where they are rare and are only tested where they are common.
func (s *Service) list(ctx context.Context, by auth.Actor, f Filter, p plan) (Page[Listed], error) {
	return read(ctx, s, func(tx *db.Tx) (Page[Listed], error) {
		w, err := wordsOf(tx, "document", f.Query)
		if err != nil {
			return Page[Listed]{}, err
		}
		return p.page(tx, by, f, w)
	})
}

func (p plan) page(tx *db.Tx, by auth.Actor, f Filter, w words) (Page[Listed], error) {
	var page Page[Listed]
	var err error
	if !f.uncounted {
		if page.Total, page.TotalMore, err = p.count(tx, f, w); err != nil {
			return page, err
		}
	}
	query, args := p.query(f, w)
	var rows []found
	if err := tx.Select(&rows, query, args...); err != nil {
		return page, err
	}
	if n := limitOf(f.Limit); len(rows) > n {
		rows = rows[:n]
		page.Next = rows[n-1].after()
	}
	if page.Items, err = listedIn(tx, by, rows); err != nil {
		return page, err
	}
	return page, sentTo(tx, page.Items)
}

// query finds the ids of one page.
func (p plan) query(f Filter, w words) (string, []any) {
	c := &conditions{next: 1}
	direction, beyond := "", ">"
	if p.down {
		direction, beyond = " DESC", "<"
	}
	by := strings.Join(append([]string{"k1", "k2"}[:len(p.branches[0].keys):len(p.branches[0].keys)], "id"), direction+", ") + direction
	var parts []string
	for i, b := range p.branches {
		c.parts = nil
		p.narrow(c, b, f, w)
		if at := place(f.After, len(b.keys)); at != nil {
			c.add("("+strings.Join(append(slices.Clone(b.keys), b.id), ", ")+") "+beyond+" ("+marks(len(at))+")", at...)
		}
		parts = append(parts, fmt.Sprintf("SELECT * FROM (%s FROM %s WHERE %s%s) AS b%d",
			b.selected(), b.from, c.where(), c.order(by, f.Limit), i))
	}
	return "SELECT id, k1, k2 FROM (" + strings.Join(parts, " UNION ") + ") AS found" + c.order(by, f.Limit), c.args
}

// selected is the head of a branch: its keys, always two, under common names.
func (b branch) selected() string {
	keys := append(slices.Clone(b.keys), "0", "0")
	return b.distinct() + b.id + " AS id, " + keys[0] + " AS k1, " + keys[1] + " AS k2"
}

func (b branch) distinct() string {
	if b.twice {
		return "SELECT DISTINCT "
	}
	return "SELECT "
}

// narrow asks of one branch what the filter asks for.
func (p plan) narrow(c *conditions, b branch, f Filter, w words) {
	if b.where != nil {
		b.where(c)
	}
	w.add(c, b.id)
	c.filter(f, p.day)
	if !strings.Contains(b.from, "entry e") {
		return
	}
	if f.Register != "" {
		c.add("e.register = $", f.Register)
	}
	if f.Year != 0 {
		c.add("e.year = $", f.Year)
	}
}

// count counts the documents of all branches up to the cap.
func (p plan) count(tx *db.Tx, f Filter, w words) (n int, more bool, err error) {
	c := &conditions{next: 1}
	var parts []string
	for i, b := range p.branches {
		c.parts = nil
		p.narrow(c, b, f, w)
		from := b.from
		if i == 0 && strings.Contains(c.where(), "d.") {
			p.cap = min(p.cap, searchCap) // each document is looked at
		} else if from == entries {
			from = onlyEntries
		}
		parts = append(parts, fmt.Sprintf("SELECT id FROM (%s%s AS id FROM %s WHERE %s LIMIT %d) AS b%d",
			b.distinct(), b.id, from, c.where(), p.cap+1, i))
	}
	query := fmt.Sprintf("SELECT COUNT(*) FROM (%s) AS counted", strings.Join(parts, " UNION "))
	if err = tx.Get(&n, query, c.args...); n > p.cap {
		n, more = p.cap, true
	}
	return n, more, err
}

func marks(n int) string { return strings.TrimSuffix(strings.Repeat("$, ", n), ", ") }

const listedColumns = `, COALESCE(e.id, '') AS entry_id, COALESCE(e.year, 0) AS year, COALESCE(e.no, 0) AS no,
	COALESCE(e.arrived_at, 0) AS arrived_at, COALESCE(e.hour_written, 0) = 1 AS hour_written, COALESCE(e.late, 0) = 1 AS late`

// listedIn reads the documents of a page in its order, each with its line in
// the books of the actor's office.
func listedIn(tx *db.Tx, by auth.Actor, rows []found) ([]Listed, error) {
	out := []Listed{}
	if len(rows) == 0 {
		return out, nil
	}
	ids := make([]any, len(rows))
	at := map[string]int{}
	for i, r := range rows {
		ids[i], at[r.ID] = r.ID, i
	}
	c := &conditions{next: 2, args: []any{by.Office}}
	c.add("d.id IN ("+marks(len(ids))+")", ids...)
	err := tx.Select(&out, "SELECT "+documentColumns+listedColumns+
		" FROM document d LEFT JOIN entry e ON e.document = d.id AND e.office = $1 WHERE "+c.where(), c.args...)
	slices.SortFunc(out, func(a, b Listed) int { return at[a.ID] - at[b.ID] })
	return out, err
}
