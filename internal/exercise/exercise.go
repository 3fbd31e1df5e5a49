// Package exercise keeps the exercise of case-rate bands: an officer sends the
// lists of cases, people, units and mergers, and everybody sees what the bands
// of Decision 4800/QĐ-BYT would have said, ward by ward and day by day.
//
// Guarantees: files are computed before they are kept, and of files that cannot
// be computed nothing is kept; the result is a function of the kept files, so a
// restarted process, or another one, shows the same; no decision reads it.
package exercise

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"sync"
	"time"

	"phaodai/internal/auth"
	"phaodai/internal/blob"
	"phaodai/internal/caseband"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/instant"
)

// MaxFile bounds each file as sent, packed or not.
const MaxFile = 32 << 20

// Service computes and shows the exercise. It is safe for concurrent use.
type Service struct {
	store *db.DB
	clock func() time.Time

	mu   sync.Mutex // held while computing: a second reader waits for the first
	last *Result
}

// New returns the service over a store; the clock tells how long it computed.
func New(store *db.DB, clock func() time.Time) *Service {
	return &Service{store: store, clock: clock}
}

// Sent is one sending of files.
type Sent struct {
	Seq     int64          `db:"seq"`
	At      instant.Micros `db:"at"`
	ByName  string         `db:"by_name"`
	ByTitle string         `db:"by_title"`
	Source  string         `db:"source"`
	AsOf    instant.Micros `db:"as_of"`
	Kept    string         `db:"files"`
	Files   []File         `db:"-"`
}

// File is a kept file.
type File struct {
	Kind Kind   `json:"kind"`
	Name string `json:"name"`
	Size int64  `json:"size"`
	Hash string `json:"hash"`
}

// Result is an exercise with where it comes from.
type Result struct {
	Sent       Sent
	Instrument string
	Took       time.Duration // to compute it from the files
	*caseband.Exercise
}

// Current is the exercise of the newest files; false when none were sent yet.
// After a restart the first reader waits until it is computed again.
func (s *Service) Current(ctx context.Context, by auth.Actor) (*Result, bool, error) {
	switch {
	case !by.SignedIn():
		return nil, false, fault.New(fault.Unsigned, "auth.unsigned")
	case !by.Anywhere(auth.ZoneRead):
		return nil, false, fault.New(fault.Denied, "auth.denied", "Right", string(auth.ZoneRead))
	}
	sent, ok, err := s.newest(ctx)
	if !ok || err != nil {
		return nil, false, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.last != nil && s.last.Sent.Seq >= sent.Seq {
		return s.last, true, nil
	}
	r, err := s.restore(ctx, sent)
	if err != nil {
		return nil, false, err
	}
	s.last = r
	return r, true, nil
}

func (s *Service) newest(ctx context.Context) (sent Sent, ok bool, err error) {
	err = s.store.Read(ctx, func(tx *db.Tx) error {
		return tx.Get(&sent, "SELECT seq, at, by_name, by_title, source, as_of, files FROM band_exercise ORDER BY seq DESC LIMIT 1")
	})
	if errors.Is(err, db.ErrNoRow) {
		return sent, false, nil
	}
	if err != nil {
		return sent, false, err
	}
	return sent, true, json.Unmarshal([]byte(sent.Kept), &sent.Files)
}

// restore computes kept files again.
func (s *Service) restore(ctx context.Context, sent Sent) (*Result, error) {
	data := Files{}
	for _, f := range sent.Files {
		b, _, err := blob.ReadAll(ctx, s.store, f.Hash, MaxFile)
		if err != nil {
			return nil, err
		}
		data[f.Kind] = Upload{f.Name, bytes.NewReader(b)}
	}
	r, err := s.compute(data)
	if err != nil {
		return nil, err
	}
	r.Sent = sent
	return r, nil
}
