package worldclock_test

import (
	"math"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/instant"
	"phaodai/internal/testkit"
	"phaodai/internal/worldclock"
)

func TestExerciseClockRunsStopsAndSurvivesARestart(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		wall := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
		look := func() time.Time { return wall }
		c := open(t, d, look)
		if _, exercise := c.Exercise(); exercise || c.Now() != instant.Of(wall) {
			t.Fatal("a new store is the real world")
		}
		start := instant.Of(time.Date(2021, 9, 5, 18, 35, 0, 0, instant.Vietnam()))
		if err := c.Set(t.Context(), start, 60, false); err != nil {
			t.Fatal(err)
		}
		wall = wall.Add(time.Minute)
		want := start.Add(time.Hour)
		if c.Now() != want || open(t, d, look).Now() != want {
			t.Errorf("now = %v and after a restart %v, want %v", c.Now(), open(t, d, look).Now(), want)
		}
		if err := c.Hold(t.Context()); err != nil {
			t.Fatal(err)
		}
		want = want.Add(time.Minute) // Hold goes one second of the wall on
		wall = wall.Add(time.Hour)
		if c.Now() != want {
			t.Errorf("a paused clock moved to %v", c.Now())
		}
		if err := c.Set(t.Context(), start, 1, false); fault.KeyOf(err) != "clock.backwards" {
			t.Errorf("going back gave %v", err)
		}
	})
}

func open(t *testing.T, d *db.DB, wall func() time.Time) *worldclock.Clock {
	t.Helper()
	c, err := worldclock.Open(t.Context(), d, wall)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// A wall clock that moves at every look is a writer who had to wait.
func TestAPauseIsNeverRefusedForTheTimeThatWaitingTook(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		var looked atomic.Int64
		at := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
		c := open(t, d, func() time.Time { return at.Add(time.Duration(looked.Add(1)) * time.Second) })
		if err := c.Set(t.Context(), instant.Of(at), 3600, false); err != nil {
			t.Fatal(err)
		}
		before, stop := c.Now(), true
		s, err := c.Steer(t.Context(), worldclock.Change{Paused: &stop})
		if err != nil || !s.Paused || s.World < before || c.Now() != s.World {
			t.Errorf("a pause gave %+v, %v; the world was at %v", s, err, before)
		}
	})
}

// Each stands for a process with what it remembers of the clock.
func TestTwoWhoSteerAtOnceLoseNothing(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		wall := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
		still := func() time.Time { return wall }
		start := instant.Of(time.Date(2021, 9, 5, 18, 35, 0, 0, instant.Vietnam()))
		a := open(t, d, still)
		if err := a.Set(t.Context(), start, 1, true); err != nil {
			t.Fatal(err)
		}
		b := open(t, d, still)
		var all sync.WaitGroup
		for _, c := range []*worldclock.Clock{a, b, a, b} {
			all.Go(func() {
				for range 5 {
					if _, err := c.Steer(t.Context(), worldclock.Change{Ahead: time.Minute}); err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		speed := 60.0
		if _, err := a.Steer(t.Context(), worldclock.Change{Speed: &speed}); err != nil {
			t.Fatal(err)
		}
		s, err := b.Steer(t.Context(), worldclock.Change{Ahead: time.Minute}) // b has not heard of the speed
		if err != nil || s.Speed != 60 || !s.Paused || s.World != start.Add(21*time.Minute) {
			t.Errorf("the clock is %+v, %v", s, err)
		}
	})
}

func TestAnImpossibleChangeIsRefused(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		c := open(t, d, time.Now)
		start := instant.Of(time.Now())
		if err := c.Set(t.Context(), start, 1, true); err != nil {
			t.Fatal(err)
		}
		fast, none := 86401.0, math.NaN()
		for key, change := range map[string]worldclock.Change{
			"clock.speed": {Speed: &fast}, "clock.backwards": {Ahead: -time.Second},
		} {
			if _, err := c.Steer(t.Context(), change); fault.KeyOf(err) != key {
				t.Errorf("%+v gave %v, want %s", change, err, key)
			}
		}
		if _, err := c.Steer(t.Context(), worldclock.Change{Speed: &none}); fault.KeyOf(err) != "clock.speed" {
			t.Errorf("a speed that is no number gave %v", err)
		}
		if s, _ := c.Exercise(); s.World != start || s.Speed != 1 {
			t.Errorf("a refused change left %+v", s)
		}
	})
}
