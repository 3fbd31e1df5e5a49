package field_test

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"os"
	"path/filepath"
	"testing"

	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/code128"
	"github.com/boombuler/barcode/qr"

	"phaodai/internal/testkit/browser"
)

// film is what a camera sees that is held before a code: grey paper, the code in
// the middle, in pictures as cameras pack them.
func film(t *testing.T, code barcode.Barcode, width, height int) string {
	t.Helper()
	big, err := barcode.Scale(code, width, height)
	if err != nil {
		t.Fatal(err)
	}
	m := image.NewRGBA(image.Rect(0, 0, 640, 480))
	draw.Draw(m, m.Bounds(), image.NewUniform(color.Gray{200}), image.Point{}, draw.Src)
	paper := image.Rect(0, 0, width+60, height+60).Add(image.Pt((640-width-60)/2, (480-height-60)/2))
	draw.Draw(m, paper, image.White, image.Point{}, draw.Src)
	draw.Draw(m, paper.Inset(30), big, image.Point{}, draw.Src)
	var b bytes.Buffer
	for range 10 {
		if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: 85}); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(t.TempDir(), "camera.mjpeg")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func qrOf(t *testing.T, text string) barcode.Barcode {
	t.Helper()
	code, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// scanning is a phone at the table that looks at a code, without signal.
func scanning(t *testing.T, w *world, film string) *browser.Tab {
	t.Helper()
	p := browser.StartSeeing(t, film).Phone(t)
	w.signIn(p, "Bàn 2", "Trần Thị B")
	w.down()
	p.Tap("[name=ban]")
	return p
}

func TestTheCameraReadsTheCodeOfATube(t *testing.T) {
	w := newWorld(t, sqlite(t))
	code, err := code128.Encode("LB-1209-0214")
	w.must(err)
	p := scanning(t, w, film(t, code, 480, 160))
	p.Tap("[name=camera]")
	p.Expect("Ống LB-1209-0214")
	p.Expect("0/3")
	if n := browser.Ask[int](p, "document.querySelectorAll('dialog, video').length"); n != 0 {
		t.Error("the camera is still on")
	}
}

// The code of a citizen card finds its person, tones and all.
func TestTheCameraReadsACitizenCard(t *testing.T) {
	w := newWorld(t, sqlite(t))
	p := scanning(t, w, film(t, qrOf(t, "001050012345||Nguyễn Văn An|01021950|Nam|Số 12, ngõ 45, Cự Khối, Long Biên, Hà Nội|01012021"), 360, 360))
	p.Fill("[name=scan]", "LB-1")
	p.Enter()
	p.Tap("[name=camera]")
	p.Expect("1/3")
	p.Expect("Nguyễn Văn An · LB-1")
}

// A voice runs until it is told to end, and goes after the record.
func TestAVoiceIsRecordedAndGoes(t *testing.T) {
	w := newWorld(t, sqlite(t))
	p := browser.StartSeeing(t, film(t, qrOf(t, w.who[0].ID), 300, 300)).Phone(t)
	w.signIn(p, "Tổ 12", "Phạm Thị Hoa")
	p.Tap("[name=help]")
	p.Tap("[name=record]")
	p.Expect("còn 28 giây")
	p.Shot("di-ghi-am")
	p.Tap("[name=record]")
	p.Expect("Ghi âm ✓")
	p.Tap("[name=save]")
	p.Until(allSent)
	needs := w.needs()
	if len(needs) != 1 || len(needs[0].Notes) != 1 || needs[0].Notes[0].Photo() {
		t.Fatalf("needs %+v", needs)
	}
	_, content, err := w.field.Note(t.Context(), w.station, needs[0].Notes[0].ID)
	w.must(err)
	if !bytes.HasPrefix(content, []byte{0x1A, 0x45, 0xDF, 0xA3}) || len(content) > 60_000 { // WebM
		t.Errorf("%d bytes of voice: % x", len(content), content[:min(8, len(content))])
	}
}
