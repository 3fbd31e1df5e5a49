package task

import (
	"context"
	"slices"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/due"
	"phaodai/internal/fault"
)

// move is one act on one task, on its way through a transaction.
type move struct {
	s     *Service
	tx    *db.Tx
	by    auth.Actor
	scope *scope
	act   Act
	r     *record
	note  note
}

// order is what every act is asked with.
type order struct {
	act     Act
	key     string
	task    string
	version int64
	reason  string
	with    bool // goes with a task above it: its right was asked there
}

// move takes a task through one act of the table, in one transaction: it finds
// out who asks, whether the table permits it, lets do change the task, and
// writes every book.
func (s *Service) move(ctx context.Context, by auth.Actor, in order, do func(*move) error) (out Task, err error) {
	err = s.store.Write(ctx, func(tx *db.Tx) error {
		first, kept, err := tx.Once(in.key)
		if err != nil {
			return err
		}
		if !first {
			r, err := load(tx, kept)
			out = r.Task
			return err
		}
		r, err := s.moveIn(tx, by, in, do)
		if err != nil {
			return err
		}
		out = r.Task
		return tx.Keep(in.key, r.ID)
	})
	return out, err
}

func (s *Service) moveIn(tx *db.Tx, by auth.Actor, in order, do func(*move) error) (record, error) {
	if err := lock(tx, in.task); err != nil {
		return record{}, err
	}
	r, err := load(tx, in.task)
	if err != nil {
		return r, err
	}
	sc, err := scopeOf(tx, by)
	if err != nil {
		return r, err
	}
	tr := transition(in.act)
	if !in.with {
		if err := permitted(sc, tr, r); err != nil {
			return r, err
		}
	}
	if in.version != 0 && in.version != r.Version {
		return r, stale(r.Task)
	}
	to, ok := tr.leads(r.State, r.resume)
	if !ok || !fits(in.act, r.Kind) {
		return r, refused(in.act, r.Task)
	}
	if tr.Needs == "reason" && in.reason == "" {
		return r, fault.New(fault.Invalid, "task.reason_needed").At("reason", "task.reason_needed."+string(in.act))
	}
	m := &move{s: s, tx: tx, by: by, scope: sc, act: in.act, r: &r, note: note{what: string(in.act), before: r.State, reason: in.reason}}
	r.State, r.Reason = to, in.reason
	r.ChangedAt, r.ChangedBy = by.Now, by.Name
	if do != nil {
		if err := do(m); err != nil {
			return r, err
		}
	}
	if err := save(tx, &r); err != nil {
		return r, err
	}
	if !r.State.Open() {
		if err := due.Cancel(tx, stepKind, r.ID); err != nil {
			return r, err
		}
	}
	return r, happened(tx, by, &r, m.note)
}

// permitted hides what the actor may not see and refuses what he may not do.
func permitted(sc *scope, tr Transition, r record) error {
	seen, err := sc.readable(r)
	if err != nil {
		return err
	}
	if !seen {
		return fault.New(fault.NotFound, "task.not_found")
	}
	ok, err := sc.may(tr, r)
	if err != nil {
		return err
	}
	if !ok {
		return fault.New(fault.Denied, "task.denied."+tr.Who, "Right", string(tr.Right))
	}
	if r.MergedInto != "" {
		return fault.New(fault.Conflict, "task.is_merged", "Task", r.MergedInto)
	}
	return nil
}

// fits tells whether an act makes sense for what the row is: a bundle only
// rolls up, a series is done through its periods.
func fits(act Act, kind Kind) bool {
	switch kind {
	case Bundle:
		return slices.Contains([]Act{ActRecall, ActCancel, ActSupersede}, act)
	case Series:
		return !slices.Contains([]Act{ActReport, ActProgress, ActAskExtension}, act)
	default:
		return true
	}
}

// refused says what the task's state is now and who made it so.
func refused(act Act, t Task) error {
	return fault.New(fault.Conflict, "task.refused."+string(t.State),
		"Act", string(act), "Who", t.ChangedBy, "At", t.ChangedAt, "Reason", t.Reason)
}

func (in ActInput) order(act Act) order {
	return order{act: act, key: in.Key, task: in.Task, version: in.Version, reason: in.Reason}
}

// Accept takes a task on ("nhận việc"). A series and its periods that are open
// already are taken on together, by whichever of them it was asked: nobody
// accepts a daily report day by day.
func (s *Service) Accept(ctx context.Context, by auth.Actor, in ActInput) (Task, error) {
	return s.move(ctx, by, in.order(ActAccept), accept)
}

func accept(m *move) error {
	switch m.r.Kind {
	case Series:
		return m.takeSeries("")
	case Period:
		return m.takeWithSeries()
	default:
		return m.take()
	}
}

func (m *move) take() error {
	m.r.AcceptedAt, m.r.AcceptedBy = m.by.Now, m.by.Post
	return nil
}

// takeSeries takes a series on with its open periods but one, which the caller
// has in hand.
func (m *move) takeSeries(but string) error {
	open, err := find(m.tx, "t.parent = $1 AND t.kind = 'period' AND t.state = 'ASSIGNED' ORDER BY t.number", m.r.ID)
	if err != nil {
		return err
	}
	for _, p := range open {
		if p.ID == but {
			continue
		}
		if _, err := m.s.moveIn(m.tx, m.by, order{act: ActAccept, task: p.ID}, (*move).take); err != nil {
			return err
		}
	}
	return m.take()
}

func (m *move) takeWithSeries() error {
	series, err := load(m.tx, m.r.Parent)
	if err != nil {
		return err
	}
	if series.State == Assigned {
		whole := func(s *move) error { return s.takeSeries(m.r.ID) }
		if _, err := m.s.moveIn(m.tx, m.by, order{act: ActAccept, task: series.ID}, whole); err != nil {
			return err
		}
	}
	return m.take()
}

// AcceptAll takes several tasks on at once: all or none.
func (s *Service) AcceptAll(ctx context.Context, by auth.Actor, key string, tasks []string) error {
	return s.store.Write(ctx, func(tx *db.Tx) error {
		first, _, err := tx.Once(key)
		if err != nil || !first {
			return err
		}
		if err := lock(tx, tasks...); err != nil {
			return err
		}
		for _, id := range tasks {
			if _, err := s.moveIn(tx, by, order{act: ActAccept, task: id}, accept); err != nil {
				return err
			}
		}
		return nil
	})
}

// Begin says that the work has begun, or goes on after a return.
func (s *Service) Begin(ctx context.Context, by auth.Actor, in ActInput) (Task, error) {
	return s.move(ctx, by, in.order(ActBegin), nil)
}

// Progress says how far the work is without reporting it done.
func (s *Service) Progress(ctx context.Context, by auth.Actor, in ProgressInput) (Task, error) {
	if in.Percent < 0 || in.Percent > 100 {
		return Task{}, fault.New(fault.Invalid, "input.check").At("percent", "task.percent")
	}
	o := order{act: ActProgress, key: in.Key, task: in.Task, version: in.Version, reason: in.Text}
	return s.move(ctx, by, o, func(m *move) error {
		m.r.Percent = in.Percent
		m.note.data = map[string]int{"percent": in.Percent}
		m.note.fields = []string{"percent"}
		return nil
	})
}

// Verify confirms that the proof shows the work done. The last period of a
// series completes it.
func (s *Service) Verify(ctx context.Context, by auth.Actor, in ActInput) (Task, error) {
	return s.move(ctx, by, in.order(ActVerify), func(m *move) error {
		m.r.Percent = 100
		if err := m.told(ToAssignee, "task.notice.verified"); err != nil {
			return err
		}
		if m.r.Kind != Period {
			return nil
		}
		return m.s.completeSeries(m.tx, m.by, m.r)
	})
}

// Close puts a verified task away.
func (s *Service) Close(ctx context.Context, by auth.Actor, in ActInput) (Task, error) {
	return s.move(ctx, by, in.order(ActClose), nil)
}

// Return sends a report back with what is missing. The ladder is laid anew.
func (s *Service) Return(ctx context.Context, by auth.Actor, in ActInput) (Task, error) {
	return s.move(ctx, by, in.order(ActReturn), func(m *move) error {
		if err := m.s.lay(m.tx, m.r, m.by.Now); err != nil {
			return err
		}
		return m.told(ToAssignee, "task.notice.returned")
	})
}

// Block tells of a difficulty that stops the work ("báo vướng mắc"). Who
// ordered it hears of it at once.
func (s *Service) Block(ctx context.Context, by auth.Actor, in ActInput) (Task, error) {
	return s.move(ctx, by, in.order(ActBlock), func(m *move) error {
		m.r.resume = m.note.before
		return m.told(ToAssigner, "task.notice.blocked")
	})
}

// Unblock says that the difficulty is gone.
func (s *Service) Unblock(ctx context.Context, by auth.Actor, in ActInput) (Task, error) {
	return s.move(ctx, by, in.order(ActUnblock), func(m *move) error {
		m.r.resume = ""
		return m.told(ToAssignee, "task.notice.unblocked")
	})
}
