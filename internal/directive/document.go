package directive

import (
	"phaodai/internal/instant"
)

// Origin says how a document came to be here.
type Origin string

// The origins.
const (
	Incoming Origin = "incoming" // came from another body
	Made     Origin = "made"     // made here: drafts, conclusions, letters
	Stub     Origin = "stub"     // known only because others name it
)

// State is how far a document has come. Labels: "document.state." + State.
type State string

// The states. Incoming documents go from Received to Filed; those made here
// from Draft to Issued and then like the others.
const (
	Received   State = "received"   // chờ vào sổ
	Registered State = "registered" // chờ tham mưu
	Advised    State = "advised"    // chờ duyệt
	Passed     State = "passed"     // đã chuyển
	Working    State = "working"    // đang thực hiện
	Filed      State = "filed"      // đã xong, lưu hồ sơ
	Refused    State = "refused"    // trả lại nơi gửi

	Draft     State = "draft"     // dự thảo
	Adopted   State = "adopted"   // đã thông qua
	Submitted State = "submitted" // trình ký
	Signed    State = "signed"    // đã ký, chờ số
	Numbered  State = "numbered"  // đã cấp số
	Issued    State = "issued"    // đã phát hành
)

// Urgency is the urgency mark. Labels: "document.urgency." + Urgency.
type Urgency string

// The urgency marks; the hour of arrival is written for the upper two.
const (
	Normal     Urgency = "normal"
	Urgent     Urgency = "urgent"      // khẩn
	VeryUrgent Urgency = "very_urgent" // thượng khẩn
	Express    Urgency = "express"     // hỏa tốc
)

// Secrecy is the secrecy mark. Labels: "document.secrecy." + Secrecy.
type Secrecy string

// The secrecy marks. Of a marked document only the line of the book is kept.
const (
	NoSecret  Secrecy = "none"
	Secret    Secrecy = "secret"     // mật
	TopSecret Secrecy = "top_secret" // tối mật
	Absolute  Secrecy = "absolute"   // tuyệt mật
)

// Scope is how far a document is made known (phạm vi phổ biến). Labels:
// "document.scope." + Scope.
type Scope string

// The scopes.
const (
	ToRecipients Scope = "recipients" // the keeping office and those it was sent to
	ToOffice     Scope = "office"     // the keeping office alone
	ToUnit       Scope = "unit"       // every office in the subtree of ScopePath, down to cells and groups
)

// Document is one official document.
type Document struct {
	ID       string `json:"id" db:"id"`
	Origin   Origin `json:"origin" db:"origin"`
	State    State  `json:"state" db:"state"`
	Office   string `json:"office" db:"office"`       // that keeps it; "" for a stub
	UnitPath string `json:"unit_path" db:"unit_path"` // of that office
	Line     string `json:"line" db:"line"`           // of that office: state, party, front
	Register string `json:"register,omitempty" db:"register"`

	System       string  `json:"system,omitempty" db:"system"` // state or party, by form and number
	Kind         string  `json:"kind" db:"kind"`               // code: CT, TB, CV …; labels "document.kind." + Kind
	Number       int64   `json:"number,omitempty" db:"number"` // 484 of 484-TB/TU
	Symbol       string  `json:"symbol" db:"symbol"`           // 484-TB/TU; "" for a document without number
	SymbolSeen   string  `json:"symbol_seen,omitempty" db:"symbol_seen"`
	Issuer       string  `json:"issuer" db:"issuer"`
	IssuerOffice string  `json:"issuer_office,omitempty" db:"issuer_office"` // where the issuer is an office known here
	IssuedOn     string  `json:"issued_on,omitempty" db:"issued_on"`         // 2021-09-07
	Place        string  `json:"place,omitempty" db:"place"`
	Subject      string  `json:"subject" db:"subject"` // trích yếu
	Signer       string  `json:"signer,omitempty" db:"signer"`
	SignerTitle  string  `json:"signer_title,omitempty" db:"signer_title"`
	SignedFor    string  `json:"signed_for,omitempty" db:"signed_for"`
	Urgency      Urgency `json:"urgency" db:"urgency"`
	Secrecy      Secrecy `json:"secrecy" db:"secrecy"`
	Scope        Scope   `json:"scope" db:"scope"`
	ScopePath    string  `json:"scope_path,omitempty" db:"scope_path"`
	Public       bool    `json:"public" db:"public"`

	From    instant.Micros `json:"from" db:"from_at"` // in force; zero is from its day of issue
	To      instant.Micros `json:"to" db:"to_at"`     // zero is open
	Dossier string         `json:"dossier,omitempty" db:"dossier"`
	Meeting string         `json:"meeting,omitempty" db:"meeting"` // whose conclusion or draft it is

	CreatedAt     instant.Micros `json:"created_at" db:"created_at"`
	CreatedPost   string         `json:"created_post" db:"created_post"`
	CreatedPerson string         `json:"created_person" db:"created_person"`
	ChangedAt     instant.Micros `json:"changed_at" db:"changed_at"`
	ChangedName   string         `json:"changed_name" db:"changed_name"`
	Version       int64          `json:"version" db:"version"`
}

// Entry is one line of a register of arrivals: an office took the document in.
type Entry struct {
	ID           string         `json:"id" db:"id"`
	Document     string         `json:"document" db:"document"`
	Register     string         `json:"register" db:"register"`
	Office       string         `json:"office" db:"office"`
	Year         int64          `json:"year" db:"year"`
	No           int64          `json:"no" db:"no"`
	ArrivedAt    instant.Micros `json:"arrived_at" db:"arrived_at"`
	HourWritten  bool           `json:"hour_written" db:"hour_written"` // urgent: the hour stands in the book
	Late         bool           `json:"late" db:"late"`                 // vào sổ bổ sung
	Reason       string         `json:"reason,omitempty" db:"reason"`   // of a late or a second entry
	SameAs       string         `json:"same_as,omitempty" db:"same_as"` // the document it repeats, with a reason
	ForeignStamp string         `json:"foreign_stamp,omitempty" db:"foreign_stamp"`
	EnteredAt    instant.Micros `json:"entered_at" db:"entered_at"`
	EnteredPost  string         `json:"entered_post" db:"entered_post"`
	EnteredName  string         `json:"entered_name" db:"entered_name"`
}

// Attachment is one file of a document, kept by the hash of its content.
type Attachment struct {
	ID        string         `json:"id" db:"id"`
	Document  string         `json:"document" db:"document"`
	Kind      string         `json:"kind" db:"kind"` // source, annex, slip_photo, photo, letter
	Hash      string         `json:"hash" db:"hash"`
	Name      string         `json:"name" db:"name"`
	MediaType string         `json:"media_type" db:"media_type"`
	Size      int64          `json:"size" db:"size"`
	At        instant.Micros `json:"at" db:"at"`
	ByPost    string         `json:"by_post" db:"by_post"`
	ByName    string         `json:"by_name" db:"by_name"`
}

// Register is a book (sổ) of one office. Numbers of arrivals run per book and
// year.
type Register struct {
	ID        string         `json:"id" db:"id"`
	Office    string         `json:"office" db:"office"`
	UnitPath  string         `json:"unit_path" db:"unit_path"`
	Direction string         `json:"direction" db:"direction"` // in or out
	Name      string         `json:"name" db:"name"`           // "Văn bản cấp trên"
	Sort      int64          `json:"sort" db:"sort"`
	ClosedAt  instant.Micros `json:"closed_at" db:"closed_at"`
	Version   int64          `json:"version" db:"version"`
	Next      int64          `json:"next" db:"-"` // the next number of this year, as it stands now
}

// Recipient is one line of "Nơi nhận" or "Sao gửi": an office known here, or
// words for a body outside.
type Recipient struct {
	ID           string         `json:"id" db:"id"`
	Document     string         `json:"document" db:"document"`
	Office       string         `json:"office,omitempty" db:"office"`
	Text         string         `json:"text" db:"text"` // as printed
	Purpose      string         `json:"purpose" db:"purpose"`
	Source       string         `json:"source" db:"source"` // slip, issue, printed
	Line         int64          `json:"line" db:"line"`
	SentAt       instant.Micros `json:"sent_at" db:"sent_at"` // zero: proposed, not sent
	OpenedAt     instant.Micros `json:"opened_at" db:"opened_at"`
	OpenedPost   string         `json:"opened_post,omitempty" db:"opened_post"`
	OpenedPerson string         `json:"opened_person,omitempty" db:"opened_person"`
	OpenedName   string         `json:"opened_name,omitempty" db:"opened_name"`
}

// The purposes of a recipient. Labels: "document.purpose." + lower case.
const (
	ForReport      = "REPORT"
	ForExecution   = "EXECUTE"
	ForCooperation = "COORDINATE"
	ForInformation = "INFORM"
	ForCopy        = "COPY"
	ForFile        = "FILE"
)

// Listed is a document in a list, with its line of the book.
type Listed struct {
	Document
	EntryID     string         `json:"entry_id,omitempty" db:"entry_id"`
	Year        int64          `json:"year,omitempty" db:"year"`
	No          int64          `json:"no,omitempty" db:"no"`
	ArrivedAt   instant.Micros `json:"arrived_at" db:"arrived_at"`
	HourWritten bool           `json:"hour_written" db:"hour_written"`
	Late        bool           `json:"late" db:"late"`
	SentTo      string         `json:"sent_to,omitempty" db:"-"` // "UBND Quận, 14 đảng ủy": whom it was passed to
}

// Filter chooses documents of a list. Empty fields choose everything.
type Filter struct {
	Query    string // words without tones
	Register string
	Year     int64
	State    State
	Kind     string
	Urgency  Urgency
	Issuer   string // words of the issuer
	From, To string // days of arrival (incoming) or of issue, inclusive
	Open     bool   // not yet passed, working or filed
	Sort     string // column, "-" before it turns round; "" is the usual order of the list
	After    string // key of the last line seen, in the same order
	Limit    int    // at most 200; 0 is 50

	uncounted bool // nobody looks at the total
}

// Page is a part of a list. Total is capped: TotalMore says "and more".
type Page[T any] struct {
	Items     []T    `json:"items"`
	Next      string `json:"next,omitempty"` // After of the next part; "" at the end
	Total     int    `json:"total"`
	TotalMore bool   `json:"total_more"`
}

// View is one document with what belongs to it.
type View struct {
	Document    Document     `json:"document"`
	Entry       *Entry       `json:"entry"` // of the keeping office, or of the reader's own
	Attachments []Attachment `json:"attachments"`
	Recipients  []Recipient  `json:"recipients"`
	Slip        *Slip        `json:"slip"`
	Links       []Link       `json:"links"`
	Reading     Reading      `json:"reading"`
	OfficeName  string       `json:"office_name"`
}
