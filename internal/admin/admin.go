// Package admin is what an administrator does to the system itself: steering
// the clock of an exercise, looking at jobs, verifying the audit, saving
// everything. Pages and API call the same functions.
//
// Guarantees: each function checks the actor's right over the whole tree, and
// records in the audit what it did; the clock of real use cannot be turned
// into that of an exercise from here.
package admin

import (
	"context"
	"io"
	"sync"
	"time"

	"phaodai/internal/audit"
	"phaodai/internal/auth"
	"phaodai/internal/backup"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/instant"
	"phaodai/internal/job"
	"phaodai/internal/worldclock"
)

// Service is the capability.
type Service struct {
	store     *db.DB
	clock     *worldclock.Clock
	key       *audit.Key
	kept      func() (string, error) // the checkpoint outside the database
	version   string
	started   instant.Micros
	verifying sync.Mutex
}

// New returns the service. kept gives the checkpoint that is kept outside the
// database.
func New(store *db.DB, clock *worldclock.Clock, key *audit.Key, kept func() (string, error), version string) *Service {
	return &Service{store: store, clock: clock, key: key, kept: kept, version: version, started: clock.Wall()}
}

// root is the path over which who steers the system needs the right.
const root = "/"

func record(tx *db.Tx, by auth.Actor, action, kind, subject string, fields ...string) error {
	return audit.Record(tx, by, audit.Entry{Action: action, Kind: kind, Subject: subject, Unit: root, Fields: fields})
}

// Status is how the system is.
type Status struct {
	Version    string              `json:"version"`
	Engine     db.Engine           `json:"engine"`
	Started    instant.Micros      `json:"started"` // wall
	Now        instant.Micros      `json:"now"`     // world
	Wall       instant.Micros      `json:"wall"`
	Exercise   bool                `json:"exercise"`
	Clock      *worldclock.Setting `json:"clock,omitempty"`
	JobsOpen   int64               `json:"jobs_open"`
	JobsFailed int64               `json:"jobs_failed"`
	DueLate    int64               `json:"due_late"` // steps that should have been done
	Sealed     int64               `json:"sealed"`   // audit entries in the sealed log
	Unsealed   int64               `json:"unsealed"`
	Public     string              `json:"audit_key"` // by which others check checkpoints
}

// Status tells how the system is. Counts stop at 10,000.
func (s *Service) Status(ctx context.Context, by auth.Actor) (Status, error) {
	if err := by.Require(auth.SystemManage, root, auth.Internal); err != nil {
		return Status{}, err
	}
	out := Status{
		Version: s.version, Engine: s.store.Engine(), Started: s.started, Now: s.clock.Now(), Wall: s.clock.Wall(),
		Public: s.key.Public(),
	}
	if setting, ok := s.clock.Exercise(); ok {
		out.Exercise, out.Clock = true, &setting
	}
	err := s.store.Read(ctx, func(tx *db.Tx) error {
		count := func(into *int64, from string, args ...any) error {
			return tx.Get(into, "SELECT COUNT(*) FROM (SELECT 1 FROM "+from+" LIMIT 10000) x", args...)
		}
		if err := count(&out.JobsOpen, "job WHERE state IN ('waiting', 'running')"); err != nil {
			return err
		}
		if err := count(&out.JobsFailed, "job WHERE state = 'failed'"); err != nil {
			return err
		}
		if err := count(&out.DueLate, "due WHERE done_at = 0 AND at <= $1", int64(out.Now)); err != nil {
			return err
		}
		if err := tx.Get(&out.Sealed, "SELECT COALESCE(MAX(n), -1) + 1 FROM audit_seal"); err != nil {
			return err
		}
		return tx.Get(&out.Unsealed, "SELECT (SELECT COUNT(*) FROM audit) - (SELECT COUNT(*) FROM audit_seal)")
	})
	return out, err
}

// Clock is the setting of an exercise's clock, false in real use.
func (s *Service) Clock() (worldclock.Setting, bool) { return s.clock.Exercise() }

// farthest bounds one jump, so that a wrong year is seen.
const farthest = 366 * 24 * time.Hour

// SetClock steers the clock of an exercise; what became due in between is done
// in its order by the sweeper.
func (s *Service) SetClock(ctx context.Context, by auth.Actor, change worldclock.Change) (worldclock.Setting, error) {
	if err := by.Require(auth.ClockSet, root, auth.Internal); err != nil {
		return worldclock.Setting{}, err
	}
	if _, exercise := s.clock.Exercise(); !exercise {
		return worldclock.Setting{}, fault.New(fault.Conflict, "clock.real")
	}
	return s.clock.Steer(ctx, change, func(tx *db.Tx, before, after instant.Micros) error {
		if after.Sub(before) > farthest {
			return fault.New(fault.Invalid, "clock.too_far").At("world", "clock.too_far")
		}
		return record(tx, by, "clock.set", "clock", "1", "world", "speed", "paused")
	})
}

// Jobs lists jobs, the newest first; state "" is every state.
func (s *Service) Jobs(ctx context.Context, by auth.Actor, state job.State, limit int) (out []job.Job, err error) {
	if err := by.Require(auth.SystemManage, root, auth.Internal); err != nil {
		return nil, err
	}
	err = s.store.Read(ctx, func(tx *db.Tx) error {
		out, err = job.Recent(tx, state, min(max(limit, 1), 200))
		return err
	})
	return out, err
}

// CancelJob ends an open job.
func (s *Service) CancelJob(ctx context.Context, by auth.Actor, key string) error {
	return s.steer(ctx, by, "job.cancelled", key, func(tx *db.Tx) error { return job.Cancel(tx, key, by.Now, by.Wall) })
}

// RepeatJob puts an ended job in once more.
func (s *Service) RepeatJob(ctx context.Context, by auth.Actor, key string) error {
	return s.steer(ctx, by, "job.repeated", key, func(tx *db.Tx) error { return job.Again(tx, key, by.Wall) })
}

func (s *Service) steer(ctx context.Context, by auth.Actor, action, key string, do func(*db.Tx) error) error {
	if err := by.Require(auth.SystemManage, root, auth.Internal); err != nil {
		return err
	}
	return s.store.Write(ctx, func(tx *db.Tx) error {
		if _, err := job.Get(tx, key); err != nil {
			return err
		}
		if err := do(tx); err != nil {
			return err
		}
		return record(tx, by, action, "job", key, "state")
	})
}

// Verify checks the whole audit, one at a time in a process: it reads
// everything.
func (s *Service) Verify(ctx context.Context, by auth.Actor) (audit.Report, error) {
	if err := by.Require(auth.AuditRead, root, auth.Internal); err != nil {
		return audit.Report{}, err
	}
	if !s.verifying.TryLock() {
		return audit.Report{}, fault.New(fault.Unavailable, "audit.verifying")
	}
	defer s.verifying.Unlock()
	kept, err := s.kept()
	if err != nil {
		return audit.Report{}, err
	}
	var outside []string
	if kept != "" {
		outside = []string{kept}
	}
	report, err := audit.Verify(ctx, s.store, s.key, outside, nil)
	if err != nil {
		return report, err
	}
	return report, s.store.Write(ctx, func(tx *db.Tx) error {
		return record(tx, by, "audit.verified", "audit", "")
	})
}

// Search lists audit entries of the units that the actor may read.
func (s *Service) Search(ctx context.Context, by auth.Actor, f audit.Filter) ([]audit.Found, error) {
	return audit.Search(ctx, s.store, by, f)
}

// Checkpoint is the newest signed checkpoint, to be kept elsewhere; "" before
// the first.
func (s *Service) Checkpoint(ctx context.Context, by auth.Actor) (string, error) {
	if err := by.Require(auth.AuditRead, root, auth.Internal); err != nil {
		return "", err
	}
	var notes []string
	err := s.store.Read(ctx, func(tx *db.Tx) (err error) {
		notes, err = audit.Checkpoints(tx, 1)
		return err
	})
	if err != nil || len(notes) == 0 {
		return "", err
	}
	return notes[0], nil
}

// Backup returns what writes the archive of everything. The right and the
// audit come first, so that a refusal is an answer and not half a file.
func (s *Service) Backup(ctx context.Context, by auth.Actor) (func(io.Writer) error, error) {
	if err := by.Require(auth.SystemManage, root, auth.Internal); err != nil {
		return nil, err
	}
	err := s.store.Write(ctx, func(tx *db.Tx) error { return record(tx, by, "system.backup", "system", "") })
	if err != nil {
		return nil, err
	}
	return func(w io.Writer) error {
		return backup.Write(ctx, s.store, s.version, by.Wall.Time(), w, nil)
	}, nil
}
