// Package fault is the error that a user may see: a kind for machines, a
// message key with arguments for people, and an inner cause for the log. The
// edge translates the key into the user's language; nothing else of an error
// ever reaches a browser.
package fault

import (
	"errors"
	"fmt"
)

// Kind says what a caller can do about a fault. The edges map kinds to HTTP
// status codes and command-line exit codes.
type Kind string

// The kinds of faults.
const (
	Invalid     Kind = "invalid"      // the input is wrong; Fields say where
	NotFound    Kind = "not_found"    // there is no such thing, or the caller may not know of it
	Denied      Kind = "denied"       // the caller's post has no right to it
	Unsigned    Kind = "unsigned"     // nobody is signed in
	Conflict    Kind = "conflict"     // the thing changed meanwhile, or exists already
	NeedsReason Kind = "needs_reason" // allowed, but only with a reason given
	TooLarge    Kind = "too_large"    // a bound on size, time or number was passed
	Unavailable Kind = "unavailable"  // a program or service that this needs is missing now
	Internal    Kind = "internal"     // a defect of the software
)

// Field is a fault at one input field: the same key and arguments as a Fault.
type Field struct {
	Name string
	Key  string
	Args []any
}

// Fault is an error with a message for people.
type Fault struct {
	Kind   Kind
	Key    string // message key, translated at the edge
	Args   []any  // name, value, name, value ... for the message
	Fields []Field
	Cause  error
}

// New makes a fault. args alternate names and values: "No", 612.
func New(kind Kind, key string, args ...any) *Fault {
	return &Fault{Kind: kind, Key: key, Args: args}
}

// Wrap makes a fault with an inner cause, which only the log shows.
func Wrap(cause error, kind Kind, key string, args ...any) *Fault {
	return &Fault{Kind: kind, Key: key, Args: args, Cause: cause}
}

// At adds a fault at an input field and returns f.
func (f *Fault) At(field, key string, args ...any) *Fault {
	f.Fields = append(f.Fields, Field{Name: field, Key: key, Args: args})
	return f
}

// OrNil returns f when it has fields, else nil. Validation collects into one
// fault and ends with it.
func (f *Fault) OrNil() error {
	if len(f.Fields) == 0 {
		return nil
	}
	return f
}

func (f *Fault) Error() string {
	s := string(f.Kind) + ": " + f.Key
	if len(f.Args) > 0 {
		s += fmt.Sprint(" ", f.Args)
	}
	for _, field := range f.Fields {
		s += fmt.Sprintf(" [%s: %s]", field.Name, field.Key)
	}
	if f.Cause != nil {
		s += ": " + f.Cause.Error()
	}
	return s
}

func (f *Fault) Unwrap() error { return f.Cause }

// KindOf returns the kind of err; an error that is no fault is Internal, and
// nil has no kind.
func KindOf(err error) Kind {
	var f *Fault
	switch {
	case err == nil:
		return ""
	case errors.As(err, &f):
		return f.Kind
	default:
		return Internal
	}
}

// KeyOf returns the message key of err, or "error.internal".
func KeyOf(err error) string {
	var f *Fault
	if errors.As(err, &f) {
		return f.Key
	}
	return "error.internal"
}
