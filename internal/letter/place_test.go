package letter

import (
	"bytes"
	"encoding/xml"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// seen is a PDF as another program sees it: words with their places in points
// from the top left of the page.
type seen struct {
	Pages []struct {
		Width  float64 `xml:"width,attr"`
		Height float64 `xml:"height,attr"`
		Words  []struct {
			Left   float64 `xml:"xMin,attr"`
			Right  float64 `xml:"xMax,attr"`
			Top    float64 `xml:"yMin,attr"`
			Bottom float64 `xml:"yMax,attr"`
			Text   string  `xml:",chardata"`
		} `xml:"word"`
	} `xml:"body>doc>page"`
}

func printed(t *testing.T, write func(io.Writer) error) string {
	t.Helper()
	var out bytes.Buffer
	if err := write(&out); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "x.pdf")
	if err := os.WriteFile(path, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func look(t *testing.T, path string) seen {
	t.Helper()
	out, err := exec.Command("pdftotext", "-bbox", path, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	var s seen
	d := xml.NewDecoder(bytes.NewReader(out))
	d.Strict, d.Entity, d.AutoClose = false, xml.HTMLEntity, xml.HTMLAutoClose
	if err := d.Decode(&s); err != nil {
		t.Fatalf("%v in %.300s", err, out)
	}
	return s
}

// box is the place in millimetres of words that follow one another on page 1.
func (s seen) box(t *testing.T, text string) (left, right, top, bottom float64) {
	t.Helper()
	want := strings.Fields(text)
	words := s.Pages[0].Words
	for i := range words {
		n := 0
		for n < len(want) && i+n < len(words) && words[i+n].Text == want[n] {
			n++
		}
		if n == len(want) {
			a, b := words[i], words[i+n-1]
			return a.Left * point, b.Right * point, a.Top * point, b.Bottom * point
		}
	}
	t.Fatalf("no %q on the first page", text)
	return 0, 0, 0, 0
}

// Decree 30/2020, annex I: A4, margins of 20-25 mm above and below, 30-35 mm on
// the left and 15-20 mm on the right.
func TestMarginsFollowDecree30(t *testing.T) {
	for name, l := range map[string]Letter{"state": stateLetter(), "party": partyLetter()} {
		for n, page := range look(t, printed(t, l.PDF)).Pages {
			if math.Abs(page.Width*point-210) > 0.5 || math.Abs(page.Height*point-297) > 0.5 {
				t.Errorf("%s: a page of %.0f x %.0f mm", name, page.Width*point, page.Height*point)
			}
			left, right, bottom := 210.0, 0.0, 0.0
			for i, w := range page.Words {
				if n > 0 && i == 0 {
					continue // the number of the page stands in the margin
				}
				left, right, bottom = min(left, w.Left*point), max(right, w.Right*point), max(bottom, w.Bottom*point)
				if w.Top*point < 19 {
					t.Errorf("%s: %q stands %.0f mm below the edge", name, w.Text, w.Top*point)
				}
			}
			if left < 29.5 || left > 35 || right > 195.5 || bottom > 277.5 {
				t.Errorf("%s, page %d: words from %.1f to %.1f mm and down to %.1f", name, n+1, left, right, bottom)
			}
		}
	}
}

// The motto stands on the right, the issuer on the left at the same height; its
// second line, number and date follow below, the signature on the right.
func TestTheHeadingStandsWhereDecree30PutsIt(t *testing.T) {
	s := look(t, printed(t, stateLetter().PDF))
	left, right, motto, _ := s.box(t, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
	if left < 90 || right > 195.5 {
		t.Errorf("the motto stands from %.1f to %.1f mm", left, right)
	}
	second, last, below, _ := s.box(t, "Độc lập - Tự do - Hạnh phúc")
	if below <= motto || math.Abs((left+right)-(second+last)) > 2 {
		t.Errorf("the second line is not centred below the first: %.1f and %.1f mm", (left+right)/2, (second+last)/2)
	}
	_, superior, at, _ := s.box(t, "ỦY BAN NHÂN DÂN")
	if superior > left || math.Abs(at-motto) > 1 {
		t.Errorf("the superior ends at %.1f mm, %.1f mm down", superior, at)
	}
	_, number, symbol, _ := s.box(t, "Số: 20/CT-UBND")
	date, _, day, _ := s.box(t, "Bến Trúc, ngày 03 tháng 9 năm 2021")
	if number > date || symbol < motto || day < below {
		t.Errorf("number ends at %.1f mm, date begins at %.1f", number, date)
	}
	kind, end, _, _ := s.box(t, "CHỈ THỊ")
	if math.Abs((kind+end)/2-(30+textWidth/2)) > 1 {
		t.Errorf("the kind is centred on %.1f mm", (kind+end)/2)
	}
}

// A font of 13 or 14 points for the text: lines of one paragraph lie apart by
// that and the leading.
func TestTheTextHasTheSizeOfDecree30(t *testing.T) {
	s := look(t, printed(t, stateLetter().PDF))
	_, _, top, bottom := s.box(t, "Rà soát,")
	if size := (bottom - top) / point; size < 13 || size > 17 { // the box is the line of the font, some more than its size
		t.Errorf("the text is %.1f points high", size)
	}
}

// A PDF that lacks a font shows other letters elsewhere: all are inside, and
// map back to Unicode so that the text can be searched.
func TestFontsAreInsideThePDF(t *testing.T) {
	for name, write := range map[string]func(io.Writer) error{"state": stateLetter().PDF, "party": partyLetter().PDF, "slip": slip().PDF} {
		out, err := exec.Command("pdffonts", printed(t, write)).Output()
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSpace(string(out)), "\n")
		if len(lines) < 4 {
			t.Fatalf("%s: no fonts in\n%s", name, out)
		}
		for _, line := range lines[2:] {
			f := strings.Fields(line)
			if n := len(f); n < 6 || f[n-5] != "yes" || f[n-3] != "yes" {
				t.Errorf("%s: font not embedded or without Unicode: %s", name, line)
			}
		}
	}
}
