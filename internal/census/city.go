package census

import (
	"errors"
	"hash/fnv"
	"iter"
	"math/rand/v2"
	"slices"

	"phaodai/internal/instant"
)

// Plan says which city to make.
type Plan struct {
	Seed              uint64
	On                instant.Day // ages are those of this day
	Total             int         // people in all; 0: as counted
	Districts         []string    // codes; empty: all
	Sizes             []float64   // share of households of 1, 2, 3 ... persons; empty: HouseholdSizes
	HouseholdsInGroup int         // of a neighbourhood group; 0: 73
}

// HouseholdSizes are the shares of households of 1, 2, 3 ... persons: 3.58 in
// the mean, 65.5 % of two to four (census of 2019).
func HouseholdSizes() []float64 {
	return []float64{.098, .175, .190, .290, .127, .083, .025, .009, .002, .001}
}

// Sex of a person.
type Sex uint8

// The sexes that the census counts.
const (
	Male Sex = iota
	Female
)

// Person is one made-up person of the city.
type Person struct {
	No         uint32 // 1, 2, 3 ... in walking order through the city
	Ward       string // code
	Group      int    // number of the neighbourhood group in the ward, from 1
	Household  uint32 // No of its first member
	Door       int    // place of the household on the way through the group, from 0
	Street     int    // number of the street or lane in the group, from 1
	House      int    // number of the house: odd on the way up the street, even on the way back
	Sex        Sex
	Birth      instant.Day
	Occupation string // one of Occupations, or "" for children before school
	Foreign    bool
	Priorities Priority // groups that go first, several
}

// City is a city that can be walked through. It may be used by many goroutines.
type City struct {
	plan    Plan
	wards   []Ward
	ages    [][]int  // of each ward, by band
	first   []uint32 // No of the first person of each ward
	borders [oldest + 2]instant.Day
}

// City plans a city of the table's people.
func (t *Table) City(p Plan) (*City, error) {
	if p.HouseholdsInGroup == 0 {
		p.HouseholdsInGroup = 73
	}
	if len(p.Sizes) == 0 {
		p.Sizes = HouseholdSizes()
	}
	c := &City{plan: p, borders: borders(p.On)}
	for _, w := range t.wards {
		if len(p.Districts) == 0 || slices.Contains(p.Districts, w.DistrictCode) {
			c.wards = append(c.wards, w)
		}
	}
	if err := c.scale(); err != nil {
		return nil, err
	}
	c.age(t)
	return c, nil
}

// scale brings the wards to the total asked for and numbers their people.
func (c *City) scale() error {
	counts := make([]int, len(c.wards))
	sum := 0
	for i, w := range c.wards {
		counts[i] = w.People
		sum += w.People
	}
	total := c.plan.Total
	if total == 0 {
		total = sum
	}
	if sum == 0 || total < 0 || total > most {
		return errors.New("census: no people to make a city of, or more than a billion")
	}
	next := uint32(1)
	for i, n := range apportion(counts, total) {
		c.wards[i].People = n
		c.first = append(c.first, next)
		next += uint32(n)
	}
	return nil
}

// age gives each ward its people by band, so that districts come out as counted.
func (c *City) age(t *Table) {
	for from := 0; from < len(c.wards); {
		to, people := from, []int(nil)
		for to < len(c.wards) && c.wards[to].DistrictCode == c.wards[from].DistrictCode {
			people = append(people, c.wards[to].People)
			to++
		}
		sum := 0
		for _, n := range people {
			sum += n
		}
		ages := t.ages[c.wards[from].DistrictCode]
		c.ages = append(c.ages, spread(people, apportion(ages[:], sum))...)
		from = to
	}
}

// Wards are the wards in the order of their people's numbers.
func (c *City) Wards() []Ward { return slices.Clone(c.wards) }

// Total is how many people there are.
func (c *City) Total() int {
	n := 0
	for _, w := range c.wards {
		n += w.People
	}
	return n
}

// People are the people of the ward with that index in Wards, in walking order:
// by group, street, door, and in a household the head first.
func (c *City) People(ward int) iter.Seq[Person] {
	return func(yield func(Person) bool) {
		w := c.wards[ward]
		key := fnv.New64a()
		_, _ = key.Write([]byte(w.Code))
		m := &maker{plan: c.plan, trades: trades(), borders: c.borders, random: rand.New(rand.NewPCG(c.plan.Seed, key.Sum64()))}
		m.fill(c.ages[ward])
		p := Person{No: c.first[ward], Ward: w.Code}
		for i, home := range m.homes(w.People) {
			m.place(&p, i)
			p.Household = p.No
			poor := m.random.Float64() < .03
			for _, x := range home {
				m.dress(&p, x, len(home), poor)
				if !yield(p) {
					return
				}
				p.No++
			}
		}
	}
}

// All are the people of all wards.
func (c *City) All() iter.Seq[Person] {
	return func(yield func(Person) bool) {
		for i := range c.wards {
			for p := range c.People(i) {
				if !yield(p) {
					return
				}
			}
		}
	}
}
