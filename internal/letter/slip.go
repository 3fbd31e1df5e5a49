package letter

import (
	"io"
	"time"
)

// Slip is the processing slip of an arrived document (phiếu xử lý văn bản đến).
type Slip struct {
	Line     Line
	Superior string
	Issuer   string // the office that handles the document

	Arrival    string // arrival number
	IssuedOn   time.Time
	ReceivedOn time.Time
	From       string // who issued the document
	Symbol     string // of the document
	Kind       string
	Subject    string

	AdviceBy   string // "Văn phòng Huyện ủy": heads the first box
	Advice     string // advice and proposed handling
	ApprovalBy string // "Thường trực Huyện ủy": heads the second box
	Approval   string // opinion of who approves
	Copies     []string

	Chief  Signer // left: chief of office
	Leader Signer // right: who approves

	// Entered tells who typed an approval that was given on paper, and when:
	// "Nhập thay: Trần Thị B, 16:20 08/9/2021, theo bản giấy".
	Entered string
}

// Signer is one of the two signatures of a slip.
type Signer struct {
	Above string // "THƯỜNG TRỰC HUYỆN ỦY DUYỆT"
	Title string // "PHÓ BÍ THƯ THƯỜNG TRỰC"
	Name  string
	At    string // "Đã duyệt 16:20 08/9/2021", printed in place of a signature
}

// DOCX writes the slip as a Word file.
func (s Slip) DOCX(w io.Writer) error { return writeDOCX(w, s.layout()) }

// PDF writes the slip as a PDF.
func (s Slip) PDF(w io.Writer) error { return writePDF(w, s.layout()) }
