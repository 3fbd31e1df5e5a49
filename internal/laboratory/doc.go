// Package laboratory keeps what laboratories find in tubes until it may be
// known: entries, the second reader, codes that are in no list, and the clock
// of what waits.
//
// Guarantees:
//   - What was entered is seen by nobody outside until another person released
//     it; who entered a result, or said which tube it belongs to, never releases it.
//     A rapid test needs neither laboratory nor second reader: nobody is positive
//     by it.
//   - A file is entered whole or not at all, with the line of what is wrong.
//   - Two entries of one tube by two people are blind to each other; where they
//     differ neither is released before the reader gave a reason for one of them.
//   - A result for a code that is in no list is kept and told to nobody, until a
//     person matches it with a tube or sets it aside with a reason.
//   - What follows from a result is told to the health station of the ward with
//     its release: whoever must give a sample of his own is not forgotten. It is
//     a task with an hour, which is reported when every such sample has a result.
//   - Of a tube whose time runs out, or is over, those who have it are told once.
package laboratory

import (
	"cmp"
	"context"

	"phaodai/internal/audit"
	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/id"
	"phaodai/internal/instant"
	"phaodai/internal/sampling"
	"phaodai/internal/task"
)

// Service keeps results for an actor. It is safe for concurrent use.
type Service struct {
	store    *db.DB
	ids      *id.Source
	sampling *sampling.Service
	tasks    *task.Service
}

// New returns the service over a store.
func New(store *db.DB, ids *id.Source, s *sampling.Service, t *task.Service) *Service {
	return &Service{store: store, ids: ids, sampling: s, tasks: t}
}

// State is where an entry is.
type State string

// The states of an entry.
const (
	Waiting   State = "waiting"   // for the second reader
	Unmatched State = "unmatched" // its code is in no list
	Released  State = "released"
	Replaced  State = "replaced" // by a later entry of the same person, or by the one released
	SentBack  State = "sent_back"
	Aside     State = "aside"
)

// Entry is one result as one person entered it.
type Entry struct {
	ID          string          `db:"id" json:"id"`
	Laboratory  string          `db:"laboratory" json:"laboratory"`
	Tube        string          `db:"tube" json:"tube"`
	Given       string          `db:"given" json:"given"` // code as it was entered
	Result      sampling.Result `db:"result" json:"result"`
	Source      string          `db:"source" json:"source"` // typed, file, fhir
	Line        int             `db:"line" json:"line,omitempty"`
	Corrects    bool            `db:"corrects" json:"corrects,omitempty"`
	Reason      string          `db:"reason" json:"reason,omitempty"`
	State       State           `db:"state" json:"state"`
	EnteredBy   string          `db:"entered_by" json:"-"`
	EnteredName string          `db:"entered_name" json:"entered_name"`
	EnteredAt   instant.Micros  `db:"entered_at" json:"entered_at"`
	MatchedBy   string          `db:"matched_by" json:"-"`
	DecidedBy   string          `db:"decided_by" json:"-"`
	DecidedName string          `db:"decided_name" json:"decided_name,omitempty"`
	DecidedAt   instant.Micros  `db:"decided_at" json:"decided_at,omitempty"`
}

const entryColumns = `id, laboratory, tube, given, result, source, line, corrects, reason, state, entered_by, entered_name, entered_at,
	matched_by, decided_by, decided_name, decided_at`

// who is by whom an entry is kept: the person, whatever account he came with, so
// that nobody agrees to his own entry by a second one.
func who(by auth.Actor) string { return cmp.Or(by.Person, by.Account) }

// own tells whether the actor made the entry or said whose it is.
func (e Entry) own(by auth.Actor) bool {
	return e.EnteredBy == who(by) || e.MatchedBy == who(by)
}

// require refuses whoever has no such right, or works at no office.
func require(by auth.Actor, right auth.Right) error {
	if !by.Anywhere(right) {
		return by.Require(right, by.UnitPath, auth.Internal)
	}
	if by.Office == "" {
		return fault.New(fault.Denied, "lab.no_office")
	}
	return nil
}

func once[T any](ctx context.Context, s *Service, by auth.Actor, key string, do func(*db.Tx) (T, error)) (T, error) {
	return auth.Once(ctx, s.store, by, "laboratory", key, do)
}

// note writes what happened with an entry into the change log and the audit.
// The change log never says what was found.
func note(tx *db.Tx, by auth.Actor, e Entry, what, reason string) error {
	if err := tx.Changed(by.Now, db.Change{Kind: "lab_result", Subject: e.ID, Unit: by.UnitPath, What: what}); err != nil {
		return err
	}
	return audit.Record(tx, by, audit.Entry{Action: "lab_result." + what, Kind: "lab_result", Subject: e.ID, Unit: by.UnitPath, Reason: reason})
}

// entryToChange locks an entry of the actor's laboratory.
func entryToChange(tx *db.Tx, by auth.Actor, id string) (e Entry, err error) {
	if err := tx.Lock("lab_result", id); err != nil {
		return e, err
	}
	err = tx.Get(&e, "SELECT "+entryColumns+" FROM lab_result WHERE id = $1 AND laboratory = $2", id, by.Office)
	if err == db.ErrNoRow {
		return e, fault.New(fault.NotFound, "lab.entry_unknown")
	}
	return e, err
}

// decide writes what a person decided of an entry.
func decide(tx *db.Tx, by auth.Actor, e Entry, state State, reason string) error {
	_, err := tx.Exec("UPDATE lab_result SET state = $1, reason = $2, decided_by = $3, decided_name = $4, decided_at = $5 WHERE id = $6",
		state, reason, who(by), by.Name, int64(by.Now), e.ID)
	if err != nil {
		return err
	}
	return note(tx, by, e, string(state), reason)
}
