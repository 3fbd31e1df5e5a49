package directive

import "phaodai/internal/instant"

// Meeting is a session of a body, whose conclusion is a document.
type Meeting struct {
	ID          string         `json:"id" db:"id"`
	Office      string         `json:"office" db:"office"`
	UnitPath    string         `json:"unit_path" db:"unit_path"`
	Body        string         `json:"body" db:"body"` // office that meets; the keeping one writes it down
	Kind        string         `json:"kind" db:"kind"` // regular, extraordinary; labels "meeting.kind." + Kind
	Title       string         `json:"title" db:"title"`
	Place       string         `json:"place" db:"place"`
	PlannedAt   instant.Micros `json:"planned_at" db:"planned_at"`
	HeldAt      instant.Micros `json:"held_at" db:"held_at"`
	ChairPost   string         `json:"chair_post" db:"chair_post"`
	ChairName   string         `json:"chair_name" db:"chair_name"`
	State       string         `json:"state" db:"state"`                     // planned, held, concluded, published, cancelled
	Conclusion  string         `json:"conclusion,omitempty" db:"conclusion"` // document
	ChangedAt   instant.Micros `json:"changed_at" db:"changed_at"`
	ChangedName string         `json:"changed_name" db:"changed_name"`
	Version     int64          `json:"version" db:"version"`

	Attendance []Attendance `json:"attendance" db:"-"`
	Agenda     []AgendaItem `json:"agenda" db:"-"`
}

// Attendance is one person or office at a meeting.
type Attendance struct {
	Meeting string `json:"-" db:"meeting"`
	N       int64  `json:"n" required:"false" db:"n"`
	Office  string `json:"office,omitempty" required:"false" db:"office"`
	Post    string `json:"post,omitempty" required:"false" db:"post"`
	Name    string `json:"name" required:"false" db:"name"` // as entered: guests from above have no post here
	Title   string `json:"title" required:"false" db:"title"`
	Present string `json:"present" required:"false" db:"present"` // invited, present, absent, represented
	Voter   bool   `json:"voter" required:"false" db:"voter"`
}

// AgendaItem is one point of the agenda, with the draft it is about.
type AgendaItem struct {
	Meeting  string `json:"-" db:"meeting"`
	N        int64  `json:"n" required:"false" db:"n"`
	Title    string `json:"title" required:"false" db:"title"`
	Document string `json:"document,omitempty" required:"false" db:"document"` // a draft
	Result   string `json:"result,omitempty" required:"false" db:"result"`     // adopted, adopted_with_changes, adopted_in_part, rejected, postponed
	Note     string `json:"note,omitempty" required:"false" db:"note"`
	For      int64  `json:"for" required:"false" db:"votes_for"`
	Against  int64  `json:"against" required:"false" db:"votes_against"`
	Abstain  int64  `json:"abstain" required:"false" db:"votes_abstain"`
}
