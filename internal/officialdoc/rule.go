package officialdoc

import (
	"embed"
	"fmt"
	"path"
	"strings"
)

//go:embed rules/*.txt
var ruleFiles embed.FS

// class is a word list of the rules: the phrases under one "@name".
type class uint8

// atomKind says what one step of a pattern matches.
type atomKind uint8

const (
	wordAtom  atomKind = iota // one word
	classAtom                 // the longest phrase of a list
	valueAtom                 // a number, day, hour … read by value.go
	gapAtom                   // one to ten words inside a clause
)

type atom struct {
	kind atomKind
	id   int32
}

// node is a step in the trie of all phrases or patterns.
type node struct {
	next  map[atom]int32
	other []edge // steps that are not single words, tried one by one
	ends  []int32
}

type edge struct {
	atom atom
	to   int32
}

// entry is one line of a rule file.
type entry struct {
	name  string // rule name, "list: phrase" for word lists
	class class
	value string // what stands after "="
}

// trie holds phrases or patterns; node 0 is the root.
type trie struct {
	nodes   []node
	entries []entry
}

func newTrie() *trie { return &trie{nodes: make([]node, 1)} }

func (t *trie) insert(path []atom, e int32) {
	at := int32(0)
	for _, a := range path {
		to, ok := t.nodes[at].next[a]
		if !ok {
			to = int32(len(t.nodes))
			t.nodes = append(t.nodes, node{})
			n := &t.nodes[at]
			if n.next == nil {
				n.next = map[atom]int32{}
			}
			n.next[a] = to
			if a.kind != wordAtom {
				n.other = append(n.other, edge{a, to})
			}
		}
		at = to
	}
	t.nodes[at].ends = append(t.nodes[at].ends, e)
}

// rules is all that the files under rules/ say.
type rules struct {
	words    *vocabulary
	lists    *trie
	classes  map[string]class
	patterns map[string]*trie // by file name: "deadline", "cadence" …
	numerals map[wordID]float64
}

// loadRules compiles every file. Names in "patterns" hold "name: pattern"
// lines; all others hold word lists.
func loadRules(patterns ...string) (*rules, error) {
	r := &rules{words: newVocabulary(), lists: newTrie(), classes: map[string]class{}, patterns: map[string]*trie{}}
	r.numerals = map[wordID]float64{}
	for word, n := range numerals {
		r.numerals[r.words.add(word)] = n
	}
	for _, name := range patterns {
		r.patterns[name] = newTrie()
	}
	for _, word := range []string{"tháng", "năm", "h", "giờ", "g", "phút", "p"} {
		r.words.add(word) // of dates and hours, read by value.go
	}
	files, err := ruleFiles.ReadDir("rules")
	if err != nil {
		return nil, err
	}
	for _, pass := range []bool{false, true} { // lists first: patterns name them
		for _, f := range files {
			name := strings.TrimSuffix(f.Name(), path.Ext(f.Name()))
			t, isPattern := r.patterns[name]
			if isPattern != pass || name == "why" {
				continue
			}
			text, err := ruleFiles.ReadFile("rules/" + f.Name())
			if err != nil {
				return nil, err
			}
			if err := r.load(name, string(text), t); err != nil {
				return nil, err
			}
		}
	}
	return r, nil
}

// load compiles one file: into the lists, or into t where it holds patterns.
func (r *rules) load(file, text string, t *trie) error {
	var list class
	var listName string
	for n, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if name, ok := strings.CutPrefix(line, "@"); ok {
			list, listName = r.class(name), name
			continue
		}
		body, value, _ := strings.Cut(line, " = ")
		into, e := r.lists, entry{name: listName + ": " + body, class: list, value: strings.TrimSpace(value)}
		if t != nil {
			name, pattern, ok := strings.Cut(body, ": ")
			if !ok {
				return fmt.Errorf("rules/%s.txt:%d: no rule name", file, n+1)
			}
			into, body, e.name = t, pattern, file+"."+name
		} else if list == 0 {
			return fmt.Errorf("rules/%s.txt:%d: phrase outside a list", file, n+1)
		}
		p := patternParser{rules: r, rest: body}
		paths := p.alternatives()
		if p.err == nil && p.rest != "" {
			p.err = fmt.Errorf("unbalanced %q", p.rest)
		}
		if p.err != nil {
			return fmt.Errorf("rules/%s.txt:%d: %w", file, n+1, p.err)
		}
		into.entries = append(into.entries, e)
		for _, path := range paths {
			if len(path) > 0 {
				into.insert(path, int32(len(into.entries)-1))
			}
		}
	}
	return nil
}

// class returns the number of a list, giving it one if it is new.
func (r *rules) class(name string) class {
	c, ok := r.classes[name]
	if !ok {
		c = class(len(r.classes) + 1)
		r.classes[name] = c
	}
	return c
}

// patternParser expands "a (b|c) [d] <n>" into all its flat paths.
type patternParser struct {
	rules *rules
	rest  string
	err   error
}

func (p *patternParser) alternatives() [][]atom {
	out := p.sequence()
	for p.err == nil && strings.HasPrefix(p.rest, "|") {
		p.rest = p.rest[1:]
		out = append(out, p.sequence()...)
	}
	return out
}

func (p *patternParser) sequence() [][]atom {
	out := [][]atom{nil}
	for p.err == nil {
		p.rest = strings.TrimLeft(p.rest, " ")
		if p.rest == "" || strings.ContainsRune("|)]", rune(p.rest[0])) {
			return out
		}
		out = cross(out, p.element())
		if len(out) > 5000 {
			p.err = fmt.Errorf("too many alternatives")
		}
	}
	return out
}

func (p *patternParser) element() [][]atom {
	switch p.rest[0] {
	case '(', '[':
		open := p.rest[0]
		p.rest = p.rest[1:]
		inner := p.alternatives()
		end := byte(')')
		if open == '[' {
			end = ']'
			inner = append(inner, nil)
		}
		if p.rest == "" || p.rest[0] != end {
			p.err = fmt.Errorf("missing %q", end)
			return nil
		}
		p.rest = p.rest[1:]
		return inner
	case '<':
		name, rest, ok := strings.Cut(p.rest[1:], ">")
		if !ok {
			p.err = fmt.Errorf("missing '>'")
			return nil
		}
		p.rest = rest
		a, err := p.rules.named(name)
		p.err = err
		return [][]atom{{a}}
	}
	return [][]atom{p.words()}
}

// words reads plain text up to the next operator; a backslash takes the sign
// after it as text.
func (p *patternParser) words() []atom {
	var text strings.Builder
	i := 0
	for i < len(p.rest) && !strings.ContainsRune("()[]|<> ", rune(p.rest[i])) {
		if p.rest[i] == '\\' && i+1 < len(p.rest) {
			i++
		}
		text.WriteByte(p.rest[i])
		i++
	}
	p.rest = p.rest[i:]
	var out []atom
	for _, w := range splitWords(text.String()) {
		out = append(out, atom{wordAtom, int32(p.rules.words.add(w))})
	}
	return out
}

func (r *rules) named(name string) (atom, error) {
	if name == ".." {
		return atom{gapAtom, 0}, nil
	}
	if v, ok := valueNames[name]; ok {
		return atom{valueAtom, int32(v)}, nil
	}
	if c, ok := r.classes[name]; ok {
		return atom{classAtom, int32(c)}, nil
	}
	return atom{}, fmt.Errorf("no list or value %q", name)
}

func cross(left, right [][]atom) [][]atom {
	var out [][]atom
	for _, l := range left {
		for _, r := range right {
			out = append(out, append(append([]atom(nil), l...), r...))
		}
	}
	return out
}
