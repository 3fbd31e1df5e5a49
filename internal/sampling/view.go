package sampling

import (
	"context"

	"phaodai/internal/audit"
	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/instant"
	"phaodai/internal/org"
)

// SessionFilter chooses sessions.
type SessionFilter struct {
	Campaign string
	Path     string // of a subtree
	From, To instant.Micros
	Limit    int // 0 is 100, at most 500
}

// SessionsIn are the sessions of a subtree, the earliest first.
func SessionsIn(tx *db.Tx, f SessionFilter) (out []Session, err error) {
	limit := f.Limit
	if limit <= 0 {
		limit = 100
	}
	to := f.To
	if to == 0 {
		to = instant.Forever
	}
	path := Scope{Path: f.Path}.path()
	err = tx.Select(&out, "SELECT "+sessionColumns+` FROM sampling_session WHERE unit_path >= $1 AND unit_path < $2 AND ($3 = '' OR campaign = $3)
		AND ends > $4 AND starts < $5 ORDER BY starts, id LIMIT $6`, path, org.Beyond(path), f.Campaign, int64(f.From), int64(to), min(limit, 500))
	return out, err
}

// Sessions are those that the actor may see.
func (s *Service) Sessions(ctx context.Context, by auth.Actor, f SessionFilter) (out []Session, err error) {
	if err := by.Require(auth.CampaignRead, Scope{Path: f.Path}.path(), auth.Internal); err != nil {
		return nil, err
	}
	err = s.store.Read(ctx, func(tx *db.Tx) error {
		out, err = SessionsIn(tx, f)
		return err
	})
	return out, err
}

// AnsweredIn says of everybody who was at a session, or was called there, what it
// came to: Sampled or an outcome.
func AnsweredIn(tx *db.Tx, session string) (map[string]string, error) {
	var rows []struct {
		Resident string `db:"resident"`
		What     string `db:"what"`
	}
	err := tx.Select(&rows, `SELECT resident, outcome AS what FROM sampling_call WHERE session = $1 AND withdrawn = 0
		UNION ALL SELECT resident, '`+Sampled+`' AS what FROM sample WHERE session = $2 AND state <> 'withdrawn'`, session, session)
	out := make(map[string]string, len(rows))
	for _, r := range rows {
		if out[r.Resident] != Sampled {
			out[r.Resident] = r.What
		}
	}
	return out, err
}

// Sampled is the answer of who gave a sample.
const Sampled = "sample"

// SessionView is a session with how far it is.
type SessionView struct {
	Session  Session   `json:"session"`
	Balance  Balance   `json:"balance"`
	Tubes    []Tube    `json:"tubes"`
	Problems []Problem `json:"problems"`
}

// SessionView is the page of a session.
func (s *Service) SessionView(ctx context.Context, by auth.Actor, id string) (v SessionView, err error) {
	err = s.store.Read(ctx, func(tx *db.Tx) error {
		if v.Session, err = SessionIn(tx, id); err != nil {
			return err
		}
		if err := by.Require(auth.CampaignRead, v.Session.UnitPath, auth.Internal); err != nil {
			return err
		}
		if v.Balance, err = BalanceIn(tx, Scope{Session: id}); err != nil {
			return err
		}
		if err := tx.Select(&v.Tubes, "SELECT "+tubeColumns+" FROM tube WHERE session = $1 ORDER BY first_at, code", id); err != nil {
			return err
		}
		return tx.Select(&v.Problems, "SELECT "+problemColumns+" FROM sampling_problem WHERE session = $1 AND state = 'open' ORDER BY at, id", id)
	})
	return v, err
}

// Newcomer is somebody at a table whom the registry does not know, as who keeps
// the registry sees him.
type Newcomer struct {
	ID       string         `json:"id"`
	Session  string         `json:"session"`
	UnitPath string         `json:"unit_path"`
	Name     string         `json:"name"`
	Birth    string         `json:"birth"`
	Sex      string         `json:"sex"`
	Number   string         `json:"number"`
	Phone    string         `json:"phone"`
	Place    string         `json:"place"`
	At       instant.Micros `json:"at"`
	Taker    string         `json:"taker"`
}

// Newcomers are those of a subtree who wait to be entered into the registry,
// with all that was said of them: reading it stands in the audit. Foreigners are
// for the police alone.
func (s *Service) Newcomers(ctx context.Context, by auth.Actor, path string) (out []Newcomer, err error) {
	if err := by.Require(auth.PeopleKeep, path, auth.Personal); err != nil {
		return nil, err
	}
	err = s.store.Write(ctx, func(tx *db.Tx) error {
		return audit.Record(tx, by, audit.Entry{Action: "newcomer.listed", Kind: "newcomer", Unit: path})
	})
	if err != nil {
		return nil, err
	}
	var rows []newcomer
	err = s.store.Read(ctx, func(tx *db.Tx) error {
		rows = nil
		return tx.Select(&rows, "SELECT "+newcomerColumns+" FROM sampling_newcomer WHERE unit_path >= $1 AND unit_path < $2 AND resident = '' AND nationality = '' AND papers = '' ORDER BY at, id LIMIT 500", path, org.Beyond(path))
	})
	for _, n := range rows {
		x, err := s.openedNewcomer(n)
		if err != nil {
			return nil, err
		}
		out = append(out, x)
	}
	return out, err
}

// CountNewcomers says how many wait to be entered by the actor.
func (s *Service) CountNewcomers(ctx context.Context, by auth.Actor) (all int, err error) {
	err = s.store.Read(ctx, func(tx *db.Tx) error {
		all = 0
		for _, path := range by.Paths(auth.PeopleKeep, auth.Personal) {
			var n int
			if err := tx.Get(&n, "SELECT COUNT(*) FROM sampling_newcomer WHERE unit_path >= $1 AND unit_path < $2 AND resident = '' AND nationality = '' AND papers = ''", path, org.Beyond(path)); err != nil {
				return err
			}
			all += n
		}
		return nil
	})
	return all, err
}

// TubeView is a tube with its samples and what happened with it.
type TubeView struct {
	Tube    Tube        `json:"tube"`
	Place   string      `json:"place"` // of its session
	Ward    string      `json:"ward"`
	Samples []Sample    `json:"samples"`
	Events  []TubeEvent `json:"events"`
}

// TubeView is the page of a tube, for who samples there: it says what was found
// in whom. The laboratory that has the tube sees its way and its samples, and
// not whose they are.
func (s *Service) TubeView(ctx context.Context, by auth.Actor, code string) (v TubeView, err error) {
	err = s.store.Read(ctx, func(tx *db.Tx) error {
		if v.Tube, err = TubeIn(tx, code); err != nil {
			return err
		}
		denied := by.Require(auth.SampleTake, v.Tube.UnitPath, auth.Personal)
		if denied != nil && !(v.Tube.Laboratory != "" && v.Tube.Laboratory == by.Office && by.Anywhere(auth.LabRead)) {
			return denied
		}
		if err := v.where(tx); err != nil {
			return err
		}
		if v.Samples, err = SamplesIn(tx, v.Tube.Code); err != nil {
			return err
		}
		if denied != nil {
			v.cover()
		}
		v.Events, err = EventsIn(tx, v.Tube.Code)
		return err
	})
	return v, err
}

// where names the session and the ward of a tube.
func (v *TubeView) where(tx *db.Tx) error {
	session, err := SessionIn(tx, v.Tube.Session)
	if err != nil {
		return err
	}
	u, err := org.UnitIn(tx, session.Unit)
	v.Place, v.Ward = session.Place, u.Name
	return err
}

// cover leaves out who gave the samples and what other tubes said of them.
func (v *TubeView) cover() {
	for i := range v.Samples {
		v.Samples[i].Resident, v.Samples[i].Result, v.Samples[i].ByPool = "", "", false
	}
}
