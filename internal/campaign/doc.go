// Package campaign answers who must be sampled: a directive's clause becomes
// lines of rules over the registry of residents, each with how often and until
// when.
//
// Guarantees:
//   - Everybody belongs to one line at most: the first whose rule holds. For whom
//     a line cannot be decided is counted apart, never left out in silence.
//   - Who is due is asked of the population as it is now. A change of zone, a
//     new resident, a lost tube change it at once; nothing has to run.
//   - Nobody is called to two sessions at once, and nobody who is due is left out
//     without being counted.
//   - Numbers are for who reads campaigns; names only for who also reads the
//     registry there, and reading them stands in the audit.
package campaign

import (
	"context"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/id"
	"phaodai/internal/instant"
	"phaodai/internal/org"
	"phaodai/internal/population"
	"phaodai/internal/sampling"
)

// Service keeps campaigns for an actor. It is safe for concurrent use.
type Service struct {
	store      *db.DB
	ids        *id.Source
	population *population.Service
	sampling   *sampling.Service
}

// New returns the service over a store.
func New(store *db.DB, ids *id.Source, p *population.Service, s *sampling.Service) *Service {
	return &Service{store: store, ids: ids, population: p, sampling: s}
}

// State is whether a campaign goes on.
type State string

// The states of a campaign.
const (
	Open   State = "open"
	Closed State = "closed"
)

// Campaign is a round of testing over a unit and everything under it.
type Campaign struct {
	ID         string             `db:"id" json:"id"`
	Title      string             `db:"title" json:"title"`
	Unit       string             `db:"unit" json:"unit"`
	UnitPath   string             `db:"unit_path" json:"unit_path"`
	Document   string             `db:"document" json:"document,omitempty"`
	Symbol     string             `db:"symbol" json:"symbol,omitempty"`
	Clause     string             `db:"clause" json:"clause,omitempty"`
	Starts     instant.Micros     `db:"starts" json:"starts"`
	Deadline   instant.Micros     `db:"deadline" json:"deadline,omitempty"` // 0 none
	Method     sampling.Method    `db:"method" json:"method"`
	PoolMax    int                `db:"pool_max" json:"pool_max"`
	ClockHours int                `db:"clock_hours" json:"clock_hours"`
	ClockFrom  sampling.ClockFrom `db:"clock_from" json:"clock_from"`
	State      State              `db:"state" json:"state"`
	Version    int64              `db:"version" json:"version"`
	ChangedBy  string             `db:"changed_by" json:"changed_by"`
	ChangedAt  instant.Micros     `db:"changed_at" json:"changed_at"`

	Lines []Line `db:"-" json:"lines"`
}

const campaignColumns = `id, title, unit, unit_path, document, symbol, clause, starts, deadline, method, pool_max, clock_hours, clock_from,
	state, version, changed_by, changed_at`

// In returns a campaign with its lines.
func In(tx *db.Tx, campaign string) (Campaign, error) {
	var c Campaign
	err := tx.Get(&c, "SELECT "+campaignColumns+" FROM campaign WHERE id = $1", campaign)
	if err == db.ErrNoRow {
		return c, fault.New(fault.NotFound, "campaign.unknown")
	}
	if err != nil {
		return c, err
	}
	return c, tx.Select(&c.Lines, "SELECT "+lineColumns+" FROM campaign_line WHERE campaign = $1 ORDER BY position", campaign)
}

// seen are the paths under which an actor sees a campaign: all of it, or his own
// units in it.
func (c Campaign) seen(by auth.Actor) (paths []string, err error) {
	if by.Can(auth.CampaignRead, c.UnitPath, auth.Internal) {
		return []string{c.UnitPath}, nil
	}
	for _, p := range by.Paths(auth.CampaignRead, auth.Internal) {
		if org.Within(p, c.UnitPath) {
			paths = append(paths, p)
		}
	}
	if len(paths) == 0 {
		return nil, by.Require(auth.CampaignRead, c.UnitPath, auth.Internal)
	}
	return paths, nil
}

// opened reads a campaign for who may see a part of it.
func (s *Service) opened(ctx context.Context, by auth.Actor, campaign string) (c Campaign, paths []string, err error) {
	err = s.store.Read(ctx, func(tx *db.Tx) error {
		if c, err = In(tx, campaign); err != nil {
			return err
		}
		paths, err = c.seen(by)
		return err
	})
	return c, paths, err
}

// Get returns a campaign of which the actor may see a part.
func (s *Service) Get(ctx context.Context, by auth.Actor, campaign string) (Campaign, error) {
	c, _, err := s.opened(ctx, by, campaign)
	return c, err
}

// mostListed bounds the list of campaigns.
const mostListed = 200

// List are the campaigns of which the actor may see a part, open ones first,
// the latest before the others.
func (s *Service) List(ctx context.Context, by auth.Actor) ([]Campaign, error) {
	var all []Campaign
	err := s.store.Read(ctx, func(tx *db.Tx) error {
		return tx.Select(&all, "SELECT "+campaignColumns+" FROM campaign ORDER BY CASE WHEN state = 'open' THEN 0 ELSE 1 END, starts DESC, id DESC")
	})
	out := []Campaign{}
	for _, c := range all {
		if _, refused := c.seen(by); refused == nil && len(out) < mostListed {
			out = append(out, c)
		}
	}
	return out, err
}
