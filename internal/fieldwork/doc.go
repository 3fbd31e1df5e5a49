// Package fieldwork is what teams do with a phone: the ward gives a phone the
// duty of a day by a code that works once, the phone takes that duty along and
// sends what was recorded, from tables and from doors.
//
// Guarantees:
//   - A phone sees its duty of the day and nothing else: no numbers, no
//     telephones, no other lanes. It ends with the day, or when the ward stops it.
//   - What it records is taken once, in its order, all of one sending in one
//     transaction; what has no sense here is kept sealed with its reason.
//   - Who is ill is due for a sample at once and the health station is told, who
//     arrived waits for the keeper of the registry, a foreigner for the police
//     alone, who needs help stands on the ward's list until somebody answers.
//   - The part of an area that a phone or a printed list was given stays as it is,
//     whatever comes into the registry.
//   - A visit that went over paper bears who walked and who entered it.
package fieldwork

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/id"
	"phaodai/internal/instant"
	"phaodai/internal/laboratory"
	"phaodai/internal/people"
	"phaodai/internal/sampling"
	"phaodai/internal/vault"
)

// Parts are what the service works with.
type Parts struct {
	Store    *db.DB
	IDs      *id.Source
	Vault    *vault.Vault
	People   *people.Service
	Sampling *sampling.Service
	// Invited are the residents called to a session; nil knows of none.
	Invited func(tx *db.Tx, session string) (map[string]Guest, error)
	// Read takes in what a rapid test shows.
	Read func(*db.Tx, auth.Actor, laboratory.ReadInput) (sampling.Effect, error)
}

// Guest is a place on the list of a session.
type Guest struct {
	Number int
	Slot   instant.Micros
}

// Service gives out duties and takes in records. It is safe for concurrent use.
type Service struct{ Parts }

// New returns the service.
func New(p Parts) *Service { return &Service{p} }

// secret is a fresh key and its hash, which alone is stored.
func secret() (text, hash string) {
	b := make([]byte, 24)
	_, _ = rand.Read(b) // never fails
	text = base64.RawURLEncoding.EncodeToString(b)
	return text, hashed(text)
}

func hashed(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
