package taskpage

import (
	"phaodai/internal/instant"
	"phaodai/internal/task"
	"phaodai/internal/web"
)

type todayPage struct {
	Count                                  int
	Late, Due, Starting, Undated, ToVerify []card
	NextAt                                 instant.Micros
}

func (p Parts) today(r *web.Request) error {
	t, err := p.Tasks.Today(r.Context(), r.By)
	if err != nil {
		return err
	}
	now := r.Now()
	return r.Render("task/today", todayPage{
		Count: t.Count, NextAt: t.NextAt,
		Late: cardsOf(t.Late, now), Due: cardsOf(t.Due, now), Starting: cardsOf(t.Starting, now),
		Undated: cardsOf(t.Undated, now), ToVerify: cardsOf(t.ToVerify, now),
	})
}

type territoryPage struct {
	Units, Organisations []ground
}

type ground struct {
	task.Ground
	Urgent *card
}

func (p Parts) territory(r *web.Request) error {
	t, err := p.Tasks.Territory(r.Context(), r.By)
	if err != nil {
		return err
	}
	return r.Render("task/territory", territoryPage{
		Units: groundsOf(t.Units, r.Now()), Organisations: groundsOf(t.Organisations, r.Now()),
	})
}

func groundsOf(grounds []task.Ground, now instant.Micros) []ground {
	out := make([]ground, len(grounds))
	for i, g := range grounds {
		out[i].Ground = g
		if g.Urgent != nil {
			c := cardOf(*g.Urgent, now)
			out[i].Urgent = &c
		}
	}
	return out
}
