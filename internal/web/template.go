package web

import (
	"bytes"
	"crypto/rand"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"path"
	"strings"

	"phaodai/internal/i18n"
)

//go:embed template/*.html
var frameFiles embed.FS

type templateArea struct {
	name  string
	files fs.FS
}

// templateSet is every page in one language.
type templateSet struct {
	page  map[string]*template.Template
	piece *template.Template // for the functions that draw fields
}

// Templates adds the pages of an area: template/unit.html of area "org" is the
// page "org/unit" and must define "title" and "main"; files whose names begin
// with "_" are pieces that all its pages may use.
func (k *Kit) Templates(area string, files fs.FS) {
	k.areas = append(k.areas, templateArea{area, files})
}

func (k *Kit) parse() error {
	for _, lang := range i18n.Languages() {
		set := &templateSet{page: map[string]*template.Template{}}
		base := template.New("").Funcs(k.funcs(lang, set))
		base, err := base.ParseFS(frameFiles, "template/_*.html")
		if err != nil {
			return fmt.Errorf("web: %w", err)
		}
		if set.piece, err = base.Clone(); err != nil {
			return err
		}
		for _, area := range k.areas {
			if err := set.add(base, area); err != nil {
				return err
			}
		}
		k.set[lang] = set
	}
	return nil
}

func (s *templateSet) add(base *template.Template, area templateArea) error {
	shared, err := base.Clone()
	if err != nil {
		return err
	}
	names, err := fs.Glob(area.files, "template/*.html")
	if err != nil {
		return err
	}
	for _, name := range names {
		if strings.HasPrefix(path.Base(name), "_") {
			if shared, err = shared.ParseFS(area.files, name); err != nil {
				return fmt.Errorf("web: %s: %w", area.name, err)
			}
		}
	}
	for _, name := range names {
		if strings.HasPrefix(path.Base(name), "_") {
			continue
		}
		own, err := shared.Clone()
		if err == nil {
			own, err = own.ParseFS(area.files, name)
		}
		if err != nil {
			return fmt.Errorf("web: %s: %w", area.name, err)
		}
		s.page[area.name+"/"+strings.TrimSuffix(path.Base(name), ".html")] = own
	}
	return nil
}

// Names lists the pages that areas have, for the test that renders them all.
func (k *Kit) Names() []string {
	var out []string
	for name := range k.set[i18n.Vietnamese].page {
		out = append(out, name)
	}
	return out
}

func (r *Request) render(name string, data any, bare bool) error {
	buffer, err := r.page(name, data, bare || r.HTTP.Header.Get("HX-Request") != "")
	if err != nil {
		return err
	}
	if r.Form.Sent {
		r.w.WriteHeader(Status(r.Form.Kind))
	}
	if _, err := buffer.WriteTo(r.w); err != nil {
		r.kit.config.Log.Info("web: the reader has gone", "err", err)
	}
	return nil
}

// page executes a page into memory, so that a failing template never sends half
// a page.
func (r *Request) page(name string, data any, bare bool) (*bytes.Buffer, error) {
	t := r.kit.set[r.Lang].page[name]
	if t == nil {
		return nil, fmt.Errorf("web: no page %q", name)
	}
	view := &View{Frame: r.frame(), Form: r.Form, Data: data}
	start := "layout"
	if bare {
		start = "bare"
	} else {
		view.Nonce = rand.Text()
		r.w.Header().Set("Content-Security-Policy", policy(view.Nonce))
	}
	buffer := &bytes.Buffer{}
	if err := t.ExecuteTemplate(buffer, start, view); err != nil {
		return nil, fmt.Errorf("web: page %s: %w", name, err)
	}
	if r.kit.config.Rendered != nil {
		r.kit.config.Rendered(r.Lang, name)
	}
	h := r.w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", r.Lang)
	h.Set("Cache-Control", "no-store")
	h.Add("Vary", "Cookie, HX-Request")
	return buffer, nil
}
