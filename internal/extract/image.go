package extract

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	_ "image/jpeg" // photographs
	_ "image/png"  // scans and screenshots

	"phaodai/internal/fault"
)

// maxPixels bounds what a picture unpacks to.
const maxPixels = 50_000_000

// image reads a photograph or scan of one page.
func (e *Extractor) image(ctx context.Context, data []byte, progress Progress) (Result, error) {
	progress.report(0, 1)
	picture, dots, err := grey(data)
	if err != nil {
		return Result{}, err
	}
	p, err := e.recognise(ctx, picture, 1, dots)
	if err != nil {
		return Result{}, err
	}
	progress.report(1, 1)
	return finish([]page{p}, 1)
}

// grey decodes a picture, turns it as the camera was held, and returns PGM with
// the resolution it has if it shows a page of A4.
func grey(data []byte) ([]byte, int, error) {
	config, _, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil, 0, fault.Wrap(err, fault.Invalid, "extract.broken_image")
	}
	if config.Width < 1 || config.Height < 1 || config.Width > maxPixels/config.Height {
		return nil, 0, fault.New(fault.TooLarge, "extract.large_image", "Width", config.Width, "Height", config.Height)
	}
	picture, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, 0, fault.Wrap(err, fault.Invalid, "extract.broken_image")
	}
	b := picture.Bounds()
	out := image.NewGray(image.Rect(0, 0, b.Dx(), b.Dy()))
	draw.Draw(out, out.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	draw.Draw(out, out.Bounds(), picture, b.Min, draw.Over)
	out = upright(out, orientation(data))
	dots := float64(min(out.Rect.Dx(), out.Rect.Dy())) * 25.4 / 210
	return pgm(out), int(min(max(dots, 100), 600)), nil
}

func pgm(g *image.Gray) []byte {
	b := g.Bounds()
	out := fmt.Appendf(nil, "P5\n%d %d\n255\n", b.Dx(), b.Dy())
	for y := range b.Dy() {
		out = append(out, g.Pix[y*g.Stride:y*g.Stride+b.Dx()]...)
	}
	return out
}

// upright turns a picture by its EXIF orientation; only the four turns occur
// in photographs, mirrored ones are left.
func upright(g *image.Gray, orientation int) *image.Gray {
	w, h := g.Bounds().Dx(), g.Bounds().Dy()
	var from func(x, y int) (int, int)
	switch orientation {
	case 3:
		from = func(x, y int) (int, int) { return w - 1 - x, h - 1 - y }
	case 6:
		from = func(x, y int) (int, int) { return y, h - 1 - x }
	case 8:
		from = func(x, y int) (int, int) { return w - 1 - y, x }
	default:
		return g
	}
	size := image.Rect(0, 0, w, h)
	if orientation != 3 {
		size = image.Rect(0, 0, h, w)
	}
	out := image.NewGray(size)
	for y := range size.Dy() {
		for x := range size.Dx() {
			sx, sy := from(x, y)
			out.Pix[y*out.Stride+x] = g.Pix[sy*g.Stride+sx]
		}
	}
	return out
}

// orientation reads the EXIF tag 0x0112 of a JPEG; 1 is upright.
func orientation(data []byte) int {
	at := bytes.Index(data[:min(len(data), 64<<10)], []byte("Exif\x00\x00"))
	if at < 0 || len(data) < at+14 {
		return 1
	}
	tiff := data[at+6:]
	var order binary.ByteOrder = binary.LittleEndian
	if tiff[0] == 'M' {
		order = binary.BigEndian
	}
	start := int(order.Uint32(tiff[4:8]))
	if start < 8 || start+2 > len(tiff) {
		return 1
	}
	for i := range int(order.Uint16(tiff[start:])) {
		entry := start + 2 + 12*i
		if entry+12 > len(tiff) {
			break
		}
		if order.Uint16(tiff[entry:]) == 0x0112 {
			return int(order.Uint16(tiff[entry+8:]))
		}
	}
	return 1
}
