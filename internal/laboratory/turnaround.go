package laboratory

import (
	"context"
	"slices"
	"time"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/instant"
)

// Turnaround is how long a laboratory's results took, from the first sample in
// the tube until the result was first given out; a correction does not count.
type Turnaround struct {
	Tubes   int     `json:"tubes"`
	Median  float64 `json:"median_hours"`
	P90     float64 `json:"p90_hours"` // nine of ten tubes took no longer
	Clocked int     `json:"clocked"`   // tubes that had a limit
	Within  int     `json:"within"`    // of those, within it
}

// Turnaround counts the results that went out since a moment.
func (s *Service) Turnaround(ctx context.Context, by auth.Actor, since instant.Micros) (out Turnaround, err error) {
	if err := require(by, auth.LabRead); err != nil {
		return out, err
	}
	var rows []timed
	err = s.store.Read(ctx, func(tx *db.Tx) error {
		rows = nil
		return tx.Select(&rows, `SELECT t.first_at, t.due_at, MIN(r.decided_at) AS out_at FROM tube t JOIN lab_result r ON r.tube = t.code AND r.state = 'released'
			WHERE t.laboratory = $1 AND t.state = 'resulted' AND t.resulted_at >= $2 GROUP BY t.code, t.first_at, t.due_at LIMIT 100000`, by.Office, int64(since))
	})
	return turnaround(rows), err
}

// timed is a tube with its times.
type timed struct {
	FirstAt instant.Micros `db:"first_at"`
	DueAt   instant.Micros `db:"due_at"`
	OutAt   instant.Micros `db:"out_at"`
}

func turnaround(rows []timed) (out Turnaround) {
	took := make([]time.Duration, len(rows))
	for i, r := range rows {
		took[i] = r.OutAt.Sub(r.FirstAt)
		if r.DueAt > 0 {
			out.Clocked++
			if r.OutAt <= r.DueAt {
				out.Within++
			}
		}
	}
	slices.Sort(took)
	out.Tubes, out.Median, out.P90 = len(took), hoursAt(took, 50), hoursAt(took, 90)
	return out
}

// hoursAt is the smallest time that so many of a hundred did not exceed (nearest
// rank), in hours.
func hoursAt(sorted []time.Duration, percent int) float64 {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[(len(sorted)*percent+99)/100-1].Hours()
}
