package task_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"phaodai/internal/db"
	"phaodai/internal/inbox"
	"phaodai/internal/task"
	"phaodai/internal/testkit"
)

// fullLadder is what the default ladder tells of an order to one ward that
// nobody touches: given at 18:35 on the 5th, due by the end of the 7th.
var fullLadder = []string{
	"h-ub00 unaccepted@05/09 20:35",
	"btv-qu unaccepted_owner@06/09 00:35",
	"h-ub00 day_before@06/09 23:59",
	"h-ub00 before@07/09 20:59",
	"h-ub00 at@07/09 23:59",
	"h-ub00 after@08/09 01:59",
	"btv-qu owner@08/09 03:59",
	"h-ubq head@08/09 11:59",
}

func TestTheLadderClimbsStepByStep(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := settle(t, d, 1)
		w.assign(task.AssignInput{Offices: []string{ubnd(0)}, Deadline: endOf(7)})
		for m := w.now; m < at(9, 0, 0); m = m.Add(37 * 60e9) {
			w.to(m)
		}
		if diff := cmp.Diff(fullLadder, w.messages("task.step.")); diff != "" {
			t.Error(diff)
		}
	})
}

func TestAJumpOfTheClockTellsTheSameInTheSameOrder(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := settle(t, d, 1)
		id := w.assign(task.AssignInput{Offices: []string{ubnd(0)}, Deadline: endOf(7)})[0]
		w.to(at(20, 0, 0))
		if diff := cmp.Diff(fullLadder, w.messages("task.step.")); diff != "" {
			t.Error(diff)
		}
		var got []string
		for _, e := range w.get(id).History {
			if e.What == "step" {
				got = append([]string{e.At.Time().Format("02 15:04")}, got...)
			}
		}
		if !slices.IsSorted(got) || len(got) != len(fullLadder) {
			t.Errorf("history of the steps: %v", got)
		}
	})
}

func TestTwoSweepersAndARestartTellOnce(t *testing.T) {
	eachLocation(t, func(t *testing.T, open func() *db.DB) {
		d := open()
		w := settle(t, d, 3)
		w.assign(task.AssignInput{Offices: w.allWards(), Deadline: endOf(7)})
		w.to(at(7, 21, 0))
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
		d = open() // the process was killed and comes back two days later
		defer d.Close()
		w = resume(t, d, 3)
		w.now = at(9, 12, 0)
		var wg sync.WaitGroup
		for range 2 {
			s := w.newSweeper()
			wg.Go(func() {
				if _, err := s.Sweep(context.Background()); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		seen := map[string]int{}
		for _, m := range w.messages("task.step.") {
			seen[m]++
		}
		for _, ward := range []string{"h-ub00", "h-ub01", "h-ub02"} {
			for _, m := range []string{" unaccepted@05/09 20:35", " day_before@06/09 23:59", " before@07/09 20:59", " at@07/09 23:59", " after@08/09 01:59"} {
				if seen[ward+m] != 1 {
					t.Errorf("%q came %d times, want once", ward+m, seen[ward+m])
				}
			}
		}
		// Wards 0 and 1 have a member in charge; the head hears of all three.
		if seen["btv-qu owner@08/09 03:59"] != 2 || seen["h-ubq head@08/09 11:59"] != 3 {
			t.Errorf("escalations: %v", seen)
		}
	})
}

func TestADoneTaskIsSilentAndAReturnedOneIsNot(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := settle(t, d, 1)
		id := w.assign(task.AssignInput{Offices: []string{ubnd(0)}, Deadline: endOf(7)})[0]
		must[task.Task](t)(w.s.Report(t.Context(), w.as("h-"+ubnd(0)), reported(id)))
		w.to(at(8, 9, 0))
		if got := w.messages("task.step."); len(got) != 0 {
			t.Errorf("a reported task was chased: %v", got)
		}
		must[task.Task](t)(w.s.Return(t.Context(), w.as("h-"+vpUBND), task.ActInput{Task: id, Reason: "thiếu"}))
		w.to(at(9, 9, 0))
		want := []string{
			"h-ub00 at@08/09 09:00", "h-ub00 after@08/09 11:00", "btv-qu owner@08/09 13:00", "h-ubq head@08/09 21:00",
		}
		if diff := cmp.Diff(want, w.messages("task.step.")); diff != "" {
			t.Error(diff)
		}
	})
}

func TestAnExtensionMovesTheDeadlineAndTheLadder(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := settle(t, d, 1)
		id := w.assign(task.AssignInput{Offices: []string{ubnd(0)}, Deadline: endOf(7)})[0]
		ward := w.as("h-" + ubnd(0))
		must[task.Task](t)(w.s.Accept(t.Context(), ward, task.ActInput{Task: id}))
		w.to(at(7, 21, 30)) // day_before and before have come
		ward, office := w.as("h-"+ubnd(0)), w.as("h-"+vpUBND)
		_, err := w.s.AskExtension(t.Context(), ward, task.ExtensionInput{Task: id, Until: endOf(6), Reason: "x"})
		fails(t, err, "input.check")
		must[task.Task](t)(w.s.AskExtension(t.Context(), ward, task.ExtensionInput{Task: id, Until: endOf(9), Reason: "phong tỏa"}))
		got := must[task.Task](t)(w.s.DecideExtension(t.Context(), office, task.DecideInput{Task: id, Grant: true, Until: endOf(8)}))
		if got.State != task.Accepted || got.Deadline != endOf(8) {
			t.Errorf("granted: %s %v", got.State, got.Deadline)
		}
		w.to(at(10, 0, 0))
		want := []string{
			"h-ub00 day_before@06/09 23:59", "h-ub00 before@07/09 20:59", // of the old deadline
			"h-ub00 day_before@07/09 23:59", "h-ub00 before@08/09 20:59", "h-ub00 at@08/09 23:59",
			"h-ub00 after@09/09 01:59", "btv-qu owner@09/09 03:59", "h-ubq head@09/09 11:59",
		}
		if diff := cmp.Diff(want, w.messages("task.step.")); diff != "" {
			t.Error(diff)
		}
		e := w.get(id).Extensions
		if len(e) != 1 || !e[0].Granted || e[0].Before != endOf(7) || e[0].Until != endOf(8) {
			t.Errorf("extensions %+v", e)
		}
	})
}

func TestARefusedExtensionKeepsTheDeadline(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := settle(t, d, 1)
		id := w.assign(task.AssignInput{Offices: []string{ubnd(0)}, Deadline: endOf(7)})[0]
		ward, office := w.as("h-"+ubnd(0)), w.as("h-"+vpUBND)
		must[task.Task](t)(w.s.Accept(t.Context(), ward, task.ActInput{Task: id}))
		must[task.Task](t)(w.s.Block(t.Context(), ward, task.ActInput{Task: id, Reason: "chưa có khung tiêu chí"}))
		must[task.Task](t)(w.s.AskExtension(t.Context(), ward, task.ExtensionInput{Task: id, Until: endOf(9), Reason: "x"}))
		_, err := w.s.DecideExtension(t.Context(), office, task.DecideInput{Task: id})
		fails(t, err, "task.reason_needed")
		got := must[task.Task](t)(w.s.DecideExtension(t.Context(), office, task.DecideInput{Task: id, Reason: "không lùi được"}))
		if got.State != task.Accepted || got.Deadline != endOf(7) {
			t.Errorf("refused: %s %v", got.State, got.Deadline)
		}
	})
}

func TestATaskGivenAfterItsDeadlineBeginsTheLadderAtItsAssignment(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := settle(t, d, 1)
		w.assign(task.AssignInput{Offices: []string{ubnd(0)}, Deadline: at(5, 16, 0), KeepReason: "hạn của cấp trên"})
		w.to(at(5, 22, 40))
		want := []string{"h-ub00 at@05/09 18:35", "h-ub00 after@05/09 20:35", "h-ub00 unaccepted@05/09 20:35", "btv-qu owner@05/09 22:35"}
		if diff := cmp.Diff(want, w.messages("task.step.")); diff != "" {
			t.Error(diff)
		}
	})
}

func TestALadderOfItsOwn(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := settle(t, d, 1)
		id := w.assign(task.AssignInput{Offices: []string{ubnd(0)}, Deadline: endOf(7)})[0]
		steps := []task.Step{{Name: "head", Base: task.BaseDeadline, Hours: 0.5, To: task.ToHead}}
		_, err := w.s.SetLadder(t.Context(), w.as("h-"+ubnd(0)), task.LadderInput{Task: id, Steps: steps})
		fails(t, err, "task.denied.assigner")
		must[task.Task](t)(w.s.SetLadder(t.Context(), w.as("h-"+vpUBND), task.LadderInput{Task: id, Steps: steps}))
		w.to(at(10, 0, 0))
		if diff := cmp.Diff([]string{"h-ubq head@08/09 00:29"}, w.messages("task.step.")); diff != "" {
			t.Error(diff)
		}
	})
}

func TestAcknowledgementsAreLoggedOnce(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := settle(t, d, 1)
		id := w.assign(task.AssignInput{Offices: []string{ubnd(0)}, Deadline: endOf(7)})[0]
		box := inbox.New(d)
		ward := w.as("h-" + ubnd(0))
		list := must[inbox.List](t)(box.Messages(t.Context(), ward, inbox.Filter{}))
		if len(list.Messages) != 1 || list.Unread != 1 {
			t.Fatalf("%d messages, %d unread", len(list.Messages), list.Unread)
		}
		if at, ok := list.Messages[0].Args["Deadline"]; !ok || at != endOf(7) {
			t.Errorf("the deadline came back as %v", at)
		}
		_, err := box.Acknowledge(t.Context(), w.as("d-"+ubnd(0)), list.Messages[0].ID)
		fails(t, err, "inbox.not_found")
		first := must[inbox.Message](t)(box.Acknowledge(t.Context(), ward, list.Messages[0].ID))
		ward.Now = at(6, 0, 0)
		second := must[inbox.Message](t)(box.Acknowledge(t.Context(), ward, list.Messages[0].ID))
		if first.AcknowledgedAt != w.now || second.AcknowledgedAt != first.AcknowledgedAt || second.AcknowledgedBy != ward.Name {
			t.Errorf("first %+v, second %+v", first, second)
		}
		if n := w.get(id).Notices; len(n) != 1 || n[0].AcknowledgedBy != ward.Name || n[0].ReadAt == 0 {
			t.Errorf("notices %+v", n)
		}
		if n := must[int](t)(box.Unread(t.Context(), ward)); n != 0 {
			t.Errorf("%d unread", n)
		}
	})
}

func TestInboxPages(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := settle(t, d, 1)
		for i := range 7 {
			w.assign(task.AssignInput{Title: fmt.Sprint("việc ", i), Offices: []string{ubnd(0)}})
		}
		box, ward := inbox.New(d), w.as("h-"+ubnd(0))
		var got []string
		f := inbox.Filter{Limit: 3}
		for {
			list := must[inbox.List](t)(box.Messages(t.Context(), ward, f))
			for _, m := range list.Messages {
				got = append(got, m.ID)
			}
			if list.Next == "" {
				break
			}
			f.After = list.Next
		}
		if len(got) != 7 || len(slices.Compact(slices.Sorted(slices.Values(got)))) != 7 {
			t.Errorf("pages gave %v", got)
		}
		if err := box.Read(t.Context(), ward); err != nil {
			t.Fatal(err)
		}
		if n := must[int](t)(box.Unread(t.Context(), ward)); n != 0 {
			t.Errorf("%d unread after reading all", n)
		}
	})
}

func TestMessagesGoOutAsLettersOfTheSameTransaction(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := settle(t, d, 1)
		w.assign(task.AssignInput{Offices: []string{ubnd(0)}, Deadline: endOf(7)})
		w.to(at(9, 0, 0))
		var letters, messages int
		err := d.Read(t.Context(), func(tx *db.Tx) error {
			if err := tx.Get(&letters, "SELECT COUNT(*) FROM mail m JOIN inbox i ON i.id = m.id AND i.key = m.key"); err != nil {
				return err
			}
			return tx.Get(&messages, "SELECT COUNT(*) FROM inbox")
		})
		if err != nil || letters != messages || letters != len(fullLadder)+1 {
			t.Errorf("%d letters for %d messages, %v", letters, messages, err)
		}
	})
}
