package measure

import (
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"phaodai/internal/fold"
)

// Verdict is the short answer to a question.
type Verdict string

// The verdicts.
const (
	Yes      Verdict = "yes"
	If       Verdict = "if" // with conditions: the sentences say which
	No       Verdict = "no"
	Unstated Verdict = "unstated" // no document speaks about it
)

// severity orders verdicts: of several measures the strictest answer counts.
var severity = map[Verdict]int{Unstated: 0, Yes: 1, If: 2, No: 3}

// Question is one that residents ask.
type Question struct {
	ID      string                      `yaml:"id" json:"id"`
	Text    Name                        `yaml:"text" json:"text"`
	Also    []string                    `yaml:"also" json:"also,omitempty"` // other words for it
	Own     string                      `yaml:"own" json:"own"`             // the category that is about it
	Answers map[string]map[string]Reply `yaml:"answers" json:"answers"`     // by category and step
}

// Reply is what a step says to a question. A Text tells why, where the measure
// itself does not name what was asked. A reply that stands Alone is replaced by
// one that is about the question itself; other conditions add up.
type Reply struct {
	Says  Verdict `yaml:"says" json:"says"`
	Text  Name    `yaml:"text" json:"text"`
	Alone bool    `yaml:"alone" json:"alone,omitempty"`
}

// UnmarshalYAML reads a reply without text from its verdict alone.
func (r *Reply) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind == yaml.ScalarNode {
		return node.Decode(&r.Says)
	}
	type plain Reply // without this method
	return node.Decode((*plain)(r))
}

// Answer is what a regime says to a question.
type Answer struct {
	Question string  `json:"question"`
	Says     Verdict `json:"says"`
	Sentence Name    `json:"sentence"`
	Rests    []Held  `json:"rests,omitempty"` // the measures, with their clauses
	// Derived tells that no document speaks about the question itself: the
	// answer follows from general measures.
	Derived bool `json:"derived,omitempty"`
	// Unruled tells that it rests only on decisions that disagree: the strictest
	// of them answers, and a ruling may change it.
	Unruled bool `json:"unruled,omitempty"`
}

// leads begin the sentence of an answer.
var leads = map[Verdict]Name{
	Yes:      {"Được.", "Yes."},
	If:       {"Được, có điều kiện.", "Yes, with conditions."},
	No:       {"Không được.", "No."},
	Unstated: {"Văn bản đang áp dụng không nêu việc này; chưa rõ thì hỏi trực ban phường.", "The documents in force do not mention this; if unsure, ask the ward's office on duty."},
}

// general goes before an answer that is derived.
var general = Name{"Theo quy định chung:", "By the general measures:"}

// Ask answers a question by its ID, false for one that there is not. All
// measures that bear on a question are looked at; the strictest decides.
func (l *Library) Ask(r Regime, question string) (Answer, bool) {
	i := slices.IndexFunc(l.Questions, func(q Question) bool { return q.ID == question })
	if i < 0 {
		return Answer{}, false
	}
	return l.answer(l.Questions[i], r), true
}

// AskAll answers all questions, in the order of the library.
func (l *Library) AskAll(r Regime) []Answer {
	var out []Answer
	for _, q := range l.Questions {
		out = append(out, l.answer(q, r))
	}
	return out
}

func (l *Library) answer(q Question, r Regime) Answer {
	a := Answer{Question: q.ID, Says: Unstated, Derived: true}
	for _, e := range r.Entries {
		for _, h := range e.Held {
			reply, speaks := q.Answers[e.Category][h.Step]
			if !speaks || l.milder(e, h) {
				continue
			}
			a.Derived = a.Derived && e.Category != q.Own
			if severity[reply.Says] > severity[a.Says] {
				a.Says, a.Rests, a.Unruled = reply.Says, nil, true
			}
			if reply.Says == a.Says {
				a.Rests = append(a.Rests, h)
				a.Unruled = a.Unruled && e.Unruled
			}
		}
	}
	a.Derived = a.Derived && a.Says != Unstated
	a.Rests = q.exact(a)
	a.Sentence = q.sentence(a)
	return a
}

// exact puts what is about the question itself first. General measures that
// decide the same are left out beside it: all of them from a no, for which one
// reason is enough, and from conditions those that it replaces.
func (q Question) exact(a Answer) []Held {
	if !slices.ContainsFunc(a.Rests, func(h Held) bool { return h.Category == q.Own }) {
		return a.Rests
	}
	slices.SortStableFunc(a.Rests, func(x, y Held) int { return truth(y.Category == q.Own, x.Category == q.Own) })
	return slices.DeleteFunc(a.Rests, func(h Held) bool {
		return h.Category != q.Own && (a.Says == No || q.Answers[h.Category][h.Step].Alone)
	})
}

// milder tells whether a measure is listed beside a stricter one, as where
// nobody has ruled: the stricter answers.
func (l *Library) milder(e Entry, h Held) bool {
	return slices.ContainsFunc(e.Held, func(o Held) bool { return l.Compare(o.Measure, h.Measure) == Stricter })
}

func (q Question) sentence(a Answer) Name {
	out := leads[a.Says]
	if a.Derived {
		out = out.then(general)
	}
	for _, h := range a.Rests {
		reply := q.Answers[h.Category][h.Step]
		if reply.Text == (Name{}) {
			out = out.then(h.Sentence())
		} else {
			out = out.then(reply.Text).then(h.Text)
		}
	}
	return out
}

// then writes one sentence behind another.
func (n Name) then(next Name) Name { return Name{n.Vi + " " + next.Vi, n.En + " " + next.En} }

// Find looks for the question that somebody typed, in either language, with or
// without tones. All its words must stand in what was typed.
func (l *Library) Find(typed string) (Question, bool) {
	have := " " + strings.Join(fold.Words(typed), " ") + " "
	best, length := -1, 0
	for i, q := range l.Questions {
		for _, words := range append([]string{q.Text.Vi, q.Text.En}, q.Also...) {
			want := " " + strings.Join(fold.Words(words), " ") + " "
			if strings.Contains(have, want) && len(want) > length {
				best, length = i, len(want)
			}
		}
	}
	if best < 0 {
		return Question{}, false
	}
	return l.Questions[best], true
}
