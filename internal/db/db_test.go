package db_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"phaodai/internal/db"
	"phaodai/internal/testkit"
)

func TestWriteIsAllOrNothing(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		boom := errors.New("boom")
		err := d.Write(t.Context(), func(tx *db.Tx) error {
			if _, err := tx.Next("a"); err != nil {
				return err
			}
			return boom
		})
		if !errors.Is(err, boom) {
			t.Fatalf("err = %v, want boom", err)
		}
		if n := next(t, d, "a"); n != 1 {
			t.Errorf("after a failed write the counter gave %d, want 1: no gap", n)
		}
	})
}

func TestAPanicUndoesItsOwnWriteOnly(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		func() {
			defer func() {
				if recover() == nil {
					t.Error("the panic did not reach the caller")
				}
			}()
			d.Write(t.Context(), func(tx *db.Tx) error {
				tx.Next("a")
				panic("boom")
			})
		}()
		if n := next(t, d, "a"); n != 1 {
			t.Errorf("counter = %d, want 1", n)
		}
	})
}

func TestNumbersHaveNoGapUnderConcurrencyAndFailures(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		const workers, each = 8, 40
		var mu sync.Mutex
		seen := map[int64]bool{}
		var wg sync.WaitGroup
		for w := range workers {
			wg.Go(func() {
				for i := range each {
					var n int64
					err := d.Write(t.Context(), func(tx *db.Tx) (err error) {
						if n, err = tx.Next("register"); err != nil {
							return err
						}
						if (w+i)%3 == 0 {
							return errors.New("refused")
						}
						return nil
					})
					if err == nil {
						mu.Lock()
						seen[n] = true
						mu.Unlock()
					}
				}
			})
		}
		wg.Wait()
		for n := int64(1); n <= int64(len(seen)); n++ {
			if !seen[n] {
				t.Fatalf("number %d of %d is missing", n, len(seen))
			}
		}
	})
}

func TestOnceAnswersARepeatWithTheFirstResult(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		send := func() (first bool, result string) {
			err := d.Write(t.Context(), func(tx *db.Tx) (err error) {
				if first, result, err = tx.Once("key-1"); err != nil || !first {
					return err
				}
				return tx.Keep("key-1", "/van-ban/1")
			})
			if err != nil {
				t.Fatal(err)
			}
			return first, result
		}
		if first, _ := send(); !first {
			t.Error("the first send was taken for a repeat")
		}
		if first, result := send(); first || result != "/van-ban/1" {
			t.Errorf("repeat = %v %q, want the kept result", first, result)
		}
	})
}

func TestFollowGivesEveryChangeOnceInCommitOrder(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		const workers, each = 6, 30
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		got := make(chan map[string]int, 2)
		for range 2 { // two processes follow the same log
			go func() { got <- followUntil(ctx, t, d, workers*each) }()
		}
		var wg sync.WaitGroup
		for w := range workers {
			wg.Go(func() {
				for i := range each {
					err := d.Write(ctx, func(tx *db.Tx) error {
						err := tx.Changed(1, db.Change{Kind: "test", Subject: fmt.Sprint(w, "/", i)})
						if i%7 == 0 && d.Engine() == db.Postgres {
							time.Sleep(3 * time.Millisecond) // commits late, after later numbers
						}
						return err
					})
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		first, second := <-got, <-got
		if len(first) != workers*each {
			t.Errorf("%d changes followed, want %d", len(first), workers*each)
		}
		if diff := cmp.Diff(first, second); diff != "" {
			t.Errorf("two followers saw different logs: %s", diff)
		}
	})
}

func followUntil(ctx context.Context, t *testing.T, d *db.DB, want int) map[string]int {
	seen := map[string]int{}
	var at db.Cursor
	for len(seen) < want && ctx.Err() == nil {
		changes, err := d.Follow(ctx, at, 50)
		if err != nil {
			t.Error(err)
			return seen
		}
		for _, c := range changes {
			if seen[c.Subject]++; seen[c.Subject] > 1 {
				t.Errorf("change %s came twice", c.Subject)
			}
			at = c.Cursor
		}
		time.Sleep(2 * time.Millisecond)
	}
	return seen
}

func TestInsertReadsBackByTags(t *testing.T) {
	type row struct {
		Name  string `db:"name"`
		Value int64  `db:"value"`
		Local string
	}
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		want := []row{{Name: "a", Value: 7}, {Name: "b", Value: 9}}
		var got []row
		err := d.Write(t.Context(), func(tx *db.Tx) error {
			if err := db.InsertAll(tx, "counter", want); err != nil {
				return err
			}
			return tx.Select(&got, "SELECT name, value FROM counter ORDER BY name")
		})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		err = d.Write(t.Context(), func(tx *db.Tx) error { return tx.Insert("counter", want[0]) })
		if !db.Duplicate(err) {
			t.Errorf("a second row with the key gave %v, want a duplicate", err)
		}
	})
}

func TestSyncSettingsKeepAcknowledgedWrites(t *testing.T) {
	var mode int
	d := testkit.SQLite(t)
	err := d.Write(t.Context(), func(tx *db.Tx) error { return tx.Get(&mode, "PRAGMA synchronous") })
	if err != nil || mode != 2 {
		t.Errorf("synchronous = %d, %v; want 2 (FULL)", mode, err)
	}
	var level string
	url := testkit.PostgresURL(t)
	careless, err := db.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	err = careless.Write(t.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec("DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET synchronous_commit TO off', current_database()); END $$")
		return err
	})
	careless.Close()
	if err != nil {
		t.Fatal(err)
	}
	p, err := db.Open(t.Context(), url) // a server that was told to be fast
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	err = p.Read(t.Context(), func(tx *db.Tx) error { return tx.Get(&level, "SHOW synchronous_commit") })
	if err != nil || level != "on" {
		t.Errorf("synchronous_commit = %q, %v; want on", level, err)
	}
}

func next(t *testing.T, d *db.DB, counter string) (n int64) {
	t.Helper()
	err := d.Write(t.Context(), func(tx *db.Tx) (err error) {
		n, err = tx.Next(counter)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}
