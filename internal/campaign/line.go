package campaign

import (
	"fmt"
	"strings"
)

// Line is a group of people with how often they are sampled.
type Line struct {
	Campaign string `db:"campaign" json:"-"`
	Position int    `db:"position" json:"position,omitempty"` // from 1, given by Save
	Name     string `db:"name" json:"name"`
	Rule     string `db:"rule" json:"rule"`                 // CEL: "district_area == 'A01'"
	Rounds   int    `db:"rounds" json:"rounds"`             // 0 until the deadline
	EveryMin int    `db:"every_min" json:"every_min_days"`  // least days from one sample to the next
	EveryMax int    `db:"every_max" json:"every_max_days"`  // most days
	AtOnce   bool   `db:"at_once" json:"at_once,omitempty"` // symptoms: due until a sample answers them
	Note     string `db:"note" json:"note,omitempty"`       // what the directive leaves open
}

const lineColumns = "campaign, position, name, rule, rounds, every_min, every_max, at_once, note"

// HighNotNamed is the note of a line that the directive does not name: areas of
// high risk, in clause 3.1.
const HighNotNamed = "high_not_named"

// member is the rule of who belongs to line i: it holds, and none before it.
func member(lines []Line, i int) string {
	parts := []string{"(" + lines[i].Rule + ")"}
	for _, l := range lines[:i] {
		parts = append(parts, "!("+l.Rule+")")
	}
	return strings.Join(parts, " && ")
}

// due is the rule of who of line i must be sampled today.
func due(lines []Line, i int) string {
	l, rule := lines[i], member(lines, i)
	if l.AtOnce {
		return rule
	}
	if l.Rounds > 0 {
		rule += fmt.Sprintf(" && samples_in_round < %d", l.Rounds)
	}
	return rule + fmt.Sprintf(" && days_since(last_sample) >= %d", l.EveryMin)
}

// anyRule is the rule of who belongs to some line.
func anyRule(lines []Line) string {
	return anyOf(lines, func(i int) string { return lines[i].Rule })
}

// anyOf is a rule that holds where that of some line does.
func anyOf(lines []Line, rule func(i int) string) string {
	var parts []string
	for i := range lines {
		parts = append(parts, "("+rule(i)+")")
	}
	return strings.Join(parts, " || ")
}

// done is the rule of who of line i has had k turns; without a number of rounds
// whose last sample is not too old.
func (l Line) done(k int) string {
	if l.Rounds == 0 {
		return fmt.Sprintf("days_since(last_sample) <= %d", max(l.EveryMin, l.EveryMax))
	}
	return fmt.Sprintf("samples_in_round >= %d", min(k, l.Rounds))
}

// mostRounds is the largest number of rounds of any line, at least 1.
func mostRounds(lines []Line) int {
	n := 1
	for _, l := range lines {
		n = max(n, l.Rounds)
	}
	return n
}
