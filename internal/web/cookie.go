package web

import (
	"net"
	"net/http"
	"strings"

	"phaodai/internal/auth"
)

// Cookies are the sessions of auth.Service carried in a cookie of the pages, or
// in "Authorization: Bearer" for programs. The API uses them too.
type Cookies struct {
	Auth   *auth.Service
	Secure bool // the cookie over HTTPS only
}

// sessionCookie is its name.
const sessionCookie = "phien"

// Token is the session token that a request carries, or "".
func (c Cookies) Token(r *http.Request) string {
	if token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		return token
	}
	if cookie, err := r.Cookie(sessionCookie); err == nil {
		return cookie.Value
	}
	return ""
}

// Place is where a request comes from.
func (c Cookies) Place(r *http.Request) auth.Place {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	return auth.Place{Address: host, Agent: r.UserAgent()}
}

// Actor tells who sent a request.
func (c Cookies) Actor(r *http.Request) (auth.Actor, error) {
	s, err := c.Auth.Resume(r.Context(), c.Token(r))
	return s.Actor, err
}

// Session implements Sessions.
func (c Cookies) Session(r *http.Request) (Session, error) {
	resume := c.Auth.Resume
	if r.Method == http.MethodGet && (r.Header.Get("HX-Request") != "" || r.Header.Get("Accept") == "text/event-stream") {
		resume = c.Auth.Look // the page asks by itself
	}
	s, err := resume(r.Context(), c.Token(r))
	if err != nil {
		return Session{}, err
	}
	out := Session{
		Actor: s.Actor, Login: s.Account.Login, Locked: s.Locked,
		HasPIN: s.Account.HasPIN, MustChange: s.MustChange,
	}
	for _, a := range s.Acting {
		out.Posts = append(out.Posts, Post{ID: a.Post, Title: a.Title})
	}
	return out, nil
}

// SignIn implements Sessions.
func (c Cookies) SignIn(w http.ResponseWriter, r *http.Request, login, password string) error {
	token, _, err := c.Auth.SignIn(r.Context(), login, password, c.Place(r))
	if err != nil {
		return err
	}
	http.SetCookie(w, c.cookie(token, 0))
	return nil
}

// cookie lives as long as the browser; the server ends the session earlier.
func (c Cookies) cookie(token string, age int) *http.Cookie {
	return &http.Cookie{
		Name: sessionCookie, Value: token, Path: "/", MaxAge: age,
		HttpOnly: true, Secure: c.Secure, SameSite: http.SameSiteLaxMode,
	}
}

// SignOut implements Sessions.
func (c Cookies) SignOut(w http.ResponseWriter, r *http.Request) error {
	if err := c.Auth.SignOut(r.Context(), c.Token(r)); err != nil {
		return err
	}
	http.SetCookie(w, c.cookie("", -1))
	return nil
}

// ActAs implements Sessions.
func (c Cookies) ActAs(_ http.ResponseWriter, r *http.Request, post string) error {
	return c.Auth.ActAs(r.Context(), c.Token(r), post)
}

// Lock implements Sessions.
func (c Cookies) Lock(_ http.ResponseWriter, r *http.Request) error {
	return c.Auth.Lock(r.Context(), c.Token(r))
}

// Unlock implements Sessions.
func (c Cookies) Unlock(_ http.ResponseWriter, r *http.Request, pin string) error {
	return c.Auth.Unlock(r.Context(), c.Token(r), pin)
}

// ChangePassword implements Sessions.
func (c Cookies) ChangePassword(_ http.ResponseWriter, r *http.Request, old, fresh string) error {
	by, err := c.Actor(r)
	if err != nil {
		return err
	}
	return c.Auth.ChangePassword(r.Context(), by, c.Token(r), old, fresh)
}

// SetPIN implements Sessions.
func (c Cookies) SetPIN(_ http.ResponseWriter, r *http.Request, password, pin string) error {
	by, err := c.Actor(r)
	if err != nil {
		return err
	}
	return c.Auth.SetPIN(r.Context(), by, password, pin)
}
