package webtest

import (
	"net/http"

	"phaodai/internal/auth"
	"phaodai/internal/fault"
	"phaodai/internal/web"
)

// Password and PIN are what the made-up session accepts.
const (
	Password = "dung mat khau"
	PIN      = "123456"
)

// fake is a session that a test sets.
type fake struct{ site *Site }

func (f fake) Session(*http.Request) (web.Session, error) {
	s := f.site.Session
	if s.Locked {
		s.Actor = auth.Actor{Now: s.Actor.Now, Wall: s.Actor.Wall}
	}
	return s, nil
}

func (f fake) SignIn(_ http.ResponseWriter, _ *http.Request, login, password string) error {
	if password != Password {
		return fault.New(fault.Unsigned, "auth.wrong")
	}
	f.site.Session.Actor.Account = login
	return nil
}

func (f fake) SignOut(http.ResponseWriter, *http.Request) error {
	f.site.Session = web.Session{Actor: auth.Actor{Now: f.site.Clock.World}}
	return nil
}

func (f fake) ActAs(_ http.ResponseWriter, _ *http.Request, post string) error {
	for _, p := range f.site.Session.Posts {
		if p.ID == post {
			f.site.Session.Actor.Post, f.site.Session.Actor.PostTitle = p.ID, p.Title
			return nil
		}
	}
	return fault.New(fault.NotFound, "auth.post_not_yours")
}

func (f fake) Lock(http.ResponseWriter, *http.Request) error {
	f.site.Session.Locked = true
	return nil
}

func (f fake) Unlock(_ http.ResponseWriter, _ *http.Request, pin string) error {
	if pin != PIN {
		return fault.New(fault.Unsigned, "auth.unlock_wrong", "Left", 4)
	}
	f.site.Session.Locked = false
	return nil
}

func (f fake) ChangePassword(_ http.ResponseWriter, _ *http.Request, old, _ string) error {
	if old != Password {
		return fault.New(fault.Invalid, "auth.password_old").At("old", "auth.password_old")
	}
	f.site.Session.MustChange = false
	return nil
}

func (f fake) SetPIN(_ http.ResponseWriter, _ *http.Request, password, _ string) error {
	if password != Password {
		return fault.New(fault.Invalid, "auth.password_old").At("old", "auth.password_old")
	}
	f.site.Session.HasPIN = true
	return nil
}
