package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"

	"phaodai/internal/web/asset"
)

// assets is the bundle of scripts, styles and icons: file names carry the hash
// of their content, so that a browser may keep them for ever.
type assets struct {
	files fs.FS
	name  map[string]string // "app.css" -> "app-4KJ2.css"
}

// errNoBundle tells a developer what a user never sees.
var errNoBundle = errors.New("web: the pages' bundle is missing: run make build, or npm ci && npm run build in web/")

func openAssets(files fs.FS) (*assets, error) {
	if files == nil {
		files = asset.Files()
	}
	a := &assets{files: files, name: map[string]string{}}
	b, err := fs.ReadFile(files, "manifest.json")
	if err != nil {
		return nil, errNoBundle
	}
	if err := json.Unmarshal(b, &a.name); err != nil {
		return nil, fmt.Errorf("web: manifest of the bundle: %w", err)
	}
	for _, name := range []string{"app.js", "app.css", "icons.svg"} {
		if a.name[name] == "" {
			return nil, fmt.Errorf("%w (no %s)", errNoBundle, name)
		}
	}
	return a, nil
}

func (a *assets) path(name string) string { return "/static/" + a.name[name] }

func (a *assets) serve(r *Request) error {
	name, h := r.Path("name"), r.w.Header()
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Vary", "Accept-Encoding")
	if _, err := fs.Stat(a.files, name+".gz"); err == nil && strings.Contains(r.HTTP.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Type", mime.TypeByExtension(path.Ext(name)))
		h.Set("Content-Encoding", "gzip")
		name += ".gz"
	}
	http.ServeFileFS(r.w, r.HTTP, a.files, name)
	return nil
}
