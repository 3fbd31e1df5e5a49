package directive_test

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/directive"
	"phaodai/internal/fault"
	"phaodai/internal/testkit"
)

func readAll(t testing.TB, d directive.Download) string {
	t.Helper()
	b, err := io.ReadAll(d.Content)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Content.Close(); err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// jpeg is the smallest file that is a picture by its content.
func jpeg() *directive.Upload {
	return &directive.Upload{Name: "phieu.jpg", Content: bytes.NewReader([]byte("\xff\xd8\xff\xe0 photo of the slip"))}
}

// TestSeed004FromArrivalToCopies is the way of the notice 484-TB/TU through
// the Party Office: received, registered with our own number, advised,
// approved, copied, opened.
func TestSeed004FromArrivalToCopies(t *testing.T) {
	text := seed(t, seed004)
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ctx := t.Context()
		u := textFile(`C:\scan\484.txt`, text)
		doc, err := w.s.Receive(ctx, w.clerk, directive.ReceiveInput{File: &u})
		w.must(err)
		if doc.Symbol != "484-TB/TU" || doc.Kind != "TB" || doc.IssuedOn != "2021-09-07" || !strings.Contains(doc.Issuer, "Thành ủy") {
			t.Errorf("read: %q %q %q %q", doc.Symbol, doc.Kind, doc.IssuedOn, doc.Issuer)
		}
		e, err := w.s.Enter(ctx, w.clerk, directive.EnterInput{Register: w.book, Document: doc.ID, Version: doc.Version, Facts: directive.Facts{
			Symbol: doc.Symbol, Kind: doc.Kind, Issuer: doc.Issuer, IssuedOn: doc.IssuedOn, Subject: doc.Subject, Signer: doc.Signer,
		}})
		w.must(err)
		if e.Entry.No != 612 || !strings.Contains(e.Entry.ForeignStamp, "522") {
			t.Errorf("our number %d, foreign stamp %q", e.Entry.No, e.Entry.ForeignStamp)
		}
		if e.Document.State != directive.Registered {
			t.Errorf("state %s", e.Document.State)
		}
		w.advise(e.Document.ID)
		w.approve(e.Document.ID)
		w.opens(e.Document.ID)
	})
}

func (w *world) advise(doc string) {
	w.t.Helper()
	list, err := w.s.AwaitingAdvice(w.ctx(), w.chief, directive.Filter{})
	w.must(err)
	if list.Total != 1 || list.Items[0].ID != doc || list.Items[0].No != 612 {
		w.t.Errorf("awaiting advice: %+v", list)
	}
	if _, err := w.s.Approve(w.ctx(), w.leader, directive.ApproveInput{Document: doc}); fault.KeyOf(err) != "document.wrong_state" {
		w.t.Errorf("approved before advice: %v", err)
	}
	sl, err := w.s.Advise(w.ctx(), w.chief, directive.AdviseInput{Document: doc, Advice: "UBND quận chủ trì mục 3.1; các phường thực hiện", Copies: []directive.Copy{
		{Office: "ubnd"}, {Text: "UBND các phường", Purpose: directive.ForExecution}, {Text: "Ban Tuyên giáo Trung ương"}, {Text: "Lưu VPQU"},
	}})
	w.must(err)
	if sl.Advice == "" || len(sl.Steps) != 1 {
		w.t.Errorf("slip %+v", sl)
	}
}

func (w *world) approve(doc string) {
	w.t.Helper()
	list, err := w.s.AwaitingApproval(w.ctx(), w.leader, directive.Filter{})
	w.must(err)
	if list.Total != 1 {
		w.t.Errorf("awaiting approval: %+v", list)
	}
	if ok := w.mayRead(w.ward, doc); ok {
		w.t.Error("a ward reads before the copies went out")
	}
	sl, err := w.s.Approve(w.ctx(), w.leader, directive.ApproveInput{Document: doc, Opinion: "Báo cáo trước 15/9"})
	w.must(err)
	if sl.Decision != directive.ActOpinion || sl.DecideName != w.leader.Name {
		w.t.Errorf("decision %+v", sl)
	}
	_, err = w.s.Approve(w.ctx(), w.leader, directive.ApproveInput{Document: doc})
	if fault.KeyOf(err) != "slip.decided" {
		w.t.Errorf("approved twice: %v", err)
	}
	for office, want := range map[string]bool{"ward": w.mayRead(w.ward, doc), "chairman": w.mayRead(w.chairman, doc), "leader": w.mayRead(w.leader, doc)} {
		if !want {
			w.t.Errorf("%s does not read the copy", office)
		}
	}
	if w.mayRead(w.wardParty, doc) || w.mayRead(w.front, doc) || w.mayRead(w.doctor, doc) || w.mayRead(w.nobody, doc) {
		w.t.Error("somebody reads who got no copy")
	}
}

func (w *world) opens(doc string) {
	w.t.Helper()
	if _, err := w.s.Open(w.ctx(), w.wardParty, doc); fault.KindOf(err) != fault.NotFound {
		w.t.Errorf("open by who got no copy: %v", err)
	}
	late := w.ward
	late.Now = at("2021-09-08 12:05")
	v, err := w.s.Open(w.ctx(), late, doc)
	w.must(err)
	_, err = w.s.Open(w.ctx(), late, doc)
	w.must(err)
	opened, sent, outside := 0, 0, 0
	for _, r := range v.Recipients {
		switch {
		case r.Office == "":
			outside++
		case r.OpenedAt > 0:
			opened++
			if r.Office != "ubnd-ck" || r.OpenedAt != late.Now {
				w.t.Errorf("opened: %+v", r)
			}
		}
		if r.SentAt > 0 && r.Office != "" {
			sent++
		}
	}
	if opened != 1 || sent != 3 || outside != 2 {
		w.t.Errorf("opened %d, sent %d, outside %d of %+v", opened, sent, outside, v.Recipients)
	}
	list, err := w.s.Openings(w.ctx(), w.clerk, doc)
	w.must(err)
	if len(list) != 1 || list[0].OfficeName != "UBND phường Cự Khối" {
		w.t.Errorf("openings: %+v", list)
	}
	inbox, err := w.s.Inbox(w.ctx(), w.ward, directive.Filter{Open: true})
	w.must(err)
	if inbox.Total != 1 {
		w.t.Errorf("inbox of the ward: %+v", inbox)
	}
}

func (w *world) mayRead(by auth.Actor, doc string) bool {
	w.t.Helper()
	_, err := w.s.Document(w.ctx(), by, doc)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		w.t.Fatal(err)
	}
	return err == nil
}

func TestADecisionOnPaperKeepsBothNames(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		e := w.enter(notice484(), "")
		_, err := w.s.Advise(t.Context(), w.chief, directive.AdviseInput{Document: e.Document.ID, Advice: "Kính trình"})
		w.must(err)
		in := directive.ApproveInput{Document: e.Document.ID, OnPaper: &directive.OnPaper{Post: "pbt", At: at("2021-09-08 10:30")}}
		if _, err := w.s.Approve(t.Context(), w.clerk, in); fault.KindOf(err) != fault.Invalid {
			t.Errorf("without a photo: %v", err)
		}
		in.OnPaper.Photo = jpeg()
		in.OnPaper.Post = "ct"
		if _, err := w.s.Approve(t.Context(), w.clerk, in); fault.KindOf(err) != fault.Invalid {
			t.Errorf("a chairman of the State line decides on a Party paper: %v", err)
		}
		in.OnPaper.Post, in.OnPaper.Photo = "pbt", jpeg()
		sl, err := w.s.Approve(t.Context(), w.clerk, in)
		w.must(err)
		if !sl.OnPaper || sl.DecideName != "Người Phó Bí thư Thường trực qu" || sl.EnterName != w.clerk.Name || sl.DecidedAt != in.OnPaper.At {
			t.Errorf("slip %+v", sl)
		}
		out, err := w.s.OpenAttachment(t.Context(), w.leader, e.Document.ID, sl.Photo)
		w.must(err)
		if text := readAll(t, out); !strings.HasPrefix(text, "\xff\xd8\xff") {
			t.Errorf("photo %q", text)
		}
		form, err := w.s.SlipForm(t.Context(), w.clerk, e.Document.ID, "pdf")
		w.must(err)
		if text := readAll(t, form); !strings.HasPrefix(text, "%PDF-") {
			t.Errorf("no PDF: %.20q", text)
		}
	})
}

func TestASlipReturnsWithAReason(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		e := w.enter(notice484(), "")
		doc := e.Document.ID
		sl, err := w.s.Advise(t.Context(), w.chief, directive.AdviseInput{Document: doc, Advice: "Kính trình"})
		w.must(err)
		if _, err := w.s.Return(t.Context(), w.leader, directive.ReturnInput{Document: doc}); fault.KindOf(err) != fault.NeedsReason {
			t.Errorf("without reason: %v", err)
		}
		for who, by := range map[string]auth.Actor{"chief": w.chief, "chairman": w.chairman, "doctor": w.doctor, "ward": w.ward} {
			_, err := w.s.Return(t.Context(), by, directive.ReturnInput{Document: doc, Reason: "x"})
			if k := fault.KindOf(err); k != fault.Denied && k != fault.NotFound {
				t.Errorf("%s returned it: %v", who, err)
			}
		}
		sl, err = w.s.Return(t.Context(), w.leader, directive.ReturnInput{Document: doc, Reason: "chưa rõ hạn", Version: sl.Version})
		w.must(err)
		v, err := w.s.Document(t.Context(), w.clerk, doc)
		w.must(err)
		if v.Document.State != directive.Registered || v.Slip.Opinion != "chưa rõ hạn" {
			t.Errorf("after the return: %s %+v", v.Document.State, v.Slip)
		}
		_, err = w.s.Advise(t.Context(), w.chief, directive.AdviseInput{Document: doc, Advice: "Hạn 15/9", Version: 2})
		if fault.KeyOf(err) != "conflict.changed" {
			t.Errorf("an old form: %v", err)
		}
		_, err = w.s.Advise(t.Context(), w.chief, directive.AdviseInput{Document: doc, Advice: "Hạn 15/9", Version: sl.Version})
		w.must(err)
	})
}

func TestCopiesToAnOfficeThatEndedNameItsSuccessor(t *testing.T) {
	d := testkit.SQLite(t)
	w := newWorld(t, d)
	e := w.enter(notice484(), "")
	_, err := w.s.Advise(t.Context(), w.chief, directive.AdviseInput{Document: e.Document.ID, Advice: "x", Copies: []directive.Copy{{Office: "to-cu"}}})
	if fault.KeyOf(err) != "org.office_ended_successor" || !strings.Contains(err.Error(), "Phòng Y tế") {
		t.Errorf("err = %v", err)
	}
}

func TestScopeSaysWhoReads(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		f := notice484()
		f.Scope, f.ScopePath = directive.ToUnit, ckPath
		doc := w.enter(f, "").Document
		if !w.mayRead(w.ward, doc.ID) || !w.mayRead(w.wardParty, doc.ID) {
			t.Error("the ward does not read what was made known to it")
		}
		if w.mayRead(w.doctor, doc.ID) || w.mayRead(w.front, doc.ID) {
			t.Error("offices outside the scope read it")
		}
		f.Symbol, f.ScopePath = "485-TB/TU", "/79/"
		_, err := w.s.Enter(t.Context(), w.clerk, directive.EnterInput{Register: w.book, Facts: f})
		if fault.KindOf(err) != fault.Invalid {
			t.Errorf("a scope outside the district: %v", err)
		}
		f.Scope = directive.ToRecipients
		closed := w.enter(f, "").Document
		if w.mayRead(w.ward, closed.ID) || w.mayRead(w.nobody, closed.ID) {
			t.Error("somebody reads what was sent to nobody")
		}
		if _, err := w.s.Publish(t.Context(), w.chief, directive.PublishInput{Document: closed.ID, Public: true}); fault.KindOf(err) != fault.Denied {
			t.Errorf("published without the right: %v", err)
		}
		_, err = w.s.Publish(t.Context(), w.clerk, directive.PublishInput{Document: closed.ID, Public: true})
		w.must(err)
		if !w.mayRead(w.nobody, closed.ID) {
			t.Error("a public document is not readable")
		}
	})
}

func TestAWardGivesItsOwnNumber(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		doc := w.passed(notice484(), "", directive.Copy{Text: "UBND các phường"})
		book, err := w.s.OpenRegister(t.Context(), w.ward, directive.RegisterInput{Name: "Văn bản đến"})
		w.must(err)
		e, err := w.s.Take(t.Context(), w.ward, directive.TakeInput{Document: doc.ID, Register: book.ID})
		w.must(err)
		if e.Entry.No != 1 {
			t.Errorf("number %d", e.Entry.No)
		}
		if _, err := w.s.Take(t.Context(), w.ward, directive.TakeInput{Document: doc.ID, Register: book.ID}); fault.KeyOf(err) != "document.taken_already" {
			t.Errorf("taken twice: %v", err)
		}
		list, err := w.s.Incoming(t.Context(), w.ward, directive.Filter{})
		w.must(err)
		if list.Total != 1 || list.Items[0].No != 1 || list.Items[0].Symbol != "484-TB/TU" {
			t.Errorf("book of the ward: %+v", list)
		}
		v, err := w.s.Document(t.Context(), w.clerk, doc.ID)
		w.must(err)
		if v.Entry.No != 612 {
			t.Errorf("the keeper's number is %d", v.Entry.No)
		}
	})
}

// A paper sent to a People's Committee passes through its Office: the clerk
// there finds it, gives it a number and opens it for the committee; who has no
// part in that does not read it.
func TestWhatIsSentToACommitteePassesThroughItsOffice(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		doc := w.passed(notice484(), "", directive.Copy{Office: "ubnd"})
		box, err := w.s.Inbox(t.Context(), w.stateClerk, directive.Filter{Open: true})
		w.must(err)
		if box.Total != 1 || box.Items[0].ID != doc.ID {
			t.Fatalf("inbox of the Office: %+v", box)
		}
		if w.mayRead(w.actor("cv", "vpub", district, "staff"), doc.ID) || w.mayRead(w.doctor, doc.ID) {
			t.Error("somebody reads what does not pass through him")
		}
		book, err := w.s.OpenRegister(t.Context(), w.stateClerk, directive.RegisterInput{Name: "Văn bản đến"})
		w.must(err)
		_, err = w.s.Take(t.Context(), w.stateClerk, directive.TakeInput{Document: doc.ID, Register: book.ID})
		w.must(err)
		for _, f := range []directive.Filter{{}, {Kind: "TB"}} {
			list, err := w.s.Incoming(t.Context(), w.stateClerk, f)
			w.must(err)
			if list.Total != 1 || list.Items[0].No != 1 {
				t.Errorf("book of the Office, %+v: %+v", f, list)
			}
		}
		box, err = w.s.Inbox(t.Context(), w.stateClerk, directive.Filter{Open: true})
		w.must(err)
		if box.Total != 0 {
			t.Errorf("it still waits: %+v", box)
		}
		_, err = w.s.Open(t.Context(), w.stateClerk, doc.ID)
		w.must(err)
		v, err := w.s.Document(t.Context(), w.clerk, doc.ID)
		w.must(err)
		if len(v.Recipients) != 1 || v.Recipients[0].OpenedAt == 0 {
			t.Errorf("the committee has not opened it: %+v", v.Recipients)
		}
	})
}
