package scoring

import (
	"sort"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"phaodai/internal/officialdoc"
)

// tones brings the two ways of placing a tone mark to one: uỷ is ủy.
var tones = strings.NewReplacer(
	"oà", "òa", "oá", "óa", "oả", "ỏa", "oã", "õa", "oạ", "ọa",
	"oè", "òe", "oé", "óe", "oẻ", "ỏe", "oẽ", "õe", "oẹ", "ọe",
	"uỳ", "ùy", "uý", "úy", "uỷ", "ủy", "uỹ", "ũy", "uỵ", "ụy")

// plain is a text for comparison: no case, one way of tones, single blanks, no
// marks at its ends.
func plain(s string) string {
	s = strings.ReplaceAll(strings.ToLower(norm.NFC.String(s)), "\u00a0", " ")
	return strings.Trim(strings.Join(strings.Fields(tones.Replace(s)), " "), ` .,;:*"“”`)
}

func plainAll(in []string) []string {
	out := make([]string, len(in))
	for i, s := range in {
		out[i] = plain(s)
	}
	return out
}

// symbol is a number and symbol for comparison.
func symbol(s string) string {
	return strings.NewReplacer(" ", "", "–", "-", "cđ", "cd").Replace(plain(s))
}

// loose tells whether one text is the other or a good part of it.
func loose(a, b string) bool {
	a, b = plain(a), plain(b)
	short, long := utf8.RuneCountInString(a), utf8.RuneCountInString(b)
	if short > long {
		short, long = long, short
	}
	return a == b || short > 3 && (strings.Contains(a, b) || strings.Contains(b, a)) && long <= 2*short+20
}

// overlap is the number of code points that two spans share, or 0 where that is
// less than half of the shorter or 30 % of the longer one.
func overlap(a, b officialdoc.Span) int {
	n := min(a[1], b[1]) - max(a[0], b[0])
	if n > 0 && 2*n >= min(a.Len(), b.Len()) && 10*n >= 3*max(a.Len(), b.Len()) {
		return n
	}
	return 0
}

// pairs matches labelled with found tasks, the largest overlap first, each
// used once: index of a label to index of a task.
func pairs(want []Task, got []officialdoc.Task) map[int]int {
	var all [][3]int
	for i, w := range want {
		for j, h := range got {
			if n := overlap(w.Span, h.Span); n > 0 {
				all = append(all, [3]int{n, i, j})
			}
		}
	}
	sort.Slice(all, func(a, b int) bool {
		for k := range 3 {
			if all[a][k] != all[b][k] {
				return all[a][k] > all[b][k]
			}
		}
		return false
	})
	match, used := map[int]int{}, map[int]bool{}
	for _, p := range all {
		if _, ok := match[p[1]]; !ok && !used[p[2]] {
			match[p[1]], used[p[2]] = p[2], true
		}
	}
	return match
}

func every(set []string, holds func(string) bool) bool {
	for _, s := range set {
		if !holds(s) {
			return false
		}
	}
	return true
}

func joined(s []string) string { return "[" + strings.Join(s, "; ") + "]" }
