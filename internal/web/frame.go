package web

import (
	"fmt"
	"html/template"
	"net/url"
	"strings"
	"unicode"

	"phaodai/internal/auth"
	"phaodai/internal/i18n"
	"phaodai/internal/instant"
)

// View is what a template sees as ".".
type View struct {
	Frame
	Form *FormState
	Data any
}

// Frame is what stands around every page.
type Frame struct {
	Lang, OtherLang string
	By              auth.Actor
	Login           string
	Posts           []Post
	SignedIn        bool
	Locked          bool
	HasPIN          bool

	Now, Wall instant.Micros
	Exercise  bool
	Speed     float64 // of the world clock; 0 when it stands

	URL   *url.URL
	Path  string
	Home  string
	Nav   []Entry
	Inbox Entry // the inbox with its number, empty for who has none
	Find  bool  // whether there is anything to search

	Flash   string
	Key     string // of the form on the page
	Hotline string
	Theme   string       // "light", "dark" or "" for the system's
	Size    string       // "1", "2", "3"
	Print   template.CSS // foot of a printed page, as a CSS string
	PageNo  template.CSS // word before its number
	QR      string       // path data of the QR code to this page
	QRSize  int
	Nonce   string
	Live    bool
}

// Can tells whether the reader has a right anywhere: whether a button makes sense.
func (f Frame) Can(right string) bool { return f.By.Anywhere(auth.Right(right)) }

// Today is the time of the page: "16:20 thứ Ba 07/9/2021".
func (f Frame) Today() instant.Micros { return f.Now }

func (r *Request) frame() Frame {
	k := r.kit
	f := Frame{
		Lang: r.Lang, OtherLang: i18n.English, By: r.By, Login: r.Session.Login, Posts: r.Session.Posts,
		SignedIn: r.By.SignedIn(), Locked: r.Session.Locked, HasPIN: r.Session.HasPIN,
		Now: r.By.Now, Wall: r.By.Wall, URL: r.HTTP.URL, Path: r.HTTP.URL.Path,
		Theme: r.cookie("nen", "dark", "light"), Size: r.cookie("co-chu", "2", "3"),
		Key: r.key(), Live: k.config.Watch != nil, Speed: 1,
	}
	if r.Lang == i18n.English {
		f.OtherLang = i18n.Vietnamese
	}
	if setting, exercise := k.config.Clock.Exercise(); exercise {
		f.Exercise, f.Speed = true, setting.Speed
		if setting.Paused {
			f.Speed = 0
		}
	}
	if k.config.Hotline != nil {
		f.Hotline = k.config.Hotline(r.Context())
	}
	if r.flash != nil {
		f.Flash = r.faultText(r.flash.Key, r.flash.Args)
	}
	if f.SignedIn && !f.Locked {
		f.Home, f.Nav = k.navigation(r)
		f.Inbox = k.inbox(r)
		f.Find = len(k.sources) > 0
	}
	f.Print = cssString(r.T("common.printed", "At", r.Format().Moment(r.By.Now), "Who", r.By.PostTitle))
	f.PageNo = cssString(r.T("common.page") + " ")
	f.QR, f.QRSize = QRPath(address(r))
	return f
}

// key is a fresh request key, or the one of the form that came back: if its
// first sending was saved after all, sending it again changes nothing.
func (r *Request) key() string {
	if key := r.Form.Value("key"); r.Form.Sent && key != "" {
		return key
	}
	return r.kit.config.IDs.New()
}

// cookie is the value of a setting kept by the browser, if it is one of those
// allowed.
func (r *Request) cookie(name string, allowed ...string) string {
	c, err := r.HTTP.Cookie(name)
	if err != nil {
		return ""
	}
	for _, a := range allowed {
		if c.Value == a {
			return a
		}
	}
	return ""
}

// address is the full address of the page, for its QR code.
func address(r *Request) string {
	u := *r.HTTP.URL
	q := u.Query()
	q.Del("in")
	u.RawQuery = q.Encode()
	return r.Address(strings.TrimSuffix(u.RequestURI(), "?"))
}

// cssString is a text as a string of CSS: letters, digits and blanks as they
// are, everything else as its number.
func cssString(s string) template.CSS {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || r == ' ' {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, `\%06X `, r) // the blank ends the number
		}
	}
	b.WriteByte('"')
	return template.CSS(b.String())
}
