package extract

import (
	"bytes"
	"fmt"
	"html"
	"image"
	"image/jpeg"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

var prints = map[string][]byte{}

// printed prints paragraphs, one a line of text, to A4 as a browser does. A
// text is printed once.
func printed(t testing.TB, text string) []byte {
	t.Helper()
	if prints[text] == nil {
		prints[text] = printPDF(t, text)
	}
	return prints[text]
}

func printPDF(t testing.TB, text string) []byte {
	t.Helper()
	dir := t.TempDir()
	var body strings.Builder
	body.WriteString(`<!DOCTYPE html><meta charset=utf-8><style>@page{size:A4;margin:20mm 15mm 20mm 30mm}
		body{font:14pt/1.3 "Liberation Serif","Times New Roman",serif;margin:0}
		p{margin:0 0 6pt;text-align:justify;text-indent:10mm}</style>`)
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			fmt.Fprintf(&body, "<p>%s</p>\n", html.EscapeString(line))
		}
	}
	page, pdf := filepath.Join(dir, "page.html"), filepath.Join(dir, "page.pdf")
	if err := os.WriteFile(page, []byte(body.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	call(t, "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir="+filepath.Join(dir, "profile"),
		"--no-pdf-header-footer", "--print-to-pdf="+pdf, "file://"+page)
	data, err := os.ReadFile(pdf)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func call(t testing.TB, name string, args ...string) []byte {
	t.Helper()
	out, err := exec.Command(name, args...).Output()
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return out
}

// scanned makes of a PDF what an office scanner makes of its paper: pictures of
// 200 dpi, a little askew, with the grain of the paper, packed as JPEG into a
// PDF without text. It also returns the pictures.
func scanned(t testing.TB, pdf []byte) (scan []byte, pictures [][]byte) {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, "in.pdf")
	if err := os.WriteFile(path, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	call(t, "pdftoppm", "-r", "200", "-gray", path, filepath.Join(dir, "p"))
	names, err := filepath.Glob(filepath.Join(dir, "p-*.pgm"))
	if err != nil || len(names) == 0 {
		t.Fatal("no pages", err)
	}
	random := rand.New(rand.NewPCG(1, 2))
	for i, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		askew := []float64{0.4, -0.3, 0.2}[i%3] * math.Pi / 180
		if err := jpeg.Encode(&out, grain(turn(fromPGM(t, data), askew), random), &jpeg.Options{Quality: 75}); err != nil {
			t.Fatal(err)
		}
		pictures = append(pictures, out.Bytes())
	}
	return picturePDF(t, pictures), pictures
}

func fromPGM(t testing.TB, data []byte) *image.Gray {
	t.Helper()
	var w, h, depth int
	if _, err := fmt.Sscanf(string(data[:20]), "P5\n%d %d\n%d", &w, &h, &depth); err != nil {
		t.Fatal(err)
	}
	return &image.Gray{Pix: data[len(data)-w*h:], Stride: w, Rect: image.Rect(0, 0, w, h)}
}

// turn rotates about the middle, bilinear, on white.
func turn(g *image.Gray, angle float64) *image.Gray {
	w, h := g.Rect.Dx(), g.Rect.Dy()
	out := image.NewGray(g.Rect)
	sin, cos := math.Sincos(angle)
	at := func(x, y int) float64 {
		if x < 0 || y < 0 || x >= w || y >= h {
			return 255
		}
		return float64(g.Pix[y*g.Stride+x])
	}
	for y := range h {
		for x := range w {
			dx, dy := float64(x-w/2), float64(y-h/2)
			sx, sy := cos*dx+sin*dy+float64(w/2), cos*dy-sin*dx+float64(h/2)
			x0, y0 := int(math.Floor(sx)), int(math.Floor(sy))
			fx, fy := sx-float64(x0), sy-float64(y0)
			v := (at(x0, y0)*(1-fx)+at(x0+1, y0)*fx)*(1-fy) + (at(x0, y0+1)*(1-fx)+at(x0+1, y0+1)*fx)*fy
			out.Pix[y*out.Stride+x] = uint8(v + 0.5)
		}
	}
	return out
}

// grain adds noise and dust.
func grain(g *image.Gray, random *rand.Rand) *image.Gray {
	for i, v := range g.Pix {
		n := int(v) + random.IntN(31) - 20
		if random.IntN(40000) == 0 {
			n = 60
		}
		g.Pix[i] = uint8(min(max(n, 0), 255))
	}
	return g
}

// picturePDF packs JPEG pictures of 200 dpi into a PDF, one a page.
func picturePDF(t testing.TB, pictures [][]byte) []byte {
	t.Helper()
	var out bytes.Buffer
	var at []int
	object := func(format string, args ...any) {
		at = append(at, out.Len())
		fmt.Fprintf(&out, "%d 0 obj\n", len(at))
		fmt.Fprintf(&out, format, args...)
		out.WriteString("\nendobj\n")
	}
	out.WriteString("%PDF-1.4\n")
	kids := ""
	for i := range pictures {
		kids += fmt.Sprintf("%d 0 R ", 3+3*i)
	}
	object("<</Type/Catalog/Pages 2 0 R>>")
	object("<</Type/Pages/Kids[%s]/Count %d>>", kids, len(pictures))
	for i, p := range pictures {
		c, err := jpeg.DecodeConfig(bytes.NewReader(p))
		if err != nil {
			t.Fatal(err)
		}
		w, h := float64(c.Width)*72/200, float64(c.Height)*72/200
		draw := fmt.Sprintf("%.2f 0 0 %.2f 0 0 cm /I Do", w, h)
		object("<</Type/Page/Parent 2 0 R/MediaBox[0 0 %.2f %.2f]/Contents %d 0 R/Resources<</XObject<</I %d 0 R>>>>>>", w, h, 4+3*i, 5+3*i)
		object("<</Length %d>>stream\n%s\nendstream", len(draw), draw)
		object("<</Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceGray/BitsPerComponent 8/Filter/DCTDecode/Length %d>>stream\n%s\nendstream", c.Width, c.Height, len(p), p)
	}
	start := out.Len()
	fmt.Fprintf(&out, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, a := range at {
		fmt.Fprintf(&out, "%010d 00000 n \n", a)
	}
	fmt.Fprintf(&out, "trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, start)
	return out.Bytes()
}
