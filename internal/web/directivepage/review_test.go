package directivepage

import (
	"regexp"
	"testing"

	"phaodai/internal/directive"
)

// approved brings a document so far that its tasks may be given out.
func (w *world) approved(text string) directive.Document {
	w.t.Helper()
	d := w.advised(text)
	if _, err := w.directive.Approve(w.t.Context(), w.actor("thuongtruc"), directive.ApproveInput{Document: d.ID}); err != nil {
		w.t.Fatal(err)
	}
	return d
}

func (w *world) proposals(id string) []directive.Proposal {
	w.t.Helper()
	review, err := w.directive.Review(w.t.Context(), w.actor("chanhvp"), id)
	if err != nil {
		w.t.Fatal(err)
	}
	return review.Proposals
}

func TestTheReviewShowsTextAndProposalsAndGivesThemOut(t *testing.T) {
	w := newWorld(t)
	d := w.approved(seed(t, seed000))
	site := w.as("chanhvp")
	base := "/van-ban/" + d.ID + "/ra-soat"
	page := site.Get(base).Has("Rà soát nội dung", "Đã rà soát", "Việc đề xuất", "giữ nguyên chữ gốc", "06/9", "07/9", "08/9",
		"× 14", "Giao 0 việc đã rà soát")
	if marks := regexp.MustCompile(`class="mk [^"]*m-task`).FindAllString(page.Body, -1); len(marks) < 5 {
		t.Errorf("%d marks of tasks in the text", len(marks))
	}
	for _, view := range []string{"cho", "chua-ro", "doan"} {
		site.Get(base + "?xem=" + view).Is(200)
	}
	open := w.proposals(d.ID)
	site.Post(base+"/dung", "key", "c1", "id", open[0].ID, "xem", "viec").Goes(base + "?xem=viec#viec-" + open[1].ID)
	site.Post(base+"/dung", "key", "c2", "all", "1", "xem", "viec").Goes(base + "?xem=viec")
	site.Get(base).Lacks("Giao 0 việc")
	site.Post(base+"/giao", "key", "g1").Goes("/theo-doi?van-ban=" + d.ID)
	site.Get(base).Has("Giao 0 việc", "Đã giao", "xem việc")
	site.Get("/van-ban/" + d.ID).Has("Việc đã giao")
	site.Get("/van-ban-den").Has("Đang làm 0/")
}

func TestAProposalIsCorrectedSplitMergedAddedAndDropped(t *testing.T) {
	w := newWorld(t)
	d := w.approved(seed(t, seed000))
	site := w.as("chanhvp")
	base := "/van-ban/" + d.ID + "/ra-soat"
	p := w.proposals(d.ID)
	site.Get(base+"?sua="+p[0].ID).Has("Sửa việc", "Lưu việc", "Cơ quan chủ trì")
	site.Post(base+"/viec", "key", "e1", "edit", "1", "proposal", p[0].ID, "title", "", "text", "").Is(422).Has("Sửa việc")
	site.Post(base+"/viec", "key", "e2", "edit", "1", "proposal", p[0].ID, "title", "Ban hành khung tiêu chí", "text", p[0].Text,
		"responsible", "Phòng Y tế", "by", "10/9/2021", "proof", "file").Goes(base + "#viec-" + p[0].ID)
	got := w.proposals(d.ID)[0]
	if got.Title != "Ban hành khung tiêu chí" || len(got.Offices) != 1 || got.By == 0 {
		t.Errorf("corrected: %+v", got)
	}
	site.Get(base + "?tach=" + p[1].ID).Has("Tách thành nhiều việc")
	site.Post(base+"/tach", "key", "s1", "split", p[1].ID, "part", "Việc thứ nhất", "part", "Việc thứ hai", "part", "").Is(303)
	after := w.proposals(d.ID)
	if len(after) != len(p)+1 {
		t.Fatalf("%d proposals after the split of one of %d", len(after), len(p))
	}
	site.Post(base+"/gop", "key", "m0", "id", after[0].ID).Is(422)
	site.Post(base+"/gop", "key", "m1", "id", after[1].ID, "id", after[2].ID).Is(303)
	site.Post(base+"/bo", "key", "d1", "id", after[3].ID, "reason", "Không phải việc").Is(303)
	review, err := w.directive.Review(t.Context(), w.actor("chanhvp"), d.ID)
	if err != nil {
		t.Fatal(err)
	}
	clause := review.Clauses[3]
	site.Get(base+"?them="+clause.ID).Has("Thêm việc", "Giao cho")
	site.Get(base + "?tu=100&den=180").Has("Thêm việc")
	site.Post(base+"/viec", "key", "n1", "edit", "1", "clause", clause.ID, "title", "Việc mới", "text", clause.Text, "responsible", "UBND các phường").Is(303)
	site.Post(base+"/doan", "key", "k1", "clause_id", clause.ID, "kind", "FACT", "xem", "doan").Goes(base + "?xem=doan")
	site.Get("/van-ban/" + d.ID + "/nhan.json").Is(200)
}

func TestADeadlineBeforeTheDocumentAsksForAReason(t *testing.T) {
	w := newWorld(t)
	d := w.approved(seed(t, seed000))
	site := w.as("chanhvp")
	base := "/van-ban/" + d.ID + "/ra-soat"
	p := w.proposals(d.ID)[0]
	form := []string{"key", "x1", "edit", "1", "proposal", p.ID, "title", p.Title, "text", p.Text, "responsible", "Phòng Y tế", "by", "01/8/2021"}
	if answer := site.Post(base+"/viec", form...); answer.Status == 303 {
		site.Get(base).Has("Hạn")
		form[1] = "x2"
		answer = site.Post(base+"/dung", "key", "x3", "id", p.ID)
		answer.Is(428)
	} else {
		answer.Is(428).Has("Lý do giữ hạn này")
	}
	form[1] = "x4"
	site.Post(base+"/viec", append(form, "keep_reason", "Hạn đã ghi trong văn bản gốc.")...).Is(303)
	site.Post(base+"/dung", "key", "x5", "id", p.ID).Is(303)
}

func TestClausesAndSearchWorkWithoutMarks(t *testing.T) {
	w := newWorld(t)
	d := w.approved(seed(t, seed000))
	site := w.as("chanhvp")
	site.Get("/van-ban/" + d.ID + "/noi-dung?tim=khung+tieu+chi").Has("khung tiêu chí")
	site.Get("/noi-dung").Has("Gõ vài từ không cần dấu")
	site.Get("/noi-dung?tim=phao+dai").Has("pháo đài")
	site.Get("/noi-dung?loai=UNKNOWN").Is(200)
	site.Get("/tim?q=khung+tieu+chi").Has("khung tiêu chí", `href="/noi-dung?tim=khung&#43;tieu&#43;chi"`)
	site.Get("/tim?q=thuong+vu").Has("Ban Thường vụ", `href="/van-ban?tim=thuong&#43;vu"`)
	site.Get("/tim?q=dia+ban").Has("địa bàn")
	site.Get("/tim?q=%C4%91ịa+bàn").Has("địa bàn")
	site.Get("/van-ban?tim=thuong+vu").Has("1 văn bản.", "/noi-dung?tim=thuong")
	site.Get("/van-ban?tim=khongco").Has("Không có văn bản nào.")
}
