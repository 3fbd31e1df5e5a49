package auth

import (
	"context"
	"io"
	"time"

	"phaodai/internal/db"
	"phaodai/internal/id"
	"phaodai/internal/instant"
)

// Acting is a post that a person may act as, with what it may do.
type Acting struct {
	Post     string  `json:"post"`
	Title    string  `json:"title"` // "Chủ tịch UBND P. Cự Khối"
	Office   string  `json:"office"`
	UnitPath string  `json:"unit_path"`
	Grants   []Grant `json:"-"`
}

// People tells the name of a person and the posts that he may act as at a world
// time, the main one first. The organisation knows; auth does not import it.
type People func(ctx context.Context, person string, at instant.Micros) (name string, posts []Acting, err error)

// Recorder writes an audit entry in a transaction. The audit imports auth, so
// it is handed in.
type Recorder func(tx *db.Tx, by Actor, action, kind, subject, unitPath string, fields ...string) error

// Clock tells world time and wall time.
type Clock interface {
	Now() instant.Micros
	Wall() instant.Micros
}

// Policy are the bounds of passwords and sessions, all on wall time.
type Policy struct {
	Idle      time.Duration // a session unused for so long has ended
	Absolute  time.Duration // and every session after so long
	LockAfter time.Duration // a session unused for so long is locked, where its account has a PIN
	MinLength int           // of a password, in characters
	Cost      Cost          // of hashing
}

// DefaultPolicy is the policy of real use.
func DefaultPolicy() Policy {
	return Policy{
		Idle: 12 * time.Hour, Absolute: 7 * 24 * time.Hour, LockAfter: 10 * time.Minute,
		MinLength: 10, Cost: Cost{Memory: 19 << 10, Time: 2, Threads: 1},
	}
}

// Service keeps accounts and sessions.
type Service struct {
	store  *db.DB
	ids    *id.Source
	clock  Clock
	random io.Reader
	people People
	record Recorder
	policy Policy
	hasher *hasher
}

// Parts are what a Service is made of.
type Parts struct {
	Store  *db.DB
	IDs    *id.Source
	Clock  Clock
	Random io.Reader // crypto/rand.Reader outside tests
	People People
	Record Recorder
	Policy Policy
}

// New returns a service.
func New(p Parts) *Service {
	return &Service{
		store: p.Store, ids: p.IDs, clock: p.Clock, random: p.Random, people: p.People,
		record: p.Record, policy: p.Policy, hasher: newHasher(p.Random, p.Policy.Cost),
	}
}
