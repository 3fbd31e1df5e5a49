package measure

import "slices"

// Kind says how a category changes.
type Kind string

// The kinds of changes.
const (
	New        Kind = "new"      // nothing was said before
	Lifted     Kind = "lifted"   // nothing is said any more
	Tightened  Kind = "stricter" // all that is held is as strict or stricter
	Loosened   Kind = "looser"
	Other      Kind = "other"   // neither: the two cannot be compared
	NowUnruled Kind = "unruled" // the same measures, but now decisions disagree, or no longer do
)

// Change is what becomes different in one category.
type Change struct {
	Category string `json:"category"`
	Title    Name   `json:"title"`
	Kind     Kind   `json:"kind"`
	Before   []Held `json:"before,omitempty"`
	After    []Held `json:"after,omitempty"`
	Sentence Name   `json:"sentence"`
}

// Diff finds what changes from one regime to the next, in the order of the
// categories, and how many categories stay as they are.
func (l *Library) Diff(before, after Regime) (changes []Change, unchanged int) {
	for i := range l.Categories {
		c := &l.Categories[i]
		b, was := before.Entry(c.ID)
		a, is := after.Entry(c.ID)
		switch kind := l.kind(b, a); {
		case !was && !is:
		case kind == "":
			unchanged++
		default:
			change := Change{Category: c.ID, Title: c.Title, Kind: kind, Before: b.Held, After: a.Held}
			change.Sentence = change.sentence()
			changes = append(changes, change)
		}
	}
	return changes, unchanged
}

// kind compares what was held with what is, "" no change.
func (l *Library) kind(before, after Entry) Kind {
	stricter, looser := l.covers(after.Held, before.Held), l.covers(before.Held, after.Held)
	switch {
	case len(before.Held) == 0:
		return New
	case len(after.Held) == 0:
		return Lifted
	case stricter && looser && before.Unruled != after.Unruled:
		return NowUnruled
	case stricter && looser:
		return ""
	case stricter:
		return Tightened
	case looser:
		return Loosened
	}
	return Other
}

// covers tells whether for each of b one of a is as strict or stricter.
func (l *Library) covers(a, b []Held) bool {
	return !slices.ContainsFunc(b, func(y Held) bool {
		return !slices.ContainsFunc(a, func(x Held) bool { return l.Compare(x.Measure, y.Measure) >= Equal })
	})
}

// words of the kinds.
var words = map[Kind]Name{
	New:        {"quy định mới", "new"},
	Lifted:     {"không còn quy định", "no longer limited"},
	Tightened:  {"chặt hơn", "stricter"},
	Loosened:   {"nới hơn", "looser"},
	Other:      {"thay đổi", "changed"},
	NowUnruled: {"thay đổi về căn cứ", "the grounds changed"},
}

// sentence says a change with what holds from now on, or held before.
func (c Change) sentence() Name {
	out := Name{c.Title.Vi + ": " + words[c.Kind].Vi + ".", c.Title.En + ": " + words[c.Kind].En + "."}
	show := c.After
	if c.Kind == Lifted {
		show, out = c.Before, out.then(Name{"Trước đây:", "Before:"})
	}
	for _, h := range show {
		out = out.then(h.Sentence())
	}
	return out
}
