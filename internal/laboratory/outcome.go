package laboratory

import (
	"context"
	"strings"
	"time"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fhir"
	"phaodai/internal/instant"
	"phaodai/internal/org"
	"phaodai/internal/sampling"
)

// Outcome is a tube whose result is out, with what follows from it.
type Outcome struct {
	Code       string          `db:"code" json:"code"`
	Members    int             `db:"members" json:"members"`
	Method     sampling.Method `db:"method" json:"method"`
	Result     sampling.Result `db:"result" json:"result"`
	Correction string          `db:"correction" json:"correction,omitempty"` // why it took the place of another
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
	return s.outcomes(ctx, by, since, 200)
}

func (s *Service) outcomes(ctx context.Context, by auth.Actor, since instant.Micros, most int) (out []Outcome, err error) {
	err = s.store.Read(ctx, func(tx *db.Tx) error {
		out = []Outcome{}
		return tx.Select(&out, `SELECT t.code, t.members, t.method, t.result,
			COALESCE((SELECT reason FROM lab_result r WHERE r.tube = t.code AND r.state = 'released' AND r.corrects = 1 ORDER BY decided_at DESC LIMIT 1), '') AS correction, t.first_at, t.due_at, t.resulted_at, u.name AS ward, s.place,
			(SELECT COUNT(*) FROM resample r WHERE r.tube = t.code AND r.state <> 'dropped') AS asked,
			(SELECT COUNT(*) FROM resample r WHERE r.tube = t.code AND r.state IN ('taken', 'done')) AS given
			FROM tube t JOIN sampling_session s ON s.id = t.session JOIN unit u ON u.id = s.unit
			WHERE t.laboratory = $1 AND t.state = 'resulted' AND t.resulted_at >= $2
			ORDER BY CASE WHEN t.result = 'negative' THEN 1 ELSE 0 END, t.resulted_at DESC, t.code LIMIT $3`, by.Office, int64(since), most)
	})
	return out, err
}

// Observations are the same results in FHIR R4, for other systems.
func (s *Service) Observations(ctx context.Context, by auth.Actor, since instant.Micros) (b fhir.Bundle, err error) {
	if err := require(by, auth.LabRead); err != nil {
		return b, err
	}
	out, err := s.outcomes(ctx, by, since, MaxRows)
	if err != nil {
		return b, err
	}
	var o org.Office
	err = s.store.Read(ctx, func(tx *db.Tx) error {
		o, err = org.OfficeIn(tx, by.Office)
		return err
	})
	if err != nil {
		return b, err
	}
	var findings []fhir.Finding
	for _, x := range out {
		findings = append(findings, fhir.Finding{
			Tube: x.Code, Result: fhir.Result(x.Result), Corrected: x.Correction != "", Note: x.Correction, Antigen: x.Method == sampling.Rapid,
			Issued: x.ResultedAt.Time().Format(time.RFC3339), Performer: o.Name,
		})
	}
	return fhir.Write(findings)
}

// Mine are the entries that the actor made and that wait, the newest first.
func (s *Service) Mine(ctx context.Context, by auth.Actor) (out []Entry, err error) {
	if err := require(by, auth.LabEnter); err != nil {
		return nil, err
	}
	err = s.store.Read(ctx, func(tx *db.Tx) error {
		out = []Entry{}
		return tx.Select(&out, "SELECT "+entryColumns+` FROM lab_result WHERE laboratory = $1 AND entered_by = $2
			AND state IN ('waiting', 'unmatched') ORDER BY entered_at DESC, id LIMIT 100`, by.Office, who(by))
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
