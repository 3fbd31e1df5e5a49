package task

import (
	"time"

	"phaodai/internal/db"
	"phaodai/internal/id"
	"phaodai/internal/instant"
)

// Service reads and changes tasks for an actor.
type Service struct {
	store *db.DB
	ids   *id.Source
	zone  *time.Location // of the units: where days begin and end
}

// New returns the service over a store.
func New(store *db.DB, ids *id.Source) *Service {
	return &Service{store: store, ids: ids, zone: instant.Vietnam()}
}
