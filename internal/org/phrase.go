package org

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"phaodai/internal/fold"
)

//go:embed phrase.yaml
var phraseYAML []byte

// noun is a word for bodies of some kinds.
type noun struct {
	Words  []string `yaml:"words"`
	Kinds  []Kind   `yaml:"kinds"`
	Tier   string   `yaml:"tier"`
	Like   string   `yaml:"like"`
	Head   bool     `yaml:"head"`
	Spread bool     `yaml:"spread"` // of all tiers, when no unit is named
	Below  bool     `yaml:"below"`  // of the whole territory, when no unit is named
}

// lexicon is phrase.yaml, its words cut and the longest first.
type lexicon struct {
	Same       map[string]string   `yaml:"same"`
	Topic      []string            `yaml:"topic"`
	Filler     []string            `yaml:"filler"`
	Noun       []noun              `yaml:"noun"`
	Unit       map[string][]string `yaml:"unit"`
	Grassroots []string            `yaml:"grassroots"`
	All        []string            `yaml:"all"`

	same, topic, filler, nouns, units, grassroots, all *trie
}

var words = sync.OnceValue(func() *lexicon {
	var l lexicon
	if err := yaml.Unmarshal(phraseYAML, &l); err != nil {
		panic(fmt.Sprintf("org: phrase.yaml: %v", err)) // embedded: wrong only in development
	}
	l.same, l.topic, l.filler = &trie{}, trieOf(l.Topic), trieOf(l.Filler)
	l.grassroots, l.all = trieOf(l.Grassroots), trieOf(l.All)
	for from, to := range l.Same {
		l.same.put(strings.Fields(from), to)
	}
	l.nouns, l.units = &trie{}, &trie{}
	for i := range l.Noun {
		for _, w := range l.Noun[i].Words {
			l.nouns.put(strings.Fields(w), &l.Noun[i])
		}
	}
	for w, forms := range l.Unit {
		l.units.put(strings.Fields(w), forms)
	}
	return &l
})

// trie finds the longest known run of words.
type trie struct {
	next  map[string]*trie
	value any
}

func trieOf(runs []string) *trie {
	t := &trie{}
	for _, r := range runs {
		t.put(strings.Fields(r), r)
	}
	return t
}

func (t *trie) put(run []string, value any) {
	for _, w := range run {
		if t.next == nil {
			t.next = map[string]*trie{}
		}
		if t.next[w] == nil {
			t.next[w] = &trie{}
		}
		t = t.next[w]
	}
	t.value = value
}

// longest returns the value of the longest run at the start of the words and
// how many tokens it takes. Separators inside a run do not matter ("các phòng,
// ban, ngành").
func (t *trie) longest(tokens []token) (value any, taken int) {
	return t.run(tokens, func(token) bool { return true })
}

// longestName is longest for names, which have no commas: "Công an, quân sự" is
// not "Công an quận".
func (t *trie) longestName(tokens []token) (value any, taken int) {
	return t.run(tokens, func(k token) bool { return k.word == "va" })
}

func (t *trie) run(tokens []token, inside func(token) bool) (value any, taken int) {
	for i, k := range tokens {
		if k.sep && i > 0 && inside(k) {
			continue
		}
		if t = t.next[k.word]; t == nil {
			break
		}
		if t.value != nil {
			value, taken = t.value, i+1
		}
	}
	return value, taken
}

// token is a folded word of a phrase, with its place in the text, or a
// separator: punctuation, "và".
type token struct {
	word     string
	sep      bool
	from, to int
}

// tokens cuts a phrase and writes words that mean the same in one way.
func tokens(text string) []token {
	return unify(cut(text))
}

func cut(text string) (out []token) {
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r):
			end := i + strings.IndexFunc(text[i:], func(r rune) bool {
				return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r)
			})
			if end < i {
				end = len(text)
			}
			w := fold.Text(text[i:end])
			if strings.ToLower(fold.NFC(text[i:end])) == "quân" {
				w = "quân" // the army, not a district
			}
			out = append(out, token{word: w, sep: w == "va" || w == "cung", from: i, to: end})
			i = end
		case strings.ContainsRune(",;:()&+", r):
			out = append(out, token{word: string(r), sep: true, from: i, to: i + size})
			i += size
		default:
			i += size
		}
	}
	return out
}

// unify replaces runs by their one writing and takes topics out.
func unify(in []token) (out []token) {
	l := words()
	for i := 0; i < len(in); {
		if _, n := l.topic.longest(in[i:]); n > 0 && !in[i].sep {
			i += n
			continue
		}
		to, n := l.same.longest(in[i:])
		if n == 0 || in[i].sep {
			out = append(out, in[i])
			i++
			continue
		}
		for _, w := range strings.Fields(to.(string)) {
			out = append(out, token{word: w, from: in[i].from, to: in[i+n-1].to})
		}
		i += n
	}
	// "uy ban mat tran" becomes "uy ban mttq" becomes "mttq".
	if len(out) < len(in) && slices.ContainsFunc(out, func(k token) bool { return k.word == "mttq" }) {
		if again := unify(out); len(again) < len(out) {
			return again
		}
	}
	return out
}

// key is the form in which names are compared: words without separators.
func key(in []token) string {
	var b strings.Builder
	for _, k := range in {
		if !k.sep {
			if b.Len() > 0 {
				b.WriteByte(' ')
			}
			b.WriteString(k.word)
		}
	}
	return b.String()
}
