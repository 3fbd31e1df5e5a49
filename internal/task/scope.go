package task

import (
	"fmt"
	"slices"
	"strings"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/org"
)

// scope is what an actor may see and do, found out once a transaction.
type scope struct {
	by   auth.Actor
	tx   *db.Tx
	mine []string // his office and the leading office that it serves
	line string   // of his office
}

// scopeOf finds the actor's offices.
func scopeOf(tx *db.Tx, by auth.Actor) (*scope, error) {
	if !by.SignedIn() {
		return nil, fault.New(fault.Unsigned, "auth.unsigned")
	}
	s := &scope{by: by, tx: tx}
	if by.Office == "" {
		return s, nil
	}
	o, err := org.OfficeIn(tx, by.Office)
	if err != nil {
		return nil, err
	}
	s.mine, s.line = []string{o.ID}, string(o.Line)
	up, err := principal(tx, by, o)
	if err == nil && up.ID != o.ID {
		s.mine = append(s.mine, up.ID)
	}
	return s, err
}

// principal is the office in whose name another acts: the Office of the
// People's Committee in the Committee's, the Party Office and the standing
// body in the Party committee's.
func principal(tx *db.Tx, by auth.Actor, o org.Office) (org.Office, error) {
	switch o.Kind {
	case org.StateOffice, org.PartyOffice, org.PartyStanding:
	default:
		return o, nil
	}
	up, ok, err := org.Superior(tx, o.ID, by.Now)
	if err != nil || !ok || up.UnitPath != o.UnitPath {
		return o, err
	}
	return up, nil
}

func (s *scope) system() bool { return s.by.Account == "system" }

func (s *scope) isMine(office string) bool { return slices.Contains(s.mine, office) }

// reads tells whether the actor may see a task by itself; see readable.
func (s *scope) reads(t Task) bool {
	switch {
	case s.system():
		return true
	case s.isMine(t.Office), s.isMine(t.FromOffice), t.Post != "" && t.Post == s.by.Post:
		return s.by.Anywhere(auth.TaskRead)
	case slices.ContainsFunc(t.Coordinating, s.isMine):
		return s.by.Anywhere(auth.TaskRead)
	case s.by.Can(auth.TaskRead, t.UnitPath, auth.Internal) && (t.OfficeLine != string(org.Party) || s.line == string(org.Party)):
		return true
	default:
		return t.FromLine == s.line && s.by.Can(auth.TaskRead, t.FromPath, auth.Internal)
	}
}

// readable is reads for a card that may stand for several orders.
func (s *scope) readable(r record) (bool, error) {
	if s.reads(r.Task) {
		return true, nil
	}
	others, err := sources(s.tx, r.ID)
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(others, func(o record) bool { return s.reads(o.Task) }), nil
}

// where is reads as a condition on the alias t, its arguments from $first.
func (s *scope) where(first int) (string, []any) { return s.condition(first, "") }

// filter is where for a query that has few rows by another index already. The
// columns are hidden from the planner, which else collects all rows of every
// part of the OR.
func (s *scope) filter(first int) (string, []any) { return s.condition(first, " || ''") }

func (s *scope) condition(first int, hide string) (string, []any) {
	if s.system() {
		return "1 = 1", nil
	}
	var parts []string
	var args []any
	add := func(condition string, values ...any) {
		for _, v := range values {
			condition = strings.Replace(condition, "?", fmt.Sprintf("$%d", first+len(args)), 1)
			args = append(args, v)
		}
		parts = append(parts, strings.ReplaceAll(condition, "~", hide))
	}
	if s.by.Anywhere(auth.TaskRead) {
		for _, o := range s.mine {
			add("t.office~ = ?", o)
			add("t.from_office~ = ?", o)
			add("t.id~ IN (SELECT task FROM task_office WHERE office = ?)", o)
			add("t.id~ IN (SELECT merged_into FROM task WHERE office = ? AND merged_into <> '')", o)
		}
		add("(t.post <> '' AND t.post~ = ?)", s.by.Post)
	}
	for _, g := range s.by.Grants {
		if g.Level < auth.Internal || !g.Role.Has(auth.TaskRead) {
			continue
		}
		if s.line == string(org.Party) {
			add("(t.unit_path~ >= ? AND t.unit_path~ < ?)", g.Path, end(g.Path))
		} else {
			add("(t.unit_path~ >= ? AND t.unit_path~ < ? AND t.office_line <> 'party')", g.Path, end(g.Path))
		}
		add("(t.from_path~ >= ? AND t.from_path~ < ? AND t.from_line = ?)", g.Path, end(g.Path), s.line)
	}
	if len(parts) == 0 {
		return "1 = 0", nil
	}
	return "(" + strings.Join(parts, " OR ") + ")", args
}

// may tells whether the actor is the one whom the table names for an act. A
// card that stands for several orders listens to the people of each.
func (s *scope) may(tr Transition, r record) (bool, error) {
	others, err := sources(s.tx, r.ID)
	if err != nil {
		return false, err
	}
	return s.mayWith(tr, r, others)
}

// mayWith is may where the other orders are known.
func (s *scope) mayWith(tr Transition, r record, others []record) (bool, error) {
	if s.system() {
		return true, nil
	}
	for _, o := range append([]record{r}, others...) {
		ok, err := s.mayOne(tr, o)
		if ok || err != nil {
			return ok, err
		}
	}
	return false, nil
}

func (s *scope) mayOne(tr Transition, r record) (bool, error) {
	switch tr.Who {
	case WhoAssignee:
		return s.assignee(tr.Right, r.Task), nil
	case WhoAssigner:
		if s.assigner(tr.Right, r.Task) {
			return true, nil
		}
		if tr.Right != auth.TaskVerify {
			return false, nil
		}
		return s.superior(r.Task)
	case WhoEither:
		return s.assignee(auth.TaskPerform, r.Task) || s.assigner(auth.TaskVerify, r.Task), nil
	default:
		return s.by.Can(tr.Right, r.UnitPath, auth.Internal) && s.reads(r.Task) || s.assigner(tr.Right, r.Task), nil
	}
}

// assignee tells whether the actor acts for the office that must do the task.
// A task of one post is its holder's, and of those who may assign in the office.
func (s *scope) assignee(right auth.Right, t Task) bool {
	if t.Post != "" && t.Post != s.by.Post && !s.by.Can(auth.TaskAssign, t.UnitPath, auth.Internal) {
		return false
	}
	mine := s.isMine(t.Office) || t.Post != "" && t.Post == s.by.Post
	return mine && s.by.Can(right, t.UnitPath, auth.Internal)
}

// assigner tells whether the actor acts for who ordered the task.
func (s *scope) assigner(right auth.Right, t Task) bool {
	if !s.by.Can(right, t.FromPath, auth.Internal) {
		return false
	}
	return s.isMine(t.FromOffice) || t.FromLine == s.line
}

// superior tells whether the actor leads the office above the assignee, which
// may verify what the other line ordered.
func (s *scope) superior(t Task) (bool, error) {
	up, ok, err := org.Superior(s.tx, t.Office, s.by.Now)
	if err != nil || !ok {
		return false, err
	}
	return s.isMine(up.ID) && s.by.Can(auth.TaskVerify, t.UnitPath, auth.Internal), nil
}

// sources are the tasks that were merged into one.
func sources(tx *db.Tx, id string) ([]record, error) {
	return find(tx, "t.merged_into = $1 ORDER BY t.id", id)
}
