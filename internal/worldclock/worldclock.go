// Package worldclock tells the time of the world that the system serves. In
// real use that is the wall clock. In an exercise it is a row of the database
// (anchor, speed, paused), so that every process agrees: 5 September 2021 can
// run again, faster, stopped, or moved ahead.
//
// What an order times follows this clock; sessions, TLS and background jobs
// stay on the wall clock.
package worldclock

import (
	"context"
	"math"
	"sync"
	"time"

	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/instant"
)

// Setting is the state of an exercise clock. World time is World at the moment
// Wall, and runs Speed times as fast unless paused.
type Setting struct {
	World  instant.Micros `json:"world"`
	Wall   instant.Micros `json:"wall"`
	Speed  float64        `json:"speed"`
	Paused bool           `json:"paused"`
}

// At returns the world time at a wall time. An exercise never runs backwards:
// before the anchor it stands.
func (s Setting) At(wall instant.Micros) instant.Micros {
	if s.Paused || wall < s.Wall {
		return s.World
	}
	return s.World + instant.Micros(float64(wall-s.Wall)*s.Speed)
}

// Clock tells the world time. It is safe for concurrent use.
type Clock struct {
	store *db.DB
	wall  func() time.Time

	mu       sync.RWMutex
	setting  Setting
	exercise bool
}

// Open reads the clock of a store. wall is the wall clock, time.Now outside tests.
func Open(ctx context.Context, store *db.DB, wall func() time.Time) (*Clock, error) {
	c := &Clock{store: store, wall: wall}
	return c, c.Reload(ctx)
}

// Now is the world time.
func (c *Clock) Now() instant.Micros {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if !c.exercise {
		return instant.Of(c.wall())
	}
	return c.setting.At(instant.Of(c.wall()))
}

// Wall is the wall time, for what is not part of the world: audit, sessions.
func (c *Clock) Wall() instant.Micros { return instant.Of(c.wall()) }

// Exercise tells whether the world is an exercise, which every page must show,
// and how its clock is set.
func (c *Clock) Exercise() (Setting, bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.setting, c.exercise
}

type clockRow struct {
	ID     int64   `db:"id"`
	World  int64   `db:"world"`
	Wall   int64   `db:"wall"`
	Speed  float64 `db:"speed"`
	Paused bool    `db:"paused"`
}

const clockColumns = "id, world, wall, speed, paused = 1 AS paused"

func (r clockRow) setting() Setting {
	return Setting{instant.Micros(r.World), instant.Micros(r.Wall), r.Speed, r.Paused}
}

// read returns the setting as the database has it; false is the real world.
func read(tx *db.Tx) (Setting, bool, error) {
	var row clockRow
	err := tx.Get(&row, "SELECT "+clockColumns+" FROM clock WHERE id = 1")
	if err == db.ErrNoRow {
		return Setting{}, false, nil
	}
	return row.setting(), err == nil, err
}

// Reload reads the row again; a process does so when the change log names the
// clock.
func (c *Clock) Reload(ctx context.Context) error {
	var s Setting
	var exercise bool
	err := c.store.Read(ctx, func(tx *db.Tx) (err error) {
		s, exercise, err = read(tx)
		return err
	})
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.setting, c.exercise = s, exercise
	return nil
}

// Change is what to change of an exercise clock. Zero fields leave what is.
type Change struct {
	World  instant.Micros // jump to this moment
	Ahead  time.Duration  // or jump ahead by so much
	Speed  *float64
	Paused *bool
}

// maxSpeed lets a day pass in a second.
const maxSpeed = 86400

// next is the setting after a change that is made at a wall time.
func (ch Change) next(s Setting, exercise bool, wall instant.Micros) (Setting, error) {
	now := s.At(wall)
	out := Setting{World: now.Add(ch.Ahead), Wall: wall, Speed: s.Speed, Paused: s.Paused}
	if ch.Speed != nil {
		out.Speed = *ch.Speed
	}
	if ch.Paused != nil {
		out.Paused = *ch.Paused
	}
	switch {
	case !(out.Speed >= 0 && out.Speed <= maxSpeed): // NaN too
		return s, fault.New(fault.Invalid, "clock.speed")
	case ch.Ahead < 0:
		return s, fault.New(fault.Invalid, "clock.backwards").At("ahead", "clock.backwards")
	case exercise && ch.World != 0 && ch.World < now:
		return s, fault.New(fault.Invalid, "clock.backwards")
	case ch.World != 0:
		out.World = ch.World
	case exercise && out.rate() < s.rate():
		// A process that hears of it a second later has not shown a moment
		// that then comes again.
		out.World += instant.Micros(math.Ceil(s.rate() * 1e6))
	}
	return out, nil
}

// rate is how fast the world runs.
func (s Setting) rate() float64 {
	if s.Paused {
		return 0
	}
	return s.Speed
}

// Steer changes the clock. What holds is read, and the new setting computed,
// under a lock of the row: two who steer at once, in one process or in two,
// come one after the other, and the world never goes back, because records of
// it would lie in its future. also runs with the world's time before and after
// in the same transaction, e.g. to refuse, or to write the audit.
func (c *Clock) Steer(ctx context.Context, ch Change, also ...func(tx *db.Tx, before, after instant.Micros) error) (out Setting, err error) {
	err = c.store.Write(ctx, func(tx *db.Tx) error {
		if err := tx.Lock("clock", "1"); err != nil {
			return err
		}
		s, exercise, err := read(tx)
		if err != nil {
			return err
		}
		wall := c.Wall()
		before := s.At(wall)
		if out, err = ch.next(s, exercise, wall); err != nil {
			return err
		}
		for _, do := range also {
			if err := do(tx, before, out.World); err != nil {
				return err
			}
		}
		return write(tx, out)
	})
	if err != nil {
		return Setting{}, err
	}
	return out, c.Reload(ctx)
}

func write(tx *db.Tx, s Setting) error {
	_, err := tx.Exec(`INSERT INTO clock (id, world, wall, speed, paused) VALUES (1, $1, $2, $3, $4)
		ON CONFLICT (id) DO UPDATE SET world = excluded.world, wall = excluded.wall,
		speed = excluded.speed, paused = excluded.paused`,
		int64(s.World), int64(s.Wall), s.Speed, boolInt(s.Paused))
	if err != nil {
		return err
	}
	return tx.Changed(s.World, db.Change{Kind: "clock", Subject: "1", What: "set"})
}

// Set starts an exercise clock at a moment of the world, or moves it on to it.
func (c *Clock) Set(ctx context.Context, world instant.Micros, speed float64, paused bool) error {
	_, err := c.Steer(ctx, Change{World: world, Speed: &speed, Paused: &paused})
	return err
}

// Hold stops an exercise clock where it stands. It does nothing to one that is
// stopped, or in real use.
func (c *Clock) Hold(ctx context.Context) error {
	s, exercise := c.Exercise()
	if !exercise || s.Paused {
		return nil
	}
	stop := true
	_, err := c.Steer(ctx, Change{Paused: &stop})
	return err
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}
