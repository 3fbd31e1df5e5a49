package measure

import (
	"slices"
	"strings"

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
	ID      string                        `yaml:"id" json:"id"`
	Text    Name                          `yaml:"text" json:"text"`
	Also    []string                      `yaml:"also" json:"also,omitempty"` // other words for it
	Own     string                        `yaml:"own" json:"own"`             // the category that is about it
	Answers map[string]map[string]Verdict `yaml:"answers" json:"answers"`     // category → step → verdict
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
var general = Name{" Theo quy định chung:", " By the general measures:"}

// Ask answers a question by its ID, false for one that there is not. All
// measures that bear on a question are looked at; the strictest decides.
func (l *Library) Ask(r Regime, question string) (Answer, bool) {
	i := slices.IndexFunc(l.Questions, func(q Question) bool { return q.ID == question })
	if i < 0 {
		return Answer{}, false
	}
	return l.Questions[i].answer(r), true
}

// AskAll answers all questions, in the order of the library.
func (l *Library) AskAll(r Regime) []Answer {
	var out []Answer
	for _, q := range l.Questions {
		out = append(out, q.answer(r))
	}
	return out
}

func (q Question) answer(r Regime) Answer {
	a := Answer{Question: q.ID, Says: Unstated, Derived: true}
	for _, e := range r.Entries {
		for _, h := range e.Held {
			says, speaks := q.Answers[e.Category][h.Step]
			if !speaks {
				continue
			}
			a.Derived = a.Derived && e.Category != q.Own
			if severity[says] > severity[a.Says] {
				a.Says, a.Rests, a.Unruled = says, nil, true
			}
			if says == a.Says {
				a.Rests = append(a.Rests, h)
				a.Unruled = a.Unruled && e.Unruled
			}
		}
	}
	a.Derived = a.Derived && a.Says != Unstated
	a.Sentence = a.sentence(q.Own)
	return a
}

// sentence says what an answer rests on, what is about the question first.
func (a *Answer) sentence(own string) Name {
	slices.SortStableFunc(a.Rests, func(x, y Held) int { return truth(y.Category == own, x.Category == own) })
	out := leads[a.Says]
	if a.Derived {
		out.Vi, out.En = out.Vi+general.Vi, out.En+general.En
	}
	for _, h := range a.Rests {
		s := h.Sentence()
		out.Vi, out.En = out.Vi+" "+s.Vi, out.En+" "+s.En
	}
	return out
}

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
