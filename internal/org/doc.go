// Package org knows who answers for what: units (province, district, ward,
// neighbourhood group), the offices of the State, Party and Front lines in
// them, posts and who holds them, who is in charge of which territory,
// committees, and who is on duty now.
//
// Guarantees:
//   - Everything has a period [From, To) of the world; what held at any past
//     moment is an ordinary question. What was recorded when stands in the
//     change log.
//   - A unit's path ("/01/01-004/01-004-00145/") never changes, so that what
//     stores a path stays true. A unit that moves under another parent ends,
//     and the new one is its successor (History).
//   - Tiers are data: the structure of 2021 with districts and that of July
//     2025 without them stand side by side.
//   - An ended unit, office or post is never removed.
//
// Functions on *db.Tx (OfficeIn, HeadOf, Resolve ...) are for other
// capabilities inside their own transactions and ask no rights; the methods of
// Service are for the edges and do.
package org

import (
	"phaodai/internal/db"
	"phaodai/internal/id"
)

// Service reads and changes the organisation for an actor.
type Service struct {
	store *db.DB
	ids   *id.Source
}

// New returns the service over a store.
func New(store *db.DB, ids *id.Source) *Service { return &Service{store: store, ids: ids} }
