package auth

import (
	"context"
	"errors"
	"net/netip"
	"strings"
	"time"

	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/instant"
)

// Bounds on guessing. A login is held for a while after five misses in a row,
// twice as long after each further one; an address after thirty, because an
// office shares one.
const (
	loginMisses   = 5
	addressMisses = 30
	holdFirst     = 30 * time.Second
	holdLongest   = 15 * time.Minute
	missForgotten = time.Hour
)

// hold is how long after its last miss a subject must wait.
func hold(misses, free int64) time.Duration {
	if misses < free {
		return 0
	}
	return min(holdFirst<<min(misses-free, 10), holdLongest)
}

// SignIn checks a password and opens a session. Its answer does not tell
// whether the login exists. Each miss is counted before the answer is given.
func (s *Service) SignIn(ctx context.Context, login, password string, from Place) (token string, out Session, err error) {
	login = strings.ToLower(strings.TrimSpace(login))
	if len(login) > 64 || len(password) > 1000 {
		return "", Session{}, wrong()
	}
	if err := s.mayTry(ctx, login, from); err != nil {
		return "", Session{}, err
	}
	var acc accountRow
	err = s.store.Read(ctx, func(tx *db.Tx) error { return byLogin(tx, login, &acc) })
	if err != nil && !errors.Is(err, db.ErrNoRow) {
		return "", Session{}, err
	}
	ok, err := s.hasher.matches(ctx, password, acc.Password)
	if err != nil {
		return "", Session{}, err
	}
	if !ok || acc.Disabled {
		return "", Session{}, errors.Join(s.missed(ctx, login, acc.ID, from), wrong())
	}
	return s.open(ctx, acc, login, from)
}

func wrong() error { return fault.New(fault.Unsigned, "auth.wrong") }

func byLogin(tx *db.Tx, login string, into *accountRow) error {
	return tx.Get(into, `SELECT id, login, person, name, role, unit_path, password, pin, disabled = 1 AS disabled,
		must_change = 1 AS must_change, made_at, changed_at, seen_at, version FROM account WHERE login = $1`, login)
}

func (s *Service) open(ctx context.Context, acc accountRow, login string, from Place) (string, Session, error) {
	token, hash, err := s.newToken()
	if err != nil {
		return "", Session{}, err
	}
	wall := int64(s.clock.Wall())
	row := sessionRow{
		ID: s.ids.New(), Token: hash, Account: acc.ID, Address: from.Address, Agent: from.agent(),
		MadeAt: wall, SeenAt: wall,
	}
	err = s.store.Write(ctx, func(tx *db.Tx) error {
		if err := tx.Insert("session", row); err != nil {
			return err
		}
		if _, err := tx.Exec("UPDATE account SET seen_at = $1 WHERE id = $2", wall, acc.ID); err != nil {
			return err
		}
		// A success clears the login's misses, not the address's: who owns one
		// account could otherwise guess others without end.
		if _, err := tx.Exec("DELETE FROM signin_miss WHERE subject = $1", "login/"+login); err != nil {
			return err
		}
		by := Actor{Account: acc.ID, Person: acc.Person, Now: s.clock.Now(), Wall: s.clock.Wall()}
		return s.record(tx, by, "auth.signed_in", "session", row.ID, acc.UnitPath)
	})
	if err != nil {
		return "", Session{}, err
	}
	out, err := s.Resume(ctx, token)
	return token, out, err
}

// mayTry refuses while the login or the address is held.
func (s *Service) mayTry(ctx context.Context, login string, from Place) error {
	type miss struct {
		Subject string `db:"subject"`
		Misses  int64  `db:"misses"`
		LastAt  int64  `db:"last_at"`
	}
	var misses []miss
	err := s.store.Read(ctx, func(tx *db.Tx) error {
		return tx.Select(&misses, "SELECT subject, misses, last_at FROM signin_miss WHERE subject IN ($1, $2)",
			"login/"+login, "address/"+network(from.Address))
	})
	if err != nil {
		return err
	}
	for _, m := range misses {
		free := int64(loginMisses)
		if strings.HasPrefix(m.Subject, "address/") {
			free = addressMisses
		}
		until := instant.Micros(m.LastAt).Add(hold(m.Misses, free))
		if wait := until.Sub(s.clock.Wall()); wait > 0 {
			return fault.New(fault.TooLarge, "auth.too_many", "Seconds", int64(wait/time.Second)+1)
		}
	}
	return nil
}

// missed counts a failure, forgets old ones, and records it in the audit when
// the account exists.
func (s *Service) missed(ctx context.Context, login, account string, from Place) error {
	wall := s.clock.Wall()
	old := int64(wall.Add(-missForgotten))
	return s.store.Write(ctx, func(tx *db.Tx) error {
		if _, err := tx.Exec("DELETE FROM signin_miss WHERE last_at < $1", old); err != nil {
			return err
		}
		for _, subject := range []string{"address/" + network(from.Address), "login/" + login} {
			_, err := tx.Exec(`INSERT INTO signin_miss (subject, misses, last_at) VALUES ($1, 1, $2)
				ON CONFLICT (subject) DO UPDATE SET misses = signin_miss.misses + 1, last_at = excluded.last_at`,
				subject, int64(wall))
			if err != nil {
				return err
			}
		}
		if account == "" {
			return nil
		}
		return s.record(tx, Actor{Now: s.clock.Now(), Wall: wall}, "auth.refused", "account", account, "")
	})
}

// network is what an address is counted as: itself, or the /64 of IPv6, which
// one subscriber owns as a whole.
func network(address string) string {
	a, err := netip.ParseAddr(address)
	if err != nil {
		return "unknown"
	}
	if a = a.Unmap(); a.Is6() {
		p, _ := a.WithZone("").Prefix(64)
		return p.String()
	}
	return a.String()
}

// SignOut ends a session.
func (s *Service) SignOut(ctx context.Context, token string) error {
	sess, err := s.Resume(ctx, token)
	if err != nil || sess.ID == "" {
		return err
	}
	by := sess.Actor
	by.Account = sess.Account.ID
	return s.store.Write(ctx, func(tx *db.Tx) error {
		if err := s.endSessions(tx, "id", sess.ID, ""); err != nil {
			return err
		}
		return s.record(tx, by, "auth.signed_out", "session", sess.ID, sess.Account.UnitPath)
	})
}

// endSessions ends the sessions whose column ("id", "account") has a value,
// except one.
func (s *Service) endSessions(tx *db.Tx, column, value, except string) error {
	_, err := tx.Exec("UPDATE session SET ended_at = $1 WHERE "+column+" = $2 AND ended_at = 0 AND id <> $3",
		int64(s.clock.Wall()), value, except)
	return err
}
