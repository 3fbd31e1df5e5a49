// Package task hands work to those who must do it and follows it until it is
// proved, verified and closed.
//
// A task is what one office (or one post in it) must do, by when, ordered by
// whom, from which clause. Tasks come from the confirmed proposals of a
// document (DispatchProposals) or are made by hand (Assign). Work for several
// offices is a bundle with one child each; an office gives its task on
// (HandOn), level by level, and the tree rolls up. Work with a cadence is a
// series that opens one period after the other.
//
// Guarantees:
//   - State moves only as transition.yaml permits, by those whom it names, and
//     every move is an event of the task's history.
//   - Overdue is never stored: it follows from state, deadline and the clock.
//   - Reports are versions; a blank never overwrites an earlier figure.
//   - Every step of the ladder (ladder.yaml) and every period happens exactly
//     once, in due order, with its messages in the same transaction.
//   - Work that the Party line and the State line both order can be one card
//     with two sources (Merge) and be taken apart again (Split).
//
// A task of a Party office is seen by that office, by who ordered it, and by
// Party offices with the right over the territory; a task of another office by
// everybody with the right over its territory.
package task

import "phaodai/internal/instant"

// Kind tells what a row of the tree is.
type Kind string

// The kinds.
const (
	Work   Kind = "work"   // one office does it once
	Bundle Kind = "bundle" // the same work for several offices: only rolls up
	Series Kind = "series" // work with a cadence: opens periods
	Period Kind = "period" // one occurrence of a series
)

// State is where a task stands. Overdue is no state: see Task.Late.
type State string

// The states.
const (
	Assigned       State = "ASSIGNED"
	Accepted       State = "ACCEPTED"
	InProgress     State = "IN_PROGRESS"
	Reported       State = "REPORTED"
	Verified       State = "VERIFIED"
	Closed         State = "CLOSED"
	Returned       State = "RETURNED"
	ExtensionAsked State = "EXTENSION_ASKED"
	Blocked        State = "BLOCKED"
	Superseded     State = "SUPERSEDED"
	Cancelled      State = "CANCELLED"
)

// States lists all states in the order of a task's life.
func States() []State {
	return []State{Assigned, Accepted, InProgress, Reported, Verified, Closed, Returned, ExtensionAsked, Blocked, Superseded, Cancelled}
}

// Open tells whether the assignee still has to act.
func (s State) Open() bool {
	switch s {
	case Assigned, Accepted, InProgress, Returned, ExtensionAsked, Blocked:
		return true
	}
	return false
}

// Done tells whether the work is proved and verified.
func (s State) Done() bool { return s == Verified || s == Closed }

// Dropped tells whether the task no longer counts.
func (s State) Dropped() bool { return s == Superseded || s == Cancelled }

// Cadence is how often work recurs: once in every EveryMaxDays days, which is
// the longest that the order permits.
type Cadence struct {
	EveryMinDays int    `json:"every_min_days"`
	EveryMaxDays int    `json:"every_max_days"`
	MinTimes     int    `json:"min_times"` // "ít nhất 3 lần"; 0 is no bound
	AtTime       string `json:"at_time"`   // "17:00" of the unit's day; "" is the end of the day
}

// Recurs tells whether the work opens periods. "24/24" (no days) does not, and
// "ít nhất 3 lần" alone is a target.
func (c Cadence) Recurs() bool { return c.EveryMaxDays > 0 }

// Target is a figure that the work must reach.
type Target struct {
	Text  string  `json:"text"`
	Value float64 `json:"value"`
	Unit  string  `json:"unit"` // "percent", "people", "households" ...
	Op    string  `json:"op"`   // "eq", "min", "max"
}

// Kinds of proof that a task may require and a report may carry, the same words
// as in a document's proposals.
const (
	ProofFile     = "file"
	ProofPhoto    = "photo"
	ProofFigures  = "figure"
	ProofLink     = "link"
	ProofRecord   = "record"   // another record of the system: a plan, a round
	ProofDocument = "document" // an issued document, or a file of it
)

// Task is one row of the tree.
type Task struct {
	ID       string `json:"id"`
	Parent   string `json:"parent,omitempty"`
	Path     string `json:"path"` // "/bundle/task/": ids from the root, a subtree is a prefix
	Kind     Kind   `json:"kind"`
	Document string `json:"document,omitempty"`
	Clause   string `json:"clause,omitempty"`
	Item     string `json:"item,omitempty"` // "2.2.(1)"
	Ordinal  int    `json:"ordinal"`        // order in the document
	Proposal string `json:"proposal,omitempty"`
	Line     string `json:"line"` // of the order: "party" or "state"

	Office       string   `json:"office"`      // who must do it; of a bundle, who ordered it
	OfficeLine   string   `json:"office_line"` // "party", "state" or "front"
	UnitPath     string   `json:"unit_path"`
	Post         string   `json:"post,omitempty"` // one post of the office, or ""
	Coordinating []string `json:"coordinating"`
	FromOffice   string   `json:"from_office"` // who ordered it
	FromPath     string   `json:"from_path"`
	FromLine     string   `json:"from_line"`
	FromPost     string   `json:"from_post,omitempty"`

	Title      string         `json:"title"`
	Text       string         `json:"text"`
	Deadline   instant.Micros `json:"deadline"`
	Start      instant.Micros `json:"start"` // takes effect
	Until      instant.Micros `json:"until"` // holds to
	KeepReason string         `json:"keep_reason,omitempty"`
	Cadence    Cadence        `json:"cadence"`
	Number     int            `json:"number,omitempty"` // of a period, from 1
	Targets    []Target       `json:"targets"`
	Proof      []string       `json:"proof"` // kinds of proof that a report must carry

	State      State          `json:"state"`
	Percent    int            `json:"percent"`
	Reason     string         `json:"reason,omitempty"` // why it is in this state
	AcceptedAt instant.Micros `json:"accepted_at"`
	AcceptedBy string         `json:"accepted_by,omitempty"` // post
	ReportedAt instant.Micros `json:"reported_at"`
	MergedInto string         `json:"merged_into,omitempty"`
	CreatedAt  instant.Micros `json:"created_at"`
	ChangedAt  instant.Micros `json:"changed_at"`
	ChangedBy  string         `json:"changed_by"` // name of the person
	Version    int64          `json:"version"`
}

// Late tells whether the task is overdue at a moment.
func (t Task) Late(now instant.Micros) bool {
	return t.Kind != Bundle && t.State.Open() && !t.Deadline.IsZero() && now > t.Deadline
}
