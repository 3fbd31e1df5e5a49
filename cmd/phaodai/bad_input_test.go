package main

import (
	"archive/zip"
	"bytes"
	"image"
	"image/png"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"phaodai/internal/api"
	"phaodai/internal/api/taskapi"
	"phaodai/internal/db"
	"phaodai/internal/demo"
	"phaodai/internal/directive"
	"phaodai/internal/task"
	"phaodai/internal/testkit"
)

// clumsy is somebody who sends what cannot be taken, to the whole program.
type clumsy struct {
	*exercise
	book string
}

// TestBadInputIsRefusedWithItsMessageAndNothingIsSaved goes through what people
// and attackers send: each gets its message in Vietnamese, and the store holds
// the same rows as before.
func TestBadInputIsRefusedWithItsMessageAndNothingIsSaved(t *testing.T) {
	c := &clumsy{exercise: startDemo(t, t.TempDir())}
	var books []directive.Register
	c.as("vanthu").Do("GET", "/registers", nil, &books, 200)
	c.book = books[0].ID

	t.Run("files", c.files)
	t.Run("image without text", c.imageWithoutText)
	t.Run("duplicate", c.duplicate)
	t.Run("deadline before the document", c.deadlineBefore)
	t.Run("office that ended", c.officeEnded)
	t.Run("stale form", c.staleForm)
}

// rows counts what a document or a task would leave behind.
func (c *clumsy) rows(t *testing.T) (n int) {
	t.Helper()
	err := c.app.Store.Read(t.Context(), func(tx *db.Tx) error {
		return tx.Get(&n, `SELECT (SELECT COUNT(*) FROM document) + (SELECT COUNT(*) FROM attachment) + (SELECT COUNT(*) FROM blob)
			+ (SELECT COUNT(*) FROM blob_chunk) + (SELECT COUNT(*) FROM entry) + (SELECT COUNT(*) FROM task) + (SELECT COUNT(*) FROM task_event)
			+ (SELECT COUNT(*) FROM office) + (SELECT COUNT(*) FROM reading)`)
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// refused sends something, wants its status and words, and no new row.
func (c *clumsy) refused(t *testing.T, login, method, path string, in any, status int, words string) {
	t.Helper()
	before := c.rows(t)
	var problem api.Problem
	caller := c.as(login)
	caller.T = t
	caller.Do(method, path, in, &problem, status)
	said := problem.Detail
	for _, f := range problem.Fields {
		said += " " + f.Detail
	}
	if !strings.Contains(said, words) {
		t.Errorf("the message is %q, want %q in it", said, words)
	}
	if after := c.rows(t); after != before {
		t.Errorf("%d rows were left behind", after-before)
	}
}

func (c *clumsy) files(t *testing.T) {
	for name, x := range map[string]struct {
		content []byte
		status  int
		words   string
	}{
		"renamed executable": {append([]byte("MZ\x90\x00\x03"), make([]byte, 500)...), 422, "Tệp không phải PDF, Word hoặc ảnh"},
		"broken PDF":         {[]byte("%PDF-1.7\nnothing that a reader knows"), 422, "Tệp PDF bị hỏng"},
		"encrypted PDF":      {encrypted(t), 422, "mật khẩu"},
		"zip bomb":           {bomb(t), 413, "giống tệp phá hoại"},
		"over the limit":     {bytes.Repeat([]byte("x"), int(c.app.Upload)+1), 413, "MB"},
	} {
		t.Run(name, func(t *testing.T) {
			c.refused(t, "vanthu", "POST", "/documents/upload?name=van-ban.pdf&key="+url.QueryEscape(name), x.content, x.status, x.words)
		})
	}
}

func encrypted(t *testing.T) []byte {
	b, err := os.ReadFile(filepath.Join(testkit.Root(), "internal", "extract", "testdata", "password.pdf"))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// bomb is a Word file of a few hundred kilobytes that unpacks to 256 MB.
func bomb(t *testing.T) []byte {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	w, err := z.Create("word/document.xml")
	if err != nil {
		t.Fatal(err)
	}
	block := bytes.Repeat([]byte(" "), 1<<20)
	for range 256 {
		if _, err := w.Write(block); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// imageWithoutText is a paper all the same: it waits for the clerk, who is told
// that nothing could be read; no number is used, no task proposed.
func (c *clumsy) imageWithoutText(t *testing.T) {
	var blank bytes.Buffer
	if err := png.Encode(&blank, image.NewGray(image.Rect(0, 0, 800, 600))); err != nil {
		t.Fatal(err)
	}
	clerk := c.as("vanthu")
	var doc directive.Document
	clerk.Do("POST", "/documents/upload?name=anh.png&key=anh", blank.Bytes(), &doc, 200)
	var review directive.Review
	for deadline := time.Now().Add(time.Minute); review.Reading.State != "failed"; {
		if time.Now().After(deadline) {
			t.Fatalf("the reading is %+v", review.Reading)
		}
		time.Sleep(100 * time.Millisecond)
		clerk.Do("GET", "/documents/"+doc.ID+"/review", nil, &review, 200)
	}
	if review.Reading.Problem != "extract.no_text" || len(review.Proposals) != 0 || review.Document.State != directive.Received {
		t.Errorf("reading %+v, %d proposals, state %s", review.Reading, len(review.Proposals), review.Document.State)
	}
}

// arrival registers a paper that is only a line of text.
func (c *clumsy) arrival(symbol, text string) fields {
	return fields{"register": c.book, "symbol": symbol, "issuer": "UBND Thành phố Hà Nội", "issued_on": "2021-09-05",
		"subject": "Về phòng, chống dịch", "text": text}
}

func (c *clumsy) duplicate(t *testing.T) {
	c.as("vanthu").Do("POST", "/documents/enter", c.arrival("777/UBND-YT", "x"), nil, 200)
	c.refused(t, "vanthu", "POST", "/documents/enter", c.arrival("777/ubnd - yt", "y"), 409, "đã có trong sổ, số đến 612")
}

// deadlineBefore asks for a reason, and takes it.
func (c *clumsy) deadlineBefore(t *testing.T) {
	var e directive.Entered
	text := "Ủy ban nhân dân Thành phố yêu cầu các đơn vị thực hiện các nhiệm vụ sau:\n\n1. UBND các phường lập danh sách người về từ vùng dịch, hoàn thành trước 17h ngày 01/9/2021.\n"
	c.as("vanthu").Do("POST", "/documents/enter", c.arrival("778/UBND-YT", text), &e, 200)
	path := "/documents/" + e.Document.ID
	c.as("chanhvp").Do("POST", path+"/advise", fields{"advice": "x"}, nil, 200)
	var review directive.Review
	c.as("chanhvp").Do("GET", path+"/review", nil, &review, 200)
	if len(review.Proposals) != 1 {
		t.Fatalf("%d proposals", len(review.Proposals))
	}
	p := review.Proposals[0]
	c.refused(t, "chanhvp", "POST", path+"/confirm-proposals", fields{"ids": []string{p.ID}}, 428, "trước ngày văn bản")
	c.as("chanhvp").Do("POST", "/proposals/"+p.ID, fields{"version": p.Version, "title": p.Title, "text": p.Text, "offices": p.Offices,
		"by": p.By, "keep_reason": "Hạn ghi trong văn bản"}, nil, 200)
	var done directive.ConfirmResult
	c.as("chanhvp").Do("POST", path+"/confirm-proposals", fields{"ids": []string{p.ID}}, &done, 200)
	if len(done.Confirmed) != 1 {
		t.Errorf("kept with a reason: %+v", done)
	}
}

func (c *clumsy) officeEnded(t *testing.T) {
	old := c.note.office("phongyte")
	c.as("quantri").Do("POST", "/offices/"+old+"/end", fields{"version": 0, "successor": c.note.office("vanthu.ubnd"), "at": demo.Start()}, nil, 200)
	c.refused(t, "chanhvp", "POST", "/tasks", fields{"title": "Báo cáo", "offices": []string{old}}, 409, "Phòng Y tế")
}

func (c *clumsy) staleForm(t *testing.T) {
	var made taskapi.Made
	c.as("chanhvp").Do("POST", "/tasks", fields{"title": "Trực chốt", "offices": []string{c.note.office("cukhoi")}}, &made, 200)
	path := "/tasks/" + made.IDs[0]
	var detail task.Detail
	c.as("cukhoi").Do("GET", path, nil, &detail, 200)
	c.as("canbo.cukhoi").Do("POST", path+"/accept", fields{"version": detail.Version}, nil, 200)
	c.refused(t, "cukhoi", "POST", path+"/accept", fields{"version": detail.Version}, 409, "vừa sửa nội dung này lúc")
}
