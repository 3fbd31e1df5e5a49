package zoning

import (
	"slices"

	"phaodai/internal/instant"
	"phaodai/internal/measure"
)

// looserThanAbove tells of marks whether their measures ask for less than what
// a wider decision asks for at the start of the plan: permitted perhaps, but
// never unseen. Equal questions are answered once.
func (b *Board) looserThanAbove(l Layer, start instant.Micros) func(Area, Mark) bool {
	type question struct {
		upper     *Regime
		bundle    string
		additions string
	}
	answers := map[question]bool{}
	return func(a Area, m Mark) bool {
		h, ok := b.At(a.ID, start)
		if !ok || m.Bundle == "" {
			return false
		}
		q := question{h.Regime, m.Bundle, text(m.Additions)}
		if answer, known := answers[q]; known {
			return answer
		}
		answers[q] = b.looser(h.Regime, l, m)
		return answers[q]
	}
}

func (b *Board) looser(upper *Regime, l Layer, m Mark) bool {
	var claims []measure.Claim
	for _, s := range upper.Deciding() {
		if s.Layer.Level() < l.Level() {
			c, _ := b.claim(s, nil)
			claims = append(claims, c)
		}
	}
	if len(claims) == 0 {
		return false
	}
	own, _ := b.claim(State{Layer: l, Value: &Value{Class: m.Class, Bundle: m.Bundle, Additions: m.Additions}}, nil)
	for _, e := range Library().Resolve(append(claims, own)).Entries {
		for _, h := range slices.Concat(e.Held, e.Aside) {
			if h.Looser && h.Origin.Layer == string(l) {
				return true
			}
		}
	}
	return false
}
