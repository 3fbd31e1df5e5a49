package officialdoc

import "time"

// Span is a half-open range [start, end) of code points of the text as given.
type Span [2]int

// Len is the number of code points in the span.
func (s Span) Len() int { return s[1] - s[0] }

// Document is all that was read from one text.
type Document struct {
	Metadata    Metadata        `json:"metadata"`
	Citations   []Citation      `json:"citations"`
	Tasks       []Task          `json:"tasks"`
	Clauses     []Clause        `json:"clauses"`
	Corrections []Correction    `json:"corrections"`
	Slip        *Slip           `json:"slip"`
	Stamps      []Stamp         `json:"stamps"`
	Signature   *SignatureBlock `json:"digital_signature"`
	Notes       []Note          `json:"notes"`
}

// Metadata describes the document; for a news report (Kind "tin") the number,
// issuer, day, subject and signer are those of the directive it reports. An
// empty field was not found and is null in JSON.
type Metadata struct {
	Number          string      `json:"number"`           // the text's own spelling, without blanks
	NumberCorrected string      `json:"number_corrected"` // where the spelling is a known fault or alias
	Kind            string      `json:"kind"`             // "chỉ thị", "thông báo" … or "tin"
	KindCode        string      `json:"kind_code"`        // CT, TB, CV …
	ReportedKind    string      `json:"reported_kind"`    // of the directive that a news report tells of
	System          string      `json:"system"`           // "state" or "party"
	Issuer          string      `json:"issuer"`
	IssuedOn        string      `json:"issued_on"`         // 2021-09-07
	IssuedOnPartial string      `json:"issued_on_partial"` // --09-07 where no year is known
	Place           string      `json:"place"`
	Subject         string      `json:"subject"`
	Signer          string      `json:"signer"`
	SignerCorrected string      `json:"signer_corrected"`
	SignerTitle     string      `json:"signer_title"`
	SignedFor       string      `json:"signed_for"` // "TM. ỦY BAN NHÂN DÂN"
	Urgency         string      `json:"urgency"`    // hỏa tốc, thượng khẩn, khẩn
	Secrecy         string      `json:"secrecy"`    // tuyệt mật, tối mật, mật
	Addressees      []string    `json:"addressees"` // "Kính gửi"
	Recipients      []string    `json:"recipients"` // "Nơi nhận", line by line
	RecipientGroups []Recipient `json:"recipient_groups"`
	PublishedOn     time.Time   `json:"published_on"` // a news report's own time; zero where unknown

	// Evidence says where each field was read and why, by its JSON name.
	Evidence map[string]Evidence `json:"evidence"`
}

// Evidence is the place and the rule of one finding.
type Evidence struct {
	Span Span   `json:"span"`
	Why  string `json:"why"`
}

// Purpose says why a recipient gets a document.
type Purpose string

// The purposes of rules/documents.yaml.
const (
	PurposeReport     Purpose = "REPORT"
	PurposeExecute    Purpose = "EXECUTE"
	PurposeCoordinate Purpose = "COORDINATE"
	PurposeInform     Purpose = "INFORM"
	PurposeFile       Purpose = "FILE"
)

// Recipient is one line of "Nơi nhận". A remark such as "(để b/cáo)" covers
// the lines above it back to the remark before.
type Recipient struct {
	Text    string  `json:"text"`
	Purpose Purpose `json:"purpose"`
	Span    Span    `json:"span"`
	Why     string  `json:"why"`
}

// Citation is one other document that the text names, at its first mention.
// Day and issuer may come from a later mention.
type Citation struct {
	Kind            string `json:"kind"`
	Number          string `json:"number"`
	NumberCorrected string `json:"number_corrected"`
	Date            string `json:"date"`
	Issuer          string `json:"issuer"`
	Reported        bool   `json:"optional,omitempty"` // the very directive that a news report tells of
	Text            string `json:"text"`
	Span            Span   `json:"span"`
	Mentions        []Span `json:"mentions"`
	Why             string `json:"why"`
}

// ClauseKind is the force of a clause; empty means that no rule understood it.
type ClauseKind string

// The kinds of clauses (glossary).
const (
	Obligation    ClauseKind = "OBLIGATION"
	Principle     ClauseKind = "PRINCIPLE"
	Goal          ClauseKind = "GOAL"
	Fact          ClauseKind = "FACT"
	Prohibition   ClauseKind = "PROHIBITION"
	Permission    ClauseKind = "PERMISSION"
	Encouragement ClauseKind = "ENCOURAGEMENT"
	Metaclause    ClauseKind = "METADATA"
	Unknown       ClauseKind = ""
)

// Clause is one sentence or bullet of the body.
type Clause struct {
	Item string     `json:"item"` // "2.1.(1)", empty outside numbered items
	Kind ClauseKind `json:"kind"`
	Text string     `json:"text"`
	Span Span       `json:"span"`
	Why  string     `json:"why"`
}

// Task is an action that somebody is ordered to do.
type Task struct {
	Item         string     `json:"item"`
	Clause       int        `json:"clause"` // index into Document.Clauses
	Responsible  []string   `json:"responsible"`
	Inherited    bool       `json:"inherited"`
	Via          []string   `json:"via"`
	Coordinating []string   `json:"coordinating"`
	Text         string     `json:"text"`
	Span         Span       `json:"span"`
	Deadlines    []Deadline `json:"deadlines"`
	Cadence      []Cadence  `json:"cadence"`
	Targets      []Target   `json:"targets"`
	Topic        string     `json:"topic"`
	Why          []string   `json:"why"` // the order, the responsible, the topic
}

// DeadlineKind tells the end of work from the start and the end of a measure.
type DeadlineKind string

// The kinds of deadlines.
const (
	By    DeadlineKind = "by"
	From  DeadlineKind = "from"
	Until DeadlineKind = "until"
)

// Deadline is when a task has to be finished, takes effect, or holds to.
type Deadline struct {
	Text     string       `json:"text"`
	At       time.Time    `json:"at"`                 // zero where relative or without a year
	Partial  string       `json:"partial,omitempty"`  // --09-07 where no year is known
	Kind     DeadlineKind `json:"kind"`               //
	Relative bool         `json:"relative,omitempty"` // bound to an event
	Computed bool         `json:"computed,omitempty"` // added up from a duration
	Coref    bool         `json:"coref,omitempty"`    // the words stand outside the task's span
	Span     Span         `json:"span"`
	Why      string       `json:"why"`
}

// Cadence is how often: EveryDaysMin 2 and EveryDaysMax 3 for "2-3 ngày/lần";
// 0 and 0 for round the clock.
type Cadence struct {
	Text         string `json:"text"`
	EveryDaysMin int    `json:"every_days_min"`
	EveryDaysMax int    `json:"every_days_max"`
	MinTimes     *int   `json:"min_times"`         // "ít nhất n lần"
	AtTime       string `json:"at_time,omitempty"` // "17:00" of "trước 17h hàng ngày"
	Span         Span   `json:"span"`
	Why          string `json:"why"`
}

// Target is a number that the action must meet; Op is eq, min or max.
type Target struct {
	Text  string  `json:"text"`
	Value float64 `json:"value"`
	Unit  string  `json:"unit"` // percent, times, hours, days, metres, people …
	Op    string  `json:"op"`
	Span  Span    `json:"span"`
	Why   string  `json:"why"`
}

// Correction stands beside a word as received; the text itself is kept.
type Correction struct {
	Span      Span   `json:"span"`
	Received  string `json:"received"`
	Corrected string `json:"corrected"`
	Why       string `json:"why"`
}

// Slip is another office's slip for an incoming document (phiếu xử lý văn bản
// đến) that stands before the document itself.
type Slip struct {
	ArrivalNumber string   `json:"arrival_number"`
	IssuedOn      string   `json:"issued_on"`
	Issuer        string   `json:"issuer"`
	ReceivedOn    string   `json:"received_on"`
	Subject       string   `json:"subject"`
	CopiesTo      []string `json:"copies_to"`
	Signers       []Signer `json:"signers"`
	Span          Span     `json:"span"`
	Why           string   `json:"why"`
}

// Signer is a name under a title.
type Signer struct {
	Title string `json:"title"`
	Name  string `json:"name"`
	Span  Span   `json:"span"`
}

// Stamp is an arrival stamp. It belongs to the office named in it; its number
// never is the document's number, nor our arrival number.
type Stamp struct {
	Office string `json:"office"`
	Number string `json:"number"`
	Date   string `json:"date"`
	Text   string `json:"text"`
	Span   Span   `json:"span"`
	Why    string `json:"why"`
}

// SignatureBlock is the visible block of a digital signature: a body signs,
// at a time that is neither the day of issue nor that of arrival.
type SignatureBlock struct {
	Signer   string    `json:"signer"`
	Email    string    `json:"email"`
	Body     string    `json:"body"`
	SignedAt time.Time `json:"signed_at"`
	Span     Span      `json:"span"`
	Why      string    `json:"why"`
}

// Note tells a person who checks the reading what to look at.
type Note struct {
	Span Span   `json:"span"`
	Why  string `json:"why"`
	Text string `json:"text"`
}
