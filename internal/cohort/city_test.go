package cohort_test

import (
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"strconv"
	"testing"

	"phaodai/internal/census"
	"phaodai/internal/cohort"
	"phaodai/internal/instant"
	"phaodai/internal/testkit"
)

// today is the day of the questions about the synthetic city.
func today() instant.Day { return instant.Date(2021, 9, 8) }

// question is the one of the issue.
const question = "age >= 18 && zone == 'Z1' && doses == 0 && days_since(last_sample) >= 3"

// cityOf is the synthetic city of Ha Noi with so many people.
func cityOf(tb testing.TB, people int) *census.City {
	tb.Helper()
	table, err := census.Read(unzip(tb, "census2019-population-by-ward.csv.gz"), unzip(tb, "census2019-population-by-district-age.csv.gz"), "01")
	if err != nil {
		tb.Fatal(err)
	}
	c, err := table.City(census.Plan{Seed: 1, On: today(), Total: people})
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

func unzip(tb testing.TB, file string) io.Reader {
	tb.Helper()
	f, err := os.Open(testkit.Shared(tb, "data", "population", file))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = f.Close() })
	z, err := gzip.NewReader(f)
	if err != nil {
		tb.Fatal(err)
	}
	return z
}

// zone is that of a ward: a third of the wards are in the first.
func zone(ward int) string { return fmt.Sprintf("Z%d", 1+ward%3) }

// rounds are those in which the city was sampled; three people of four in each,
// which makes three samples a person.
func rounds() []string { return []string{"r1", "r2", "r3", "r4"} }

// chance is a number that is always the same for a person and a purpose
// (G. Steele, D. Lea, C. Flood, Fast splittable pseudorandom number generators,
// OOPSLA 2014, the finaliser of splitmix64).
func chance(no uint32, purpose uint64) uint64 {
	z := uint64(no)*0x9E3779B97F4A7C15 + purpose*0xD1B54A32D192ED03
	z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
	z = (z ^ z>>27) * 0x94D049BB133111EB
	return z ^ z>>31
}

// record is what the city knows of a person besides the census.
type record struct {
	birth   cohort.Birth // of one in fifty the year alone, of one in a hundred nothing
	doses   int          // -1: not known
	samples [4]instant.Day
	last    instant.Day // 0: never sampled
}

func recordOf(p census.Person) record {
	r := record{birth: cohort.BornOn(p.Birth), doses: int(chance(p.No, 1) % 4 % 3)}
	switch chance(p.No, 2) % 100 {
	case 0:
		r.birth = cohort.Birth{}
	case 1, 2:
		year, _, _ := p.Birth.Date()
		r.birth, _ = cohort.Born(strconv.Itoa(year)) // four digits are a year
	}
	if chance(p.No, 3)%50 == 0 {
		r.doses = -1
	}
	for i := range r.samples {
		if x := chance(p.No, uint64(10+i)); x%4 != 0 {
			r.samples[i] = today() - instant.Day(6*(len(r.samples)-i)) + instant.Day(x>>8%6)
			r.last = max(r.last, r.samples[i])
		}
	}
	return r
}

func group(ward string, n int) string { return fmt.Sprintf("%s/%d", ward, n) }

// resident is a person of the city as the engine loads him.
func resident(p census.Person, r record, of []cohort.RoundCount) cohort.Person {
	out := cohort.Person{
		ID: idOf(p.No), Ward: p.Ward, Area: group(p.Ward, p.Group), Walk: fmt.Sprintf("ngo %08d", p.Door), Household: idOf(p.Household),
		Sex: []string{"male", "female"}[p.Sex], Residence: "permanent", Occupations: []string{}, Priorities: append([]string{}, p.Priorities.Codes()...),
		LastSample: cohort.Never(), LastDose: cohort.Never(), Symptoms: cohort.Never(), Arrival: cohort.Never(),
	}
	if p.Occupation != "" {
		out.Occupations = append(out.Occupations, p.Occupation)
	}
	out.Birth = r.birth
	if r.doses >= 0 {
		out.Doses = cohort.Times(r.doses)
	}
	if r.doses > 0 {
		out.LastDose = cohort.On(today() - 20 - instant.Day(chance(p.No, 4)%60))
	}
	if r.last != 0 {
		out.LastSample = cohort.On(r.last)
	}
	out.Rounds = of[:0]
	for i, day := range r.samples {
		if day != 0 {
			out.Rounds = append(out.Rounds, cohort.RoundCount{Round: rounds()[i], N: 1})
		}
	}
	return out
}

// load fills the engine with the city.
func load(tb testing.TB, c *census.City) *cohort.Population {
	tb.Helper()
	b, err := cohort.NewBuilder(schema())
	if err != nil {
		tb.Fatal(err)
	}
	must := func(err error) {
		if err != nil {
			tb.Fatal(err)
		}
	}
	must(b.Area(cohort.PutArea{Code: "01"}))
	for i, w := range c.Wards() {
		must(b.Area(cohort.PutArea{Code: w.Code, Parent: "01"}))
		must(b.Class(cohort.SetClass{Area: w.Code, Layer: "zone", Class: zone(i)}))
		for g := range groups(w.People) {
			must(b.Area(cohort.PutArea{Code: group(w.Code, g+1), Parent: w.Code, Order: g}))
		}
	}
	var of [4]cohort.RoundCount
	for p := range c.All() {
		must(b.Add(resident(p, recordOf(p), of[:])))
	}
	p, err := b.Population(cohort.Position{Seq: 1})
	must(err)
	return p
}

// groups is more than the neighbourhood groups that a ward of so many people has.
func groups(people int) int { return people/150 + 10 }
