package directivepage

import (
	"cmp"
	"slices"
	"strings"

	"phaodai/internal/directive"
	"phaodai/internal/officialdoc"
	"phaodai/internal/web"
)

// segment is a run of the text as received in which the same findings hold.
type segment struct {
	Text  string
	Start int      // code point, for a selection that becomes a task
	Class string   // what it is: "m-task m-who m-when m-cite m-unknown m-fix"
	Path  string   // where it leads, "" for none
	IDs   []string // anchors of the findings that begin here
	Refs  string   // ids of the findings that cover it, for the script
	Note  string   // in words what the mark is, read aloud and shown on the first segment
	Fixed string   // the corrected spelling of the word
}

// mark is one finding with its place.
type mark struct {
	span  officialdoc.Span
	class string
	ref   string
	path  string
	id    string
	note  string
	fixed string
}

// cut splits a text at the ends of its marks. Marks may overlap; a segment
// leads where the shortest mark with a path leads.
func cut(text string, marks []mark) []segment {
	runes := []rune(text)
	bounds := []int{0, len(runes)}
	for i := range marks {
		marks[i].span[0] = min(max(marks[i].span[0], 0), len(runes))
		marks[i].span[1] = min(max(marks[i].span[1], marks[i].span[0]), len(runes))
		bounds = append(bounds, marks[i].span[0], marks[i].span[1])
	}
	slices.Sort(bounds)
	bounds = slices.Compact(bounds)
	slices.SortStableFunc(marks, func(a, b mark) int { return cmp.Compare(a.span[0], b.span[0]) })
	var out []segment
	first := 0 // marks before it have ended
	for i := 0; i+1 < len(bounds); i++ {
		from, to := bounds[i], bounds[i+1]
		for first < len(marks) && marks[first].span[1] <= from && first < len(marks)-1 {
			if !allEnded(marks[:first+1], from) {
				break
			}
			first++
		}
		out = append(out, covered(runes, from, to, marks[first:]))
	}
	return out
}

func allEnded(marks []mark, at int) bool {
	for _, m := range marks {
		if m.span[1] > at {
			return false
		}
	}
	return true
}

// covered is one segment with all that its marks say.
func covered(text []rune, from, to int, marks []mark) segment {
	s := segment{Text: string(text[from:to]), Start: from}
	var classes, refs []string
	shortest := 0
	for _, m := range marks {
		if m.span[0] >= to {
			break
		}
		if m.span[0] > from || m.span[1] < to || m.span.Len() == 0 {
			continue
		}
		classes = append(classes, m.class)
		if m.ref != "" {
			refs = append(refs, m.ref)
		}
		if m.path != "" && (shortest == 0 || m.span.Len() < shortest) {
			s.Path, shortest = m.path, m.span.Len()
		}
		if m.span[0] == from {
			s.Note = cmp.Or(s.Note, m.note)
			if m.id != "" {
				s.IDs = append(s.IDs, m.id)
			}
		}
		s.Fixed = cmp.Or(s.Fixed, m.fixed)
	}
	slices.Sort(classes)
	slices.Sort(refs)
	s.Class, s.Refs = strings.Join(slices.Compact(classes), " "), strings.Join(slices.Compact(refs), " ")
	return s
}

// textOf is the text as received with repaired words beside it.
func textOf(reading directive.Reading) []segment {
	if reading.Text == "" {
		return nil
	}
	return cut(reading.Text, repairs(reading))
}

func repairs(reading directive.Reading) []mark {
	var out []mark
	if reading.Found == nil {
		return nil
	}
	for _, c := range reading.Found.Corrections {
		out = append(out, mark{span: c.Span, class: "m-fix", fixed: c.Corrected})
	}
	return out
}

// explain puts the rule of a finding into words; a rule without words of its
// own shows nothing rather than its code.
func explain(r *web.Request, rule string) string {
	return officialdoc.Explain(rule, r.Lang)
}

func sortByDay(days []markedDay) {
	slices.SortFunc(days, func(a, b markedDay) int { return cmp.Compare(a.At, b.At) })
}
