package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"phaodai/internal/extract"
	"phaodai/internal/letter"
)

func inFile(t *testing.T, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// order is a directive made by the project's own writer.
func order() letter.Letter {
	return letter.Letter{
		Line: letter.State, Issuer: "Ủy ban nhân dân quận Sen Hồ", Symbol: "20/CT-UBND", Kind: "Chỉ thị", Subject: "về việc phòng, chống dịch Covid-19",
		Body: []letter.Block{
			{Text: "Chủ tịch Ủy ban nhân dân quận yêu cầu:"},
			{Level: 1, Number: "1.", Text: "Giao Phòng Y tế xây dựng kế hoạch xét nghiệm, hoàn thành trong ngày 07/9/2021."},
		},
		Sign: letter.Sign{Title: "Chủ tịch", Name: "Nguyễn Thị Mẫu Đơn"},
	}
}

func TestReadPrintsWhatADocumentOrders(t *testing.T) {
	var pdf, docx bytes.Buffer
	if err := errors.Join(order().PDF(&pdf), order().DOCX(&docx)); err != nil {
		t.Fatal(err)
	}
	for method, data := range map[extract.Method][]byte{extract.PDF: pdf.Bytes(), extract.DOCX: docx.Bytes()} {
		got, err := (&readCmd{File: inFile(t, "any.name", data)}).read(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if got.Method != method || got.Metadata.Number != "20/CT-UBND" || len(got.Tasks) != 1 {
			t.Fatalf("%s: number %q, %d tasks from\n%s", method, got.Metadata.Number, len(got.Tasks), got.Text)
		}
		span := got.Tasks[0].Span
		if place := string([]rune(got.Text)[span[0]:span[1]]); !strings.Contains(place, "Phòng Y tế xây dựng kế hoạch") {
			t.Errorf("%s: the task lies at %q", method, place)
		}
	}
}

func TestReadKeepsThePlacesOfAPlainText(t *testing.T) {
	got, err := (&readCmd{File: inFile(t, "x.txt", []byte("Giao UBND phường báo cáo trước 17h00 ngày 07/9/2021."))}).read(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	out, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	var fields map[string]any
	if err := json.Unmarshal(out, &fields); err != nil {
		t.Fatal(err)
	}
	if _, ok := fields["text"]; ok || fields["method"] != "text" {
		t.Errorf("method %v, keys %v", fields["method"], fields)
	}
	for _, key := range []string{"metadata", "citations", "tasks"} {
		if _, ok := fields[key]; !ok {
			t.Errorf("no %s", key)
		}
	}
}

func TestReadSaysWhatIsWrong(t *testing.T) {
	cases := []struct {
		name, lang string
		path       string
		code       int
		want       string
	}{
		{"a renamed program", "vi", inFile(t, "x.pdf", []byte("\x7fELF\x02\x01\x00\x00")), 2, "Tệp không phải PDF, Word hoặc ảnh."},
		{"in English", "en", inFile(t, "x.pdf", []byte("\x7fELF\x02\x01\x00\x00")), 2, "Not a PDF, Word file or image."},
		{"a broken PDF", "vi", inFile(t, "x.pdf", []byte("%PDF-1.7 x")), 2, "Tệp PDF bị hỏng"},
		{"no file", "vi", filepath.Join(t.TempDir(), "none.pdf"), 3, "none.pdf"},
		{"over the limit", "vi", inFile(t, "x.pdf", make([]byte, 58<<20)), 4, "Tệp 58 MB, tối đa 50 MB."},
	}
	for _, c := range cases {
		err := (&readCmd{File: c.path, Lang: c.lang}).Run()
		var s *said
		if !errors.As(err, &s) || s.ExitCode() != c.code || !strings.Contains(s.Error(), c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}
