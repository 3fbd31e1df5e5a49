package task

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"

	"phaodai/internal/db"
	"phaodai/internal/instant"
)

// node is a task as far as counting needs it. A merged order counts with the
// state of the card under which it is done.
type node struct {
	ID         string         `db:"id"`
	Parent     string         `db:"parent"`
	Kind       Kind           `db:"kind"`
	Document   string         `db:"document"`
	Office     string         `db:"office"`
	UnitPath   string         `db:"unit_path"`
	Number     int            `db:"number"`
	Cadence    string         `db:"cadence"`
	State      State          `db:"state"`
	Deadline   instant.Micros `db:"deadline"`
	Percent    int            `db:"percent"`
	ReportedAt instant.Micros `db:"reported_at"`
	MergedInto string         `db:"merged_into"`
}

const nodeColumns = `t.id, t.parent, t.kind, t.document, t.office, t.unit_path, t.number, t.cadence,
	COALESCE(k.state, t.state) AS state, COALESCE(k.deadline, t.deadline) AS deadline,
	COALESCE(k.percent, t.percent) AS percent, COALESCE(k.reported_at, t.reported_at) AS reported_at, t.merged_into
	FROM task t LEFT JOIN task k ON k.id = t.merged_into`

// tree is a set of tasks with their children, at a moment.
type tree struct {
	now      instant.Micros
	nodes    map[string]node
	children map[string][]node // not dropped
	tops     []node            // not dropped, without a parent in the set
}

// grow reads the tasks of a condition (alias t) and ties them together.
func grow(tx *db.Tx, now instant.Micros, condition string, args ...any) (*tree, error) {
	var nodes []node
	// Sorted here: asked to, SQLite walks a whole index of paths for the order.
	if err := tx.Select(&nodes, "SELECT "+nodeColumns+" WHERE "+condition, args...); err != nil {
		return nil, err
	}
	slices.SortFunc(nodes, func(a, b node) int { return cmp.Compare(a.ID, b.ID) })
	return tie(now, nodes), nil
}

// tie makes a tree of nodes.
func tie(now instant.Micros, nodes []node) *tree {
	t := &tree{now: now, nodes: map[string]node{}, children: map[string][]node{}}
	for _, n := range nodes {
		t.nodes[n.ID] = n
	}
	for _, n := range nodes {
		if n.State.Dropped() {
			continue
		}
		if _, ok := t.nodes[n.Parent]; ok {
			t.children[n.Parent] = append(t.children[n.Parent], n)
		} else {
			t.tops = append(t.tops, n)
		}
	}
	return t
}

// leaves are the performing tasks under a node: itself when nothing was handed
// on. deep false stops at what was ordered directly, below bundles only.
func (t *tree) leaves(n node, deep bool) []node {
	var out []node
	handed := false
	for _, c := range t.children[n.ID] {
		if c.Kind != Period {
			handed = true
			if deep || n.Kind == Bundle {
				out = append(out, t.leaves(c, deep)...)
			}
		}
	}
	if n.Kind == Bundle || deep && handed {
		return out
	}
	return []node{n}
}

// standing is what a leaf counts as. A series stands as its periods do.
type standing struct {
	mark    Mark // none of the late ones: late is apart
	stuck   bool
	late    bool
	percent int
}

func (t *tree) standing(n node) standing {
	s := standing{percent: n.Percent, late: n.Kind != Bundle && n.State.Open() && n.Deadline != 0 && t.now > n.Deadline}
	switch n.State {
	case Verified, Closed:
		s.mark, s.percent = MarkDone, 100
	case Reported:
		s.mark = MarkReported
	case Assigned:
		s.mark = MarkUnaccepted
	case Blocked:
		s.mark, s.stuck = MarkWorking, true
	default:
		s.mark = MarkWorking
	}
	if n.Kind == Series {
		t.bySeries(n, &s)
	}
	return s
}

// bySeries looks at the periods: late when one is, reported when the newest is.
func (t *tree) bySeries(n node, s *standing) {
	s.late = false
	var periods, done int
	newest := node{}
	for _, p := range t.children[n.ID] {
		if p.Kind != Period {
			continue
		}
		periods++
		if p.State.Done() {
			done++
		}
		if p.State.Open() && p.Deadline != 0 && t.now > p.Deadline {
			s.late = true
		}
		if p.Number > newest.Number {
			newest = p
		}
	}
	if s.mark == MarkDone {
		s.late = false
		return
	}
	if s.mark == MarkWorking && !s.stuck && newest.State == Reported {
		s.mark = MarkReported
	}
	if goal := max(minTimes(n), periods); goal > 0 {
		s.percent = done * 100 / goal
	}
}

func minTimes(n node) int {
	var c Cadence
	if err := json.Unmarshal([]byte(n.Cadence), &c); err != nil {
		return 0
	}
	return c.MinTimes
}

// count adds leaves up. The counts conserve: every leaf is in exactly one of
// Unaccepted, Working, Waiting, Stuck and Done.
func (t *tree) count(leaves []node) Progress {
	var p Progress
	percent := 0
	offices := map[string]bool{} // false: something is not done
	for _, n := range leaves {
		s := t.standing(n)
		p.Total++
		percent += s.percent
		switch {
		case s.mark == MarkDone:
			p.Done++
		case s.mark == MarkReported:
			p.Waiting++
		case s.mark == MarkUnaccepted:
			p.Unaccepted++
		case s.stuck:
			p.Stuck++
		default:
			p.Working++
		}
		if s.late {
			p.Late++
		}
		done, seen := offices[n.Office]
		offices[n.Office] = s.mark == MarkDone && (done || !seen)
	}
	if p.Total > 0 {
		p.Percent = (percent + p.Total/2) / p.Total
	}
	p.Offices = len(offices)
	for _, done := range offices {
		if done {
			p.OfficesDone++
		}
	}
	return p
}

// below counts what stands under a task, over all levels.
func (t *tree) below(id string) Progress {
	var all []node
	for _, c := range t.children[id] {
		if c.Kind != Period {
			all = append(all, t.leaves(c, true)...)
		}
	}
	return t.count(all)
}

// ProgressIn counts what documents ordered, by document: the tasks given out
// directly, whatever was handed on below. For edges and capabilities that show
// "Đang làm 9/14".
func ProgressIn(tx *db.Tx, now instant.Micros, documents ...string) (map[string]Progress, error) {
	out := map[string]Progress{}
	if len(documents) == 0 {
		return out, nil
	}
	marks, args := marks(1, documents)
	t, err := grow(tx, now, fmt.Sprintf("t.document IN (%s) AND t.recalled = 0", marks), args...)
	if err != nil {
		return nil, err
	}
	leaves := map[string][]node{}
	for _, n := range t.tops {
		leaves[n.Document] = append(leaves[n.Document], t.leaves(n, false)...)
	}
	for _, d := range documents {
		out[d] = t.count(leaves[d])
	}
	return out, nil
}
