package extract

import (
	"bufio"
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"phaodai/internal/fault"
)

// describe asks pdfinfo for the number of pages: this is where a broken or
// locked file shows.
func (e *Extractor) describe(ctx context.Context, path string) (int, error) {
	var out []byte
	err := e.run(ctx, job{name: "pdfinfo", args: []string{path}, time: e.limit.Page}, all(&out, 1<<20))
	if err != nil {
		return 0, pdfFault(err)
	}
	for line := range strings.Lines(string(out)) {
		if rest, ok := strings.CutPrefix(line, "Pages:"); ok {
			pages, err := strconv.Atoi(strings.TrimSpace(rest))
			if err != nil || pages < 1 {
				break
			}
			if pages > e.limit.Pages {
				return 0, fault.New(fault.TooLarge, "extract.pages", "Pages", pages, "Max", e.limit.Pages)
			}
			return pages, nil
		}
	}
	return 0, fault.New(fault.Invalid, "extract.broken_pdf")
}

// pdfFault says in the user's words why poppler would not read a file.
func pdfFault(err error) error {
	var f *failure
	switch {
	case !errors.As(err, &f):
		return err
	case f.killed:
		return fault.Wrap(err, fault.TooLarge, "extract.too_hard", "Page", 1)
	case strings.Contains(f.said, "Incorrect password"), strings.Contains(f.said, "Unsupported version/revision of Standard security"):
		return fault.Wrap(err, fault.Invalid, "extract.encrypted_pdf")
	}
	return fault.Wrap(err, fault.Invalid, "extract.broken_pdf")
}

// layer reads the text layer of all pages.
func (e *Extractor) layer(ctx context.Context, path string, count int) ([]page, error) {
	pages := make([]page, 0, count)
	j := job{name: "pdftotext", args: []string{"-bbox-layout", "-enc", "UTF-8", path, "-"}, time: e.limit.Page + time.Duration(count)*time.Second}
	err := e.run(ctx, j, func(r io.Reader) error {
		var err error
		pages, err = e.boxes(r, pages)
		return err
	})
	if err != nil {
		return nil, pdfFault(err)
	}
	if len(pages) == 0 {
		return nil, fault.New(fault.Invalid, "extract.broken_pdf")
	}
	return pages, nil
}

// boxes reads the XHTML of pdftotext -bbox-layout: page, flow, block, line,
// word.
func (e *Extractor) boxes(r io.Reader, pages []page) ([]page, error) {
	d := xml.NewDecoder(bufio.NewReader(&printable{r}))
	d.Strict = false
	d.Entity = xml.HTMLEntity
	var words []word
	length := 0
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return pages, nil
		}
		if err != nil {
			return nil, fault.Wrap(err, fault.Invalid, "extract.broken_pdf")
		}
		switch t := token.(type) {
		case xml.StartElement:
			switch t.Name.Local {
			case "page":
				pages = append(pages, page{width: number64(t, "width"), height: number64(t, "height")})
			case "line":
				words = nil
			case "word":
				w := word{x0: number64(t, "xMin"), y0: number64(t, "yMin"), x1: number64(t, "xMax"), y1: number64(t, "yMax")}
				if err := d.DecodeElement(&w.text, &t); err != nil {
					return nil, fault.Wrap(err, fault.Invalid, "extract.broken_pdf")
				}
				if length += len(w.text) + 1; length > e.limit.Text {
					return nil, e.longText()
				}
				words = append(words, w)
			}
		case xml.EndElement:
			if t.Name.Local == "line" && len(words) > 0 && len(pages) > 0 {
				p := &pages[len(pages)-1]
				p.lines = append(p.lines, newLine(words))
			}
		}
	}
}

func number64(t xml.StartElement, name string) float64 {
	for _, a := range t.Attr {
		if a.Name.Local == name {
			if v, err := strconv.ParseFloat(a.Value, 64); err == nil && !math.IsNaN(v) && !math.IsInf(v, 0) {
				return v
			}
		}
	}
	return 0
}

// printable drops the control characters that some PDFs hold and XML forbids.
type printable struct{ r io.Reader }

func (p *printable) Read(b []byte) (int, error) {
	n, err := p.r.Read(b)
	for i, c := range b[:n] {
		if c < ' ' && c != '\n' && c != '\t' && c != '\r' {
			b[i] = ' '
		}
	}
	return n, err
}

// pictures finds the pages that a picture of a scan's size lies on, with its
// resolution in dots per inch.
func (e *Extractor) pictures(ctx context.Context, path string) (map[int]int, error) {
	var out []byte
	err := e.run(ctx, job{name: "pdfimages", args: []string{"-list", path}, time: e.limit.Page}, all(&out, 4<<20))
	if err != nil {
		return nil, pdfFault(err)
	}
	scans := map[int]int{}
	for line := range bytes.Lines(out) {
		// page num type width height color comp bpc enc interp object ID x-ppi ...
		f := strings.Fields(string(line))
		if len(f) < 13 {
			continue
		}
		number, err := strconv.Atoi(f[0])
		width, _ := strconv.Atoi(f[3])
		height, _ := strconv.Atoi(f[4])
		density, _ := strconv.Atoi(f[12])
		if err == nil && width >= 800 && height >= 800 {
			scans[number] = max(scans[number], density)
		}
	}
	return scans, nil
}

// dpi is the resolution at which pages are drawn for OCR; maxSide bounds the
// picture of a page of unusual size.
const (
	dpi     = 300
	maxSide = 5000
)

// resolution is that of the scan itself where it suits the program, because
// drawing it larger only blurs it: of the words of five papers scanned at 200
// dpi 99.2 % were read right at 200, 99.1 % at 300 and 98.7 % at 400.
func resolution(scan int) int {
	if scan >= 180 && scan <= 320 {
		return scan
	}
	return dpi
}

// draw makes a grey picture (PGM) of one page.
func (e *Extractor) draw(ctx context.Context, path string, number int, p page, dots int) ([]byte, error) {
	size := []string{"-r", strconv.Itoa(dots)}
	if max(p.width, p.height)/72*float64(dots) > maxSide {
		size = []string{"-scale-to", strconv.Itoa(maxSide)}
	}
	at := strconv.Itoa(number)
	args := append([]string{"-f", at, "-l", at, "-gray", "-singlefile"}, append(size, path)...)
	var out []byte
	err := e.run(ctx, job{name: "pdftoppm", args: args, time: e.limit.Page}, all(&out, maxSide*maxSide+100))
	var f *failure
	switch {
	case errors.Is(err, errLong), errors.As(err, &f) && f.killed:
		return nil, fault.Wrap(err, fault.TooLarge, "extract.too_hard", "Page", number)
	case errors.As(err, &f):
		return nil, fault.Wrap(err, fault.Invalid, "extract.broken_pdf")
	case err == nil && len(out) == 0:
		return nil, fault.Wrap(fmt.Errorf("no picture of page %d", number), fault.Invalid, "extract.broken_pdf")
	}
	return out, err
}
