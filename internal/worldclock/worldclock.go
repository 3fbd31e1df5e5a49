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

// Reload reads the row again; a process does so when the change log names the
// clock.
func (c *Clock) Reload(ctx context.Context) error {
	var row clockRow
	err := c.store.Read(ctx, func(tx *db.Tx) error {
		return tx.Get(&row, "SELECT id, world, wall, speed, paused = 1 AS paused FROM clock WHERE id = 1")
	})
	if err != nil && err != db.ErrNoRow {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.exercise = err == nil
	c.setting = Setting{instant.Micros(row.World), instant.Micros(row.Wall), row.Speed, row.Paused}
	return nil
}

// Set starts or changes the exercise clock: the world is at world now. A world
// with data cannot go back, because its records would lie in its future. What
// also does, e.g. writing the audit, is part of the transaction.
func (c *Clock) Set(ctx context.Context, world instant.Micros, speed float64, paused bool, also ...func(*db.Tx) error) error {
	if speed < 0 || speed > 86400 {
		return fault.New(fault.Invalid, "clock.speed")
	}
	if s, ok := c.Exercise(); ok && world < s.At(c.Wall()) {
		return fault.New(fault.Invalid, "clock.backwards")
	}
	err := c.store.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`INSERT INTO clock (id, world, wall, speed, paused) VALUES (1, $1, $2, $3, $4)
			ON CONFLICT (id) DO UPDATE SET world = excluded.world, wall = excluded.wall,
			speed = excluded.speed, paused = excluded.paused`,
			int64(world), int64(c.Wall()), speed, boolInt(paused))
		if err != nil {
			return err
		}
		for _, do := range also {
			if err := do(tx); err != nil {
				return err
			}
		}
		return tx.Changed(world, db.Change{Kind: "clock", Subject: "1", What: "set"})
	})
	if err != nil {
		return err
	}
	return c.Reload(ctx)
}

// Hold stops an exercise clock where it stands. It does nothing to one that is
// stopped, or in real use.
func (c *Clock) Hold(ctx context.Context) error {
	s, exercise := c.Exercise()
	if !exercise || s.Paused {
		return nil
	}
	// A second on, so that no moment which somebody was shown comes again; it
	// also covers the time that writing takes.
	return c.Set(ctx, c.Now()+instant.Micros(math.Ceil(s.Speed*1e6)), s.Speed, true)
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}
