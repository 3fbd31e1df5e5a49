package laboratory

import (
	"cmp"
	"context"
	"slices"
	"time"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/instant"
	"phaodai/internal/org"
	"phaodai/internal/sampling"
)

// Turnaround is how long results took, from the first sample in the tube until
// the result was first given out; a correction does not count.
type Turnaround struct {
	Tubes   int     `json:"tubes"` // with a result
	Median  float64 `json:"median_hours"`
	P90     float64 `json:"p90_hours"` // nine of ten tubes took no longer
	Clocked int     `json:"clocked"`   // tubes with a limit that have a result or are over it
	Within  int     `json:"within"`    // of those, with their result in time
	Over    int     `json:"over"`      // of those, without a result
}

// Turnaround counts the results of the actor's laboratory that went out since a
// moment, and what is over its limit now.
func (s *Service) Turnaround(ctx context.Context, by auth.Actor, since instant.Micros) (Turnaround, error) {
	if err := require(by, auth.LabRead); err != nil {
		return Turnaround{}, err
	}
	return s.turnaround(ctx, by.Now, "t.laboratory = $1", "t.resulted_at >= $2", by.Office, int64(since))
}

// TurnaroundIn counts the tubes of a campaign or of units, for who may see how
// far it is.
func (s *Service) TurnaroundIn(ctx context.Context, by auth.Actor, scope sampling.Scope) (Turnaround, error) {
	path := cmp.Or(scope.Path, "/")
	if err := by.Require(auth.CampaignRead, path, auth.Internal); err != nil {
		return Turnaround{}, err
	}
	return s.turnaround(ctx, by.Now, "t.unit_path >= $1 AND t.unit_path < $2 AND ($3 = '' OR t.campaign = $3)", "1 = 1", path, org.Beyond(path), scope.Campaign)
}

// turnaround counts the tubes for which where holds; of those with a result only
// such for which out holds too.
func (s *Service) turnaround(ctx context.Context, now instant.Micros, where, out string, args ...any) (Turnaround, error) {
	var rows []timed
	err := s.store.Read(ctx, func(tx *db.Tx) error {
		rows = nil
		return tx.Select(&rows, `SELECT t.first_at, t.due_at, CASE WHEN t.state = 'resulted' THEN COALESCE(MIN(r.decided_at), t.resulted_at) ELSE 0 END AS out_at
			FROM tube t LEFT JOIN lab_result r ON r.tube = t.code AND r.state = 'released'
			WHERE `+where+` AND (t.state = 'resulted' AND `+out+` OR t.state IN ('filling', 'closed', 'sent', 'received') AND t.members > 0 AND t.due_at > 0)
			GROUP BY t.code, t.first_at, t.due_at, t.state, t.resulted_at LIMIT 200000`, args...)
	})
	return summed(rows, now), err
}

// timed is a tube with its times.
type timed struct {
	FirstAt instant.Micros `db:"first_at"`
	DueAt   instant.Micros `db:"due_at"`
	OutAt   instant.Micros `db:"out_at"` // 0 not yet
}

func summed(rows []timed, now instant.Micros) (t Turnaround) {
	var took []time.Duration
	for _, r := range rows {
		switch {
		case r.OutAt > 0:
			took = append(took, r.OutAt.Sub(r.FirstAt))
		case r.DueAt > now:
			continue // still in time
		default:
			t.Over++
		}
		if r.DueAt > 0 {
			t.Clocked++
		}
		if r.OutAt > 0 && r.OutAt <= r.DueAt {
			t.Within++
		}
	}
	slices.Sort(took)
	t.Tubes, t.Median, t.P90 = len(took), hoursAt(took, 50), hoursAt(took, 90)
	return t
}

// hoursAt is the smallest time that so many of a hundred did not exceed (nearest
// rank), in hours.
func hoursAt(sorted []time.Duration, percent int) float64 {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[(len(sorted)*percent+99)/100-1].Hours()
}
