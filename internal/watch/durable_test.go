package watch_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"testing"

	"github.com/google/go-cmp/cmp"

	"phaodai/internal/db"
	"phaodai/internal/testkit"
	"phaodai/internal/watch"
)

func TestAFollowerGoesOnAfterARestartAndAfterAFailure(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		var got []string
		fail := ""
		open := func() *watch.Follower {
			f, err := watch.NewFollower(t.Context(), d, "roll-up", func(_ context.Context, c db.Logged) error {
				if c.Subject == fail {
					return errors.New("not now")
				}
				got = append(got, c.Subject)
				return nil
			}, slog.New(slog.DiscardHandler))
			if err != nil {
				t.Fatal(err)
			}
			return f
		}
		step := func(f *watch.Follower) (int, error) { return f.Step(t.Context()) }
		change(t, d, "before the first start")
		first := open()
		for i := range 3 {
			change(t, d, fmt.Sprint(i))
		}
		if _, err := step(first); err != nil {
			t.Fatal(err)
		}
		for i := range 3 {
			change(t, d, fmt.Sprint(i+3))
		}
		fail = "4"
		second := open()
		if n, err := step(second); n != 1 || err == nil {
			t.Errorf("step = %d, %v; want 1 and the failure", n, err)
		}
		fail = ""
		if _, err := step(open()); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"0", "1", "2", "3", "4", "5"}, got); diff != "" {
			t.Error(diff)
		}
	})
}
