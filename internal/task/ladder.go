package task

import (
	_ "embed"
	"fmt"
	"sync"
	"time"

	"gopkg.in/yaml.v3"

	"phaodai/internal/fault"
)

// What a step counts from.
const (
	BaseAssigned = "assigned" // the moment of assignment
	BaseStart    = "start"    // the moment from which the work takes effect
	BaseDeadline = "deadline" // the deadline, or the assignment where that is later
	BaseUntil    = "until"    // the moment up to which the work holds
)

// To whom a step goes.
const (
	ToAssignee  = "assignee"   // the post, or the head of the office, and who accepted
	ToAreaOwner = "area_owner" // who is in charge of the territory or Party organisation
	ToHead      = "head"       // the head of the superior office
	ToAssigner  = "assigner"   // who ordered it
)

// Step is one rung of the escalation ladder.
type Step struct {
	Name  string  `yaml:"name" json:"name"`                       // message key is "task.step." + Name
	Base  string  `yaml:"base" json:"base"`                       //
	Hours float64 `yaml:"hours" json:"hours"`                     // offset to the base, negative before it
	To    string  `yaml:"to" json:"to"`                           //
	While []State `yaml:"while,omitempty" json:"while,omitempty"` // default: every open state
}

func (s Step) offset() time.Duration { return time.Duration(s.Hours * float64(time.Hour)) }

//go:embed ladder.yaml
var ladderYAML []byte

var defaultLadder = sync.OnceValue(func() []Step {
	var steps []Step
	if err := yaml.Unmarshal(ladderYAML, &steps); err != nil {
		panic(fmt.Sprintf("task: ladder.yaml: %v", err)) // embedded: wrong only in development
	}
	return steps
})

// DefaultLadder is the ladder of every task that has none of its own.
func DefaultLadder() []Step { return append([]Step(nil), defaultLadder()...) }

// checkLadder returns faults at steps that make no sense.
func checkLadder(steps []Step) error {
	f := fault.New(fault.Invalid, "task.ladder.invalid")
	for i, s := range steps {
		field := fmt.Sprintf("steps[%d]", i)
		switch s.Base {
		case BaseAssigned, BaseStart, BaseDeadline, BaseUntil:
		default:
			f.At(field+".base", "task.ladder.base")
		}
		switch s.To {
		case ToAssignee, ToAreaOwner, ToHead, ToAssigner:
		default:
			f.At(field+".to", "task.ladder.to")
		}
		if !knownStep(s.Name) {
			f.At(field+".name", "task.ladder.name")
		}
	}
	if len(steps) > 20 {
		f.At("steps", "task.ladder.long")
	}
	return f.OrNil()
}

func knownStep(name string) bool {
	for _, s := range defaultLadder() {
		if s.Name == name {
			return true
		}
	}
	return false
}
