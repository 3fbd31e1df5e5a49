package testkit

import (
	"context"
	"database/sql"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"
)

// cluster is one throw-away PostgreSQL for a test process. It ends with the
// process: a shell holds the other end of a pipe and stops the server when the
// pipe closes, however the process ended.
type cluster struct {
	url  string // with %s for the database
	err  error
	next atomic.Int64
	pipe *os.File // kept open for as long as the process lives
}

var theCluster = sync.OnceValue(startCluster)

// PostgresURL makes an empty database and returns its address. PHAODAI_PG may
// name a running server (a URL with %s in place of the database).
func PostgresURL(t testing.TB) string {
	t.Helper()
	c := theCluster()
	if c.err != nil {
		t.Fatalf("PostgreSQL is needed (Debian package postgresql): %v", c.err)
	}
	name := fmt.Sprintf("t%d_%d", os.Getpid(), c.next.Add(1))
	c.admin(t, "CREATE DATABASE "+name)
	t.Cleanup(func() { c.admin(t, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)") })
	return fmt.Sprintf(c.url, name)
}

func (c *cluster) admin(t testing.TB, statement string) {
	t.Helper()
	pool, err := sql.Open("pgx", fmt.Sprintf(c.url, "postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	if _, err := pool.ExecContext(context.Background(), statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

func startCluster() *cluster {
	if url := os.Getenv("PHAODAI_PG"); url != "" {
		return &cluster{url: url}
	}
	c := &cluster{}
	c.err = c.start()
	return c
}

// serve runs initdb and the server until its standard input ends. A server
// refuses to run as root, so root hands the folder to the user postgres.
const serve = `set -e
"$BIN/initdb" -D "$DIR/data" -U test -A trust -E UTF8 --locale=C --no-sync >"$DIR/init.log" 2>&1
"$BIN/pg_ctl" -D "$DIR/data" -w -t 60 -l "$DIR/server.log" -o "-p $PORT -k $DIR -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=200" start >/dev/null 2>&1
echo ready
cat >/dev/null
"$BIN/pg_ctl" -D "$DIR/data" -m immediate stop >/dev/null 2>&1
rm -rf "$DIR"
`

func (c *cluster) start() error {
	bin, err := postgresBin()
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "phaodai-pg")
	if err != nil {
		return err
	}
	port, err := freePort()
	if err != nil {
		return err
	}
	command := exec.Command("sh", "-c", serve)
	if me, err := user.Current(); err == nil && me.Uid == "0" {
		if out, err := exec.Command("chown", "postgres", dir).CombinedOutput(); err != nil {
			return fmt.Errorf("chown: %w: %s", err, out)
		}
		command = exec.Command("runuser", "-u", "postgres", "--preserve-environment", "--", "sh", "-c", serve)
	}
	command.Env = append(os.Environ(), "BIN="+bin, "DIR="+dir, fmt.Sprintf("PORT=%d", port))
	command.Dir = dir
	return c.await(command, dir, port)
}

func (c *cluster) await(command *exec.Cmd, dir string, port int) error {
	reader, writer, err := os.Pipe()
	if err != nil {
		return err
	}
	command.Stdin, c.pipe = reader, writer
	out, err := command.StdoutPipe()
	if err != nil {
		return err
	}
	if err := command.Start(); err != nil {
		return err
	}
	line := make([]byte, 6)
	if n, _ := out.Read(line); !strings.HasPrefix(string(line[:n]), "ready") {
		log, _ := os.ReadFile(filepath.Join(dir, "server.log"))
		init, _ := os.ReadFile(filepath.Join(dir, "init.log"))
		return fmt.Errorf("no server: %s%s", init, log)
	}
	c.url = fmt.Sprintf("postgres://test@127.0.0.1:%d/%%s?sslmode=disable", port)
	return nil
}

// postgresBin finds the server programs, which Debian keeps off the PATH.
func postgresBin() (string, error) {
	if path, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(path), nil
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil || len(found) == 0 {
		return "", fmt.Errorf("initdb not found")
	}
	return filepath.Dir(found[len(found)-1]), nil
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}
