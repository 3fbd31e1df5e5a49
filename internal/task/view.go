package task

import (
	"time"

	"phaodai/internal/instant"
)

// Card is a task as lists show it, for the actor who asked.
type Card struct {
	Task
	OfficeName     string    `json:"office_name"` // short: "UBND P. Cự Khối"
	PostTitle      string    `json:"post_title,omitempty"`
	FromName       string    `json:"from_name"`
	UnitName       string    `json:"unit_name"`
	DocumentSymbol string    `json:"document_symbol,omitempty"` // "484-TB/TU", or its title where it has none
	IsLate         bool      `json:"late"`
	LeftSeconds    int64     `json:"left_seconds"` // to the deadline, negative when it has passed; 0 without one
	Sources        []Source  `json:"sources"`      // the orders behind the card, itself first
	Acts           []Act     `json:"acts"`         // what the actor may do now, the usual one first
	Progress       *Progress `json:"progress,omitempty"`
}

// Left is the time to the deadline, negative when it has passed.
func (c Card) Left() time.Duration { return time.Duration(c.LeftSeconds) * time.Second }

// Source is one order behind a card.
type Source struct {
	Task           string `json:"task"`
	Line           string `json:"line"`
	Document       string `json:"document,omitempty"`
	DocumentSymbol string `json:"document_symbol,omitempty"`
	Item           string `json:"item,omitempty"`
	Office         string `json:"office"`
	OfficeName     string `json:"office_name"`
	FromName       string `json:"from_name"`
}

// Progress counts the performing tasks (leaves) under a task or a document.
// Unaccepted + Working + Waiting + Stuck + Done = Total; Late is counted apart.
type Progress struct {
	Total       int `json:"total"`
	Unaccepted  int `json:"unaccepted"`
	Working     int `json:"working"` // accepted, in progress, returned, extension asked
	Waiting     int `json:"waiting"` // reported, waits for verification
	Stuck       int `json:"stuck"`   // blocked
	Done        int `json:"done"`
	Late        int `json:"late"`
	Percent     int `json:"percent"` // mean of the leaves, done ones 100
	Offices     int `json:"offices"`
	OfficesDone int `json:"offices_done"`
}

// Today is "Việc hôm nay": what the actor's post and office must do.
type Today struct {
	At       instant.Micros `json:"at"`
	Due      []Card         `json:"due"`       // by the end of today, soonest first
	Late     []Card         `json:"late"`      // overdue, longest first
	Starting []Card         `json:"starting"`  // take effect later or have a later deadline, soonest first
	Undated  []Card         `json:"undated"`   // neither
	ToVerify []Card         `json:"to_verify"` // reported to the actor, waits for his decision
	NextAt   instant.Micros `json:"next_at"`   // of the nearest in Starting; 0 without one
	Count    int            `json:"count"`     // of all that is the actor's to do today: Due and Late
}

// Territory is "Địa bàn tôi phụ trách".
type Territory struct {
	At            instant.Micros `json:"at"`
	Units         []Ground       `json:"units"`
	Organisations []Ground       `json:"organisations"` // Party organisations of the actor
}

// Ground is one unit or Party organisation of a territory, late ones first.
type Ground struct {
	Unit      string     `json:"unit,omitempty"`
	UnitPath  string     `json:"unit_path,omitempty"`
	Office    string     `json:"office,omitempty"` // of a Party organisation
	Name      string     `json:"name"`
	Progress  Progress   `json:"progress"`
	Urgent    *Card      `json:"urgent,omitempty"` // the most pressing task
	LateTasks []string   `json:"late_tasks"`       // ids, for "Đôn đốc"
	OnDuty    []Reach    `json:"on_duty"`
	Heads     []Reach    `json:"heads"` // heads of its Party committee and People's Committee
	Hotline   []Telecall `json:"hotline"`
}

// Reach is a person to call.
type Reach struct {
	Office string `json:"office"`
	Title  string `json:"title"`
	Name   string `json:"name"`
	Phone  string `json:"phone"`
}

// Telecall is a number with its name.
type Telecall struct {
	Label  string `json:"label"`
	Number string `json:"number"`
}

// Mark is the symbol of a cell in Follow.
type Mark string

// The marks, as screen 9 shows them.
const (
	MarkNone       Mark = ""           // no task here
	MarkDone       Mark = "done"       // ✓
	MarkReported   Mark = "reported"   // ●
	MarkWorking    Mark = "working"    // ◐
	MarkUnaccepted Mark = "unaccepted" // ○
	MarkLate       Mark = "late"       // !
)

// Follow is "Theo dõi thực hiện" of a document: clauses by units.
type Follow struct {
	At       instant.Micros `json:"at"`
	Document string         `json:"document"`
	Symbol   string         `json:"symbol"`
	Title    string         `json:"title"`
	Columns  []Column       `json:"columns"`
	Rows     []FollowRow    `json:"rows"`
	Progress Progress       `json:"progress"`
	Late     []string       `json:"late"` // ids of late tasks, for "Đôn đốc"
}

// Column is a unit of the matrix.
type Column struct {
	UnitPath string `json:"unit_path"`
	Name     string `json:"name"`
	Initials string `json:"initials"` // "CK"
}

// FollowRow is one ordered work. What offices above the columns must do (the
// district's own) is in Single, which may stand beside Cells or alone.
type FollowRow struct {
	Task     string         `json:"task"` // bundle or single task
	Clause   string         `json:"clause,omitempty"`
	Item     string         `json:"item"`
	Title    string         `json:"title"`
	Deadline instant.Micros `json:"deadline"`
	Start    instant.Micros `json:"start"`
	Cadence  Cadence        `json:"cadence"`
	Single   *Cell          `json:"single,omitempty"`
	Cells    []Cell         `json:"cells"` // one a column, empty Task where none; no cells where no column has one
	Done     int            `json:"done"`  // n of
	Total    int            `json:"total"` // m
	Missing  []Missing      `json:"missing"`
	Progress Progress       `json:"progress"` // over all levels below
}

// Cell leads to the proof and history of a task.
type Cell struct {
	Task       string         `json:"task,omitempty"`
	OfficeName string         `json:"office_name,omitempty"`
	Mark       Mark           `json:"mark"`
	State      State          `json:"state,omitempty"`
	Late       bool           `json:"late"`
	ReportedAt instant.Micros `json:"reported_at"`
	Proofs     int            `json:"proofs"`
	Below      Progress       `json:"below"`           // what was handed on
	Tasks      []string       `json:"tasks,omitempty"` // all of them, where one unit has several
}

// Missing says what holds a row up: "VH, LB: chưa có minh chứng". Key is a
// message key: "task.missing.unaccepted", ".working", ".returned", ".blocked",
// ".reported" (waits for verification).
type Missing struct {
	Key   string   `json:"key"`
	Names []string `json:"names"`
}

// Detail is one task with everything that belongs to it.
type Detail struct {
	Card
	Acceptance string      `json:"acceptance,omitempty"` // who accepted it
	Merged     []Card      `json:"merged"`               // orders that this card stands for too
	Children   []Card      `json:"children"`             // handed on, or periods (newest first)
	Ancestors  []Card      `json:"ancestors"`            // from the root
	Report     *Report     `json:"report,omitempty"`     // the current one: latest version, blanks filled from earlier ones
	Reports    []Report    `json:"reports"`              // all versions, newest first
	Extensions []Extension `json:"extensions"`
	History    []Event     `json:"history"` // newest first
	Notices    []Notice    `json:"notices"` // who was told what, read and acknowledged when
	Steps      []Planned   `json:"steps"`   // of the ladder still to come
	Likely     []Likely    `json:"likely"`  // probably the same work, for "Gộp việc trùng"
	Ladder     []Step      `json:"ladder"`

	ClauseText        string   `json:"clause_text"`        // the words of the clause, where the actor may read it
	MayReadDocument   bool     `json:"may_read_document"`  // the link to the document makes sense
	CoordinatingNames []string `json:"coordinating_names"` // of the coordinating offices
}

// Report is one version.
type Report struct {
	ID      string             `json:"id"`
	Number  int                `json:"number"`
	At      instant.Micros     `json:"at"`
	Post    string             `json:"post"`
	By      string             `json:"by"` // name and title
	For     string             `json:"for,omitempty"`
	Text    string             `json:"text"`
	Figures map[string]float64 `json:"figures"`
	Proofs  []Proof            `json:"proofs"`
}

// Extension is a question for a later deadline, with its answer.
type Extension struct {
	ID        string         `json:"id"`
	AskedAt   instant.Micros `json:"asked_at"`
	AskedBy   string         `json:"asked_by"`
	Before    instant.Micros `json:"before"` // the deadline then
	Until     instant.Micros `json:"until"`
	Reason    string         `json:"reason"`
	DecidedAt instant.Micros `json:"decided_at"`
	DecidedBy string         `json:"decided_by,omitempty"`
	Granted   bool           `json:"granted"`
	Answer    string         `json:"answer,omitempty"`
}

// Event is one line of the history.
type Event struct {
	At     instant.Micros `json:"at"`
	What   string         `json:"what"` // "accepted"; message key is "task.event." + What
	Before State          `json:"before,omitempty"`
	After  State          `json:"after,omitempty"`
	By     string         `json:"by"` // name of the person, "" the system
	Title  string         `json:"title,omitempty"`
	Note   string         `json:"note,omitempty"`
	Data   string         `json:"data,omitempty"` // small JSON
}

// Notice is a message about the task in somebody's inbox.
type Notice struct {
	ID             string         `json:"id"`
	Post           string         `json:"post"`
	PostTitle      string         `json:"post_title"`
	Key            string         `json:"key"` // message key
	Args           map[string]any `json:"args"`
	At             instant.Micros `json:"at"`
	ReadAt         instant.Micros `json:"read_at"`
	AcknowledgedAt instant.Micros `json:"acknowledged_at"`
	AcknowledgedBy string         `json:"acknowledged_by,omitempty"`
}

// Planned is a step of the ladder that has not come yet.
type Planned struct {
	Name string         `json:"name"`
	At   instant.Micros `json:"at"`
	To   string         `json:"to"`
}

// Likely is a task that is probably the same work.
type Likely struct {
	Card
	Score float64 `json:"score"` // share of common words, 0 to 1
}

// Page is one page of a list.
type Page struct {
	At    instant.Micros `json:"at"`
	Cards []Card         `json:"cards"`
	Next  string         `json:"next,omitempty"` // cursor of the next page, "" at the end
	Count int            `json:"count"`          // capped at 1,000
	More  bool           `json:"more"`           // there are more than Count
}

// Share is a short text to be copied into another channel.
type Share struct {
	Channel string         `json:"channel"`
	Key     string         `json:"-"` // message key of the text; the edge translates it
	Args    map[string]any `json:"-"`
	Link    string         `json:"link"` // path of the task's page
}

// Row is one line of an export, in the order of Header.
type Row struct {
	Item, Title, Office, Unit, From, Document string
	Line                                      string
	State                                     State
	Late                                      bool
	Percent                                   int
	Deadline, Start, AcceptedAt, ReportedAt   instant.Micros
	Report                                    string
	Proofs                                    int
}
