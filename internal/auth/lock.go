package auth

import (
	"context"
	"regexp"

	"phaodai/internal/db"
	"phaodai/internal/fault"
)

// pinMisses is how often a PIN may be wrong before the session ends.
const pinMisses = 5

var pinForm = regexp.MustCompile(`^[0-9]{6}$`)

// Lock locks a session at once (Khóa màn hình): it keeps its place but may do
// nothing until Unlock.
func (s *Service) Lock(ctx context.Context, token string) error {
	sess, err := s.Resume(ctx, token)
	if err != nil || sess.ID == "" || sess.Locked {
		return err
	}
	return s.store.Write(ctx, func(tx *db.Tx) error {
		if _, err := tx.Exec("UPDATE session SET locked = 1, pin_miss = 0 WHERE id = $1", sess.ID); err != nil {
			return err
		}
		return s.record(tx, sess.Actor, "auth.locked", "session", sess.ID, sess.Account.UnitPath)
	})
}

// Unlock opens a locked session with the PIN, or with the password.
func (s *Service) Unlock(ctx context.Context, token, secret string) error {
	sess, err := s.Resume(ctx, token)
	if err != nil {
		return err
	}
	if sess.ID == "" {
		return fault.New(fault.Unsigned, "auth.unsigned")
	}
	ok, err := s.secretMatches(ctx, sess.Account.Login, secret)
	if err != nil {
		return err
	}
	if !ok {
		return s.unlockMissed(ctx, sess)
	}
	return s.store.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec("UPDATE session SET locked = 0, pin_miss = 0, seen_at = $1 WHERE id = $2 AND ended_at = 0",
			int64(s.clock.Wall()), sess.ID)
		return err
	})
}

func (s *Service) secretMatches(ctx context.Context, login, secret string) (bool, error) {
	var acc accountRow
	err := s.store.Read(ctx, func(tx *db.Tx) error { return byLogin(tx, login, &acc) })
	if err != nil || len(secret) > 1000 {
		return false, err
	}
	stored := acc.Password
	if pinForm.MatchString(secret) {
		stored = acc.PIN
	}
	return s.hasher.matches(ctx, secret, stored)
}

// unlockMissed counts a miss and ends the session at the fifth.
func (s *Service) unlockMissed(ctx context.Context, sess Session) error {
	var left int64
	err := s.store.Write(ctx, func(tx *db.Tx) error {
		var misses int64
		err := tx.Get(&misses, "UPDATE session SET pin_miss = pin_miss + 1 WHERE id = $1 RETURNING pin_miss", sess.ID)
		if err != nil {
			return err
		}
		if left = pinMisses - misses; left > 0 {
			return nil
		}
		by := Actor{Account: sess.Account.ID, Now: sess.Actor.Now, Wall: sess.Actor.Wall}
		if err := s.record(tx, by, "auth.unlock_failed", "session", sess.ID, sess.Account.UnitPath); err != nil {
			return err
		}
		return s.endSessions(tx, "id", sess.ID, "")
	})
	if err != nil {
		return err
	}
	if left <= 0 {
		return fault.New(fault.Unsigned, "auth.unlock_ended")
	}
	return fault.New(fault.Unsigned, "auth.unlock_wrong", "Left", left)
}

// SetPIN gives the actor's account a PIN of six digits; "" takes it away.
func (s *Service) SetPIN(ctx context.Context, by Actor, password, pin string) error {
	if pin != "" && !pinForm.MatchString(pin) {
		return fault.New(fault.Invalid, "auth.pin_wrong").At("pin", "auth.pin_form")
	}
	acc, err := s.own(ctx, by, password)
	if err != nil {
		return err
	}
	hash := ""
	if pin != "" {
		if hash, err = s.hasher.hash(ctx, pin); err != nil {
			return err
		}
	}
	return s.store.Write(ctx, func(tx *db.Tx) error {
		if _, err := tx.Exec("UPDATE account SET pin = $1, version = version + 1 WHERE id = $2", hash, acc.ID); err != nil {
			return err
		}
		return s.note(tx, by, "pin_set", acc.ID, acc.UnitPath, "pin")
	})
}
