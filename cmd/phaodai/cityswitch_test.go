package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/demo"
	"phaodai/internal/instant"
	"phaodai/internal/org"
	"phaodai/internal/testkit"
	"phaodai/internal/zoning"
)

// BenchmarkCitySwitch decides for 6,000 areas in the 579 wards of Hà Nội of
// 2021 and lets the hour pass, beside the limit of one second: how long after
// the decision every server tells what comes, and how long after the hour every
// server gives every area its new class in the feed, to officers and on the page
// for residents. On PostgreSQL two servers share the database. No answer may
// have areas of both sides of the hour.
func BenchmarkCitySwitch(b *testing.B) {
	b.Run("sqlite", func(b *testing.B) { citySwitch(b, "") })
	b.Run("postgres", func(b *testing.B) { citySwitch(b, testkit.PostgresURL(b)) })
}

// citySwitchDay is one city with its servers.
type citySwitchDay struct {
	tb    testing.TB
	where configured
	areas []zoning.Area
	urls  []string
	boss  []client // of every server, the chairman of the city
}

const (
	cityWards = 579
	cityAreas = 6000
	citySay   = "mat-khau-dien-tap-2021"
)

func citySwitch(b *testing.B, database string) {
	if b.N != 1 {
		b.Fatal("a switch takes longer than a benchmark's second: it runs once")
	}
	c := &citySwitchDay{tb: b, where: configured{Data: b.TempDir(), Database: database}}
	if err := c.where.withApp(c.fill); err != nil {
		b.Fatal(err)
	}
	c.serve(database)
	written, seen := c.decide()
	late, asked := c.hour()
	b.ReportMetric(written.Seconds(), "s-to-write")
	b.ReportMetric(seen.Seconds(), "s-from-commit-to-everywhere")
	b.ReportMetric(late.Seconds(), "s-from-hour-to-everywhere")
	b.ReportMetric(max(late, seen).Seconds(), "of-limit")
	b.ReportMetric(asked.Seconds(), "s-to-ask-every-area")
}

// fill makes the wards and areas of the city, all under the measures until then.
func (c *citySwitchDay) fill(ctx context.Context, a *App) error {
	before := instant.Of(clockAt(8, 12, 0, 0))
	if err := a.Clock.Set(ctx, before, 1, true); err != nil {
		return err
	}
	by := auth.System(a.Clock.Now(), a.Clock.Wall())
	if err := c.units(ctx, a, by); err != nil {
		return err
	}
	for login, in := range map[string]auth.OpenInput{"quantri": {Role: "admin", UnitPath: org.Root}, "chutich": {Role: "leader", UnitPath: demo.CityPath}} {
		in.Login, in.Name, in.Password = login, login, citySay
		if _, err := a.Auth.OpenAccount(ctx, by, in); err != nil {
			return err
		}
	}
	var wards []org.Unit
	err := a.Store.Read(ctx, func(tx *db.Tx) (err error) {
		wards, err = org.UnitsUnder(tx, demo.CityPath, "ward", before)
		return err
	})
	if err != nil || len(wards) != cityWards {
		return errors.Join(err, fmt.Errorf("%d wards, not %d", len(wards), cityWards))
	}
	for i, w := range wards {
		in := make([]zoning.AreaInput, (i+1)*cityAreas/cityWards-i*cityAreas/cityWards)
		for n := range in {
			in[n] = zoning.AreaInput{Unit: w.ID, Kind: "neighbourhood_group", Name: fmt.Sprint("Tổ dân phố ", n+1)}
		}
		areas, err := a.Zoning.AddAreas(ctx, by, w.ID, "", in)
		if err != nil {
			return err
		}
		c.areas = append(c.areas, areas...)
	}
	_, err = a.Zoning.Change(ctx, by, zoning.ChangeInput{Units: []string{wards[0].Path[1:3]}, Layer: zoning.DistrictArea, Class: "KEEP", Bundle: "HN17", Reason: "Tiếp tục 17/CT-UBND"})
	return err
}

// units brings in the units of the country as of 1 July 2021.
func (c *citySwitchDay) units(ctx context.Context, a *App, by auth.Actor) error {
	f, err := os.Open(testkit.Shared(c.tb, "data", "admin-units", "units-2021-07-01.csv.gz"))
	if err != nil {
		return err
	}
	defer f.Close()
	list, err := org.ReadUnitList(f)
	if err != nil {
		return err
	}
	_, err = a.Org.Import(ctx, by, org.ImportInput{List: list, Date: instant.Of(time.Date(2021, 7, 1, 0, 0, 0, 0, instant.Vietnam()))})
	return err
}

// serve starts the servers: two where they can share a database.
func (c *citySwitchDay) serve(database string) {
	folders := []string{c.where.Data}
	if database != "" {
		folders = append(folders, c.tb.TempDir())
	}
	for _, data := range folders {
		url, _ := startKillable(c.tb, data, database)
		c.urls = append(c.urls, url)
		c.boss = append(c.boss, c.client(url, "chutich"))
	}
}

func (c *citySwitchDay) client(url, login string) client {
	out := client{t: c.tb, url: url + "/api/v1"}
	out.sign(login, citySay)
	return out
}

// decide gives every area its class from six o'clock on, in as many decisions as
// bounds ask for, and waits until the last is known to every server.
func (c *citySwitchDay) decide() (written, seen time.Duration) {
	start := time.Now()
	const most = 3000
	for i := 0; i < len(c.areas); i += most {
		var ids []string
		for _, a := range c.areas[i:min(i+most, len(c.areas))] {
			ids = append(ids, a.ID)
		}
		in := map[string]any{"areas": ids, "layer": "district_area", "class": "A03", "bundle": "CT15", "from": instant.Of(clockAt(9, 6, 0, 0)), "reason": "Kế hoạch của phường"}
		if !c.boss[0].post("/zones/changes", in, nil) {
			c.tb.Fatal("the decision was not taken")
		}
	}
	done := time.Now()
	for _, url := range c.urls {
		for {
			v, status, err := holds(url, c.areas[len(c.areas)-1].Code)
			if err != nil || status != http.StatusOK || time.Since(done) > time.Minute {
				c.tb.Fatalf("%s: %d %v", url, status, err)
			}
			if v.Next != nil {
				break
			}
		}
	}
	return done.Sub(start), time.Since(done)
}

// hour lets six o'clock pass while every channel of every server is asked, and
// tells after which time all of them have switched.
func (c *citySwitchDay) hour() (late, asked time.Duration) {
	const ahead = 3 * time.Second
	body := fmt.Sprintf(`{"world":%q,"paused":false}`, clockAt(9, 6, 0, 0).Add(-ahead).Format(time.RFC3339))
	admin := c.client(c.urls[0], "quantri")
	sent := time.Now()
	if status, text, _ := fetch(c.tb, http.DefaultClient, request(c.tb, "PUT", admin.url+"/clock", admin.token, body)); status != http.StatusOK {
		c.tb.Fatalf("clock: %d %s", status, text)
	}
	six := sent.Add(ahead) // the earliest at which it can be six
	var mu sync.Mutex
	var wg sync.WaitGroup
	for i, url := range c.urls {
		for _, ask := range []func() (before, after int){
			func() (int, int) { return c.feed(url) },
			func() (int, int) { return c.officers(c.boss[i]) },
			func() (int, int) { return c.residents(url) },
		} {
			wg.Go(func() {
				took := c.until(six, ask)
				mu.Lock()
				defer mu.Unlock()
				late = max(late, took)
			})
		}
	}
	wg.Wait()
	return late, c.everyArea()
}

// until asks again and again until the answer has the new class everywhere, and
// tells how long after six that answer was there. No answer may mix the two.
func (c *citySwitchDay) until(six time.Time, ask func() (before, after int)) time.Duration {
	early := false
	for {
		before, after := ask()
		switch {
		case before > 0 && after > 0:
			c.tb.Errorf("an answer has %d areas before and %d after the hour", before, after)
			return time.Since(six)
		case before > 0:
			early = true
		case !early:
			c.tb.Error("nothing was seen before the hour")
			return time.Since(six)
		default:
			return time.Since(six)
		}
		if time.Since(six) > time.Minute {
			c.tb.Error("no switch within a minute")
			return time.Since(six)
		}
	}
}

// get reads JSON.
func (c *citySwitchDay) get(url, token string, out any) {
	status, body, _ := fetch(c.tb, http.DefaultClient, request(c.tb, "GET", url, token, ""))
	if err := json.Unmarshal([]byte(body), out); err != nil || status != http.StatusOK {
		c.tb.Errorf("%s: %d %v", url, status, err)
	}
}

// feed is the GeoJSON of the whole city.
func (c *citySwitchDay) feed(url string) (before, after int) {
	var all struct {
		Features []struct {
			Properties struct{ Classes map[string]string }
		}
	}
	c.get(url+"/du-lieu/khu-vuc.geojson", "", &all)
	return c.count(func(yield func(string)) {
		for _, f := range all.Features {
			yield(f.Properties.Classes["district_area"])
		}
	})
}

// officers is the list of the whole city over the API.
func (c *citySwitchDay) officers(boss client) (before, after int) {
	var all []struct{ Class struct{ Code string } }
	c.get(boss.url+"/zones?layer=district_area&under="+demo.CityPath, boss.token, &all)
	return c.count(func(yield func(string)) {
		for _, x := range all {
			yield(x.Class.Code)
		}
	})
}

// count tells how many areas of an answer are on which side of the hour. The
// wards and the city as a whole stay as they are.
func (c *citySwitchDay) count(classes func(func(string))) (before, after int) {
	n := 0
	classes(func(class string) {
		n++
		if class == "A03" {
			after++
		}
	})
	if n < cityAreas {
		c.tb.Errorf("an answer has %d areas", n)
	}
	return max(0, cityAreas-after), after
}

// residents is the page of some places, one after the other.
func (c *citySwitchDay) residents(url string) (before, after int) {
	const places = 50
	for i := range places {
		status, body, _ := fetch(c.tb, http.DefaultClient, request(c.tb, "GET", url+"/o/"+c.areas[i*len(c.areas)/places].Code, "", ""))
		if status != http.StatusOK {
			c.tb.Errorf("the page of a place: %d", status)
		}
		if strings.Contains(body, `id="next"`) { // what comes at six
			before++
		}
	}
	if before > 0 { // of pages asked one after the other the hour may come in between
		return before, 0
	}
	return 0, places
}

// everyArea asks for the 6,000 one by one, eight at a time.
func (c *citySwitchDay) everyArea() time.Duration {
	start := time.Now()
	var wg sync.WaitGroup
	for w := range 8 {
		wg.Go(func() {
			for i := w; i < len(c.areas); i += 8 {
				v, status, err := holds(c.urls[i%len(c.urls)], c.areas[i].Code)
				if err != nil || status != http.StatusOK || len(v.Now.Said) == 0 || v.Now.Said[len(v.Now.Said)-1].Class.Code != "A03" {
					c.tb.Errorf("%s: %d %v %v", c.areas[i].Code, status, err, v.Now.Said)
					return
				}
			}
		})
	}
	wg.Wait()
	return time.Since(start)
}
