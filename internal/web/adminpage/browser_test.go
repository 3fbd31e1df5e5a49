package adminpage_test

import (
	"testing"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/job"
)

func TestBrowserShowsThePagesAtBothWidths(t *testing.T) {
	w := newWorld(t)
	system := auth.System(w.clock.Now(), w.clock.Wall())
	account, err := w.auth.OpenAccount(t.Context(), system, auth.OpenInput{
		Login: "vanthu", Password: "nước chảy đá mòn", Name: "Trần Thị B", Role: "clerk", UnitPath: "/01/01-004/",
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := w.auth.SignIn(t.Context(), "vanthu", "nước chảy đá mòn", auth.Place{Address: "10.0.0.7", Agent: "Chromium"}); err != nil {
		t.Fatal(err)
	}
	err = w.store.Write(t.Context(), func(tx *db.Tx) error {
		return job.Enqueue(tx, w.clock.Wall(), job.Spec{Kind: "directive.read", Key: "k1"})
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.sealer.Seal(t.Context()); err != nil {
		t.Fatal(err)
	}
	b := w.site.Browse()
	b.Shots("tai-khoan", "/quan-tri/tai-khoan")
	b.Shots("tai-khoan-moi", "/quan-tri/tai-khoan/moi")
	b.Shots("tai-khoan-mot", "/quan-tri/tai-khoan/"+account.ID)
	b.Shots("he-thong", "/quan-tri/he-thong")
	b.Shots("nhat-ky", "/nhat-ky")
	b.Shots("nhat-ky-kiem-tra", "/nhat-ky/kiem-tra")
}
