package measure

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Fault is one thing that is wrong. Row counts the measures of a bundle or the
// additions of a claim from 1; 0 is the whole.
type Fault struct {
	Key      string // message key: measure.base_cycle, ...
	Bundle   string
	Category string
	Row      int
	Args     []any
}

func (f Fault) String() string {
	return fmt.Sprintf("%s %s %s row %d %v", f.Key, f.Bundle, f.Category, f.Row, f.Args)
}

// Check finds what is wrong with a library; empty means that it may be used.
func (l *Library) Check() (faults []Fault) {
	seen := map[string]bool{}
	twice := func(kind, id string) {
		if key := kind + " " + id; id == "" || seen[key] {
			faults = append(faults, Fault{Key: "measure.id", Args: []any{"ID", id}})
		} else {
			seen[key] = true
		}
	}
	for i := range l.Categories {
		twice("category", l.Categories[i].ID)
		faults = append(faults, l.checkCategory(&l.Categories[i])...)
	}
	for _, p := range l.Penalties {
		twice("penalty", p.ID)
		faults = append(faults, checkPenalty(p)...)
	}
	for _, b := range l.Bundles {
		twice("bundle", b.version())
		faults = append(faults, l.CheckBundle(b)...)
	}
	for i, m := range l.Additions {
		faults = append(faults, place(l.checkMeasure(m), "", i+1)...)
	}
	for _, q := range l.Questions {
		twice("question", q.ID)
		faults = append(faults, l.checkQuestion(q)...)
	}
	return faults
}

// CheckBundle finds what is wrong with a bundle and its measures.
func (l *Library) CheckBundle(b Bundle) (faults []Fault) {
	faults = append(faults, texts(b.Title)...)
	if b.Scope != (Name{}) {
		faults = append(faults, texts(b.Scope)...)
	}
	if n := utf8.RuneCountInString(b.Short); n < 1 || n > maxShort {
		faults = append(faults, Fault{Key: "measure.short", Args: []any{"Most", maxShort}})
	}
	if !b.From.IsZero() && !b.To.IsZero() && b.To <= b.From {
		faults = append(faults, Fault{Key: "measure.period"})
	}
	faults = append(faults, l.checkBase(b)...)
	for i, m := range b.Own {
		faults = append(faults, place(l.checkMeasure(m), b.ID, i+1)...)
	}
	return place(faults, b.ID, 0)
}

// version names one version of a bundle, "" one without name.
func (b Bundle) version() string {
	if b.ID == "" || b.Version < 1 {
		return ""
	}
	return b.ID + " " + strconv.Itoa(b.Version)
}

// maxShort is how many letters a badge takes.
const maxShort = 20

// place writes into faults where they are.
func place(faults []Fault, bundle string, row int) []Fault {
	for i := range faults {
		faults[i].Bundle = bundle
		if row > 0 {
			faults[i].Row = row
		}
	}
	return faults
}

func (l *Library) checkBase(b Bundle) []Fault {
	end := b
	bases := l.bases(b)
	if len(bases) > 0 {
		end = *bases[len(bases)-1]
	}
	if end.Base == "" {
		return nil
	}
	key := "measure.base_cycle"
	if _, ok := l.base(end); !ok {
		key = "measure.no_base"
	} else if len(bases) == maxBases {
		key = "measure.base_deep"
	}
	return []Fault{{Key: key, Args: []any{"ID", end.Base, "Most", maxBases}}}
}

// CheckClaim finds what is wrong with a bundle as a plan uses it: 15+ without
// additions, an addition that is milder than what it is added to.
func (l *Library) CheckClaim(c Claim) (faults []Fault) {
	id := ""
	if c.Bundle != nil {
		id = c.Bundle.ID
		faults = l.CheckBundle(*c.Bundle)
		if c.Bundle.NeedsAdditions && len(c.Additions) == 0 {
			faults = append(faults, Fault{Key: "measure.needs_additions", Bundle: id, Args: []any{"Bundle", c.Bundle.Short}})
		}
	}
	for i, m := range c.Additions {
		found := l.checkMeasure(m)
		if c.Bundle != nil && slices.ContainsFunc(c.Bundle.Measures, func(b Measure) bool { return l.Compare(m, b) == Looser }) {
			found = append(found, Fault{Key: "measure.addition_looser", Category: m.Category, Args: []any{"Text", m.Text.Vi}})
		}
		faults = append(faults, place(found, id, i+1)...)
	}
	return faults
}

func (l *Library) checkMeasure(m Measure) (faults []Fault) {
	c, ok := l.Category(m.Category)
	if !ok {
		return []Fault{{Key: "measure.no_category", Category: m.Category, Args: []any{"Category", m.Category}}}
	}
	if s := c.step(m.Step); s == nil {
		faults = append(faults, Fault{Key: "measure.no_step", Args: []any{"Step", m.Step, "Category", c.Title.Vi}})
	} else if key := s.limitFault(m.Limit); key != "" {
		faults = append(faults, Fault{Key: key, Args: []any{"Step", s.Title.Vi}})
	} else if m.Limit != nil && !m.Text.names(m.Limit.Value) {
		faults = append(faults, Fault{Key: "measure.limit_text", Args: []any{"Value", m.Limit.Value}})
	}
	for _, n := range append([]Name{m.Text}, m.Exceptions...) {
		faults = append(faults, texts(n)...)
	}
	if _, ok := l.Penalty(m.Penalty); m.Penalty != "" && !ok {
		faults = append(faults, Fault{Key: "measure.no_penalty", Args: []any{"ID", m.Penalty}})
	}
	faults = append(faults, evidence(m.Source, m.Confidence)...)
	for i := range faults {
		faults[i].Category = m.Category
	}
	return faults
}

func evidence(source, confidence string) (faults []Fault) {
	if strings.TrimSpace(source) == "" {
		faults = append(faults, Fault{Key: "measure.source"})
	}
	if !slices.Contains([]string{"high", "medium", "low"}, confidence) {
		faults = append(faults, Fault{Key: "measure.confidence", Args: []any{"Confidence", confidence}})
	}
	return faults
}

// limitFault says how a number contradicts its step, "" not at all.
func (s *Step) limitFault(limit *Limit) string {
	b := s.Limit
	switch {
	case limit == nil && (b == nil || b.Optional):
		return ""
	case limit == nil:
		return "measure.limit_missing"
	case b == nil:
		return "measure.limit_needless"
	case limit.Unit != b.Unit:
		return "measure.limit_unit"
	case b.Side == "most" && limit.Op != "<" && limit.Op != "<=", b.Side == "least" && limit.Op != ">" && limit.Op != ">=":
		return "measure.limit_side"
	case !(limit.Value >= b.From && limit.Value <= b.To), whole(b.Unit) && limit.Value != float64(int(limit.Value)):
		return "measure.limit_range"
	}
	return ""
}

// names tells whether a number stands in both texts, so that what people read
// is what is compared.
func (n Name) names(value float64) bool {
	en := strconv.FormatFloat(value, 'f', -1, 64)
	return strings.Contains(n.Vi, strings.Replace(en, ".", ",", 1)) && strings.Contains(n.En, en)
}

func texts(n Name) (faults []Fault) {
	if strings.TrimSpace(n.Vi) == "" {
		faults = append(faults, Fault{Key: "measure.text_vi"})
	}
	if strings.TrimSpace(n.En) == "" {
		faults = append(faults, Fault{Key: "measure.text_en"})
	}
	return faults
}

func (l *Library) checkCategory(c *Category) (faults []Fault) {
	faults = texts(c.Title)
	if c.Rule != RuleStricter && c.Rule != RuleNarrower {
		faults = append(faults, Fault{Key: "measure.rule", Args: []any{"Rule", c.Rule}})
	}
	if l.ladders[c.ID].loops {
		faults = append(faults, Fault{Key: "measure.order_cycle"})
	}
	ordered := map[string]bool{}
	for _, id := range slices.Concat(c.orders()...) {
		ordered[id] = true
		if c.step(id) == nil {
			faults = append(faults, Fault{Key: "measure.no_step", Args: []any{"Step", id, "Category", c.Title.Vi}})
		}
	}
	for _, s := range c.Steps {
		faults = append(faults, texts(s.Title)...)
		if !ordered[s.ID] {
			faults = append(faults, Fault{Key: "measure.order_without", Args: []any{"Step", s.Title.Vi}})
		}
	}
	for i := range faults {
		faults[i].Category = c.ID
	}
	return faults
}

func checkPenalty(p Penalty) (faults []Fault) {
	faults = append(texts(p.Act), evidence(p.Source, p.Confidence)...)
	if p.Min < 0 || p.Max < p.Min {
		faults = append(faults, Fault{Key: "measure.penalty_range", Args: []any{"ID", p.ID}})
	}
	return faults
}

func (l *Library) checkQuestion(q Question) (faults []Fault) {
	faults = texts(q.Text)
	if len(q.Answers[q.Own]) == 0 {
		faults = append(faults, Fault{Key: "measure.question_own", Args: []any{"Question", q.Text.Vi}})
	}
	for category, steps := range q.Answers {
		c, ok := l.Category(category)
		if !ok {
			faults = append(faults, Fault{Key: "measure.no_category", Category: category, Args: []any{"Category", category}})
			continue
		}
		for step, reply := range steps {
			if c.step(step) == nil {
				faults = append(faults, Fault{Key: "measure.no_step", Category: category, Args: []any{"Step", step, "Category", c.Title.Vi}})
			}
			if severity[reply.Says] == 0 {
				faults = append(faults, Fault{Key: "measure.question_verdict", Category: category, Args: []any{"Verdict", string(reply.Says)}})
			}
			if reply.Text != (Name{}) {
				faults = append(faults, texts(reply.Text)...)
			}
		}
	}
	slices.SortFunc(faults, func(a, b Fault) int { return strings.Compare(a.String(), b.String()) })
	return faults
}
