package task

import (
	"context"
	"fmt"
	"slices"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/due"
	"phaodai/internal/fault"
	"phaodai/internal/fold"
	"phaodai/internal/instant"
)

type mergeRow struct {
	ID       string         `db:"id"`
	Kept     string         `db:"kept"`
	Other    string         `db:"other"`
	Deadline instant.Micros `db:"deadline"`
	MovedTo  instant.Micros `db:"moved_to"`
	At       instant.Micros `db:"at"`
	SplitAt  instant.Micros `db:"split_at"`
}

// Merge makes one card of orders for the same work, e.g. of the Party line and
// the State line ("gộp việc trùng"). The others keep their state but are shown
// and done under the kept one; the earlier deadline holds. Bundles merge unit
// by unit. Split undoes it.
func (s *Service) Merge(ctx context.Context, by auth.Actor, in MergeInput) (out Task, err error) {
	if len(in.Others) == 0 {
		return Task{}, fault.New(fault.Invalid, "input.check").At("others", "task.merge_none")
	}
	err = s.store.Write(ctx, func(tx *db.Tx) error {
		first, kept, err := tx.Once(in.Key)
		if err != nil {
			return err
		}
		if !first {
			in.Keep = kept
		} else {
			if err := lock(tx, append(slices.Clone(in.Others), in.Keep)...); err != nil {
				return err
			}
			for _, other := range unique(in.Others) {
				if err := s.merge(tx, by, in.Keep, other); err != nil {
					return err
				}
			}
		}
		r, err := load(tx, in.Keep)
		if err != nil {
			return err
		}
		out = r.Task
		return tx.Keep(in.Key, r.ID)
	})
	return out, err
}

func (s *Service) merge(tx *db.Tx, by auth.Actor, keep, other string) error {
	k, err := mergeable(tx, by, keep)
	if err != nil {
		return err
	}
	o, err := mergeable(tx, by, other)
	if err != nil {
		return err
	}
	if k.ID == o.ID || root(k.Path) == root(o.Path) || (k.Kind == Bundle) != (o.Kind == Bundle) || k.Kind == Series != (o.Kind == Series) {
		return fault.New(fault.Invalid, "task.merge_unlike")
	}
	if k.Kind == Bundle {
		return s.mergeBundles(tx, by, k, o)
	}
	if k.UnitPath != o.UnitPath {
		return fault.New(fault.Invalid, "task.merge_elsewhere")
	}
	row := mergeRow{ID: s.ids.New(), Kept: k.ID, Other: o.ID, Deadline: k.Deadline, At: by.Now}
	if o.Deadline != 0 && (k.Deadline == 0 || o.Deadline < k.Deadline) {
		k.Deadline = o.Deadline
		if err := s.lay(tx, &k, by.Now); err != nil {
			return err
		}
	}
	row.MovedTo = k.Deadline
	if err := tx.Insert("task_merge", row); err != nil {
		return err
	}
	if err := due.Cancel(tx, stepKind, o.ID); err != nil {
		return err
	}
	o.MergedInto = k.ID
	for _, r := range []*record{&k, &o} {
		r.ChangedAt, r.ChangedBy = by.Now, by.Name
		if err := save(tx, r); err != nil {
			return err
		}
		if err := happened(tx, by, r, note{what: "merged", before: r.State, data: map[string]string{"kept": k.ID, "other": o.ID}}); err != nil {
			return err
		}
	}
	return nil
}

// mergeBundles merges the children of two bundles that are in the same unit.
func (s *Service) mergeBundles(tx *db.Tx, by auth.Actor, k, o record) error {
	mine, err := find(tx, "t.parent = $1 AND t.merged_into = '' ORDER BY t.id", k.ID)
	if err != nil {
		return err
	}
	theirs, err := find(tx, "t.parent = $1 AND t.merged_into = '' ORDER BY t.id", o.ID)
	if err != nil {
		return err
	}
	n := 0
	for _, a := range mine {
		for _, b := range theirs {
			if a.UnitPath != b.UnitPath || !a.State.Open() || !b.State.Open() {
				continue
			}
			if err := s.merge(tx, by, a.ID, b.ID); err != nil {
				return err
			}
			n++
			break
		}
	}
	if n == 0 {
		return fault.New(fault.Invalid, "task.merge_elsewhere")
	}
	return nil
}

// mergeable loads a task that the actor may merge: open, not merged, no others
// under it that would be hidden twice, and under his assignment or orders.
func mergeable(tx *db.Tx, by auth.Actor, id string) (record, error) {
	r, err := readableTask(tx, by, id)
	if err != nil {
		return r, err
	}
	sc, err := scopeOf(tx, by)
	if err != nil {
		return r, err
	}
	if !sc.assigner(auth.TaskAssign, r.Task) && !by.Can(auth.TaskAssign, r.UnitPath, auth.Internal) {
		return r, fault.New(fault.Denied, "auth.denied", "Right", string(auth.TaskAssign))
	}
	if r.MergedInto != "" {
		return r, fault.New(fault.Conflict, "task.is_merged", "Task", r.MergedInto)
	}
	if r.Kind != Bundle && !r.State.Open() {
		return r, refused(ActRemind, r.Task)
	}
	return r, nil
}

// Split takes a merged order out again. It stands where it stood before, with
// a ladder of its own; what was reported stays with the card.
func (s *Service) Split(ctx context.Context, by auth.Actor, in ActInput) (out Task, err error) {
	err = s.store.Write(ctx, func(tx *db.Tx) error {
		first, kept, err := tx.Once(in.Key)
		if err != nil {
			return err
		}
		if !first {
			r, err := load(tx, kept)
			out = r.Task
			return err
		}
		r, err := s.split(tx, by, in)
		if err != nil {
			return err
		}
		out = r.Task
		return tx.Keep(in.Key, r.ID)
	})
	return out, err
}

func (s *Service) split(tx *db.Tx, by auth.Actor, in ActInput) (record, error) {
	o, err := readableTask(tx, by, in.Task)
	if err != nil {
		return o, err
	}
	if o.MergedInto == "" {
		return o, fault.New(fault.Conflict, "task.not_merged")
	}
	if err := lock(tx, o.ID, o.MergedInto); err != nil {
		return o, err
	}
	if err := by.Require(auth.TaskAssign, o.UnitPath, auth.Internal); err != nil {
		return o, err
	}
	if o, err = load(tx, o.ID); err != nil {
		return o, err
	}
	k, err := load(tx, o.MergedInto)
	if err != nil {
		return o, err
	}
	var m mergeRow
	err = tx.Get(&m, `SELECT id, kept, other, deadline, moved_to, at, split_at FROM task_merge
		WHERE kept = $1 AND other = $2 AND split_at = 0`, k.ID, o.ID)
	if err != nil {
		return o, fmt.Errorf("task: merge of %s: %w", o.ID, err)
	}
	if _, err := tx.Exec("UPDATE task_merge SET split_at = $1 WHERE id = $2", int64(by.Now), m.ID); err != nil {
		return o, err
	}
	if m.MovedTo != m.Deadline && k.Deadline == m.MovedTo && k.State.Open() {
		k.Deadline = m.Deadline
		if err := s.lay(tx, &k, by.Now); err != nil {
			return o, err
		}
	}
	o.MergedInto = ""
	if err := s.lay(tx, &o, by.Now); err != nil {
		return o, err
	}
	for _, r := range []*record{&k, &o} {
		r.ChangedAt, r.ChangedBy = by.Now, by.Name
		if err := save(tx, r); err != nil {
			return o, err
		}
		n := note{what: "split", before: r.State, reason: in.Reason, data: map[string]string{"kept": k.ID, "other": o.ID}}
		if err := happened(tx, by, r, n); err != nil {
			return o, err
		}
	}
	return o, nil
}

// likely finds open tasks in the same unit that probably order the same work:
// they share at least half of their words and come from another order.
func (s *Service) likely(tx *db.Tx, sc *scope, r record) ([]record, []float64, error) {
	if r.MergedInto != "" || !r.State.Open() || r.Kind == Bundle || r.Kind == Period {
		return nil, nil, nil
	}
	found, err := find(tx, `t.unit_path = $1 AND t.id <> $2 AND t.merged_into = '' AND t.kind = $3
		AND t.state IN ('ASSIGNED', 'ACCEPTED', 'IN_PROGRESS', 'RETURNED', 'EXTENSION_ASKED', 'BLOCKED') ORDER BY t.id DESC LIMIT 200`,
		r.UnitPath, r.ID, string(r.Kind))
	if err != nil {
		return nil, nil, err
	}
	var out []record
	var scores []float64
	for _, o := range found {
		score := alike(r.Title+" "+r.Text, o.Title+" "+o.Text)
		if score < 0.5 || root(o.Path) == root(r.Path) || !sc.reads(o.Task) {
			continue
		}
		out, scores = append(out, o), append(scores, score)
	}
	return out, scores, nil
}

// alike is the share of common words (Jaccard 1901: |A∩B| / |A∪B|).
func alike(a, b string) float64 {
	set := map[string]int{}
	for _, w := range fold.Words(a) {
		set[w] |= 1
	}
	for _, w := range fold.Words(b) {
		set[w] |= 2
	}
	both := 0
	for _, v := range set {
		if v == 3 {
			both++
		}
	}
	if len(set) == 0 {
		return 0
	}
	return float64(both) / float64(len(set))
}
