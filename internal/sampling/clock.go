package sampling

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"phaodai/internal/db"
	"phaodai/internal/due"
	"phaodai/internal/instant"
)

// ClockKind is the due work of tubes whose time runs out. An item stands for all
// tubes of a few minutes, so that a busy day makes some hundred items and
// messages and not one for each tube; who does it looks which tubes those are.
const ClockKind = "tube_clock"

// The subjects of ClockKind.
const (
	ClockSoon = "soon"
	ClockOver = "over"
)

const (
	// Soon is how long before its hour a tube is near its limit.
	Soon = 2 * time.Hour
	// ClockGrain is how many minutes go together: a tube is told of at most so
	// much before it is near, or after it is over.
	ClockGrain = 5 * time.Minute
	// margin keeps new work out of an item that is being done.
	margin = time.Minute
)

// scheduleClocks sees to it that somebody is told of tubes that are due at these
// moments. A tube that came in late is told of with the next ones.
func scheduleClocks(tx *db.Tx, now instant.Micros, dues ...instant.Micros) error {
	var items []due.Item
	for _, at := range dues {
		if at != 0 {
			items = append(items, clockItem(ClockSoon, now, at.Add(-Soon)), clockItem(ClockOver, now, at.Add(ClockGrain-1)))
		}
	}
	// In one order for everybody: batches that come at once wait for each other
	// and do not block each other.
	slices.SortFunc(items, func(a, b due.Item) int { return cmp.Or(cmp.Compare(a.Subject, b.Subject), cmp.Compare(a.At, b.At)) })
	return due.Schedule(tx, slices.Compact(items)...)
}

// clockItem is the item of the minutes in which a moment lies, or of the next
// ones when those are over.
func clockItem(subject string, now, at instant.Micros) due.Item {
	grain := instant.Micros(ClockGrain / time.Microsecond)
	slot := at / grain * grain
	if first := now.Add(margin); slot < first {
		slot = (first + grain - 1) / grain * grain
	}
	return due.Item{Kind: ClockKind, Subject: subject, Step: strconv.FormatInt(int64(slot), 10), At: slot}
}
