package zoning

import (
	"fmt"
	"slices"
	"sync"

	"phaodai/internal/measure"
)

// Library is the bundles of measures, the questions of residents and the
// penalties that the system brings. A Board has those of localities beside them.
var Library = sync.OnceValue(func() *measure.Library {
	l, err := measure.Shipped()
	if err != nil {
		panic(fmt.Sprintf("zoning: measures: %v", err)) // embedded: wrong only in development
	}
	return l
})

// Rules is what a regime means for people.
type Rules struct {
	measure.Regime
	Extras  []Extra `json:"extras,omitempty"`  // what the locality added in its own words
	Unruled bool    `json:"unruled,omitempty"` // decisions disagree, and nobody has ruled
	Looser  bool    `json:"looser,omitempty"`  // than a wider decision asks for
}

// Extra is a measure in the words of a plan.
type Extra struct {
	Text   string `json:"text"`
	Symbol string `json:"symbol,omitempty"`
}

// Rules resolves the measures of a regime, once.
func (r *Regime) Rules() *Rules {
	m := r.meaning
	m.once.Do(func() { m.rules = m.board.resolve(r) })
	return m.rules
}

func (b *Board) resolve(r *Regime) *Rules {
	var out Rules
	var claims []measure.Claim
	for _, s := range r.Deciding() {
		c, extras := b.claim(s, r.Ruling)
		if c.Bundle != nil || len(c.Additions) > 0 {
			claims = append(claims, c)
		}
		out.Extras = append(out.Extras, extras...)
	}
	out.Regime = Library().Resolve(claims)
	for _, e := range out.Entries {
		out.Unruled = out.Unruled || e.Unruled
		out.Looser = out.Looser || slices.ContainsFunc(e.Held, func(h measure.Held) bool { return h.Looser })
	}
	return &out
}

// claim is what one layer claims. Additions that stand in the library count
// with the other measures; those in free words are shown beside them.
func (b *Board) claim(s State, ruling *Ruling) (measure.Claim, []Extra) {
	c := measure.Claim{
		Layer: string(s.Layer), Level: s.Layer.Level(), Document: s.Value.Symbol, Clause: s.Value.Clause,
		Ruled: ruling != nil && ruling.Winner == s.Layer,
	}
	if bundle, ok := b.Bundle(s.Value.Bundle); ok {
		c.Bundle = bundle
		if c.Document == "" {
			c.Document = bundle.Instrument
		}
	}
	var extras []Extra
	for _, words := range s.Value.Additions {
		known := slices.IndexFunc(Library().Additions, func(m measure.Measure) bool { return m.Text.Vi == words })
		if known < 0 {
			extras = append(extras, Extra{words, c.Document})
			continue
		}
		c.Additions = append(c.Additions, Library().Additions[known])
	}
	return c, extras
}
