package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"phaodai/internal/auth"
	"phaodai/internal/config"
	"phaodai/internal/testkit"
)

// TestKilledServer is no test but the server that TestHistoryOfKillsLosesNoAccount kills:
// the test binary runs itself with this name.
func TestKilledServer(t *testing.T) {
	data := os.Getenv("KILL_DATA")
	if data == "" {
		return
	}
	conf := config.Default()
	conf.Address, conf.Data, conf.Database = "127.0.0.1:0", data, os.Getenv("KILL_DATABASE")
	err := serve(context.Background(), conf, os.Stderr, func(_ *App, at net.Addr) { fmt.Println("serving", at) })
	if err != nil {
		t.Fatal(err)
	}
}

// startKillable runs a server process and returns its address and how to kill it.
func startKillable(t *testing.T, data, database string) (url string, kill func()) {
	t.Helper()
	command := exec.Command(os.Args[0], "-test.run=^TestKilledServer$")
	command.Env = append(os.Environ(), "KILL_DATA="+data, "KILL_DATABASE="+database)
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	kill = sync.OnceFunc(func() {
		if err := command.Process.Kill(); err != nil {
			t.Error(err)
		}
		_ = command.Wait() // killed: that is the point
	})
	t.Cleanup(kill)
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if at, ok := strings.CutPrefix(lines.Text(), "serving "); ok {
			return "http://" + at, kill
		}
	}
	t.Fatal("the server did not start")
	return "", nil
}

// TestHistoryOfKillsLosesNoAccount kills a server that writes (kill -9), again and again:
// every write that was acknowledged is there afterwards, once, and the audit
// verifies. PHAODAI_SOAK says how many times; 5 without it.
func TestHistoryOfKillsLosesNoAccount(t *testing.T) {
	times := 5
	if n, err := strconv.Atoi(os.Getenv("PHAODAI_SOAK")); err == nil {
		times = n
	}
	t.Run("sqlite", func(t *testing.T) { killAgain(t, times, "") })
	t.Run("postgres", func(t *testing.T) { killAgain(t, times, testkit.PostgresURL(t)) })
}

func killAgain(t *testing.T, times int, database string) {
	data := t.TempDir()
	where := configured{Data: data, Database: database}
	err := where.withApp(func(ctx context.Context, a *App) error {
		_, err := a.Auth.OpenAccount(ctx, auth.System(a.Clock.Now(), a.Clock.Wall()), auth.OpenInput{
			Login: "quantri", Password: sentence, Name: "x", Role: "admin", UnitPath: "/",
		})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	kept := map[string]bool{}
	for round := range times {
		url, kill := startKillable(t, data, database)
		r := &running{url: url}
		token := r.signIn(t, http.DefaultClient, "quantri")
		for login := range writeUntilKilled(t, url, token, round, kill) {
			kept[login] = true
		}
	}
	url, _ := startKillable(t, data, database)
	token := (&running{url: url}).signIn(t, http.DefaultClient, "quantri")
	for login := range kept {
		status, body, _ := fetch(t, http.DefaultClient, request(t, "GET", url+"/api/v1/accounts?limit=2&query="+login, token, ""))
		if status != 200 || strings.Count(body, `"login":"`+login+`"`) != 1 {
			t.Errorf("acknowledged %s is not there once: %d %s", login, status, body)
		}
	}
	status, body, _ := fetch(t, http.DefaultClient, request(t, "POST", url+"/api/v1/audit/verify", token, ""))
	if status != 200 || !strings.Contains(body, `"finding":null`) {
		t.Errorf("audit after %d kills: %d %s", times, status, body)
	}
	t.Logf("%d kills, %d acknowledged writes, all kept", times, len(kept))
	if len(kept) == 0 {
		t.Error("nothing was acknowledged: the test tested nothing")
	}
}

// writeUntilKilled opens accounts from several clients, kills the server in the middle,
// and returns what was acknowledged before.
func writeUntilKilled(t *testing.T, url, token string, round int, kill func()) map[string]bool {
	var mu sync.Mutex
	kept := map[string]bool{}
	var wg sync.WaitGroup
	for c := range 4 {
		wg.Go(func() {
			for i := range 1000 {
				login := fmt.Sprintf("u%d-%d-%d", round, c, i)
				body, err := json.Marshal(auth.OpenInput{Key: "k" + login, Login: login, Password: sentence, Name: "x", UnitPath: "/"})
				if err != nil {
					t.Error(err)
					return
				}
				answer, err := http.DefaultClient.Do(request(t, "POST", url+"/api/v1/accounts", token, string(body)))
				if err != nil {
					return // killed
				}
				if err := answer.Body.Close(); err != nil {
					return
				}
				if answer.StatusCode == 200 {
					mu.Lock()
					kept[login] = true
					mu.Unlock()
				}
			}
		})
	}
	time.Sleep(time.Duration(400+150*(round%4)) * time.Millisecond)
	kill()
	wg.Wait()
	return kept
}
