package sampling

import "phaodai/internal/instant"

// Problem is something that does not fit together and that a person decides.
type Problem struct {
	ID        string         `db:"id" json:"id"`
	Kind      ProblemKind    `db:"kind" json:"kind"`
	Tube      string         `db:"tube" json:"tube"`
	Sample    string         `db:"sample" json:"sample"`
	Other     string         `db:"other" json:"other,omitempty"`
	Session   string         `db:"session" json:"session"`
	UnitPath  string         `db:"unit_path" json:"unit_path"`
	At        instant.Micros `db:"at" json:"at"`
	State     ProblemState   `db:"state" json:"state"`
	Decision  Decision       `db:"decision" json:"decision,omitempty"`
	Reason    string         `db:"reason" json:"reason,omitempty"`
	DecidedBy string         `db:"decided_by" json:"decided_by,omitempty"`
	DecidedAt instant.Micros `db:"decided_at" json:"decided_at,omitempty"`
}

const problemColumns = `id, kind, tube, sample, other, session, unit_path, at, state, decision, reason, decided_by, decided_at`

// ProblemKind is what does not fit.
type ProblemKind string

// The kinds of problem.
const (
	TubeElsewhere ProblemKind = "tube_elsewhere" // bound at another table
	TubeFull      ProblemKind = "tube_full"      // an 11th sample in a pool of 10
	TubeGone      ProblemKind = "tube_gone"      // closed, on the way, or lost
	NotAlone      ProblemKind = "not_alone"      // a single resample and others in one tube
	Twice         ProblemKind = "twice"          // one person twice in a session or a day
	UnknownPerson ProblemKind = "unknown_person"
)

// ProblemState tells what waits from what is decided.
type ProblemState string

// The states.
const (
	ProblemOpen    ProblemState = "open"
	ProblemDecided ProblemState = "decided"
)

// Decision is what a person decided.
type Decision string

// The decisions.
const (
	Keep     Decision = "keep"     // the sample is in this tube after all
	Rebind   Decision = "rebind"   // it is in another tube
	Identify Decision = "identify" // it is of this resident
	Lose     Decision = "lost"     // it cannot be used
	Withdraw Decision = "withdraw" // it was never taken
)
