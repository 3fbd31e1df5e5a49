package directive

import (
	"phaodai/internal/instant"
	"phaodai/internal/officialdoc"
)

// Reading is what was read from a document: its text as received and the
// findings of the reader.
type Reading struct {
	Document string         `json:"document"`
	State    string         `json:"state"`             // none, waiting, running, done, failed; labels "document.reading." + State
	Problem  string         `json:"problem,omitempty"` // fault key of a failed one
	Done     int64          `json:"done"`              // pages
	All      int64          `json:"all"`
	At       instant.Micros `json:"at"`
	Text     string         `json:"text,omitempty"`
	Typed    bool           `json:"typed"` // the text was typed in by a person

	Found *officialdoc.Document `json:"found,omitempty"`
}

// Review is everything that the review page shows.
type Review struct {
	Document  Document   `json:"document"`
	Reading   Reading    `json:"reading"`
	Clauses   []Clause   `json:"clauses"`
	Proposals []Proposal `json:"proposals"`
	Links     []Link     `json:"links"`

	Checked      int  `json:"checked"`      // clauses that a person confirmed or that a decided proposal covers
	Unknown      int  `json:"unknown"`      // clauses nobody understood
	Ready        int  `json:"ready"`        // confirmed proposals
	Open         int  `json:"open"`         // proposals not yet decided
	Dispatchable bool `json:"dispatchable"` // the slip is approved or the document issued
}
