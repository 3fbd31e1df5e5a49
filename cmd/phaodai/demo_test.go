package main

import (
	"context"
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"phaodai/internal/api/apitest"
	"phaodai/internal/demo"
	"phaodai/internal/instant"
	"phaodai/internal/testkit/browser"
)

// exercise is a demo that runs for a test, started as the binary starts it.
type exercise struct {
	t    *testing.T
	app  *App
	note demoNote
	url  string
	stop func()

	callers map[string]apitest.Caller // of the players who called the API
}

// startDemo serves a demo from a folder until the test or stop ends it.
func startDemo(t *testing.T, dir string) *exercise {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	e := &exercise{t: t, callers: map[string]apitest.Caller{}}
	ready, ended := make(chan struct{}), make(chan error, 1)
	go func() {
		c := demoCmd{Addr: "127.0.0.1:0", Data: dir}
		ended <- c.serve(ctx, io.Discard, t.Output(), func(a *App, n demoNote, at net.Addr) {
			e.app, e.note, e.url = a, n, "http://"+at.String()
			close(ready)
		})
	}()
	stopped := false
	e.stop = func() {
		if cancel(); !stopped {
			stopped = true
			if err := <-ended; err != nil {
				t.Errorf("the demo ended with %v", err)
			}
		}
	}
	select {
	case <-ready:
	case err := <-ended:
		t.Fatalf("the demo does not start: %v", err)
	case <-time.After(2 * time.Minute):
		t.Fatal("the demo was not ready within two minutes")
	}
	t.Cleanup(e.stop)
	return e
}

// sit signs a player in on a tab.
func (e *exercise) sit(tab *browser.Tab, login string) *browser.Tab {
	e.t.Helper()
	tab.Go(e.url + "/dang-nhap")
	tab.Fill(`[name="login"]`, login)
	tab.Fill(`[name="password"]`, e.note.Password)
	tab.Enter()
	tab.Wait(`main h1`)
	tab.Reset()
	return tab
}

// as is a player's connection to the API, signed in when first asked for.
func (e *exercise) as(login string) apitest.Caller {
	e.t.Helper()
	if c, ok := e.callers[login]; ok {
		return c
	}
	c := apitest.Caller{T: e.t, Base: e.url + "/api/v1", Header: http.Header{}}
	var me struct{ Token string }
	c.Do("POST", "/session", map[string]string{"login": login, "password": e.note.Password}, &me, 200)
	c.Header.Set("Authorization", "Bearer "+me.Token)
	e.callers[login] = c
	return c
}

func TestTheDemoGoesOnWhereItWas(t *testing.T) {
	dir := t.TempDir()
	first := startDemo(t, dir)
	if now := first.app.Clock.Now(); now < demo.Start() || now.Sub(demo.Start()) > time.Minute {
		t.Errorf("it begins at %v, want 18:35 on 5 September 2021", now.In(instant.Vietnam()))
	}
	ahead := demo.Start().Add(3 * time.Hour)
	if err := first.app.Clock.Set(t.Context(), ahead, 1, false); err != nil {
		t.Fatal(err)
	}
	password := first.note.Password
	first.stop()
	time.Sleep(1500 * time.Millisecond) // the world stands meanwhile

	again := startDemo(t, dir)
	if again.note.Password != password {
		t.Error("the accounts changed with a restart")
	}
	if gone := again.app.Clock.Now().Sub(ahead); gone < 0 || gone > 20*time.Second {
		t.Errorf("%v passed in the world, want little more than it was served", gone)
	}
	setting, exercise := again.app.Clock.Exercise()
	if !exercise || setting.Paused {
		t.Errorf("clock %+v, exercise %v: want it to run on", setting, exercise)
	}
}

func TestADemoInterruptedWhileFillingBeginsAnew(t *testing.T) {
	dir := t.TempDir()
	c := demoCmd{Data: dir}
	app, err := Wire(t.Context(), Options{Location: dir + "/phaodai.db", Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := demo.Organisation(t.Context(), app.Store, app.IDs, demo.Start()); err != nil {
		t.Fatal(err)
	}
	if err := app.Close(); err != nil {
		t.Fatal(err)
	}
	e := startDemo(t, c.Data)
	if len(e.note.Players) == 0 {
		t.Error("no accounts after filling again")
	}
}
