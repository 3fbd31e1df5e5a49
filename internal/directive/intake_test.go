package directive_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"strings"
	"testing"
	"time"

	"phaodai/internal/db"
	"phaodai/internal/directive"
	"phaodai/internal/extract"
	"phaodai/internal/fault"
	"phaodai/internal/id"
	"phaodai/internal/instant"
	"phaodai/internal/officialdoc"
	"phaodai/internal/testkit"
)

// TestBadFilesAreRefusedAndNothingIsKept sends what is no document through the
// real extractor.
func TestBadFilesAreRefusedAndNothingIsKept(t *testing.T) {
	d := testkit.SQLite(t)
	w := newWorld(t, d)
	w.s = directive.New(d, id.NewSource(time.Now, rand.Reader), directive.Tools{Reader: officialdoc.Default(), Extract: extract.New(extract.Limit{})})
	for name, c := range map[string]struct{ content, key string }{
		"a renamed executable": {"MZ\x90\x00\x03\x00\x00\x00" + strings.Repeat("\x00", 500), "extract.unknown"},
		"an empty file":        {"", "extract.empty"},
		"a broken PDF":         {"%PDF-1.7\nnothing that a reader knows", "extract.broken_pdf"},
		"an old Word file":     {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", "extract.old_word"},
		"text in an old code":  {"Th\xb5nh \xf1y H\xb5 N\xe9i", "extract.encoding"},
	} {
		u := directive.Upload{Name: "van-ban.pdf", Content: strings.NewReader(c.content)}
		if _, err := w.s.Receive(t.Context(), w.clerk, directive.ReceiveInput{File: &u}); fault.KeyOf(err) != c.key {
			t.Errorf("%s: %v, want %s", name, err, c.key)
		}
	}
	var kept int
	w.must(d.Read(t.Context(), func(tx *db.Tx) error {
		return tx.Get(&kept, "SELECT (SELECT COUNT(*) FROM document) + (SELECT COUNT(*) FROM attachment) + (SELECT COUNT(*) FROM blob)")
	}))
	if kept != 0 {
		t.Errorf("%d rows were kept", kept)
	}
}

// slowReader stands for OCR: it reads what the test says.
type slowReader struct {
	text string
	err  error
}

func (r slowReader) Extract(_ context.Context, _ []byte, progress extract.Progress) (extract.Result, error) {
	if progress != nil {
		progress(1, 1)
	}
	return extract.Result{Text: r.text, Method: extract.OCR}, r.err
}

// scanned takes a picture in, which a job reads later.
func (w *world) scanned(r slowReader) (directive.Document, []directive.ReadPayload) {
	w.t.Helper()
	var queue []directive.ReadPayload
	w.s = directive.New(w.d, id.NewSource(time.Now, rand.Reader), directive.Tools{
		Reader: officialdoc.Default(), Extract: r,
		Enqueue: func(_ *db.Tx, _ instant.Micros, p directive.ReadPayload) error {
			queue = append(queue, p)
			return nil
		},
	})
	u := directive.Upload{Name: "scan.jpg", Content: bytes.NewReader([]byte("\xff\xd8\xff\xe0 a scan " + r.text))}
	doc, err := w.s.Receive(w.ctx(), w.clerk, directive.ReceiveInput{File: &u})
	w.must(err)
	return doc, queue
}

const letter = `THÀNH ỦY HÀ NỘI

ĐẢNG CỘNG SẢN VIỆT NAM

Số 484-TB/TU

Hà Nội, ngày 07 tháng 9 năm 2021

THÔNG BÁO

Kết luận của Ban Thường vụ Thành ủy

Ban Thường vụ Thành ủy yêu cầu các cơ quan, đơn vị thực hiện các nhiệm vụ sau:

1. UBND các phường lập danh sách người có biểu hiện ho, sốt, hoàn thành trước 17h ngày 09/9/2021.
`

func TestAJobReadsAScan(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		doc, queue := w.scanned(slowReader{text: letter})
		if len(queue) != 1 || queue[0].Document != doc.ID || doc.Symbol != "" {
			t.Fatalf("received %+v, queue %v", doc, queue)
		}
		for range 2 { // a job may run again
			w.must(w.s.Read(t.Context(), w.clerk, doc.ID, nil))
		}
		v, err := w.s.Document(t.Context(), w.clerk, doc.ID)
		w.must(err)
		if v.Document.Symbol != "484-TB/TU" || v.Reading.State != "done" || v.Document.State != directive.Received {
			t.Errorf("read: %+v %s", v.Document, v.Reading.State)
		}
		if r := w.review(doc.ID); len(r.Proposals) != 1 {
			t.Errorf("proposals %+v", r.Proposals)
		}
	})
}

func TestWhatCannotBeReadIsStillRegistered(t *testing.T) {
	d := testkit.SQLite(t)
	w := newWorld(t, d)
	doc, _ := w.scanned(slowReader{err: fault.New(fault.Invalid, "extract.no_text")})
	w.must(w.s.Read(t.Context(), w.clerk, doc.ID, nil))
	v, err := w.s.Document(t.Context(), w.clerk, doc.ID)
	w.must(err)
	if v.Reading.State != "failed" || v.Reading.Problem != "extract.no_text" {
		t.Errorf("reading %+v", v.Reading)
	}
	e, err := w.s.Enter(t.Context(), w.clerk, directive.EnterInput{Register: w.book, Document: doc.ID, Facts: notice484(), Text: orders})
	w.must(err)
	if e.Entry.No != 612 || len(w.review(doc.ID).Proposals) == 0 {
		t.Errorf("entered %+v", e)
	}
}

// TestAScanThatTurnsOutSecretIsLetGo: the number may stay, the content not.
func TestAScanThatTurnsOutSecretIsLetGo(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		secret := strings.Replace(letter, "Số 484-TB/TU", "Số 484-TB/TU\n\nMẬT", 1)
		doc, _ := w.scanned(slowReader{text: secret})
		w.must(w.s.Read(t.Context(), w.clerk, doc.ID, nil))
		v, err := w.s.Document(t.Context(), w.clerk, doc.ID)
		w.must(err)
		if v.Document.Secrecy == directive.NoSecret || len(v.Attachments) != 0 || v.Reading.Text != "" {
			t.Errorf("kept: %+v %+v", v.Document, v.Attachments)
		}
		var blobs int
		w.must(d.Read(t.Context(), func(tx *db.Tx) error { return tx.Get(&blobs, "SELECT COUNT(*) FROM blob_chunk") }))
		if blobs != 0 {
			t.Errorf("%d chunks of the file are still here", blobs)
		}
	})
}
