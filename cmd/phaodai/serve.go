package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"phaodai/internal/auth"
	"phaodai/internal/config"
	"phaodai/internal/gate"
)

// configured is what every subcommand takes that works on a store.
type configured struct {
	Config   string `short:"c" help:"Configuration file (TOML). PHAODAI_* variables win over it." env:"PHAODAI_CONFIG" type:"path"`
	Data     string `help:"Data folder, instead of the configured one." type:"path"`
	Database string `help:"postgres:// URL, instead of the configured database."`
}

func (c configured) load() (config.Config, error) {
	conf, err := config.Load(c.Config, os.Environ())
	if c.Data != "" {
		conf.Data = c.Data
	}
	if c.Database != "" {
		conf.Database = c.Database
	}
	return conf, err
}

// serveCmd is real use: it serves until it is told to stop.
type serveCmd struct {
	configured
	Address string `help:"Where to listen, instead of the configured address."`
}

// Run serves.
func (c *serveCmd) Run() error {
	conf, err := c.load()
	if err != nil {
		return explain(err)
	}
	if c.Address != "" {
		conf.Address = c.Address
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return explain(serve(ctx, conf, os.Stderr, nil))
}

// serve wires and runs a server until ctx ends. ready, when not nil, is told
// the address once it answers.
func serve(ctx context.Context, conf config.Config, logTo io.Writer, ready func(*App, net.Addr)) error {
	log := newLog(conf.Log, logTo)
	app, err := Wire(ctx, optionsOf(conf, log))
	if err != nil {
		return err
	}
	err = app.Serve(ctx, conf, ready)
	if closeErr := app.Close(); err == nil {
		err = closeErr
	}
	log.Info("stopped")
	return err
}

func optionsOf(conf config.Config, log *slog.Logger) Options {
	policy := auth.DefaultPolicy()
	policy.Idle = time.Duration(conf.Session.Idle)
	policy.Absolute = time.Duration(conf.Session.Absolute)
	policy.LockAfter = time.Duration(conf.Session.LockAfter)
	return Options{
		Location: conf.Location(), Dir: conf.Data, Log: log, Policy: policy,
		Upload: conf.Upload.LimitMB << 20, URL: conf.URL, Hotline: conf.Hotline, PersonKey: conf.PersonKey,
		Secure: conf.TLS.Key != "", Mail: conf.Mail, Metrics: conf.Metrics.Address == "",
	}
}

func newLog(c config.Log, to io.Writer) *slog.Logger {
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.Level)); err != nil {
		level = slog.LevelInfo // checked by config
	}
	o := &slog.HandlerOptions{Level: level}
	if c.Format == "json" {
		return slog.New(slog.NewJSONHandler(to, o))
	}
	return slog.New(slog.NewTextHandler(to, o))
}

// Serve answers and does the background work until ctx ends: first the
// requests stop, then the work behind them, so that nothing acknowledged waits.
func (a *App) Serve(ctx context.Context, conf config.Config, ready func(*App, net.Addr)) error {
	listener, err := net.Listen("tcp", conf.Address)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	work, endWork := context.WithCancel(context.WithoutCancel(ctx))
	var background sync.WaitGroup
	background.Go(func() { a.Run(work) })
	defer background.Wait()
	defer endWork()
	context.AfterFunc(ctx, a.stop) // /readyz says no from now on
	a.Log.Info("serving", "address", listener.Addr().String(), "settings", conf.String(), "version", version)
	if conf.Metrics.Address != "" {
		if err := a.serveMetrics(ctx, conf.Metrics.Address, &background); err != nil {
			return err
		}
	}
	if ready != nil {
		ready(a, listener.Addr())
	}
	return gate.Server{Handler: a.Handler, Log: a.Log, Cert: conf.TLS.Certificate, Key: conf.TLS.Key}.Serve(ctx, listener)
}

func (a *App) serveMetrics(ctx context.Context, address string, background *sync.WaitGroup) error {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return fmt.Errorf("listen for metrics: %w", err)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", a.Metrics.Handler())
	background.Go(func() {
		if err := (gate.Server{Handler: mux, Log: a.Log}).Serve(ctx, listener); err != nil {
			a.Log.Error("serving metrics failed", "err", err)
		}
	})
	return nil
}
