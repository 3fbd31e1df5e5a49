// Package cap writes public alerts in the Common Alerting Protocol, version 1.2
// (OASIS Standard CAP-v1.2, 1 July 2010), so that other systems can show and
// forward a switch of measures. Every alert speaks Vietnamese and English.
//
// An alert that breaks the standard or a bound of ours is refused with the field
// that is wrong. The same alert always gives the same bytes and the same
// identifier, on every server: what changed has another identifier. Moments are
// written in whole seconds of Vietnam's time; places as latitude before
// longitude, as the standard wants, from shapes that have longitude first.
package cap

import (
	"crypto/sha256"
	"encoding/hex"
	"time"

	"phaodai/internal/geo"
	"phaodai/internal/instant"
)

// Kind is what a message does to earlier ones.
type Kind string

// The kinds of messages. Update and Cancel refer to what they replace.
const (
	First  Kind = "Alert"
	Update Kind = "Update"
	Cancel Kind = "Cancel"
)

// Severity is how much a switch asks of people.
type Severity string

// The severities of the standard.
const (
	Extreme  Severity = "Extreme"
	Severe   Severity = "Severe"
	Moderate Severity = "Moderate"
	Minor    Severity = "Minor"
)

// Response is what people should do.
type Response string

// The responses that fit measures; the standard has others.
const (
	Shelter  Response = "Shelter"  // stay where you are
	Prepare  Response = "Prepare"  // get ready for what starts later
	Execute  Response = "Execute"  // do what the instruction says
	Avoid    Response = "Avoid"    // keep away from the place
	Monitor  Response = "Monitor"  // follow the news
	AllClear Response = "AllClear" // nothing more is asked
)

// Alert is one message about measures in areas.
type Alert struct {
	Sender     string // a name of the net: "longbien.hanoi.gov.vn"
	Sent       instant.Micros
	Exercise   bool   // marked as such in status and headlines; Note names the exercise
	Kind       Kind   // "" is First
	Note       string // why it was cancelled, or the name of the exercise
	References []Reference
	Onset      instant.Micros // when the measures begin
	Expires    instant.Micros // zero: no end is known
	Severity   Severity
	Responses  []Response
	Vi, En     Text
	Web        string // address of the public page, "" none
	Contact    string // hotline, "" none
	Parameters []Value
	Areas      []Area
}

// Text is what an alert says in one language.
type Text struct {
	Sender      string // name of the office
	Event       string // "Thay đổi biện pháp phòng, chống dịch"
	Headline    string
	Description string
	Instruction string // "" none
}

// Value is a named value of a system: a code of a unit, the class of an area.
type Value struct{ Name, Value string }

// Area is a place of an alert. Holes of its shape cannot be written: who reads
// the alert sees the ground inside them as part of the area.
type Area struct {
	Vi, En  string
	Shape   geo.Shape // may be empty
	Circles []Circle
	Codes   []Value
}

// Circle is the ground around a point.
type Circle struct {
	Centre geo.Point
	Metres float64
}

// Reference names an earlier message.
type Reference struct {
	Sender, Identifier string
	Sent               instant.Micros
}

// Reference names a message, for one that updates or cancels it.
func (a Alert) Reference() Reference {
	return Reference{Sender: a.Sender, Identifier: a.Identifier(), Sent: a.Sent}
}

// Identifier is made of all that the alert says: "20210909T060000-5f3a…".
func (a Alert) Identifier() string {
	sum := sha256.Sum256(a.document("").bytes())
	return a.Sent.In(instant.Vietnam()).Format("20060102T150405") + "-" + hex.EncodeToString(sum[:12])
}

// XML writes the message. An alert that Check refuses is not written.
func (a Alert) XML() ([]byte, error) {
	if err := a.Check(); err != nil {
		return nil, err
	}
	return a.document(a.Identifier()).bytes(), nil
}

// urgency follows from the time that is left until the measures begin.
func (a Alert) urgency() string {
	switch left := a.Onset.Sub(a.Sent); {
	case a.Kind == Cancel:
		return "Past"
	case left <= 0:
		return "Immediate"
	case left <= time.Hour:
		return "Expected"
	}
	return "Future"
}

// certainty tells what is decided from what has begun.
func (a Alert) certainty() string {
	if a.Onset <= a.Sent {
		return "Observed"
	}
	return "Likely"
}
