package task_test

import (
	"context"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/task"
	"phaodai/internal/testkit"
)

func TestATaskGoesFromOrderToVerified(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := settle(t, d, 2)
		id := w.assign(task.AssignInput{Offices: []string{ubnd(0)}, Deadline: endOf(7)})[0]
		ward, office := w.as("h-"+ubnd(0)), w.as("h-"+vpUBND)
		got := must[task.Task](t)(w.s.Accept(t.Context(), ward, task.ActInput{Task: id, Version: 1}))
		if got.State != task.Accepted || got.AcceptedBy != "h-"+ubnd(0) {
			t.Errorf("accepted: %+v", got)
		}
		got = must[task.Task](t)(w.s.Progress(t.Context(), ward, task.ProgressInput{Task: id, Percent: 40}))
		if got.State != task.InProgress || got.Percent != 40 {
			t.Errorf("progress: %v %d", got.State, got.Percent)
		}
		got = must[task.Task](t)(w.s.Report(t.Context(), ward, reported(id)))
		got = must[task.Task](t)(w.s.Return(t.Context(), office, task.ActInput{Task: id, Reason: "Thiếu bản ký"}))
		if got.State != task.Returned || got.Reason != "Thiếu bản ký" {
			t.Errorf("returned: %+v", got)
		}
		must[task.Task](t)(w.s.Report(t.Context(), ward, task.ReportInput{Task: id, Figures: map[string]float64{"Số khu vực": 14}}))
		must[task.Task](t)(w.s.Verify(t.Context(), office, task.ActInput{Task: id}))
		must[task.Task](t)(w.s.Close(t.Context(), office, task.ActInput{Task: id}))

		detail := w.get(id)
		var what []string
		for _, e := range detail.History {
			what = append(what, e.What)
		}
		want := []string{"close", "verify", "report", "return", "report", "progress", "accept", "assigned"}
		if diff := cmp.Diff(want, what); diff != "" {
			t.Error(diff)
		}
		if detail.Report.Text != "Đã làm xong" || detail.Report.Figures["Số khu vực"] != 14 || len(detail.Reports) != 2 {
			t.Errorf("a blank overwrote: %+v", detail.Report)
		}
		wantMail := []string{
			"h-ub00 assigned@05/09 18:35", "h-vpubq reported@05/09 18:35", "h-vpubq reported@05/09 18:35",
			"h-ub00 returned@05/09 18:35", "h-ub00 verified@05/09 18:35",
		}
		slices.Sort(wantMail)
		gotMail := w.messages("task.notice.")
		slices.Sort(gotMail)
		if diff := cmp.Diff(wantMail, gotMail); diff != "" {
			t.Error(diff)
		}
	})
}

// acts are the moves of the table, each with an input that satisfies it.
func acts(s *task.Service) map[task.Act]func(context.Context, auth.Actor, string) error {
	act := func(f func(context.Context, auth.Actor, task.ActInput) (task.Task, error)) func(context.Context, auth.Actor, string) error {
		return func(ctx context.Context, by auth.Actor, id string) error {
			_, err := f(ctx, by, task.ActInput{Task: id, Reason: "vì"})
			return err
		}
	}
	return map[task.Act]func(context.Context, auth.Actor, string) error{
		task.ActAccept: act(s.Accept), task.ActBegin: act(s.Begin), task.ActVerify: act(s.Verify), task.ActReturn: act(s.Return),
		task.ActClose: act(s.Close), task.ActBlock: act(s.Block), task.ActUnblock: act(s.Unblock), task.ActRecall: act(s.Recall),
		task.ActCancel: act(s.Cancel), task.ActSupersede: act(s.Supersede),
		task.ActProgress: func(ctx context.Context, by auth.Actor, id string) error {
			_, err := s.Progress(ctx, by, task.ProgressInput{Task: id, Percent: 10})
			return err
		},
		task.ActReport: func(ctx context.Context, by auth.Actor, id string) error {
			_, err := s.Report(ctx, by, reported(id))
			return err
		},
		task.ActAskExtension: func(ctx context.Context, by auth.Actor, id string) error {
			_, err := s.AskExtension(ctx, by, task.ExtensionInput{Task: id, Until: endOf(9), Reason: "vì"})
			return err
		},
		task.ActDecideExtension: func(ctx context.Context, by auth.Actor, id string) error {
			_, err := s.DecideExtension(ctx, by, task.DecideInput{Task: id, Grant: true, Reason: "vì"})
			return err
		},
		task.ActHandOn: func(ctx context.Context, by auth.Actor, id string) error {
			_, err := s.HandOn(ctx, by, task.HandOnInput{Tasks: []string{id}, Offices: []string{group(0, 1)}})
			return err
		},
		task.ActRemind: func(ctx context.Context, by auth.Actor, id string) error {
			_, err := s.Remind(ctx, by, task.RemindInput{Tasks: []string{id}})
			return err
		},
	}
}

// ways lead a fresh task into each state.
var ways = map[task.State][]task.Act{
	task.Assigned: {}, task.Accepted: {task.ActAccept}, task.InProgress: {task.ActAccept, task.ActBegin},
	task.Reported: {task.ActReport}, task.Verified: {task.ActReport, task.ActVerify}, task.Closed: {task.ActReport, task.ActVerify, task.ActClose},
	task.Returned: {task.ActReport, task.ActReturn}, task.ExtensionAsked: {task.ActAccept, task.ActAskExtension},
	task.Blocked: {task.ActAccept, task.ActBlock}, task.Superseded: {task.ActSupersede}, task.Cancelled: {task.ActCancel},
}

// resumed is where "resume" leads to from the ways above.
var resumed = task.Accepted

func TestEveryActInEveryStateDoesWhatTheTableSays(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := settle(t, d, 1)
		do := acts(w.s)
		doer := map[string]auth.Actor{
			task.WhoAssignee: w.as("h-" + ubnd(0)), task.WhoAssigner: w.as("h-" + vpUBND),
			task.WhoEither: w.as("h-" + ubnd(0)), task.WhoOverseer: w.as("h-" + vpUBND),
		}
		who := map[task.Act]auth.Actor{}
		table := map[task.Act]task.Transition{}
		for _, tr := range task.Transitions() {
			who[tr.Act], table[tr.Act] = doer[tr.Who], tr
		}
		if len(table) != len(do) {
			t.Fatalf("%d acts in the table, %d tested", len(table), len(do))
		}
		for _, state := range task.States() {
			for act, tr := range table {
				id := w.assign(task.AssignInput{Offices: []string{ubnd(0)}, Deadline: endOf(7)})[0]
				for _, step := range ways[state] {
					if err := do[step](t.Context(), who[step], id); err != nil {
						t.Fatalf("way to %s: %s: %v", state, step, err)
					}
				}
				err := do[act](t.Context(), who[act], id)
				now := w.get(id).State
				permitted := slices.Contains(tr.From, state)
				want := state
				switch {
				case !permitted:
				case tr.To == "resume":
					want = resumed
				case tr.To != "same":
					want = tr.To
				}
				if now != want {
					t.Errorf("%s in %s led to %s, want %s (%v)", act, state, now, want, err)
				}
				if act != task.ActRemind && permitted != (err == nil) {
					t.Errorf("%s in %s: %v", act, state, err)
				}
				if err != nil && fault.KindOf(err) != fault.Conflict {
					t.Errorf("%s in %s is refused as %v, want a conflict", act, state, err)
				}
			}
		}
	})
}

func TestOnlyThoseWhomTheTableNamesMayAct(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := settle(t, d, 2)
		do := acts(w.s)
		id := w.assign(task.AssignInput{Offices: []string{ubnd(0)}, Deadline: endOf(7)})[0]
		for name, c := range map[string]struct {
			post string
			act  task.Act
			kind fault.Kind
		}{
			"another ward sees nothing":                  {"h-" + ubnd(1), task.ActAccept, fault.NotFound},
			"the ward's Party committee sees, but no":    {"h-" + dangUy(0), task.ActAccept, fault.Denied},
			"who ordered does not accept":                {"h-" + vpUBND, task.ActAccept, fault.Denied},
			"the ward does not cancel":                   {"h-" + ubnd(0), task.ActCancel, fault.Denied},
			"the ward does not verify itself":            {"h-" + ubnd(0), task.ActVerify, fault.Denied},
			"the member in charge does not cancel":       {"btv-" + quanUy, task.ActCancel, fault.Denied},
			"a group of the ward sees nothing yet":       {"h-" + group(0, 1), task.ActAccept, fault.NotFound},
			"the Party Office does not cancel the State": {"h-" + vanPhong, task.ActCancel, fault.Denied},
		} {
			if err := do[c.act](t.Context(), w.as(c.post), id); fault.KindOf(err) != c.kind {
				t.Errorf("%s: %v, want %s", name, err, c.kind)
			}
		}
		if err := do[task.ActAccept](t.Context(), auth.Actor{Now: w.now}, id); fault.KindOf(err) != fault.Unsigned {
			t.Errorf("without a session: %v", err)
		}
		if err := do[task.ActRemind](t.Context(), w.as("btv-"+quanUy), id); err != nil {
			t.Errorf("the member in charge reminds: %v", err)
		}
	})
}

func TestAStaleFormIsRefusedWithWhoAndWhen(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := settle(t, d, 1)
		id := w.assign(task.AssignInput{Offices: []string{ubnd(0)}})[0]
		must[task.Task](t)(w.s.Accept(t.Context(), w.as("d-"+ubnd(0)), task.ActInput{Task: id}))
		_, err := w.s.Progress(t.Context(), w.as("h-"+ubnd(0)), task.ProgressInput{Task: id, Version: 1, Percent: 5})
		fails(t, err, "conflict.changed")
		_, err = w.s.Accept(t.Context(), w.as("h-"+ubnd(0)), task.ActInput{Task: id})
		fails(t, err, "task.refused.ACCEPTED")
	})
}

func TestARepeatedSendChangesNothingAndAnswersTheSame(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := settle(t, d, 2)
		in := task.AssignInput{Key: "k1", Title: "Việc", Offices: w.allWards()}
		first := must[[]string](t)(w.s.Assign(t.Context(), w.as("h-"+vpUBND), in))
		second := must[[]string](t)(w.s.Assign(t.Context(), w.as("h-"+vpUBND), in))
		if diff := cmp.Diff(first, second); diff != "" || len(first) != 3 {
			t.Errorf("%d tasks, %s", len(first), diff)
		}
		id := first[1]
		ward := w.as("h-" + w.get(id).Office)
		for range 2 {
			got := must[task.Task](t)(w.s.Report(t.Context(), ward, task.ReportInput{Key: "k2", Task: id, Text: "xong"}))
			if got.State != task.Reported {
				t.Errorf("state %s", got.State)
			}
		}
		if n := len(w.get(id).Reports); n != 1 {
			t.Errorf("%d versions of one report", n)
		}
	})
}

func TestAReportMustCarryTheProofThatIsAskedFor(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := settle(t, d, 1)
		id := w.assign(task.AssignInput{Offices: []string{ubnd(0)}, Proof: []string{task.ProofLink, task.ProofFigures}})[0]
		ward := w.as("h-" + ubnd(0))
		_, err := w.s.Report(t.Context(), ward, reported(id))
		fails(t, err, "task.proof_missing")
		_, err = w.s.Report(t.Context(), ward, task.ReportInput{Task: id})
		fails(t, err, "task.report_empty")
		_, err = w.s.Report(t.Context(), ward, task.ReportInput{Task: id, Proofs: []task.Proof{{Kind: task.ProofLink, Link: "javascript:1"}}})
		fails(t, err, "input.check")
		_, err = w.s.Report(t.Context(), ward, task.ReportInput{Task: id, Proofs: []task.Proof{{Kind: task.ProofPhoto, Blob: "none"}}})
		fails(t, err, "upload.not_found")
		if n := len(w.get(id).Reports); n != 0 {
			t.Fatalf("%d refused reports were kept", n)
		}
		must[task.Task](t)(w.s.Report(t.Context(), ward, task.ReportInput{
			Task: id, For: "Tổ trưởng tổ 12", Figures: map[string]float64{"hộ": 0}, Proofs: []task.Proof{{Kind: task.ProofLink, Link: "https://longbien.example/kh"}},
		}))
		if r := w.get(id).Report; r.For != "Tổ trưởng tổ 12" || len(r.Proofs) != 1 || r.Figures["hộ"] != 0 || len(r.Figures) != 1 {
			t.Errorf("report %+v", r)
		}
	})
}

func TestBadOrdersAreRefusedWithTheirField(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := settle(t, d, 1)
		office := w.as("h-" + vpUBND)
		for want, in := range map[string]task.AssignInput{
			"input.check":                {Offices: []string{ubnd(0)}},
			"task.deadline_passed":       {Title: "x", Offices: []string{ubnd(0)}, Deadline: at(1, 0, 0)},
			"org.office_ended_successor": {Title: "x", Offices: []string{"old"}},
			"org.office_unknown":         {Title: "x", Offices: []string{"none"}},
			"task.ladder.invalid":        {Title: "x", Offices: []string{ubnd(0)}, Ladder: []task.Step{{Name: "at", Base: "moon", To: "assignee"}}},
		} {
			_, err := w.s.Assign(t.Context(), office, in)
			fails(t, err, want)
		}
		_, err := w.s.Assign(t.Context(), office, task.AssignInput{Title: "x", Offices: []string{ubnd(0)}, Deadline: at(1, 0, 0), KeepReason: "đã giao miệng"})
		if err != nil {
			t.Errorf("a passed deadline with a reason: %v", err)
		}
		_, err = w.s.Assign(t.Context(), w.as("h-"+ubnd(0)), task.AssignInput{Title: "x", Offices: []string{ubndQuan}})
		fails(t, err, "auth.denied")
	})
}
