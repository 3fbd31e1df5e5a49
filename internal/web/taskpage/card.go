package taskpage

import (
	"phaodai/internal/instant"
	"phaodai/internal/task"
)

// card is a task as a list shows it: with its badge and the one button that
// comes first.
type card struct {
	task.Card
	Badge  badge
	Class  string // of the bar at its left: due, soon, late, done
	Button button
}

// badge is a state as mark, word and colour, in this order of importance.
type badge struct {
	Class, Mark, Key string
}

var badges = map[task.State]badge{
	task.Assigned:       {"", "○", "task.state.ASSIGNED"},
	task.Accepted:       {"", "◔", "task.state.ACCEPTED"},
	task.InProgress:     {"", "◐", "task.state.IN_PROGRESS"},
	task.Reported:       {"soon", "●", "task.state.REPORTED"},
	task.Verified:       {"done", "✓", "task.state.VERIFIED"},
	task.Closed:         {"done", "✓", "task.state.CLOSED"},
	task.Returned:       {"soon", "↩", "task.state.RETURNED"},
	task.ExtensionAsked: {"soon", "◷", "task.state.EXTENSION_ASKED"},
	task.Blocked:        {"late", "▲", "task.state.BLOCKED"},
	task.Superseded:     {"", "–", "task.state.SUPERSEDED"},
	task.Cancelled:      {"", "–", "task.state.CANCELLED"},
}

// button is the first thing to do with a task: a form that is sent at once, or
// a way to the place where more has to be said.
type button struct {
	Key    string
	Action string // of a form that is sent by one tap
	Link   string // else where to go
}

// quick are the acts that need nothing but the tap.
var quick = map[task.Act]button{
	task.ActAccept: {Key: "taskpage.accept", Action: "nhan"},
	task.ActVerify: {Key: "taskpage.verify", Action: "xac-nhan"},
	task.ActClose:  {Key: "taskpage.close", Action: "dong"},
}

func cardOf(c task.Card, now instant.Micros) card {
	out := card{Card: c, Badge: badges[c.State], Class: "due"}
	switch {
	case c.IsLate:
		out.Class = "late"
	case c.State.Done():
		out.Class = "done"
	case c.Deadline != 0 && c.LeftSeconds < 24*3600:
		out.Class = "soon"
	case c.Start > now:
		out.Class = ""
	}
	out.Button = first(c)
	return out
}

func first(c task.Card) button {
	at := "/viec/" + c.ID
	for _, act := range c.Acts {
		switch act {
		case task.ActAccept, task.ActVerify, task.ActClose:
			b := quick[act]
			if act == task.ActVerify {
				// Who confirms has to see the proof first.
				return button{Key: "taskpage.see_report", Link: at + "#bao-cao"}
			}
			b.Action = at + "/" + b.Action
			return b
		case task.ActReport:
			return button{Key: "taskpage.report", Link: at + "#bao-cao"}
		case task.ActDecideExtension:
			return button{Key: "taskpage.decide_extension", Link: at + "#gia-han"}
		}
	}
	return button{Key: "taskpage.open", Link: at}
}

func cardsOf(cards []task.Card, now instant.Micros) []card {
	out := make([]card, len(cards))
	for i, c := range cards {
		out[i] = cardOf(c, now)
	}
	return out
}
