package officialdoc

import (
	"sort"
	"strings"
)

// refer returns the names of bodies, with "Sở" and "các địa phương này" put
// back to what the text named before.
func (d *draft) refer(list []body) []string {
	out := d.texts(list)
	for i, b := range list {
		if d.has(b.b-1, b.b, d.c.This) && d.is(b.b-1, b.b, d.w("này"), d.w("trên")) {
			if places := d.placesBefore(b.a); len(places) > 0 {
				return places
			}
		}
		if end, _ := d.phrase(b.a, b.b, d.c.Selfname); end == b.b && b.b == b.a+1 {
			if full := d.namedBefore(out[i]); full != "" {
				out[i] = full
			}
		}
	}
	return out
}

// namedBefore is the last body that a task named with the same first word.
func (d *draft) namedBefore(word string) string {
	for k := len(d.doc.Tasks) - 1; k >= 0 && k > len(d.doc.Tasks)-8; k-- {
		for _, name := range d.doc.Tasks[k].Responsible {
			if strings.HasPrefix(strings.ToLower(name), strings.ToLower(word)+" ") {
				return name
			}
		}
	}
	return ""
}

// placesBefore are the places that the sentence before token i names, without
// those that only say where another lies.
func (d *draft) placesBefore(i int) []string {
	n := sort.Search(len(d.sentences), func(k int) bool { return d.sentences[k].a > i }) - 1
	if n <= 0 {
		return nil
	}
	s := d.sentences[n-1]
	var out []string
	depth := 0
	for k := s.a; k < s.b; k++ {
		switch d.mark(k) {
		case '(':
			depth++
		case ')':
			depth--
		}
		end, _ := d.phrase(k, s.b, d.c.Place)
		if end == 0 || end >= s.b || !d.toks[end].upper || depth > 0 || k > s.a && d.is(k-1, s.b, d.w("thuộc"), d.w("của")) {
			continue
		}
		for end < s.b && d.toks[end].kind == wordToken && d.toks[end].upper {
			end++
		}
		out = append(out, d.words(k, end))
		k = end - 1
	}
	return out
}
