// Package zoning says what applies where and when: it divides the ground into
// areas, suggests their classes from criteria, takes plans of wards to the
// approval of the district, and switches measures at the hour.
//
// Guarantees:
//   - On each layer an area has exactly one value at every moment from its
//     birth on, as believed at every point of recorded order: internal/timeline
//     splices each decision in under one lock, and nothing is overwritten.
//   - The layers (epidemiological level, zone of the city, class of the
//     district, blocked) never overwrite each other. Where their measures
//     differ, both are shown until a person rules.
//   - What holds is looked up at the moment asked for. Nothing has to run at
//     06:00 for measures to switch, and every process switches in that second.
//   - A plan applies when its numbered decision is issued, in that transaction;
//     a ward without an approved plan keeps what it had.
//   - An area that goes over to another unit, or whose unit merges, keeps what
//     held in it: a question about a moment is answered in the unit where the
//     area lay then.
//   - A decision names its document and clause, the numbers it saw and the
//     version of the criteria; all versions are kept.
package zoning

import (
	"time"

	"phaodai/internal/db"
	"phaodai/internal/directive"
	"phaodai/internal/id"
	"phaodai/internal/instant"
)

// Service reads and changes zoning for an actor. It is safe for concurrent use.
type Service struct {
	store *db.DB
	ids   *id.Source
	zone  *time.Location
	board *Board

	directive *directive.Service
}

// New returns the service over a store. Decisions and criteria go out through
// the documents, and are in force when those are issued.
func New(store *db.DB, ids *id.Source, documents *directive.Service) *Service {
	s := &Service{store: store, ids: ids, zone: instant.Vietnam(), board: NewBoard(store), directive: documents}
	documents.OnIssue(s.Issued)
	return s
}

// Board is what holds where, in memory.
func (s *Service) Board() *Board { return s.board }
