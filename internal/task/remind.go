package task

import (
	"context"
	"strconv"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/fold"
)

// Remind urges the assignees of open tasks ("đôn đốc") and returns how many
// posts were told. Tasks that are done meanwhile are passed over. It is a
// WorkReminder: nothing of it is counted against a cadre.
func (s *Service) Remind(ctx context.Context, by auth.Actor, in RemindInput) (told int, err error) {
	if len(in.Tasks) == 0 {
		return 0, fault.New(fault.Invalid, "input.check").At("tasks", "task.remind_none")
	}
	err = s.store.Write(ctx, func(tx *db.Tx) error {
		told = 0
		first, kept, err := tx.Once(in.Key)
		if err != nil {
			return err
		}
		if !first {
			told, err = strconv.Atoi(kept)
			return err
		}
		ids := unique(in.Tasks)
		if err := lock(tx, ids...); err != nil {
			return err
		}
		for _, id := range ids {
			n, err := s.remind(tx, by, id, fold.NFC(in.Text))
			if err != nil {
				return err
			}
			told += n
		}
		return tx.Keep(in.Key, strconv.Itoa(told))
	})
	return told, err
}

func (s *Service) remind(tx *db.Tx, by auth.Actor, id, words string) (int, error) {
	r, err := load(tx, id)
	if err != nil {
		return 0, err
	}
	sc, err := scopeOf(tx, by)
	if err != nil {
		return 0, err
	}
	if err := permitted(sc, transition(ActRemind), r); err != nil {
		return 0, err
	}
	if !r.State.Open() || r.Kind == Bundle {
		return 0, nil
	}
	to, err := s.receivers(tx, &r, ToAssignee, by.Now)
	if err != nil {
		return 0, err
	}
	posts, err := s.tell(tx, by, &r, to, "task.notice.reminder", map[string]any{"By": actorName(by), "Words": words})
	if err != nil {
		return 0, err
	}
	return len(posts), happened(tx, by, &r, note{what: "reminded", before: r.State, reason: words, data: map[string]any{"posts": posts}})
}

// Channels of share texts.
var channels = map[string]string{
	"zalo":        "task.share.zalo",
	"sms":         "task.share.sms",
	"loudspeaker": "task.share.loudspeaker",
}

// Share gives the short text of a task for another channel; the edge writes it
// in the reader's language and makes the link whole.
func (s *Service) Share(ctx context.Context, by auth.Actor, id, channel string) (out Share, err error) {
	key, ok := channels[channel]
	if !ok {
		return out, fault.New(fault.Invalid, "task.channel")
	}
	err = s.store.Read(ctx, func(tx *db.Tx) error {
		r, err := readableTask(tx, by, id)
		if err != nil {
			return err
		}
		args, err := s.args(tx, &r, nil)
		out = Share{Channel: channel, Key: key, Args: args, Link: pageOf(id)}
		return err
	})
	return out, err
}

// Copied records that a share text was copied. What Zalo did with it nobody
// knows.
func (s *Service) Copied(ctx context.Context, by auth.Actor, in CopiedInput) error {
	if channels[in.Channel] == "" {
		return fault.New(fault.Invalid, "task.channel")
	}
	return s.store.Write(ctx, func(tx *db.Tx) error {
		first, _, err := tx.Once(in.Key)
		if err != nil || !first {
			return err
		}
		r, err := readableTask(tx, by, in.Task)
		if err != nil {
			return err
		}
		return happened(tx, by, &r, note{what: "copied", before: r.State, data: map[string]string{"channel": in.Channel}})
	})
}

// SetLadder gives a task a ladder of its own, or the default again.
func (s *Service) SetLadder(ctx context.Context, by auth.Actor, in LadderInput) (out Task, err error) {
	if err := checkLadder(in.Steps); err != nil {
		return out, err
	}
	err = s.store.Write(ctx, func(tx *db.Tx) error {
		first, _, err := tx.Once(in.Key)
		if err != nil {
			return err
		}
		if err := lock(tx, in.Task); err != nil {
			return err
		}
		r, err := readableTask(tx, by, in.Task)
		if err != nil {
			return err
		}
		out = r.Task
		if !first {
			return nil
		}
		sc, err := scopeOf(tx, by)
		if err != nil {
			return err
		}
		switch {
		case !sc.assigner(auth.TaskAssign, r.Task):
			return fault.New(fault.Denied, "task.denied.assigner", "Right", string(auth.TaskAssign))
		case in.Version != 0 && in.Version != r.Version:
			return stale(r.Task)
		case !r.State.Open() || r.Kind == Bundle:
			return refused(ActRemind, r.Task)
		}
		r.ladder, r.ChangedAt, r.ChangedBy = in.Steps, by.Now, by.Name
		if err := s.lay(tx, &r, by.Now); err != nil {
			return err
		}
		if err := save(tx, &r); err != nil {
			return err
		}
		out = r.Task
		return happened(tx, by, &r, note{what: "ladder", before: r.State, fields: []string{"ladder"}})
	})
	return out, err
}
