package campaign

import (
	"fmt"
	"strings"
)

// High is how people of areas of high risk are sampled. Clause 3.1 of 484-TB/TU
// names very high, at risk and other areas, and not these; a city report of the
// same days gives 5-7 days, which stands until the district rules otherwise.
type High struct{ Rounds, EveryMin, EveryMax int }

// DefaultHigh is what holds until somebody decides.
func DefaultHigh() High { return High{1, 5, 7} }

// highRisk are the occupations that the city tested in August 2021, staff of
// health facilities among them.
var highRisk = [...]string{"health", "pharmacist", "shipper", "driver", "seller", "fuel", "guard", "builder", "warehouse", "checkpoint", "sanitation"}

// Clause31 are the lines of clause 3.1 of 484-TB/TU: names as the directive has
// them. Who falls ill comes before everything; who works where many meet goes by
// the days of his work, wherever he lives. Of whom the occupation or a class is
// not known falls to the next line: nobody is left out for a gap in a list.
func Clause31(high High) []Line {
	var work []string
	for _, code := range highRisk {
		work = append(work, fmt.Sprintf("'%s' in occupations", code))
	}
	is := func(layer string, classes ...string) string {
		var parts []string
		for _, c := range classes {
			parts = append(parts, fmt.Sprintf("%s == '%s'", layer, c))
		}
		return "known(" + layer + ") && (" + strings.Join(parts, " || ") + ")"
	}
	return []Line{
		{Name: "Người ho, sốt, khó thở", Rule: "symptomatic", Rounds: 1, AtOnce: true},
		{Name: "Nhân viên y tế, nghề nguy cơ cao", Rule: "known(occupations) && (" + strings.Join(work, " || ") + ")", EveryMin: 3, EveryMax: 3},
		{Name: "Vùng nguy cơ rất cao", Rule: is("epi_risk", "VERY_HIGH", "L4") + " || " + is("blocked", "BLOCKED"), Rounds: 3, EveryMin: 2, EveryMax: 3},
		{Name: "Vùng nguy cơ cao", Rule: is("epi_risk", "HIGH", "L3") + " || " + is("district_area", "A01"), Rounds: high.Rounds, EveryMin: high.EveryMin, EveryMax: high.EveryMax, Note: HighNotNamed},
		{Name: "Vùng nguy cơ và các vùng khác", Rule: "true", Rounds: 1, EveryMin: 5, EveryMax: 7},
	}
}
