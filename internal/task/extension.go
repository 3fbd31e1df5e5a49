package task

import (
	"context"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/instant"
)

type extensionRow struct {
	ID        string         `db:"id"`
	Task      string         `db:"task"`
	AskedAt   instant.Micros `db:"asked_at"`
	AskedBy   string         `db:"asked_by"`
	BeforeAt  instant.Micros `db:"before_at"`
	UntilAt   instant.Micros `db:"until_at"`
	Reason    string         `db:"reason"`
	DecidedAt instant.Micros `db:"decided_at"`
	DecidedBy string         `db:"decided_by"`
	Granted   bool           `db:"granted"`
	Answer    string         `db:"answer"`
}

const extensionColumns = `id, task, asked_at, asked_by, before_at, until_at, reason, decided_at, decided_by, granted = 1 AS granted, answer`

// AskExtension asks for a later deadline ("xin gia hạn"). Until the answer the
// old deadline holds.
func (s *Service) AskExtension(ctx context.Context, by auth.Actor, in ExtensionInput) (Task, error) {
	o := order{act: ActAskExtension, key: in.Key, task: in.Task, version: in.Version, reason: in.Reason}
	return s.move(ctx, by, o, func(m *move) error {
		if in.Until <= by.Now || in.Until <= m.r.Deadline {
			return fault.New(fault.Invalid, "input.check").At("until", "task.extension_until", "At", m.r.Deadline)
		}
		if m.note.before != Blocked { // of a blocked task the state before the block stays
			m.r.resume = m.note.before
		}
		m.note.data = map[string]instant.Micros{"until": in.Until}
		err := m.tx.Insert("task_extension", extensionRow{
			ID: s.ids.New(), Task: m.r.ID, AskedAt: by.Now, AskedBy: actorName(by), BeforeAt: m.r.Deadline, UntilAt: in.Until, Reason: in.Reason,
		})
		if err != nil {
			return err
		}
		return m.told(ToAssigner, "task.notice.extension_asked")
	})
}

// DecideExtension answers. A granted one moves the deadline and lays the
// ladder anew.
func (s *Service) DecideExtension(ctx context.Context, by auth.Actor, in DecideInput) (Task, error) {
	if !in.Grant && in.Reason == "" {
		return Task{}, fault.New(fault.Invalid, "task.reason_needed").At("reason", "task.reason_needed.refuse")
	}
	o := order{act: ActDecideExtension, key: in.Key, task: in.Task, version: in.Version, reason: in.Reason}
	return s.move(ctx, by, o, func(m *move) error {
		var asked extensionRow
		err := m.tx.Get(&asked, "SELECT "+extensionColumns+` FROM task_extension WHERE task = $1 AND decided_at = 0
			ORDER BY asked_at DESC, id DESC LIMIT 1`, m.r.ID)
		if err != nil {
			return err
		}
		if in.Until == 0 {
			in.Until = asked.UntilAt
		}
		if in.Grant && in.Until <= m.r.Deadline {
			return fault.New(fault.Invalid, "input.check").At("until", "task.extension_until", "At", m.r.Deadline)
		}
		_, err = m.tx.Exec("UPDATE task_extension SET decided_at = $1, decided_by = $2, granted = $3, answer = $4, until_at = $5 WHERE id = $6",
			int64(by.Now), actorName(by), bit(in.Grant), in.Reason, int64(in.Until), asked.ID)
		if err != nil {
			return err
		}
		m.r.resume = ""
		return m.decided(in)
	})
}

func (m *move) decided(in DecideInput) error {
	if !in.Grant {
		m.note.what = "extension_refused"
		return m.told(ToAssignee, "task.notice.extension_refused")
	}
	m.note.what = "extension_granted"
	m.note.data = map[string]instant.Micros{"before": m.r.Deadline, "until": in.Until}
	m.note.fields = []string{"deadline"}
	m.r.Deadline = in.Until
	if err := m.s.lay(m.tx, m.r, m.by.Now); err != nil {
		return err
	}
	return m.told(ToAssignee, "task.notice.extension_granted")
}

func extensions(tx *db.Tx, task string) ([]Extension, error) {
	var rows []extensionRow
	err := tx.Select(&rows, "SELECT "+extensionColumns+" FROM task_extension WHERE task = $1 ORDER BY asked_at DESC, id DESC", task)
	if err != nil {
		return nil, err
	}
	out := make([]Extension, len(rows))
	for i, w := range rows {
		out[i] = Extension{
			ID: w.ID, AskedAt: w.AskedAt, AskedBy: w.AskedBy, Before: w.BeforeAt, Until: w.UntilAt, Reason: w.Reason,
			DecidedAt: w.DecidedAt, DecidedBy: w.DecidedBy, Granted: w.Granted, Answer: w.Answer,
		}
	}
	return out, nil
}
