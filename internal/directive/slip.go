package directive

import (
	"phaodai/internal/instant"
)

// Slip is the processing slip (phiếu xử lý văn bản đến) of an incoming
// document: what the Office advises, what the standing leader decides, who
// gets copies.
type Slip struct {
	Document string `json:"document" db:"document"`

	Advice     string         `json:"advice" db:"advice"`
	AdvisePost string         `json:"advise_post,omitempty" db:"advise_post"`
	AdviseName string         `json:"advise_name,omitempty" db:"advise_name"`
	AdvisedAt  instant.Micros `json:"advised_at" db:"advised_at"`

	Decision   string         `json:"decision,omitempty" db:"decision"` // approved, approved_with_opinion, returned
	Opinion    string         `json:"opinion,omitempty" db:"opinion"`   // or the reason of a return
	DecidePost string         `json:"decide_post,omitempty" db:"decide_post"`
	DecideName string         `json:"decide_name,omitempty" db:"decide_name"`
	DecidedAt  instant.Micros `json:"decided_at" db:"decided_at"`

	OnPaper   bool           `json:"on_paper" db:"on_paper"` // nhập thay
	EnterPost string         `json:"enter_post,omitempty" db:"enter_post"`
	EnterName string         `json:"enter_name,omitempty" db:"enter_name"`
	EnteredAt instant.Micros `json:"entered_at" db:"entered_at"`
	Photo     string         `json:"photo,omitempty" db:"photo"` // attachment

	Version int64      `json:"version" db:"version"`
	Steps   []SlipStep `json:"steps" db:"-"` // all that happened, oldest first
}

// SlipStep is one act on a slip; none is ever changed.
type SlipStep struct {
	Document  string         `json:"-" db:"document"`
	N         int64          `json:"n" db:"n"`
	Act       string         `json:"act" db:"act"` // advised, approved, approved_with_opinion, returned
	Text      string         `json:"text" db:"text"`
	At        instant.Micros `json:"at" db:"at"`
	Post      string         `json:"post" db:"post"`
	Name      string         `json:"name" db:"name"`
	EnterPost string         `json:"enter_post,omitempty" db:"enter_post"`
	EnterName string         `json:"enter_name,omitempty" db:"enter_name"`
	Photo     string         `json:"photo,omitempty" db:"photo"`
}

// Copy proposes a recipient: an office of ours, or words for a body outside.
// Words that name many offices ("Đảng ủy các phường") become one recipient
// each at the time of sending, and stay so.
type Copy struct {
	Office  string `json:"office,omitempty"`
	Text    string `json:"text,omitempty"`
	Purpose string `json:"purpose,omitempty"` // COPY when empty
}
