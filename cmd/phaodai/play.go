package main

import (
	"context"
	"time"

	"phaodai/internal/demo"
)

// play does what the officers of the exercise whom nobody plays do, each step
// when the clock of the exercise has come to it: however fast the clock runs or
// jumps, in their order. How far it came is kept in the note.
func (c *demoCmd) play(ctx context.Context, app *App, n demoNote) {
	if n.Days.Conclusion == "" {
		return // data of an earlier version, without ground
	}
	steps := demo.Steps()
	for n.Days.Done < len(steps) {
		if app.Clock.Now() < steps[n.Days.Done].At {
			select {
			case <-ctx.Done():
				return
			case <-time.After(200 * time.Millisecond):
				continue
			}
		}
		if ctx.Err() != nil {
			return
		}
		c.step(ctx, app, &n, steps[n.Days.Done])
	}
}

// step takes one step. One that a player made impossible is left out: the
// exercise goes on with what there is.
func (c *demoCmd) step(ctx context.Context, app *App, n *demoNote, x demo.Step) {
	err := x.Take(ctx, c.services(app), n.People, &n.Days, app.Clock.Wall())
	if ctx.Err() != nil {
		return
	}
	if err != nil {
		app.Log.Warn("a step of the exercise was left out", "step", x.What, "err", err)
	}
	n.Days.Done++
	if err := c.keep(*n); err != nil {
		app.Log.Error("the note of the exercise was not kept", "err", err)
	}
}
