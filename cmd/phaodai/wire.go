package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"phaodai/internal/admin"
	"phaodai/internal/api"
	"phaodai/internal/audit"
	"phaodai/internal/auth"
	"phaodai/internal/campaign"
	"phaodai/internal/config"
	"phaodai/internal/db"
	"phaodai/internal/directive"
	"phaodai/internal/due"
	"phaodai/internal/extract"
	"phaodai/internal/fieldwork"
	"phaodai/internal/gate"
	"phaodai/internal/i18n"
	"phaodai/internal/id"
	"phaodai/internal/inbox"
	"phaodai/internal/instant"
	"phaodai/internal/job"
	"phaodai/internal/laboratory"
	"phaodai/internal/mail"
	"phaodai/internal/officialdoc"
	"phaodai/internal/org"
	"phaodai/internal/people"
	"phaodai/internal/population"
	"phaodai/internal/sampling"
	"phaodai/internal/task"
	"phaodai/internal/vault"
	"phaodai/internal/watch"
	"phaodai/internal/web"
	"phaodai/internal/web/directivepage"
	"phaodai/internal/worldclock"
	"phaodai/internal/zoning"
)

// Options are what an App is wired from. The end-to-end tests set what they
// need to steer; the binary sets the rest from its configuration.
type Options struct {
	Location string           // SQLite file or postgres:// URL
	Dir      string           // folder of the audit key and checkpoint
	Wall     func() time.Time // nil: time.Now
	Log      *slog.Logger     // nil: none
	Policy   auth.Policy      // zero: auth.DefaultPolicy
	Upload   int64            // largest file in bytes, 0: 50 MB
	URL      string           // address for links in letters
	Hotline  string           // foot of every page; "": that of the roster
	Secure   bool             // cookies over HTTPS only
	Mail     config.Mail      // an empty host sends none
	Assets   fs.FS            // nil: the bundle in the program
	Metrics  bool             // /metrics for this machine beside the pages
	Jobs     job.Setting      // zero: the defaults
	Rendered func(lang, name string)

	PersonKey string                  // file of the key of personal values; "": person.key in Dir
	Specimen  *directivepage.Specimen // document that a demo offers to try with
}

// App is the whole system, wired by hand: the end-to-end tests start it exactly
// as the binary does.
type App struct {
	Options

	Store   *db.DB
	Clock   *worldclock.Clock
	IDs     *id.Source
	Watch   *watch.Watch
	Jobs    *job.Runner
	Due     *due.Sweeper
	Key     *audit.Key
	Vault   *vault.Vault
	Sealer  *audit.Sealer
	Metrics *gate.Metrics

	Auth      *auth.Service
	Admin     *admin.Service
	Org       *org.Service
	Directive *directive.Service
	Task      *task.Service
	Zoning    *zoning.Service
	Inbox     *inbox.Service
	People    *people.Service
	Sampling  *sampling.Service
	Campaign  *campaign.Service
	Fieldwork *fieldwork.Service
	Lab       *laboratory.Service

	Population *population.Service

	Handler   http.Handler // everything: pages, API, health
	WebRoutes []web.Route
	APIRoutes []api.Route

	background []func(context.Context)
	stopping   context.Context // ended when Run ends
	stop       context.CancelFunc
}

func (o Options) complete() Options {
	if o.Wall == nil {
		o.Wall = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Policy == (auth.Policy{}) {
		o.Policy = auth.DefaultPolicy()
	}
	if o.Upload == 0 {
		o.Upload = directive.MaxUpload
	}
	return o
}

// Wire opens and migrates the store and puts everything together. Nothing runs
// yet; Close gives back what it took.
func Wire(ctx context.Context, o Options) (*App, error) {
	a := &App{Options: o.complete()}
	a.stopping, a.stop = context.WithCancel(context.Background())
	for _, step := range []func(context.Context) error{a.ground, a.capabilities, a.edges} {
		if err := step(ctx); err != nil {
			return nil, errors.Join(err, a.Close())
		}
	}
	return a, nil
}

// ground wires the platform.
func (a *App) ground(ctx context.Context) (err error) {
	if err := os.MkdirAll(a.Dir, 0o700); err != nil {
		return fmt.Errorf("data folder: %w", err)
	}
	if a.Store, err = db.Open(ctx, a.Location); err != nil {
		return err
	}
	if err = a.Store.Migrate(ctx); err != nil {
		return err
	}
	if a.Clock, err = worldclock.Open(ctx, a.Store, a.Wall); err != nil {
		return err
	}
	if a.Watch, err = watch.Start(ctx, a.Store, a.Log); err != nil {
		return err
	}
	if a.Key, err = audit.OpenKey(a.Dir); err != nil {
		return err
	}
	if a.Vault, err = vault.Open(ctx, a.Store, a.personKey(), a.Clock.Wall()); err != nil {
		return err
	}
	if err := a.Vault.Ready(); err != nil {
		a.Log.Error("personal data cannot be opened", "err", err)
	}
	a.IDs = id.NewSource(a.Wall, rand.Reader)
	a.Metrics = gate.NewMetrics(version)
	a.Due = due.NewSweeper(a.Store, a.Clock.Now, a.Log)
	a.Jobs = job.NewRunner(a.Store, a.Clock, a.Log, a.Options.Jobs)
	a.Sealer = audit.NewSealer(a.Store, a.Key, a.Wall, audit.KeepCheckpoint(a.Dir), a.Log)
	a.Watch.Each(a.reloadClock)
	a.run(a.Watch.Run, a.Jobs.Run, a.Sealer.Run, a.forgetSessions,
		func(ctx context.Context) { a.Due.Run(ctx, 500*time.Millisecond) })
	return nil
}

// run names what Run starts.
func (a *App) run(background ...func(context.Context)) {
	a.background = append(a.background, background...)
}

// reloadClock follows a clock that another process set.
func (a *App) reloadClock(c db.Logged) {
	if c.Kind != "clock" {
		return
	}
	if err := a.Clock.Reload(a.stopping); err != nil && a.stopping.Err() == nil {
		a.Log.Error("reading the world clock failed", "err", err)
	}
}

// forgetSessions removes sessions that ended long ago, once an hour.
func (a *App) forgetSessions(ctx context.Context) {
	for {
		if err := a.Auth.Forget(ctx, a.Clock.Wall().Add(-30*24*time.Hour)); err != nil && ctx.Err() == nil {
			a.Log.Error("removing old sessions failed", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(time.Hour):
		}
	}
}

// capabilities wires the services, each with what stands left of it.
func (a *App) capabilities(ctx context.Context) error {
	a.Auth = auth.New(auth.Parts{
		Store: a.Store, IDs: a.IDs, Clock: a.Clock, Random: rand.Reader, Policy: a.Policy,
		People: a.people, Record: record,
	})
	a.Admin = admin.New(a.Store, a.Clock, a.Key, func() (string, error) { return audit.KeptCheckpoint(a.Dir) }, version)
	a.Org = org.New(a.Store, a.IDs)
	a.Directive = directive.New(a.Store, a.IDs, directive.Tools{
		Reader: officialdoc.New(), Extract: extract.New(extract.Limit{}), Enqueue: enqueueReading,
	})
	a.Jobs.Handle(directive.ReadJob, a.readDocument)
	a.Task = task.New(a.Store, a.IDs)
	a.Task.Handle(a.Due, a.Clock.Wall)
	a.Inbox = inbox.New(a.Store)
	a.letters()
	if err := a.zones(ctx); err != nil {
		return err
	}
	if err := a.residents(ctx); err != nil {
		return err
	}
	return a.follow(ctx)
}

// zones wires zoning: what is issued decides, the board is filled and follows
// the change log, switches announce themselves.
func (a *App) zones(ctx context.Context) error {
	a.Zoning = zoning.New(a.Store, a.IDs, a.Directive)
	a.Zoning.Handle(a.Due, a.Clock.Wall)
	a.Watch.Each(func(c db.Logged) {
		if c.Kind != "zone" {
			return
		}
		if err := a.Zoning.Board().Refresh(a.stopping); err != nil && a.stopping.Err() == nil {
			a.Log.Error("reading what holds failed", "err", err)
		}
	})
	return a.Zoning.Board().Refresh(ctx)
}

// personKey is the file of the key of personal values.
func (a *App) personKey() string {
	if a.PersonKey != "" {
		return a.PersonKey
	}
	return filepath.Join(a.Dir, "person.key")
}

// residents wires the registry of residents, the job that takes in lists, and
// the population engine.
func (a *App) residents(ctx context.Context) (err error) {
	a.Sampling = sampling.New(a.Store, a.IDs, a.Vault)
	a.Lab = laboratory.New(a.Store, a.IDs, a.Sampling, a.Task)
	a.Lab.Handle(a.Due)
	a.People = people.New(a.Store, a.IDs, a.Vault, people.Tools{
		Links: sampling.Links(),
		Enqueue: func(tx *db.Tx, wall instant.Micros, p people.TakePayload) error {
			return job.Enqueue(tx, wall, job.Spec{Kind: people.TakeJob, Key: people.TakeJob + "/" + p.List, Payload: p})
		},
	})
	a.run(a.forgetResidents)
	a.Jobs.Handle(people.TakeJob, func(ctx context.Context, j job.Job, progress job.Progress) error {
		var p people.TakePayload
		if err := j.Decode(&p); err != nil {
			return err
		}
		return a.People.RunList(ctx, auth.System(a.Clock.Now(), a.Clock.Wall()), p, progress)
	})
	if a.Population, err = population.OpenKept(ctx, a.Store, a.Zoning.Board(), a.People, a.Log, filepath.Join(a.Dir, "population.snapshot")); err != nil {
		return err
	}
	a.run(a.followPopulation, a.keepPopulation)
	a.Campaign = campaign.New(a.Store, a.IDs, a.Population, a.Sampling)
	a.Fieldwork = fieldwork.New(fieldwork.Parts{Store: a.Store, IDs: a.IDs, Vault: a.Vault, People: a.People, Sampling: a.Sampling, Invited: invited, Read: a.Lab.ReadIn})
	return nil
}

// invited tells phones who is called to a session of a campaign, and when.
func invited(tx *db.Tx, session string) (map[string]fieldwork.Guest, error) {
	list, err := campaign.InvitationsIn(tx, session)
	out := make(map[string]fieldwork.Guest, len(list))
	for _, i := range list {
		out[i.Resident] = fieldwork.Guest{Number: i.Position, Slot: i.Slot}
	}
	return out, err
}

// followPopulation keeps the engine near the end of the log; who asks brings it
// to the end.
func (a *App) followPopulation(ctx context.Context) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if err := a.Population.Follow(ctx); err != nil && ctx.Err() == nil {
			a.Log.Error("following the registry of residents failed", "err", err)
		}
	}
}

// keepPopulation writes the engine to disk once an hour and at the stop, so that
// a start need not read everybody.
func (a *App) keepPopulation(ctx context.Context) {
	tick := time.NewTicker(time.Hour)
	defer tick.Stop()
	for {
		last := false
		select {
		case <-ctx.Done():
			last = true
		case <-tick.C:
		}
		if err := a.Population.Keep(context.WithoutCancel(ctx)); err != nil {
			a.Log.Error("keeping the registry of residents failed", "err", err)
		}
		if last {
			return
		}
	}
}

// forgetResidents does what the rules of retention ask, once an hour.
func (a *App) forgetResidents(ctx context.Context) {
	for {
		if _, err := a.People.Forget(ctx, auth.System(a.Clock.Now(), a.Clock.Wall())); err != nil && ctx.Err() == nil {
			a.Log.Error("removing residents whose time is over failed", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(time.Hour):
		}
	}
}

// follow lets capabilities on the left see what those on the right did:
// documents that their work was given out, tasks that it was done.
func (a *App) follow(ctx context.Context) error {
	for name, handle := range map[string]func(context.Context, db.Logged, instant.Micros) error{
		"directive": a.Directive.Follow, "evidence": a.Task.FollowEvidence,
	} {
		f, err := watch.NewFollower(ctx, a.Store, name, func(ctx context.Context, c db.Logged) error {
			return handle(ctx, c, a.Clock.Wall())
		}, a.Log)
		if err != nil {
			return err
		}
		a.run(f.Run)
	}
	return nil
}

// letters sends queued letters where a server for them is configured.
func (a *App) letters() {
	if a.Mail.Host == "" {
		return
	}
	security := map[string]string{"starttls": mail.TLSMandatory, "tls": mail.TLSDirect, "none": mail.TLSNone}
	worker := mail.NewWorker(a.Store, mail.Config{
		Host: a.Mail.Host, Port: a.Mail.Port, TLS: security[a.Mail.Security], User: a.Mail.User,
		Password: a.Mail.Password, From: a.Mail.From, FromName: "Pháo Đài", Site: a.URL,
	}, i18n.T, a.Wall, a.Log)
	a.run(func(ctx context.Context) { worker.Run(ctx, 2*time.Second) })
}

// people is what sign-in asks the organisation.
func (a *App) people(ctx context.Context, person string, at instant.Micros) (string, []auth.Acting, error) {
	var name string
	var out []auth.Acting
	err := a.Store.Read(ctx, func(tx *db.Tx) error {
		p, err := org.PersonIn(tx, person)
		if err != nil {
			return err
		}
		name = p.Name
		posts, err := org.ActingIn(tx, person, at)
		for _, q := range posts {
			out = append(out, auth.Acting{
				Post: q.Post.ID, Title: q.Title, Office: q.Office.ID, UnitPath: q.Office.UnitPath, Grants: q.Grants,
			})
		}
		return err
	})
	return name, out, err
}

// record is how auth writes into the audit, which it may not import.
func record(tx *db.Tx, by auth.Actor, action, kind, subject, unitPath string, fields ...string) error {
	return audit.Record(tx, by, audit.Entry{Action: action, Kind: kind, Subject: subject, Unit: unitPath, Fields: fields})
}

func enqueueReading(tx *db.Tx, wall instant.Micros, p directive.ReadPayload) error {
	return job.Enqueue(tx, wall, job.Spec{Kind: directive.ReadJob, Key: directive.ReadJob + "/" + p.Document, Payload: p})
}

func (a *App) readDocument(ctx context.Context, j job.Job, progress job.Progress) error {
	var p directive.ReadPayload
	if err := j.Decode(&p); err != nil {
		return err
	}
	by := auth.System(a.Clock.Now(), a.Clock.Wall())
	return a.Directive.Read(ctx, by, p.Document, func(done, all int) { progress(int64(done), int64(all)) })
}

// Run does the background work until ctx ends.
func (a *App) Run(ctx context.Context) {
	var wg sync.WaitGroup
	for _, f := range a.background {
		wg.Go(func() { f(ctx) })
	}
	wg.Wait()
	// What the last requests wrote is sealed before the process ends.
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if _, err := a.Sealer.Seal(last); err != nil {
		a.Log.Error("sealing the audit at the stop failed", "err", err)
	}
}

// Close closes the store. Run must have ended.
func (a *App) Close() error {
	a.stop()
	if a.Store == nil {
		return nil
	}
	return a.Store.Close()
}
