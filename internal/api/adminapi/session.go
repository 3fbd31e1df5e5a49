// Package adminapi is the API of sign-in, accounts, the audit, the world clock
// and the system itself.
package adminapi

import (
	"context"

	"phaodai/internal/api"
	"phaodai/internal/auth"
)

// Me is who a session is, as what he acts, and as what he might.
type Me struct {
	Token      string        `json:"token,omitempty" doc:"For Authorization: Bearer; given once, at sign-in"`
	Login      string        `json:"login"`
	Name       string        `json:"name"`
	Person     string        `json:"person,omitempty"`
	Post       string        `json:"post,omitempty"`
	Title      string        `json:"title,omitempty"`
	UnitPath   string        `json:"unit_path,omitempty"`
	Posts      []auth.Acting `json:"posts"`
	Rights     []auth.Right  `json:"rights" doc:"What the post acted as may do somewhere"`
	Locked     bool          `json:"locked"`
	MustChange bool          `json:"must_change" doc:"The password has to be changed before anything else"`
}

type meOutput struct{ Body Me }

func me(token string, s auth.Session) *meOutput {
	out := Me{
		Token: token, Login: s.Account.Login, Name: s.Actor.Name, Person: s.Actor.Person, Post: s.Actor.Post,
		Title: s.Actor.PostTitle, UnitPath: s.Actor.UnitPath, Posts: s.Acting, Locked: s.Locked, MustChange: s.MustChange,
		Rights: []auth.Right{},
	}
	if out.Posts == nil {
		out.Posts = []auth.Acting{}
	}
	for _, r := range auth.Rights() {
		if s.Actor.Anywhere(r) {
			out.Rights = append(out.Rights, r)
		}
	}
	return &meOutput{out}
}

type none struct{}

// done is an answer without a body.
type done struct{}

// Session adds sign-in and what one may do with one's own session and account.
func Session(a *auth.Service) api.Area {
	return func(k *api.Kit) {
		s := session{a}
		api.Handle(k, api.Op{ID: "sign-in", Method: "POST", Path: "/session", Right: auth.Anyone, Tag: "session", Summary: "Sign in", Body: 4 << 10}, s.signIn)
		api.Handle(k, api.Op{ID: "who-am-i", Method: "GET", Path: "/session", Right: auth.SignedIn, Tag: "session", Summary: "Who is signed in"}, s.who)
		api.Handle(k, api.Op{ID: "sign-out", Method: "DELETE", Path: "/session", Right: auth.Anyone, Tag: "session", Summary: "Sign out"}, s.signOut)
		api.Handle(k, api.Op{ID: "act-as", Method: "PUT", Path: "/session/post", Right: auth.SignedIn, Tag: "session", Summary: "Act as another of one's posts"}, s.actAs)
		api.Handle(k, api.Op{ID: "lock", Method: "POST", Path: "/session/lock", Right: auth.SignedIn, Tag: "session", Summary: "Lock the session"}, s.lock)
		api.Handle(k, api.Op{ID: "unlock", Method: "POST", Path: "/session/unlock", Right: auth.Anyone, Tag: "session", Summary: "Unlock with PIN or password", Body: 4 << 10}, s.unlock)
		api.Handle(k, api.Op{ID: "change-password", Method: "POST", Path: "/session/password", Right: auth.SignedIn, Tag: "session", Summary: "Change one's password", Body: 4 << 10}, s.changePassword)
		api.Handle(k, api.Op{ID: "set-pin", Method: "POST", Path: "/session/pin", Right: auth.SignedIn, Tag: "session", Summary: "Set or remove one's PIN", Body: 4 << 10}, s.setPIN)
		api.Handle(k, api.Op{ID: "own-sessions", Method: "GET", Path: "/session/all", Right: auth.SignedIn, Tag: "session", Summary: "One's open sessions"}, s.own)
		api.Handle(k, api.Op{ID: "revoke-own-session", Method: "DELETE", Path: "/session/all/{id}", Right: auth.SignedIn, Tag: "session", Summary: "End one of one's sessions"}, s.revoke)
	}
}

type session struct{ auth *auth.Service }

type signInInput struct {
	Body struct {
		Login    string `json:"login" maxLength:"64"`
		Password string `json:"password" maxLength:"1000"`
	}
}

func (s session) signIn(ctx context.Context, _ auth.Actor, in *signInInput) (*meOutput, error) {
	token, opened, err := s.auth.SignIn(ctx, in.Body.Login, in.Body.Password, api.CallerOf(ctx).Place)
	if err != nil {
		return nil, err
	}
	return me(token, opened), nil
}

func (s session) who(ctx context.Context, _ auth.Actor, _ *none) (*meOutput, error) {
	opened, err := s.auth.Resume(ctx, api.CallerOf(ctx).Token)
	if err != nil {
		return nil, err
	}
	return me("", opened), nil
}

func (s session) signOut(ctx context.Context, _ auth.Actor, _ *none) (*done, error) {
	return &done{}, s.auth.SignOut(ctx, api.CallerOf(ctx).Token)
}

type actAsInput struct {
	Body struct {
		Post string `json:"post" doc:"One of posts; \"\" is the account's own role"`
	}
}

func (s session) actAs(ctx context.Context, by auth.Actor, in *actAsInput) (*meOutput, error) {
	if err := s.auth.ActAs(ctx, api.CallerOf(ctx).Token, in.Body.Post); err != nil {
		return nil, err
	}
	return s.who(ctx, by, nil)
}

func (s session) lock(ctx context.Context, _ auth.Actor, _ *none) (*done, error) {
	return &done{}, s.auth.Lock(ctx, api.CallerOf(ctx).Token)
}

type unlockInput struct {
	Body struct {
		Secret string `json:"secret" maxLength:"1000" doc:"PIN or password"`
	}
}

func (s session) unlock(ctx context.Context, _ auth.Actor, in *unlockInput) (*done, error) {
	return &done{}, s.auth.Unlock(ctx, api.CallerOf(ctx).Token, in.Body.Secret)
}

type passwordInput struct {
	Body struct {
		Old string `json:"old" maxLength:"1000"`
		New string `json:"new" maxLength:"1000"`
	}
}

func (s session) changePassword(ctx context.Context, by auth.Actor, in *passwordInput) (*done, error) {
	return &done{}, s.auth.ChangePassword(ctx, by, api.CallerOf(ctx).Token, in.Body.Old, in.Body.New)
}

type pinInput struct {
	Body struct {
		Password string `json:"password" maxLength:"1000"`
		PIN      string `json:"pin" maxLength:"6" doc:"Six digits; \"\" removes it"`
	}
}

func (s session) setPIN(ctx context.Context, by auth.Actor, in *pinInput) (*done, error) {
	return &done{}, s.auth.SetPIN(ctx, by, in.Body.Password, in.Body.PIN)
}

type sessionsOutput struct {
	Body struct {
		Sessions []auth.SessionInfo `json:"sessions"`
	}
}

func (s session) own(ctx context.Context, by auth.Actor, _ *none) (*sessionsOutput, error) {
	return sessionsOf(ctx, s.auth, by, by.Account)
}

func sessionsOf(ctx context.Context, a *auth.Service, by auth.Actor, account string) (*sessionsOutput, error) {
	list, err := a.Sessions(ctx, by, account)
	if err != nil {
		return nil, err
	}
	out := &sessionsOutput{}
	out.Body.Sessions = append([]auth.SessionInfo{}, list...)
	return out, nil
}

type sessionID struct {
	ID string `path:"id"`
}

func (s session) revoke(ctx context.Context, by auth.Actor, in *sessionID) (*done, error) {
	return &done{}, s.auth.Revoke(ctx, by, by.Account, in.ID)
}
