package task

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/directive"
	"phaodai/internal/fault"
	"phaodai/internal/org"
)

// Follow gives the matrix of a document: what it ordered, clause by clause,
// by the units that must do it. An actor sees the tasks that he may see.
func (s *Service) Follow(ctx context.Context, by auth.Actor, document string) (out Follow, err error) {
	err = s.store.Read(ctx, func(tx *db.Tx) error {
		sc, err := scopeOf(tx, by)
		if err != nil {
			return err
		}
		doc, err := directive.DocumentIn(tx, document)
		if err != nil {
			return err
		}
		tasks, err := find(tx, "t.document = $1 AND t.recalled = 0 ORDER BY t.path LIMIT 20000", document)
		if err != nil {
			return err
		}
		seen := len(tasks)
		tasks = slices.DeleteFunc(tasks, func(r record) bool { return r.Kind != Bundle && !sc.reads(r.Task) })
		may, err := directive.MayRead(by, tx, document)
		if err != nil {
			return err
		}
		if !may && !slices.ContainsFunc(tasks, func(r record) bool { return r.Kind != Bundle }) || !may && seen == 0 {
			return fault.New(fault.NotFound, "document.not_found")
		}
		m := matrix{tx: tx, sc: sc, dealer: newDealer(tx, sc)}
		out, err = m.follow(tasks)
		out.At, out.Document, out.Symbol, out.Title = by.Now, document, doc.Symbol, doc.Subject
		return err
	})
	return out, err
}

// matrix makes rows and columns of a document's tasks.
type matrix struct {
	tx      *db.Tx
	sc      *scope
	dealer  *dealer
	tree    *tree
	tasks   map[string]record
	columns []Column
	proofs  map[string]int
}

func (m *matrix) follow(tasks []record) (Follow, error) {
	m.tasks = map[string]record{}
	var ids, kept, paths []string
	for _, r := range tasks {
		m.tasks[r.ID] = r
		ids = append(ids, r.ID)
		if r.MergedInto != "" {
			kept = append(kept, r.MergedInto)
		}
	}
	out := Follow{Columns: []Column{}, Rows: []FollowRow{}, Late: []string{}}
	if len(tasks) == 0 {
		return out, nil
	}
	nodes, err := nodesOf(m.tx, ids)
	if err != nil {
		return out, err
	}
	m.tree = tie(m.sc.by.Now, nodes)
	if m.proofs, err = proofCounts(m.tx, append(kept, ids...)); err != nil {
		return out, err
	}
	for _, n := range m.tree.tops {
		if n.Kind == Bundle {
			for _, l := range m.tree.leaves(n, false) {
				if p := columnPath(l.UnitPath, m.tasks[n.ID].FromPath); p != m.tasks[n.ID].FromPath {
					paths = append(paths, p)
				}
			}
		}
	}
	if out.Columns, err = m.heads(paths); err != nil {
		return out, err
	}
	m.columns = out.Columns
	var all []node
	for _, n := range m.tree.tops {
		row, leaves, err := m.row(n)
		if err != nil {
			return out, err
		}
		if row.Total > 0 {
			out.Rows, all = append(out.Rows, row), append(all, leaves...)
		}
	}
	slices.SortStableFunc(out.Rows, byOrder(m.tasks))
	for _, l := range all {
		if m.tree.standing(l).late {
			out.Late = append(out.Late, l.ID)
		}
	}
	out.Progress = m.tree.count(all)
	return out, nil
}

// byOrder sorts rows as the document orders them.
func byOrder(tasks map[string]record) func(a, b FollowRow) int {
	return func(a, b FollowRow) int {
		x, y := tasks[a.Task], tasks[b.Task]
		return cmp.Or(cmp.Compare(x.Ordinal, y.Ordinal), cmp.Compare(sortAt(x.Task), sortAt(y.Task)), cmp.Compare(x.Title, y.Title), cmp.Compare(x.ID, y.ID))
	}
}

// columnPath is the unit right under who ordered in which a unit lies, or the
// unit itself where it is not under it.
func columnPath(path, top string) string {
	rest, ok := strings.CutPrefix(path, top)
	if !ok || rest == "" {
		return path
	}
	first, _, _ := strings.Cut(rest, "/")
	return top + first + "/"
}

// heads makes the columns in the order of the units' names.
func (m *matrix) heads(paths []string) ([]Column, error) {
	type named struct {
		Column
		key string
	}
	var all []named
	for _, p := range unique(paths) {
		u, err := org.UnitAt(m.tx, p)
		if fault.KindOf(err) == fault.NotFound {
			continue
		}
		if err != nil {
			return nil, err
		}
		all = append(all, named{Column{UnitPath: p, Name: u.ShortName, Initials: initials(u.ShortName)}, u.SortKey})
	}
	slices.SortStableFunc(all, func(a, b named) int { return cmp.Compare(a.key, b.key) })
	out := make([]Column, len(all))
	for i, n := range all {
		out[i] = n.Column
	}
	return out, nil
}

// initials is "CK" of "Cự Khối".
func initials(name string) string {
	var b strings.Builder
	for _, w := range strings.Fields(name) {
		r, _ := utf8.DecodeRuneInString(w)
		b.WriteRune(unicode.ToUpper(r))
	}
	return b.String()
}

// row is one work, a bundle or a single task.
func (m *matrix) row(n node) (FollowRow, []node, error) {
	r := m.tasks[n.ID]
	row := FollowRow{
		Task: r.ID, Clause: r.Clause, Item: r.Item, Title: r.Title, Deadline: r.Deadline, Start: r.Start, Cadence: r.Cadence,
		Missing: []Missing{},
	}
	leaves := m.tree.leaves(n, false)
	byColumn := map[string][]node{}
	for _, l := range leaves {
		p := columnPath(l.UnitPath, r.FromPath)
		byColumn[p] = append(byColumn[p], l)
	}
	if err := m.cells(&row, byColumn); err != nil {
		return row, nil, err
	}
	p := m.tree.count(leaves)
	row.Done, row.Total = p.Done, p.Total
	var deep []node
	for _, l := range leaves {
		deep = append(deep, m.tree.leaves(l, true)...)
	}
	row.Progress = m.tree.count(deep)
	var err error
	row.Missing, err = m.missing(leaves)
	return row, leaves, err
}

// cells puts each unit's tasks into its column, and those of offices above the
// columns into Single.
func (m *matrix) cells(row *FollowRow, byColumn map[string][]node) error {
	row.Cells = []Cell{}
	inColumns := false
	for _, c := range m.columns {
		cell, err := m.cell(byColumn[c.UnitPath])
		if err != nil {
			return err
		}
		row.Cells = append(row.Cells, cell)
		inColumns = inColumns || cell.Task != ""
		delete(byColumn, c.UnitPath)
	}
	if !inColumns {
		row.Cells = []Cell{}
	}
	var above []node
	for _, p := range slices.Sorted(maps.Keys(byColumn)) {
		above = append(above, byColumn[p]...)
	}
	if len(above) == 0 {
		return nil
	}
	cell, err := m.cell(above)
	row.Single = &cell
	return err
}

// rank orders marks from what holds up most.
var rank = []Mark{MarkLate, MarkUnaccepted, MarkWorking, MarkReported, MarkDone}

// cell shows the tasks of one unit; of several, the one that holds up most.
func (m *matrix) cell(nodes []node) (Cell, error) {
	var c Cell
	best := len(rank)
	for _, n := range nodes {
		s := m.tree.standing(n)
		mark := s.mark
		if s.late {
			mark = MarkLate
		}
		c.Tasks = append(c.Tasks, n.ID)
		at := slices.Index(rank, mark)
		if at >= best {
			continue
		}
		best = at
		if err := m.dealer.learn([]string{n.Office}); err != nil {
			return c, err
		}
		c.Task, c.Mark, c.State, c.Late, c.ReportedAt = n.ID, mark, n.State, s.late, n.ReportedAt
		if n.MergedInto != "" {
			c.Task = n.MergedInto
		}
		c.OfficeName, c.Proofs = name(m.dealer.offices[n.Office]), m.proofs[c.Task]
		c.Below = m.tree.below(n.ID)
	}
	if len(c.Tasks) < 2 {
		c.Tasks = nil
	}
	return c, nil
}

// missing says what each unit still owes.
func (m *matrix) missing(leaves []node) ([]Missing, error) {
	names := map[string][]string{}
	for _, n := range leaves {
		s := m.tree.standing(n)
		key := ""
		switch {
		case n.State == Returned:
			key = "task.missing.returned"
		case s.stuck:
			key = "task.missing.blocked"
		case s.mark == MarkUnaccepted:
			key = "task.missing.unaccepted"
		case s.mark == MarkWorking:
			key = "task.missing.working"
		case s.mark == MarkReported:
			key = "task.missing.reported"
		}
		if key == "" {
			continue
		}
		who, err := m.who(n)
		if err != nil {
			return nil, err
		}
		names[key] = append(names[key], who)
	}
	out := []Missing{}
	for _, key := range []string{
		"task.missing.unaccepted", "task.missing.blocked", "task.missing.returned", "task.missing.working", "task.missing.reported",
	} {
		if len(names[key]) > 0 {
			out = append(out, Missing{key, unique(names[key])})
		}
	}
	return out, nil
}

// who names the unit of a column by its initials, else the office.
func (m *matrix) who(n node) (string, error) {
	for _, c := range m.columns {
		if c.UnitPath == n.UnitPath {
			return c.Initials, nil
		}
	}
	err := m.dealer.learn([]string{n.Office})
	return name(m.dealer.offices[n.Office]), err
}

// nodesOf reads tasks by id for counting.
func nodesOf(tx *db.Tx, ids []string) ([]node, error) {
	var out []node
	for part := range slices.Chunk(ids, 400) {
		marks, args := marks(1, part)
		var nodes []node
		if err := tx.Select(&nodes, "SELECT "+nodeColumns+" WHERE t.id IN ("+marks+")", args...); err != nil {
			return nil, err
		}
		out = append(out, nodes...)
	}
	return out, nil
}

func proofCounts(tx *db.Tx, ids []string) (map[string]int, error) {
	out := map[string]int{}
	for part := range slices.Chunk(ids, 400) {
		marks, args := marks(1, part)
		var rows []struct {
			Task string `db:"task"`
			N    int    `db:"n"`
		}
		if err := tx.Select(&rows, "SELECT task, COUNT(*) AS n FROM task_proof WHERE task IN ("+marks+") GROUP BY task", args...); err != nil {
			return nil, err
		}
		for _, r := range rows {
			out[r.Task] = r.N
		}
	}
	return out, nil
}
