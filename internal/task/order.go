package task

import (
	"fmt"
	"strconv"
	"strings"

	"phaodai/internal/db"
	"phaodai/internal/fault"
)

// Columns by which lists can be sorted; a "-" before one turns it round. The
// usual order, by deadline, walks an index; the others sort what the filter
// leaves.
const (
	SortDeadline = "deadline"
	SortOffice   = "office"
	SortFrom     = "from"
	SortState    = "state"
)

// ordering is how a list is sorted and where a page of it begins.
type ordering struct {
	key  string // SQL
	text bool   // the key is a word, else a number
	down bool
}

var orderings = map[string]ordering{
	SortDeadline: {key: "t.sort_at"},
	SortOffice:   {key: "COALESCE((SELECT o.sort_key FROM office o WHERE o.id = t.office), '')", text: true},
	SortFrom:     {key: "COALESCE((SELECT o.sort_key FROM office o WHERE o.id = t.from_office), '')", text: true},
	SortState:    {key: "t.state", text: true},
}

// Sorts are the columns in the order of the page's table.
func Sorts() []string { return []string{SortOffice, SortFrom, SortDeadline, SortState} }

func orderingOf(sort string) (ordering, error) {
	column, down := strings.CutPrefix(sort, "-")
	if column == "" {
		column = SortDeadline
	}
	o, ok := orderings[column]
	if !ok {
		return o, fault.New(fault.Invalid, "task.sort", "Sort", sort, "Columns", strings.Join(Sorts(), ", "))
	}
	o.down = down
	return o, nil
}

// place is a row's place in a list.
type place struct {
	ID  string `db:"id"`
	Key string `db:"k"`
}

func (p place) cursor() string { return p.Key + "." + p.ID }

// after adds what lies behind a cursor.
func (o ordering) after(b *clauseBuilder, cursor string) error {
	if cursor == "" {
		return nil
	}
	i := strings.LastIndexByte(cursor, '.')
	if i < 0 {
		return fault.New(fault.Invalid, "task.cursor")
	}
	var key any = cursor[:i]
	if !o.text {
		n, err := strconv.ParseInt(cursor[:i], 10, 64)
		if err != nil {
			return fault.New(fault.Invalid, "task.cursor")
		}
		key = n
	}
	beyond := ">"
	if o.down {
		beyond = "<"
	}
	b.add(fmt.Sprintf("%[1]s %[2]s= ? AND (%[1]s %[2]s ? OR t.id %[2]s ?)", o.key, beyond), key, key, cursor[i+1:])
	return nil
}

// pick reads the first rows of a condition in order. It sorts keys, and reads
// whole rows of those that are shown only.
func (o ordering) pick(tx *db.Tx, b *clauseBuilder, limit int) ([]record, []place, error) {
	direction := ""
	if o.down {
		direction = " DESC"
	}
	var places []place
	err := tx.Select(&places, fmt.Sprintf("SELECT t.id, CAST(%[1]s AS TEXT) AS k FROM task t WHERE %[2]s ORDER BY %[1]s%[3]s, t.id%[3]s LIMIT %[4]d",
		o.key, b.where(), direction, limit), b.args...)
	if err != nil {
		return nil, nil, err
	}
	ids := make([]string, len(places))
	for i, p := range places {
		ids[i] = p.ID
	}
	rows, err := loadAll(tx, ids)
	if err != nil {
		return nil, nil, err
	}
	out := make([]record, len(ids))
	for i, id := range ids {
		out[i] = rows[id]
	}
	return out, places, nil
}

// pick reads the first rows of a condition by deadline.
func pick(tx *db.Tx, b *clauseBuilder, limit int) ([]record, error) {
	rows, _, err := orderings[SortDeadline].pick(tx, b, limit)
	return rows, err
}
