package due_test

import (
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"phaodai/internal/db"
	"phaodai/internal/due"
	"phaodai/internal/instant"
	"phaodai/internal/testkit"
)

func schedule(t *testing.T, d *db.DB, items ...due.Item) {
	t.Helper()
	if err := d.Write(t.Context(), func(tx *db.Tx) error { return due.Schedule(tx, items...) }); err != nil {
		t.Fatal(err)
	}
}

func TestAJumpStepsThroughWhatBecameDueInOrder(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		var now atomic.Int64
		now.Store(5)
		s := due.NewSweeper(d, func() instant.Micros { return instant.Micros(now.Load()) }, slog.Default())
		var got []string
		s.Handle("r", func(tx *db.Tx, it due.Item) error {
			got = append(got, fmt.Sprint(it.Subject, "@", int64(it.At)))
			if it.Subject == "b" && it.At < 40 { // each occurrence opens the next, inside the jump too
				return due.Schedule(tx, due.Item{Kind: "r", Subject: "b", Step: fmt.Sprint(it.At + 10), At: it.At + 10})
			}
			return nil
		})
		schedule(t, d,
			due.Item{Kind: "r", Subject: "c", Step: "1", At: 25},
			due.Item{Kind: "r", Subject: "b", Step: "0", At: 10},
			due.Item{Kind: "r", Subject: "later", Step: "1", At: 99})
		if n, err := s.Sweep(t.Context()); n != 0 || err != nil {
			t.Fatalf("before anything is due: %d, %v", n, err)
		}
		now.Store(50)
		if _, err := s.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		want := []string{"b@10", "b@20", "c@25", "b@30", "b@40"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}

func TestAFailedStepIsTriedAgainAndLeavesNothing(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		s := due.NewSweeper(d, func() instant.Micros { return 50 }, slog.Default())
		tries := 0
		s.Handle("r", func(tx *db.Tx, it due.Item) error {
			if _, err := tx.Next("effect"); err != nil {
				return err
			}
			if tries++; tries == 1 {
				return errors.New("mail server down")
			}
			return nil
		})
		schedule(t, d, due.Item{Kind: "r", Subject: "a", Step: "1", At: 10})
		if _, err := s.Sweep(t.Context()); err == nil {
			t.Fatal("the failure was swallowed")
		}
		if n, err := s.Sweep(t.Context()); n != 1 || err != nil {
			t.Fatalf("second sweep: %d, %v", n, err)
		}
		var value int64
		if err := d.Read(t.Context(), func(tx *db.Tx) error { return tx.Get(&value, "SELECT value FROM counter WHERE name = 'effect'") }); err != nil || value != 1 {
			t.Errorf("effect = %d, %v; want exactly 1", value, err)
		}
	})
}

func TestTwoProcessesDoEachItemOnce(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		const items = 60
		for i := range items {
			schedule(t, d, due.Item{Kind: "r", Subject: fmt.Sprint(i), Step: "1", At: instant.Micros(i + 1)})
		}
		var wg sync.WaitGroup
		for range 2 {
			s := due.NewSweeper(d, func() instant.Micros { return 1000 }, slog.Default())
			s.Handle("r", func(tx *db.Tx, it due.Item) error { _, err := tx.Next("effect"); return err })
			wg.Go(func() {
				if _, err := s.Sweep(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		var value int64
		if err := d.Read(t.Context(), func(tx *db.Tx) error { return tx.Get(&value, "SELECT value FROM counter WHERE name = 'effect'") }); err != nil || value != items {
			t.Errorf("effects = %d, %v; want %d", value, err, items)
		}
	})
}
