package field_test

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/jpeg"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"phaodai/internal/fieldwork"
	"phaodai/internal/testkit/browser"
)

// noise is a photograph that does not pack well, as large as cameras make them.
func noise(t *testing.T, width, height int) string {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, width, height))
	r := rand.New(rand.NewPCG(1, 2))
	for i := range m.Pix {
		m.Pix[i] = uint8(r.Uint32())
	}
	m.Set(0, 0, color.White)
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "anh.jpg")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func (w *world) needs() []fieldwork.Need {
	w.t.Helper()
	r, err := w.field.Round(context.Background(), w.station, ward, 0)
	w.must(err)
	return r.Needs
}

// A photograph is made small on the phone, lies there sealed without signal, goes
// after the record, and leaves the phone.
func TestAPhotographGoesAfterTheRecord(t *testing.T) {
	w := newWorld(t, sqlite(t))
	p := browser.Start(t).Phone(t)
	w.signIn(p, "Tổ 12", "Phạm Thị Hoa")
	w.down()
	p.Tap("[name=help]")
	p.Fill("dialog [name=note]", "Hết thuốc")
	p.Attach("[name=photo]", noise(t, 2400, 1800))
	p.Expect("Ảnh ✓")
	p.Shot("di-anh")
	p.Tap("[name=save]")
	p.Expect("1/4")
	if n := browser.Ask[int](p, notesHeld); n != 1 {
		t.Fatalf("%d photographs on the phone", n)
	}
	w.up()
	p.Tap("[name=cho-gui]")
	p.Tap("[name=send]")
	p.Until(allSent)
	needs := w.needs()
	if len(needs) != 1 || len(needs[0].Notes) != 1 {
		t.Fatalf("needs %+v", needs)
	}
	_, content, err := w.field.Note(t.Context(), w.station, needs[0].Notes[0].ID)
	w.must(err)
	c, err := jpeg.DecodeConfig(bytes.NewReader(content))
	if err != nil || len(content) > 200_000 || c.Width < 300 {
		t.Errorf("%d bytes, %d points wide: %v", len(content), c.Width, err)
	}
	if n := browser.Ask[int](p, notesHeld); n != 0 {
		t.Errorf("%d photographs are still on the phone", n)
	}
}

const notesHeld = `new Promise((done) => { const r = indexedDB.open('phaodai-di'); r.onsuccess = () => {
	const c = r.result.transaction('note').objectStore('note').count(); c.onsuccess = () => { r.result.close(); done(c.result) } } })`

// When the phone is full the photograph is lost with a word, the record is not.
func TestAFullPhoneKeepsTheRecordWithoutItsPhotograph(t *testing.T) {
	w := newWorld(t, sqlite(t))
	p := browser.Start(t).Phone(t)
	w.signIn(p, "Tổ 12", "Phạm Thị Hoa")
	p.Tap("[name=help]")
	p.Fill("dialog [name=note]", "Hết thuốc")
	p.Attach("[name=photo]", noise(t, 300, 200))
	p.Expect("Ảnh ✓")
	if !browser.Ask[bool](p, `(() => { const put = IDBObjectStore.prototype.put; IDBObjectStore.prototype.put = function (v, k) { if (this.name === 'note') throw new DOMException('full', 'QuotaExceededError'); return put.apply(this, k === undefined ? [v] : [v, k]) }; return true })()`) {
		t.Fatal("not played")
	}
	p.Tap("[name=save]")
	p.Expect("ảnh không lưu thêm được")
	p.Expect("1/4")
	p.Until(allSent)
	if needs := w.needs(); len(needs) != 1 || len(needs[0].Notes) != 0 {
		t.Errorf("needs %+v", needs)
	}
}
