package directive_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"phaodai/internal/db"
	"phaodai/internal/directive"
	"phaodai/internal/fault"
	"phaodai/internal/testkit"
)

func TestArrivalNumbersHaveNoGapUnderConcurrencyAndFailures(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		const clerks, each = 6, 20
		var mu sync.Mutex
		got := map[int64]bool{}
		var wg sync.WaitGroup
		for c := range clerks {
			wg.Go(func() {
				for i := range each {
					f := notice484()
					f.Symbol = fmt.Sprintf("%d-TB/TU", c*each+i+1)
					if i%4 == 3 {
						f.Issuer = "" // refused
					}
					e, err := w.s.Enter(t.Context(), w.clerk, directive.EnterInput{Register: w.book, Facts: f})
					if (err != nil) != (i%4 == 3) {
						t.Errorf("clerk %d document %d: %v", c, i, err)
					}
					if err == nil {
						mu.Lock()
						got[e.Entry.No] = true
						mu.Unlock()
					}
				}
			})
		}
		wg.Wait()
		if len(got) != clerks*each*3/4 {
			t.Errorf("%d numbers, want %d", len(got), clerks*each*3/4)
		}
		for n := int64(612); n < 612+int64(len(got)); n++ {
			if !got[n] {
				t.Errorf("number %d is missing", n)
			}
		}
	})
}

func TestTheSameDocumentIsEnteredOnce(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		first := w.enter(notice484(), "")
		again := notice484()
		again.Symbol, again.Issuer = "Số 484 - TB/TU", "Ban Thường vụ Thành ủy HN" // spelled otherwise
		_, err := w.s.Enter(t.Context(), w.clerk, directive.EnterInput{Register: w.book, Facts: again})
		if fault.KeyOf(err) != "document.duplicate" || fault.KindOf(err) != fault.Conflict {
			t.Fatalf("err = %v, want a duplicate", err)
		}
		var f *fault.Fault
		errors.As(err, &f)
		if diff := cmp.Diff([]any{"No", int64(612), "ID", first.Document.ID}, f.Args[:4]); diff != "" {
			t.Error(diff)
		}
		second, err := w.s.Enter(t.Context(), w.clerk, directive.EnterInput{Register: w.book, Facts: again, Reason: "bản có đóng dấu treo"})
		if err != nil || second.Entry.No != 613 || second.Entry.SameAs != first.Document.ID {
			t.Errorf("with a reason: %+v, %v", second.Entry, err)
		}
		other := notice484()
		other.Issuer = "Tỉnh ủy Bắc Ninh" // same number and day, another body
		if e := w.enter(other, ""); e.Entry.No != 614 {
			t.Errorf("another issuer got %d", e.Entry.No)
		}
	})
}

func TestContentTellsTheSameWhereThereIsNoNumber(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		f := directive.Facts{Issuer: "Tổng Bí thư", IssuedOn: "2021-07-29", Subject: "Lời kêu gọi"}
		w.enter(f, "Đồng bào hãy đoàn kết.")
		f.Subject = "Lời kêu gọi phòng, chống dịch"
		_, err := w.s.Enter(t.Context(), w.clerk, directive.EnterInput{Register: w.book, Facts: f, Text: "Đồng bào  hãy\nđoàn kết."})
		if fault.KeyOf(err) != "document.duplicate" {
			t.Errorf("same content: %v", err)
		}
		w.enter(f, "Đồng bào hãy ở nhà.")
	})
}

func TestTwoClerksEnterOneDocumentOnlyOnce(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		var wg sync.WaitGroup
		results := make(chan error, 8)
		for range 8 {
			wg.Go(func() {
				_, err := w.s.Enter(t.Context(), w.clerk, directive.EnterInput{Register: w.book, Facts: notice484()})
				results <- err
			})
		}
		wg.Wait()
		close(results)
		entered := 0
		for err := range results {
			if err == nil {
				entered++
			} else if fault.KeyOf(err) != "document.duplicate" {
				t.Error(err)
			}
		}
		if entered != 1 {
			t.Errorf("entered %d times", entered)
		}
	})
}

func TestARepeatedSendAnswersTheSame(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		in := directive.EnterInput{Key: "k1", Register: w.book, Facts: notice484()}
		one, err := w.s.Enter(t.Context(), w.clerk, in)
		w.must(err)
		two, err := w.s.Enter(t.Context(), w.clerk, in)
		w.must(err)
		if diff := cmp.Diff(one, two); diff != "" {
			t.Error(diff)
		}
		foreign := in
		foreign.Register = "x"
		if _, err := w.s.Enter(t.Context(), w.stateClerk, foreign); fault.KindOf(err) != fault.NotFound {
			t.Errorf("another account with the same key: %v", err)
		}
	})
}

func TestLateEntryAndHour(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		f := notice484()
		f.Urgency, f.IssuedOn = directive.Express, "2021-09-06"
		in := directive.EnterInput{Register: w.book, Facts: f, ArrivedAt: at("2021-09-07 21:10")}
		if _, err := w.s.Enter(t.Context(), w.clerk, in); fault.KeyOf(err) != "document.late_reason" || fault.KindOf(err) != fault.NeedsReason {
			t.Errorf("late without reason: %v", err)
		}
		in.Reason = "nhận ngoài giờ"
		e, err := w.s.Enter(t.Context(), w.clerk, in)
		w.must(err)
		if !e.Entry.Late || !e.Entry.HourWritten || e.Entry.No != 612 || e.Entry.ArrivedAt != in.ArrivedAt {
			t.Errorf("entry %+v", e.Entry)
		}
		in.ArrivedAt = at("2021-09-09 08:00")
		if _, err := w.s.Enter(t.Context(), w.clerk, in); fault.KindOf(err) != fault.Invalid {
			t.Errorf("arrival in the future: %v", err)
		}
	})
}

func TestASecretDocumentIsALineOfTheBook(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		f := notice484()
		f.Secrecy, f.Subject = directive.Secret, ""
		_, err := w.s.Enter(t.Context(), w.clerk, directive.EnterInput{Register: w.book, Facts: f, Text: "nội dung"})
		if fault.KindOf(err) != fault.Invalid {
			t.Errorf("secret with text: %v", err)
		}
		e := w.enter(f, "")
		if e.Entry.No != 612 || e.Document.Scope != directive.ToOffice {
			t.Errorf("entered %+v", e)
		}
		_, err = w.s.Attach(t.Context(), w.clerk, directive.AttachInput{Document: e.Document.ID, File: textFile("a.txt", "nội dung")})
		if fault.KeyOf(err) != "document.secret_content" {
			t.Errorf("attach to a secret one: %v", err)
		}
		_, err = w.s.Publish(t.Context(), w.clerk, directive.PublishInput{Document: e.Document.ID, Public: true})
		if fault.KeyOf(err) != "document.secret_public" {
			t.Errorf("publish a secret one: %v", err)
		}
		_, err = w.s.Receive(t.Context(), w.clerk, directive.ReceiveInput{Text: "TỈNH ỦY BẮC NINH\nMẬT\n\nBắc Ninh, ngày 07 tháng 9 năm 2021\n\nCHỈ THỊ\nvề việc kín"})
		if fault.KeyOf(err) != "document.secret_content" {
			t.Errorf("received a text marked MẬT: %v", err)
		}
		r, err := w.s.Receive(t.Context(), w.clerk, directive.ReceiveInput{Text: "Một văn bản thường."})
		w.must(err)
		_, err = w.s.Enter(t.Context(), w.clerk, directive.EnterInput{Register: w.book, Document: r.ID, Facts: f})
		if fault.KeyOf(err) != "document.secret_content" {
			t.Errorf("a mark on what has a text: %v", err)
		}
	})
}

func textFile(name, text string) directive.Upload {
	return directive.Upload{Name: name, MediaType: "text/plain", Content: bytes.NewReader([]byte(text))}
}

func TestUploadsThatAreNoDocuments(t *testing.T) {
	d := testkit.SQLite(t)
	w := newWorld(t, d)
	for name, c := range map[string]struct {
		content []byte
		key     string
	}{
		"a renamed executable": {append([]byte("MZ\x00\x01\x02"), make([]byte, 300)...), "document.no_extractor"},
		"too large":            {make([]byte, directive.MaxUpload+1), "extract.too_large"},
		"nothing":              {nil, "document.no_extractor"},
	} {
		u := directive.Upload{Name: "van-ban.pdf", Content: bytes.NewReader(c.content)}
		_, err := w.s.Receive(t.Context(), w.clerk, directive.ReceiveInput{File: &u})
		if fault.KeyOf(err) != c.key {
			t.Errorf("%s: %v, want %s", name, err, c.key)
		}
	}
	page, err := w.s.Incoming(t.Context(), w.clerk, directive.Filter{})
	w.must(err)
	if page.Total != 0 {
		t.Errorf("%d documents were saved", page.Total)
	}
}

func TestTheBookIsListedSearchedAndPaged(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		for i := range 7 {
			f := notice484()
			f.Symbol, f.Subject = fmt.Sprintf("%d-TB/TU", i+1), fmt.Sprintf("Về việc số %d của Đà Nẵng", i+1)
			if i == 3 {
				f.Urgency = directive.Urgent
			}
			w.enter(f, "")
		}
		var nos []int64
		f := directive.Filter{Limit: 3}
		for {
			page, err := w.s.Incoming(t.Context(), w.clerk, f)
			w.must(err)
			if page.Total != 7 {
				t.Errorf("total %d", page.Total)
			}
			for _, l := range page.Items {
				nos = append(nos, l.No)
			}
			if f.After = page.Next; f.After == "" {
				break
			}
		}
		if diff := cmp.Diff([]int64{618, 617, 616, 615, 614, 613, 612}, nos); diff != "" {
			t.Error(diff)
		}
		for query, want := range map[string]int{"da nang": 7, "Đà Nẵng số 4": 1, "615": 1, "thanh uy": 7, "khong co": 0, "4 tb tu": 1} {
			page, err := w.s.Incoming(t.Context(), w.clerk, directive.Filter{Query: query})
			w.must(err)
			if page.Total != want {
				t.Errorf("%q: %d, want %d", query, page.Total, want)
			}
		}
		page, err := w.s.Incoming(t.Context(), w.clerk, directive.Filter{Urgency: directive.Urgent, Year: 2021, Register: w.book, From: "2021-09-08", To: "2021-09-08", Issuer: "Thành ủy HN"})
		w.must(err)
		if page.Total != 1 || page.Items[0].No != 615 {
			t.Errorf("filtered: %+v", page)
		}
		out, err := w.s.Export(t.Context(), w.clerk, "incoming", directive.Filter{}, "csv", func(k string) string { return k })
		w.must(err)
		text := readAll(t, out)
		if n := strings.Count(text, "TB/TU"); n != 7 || !strings.Contains(text, "document.column.no") {
			t.Errorf("%d lines exported:\n%s", n, text)
		}
	})
}

func TestCorrectingAsksForAReasonAndRefusesAnOldForm(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		f := notice484()
		f.Symbol = ""
		f.Kind = "TB"
		e := w.enter(f, "")
		f.Symbol = "484-TB/TU"
		got, err := w.s.Correct(t.Context(), w.clerk, directive.CorrectInput{Document: e.Document.ID, Version: e.Document.Version, Facts: f})
		w.must(err)
		if got.Number != 484 || got.System != "party" {
			t.Errorf("number added: %+v", got)
		}
		f.Subject = "Trích yếu khác"
		in := directive.CorrectInput{Document: got.ID, Version: e.Document.Version, Facts: f, Reason: "nhầm"}
		if _, err := w.s.Correct(t.Context(), w.clerk, in); fault.KeyOf(err) != "conflict.changed" {
			t.Errorf("an old form: %v", err)
		}
		in.Version, in.Reason = got.Version, ""
		if _, err := w.s.Correct(t.Context(), w.clerk, in); fault.KindOf(err) != fault.NeedsReason {
			t.Errorf("without a reason: %v", err)
		}
		in.Reason = "nhầm"
		if got, err = w.s.Correct(t.Context(), w.clerk, in); err != nil || got.Subject != f.Subject {
			t.Errorf("corrected: %+v %v", got, err)
		}
	})
}

// TestBooksKeepTheirNumbers runs any order of entries, refusals and failures in
// two books over two years: each book and year has the numbers 1 to n.
func TestBooksKeepTheirNumbers(t *testing.T) {
	d := testkit.SQLite(t)
	w := newWorld(t, d)
	books := []string{w.book}
	second, err := w.s.OpenRegister(t.Context(), w.clerk, directive.RegisterInput{Name: "Đơn thư"})
	w.must(err)
	books = append(books, second.ID)
	start := map[string]int64{books[0] + "/2021": 611}
	last := map[string]int64{}
	n := 0
	rapid.Check(t, func(t *rapid.T) {
		for range rapid.IntRange(1, 8).Draw(t, "entries") {
			n++
			book := rapid.SampledFrom(books).Draw(t, "book")
			year := rapid.SampledFrom([]string{"2020", "2021"}).Draw(t, "year")
			fails := rapid.Bool().Draw(t, "fails")
			f := directive.Facts{Symbol: fmt.Sprintf("%d/KH-UBND", n), Issuer: "UBND Thành phố", Subject: "Kế hoạch", IssuedOn: year + "-02-01"}
			if fails {
				f.Subject = ""
			}
			in := directive.EnterInput{Register: book, Facts: f, ArrivedAt: at(year + "-03-01 08:00"), Reason: "bổ sung"}
			e, err := w.s.Enter(w.ctx(), w.clerk, in)
			if (err != nil) != fails {
				t.Fatalf("enter: %v", err)
			}
			if fails {
				continue
			}
			key := book + "/" + year
			if last[key] == 0 {
				last[key] = start[key]
			}
			if e.Entry.No != last[key]+1 {
				t.Fatalf("%s: number %d after %d", key, e.Entry.No, last[key])
			}
			last[key]++
		}
	})
}
