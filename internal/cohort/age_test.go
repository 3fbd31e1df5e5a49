package cohort_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"phaodai/internal/cohort"
	"phaodai/internal/instant"
)

// TestAgesAtTheirBorders has people born on the days around each birthday.
func TestAgesAtTheirBorders(t *testing.T) {
	rules, _ := setup(t)
	p := begin(t, newModel())
	births := map[uint32]instant.Day{}
	var edits []cohort.Edit
	add := func(d instant.Day) {
		no := uint32(len(births) + 1)
		births[no] = d
		edits = append(edits, cohort.Put{Person: cohort.Person{ID: idOf(no), Ward: "w1", Birth: cohort.BornOn(d)}})
	}
	for _, y := range []int{1900, 1935, 1999, 2003, 2004, 2019, 2020} {
		for _, md := range [][2]int{{1, 1}, {2, 27}, {2, 28}, {2, 29}, {3, 1}, {9, 7}, {9, 8}, {9, 9}, {12, 31}} {
			add(instant.Date(y, time.Month(md[0]), md[1]))
		}
	}
	apply(t, p, cohort.Change{At: cohort.Position{Seq: 2}, Edits: edits})
	for _, day := range []instant.Day{instant.Date(2021, 2, 28), instant.Date(2021, 3, 1), instant.Date(2024, 2, 29), instant.Date(2021, 9, 8), instant.Date(2021, 12, 31), instant.Date(2020, 1, 1)} {
		for _, age := range []int{-1, 0, 1, 16, 17, 18, 86, 121, 122, 500} {
			for _, op := range []string{">=", ">", "<=", "<", "==", "!="} {
				source := fmt.Sprintf("age %s %d", op, age)
				r, err := rules.Compile(source)
				if err != nil {
					t.Fatal(err)
				}
				got, _, err := p.View().Ask(r, cohort.Asked{Day: day}).IDs("w1")
				if err != nil {
					t.Fatal(err)
				}
				for no, birth := range births {
					if slices.Contains(got, idOf(no)) != holds(day.Age(birth), op, age) {
						t.Errorf("on %s, born %s, %d years old: %s", day, birth, day.Age(birth), source)
					}
				}
			}
		}
	}
}

func holds(a int, op string, b int) bool {
	switch op {
	case ">=":
		return a >= b
	case ">":
		return a > b
	case "<=":
		return a <= b
	case "<":
		return a < b
	case "==":
		return a == b
	}
	return a != b
}
