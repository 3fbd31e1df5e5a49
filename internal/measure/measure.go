// Package measure is what applies to people in a place (biện pháp đang áp
// dụng): bundles of measures that a document sets, and the regime that several
// documents at once make of an area. A measure stands in one category, at one
// named step; each category declares in which order its steps grow stricter, so
// that two measures can be held against each other. Steps of different orders
// cannot be compared, and then both are kept.
//
// Categories, bundles, penalties and the questions that residents ask are data:
// YAML shipped inside, every fact with its source and how sure it is. A locality
// adds its own. Where an upper and a lower document disagree and nobody has
// ruled, both are listed, the stricter first; the package never chooses between
// them by itself.
//
// The package is pure. Levels count from the nation (0) to the area (4).
package measure

import (
	"strings"

	"phaodai/internal/instant"
)

// Name is a text in both languages.
type Name struct {
	Vi string `yaml:"vi" json:"vi"`
	En string `yaml:"en" json:"en"`
}

// Limit is a number that a measure sets: < 10 people, >= 2 m.
type Limit struct {
	Op    string  `yaml:"op" json:"op"` // <, <=, >, >=
	Value float64 `yaml:"value" json:"value"`
	Unit  string  `yaml:"unit" json:"unit"` // people, m, hour, percent
}

// Measure is one thing that is allowed, limited or forbidden.
type Measure struct {
	Category   string `yaml:"category" json:"category"`
	Step       string `yaml:"step" json:"step"`
	Limit      *Limit `yaml:"limit" json:"limit,omitempty"`
	Text       Name   `yaml:"text" json:"text"`
	Exceptions []Name `yaml:"exceptions" json:"exceptions,omitempty"`
	Clause     string `yaml:"clause" json:"clause,omitempty"`   // place in the instrument, "" not read
	Penalty    string `yaml:"penalty" json:"penalty,omitempty"` // ID of a Penalty
	Source     string `yaml:"source" json:"source"`
	Confidence string `yaml:"confidence" json:"confidence"` // high, medium, low
	Note       string `yaml:"note" json:"note,omitempty"`   // why the confidence is not higher
}

// Bundle is what one document sets. From and To are what the document says; a
// later decision may keep a bundle in force elsewhere for longer.
type Bundle struct {
	ID             string         `yaml:"id" json:"id"`
	Version        int            `yaml:"version" json:"version"`
	Title          Name           `yaml:"title" json:"title"`
	Short          string         `yaml:"short" json:"short"` // on a badge: "CT 15+"
	Scope          Name           `yaml:"scope" json:"scope"` // where it was set, empty: where a decision puts it
	Instrument     string         `yaml:"instrument" json:"instrument"`
	Base           string         `yaml:"base" json:"base,omitempty"`                 // bundle whose measures hold where this one is silent
	BaseVersion    int            `yaml:"base_version" json:"base_version,omitempty"` // 0 is 1; a new version of the base changes nothing by itself
	From           instant.Micros `yaml:"-" json:"from"`                              // zero: not known
	To             instant.Micros `yaml:"-" json:"to"`                                // zero: open
	NeedsAdditions bool           `yaml:"needs_additions" json:"needs_additions,omitempty"`
	// TakesAdditions tells that the bundle, or one that it rests on, leaves
	// stricter measures to the locality: those do not contradict it.
	TakesAdditions bool `yaml:"-" json:"takes_additions,omitempty"`
	// Special is a decision for a place under a law of its own (phong tỏa):
	// it goes before others without a ruling.
	Special bool      `yaml:"special" json:"special,omitempty"`
	Own     []Measure `yaml:"measures" json:"own"`
	// Measures are Own and, for categories that Own is silent about, those of
	// the base.
	Measures []Measure `yaml:"-" json:"measures"`
}

// Penalty is what an offence against a measure costs a person.
type Penalty struct {
	ID         string `yaml:"id" json:"id"`
	Instrument string `yaml:"instrument" json:"instrument"`
	Article    string `yaml:"article" json:"article"`
	Act        Name   `yaml:"act" json:"act"`
	Min        int64  `yaml:"min" json:"min"` // đồng
	Max        int64  `yaml:"max" json:"max"`
	Source     string `yaml:"source" json:"source"`
	Confidence string `yaml:"confidence" json:"confidence"`
	Note       string `yaml:"note" json:"note,omitempty"`
}

// Sentence is the text of a measure with its exceptions.
func (m Measure) Sentence() Name {
	if len(m.Exceptions) == 0 {
		return m.Text
	}
	var vi, en []string
	for _, e := range m.Exceptions {
		vi, en = append(vi, e.Vi), append(en, e.En)
	}
	return m.Text.then(Name{"Trừ: " + strings.Join(vi, "; ") + ".", "Except: " + strings.Join(en, "; ") + "."})
}
