package measure

import (
	"bytes"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"phaodai/internal/instant"
)

// Ref names a version of a bundle for good: "CT15" its first, "CT15@2" its
// second. What a decision binds is a Ref, so that a newer version changes
// nothing that was decided.
func (b Bundle) Ref() string {
	if b.Version <= 1 {
		return b.ID
	}
	return b.ID + "@" + strconv.Itoa(b.Version)
}

// ParseRef is the bundle and the version that a Ref names; version 0 of what is
// no Ref.
func ParseRef(ref string) (id string, version int) {
	id, number, two := strings.Cut(ref, "@")
	if !two {
		return id, 1
	}
	version, err := strconv.Atoi(number)
	if err != nil || version < 2 {
		return id, 0
	}
	return id, version
}

// AtRef is the version that a Ref names.
func (l *Library) AtRef(ref string) (*Bundle, bool) { return l.Version(ParseRef(ref)) }

// Complete fills in what a bundle has from its bases, which the library holds.
func (l *Library) Complete(b Bundle) *Bundle {
	l.rest(&b)
	return &b
}

// Against is how one measure of a bundle stands to what another bundle says in
// the same category.
type Against struct {
	Category string
	Title    Name
	Own      *Measure // nil: silent
	Other    *Measure // nil: silent
	Relation Relation // of Own to Other, where both speak
}

// Against holds a bundle against another, in the order of the categories.
func (l *Library) Against(b, other *Bundle) (out []Against) {
	of := func(b *Bundle, category string) *Measure {
		i := slices.IndexFunc(b.Measures, func(m Measure) bool { return m.Category == category })
		if i < 0 {
			return nil
		}
		return &b.Measures[i]
	}
	for _, c := range l.Categories {
		x := Against{Category: c.ID, Title: c.Title, Own: of(b, c.ID), Other: of(other, c.ID)}
		if x.Own == nil && x.Other == nil {
			continue
		}
		if x.Own != nil && x.Other != nil {
			x.Relation = l.Compare(*x.Own, *x.Other)
		}
		out = append(out, x)
	}
	return out
}

// YAML writes a bundle as ReadBundle reads it; what it has from its base is
// left to that.
func (b Bundle) YAML() ([]byte, error) {
	w := written{Bundle: b, From: spelled(b.From), To: spelled(b.To)}
	var n yaml.Node
	if err := n.Encode(map[string][]written{"bundles": {w}}); err != nil {
		return nil, err
	}
	prune(&n)
	var out bytes.Buffer
	e := yaml.NewEncoder(&out)
	e.SetIndent(2)
	if err := e.Encode(&n); err != nil {
		return nil, err
	}
	return out.Bytes(), e.Close()
}

func spelled(at instant.Micros) string {
	if at.IsZero() {
		return ""
	}
	t := at.Time().In(instant.Vietnam())
	if t.Hour() == 0 && t.Minute() == 0 {
		return t.Format(time.DateOnly)
	}
	return t.Format("2006-01-02T15:04")
}

// prune drops fields that say nothing.
func prune(n *yaml.Node) {
	for _, c := range n.Content {
		prune(c)
	}
	if n.Kind != yaml.MappingNode {
		return
	}
	var kept []*yaml.Node
	for i := 0; i+1 < len(n.Content); i += 2 {
		v := n.Content[i+1]
		empty := v.Kind == yaml.ScalarNode && (v.Tag == "!!null" || v.Value == "" || v.Value == "false" || v.Tag == "!!int" && v.Value == "0") ||
			v.Kind != yaml.ScalarNode && len(v.Content) == 0
		if !empty {
			kept = append(kept, n.Content[i], v)
		}
	}
	n.Content = kept
}

// ReadBundle reads a document with one bundle. A field that does not exist is an
// error that names its line. The bundle is not checked yet: see CheckBundle.
func ReadBundle(data []byte) (Bundle, error) {
	l, err := Parse(data)
	if err != nil {
		return Bundle{}, err
	}
	if len(l.Bundles) != 1 || len(l.Categories)+len(l.Additions)+len(l.Questions)+len(l.Penalties) > 0 {
		return Bundle{}, errors.New("measure: one bundle and nothing else is read at a time")
	}
	b := l.Bundles[0]
	b.Measures = nil
	return b, nil
}
