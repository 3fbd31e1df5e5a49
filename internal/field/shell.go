package field

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"html/template"
	"net/http"
	"strings"

	"phaodai/internal/i18n"
)

//go:embed shell.html
var shellText string

var shellPage = template.Must(template.New("shell").Parse(shellText)) //nolint

// policy lets the app run its own scripts, the reader of codes (WebAssembly) and
// the camera, and nothing from elsewhere.
const policy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; media-src 'self' blob:; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// shell is the one page of the app, the same for everybody.
func (e *Edge) shell(w http.ResponseWriter, r *http.Request) {
	if p := r.PathValue("page"); p != "" && p != "ho" && p != "ban" && p != "cho-gui" {
		http.NotFound(w, r)
		return
	}
	words := map[string]map[string]string{}
	for _, lang := range []string{i18n.Vietnamese, i18n.English} {
		words[lang] = i18n.Prefixed(lang, "field.")
	}
	b, err := json.Marshal(words)
	if err != nil {
		e.fail(w, r, err)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", policy)
	h.Set("Cache-Control", "no-cache")
	err = shellPage.Execute(w, map[string]any{
		"Script": "/static/" + e.name["field.js"], "Style": "/static/" + e.name["field.css"], "Icon": "/static/" + e.name["favicon.svg"], "Words": string(b), "Wasm": "/static/" + e.name["zxing_reader.wasm"],
	})
	if err != nil {
		e.Log.Debug("the shell was not read to its end", "err", err)
	}
}

// worker is the service worker; it carries the list of what the app needs, so
// that a new version of anything is a new worker.
func (e *Edge) worker(w http.ResponseWriter, _ *http.Request) {
	files := []string{"/di", "/di/app.webmanifest"}
	for _, name := range []string{"field.js", "field.css", "favicon.svg", "zxing_reader.wasm"} {
		if e.name[name] != "" {
			files = append(files, "/static/"+e.name[name])
		}
	}
	// Another shell or other words are another worker, too.
	sum := sha256.Sum256([]byte(shellText + jsonOf(i18n.Prefixed(i18n.Vietnamese, "field.")) + jsonOf(i18n.Prefixed(i18n.English, "field."))))
	list, err := json.Marshal(files)
	if err != nil {
		http.Error(w, "", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
	w.Header().Set("Service-Worker-Allowed", "/di") // the start page has no slash at its end
	w.Header().Set("Cache-Control", "no-cache")
	_, _ = w.Write([]byte(strings.NewReplacer("FILES", string(list), "SHELL", hex.EncodeToString(sum[:6])).Replace(workerText)))
}

func jsonOf(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // texts
	}
	return string(b)
}

//go:embed worker.js
var workerText string

func (e *Edge) manifest(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/manifest+json")
	_ = json.NewEncoder(w).Encode(map[string]any{
		"name": "Pháo Đài: đi từng nhà, lấy mẫu", "short_name": "Pháo Đài", "lang": "vi", "start_url": "/di", "scope": "/di", "display": "standalone",
		"background_color": "#FFFFFF", "theme_color": "#0A4E8C",
		"icons": []map[string]string{{"src": "/static/" + e.name["favicon.svg"], "sizes": "any", "type": "image/svg+xml"}},
	})
}
