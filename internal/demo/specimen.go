package demo

import (
	"bytes"
	_ "embed"
	"strings"
	"time"

	"phaodai/internal/instant"
	"phaodai/internal/letter"
)

//go:embed specimen/directive.txt
var specimenText string

// Specimen is the directive that the demo offers to a newcomer to take in, as
// a Word file in the layout of Decree 30/2020.
func Specimen() ([]byte, error) {
	_, rest, _ := strings.Cut(specimenText, "\nThực hiện ")
	body, end, _ := strings.Cut("Thực hiện "+rest, "\nNơi nhận:\n")
	subject, _, _ := strings.Cut(specimenText[strings.Index(specimenText, "\nVề ")+1:], "\n")
	l := letter.Letter{
		Line: letter.State, Issuer: "ỦY BAN NHÂN DÂN THÀNH PHỐ HÀ NỘI", Symbol: "918/CT-UBND", Place: "Hà Nội",
		Date: time.Date(2021, 9, 5, 0, 0, 0, 0, instant.Vietnam()), Kind: "CHỈ THỊ", Subject: subject,
		Sign: letter.Sign{Capacity: letter.OnBehalf, Body: "ỦY BAN NHÂN DÂN", Title: "CHỦ TỊCH", Name: "Nguyễn Văn Mẫu"},
	}
	l.Basis, l.Body = letter.Body(body)
	for line := range strings.Lines(end) {
		text, ok := strings.CutPrefix(strings.TrimSpace(line), "- ")
		if !ok {
			break
		}
		text, remark, _ := strings.Cut(strings.TrimRight(text, ";."), " (")
		l.Recipients = append(l.Recipients, letter.Recipient{Text: text, Remark: strings.TrimSuffix(remark, ")")})
	}
	var out bytes.Buffer
	err := l.DOCX(&out)
	return out.Bytes(), err
}
