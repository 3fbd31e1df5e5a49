package worldclock_test

import (
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
		open := func() *worldclock.Clock {
			c, err := worldclock.Open(t.Context(), d, func() time.Time { return wall })
			if err != nil {
				t.Fatal(err)
			}
			return c
		}
		c := open()
		if _, exercise := c.Exercise(); exercise || c.Now() != instant.Of(wall) {
			t.Fatal("a new store is the real world")
		}
		start := instant.Of(time.Date(2021, 9, 5, 18, 35, 0, 0, instant.Vietnam()))
		if err := c.Set(t.Context(), start, 60, false); err != nil {
			t.Fatal(err)
		}
		wall = wall.Add(time.Minute)
		want := start.Add(time.Hour)
		if c.Now() != want || open().Now() != want {
			t.Errorf("now = %v and after a restart %v, want %v", c.Now(), open().Now(), want)
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
