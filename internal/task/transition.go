package task

import (
	_ "embed"
	"fmt"
	"slices"
	"sync"

	"gopkg.in/yaml.v3"

	"phaodai/internal/auth"
)

// Act is something that may happen to a task.
type Act string

// The acts of transition.yaml.
const (
	ActAccept          Act = "accept"
	ActBegin           Act = "begin"
	ActProgress        Act = "progress"
	ActReport          Act = "report"
	ActVerify          Act = "verify"
	ActReturn          Act = "return"
	ActClose           Act = "close"
	ActAskExtension    Act = "ask_extension"
	ActDecideExtension Act = "decide_extension"
	ActBlock           Act = "block"
	ActUnblock         Act = "unblock"
	ActHandOn          Act = "hand_on"
	ActRecall          Act = "recall"
	ActCancel          Act = "cancel"
	ActSupersede       Act = "supersede"
	ActRemind          Act = "remind"
)

// Who may do an act.
const (
	WhoAssignee = "assignee"
	WhoAssigner = "assigner"
	WhoEither   = "either"
	WhoOverseer = "overseer" // has the right over the task's territory
)

// Where a transition leads besides a state.
const (
	toSame   State = "same"
	toResume State = "resume"
)

// Transition is a row of transition.yaml.
type Transition struct {
	Act   Act        `yaml:"act"`
	From  []State    `yaml:"from"`
	To    State      `yaml:"to"`
	Who   string     `yaml:"who"`
	Right auth.Right `yaml:"right"`
	Needs string     `yaml:"needs"`
}

//go:embed transition.yaml
var transitionYAML []byte

var transitions = sync.OnceValue(func() []Transition {
	var table []Transition
	if err := yaml.Unmarshal(transitionYAML, &table); err != nil {
		panic(fmt.Sprintf("task: transition.yaml: %v", err)) // embedded: wrong only in development
	}
	return table
})

// Transitions is the table of what may happen to a task.
func Transitions() []Transition { return append([]Transition(nil), transitions()...) }

// transition finds an act in the table.
func transition(act Act) Transition {
	for _, t := range transitions() {
		if t.Act == act {
			return t
		}
	}
	panic("task: no such act: " + string(act))
}

// leads returns the state to which an act leads from a state; ok is false
// where it is not permitted. resume is the state kept from before a question
// or block.
func (t Transition) leads(from, resume State) (to State, ok bool) {
	switch {
	case !slices.Contains(t.From, from):
		return "", false
	case t.To == toSame:
		return from, true
	case t.To == toResume:
		return resume, true
	default:
		return t.To, true
	}
}
