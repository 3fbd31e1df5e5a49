// Package letter makes official documents and processing slips as DOCX and PDF
// in the mandated layout: documents of the State by Decree 30/2020/NĐ-CP,
// Appendix I, documents of the Party by Guidance 36-HD/VPTW of 2018.
//
// Guarantees. The same input gives the same bytes. Both formats come from one
// layout, so they say the same. The PDF carries its letters (Liberation Serif,
// which has the widths of Times New Roman) and its text can be searched and
// copied. The package writes what it is given: it numbers nothing, knows no
// clock and decides no right. Measures are millimetres, letter sizes points.
package letter

import (
	"io"
	"time"
)

// Line is the system of rules that a document follows.
type Line string

// The lines.
const (
	State Line = "state"
	Party Line = "party"
)

// Letter is one document as it is to be printed. Only Line, Issuer and Body are
// needed; what is empty is left blank or left out as the rules have it.
type Letter struct {
	Line     Line
	Superior string // the body above the issuer: "UBND QUẬN LONG BIÊN"
	Issuer   string // "ỦY BAN NHÂN DÂN PHƯỜNG CỰ KHỐI"

	// Symbol is number and symbol as one: "20/CT-UBND", "484-TB/TU". One that
	// is not numbered yet begins with its separator: "/CT-UBND", "-TB/TU".
	Symbol string
	Place  string
	Date   time.Time // zero: blanks to fill in by hand

	Kind    string // "CHỈ THỊ"; empty for an official letter (công văn)
	Subject string // without "về việc" for an official letter: "V/v" is added

	Addressees []string // "Kính gửi"
	Basis      []string // "Căn cứ …", in italics before the body
	Body       []Block
	Sign       Sign
	Recipients []Recipient // "Nơi nhận"

	Urgency     string // "HỎA TỐC", "THƯỢNG KHẨN", "KHẨN"
	Secrecy     string
	Circulation string // "XONG HỘI NGHỊ TRẢ LẠI"
	Draft       bool   // marked DỰ THẢO
}

// Block is one paragraph of the body.
type Block struct {
	Level   int    // 0 for a paragraph without number, 1 for "1.", 2 for "1.1.", 3 for "a)", 4 for "-"
	Number  string // as printed: "2.1.", "(1)", "-"; empty at level 0
	Text    string
	Heading bool // set in bold and kept with what follows
}

// Capacity says in whose name somebody signs.
type Capacity string

// The capacities of Decree 30/2020 and of the Party's guidance, as printed by
// the State; the Party writes "T/M", "K/T", "T/L".
const (
	Own       Capacity = ""     // the head signs as such
	OnBehalf  Capacity = "TM."  // on behalf of a collective body
	ForHead   Capacity = "KT."  // a deputy for the head
	Acting    Capacity = "Q."   // acting head
	ByOrder   Capacity = "TL."  // by order of the head
	ByMandate Capacity = "TUQ." // by written authorisation
)

// Sign is the block of the signature.
type Sign struct {
	Capacity Capacity
	Body     string // the collective after TM.: "ỦY BAN NHÂN DÂN", "BAN THƯỜNG VỤ"
	Head     string // after KT., TL., TUQ.: "CHỦ TỊCH"
	Title    string // of who signs: "PHÓ CHỦ TỊCH"
	Name     string
}

// Recipient is one line of "Nơi nhận".
type Recipient struct {
	Text   string
	Remark string // "để b/c", "để t/h"; printed in brackets
}

// DOCX writes the document as a Word file.
func (l Letter) DOCX(w io.Writer) error { return writeDOCX(w, l.layout()) }

// PDF writes the document as a PDF.
func (l Letter) PDF(w io.Writer) error { return writePDF(w, l.layout()) }
