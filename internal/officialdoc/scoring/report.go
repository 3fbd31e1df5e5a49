package scoring

import (
	"fmt"
	"strings"
)

// The figures in the order of a report.
var (
	countNames = []string{"recipients", "citations", "tasks", "deadlines", "cadence", "targets"}
	ratioNames = []string{"meta_number", "meta_kind", "meta_issuer", "meta_issued_on", "meta_signer", "citation_date", "responsible_strict", "responsible_lenient", "topic"}
)

// Figures are all figures by name: F1 of counts, share of ratios.
func (t *Tally) Figures() map[string]float64 {
	f := map[string]float64{}
	for _, name := range countNames {
		f[name] = t.count(name).F1()
	}
	for _, name := range ratioNames {
		f[name] = t.ratio(name).Share()
	}
	return f
}

func (t *Tally) ratio(name string) Ratio {
	if r := t.ratios[name]; r != nil {
		return *r
	}
	return Ratio{}
}

// Report is a table for people.
func (t *Tally) Report() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-22s%8s%8s%8s%8s\n", fmt.Sprintf("%d texts", t.Files), "figure", "hit", "missed", "extra")
	for _, name := range countNames {
		c := t.count(name)
		fmt.Fprintf(&b, "%-22s%8.3f%8d%8d%8d\n", name, c.F1(), c.Hit, c.Missed, c.Extra)
	}
	for _, name := range ratioNames {
		r := t.ratio(name)
		fmt.Fprintf(&b, "%-22s%8.3f%8d%8d\n", name, r.Share(), r.Right, r.All-r.Right)
	}
	return b.String()
}
