package measure

import (
	"bytes"
	"embed"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"time"

	"gopkg.in/yaml.v3"

	"phaodai/internal/instant"
)

// Library is all that measures are made of. It is not changed after Parse, and
// may be used by many goroutines.
type Library struct {
	Categories []Category
	Bundles    []Bundle
	Additions  []Measure // ready-made measures that a locality may add to 15+
	Questions  []Question
	Penalties  []Penalty

	ladders map[string]ladder
}

// document is one YAML file; each may hold any of the parts.
type document struct {
	Categories []Category `yaml:"categories"`
	Bundles    []written  `yaml:"bundles"`
	Additions  []Measure  `yaml:"additions"`
	Questions  []Question `yaml:"questions"`
	Penalties  []Penalty  `yaml:"penalties"`
}

// written is a bundle with its moments as people write them.
type written struct {
	Bundle `yaml:",inline"`
	From   string `yaml:"from"`
	To     string `yaml:"to"`
}

// Bounds of documents that come from outside.
const (
	maxBytes = 256 << 10
	maxSteps = 40 // of a category, and its orders at most as many
	maxBases = 8  // that a bundle rests on, one behind the other
)

// Parse reads documents into one library; bundles of a later document may rest
// on those of an earlier one. A field that does not exist is an error that names
// its line. The library is not checked yet: see Check.
func Parse(documents ...[]byte) (*Library, error) {
	l := &Library{ladders: map[string]ladder{}}
	for _, data := range documents {
		if err := l.read(data); err != nil {
			return nil, fmt.Errorf("measure: %w", err)
		}
	}
	for i := range l.Categories {
		l.ladders[l.Categories[i].ID] = l.Categories[i].ladder()
	}
	for i := range l.Bundles {
		l.rest(&l.Bundles[i])
	}
	return l, nil
}

func (l *Library) read(data []byte) error {
	if len(data) > maxBytes {
		return fmt.Errorf("a document of more than %d KB", maxBytes>>10)
	}
	d := yaml.NewDecoder(bytes.NewReader(data))
	d.KnownFields(true)
	var doc document
	if err := d.Decode(&doc); err != nil && err != io.EOF {
		return err
	}
	for _, c := range doc.Categories {
		if len(c.Steps) > maxSteps || len(slices.Concat(c.Orders...)) > maxSteps*maxSteps {
			return fmt.Errorf("category %s has more than %d steps", c.ID, maxSteps)
		}
	}
	for _, w := range doc.Bundles {
		b, err := w.bundle()
		if err != nil {
			return err
		}
		l.Bundles = append(l.Bundles, b)
	}
	l.Categories = append(l.Categories, doc.Categories...)
	l.Additions = append(l.Additions, doc.Additions...)
	l.Questions = append(l.Questions, doc.Questions...)
	l.Penalties = append(l.Penalties, doc.Penalties...)
	return nil
}

func (w written) bundle() (b Bundle, err error) {
	b = w.Bundle
	if b.From, err = moment(w.From); err != nil {
		return b, fmt.Errorf("bundle %s: %w", b.ID, err)
	}
	if b.To, err = moment(w.To); err != nil {
		return b, fmt.Errorf("bundle %s: %w", b.ID, err)
	}
	return b, nil
}

// moment reads a day or a minute of Vietnam's time, "" no moment.
func moment(text string) (instant.Micros, error) {
	if text == "" {
		return 0, nil
	}
	form := "2006-01-02T15:04"
	if len(text) == len(time.DateOnly) {
		form = time.DateOnly
	}
	t, err := time.ParseInLocation(form, text, instant.Vietnam())
	return instant.Of(t), err
}

// rest fills in what a bundle has from its bases. A chain that comes back to
// itself ends there; Check names it.
func (l *Library) rest(b *Bundle) {
	b.Measures = slices.Clone(b.Own)
	b.TakesAdditions = b.NeedsAdditions
	for _, base := range l.bases(*b) {
		spoken := map[string]bool{}
		for _, m := range b.Measures {
			spoken[m.Category] = true
		}
		for _, m := range base.Own {
			if !spoken[m.Category] {
				b.Measures = append(b.Measures, m)
			}
		}
		b.TakesAdditions = b.TakesAdditions || base.NeedsAdditions
	}
	// A bundle that strengthens 15+ by measures of its own has its additions.
	b.NeedsAdditions = b.TakesAdditions && (b.NeedsAdditions || len(b.Own) == 0)
}

// bases are the bundles that one rests on, nearest first, up to where the chain
// comes back to itself or is too long.
func (l *Library) bases(b Bundle) (out []*Bundle) {
	seen := []string{b.version()}
	for b.Base != "" && len(out) < maxBases {
		base, ok := l.base(b)
		if !ok || slices.Contains(seen, base.version()) {
			return out
		}
		seen = append(seen, base.version())
		out = append(out, base)
		b = *base
	}
	return out
}

func (l *Library) base(b Bundle) (*Bundle, bool) { return l.Version(b.Base, max(b.BaseVersion, 1)) }

// Bundle finds the newest version of a bundle.
func (l *Library) Bundle(id string) (*Bundle, bool) {
	found := -1
	for i := range l.Bundles {
		if l.Bundles[i].ID == id && (found < 0 || l.Bundles[i].Version > l.Bundles[found].Version) {
			found = i
		}
	}
	if found < 0 {
		return nil, false
	}
	return &l.Bundles[found], true
}

// Version finds one version of a bundle, which a decision keeps for good.
func (l *Library) Version(id string, version int) (*Bundle, bool) {
	i := slices.IndexFunc(l.Bundles, func(b Bundle) bool { return b.ID == id && b.Version == version })
	if i < 0 {
		return nil, false
	}
	return &l.Bundles[i], true
}

// Category finds a category.
func (l *Library) Category(id string) (*Category, bool) {
	i := slices.IndexFunc(l.Categories, func(c Category) bool { return c.ID == id })
	if i < 0 {
		return nil, false
	}
	return &l.Categories[i], true
}

// Penalty finds a penalty.
func (l *Library) Penalty(id string) (*Penalty, bool) {
	i := slices.IndexFunc(l.Penalties, func(p Penalty) bool { return p.ID == id })
	if i < 0 {
		return nil, false
	}
	return &l.Penalties[i], true
}

//go:embed data/*.yaml
var shipped embed.FS

// Shipped reads the library that the program brings, and after it the documents
// of a locality.
func Shipped(more ...[]byte) (*Library, error) {
	names, err := fs.Glob(shipped, "data/*.yaml")
	if err != nil {
		return nil, err
	}
	var documents [][]byte
	for _, name := range names {
		data, err := shipped.ReadFile(name)
		if err != nil {
			return nil, err
		}
		documents = append(documents, data)
	}
	return Parse(append(documents, more...)...)
}
