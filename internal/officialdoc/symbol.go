package officialdoc

import (
	"strings"
	"unicode"
)

// symbol reads the number and symbol of a document: 20/CT-UBND, 484 - TB/TU,
// 23/2021/QĐ-TTg, 5599/BYT-MT, 1830 QĐ-UBND, 251-BCĐ. Blanks are dropped.
func (t *reading) symbol(i, limit int) (string, int) {
	if i >= limit || t.toks[i].kind != numberToken || t.toks[i].digits > 6 {
		return "", 0
	}
	var b strings.Builder
	b.WriteString(t.tokText(t.toks[i]))
	j, parts, letters := i+1, 0, 0
	if j+1 < limit && t.mark(j) == 0 && t.isCode(j) && t.mark(j+1) == '-' && t.has(j, limit, t.rules.classes["code"]) {
		b.WriteString(t.tokText(t.toks[j]))
		j, parts, letters = j+1, 1, 2
	}
	for j+1 < limit {
		sep := t.mark(j)
		spaced := !t.toks[j].glued || !t.toks[j+1].glued
		if sep != '/' && sep != '-' || parts >= 2 && spaced {
			break
		}
		k := j + 1
		if n := t.num(k, limit); n >= 1945 && n < 2200 && sep == '/' && parts == 0 && t.mark(k+1) == '/' {
			b.WriteString("/" + t.tokText(t.toks[k]))
			j = k + 1
			continue
		}
		if !t.isCode(k) || spaced && !t.toks[k].caps {
			break
		}
		b.WriteRune(sep)
		k = t.codeEnd(k, limit)
		code := string(t.runes[t.toks[j+1].start:t.toks[k-1].end])
		b.WriteString(code)
		letters += len([]rune(code))
		j, parts = k, parts+1
	}
	if parts == 0 || letters < 2 {
		return "", 0
	}
	return b.String(), j
}

// isCode reports whether a word looks like a code: capitals, or mixed as TTg.
func (t *reading) isCode(i int) bool {
	tok := t.toks[i]
	if tok.kind != wordToken || tok.end-tok.start > 12 {
		return false
	}
	upper := 0
	for _, r := range t.runes[tok.start:tok.end] {
		if unicode.IsUpper(r) {
			upper++
		}
	}
	n := int(tok.end - tok.start)
	return upper == n || upper >= 2 || tok.upper && n <= 3 && (t.has(i, i+1, t.rules.classes["code"]) || t.has(i, i+1, t.rules.classes["issuercode"]))
}

// codeEnd is the token behind a code with its digits and parts: QH13, NN&PTNT.
func (t *reading) codeEnd(i, limit int) int {
	end := i + 1
	for end < limit && t.toks[end].glued {
		m := t.mark(end)
		switch {
		case t.toks[end].kind == numberToken && t.toks[end].digits <= 2:
			end++
		case (m == '&' || m == '.') && end+1 < limit && t.toks[end+1].glued && t.isCode(end+1):
			end += 2
		default:
			return end
		}
	}
	return end
}

// codes cuts a symbol into its parts behind the number: "CT", "UBND".
func codes(symbol string) []string {
	parts := strings.FieldsFunc(symbol, func(r rune) bool { return r == '/' || r == '-' })
	var out []string
	for _, p := range parts {
		if p != "" && !unicode.IsDigit([]rune(p)[0]) {
			out = append(out, p)
		}
	}
	return out
}

// isParty reports whether a symbol has the Party's form NN-KIND/ISSUER.
func isParty(symbol string) bool {
	dash, slash := strings.IndexByte(symbol, '-'), strings.IndexByte(symbol, '/')
	return dash > 0 && slash > dash && !strings.HasSuffix(strings.ToLower(symbol), "ttg")
}

// symbolKind is the kind of document that a symbol names; one without a kind
// is an official letter.
func (r *rules) symbolKind(symbol string) string {
	if all := codes(symbol); len(all) > 0 {
		if kind := r.value("code", all[0]); kind != "" {
			return kind
		}
	}
	return "công văn"
}

// value is what stands behind "=" for one word of a list.
func (r *rules) value(list, word string) string {
	at := int32(0)
	for _, w := range splitWords(word) {
		to, ok := r.lists.nodes[at].next[atom{wordAtom, int32(r.words.ids[w])}]
		if !ok {
			return ""
		}
		at = to
	}
	for _, e := range r.lists.nodes[at].ends {
		if entry := r.lists.entries[e]; entry.class == r.classes[list] {
			return entry.value
		}
	}
	return ""
}

// correctSymbol returns the right spelling of a symbol and the rule, where the
// received one has a known fault.
func correctSymbol(symbol string) (string, string) {
	out := symbol
	for _, fix := range []struct{ from, to string }{
		{"CD-", "CĐ-"}, {"CD/", "CĐ/"}, {"QD-", "QĐ-"}, {"ND-", "NĐ-"}, {"Ttg", "TTg"}, {"TTG", "TTg"}, {"CT-CP", "CT-TTg"}, {"-BCD", "-BCĐ"}, {"HDND", "HĐND"},
	} {
		out = strings.Replace(out, fix.from, fix.to, 1)
	}
	if n, ok := strings.CutSuffix(out, "-CT/TTg"); ok {
		out = n + "/CT-TTg"
	}
	if out == symbol {
		return "", ""
	}
	return out, "correct.symbol"
}
