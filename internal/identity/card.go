package identity

import (
	"strings"
	"unicode/utf8"

	"phaodai/internal/fold"
)

// Card is what the square code on a citizen card says.
type Card struct {
	Number   Number
	Old      string // number of the old identity card, "" none
	Name     string
	Birth    Birth
	Sex      Sex
	Address  string
	IssuedOn Birth // a day
}

// longest bounds the text of a code.
const longest = 600

// ParseCard reads the text of the code on a citizen card: number, old number,
// name, birth, sex, address and day of issue with | between them. Cards of 2021
// leave the old number empty where there was none; some readers cut the end. The
// code carries no signature: it is what somebody shows, not what the police say.
func ParseCard(text string) (Card, error) {
	if len(text) > longest || !utf8.ValidString(text) {
		return Card{}, bad("identity.card")
	}
	parts := strings.Split(strings.TrimSpace(fold.NFC(text)), "|")
	if len(parts) < 4 {
		return Card{}, bad("identity.card")
	}
	var c Card
	var err error
	if c.Number, err = ParseNumber(parts[0]); err != nil {
		return Card{}, err
	}
	if c.Number.Kind != Citizen {
		return Card{}, bad("identity.card")
	}
	if digits(parts[1]) {
		c.Old = parts[1]
	}
	if c.Name = printed(parts[2]); c.Name == "" {
		return Card{}, bad("identity.card")
	}
	if c.Birth, err = packed(parts[3]); err != nil {
		return Card{}, err
	}
	at := func(i int) string {
		if i < len(parts) {
			return printed(parts[i])
		}
		return ""
	}
	c.Sex, _ = ParseSex(at(4)) // a cut code still names the person
	c.Address = at(5)
	c.IssuedOn, _ = packed(at(6))
	return c, c.Number.Contradicts(c.Birth, c.Sex)
}

// packed reads ddmmyyyy, with 00 for what is not known, or a year alone.
func packed(s string) (Birth, error) {
	if yearOnly.MatchString(s) {
		return ParseBirth(s)
	}
	if len(s) != 8 || !digits(s) {
		return Birth{}, bad("identity.card")
	}
	return ParseBirth(s[:2] + "/" + s[2:4] + "/" + s[4:])
}
