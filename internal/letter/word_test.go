package letter

import (
	"encoding/json"
	"io"
	"math"
	"os/exec"
	"strings"
	"testing"
)

// lookDOCX reads a Word file with an implementation that is not ours, Debian's
// python3-docx, which refuses a package whose parts or relations are wrong.
const lookDOCX = `
import docx, json, sys
d = docx.Document(sys.argv[1])
s = d.sections[0]
paras = [p for p in d.paragraphs if p.text.strip()]
cells = [[c.text for c in r.cells] for t in d.tables for r in t.rows]
sizes = {r.font.size.pt for p in paras for r in p.runs if r.font.size}
json.dump({
  "page": [s.page_width.mm, s.page_height.mm],
  "margins": [s.top_margin.mm, s.bottom_margin.mm, s.left_margin.mm, s.right_margin.mm],
  "first": s.different_first_page_header_footer,
  "text": [p.text for p in paras], "cells": cells, "sizes": sorted(sizes), "title": d.core_properties.title,
}, sys.stdout)
`

type wordFile struct {
	Page    []float64
	Margins []float64
	First   bool
	Text    []string
	Cells   [][]string
	Sizes   []float64
	Title   string
}

func otherReader(t *testing.T, write func(io.Writer) error) (w wordFile) {
	t.Helper()
	// The system's interpreter: another in the path does not have the package.
	out, err := exec.Command("/usr/bin/python3", "-c", lookDOCX, printed(t, write)).Output()
	if err != nil {
		if e, ok := err.(*exec.ExitError); ok {
			t.Fatalf("python3-docx (a package of Debian): %v\n%s", err, e.Stderr)
		}
		t.Fatal(err)
	}
	if err := json.Unmarshal(out, &w); err != nil {
		t.Fatal(err)
	}
	return w
}

func TestAnotherImplementationReadsTheWordFile(t *testing.T) {
	for name, c := range map[string]struct {
		letter      Letter
		left, right string // of the heading
		text        string
	}{
		"state": {stateLetter(), "ỦY BAN NHÂN DÂN PHƯỜNG BẾN TRÚC", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "a) Người già yếu, người có bệnh nền."},
		"party": {partyLetter(), "QUẬN ỦY SEN HỒ", "ĐẢNG CỘNG SẢN VIỆT NAM", "1. Giao Ban Tuyên giáo Quận ủy chủ trì./."},
	} {
		w := otherReader(t, c.letter.DOCX)
		for i, want := range []float64{marginTop, marginBottom, marginLeft, marginRight} {
			if math.Abs(w.Margins[i]-want) > 0.5 {
				t.Errorf("%s: margins %v, want %v at %d", name, w.Margins, want, i)
			}
		}
		if math.Abs(w.Page[0]-210) > 0.5 || math.Abs(w.Page[1]-297) > 0.5 || !w.First {
			t.Errorf("%s: page %v, first page of its own %v", name, w.Page, w.First)
		}
		if len(w.Cells) < 2 || len(w.Cells[0]) != 2 || !strings.Contains(w.Cells[0][0], c.left) || !strings.Contains(w.Cells[0][1], c.right) {
			t.Errorf("%s: heading %q", name, w.Cells)
		}
		last := w.Cells[len(w.Cells)-1]
		if !strings.Contains(last[0], "Nơi nhận") || !strings.Contains(last[1], c.letter.Sign.Name) {
			t.Errorf("%s: the end is %q", name, last)
		}
		if !strings.Contains(strings.Join(w.Text, "\n"), c.text) {
			t.Errorf("%s: no %q in %q", name, c.text, w.Text)
		}
		if len(w.Sizes) == 0 || w.Sizes[0] < 13 {
			t.Errorf("%s: sizes %v", name, w.Sizes)
		}
		if !strings.Contains(w.Title, c.letter.Subject) {
			t.Errorf("%s: title %q", name, w.Title)
		}
	}
}
