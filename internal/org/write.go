package org

import (
	"context"
	"fmt"
	"strings"

	"phaodai/internal/audit"
	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/instant"
)

// Done is the answer of every write: what was made or changed, and its version
// now.
type Done struct {
	ID      string `json:"id"`
	Version int64  `json:"version"`
}

// write runs a change once for a client's key.
func (s *Service) write(ctx context.Context, by auth.Actor, key string, do func(*db.Tx) (Done, error)) (Done, error) {
	if key != "" {
		key = "org/" + by.Account + "/" + key
	}
	return db.WriteOnce(ctx, s.store, key, do)
}

// record writes the change log and the audit of one change.
func record(tx *db.Tx, by auth.Actor, kind, subject, unitPath, what string, fields ...string) error {
	if err := tx.Changed(by.Now, db.Change{Kind: kind, Subject: subject, Unit: unitPath, What: what}); err != nil {
		return err
	}
	return audit.Record(tx, by, audit.Entry{
		Action: "org." + kind + "_" + what, Kind: kind, Subject: subject, Unit: unitPath, Fields: fields,
	})
}

// stamp is the first version of a record.
func stamp(by auth.Actor) Stamp { return Stamp{Version: 1, ChangedBy: by.Name, ChangedAt: by.Now} }

// fresh returns a fault when the record changed after the actor read it; want 0
// asks nothing.
func (s Stamp) fresh(want int64) error {
	if want == 0 || want == s.Version {
		return nil
	}
	return fault.New(fault.Conflict, "conflict.changed", "Who", s.ChangedBy, "At", s.ChangedAt)
}

// set changes columns of a record and makes a new version of it.
func set(tx *db.Tx, by auth.Actor, table, idColumn, id string, columns []string, values ...any) error {
	var b strings.Builder
	for i, c := range columns {
		fmt.Fprintf(&b, "%s = $%d, ", c, i+1)
	}
	n := len(columns)
	_, err := tx.Exec(fmt.Sprintf("UPDATE %s SET %sversion = version + 1, changed_by = $%d, changed_at = $%d WHERE %s = $%d",
		table, b.String(), n+1, n+2, idColumn, n+3), append(values, by.Name, int64(by.Now), id)...)
	return err
}

// invalid starts a collection of field faults.
func invalid() *fault.Fault { return fault.New(fault.Invalid, "input.check") }

// required adds a fault for an empty field and returns the trimmed text.
func required(f *fault.Fault, field, text string) string {
	text = strings.TrimSpace(text)
	if text == "" {
		f.At(field, "input.missing")
	}
	return text
}

// short adds a fault for a text that is too long.
func short(f *fault.Fault, field, text string, limit int) string {
	text = strings.TrimSpace(text)
	if len([]rune(text)) > limit {
		f.At(field, "org.too_long", "Limit", limit)
	}
	return text
}

// period checks a period that a user gave; no start is now.
func period(f *fault.Fault, from, to, now instant.Micros) Period {
	if from == 0 {
		from = now
	}
	p := Period{From: from, To: to}.orForever()
	if p.To <= p.From {
		f.At("to", "org.period_backwards")
	}
	return p
}

// requireAny returns a fault unless the actor has one of the rights in a unit.
func requireAny(by auth.Actor, path string, rights ...auth.Right) error {
	for _, r := range rights {
		if by.Can(r, path, auth.Internal) {
			return nil
		}
	}
	return by.Require(rights[0], path, auth.Internal)
}
