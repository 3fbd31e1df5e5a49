package web

import (
	"net/http"
	"strings"

	"phaodai/internal/auth"
	"phaodai/internal/fault"
)

type signPage struct {
	Next   string
	Forced bool // the password must be changed first
}

// frameArea is the kit's own pages: sign-in, lock, settings, search.
func frameArea(k *Kit) {
	k.Templates("frame", frameFiles)
	k.add(http.MethodGet, "/static/{name}", &route{right: auth.Anyone, do: k.assetOf})
	k.Page("/", auth.Anyone, k.home)
	k.Page("/truc-tiep", auth.SignedIn, k.live)
	k.Page("/khung", auth.SignedIn, k.top)
	k.Page("/them", auth.SignedIn, k.more)
	k.Page("/tim", auth.SignedIn, k.find)

	k.Page("/dang-nhap", auth.Anyone, showSignIn)
	k.Form("/dang-nhap", auth.Anyone, k.signIn, showSignIn)
	k.Form("/dang-xuat", auth.SignedIn, k.signOut, nil)
	k.Form("/chuc-danh", auth.SignedIn, k.actAs, nil)
	k.Form("/khoa", auth.SignedIn, k.lock, nil)
	k.Form("/mo-khoa", auth.SignedIn, k.unlock, showLocked)
	k.Page("/doi-mat-khau", auth.SignedIn, showPassword)
	k.Form("/doi-mat-khau", auth.SignedIn, k.changePassword, showPassword)
	k.Page("/ma-pin", auth.SignedIn, showPIN)
	k.Form("/ma-pin", auth.SignedIn, k.setPIN, showPIN)
	k.Form("/giao-dien", auth.Anyone, k.appearance, nil)
}

// assetOf serves a file of the bundle. The bundle is known after New, the route before.
func (k *Kit) assetOf(r *Request) error { return k.asset.serve(r) }

// top is the head of a page by itself, for its counters: "o" is the page on
// which it stands.
func (k *Kit) top(r *Request) error {
	at := *r.HTTP.URL
	at.Path, at.RawQuery = localPath(r.Query("o")), ""
	page := *r
	page.HTTP = r.HTTP.Clone(r.Context())
	page.HTTP.URL = &at
	return page.Fragment("frame/frame", struct{}{})
}

// home sends everybody to the page that the role opens on.
func (k *Kit) home(r *Request) error {
	if !r.By.SignedIn() {
		return r.Redirect("/dang-nhap")
	}
	home, _ := k.navigation(r)
	return r.Redirect(home)
}

func showSignIn(r *Request) error {
	if r.By.SignedIn() && !r.Form.Sent {
		return r.Redirect("/")
	}
	return r.Render("frame/signin", signPage{Next: r.wanted()})
}

// wanted is the page that a person was on the way to.
func (r *Request) wanted() string {
	if s := r.Form.Value("tiep"); s != "" {
		return localPath(s)
	}
	if s := r.Query("tiep"); s != "" {
		return localPath(s)
	}
	return "/"
}

func (k *Kit) signIn(r *Request) error {
	login, password := r.Form.Value("login"), r.Form.values.Get("password")
	bad := fault.New(fault.Invalid, "input.check")
	if login == "" {
		bad.At("login", "auth.login_missing")
	}
	if password == "" {
		bad.At("password", "auth.password_missing")
	}
	if err := bad.OrNil(); err != nil {
		return err
	}
	if err := k.config.Sessions.SignIn(r.w, r.HTTP, login, password); err != nil {
		return err
	}
	return r.Redirect(r.wanted())
}

func (k *Kit) signOut(r *Request) error {
	if err := k.config.Sessions.SignOut(r.w, r.HTTP); err != nil {
		return err
	}
	return r.Redirect("/dang-nhap", "auth.signed_out")
}

func (k *Kit) actAs(r *Request) error {
	if err := k.config.Sessions.ActAs(r.w, r.HTTP, r.Form.Value("post")); err != nil {
		return err
	}
	return r.Redirect("/")
}

func (k *Kit) lock(r *Request) error {
	if err := k.config.Sessions.Lock(r.w, r.HTTP); err != nil {
		return err
	}
	if r.Script() {
		return r.Nothing()
	}
	return r.Redirect(r.wanted())
}

func showLocked(r *Request) error {
	return r.Render("frame/locked", signPage{Next: r.wanted()})
}

func (k *Kit) unlock(r *Request) error {
	err := k.config.Sessions.Unlock(r.w, r.HTTP, r.Form.values.Get("pin"))
	if fault.KeyOf(err) == "auth.unlock_ended" && !r.Script() {
		return r.Redirect("/dang-nhap", "auth.unlock_ended")
	}
	if err != nil {
		return err
	}
	if r.Script() {
		return r.Nothing()
	}
	return r.Redirect(r.wanted())
}

func showPassword(r *Request) error {
	return r.Render("frame/password", signPage{Forced: r.Session.MustChange})
}

func (k *Kit) changePassword(r *Request) error {
	old, fresh, again := r.Form.values.Get("old"), r.Form.values.Get("new"), r.Form.values.Get("again")
	if fresh != again {
		return fault.New(fault.Invalid, "input.check").At("again", "auth.password_differs")
	}
	if err := k.config.Sessions.ChangePassword(r.w, r.HTTP, old, fresh); err != nil {
		return err
	}
	return r.Redirect("/", "auth.password_changed")
}

func showPIN(r *Request) error { return r.Render("frame/pin", signPage{}) }

func (k *Kit) setPIN(r *Request) error {
	pin := r.Form.Value("pin")
	if len(pin) != 6 || strings.Trim(pin, "0123456789") != "" {
		return fault.New(fault.Invalid, "input.check").At("pin", "auth.pin_form")
	}
	if err := k.config.Sessions.SetPIN(r.w, r.HTTP, r.Form.values.Get("old"), pin); err != nil {
		return err
	}
	return r.Redirect("/", "auth.pin_set")
}

// appearance keeps colours, letter size and language in the browser.
func (k *Kit) appearance(r *Request) error {
	for field, cookie := range map[string]string{"nen": "nen", "co-chu": "co-chu", "lang": langCookie} {
		value, sent := r.Form.values[field]
		if !sent {
			continue
		}
		http.SetCookie(r.w, &http.Cookie{
			Name: cookie, Value: value[0], Path: "/", MaxAge: 400 * 24 * 3600,
			Secure: k.config.Secure, SameSite: http.SameSiteLaxMode, HttpOnly: true,
		})
	}
	return r.Redirect(r.wanted())
}
