package zoning

import (
	"context"
	"strings"

	"phaodai/internal/audit"
	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/fold"
	"phaodai/internal/instant"
)

// once runs a write once for a client's key; a repeat answers the same.
func once[T any](ctx context.Context, s *Service, by auth.Actor, key string, do func(*db.Tx) (T, error)) (T, error) {
	return auth.Once(ctx, s.store, by, "zone", key, do)
}

// read runs fn on one snapshot for an actor who may read zoning.
func read[T any](ctx context.Context, s *Service, by auth.Actor, fn func(*db.Tx) (T, error)) (out T, err error) {
	switch {
	case !by.SignedIn():
		return out, fault.New(fault.Unsigned, "auth.unsigned")
	case !by.Anywhere(auth.ZoneRead):
		return out, fault.New(fault.Denied, "auth.denied", "Right", string(auth.ZoneRead))
	}
	err = s.store.Read(ctx, func(tx *db.Tx) error {
		out, err = fn(tx)
		return err
	})
	return out, err
}

// note writes the change log and the audit of one change.
func note(tx *db.Tx, by auth.Actor, kind, subject, unitPath, what string, fields ...string) error {
	if err := tx.Changed(by.Now, db.Change{Kind: kind, Subject: subject, Unit: unitPath, What: what}); err != nil {
		return err
	}
	return audit.Record(tx, by, audit.Entry{
		Action: kind + "." + what, Kind: kind, Subject: subject, Unit: unitPath, Fields: fields,
	})
}

func invalid() *fault.Fault { return fault.New(fault.Invalid, "input.check") }

// short trims and composes a text and adds a fault when it is too long.
func short(f *fault.Fault, field, s string, limit int) string {
	s = strings.TrimSpace(fold.NFC(s))
	if len([]rune(s)) > limit {
		f.At(field, "zone.too_long", "Limit", limit)
	}
	return s
}

func required(f *fault.Fault, field, s string, limit int) string {
	if s = short(f, field, s, limit); s == "" {
		f.At(field, "input.missing")
	}
	return s
}

// stale is the fault of a form that rests on an older version.
func stale(who string, at instant.Micros) error {
	return fault.New(fault.Conflict, "conflict.changed", "Who", who, "At", at)
}
