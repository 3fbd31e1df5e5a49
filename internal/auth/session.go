package auth

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"io"
	"strings"

	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/instant"
)

// Session is what a token opens: who is signed in, and as what he acts.
type Session struct {
	ID         string
	Account    Account
	Actor      Actor    // without rights while Locked; without rights but SignedIn while MustChange
	Acting     []Acting // the posts he may act as
	Locked     bool     // a PIN or the password unlocks it
	MustChange bool     // the password has to be changed before anything else
	MadeAt     instant.Micros
	SeenAt     instant.Micros
}

type sessionRow struct {
	ID      string `db:"id"`
	Token   string `db:"token"`
	Account string `db:"account"`
	Post    string `db:"post"`
	Address string `db:"address"`
	Agent   string `db:"agent"`
	MadeAt  int64  `db:"made_at"`
	SeenAt  int64  `db:"seen_at"`
	EndedAt int64  `db:"ended_at"`
	Locked  bool   `db:"locked"`
	PINMiss int64  `db:"pin_miss"`
}

const sessionColumns = `id, token, account, post, address, agent, made_at, seen_at, ended_at, locked = 1 AS locked, pin_miss`

// newToken returns a fresh token and the hash under which it is stored.
func (s *Service) newToken() (token, hash string, err error) {
	b := make([]byte, 32)
	if _, err := io.ReadFull(s.random, b); err != nil {
		return "", "", err
	}
	token = base64.RawURLEncoding.EncodeToString(b)
	return token, hashToken(token), nil
}

func hashToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// Resume returns the session of a token. A token that is unknown, ended or too
// old gives a Session whose Actor is nobody, and no error.
func (s *Service) Resume(ctx context.Context, token string) (Session, error) {
	return s.resume(ctx, token, true)
}

// Look is Resume without counting as a use: for what a page asks by itself, so
// that one left open does not keep its session awake.
func (s *Service) Look(ctx context.Context, token string) (Session, error) {
	return s.resume(ctx, token, false)
}

func (s *Service) resume(ctx context.Context, token string, use bool) (Session, error) {
	none := Session{Actor: Actor{Now: s.clock.Now(), Wall: s.clock.Wall()}}
	if token == "" || len(token) > 100 {
		return none, nil
	}
	var row sessionRow
	var acc Account
	err := s.store.Read(ctx, func(tx *db.Tx) (err error) {
		if row, err = sessionOf(tx, token); err == nil {
			acc, err = accountIn(tx, row.Account)
		}
		return err
	})
	if errors.Is(err, db.ErrNoRow) {
		return none, nil
	}
	if err != nil || !s.alive(row, acc) {
		return none, err
	}
	if row, err = s.touch(ctx, row, acc, use); err != nil {
		return none, err
	}
	return s.session(ctx, row, acc)
}

func sessionOf(tx *db.Tx, token string) (row sessionRow, err error) {
	err = tx.Get(&row, "SELECT "+sessionColumns+" FROM session WHERE token = $1 AND ended_at = 0", hashToken(token))
	return row, err
}

func (s *Service) alive(row sessionRow, acc Account) bool {
	wall := s.clock.Wall()
	return !acc.Disabled && row.EndedAt == 0 &&
		wall.Sub(instant.Micros(row.SeenAt)) < s.policy.Idle &&
		wall.Sub(instant.Micros(row.MadeAt)) < s.policy.Absolute
}

// touchEvery is how old the note of the last use may get, so that reading
// pages does not write each time.
const touchEvery = 60 * 1000000

// touch notes the use of a session, and locks one that lay unused.
func (s *Service) touch(ctx context.Context, row sessionRow, acc Account, use bool) (sessionRow, error) {
	wall := s.clock.Wall()
	idle := wall.Sub(instant.Micros(row.SeenAt))
	lock := acc.HasPIN && !row.Locked && s.policy.LockAfter > 0 && idle > s.policy.LockAfter
	if row.Locked || !lock && (!use || int64(wall)-row.SeenAt < touchEvery) {
		return row, nil
	}
	row.Locked = lock
	if !lock {
		row.SeenAt = int64(wall)
	}
	err := s.store.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec("UPDATE session SET seen_at = $1, locked = $2 WHERE id = $3 AND ended_at = 0",
			row.SeenAt, one(lock), row.ID)
		return err
	})
	return row, err
}

// session puts together who acts. Rights come from the post acted as and from
// the account's own role, never from the client.
func (s *Service) session(ctx context.Context, row sessionRow, acc Account) (Session, error) {
	now := s.clock.Now()
	out := Session{
		ID: row.ID, Account: acc, Locked: row.Locked, MustChange: acc.MustChange,
		MadeAt: instant.Micros(row.MadeAt), SeenAt: instant.Micros(row.SeenAt),
	}
	out.Actor = Actor{Now: now, Wall: s.clock.Wall()}
	name, posts, err := s.posts(ctx, acc, now)
	if err != nil {
		return out, err
	}
	out.Acting = posts
	if row.Locked {
		return out, nil
	}
	out.Actor.Account, out.Actor.Person, out.Actor.Name = acc.ID, acc.Person, name
	if len(posts) > 0 {
		out.Actor = out.Actor.as(choose(posts, row.Post))
	}
	if acc.MustChange {
		out.Actor.Grants = nil
	}
	return out, nil
}

// posts lists what the account may act as: the person's posts, then its own role.
func (s *Service) posts(ctx context.Context, acc Account, now instant.Micros) (name string, posts []Acting, err error) {
	name = acc.Name
	if acc.Person != "" && s.people != nil {
		n, list, err := s.people(ctx, acc.Person, now)
		if err != nil {
			return "", nil, err
		}
		posts = list
		if n != "" {
			name = n
		}
	}
	if acc.Role != "" {
		posts = append(posts, Acting{
			Title: name, UnitPath: acc.UnitPath,
			Grants: []Grant{{Role: acc.Role, Path: acc.UnitPath, Level: Restricted}},
		})
	}
	return name, posts, nil
}

func choose(posts []Acting, post string) Acting {
	for _, p := range posts {
		if p.Post == post {
			return p
		}
	}
	return posts[0]
}

func (a Actor) as(p Acting) Actor {
	a.Post, a.PostTitle, a.Office, a.UnitPath, a.Grants = p.Post, p.Title, p.Office, p.UnitPath, p.Grants
	return a
}

// ActAs chooses the post that a session acts as.
func (s *Service) ActAs(ctx context.Context, token, post string) error {
	sess, err := s.Resume(ctx, token)
	if err != nil {
		return err
	}
	if !sess.Actor.SignedIn() {
		return fault.New(fault.Unsigned, "auth.unsigned")
	}
	if len(sess.Acting) == 0 || choose(sess.Acting, post).Post != post {
		return fault.New(fault.NotFound, "auth.post_not_yours")
	}
	return s.store.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec("UPDATE session SET post = $1 WHERE id = $2", post, sess.ID)
		if err != nil {
			return err
		}
		return s.record(tx, sess.Actor.as(choose(sess.Acting, post)), "auth.acted_as", "session", sess.ID, sess.Actor.UnitPath, "post")
	})
}

// Place is where a sign-in comes from.
type Place struct {
	Address string // of the client, without port
	Agent   string // the browser's name of itself
}

func (p Place) agent() string {
	return strings.ToValidUTF8(p.Agent[:min(len(p.Agent), 200)], "")
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}
