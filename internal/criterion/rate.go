package criterion

import (
	"fmt"
	"slices"
)

// Band is a named stretch of a measure, [GE, LT); no LT is without end.
type Band struct {
	Code string   `yaml:"code" json:"code"`
	GE   float64  `yaml:"ge" json:"ge"`
	LT   *float64 `yaml:"lt" json:"lt,omitempty"`
}

// Band is the code of the band of a measure that a value falls into, "" none.
func (t *Table) Band(measure string, value float64) string {
	m, _ := t.measure(measure)
	i := slices.IndexFunc(m.Bands, func(b Band) bool { return value >= b.GE && (b.LT == nil || value < *b.LT) })
	if i < 0 {
		return ""
	}
	return m.Bands[i].Code
}

// bandFaults checks that the bands of a measure follow each other without hole.
func (m Measure) bandFaults() (faults []Fault) {
	for i, b := range m.Bands {
		switch {
		case i == 0 && b.GE > m.Least, i > 0 && m.Bands[i-1].LT != nil && *m.Bands[i-1].LT < b.GE:
			faults = append(faults, Fault{Key: "criterion.hole", At: map[string]any{m.Name: b.GE}})
		case i > 0 && (m.Bands[i-1].LT == nil || *m.Bands[i-1].LT > b.GE):
			faults = append(faults, Fault{Key: "criterion.overlap", At: map[string]any{m.Name: b.GE}, Args: []any{"Classes", m.Bands[i-1].Code + ", " + b.Code}})
		}
	}
	if n := len(m.Bands); n > 0 && m.Bands[n-1].LT != nil && (m.Most == nil || *m.Bands[n-1].LT <= *m.Most) {
		faults = append(faults, Fault{Key: "criterion.hole", At: map[string]any{m.Name: *m.Bands[n-1].LT}})
	}
	return faults
}

// WeeklyRate is the number of new community cases per 100,000 people a week:
// the mean of the week looked at and the one before it,
// (w0 + w1) / (2 P) 100,000 (Ministry of Health of Vietnam, guidance to
// Decision 4800/QĐ-BYT, 2021, criterion 1, as reported for Ho Chi Minh City on
// 21/10/2021). It fails without people or with fewer than no cases.
func WeeklyRate(week, before, population int) (float64, error) {
	if population <= 0 || week < 0 || before < 0 {
		return 0, fmt.Errorf("criterion: no rate of %d and %d cases among %d people", week, before, population)
	}
	return float64(week+before) / (2 * float64(population)) * 100_000, nil
}
