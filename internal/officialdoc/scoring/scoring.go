// Package scoring compares what a reader of official documents found with
// labels written by people, in the format and by the rules of the shared label
// files. It serves tests and the export of corrections; its figures equal those
// of the shared tool score_reading.py.
package scoring

import (
	"slices"
	"time"

	"phaodai/internal/officialdoc"
)

// Tally adds up figures over texts. The zero Tally is ready to use.
type Tally struct {
	Files  int
	counts map[string]*Count
	ratios map[string]*Ratio
	misses []string
}

// Count holds the hits and misses of things of which a text has any number.
type Count struct{ Hit, Extra, Missed int }

// F1 is the harmonic mean of precision and recall; 1 where there was nothing.
func (c Count) F1() float64 {
	if c.Hit+c.Extra+c.Missed == 0 {
		return 1
	}
	return 2 * float64(c.Hit) / float64(2*c.Hit+c.Extra+c.Missed)
}

// Ratio holds the right ones of all.
type Ratio struct{ Right, All int }

// Share is the part that is right; 1 of none.
func (r Ratio) Share() float64 {
	if r.All == 0 {
		return 1
	}
	return float64(r.Right) / float64(r.All)
}

func (t *Tally) count(name string) *Count {
	if t.counts == nil {
		t.counts = map[string]*Count{}
	}
	if t.counts[name] == nil {
		t.counts[name] = &Count{}
	}
	return t.counts[name]
}

func (t *Tally) rate(name string, right bool) {
	if t.ratios == nil {
		t.ratios = map[string]*Ratio{}
	}
	if t.ratios[name] == nil {
		t.ratios[name] = &Ratio{}
	}
	t.ratios[name].All++
	if right {
		t.ratios[name].Right++
	}
}

// Misses lists what was missed and what was too much, for a person to read.
func (t *Tally) Misses() []string { return t.misses }

func (t *Tally) miss(what, text string) {
	if len(text) > 160 {
		text = string([]rune(text)[:min(len([]rune(text)), 100)]) + "…"
	}
	t.misses = append(t.misses, what+": "+text)
}

// Add scores one text.
func (t *Tally) Add(want Label, got *officialdoc.Document) {
	t.Files++
	t.metadata(want.Metadata, got.Metadata)
	t.citations(want.Citations, got.Citations)
	t.tasks(want.Tasks, got.Tasks)
}

func (t *Tally) metadata(want Metadata, got officialdoc.Metadata) {
	t.field("meta_number", want.Number, want.numbers(), got.Number, func(a, b string) bool { return symbol(a) == symbol(b) })
	t.field("meta_issued_on", want.IssuedOn, slices.Concat(list(want.IssuedOn), want.IssuedOnAlt), got.IssuedOn, func(a, b string) bool { return a == b })
	t.field("meta_signer", want.Signer, slices.Concat(list(want.Signer), want.SignerCorrected), got.Signer, loose)
	kinds := slices.Concat(list(want.Kind), want.KindAlt, list(want.ReportedKind))
	t.rate("meta_kind", slices.ContainsFunc(kinds, func(k string) bool { return plain(k) == plain(got.Kind) }))
	if want.Issuer != "" {
		right := slices.ContainsFunc(slices.Concat(list(want.Issuer), want.IssuerAlt), func(w string) bool { return loose(got.Issuer, w) })
		t.rate("meta_issuer", right)
		if !right {
			t.miss("issuer", got.Issuer+" for "+want.Issuer)
		}
	}
	t.recipients(want.Recipients, got.Recipients)
}

// field scores one field of which there is none or one.
func (t *Tally) field(name, main string, want []string, got string, same func(a, b string) bool) {
	right := false
	if len(want) == 0 || got == "" && main == "" {
		right = got == ""
	} else {
		right = slices.ContainsFunc(want, func(w string) bool { return same(got, w) })
	}
	t.rate(name, right)
	if !right {
		t.miss(name, got+" for "+main)
	}
}

func (t *Tally) recipients(want, got []string) {
	have, wanted := plainAll(got), plainAll(want)
	c := t.count("recipients")
	for _, w := range wanted {
		if slices.Contains(have, w) {
			c.Hit++
		} else {
			c.Missed++
		}
	}
	for _, h := range have {
		if !slices.Contains(wanted, h) {
			c.Extra++
		}
	}
}

func (t *Tally) citations(want []Citation, got []officialdoc.Citation) {
	have := map[string]officialdoc.Citation{}
	for _, c := range got {
		if c.Number != "" {
			have[symbol(c.Number)] = c
		}
	}
	seen, c := map[string]bool{}, t.count("citations")
	for _, w := range want {
		keys := w.keys()
		i := slices.IndexFunc(keys, func(k string) bool { _, ok := have[k]; return ok })
		if i >= 0 {
			seen[keys[i]] = true
		}
		switch {
		case w.Optional || len(keys) == 0:
		case i < 0:
			c.Missed++
			t.miss("missed citation", w.Text)
		default:
			c.Hit++
			if w.Date != "" {
				t.rate("citation_date", slices.Contains(append(list(w.Date), w.DateAlt...), have[keys[i]].Date))
			}
		}
	}
	for key, h := range have {
		if !seen[key] {
			c.Extra++
			t.miss("extra citation", h.Text)
		}
	}
}

func (t *Tally) tasks(want []Task, got []officialdoc.Task) {
	match := pairs(want, got)
	c := t.count("tasks")
	for i, w := range want {
		if w.Optional {
			continue
		}
		var h officialdoc.Task
		j, ok := match[i]
		if ok {
			c.Hit++
			h = got[j]
		} else {
			c.Missed++
			t.miss("missed task", w.Item+" "+w.Text)
		}
		t.deadlines(w, h)
		t.cadence(w, h)
		t.targets(w, h)
		if ok {
			t.responsible(w, h)
			right := slices.Contains(append(list(w.Topic), w.TopicAlt...), h.Topic)
			t.rate("topic", right)
		}
	}
	used := map[int]bool{}
	for _, j := range match {
		used[j] = true
	}
	for j, h := range got {
		if !used[j] {
			c.Extra++
			t.miss("extra task", h.Text)
		}
	}
}

func (t *Tally) deadlines(w Task, h officialdoc.Task) {
	base, accepted, have := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, d := range w.Deadlines {
		if d.At != "" {
			base[minute(d.At)], accepted[minute(d.At)] = true, true
		}
		for _, a := range d.AtAlt {
			accepted[minute(a)] = true
		}
	}
	for _, d := range h.Deadlines {
		if !d.At.IsZero() {
			have[d.At.In(vietnam()).Format("2006-01-02T15:04")] = true
		}
	}
	c := t.count("deadlines")
	for at := range base {
		if have[at] {
			c.Hit++
		} else {
			c.Missed++
			t.miss("missed deadline", at+" "+w.Text)
		}
	}
	for at := range have {
		if !accepted[at] {
			c.Extra++
			t.miss("extra deadline", at+" "+w.Text)
		}
	}
}

func vietnam() *time.Location { return time.FixedZone("+07", 7*3600) }

// minute cuts an instant to its minute, as the labels are compared.
func minute(at string) string { return at[:min(len(at), 16)] }

func (t *Tally) cadence(w Task, h officialdoc.Task) {
	want, have := map[[3]int]bool{}, map[[3]int]bool{}
	times := func(n *int) int {
		if n == nil {
			return -1
		}
		return *n
	}
	for _, c := range w.Cadence {
		want[[3]int{c.EveryDaysMin, c.EveryDaysMax, times(c.MinTimes)}] = true
	}
	for _, c := range h.Cadence {
		have[[3]int{c.EveryDaysMin, c.EveryDaysMax, times(c.MinTimes)}] = true
	}
	c := t.count("cadence")
	for k := range want {
		if have[k] {
			c.Hit++
		} else {
			c.Missed++
			t.miss("missed cadence", w.Text)
		}
	}
	for k := range have {
		if !want[k] {
			c.Extra++
			t.miss("extra cadence", w.Text)
		}
	}
}

func (t *Tally) targets(w Task, h officialdoc.Task) {
	var have []float64
	for _, x := range h.Targets {
		have = append(have, x.Value)
	}
	c := t.count("targets")
	for _, x := range w.Targets {
		if x.Value == nil {
			continue
		}
		if i := slices.Index(have, *x.Value); i >= 0 {
			have = slices.Delete(have, i, i+1)
			c.Hit++
		} else {
			c.Missed++
			t.miss("missed target", w.Text)
		}
	}
	c.Extra += len(have)
}

// responsible scores strictly (all that are named, and none beyond those who
// pass on or take part) and leniently (any of them).
func (t *Tally) responsible(w Task, h officialdoc.Task) {
	if len(w.Responsible) == 0 {
		return
	}
	pool, have := plainAll(w.Responsible), plainAll(h.Responsible)
	wide := slices.Concat(pool, plainAll(w.Via), plainAll(w.Coordinating))
	in := func(set []string) func(string) bool {
		return func(x string) bool { return slices.ContainsFunc(set, func(p string) bool { return loose(p, x) }) }
	}
	strict := every(pool, in(have)) && every(have, in(wide))
	t.rate("responsible_strict", strict)
	t.rate("responsible_lenient", slices.ContainsFunc(have, in(wide)))
	if !strict {
		t.miss("responsible", joined(h.Responsible)+" for "+joined(w.Responsible))
	}
}
