package officialdoc

// maxGap is how many words <..> may stand for.
const maxGap = 10

// hit is a phrase of a list found at a token.
type hit struct {
	end   int32 // token after the phrase
	entry int32
	class class
}

// reading is one text under reading: its tokens, and every phrase of every
// list in them.
type reading struct {
	*source
	rules *rules
	hits  []hit
	from  []int32 // hits[from[i]:from[i+1]] begin at token i
}

func (r *rules) read(runes []rune) *reading {
	t := &reading{source: tokenize(runes, r.words), rules: r}
	t.from = make([]int32, 1, len(t.toks)+1)
	t.hits = make([]hit, 0, len(t.toks))
	for i := range t.toks {
		t.findPhrases(i)
		t.from = append(t.from, int32(len(t.hits)))
	}
	return t
}

func (t *reading) findPhrases(i int) {
	at := int32(0)
	for j := i; j < len(t.toks) && t.toks[j].word != 0; j++ {
		to, ok := t.rules.lists.nodes[at].next[atom{wordAtom, int32(t.toks[j].word)}]
		if !ok {
			return
		}
		at = to
		for _, e := range t.rules.lists.nodes[at].ends {
			t.hits = append(t.hits, hit{int32(j + 1), e, t.rules.lists.entries[e].class})
		}
	}
}

// phrase returns the longest phrase of a list that begins at token i and ends
// by limit: the token after it (0 where there is none) and the text behind "=".
func (t *reading) phrase(i, limit int, c class) (end int, value string) {
	if i >= limit {
		return 0, ""
	}
	for _, h := range t.hits[t.from[i]:t.from[i+1]] {
		if h.class == c && int(h.end) <= limit && int(h.end) > end {
			end, value = int(h.end), t.rules.lists.entries[h.entry].value
		}
	}
	return end, value
}

func (t *reading) has(i, limit int, c class) bool {
	end, _ := t.phrase(i, limit, c)
	return end > 0
}

// found is a pattern found in the text, with the values read in it.
type found struct {
	start, end int // tokens
	rule       *entry
	values     []value
}

// match returns the longest pattern that begins at token i and ends by limit.
func (t *reading) match(p *trie, i, limit int) (found, bool) {
	m := matcher{reading: t, trie: p, limit: limit}
	m.best.start = i
	m.walk(0, i)
	return m.best, m.best.rule != nil
}

type matcher struct {
	*reading
	trie   *trie
	limit  int
	values []value
	best   found
}

func (m *matcher) walk(at int32, i int) {
	n := &m.trie.nodes[at]
	if len(n.ends) > 0 && i > m.best.end {
		m.best.end, m.best.rule = i, &m.trie.entries[n.ends[0]]
		m.best.values = append([]value(nil), m.values...)
	}
	if i >= m.limit {
		return
	}
	if w := m.toks[i].word; w != 0 {
		if to, ok := n.next[atom{wordAtom, int32(w)}]; ok {
			m.walk(to, i+1)
		}
	}
	for _, e := range n.other {
		m.step(e, i)
	}
}

func (m *matcher) step(e edge, i int) {
	switch e.atom.kind {
	case classAtom:
		if end, v := m.phrase(i, m.limit, class(e.atom.id)); end > 0 {
			m.values = append(m.values, value{kind: wordValue, start: i, end: end, text: v})
			m.walk(e.to, end)
			m.values = m.values[:len(m.values)-1]
		}
	case valueAtom:
		if v, ok := m.value(valueKind(e.atom.id), i, m.limit); ok {
			m.values = append(m.values, v)
			m.walk(e.to, v.end)
			m.values = m.values[:len(m.values)-1]
		}
	case gapAtom:
		for j := i + 1; j <= i+maxGap && j <= m.limit && m.toks[j-1].kind != punctToken; j++ {
			m.walk(e.to, j)
		}
	}
}

// findAll returns the patterns in tokens [a, b), left to right, longest first,
// none inside another.
func (t *reading) findAll(p *trie, a, b int) []found {
	var out []found
	root := &p.nodes[0]
	for i := a; i < b; {
		if !t.mayStart(root, i) {
			i++
			continue
		}
		f, ok := t.match(p, i, b)
		if !ok {
			i++
			continue
		}
		out = append(out, f)
		i = f.end
	}
	return out
}

// mayStart reports quickly whether some pattern can begin at token i: with its
// word, or with a number.
func (t *reading) mayStart(root *node, i int) bool {
	tok := t.toks[i]
	if tok.kind == numberToken {
		return true
	}
	if tok.word == 0 {
		return false
	}
	if _, ok := root.next[atom{wordAtom, int32(tok.word)}]; ok {
		return true
	}
	return len(root.other) > 0 && t.rules.numerals[tok.word] > 0
}

// span is the code points of tokens [a, b).
func (t *reading) span(a, b int) Span {
	if a >= b {
		return Span{}
	}
	return Span{int(t.toks[a].start), int(t.toks[b-1].end)}
}

// words is the text of tokens [a, b) with line breaks and runs of blanks as
// one blank.
func (t *reading) words(a, b int) string {
	out := make([]rune, 0, 8*(b-a))
	for i := a; i < b; i++ {
		if i > a && !t.toks[i].glued {
			out = append(out, ' ')
		}
		out = append(out, t.runes[t.toks[i].start:t.toks[i].end]...)
	}
	return string(out)
}

// mark returns the plain punctuation mark of token i, or 0.
func (t *reading) mark(i int) rune {
	if i < 0 || i >= len(t.toks) || t.toks[i].kind != punctToken {
		return 0
	}
	return plainPunct(t.runes[t.toks[i].start])
}
