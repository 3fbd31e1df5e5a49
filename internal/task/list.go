package task

import (
	"context"
	"fmt"
	"strings"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/term"
)

// countCap is how far lists count.
const countCap = 1000

// clauseBuilder puts conditions together with their arguments in order.
type clauseBuilder struct {
	parts []string
	args  []any
}

func (b *clauseBuilder) add(condition string, values ...any) {
	for _, v := range values {
		b.args = append(b.args, v)
		condition = strings.Replace(condition, "?", fmt.Sprintf("$%d", len(b.args)), 1)
	}
	b.parts = append(b.parts, condition)
}

// with adds a condition that numbers its own arguments.
func (b *clauseBuilder) with(make func(first int) (string, []any)) {
	condition, args := make(len(b.args) + 1)
	b.parts, b.args = append(b.parts, condition), append(b.args, args...)
}

func (b *clauseBuilder) where() string { return strings.Join(b.parts, " AND ") }

const openStates = "('ASSIGNED', 'ACCEPTED', 'IN_PROGRESS', 'RETURNED', 'EXTENSION_ASKED', 'BLOCKED')"

// condition is the filter as SQL on the alias t.
func (f Filter) condition(sc *scope) *clauseBuilder {
	b := &clauseBuilder{}
	switch {
	case f.Mine && sc.by.Anywhere(auth.TaskRead):
		b.with(sc.mineWhere) // what is his he may read
	case f.Open || f.Late || f.Live:
		b.with(sc.filter)
	default:
		b.with(sc.where)
	}
	// Nearly all rows have no merged_into: hidden, so that its index is not taken.
	b.add("t.recalled = 0 AND t.merged_into || '' = ''")
	if len(f.Kind) == 0 {
		f.Kind = []Kind{Work, Series, Period}
	}
	addIn(b, "t.kind", f.Kind)
	addIn(b, "t.state", f.State)
	for column, value := range map[string]string{"t.document": f.Document, "t.clause": f.Clause, "t.office": f.Office, "t.from_office": f.From, "t.line": f.Line} {
		if value != "" {
			b.add(column+" = ?", value)
		}
	}
	if f.Unit != "" {
		b.add("t.unit_path >= ? AND t.unit_path < ?", f.Unit, end(f.Unit))
	}
	if f.Open || f.Late {
		b.add("t.live = 1 AND t.state IN " + openStates)
	}
	if f.Live {
		b.add("t.live = 1")
	}
	if f.Late {
		b.add("t.deadline > 0 AND t.deadline < ?", int64(sc.by.Now))
	}
	if f.Before != 0 {
		b.add("t.deadline > 0 AND t.deadline < ?", int64(f.Before))
	}
	if f.ordered {
		addIn(b, "t.from_office", append([]string{"-"}, sc.mine...))
	}
	if f.Query != "" {
		b.with(func(first int) (string, []any) { return term.Match("t.id", "task", f.Query, first) })
	}
	return b
}

func addIn[T ~string](b *clauseBuilder, column string, values []T) {
	if len(values) == 0 {
		return
	}
	b.with(func(first int) (string, []any) {
		plain := make([]string, len(values))
		for i, v := range values {
			plain[i] = string(v)
		}
		marks, args := marks(first, plain)
		return column + " IN (" + marks + ")", args
	})
}

// mineWhere is "the actor's own work": his offices', or his post's.
func (s *scope) mineWhere(first int) (string, []any) {
	marks, args := marks(first, append([]string{"-"}, s.mine...))
	post := first + len(args)
	args = append(args, s.by.Post, s.by.Post)
	in := "IN (" + marks + ")"
	// A mark may stand twice: both engines read $n by number.
	return fmt.Sprintf(`((t.office %s OR t.id IN (SELECT merged_into FROM task WHERE office %s AND merged_into <> ''))
		AND (t.post = '' OR t.post = $%d) OR t.post <> '' AND t.post = $%d)`, in, in, post, post+1), args
}

// Tasks lists tasks, by deadline unless the filter says otherwise, a page at a
// time.
func (s *Service) Tasks(ctx context.Context, by auth.Actor, f Filter) (Page, error) {
	if f.Limit <= 0 || f.Limit > 200 {
		f.Limit = 50
	}
	order, err := orderingOf(f.Sort)
	if err != nil {
		return Page{}, err
	}
	page := Page{At: by.Now}
	err = s.store.Read(ctx, func(tx *db.Tx) error {
		sc, err := scopeOf(tx, by)
		if err != nil {
			return err
		}
		b := f.condition(sc)
		count := fmt.Sprintf("SELECT COUNT(*) FROM (SELECT 1 AS one FROM task t WHERE %s LIMIT %d) c", b.where(), countCap+1)
		if err := tx.Get(&page.Count, count, b.args...); err != nil {
			return err
		}
		if page.Count > countCap {
			page.Count, page.More = countCap, true
		}
		if err := order.after(b, f.After); err != nil {
			return err
		}
		found, places, err := order.pick(tx, b, f.Limit+1)
		if err != nil {
			return err
		}
		if len(found) > f.Limit {
			found = found[:f.Limit]
			page.Next = places[f.Limit-1].cursor()
		}
		page.Cards, err = newDealer(tx, sc).deal(found)
		return err
	})
	return page, err
}

// ProgressOf counts what documents ordered, for those that the actor may read
// tasks of at all.
func (s *Service) ProgressOf(ctx context.Context, by auth.Actor, documents ...string) (out map[string]Progress, err error) {
	if !by.Anywhere(auth.TaskRead) {
		return nil, fault.New(fault.Denied, "auth.denied", "Right", string(auth.TaskRead))
	}
	err = s.store.Read(ctx, func(tx *db.Tx) error {
		out, err = ProgressIn(tx, by.Now, documents...)
		return err
	})
	return out, err
}

// Export gives the rows of a list, without pages, to each in order.
func (s *Service) Export(ctx context.Context, by auth.Actor, f Filter, each func(Row) error) error {
	f.Limit, f.After = 200, ""
	for {
		page, err := s.Tasks(ctx, by, f)
		if err != nil {
			return err
		}
		if err := s.rows(ctx, page.Cards, each); err != nil {
			return err
		}
		if page.Next == "" {
			return nil
		}
		f.After = page.Next
	}
}

func (s *Service) rows(ctx context.Context, cards []Card, each func(Row) error) error {
	current := map[string]Report{}
	err := s.store.Read(ctx, func(tx *db.Tx) error {
		for _, c := range cards {
			versions, err := reports(tx, c.ID)
			if err != nil {
				return err
			}
			current[c.ID] = latest(versions)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, c := range cards {
		r := current[c.ID]
		err := each(Row{
			Item: c.Item, Title: c.Title, Office: c.OfficeName, Unit: c.UnitName, From: c.FromName, Document: c.DocumentSymbol,
			Line: c.Line, State: c.State, Late: c.IsLate, Percent: c.Percent, Deadline: c.Deadline, Start: c.Start,
			AcceptedAt: c.AcceptedAt, ReportedAt: c.ReportedAt, Report: r.Text, Proofs: len(r.Proofs),
		})
		if err != nil {
			return err
		}
	}
	return nil
}
