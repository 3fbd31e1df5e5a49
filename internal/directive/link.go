package directive

import "phaodai/internal/instant"

// LinkKind says what one document does to another. Labels: "document.link." + LinkKind.
type LinkKind string

// The kinds of links.
const (
	Cites      LinkKind = "cites"
	Amends     LinkKind = "amends"
	Supersedes LinkKind = "supersedes"
	Repeals    LinkKind = "repeals"
	Reports    LinkKind = "reports" // a news report of a directive, a report on its execution
	Extends    LinkKind = "extends"
	Repeats    LinkKind = "repeats" // registered again, with a reason
)

// Link is an edge of the graph of documents.
type Link struct {
	ID        string         `json:"id" db:"id"`
	From      string         `json:"from" db:"from_doc"`
	To        string         `json:"to" db:"to_doc"`
	Kind      LinkKind       `json:"kind" db:"kind"`
	Text      string         `json:"text,omitempty" db:"text"` // words that name the other document
	Seen      string         `json:"seen,omitempty" db:"seen"` // the symbol as spelled there
	Start     int64          `json:"start" db:"start_at"`
	End       int64          `json:"end" db:"end_at"`
	At        instant.Micros `json:"at" db:"at"` // from when it works; zero is the day of the source
	Confirmed bool           `json:"confirmed" db:"confirmed"`
	Why       string         `json:"why,omitempty" db:"why"`

	Other     Document `json:"other" db:"-"`     // the other end, as far as the actor may know it
	Backwards bool     `json:"backwards" db:"-"` // true where Other is the source
}

// Step is one document on a walk through the graph.
type Step struct {
	Document Document `json:"document"`
	Via      LinkKind `json:"via"`
	From     string   `json:"from"` // the document it was reached from
	Depth    int      `json:"depth"`
	Force    Force    `json:"force"`
}

// Force says whether a document is in force at a moment, and why.
type Force struct {
	InForce  bool           `json:"in_force"`
	Why      string         `json:"why"` // key: document.force.not_issued, not_yet, ended, repealed, superseded, in_force, amended, unknown
	Since    instant.Micros `json:"since"`
	Until    instant.Micros `json:"until"`
	By       string         `json:"by,omitempty"` // document that ended or amended it
	BySymbol string         `json:"by_symbol,omitempty"`
}
