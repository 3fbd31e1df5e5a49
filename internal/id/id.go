// Package id makes the opaque identifiers of records: 26 characters, lower
// case, sortable by the millisecond in which they were made. A client (a page,
// a phone without signal) makes them too, so that a repeated send is known as
// the same record.
package id

import (
	"io"
	"strings"
	"time"

	"github.com/oklog/ulid/v2"
)

// Source makes identifiers from a clock and randomness, both parameters so
// that demos and tests are repeatable.
type Source struct {
	now     func() time.Time
	entropy io.Reader
}

// NewSource returns a source that may be used by many goroutines as long as
// entropy may (crypto/rand.Reader may).
func NewSource(now func() time.Time, entropy io.Reader) *Source {
	return &Source{now: now, entropy: entropy}
}

// New returns a fresh identifier. It panics only when the randomness fails,
// which the operating system's never does.
func (s *Source) New() string {
	return strings.ToLower(ulid.MustNew(ulid.Timestamp(s.now()), s.entropy).String())
}

// Valid tells whether a client's identifier has the form of one.
func Valid(s string) bool {
	if s != strings.ToLower(s) {
		return false
	}
	_, err := ulid.ParseStrict(strings.ToUpper(s))
	return err == nil
}
