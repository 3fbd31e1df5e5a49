package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"phaodai/internal/auth"
	"phaodai/internal/config"
	"phaodai/internal/db"
	"phaodai/internal/demo"
	"phaodai/internal/directive"
	"phaodai/internal/instant"
	"phaodai/internal/testkit"
	"phaodai/internal/timeline"
	"phaodai/internal/zoning"
)

// TestZoneKill kills a server (kill -9) while a district issues the decision on
// the plans of its wards and decides at once about areas. On PostgreSQL a second
// server goes on answering: never has an area no regime, or two, in the rows or
// over the API; what was acknowledged is there afterwards, once; and at the hour
// every server switches in that second, without a restart.
func TestZoneKill(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) { zoneKill(t, "") })
	t.Run("postgres", func(t *testing.T) { zoneKill(t, testkit.PostgresURL(t)) })
}

// zoneDay is the afternoon of the eighth: the decision is numbered.
type zoneDay struct {
	t        *testing.T
	where    configured
	note     demoNote
	areas    []zoning.Area
	decision string
	said     sync.Map // reason of every change that was acknowledged
}

// clockAt is a moment of September 2021 in Vietnam.
func clockAt(day, hour, minute, second int) time.Time {
	return time.Date(2021, time.September, day, hour, minute, second, 0, instant.Vietnam())
}

func zoneKill(t *testing.T, database string) {
	z := &zoneDay{t: t, where: configured{Data: t.TempDir(), Database: database}}
	if err := z.where.withApp(z.fill); err != nil {
		t.Fatal(err)
	}
	var second string // goes on while the first is killed
	if database != "" {
		second, _ = startKillable(t, t.TempDir(), database)
	}
	for round := range 4 {
		url, kill := startKillable(t, z.where.Data, database)
		z.shift(url, second, round, kill)
		z.whole()
	}
	url, _ := startKillable(t, z.where.Data, database)
	z.issue(z.client(url, "vanthu.ubnd")) // what had no answer is asked again
	z.acknowledged()
	z.switches(url, second)
}

// fill goes through the days up to the decision of the eighth, of which only
// the issue is left.
func (z *zoneDay) fill(ctx context.Context, a *App) (err error) {
	c := demoCmd{Data: z.where.Data}
	if z.note, err = c.fill(ctx, a); err != nil {
		return err
	}
	for _, s := range demo.Steps() {
		if s.What == "the district approves" {
			break
		}
		if err := s.Take(ctx, c.services(a), z.note.People, &z.note.Days, a.Clock.Wall()); err != nil {
			return err
		}
	}
	now := instant.Of(clockAt(8, 16, 0, 0))
	if err := a.Clock.Set(ctx, now, 1, true); err != nil {
		return err
	}
	for _, x := range a.Zoning.Board().Areas(demo.DistrictPath, now) {
		if x.Kind != zoning.UnitKind {
			z.areas = append(z.areas, x)
		}
	}
	return z.draft(ctx, a, now)
}

func (z *zoneDay) draft(ctx context.Context, a *App, now instant.Micros) error {
	as := map[string]auth.Actor{}
	err := a.Store.Read(ctx, func(tx *db.Tx) (err error) {
		for _, login := range []string{"chanhvp.ubnd", "chutich", "vanthu.ubnd"} {
			if as[login], err = z.note.People.Actor(tx, login, now, a.Clock.Wall()); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	review, err := a.Zoning.Review(ctx, as["chanhvp.ubnd"], z.note.Days.Round)
	if err != nil {
		return err
	}
	var plans []string
	for _, r := range review.Rows {
		if r.Plan.State == zoning.Submitted {
			plans = append(plans, r.Plan.ID)
		}
	}
	doc, err := a.Zoning.Decide(ctx, as["chanhvp.ubnd"], zoning.DecideInput{Round: z.note.Days.Round, Plans: plans, Signer: z.note.People.Posts["chu-tich@ubnd"]})
	if err != nil {
		return err
	}
	z.decision = doc.ID
	step := directive.StepInput{Document: doc.ID}
	if _, err = a.Directive.Submit(ctx, as["chanhvp.ubnd"], step); err != nil {
		return err
	}
	if _, err = a.Directive.Sign(ctx, as["chutich"], step); err != nil {
		return err
	}
	_, err = a.Directive.Number(ctx, as["vanthu.ubnd"], step)
	return err
}

// shift lets people work and others look on until the first server is killed.
func (z *zoneDay) shift(url, second string, round int, kill func()) {
	var working, watching sync.WaitGroup
	var looks atomic.Int64
	stop := make(chan struct{})
	for _, u := range []string{url, second} {
		if u != "" {
			watching.Go(func() { z.watch(u, stop, &looks) })
		}
	}
	for who := range 3 {
		c := z.client(url, "chutich")
		working.Go(func() { z.decide(c, round, who) })
	}
	if round == 1 {
		clerk := z.client(url, "vanthu.ubnd") // signed in before the kill, however slow the machine
		working.Go(func() { z.issue(clerk) })
	}
	time.Sleep(time.Duration(700+150*round) * time.Millisecond)
	kill()
	working.Wait()
	close(stop)
	watching.Wait()
	if looks.Load() == 0 {
		z.t.Error("nobody saw anything: the test tested nothing")
	}
}

func (z *zoneDay) client(url, login string) client {
	c := client{t: z.t, url: url + "/api/v1"}
	c.sign(login, z.note.Password)
	return c
}

// decide blocks areas and lifts that again until the server has gone.
func (z *zoneDay) decide(c client, round, who int) {
	for n := 0; ; n++ {
		reason := fmt.Sprintf("thử %d-%d-%d", round, who, n)
		in := map[string]any{"key": reason, "areas": []string{z.areas[(n/2*3+who)%len(z.areas)].ID}, "layer": "blocked", "class": "BLK", "reason": reason}
		if n%2 == 1 {
			in["class"], in["lift"] = "", true
		}
		if !c.post("/zones/changes", in, nil) {
			return
		}
		z.said.Store(reason, true)
	}
}

// issue issues the decision. Its answer may be lost with the server.
func (z *zoneDay) issue(clerk client) bool {
	return clerk.post("/documents/"+z.decision+"/issue", map[string]any{"key": "issue"}, nil)
}

// holds is what a server tells anybody of an area.
func holds(url, code string) (v zoning.Look, status int, err error) {
	answer, err := http.Get(url + "/api/v1/public/areas/" + code + "/zone")
	if err != nil {
		return v, 0, err
	}
	defer answer.Body.Close()
	return v, answer.StatusCode, json.NewDecoder(answer.Body).Decode(&v)
}

// watch asks for one area after the other and wants a regime each time: every
// layer that says something says it once, and the city always does.
func (z *zoneDay) watch(url string, stop chan struct{}, looks *atomic.Int64) {
	for n := 0; ; n++ {
		select {
		case <-stop:
			return
		default:
		}
		area := z.areas[n%len(z.areas)]
		v, status, err := holds(url, area.Code)
		if err != nil {
			time.Sleep(10 * time.Millisecond) // killed
			continue
		}
		said := map[zoning.Layer]int{}
		for _, x := range v.Now.Said {
			said[x.Layer]++
		}
		for l, n := range said {
			if n != 1 {
				z.t.Errorf("%s has %d values on %s", area.Name, n, l)
			}
		}
		if status != http.StatusOK || said[zoning.CityZone] != 1 || said[zoning.DistrictArea] != 1 {
			z.t.Errorf("%s has no regime: %d, %v", area.Name, status, said)
			return
		}
		looks.Add(1)
	}
}

// whole wants the rows of every area and layer to cover every moment once, at
// every point of recorded order.
func (z *zoneDay) whole() {
	type row struct {
		Area     string `db:"area"`
		Layer    string `db:"layer"`
		From     int64  `db:"valid_from"`
		To       int64  `db:"valid_to"`
		Recorded int64  `db:"recorded"`
		Closed   int64  `db:"closed"`
	}
	var rows []row
	z.query(func(tx *db.Tx) error {
		return tx.Select(&rows, "SELECT area, layer, valid_from, valid_to, recorded, closed FROM zone ORDER BY area, layer, valid_from, recorded")
	})
	lines := map[[2]string][]row{}
	for _, r := range rows {
		lines[[2]string{r.Area, r.Layer}] = append(lines[[2]string{r.Area, r.Layer}], r)
	}
	for key, line := range lines {
		for _, point := range line {
			var then []timeline.Row[int]
			for _, r := range line {
				if r.Recorded <= point.Recorded && point.Recorded < r.Closed {
					then = append(then, timeline.Row[int]{From: instant.Micros(r.From), To: instant.Micros(r.To)})
				}
			}
			if err := timeline.Partition(then); err != nil {
				z.t.Fatalf("area %s on %s as of %d: %v", key[0], key[1], point.Recorded, err)
			}
		}
	}
	if len(lines) < 4*len(z.areas) {
		z.t.Errorf("%d lines of %d areas", len(lines), len(z.areas))
	}
}

func (z *zoneDay) query(do func(*db.Tx) error) {
	z.t.Helper()
	d, err := db.Open(z.t.Context(), config.Config{Data: z.where.Data, Database: z.where.Database}.Location())
	if err == nil {
		err = d.Read(z.t.Context(), do)
	}
	if err != nil {
		z.t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		z.t.Error(err)
	}
}

// acknowledged wants every change that was acknowledged, once, and the plans
// approved by one decision.
func (z *zoneDay) acknowledged() {
	var reasons []string
	var enacted int
	z.query(func(tx *db.Tx) error {
		if err := tx.Get(&enacted, "SELECT COUNT(*) FROM zone_record WHERE document = $1", z.decision); err != nil {
			return err
		}
		return tx.Select(&reasons, "SELECT reason FROM zone_record WHERE reason LIKE 'thử %'")
	})
	count := map[string]int{}
	for _, r := range reasons {
		count[r]++
	}
	n := 0
	z.said.Range(func(reason, _ any) bool {
		if n++; count[reason.(string)] != 1 {
			z.t.Errorf("%s was acknowledged and is there %d times", reason, count[reason.(string)])
		}
		return true
	})
	if n == 0 || enacted != 1 {
		z.t.Errorf("%d changes were acknowledged, the plans approved %d times", n, enacted)
	}
	z.t.Logf("%d changes were acknowledged, %d are there", n, len(reasons))
}

// switches lets the clock run over the hour and asks every server all the time:
// what it says follows the world time of its answer.
func (z *zoneDay) switches(urls ...string) {
	body := fmt.Sprintf(`{"world":%q,"paused":false}`, clockAt(9, 5, 59, 57).Format(time.RFC3339))
	admin := z.client(urls[0], "quantri")
	if status, text, _ := fetch(z.t, http.DefaultClient, request(z.t, "PUT", admin.url+"/clock", admin.token, body)); status != http.StatusOK {
		z.t.Fatalf("clock: %d %s", status, text)
	}
	area := z.areas[0]
	for _, x := range z.areas {
		if x.UnitPath == demo.WardPath("00154") {
			area = x
		}
	}
	hour := instant.Of(clockAt(9, 6, 0, 0))
	var wg sync.WaitGroup
	for _, url := range urls {
		if url != "" {
			wg.Go(func() { z.over(url, area, hour) })
		}
	}
	wg.Wait()
}

// over asks one server until the hour is over.
func (z *zoneDay) over(url string, area zoning.Area, hour instant.Micros) {
	before, after := 0, 0
	for deadline := time.Now().Add(30 * time.Second); after < 5; {
		v, status, err := holds(url, area.Code)
		if err != nil || status != http.StatusOK || time.Now().After(deadline) {
			z.t.Errorf("asked %d times before and %d times after the hour: %d, %v", before, after, status, err)
			return
		}
		if v.At < instant.Of(clockAt(9, 5, 59, 0)) {
			continue // the clock of this server has not been told yet
		}
		class := ""
		for _, x := range v.Now.Said {
			if x.Layer == zoning.DistrictArea {
				class = x.Class.Code
			}
		}
		if (class == "KEEP") != (v.At < hour) {
			z.t.Errorf("at %v %s has %q", v.At.In(instant.Vietnam()), area.Name, class)
		}
		if v.At < hour {
			before++
		} else {
			after++
		}
	}
	if before == 0 {
		z.t.Errorf("%s was not asked before the hour", url)
	}
}
