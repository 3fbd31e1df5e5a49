package census

import "phaodai/internal/instant"

// places cuts a ward's households into groups of about the size planned, and a
// group into streets of 30 households at most.
func (m *maker) places(households int) {
	groups := max(1, (households+m.plan.HouseholdsInGroup/2)/m.plan.HouseholdsInGroup)
	m.perGroup = (households + groups - 1) / groups
	streets := (m.perGroup + 29) / 30
	m.perStreet = (m.perGroup + streets - 1) / streets
}

// place puts the household with that number in the ward at its door.
func (m *maker) place(p *Person, household int) {
	p.Group = household/m.perGroup + 1
	p.Door = household % m.perGroup
	p.Street = p.Door/m.perStreet + 1
	i, up := p.Door%m.perStreet, (m.perStreet+1)/2
	if i < up {
		p.House = 2*i + 1
	} else {
		p.House = 2 * (m.perStreet - i)
	}
}

// dress gives a person what goes with sex, age and a household of so many.
func (m *maker) dress(p *Person, x member, household int, poor bool) {
	p.Sex = x.sex
	youngest, older := m.borders[x.age], m.borders[x.age+1]
	p.Birth = youngest - instant.Day(m.random.IntN(int(youngest-older)))
	p.Occupation = m.occupation(x.age)
	p.Foreign = m.random.Float64() < .003
	p.Priorities = m.priorities(x, household, poor)
}

// borders are the last birth days of those who are 0, 1, 2 ... years old.
func borders(on instant.Day) (out [oldest + 2]instant.Day) {
	for age := range out {
		out[age] = on.YearsBefore(age)
	}
	return out
}
