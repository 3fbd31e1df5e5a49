package zoning

import (
	"context"
	"fmt"
	"strings"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/instant"
	"phaodai/internal/org"
)

// Turn is a moment at which something changes in some areas.
type Turn struct {
	At    instant.Micros `json:"at"`
	Areas int            `json:"areas"`
}

// Switching is one way in which areas change at a moment: those that had the
// same and will have the same, with the words for each channel.
type Switching struct {
	Areas   []Area   `json:"areas"`
	Before  Term     `json:"before"`
	After   Term     `json:"after"`
	Changes []Change `json:"changes"`
	Same    int      `json:"same"`
}

// Readiness is what a moment brings in a unit.
type Readiness struct {
	Unit   org.Unit       `json:"unit"`
	At     instant.Micros `json:"at"`
	Groups []Switching    `json:"groups"`
	Keeps  []Area         `json:"keeps"` // areas in which nothing changes
	Turns  []Turn         `json:"turns"` // moments ahead at which something changes
	Phone  string         `json:"phone"` // public number of the unit, or of the one above
	Read   instant.Micros `json:"read"`
}

// Readiness says what changes in a unit at a moment; 0 is the next at which
// anything does.
func (s *Service) Readiness(ctx context.Context, by auth.Actor, unit string, at instant.Micros) (Readiness, error) {
	return read(ctx, s, by, func(tx *db.Tx) (v Readiness, err error) {
		if v.Unit, err = org.UnitIn(tx, unit); err != nil {
			return v, err
		}
		v.Read, v.Turns = by.Now, s.board.Turns(v.Unit.Path, by.Now)
		if v.At = at; v.At == 0 && len(v.Turns) > 0 {
			v.At = v.Turns[0].At
		}
		if v.At == 0 {
			v.At = by.Now
		}
		if line, ok, err := org.HotlineFor(tx, v.Unit.Path, by.Now); err != nil {
			return v, err
		} else if ok {
			v.Phone = line.Number
		}
		return v, s.group(tx, &v)
	})
}

// group puts areas together that change alike.
func (s *Service) group(tx *db.Tx, v *Readiness) error {
	type way struct{ before, after *Regime }
	places := map[way]int{}
	for _, a := range s.board.Areas(v.Unit.Path, v.At) {
		before, ok := s.board.At(a.ID, v.At-1)
		after, there := s.board.At(a.ID, v.At)
		if !ok || !there || before.Regime == after.Regime {
			v.Keeps = append(v.Keeps, a)
			continue
		}
		w := way{before.Regime, after.Regime}
		i, ok := places[w]
		if !ok {
			g, err := s.switching(tx, before, after)
			if err != nil {
				return err
			}
			i, places[w] = len(v.Groups), len(v.Groups)
			v.Groups = append(v.Groups, g)
		}
		v.Groups[i].Areas = append(v.Groups[i].Areas, a)
	}
	return nil
}

func (s *Service) switching(tx *db.Tx, before, after Held) (g Switching, err error) {
	if g.Before, err = s.term(tx, before, publicOnly); err != nil {
		return g, err
	}
	if g.After, err = s.term(tx, after, publicOnly); err != nil {
		return g, err
	}
	g.Changes, g.Same = Library().Diff(before.Regime.Rules().Regime, after.Regime.Rules().Regime)
	return g, nil
}

// Turns lists the moments after one at which something changes in a subtree. That
// an area begins is no turn.
func (b *Board) Turns(unitPath string, after instant.Micros) []Turn {
	b.mu.RLock()
	defer b.mu.RUnlock()
	count := map[instant.Micros]int{}
	for _, n := range b.nodes {
		if !strings.HasPrefix(n.area.UnitPath, unitPath) || n.area.To <= after {
			continue
		}
		for _, from := range b.spansOf(n).from {
			if from > max(after, n.area.From) && from < n.area.To {
				count[from]++
			}
		}
	}
	out := make([]Turn, 0, len(count))
	for at, n := range count {
		out = append(out, Turn{at, n})
	}
	sortTurns(out)
	return out
}

// Texts are the words of a switch for each channel, Vietnamese: they are read
// out, sent and posted as they are.
type Texts struct {
	Loudspeaker string `json:"loudspeaker"`
	Message     string `json:"message"` // for Zalo
	Notice      string `json:"notice"`  // to post
	Gate        string `json:"gate"`    // for who stands at the gate
}

// mostRules bounds how much a loudspeaker says: more nobody remembers.
const mostRules = 5

// Texts makes the words of a group.
func (s *Service) Texts(v Readiness, g Switching) Texts {
	names := make([]string, len(g.Areas))
	for i, a := range g.Areas {
		names[i] = a.Name
	}
	places, start := strings.Join(names, ", "), spoken(v.At.In(s.zone))
	title := measures(g.After)
	phone := ""
	if v.Phone != "" {
		phone = "Cần hỏi, xin gọi " + v.Phone + "."
	}
	return Texts{
		Loudspeaker: fmt.Sprintf("Ủy ban nhân dân %s thông báo. Từ %s, tại %s áp dụng: %s. %s %s Xin nhắc lại: từ %s.",
			v.Unit.Name, start, places, title, strings.Join(rules(g.After, mostRules), " "), phone, start),
		Message: fmt.Sprintf("%s, từ %s: %s\n- %s\nNơi áp dụng: %s\n%s", v.Unit.Name, s.hour(v.At), title,
			strings.Join(rules(g.After, 8), "\n- "), places, phone),
		Notice: fmt.Sprintf("THÔNG BÁO\nTừ %s, tại %s áp dụng: %s.\n\n%s\n\n%s", s.hour(v.At), places, title,
			strings.Join(rules(g.After, 100), "\n"), phone),
		Gate: fmt.Sprintf("%s\nTừ %s: %s\n%s", places, s.hour(v.At), title, strings.Join(rules(g.After, 100), "\n")),
	}
}

// measures names what applies: the class and its bundle, the narrowest first.
func measures(t Term) string {
	for i := len(t.Said) - 1; i >= 0; i-- {
		if x := t.Said[i]; x.Bundle != "" {
			return x.Class.Vi + ", " + x.Bundle
		}
	}
	return "quy định chung"
}

// rules are the sentences of what holds, at most some.
func rules(t Term, most int) (out []string) {
	for _, e := range t.Rules.Entries {
		for _, h := range e.Held {
			if len(out) == most {
				return out
			}
			out = append(out, h.Sentence().Vi)
		}
	}
	for _, x := range t.Rules.Extras {
		if len(out) < most {
			out = append(out, strings.TrimRight(x.Text, ". ")+".")
		}
	}
	return out
}

// Spoken is what holds at a place, and what comes next, as it is read out.
func (s *Service) Spoken(v Look) []string {
	say := func(t Term, when string) string {
		return fmt.Sprintf("%s, tại %s áp dụng: %s. %s", when, v.Area.Name, measures(t), strings.Join(rules(t, mostRules), " "))
	}
	now := "Hiện nay"
	if v.Now.To != instant.Forever {
		now = "Từ nay đến " + spoken(v.Now.To.In(s.zone))
	}
	out := []string{say(v.Now, now)}
	if v.Next != nil {
		out = append(out, say(*v.Next, "Từ "+spoken(v.Next.From.In(s.zone))))
	}
	return out
}
