package directive

import (
	"phaodai/internal/instant"
	"phaodai/internal/officialdoc"
)

// RegisterInput opens a book.
type RegisterInput struct {
	Key       string `json:"key,omitempty"`
	Direction string `json:"direction,omitempty"` // in (default) or out
	Name      string `json:"name,omitempty"`
	Sort      int64  `json:"sort,omitempty"`
	Year      int64  `json:"year,omitempty"` // for Last
	Last      int64  `json:"last,omitempty"` // last number given before the software came, in Year
}

// ReceiveInput takes a file or a plain text in, before it is registered.
type ReceiveInput struct {
	Key  string  `json:"key,omitempty"`
	File *Upload `json:"-"` // or
	Text string  `json:"text,omitempty"`
}

// Facts are the metadata of a document as a person enters or corrects them.
type Facts struct {
	Symbol      string         `json:"symbol,omitempty"` // 484-TB/TU; "" for none
	Kind        string         `json:"kind,omitempty"`   // code; "" takes it from the symbol
	Issuer      string         `json:"issuer,omitempty"`
	IssuedOn    string         `json:"issued_on,omitempty"` // 2021-09-07
	Place       string         `json:"place,omitempty"`
	Subject     string         `json:"subject,omitempty"`
	Signer      string         `json:"signer,omitempty"`
	SignerTitle string         `json:"signer_title,omitempty"`
	Urgency     Urgency        `json:"urgency,omitempty"`
	Secrecy     Secrecy        `json:"secrecy,omitempty"`
	Scope       Scope          `json:"scope,omitempty"`
	ScopePath   string         `json:"scope_path,omitempty"`
	From        instant.Micros `json:"from,omitempty"`
	To          instant.Micros `json:"to,omitempty"`
}

// EnterInput registers an arrived document (vào sổ).
type EnterInput struct {
	Key       string         `json:"key,omitempty"`
	Register  string         `json:"register,omitempty"`
	Document  string         `json:"document,omitempty"`   // from Receive, or "" for one without a file
	Version   int64          `json:"version,omitempty"`    // of that document
	ArrivedAt instant.Micros `json:"arrived_at,omitempty"` // zero is now
	Late      bool           `json:"late,omitempty"`       // vào sổ bổ sung: arrived on an earlier day
	Reason    string         `json:"reason,omitempty"`     // of a late entry or of a second one
	Text      string         `json:"text,omitempty"`       // content typed in, for one without a file
	Facts
}

// Entered is the result of Enter.
type Entered struct {
	Document Document `json:"document"`
	Entry    Entry    `json:"entry"`
}

// TakeInput registers, in the actor's own office, a document that was sent to
// it through the system.
type TakeInput struct {
	Key      string `json:"key,omitempty"`
	Document string `json:"document,omitempty"`
	Register string `json:"register,omitempty"`
}

// AttachInput adds a file to a document.
type AttachInput struct {
	Key      string `json:"key,omitempty"`
	Document string `json:"document,omitempty"`
	Kind     string `json:"kind,omitempty"` // annex when empty
	File     Upload `json:"-"`
}

// CorrectInput corrects the facts of a document, with a reason once it is
// registered.
type CorrectInput struct {
	Key      string `json:"key,omitempty"`
	Document string `json:"document,omitempty"`
	Version  int64  `json:"version,omitempty"`
	Reason   string `json:"reason,omitempty"`
	Facts
}

// PublishInput ticks or unticks "Công khai".
type PublishInput struct {
	Key      string `json:"key,omitempty"`
	Document string `json:"document,omitempty"`
	Version  int64  `json:"version,omitempty"`
	Public   bool   `json:"public,omitempty"`
}

// RefuseInput sends an arrival back before it is registered, or a registered
// one to its sender: wrong addressee, unreadable.
type RefuseInput struct {
	Key      string `json:"key,omitempty"`
	Document string `json:"document,omitempty"`
	Version  int64  `json:"version,omitempty"`
	Reason   string `json:"reason,omitempty"`
}

// AdviseInput is the Office's advice on a slip, with those who get copies.
type AdviseInput struct {
	Key      string `json:"key,omitempty"`
	Document string `json:"document,omitempty"`
	Version  int64  `json:"version,omitempty"` // of the slip
	Advice   string `json:"advice,omitempty"`
	Copies   []Copy `json:"copies,omitempty"`
}

// OnPaper is a decision that was made on paper and is entered by a clerk.
type OnPaper struct {
	Post  string         `json:"post,omitempty"` // that decided
	At    instant.Micros `json:"at,omitempty"`
	Photo *Upload        `json:"-"` // of the signed slip; required
}

// ApproveInput approves a slip, as proposed (Opinion empty) or with an opinion.
type ApproveInput struct {
	Key      string   `json:"key,omitempty"`
	Document string   `json:"document,omitempty"`
	Version  int64    `json:"version,omitempty"` // of the slip
	Opinion  string   `json:"opinion,omitempty"`
	Copies   []Copy   `json:"copies,omitempty"` // instead of the proposed ones; nil keeps them
	OnPaper  *OnPaper `json:"on_paper,omitempty"`
}

// ReturnInput sends a slip back to the Office with the reason.
type ReturnInput struct {
	Key      string   `json:"key,omitempty"`
	Document string   `json:"document,omitempty"`
	Version  int64    `json:"version,omitempty"` // of the slip
	Reason   string   `json:"reason,omitempty"`
	OnPaper  *OnPaper `json:"on_paper,omitempty"`
}

// FileInput closes a document into a dossier (lưu hồ sơ).
type FileInput struct {
	Key      string `json:"key,omitempty"`
	Document string `json:"document,omitempty"`
	Version  int64  `json:"version,omitempty"`
	Dossier  string `json:"dossier,omitempty"`
}

// LinkInput draws a link from a document to another, known here (To) or only
// by its facts.
type LinkInput struct {
	Key    string         `json:"key,omitempty"`
	From   string         `json:"from,omitempty"`
	To     string         `json:"to,omitempty"`
	Symbol string         `json:"symbol,omitempty"`
	Kind   LinkKind       `json:"kind,omitempty"`
	Issuer string         `json:"issuer,omitempty"`
	Date   string         `json:"date,omitempty"`
	At     instant.Micros `json:"at,omitempty"`
}

// UnlinkInput removes a link that was wrong.
type UnlinkInput struct {
	Key    string `json:"key,omitempty"`
	Link   string `json:"link,omitempty"`
	Reason string `json:"reason,omitempty"`
}

// ClassifyInput says what a clause is.
type ClassifyInput struct {
	Key     string                 `json:"key,omitempty"`
	Clause  string                 `json:"clause,omitempty"`
	Version int64                  `json:"version,omitempty"`
	Kind    officialdoc.ClauseKind `json:"kind,omitempty"`
}

// ProposalInput is a proposal as a person makes it. ID empty adds one.
type ProposalInput struct {
	Key          string         `json:"key,omitempty"`
	ID           string         `json:"id,omitempty"`
	Document     string         `json:"document,omitempty"`
	Version      int64          `json:"version,omitempty"`
	Clause       string         `json:"clause,omitempty"`
	Item         string         `json:"item,omitempty"`
	Title        string         `json:"title,omitempty"`
	Text         string         `json:"text,omitempty"`
	Start        int64          `json:"start,omitempty"`
	End          int64          `json:"end,omitempty"`
	Offices      []string       `json:"offices,omitempty"`
	Coordinating []string       `json:"coordinating,omitempty"`
	Responsible  string         `json:"responsible,omitempty"` // words instead of ids: "UBND các phường"
	By           instant.Micros `json:"by,omitempty"`
	From         instant.Micros `json:"from,omitempty"`
	Until        instant.Micros `json:"until,omitempty"`
	Cadence      Cadence        `json:"cadence,omitempty"`
	Targets      []Target       `json:"targets,omitempty"`
	Proof        []string       `json:"proof,omitempty"`
	Topic        string         `json:"topic,omitempty"`
	KeepReason   string         `json:"keep_reason,omitempty"`
}

// SplitInput cuts a proposal into several; each part is corrected like any
// other afterwards.
type SplitInput struct {
	Key     string          `json:"key,omitempty"`
	ID      string          `json:"id,omitempty"`
	Version int64           `json:"version,omitempty"`
	Parts   []ProposalInput `json:"parts,omitempty"` // at least two
}

// MergeInput makes one proposal of several of one document.
type MergeInput struct {
	Key      string   `json:"key,omitempty"`
	Document string   `json:"document,omitempty"`
	IDs      []string `json:"ids,omitempty"`
}

// DropInput sets a proposal aside as no task.
type DropInput struct {
	Key     string `json:"key,omitempty"`
	ID      string `json:"id,omitempty"`
	Version int64  `json:"version,omitempty"`
	Reason  string `json:"reason,omitempty"`
}

// ElsewhereInput sets aside what bodies outside the territory must do.
type ElsewhereInput struct {
	Key      string `json:"key,omitempty"`
	Document string `json:"document,omitempty"`
}

// ElsewhereResult names the proposals that were set aside.
type ElsewhereResult struct {
	IDs []string `json:"ids"`
}

// ConfirmInput confirms proposals; All takes every one that has no problem.
type ConfirmInput struct {
	Key      string   `json:"key,omitempty"`
	Document string   `json:"document,omitempty"`
	IDs      []string `json:"ids,omitempty"`
	All      bool     `json:"all,omitempty"`
}

// ConfirmResult says what was confirmed and what was not, with the fault key
// of each that was not.
type ConfirmResult struct {
	Confirmed []string          `json:"confirmed"`
	Problems  map[string]string `json:"problems"`
}

// ClauseFilter searches clauses of all documents the actor may read.
type ClauseFilter struct {
	Query    string `json:"query,omitempty"`
	Document string `json:"document,omitempty"`
	Kind     string `json:"kind,omitempty"` // OBLIGATION …, "UNKNOWN" for not understood
	After    string `json:"after,omitempty"`
	Limit    int    `json:"limit,omitempty"`
}

// FoundClause is a clause with the document it stands in.
type FoundClause struct {
	Clause
	Symbol   string `json:"symbol" db:"symbol"`
	DocKind  string `json:"doc_kind" db:"doc_kind"`
	Issuer   string `json:"issuer" db:"issuer"`
	Subject  string `json:"subject" db:"subject"`
	IssuedOn string `json:"issued_on" db:"issued_on"`
}

// PlanInput plans a meeting or changes its plan (ID set).
type PlanInput struct {
	Key        string         `json:"key,omitempty"`
	ID         string         `json:"id,omitempty"`
	Version    int64          `json:"version,omitempty"`
	Body       string         `json:"body,omitempty"` // office that meets, of the actor's circle; "" is the actor's own
	Kind       string         `json:"kind,omitempty"`
	Title      string         `json:"title,omitempty"`
	Place      string         `json:"place,omitempty"`
	PlannedAt  instant.Micros `json:"planned_at,omitempty"`
	ChairPost  string         `json:"chair_post,omitempty"`
	ChairName  string         `json:"chair_name,omitempty"`
	Attendance []Attendance   `json:"attendance,omitempty"`
	Agenda     []AgendaItem   `json:"agenda,omitempty"`
}

// HoldInput records that a meeting was held, who came.
type HoldInput struct {
	Key        string         `json:"key,omitempty"`
	ID         string         `json:"id,omitempty"`
	Version    int64          `json:"version,omitempty"`
	HeldAt     instant.Micros `json:"held_at,omitempty"`
	Attendance []Attendance   `json:"attendance,omitempty"`
}

// DecideInput records the result of one agenda item and its votes; an adopted
// draft becomes Adopted.
type DecideInput struct {
	Key     string `json:"key,omitempty"`
	Meeting string `json:"meeting,omitempty"`
	Version int64  `json:"version,omitempty"`
	N       int64  `json:"n,omitempty"`
	Result  string `json:"result,omitempty"`
	Note    string `json:"note,omitempty"`
	For     int64  `json:"for,omitempty"`
	Against int64  `json:"against,omitempty"`
	Abstain int64  `json:"abstain,omitempty"`
}

// ConcludeInput writes the conclusion of a meeting as a document with numbered
// clauses, made here in state Adopted.
type ConcludeInput struct {
	Key     string `json:"key,omitempty"`
	Meeting string `json:"meeting,omitempty"`
	Version int64  `json:"version,omitempty"`
	Kind    string `json:"kind,omitempty"` // TB when empty
	Subject string `json:"subject,omitempty"`
	Text    string `json:"text,omitempty"`

	SignerPost string `json:"signer_post,omitempty"`
	SignedFor  string `json:"signed_for,omitempty"`
	Recipients []Copy `json:"recipients,omitempty"`
}

// DraftInput writes a draft (ID empty) or a new version of one.
type DraftInput struct {
	Key        string   `json:"key,omitempty"`
	ID         string   `json:"id,omitempty"`
	Version    int64    `json:"version,omitempty"`
	Issuer     string   `json:"issuer,omitempty"` // office in whose name it goes out, of the actor's circle; "" is the actor's own
	Kind       string   `json:"kind,omitempty"`
	Subject    string   `json:"subject,omitempty"`
	Text       string   `json:"text,omitempty"` // body, with its own numbering
	Note       string   `json:"note,omitempty"` // what changed
	Urgency    Urgency  `json:"urgency,omitempty"`
	Scope      Scope    `json:"scope,omitempty"`
	ScopePath  string   `json:"scope_path,omitempty"`
	SignerPost string   `json:"signer_post,omitempty"`
	SignedFor  string   `json:"signed_for,omitempty"` // "TM. ỦY BAN NHÂN DÂN", "T/M BAN THƯỜNG VỤ"
	Addressees []string `json:"addressees,omitempty"` // Kính gửi
	Recipients []Copy   `json:"recipients,omitempty"` // Nơi nhận
	Answers    string   `json:"answers,omitempty"`    // document it answers or carries out: a link is drawn
}

// DraftVersion is one version of a draft as it was saved.
type DraftVersion struct {
	Document string         `json:"document" db:"document"`
	N        int64          `json:"n" db:"n"`
	Subject  string         `json:"subject" db:"subject"`
	Text     string         `json:"text" db:"text"`
	Note     string         `json:"note" db:"note"`
	At       instant.Micros `json:"at" db:"at"`
	Post     string         `json:"post" db:"post"`
	Name     string         `json:"name" db:"name"`
}

// StepInput moves an outgoing document one step: adopt, submit, sign, send
// back (Reason), number.
type StepInput struct {
	Key      string `json:"key,omitempty"`
	Document string `json:"document,omitempty"`
	Version  int64  `json:"version,omitempty"`
	Reason   string `json:"reason,omitempty"`
	IssuedOn string `json:"issued_on,omitempty"` // for Number; "" is today
}

// IssueInput sends a numbered document out (phát hành).
type IssueInput struct {
	Key        string `json:"key,omitempty"`
	Document   string `json:"document,omitempty"`
	Version    int64  `json:"version,omitempty"`
	Recipients []Copy `json:"recipients,omitempty"` // instead of those of the draft; nil keeps them
}

// MandateInput sets a term (nhiệm kỳ) of a Party committee, by which Party
// numbers run, and the last number of a kind given before.
type MandateInput struct {
	Key    string           `json:"key,omitempty"`
	Office string           `json:"office,omitempty"`
	Name   string           `json:"name,omitempty"` // "2020-2025"
	From   instant.Micros   `json:"from,omitempty"`
	To     instant.Micros   `json:"to,omitempty"`
	Last   map[string]int64 `json:"last,omitempty"` // by kind code
}

// LastNumberInput tells the last number of a kind that a state office gave in
// a year before the software came.
type LastNumberInput struct {
	Key    string `json:"key,omitempty"`
	Office string `json:"office,omitempty"`
	Kind   string `json:"kind,omitempty"`
	Year   int64  `json:"year,omitempty"`
	Last   int64  `json:"last,omitempty"`
}
