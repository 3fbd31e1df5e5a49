package extract

import (
	"bytes"
	"unicode/utf8"

	"golang.org/x/text/encoding/unicode"

	"phaodai/internal/fault"
)

// Kind is what the content of a file shows it to be.
type Kind string

// The kinds of files.
const (
	KindText      Kind = "text"     // UTF-8, or UTF-16 with a byte order mark
	KindDOCX      Kind = "docx"     // also other zip archives that hold word/
	KindPDF       Kind = "pdf"      //
	KindPNG       Kind = "png"      //
	KindJPEG      Kind = "jpeg"     //
	KindOldWord   Kind = "doc"      // Word before 2007
	KindOtherCode Kind = "encoding" // text in another code, such as TCVN3
	KindEmpty     Kind = "empty"    //
	KindUnknown   Kind = "unknown"  // programs, archives, everything else
)

// MIME is the media type of the kind; "application/octet-stream" where the
// system does not read it.
func (k Kind) MIME() string {
	switch k {
	case KindText:
		return "text/plain; charset=utf-8"
	case KindDOCX:
		return "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	case KindPDF:
		return "application/pdf"
	case KindPNG:
		return "image/png"
	case KindJPEG:
		return "image/jpeg"
	}
	return "application/octet-stream"
}

var (
	utf16LE = []byte{0xFF, 0xFE}
	utf16BE = []byte{0xFE, 0xFF}
)

// Sniff recognises a file by its content.
func Sniff(data []byte) Kind {
	has := func(magic string) bool { return bytes.HasPrefix(data, []byte(magic)) }
	switch {
	case len(bytes.TrimSpace(data)) == 0:
		return KindEmpty
	case has("\x89PNG\r\n\x1a\n"):
		return KindPNG
	case has("\xff\xd8\xff"):
		return KindJPEG
	case has("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
		return KindOldWord
	case has("PK\x03\x04"):
		if bytes.Contains(data, []byte("word/document.xml")) {
			return KindDOCX
		}
		return KindUnknown
	case bytes.HasPrefix(data, utf16LE), bytes.HasPrefix(data, utf16BE):
		return KindText
	case bytes.Contains(data[:min(len(data), 1024)], []byte("%PDF-")):
		return KindPDF
	}
	return sniffText(data)
}

func sniffText(data []byte) Kind {
	for _, b := range data {
		if b < ' ' && b != '\t' && b != '\n' && b != '\r' && b != '\f' && b != '\v' && b != 0x1b {
			return KindUnknown
		}
	}
	if !utf8.Valid(data) {
		return KindOtherCode
	}
	return KindText
}

// plain gives UTF-8 unchanged, so that places in the text are places in the
// file; UTF-16 is decoded.
func plain(data []byte) (Result, error) {
	if !bytes.HasPrefix(data, utf16LE) && !bytes.HasPrefix(data, utf16BE) {
		return Result{Text: string(data), Method: Text}, nil
	}
	text, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Bytes(data)
	if err != nil || sniffText(text) != KindText || bytes.ContainsRune(text, utf8.RuneError) {
		return Result{}, fault.Wrap(err, fault.Invalid, "extract.unknown")
	}
	return Result{Text: string(text), Method: Text}, nil
}
