package web

import (
	"net/http"

	"phaodai/internal/auth"
)

// Sessions knows who sent a request. Package auth implements it.
type Sessions interface {
	// Session tells whose session the request carries. Without one it returns
	// a Session whose Actor is not signed in.
	Session(r *http.Request) (Session, error)
	// SignIn checks a login and a password and sets the cookie. A fault says
	// what was wrong ("auth.wrong", "auth.too_many").
	SignIn(w http.ResponseWriter, r *http.Request, login, password string) error
	// SignOut ends the session and its cookie.
	SignOut(w http.ResponseWriter, r *http.Request) error
	// ActAs switches to another post of the same person.
	ActAs(w http.ResponseWriter, r *http.Request, post string) error
	// Lock makes the session answer nothing until Unlock with the PIN (or the
	// password, for who has set no PIN).
	Lock(w http.ResponseWriter, r *http.Request) error
	Unlock(w http.ResponseWriter, r *http.Request, pin string) error
	// ChangePassword and SetPIN need the present password.
	ChangePassword(w http.ResponseWriter, r *http.Request, old, fresh string) error
	SetPIN(w http.ResponseWriter, r *http.Request, password, pin string) error
}

// Session is who is signed in, as which post, and as which he might be.
type Session struct {
	Actor      auth.Actor
	Login      string
	Posts      []Post // every post that the person holds now, the one acted as included
	Locked     bool
	HasPIN     bool
	MustChange bool // the password was given by somebody else and must be changed first
}

// Post is a post that a person may act as.
type Post struct {
	ID    string
	Title string // "Chủ tịch UBND P. Cự Khối"
}
