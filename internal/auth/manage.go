package auth

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/instant"
)

// own returns the actor's account after checking his password.
func (s *Service) own(ctx context.Context, by Actor, password string) (Account, error) {
	if !by.SignedIn() || by.Account == "system" {
		return Account{}, fault.New(fault.Unsigned, "auth.unsigned")
	}
	var acc Account
	err := s.store.Read(ctx, func(tx *db.Tx) (err error) {
		acc, err = accountIn(tx, by.Account)
		return err
	})
	if err != nil {
		return Account{}, err
	}
	if err := s.mayTry(ctx, acc.Login, Place{}); err != nil {
		return Account{}, err
	}
	var row accountRow
	if err := s.store.Read(ctx, func(tx *db.Tx) error { return byLogin(tx, acc.Login, &row) }); err != nil {
		return Account{}, err
	}
	ok, err := s.hasher.matches(ctx, password, row.Password)
	if err != nil {
		return Account{}, err
	}
	if !ok {
		if err := s.missed(ctx, acc.Login, acc.ID, Place{}); err != nil {
			return Account{}, err
		}
		return Account{}, fault.New(fault.Invalid, "auth.password_old").At("old", "auth.password_old")
	}
	return acc, nil
}

// ChangePassword changes the actor's own password and ends his other sessions.
// token is the session that stays.
func (s *Service) ChangePassword(ctx context.Context, by Actor, token, old, fresh string) error {
	acc, err := s.own(ctx, by, old)
	if err != nil {
		return err
	}
	if old == fresh {
		return fault.New(fault.Invalid, "auth.password_weak").At("new", "auth.password_same")
	}
	if err := s.checkPassword("new", acc.Login, fresh); err != nil {
		return err
	}
	hash, err := s.hasher.hash(ctx, fresh)
	if err != nil {
		return err
	}
	return s.store.Write(ctx, func(tx *db.Tx) error {
		keep := ""
		if row, err := sessionOf(tx, token); err == nil && row.Account == acc.ID {
			keep = row.ID
		}
		return s.setPassword(tx, by, acc, hash, false, keep)
	})
}

func (s *Service) setPassword(tx *db.Tx, by Actor, acc Account, hash string, mustChange bool, keep string) error {
	_, err := tx.Exec("UPDATE account SET password = $1, must_change = $2, changed_at = $3, version = version + 1 WHERE id = $4",
		hash, one(mustChange), int64(by.Wall), acc.ID)
	if err != nil {
		return err
	}
	if err := s.endSessions(tx, "account", acc.ID, keep); err != nil {
		return err
	}
	if _, err := tx.Exec("DELETE FROM signin_miss WHERE subject = $1", "login/"+acc.Login); err != nil {
		return err
	}
	return s.note(tx, by, "password_set", acc.ID, acc.UnitPath, "password")
}

// ChangeInput names an account to be changed by its administrator.
type ChangeInput struct {
	Account string
	Version int64 // as shown to the administrator; 0 is not checked
}

// managed locks and returns an account that the actor may manage. One of
// another jurisdiction does not exist for him.
func (s *Service) managed(tx *db.Tx, by Actor, in ChangeInput) (Account, error) {
	if err := tx.Lock("account", in.Account); err != nil {
		return Account{}, err
	}
	acc, err := accountIn(tx, in.Account)
	switch {
	case err != nil:
		return Account{}, err
	case !by.Can(AccountManage, acc.UnitPath, Internal):
		return Account{}, fault.New(fault.NotFound, "auth.account_not_found")
	case in.Version != 0 && in.Version != acc.Version:
		return Account{}, fault.New(fault.Conflict, "auth.account_changed")
	}
	return acc, nil
}

// ResetPassword gives an account a password that its owner must change, and
// ends its sessions.
func (s *Service) ResetPassword(ctx context.Context, by Actor, in ChangeInput, fresh string) error {
	var acc Account
	err := s.store.Read(ctx, func(tx *db.Tx) (err error) {
		acc, err = accountIn(tx, in.Account)
		return err
	})
	if err != nil {
		return err
	}
	if !by.Can(AccountManage, acc.UnitPath, Internal) {
		return fault.New(fault.NotFound, "auth.account_not_found")
	}
	if err := s.checkPassword("password", acc.Login, fresh); err != nil {
		return err
	}
	hash, err := s.hasher.hash(ctx, fresh)
	if err != nil {
		return err
	}
	return s.store.Write(ctx, func(tx *db.Tx) error {
		acc, err := s.managed(tx, by, in)
		if err != nil {
			return err
		}
		return s.setPassword(tx, by, acc, hash, true, "")
	})
}

// Disable shuts an account and ends its sessions. Nobody shuts his own, so that
// the last administrator cannot lock himself out.
func (s *Service) Disable(ctx context.Context, by Actor, in ChangeInput) error {
	if in.Account == by.Account {
		return fault.New(fault.Conflict, "auth.own_account")
	}
	return s.setDisabled(ctx, by, in, true, "disabled")
}

// Enable opens a shut account again.
func (s *Service) Enable(ctx context.Context, by Actor, in ChangeInput) error {
	return s.setDisabled(ctx, by, in, false, "enabled")
}

func (s *Service) setDisabled(ctx context.Context, by Actor, in ChangeInput, disabled bool, what string) error {
	return s.store.Write(ctx, func(tx *db.Tx) error {
		acc, err := s.managed(tx, by, in)
		if err != nil || acc.Disabled == disabled {
			return err
		}
		_, err = tx.Exec("UPDATE account SET disabled = $1, version = version + 1 WHERE id = $2", one(disabled), acc.ID)
		if err != nil {
			return err
		}
		if disabled {
			if err := s.endSessions(tx, "account", acc.ID, ""); err != nil {
				return err
			}
		}
		return s.note(tx, by, what, acc.ID, acc.UnitPath, "disabled")
	})
}

// AccountFilter chooses accounts of the units that the actor manages.
type AccountFilter struct {
	Query string // beginning of the login
	After string // login of the last one shown
	Limit int    // at most 200
}

// Accounts lists accounts by login.
func (s *Service) Accounts(ctx context.Context, by Actor, f AccountFilter) ([]Account, error) {
	paths := by.Paths(AccountManage, Internal)
	if len(paths) == 0 {
		return nil, by.Require(AccountManage, "/", Internal)
	}
	query := strings.ToLower(strings.TrimSpace(f.Query))
	args := []any{query, query + "\U0010FFFF", f.After}
	where, scope := Within("unit_path", paths, len(args)+1)
	args = append(append(args, scope...), min(max(f.Limit, 1), 200))
	var out []Account
	err := s.store.Read(ctx, func(tx *db.Tx) error {
		return tx.Select(&out, "SELECT "+accountColumns+" FROM account WHERE login >= $1 AND login < $2 AND login > $3 AND "+
			where+fmt.Sprintf(" ORDER BY login LIMIT $%d", len(args)), args...)
	})
	return out, err
}

// AccountOf returns an account that the actor manages, or his own.
func (s *Service) AccountOf(ctx context.Context, by Actor, id string) (Account, error) {
	var acc Account
	err := s.store.Read(ctx, func(tx *db.Tx) (err error) {
		acc, err = accountIn(tx, id)
		return err
	})
	if err == nil && id != by.Account && !by.Can(AccountManage, acc.UnitPath, Internal) {
		return Account{}, fault.New(fault.NotFound, "auth.account_not_found")
	}
	return acc, err
}

// AccountByLogin returns an account that the actor manages.
func (s *Service) AccountByLogin(ctx context.Context, by Actor, login string) (Account, error) {
	var acc accountRow
	err := s.store.Read(ctx, func(tx *db.Tx) error { return byLogin(tx, strings.ToLower(login), &acc) })
	if errors.Is(err, db.ErrNoRow) {
		return Account{}, fault.New(fault.NotFound, "auth.account_not_found")
	}
	if err != nil {
		return Account{}, err
	}
	return s.AccountOf(ctx, by, acc.ID)
}

// SessionInfo is an open session as its owner or administrator sees it.
type SessionInfo struct {
	ID      string         `db:"id" json:"id"`
	Address string         `db:"address" json:"address"`
	Agent   string         `db:"agent" json:"agent"`
	MadeAt  instant.Micros `db:"made_at" json:"made_at"`
	SeenAt  instant.Micros `db:"seen_at" json:"seen_at"`
	Locked  bool           `db:"locked" json:"locked"`
}

// Sessions lists the open sessions of an account, the last used first.
func (s *Service) Sessions(ctx context.Context, by Actor, account string) ([]SessionInfo, error) {
	if _, err := s.AccountOf(ctx, by, account); err != nil {
		return nil, err
	}
	oldest := int64(s.clock.Wall().Add(-s.policy.Idle))
	var out []SessionInfo
	err := s.store.Read(ctx, func(tx *db.Tx) error {
		return tx.Select(&out, `SELECT id, address, agent, made_at, seen_at, locked = 1 AS locked FROM session
			WHERE account = $1 AND ended_at = 0 AND seen_at > $2 ORDER BY seen_at DESC LIMIT 100`, account, oldest)
	})
	return out, err
}

// Revoke ends one session of an account.
func (s *Service) Revoke(ctx context.Context, by Actor, account, session string) error {
	acc, err := s.AccountOf(ctx, by, account)
	if err != nil {
		return err
	}
	return s.store.Write(ctx, func(tx *db.Tx) error {
		n, err := tx.Exec("UPDATE session SET ended_at = $1 WHERE id = $2 AND account = $3 AND ended_at = 0",
			int64(by.Wall), session, account)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.New(fault.NotFound, "auth.session_not_found")
		}
		return s.record(tx, by, "auth.revoked", "session", session, acc.UnitPath)
	})
}

// Forget removes sessions that ended or were last used before a wall time.
func (s *Service) Forget(ctx context.Context, before instant.Micros) error {
	return s.store.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec("DELETE FROM session WHERE seen_at < $1", int64(before))
		return err
	})
}
