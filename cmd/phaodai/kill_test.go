package main

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"phaodai/internal/config"
)

// TestKilledServer is no test but the server that TestSoak kills:
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
func startKillable(t testing.TB, data, database string) (url string, kill func()) {
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
