package campaign

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"phaodai/internal/audit"
	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/directive"
	"phaodai/internal/fault"
	"phaodai/internal/fold"
	"phaodai/internal/instant"
	"phaodai/internal/org"
	"phaodai/internal/sampling"
)

// Input describes a campaign.
type Input struct {
	Key        string             `json:"key,omitempty"`
	ID         string             `json:"id,omitempty"` // of the campaign to change
	Version    int64              `json:"version,omitempty"`
	Title      string             `json:"title"`
	Unit       string             `json:"unit"`
	Document   string             `json:"document,omitempty"`
	Symbol     string             `json:"symbol,omitempty"`
	Clause     string             `json:"clause,omitempty"`
	Starts     instant.Micros     `json:"starts"`
	Deadline   instant.Micros     `json:"deadline,omitempty"`
	Method     sampling.Method    `json:"method"`
	PoolMax    int                `json:"pool_max,omitempty"`    // 0: 10 for pools, else 1
	ClockHours int                `json:"clock_hours,omitempty"` // 0: 12 for PCR
	ClockFrom  sampling.ClockFrom `json:"clock_from,omitempty"`  // "" is sampling
	Lines      []Line             `json:"lines"`
}

// Bounds of a campaign.
const (
	MostLines = 20
	maxRounds = 14
	mostDays  = 60
	longest   = 200 // letters of a title or name
)

// Save makes a campaign, or changes one that goes on.
func (s *Service) Save(ctx context.Context, by auth.Actor, in Input) (Campaign, error) {
	return once(ctx, s, by, in.Key, func(tx *db.Tx) (Campaign, error) {
		c, err := s.toSave(tx, by, in)
		if err != nil {
			return c, err
		}
		if err := readable(tx, by, in.Document); err != nil {
			return c, err
		}
		if err := c.fill(in, by.Now); err != nil {
			return c, err
		}
		if err := s.checkRules(c.Lines); err != nil { // who may not save compiles nothing
			return c, err
		}
		what := "changed"
		if in.ID == "" {
			what = "opened"
		}
		return c, c.store(tx, by, what)
	})
}

// readable refuses a document that the actor does not read as one that is not
// there.
func readable(tx *db.Tx, by auth.Actor, document string) error {
	if document == "" {
		return nil
	}
	ok, err := directive.MayRead(by, tx, document)
	if err == nil && !ok {
		err = fault.New(fault.NotFound, "document.not_found")
	}
	return err
}

// toSave is the campaign that is changed, or a new one.
func (s *Service) toSave(tx *db.Tx, by auth.Actor, in Input) (c Campaign, err error) {
	if in.ID != "" {
		return toChange(tx, by, in.ID, in.Version)
	}
	u, err := org.UnitIn(tx, in.Unit)
	if err != nil {
		return c, err
	}
	return Campaign{ID: s.ids.New(), Unit: u.ID, UnitPath: u.Path, State: Open}, by.Require(auth.CampaignManage, u.Path, auth.Personal)
}

// toChange locks a campaign that goes on, for who manages all of it.
func toChange(tx *db.Tx, by auth.Actor, campaign string, version int64) (Campaign, error) {
	if err := tx.Lock("campaign", campaign); err != nil {
		return Campaign{}, err
	}
	c, err := In(tx, campaign)
	if err != nil {
		return c, err
	}
	if err := by.Require(auth.CampaignManage, c.UnitPath, auth.Personal); err != nil {
		return c, err
	}
	switch {
	case version != 0 && version != c.Version:
		return c, fault.New(fault.Conflict, "conflict.changed", "Who", c.ChangedBy, "At", c.ChangedAt)
	case c.State != Open:
		return c, fault.New(fault.Conflict, "campaign.over")
	}
	return c, nil
}

// checkRules reads every rule; what is wrong is told at its line.
func (s *Service) checkRules(lines []Line) error {
	f := fault.New(fault.Invalid, "input.check")
	for i, l := range lines {
		err := s.population.Check(l.Rule)
		if wrong := (*fault.Fault)(nil); errors.As(err, &wrong) && wrong.Kind == fault.Invalid {
			place := field(i, "rule")
			for _, x := range wrong.Fields {
				f.At(place, x.Key, x.Args...)
			}
		} else if err != nil {
			return err
		}
	}
	return f.OrNil()
}

// field names a value of a line: "line-1-rule".
func field(i int, name string) string { return fmt.Sprintf("line-%d-%s", i+1, name) }

// fill takes over what was given; all that is wrong is told at once.
func (c *Campaign) fill(in Input, now instant.Micros) error {
	c.Title, c.Document, c.Symbol, c.Clause = fold.Clip(in.Title, longest), in.Document, fold.Clip(in.Symbol, longest), fold.Clip(in.Clause, longest)
	c.Starts, c.Deadline, c.Method, c.PoolMax = in.Starts, in.Deadline, in.Method, in.PoolMax
	c.ClockHours, c.ClockFrom = in.ClockHours, in.ClockFrom
	c.Lines = slices.Clone(in.Lines)
	c.defaults(now)
	f := fault.New(fault.Invalid, "input.check")
	if c.Title == "" {
		f.At("title", "input.missing")
	}
	if !slices.Contains(sampling.Methods(), c.Method) {
		f.At("method", "input.missing")
	}
	if c.ClockFrom != sampling.FromSampling && c.ClockFrom != sampling.FromReceipt {
		f.At("clock_from", "input.missing")
	}
	if c.Deadline != 0 && c.Deadline <= c.Starts {
		f.At("deadline", "campaign.deadline_before")
	}
	if c.Method == sampling.PCRSingle && c.PoolMax != 1 {
		f.At("pool_max", "sampling.single_pool")
	}
	number(f, "pool_max", c.PoolMax, 1, sampling.MostInPool)
	number(f, "clock_hours", c.ClockHours, 0, 240)
	if len(c.Lines) == 0 || len(c.Lines) > MostLines {
		f.At("lines", "campaign.lines", "Most", MostLines)
	}
	for i := range c.Lines {
		c.fillLine(f, i, now)
	}
	return f.OrNil()
}

func (c *Campaign) defaults(now instant.Micros) {
	if c.Starts == 0 {
		c.Starts = now
	}
	if c.ClockFrom == "" {
		c.ClockFrom = sampling.FromSampling
	}
	if c.PoolMax == 0 && c.Method == sampling.PCRPool {
		c.PoolMax = 10
	}
	c.PoolMax = max(c.PoolMax, 1)
	if c.ClockHours == 0 && c.Method != sampling.Rapid {
		c.ClockHours = 12
	}
}

// fillLine numbers a line and checks it.
func (c *Campaign) fillLine(f *fault.Fault, i int, now instant.Micros) {
	l := &c.Lines[i]
	l.Campaign, l.Position, l.Name, l.Rule = c.ID, i+1, fold.Clip(l.Name, longest), strings.TrimSpace(l.Rule)
	name, rounds, least, most := field(i, "name"), field(i, "rounds"), field(i, "every_min"), field(i, "every_max")
	if l.Name == "" {
		f.At(name, "input.missing")
	}
	if l.AtOnce {
		l.Rounds, l.EveryMin, l.EveryMax = 1, 0, 0
		return
	}
	number(f, rounds, l.Rounds, 0, maxRounds)
	number(f, least, l.EveryMin, 1, mostDays)
	number(f, most, l.EveryMax, 1, mostDays)
	if l.EveryMax < l.EveryMin {
		f.At(most, "campaign.every_order")
	}
	if l.Rounds == 0 && c.Deadline == 0 {
		f.At(rounds, "campaign.no_end")
	}
	if left := c.days(c.began(now)); l.Rounds > 1 && c.Deadline != 0 && left < l.days() {
		f.At(rounds, "campaign.no_room", "Rounds", l.Rounds, "Every", l.EveryMin, "Need", l.days(), "Left", max(left, 0))
	}
}

// days is how many days a line needs at least: the first and the last counted.
func (l Line) days() int { return (l.Rounds-1)*l.EveryMin + 1 }

// began is from when a campaign samples: one that goes on has sampled since its
// start, a new one begins today at the earliest.
func (c *Campaign) began(now instant.Micros) instant.Micros {
	if c.Version > 0 {
		return c.Starts
	}
	return max(now, c.Starts)
}

// days is how many days there are to sample on, the first and the last counted.
func (c *Campaign) days(from instant.Micros) int {
	zone := instant.Vietnam()
	return int(instant.DayOf(c.Deadline.In(zone))-instant.DayOf(from.In(zone))) + 1
}

func number(f *fault.Fault, name string, n, least, most int) {
	if n < least || n > most {
		f.At(name, "sampling.number", "Least", least, "Most", most)
	}
}

// store writes a campaign as changed by the actor.
func (c *Campaign) store(tx *db.Tx, by auth.Actor, what string) error {
	c.Version, c.ChangedBy, c.ChangedAt = c.Version+1, by.Name, by.Now
	for _, gone := range []string{"DELETE FROM campaign WHERE id = $1", "DELETE FROM campaign_line WHERE campaign = $1"} {
		if _, err := tx.Exec(gone, c.ID); err != nil {
			return err
		}
	}
	if err := tx.Insert("campaign", *c); err != nil {
		return err
	}
	if err := db.InsertAll(tx, "campaign_line", c.Lines); err != nil {
		return err
	}
	if err := tx.Changed(by.Now, db.Change{Kind: "campaign", Subject: c.ID, Unit: c.UnitPath, What: what}); err != nil {
		return err
	}
	return audit.Record(tx, by, audit.Entry{Action: "campaign." + what, Kind: "campaign", Subject: c.ID, Unit: c.UnitPath})
}

// CloseInput closes a campaign.
type CloseInput struct {
	Key     string `json:"key,omitempty"`
	ID      string `json:"id,omitempty"`
	Version int64  `json:"version,omitempty"`
}

// Close ends a campaign: nobody is due in it any more. Its figures stay.
func (s *Service) Close(ctx context.Context, by auth.Actor, in CloseInput) (Campaign, error) {
	return once(ctx, s, by, in.Key, func(tx *db.Tx) (Campaign, error) {
		c, err := toChange(tx, by, in.ID, in.Version)
		if err != nil {
			return c, err
		}
		c.State = Closed
		return c, c.store(tx, by, "closed")
	})
}

// once runs a write once for a client's key; a repeat answers the same.
func once[T any](ctx context.Context, s *Service, by auth.Actor, key string, do func(*db.Tx) (T, error)) (T, error) {
	return auth.Once(ctx, s.store, by, "campaign", key, do)
}
