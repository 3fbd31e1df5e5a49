// Package people keeps the registry of residents: households of a ward in
// walking order, who lives in them, who lived where when, arrivals, foreigners;
// the lists that wards keep as spreadsheets come in and go out through it.
//
// Guarantees:
//   - Citizen number, telephone and exact address are sealed at rest
//     (internal/vault), found by blind indexes, and shown masked. They are
//     opened one person at a time, with a reason, by who has the right.
//   - Every reading of a person stands in the audit: opening, searching,
//     unmasking, exporting.
//   - Two residents who may be one are shown for decision and never merged by
//     the system. A merger moves every link in one transaction and can be
//     undone.
//   - A list is taken in row by row: each row is saved whole or told with its
//     place and remedy, and a list that was taken in before changes nothing.
//   - Where residents lived is kept with its time: who lived in an area on a day
//     is an ordinary question.
package people

import (
	"phaodai/internal/db"
	"phaodai/internal/id"
	"phaodai/internal/instant"
	"phaodai/internal/vault"
)

// Link is a column of another table that names a resident: a merger moves it.
type Link struct{ Table, Key, Column string }

// Tools are what the service needs of others.
type Tools struct {
	// Enqueue puts in the job that takes in a list, with the transaction.
	Enqueue func(tx *db.Tx, wall instant.Micros, p TakePayload) error
	Links   []Link // where other capabilities name a resident
}

// Service reads and changes the registry for an actor. It is safe for
// concurrent use.
type Service struct {
	store *db.DB
	ids   *id.Source
	vault *vault.Vault
	tools Tools
	links []Link
}

// New returns the service over a store.
func New(store *db.DB, ids *id.Source, v *vault.Vault, t Tools) *Service {
	own := []Link{{"stay", "id", "resident"}}
	return &Service{store: store, ids: ids, vault: v, tools: t, links: append(own, t.Links...)}
}
