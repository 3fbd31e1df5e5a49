package main

import (
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"phaodai/internal/auth"
	"phaodai/internal/campaign"
	"phaodai/internal/demo"
	"phaodai/internal/instant"
	"phaodai/internal/laboratory"
	"phaodai/internal/population"
	"phaodai/internal/sampling"
	"phaodai/internal/testkit/browser"
)

// roundWard is the ward in whose areas 01 and 02 the round of the demo is.
const roundWard = "00136"

// TestTheRoundOfTheDemo is what a newcomer sees of the demo: residents come in,
// the areas switch, tables in areas 01 and 02 take samples, coverage rises on the
// map without a reload, a lab batch comes back with one positive pool. The API
// says the same at every look.
func TestTheRoundOfTheDemo(t *testing.T) {
	e := startDemo(t, t.TempDir())
	e.moveIn(roundWard)
	e.jump(demo.At(9, 6, 10))
	c := e.onlyCampaign()
	tab := e.sit(browser.Start(t).Desktop(t), "phucloi")
	e.tablesAreCalled(tab, c)

	before := e.coverage(c)
	if before.Total.Taken != 0 || before.Total.Obliged < 18_000 {
		t.Fatalf("before the first sample: %+v", before.Total)
	}
	tab.Go(e.url + "/xet-nghiem/" + c.ID + "/ban-do")
	tab.Shot("ban-do-truoc")
	for _, at := range []instant.Micros{demo.At(9, 7, 0), demo.At(9, 8, 30), demo.At(9, 10, 30)} {
		before = e.coverageRises(tab, c, at, before)
	}
	tab.Shot("ban-do-sau")
	e.onePoolIsPositive(tab, c)
}

// moveIn takes in the residents of a ward and waits for them.
func (e *exercise) moveIn(ward string) {
	e.t.Helper()
	if err := demo.Residents(e.t.Context(), e.app.Store, e.app.People, e.note.People, e.app.Clock.Wall(), ward); err != nil {
		e.t.Fatal(err)
	}
	by := auth.System(e.app.Clock.Now(), e.app.Clock.Wall())
	for deadline := time.Now().Add(3 * time.Minute); ; time.Sleep(200 * time.Millisecond) {
		lists, err := e.app.People.Lists(e.t.Context(), by, demo.WardPath(ward))
		if err != nil || time.Now().After(deadline) {
			e.t.Fatalf("the list is not in: %+v %v", lists, err)
		}
		if lists[0].State == "done" {
			return
		}
	}
}

func (e *exercise) onlyCampaign() campaign.Campaign {
	e.t.Helper()
	var all []campaign.Campaign
	e.as("phucloi").Do("GET", "/campaigns", nil, &all, 200)
	if len(all) != 1 || all[0].Symbol != "484-TB/TU" || all[0].Clause != "3.1" {
		e.t.Fatalf("%+v", all)
	}
	return all[0]
}

func (e *exercise) coverage(c campaign.Campaign) (p campaign.Progress) {
	e.t.Helper()
	e.as("phucloi").Do("GET", "/campaigns/"+c.ID+"/progress", nil, &p, 200)
	return p
}

// tablesAreCalled looks at the list of a table as the ward sees it: households
// together, at most as many to a quarter of an hour as the table takes.
func (e *exercise) tablesAreCalled(tab *browser.Tab, c campaign.Campaign) {
	e.t.Helper()
	p := e.coverage(c)
	var tables []sampling.Session
	for _, r := range p.Rows {
		if r.Area != "" {
			tables = append(tables, r.Next...)
		}
	}
	if len(tables) != 3 {
		e.t.Fatalf("%d tables stand in areas of the ward, want 3: %+v", len(tables), tables)
	}
	for _, x := range tables {
		var list campaign.GuestList
		e.as("phucloi").Do("GET", "/sampling/sessions/"+x.ID+"/guests", nil, &list, 200)
		slots := map[instant.Micros]int{}
		for _, g := range list.Guests {
			slots[g.Slot]++
		}
		if len(list.Guests) < 500 || len(slots) < 10 {
			e.t.Errorf("table %s calls %d people in %d slots", x.Place, len(list.Guests), len(slots))
		}
		for at, n := range slots {
			if n > x.SlotPeople {
				e.t.Errorf("table %s calls %d people at %v", x.Place, n, at)
			}
		}
	}
	tab.Go(e.url + "/xet-nghiem/" + c.ID)
	tab.Expect("484-TB/TU")
	tab.Shot("dot-xet-nghiem")
	tab.Go(e.url + "/xet-nghiem/" + c.ID + "/buoi/" + tables[0].ID)
	tab.Shot("buoi-lay-mau")
	tab.Go(e.url + "/xet-nghiem/" + c.ID + "/buoi/" + tables[0].ID + "?in=1")
	tab.Until(`document.querySelectorAll("svg.list-code").length > 500`)
	tab.Go(e.url + "/xet-nghiem/" + c.ID)
}

var leftOf = regexp.MustCompile(`Còn ([0-9.]+) trong ([0-9.]+) người chưa lấy`)

// left is how many people the open page says are left.
func (e *exercise) left(tab *browser.Tab) int {
	e.t.Helper()
	m := leftOf.FindStringSubmatch(tab.Text("main"))
	if m == nil {
		e.t.Fatal("the page does not say how many are left")
	}
	n, err := strconv.Atoi(strings.ReplaceAll(m[1], ".", ""))
	if err != nil {
		e.t.Fatal(err)
	}
	return n
}

// coverageRises moves on to a moment and waits until the open map shows, by
// itself, what the API says.
func (e *exercise) coverageRises(tab *browser.Tab, c campaign.Campaign, at instant.Micros, before campaign.Progress) campaign.Progress {
	e.t.Helper()
	e.jump(at)
	now := e.coverage(c)
	if now.Total.Taken <= before.Total.Taken || now.Total.Obliged != before.Total.Obliged || now.Total.Left() != now.Total.Obliged-now.Total.Taken {
		e.t.Fatalf("at %v: %+v after %+v", at, now.Total, before.Total)
	}
	for deadline := time.Now().Add(time.Minute); e.left(tab) != now.Total.Left(); time.Sleep(200 * time.Millisecond) {
		if time.Now().After(deadline) {
			e.t.Fatalf("the map still says %d are left, the API says %d", e.left(tab), now.Total.Left())
		}
	}
	return now
}

// onePoolIsPositive lets the laboratory work: nothing is known before the second
// reader; then one tube is positive, nobody in it is, and its ten people must
// give a single sample.
func (e *exercise) onePoolIsPositive(tab *browser.Tab, c campaign.Campaign) {
	e.t.Helper()
	e.jump(demo.At(9, 13, 35))
	var q laboratory.Queue
	e.as("xetnghiem").Do("GET", "/laboratory/queue", nil, &q, 200)
	if p := e.coverage(c); q.Review < 100 || p.Total.Again != 0 {
		e.t.Errorf("%d tubes wait for the second reader, and already %d people must come again", q.Review, p.Total.Again)
	}
	e.jump(demo.At(9, 13, 55))
	if p := e.coverage(c); p.Total.Again != 10 {
		e.t.Errorf("%d people must come again, want the 10 of one tube", p.Total.Again)
	}
	var again []population.Listed
	unit := e.coverage(c).Rows[0].Unit
	e.as("phucloi").Do("GET", "/campaigns/"+c.ID+"/people?which=again&unit="+unit, nil, &again, 200)
	if len(again) != 10 {
		e.t.Errorf("%d names, want 10", len(again))
	}
	positive, negative := e.count("sample WHERE result = 'positive'"), e.count("sample WHERE result = 'negative' AND state = 'resulted'")
	if taken := e.coverage(c).Total.Taken; positive != 0 || negative != taken-10 {
		e.t.Errorf("%d positive and %d negative samples of %d", positive, negative, taken)
	}
	if n := e.count("task WHERE state = 'ASSIGNED' AND title LIKE 'Giữ riêng tại nhà, lấy lại mẫu đơn 10 người của ống dương tính %'"); n != 1 {
		e.t.Errorf("the health station has %d tasks of the positive tube, want 1", n)
	}
	tab.Go(e.url + "/xet-nghiem/" + c.ID + "/nguoi?phuong=" + unit + "&loai=again")
	tab.Expect(again[0].Name)
	tab.Shot("lay-lai-mau-don")
}
