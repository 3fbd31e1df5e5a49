// Package auth knows who acts: accounts with passwords, sessions, the post that
// a person acts as, and what a post may do. A right is role x unit subtree x
// sensitivity, and whatever is not granted is denied.
package auth

import (
	"strings"

	"phaodai/internal/fault"
	"phaodai/internal/instant"
)

// Sensitivity is how far what is read or changed concerns persons or secrets.
type Sensitivity int

// The levels, each including those below it.
const (
	Open       Sensitivity = iota // what anybody may know
	Internal                      // work of the offices
	Personal                      // persons, shown masked
	Restricted                    // identity numbers, residence status, police matters
)

// Grant is a role in a subtree of units, up to a level of sensitivity.
type Grant struct {
	Role  Role
	Path  string // path of the unit at the top of the subtree, e.g. "/01/004/"
	Level Sensitivity
}

// Actor is a signed-in person acting as one post, at a moment. It is passed to
// every function of a capability that reads or changes something.
type Actor struct {
	Account   string // id of the account; "" is nobody, "system" the system itself
	Person    string // id of the person (officer)
	Name      string // name of the person
	Post      string // id of the post acted as
	PostTitle string // "Chủ tịch UBND P. Cự Khối"
	Office    string // id of the office of the post
	UnitPath  string // path of the office's unit
	Grants    []Grant

	Now     instant.Micros // world time
	Wall    instant.Micros // wall time, for the audit
	Request string         // id of the request, for the audit
	Lang    string         // "vi" or "en"
}

// System is the actor of what the system does by itself, at a world time.
func System(now, wall instant.Micros) Actor {
	return Actor{
		Account: "system", Name: "Pháo Đài", Now: now, Wall: wall, Lang: "vi",
		Grants: []Grant{{Role: "system", Path: "/", Level: Restricted}},
	}
}

// SignedIn tells whether anybody is signed in.
func (a Actor) SignedIn() bool { return a.Account != "" }

// Can tells whether the actor has a right over what belongs to the unit with
// this path, at a level of sensitivity.
func (a Actor) Can(right Right, unitPath string, level Sensitivity) bool {
	for _, g := range a.Grants {
		if g.Level >= level && unitPath != "" && strings.HasPrefix(unitPath, g.Path) && g.Role.Has(right) {
			return true
		}
	}
	return false
}

// Anywhere tells whether the actor has a right in some unit: whether a page or
// a menu entry makes sense for him at all. What it shows is decided by Can.
func (a Actor) Anywhere(right Right) bool {
	for _, g := range a.Grants {
		if g.Role.Has(right) {
			return true
		}
	}
	return false
}

// Require returns a fault unless the actor can.
func (a Actor) Require(right Right, unitPath string, level Sensitivity) error {
	switch {
	case a.Can(right, unitPath, level):
		return nil
	case !a.SignedIn():
		return fault.New(fault.Unsigned, "auth.unsigned")
	default:
		return fault.New(fault.Denied, "auth.denied", "Right", string(right))
	}
}
