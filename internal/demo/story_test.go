package demo_test

import (
	"crypto/rand"
	"testing"
	"time"

	"phaodai/internal/db"
	"phaodai/internal/demo"
	"phaodai/internal/directive"
	"phaodai/internal/id"
	"phaodai/internal/instant"
	"phaodai/internal/officialdoc"
	"phaodai/internal/task"
	"phaodai/internal/testkit"
)

func TestTheStoryLeavesWorkForEveryPlayer(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		wall := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
		ids := id.NewSource(func() time.Time { return wall }, rand.Reader)
		people, err := demo.Organisation(t.Context(), d, ids, demo.Start())
		if err != nil {
			t.Fatal(err)
		}
		s := demo.Services{
			Store:     d,
			Directive: directive.New(d, ids, directive.Tools{Reader: officialdoc.New()}),
			Task:      task.New(d, ids),
		}
		if err := demo.Story(t.Context(), s, people, instant.Of(wall)); err != nil {
			t.Fatal(err)
		}
		for login, least := range map[string]int{"cukhoi": 3, "thachban": 3, "bithu.cukhoi": 2, "chutich": 2} {
			err := d.Read(t.Context(), func(tx *db.Tx) error {
				by, err := people.Actor(tx, login, demo.Start(), instant.Of(wall))
				if err != nil {
					return err
				}
				page, err := s.Task.Tasks(t.Context(), by, task.Filter{Mine: true, Open: true})
				if len(page.Cards) < least {
					t.Errorf("%s has %d open tasks, want at least %d", login, len(page.Cards), least)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	})
}
