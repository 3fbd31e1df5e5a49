package orgpage

import (
	"testing"
)

// The pages in a real browser, on a phone and on a desktop.
func TestPagesInABrowser(t *testing.T) {
	h := open(t, "chanhvp")
	b := h.Browse()
	b.Shots("don-vi", "/don-vi")
	b.Shots("don-vi-quan", "/don-vi/01-004")
	b.Shots("don-vi-phuong", "/don-vi/01-004-00154")
	b.Shots("ban-chi-dao", "/ban-chi-dao/"+h.people.Offices["bcd"])
	b.Shots("ban-chi-dao-tat-ca", "/ban-chi-dao")
	b.Shots("truc-ban", "/truc-ban?tuan=2021-09-06")
	b.Shots("lich-truc", "/truc-ban/co-quan/"+h.people.Offices["sch"]+"?tuan=2021-09-06")
	h.As(h.actor("trucban"))
	b.Shots("ban-giao", "/truc-ban/ban-giao")
	h.As(h.actor("quantri"))
	b.Shots("quan-tri-don-vi", "/quan-tri/don-vi/01-004-00154")
	b.Shots("quan-tri-chuc-danh", "/quan-tri/chuc-danh/"+h.people.Posts["btv"])
}
