package gate

import (
	"context"
	"errors"
	"log/slog"
)

// Level is how loudly an error that is no fault goes to the log: a defect as an
// error; a client who left before the answer, or a server that stops, is none.
func Level(err error) slog.Level {
	if errors.Is(err, context.Canceled) {
		return slog.LevelDebug
	}
	return slog.LevelError
}
