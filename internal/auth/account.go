package auth

import (
	"context"
	"errors"
	"regexp"
	"strings"

	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/instant"
)

// Account is what somebody signs in with.
type Account struct {
	ID         string         `db:"id" json:"id"`
	Login      string         `db:"login" json:"login"`
	Person     string         `db:"person" json:"person"`       // "" for an administrator without a post
	Name       string         `db:"name" json:"name"`           // when it was made; the person's own name wins
	Role       Role           `db:"role" json:"role"`           // held by the account itself, "" for most
	UnitPath   string         `db:"unit_path" json:"unit_path"` // whose administrator manages it; where Role counts
	Disabled   bool           `db:"disabled" json:"disabled"`
	MustChange bool           `db:"must_change" json:"must_change"` // the password, at the next sign-in
	HasPIN     bool           `db:"has_pin" json:"has_pin"`
	MadeAt     instant.Micros `db:"made_at" json:"made_at"`       // wall times, these three
	ChangedAt  instant.Micros `db:"changed_at" json:"changed_at"` // of the password
	SeenAt     instant.Micros `db:"seen_at" json:"seen_at"`       // last sign-in
	Version    int64          `db:"version" json:"version"`
}

const accountColumns = `id, login, person, name, role, unit_path, disabled = 1 AS disabled, must_change = 1 AS must_change,
	pin <> '' AS has_pin, made_at, changed_at, seen_at, version`

type accountRow struct {
	ID         string `db:"id"`
	Login      string `db:"login"`
	Person     string `db:"person"`
	Name       string `db:"name"`
	Role       string `db:"role"`
	UnitPath   string `db:"unit_path"`
	Password   string `db:"password"`
	PIN        string `db:"pin"`
	Disabled   bool   `db:"disabled"`
	MustChange bool   `db:"must_change"`
	MadeAt     int64  `db:"made_at"`
	ChangedAt  int64  `db:"changed_at"`
	SeenAt     int64  `db:"seen_at"`
	Version    int64  `db:"version"`
}

// OpenInput is an account to be made.
type OpenInput struct {
	Key        string `json:"key,omitempty"`
	Login      string `json:"login"`
	Password   string `json:"password"`
	Person     string `json:"person,omitempty"`
	Name       string `json:"name"`
	Role       Role   `json:"role,omitempty"`
	UnitPath   string `json:"unit_path"`
	MustChange bool   `json:"must_change,omitempty"`
}

var loginForm = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{1,63}$`)

// OpenAccount makes an account.
func (s *Service) OpenAccount(ctx context.Context, by Actor, in OpenInput) (Account, error) {
	in.Login = strings.ToLower(strings.TrimSpace(in.Login))
	if err := s.checkOpen(ctx, by, in); err != nil {
		return Account{}, err
	}
	hash, err := s.hasher.hash(ctx, in.Password) // outside the transaction: it is slow by design
	if err != nil {
		return Account{}, err
	}
	var out Account
	err = s.store.Write(ctx, func(tx *db.Tx) error {
		first, made, err := tx.Once(in.Key)
		if err != nil {
			return err
		}
		if !first {
			out, err = accountIn(tx, made)
			return err
		}
		out, err = s.insertAccount(tx, by, in, hash)
		return errors.Join(err, tx.Keep(in.Key, out.ID))
	})
	if db.Duplicate(err) {
		return Account{}, fault.New(fault.Conflict, "auth.login_taken").At("login", "auth.login_taken")
	}
	return out, err
}

func (s *Service) checkOpen(ctx context.Context, by Actor, in OpenInput) error {
	if err := by.Require(AccountManage, in.UnitPath, Internal); err != nil {
		return err
	}
	// An account brings the rights of the person's posts; who manages one ward
	// must not open the account of somebody who acts elsewhere.
	_, posts, err := s.posts(ctx, Account{Person: in.Person}, by.Now)
	if err != nil {
		return err
	}
	for _, p := range posts {
		if err := by.Require(AccountManage, p.UnitPath, Internal); err != nil {
			return err
		}
	}
	if !loginForm.MatchString(in.Login) {
		return fault.New(fault.Invalid, "auth.account_wrong").At("login", "auth.login_form")
	}
	if in.Role != "" && (len(roles()[in.Role]) == 0 || in.Role == "system") {
		return fault.New(fault.Invalid, "auth.account_wrong").At("role", "auth.role_unknown")
	}
	return s.checkPassword("password", in.Login, in.Password)
}

func (s *Service) insertAccount(tx *db.Tx, by Actor, in OpenInput, hash string) (Account, error) {
	r := accountRow{
		ID: s.ids.New(), Login: in.Login, Person: in.Person, Name: in.Name, Role: string(in.Role),
		UnitPath: in.UnitPath, Password: hash, MustChange: in.MustChange,
		MadeAt: int64(by.Wall), ChangedAt: int64(by.Wall), Version: 1,
	}
	if err := tx.Insert("account", r); err != nil {
		return Account{}, err
	}
	if err := s.note(tx, by, "opened", r.ID, in.UnitPath, "login", "person", "role"); err != nil {
		return Account{}, err
	}
	return accountIn(tx, r.ID)
}

// note writes the change log and the audit about an account.
func (s *Service) note(tx *db.Tx, by Actor, what, account, unitPath string, fields ...string) error {
	if err := tx.Changed(by.Now, db.Change{Kind: "account", Subject: account, What: what}); err != nil {
		return err
	}
	return s.record(tx, by, "account."+what, "account", account, unitPath, fields...)
}

func accountIn(tx *db.Tx, id string) (Account, error) {
	var a Account
	err := tx.Get(&a, "SELECT "+accountColumns+" FROM account WHERE id = $1", id)
	if errors.Is(err, db.ErrNoRow) {
		return Account{}, fault.New(fault.NotFound, "auth.account_not_found")
	}
	return a, err
}
