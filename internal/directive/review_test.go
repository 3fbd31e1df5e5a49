package directive_test

import (
	"encoding/json"
	"io"
	"slices"
	"strings"
	"testing"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/directive"
	"phaodai/internal/fault"
	"phaodai/internal/org"
	"phaodai/internal/testkit"
)

const orders = `Ban Thường vụ Quận ủy yêu cầu các cơ quan, đơn vị thực hiện các nhiệm vụ sau:

1. UBND các phường lập danh sách người có biểu hiện ho, sốt, hoàn thành trước 17h ngày 09/9/2021.

2. Phòng Y tế chủ trì, phối hợp với UBND các phường báo cáo kết quả trước 17h hàng ngày.

3. Giao Công an quận kiểm tra các chốt.

4. Từ 06h00 ngày 12/9/2021, UBND quận áp dụng kế hoạch mới.
`

func (w *world) review(doc string) directive.Review {
	w.t.Helper()
	v, err := w.s.Review(w.ctx(), w.chief, doc)
	w.must(err)
	return v
}

// proposal finds the proposal whose text has some words.
func (w *world) proposal(doc, words string) directive.Proposal {
	w.t.Helper()
	for _, p := range w.review(doc).Proposals {
		if strings.Contains(p.Text, words) {
			return p
		}
	}
	for _, p := range w.review(doc).Proposals {
		w.t.Log(p.Text)
	}
	w.t.Fatalf("no proposal with %q", words)
	return directive.Proposal{}
}

func TestOrdersBecomeProposalsForOfficesOfTheTerritory(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		doc := w.enter(notice484(), orders).Document
		p := w.proposal(doc.ID, "lập danh sách")
		if !slices.Equal(p.Offices, []string{"ubnd-ck", "ubnd-tb"}) || p.By != at("2021-09-09 17:00") || p.Clause == "" {
			t.Errorf("fan-out: %+v", p)
		}
		p = w.proposal(doc.ID, "báo cáo kết quả")
		if !slices.Equal(p.Offices, []string{"yte"}) || !slices.Equal(p.Coordinating, []string{"ubnd-ck", "ubnd-tb"}) ||
			p.Cadence.EveryMaxDays != 1 || p.Cadence.AtTime != "17:00" {
			t.Errorf("cadence: %+v", p)
		}
		p = w.proposal(doc.ID, "chốt")
		if len(p.Offices) != 0 || p.Problem != "proposal.no_office" {
			t.Errorf("nobody known: %+v", p)
		}
		if p = w.proposal(doc.ID, "kế hoạch mới"); p.From != at("2021-09-12 06:00") || !slices.Equal(p.Offices, []string{"ubnd"}) {
			t.Errorf("start: %+v", p)
		}
	})
}

func TestAPersonCorrectsSplitsMergesAddsDropsAndConfirms(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ctx := t.Context()
		doc := w.enter(notice484(), orders).Document
		unknown := w.proposal(doc.ID, "chốt")
		if _, err := w.s.Confirm(ctx, w.chief, directive.ConfirmInput{Document: doc.ID, IDs: []string{unknown.ID}}); fault.KeyOf(err) != "proposal.no_office" {
			t.Errorf("confirmed without an office: %v", err)
		}
		fixed, err := w.s.Propose(ctx, w.chief, directive.ProposalInput{
			ID: unknown.ID, Version: unknown.Version, Text: unknown.Text, Responsible: "UBND phường Cự Khối", Proof: []string{"photo"},
		})
		w.must(err)
		if !slices.Equal(fixed.Offices, []string{"ubnd-ck"}) || fixed.Problem != "" {
			t.Errorf("corrected: %+v", fixed)
		}
		if _, err := w.s.Propose(ctx, w.chief, directive.ProposalInput{ID: unknown.ID, Version: unknown.Version, Text: "x"}); fault.KeyOf(err) != "conflict.changed" {
			t.Errorf("an old form: %v", err)
		}
		whole := w.proposal(doc.ID, "lập danh sách")
		parts, err := w.s.Split(ctx, w.chief, directive.SplitInput{ID: whole.ID, Version: whole.Version, Parts: []directive.ProposalInput{
			{Text: "UBND các phường lập danh sách người có biểu hiện ho, sốt", Offices: []string{"ubnd-ck"}},
			{Text: "hoàn thành trước 17h ngày 09/9/2021", By: at("2021-09-10 17:00")},
		}})
		w.must(err)
		if len(parts) != 2 || parts[0].By != whole.By || parts[1].Start <= parts[0].Start || !slices.Equal(parts[1].Offices, whole.Offices) {
			t.Errorf("split: %+v", parts)
		}
		joined, err := w.s.Merge(ctx, w.chief, directive.MergeInput{Document: doc.ID, IDs: []string{parts[1].ID, parts[0].ID}})
		w.must(err)
		if joined.By != whole.By || len(joined.Offices) != 2 || joined.Start != parts[0].Start {
			t.Errorf("merged: %+v", joined)
		}
		dropped := w.proposal(doc.ID, "kế hoạch mới")
		_, err = w.s.Drop(ctx, w.chief, directive.DropInput{ID: dropped.ID, Reason: "không phải việc"})
		w.must(err)
		added, err := w.s.Propose(ctx, w.chief, directive.ProposalInput{Document: doc.ID, Text: "Đảng ủy các phường quán triệt", Responsible: "Đảng ủy các phường"})
		w.must(err)
		if !slices.Equal(added.Offices, []string{"du-ck", "du-tb"}) {
			t.Errorf("added: %+v", added)
		}
		res, err := w.s.Confirm(ctx, w.chief, directive.ConfirmInput{Document: doc.ID, All: true})
		w.must(err)
		if len(res.Confirmed) != 4 || len(res.Problems) != 0 {
			t.Errorf("confirmed %+v", res)
		}
		v := w.review(doc.ID)
		if v.Ready != 4 || v.Open != 0 || v.Dispatchable {
			t.Errorf("review: ready %d open %d dispatchable %v", v.Ready, v.Open, v.Dispatchable)
		}
		if !w.mayRead(w.wardParty, doc.ID) {
			t.Error("an office with a confirmed task does not read the document")
		}
		w.examples(doc.ID, []string{"corrected", "split", "merged", "merged", "dropped", "added", "confirmed", "confirmed", "confirmed", "confirmed"})
	})
}

func (w *world) examples(doc string, want []string) {
	w.t.Helper()
	list, err := w.s.Examples(w.ctx(), w.chief, doc)
	w.must(err)
	var acts []string
	for _, e := range list {
		acts = append(acts, e.Act)
		if (e.Before == "") != (e.Act == "added") || e.After == "" {
			w.t.Errorf("example %s keeps before %q after %q", e.Act, e.Before, e.After)
		}
	}
	slices.Sort(acts)
	slices.Sort(want)
	if !slices.Equal(acts, want) {
		w.t.Errorf("examples %q, want %q", acts, want)
	}
}

func TestWhoMayReview(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		doc := w.passed(notice484(), orders, directive.Copy{Text: "UBND các phường"})
		p := w.proposal(doc.ID, "lập danh sách")
		for who, c := range map[string]struct {
			by   auth.Actor
			want fault.Kind
		}{
			"the chief": {w.chief, ""}, "the leader": {w.leader, ""}, "the clerk": {w.clerk, fault.Denied},
			"a ward with a copy": {w.ward, fault.Denied}, "the chairman without a copy": {w.chairman, fault.NotFound}, "nobody": {w.nobody, fault.NotFound},
		} {
			_, err := w.s.Propose(t.Context(), c.by, directive.ProposalInput{ID: p.ID, Text: p.Text, Offices: p.Offices, By: p.By})
			if fault.KindOf(err) != c.want {
				t.Errorf("%s: %v", who, err)
			}
		}
		if v := w.review(doc.ID); !v.Dispatchable {
			t.Error("an approved document cannot be dispatched")
		}
	})
}

// TestSeed001HasADeadlineBeforeItArrived: "trước 16h ngày 31/7/2020" in a
// report that reached the clerk that evening.
func TestSeed001HasADeadlineBeforeItArrived(t *testing.T) {
	text := seed(t, seed001)
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.clerk.Now, w.chief.Now = at("2020-07-31 18:00"), at("2020-07-31 18:30")
		e, err := w.s.Enter(t.Context(), w.clerk, directive.EnterInput{Register: w.book, Text: text, Facts: directive.Facts{
			Issuer: "Quận ủy Hải An", IssuedOn: "2020-07-31", Subject: "Triển khai Chỉ thị 30-CT/TU",
		}})
		w.must(err)
		p := w.proposal(e.Document.ID, "thành lập ngay Ban Chỉ đạo")
		if p.By != at("2020-07-31 16:00") {
			t.Fatalf("deadline %v", p.By.Time())
		}
		if !slices.Equal(p.Offices, []string{"du-ck", "du-tb"}) || p.Problem != "proposal.deadline_before_arrival" {
			t.Errorf("proposal: offices %q problem %q", p.Offices, p.Problem)
		}
		in := directive.ConfirmInput{Document: e.Document.ID, IDs: []string{p.ID}}
		if _, err := w.s.Confirm(t.Context(), w.chief, in); fault.KindOf(err) != fault.NeedsReason {
			t.Errorf("confirmed as it is: %v", err)
		}
		fix := directive.ProposalInput{ID: p.ID, Text: p.Text, Offices: p.Offices, By: at("2020-07-30 16:00")}
		if _, err := w.s.Propose(t.Context(), w.chief, fix); fault.KeyOf(err) != "proposal.deadline_before_document" {
			t.Errorf("before the document: %v", err)
		}
		fix.By, fix.KeepReason = p.By, "họp chiều 31/7, hạn trong ngày"
		_, err = w.s.Propose(t.Context(), w.chief, fix)
		w.must(err)
		res, err := w.s.Confirm(t.Context(), w.chief, in)
		w.must(err)
		if len(res.Confirmed) != 1 {
			t.Errorf("kept with a reason: %+v", res)
		}
	})
}

// TestSeed000 reads the conclusion of the district's standing committee: the
// steps of 6, 7, 8 and 9 September go to the district and its wards.
func TestSeed000(t *testing.T) {
	text := seed(t, seed000)
	d := testkit.SQLite(t)
	w := newWorld(t, d)
	doc := w.enter(directive.Facts{Issuer: "Ban Thường vụ Quận ủy", IssuedOn: "2021-09-05", Subject: "Kết luận phiên họp đột xuất", Kind: "TB"}, text).Document
	for words, want := range map[string]struct {
		when    string
		offices []string
	}{
		"phương án khung tiêu chí xong": {"2021-09-06 23:59", []string{"ubnd"}},
		"hoàn thành trình UBND Quận":    {"2021-09-07 23:59", []string{"ubnd-ck", "ubnd-tb"}},
		"phê duyệt phương án":           {"2021-09-08 23:59", []string{"ubnd"}},
	} {
		p := w.proposal(doc.ID, words)
		if p.By.In(w.now.Time().Location()).Unix()/60 != at(want.when).Time().Unix()/60 || !slices.Equal(p.Offices, want.offices) {
			t.Errorf("%s: by %v, offices %q", words, p.By.Time(), p.Offices)
		}
	}
	found := false
	for _, p := range w.review(doc.ID).Proposals {
		found = found || p.From == at("2021-09-09 06:00")
	}
	if !found {
		t.Error("nothing starts at 06:00 on 9 September")
	}
	for query, want := range map[string]bool{"phao dai": true, "khu vuc 01 nguy co cao": true, "khong he co": false} {
		page, err := w.s.SearchClauses(t.Context(), w.clerk, directive.ClauseFilter{Query: query})
		w.must(err)
		if (page.Total > 0) != want {
			t.Errorf("%q found %d clauses", query, page.Total)
		}
	}
	if page, err := w.s.SearchClauses(t.Context(), w.ward, directive.ClauseFilter{Query: "phao dai"}); err != nil || page.Total != 0 {
		t.Errorf("a ward without a copy finds %d clauses, %v", page.Total, err)
	}
}

func TestReviewedDocumentsExportAsLabels(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		doc := w.enter(notice484(), "Thực hiện Chỉ thị số 06-CT/TU ngày 01/9/2021 của Ban Thường vụ Thành ủy Hà Nội.\n\n"+orders).Document
		fix := w.proposal(doc.ID, "chốt")
		_, err := w.s.Propose(t.Context(), w.chief, directive.ProposalInput{ID: fix.ID, Text: fix.Text, Offices: []string{"ubnd-ck"}, Topic: "patrol"})
		w.must(err)
		_, err = w.s.Confirm(t.Context(), w.chief, directive.ConfirmInput{Document: doc.ID, All: true})
		w.must(err)
		out, err := w.s.Labels(t.Context(), w.chief, doc.ID)
		w.must(err)
		var l struct {
			File      string
			Metadata  struct{ Number, Kind, Issuer, Issued_on string }
			Citations []struct {
				Number, Text string
				Span         [2]int
			}
			Tasks []struct {
				Text, Topic               string
				Responsible, Coordinating []string
				Span                      [2]int
				Deadlines                 []struct{ Text, At, Kind string }
			}
		}
		if err := json.Unmarshal([]byte(readAll(t, out)), &l); err != nil {
			t.Fatal(err)
		}
		if l.Metadata.Number != "484-TB/TU" || l.Metadata.Kind != "thông báo" || len(l.Citations) != 1 || l.Citations[0].Number != "06-CT/TU" {
			t.Errorf("labels %+v %+v", l.Metadata, l.Citations)
		}
		text := []rune(w.review(doc.ID).Reading.Text)
		for _, task := range l.Tasks {
			if got := string(text[task.Span[0]:task.Span[1]]); got != task.Text {
				t.Errorf("span gives %q, text %q", got, task.Text)
			}
		}
		if len(l.Tasks) != 4 || !slices.Equal(l.Tasks[0].Responsible, []string{"UBND các phường"}) || len(l.Tasks[0].Deadlines) != 1 ||
			l.Tasks[0].Deadlines[0].At != "2021-09-09T17:00:00+07:00" || !slices.Contains(l.Tasks[2].Responsible, "UBND phường Cự Khối") {
			t.Errorf("tasks %+v", l.Tasks)
		}
	})
}

func TestTheWorkOfBodiesOutsideTheTerritoryIsNotedAndNotConfirmed(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ctx := t.Context()
		w.must(d.Write(ctx, func(tx *db.Tx) error {
			return tx.Insert("office", org.Office{ID: "ubnd-tp", Unit: "01", UnitPath: "/01/", Kind: org.UBND, Line: org.State,
				Name: "UBND Thành phố Hà Nội", ShortName: "UBND Thành phố", Period: always})
		}))
		doc := w.enter(notice484(), `Ban Thường vụ Thành ủy yêu cầu thực hiện các nhiệm vụ sau:

1. UBND Thành phố chuẩn bị đủ vắc-xin, hoàn thành trước ngày 15/9/2021.

2. UBND Thành phố, UBND các phường lập danh sách người cần tiêm.
`).Document
		if p := w.proposal(doc.ID, "lập danh sách"); !slices.Equal(p.Offices, []string{"ubnd-ck", "ubnd-tb"}) || p.Problem != "" {
			t.Errorf("of several, those of the territory: %v, problem %q", p.Offices, p.Problem)
		}
		theirs := w.proposal(doc.ID, "vắc-xin")
		if _, err := w.s.Confirm(ctx, w.chief, directive.ConfirmInput{Document: doc.ID, IDs: []string{theirs.ID}}); fault.KeyOf(err) != directive.OutsideKey {
			t.Errorf("confirmed alone: %v", err)
		}
		sure, err := w.s.Confirm(ctx, w.chief, directive.ConfirmInput{Document: doc.ID, All: true})
		w.must(err)
		aside, err := w.s.SetElsewhere(ctx, w.chief, directive.ElsewhereInput{Document: doc.ID})
		w.must(err)
		if len(sure.Confirmed) != 1 || !slices.Equal(aside.IDs, []string{theirs.ID}) {
			t.Errorf("confirmed %v, set aside %v", sure.Confirmed, aside.IDs)
		}
		if v := w.review(doc.ID); v.Open != 0 || v.Ready != 1 {
			t.Errorf("%d open, %d ready", v.Open, v.Ready)
		}
		labels, err := w.s.Labels(ctx, w.chief, doc.ID)
		w.must(err)
		b, err := io.ReadAll(labels.Content)
		w.must(err)
		if !strings.Contains(string(b), "vắc-xin") {
			t.Errorf("the labels lose what was set aside: %s", b)
		}
	})
}
