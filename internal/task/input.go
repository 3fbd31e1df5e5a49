package task

import "phaodai/internal/instant"

// Every input has Key, the client's request key ("" for none), and where a
// task is changed its id and the Version that the client saw (0: any).

// AssignInput is work made by hand, for one office or for several at once.
type AssignInput struct {
	Key          string         `json:"key,omitempty"`
	Document     string         `json:"document,omitempty"`
	Clause       string         `json:"clause,omitempty"`
	Item         string         `json:"item,omitempty"`
	Line         string         `json:"line,omitempty"` // default: the line of the actor's office
	Offices      []string       `json:"offices"`        // more than one make a bundle
	Post         string         `json:"post,omitempty"` // of the one office
	Coordinating []string       `json:"coordinating,omitempty"`
	Title        string         `json:"title"`
	Text         string         `json:"text,omitempty"`
	Deadline     instant.Micros `json:"deadline,omitempty"`
	Start        instant.Micros `json:"start,omitempty"`
	Until        instant.Micros `json:"until,omitempty"`
	KeepReason   string         `json:"keep_reason,omitempty"` // keeps a deadline that has passed
	Cadence      Cadence        `json:"cadence,omitempty"`
	Targets      []Target       `json:"targets,omitempty"`
	Proof        []string       `json:"proof,omitempty"`
	Ladder       []Step         `json:"ladder,omitempty"` // empty: the default ladder
}

// HandOnInput gives an office's own tasks on: to offices below it or to posts
// and groups of its own. Text and moments are taken over where empty.
type HandOnInput struct {
	Key      string         `json:"key,omitempty"`
	Tasks    []string       `json:"tasks"`
	Offices  []string       `json:"offices,omitempty"`
	Posts    []string       `json:"posts,omitempty"`
	Title    string         `json:"title,omitempty"`
	Text     string         `json:"text,omitempty"`
	Deadline instant.Micros `json:"deadline,omitempty"`
	Proof    []string       `json:"proof,omitempty"`
}

// ActInput moves one task: Accept, Begin, Verify, Close, Return, Block,
// Unblock, Recall, Cancel, Supersede. Reason is required where transition.yaml
// says so.
type ActInput struct {
	Key     string `json:"key,omitempty"`
	Task    string `json:"-"`
	Version int64  `json:"version,omitempty"`
	Reason  string `json:"reason,omitempty"`
	By      string `json:"by,omitempty"` // Supersede: the task that takes its place, or ""
}

// ProgressInput says how far the work is without reporting it done.
type ProgressInput struct {
	Key     string `json:"key,omitempty"`
	Task    string `json:"-"`
	Version int64  `json:"version,omitempty"`
	Percent int    `json:"percent"`
	Text    string `json:"text,omitempty"`
}

// ReportInput reports a task done. What is blank stays as an earlier version
// of the report had it.
type ReportInput struct {
	Key     string             `json:"key,omitempty"`
	Task    string             `json:"-"`
	Version int64              `json:"version,omitempty"`
	Text    string             `json:"text,omitempty"`
	Figures map[string]float64 `json:"figures,omitempty"` // name -> value
	Proofs  []Proof            `json:"proofs,omitempty"`
	For     string             `json:"for,omitempty"` // "nhập thay": name of the one who did it and could not enter it
}

// Proof is one piece of a report.
type Proof struct {
	ID   string `json:"id,omitempty"`
	Kind string `json:"kind"`           // any but ProofFigures
	Blob string `json:"blob,omitempty"` // hash, of a file or photo
	Name string `json:"name,omitempty"` // file name, or what the link is
	Link string `json:"link,omitempty"` // address, or id of the record
}

// ExtensionInput asks for a later deadline.
type ExtensionInput struct {
	Key     string         `json:"key,omitempty"`
	Task    string         `json:"-"`
	Version int64          `json:"version,omitempty"`
	Until   instant.Micros `json:"until"`
	Reason  string         `json:"reason"`
}

// DecideInput answers the open question for an extension.
type DecideInput struct {
	Key     string         `json:"key,omitempty"`
	Task    string         `json:"-"`
	Version int64          `json:"version,omitempty"`
	Grant   bool           `json:"grant"`
	Until   instant.Micros `json:"until,omitempty"` // another day than was asked for; 0: as asked
	Reason  string         `json:"reason,omitempty"`
}

// MergeInput makes one card of tasks that order the same work: Keep stays, the
// others are shown under it.
type MergeInput struct {
	Key    string   `json:"key,omitempty"`
	Keep   string   `json:"-"`
	Others []string `json:"others"`
}

// RemindInput urges the assignees of tasks ("đôn đốc"). It is about work and
// is never counted as a "nhắc nhở" of a cadre.
type RemindInput struct {
	Key   string   `json:"key,omitempty"`
	Tasks []string `json:"tasks"`
	Text  string   `json:"text,omitempty"` // words of the sender
}

// CopiedInput records that a share text was copied.
type CopiedInput struct {
	Key     string `json:"key,omitempty"`
	Task    string `json:"-"`
	Channel string `json:"channel"` // "zalo", "sms", "loudspeaker"
}

// LadderInput gives a task a ladder of its own; no steps: the default again.
type LadderInput struct {
	Key     string `json:"key,omitempty"`
	Task    string `json:"-"`
	Version int64  `json:"version,omitempty"`
	Steps   []Step `json:"steps"`
}

// Filter narrows lists and exports. Empty fields do not narrow.
type Filter struct {
	Document string         // id
	Clause   string         // id
	Office   string         // id: must do it
	From     string         // id of the office that ordered it
	Unit     string         // path: it and everything below
	State    []State        //
	Late     bool           // overdue only
	Open     bool           // the assignee still has to act
	Live     bool           // anybody still has to act: open, or reported and not verified
	Mine     bool           // of the actor's office or post
	Kind     []Kind         // default: work, series and periods
	Line     string         // "party" or "state"
	Query    string         // words without tones
	Before   instant.Micros // deadline before
	Sort     string         // column, "-" before it turns it round; "" by deadline
	After    string         // cursor of the page before
	Limit    int            // default 50, at most 200

	ordered bool // by the actor's offices
}
