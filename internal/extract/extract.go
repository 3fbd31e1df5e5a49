// Package extract gets the text out of a file as it arrived: plain text, DOCX,
// PDF with a text layer, and scans (PDF without text, PNG, JPEG) through OCR.
//
// Guarantees. A file is recognised by its content, never by its name. Plain
// text comes out unchanged; from the others comes one paragraph a line, as a
// person would type it, so that one reader serves all. Whatever the file holds,
// the answer is a text or a [fault.Fault] that says what to do; nothing is left
// behind on disk. Every program that is called runs in its own process group
// with bounds on time, memory and output, and dies with the context. A page
// counts as scanned when it has no text layer, so mixed PDFs are read whole.
//
// Programs: pdfinfo, pdftotext and pdftoppm of Debian's poppler-utils, and
// tesseract of tesseract-ocr with tesseract-ocr-vie. [Missing] names those that
// this machine lacks.
package extract

import (
	"context"
	"time"

	"phaodai/internal/fault"
)

// Method says how the text was got.
type Method string

// The methods, from the surest to the least sure.
const (
	Text Method = "text" // as stored
	DOCX Method = "docx" // out of the Word file
	PDF  Method = "pdf"  // the text layer of a PDF
	OCR  Method = "ocr"  // at least one page was read as a picture
)

// Result is what was read.
type Result struct {
	Text       string
	Method     Method
	Pages      int     // 0 where the format has no pages
	Scanned    int     // pages read by OCR
	Confidence float64 // mean certainty of the words read by OCR, 0 to 100
}

// Limit bounds one extraction; zero fields take the defaults.
type Limit struct {
	Bytes    int64         // of the file; default 50 MB
	Unpacked int64         // of the parts of a DOCX together; default 64 MB
	Text     int           // bytes of text; default 4 MB
	Pages    int           // default 200
	Time     time.Duration // for the whole file; default 20 minutes
	Page     time.Duration // for one program on one page; default 3 minutes
	Memory   int64         // address space of each program; default 1 GB
}

// OrDefault fills the zero fields.
func (l Limit) OrDefault() Limit {
	set := func(v *int64, def int64) {
		if *v == 0 {
			*v = def
		}
	}
	set(&l.Bytes, 50<<20)
	set(&l.Unpacked, 64<<20)
	set(&l.Memory, 1<<30)
	if l.Text == 0 {
		l.Text = 4 << 20
	}
	if l.Pages == 0 {
		l.Pages = 200
	}
	if l.Time == 0 {
		l.Time = 20 * time.Minute
	}
	if l.Page == 0 {
		l.Page = 3 * time.Minute
	}
	return l
}

// Extractor reads files within limits. It holds no state: one serves all
// goroutines.
type Extractor struct {
	limit Limit
}

// New makes an Extractor.
func New(limit Limit) *Extractor { return &Extractor{limit: limit.OrDefault()} }

// Progress hears how many pages of how many are done. It is called from the
// goroutine that called Extract and may be nil.
type Progress func(done, total int)

func (p Progress) report(done, total int) {
	if p != nil {
		p(done, total)
	}
}

// Extract reads one file. When ctx ends, so do the programs at work, and the
// error is the context's.
func (e *Extractor) Extract(ctx context.Context, data []byte, progress Progress) (Result, error) {
	if int64(len(data)) > e.limit.Bytes {
		return Result{}, TooLarge(int64(len(data)), e.limit.Bytes)
	}
	ctx, cancel := context.WithTimeoutCause(ctx, e.limit.Time, fault.New(fault.TooLarge, "extract.slow", "Minutes", int(e.limit.Time.Minutes())))
	defer cancel()
	result, err := e.extract(ctx, data, progress)
	if ctx.Err() != nil {
		return Result{}, context.Cause(ctx)
	}
	if err != nil {
		return Result{}, err
	}
	if len(result.Text) > e.limit.Text {
		return Result{}, e.longText()
	}
	return result, nil
}

func (e *Extractor) extract(ctx context.Context, data []byte, progress Progress) (Result, error) {
	switch kind := Sniff(data); kind {
	case KindText:
		return plain(data)
	case KindDOCX:
		return e.docx(data)
	case KindPDF:
		return e.pdf(ctx, data, progress)
	case KindPNG, KindJPEG:
		return e.image(ctx, data, progress)
	case KindOldWord:
		return Result{}, fault.New(fault.Invalid, "extract.old_word")
	case KindOtherCode:
		return Result{}, fault.New(fault.Invalid, "extract.encoding")
	case KindEmpty:
		return Result{}, fault.New(fault.Invalid, "extract.empty")
	default:
		return Result{}, fault.New(fault.Invalid, "extract.unknown")
	}
}

// TooLarge is the fault of a file over the limit, for those who measure before
// the file is in memory.
func TooLarge(size, limit int64) error {
	mb := func(n int64) int64 { return (n + 1<<20 - 1) >> 20 }
	return fault.New(fault.TooLarge, "extract.too_large", "Size", mb(size), "Max", limit>>20)
}

func (e *Extractor) longText() error {
	return fault.New(fault.TooLarge, "extract.long_text", "MB", e.limit.Text>>20)
}
