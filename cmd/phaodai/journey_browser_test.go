package main

import (
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"phaodai/internal/testkit/browser"
)

// TestBrowserJourney goes the way of an order in a real Chromium: taken in by
// the clerk, advised, approved on a phone, reviewed, given out, accepted and
// reported by a ward, verified, seen in roll-up, audit and inbox. It holds each
// step to its promised effort.
func TestBrowserJourney(t *testing.T) {
	e := startDemo(t, t.TempDir())
	chromium := browser.Start(t)
	clerk := e.sit(chromium.Desktop(t), "vanthu")
	document := e.register(clerk)

	adviser := e.sit(chromium.Desktop(t), "chanhvp")
	e.advise(adviser, document)
	e.approve(e.sit(chromium.Phone(t), "thuongtruc"), document)
	e.giveOut(adviser, document)

	ward := e.sit(chromium.Phone(t), "cukhoi")
	work := e.acceptAndReport(ward)
	e.verify(adviser, document, work)
	e.lookBack(chromium, ward, work)
	e.makeCampaign(ward, document)
}

// register takes the specimen in: at most 12 fields or keys beyond typing.
func (e *exercise) register(clerk *browser.Tab) (document string) {
	clerk.Go(e.url + "/van-ban-den")
	clerk.Shot("so-van-ban-den")
	clerk.Tap("/Vào sổ/")
	clerk.Shot("vao-so-chon-tep")
	clerk.Tap("/Dùng văn bản mẫu/")
	clerk.Wait("#entry")
	clerk.Expect("918/CT-UBND")
	clerk.Shot("vao-so")
	clerk.Enter() // the button has the focus when the reader found every field
	clerk.Wait(".flash")
	clerk.Expect("918/CT-UBND")
	if clerk.Effort > 12 {
		e.t.Errorf("registering took %d fields or keys, want at most 12", clerk.Effort)
	}
	e.t.Logf("registering: %d taps or keys", clerk.Effort)
	_, document, _ = strings.Cut(clerk.URL(), "/van-ban/")
	document, _, _ = strings.Cut(document, "/")
	if document == "" {
		document = browser.Ask[string](clerk, `[...document.querySelectorAll('a[href^="/van-ban/"]')].find(a => a.closest("tr, article, li, main").innerText.includes("918/CT-UBND")).getAttribute("href").split("/")[2]`)
	}
	clerk.Go(e.url + "/van-ban/" + document)
	clerk.Shot("van-ban")
	return document
}

func (e *exercise) advise(adviser *browser.Tab, document string) {
	adviser.Go(e.url + "/van-ban/" + document + "/phieu")
	adviser.Fill(`[name="advice"]`, "UBND Quận chủ trì; UBND các phường thực hiện, báo cáo trước 17h hàng ngày.")
	adviser.Fill(`[name="copies"]`, "UBND Quận\nUBND các phường\nĐảng ủy các phường")
	adviser.Tap("/Trình Thường trực duyệt/")
	adviser.Wait(".flash")
	adviser.Shot("phieu-da-trinh")
}

// approve decides from the list on a phone: at most 2 taps.
func (e *exercise) approve(leader *browser.Tab, document string) {
	leader.Go(e.url + "/cho-duyet")
	leader.Shot("cho-duyet")
	leader.Reset()
	leader.Tap(`form[action="/van-ban/` + document + `/phieu/duyet"] button`)
	leader.Wait(".flash")
	if leader.Effort > 2 {
		e.t.Errorf("approving took %d taps, want at most 2", leader.Effort)
	}
	e.t.Logf("approving: %d taps", leader.Effort)
	leader.Go(e.url + "/van-ban/" + document + "/phieu")
	leader.Shot("phieu-da-duyet")
}

func (e *exercise) giveOut(adviser *browser.Tab, document string) {
	adviser.Go(e.url + "/van-ban/" + document + "/ra-soat")
	adviser.Shot("ra-soat")
	adviser.Tap("/việc không vướng/")
	adviser.Wait(".flash")
	adviser.Tap("/việc đã rà soát/")
	adviser.Wait(".flash")
	adviser.Shot("ra-soat-da-giao")
}

// acceptAndReport answers the daily report of the specimen: 1 tap to accept, at
// most 4 to report with a photo.
func (e *exercise) acceptAndReport(ward *browser.Tab) (work string) {
	ward.Go(e.url + "/viec")
	ward.Shot("viec-hom-nay")
	work = browser.Ask[string](ward, `[...document.querySelectorAll("article")].find(a => a.innerText.includes("918/CT-UBND") && a.querySelector('form[action$="/nhan"]')).querySelector("h3 a").getAttribute("href")`)
	ward.Reset()
	ward.Tap(`form[action="` + work + `/nhan"] button`)
	ward.Wait(".flash")
	if ward.Effort > 1 {
		e.t.Errorf("accepting took %d taps, want 1", ward.Effort)
	}
	ward.Go(e.url + "/viec")
	ward.Reset()
	ward.Tap(`a[href="` + work + `"]`)
	ward.Attach(`[name="photo"]`, photo(e.t))
	ward.Effort++ // the camera's shutter, which is the phone's own dialog
	ward.Shot("bao-cao")
	ward.Tap("#bao-cao button.primary")
	ward.Wait(".flash")
	if ward.Effort > 4 {
		e.t.Errorf("reporting with a photo took %d taps, want at most 4", ward.Effort)
	}
	e.t.Logf("reporting: %d taps", ward.Effort)
	ward.Shot("da-bao-cao")
	return work
}

func (e *exercise) verify(adviser *browser.Tab, document, work string) {
	adviser.Go(e.url + work)
	adviser.Shot("viec-cho-xac-nhan")
	adviser.Tap("/Xác nhận/")
	adviser.Wait(".flash")
	adviser.Go(e.url + "/theo-doi?van-ban=" + document)
	adviser.Wait("main h1")
	adviser.Expect("✓")
	adviser.Shot("theo-doi")
}

// lookBack sees what remains: the inbox of the ward, the audit of the act.
func (e *exercise) lookBack(chromium *browser.Browser, ward *browser.Tab, work string) {
	ward.Go(e.url + "/hop-thu")
	ward.Wait("main h1")
	ward.Shot("hop-thu")
	inspector := e.sit(chromium.Desktop(e.t), "giamsat")
	inspector.Go(e.url + "/nhat-ky")
	inspector.Wait("main h1")
	inspector.Expect("Xác nhận hoàn thành")
	if raw := browser.Ask[string](inspector, `[...document.querySelectorAll("td[data-head]")].map(d => d.innerText).filter(s => /^[a-z]+\.[a-z_]+$/.test(s)).join(" ")`); raw != "" {
		e.t.Errorf("acts without words: %s", raw)
	}
	inspector.Shot("nhat-ky")
	area := e.sit(chromium.Phone(e.t), "diaban")
	area.Go(e.url + "/dia-ban")
	area.Wait("main h1")
	area.Shot("dia-ban")
}

// photo makes a small picture of a notice board.
func photo(t *testing.T) string {
	img := image.NewRGBA(image.Rect(0, 0, 320, 240))
	for i := range img.Pix {
		img.Pix[i] = uint8(i * 7)
	}
	img.Set(0, 0, color.White)
	path := filepath.Join(t.TempDir(), "bang-tin.jpg")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := jpeg.Encode(f, img, nil); err != nil {
		t.Fatal(fmt.Errorf("photo: %w", err))
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}
