package people

import (
	"bytes"
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"

	"gopkg.in/yaml.v3"

	"phaodai/internal/fold"
)

// Term is an occupation, or a group that goes first.
type Term struct {
	Code     string   `yaml:"code" json:"code"`
	Vi       string   `yaml:"vi" json:"vi"`
	En       string   `yaml:"en" json:"en"`
	HighRisk bool     `yaml:"high_risk" json:"high_risk,omitempty"` // tested more often
	Words    []string `yaml:"words" json:"-"`
}

//go:embed occupation.yaml
var occupationYAML []byte

var terms = sync.OnceValue(func() (t struct {
	Occupations []Term `yaml:"occupations"`
	Priorities  []Term `yaml:"priorities"`
}) {
	d := yaml.NewDecoder(bytes.NewReader(occupationYAML))
	d.KnownFields(true) // a name with a comma and without quotes would lose its end
	if err := d.Decode(&t); err != nil {
		panic(fmt.Sprintf("people: occupation.yaml: %v", err)) // embedded: wrong only in development
	}
	return t
})

// Occupations lists the occupations that rules tell apart.
func Occupations() []Term { return terms().Occupations }

// Priorities lists the groups that go first.
func Priorities() []Term { return terms().Priorities }

func termOf(list []Term, code string) (Term, bool) {
	i := slices.IndexFunc(list, func(t Term) bool { return t.Code == code })
	if i < 0 {
		return Term{}, false
	}
	return list[i], true
}

// termNamed finds what a list calls so: by code, by name, or by a word in it.
func termNamed(list []Term, text string) (Term, bool) {
	words := " " + strings.Join(fold.Words(text), " ") + " "
	for _, t := range list {
		if text == t.Code || words == " "+strings.Join(fold.Words(t.Vi), " ")+" " || words == " "+strings.Join(fold.Words(t.En), " ")+" " {
			return t, true
		}
	}
	for _, t := range list {
		if slices.ContainsFunc(t.Words, func(w string) bool { return strings.Contains(words, " "+w+" ") }) {
			return t, true
		}
	}
	return Term{}, false
}
