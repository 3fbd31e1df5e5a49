package audit

import (
	"context"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
)

// KeyChanged is the action of the entry that every change of key leaves.
const KeyChanged = "audit.key_changed"

// Change is how a key is changed.
type Change struct {
	Reason string
	Lost   bool // the old key is not there any more and cannot vouch for the new one
}

// ChangeKey ends the time of the key and begins that of a new one, for which
// the old one vouches; its private half is then gone. Processes that run take
// the new key at their next checkpoint. The database decides: before its
// commit the new key waits in a file beside the old one, after it that file
// takes its place, now or at the next sealing.
func (s *Sealer) ChangeKey(ctx context.Context, by auth.Actor, c Change) (Period, error) {
	if c.Reason == "" {
		return Period{}, fault.New(fault.Invalid, "audit.key_reason")
	}
	next, err := generate()
	if err != nil {
		return Period{}, err
	}
	var period Period
	err = s.store.Write(ctx, func(tx *db.Tx) error {
		if err := tx.Lock("audit", "seal"); err != nil {
			return err
		}
		now, err := s.period(tx)
		if err != nil {
			return err
		}
		if period, err = s.follow(tx, now, next, c.Lost); err != nil {
			return err
		}
		return Record(tx, by, Entry{Action: KeyChanged, Kind: "audit_key", Subject: period.digest(), Fields: []string{"key"}, Reason: c.Reason})
	})
	if err != nil {
		return Period{}, err
	}
	return period, s.store.Write(ctx, func(tx *db.Tx) error {
		if err := tx.Lock("audit", "seal"); err != nil {
			return err
		}
		return s.takeKey(tx)
	})
}

// follow begins the period of the next key.
func (s *Sealer) follow(tx *db.Tx, now Period, next pair, lost bool) (Period, error) {
	// This also ends a change that a crash left half done, whose key would
	// otherwise be overwritten.
	err := s.key.use(now.Public)
	switch {
	case lost && err == nil:
		return Period{}, fault.New(fault.Conflict, "audit.key_not_lost")
	case !lost && err != nil:
		return Period{}, err
	}
	size, _, err := sealed(tx)
	if err != nil {
		return Period{}, err
	}
	root, err := tlog.TreeHash(size, &nodeStore{tx: tx})
	if err != nil {
		return Period{}, fmt.Errorf("audit: hash of the log: %w", err)
	}
	if err := next.write(s.key.dir, nextFile, 0); err != nil {
		return Period{}, fmt.Errorf("audit: keep the new key: %w", err)
	}
	p := Period{Number: now.Number + 1, Begin: size, Public: next.public, Lost: lost, before: now.Public, root: root}
	signers := []pair{next}
	if !lost {
		signers = append(signers, s.key.now())
	}
	return p, begin(tx, &p, signers...)
}

// period is the one that runs; the first begins with the key that is there.
func (s *Sealer) period(tx *db.Tx) (Period, error) {
	p, ok, err := newest(tx)
	if ok || err != nil {
		return p, err
	}
	root, err := tlog.TreeHash(0, &nodeStore{tx: tx})
	if err != nil {
		return p, err
	}
	key := s.key.now()
	p = Period{Number: 1, Public: key.public, root: root}
	return p, begin(tx, &p, key)
}

// takeKey makes the key of the running period the one that signs here.
func (s *Sealer) takeKey(tx *db.Tx) error {
	p, err := s.period(tx)
	if err != nil {
		return err
	}
	return s.key.use(p.Public)
}
