package web

import (
	"encoding/base64"
	"encoding/json"
	"net/http"

	"phaodai/internal/i18n"
	"phaodai/internal/instant"
)

// flash is the message on top of the page behind a form: "Đã giao cho 14
// phường." It travels in a cookie as key and arguments and is shown once.
type flash struct {
	Key  string `json:"k"`
	Args []any  `json:"a"`
}

const flashCookie = "tin"

// wireMoment marks an argument that is a moment, so that it is written in the
// reader's form on the next page.
const wireMoment = "@"

func setFlash(w http.ResponseWriter, secure bool, key string, args []any) {
	out := flash{Key: key}
	for _, a := range args {
		if at, ok := a.(instant.Micros); ok {
			a = map[string]instant.Micros{wireMoment: at}
		}
		out.Args = append(out.Args, a)
	}
	b, err := json.Marshal(out)
	if err != nil || len(b) > 2000 {
		return // a message that cannot travel is not worth a failed save
	}
	http.SetCookie(w, &http.Cookie{
		Name: flashCookie, Value: base64.RawURLEncoding.EncodeToString(b), Path: "/",
		MaxAge: 60, HttpOnly: true, Secure: secure, SameSite: http.SameSiteLaxMode,
	})
}

func takeFlash(w http.ResponseWriter, h *http.Request, secure bool) *flash {
	c, err := h.Cookie(flashCookie)
	if err != nil || h.Method != http.MethodGet || h.Header.Get("HX-Request") != "" || h.Header.Get("Accept") == "text/event-stream" {
		return nil
	}
	http.SetCookie(w, &http.Cookie{Name: flashCookie, Path: "/", MaxAge: -1, HttpOnly: true, Secure: secure, SameSite: http.SameSiteLaxMode})
	b, err := base64.RawURLEncoding.DecodeString(c.Value)
	var f flash
	if err != nil || json.Unmarshal(b, &f) != nil || !i18n.Default().Has(i18n.Vietnamese, f.Key) {
		return nil
	}
	for i, a := range f.Args {
		if m, ok := a.(map[string]any); ok {
			f.Args[i] = moment(m)
		}
	}
	return &f
}

func moment(m map[string]any) any {
	text, ok := m[wireMoment].(string)
	if !ok {
		return ""
	}
	var at instant.Micros
	if at.UnmarshalJSON([]byte(`"`+text+`"`)) != nil {
		return ""
	}
	return at
}
