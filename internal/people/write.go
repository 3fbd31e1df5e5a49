package people

import (
	"context"
	"strings"

	"phaodai/internal/audit"
	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/fold"
	"phaodai/internal/instant"
	"phaodai/internal/vault"
)

// once runs a write once for a client's key; a repeat answers the same.
func once[T any](ctx context.Context, s *Service, by auth.Actor, key string, do func(*db.Tx) (T, error)) (T, error) {
	return auth.Once(ctx, s.store, by, "people", key, do)
}

// change is what the change log tells of a resident or household.
type change struct {
	tx   *db.Tx
	by   auth.Actor
	kind string // resident, household
	id   string
	path string
}

// note writes the change log and the audit of one change.
func (c change) note(what, reason string, fields ...string) error {
	if err := c.tx.Changed(c.by.Now, db.Change{Kind: c.kind, Subject: c.id, Unit: c.path, What: what}); err != nil {
		return err
	}
	return audit.Record(c.tx, c.by, audit.Entry{Action: c.kind + "." + what, Kind: c.kind, Subject: c.id, Unit: c.path, Fields: fields, Reason: reason})
}

func invalid() *fault.Fault { return fault.New(fault.Invalid, "input.check") }

// short trims and composes a text and adds a fault when it is too long.
func short(f *fault.Fault, field, s string, limit int) string {
	s = strings.Join(strings.Fields(fold.NFC(s)), " ")
	if len([]rune(s)) > limit {
		f.At(field, "people.too_long", "Limit", limit)
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

// sealed seals a value at its place.
func (s *Service) sealed(table, column, id, value string) (string, error) {
	return s.vault.Seal(vault.Place{Table: table, Column: column, ID: id}, value)
}

// opened opens a value at its place.
func (s *Service) opened(table, column, id, value string) (string, error) {
	return s.vault.Open(vault.Place{Table: table, Column: column, ID: id}, value)
}

// take adds the problem of one field that a parser found.
func take(f *fault.Fault, field string, err error) {
	if x, ok := err.(*fault.Fault); ok {
		f.At(field, x.Key, x.Args...)
	} else if err != nil {
		f.At(field, "error.internal")
	}
}
