package census

import (
	"math/rand/v2"

	"phaodai/internal/instant"
)

// oldest is the greatest age of a made-up person.
const oldest = 104

// member is a person before the place of the household is known.
type member struct {
	sex Sex
	age int
}

// maker makes the people of one ward.
type maker struct {
	plan      Plan
	random    *rand.Rand
	trades    [17]trade
	borders   [oldest + 2]instant.Day // last birth day of each age
	pool      [2][oldest + 1]int      // people that have no household yet, by sex and age
	kinds     [3]int                  // those under 18, of 18 to 59, and older
	perGroup  int                     // households of a group, and of a street
	perStreet int
}

// maleShare is the share of men in each band (see the package comment).
func maleShare(band int) float64 {
	return [bands]float64{.527, .523, .520, .514, .507, .500, .500, .500, .499, .493, .483, .472, .459, .443, .420, .390, .360, .310}[band]
}

// fill puts the ward's people of each band into the pool, ages evenly in a band.
func (m *maker) fill(ages []int) {
	for band, n := range ages {
		men := int(float64(n)*maleShare(band) + m.random.Float64())
		for i := range n {
			sex := Female
			if i < men {
				sex = Male
			}
			age := m.ageIn(band)
			m.pool[sex][age]++
			m.kinds[kind(age)]++
		}
	}
}

func (m *maker) ageIn(band int) int {
	if band < bands-1 {
		return band*5 + m.random.IntN(5)
	}
	age := band * 5
	for age < oldest && m.random.Float64() > .18 {
		age++
	}
	return age
}

func kind(age int) int {
	switch {
	case age < 18:
		return 0
	case age < 60:
		return 1
	}
	return 2
}

// sizes draws household sizes that add up to n; the last is cut to fit.
func (m *maker) sizes(n int) []int {
	var out []int
	for n > 0 {
		size := min(m.size(), n)
		out = append(out, size)
		n -= size
	}
	return out
}

func (m *maker) size() int {
	sum := 0.0
	for _, share := range m.plan.Sizes {
		sum += share
	}
	x := m.random.Float64() * sum
	for i, share := range m.plan.Sizes {
		if x -= share; x < 0 {
			return i + 1
		}
	}
	return 1
}

// homes draws everybody of the pool into households: first a head for each,
// then partners, then the others, who are children, parents and relatives in the
// proportion in which such people are left, so that ages come out as counted.
func (m *maker) homes(n int) [][]member {
	sizes := m.sizes(n)
	homes := make([][]member, len(sizes))
	all := make([]member, 0, n) // one backing array for the ward
	for i, size := range sizes {
		from := len(all)
		all = all[:from+size]
		homes[i] = all[from : from : from+size]
		homes[i] = append(homes[i], m.head())
	}
	for i, size := range sizes {
		if size > 1 && m.random.Float64() < .8 {
			homes[i] = append(homes[i], m.partner(homes[i][0]))
		}
	}
	for i, size := range sizes {
		for len(homes[i]) < size {
			homes[i] = append(homes[i], m.relative(homes[i][0]))
		}
	}
	m.places(len(homes))
	return homes
}

func (m *maker) head() member {
	sex := Male
	if m.random.Float64() < .35 {
		sex = Female
	}
	return m.take(sex, m.near(46, 15, 20), 18, oldest)
}

func (m *maker) partner(head member) member {
	older := 3
	if head.sex == Female {
		older = -3
	}
	return m.take(1-head.sex, m.near(head.age-older, 4, 18), 18, oldest)
}

// relative draws from the children, the grown and the old that are left.
func (m *maker) relative(head member) member {
	sex := Sex(m.random.IntN(2))
	switch x := m.random.IntN(m.kinds[0] + m.kinds[1] + m.kinds[2]); {
	case x < m.kinds[0]:
		return m.take(sex, m.near(head.age-28, 7, 0), 0, 17)
	case x < m.kinds[0]+m.kinds[1]:
		return m.take(sex, m.near(head.age-22, 12, 18), 18, 59)
	default:
		return m.take(sex, m.near(head.age+27, 6, 60), 60, oldest)
	}
}

// near is an age about a mean, at least so much.
func (m *maker) near(mean int, spread float64, least int) int {
	return min(oldest, max(least, mean+int(m.random.NormFloat64()*spread)))
}

// take draws the person nearest in age, of that sex if there is one between the
// ages, else of the other, else of any age.
func (m *maker) take(sex Sex, age, from, to int) member {
	for _, s := range []Sex{sex, 1 - sex} {
		if a, ok := m.nearest(s, age, from, to); ok {
			return m.draw(s, a)
		}
	}
	if a, ok := m.nearest(sex, age, 0, oldest); ok {
		return m.draw(sex, a)
	}
	a, _ := m.nearest(1-sex, age, 0, oldest)
	return m.draw(1-sex, a)
}

func (m *maker) nearest(sex Sex, age, from, to int) (int, bool) {
	for d := range oldest + 1 {
		if a := age - d; a >= from && a <= to && m.pool[sex][a] > 0 {
			return a, true
		}
		if a := age + d; a >= from && a <= to && m.pool[sex][a] > 0 {
			return a, true
		}
	}
	return 0, false
}

func (m *maker) draw(sex Sex, age int) member {
	m.pool[sex][age]--
	m.kinds[kind(age)]--
	return member{sex, age}
}
