package extract

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"phaodai/internal/fault"
)

// program is one that this package calls, with the Debian package that brings
// it.
type program struct{ name, brings string }

var programs = []program{
	{"pdfinfo", "poppler-utils"},
	{"pdftotext", "poppler-utils"},
	{"pdfimages", "poppler-utils"},
	{"pdftoppm", "poppler-utils"},
	{"tesseract", "tesseract-ocr tesseract-ocr-vie"},
}

// Absent is a program that this machine lacks.
type Absent struct {
	Program string
	Package string // of Debian, for apt-get install
}

// Missing lists the programs, and the Vietnamese model of tesseract, that scans
// and PDFs need and this machine lacks.
func Missing() []Absent {
	var missing []Absent
	for _, p := range programs {
		if _, err := exec.LookPath(p.name); err != nil {
			missing = append(missing, Absent{p.name, p.brings})
		}
	}
	if out, err := exec.Command("tesseract", "--list-langs").Output(); err == nil && !bytes.Contains(out, []byte("\nvie\n")) {
		missing = append(missing, vietnamese)
	}
	return missing
}

var vietnamese = Absent{"tesseract (vie)", "tesseract-ocr-vie"}

func (a Absent) fault() error {
	return fault.New(fault.Unavailable, "extract.missing", "Program", a.Program, "Package", a.Package)
}

// job is one call of a program.
type job struct {
	name  string
	args  []string
	stdin io.Reader
	time  time.Duration
}

// failure is a program that ended badly, with what it said.
type failure struct {
	name   string
	said   string
	code   int // -1 when a signal or the clock ended it
	killed bool
}

func (f *failure) Error() string { return fmt.Sprintf("%s ended with %d: %s", f.name, f.code, f.said) }

// bounded makes the shell set the limits and become the program.
const bounded = `ulimit -v "$1" && ulimit -t "$2" && ulimit -c 0 && shift 2 && exec "$@"`

// run calls a program and hands its output to read. It returns the error of
// read, a *failure, or the fault of a program that is not there.
func (e *Extractor) run(ctx context.Context, j job, read func(io.Reader) error) error {
	path, err := exec.LookPath(j.name)
	if err != nil {
		return absent(j.name).fault()
	}
	ctx, cancel := context.WithTimeout(ctx, j.time)
	defer cancel()
	command := e.command(ctx, path, j)
	said := &tail{max: 2000}
	command.Stderr = said
	out, err := command.StdoutPipe()
	if err != nil {
		return err
	}
	if err := command.Start(); err != nil {
		return err
	}
	readErr := read(out)
	if readErr != nil {
		cancel()
	}
	io.Copy(io.Discard, out) //nolint:errcheck // until the program has ended
	ended := command.Wait()
	if readErr != nil {
		return readErr
	}
	return failed(j.name, ended, said, ctx)
}

func (e *Extractor) command(ctx context.Context, path string, j job) *exec.Cmd {
	seconds := int(j.time/time.Second) + 1
	args := append([]string{"-c", bounded, "sh", fmt.Sprint(e.limit.Memory / 1024), fmt.Sprint(seconds), path}, j.args...)
	command := exec.CommandContext(ctx, "/bin/sh", args...)
	command.Stdin = j.stdin
	command.Env = []string{"LC_ALL=C.UTF-8", "OMP_THREAD_LIMIT=1", "PATH=/usr/local/bin:/usr/bin:/bin"}
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	command.Cancel = func() error { return syscall.Kill(-command.Process.Pid, syscall.SIGKILL) }
	command.WaitDelay = 2 * time.Second
	return command
}

func absent(name string) Absent {
	for _, p := range programs {
		if p.name == name {
			return Absent{p.name, p.brings}
		}
	}
	return Absent{name, name}
}

func failed(name string, ended error, said *tail, ctx context.Context) error {
	if ended == nil && ctx.Err() == nil {
		return nil
	}
	f := &failure{name: name, said: said.String(), code: -1, killed: ctx.Err() != nil}
	var exit *exec.ExitError
	if errors.As(ended, &exit) {
		f.code = exit.ExitCode()
		f.killed = f.killed || !exit.Exited()
	}
	return f
}

// tail keeps the end of what a program says.
type tail struct {
	max int
	b   []byte
}

func (t *tail) Write(p []byte) (int, error) {
	t.b = append(t.b, p...)
	if len(t.b) > t.max {
		t.b = append(t.b[:0], t.b[len(t.b)-t.max:]...)
	}
	return len(p), nil
}

func (t *tail) String() string { return strings.TrimSpace(string(t.b)) }

// all collects an output of at most max bytes.
func all(into *[]byte, max int64) func(io.Reader) error {
	return func(r io.Reader) error {
		data, err := io.ReadAll(io.LimitReader(r, max+1))
		if err == nil && int64(len(data)) > max {
			err = errLong
		}
		*into = data
		return err
	}
}

var errLong = errors.New("output over the limit")
