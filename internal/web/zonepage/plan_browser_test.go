package zonepage_test

import (
	"context"
	"log/slog"
	"strings"
	"testing"

	"phaodai/internal/demo"
	"phaodai/internal/testkit/browser"
	"phaodai/internal/watch"
	"phaodai/internal/web/webtest"
	"phaodai/internal/zoning"
)

func TestThePagesOfPlansInABrowser(t *testing.T) {
	w, at := drafting(t)
	b := w.sit("cukhoi").Browse()
	b.Shots("ke-hoach-danh-sach", "/ke-hoach")
	b.Shots("ke-hoach-moi", at)
	w.sit("cukhoi").Post(at + "/goi-y").Goes(at)
	w.put(cuKhoi, w.areas[cuKhoi][0], zoning.MarkInput{Class: "A02", Gates: 2, Person: "Trần Thị B", Phone: "0912345678", Reason: "Có khu nhà trọ đông người"})
	w.put(cuKhoi, w.areas[cuKhoi][2], zoning.MarkInput{Class: "A02", Gates: 1})
	b.Shots("ke-hoach", at)
	b.Shots("so-lieu", at+"/so-lieu/"+w.areas[cuKhoi][3].ID)
	w.sit("thachban")
	b.Shots("ke-hoach-trong", "/ke-hoach/"+w.plans["00148"].ID)
}

func TestThePagesOfReviewInABrowser(t *testing.T) {
	w, at := reviewing(t)
	ctx := t.Context()
	for field, login := range map[zoning.Field]string{zoning.Health: "phongyte", zoning.Economy: "phongkinhte"} {
		_, err := w.zones.Opine(ctx, w.as(login), zoning.OpinionInput{Plan: w.plans[cuKhoi].ID, Number: 1, Field: field, Agrees: field == zoning.Economy, Text: "Chưa có điểm cách ly tạm thời"})
		w.must(err)
	}
	for _, ward := range wards[:6] {
		w.groups(ward, 2)
		w.submit(ward)
	}
	_, err := w.zones.Return(ctx, w.as("chutich"), zoning.StepInput{Plan: w.plans[wards[2]].ID, Reason: "Chưa rõ người phụ trách chốt"})
	w.must(err)
	doc, err := w.zones.Decide(ctx, w.as("chanhvp.ubnd"), zoning.DecideInput{Round: w.round, Plans: []string{w.plans[wards[0]].ID, w.plans[wards[1]].ID}, Signer: w.people.Posts["chu-tich@ubnd"]})
	w.must(err)
	w.issue(doc.ID)
	_, err = w.zones.Decide(ctx, w.as("chanhvp.ubnd"), zoning.DecideInput{Round: w.round, Plans: []string{w.plans[wards[3]].ID}, Signer: w.people.Posts["chu-tich@ubnd"]})
	w.must(err)
	b := w.sit("chanhvp.ubnd").Browse()
	b.Shots("phe-duyet-danh-sach", "/phe-duyet")
	b.Shots("phe-duyet", at)
	b.Shots("ke-hoach-quan-xem", "/ke-hoach/"+w.plans[cuKhoi].ID)
	b.Shots("chuyen-doi-quan", "/chuyen-doi")
	b.Shots("chuyen-doi-quan-gio", "/chuyen-doi/"+w.unit(demo.DistrictPath).ID+"?luc=2021-09-09T06:00")
	ward := "/chuyen-doi/" + w.unit(demo.WardPath(wards[0])).ID
	b.Shots("chuyen-doi", ward+"?luc=2021-09-09T06:00")
	b.Shots("chuyen-doi-in", ward+"/in?luc=2021-09-09T06:00&nhom=0&bai=thong-bao")
	w.sit("phongyte")
	b.Shots("phe-duyet-y-kien", at)
}

// follow serves pages that hear of changes.
func (w *world) follow() {
	w.t.Helper()
	follower, err := watch.Start(w.t.Context(), w.store, slog.New(slog.DiscardHandler))
	w.must(err)
	ctx, stop := context.WithCancel(context.Background())
	w.t.Cleanup(stop)
	go follower.Run(ctx)
	w.serve(webtest.Watching(follower))
}

func TestALineSavesItselfAndTheRestStays(t *testing.T) {
	w, at := drafting(t)
	tab := w.sit("cukhoi").Browse().Desktop(at)
	browser.Ask[bool](tab, `window.stayed = true`)
	first, other := w.areas[cuKhoi][0].ID, w.areas[cuKhoi][1].ID
	browser.Ask[bool](tab, `(document.querySelector("#a-`+other+` details.fold").open = true)`)
	tab.Fill(`#f-m-`+other+`-person`, "Lê Văn C")
	browser.Ask[bool](tab, `(document.querySelector("#f-m-`+first+`-class").focus(), true)`)
	tab.Choose(`#f-m-`+first+`-class`, "A03")
	tab.Wait(`#a-` + first + ` .saved`)
	if lacks := tab.Text(".lacks"); !strings.Contains(lacks, "3 khu vực chưa đề xuất loại") {
		t.Errorf("what is missing did not follow: %s", lacks)
	}
	if focus := browser.Ask[string](tab, `document.activeElement.id`); focus != "f-m-"+first+"-class" {
		t.Errorf("the focus went to %q", focus)
	}
	if typed := browser.Ask[string](tab, `document.querySelector("#f-m-`+other+`-person").value`); typed != "Lê Văn C" {
		t.Errorf("the other line lost what was typed: %q", typed)
	}
	// A fault stays at its line, with what was typed.
	tab.Fill(`#f-m-`+other+`-gates`, "hai")
	tab.Choose(`#f-m-`+other+`-class`, "A03")
	tab.Wait(`#a-` + other + ` .problem`)
	if typed := browser.Ask[string](tab, `[...document.querySelectorAll("#a-`+other+` :is([name=person], [name=gates])")].map(e => e.value).join("|")`); typed != "hai|Lê Văn C" {
		t.Errorf("the fault kept %q", typed)
	}
	tab.Fill(`#a-`+other+` [name=gates]`, "2")
	tab.Tap(`#a-` + other + ` form button`)
	tab.Wait(`#a-` + other + ` .saved`)
	if !browser.Ask[bool](tab, `window.stayed === true`) {
		t.Error("the page was loaded again")
	}
	v, err := w.zones.Plan(t.Context(), w.as("cukhoi"), w.plans[cuKhoi].ID)
	w.must(err)
	for _, l := range v.Lines {
		if l.Area.ID == other && (l.Mark.Class != "A03" || l.Mark.Gates != 2 || l.Mark.Person != "Lê Văn C") {
			t.Errorf("saved %+v", l.Mark)
		}
	}
}

func TestAPlanIsFilledWithoutScripts(t *testing.T) {
	w, at := drafting(t)
	b := w.sit("cukhoi").Browse()
	tab := b.Phone(at)
	tab.NoScripts()
	tab = b.Phone(at)
	tab.Tap("/Lấy gợi ý cho các khu vực chưa chọn/")
	tab.Expect("Đã lấy gợi ý cho 3 khu vực")
	tab.Choose(`#f-m-`+w.areas[cuKhoi][3].ID+`-class`, "A03")
	tab.Tap(`#a-` + w.areas[cuKhoi][3].ID + ` noscript button`)
	tab.Expect("Đã lưu lúc 16:20.")
	tab.Tap("/Trình UBND Quận/")
	tab.Expect("Đã trình UBND Quận bản 1")
}

func TestTheReviewFollowsAndKeepsTicks(t *testing.T) {
	w, at := reviewing(t)
	w.follow()
	tab := w.sit("chanhvp.ubnd").Browse().Desktop(at)
	webtest.Listening(tab)
	browser.Ask[bool](tab, `window.stayed = true`)
	w.groups(wards[0], 1)
	w.submit(wards[0])
	tab.Wait(`input[value="` + w.plans[wards[0]].ID + `"]`)
	tab.Tap(`input[value="` + w.plans[cuKhoi].ID + `"]`)
	if n := tab.Text("#chosen button.primary"); !strings.HasSuffix(n, "(1)") {
		t.Errorf("the button says %q", n)
	}
	w.groups(wards[1], 1)
	w.submit(wards[1])
	tab.Wait(".stale")
	if !browser.Ask[bool](tab, `window.stayed === true && document.querySelector('input[value="`+w.plans[cuKhoi].ID+`"]').checked`) {
		t.Error("the tick was lost")
	}
}
