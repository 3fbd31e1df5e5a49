package web

import (
	"fmt"
	"strings"

	"github.com/boombuler/barcode/code128"
	"github.com/boombuler/barcode/qr"
)

// QRPath is a QR code as the data of one SVG path, with the number of modules
// along its side, the quiet zone of four included. A text that is too long has
// none.
func QRPath(text string) (string, int) {
	code, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return "", 0
	}
	const quiet = 4
	size := code.Bounds().Dx()
	var b strings.Builder
	for y := range size {
		for x := 0; x < size; {
			run := 0
			for x+run < size && dark(code.At(x+run, y)) {
				run++
			}
			if run > 0 {
				fmt.Fprintf(&b, "M%d %dh%dv1h-%dz", x+quiet, y+quiet, run, run)
			}
			x += max(run, 1)
		}
	}
	return b.String(), size + 2*quiet
}

// Code128Path is a text as the bars of a Code 128, the data of one SVG path one
// unit high, with the number of modules across, the quiet zones of ten included.
// A text that cannot be written so has none.
func Code128Path(text string) (string, int) {
	code, err := code128.Encode(text)
	if err != nil {
		return "", 0
	}
	const quiet = 10
	wide := code.Bounds().Dx()
	var b strings.Builder
	for x := 0; x < wide; {
		run := 0
		for x+run < wide && dark(code.At(x+run, 0)) {
			run++
		}
		if run > 0 {
			fmt.Fprintf(&b, "M%d 0h%dv1h-%dz", x+quiet, run, run)
		}
		x += max(run, 1)
	}
	return b.String(), wide + 2*quiet
}

func dark(c interface{ RGBA() (r, g, b, a uint32) }) bool {
	r, _, _, _ := c.RGBA()
	return r < 0x8000
}
