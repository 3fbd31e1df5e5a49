package task

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/due"
	"phaodai/internal/instant"
)

// Kinds of due work.
const (
	stepKind   = "task.step"   // a rung of the ladder
	periodKind = "task.period" // a period of a series opens
)

// Handle registers the ladder and the cadence with a sweeper. wall is the wall
// clock, for the audit.
func (s *Service) Handle(sweeper *due.Sweeper, wall func() instant.Micros) {
	sweeper.Handle(stepKind, func(tx *db.Tx, it due.Item) error {
		return s.step(tx, auth.System(it.At, wall()), it)
	})
	sweeper.Handle(periodKind, func(tx *db.Tx, it due.Item) error {
		return s.open(tx, auth.System(it.At, wall()), it)
	})
}

// lay schedules the ladder of a task from a moment on, instead of what was
// left of an earlier one. Each laying is a round of its own, so that no step
// of an old one can come in its place.
func (s *Service) lay(tx *db.Tx, r *record, now instant.Micros) error {
	if err := due.Cancel(tx, stepKind, r.ID); err != nil {
		return err
	}
	if r.Kind == Bundle {
		return nil
	}
	r.round++
	r.laidAt = now
	var items []due.Item
	for i, st := range r.steps() {
		if at := stepAt(r, st); at >= now {
			items = append(items, due.Item{Kind: stepKind, Subject: r.ID, Step: fmt.Sprintf("%03d.%02d", r.round, i), At: at})
		}
	}
	return due.Schedule(tx, items...)
}

// stepAt is when a step comes, 0 where it has nothing to count from. A task
// laid after its deadline counts from then: its assignee is reminded before
// anybody above him hears of it.
func stepAt(r *record, st Step) instant.Micros {
	var base instant.Micros
	switch st.Base {
	case BaseAssigned:
		base = r.CreatedAt
	case BaseStart:
		base = r.Start
	case BaseUntil:
		base = r.Until
	case BaseDeadline:
		if r.Kind == Series {
			return 0 // its periods have deadlines
		}
		if base = r.Deadline; base != 0 && base < r.laidAt {
			base = r.laidAt
		}
	}
	return base.Add(st.offset())
}

// planned lists the steps that are still to come.
func planned(r *record, now instant.Micros) []Planned {
	out := []Planned{}
	if !r.State.Open() || r.MergedInto != "" || r.Kind == Bundle {
		return out
	}
	for _, st := range r.steps() {
		if at := stepAt(r, st); at > now && during(st, r.State) {
			out = append(out, Planned{Name: st.Name, At: at, To: st.To})
		}
	}
	slices.SortStableFunc(out, func(a, b Planned) int { return int(min(max(a.At-b.At, -1), 1)) })
	return out
}

func during(st Step, state State) bool {
	return len(st.While) == 0 || slices.Contains(st.While, state)
}

// step does one rung: it tells those whom the ladder names, unless the reason
// has gone. The sweeper's transaction makes it happen exactly once.
func (s *Service) step(tx *db.Tx, by auth.Actor, it due.Item) error {
	if err := lock(tx, it.Subject); err != nil {
		return err
	}
	r, err := load(tx, it.Subject)
	if err != nil {
		return err
	}
	st, ok := stepOf(&r, it.Step)
	if !ok || !r.State.Open() || r.MergedInto != "" || !during(st, r.State) {
		return nil
	}
	to, err := s.receivers(tx, &r, st.To, it.At)
	if err != nil {
		return err
	}
	posts, err := s.tell(tx, by, &r, to, "task.step."+st.Name, nil)
	if err != nil {
		return err
	}
	return happened(tx, by, &r, note{
		what: "step", before: r.State,
		data: map[string]any{"step": st.Name, "to": st.To, "posts": posts},
	})
}

// stepOf finds the step that a due row names, if it is of the current round.
func stepOf(r *record, name string) (Step, bool) {
	round, index, _ := strings.Cut(name, ".")
	n, err1 := strconv.Atoi(round)
	i, err2 := strconv.Atoi(index)
	steps := r.steps()
	if err1 != nil || err2 != nil || n != r.round || i < 0 || i >= len(steps) {
		return Step{}, false
	}
	return steps[i], true
}
