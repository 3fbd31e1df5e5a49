package gate

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// Server serves a handler until its context ends, and then lets running
// requests finish.
type Server struct {
	Handler http.Handler
	Log     *slog.Logger
	Cert    string // file of the TLS certificate, "" for plain HTTP
	Key     string // and of its key
}

const (
	grace    = 2 * time.Second  // for requests; then streams of events are ended
	lastWord = 10 * time.Second // for what still runs after that
)

// Serve answers on a listener until ctx ends.
func (s Server) Serve(ctx context.Context, l net.Listener) error {
	streams, end := context.WithCancel(context.WithoutCancel(ctx))
	defer end()
	server := &http.Server{
		Handler:           s.Handler,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       5 * time.Minute, // a scan over a slow line
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(s.Log.Handler(), slog.LevelDebug),
		BaseContext:       func(net.Listener) context.Context { return streams },
	}
	failed := make(chan error, 1)
	go func() {
		if s.Cert != "" {
			failed <- server.ServeTLS(l, s.Cert, s.Key)
		} else {
			failed <- server.Serve(l)
		}
	}()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	return s.stop(server, end)
}

func (s Server) stop(server *http.Server, endStreams func()) error {
	first, cancel := context.WithTimeout(context.Background(), grace)
	defer cancel()
	err := server.Shutdown(first)
	if errors.Is(err, context.DeadlineExceeded) {
		endStreams()
		second, cancel := context.WithTimeout(context.Background(), lastWord)
		defer cancel()
		err = server.Shutdown(second)
	}
	if err != nil {
		s.Log.Warn("requests were cut off by the stop", "err", err)
		return server.Close()
	}
	return nil
}
