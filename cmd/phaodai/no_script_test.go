package main

import (
	"testing"

	"phaodai/internal/task"
	"phaodai/internal/testkit/browser"
)

// TestAWardWorksWithoutScripts does a ward's day on a phone in whose browser no
// script runs: sign in, accept, report, read the inbox, sign out.
func TestAWardWorksWithoutScripts(t *testing.T) {
	e := startDemo(t, t.TempDir())
	tab := browser.Start(t).Phone(t)
	tab.NoScripts()
	ward := e.sit(tab, "cukhoi")
	ward.Go(e.url + "/viec")
	work := browser.Ask[string](ward, `document.querySelector('form[action^="/viec/"][action$="/nhan"]').getAttribute("action").replace("/nhan", "")`)
	ward.Tap(`form[action="` + work + `/nhan"] button`)
	ward.Expect("Đã nhận")
	ward.Go(e.url + work)
	if browser.Ask[bool](ward, `!!window.htmx`) {
		t.Fatal("scripts ran")
	}
	ward.Fill(`#bao-cao [name="text"]`, "Đã rà soát xong 14 tổ dân phố")
	ward.Attach(`#bao-cao [name="photo"]`, photo(t))
	ward.Tap("#bao-cao button.primary")
	ward.Expect("Đã rà soát xong 14 tổ dân phố")
	ward.Shot("khong-script")
	var got task.Detail
	e.as("cukhoi").Do("GET", "/tasks/"+work[len("/viec/"):], nil, &got, 200)
	if got.State != task.Reported || len(got.Report.Proofs) != 1 {
		t.Errorf("the task is %s with %+v", got.State, got.Report)
	}
	ward.Go(e.url + "/hop-thu")
	ward.Wait("main h1")
	ward.Tap("nav.bar details summary, header details summary")
	ward.Tap(`form[action="/dang-xuat"] button`)
	ward.Expect("Đăng nhập")
}
