package laboratory

import (
	"context"
	"strings"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/instant"
	"phaodai/internal/sampling"
)

// Outcome is a tube whose result is out, with what follows from it.
type Outcome struct {
	Code       string          `db:"code" json:"code"`
	Members    int             `db:"members" json:"members"`
	Result     sampling.Result `db:"result" json:"result"`
	FirstAt    instant.Micros  `db:"first_at" json:"first_at"`
	DueAt      instant.Micros  `db:"due_at" json:"due_at,omitempty"`
	ResultedAt instant.Micros  `db:"resulted_at" json:"resulted_at"`
	Ward       string          `db:"ward" json:"ward"`   // whose health station calls them
	Place      string          `db:"place" json:"place"` // of the session
	Asked      int             `db:"asked" json:"asked"` // single samples that the tube asks for
	Given      int             `db:"given" json:"given"` // of them
}

// Outcomes are the tubes of the actor's laboratory whose results went out since
// a moment: first those from which something follows, the newest first.
func (s *Service) Outcomes(ctx context.Context, by auth.Actor, since instant.Micros) (out []Outcome, err error) {
	if err := require(by, auth.LabRead); err != nil {
		return nil, err
	}
	err = s.store.Read(ctx, func(tx *db.Tx) error {
		out = []Outcome{}
		return tx.Select(&out, `SELECT t.code, t.members, t.result, t.first_at, t.due_at, t.resulted_at, u.name AS ward, s.place,
			(SELECT COUNT(*) FROM resample r WHERE r.tube = t.code AND r.state <> 'dropped') AS asked,
			(SELECT COUNT(*) FROM resample r WHERE r.tube = t.code AND r.state IN ('taken', 'done')) AS given
			FROM tube t JOIN sampling_session s ON s.id = t.session JOIN unit u ON u.id = s.unit
			WHERE t.laboratory = $1 AND t.state = 'resulted' AND t.resulted_at >= $2
			ORDER BY CASE WHEN t.result = 'negative' THEN 1 ELSE 0 END, t.resulted_at DESC, t.code LIMIT 200`, by.Office, int64(since))
	})
	return out, err
}

// Mine are the entries that the actor made and that wait, the newest first.
func (s *Service) Mine(ctx context.Context, by auth.Actor) (out []Entry, err error) {
	if err := require(by, auth.LabEnter); err != nil {
		return nil, err
	}
	err = s.store.Read(ctx, func(tx *db.Tx) error {
		out = []Entry{}
		return tx.Select(&out, "SELECT "+entryColumns+` FROM lab_result WHERE laboratory = $1 AND entered_by = $2
			AND state IN ('waiting', 'unmatched') ORDER BY entered_at DESC, id LIMIT 100`, by.Office, by.Account)
	})
	return out, err
}

// alike are letters that people and readers of codes take for one another.
var alike = strings.NewReplacer("O", "0", "Q", "0", "I", "1", "L", "1", "S", "5", "B", "8", "Z", "2", "-", "", ".", "", "/", "")

// Near are those of the codes that a given one may have been meant for.
func Near(given string, codes []string) (out []string) {
	for _, c := range codes {
		if alike.Replace(c) == alike.Replace(sampling.TubeCode(given)) {
			out = append(out, c)
		}
	}
	return out
}
