package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"phaodai/internal/extract"
	"phaodai/internal/fault"
	"phaodai/internal/i18n"
	"phaodai/internal/officialdoc"
)

// readCmd reads one official document and prints what it orders as JSON. It
// needs neither configuration nor database.
type readCmd struct {
	File string `arg:"" help:"Text, PDF, DOCX, PNG or JPEG file."`
	Lang string `default:"vi" enum:"vi,en" help:"Language of messages: vi or en."`
}

// reading is the document with where its text came from. Spans count in Text,
// which is left off for plain text: there they count in the file itself.
type reading struct {
	*officialdoc.Document
	Method     extract.Method `json:"method"`
	Pages      int            `json:"pages,omitempty"`
	Scanned    int            `json:"scanned_pages,omitempty"`
	Confidence float64        `json:"ocr_confidence,omitempty"`
	Text       string         `json:"text,omitempty"`
}

// Run reads the file.
func (c *readCmd) Run() error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	got, err := c.read(ctx)
	if err != nil {
		return &said{text: c.message(err), code: exitCode(err)}
	}
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	return out.Encode(got)
}

func (c *readCmd) read(ctx context.Context) (*reading, error) {
	data, err := c.load(extract.Limit{}.OrDefault().Bytes)
	if err != nil {
		return nil, err
	}
	found, err := extract.New(extract.Limit{}).Extract(ctx, data, progressOn(os.Stderr))
	if err != nil {
		return nil, err
	}
	document, err := officialdoc.New().Read(found.Text)
	if err != nil {
		return nil, err
	}
	got := &reading{Document: document, Method: found.Method, Pages: found.Pages, Scanned: found.Scanned, Confidence: found.Confidence}
	if found.Method != extract.Text {
		got.Text = found.Text
	}
	return got, nil
}

// load reads the file unless it is over the limit.
func (c *readCmd) load(limit int64) ([]byte, error) {
	file, err := os.Open(c.File)
	if err != nil {
		return nil, fault.Wrap(err, fault.NotFound, "read.no_file", "Name", c.File, "Cause", reason(err))
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, limit+1))
	if err != nil {
		return nil, fault.Wrap(err, fault.NotFound, "read.no_file", "Name", c.File, "Cause", reason(err))
	}
	if int64(len(data)) > limit {
		size := int64(len(data))
		if info, err := file.Stat(); err == nil {
			size = max(size, info.Size())
		}
		return nil, extract.TooLarge(size, limit)
	}
	return data, nil
}

func reason(err error) string {
	var path *os.PathError
	if errors.As(err, &path) {
		return path.Err.Error()
	}
	return err.Error()
}

// progressOn draws a bar of pages where somebody is looking.
func progressOn(f *os.File) extract.Progress {
	if !term.IsTerminal(int(f.Fd())) {
		return nil
	}
	var bar *progressbar.ProgressBar
	return func(done, total int) {
		if bar == nil {
			bar = progressbar.NewOptions(total, progressbar.OptionSetWriter(f),
				progressbar.OptionShowCount(), progressbar.OptionClearOnFinish())
		}
		bar.ChangeMax(total)
		if err := bar.Set(done); err != nil {
			bar = nil // a bar that cannot be drawn stops nothing
		}
	}
}

func (c *readCmd) message(err error) string {
	var f *fault.Fault
	switch {
	case errors.As(err, &f):
		return i18n.T(c.Lang, f.Key, f.Args...)
	case errors.Is(err, context.Canceled):
		return i18n.T(c.Lang, "read.stopped")
	default:
		return i18n.T(c.Lang, "read.internal", "Cause", err.Error())
	}
}

// said is an error in the user's words with the exit code of its kind.
type said struct {
	text string
	code int
}

func (s *said) Error() string { return s.text }

// ExitCode is what kong ends the process with.
func (s *said) ExitCode() int { return s.code }

// exitCode tells scripts what kind of fault it was: 2 wrong input, 3 no such
// file, 4 over a limit, 5 a program is missing, 1 everything else.
func exitCode(err error) int {
	switch fault.KindOf(err) {
	case fault.Invalid:
		return 2
	case fault.NotFound:
		return 3
	case fault.TooLarge:
		return 4
	case fault.Unavailable:
		return 5
	default:
		return 1
	}
}
