package task_test

import (
	"context"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/directive"
	"phaodai/internal/instant"
	"phaodai/internal/officialdoc"
	"phaodai/internal/task"
	"phaodai/internal/testkit"
)

// conclusion has the reader read seed 000 and the adviser confirm what it
// proposes; how it is approved is tested in directive.
func conclusion(w *world) (document string, adviser auth.Actor) {
	w.t.Helper()
	text, err := os.ReadFile(testkit.Shared(w.t, "seeds", "000_139ba654b6ddde08.txt"))
	if err != nil {
		w.t.Fatal(err)
	}
	return taken(w, string(text))
}

func taken(w *world, text string) (document string, adviser auth.Actor) {
	w.t.Helper()
	by := w.as("h-" + vanPhong)
	by.Grants = append(by.Grants, auth.Grant{Role: "clerk", Path: districtPath, Level: auth.Internal})
	papers := directive.New(w.d, w.ids, directive.Tools{Reader: officialdoc.Default()})
	doc, err := papers.Receive(w.t.Context(), by, directive.ReceiveInput{Text: text})
	if err != nil {
		w.t.Fatal(err)
	}
	err = w.d.Write(w.t.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec("UPDATE document SET state = $1 WHERE id = $2", string(directive.Passed), doc.ID)
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	correct(w, papers, by, doc.ID)
	if _, err := papers.Confirm(w.t.Context(), by, directive.ConfirmInput{Document: doc.ID, All: true}); err != nil {
		w.t.Fatal(err)
	}
	return doc.ID, by
}

// correct is what a person does where the text leaves open who acts: "áp dụng
// thực hiện theo Kế hoạch của 14 phường" is for the wards.
func correct(w *world, papers *directive.Service, by auth.Actor, document string) {
	w.t.Helper()
	var all []directive.Proposal
	err := w.d.Read(w.t.Context(), func(tx *db.Tx) (err error) {
		all, err = directive.ProposalsIn(tx, document, directive.Proposed)
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	for _, p := range all {
		if p.Item != "2.2.(3)" {
			continue
		}
		_, err := papers.Propose(w.t.Context(), by, directive.ProposalInput{
			ID: p.ID, Document: document, Version: p.Version, Clause: p.Clause, Item: p.Item, Title: p.Title, Text: p.Text,
			Start: p.Start, End: p.End, Offices: w.allWards(), By: p.By, From: p.From, Until: p.Until, Topic: p.Topic,
		})
		if err != nil {
			w.t.Fatal(err)
		}
	}
}

// ordered is what a document ordered, as "item office deadline start".
func ordered(w *world, document string) []string {
	page := must[task.Page](w.t)(w.s.Tasks(w.t.Context(), auth.System(w.now, w.now), task.Filter{Document: document, Limit: 200}))
	if page.Next != "" {
		w.t.Fatal("more than 200 tasks")
	}
	var out []string
	for _, c := range page.Cards {
		line := c.Item + " " + c.OfficeName
		if c.Deadline != 0 {
			line += " by " + c.Deadline.In(instant.Vietnam()).Format("15:04 02/01/2006")
		}
		if c.Start != 0 {
			line += " from " + c.Start.In(instant.Vietnam()).Format("15:04 02/01/2006")
		}
		out = append(out, line)
	}
	return out
}

func TestTheConclusionOf5SeptemberBecomesTasksWithItsDays(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := settle(t, d, 14)
		document, adviser := conclusion(w)
		must[[]string](t)(w.s.DispatchProposals(t.Context(), adviser, document, "k"))
		got := ordered(w, document)
		want := []string{
			"2.2.(1) UBND Quận by 23:59 06/09/2021",
			"2.2.(2) UBND Quận by 23:59 08/09/2021",
		}
		for n := range 14 {
			want = append(want,
				"2.2.(1) UBND P. "+wardNames[n]+" by 23:59 07/09/2021",
				"2.2.(3) UBND P. "+wardNames[n]+" from 06:00 09/09/2021")
		}
		for _, line := range want {
			if !slices.Contains(got, line) {
				t.Errorf("missing: %s", line)
			}
		}
		for _, line := range got {
			if strings.Contains(line, "/2021") && !slices.Contains(want, line) && !strings.HasPrefix(line, "2.2 ") {
				t.Errorf("not in the conclusion: %s", line)
			}
		}
		again := must[[]string](t)(w.s.DispatchProposals(t.Context(), adviser, document, "another key"))
		if len(again) != 0 {
			t.Errorf("a second dispatch made %d tasks", len(again))
		}
	})
}

// chased counts what the ladder told of the three days of seed 000, by step.
func chased(w *world) map[string]int {
	out := map[string]int{}
	for _, m := range w.messages("task.step.") {
		post, rest, _ := strings.Cut(m, " ")
		step, moment, _ := strings.Cut(rest, "@")
		who := post
		if strings.HasPrefix(post, "h-ub") && post != "h-"+ubndQuan {
			who = "ward"
		}
		out[who+" "+step+" "+moment]++
	}
	return out
}

func TestTheDaysOfTheConclusionPassOnceWithARestartAndAJump(t *testing.T) {
	eachLocation(t, func(t *testing.T, open func() *db.DB) {
		d := open()
		w := settle(t, d, 14)
		document, adviser := conclusion(w)
		must[[]string](t)(w.s.DispatchProposals(t.Context(), adviser, document, ""))
		accept(w, document)
		// Ward 0 sends its plan in time.
		for _, c := range w.open(document, ubnd(0)) {
			if c.Item == "2.2.(1)" {
				must[task.Task](t)(w.s.Report(t.Context(), w.as("h-"+ubnd(0)), proved(c.ID)))
			}
		}
		w.to(at(6, 21, 30))
		w.to(at(7, 2, 0))
		if err := d.Close(); err != nil { // killed in the night
			t.Fatal(err)
		}
		d = open()
		defer d.Close()
		w = resume(t, d, 14)
		w.now = at(9, 12, 30) // and back only two days later
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
		got := chased(w)
		want := map[string]int{
			// 06/9: the criteria of the district, given at 18:35 on the 5th
			"h-ubq day_before 05/09 23:59": 1, "h-ubq before 06/09 20:59": 1, "h-ubq at 06/09 23:59": 1, "h-ubq after 07/09 01:59": 1,
			// 07/9: 13 wards are late with their plans; wards 0 and 1 have a member in charge
			"ward day_before 06/09 23:59": 13, "ward before 07/09 20:59": 13, "ward at 07/09 23:59": 13, "ward after 08/09 01:59": 13,
			"btv-qu owner 08/09 03:59": 1, "h-ubq head 08/09 11:59": 13,
			// 08/9: the approval of the district
			"h-ubq day_before 07/09 23:59": 1, "h-ubq before 08/09 20:59": 1, "h-ubq at 08/09 23:59": 1, "h-ubq after 09/09 01:59": 1,
			// 09/9 06:00: the new measures
			"ward starting 08/09 18:00": 14, "ward started 09/09 06:00": 14,
		}
		for key, n := range want {
			if got[key] != n {
				t.Errorf("%s came %d times, want %d", key, got[key], n)
			}
			delete(got, key)
		}
		for key, n := range got {
			if !strings.Contains(key, " ending ") { // "tiếp tục ... cho đến" ends when the new measures begin
				t.Errorf("unexpected: %s, %d times", key, n)
			}
		}
	})
}

// accept has every office accept what the document ordered.
func accept(w *world, document string) {
	w.t.Helper()
	page := must[task.Page](w.t)(w.s.Tasks(w.t.Context(), auth.System(w.now, w.now), task.Filter{Document: document, State: []task.State{task.Assigned}, Limit: 200}))
	for _, c := range page.Cards {
		must[task.Task](w.t)(w.s.Accept(w.t.Context(), w.as("h-"+c.Office), task.ActInput{Task: c.ID}))
	}
}

func (w *world) open(document, office string) []task.Card {
	w.t.Helper()
	return must[task.Page](w.t)(w.s.Tasks(w.t.Context(), auth.System(w.now, w.now), task.Filter{Document: document, Office: office, Open: true})).Cards
}

func TestFollowShowsClausesByWardsWithWhatIsMissing(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := settle(t, d, 14)
		document, adviser := conclusion(w)
		must[[]string](t)(w.s.DispatchProposals(t.Context(), adviser, document, ""))
		plan := map[int]string{}
		for n := range 14 {
			for _, c := range w.open(document, ubnd(n)) {
				if c.Item == "2.2.(1)" {
					plan[n] = c.ID
				}
			}
		}
		office := w.as("h-" + vanPhong)
		for n := range 13 { // the last ward does not accept
			must[task.Task](t)(w.s.Accept(t.Context(), w.as("h-"+ubnd(n)), task.ActInput{Task: plan[n]}))
		}
		for n := range 12 {
			must[task.Task](t)(w.s.Report(t.Context(), w.as("h-"+ubnd(n)), proved(plan[n])))
		}
		for n := range 8 {
			must[task.Task](t)(w.s.Verify(t.Context(), office, task.ActInput{Task: plan[n]}))
		}
		w.now = at(7, 16, 20)
		f := must[task.Follow](t)(w.s.Follow(t.Context(), w.as("h-"+vanPhong), document))
		if len(f.Columns) != 14 || f.Columns[0].Initials != "CK" {
			t.Fatalf("columns %+v", f.Columns)
		}
		row := rowOf(t, f, "2.2.(1)", false)
		var marks []task.Mark
		for _, c := range row.Cells {
			marks = append(marks, c.Mark)
		}
		want := slices.Concat(slices.Repeat([]task.Mark{task.MarkDone}, 8), slices.Repeat([]task.Mark{task.MarkReported}, 4),
			[]task.Mark{task.MarkWorking, task.MarkUnaccepted})
		if diff := cmp.Diff(want, marks); diff != "" {
			t.Error(diff)
		}
		if row.Done != 8 || row.Total != 14 {
			t.Errorf("done %d/%d", row.Done, row.Total)
		}
		wantMissing := []task.Missing{
			{Key: "task.missing.unaccepted", Names: []string{"LB"}}, {Key: "task.missing.working", Names: []string{"TT"}},
			{Key: "task.missing.reported", Names: []string{"BĐ", "GB", "NT", "VH", "ĐG"}[:0]},
		}
		if diff := cmp.Diff(wantMissing[:2], row.Missing[:2]); diff != "" {
			t.Error(diff)
		}
		if len(row.Missing) != 3 || len(row.Missing[2].Names) != 4 {
			t.Errorf("missing %+v", row.Missing)
		}
		single := rowOf(t, f, "2.2.(1)", true)
		if single.Single == nil || single.Single.OfficeName != "UBND Quận" || single.Single.Mark != task.MarkLate {
			t.Errorf("the district's own: %+v", single.Single)
		}
		// A ward sees its own column only; a stranger to the document nothing.
		ward := must[task.Follow](t)(w.s.Follow(t.Context(), w.as("h-"+ubnd(3)), document))
		if len(ward.Columns) != 1 || ward.Columns[0].Name != wardNames[3] {
			t.Errorf("the ward sees %+v", ward.Columns)
		}
		_, err := w.s.Follow(t.Context(), w.as("h-"+group(0, 1)), document)
		fails(t, err, "document.not_found")

		p := must[map[string]task.Progress](t)(w.s.ProgressOf(t.Context(), office, document))[document]
		if p.Done != 8 || p.Total != f.Progress.Total || p.Offices < 15 {
			t.Errorf("progress of the document %+v, of the matrix %+v", p, f.Progress)
		}
	})
}

func rowOf(t *testing.T, f task.Follow, item string, single bool) task.FollowRow {
	t.Helper()
	for _, r := range f.Rows {
		if r.Item == item && (r.Single != nil) == single {
			return r
		}
	}
	t.Fatalf("no row %s", item)
	return task.FollowRow{}
}

func TestTodayAndTerritory(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := settle(t, d, 3)
		late := w.assign(task.AssignInput{Title: "Báo cáo", Offices: []string{ubnd(0)}, Deadline: at(7, 15, 0)})[0]
		due := w.assign(task.AssignInput{Title: "Trình kế hoạch", Offices: []string{ubnd(0)}, Deadline: endOf(7)})[0]
		starts := w.assign(task.AssignInput{Title: "Áp dụng kế hoạch", Offices: []string{ubnd(0)}, Start: at(9, 6, 0)})[0]
		undated := w.assign(task.AssignInput{Title: "Tuyên truyền", Offices: []string{ubnd(0)}})[0]
		post := w.assign(task.AssignInput{Title: "Riêng phó chủ tịch", Post: "d-" + ubnd(0)})[0]
		w.assign(task.AssignInput{Title: "Của phường khác", Offices: []string{ubnd(1)}, Deadline: endOf(6)})
		w.now = at(7, 16, 20)
		ids := func(cards []task.Card) (out []string) {
			for _, c := range cards {
				out = append(out, c.ID)
			}
			return out
		}
		got := must[task.Today](t)(w.s.Today(t.Context(), w.as("h-"+ubnd(0))))
		for name, c := range map[string]struct{ got, want []string }{
			"due": {ids(got.Due), []string{due}}, "late": {ids(got.Late), []string{late}},
			"starting": {ids(got.Starting), []string{starts}}, "undated": {ids(got.Undated), []string{undated}},
		} {
			if diff := cmp.Diff(c.want, c.got); diff != "" {
				t.Errorf("%s: %s", name, diff)
			}
		}
		if got.Due[0].Left().String() != "7h39m59s" || got.Count != 2 || got.NextAt != at(9, 6, 0) {
			t.Errorf("left %v, count %d, next %v", got.Due[0].Left(), got.Count, got.NextAt)
		}
		deputy := must[task.Today](t)(w.s.Today(t.Context(), w.as("d-"+ubnd(0))))
		if diff := cmp.Diff([]string{undated, post}, ids(deputy.Undated)); diff != "" {
			t.Error(diff)
		}
		must[task.Task](t)(w.s.Report(t.Context(), w.as("h-"+ubnd(0)), reported(due)))
		office := must[task.Today](t)(w.s.Today(t.Context(), w.as("h-"+vpUBND)))
		if diff := cmp.Diff([]string{due}, ids(office.ToVerify)); diff != "" {
			t.Error(diff)
		}

		area := must[task.Territory](t)(w.s.Territory(t.Context(), w.as("btv-"+quanUy)))
		if len(area.Units) != 2 {
			t.Fatalf("%d units", len(area.Units))
		}
		a, b := area.Units[0], area.Units[1]
		if a.Progress.Late != 1 || b.Progress.Late != 1 {
			t.Errorf("late %d and %d", a.Progress.Late, b.Progress.Late)
		}
		for _, g := range area.Units {
			if g.Name == wardNames[0] && (len(g.OnDuty) != 1 || g.OnDuty[0].Phone == "" || g.Urgent.ID != late || !slices.Contains(g.LateTasks, late)) {
				t.Errorf("ward 0: %+v", g)
			}
			if g.Name == wardNames[1] && (len(g.OnDuty) != 0 || len(g.Heads) != 2) {
				t.Errorf("ward 1: nobody on duty, two heads to call: %+v", g)
			}
		}
		n := must[int](t)(w.s.Remind(t.Context(), w.as("btv-"+quanUy), task.RemindInput{Tasks: slices.Concat(a.LateTasks, b.LateTasks), Text: "gửi trước 18:00"}))
		if n != 2 || len(w.messages("task.notice.reminder")) != 2 {
			t.Errorf("%d told", n)
		}
		all := must[task.Territory](t)(w.s.Territory(t.Context(), w.as("h-"+ubndQuan)))
		if len(all.Units) != 3 {
			t.Errorf("the chairman sees %d wards", len(all.Units))
		}
	})
}
