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
	"phaodai/internal/zoning"
)

// What the exercise shows at the hours that its tour names.
func TestTheThreeDaysEndInTheSwitch(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		wall := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
		ids := id.NewSource(func() time.Time { return wall }, rand.Reader)
		people, err := demo.Organisation(t.Context(), d, ids, demo.Start())
		if err != nil {
			t.Fatal(err)
		}
		papers := directive.New(d, ids, directive.Tools{Reader: officialdoc.New()})
		s := demo.Services{Store: d, Directive: papers, Task: task.New(d, ids), Zoning: zoning.New(d, ids, papers)}
		if err := demo.Story(t.Context(), s, people, instant.Of(wall)); err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		days, err := demo.Ground(t.Context(), s, people, instant.Of(wall))
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("the ground took %v", time.Since(began))
		for _, x := range demo.Steps() {
			if err := x.Take(t.Context(), s, people, &days, instant.Of(wall)); err != nil {
				t.Fatalf("%s: %v", x.What, err)
			}
		}
		board := s.Zoning.Board()
		for ward, want := range map[string]string{"00154": "A03", "00136": "A01", "00115": "A02"} {
			a, ok := board.Area(ward + "-01")
			if !ok {
				t.Fatalf("no area %s-01", ward)
			}
			before, _ := board.At(a.ID, demo.At(9, 6, 0)-1)
			after, _ := board.At(a.ID, demo.At(9, 6, 0))
			if got := before.Regime.Of(zoning.DistrictArea).Value.Class; got != "KEEP" {
				t.Errorf("%s before 06:00: %s", ward, got)
			}
			if got := after.Regime.Of(zoning.DistrictArea).Value.Class; got != want {
				t.Errorf("%s at 06:00: %s, want %s", ward, got, want)
			}
			if after.Regime.Rules().Unruled {
				t.Errorf("%s: nobody has ruled", ward)
			}
		}
		lateOne, _ := board.Area("00148-01")
		if h, _ := board.At(lateOne.ID, demo.At(9, 6, 0)); h.Regime.Of(zoning.DistrictArea).Value.Class != "KEEP" {
			t.Errorf("Thạch Bàn changed at 06:00: %+v", h.Regime.Of(zoning.DistrictArea).Value)
		}
		if h, _ := board.At(lateOne.ID, demo.At(9, 18, 0)); h.Regime.Of(zoning.DistrictArea).Value.Class != "A01" {
			t.Errorf("Thạch Bàn on the evening of the ninth: %+v", h.Regime.Of(zoning.DistrictArea).Value)
		}
		morning, _ := board.At(lateOne.ID, demo.At(6, 7, 0))
		if !morning.Regime.Rules().Unruled {
			t.Error("on the morning of the sixth two documents claim the same hours, and the board says nothing of it")
		}
	})
}
