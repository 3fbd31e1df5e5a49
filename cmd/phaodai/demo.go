package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"text/tabwriter"

	"phaodai/internal/auth"
	"phaodai/internal/config"
	"phaodai/internal/demo"
	"phaodai/internal/extract"
	"phaodai/internal/i18n"
	"phaodai/internal/instant"
	"phaodai/internal/web/directivepage"
)

// demoCmd serves an exercise: a real district at 18:35 on 5 September 2021.
type demoCmd struct {
	Addr string `help:"Where to listen." default:"127.0.0.1:8080"`
	Data string `help:"Folder of the demo, made when it is missing." default:"data/demo" type:"path"`

	Residents string `help:"Whose invented residents come in while the demo answers: the district's (322,549), a ward's (9,859) or none." enum:"district,ward,none" default:"district"`
}

// Run fills the folder the first time, and later goes on where it was.
func (c *demoCmd) Run() error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return explain(c.serve(ctx, os.Stdout, os.Stderr, nil))
}

// serve runs the demo until ctx ends. ready, when not nil, is told once it
// answers; the end-to-end tests use it.
func (c *demoCmd) serve(ctx context.Context, out, logTo io.Writer, ready func(*App, demoNote, net.Addr)) error {
	for _, p := range extract.Missing() {
		fmt.Fprintln(out, i18n.T(language(), "demo.missing", "Program", p.Program, "Package", p.Package))
	}
	conf := config.Default()
	conf.Address, conf.Data, conf.Log.Level = c.Addr, c.Data, "warn"
	if err := c.clean(); err != nil {
		return err
	}
	o := optionsOf(conf, newLog(conf.Log, logTo))
	file, err := demo.Specimen()
	if err != nil {
		return err
	}
	o.Specimen = &directivepage.Specimen{Name: "van-ban-mau-918-CT-UBND.docx", MediaType: docxType, Content: file}
	o.Policy.MinLength = min(o.Policy.MinLength, 8)
	app, err := Wire(ctx, o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, app.Close()) }()
	note, err := c.prepare(ctx, app)
	if err != nil {
		return err
	}
	app.run(func(ctx context.Context) { c.play(ctx, app, note) })
	err = app.Serve(ctx, conf, func(app *App, at net.Addr) {
		note.print(out, at)
		if ready != nil {
			ready(app, note, at)
		}
	})
	return errors.Join(err, c.pause(app))
}

// wards are those whose residents come in.
func (c *demoCmd) wards() []string {
	switch all := demo.Wards(); c.Residents {
	case "district":
		return all
	case "ward":
		return all[:1]
	default:
		return nil
	}
}

func (c *demoCmd) services(app *App) demo.Services {
	return demo.Services{Store: app.Store, Directive: app.Directive, Task: app.Task, Zoning: app.Zoning,
		IDs: app.IDs, Campaign: app.Campaign, Sampling: app.Sampling, Laboratory: app.Lab}
}

const docxType = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

// demoNote is what the demo keeps beside its data: the accounts that it prints
// at every start, and whether the clock stands only because it was stopped.
type demoNote struct {
	Password string        `json:"password"`
	Players  []demo.Player `json:"players"`
	Stopped  bool          `json:"stopped"`
	People   demo.People   `json:"people"`
	Days     demo.Days     `json:"days"`
}

func (c *demoCmd) noteFile() string { return filepath.Join(c.Data, "demo.json") }

func (c *demoCmd) keep(n demoNote) error {
	b, err := json.MarshalIndent(n, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(c.noteFile(), b, 0o600)
}

// clean removes the data file of a demo that was interrupted while it was
// filled: without its note it is not whole.
func (c *demoCmd) clean() error {
	if _, err := os.Stat(c.noteFile()); err == nil {
		return nil
	}
	location := config.Config{Data: c.Data}.Location()
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(location + suffix); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return nil
}

// prepare fills a new demo, or lets the clock of an old one run on.
func (c *demoCmd) prepare(ctx context.Context, app *App) (demoNote, error) {
	var n demoNote
	b, err := os.ReadFile(c.noteFile())
	switch {
	case errors.Is(err, os.ErrNotExist):
		return c.fill(ctx, app)
	case err != nil:
		return n, err
	}
	if err := json.Unmarshal(b, &n); err != nil {
		return n, fmt.Errorf("%s: %w", c.noteFile(), err)
	}
	s, exercise := app.Clock.Exercise()
	if !exercise || !n.Stopped {
		return n, nil
	}
	if err := app.Clock.Set(ctx, s.World, s.Speed, false); err != nil {
		return n, err
	}
	n.Stopped = false
	return n, c.keep(n)
}

func (c *demoCmd) fill(ctx context.Context, app *App) (n demoNote, err error) {
	people, err := demo.Organisation(ctx, app.Store, app.IDs, demo.Start())
	if err != nil {
		return n, err
	}
	if n.Password, err = newPassword(); err != nil {
		return n, err
	}
	n.Players = people.Players
	by := auth.System(demo.Start(), app.Clock.Wall())
	for _, p := range people.Players {
		_, err := app.Auth.OpenAccount(ctx, by, auth.OpenInput{
			Login: p.Login, Password: n.Password, Name: p.Name, Person: p.Person, UnitPath: p.UnitPath,
		})
		if err != nil {
			return n, fmt.Errorf("account %s: %w", p.Login, err)
		}
	}
	services := c.services(app)
	if err := demo.Story(ctx, services, people, app.Clock.Wall()); err != nil {
		return n, err
	}
	if n.Days, err = demo.Ground(ctx, services, people, app.Clock.Wall()); err != nil {
		return n, err
	}
	n.People = people
	if err := demo.Residents(ctx, app.Store, app.People, people, app.Clock.Wall(), c.wards()...); err != nil {
		return n, err
	}
	if err := app.Clock.Set(ctx, demo.Start(), 1, false); err != nil {
		return n, err
	}
	return n, c.keep(n)
}

// pause stops the clock of the exercise with the server, so that the world
// stands while nobody serves it. A clock that somebody paused stays so.
func (c *demoCmd) pause(app *App) error {
	s, exercise := app.Clock.Exercise()
	if !exercise || s.Paused {
		return nil
	}
	ctx := context.Background() // the one of serve has ended
	if err := app.Clock.Hold(ctx); err != nil {
		return err
	}
	b, err := os.ReadFile(c.noteFile())
	if err != nil {
		return err
	}
	var n demoNote
	if err := json.Unmarshal(b, &n); err != nil {
		return err
	}
	n.Stopped = true
	return c.keep(n)
}

// newPassword is easy to read aloud: four digits after the name of the place.
// The demo listens on this machine only unless told otherwise.
func newPassword() (string, error) {
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	return fmt.Sprintf("longbien-%06d", n), err
}

// print says where to go, as whom, and what to try first.
func (n demoNote) print(out io.Writer, at net.Addr) {
	lang := language()
	fmt.Fprintln(out, i18n.T(lang, "demo.ready", "Address", "http://"+at.String(), "Time", i18n.NewFormat(lang, instant.Vietnam()).Full(demo.Start())))
	fmt.Fprintln(out, i18n.T(lang, "demo.password", "Password", n.Password))
	table := tabwriter.NewWriter(out, 0, 0, 3, ' ', 0)
	for _, p := range n.Players {
		fmt.Fprintf(table, "  %s\t%s\t%s\n", p.Login, p.Name, p.Title)
	}
	_ = table.Flush() // out is a terminal or a log
	fmt.Fprintln(out, i18n.T(lang, "demo.first"))
}
