package main

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"phaodai/internal/api/apitest"
	"phaodai/internal/api/taskapi"
	"phaodai/internal/auth"
	"phaodai/internal/config"
	"phaodai/internal/db"
	"phaodai/internal/demo"
	"phaodai/internal/directive"
	"phaodai/internal/instant"
	"phaodai/internal/task"
	"phaodai/internal/testkit"
)

// conclusion is what the Standing Committee of Long Biên concluded on
// 5 September 2021 (seed 000), on its way through a server in real use that
// runs on an exercise clock.
type conclusion struct {
	*exercise
	conf config.Config
	path string // of the document
}

// TestTheDaysOfTheConclusionByAPI has the conclusion registered, read,
// corrected by a person, approved and given out over the API. Then its days
// pass: 06/9, 07/9, 08/9 and the start at 06:00 on 09/9, with a stop in the
// night of the 7th, a jump of the clock over two days, and another stop right
// after it, before what became due is done. Each thing happens once.
func TestTheDaysOfTheConclusionByAPI(t *testing.T) {
	for engine, place := range map[string]func(c *config.Config){
		"sqlite":   func(*config.Config) {},
		"postgres": func(c *config.Config) { c.Database = testkit.PostgresURL(t) },
	} {
		t.Run(engine, func(t *testing.T) {
			conf := settings(t)
			place(&conf)
			c := settled(t, conf)
			c.register()
			c.correct()
			c.giveOut()
			c.ordered()
			c.planInTime()
			c.pass()
			c.chased()
			c.seenByPlayers()
		})
	}
}

// settled is a server over the sample district, with an account for each
// player, at the minute when the conclusion was published.
func settled(t *testing.T, conf config.Config) *conclusion {
	t.Helper()
	c := &conclusion{exercise: &exercise{t: t}, conf: conf}
	c.start()
	if err := c.app.Clock.Set(t.Context(), demo.Start(), 1, true); err != nil {
		t.Fatal(err)
	}
	people, err := demo.Organisation(t.Context(), c.app.Store, c.app.IDs, demo.Start())
	if err != nil {
		t.Fatal(err)
	}
	by := auth.System(demo.Start(), c.app.Clock.Wall())
	for _, p := range people.Players {
		_, err := c.app.Auth.OpenAccount(t.Context(), by, auth.OpenInput{Login: p.Login, Password: sentence, Name: p.Name, Person: p.Person, UnitPath: p.UnitPath})
		if err != nil {
			t.Fatal(err)
		}
	}
	return c
}

// start runs the server, again after a stop.
func (c *conclusion) start() {
	c.t.Helper()
	r := run(c.t, c.conf)
	c.exercise = &exercise{
		t: c.t, app: r.App, url: r.url, note: demoNote{Password: sentence}, callers: map[string]apitest.Caller{},
		stop: func() {
			if err := r.stop(); err != nil {
				c.t.Fatal(err)
			}
		},
	}
}

// register takes the text in and has it advised and approved.
func (c *conclusion) register() {
	text, err := os.ReadFile(testkit.Shared(c.t, "seeds", "000_139ba654b6ddde08.txt"))
	if err != nil {
		c.t.Fatal(err)
	}
	clerk := c.as("vanthu")
	var book directive.Register
	clerk.Do("POST", "/registers", fields{"name": "Văn bản đến", "year": 2021, "last": 611}, &book, 200)
	var in directive.Document
	clerk.Do("POST", "/documents/upload?key=u1&name=ket-luan.txt", text, &in, 200)
	var e directive.Entered
	clerk.Do("POST", "/documents/enter", fields{
		"key": "e1", "register": book.ID, "document": in.ID, "version": in.Version, "symbol": in.Symbol,
		"issuer": "Ban Thường vụ Quận ủy Long Biên", "issued_on": in.IssuedOn,
		"subject": "Kết luận phiên họp đột xuất về phòng, chống dịch",
	}, &e, 200)
	if e.Entry.No != 612 || in.IssuedOn != "2021-09-05" {
		c.t.Errorf("arrival number %d, of %s", e.Entry.No, in.IssuedOn)
	}
	c.path = "/documents/" + e.Document.ID
	c.as("chanhvp").Do("POST", c.path+"/advise", fields{
		"advice": "UBND Quận, Đảng ủy và UBND các phường thực hiện.",
		"copies": []fields{{"text": "UBND Quận"}, {"text": "UBND các phường"}, {"text": "Đảng ủy các phường"}},
	}, nil, 200)
	c.as("thuongtruc").Do("POST", c.path+"/approve", fields{"key": "a1"}, nil, 200)
}

// correct is the adviser's part of the review: "áp dụng thực hiện theo Kế hoạch
// của 14 phường" is read as the work of the district, which gave the order
// before it, and is the wards'.
func (c *conclusion) correct() {
	adviser := c.as("chanhvp")
	p := c.measures(1)
	adviser.Do("POST", "/proposals/"+p.ID, fields{
		"version": p.Version, "clause": p.Clause, "item": p.Item, "title": p.Title, "text": p.Text, "start": p.Start, "end": p.End,
		"responsible": "UBND các phường", "from": p.From, "topic": p.Topic,
	}, nil, 200)
	c.measures(14)
	var examples []directive.Example
	adviser.Do("GET", c.path+"/examples", nil, &examples, 200)
	if len(examples) != 1 {
		c.t.Errorf("%d corrections are kept as examples, want 1", len(examples))
	}
}

// measures is the proposal of item 2.2.(3) that begins on 9 September.
func (c *conclusion) measures(offices int) directive.Proposal {
	c.t.Helper()
	var review directive.Review
	c.as("chanhvp").Do("GET", c.path+"/review", nil, &review, 200)
	for _, p := range review.Proposals {
		if p.Item != "2.2.(3)" || p.From == 0 {
			continue
		}
		if len(p.Offices) != offices || moment(p.From) != "06:00 09/09/2021" {
			c.t.Errorf("2.2.(3) is for %d offices from %s, want %d", len(p.Offices), moment(p.From), offices)
		}
		return p
	}
	c.t.Fatal("no proposal begins in item 2.2.(3)")
	return directive.Proposal{}
}

func moment(m instant.Micros) string { return m.In(instant.Vietnam()).Format("15:04 02/01/2006") }

// giveOut confirms and dispatches; the answer that was lost is asked for again.
func (c *conclusion) giveOut() {
	adviser := c.as("chanhvp")
	var sure directive.ConfirmResult
	adviser.Do("POST", c.path+"/confirm-proposals", fields{"all": true}, &sure, 200)
	if len(sure.Problems) > 0 {
		c.t.Errorf("left open: %+v", sure.Problems)
	}
	var made, again taskapi.Made
	adviser.Do("POST", c.path+"/dispatch", fields{"key": "d1"}, &made, 200)
	adviser.Do("POST", c.path+"/dispatch", fields{"key": "d1"}, &again, 200)
	if !slices.Equal(made.IDs, again.IDs) {
		c.t.Errorf("%d given out, %d when repeated", len(made.IDs), len(again.IDs))
	}
}

// cards are the tasks that a filter finds among those of the document.
func (c *conclusion) cards(login, filter string) []task.Card {
	c.t.Helper()
	var page task.Page
	c.as(login).Do("GET", "/tasks?limit=200&document="+strings.TrimPrefix(c.path, "/documents/")+filter, nil, &page, 200)
	if page.Next != "" {
		c.t.Fatal("more than 200 tasks")
	}
	return page.Cards
}

// ordered holds the days of the conclusion against the tasks.
func (c *conclusion) ordered() {
	got := map[string]int{}
	for _, card := range c.cards("chanhvp", "") {
		who := "ward"
		if card.UnitPath == "/01/01-004/" {
			who = "district"
		}
		if card.Deadline != 0 {
			got[fmt.Sprintf("%s %s by %s", card.Item, who, moment(card.Deadline))]++
		}
		if card.Start != 0 {
			got[fmt.Sprintf("%s %s from %s", card.Item, who, moment(card.Start))]++
		}
	}
	want := map[string]int{
		"2.2.(1) district by 23:59 06/09/2021": 1, "2.2.(1) ward by 23:59 07/09/2021": 14,
		"2.2.(2) district by 23:59 08/09/2021": 1, "2.2.(3) ward from 06:00 09/09/2021": 14,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		c.t.Errorf("dates of the tasks: %s", diff)
	}
}

// planInTime is Cự Khối's part, the one ward that sends its plan: it is not
// chased. It accepts all that it was given.
func (c *conclusion) planInTime() {
	ward := c.as("cukhoi")
	mine := c.cards("cukhoi", "&mine=true")
	for _, card := range mine {
		ward.Do("POST", "/tasks/"+card.ID+"/accept", fields{}, nil, 200)
		if card.Item == "2.2.(1)" {
			ward.Do("POST", "/tasks/"+card.ID+"/report", fields{
				"key": "r1", "text": "Đã trình kế hoạch", "proofs": []task.Proof{{Kind: task.ProofRecord, Link: "ke-hoach", Name: "Kế hoạch phường"}},
			}, nil, 200)
		}
	}
	if len(mine) < 2 {
		c.t.Errorf("the ward was given %d tasks", len(mine))
	}
}

// pass lets the days go by.
func (c *conclusion) pass() {
	c.to("2021-09-06T21:30:00+07:00")
	c.settle()
	c.to("2021-09-07T02:00:00+07:00")
	c.settle()
	c.stop()
	c.start()
	c.to("2021-09-09T12:30:00+07:00")
	c.stop()
	c.t.Logf("stopped with %d steps still to be done", c.waiting())
	c.start()
	c.settle()
}

// waiting counts, with no server running, the steps that are due.
func (c *conclusion) waiting() (open int) {
	c.t.Helper()
	store, err := db.Open(c.t.Context(), c.conf.Location())
	if err != nil {
		c.t.Fatal(err)
	}
	defer store.Close()
	err = store.Read(c.t.Context(), func(tx *db.Tx) error {
		return tx.Get(&open, "SELECT COUNT(*) FROM due WHERE done_at = 0 AND at <= $1", int64(c.app.Clock.Now()))
	})
	if err != nil {
		c.t.Fatal(err)
	}
	return open
}

func (c *conclusion) to(world string) {
	c.t.Helper()
	c.as("quantri").Do("PUT", "/clock", fields{"world": world, "paused": true}, nil, 200)
}

// settle waits until everything that is due was done.
func (c *conclusion) settle() {
	c.t.Helper()
	for start := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		var open int
		err := c.app.Store.Read(c.t.Context(), func(tx *db.Tx) error {
			return tx.Get(&open, "SELECT COUNT(*) FROM due WHERE done_at = 0 AND at <= $1", int64(c.app.Clock.Now()))
		})
		if err != nil {
			c.t.Fatal(err)
		}
		if open == 0 {
			return
		}
		if time.Since(start) > time.Minute {
			c.t.Fatalf("after a minute %d steps wait", open)
		}
	}
}

// chased counts every step that reached an inbox, by what and whom it is about.
func (c *conclusion) chased() {
	var rows []struct {
		Key  string         `db:"key"`
		At   instant.Micros `db:"at"`
		Item string         `db:"item"`
		Path string         `db:"unit_path"`
		N    int            `db:"n"`
		Most int            `db:"most"`
	}
	err := c.app.Store.Read(c.t.Context(), func(tx *db.Tx) error {
		return tx.Select(&rows, `SELECT key, at, item, unit_path, COUNT(*) AS n, MAX(times) AS most FROM (
			SELECT i.key, i.at, t.item, CASE WHEN t.unit_path = '/01/01-004/' THEN 'district' ELSE 'ward' END AS unit_path,
			COUNT(*) OVER (PARTITION BY i.post, i.subject, i.key) AS times
			FROM inbox i JOIN task t ON t.id = i.subject WHERE i.key LIKE 'task.step.%' AND (t.deadline > 0 OR t.starts > 0)) x
			GROUP BY key, at, item, unit_path`)
	})
	if err != nil {
		c.t.Fatal(err)
	}
	got := map[string]int{}
	for _, r := range rows {
		key := strings.TrimPrefix(r.Key, "task.step.")
		got[fmt.Sprintf("%s %s %s %s", r.Item, r.Path, key, r.At.In(instant.Vietnam()).Format("02/01 15:04"))] = r.N
		if r.Most != 1 {
			c.t.Errorf("%s of %s came %d times to one post", key, r.Item, r.Most)
		}
	}
	want := map[string]int{
		// 06/9: the criteria of the district, given out at 18:35 on the 5th
		"2.2.(1) district unaccepted 05/09 20:35": 1, "2.2.(1) district day_before 05/09 23:59": 1,
		"2.2.(1) district before 06/09 20:59": 1, "2.2.(1) district at 06/09 23:59": 1, "2.2.(1) district after 07/09 01:59": 1,
		// 07/9: the plans; Cự Khối has sent its own
		"2.2.(1) ward unaccepted 05/09 20:35": 13, "2.2.(1) ward unaccepted_owner 06/09 00:35": 13,
		"2.2.(1) ward day_before 06/09 23:59": 13, "2.2.(1) ward before 07/09 20:59": 13, "2.2.(1) ward at 07/09 23:59": 13,
		"2.2.(1) ward after 08/09 01:59": 13, "2.2.(1) ward owner 08/09 03:59": 13, "2.2.(1) ward head 08/09 11:59": 13,
		// 08/9: the approval of the district
		"2.2.(2) district unaccepted 05/09 20:35": 1, "2.2.(2) district day_before 07/09 23:59": 1,
		"2.2.(2) district before 08/09 20:59": 1, "2.2.(2) district at 08/09 23:59": 1, "2.2.(2) district after 09/09 01:59": 1,
		// 09/9 06:00: the new measures; Cự Khối has accepted them
		"2.2.(3) ward unaccepted 05/09 20:35": 13, "2.2.(3) ward unaccepted_owner 06/09 00:35": 13,
		"2.2.(3) ward starting 08/09 18:00": 14, "2.2.(3) ward started 09/09 06:00": 14,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		c.t.Errorf("steps of the ladder, by item: %s", diff)
	}
}

// seenByPlayers looks as those concerned do: their inbox, and the chairman's
// territory.
func (c *conclusion) seenByPlayers() {
	for login, want := range map[string]map[string]int{
		"cukhoi":   {"at": 0, "after": 0, "starting": 1, "started": 1},
		"thachban": {"day_before": 1, "before": 1, "at": 1, "after": 1, "starting": 1, "started": 1},
		"chutich":  {"day_before": 2, "before": 2, "at": 2, "after": 2, "head": 13, "started": 0},
	} {
		var box taskapi.Inbox
		c.as(login).Do("GET", "/inbox?limit=200", nil, &box, 200)
		got := map[string]int{}
		for _, m := range box.Messages {
			got[strings.TrimPrefix(m.Key, "task.step.")]++
		}
		for step, n := range want {
			if got[step] != n {
				c.t.Errorf("%s reads %q %d times, want %d", login, step, got[step], n)
			}
		}
	}
	var area task.Territory
	c.as("chutich").Do("GET", "/territory", nil, &area, 200)
	for _, g := range area.Units {
		late := 1
		if g.Name == "Cự Khối" {
			late = 0
		}
		if g.Progress.Late != late {
			c.t.Errorf("%s is late with %d tasks, want %d", g.Name, g.Progress.Late, late)
		}
	}
	if len(area.Units) != 14 {
		c.t.Errorf("the chairman sees %d wards", len(area.Units))
	}
}
