package extract

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"phaodai/internal/fault"
)

// maxParts bounds the number of parts of an archive before it is opened: each
// costs memory, whatever its size.
const maxParts = 5000

// errBomb is an archive that unpacks to more than the limit.
var errBomb = errors.New("unpacks to more than the limit")

// docx reads a Word file: paragraphs with their automatic numbers, and tables.
// Headings, footings, notes, deleted text and field codes are left out.
func (e *Extractor) docx(data []byte) (Result, error) {
	text, err := e.document(data)
	if errors.Is(err, errBomb) {
		return Result{}, fault.Wrap(err, fault.TooLarge, "extract.bomb", "MB", e.limit.Unpacked>>20)
	}
	var f *fault.Fault
	if err != nil && !errors.As(err, &f) {
		return Result{}, fault.Wrap(err, fault.Invalid, "extract.broken_docx")
	}
	if err != nil {
		return Result{}, err
	}
	if strings.TrimSpace(text) == "" {
		return Result{}, fault.New(fault.Invalid, "extract.empty")
	}
	return Result{Text: text, Method: DOCX}, nil
}

func (e *Extractor) document(data []byte) (string, error) {
	if bytes.Count(data, []byte("PK\x01\x02")) > maxParts {
		return "", errBomb
	}
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return "", err
	}
	a := &archived{parts: archive.File, left: e.limit.Unpacked}
	lists, err := a.lists()
	if err != nil {
		return "", err
	}
	body, err := a.open("word/document.xml")
	if err != nil {
		return "", err
	}
	defer body.Close()
	w := &writer{lists: lists, max: e.limit.Text, long: e.longText()}
	if err := w.read(xml.NewDecoder(body)); err != nil {
		return "", err
	}
	return w.out.String(), nil
}

// archived is an archive of which no more is unpacked than a limit allows,
// whatever sizes it declares.
type archived struct {
	parts []*zip.File
	left  int64
}

var errNoPart = errors.New("no such part")

func (a *archived) open(name string) (io.ReadCloser, error) {
	for _, part := range a.parts {
		if part.Name != name {
			continue
		}
		if part.UncompressedSize64 > uint64(max(a.left, 0)) {
			return nil, errBomb
		}
		r, err := part.Open()
		if err != nil {
			return nil, err
		}
		return &counted{r, a}, nil
	}
	return nil, fmt.Errorf("%w: %s", errNoPart, name)
}

type counted struct {
	io.ReadCloser
	a *archived
}

func (c *counted) Read(b []byte) (int, error) {
	n, err := c.ReadCloser.Read(b)
	if c.a.left -= int64(n); c.a.left < 0 {
		return 0, errBomb
	}
	return n, err
}

// writer turns the body into lines.
type writer struct {
	out    strings.Builder
	length int // of all that was written
	lists  *lists
	max    int
	long   error

	paragraph strings.Builder
	inText    bool // within a run of text
	open      int  // depth of paragraphs: a text box lies within one
	style     string
	list      string
	level     int
	numbered  bool // the paragraph names its list itself
	tables    []*table
}

// table collects the row at hand; a layout of one or two columns is written
// cell by cell, a table of figures row by row with tabs.
type table struct {
	cells []*strings.Builder
}

// skipped are the elements that hold no text of the document: deleted and
// moved text, field codes, the second form of a text box, the properties
// before a change.
var skipped = map[string]bool{
	"del": true, "moveFrom": true, "instrText": true, "delText": true, "Fallback": true,
	"pPrChange": true, "rPrChange": true, "numberingChange": true, "footnoteReference": true,
}

// maxDepth bounds the nesting of elements, which costs memory.
const maxDepth = 500

func (w *writer) read(d *xml.Decoder) error {
	depth, skipping := 0, 0 // skipping is the depth of the skipped element
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		switch t := token.(type) {
		case xml.StartElement:
			if depth++; depth > maxDepth {
				return errBomb
			}
			if skipping == 0 && skipped[t.Name.Local] {
				skipping = depth
			}
			if skipping == 0 {
				w.start(t)
			}
		case xml.EndElement:
			if skipping == 0 {
				w.end(t.Name.Local)
			} else if depth == skipping {
				skipping = 0
			}
			depth--
		case xml.CharData:
			if w.inText && skipping == 0 {
				w.paragraph.Write(t)
			}
		}
		if w.length+w.paragraph.Len() > w.max {
			return w.long
		}
	}
}

func (w *writer) start(t xml.StartElement) {
	switch t.Name.Local {
	case "p":
		if w.open++; w.open == 1 {
			w.style, w.list, w.level, w.numbered = "", "", 0, false
		} else {
			w.paragraph.WriteByte('\n')
		}
	case "pStyle":
		w.style = attr(t, "val")
	case "numId":
		w.list, w.numbered = attr(t, "val"), true
	case "ilvl":
		w.level = whole(attr(t, "val"))
	case "t":
		w.inText = true
	case "tab":
		if attr(t, "pos") == "" { // not the definition of a tab stop
			w.paragraph.WriteByte('\t')
		}
	case "br", "cr":
		w.paragraph.WriteByte('\n')
	case "noBreakHyphen":
		w.paragraph.WriteByte('-')
	case "tbl":
		w.tables = append(w.tables, &table{})
	case "tc":
		if n := len(w.tables); n > 0 {
			w.tables[n-1].cells = append(w.tables[n-1].cells, &strings.Builder{})
		}
	}
}

func (w *writer) end(name string) {
	switch name {
	case "t":
		w.inText = false
	case "p":
		if w.open--; w.open == 0 {
			w.line()
		}
		w.open = max(w.open, 0)
	case "tr":
		w.row()
	case "tbl":
		if n := len(w.tables); n > 0 {
			w.row()
			w.tables = w.tables[:n-1]
		}
	}
}

// line ends a paragraph.
func (w *writer) line() {
	text := strings.TrimSpace(trimLines(w.paragraph.String()))
	w.paragraph.Reset()
	if text != "" {
		text = w.lists.mark(w.style, w.list, w.level, w.numbered) + text
	}
	w.put(text)
}

// put adds a paragraph to the cell at hand or to the text.
func (w *writer) put(text string) {
	w.length += len(text) + 1
	n := len(w.tables)
	if n == 0 || len(w.tables[n-1].cells) == 0 {
		w.out.WriteString(text + "\n")
		return
	}
	cells := w.tables[n-1].cells
	cells[len(cells)-1].WriteString(text + "\n")
}

// row ends the row of the innermost table and puts it into what is around.
func (w *writer) row() {
	n := len(w.tables)
	if n == 0 || len(w.tables[n-1].cells) == 0 {
		return
	}
	t := w.tables[n-1]
	parts := make([]string, len(t.cells))
	for i, c := range t.cells {
		parts[i] = strings.TrimRight(c.String(), "\n")
	}
	t.cells = nil
	text := strings.Join(parts, "\n")
	if len(parts) > 2 {
		for i, p := range parts {
			parts[i] = strings.Join(strings.Fields(p), " ")
		}
		text = strings.Join(parts, "\t")
	}
	w.tables = w.tables[:n-1]
	w.put(text)
	w.tables = append(w.tables, t)
}

func trimLines(s string) string {
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		lines[i] = strings.TrimSpace(l)
	}
	return strings.Join(lines, "\n")
}

func attr(t xml.StartElement, name string) string {
	for _, a := range t.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}
