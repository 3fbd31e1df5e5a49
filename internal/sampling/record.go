package sampling

import "phaodai/internal/instant"

// RecordKind is what a phone or a page records.
type RecordKind string

// The kinds of record.
const (
	TakeSample  RecordKind = "sample"     // ID, Session, Resident, Tube
	CloseTube   RecordKind = "close_tube" // Tube
	MarkCall    RecordKind = "call"       // Session, Resident, Outcome
	AddNewcomer RecordKind = "newcomer"   // ID, Session, Name ...; samples then name this ID as Resident
	ReportIll   RecordKind = "symptoms"   // Resident, Symptoms, Onset, Source
	TakeBack    RecordKind = "take_back"  // Of: the sample or call that was a mistake
)

// Record is one thing that was recorded, maybe long before it arrives.
type Record struct {
	ID       string         `json:"id"` // made by who records
	Kind     RecordKind     `json:"kind"`
	At       instant.Micros `json:"at"` // by the clock of the phone, see Batch.SentAt
	Session  string         `json:"session,omitempty"`
	Resident string         `json:"resident,omitempty"`
	Tube     string         `json:"tube,omitempty"`
	Desk     string         `json:"desk,omitempty"`
	Purpose  Purpose        `json:"purpose,omitempty"` // "" as the person's state asks for

	Self       bool   `json:"self,omitempty"`
	Supervisor string `json:"supervisor,omitempty"` // who watched, asked for with Self
	Consent    string `json:"consent,omitempty"`    // who agreed in the place of a child; a sample says that its giver agreed

	Outcome Outcome `json:"outcome,omitempty"`
	Reason  string  `json:"reason,omitempty"`
	Of      string  `json:"of,omitempty"`

	Name   string `json:"name,omitempty"`
	Birth  string `json:"birth,omitempty"` // as people write it
	Sex    string `json:"sex,omitempty"`
	Number string `json:"number,omitempty"`
	Phone  string `json:"phone,omitempty"`
	Place  string `json:"place,omitempty"`

	// Of a newcomer who is a foreigner; the police alone sees them again.
	Nationality string `json:"nationality,omitempty"`
	Papers      string `json:"papers,omitempty"` // passport, visa

	Symptoms []string `json:"symptoms,omitempty"`
	Onset    string   `json:"onset,omitempty"` // day, 2021-09-08; "" the day of the record
	Source   string   `json:"source,omitempty"`
}

// Outcome is why somebody who was called gave no sample.
type Outcome string

// The outcomes.
const (
	Refused   Outcome = "refused"
	Absent    Outcome = "absent"
	Postponed Outcome = "postponed" // comes to a later slot
)

// Symptoms that make somebody due at once.
const (
	Cough      = "cough"
	Fever      = "fever"
	Breathless = "breathless"
	OtherSign  = "other"
)

// MaxBatch is how many records one batch may have.
const MaxBatch = 500

// Batch is what a phone sends at once, in the order in which it was recorded.
type Batch struct {
	ID      string         `json:"id"`
	SentAt  instant.Micros `json:"sent_at,omitempty"` // by the same clock as Record.At; 0: that clock is right
	Desk    string         `json:"desk,omitempty"`
	Records []Record       `json:"records"`
}

// Receipt says what became of one record. Status is all that a phone needs to
// forget it: everything but a refusal is durable.
type Receipt struct {
	ID      string `json:"id"`
	Status  Status `json:"status"`
	Key     string `json:"key,omitempty"`     // message, of a problem, a rejection or a sample that does not count
	Args    []any  `json:"-"`                 // of the message, for the edge to translate
	Problem string `json:"problem,omitempty"` // id
	Turn    int    `json:"turn,omitempty"`
}

// Status is what became of a record.
type Status string

// The statuses.
const (
	Taken      Status = "taken"
	Repeated   Status = "repeated" // was there already
	HasProblem Status = "problem"  // kept, and a person must look
	Rejected   Status = "rejected" // has no sense; Key says why
)

// Told is a receipt in the words of who reads it.
type Told struct {
	Receipt
	Text string `json:"text,omitempty"`
}

// Tell puts receipts into words.
func Tell(in []Receipt, translate func(key string, args ...any) string) []Told {
	out := make([]Told, len(in))
	for i, r := range in {
		out[i].Receipt = r
		if r.Key != "" {
			out[i].Text = translate(r.Key, r.Args...)
		}
	}
	return out
}
