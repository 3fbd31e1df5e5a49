package web

import (
	"context"
	"strings"

	"phaodai/internal/auth"
	"phaodai/internal/gate"
)

// Entry is one word of the navigation.
type Entry struct {
	Path    string
	Key     string // of its word
	Count   int
	Counter string
	Here    bool
}

type menu struct {
	home    string
	entries []Entry
}

func at(path, key string) Entry            { return Entry{Path: path, Key: key} }
func counted(path, key, name string) Entry { return Entry{Path: path, Key: key, Counter: name} }
func menuOf(home string, e ...Entry) menu  { return menu{home, e} }

// menus is the table of pages.md, section 2: what a role opens on, and its bar.
// Entries whose page does not exist yet are left out when the bar is drawn.
var menus = map[auth.Role]menu{
	"clerk": menuOf("/van-ban-den", at("/van-ban-den", "nav.documents"), at("/van-ban-di", "nav.issue"),
		at("/ho-so", "nav.files"), at("/tim", "nav.find")),
	"adviser": menuOf("/cho-tham-muu", at("/van-ban-den", "nav.documents"), counted("/viec", "nav.tasks", "task"),
		at("/cuoc-hop", "nav.meetings"), at("/ke-hoach", "nav.plans"), at("/tim", "nav.find")),
	"leader": menuOf("/cho-duyet", counted("/cho-duyet", "nav.approve", "approve"), at("/theo-doi", "nav.district"),
		at("/truc-ban", "nav.duty"), at("/tim", "nav.find")),
	"area_member": menuOf("/dia-ban", at("/dia-ban", "nav.area"), counted("/viec", "nav.jobs", "task"),
		at("/truc-ban", "nav.duty_short"), at("/them", "nav.more")),
	"unit_head": menuOf("/viec", counted("/viec", "nav.jobs", "task"), at("/dia-ban", "nav.area"),
		at("/truc-ban", "nav.duty_short"), at("/them", "nav.more")),
	"staff": menuOf("/viec", counted("/viec", "nav.jobs", "task"), at("/dia-ban", "nav.area"),
		at("/truc-ban", "nav.duty_short"), at("/them", "nav.more")),
	"team_member":    menuOf("/viec", counted("/viec", "nav.jobs", "task"), at("/them", "nav.more")),
	"duty_officer":   menuOf("/truc-ban", at("/qua-han", "nav.overdue"), at("/truc-ban", "nav.roster"), at("/truc-ban/ban-giao", "nav.handover")),
	"supervisor":     menuOf("/tim", at("/theo-doi", "nav.tasks"), at("/nhat-ky", "nav.journal"), at("/tim", "nav.find")),
	"registrar":      menuOf("/dan-cu", at("/dan-cu", "peoplepage.residents"), at("/dan-cu/trung", "peoplepage.twins"), at("/dan-cu/nap", "peoplepage.load"), at("/them", "nav.more")),
	"health_station": menuOf("/xet-nghiem", at("/xet-nghiem", "campaignpage.campaigns"), at("/dien-thoai", "fieldpage.phones_short"), at("/dan-cu", "peoplepage.residents"), at("/them", "nav.more")),
	"laboratory":     menuOf("/mau", at("/mau", "labpage.queue_short"), at("/mau/ket-qua", "labpage.results"), at("/mau/duyet", "labpage.review_short"), at("/mau/doi-chieu", "labpage.match")),
	"police":         menuOf("/dan-cu", at("/dan-cu", "peoplepage.residents"), at("/dan-cu/nguoi-nuoc-ngoai", "fieldpage.foreigners"), at("/them", "nav.more")),
	"admin": menuOf("/quan-tri/tai-khoan", at("/quan-tri/tai-khoan", "nav.accounts"), at("/quan-tri/don-vi", "nav.units"),
		at("/nhat-ky", "nav.journal"), at("/quan-tri/he-thong", "nav.system")),
}

// navigation is the bar of the post acted as, with its first page.
func (k *Kit) navigation(r *Request) (string, []Entry) {
	m := menuFor(r.By)
	home := "/them"
	if k.reachable(r.By, m.home) {
		home = m.home
	}
	var out []Entry
	for _, e := range m.entries {
		if !k.reachable(r.By, e.Path) {
			continue
		}
		e.Count = k.count(r.Context(), r, e.Counter)
		out = append(out, e)
	}
	markHere(out, r.HTTP.URL.Path)
	return home, out
}

// markHere marks the entry that the reader is at: of "/mau" and "/mau/duyet" the
// longer one.
func markHere(entries []Entry, path string) {
	here := -1
	for i, e := range entries {
		if (path == e.Path || strings.HasPrefix(path, e.Path+"/")) && (here < 0 || len(e.Path) > len(entries[here].Path)) {
			here = i
		}
	}
	if here >= 0 {
		entries[here].Here = true
	}
}

// menuFor is the bar of a post's first role that has one: what somebody is first
// stands first.
func menuFor(by auth.Actor) menu {
	for _, g := range by.Grants {
		if m, ok := menus[g.Role]; ok {
			return m
		}
	}
	return menu{home: "/them"}
}

// everything lists the pages that stand behind "Thêm" and in no bar.
var everything = []Entry{
	at("/tham-quan", "tour.title"),
	at("/viec", "nav.jobs"), at("/dia-ban", "nav.area"), at("/theo-doi", "nav.follow"), at("/qua-han", "nav.overdue"),
	at("/viec/giao", "nav.new_task"), at("/hop-thu", "nav.inbox"), at("/cho-duyet", "nav.approve"),
	at("/cho-tham-muu", "docpage.awaiting_advice"), at("/van-ban-den", "nav.documents"), at("/van-ban-di", "nav.issue"), at("/ho-so", "nav.files"), at("/noi-dung", "nav.clauses"), at("/cuoc-hop", "nav.meetings"),
	at("/ke-hoach", "nav.plans"), at("/phe-duyet", "zonepage.rounds"), at("/chuyen-doi", "zonepage.switches"), at("/khu-vuc", "zonepage.areas"),
	at("/ban-do", "zonepage.map"), at("/tieu-chi", "zonepage.schemes"), at("/bien-phap", "zonepage.bundles"),
	at("/dan-cu", "peoplepage.residents"), at("/dan-cu/trung", "peoplepage.twins"), at("/dan-cu/nap", "peoplepage.load"), at("/dan-cu/dem", "peoplepage.count"),
	counted("/dan-cu/moi-den", "fieldpage.arrivals", "arrivals"), at("/dan-cu/nguoi-nuoc-ngoai", "fieldpage.foreigners"),
	at("/xet-nghiem", "campaignpage.campaigns"), at("/dien-thoai", "fieldpage.phones"),
	at("/mau", "labpage.queue"), at("/mau/ket-qua", "labpage.enter"), at("/mau/duyet", "labpage.review"), at("/mau/doi-chieu", "labpage.match"), at("/mau/khay", "labpage.plate"),
	at("/truc-ban", "nav.duty"), at("/don-vi", "nav.units"), at("/tim", "nav.find"), at("/nhat-ky", "nav.journal"),
	at("/quan-tri/tai-khoan", "nav.accounts"), at("/quan-tri/don-vi", "nav.units"), at("/quan-tri/he-thong", "nav.system"),
	at("/dien-tap/ca-mac", "exercise.title"), at("/doi-mat-khau", "nav.password"), at("/ma-pin", "nav.pin"),
}

type morePage struct{ Entries []Entry }

func (k *Kit) more(r *Request) error {
	var page morePage
	seen := map[string]bool{}
	for _, e := range everything {
		if k.reachable(r.By, e.Path) && !seen[e.Key] {
			seen[e.Key] = true
			e.Count = k.count(r.Context(), r, e.Counter)
			page.Entries = append(page.Entries, e)
		}
	}
	return r.Render("frame/more", page)
}

// reachable tells whether a page exists and the reader may open it.
func (k *Kit) reachable(by auth.Actor, path string) bool {
	right, ok := k.known[path]
	return ok && (right == auth.Anyone || right == auth.SignedIn && by.SignedIn() || by.Anywhere(right))
}

func (k *Kit) count(ctx context.Context, r *Request, name string) int {
	c, ok := k.counters[name]
	if !ok || !r.By.Anywhere(c.right) && c.right != auth.SignedIn {
		return 0
	}
	n, err := c.count(ctx, r.By)
	if err != nil {
		k.config.Log.Log(ctx, gate.Level(err), "web: counter", "name", name, "err", err)
		return 0 // a page without its number is better than none
	}
	return n
}

func (k *Kit) inbox(r *Request) Entry {
	if !k.reachable(r.By, "/hop-thu") {
		return Entry{}
	}
	e := counted("/hop-thu", "nav.inbox", "inbox")
	e.Count = k.count(r.Context(), r, "inbox")
	e.Here = r.HTTP.URL.Path == e.Path
	return e
}
