package task

import (
	"context"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/due"
	"phaodai/internal/fault"
)

// Recall takes an order back while nobody has accepted it ("thu hồi"); of a
// bundle all of it or nothing. A recalled proposal can be given out again.
func (s *Service) Recall(ctx context.Context, by auth.Actor, in ActInput) (Task, error) {
	return s.move(ctx, by, in.order(ActRecall), func(m *move) error {
		m.r.recalled = true
		return m.withdraw(func(r record) (order, error) {
			if r.State != Assigned {
				return order{}, fault.New(fault.Conflict, "task.recall_accepted", "Who", r.ChangedBy, "At", r.AcceptedAt)
			}
			return order{act: ActRecall, task: r.ID, reason: in.Reason, with: true}, nil
		}, func(m *move) error { m.r.recalled = true; return nil }, "task.notice.recalled")
	})
}

// Cancel ends work that is not to be done any more ("hủy"), with all that was
// handed on. What was verified stays.
func (s *Service) Cancel(ctx context.Context, by auth.Actor, in ActInput) (Task, error) {
	return s.end(ctx, by, in, ActCancel, "task.notice.cancelled")
}

// Supersede ends work because another order takes its place.
func (s *Service) Supersede(ctx context.Context, by auth.Actor, in ActInput) (Task, error) {
	return s.end(ctx, by, in, ActSupersede, "task.notice.superseded")
}

func (s *Service) end(ctx context.Context, by auth.Actor, in ActInput, act Act, key string) (Task, error) {
	return s.move(ctx, by, in.order(act), func(m *move) error {
		if in.By != "" {
			other, err := readableTask(m.tx, by, in.By)
			if err != nil {
				return err
			}
			m.note.data = map[string]string{"by": other.ID}
		}
		return m.withdraw(func(r record) (order, error) {
			if _, ok := transition(act).leads(r.State, r.resume); !ok || r.MergedInto != "" {
				return order{}, nil
			}
			return order{act: act, task: r.ID, reason: in.Reason, with: true}, nil
		}, nil, key)
	})
}

// withdraw takes everything below a task the same way, tells the assignees,
// and ends what was planned. next says how a task below goes; an empty order
// leaves it as it is.
func (m *move) withdraw(next func(record) (order, error), do func(*move) error, key string) error {
	below, err := find(m.tx, "t.path > $1 AND t.path < $2 ORDER BY t.path", m.r.Path, end(m.r.Path))
	if err != nil {
		return err
	}
	if err := stopSeries(m.tx, *m.r); err != nil {
		return err
	}
	for _, r := range below {
		o, err := next(r)
		if err != nil {
			return err
		}
		if o.act == "" {
			continue
		}
		if err := stopSeries(m.tx, r); err != nil {
			return err
		}
		_, err = m.s.moveIn(m.tx, m.by, o, func(c *move) error {
			if do != nil {
				if err := do(c); err != nil {
					return err
				}
			}
			return c.toldUnlessPeriod(key)
		})
		if err != nil {
			return err
		}
	}
	return m.toldUnlessPeriod(key)
}

func (m *move) toldUnlessPeriod(key string) error {
	if m.r.Kind == Bundle || m.r.Kind == Period {
		return nil
	}
	return m.told(ToAssignee, key)
}

func stopSeries(tx *db.Tx, r record) error {
	if r.Kind != Series {
		return nil
	}
	return due.Cancel(tx, periodKind, r.ID)
}
