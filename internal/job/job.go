// Package job is a queue of work on wall time: reading a scan, an import, an
// export, a mail to be sent. What the world's clock times is package due.
//
// Guarantees, on both engines and with several processes: a job is put in with
// the transaction that causes it; one worker at a time has it, by a lease of a
// minute that he renews; when he dies, another takes it within that minute. A
// handler therefore may run more than once: it does its work in short
// transactions of its own and ends with Complete in the last of them, which
// only the holder of the lease can do. The decision against a jobs library is
// docs/adr/0002-leased-queue.md.
package job

import (
	"encoding/json"
	"errors"
	"fmt"

	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/instant"
)

// State is where a job stands.
type State string

// The states. Waiting and Running are open, the others final.
const (
	Waiting   State = "waiting"
	Running   State = "running"
	Done      State = "done"
	Failed    State = "failed"
	Cancelled State = "cancelled"
)

// Spec is a job to be put in.
type Spec struct {
	Kind    string
	Key     string         // names the job: a second one with this key changes nothing
	Payload any            // written as JSON
	At      instant.Micros // wall time before which it does not begin; 0 is at once
}

// Job is a job as stored.
type Job struct {
	Key      string         `db:"key" json:"key"`
	Kind     string         `db:"kind" json:"kind"`
	Payload  string         `db:"payload" json:"-"`
	State    State          `db:"state" json:"state"`
	NextAt   instant.Micros `db:"next_at" json:"next_at"`   // wall: may be taken from then
	Attempts int64          `db:"attempts" json:"attempts"` // begun so far
	Done     int64          `db:"done" json:"done"`         // progress
	Total    int64          `db:"total" json:"total"`       // 0 while unknown
	Error    string         `db:"error" json:"error"`       // message key of the last failure
	MadeAt   instant.Micros `db:"made_at" json:"made_at"`   // wall
	EndedAt  instant.Micros `db:"ended_at" json:"ended_at"` // wall
}

const columns = "key, kind, payload, state, next_at, attempts, done, total, error, made_at, ended_at"

// Decode reads the payload.
func (j Job) Decode(into any) error {
	if err := json.Unmarshal([]byte(j.Payload), into); err != nil {
		return fmt.Errorf("job: payload of %s: %w", j.Key, err)
	}
	return nil
}

// Open tells whether the job may still run.
func (j Job) Open() bool { return j.State == Waiting || j.State == Running }

// Enqueue puts a job in with the running transaction, at a wall time.
func Enqueue(tx *db.Tx, wall instant.Micros, s Spec) error {
	if s.Key == "" || s.Kind == "" {
		return errors.New("job: a job needs a kind and a key")
	}
	payload, err := json.Marshal(s.Payload)
	if err != nil {
		return fmt.Errorf("job: payload: %w", err)
	}
	_, err = tx.Exec(`INSERT INTO job (key, kind, payload, state, next_at, attempts, done, total, error, made_at, ended_at)
		VALUES ($1, $2, $3, $4, $5, 0, 0, 0, '', $6, 0) ON CONFLICT (key) DO NOTHING`,
		s.Key, s.Kind, string(payload), string(Waiting), int64(max(s.At, wall)), int64(wall))
	return err
}

// Get reads a job, or gives fault.NotFound.
func Get(tx *db.Tx, key string) (Job, error) {
	var j Job
	err := tx.Get(&j, "SELECT "+columns+" FROM job WHERE key = $1", key)
	if errors.Is(err, db.ErrNoRow) {
		return Job{}, fault.New(fault.NotFound, "job.not_found")
	}
	return j, err
}

// Recent lists jobs, the newest first, at most limit; state "" is every state.
func Recent(tx *db.Tx, state State, limit int) ([]Job, error) {
	var out []Job
	err := tx.Select(&out, "SELECT "+columns+` FROM job WHERE $1 = '' OR state = $2
		ORDER BY made_at DESC, key LIMIT $3`, string(state), string(state), limit)
	return out, err
}

// Cancel ends an open job, at a world and a wall time. A worker that has it is
// told within a second.
func Cancel(tx *db.Tx, key string, now, wall instant.Micros) error {
	n, err := tx.Exec(`UPDATE job SET state = $1, ended_at = $2 WHERE key = $3 AND state IN ('waiting', 'running')`,
		string(Cancelled), int64(wall), key)
	if err == nil && n == 0 {
		return fault.New(fault.Conflict, "job.ended")
	}
	return errors.Join(err, changed(tx, now, key, Cancelled))
}

// Again puts an ended job in once more.
func Again(tx *db.Tx, key string, wall instant.Micros) error {
	n, err := tx.Exec(`UPDATE job SET state = $1, next_at = $2, attempts = 0, done = 0, total = 0, error = '', ended_at = 0
		WHERE key = $3 AND state IN ('done', 'failed', 'cancelled')`, string(Waiting), int64(wall), key)
	if err == nil && n == 0 {
		return fault.New(fault.Conflict, "job.open")
	}
	return err
}

// Complete ends a job in the transaction that stores its result, so that there
// is no result without an ended job and no second result. It fails with
// ErrLost when the lease has passed to somebody else or the job was cancelled.
func Complete(tx *db.Tx, j Job, now, wall instant.Micros) error {
	n, err := tx.Exec(`UPDATE job SET state = $1, ended_at = $2, error = '' WHERE key = $3 AND state = 'running' AND attempts = $4`,
		string(Done), int64(wall), j.Key, j.Attempts)
	if err == nil && n == 0 {
		return ErrLost
	}
	return errors.Join(err, changed(tx, now, j.Key, Done))
}

// changed writes what happened to a job into the change log, for live pages.
func changed(tx *db.Tx, now instant.Micros, key string, what State) error {
	return tx.Changed(now, db.Change{Kind: "job", Subject: key, What: string(what)})
}

// ErrLost means that the job is no longer this worker's.
var ErrLost = errors.New("job: the lease is lost or the job cancelled")
