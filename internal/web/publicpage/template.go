package publicpage

import (
	"bytes"
	"fmt"
	"html/template"
	"strings"

	"phaodai/internal/i18n"
	"phaodai/internal/instant"
)

func (p *Pages) parse() error {
	css, err := files.ReadFile("template/style.css")
	if err != nil {
		return err
	}
	script, err := files.ReadFile("template/place.js")
	if err != nil {
		return err
	}
	p.style = newStyle(string(css), string(script))
	for _, lang := range i18n.Languages() {
		t, err := template.New("").Funcs(p.funcs(lang)).ParseFS(files, "template/*.html")
		if err != nil {
			return fmt.Errorf("publicpage: %w", err)
		}
		p.page[lang] = t
	}
	return nil
}

func (p *Pages) funcs(lang string) template.FuncMap {
	f := i18n.NewFormat(lang, p.zone)
	return template.FuncMap{
		"t":      func(key string, args ...any) string { return i18n.T(lang, key, readable(f, args)...) },
		"moment": func(at instant.Micros) string { return f.Moment(at) },
		"full":   func(at instant.Micros) string { return f.Full(at) },
		"number": func(n int64) string { return f.Number(n) },
		"tel":    func(s string) template.URL { return template.URL("tel:" + strings.Map(dialled, s)) },
		"pick": func(vi, en string) string {
			if lang == i18n.English && en != "" {
				return en
			}
			return vi
		},
		"css":    func() template.CSS { return template.CSS(p.style.css) },
		"script": func() template.JS { return template.JS(p.style.script) },
		"open":   func(at instant.Micros) bool { return at == instant.Forever },
	}
}

// readable writes the moments among the arguments of a message.
func readable(f i18n.Format, args []any) []any {
	out := make([]any, len(args))
	for i, a := range args {
		out[i] = a
		if at, ok := a.(instant.Micros); ok {
			out[i] = f.Moment(at)
		}
	}
	return out
}

func dialled(r rune) rune {
	if r >= '0' && r <= '9' || r == '+' {
		return r
	}
	return -1
}

// view is what a template is given.
type view struct {
	Lang     string
	Other    string // address in the other language
	Now      instant.Micros
	Exercise bool
	Phone    string
	Data     any
}

func (p *Pages) render(r *request, name string, data any) (answer, error) {
	v := view{Lang: r.lang, Other: r.other(), Now: r.now, Data: data}
	_, v.Exercise = p.Clock.Exercise()
	if p.Phone != nil {
		v.Phone = p.Phone(r.Context())
	}
	var b bytes.Buffer
	if err := p.page[r.lang].ExecuteTemplate(&b, name, v); err != nil {
		return answer{}, fmt.Errorf("publicpage: %s: %w", name, err)
	}
	return answer{media: "text/html; charset=utf-8", body: b.Bytes()}, nil
}
