package task

import (
	"context"

	"phaodai/internal/auth"
	"phaodai/internal/db"
)

// PlainGround counts a ground the plain way, one query for each question and
// whole tasks: what Territory must agree with.
func (s *Service) PlainGround(ctx context.Context, by auth.Actor, f Filter) (g Ground, err error) {
	g.LateTasks = []string{}
	err = s.store.Read(ctx, func(tx *db.Tx) error {
		sc, err := scopeOf(tx, by)
		if err != nil {
			return err
		}
		f.Live = true
		b := f.condition(sc)
		t, err := grow(tx, by.Now, b.where(), b.args...)
		if err != nil {
			return err
		}
		var leaves []node
		for _, n := range t.tops {
			leaves = append(leaves, t.leaves(n, true)...)
		}
		g.Progress = t.count(leaves)
		f.Open, f.Kind = true, []Kind{Work, Period}
		b = f.condition(sc)
		b.add("t.deadline > 0")
		pressing, err := pick(tx, b, 200)
		if err != nil || len(pressing) == 0 {
			return err
		}
		for _, r := range pressing {
			if r.Late(by.Now) {
				g.LateTasks = append(g.LateTasks, r.ID)
			}
		}
		cards, err := newDealer(tx, sc).deal(pressing[:1])
		g.Urgent = &cards[0]
		return err
	})
	return g, err
}
