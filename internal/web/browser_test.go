package web_test

import (
	"testing"

	"phaodai/internal/web"
	"phaodai/internal/web/webtest"
)

func TestThePagesOfTheKitInABrowser(t *testing.T) {
	site := webtest.New(t, clerk(), probe(new([]entry)))
	site.Session.Posts = append(site.Session.Posts, web.Post{ID: "post2", Title: "Thường trực, Ban Chỉ đạo phòng, chống dịch Quận"})
	b := site.Browse()
	b.Shots("kit-form", "/thu")
	b.Shots("kit-more", "/them")
	b.Shots("kit-password", "/doi-mat-khau")
	b.Shots("kit-find", "/tim")
	site.Session = web.Session{}
	b.Shots("kit-signin", "/dang-nhap")
}
