// Package i18n holds every sentence that a user reads, in Vietnamese and
// English, and the forms of dates, numbers and times left (pages.md, section 8).
//
// Messages are files message/<area>.<lang>.yaml with flat keys; the text may
// use its arguments as {{.Name}} and may have plural forms (one, other), which
// the argument Count chooses. Tests prove that both languages have the same
// keys and that every key used in the code exists.
package i18n

import (
	"embed"
	"fmt"
	"io/fs"
	"sort"
	"strconv"
	"strings"
	"sync"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
	"gopkg.in/yaml.v3"
)

//go:embed message/*.yaml
var files embed.FS

// The languages of every page; Vietnamese is the default.
const (
	Vietnamese = "vi"
	English    = "en"
)

// Languages lists the languages, the default first.
func Languages() []string { return []string{Vietnamese, English} }

// Messages translates. It is safe for concurrent use.
type Messages struct {
	localizer map[string]*i18n.Localizer
	plain     map[string]map[string]string // texts without arguments, by language and key
}

// Default returns the messages that the program carries.
var Default = sync.OnceValue(func() *Messages {
	m, err := Load(files)
	if err != nil {
		panic(fmt.Sprintf("i18n: %v", err)) // embedded: wrong only in development
	}
	return m
})

// Load reads message/*.yaml of a file system. A key that stands twice in one
// language is an error.
func Load(fsys fs.FS) (*Messages, error) {
	bundle := i18n.NewBundle(language.Vietnamese)
	bundle.RegisterUnmarshalFunc("yaml", yaml.Unmarshal)
	paths, err := fs.Glob(fsys, "message/*.yaml")
	if err != nil {
		return nil, err
	}
	m := &Messages{localizer: map[string]*i18n.Localizer{}, plain: map[string]map[string]string{}}
	for _, lang := range Languages() {
		m.plain[lang] = map[string]string{}
	}
	seen := map[string]string{}
	for _, path := range paths {
		if err := m.file(bundle, fsys, path, seen); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	for _, lang := range Languages() {
		m.localizer[lang] = i18n.NewLocalizer(bundle, lang)
	}
	return m, nil
}

func (m *Messages) file(bundle *i18n.Bundle, fsys fs.FS, path string, seen map[string]string) error {
	text, err := fs.ReadFile(fsys, path)
	if err != nil {
		return err
	}
	file, err := bundle.ParseMessageFileBytes(text, path)
	if err != nil {
		return err
	}
	lang := file.Tag.String()
	plain, known := m.plain[lang]
	if !known {
		return fmt.Errorf("no such language: %s", lang)
	}
	for _, message := range file.Messages {
		if other, twice := seen[lang+" "+message.ID]; twice {
			return fmt.Errorf("key %s stands in %s too", message.ID, other)
		}
		seen[lang+" "+message.ID] = path
		plain[message.ID] = ""
		if message.One == "" && !strings.Contains(message.Other, "{{") {
			plain[message.ID] = message.Other
		}
	}
	return nil
}

// T is the sentence of a key in a language; args alternate names and values.
// Count also chooses the plural form, and a whole number of it is written as the
// language groups digits. An unknown language reads Vietnamese. A
// key that nobody wrote shows itself in ⟦brackets⟧, which tests look for.
func (m *Messages) T(lang, key string, args ...any) string {
	if m.localizer[lang] == nil {
		lang = Vietnamese
	}
	text, known := m.plain[lang][key]
	switch {
	case !known:
		return "⟦" + key + "⟧"
	case text != "":
		return text
	}
	data := Args(args)
	config := &i18n.LocalizeConfig{MessageID: key, TemplateData: data}
	if n := count(data["Count"]); n != nil {
		config.PluralCount = n
		data["Count"] = grouped(lang, n)
	}
	text, err := m.localizer[lang].Localize(config)
	if err != nil && text == "" {
		return "⟦" + key + "⟧"
	}
	return text
}

// grouped writes a whole count as the language does: 9.856.
func grouped(lang string, n any) any {
	whole, err := strconv.ParseInt(fmt.Sprint(n), 10, 64)
	if err != nil {
		return n
	}
	return Format{Lang: lang}.Number(whole)
}

// count makes a plural operand of whatever a caller counts with; nil of what is
// no number.
func count(n any) any {
	s := fmt.Sprint(n)
	if _, err := strconv.ParseFloat(s, 64); err != nil {
		return nil
	}
	return s
}

// T translates with the messages that the program carries.
func T(lang, key string, args ...any) string { return Default().T(lang, key, args...) }

// Prefixed are the messages of the program whose keys begin with a prefix, for a
// page that fills them in itself.
func Prefixed(lang, prefix string) map[string]string {
	out := map[string]string{}
	for _, key := range Default().Keys(lang) {
		if strings.HasPrefix(key, prefix) {
			out[key] = T(lang, key)
		}
	}
	return out
}

// Has tells whether a key exists in a language.
func (m *Messages) Has(lang, key string) bool {
	_, ok := m.plain[lang][key]
	return ok
}

// Keys lists the keys of a language.
func (m *Messages) Keys(lang string) []string {
	out := make([]string, 0, len(m.plain[lang]))
	for key := range m.plain[lang] {
		out = append(out, key)
	}
	sort.Strings(out)
	return out
}

// Args makes a map of alternating names and values. A value without a name is
// dropped.
func Args(args []any) map[string]any {
	out := make(map[string]any, len(args)/2)
	for i := 0; i+1 < len(args); i += 2 {
		if name, ok := args[i].(string); ok {
			out[name] = args[i+1]
		}
	}
	return out
}
