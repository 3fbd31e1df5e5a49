package census

// Priority is a set of the groups that go first. Who is old, a foreigner or of an
// occupation is known by that and has no bit.
type Priority uint8

// The priority groups, as bits. The codes are those of the registry.
const (
	Chronic  Priority = 1 << iota // with an underlying disease
	Pregnant                      //
	Disabled                      //
	Dialysis                      //
	Poor                          // of a poor or nearly poor household
	Alone                         // living alone
)

// Codes are the codes of the groups in the set, in the order of their bits.
func (p Priority) Codes() []string {
	var out []string
	for i, code := range [...]string{"chronic", "pregnant", "disabled", "dialysis", "poor", "alone"} {
		if p&(1<<i) != 0 {
			out = append(out, code)
		}
	}
	return out
}

// trade is an occupation with its share among the working.
type trade struct {
	code  string
	share float64
}

func trades() [17]trade {
	return [...]trade{
		{"freelance", .300}, {"worker", .180}, {"official", .160}, {"other", .120}, {"seller", .060}, {"builder", .045},
		{"teacher", .025}, {"driver", .020}, {"shipper", .018}, {"guard", .015}, {"health", .014}, {"warehouse", .012},
		{"force", .010}, {"checkpoint", .008}, {"sanitation", .007}, {"pharmacist", .004}, {"fuel", .002},
	}
}

// Occupations are all codes that a person's occupation may have beside "" for
// children before school. They are codes of the registry.
func Occupations() []string {
	out := []string{"student", "retired"}
	for _, t := range trades() {
		out = append(out, t.code)
	}
	return out
}

func (m *maker) occupation(age int) string {
	switch {
	case age < 6:
		return ""
	case age < 18, age < 23 && m.random.Float64() < .55:
		return "student"
	case age >= 60 && m.random.Float64() < .8, age >= 75:
		return "retired"
	}
	x := m.random.Float64()
	for _, t := range m.trades {
		if x -= t.share; x < 0 {
			return t.code
		}
	}
	return m.trades[0].code
}

// priorities draws the groups of a person in a household of so many.
func (m *maker) priorities(x member, household int, poor bool) Priority {
	var p Priority
	mark := func(group Priority, share float64) {
		if m.random.Float64() < share {
			p |= group
		}
	}
	mark(Chronic, illShare(x.age))
	mark(Disabled, .02)
	mark(Dialysis, .0003)
	if x.sex == Female && x.age >= 20 && x.age < 40 {
		mark(Pregnant, .05)
	}
	if poor {
		p |= Poor
	}
	if household == 1 {
		p |= Alone
	}
	return p
}

func illShare(age int) float64 {
	switch {
	case age < 18:
		return .02
	case age < 40:
		return .05
	case age < 65:
		return .18
	}
	return .45
}
