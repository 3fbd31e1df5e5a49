package task_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"phaodai/internal/db"
	"phaodai/internal/task"
	"phaodai/internal/testkit"
)

func TestEachOfTheFourteenWardsGetsItsTaskAndTheyRollUp(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := settle(t, d, 14)
		ids := w.assign(task.AssignInput{Offices: w.allWards(), Deadline: endOf(7)})
		if len(ids) != 15 {
			t.Fatalf("%d tasks, want a bundle and 14", len(ids))
		}
		bundle := ids[0]
		finish := func(n int) {
			ward := w.as("h-" + ubnd(n))
			id := childOf(w, bundle, ubnd(n))
			must[task.Task](t)(w.s.Report(t.Context(), ward, reported(id)))
			must[task.Task](t)(w.s.Verify(t.Context(), w.as("h-"+vpUBND), task.ActInput{Task: id}))
		}
		for n := range 9 {
			finish(n)
		}
		must[task.Task](t)(w.s.Accept(t.Context(), w.as("h-"+ubnd(9)), task.ActInput{Task: childOf(w, bundle, ubnd(9))}))
		w.now = at(8, 6, 0)
		want := &task.Progress{Total: 14, Unaccepted: 4, Working: 1, Done: 9, Late: 5, Percent: 64, Offices: 14, OfficesDone: 9}
		if diff := cmp.Diff(want, w.get(bundle).Progress); diff != "" {
			t.Error(diff)
		}
	})
}

func childOf(w *world, parent, office string) string {
	w.t.Helper()
	for _, c := range w.get(parent).Children {
		if c.Office == office {
			return c.ID
		}
	}
	w.t.Fatalf("no task of %s under %s", office, parent)
	return ""
}

func TestWorkGoesDownFourLevelsAndRollsUp(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := settle(t, d, 2)
		// City to district: the leader of the Party line stands in for the city here.
		top := w.assignAs("h-"+quanUy, task.AssignInput{Offices: []string{ubndQuan}, Deadline: endOf(8)})[0]
		wards := must[[]string](t)(w.s.HandOn(t.Context(), w.as("h-"+vpUBND), task.HandOnInput{Tasks: []string{top}, Offices: w.allWards(), Deadline: endOf(7)}))
		if len(wards) != 2 || w.get(top).State != task.InProgress {
			t.Fatalf("handed on to %v, parent %s", wards, w.get(top).State)
		}
		ward0 := childOf(w, top, ubnd(0))
		groups := must[[]string](t)(w.s.HandOn(t.Context(), w.as("h-"+ubnd(0)), task.HandOnInput{Tasks: []string{ward0}, Offices: []string{group(0, 1), group(0, 2)}, Posts: []string{"d-" + ubnd(0)}}))
		if len(groups) != 3 {
			t.Fatalf("%d tasks in the ward", len(groups))
		}
		_, err := w.s.HandOn(t.Context(), w.as("h-"+ubnd(0)), task.HandOnInput{Tasks: []string{ward0}, Offices: []string{group(1, 1)}})
		fails(t, err, "input.check")
		_, err = w.s.HandOn(t.Context(), w.as("h-"+ubnd(0)), task.HandOnInput{Tasks: []string{ward0}, Offices: []string{group(0, 1)}, Deadline: endOf(9)})
		fails(t, err, "input.check")
		must[task.Task](t)(w.s.Report(t.Context(), w.as("h-"+group(0, 1)), reported(childOf(w, ward0, group(0, 1)))))
		must[task.Task](t)(w.s.Verify(t.Context(), w.as("h-"+ubnd(0)), task.ActInput{Task: childOf(w, ward0, group(0, 1))}))
		want := &task.Progress{Total: 4, Unaccepted: 3, Done: 1, Percent: 25, Offices: 4, OfficesDone: 1}
		if diff := cmp.Diff(want, w.get(top).Progress); diff != "" {
			t.Error(diff)
		}
		if line := w.get(childOf(w, ward0, group(0, 2))).Ancestors; len(line) != 2 || line[0].ID != top {
			t.Errorf("ancestors %v", line)
		}
	})
}

func TestRecallWorksUntilOneHasAccepted(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := settle(t, d, 3)
		office := w.as("h-" + vpUBND)
		first := w.assign(task.AssignInput{Offices: w.allWards(), Deadline: endOf(7)})[0]
		got := must[task.Task](t)(w.s.Recall(t.Context(), office, task.ActInput{Task: first}))
		if got.State != task.Cancelled {
			t.Errorf("recalled bundle is %s", got.State)
		}
		page := must[task.Page](t)(w.s.Tasks(t.Context(), w.as("h-"+ubnd(0)), task.Filter{}))
		if len(page.Cards) != 0 {
			t.Errorf("the ward still sees %d tasks", len(page.Cards))
		}
		second := w.assign(task.AssignInput{Offices: w.allWards(), Deadline: endOf(7)})[0]
		must[task.Task](t)(w.s.Accept(t.Context(), w.as("h-"+ubnd(2)), task.ActInput{Task: childOf(w, second, ubnd(2))}))
		_, err := w.s.Recall(t.Context(), office, task.ActInput{Task: second})
		fails(t, err, "task.recall_accepted")
		if n := w.get(second).Progress.Total; n != 3 {
			t.Errorf("a refused recall took %d of 3 tasks", 3-n)
		}
		must[task.Task](t)(w.s.Recall(t.Context(), office, task.ActInput{Task: childOf(w, second, ubnd(0))}))
		if n := w.get(second).Progress.Total; n != 2 {
			t.Errorf("%d left after one of three was recalled", n)
		}
		w.to(at(9, 0, 0))
		for _, m := range w.messages("task.step.") {
			if m[:6] == "h-ub00" {
				t.Errorf("a recalled task was chased: %s", m)
			}
		}
	})
}

func TestCancelGoesDownAndLeavesWhatWasVerified(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := settle(t, d, 2)
		bundle := w.assign(task.AssignInput{Offices: w.allWards(), Deadline: endOf(7)})[0]
		done, open := childOf(w, bundle, ubnd(0)), childOf(w, bundle, ubnd(1))
		must[task.Task](t)(w.s.Report(t.Context(), w.as("h-"+ubnd(0)), reported(done)))
		must[task.Task](t)(w.s.Verify(t.Context(), w.as("h-"+vpUBND), task.ActInput{Task: done}))
		must[[]string](t)(w.s.HandOn(t.Context(), w.as("h-"+ubnd(1)), task.HandOnInput{Tasks: []string{open}, Offices: []string{group(1, 1)}}))
		deep := childOf(w, open, group(1, 1))
		must[task.Task](t)(w.s.Cancel(t.Context(), w.as("h-"+vpUBND), task.ActInput{Task: bundle, Reason: "hoãn"}))
		for id, want := range map[string]task.State{bundle: task.Cancelled, done: task.Verified, open: task.Cancelled, deep: task.Cancelled} {
			if got := w.get(id).State; got != want {
				t.Errorf("%s is %s, want %s", id, got, want)
			}
		}
	})
}

func TestPartyAndStateOrdersOfOneWorkAreOneCard(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := settle(t, d, 2)
		words := "Báo cáo kết quả tuyên truyền Chỉ thị 20/CT-UBND"
		state := w.assign(task.AssignInput{Title: words, Offices: []string{ubnd(0)}, Deadline: endOf(8)})[0]
		party := w.assignAs("h-"+vanPhong, task.AssignInput{Title: words + " đến chi bộ", Offices: []string{dangUy(0)}, Deadline: endOf(7)})[0]
		office := w.as("h-" + vanPhong)
		if found := must[[]task.Likely](t)(w.s.Likely(t.Context(), office, party)); len(found) != 1 || found[0].ID != state {
			t.Fatalf("likely the same: %+v", found)
		}
		must[task.Task](t)(w.s.Merge(t.Context(), office, task.MergeInput{Keep: state, Others: []string{party}}))
		card := w.get(state)
		if len(card.Sources) != 2 || card.Deadline != endOf(7) {
			t.Errorf("sources %+v, deadline %v", card.Sources, card.Deadline)
		}
		// Both offices see the one card; either may act; the other is closed.
		for _, post := range []string{"h-" + ubnd(0), "h-" + dangUy(0)} {
			today := must[task.Today](t)(w.s.Today(t.Context(), w.as(post)))
			if len(today.Starting) != 1 || today.Starting[0].ID != state {
				t.Errorf("%s sees %d cards", post, len(today.Starting))
			}
		}
		_, err := w.s.Accept(t.Context(), w.as("h-"+dangUy(0)), task.ActInput{Task: party})
		fails(t, err, "task.is_merged")
		must[task.Task](t)(w.s.Accept(t.Context(), w.as("h-"+dangUy(0)), task.ActInput{Task: state}))
		w.to(at(8, 0, 30))
		for _, m := range w.messages("task.step.at") {
			if m != "h-ub00 @07/09 23:59" && m != "h-du00 @07/09 23:59" {
				t.Errorf("unexpected reminder %s", m)
			}
		}
		if n := len(w.messages("task.step.at")); n != 2 {
			t.Errorf("%d reminders for one card of two offices", n)
		}

		got := must[task.Task](t)(w.s.Split(t.Context(), w.as("h-"+vanPhong), task.ActInput{Task: party}))
		if got.State != task.Assigned || got.MergedInto != "" || got.Deadline != endOf(7) {
			t.Errorf("split: %+v", got)
		}
		if card := w.get(state); len(card.Sources) != 1 || card.Deadline != endOf(8) || card.State != task.Accepted {
			t.Errorf("kept: %d sources, deadline %v, %s", len(card.Sources), card.Deadline, card.State)
		}
	})
}

func TestBundlesMergeUnitByUnit(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := settle(t, d, 3)
		var party []string
		for n := range 3 {
			party = append(party, dangUy(n))
		}
		a := w.assign(task.AssignInput{Title: "Tuyên truyền", Offices: w.allWards()})[0]
		b := w.assignAs("h-"+vanPhong, task.AssignInput{Title: "Tuyên truyền", Offices: party})[0]
		must[task.Task](t)(w.s.Merge(t.Context(), w.as("h-"+vanPhong), task.MergeInput{Keep: a, Others: []string{b}}))
		for n := range 3 {
			if c := w.get(childOf(w, a, ubnd(n))); len(c.Sources) != 2 {
				t.Errorf("ward %d has %d sources", n, len(c.Sources))
			}
		}
		// What is done under the kept card counts for both orders.
		id := childOf(w, a, ubnd(0))
		must[task.Task](t)(w.s.Report(t.Context(), w.as("h-"+ubnd(0)), reported(id)))
		must[task.Task](t)(w.s.Verify(t.Context(), w.as("h-"+vanPhong), task.ActInput{Task: id}))
		if p := w.get(b).Progress; p.Done != 1 || p.Total != 3 {
			t.Errorf("the other order counts %+v", p)
		}
		_, err := w.s.Merge(t.Context(), w.as("h-"+vanPhong), task.MergeInput{Keep: childOf(w, a, ubnd(1)), Others: []string{childOf(w, a, ubnd(2))}})
		fails(t, err, "task.merge_unlike")
	})
}

func TestPartyTasksAreHiddenFromTheStateLineOfTheWard(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := settle(t, d, 2)
		id := w.assignAs("h-"+vanPhong, task.AssignInput{Offices: []string{dangUy(0)}})[0]
		_, err := w.s.Task(t.Context(), w.as("h-"+ubnd(0)), id)
		fails(t, err, "task.not_found")
		page := must[task.Page](t)(w.s.Tasks(t.Context(), w.as("h-"+ubnd(0)), task.Filter{}))
		if len(page.Cards) != 0 || page.Count != 0 {
			t.Errorf("the list shows %d", len(page.Cards))
		}
		for _, post := range []string{"h-" + dangUy(0), "btv-" + quanUy, "h-" + quanUy} {
			if _, err := w.s.Task(t.Context(), w.as(post), id); err != nil {
				t.Errorf("%s: %v", post, err)
			}
			page := must[task.Page](t)(w.s.Tasks(t.Context(), w.as(post), task.Filter{}))
			if len(page.Cards) != 1 {
				t.Errorf("%s lists %d", post, len(page.Cards))
			}
		}
	})
}

func TestListsPageFilterSearchAndExport(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := settle(t, d, 2)
		for i := range 9 {
			w.assign(task.AssignInput{Title: fmt.Sprintf("Rà soát điểm chợ số %d", i), Offices: []string{ubnd(i % 2)}, Deadline: endOf(6 + i%3)})
		}
		w.assign(task.AssignInput{Title: "Đặt chốt", Offices: []string{ubnd(0)}})
		w.now = at(7, 12, 0)
		office := w.as("h-" + vpUBND)
		var got []string
		f := task.Filter{Limit: 4}
		for {
			page := must[task.Page](t)(w.s.Tasks(t.Context(), office, f))
			if page.Count != 10 {
				t.Errorf("count %d", page.Count)
			}
			for _, c := range page.Cards {
				got = append(got, c.ID)
			}
			if page.Next == "" {
				break
			}
			f.After = page.Next
		}
		seen := map[string]bool{}
		for _, id := range got {
			seen[id] = true
		}
		if len(got) != 10 || len(seen) != 10 {
			t.Errorf("pages gave %d, %d different", len(got), len(seen))
		}
		for name, c := range map[string]struct {
			f    task.Filter
			want int
		}{
			"search without tones": {task.Filter{Query: "dat chot"}, 1},
			"late":                 {task.Filter{Late: true}, 3},
			"one ward":             {task.Filter{Unit: wardPath(1)}, 4},
			"office":               {task.Filter{Office: ubnd(0), Query: "ra soat"}, 5},
			"state":                {task.Filter{State: []task.State{task.Closed}}, 0},
		} {
			rows := 0
			err := w.s.Export(t.Context(), office, c.f, func(task.Row) error { rows++; return nil })
			if err != nil || rows != c.want {
				t.Errorf("%s: %d rows, %v; want %d", name, rows, err, c.want)
			}
		}
	})
}
