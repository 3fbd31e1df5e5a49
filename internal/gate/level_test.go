package gate_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"testing"

	"phaodai/internal/gate"
)

func TestAClientWhoLeftIsNoError(t *testing.T) {
	if got := gate.Level(fmt.Errorf("read: %w", context.Canceled)); got != slog.LevelDebug {
		t.Errorf("left: %v", got)
	}
	for _, err := range []error{errors.New("disk"), context.DeadlineExceeded} {
		if got := gate.Level(err); got != slog.LevelError {
			t.Errorf("%v: %v", err, got)
		}
	}
}
