package directive_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/directive"
	"phaodai/internal/fault"
	"phaodai/internal/testkit"
)

const body = `Thực hiện Chỉ thị số 06-CT/TU ngày 01/9/2021 của Ban Thường vụ Thành ủy Hà Nội, Ban Thường vụ Quận ủy yêu cầu:

1. UBND các phường xây dựng kế hoạch, hoàn thành trong ngày 10/9/2021.

2. Đảng ủy các phường quán triệt đến các chi bộ.
`

// plan writes a draft in the name of the district Party committee.
func (w *world) plan(kind string) directive.Document {
	w.t.Helper()
	d, err := w.s.Write(w.ctx(), w.clerk, directive.DraftInput{
		Issuer: "qu", Kind: kind, Subject: "Thực hiện Chỉ thị số 06-CT/TU", Text: body, SignerPost: "pbt", SignedFor: "T/M BAN THƯỜNG VỤ",
		Recipients: []directive.Copy{{Text: "UBND các phường", Purpose: directive.ForExecution}, {Office: "ubnd", Purpose: directive.ForCooperation}, {Text: "Lưu VPQU"}},
	})
	w.must(err)
	return d
}

// signed takes a draft up to its signature.
func (w *world) signed(kind string) directive.Document {
	w.t.Helper()
	d := w.plan(kind)
	_, err := w.s.Submit(w.ctx(), w.clerk, directive.StepInput{Document: d.ID})
	w.must(err)
	d, err = w.s.Sign(w.ctx(), w.leader, directive.StepInput{Document: d.ID})
	w.must(err)
	return d
}

func (w *world) mandate() {
	w.t.Helper()
	w.must(w.s.SetMandate(w.ctx(), w.clerk, directive.MandateInput{
		Office: "qu", Name: "2020-2025", From: at("2020-07-01 00:00"), To: at("2025-07-01 00:00"), Last: map[string]int64{"KH": 70},
	}))
}

func TestFromDraftToWhoHasOpenedIt(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ctx := t.Context()
		doc := w.plan("KH")
		if doc.State != directive.Draft || doc.Issuer != "Quận ủy Long Biên" || w.mayRead(w.ward, doc.ID) {
			t.Errorf("draft %+v", doc)
		}
		doc, err := w.s.Write(ctx, w.chief, directive.DraftInput{ID: doc.ID, Version: doc.Version, Kind: "KH", Subject: doc.Subject,
			Text: strings.Replace(body, "10/9", "11/9", 1), Note: "lùi hạn", SignerPost: "pbt", SignedFor: doc.SignedFor,
			Recipients: []directive.Copy{{Text: "UBND các phường", Purpose: directive.ForExecution}}})
		w.must(err)
		versions, err := w.s.Versions(ctx, w.chief, doc.ID)
		w.must(err)
		if len(versions) != 2 || versions[0].N != 2 || versions[0].Note != "lùi hạn" || !strings.Contains(versions[1].Text, "10/9") {
			t.Errorf("versions %+v", versions)
		}
		if _, err := w.s.Sign(ctx, w.leader, directive.StepInput{Document: doc.ID}); fault.KeyOf(err) != "document.wrong_state" {
			t.Errorf("signed a draft: %v", err)
		}
		_, err = w.s.Submit(ctx, w.clerk, directive.StepInput{Document: doc.ID})
		w.must(err)
		_, err = w.s.SendBack(ctx, w.leader, directive.StepInput{Document: doc.ID, Reason: "thiếu Trạm Y tế"})
		w.must(err)
		if sh, err := w.s.DraftSheet(ctx, w.clerk, doc.ID); err != nil || sh.SentBack != "thiếu Trạm Y tế" {
			t.Errorf("sheet %+v %v", sh, err)
		}
		_, err = w.s.Submit(ctx, w.clerk, directive.StepInput{Document: doc.ID})
		w.must(err)
		waiting, err := w.s.AwaitingApproval(ctx, w.leader, directive.Filter{})
		w.must(err)
		if waiting.Total != 1 {
			t.Errorf("waits for the leader: %+v", waiting)
		}
		if _, err := w.s.Sign(ctx, w.chief, directive.StepInput{Document: doc.ID}); fault.KindOf(err) != fault.Denied {
			t.Errorf("the chief of office signed: %v", err)
		}
		doc, err = w.s.Sign(ctx, w.leader, directive.StepInput{Document: doc.ID})
		w.must(err)
		w.issue(doc)
	})
}

func (w *world) issue(doc directive.Document) {
	w.t.Helper()
	if _, err := w.s.Number(w.ctx(), w.clerk, directive.StepInput{Document: doc.ID}); fault.KeyOf(err) != "document.mandate_missing" {
		w.t.Errorf("numbered without a term: %v", err)
	}
	w.mandate()
	doc, err := w.s.Number(w.ctx(), w.clerk, directive.StepInput{Document: doc.ID})
	w.must(err)
	if doc.Symbol != "71-KH/QU" || doc.IssuedOn != "2021-09-08" || doc.State != directive.Numbered || doc.Signer != w.leader.Name {
		w.t.Errorf("numbered %+v", doc)
	}
	doc, err = w.s.Issue(w.ctx(), w.clerk, directive.IssueInput{Document: doc.ID, Version: doc.Version})
	w.must(err)
	if _, err := w.s.Open(w.ctx(), w.ward, doc.ID); err != nil {
		w.t.Errorf("the ward opens: %v", err)
	}
	v, err := w.s.Document(w.ctx(), w.clerk, doc.ID)
	w.must(err)
	opened := 0
	for _, r := range v.Recipients {
		if r.OpenedAt > 0 {
			opened++
		}
	}
	if opened != 1 || len(v.Recipients) != 2 || len(v.Links) != 1 {
		w.t.Errorf("recipients %+v links %+v", v.Recipients, v.Links)
	}
	for format, magic := range map[string]string{"pdf": "%PDF-", "docx": "PK\x03\x04"} {
		out, err := w.s.Letter(w.ctx(), w.clerk, doc.ID, format)
		w.must(err)
		if text := readAll(w.t, out); !strings.HasPrefix(text, magic) || out.Name != "71-KH-QU."+format {
			w.t.Errorf("%s: %q %.10q", format, out.Name, text)
		}
	}
	res, err := w.s.Confirm(w.ctx(), w.chief, directive.ConfirmInput{Document: doc.ID, All: true})
	w.must(err)
	if len(res.Confirmed) != 2 {
		w.t.Errorf("tasks of what was issued: %+v", res)
	}
	err = w.d.Read(w.ctx(), func(tx *db.Tx) error { return directive.Dispatchable(tx, doc.ID) })
	w.must(err)
	page, err := w.s.Outgoing(w.ctx(), w.clerk, directive.Filter{Kind: "KH"})
	w.must(err)
	if page.Total != 1 || page.Items[0].Symbol != "71-KH/QU" {
		w.t.Errorf("outgoing %+v", page)
	}
}

func TestNumbersRunByTermAndByYear(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ctx := t.Context()
		w.mandate()
		w.must(w.s.SetMandate(ctx, w.clerk, directive.MandateInput{Office: "qu", Name: "2025-2030", From: at("2025-07-01 00:00"), To: at("2030-07-01 00:00")}))
		err := w.s.SetMandate(ctx, w.clerk, directive.MandateInput{Office: "qu", Name: "lẫn", From: at("2024-01-01 00:00")})
		if fault.KeyOf(err) != "document.mandate_meets" {
			t.Errorf("two terms meet: %v", err)
		}
		w.must(w.s.SetLastNumber(ctx, w.stateClerk, directive.LastNumberInput{Office: "ubnd", Kind: "KH", Year: 2021, Last: 323}))
		state := func() directive.Document {
			doc, err := w.s.Write(ctx, w.stateClerk, directive.DraftInput{Issuer: "ubnd", Kind: "KH", Subject: "Kế hoạch", Text: body, SignerPost: "ct", SignedFor: "TM. ỦY BAN NHÂN DÂN"})
			w.must(err)
			_, err = w.s.Submit(ctx, w.stateClerk, directive.StepInput{Document: doc.ID})
			w.must(err)
			doc, err = w.s.Sign(ctx, w.chairman, directive.StepInput{Document: doc.ID})
			w.must(err)
			return doc
		}
		var got []string
		for _, c := range []struct {
			now   string
			clerk auth.Actor
			doc   directive.Document
		}{
			{"2021-12-30 08:00", w.clerk, w.signed("KH")}, {"2022-01-04 08:00", w.clerk, w.signed("KH")},
			{"2022-01-05 08:00", w.clerk, w.signed("TB")}, {"2025-08-01 08:00", w.clerk, w.signed("KH")},
			{"2021-12-30 08:00", w.stateClerk, state()}, {"2021-12-31 08:00", w.stateClerk, state()}, {"2022-01-04 08:00", w.stateClerk, state()},
		} {
			c.clerk.Now = at(c.now)
			doc, err := w.s.Number(ctx, c.clerk, directive.StepInput{Document: c.doc.ID})
			w.must(err)
			got = append(got, doc.Symbol)
		}
		want := []string{"71-KH/QU", "72-KH/QU", "01-TB/QU", "01-KH/QU", "324/KH-UBND", "325/KH-UBND", "01/KH-UBND"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}

func TestNumbersOfDocumentsHaveNoGap(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.mandate()
		var docs []string
		for range 12 {
			docs = append(docs, w.signed("TB").ID)
		}
		var mu sync.Mutex
		var got []int64
		var wg sync.WaitGroup
		for _, id := range docs {
			wg.Go(func() {
				_, err := w.s.Number(t.Context(), w.clerk, directive.StepInput{Document: id, IssuedOn: "2030-01-01"})
				if fault.KindOf(err) != fault.Invalid {
					t.Errorf("a day to come: %v", err)
				}
				doc, err := w.s.Number(t.Context(), w.clerk, directive.StepInput{Document: id})
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				got = append(got, doc.Number)
				mu.Unlock()
			})
		}
		wg.Wait()
		slices.Sort(got)
		for i, n := range got {
			if n != int64(i+1) {
				t.Fatalf("numbers %v", got)
			}
		}
	})
}

// TestAMeetingAdoptsDraftsAndConcludes is the session of seed 000: four drafts
// on the agenda, adopted, and a conclusion whose clauses become tasks.
func TestAMeetingAdoptsDraftsAndConcludes(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ctx := t.Context()
		draft := w.plan("KH")
		m, err := w.s.PlanMeeting(ctx, w.chief, directive.PlanInput{
			Body: "qu", Kind: "extraordinary", Title: "Phiên họp đột xuất", PlannedAt: at("2021-09-08 08:00"), ChairPost: "pbt",
			Attendance: []directive.Attendance{{Post: "pbt", Name: "Phó Bí thư", Voter: true}, {Office: "ubnd", Name: "Lãnh đạo UBND Quận"}},
			Agenda:     []directive.AgendaItem{{Title: "Kế hoạch thực hiện Chỉ thị 06", Document: draft.ID}, {Title: "Việc khác"}},
		})
		w.must(err)
		if m.ChairName != "Người Phó Bí thư Thường trực qu" || m.State != directive.Planned {
			t.Errorf("planned %+v", m)
		}
		if _, err := w.s.DecideItem(ctx, w.chief, directive.DecideInput{Meeting: m.ID, N: 1, Result: "adopted"}); fault.KeyOf(err) != "meeting.wrong_state" {
			t.Errorf("decided before it was held: %v", err)
		}
		_, err = w.s.HoldMeeting(ctx, w.chief, directive.HoldInput{ID: m.ID, HeldAt: at("2021-09-08 08:05")})
		w.must(err)
		m, err = w.s.DecideItem(ctx, w.chief, directive.DecideInput{Meeting: m.ID, N: 1, Result: "adopted_with_changes", For: 11, Note: "sửa mục 2"})
		w.must(err)
		if v, err := w.s.Document(ctx, w.clerk, draft.ID); err != nil || v.Document.State != directive.Adopted || v.Document.Meeting != m.ID {
			t.Errorf("draft %+v %v", v.Document, err)
		}
		concl, err := w.s.Conclude(ctx, w.chief, directive.ConcludeInput{
			Meeting: m.ID, Version: m.Version, Subject: "Kết luận phiên họp đột xuất", Text: body, SignerPost: "pbt", SignedFor: "T/M BAN THƯỜNG VỤ",
			Recipients: []directive.Copy{{Text: "UBND các phường"}},
		})
		w.must(err)
		clauses, err := w.s.Clauses(ctx, w.clerk, concl.ID)
		w.must(err)
		if !slices.ContainsFunc(clauses, func(c directive.Clause) bool { return c.Item == "2" }) {
			t.Errorf("clauses %+v", clauses)
		}
		for _, step := range []func() error{
			func() error { _, err := w.s.Submit(ctx, w.clerk, directive.StepInput{Document: concl.ID}); return err },
			func() error { _, err := w.s.Sign(ctx, w.leader, directive.StepInput{Document: concl.ID}); return err },
			func() error { w.mandate(); return nil },
			func() error { _, err := w.s.Number(ctx, w.clerk, directive.StepInput{Document: concl.ID}); return err },
			func() error { _, err := w.s.Issue(ctx, w.clerk, directive.IssueInput{Document: concl.ID}); return err },
		} {
			w.must(step())
		}
		m, err = w.s.Meeting(ctx, w.chairman, m.ID) // invited by office
		w.must(err)
		if m.State != directive.Published || m.Conclusion != concl.ID {
			t.Errorf("meeting %+v", m)
		}
		if _, err := w.s.Meeting(ctx, w.ward, m.ID); fault.KindOf(err) != fault.NotFound {
			t.Errorf("a ward sees the meeting: %v", err)
		}
		page, err := w.s.Meetings(ctx, w.chairman, directive.Filter{})
		w.must(err)
		if page.Total != 1 || page.Items[0].Title != "Phiên họp đột xuất" {
			t.Errorf("meetings %+v", page)
		}
	})
}

func TestEveryWriteIsAuditedAndLogged(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		doc := w.passed(notice484(), orders, directive.Copy{Text: "UBND các phường"})
		var acts, changes []string
		err := d.Read(t.Context(), func(tx *db.Tx) error {
			if err := tx.Select(&acts, "SELECT action FROM audit WHERE subject = $1 ORDER BY seq", doc.ID); err != nil {
				return err
			}
			return tx.Select(&changes, "SELECT what || ' ' || unit FROM change WHERE subject = $1 ORDER BY seq", doc.ID)
		})
		w.must(err)
		if diff := cmp.Diff([]string{"document.registered", "document.advised", "document.approved"}, acts); diff != "" {
			t.Errorf("audit: %s", diff)
		}
		want := []string{"registered vpqu", "advised vpqu", "sent ubnd-ck", "sent ubnd-tb", "approved vpqu"}
		if diff := cmp.Diff(want, changes); diff != "" {
			t.Errorf("change log: %s", diff)
		}
		// The first tasks given out move it on; a second report of that changes nothing.
		for range 2 {
			w.must(w.s.Follow(t.Context(), db.Logged{Change: db.Change{Kind: "task", What: "dispatched", Data: fmt.Sprintf(`{"document":%q}`, doc.ID)}, At: w.now}, w.now))
		}
		v, err := w.s.Document(t.Context(), w.clerk, doc.ID)
		w.must(err)
		if v.Document.State != directive.Working {
			t.Errorf("state %s", v.Document.State)
		}
		filed, err := w.s.File(t.Context(), w.clerk, directive.FileInput{Document: doc.ID, Version: v.Document.Version, Dossier: "HS-12/2021"})
		w.must(err)
		if filed.State != directive.Filed || filed.Dossier == "" {
			t.Errorf("filed %+v", filed)
		}
	})
}
