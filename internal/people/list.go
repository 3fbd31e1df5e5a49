package people

import (
	"context"
	"fmt"
	"strings"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/identity"
	"phaodai/internal/instant"
	"phaodai/internal/org"
	"phaodai/internal/term"
)

func limitOf(n int) int {
	if n <= 0 || n > 500 {
		return 50
	}
	return n
}

func cutPage[T any](rows []T, limit int, cursor func(T) string) Listed[T] {
	out := Listed[T]{Rows: rows}
	if out.Rows == nil {
		out.Rows = []T{}
	}
	if len(out.Rows) > limit {
		out.Rows = out.Rows[:limit]
		out.Next = cursor(out.Rows[limit-1])
	}
	return out
}

// Households lists the households of a ward as a team walks past them.
func (s *Service) Households(ctx context.Context, by auth.Actor, w Walk) (Listed[HouseholdLine], error) {
	var u org.Unit
	err := s.store.Read(ctx, func(tx *db.Tx) (err error) {
		u, err = org.UnitIn(tx, w.Unit)
		return err
	})
	if err == nil {
		err = by.Require(auth.PeopleRead, u.Path, auth.Personal)
	}
	if err != nil {
		return Listed[HouseholdLine]{}, err
	}
	return audited(ctx, s, by, reading{action: "household.listed", unit: u.Path}, func(tx *db.Tx) (Listed[HouseholdLine], error) {
		where, args, err := w.conditions(tx, u.Path, by.Now)
		if err != nil {
			return Listed[HouseholdLine]{}, err
		}
		limit := limitOf(w.Limit)
		var rows []Household
		err = tx.Select(&rows, "SELECT "+householdColumns+" FROM household WHERE "+where+fmt.Sprintf(" ORDER BY "+walkingOrder+" LIMIT %d", limit+1), args...)
		if err != nil {
			return Listed[HouseholdLine]{}, err
		}
		page := cutPage(rows, limit, func(h Household) string { return h.ID })
		lines, err := linesOf(tx, page.Rows, by.Now)
		return Listed[HouseholdLine]{lines, page.Next}, err
	})
}

// walkingOrder goes through the groups of a ward by name, "Tổ 2" before "Tổ 12",
// those without a group last, and in each along the lanes.
const (
	groupOrder   = "COALESCE((SELECT a.sort_key FROM area a WHERE a.id = household.area), '~')"
	walkingOrder = groupOrder + ", area, sort_key, id"
)

// conditions of a walk: it goes on behind the last household shown.
func (w Walk) conditions(tx *db.Tx, path string, now instant.Micros) (string, []any, error) {
	where, args := "unit_path = $1 AND valid_to > $2", []any{path, int64(now)}
	next := func(part string, values ...any) {
		for _, v := range values {
			args = append(args, v)
			part = strings.Replace(part, "?", fmt.Sprintf("$%d", len(args)), 1)
		}
		where += " AND " + part
	}
	if w.Area != "" {
		next("area = ?", w.Area)
	}
	if match, more := term.Match("id", "household", w.Words, len(args)+1); w.Words != "" {
		where, args = where+" AND "+match, append(args, more...)
	}
	if w.After != "" {
		p, err := placeAfter(tx, w.After)
		if err != nil {
			return "", nil, err
		}
		next("("+walkingOrder+") > (?, ?, ?, ?)", p.Group, p.Area, p.Key, w.After)
	}
	return where, args, nil
}

// linesOf adds to households their areas, heads and numbers of people.
func linesOf(tx *db.Tx, households []Household, now instant.Micros) ([]HouseholdLine, error) {
	out := make([]HouseholdLine, len(households))
	at, ids, areas := map[string]*HouseholdLine{}, []any{}, map[string]string{}
	for i, h := range households {
		out[i].Household = h
		at[h.ID], ids = &out[i], append(ids, h.ID)
	}
	if len(ids) == 0 {
		return out, nil
	}
	var people []struct {
		Household string   `db:"household"`
		Name      string   `db:"name"`
		Relation  Relation `db:"relation"`
	}
	err := tx.Select(&people, "SELECT household, name, relation FROM resident WHERE household IN ("+marks(1, len(ids))+") AND valid_to > $"+fmt.Sprint(len(ids)+1)+" ORDER BY valid_from, id",
		append(ids, int64(now))...)
	if err != nil {
		return nil, err
	}
	for _, p := range people {
		line := at[p.Household]
		if line.People++; line.Head == "" || p.Relation == Head {
			line.Head = p.Name
		}
	}
	var names []struct{ ID, Name string }
	if err := tx.Select(&names, "SELECT id, name FROM area WHERE id IN (SELECT area FROM household WHERE id IN ("+marks(1, len(ids))+"))", ids...); err != nil {
		return nil, err
	}
	for _, n := range names {
		areas[n.ID] = n.Name
	}
	for i := range out {
		out[i].Area = areas[out[i].Household.Area]
	}
	return out, nil
}

func marks(first, n int) string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf("$%d", first+i)
	}
	return strings.Join(out, ", ")
}

// Query is whom to look for: words of the name, or a whole number or telephone.
type Query struct {
	Text  string
	Under string // path of a unit
	Gone  bool   // also those no longer in force
	After string
	Limit int
}

// Search finds residents by name without tones, or by a whole citizen number or
// telephone.
func (s *Service) Search(ctx context.Context, by auth.Actor, q Query) (Listed[ResidentView], error) {
	if err := by.Require(auth.PeopleRead, q.Under, auth.Personal); err != nil {
		return Listed[ResidentView]{}, err
	}
	if strings.TrimSpace(q.Text) == "" {
		return Listed[ResidentView]{}, fault.New(fault.Invalid, "input.check").At("q", "input.missing")
	}
	return audited(ctx, s, by, reading{action: "resident.searched", unit: q.Under}, func(tx *db.Tx) (Listed[ResidentView], error) {
		where, args, err := s.conditions(tx, q, by.Now)
		if err != nil {
			return Listed[ResidentView]{}, err
		}
		limit := limitOf(q.Limit)
		var rows []Resident
		err = tx.Select(&rows, "SELECT "+residentColumns+" FROM resident WHERE "+where+fmt.Sprintf(" ORDER BY sort_key, id LIMIT %d", limit+1), args...)
		if err != nil {
			return Listed[ResidentView]{}, err
		}
		page := cutPage(rows, limit, func(r Resident) string { return r.ID })
		out := Listed[ResidentView]{Rows: make([]ResidentView, len(page.Rows)), Next: page.Next}
		for i, r := range page.Rows {
			if out.Rows[i], err = s.view(tx, r); err != nil {
				return out, err
			}
		}
		return out, nil
	})
}

func (s *Service) conditions(tx *db.Tx, q Query, now instant.Micros) (string, []any, error) {
	where, args := "unit_path >= $1 AND unit_path < $2", []any{q.Under, org.Beyond(q.Under)}
	if !q.Gone {
		args = append(args, int64(now))
		where += " AND valid_to > $3"
	}
	if column, index := s.exact(q.Text); column != "" {
		args = append(args, index)
		where += fmt.Sprintf(" AND %s = $%d AND %s <> ''", column, len(args), column) // a closed vault finds nobody
	} else {
		match, more := term.Match("id", "resident", q.Text, len(args)+1)
		where, args = where+" AND "+match, append(args, more...)
	}
	if q.After != "" {
		last, err := ResidentIn(tx, q.After)
		if f, ok := faultOf(err); ok && f.Kind == fault.NotFound {
			err = fault.New(fault.Invalid, "input.broken")
		}
		if err != nil {
			return "", nil, err
		}
		args = append(args, last.SortKey, last.ID)
		where += fmt.Sprintf(" AND (sort_key, id) > ($%d, $%d)", len(args)-1, len(args))
	}
	return where, args, nil
}

// exact is the blind index that a text asks for, when it is a whole number or
// telephone.
func (s *Service) exact(text string) (column, index string) {
	if n, err := identity.ParseNumber(text); err == nil {
		return "number_index", s.vault.Index("number", n.Text)
	}
	if p, err := identity.ParsePhone(text); err == nil {
		return "phone_index", s.vault.Index("phone", string(p))
	}
	return "", ""
}
